from importlib import import_module


def register_from(*modules: str) -> None:
    """Let each of these modules add to the registries. Called by `AppConfig.ready`, once all models are loaded; an import adds nothing.

    Each has a function `register_all()` that holds its calls.
    """
    for module in modules:
        import_module(module).register_all()
