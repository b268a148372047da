from django.apps import AppConfig


class AmntConfig(AppConfig):
    """The roof: no models of its own, only what composes or serves all apps."""

    name = "amnt"
