"""Reading and writing encrypted columns as ciphertext: for migrations that encrypt, and for key rotation.

Rows are processed in batches by primary key, and written only if unchanged since they were read.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db import connection, migrations

from amnt.encryption import keys

BATCH = 1000


def batches(table: str, key: str, columns: Sequence[str], where: str = "") -> Iterator[list[tuple]]:
    """(key, value of each column) of the rows for which `where` holds, in the order of their keys."""
    quoted = connection.ops.quote_name
    wanted = ", ".join(map(quoted, (key, *columns)))
    last: str = ""
    params: list[Any] = []
    while True:
        conditions = " AND ".join(f"({condition})" for condition in (last, where) if condition)
        with connection.cursor() as cursor:
            sql = f"SELECT {wanted} FROM {quoted(table)}{' WHERE ' if conditions else ''}{conditions}"  # noqa: S608 -- names of ours
            cursor.execute(f"{sql} ORDER BY {quoted(key)} LIMIT {BATCH}", params)
            rows = cursor.fetchall()
        if not rows:
            return
        yield rows
        last, params = f"{quoted(key)} > %s", [rows[-1][0]]


def rewrite(table: str, key: str, columns: Sequence[str], change: Callable[[str], str], where: str = "") -> int:
    """Put `change(value)` in the place of every value that is not empty. Returns how many rows were written."""
    quoted, written = connection.ops.quote_name, 0
    for rows in batches(table, key, columns, where):
        by_column: dict[str, list[tuple]] = {column: [] for column in columns}
        for pk, *values in rows:
            for column, value in zip(columns, values, strict=True):
                if value and (new := change(value)) != value:
                    by_column[column].append((new, pk, value))
        with connection.cursor() as cursor:
            for column, changes in by_column.items():
                name = quoted(column)
                if changes:
                    cursor.executemany(
                        f"UPDATE {quoted(table)} SET {name} = %s WHERE {quoted(key)} = %s AND {name} = %s",  # noqa: S608
                        changes,
                    )
        written += len(rows)
    return written


def columns_of(model: Any, names: Sequence[str]) -> tuple[str, str, list[str]]:
    """Table, key and columns of these fields, as `rewrite` takes them."""
    return model._meta.db_table, model._meta.pk.column, [model._meta.get_field(name).column for name in names]


def encrypts(app: str, **fields: Sequence[str]) -> migrations.RunPython:
    """For a migration: encrypts these fields, by model, in place. Not reversible.

    An operation before must have made the columns text of any length.
    """

    def forwards(apps, schema_editor) -> None:
        for model, names in fields.items():
            rewrite(*columns_of(apps.get_model(app, model), names), keys.encrypt)

    return migrations.RunPython(forwards)


def fills(app: str, model: str, **digests: str) -> migrations.RunPython:
    """For a migration, after `encrypts`: these digests (column=field it is of) of the rows that are there."""

    def forwards(apps, schema_editor) -> None:
        rows = apps.get_model(app, model).objects
        changed = []
        for row in rows.only("pk", *digests.values()).order_by("pk").iterator(chunk_size=BATCH):
            for column, field in digests.items():
                text = getattr(row, field)
                setattr(row, column, keys.digest(text) if text else "")
            changed.append(row)
        rows.bulk_update(changed, digests, batch_size=BATCH)

    return migrations.RunPython(forwards)
