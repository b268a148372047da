"""Several databases of one run, each behind `django.db.connection` in turn: what is measured in two of them meets the machine in the same
moods."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper


def copy_of(source: BaseDatabaseWrapper, name: str) -> BaseDatabaseWrapper:
    """Another test database with the rows of this one."""
    made = source.copy()
    if made.vendor == "sqlite":
        made.settings_dict["NAME"] = f"file:memorydb_{name}?mode=memory&cache=shared"
        source.ensure_connection()
        made.ensure_connection()
        source.connection.backup(made.connection)
        return made
    made.settings_dict["NAME"] = f"{connection.settings_dict['NAME']}_{name}"
    source.close()
    quote = made.ops.quote_name
    with made._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {quote(made.settings_dict['NAME'])}")
        cursor.execute(f"CREATE DATABASE {quote(made.settings_dict['NAME'])} TEMPLATE {quote(source.settings_dict['NAME'])}")
    return made


def forget(made: BaseDatabaseWrapper) -> None:
    """Delete what `copy_of` made."""
    if made.vendor == "sqlite":
        BaseDatabaseWrapper.close(made)
        return
    made.close()
    with made._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {made.ops.quote_name(made.settings_dict['NAME'])}")


@contextmanager
def opened(database: BaseDatabaseWrapper) -> Iterator[None]:
    """What is asked meanwhile is asked of this one."""
    before = connections["default"]
    connections["default"] = database
    try:
        yield
    finally:
        connections["default"] = before


def clock_of(database: BaseDatabaseWrapper) -> Callable[[], float]:
    """Seconds of the processor that this process took, and the one of PostgreSQL that answers it: others on the machine do not count.

    The seconds that pass, where that one runs elsewhere.
    """
    if database.vendor == "sqlite":
        return time.process_time
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        server = Path(f"/proc/{cursor.fetchone()[0]}")
    if not (server / "schedstat").exists() or "(postgres)" not in (server / "stat").read_text():
        return time.perf_counter
    return lambda: time.process_time() + int((server / "schedstat").read_text().split()[0]) / 1e9
