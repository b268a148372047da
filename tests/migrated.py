"""The migrated database of an earlier run, so that most runs of the tests need not apply every migration again. SQLite only.

It is kept in var/ under a name made of all migrations and locked libraries: after a change of either, they are applied anew. Settings
other than those of the tests may make other columns, and keep nothing.
"""

import os
import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

FOLDER = Path(settings.BASE_DIR) / "var" / "tests"


def kept_file() -> Path:
    known = sha256()
    for path in (*sorted(settings.BASE_DIR.glob("*/**/migrations/*.py")), settings.BASE_DIR / "requirements" / "dev.txt"):
        known.update(path.read_bytes())
    return FOLDER / f"migrated-{known.hexdigest()[:16]}.sqlite3"


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
