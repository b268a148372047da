"""Between tests that commit, every table is emptied. PostgreSQL takes ten seconds to truncate two hundred of them, most of which are empty
already: rows are deleted instead, where there are any.
"""

import pytest
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations


def deletions(operations: DatabaseOperations, style, tables, *, reset_sequences=False, allow_cascade=False) -> list[str]:
    """As `sql_flush`. The keys of other tables are checked at the end of the transaction, when all of them are empty."""
    with operations.connection.cursor() as cursor:
        names = [operations.quote_name(table) for table in tables]
        cursor.execute("SELECT " + ", ".join(f"EXISTS (SELECT 1 FROM {name})" for name in names))  # noqa: S608 -- names of our tables
        filled = [name for name, has_rows in zip(names, cursor.fetchone(), strict=True) if has_rows]
    return [f"DELETE FROM {name};" for name in filled]  # noqa: S608


def patch(patching: pytest.MonkeyPatch) -> None:
    if connection.vendor == "postgresql":
        patching.setattr(DatabaseOperations, "sql_flush", deletions)
