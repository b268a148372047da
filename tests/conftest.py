import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.utils import translation

from tests.september import NOW


@pytest.fixture(autouse=True)
def in_english():
    """A French request in one test would otherwise leave modeltranslation writing French in the next."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()


@pytest.fixture
def in_september():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def client(django_capture_on_commit_callbacks):
    """A browser without script, in English. What a request promised on commit is done when it returns, as in production."""

    class CommittingClient(Client):
        def request(self, **request):
            with django_capture_on_commit_callbacks(execute=True):
                return super().request(**request)

    return CommittingClient(headers={"accept-language": "en"})
