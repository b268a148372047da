"""The embedded database under several hands at once, as in bin/run: web and workers, in processes of their own."""

import os
import subprocess
import sys
import threading

import pytest
from django.db import connection
from django.db.utils import ConnectionHandler

from amnt.config.environment import POOL, database
from amnt.settings import BASE_DIR


@pytest.fixture
def handles(tmp_path, django_db_blocker):
    """Opens connections to one SQLite file as our settings say."""
    opened = []

    def open_one():
        handler = ConnectionHandler({"default": {**database(f"sqlite:///{tmp_path / 'a.sqlite3'}"), "ATOMIC_REQUESTS": False}})
        connection = handler["default"]
        connection.inc_thread_sharing()
        opened.append(connection)
        return connection

    with django_db_blocker.unblock():
        yield open_one
        for connection in opened:
            connection.close()


def test_a_locked_database_is_waited_for_and_nothing_is_lost(handles):
    writer, patient = handles(), handles()
    with writer.cursor() as cursor:
        cursor.execute("CREATE TABLE note (n integer)")
        cursor.execute("BEGIN IMMEDIATE")
        cursor.execute("INSERT INTO note VALUES (1)")
    threading.Timer(0.3, lambda: writer.cursor().execute("COMMIT")).start()
    with patient.cursor() as cursor:
        cursor.execute("INSERT INTO note VALUES (2)")
        cursor.execute("SELECT n FROM note ORDER BY n")
        assert cursor.fetchall() == [(1,), (2,)]


def test_readers_are_not_held_up_by_a_writer(handles):
    writer, reader = handles(), handles()
    with writer.cursor() as cursor:
        cursor.execute("CREATE TABLE note (n integer)")
        cursor.execute("BEGIN IMMEDIATE")
        cursor.execute("INSERT INTO note VALUES (1)")
    with reader.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM note")
        assert cursor.fetchone() == (0,)
    writer.cursor().execute("ROLLBACK")


@pytest.mark.parametrize(
    ("url", "name"), [("sqlite:////srv/agenda/a b.sqlite3", "/srv/agenda/a b.sqlite3"), ("sqlite:///var/a.sqlite3", "/var/a.sqlite3")]
)
def test_a_path_is_read_as_it_is_written(url, name):
    assert database(url)["NAME"] == name


def test_a_password_with_odd_characters_is_decoded():
    entry = database("postgres://agenda:p%40ss%2Fword@db:5433/agenda?sslmode=require")
    assert (entry["PASSWORD"], entry["HOST"], entry["PORT"], entry["OPTIONS"]["sslmode"]) == ("p@ss/word", "db", "5433", "require")


@pytest.mark.parametrize(("said", "options"), [("", "-c jit=off"), ("?options=", ""), ("?options=-c%20jit%3Don", "-c jit=on")])
def test_an_address_says_which_options_a_connection_begins_with(said, options):
    """None for PgBouncer, which refuses those of PostgreSQL."""
    assert database(f"postgres://agenda@db/agenda{said}")["OPTIONS"]["options"] == options


@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL")
@pytest.mark.django_db
def test_no_query_is_compiled():
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)


def test_settings_and_their_folder_may_live_in_a_path_with_spaces(tmp_path):
    folder = tmp_path / "a folder"
    environment = {"PATH": os.environ["PATH"], "DEBUG": "1", "VAR_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "amnt.settings"}
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--plan", "--verbosity", "0"],
        cwd=BASE_DIR, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (folder / "mail").is_dir()


def test_a_page_does_not_wait_half_a_minute_for_a_database_that_is_away(tmp_path):
    environment = {"PATH": os.environ["PATH"], "DEMO": "1", "VAR_DIR": str(tmp_path), "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}
    code = "from django.db import connection; connection.ensure_connection()"
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", code],
        cwd=BASE_DIR, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert "OperationalError: couldn't get a connection after 5.00 sec" in done.stderr


@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL")
@pytest.mark.django_db
def test_a_connection_that_the_database_cut_is_replaced_before_it_is_used():
    def asked(connection, sql, *arguments):
        with connection.cursor() as cursor:
            cursor.execute(sql, arguments)
            return cursor.fetchone()[0]

    entry = {**database(os.environ["DATABASE_URL"]), "ATOMIC_REQUESTS": False, "NAME": connection.settings_dict["NAME"]}
    pooled, killer = (ConnectionHandler({"default": entry, alias: entry})[alias] for alias in ("pooled", "killer"))
    try:
        # More often than there are connections in the pool: one of those cut comes round again.
        for _ in range(2 * POOL["max_size"]):
            cut = asked(pooled, "SELECT pg_backend_pid()")
            pooled.close()
            assert asked(killer, "SELECT pg_terminate_backend(%s, 5000)", cut) is True
    finally:
        for opened in (pooled, killer):
            opened.close()
            opened.close_pool()
