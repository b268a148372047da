"""What the database holds, as whoever stole a copy of it reads it."""

from django.db import connection


def stored(model, *fields: str) -> list[tuple]:
    """The rows of this model as they stand in the table: these columns, or all."""
    quoted = connection.ops.quote_name
    columns = ", ".join(quoted(model._meta.get_field(name).column) for name in fields) or "*"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {model._meta.db_table} ORDER BY {model._meta.pk.column}")  # noqa: S608
        return cursor.fetchall()
