"""The cache of production when Redis is away: people get in, and limits hold."""

import logging
import socket

import pytest
from django.core.cache import CacheHandler, cache
from django.urls import reverse

from amnt.config import cache as ours
from tests.factories import UserFactory

# Nobody listens there, and the machine says so at once.
NOBODY = {"BACKEND": "amnt.config.cache.SharedCache", "LOCATION": "redis://127.0.0.1:1/0", "OPTIONS": {"socket_connect_timeout": 1}}


@pytest.fixture
def away(settings):
    settings.CACHES = {"default": NOBODY}
    cache.clear()
    yield cache
    cache.clear()


def test_what_is_counted_while_redis_is_away_is_counted_by_the_process(away):
    assert away.add("tries", 1, timeout=60) is True
    assert away.add("tries", 1, timeout=60) is False
    assert (away.incr("tries"), away.get("tries"), away.has_key("tries")) == (2, 2, True)
    away.set_many({"a": 1, "b": 2})
    assert away.get_many(["a", "b", "c"]) == {"a": 1, "b": 2}
    away.delete_many(["a", "b"])
    assert (away.touch("tries", 60), away.delete("tries"), away.get("tries", "none"), away.get("a")) == (True, True, "none", None)


@pytest.fixture
def mute():
    """The address of a Redis that takes a connection and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as listening:
        yield f"redis://127.0.0.1:{listening.getsockname()[1]}/0"


def test_a_redis_that_does_not_answer_is_left_alone_for_a_while(mute, caplog, monkeypatch):
    clock = iter([100.0, 101.0, 102.0, 200.0, 201.0])
    monkeypatch.setattr(ours, "monotonic", lambda: next(clock))
    silent = CacheHandler({"default": {**NOBODY, "LOCATION": mute, "OPTIONS": {"socket_timeout": 0.01}}})["default"]

    with caplog.at_level(logging.WARNING, "amnt.config.cache"):
        silent.set("a", 1)
        assert silent.get("a") == 1
        assert silent.get("a") == 1

    assert len(caplog.records) == 2
    assert "TimeoutError" in caplog.text


@pytest.mark.django_db
def test_without_redis_one_logs_in_and_too_many_tries_are_still_too_many(away, client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"attempt": "2/15m/key", "attempt_anywhere": "50/15m/key"}
    user = UserFactory(email="wanjiru@example.org", password="not-so-easy-to-guess")

    def log_in(password):
        return client.post(reverse("account_login"), {"login": user.email, "password": password})

    assert [log_in("wrong").status_code for _ in range(3)] == [200, 200, 429]
    cache.clear()
    assert log_in("not-so-easy-to-guess").url == reverse("now")
