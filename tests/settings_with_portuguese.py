"""The settings of the tests with a fourth language, into which nothing is translated yet."""

from tests.settings import *  # noqa: F403
from tests.settings import LANGUAGES as THREE_LANGUAGES

LANGUAGES = [*THREE_LANGUAGES, ("pt", "Portuguese")]
