"""What every test has: a language, an empty cache, a browser that commits; and which tests are repeated on PostgreSQL.

`bin/test --database` runs what is marked `database`: every test that uses one, because SQLite answers questions that PostgreSQL refuses,
orders rows otherwise and locks otherwise. Left out is what is marked `once`: tests that fill a database only to read sentences, whose
queries other tests make too. A test that looks for a failure, a right, an order, a number of queries or a lock is never marked so.
"""

import gc
import secrets
import uuid
from contextlib import ExitStack

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client, TransactionTestCase
from django.utils import translation
from hypothesis import settings as hypothesis_settings

from amnt.accounts import known_places
from amnt.accounts.models import KnownBrowser
from amnt.accounts.tokens import create_token
from amnt.audit import triggers
from amnt.encryption import keys
from tests import emptied, migrated
from tests.clock import NOW

# No test depends on how busy the machine is.
hypothesis_settings.register_profile("untimed", deadline=None)
hypothesis_settings.load_profile("untimed")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Marks what uses the database, so that `-m database` finds it. pytest-django refuses a database to every other test."""
    for item in items:
        if item.get_closest_marker("once"):
            continue
        if item.get_closest_marker("django_db") or {"db", "transactional_db"}.intersection(item.fixturenames):
            item.add_marker("database")


def pytest_collection_finish():
    """What the project has loaded by now stays: looking again and again for what of it is garbage takes a sixth of the time of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, django_db_blocker):
    """Before the database is made. tests/migrated.py says why."""
    migrated.fill_empty_databases(migrated.kept_file())
    making = ExitStack()
    with django_db_blocker.unblock():
        making.enter_context(migrated.copied_on_postgresql(connection))
    return making


@pytest.fixture(scope="session")
def django_db_setup(django_db_modify_db_settings, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        django_db_modify_db_settings.close()
        migrated.keep(connection, migrated.kept_file())


@pytest.fixture(autouse=True, scope="session")
def tables_that_are_append_only_are_emptied_too():
    """Between tests that commit, Django empties every table; the triggers of the audit would refuse."""
    empty = TransactionTestCase._fixture_teardown

    def without_triggers(case):
        triggers.remove()
        empty(case)
        triggers.install()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", without_triggers)
        emptied.patch(patch)
        yield


@pytest.fixture(autouse=True)
def in_english():
    """A French request in one test would otherwise leave modeltranslation writing French in the next."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def data_keys_stay_read(monkeypatch):
    """They are read again once a minute: by whichever query comes then, which a test may be counting."""
    monkeypatch.setattr(keys, "REREAD_AFTER", float("inf"))


@pytest.fixture
def django_assert_num_queries(django_assert_num_queries):
    """The data keys are read before anything is counted: whether a process has read them already depends on the tests before."""
    keys.data_keys.newest()
    return django_assert_num_queries


@pytest.fixture
def django_assert_max_num_queries(django_assert_max_num_queries):
    keys.data_keys.newest()
    return django_assert_max_num_queries


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

        def force_login(self, user, backend=None):
            """As after the answer to a log-in, which has given the browser its mark."""
            super().force_login(user, backend)
            session = self.session
            session[known_places.MARKED] = True
            session.save()
            mark = secrets.token_urlsafe(24)
            KnownBrowser.objects.create(user=user, digest=known_places.digest_of_token(mark))
            self.cookies[known_places.COOKIE] = mark

    return CommittingClient(headers={"accept-language": "en"})


@pytest.fixture
def program(django_capture_on_commit_callbacks):
    """A program of this person's: a client that shows her key."""

    class Program(Client):
        def request(self, **request):
            with django_capture_on_commit_callbacks(execute=True):
                return super().request(**request)

        def post(self, path, data=None, **extra):
            return super().post(path, data, content_type="application/json", **extra)

        def patch(self, path, data=None, **extra):
            return super().patch(path, data, content_type="application/json", **extra)

    def of(person):
        _token, key = create_token(person, name="A program", days=30, submission=uuid.uuid4(), scope="write")
        return Program(headers={"Authorization": f"Bearer {key}"})

    return of
