import tests.services.letters  # noqa: F401 -- registers the letter in this process too
