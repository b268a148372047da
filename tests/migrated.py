"""The migrated database of an earlier run, so that most runs of the tests need not apply every migration again.

It is kept under a name made of all migrations and locked libraries: after a change of either, they are applied anew. Settings
other than those of the tests may make other columns, and keep nothing.

On SQLite it is a file in var/, on PostgreSQL a database beside those of the tests, which are copied from it.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

# Of several processes that begin at once, one migrates and the others wait for what it keeps.
LOCK = 20_281_017
FOLDER = Path(settings.BASE_DIR) / "var" / "tests"


def state() -> str:
    known = sha256()
    for path in (*sorted(settings.BASE_DIR.glob("*/**/migrations/*.py")), settings.BASE_DIR / "requirements" / "dev.txt"):
        known.update(path.read_bytes())
    return known.hexdigest()[:16]


# --- SQLite -------------------------------------------------------------------------------------------------------------------


def kept_file() -> Path:
    return FOLDER / f"migrated-{state()}.sqlite3"


def is_kept(connection: BaseDatabaseWrapper) -> bool:
    return settings.SETTINGS_MODULE == "tests.settings" and connection.vendor == "sqlite" and connection.is_in_memory_db()


def fill_empty_databases(file: Path) -> None:
    """From now on, an empty database in memory begins as what is kept."""

    def fill(connection: BaseDatabaseWrapper, **_sent: object) -> None:
        if not is_kept(connection) or not file.exists():
            return
        fresh: sqlite3.Connection = connection.connection
        if fresh.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,):
            with closing(sqlite3.connect(file)) as kept:
                kept.backup(fresh)

    connection_created.connect(fill, weak=False, dispatch_uid="tests.migrated")


def keep(connection: BaseDatabaseWrapper, file: Path) -> None:
    """As it stands after the migrations. Of several processes that do so at once, the last wins: they keep the same."""
    if not is_kept(connection) or file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    for older in file.parent.glob("migrated-*.sqlite3"):
        older.unlink(missing_ok=True)
    unfinished = file.with_suffix(f".{os.getpid()}")
    connection.ensure_connection()
    with closing(sqlite3.connect(unfinished)) as kept:
        connection.connection.backup(kept)
    unfinished.replace(file)


# --- PostgreSQL ---------------------------------------------------------------------------------------------------------------


@contextmanager
def copied_on_postgresql(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """The database of the tests is made meanwhile: as a copy of what is kept, or else so that it is kept afterwards."""
    if settings.SETTINGS_MODULE != "tests.settings" or connection.vendor != "postgresql":
        yield
        return
    said = connection.settings_dict
    prefix = f"{said['NAME']}_migrated_"
    name = prefix + state()
    with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        cursor.execute("SELECT datname FROM pg_database WHERE left(datname, length(%s)) = %s", [prefix, prefix])
        there = [row[0] for row in cursor.fetchall()]
        if name in there:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
            said["TEST"]["TEMPLATE"] = name
            yield
            return
        yield
        connection.close()
        made, quote = said["NAME"], connection.ops.quote_name
        for older in there:
            cursor.execute(f"DROP DATABASE IF EXISTS {quote(older)}")
        cursor.execute(f"CREATE DATABASE {quote(name)} TEMPLATE {quote(made)}")
