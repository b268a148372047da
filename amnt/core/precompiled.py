"""A large condition that is the same for everyone, put into SQL once a process: Django takes ten milliseconds and more for it each time.

    TOUCHED = Precompiled(lambda: Position.objects.annotate(found=Exists(…OuterRef("pk")…)), models.BooleanField())
    Position.objects.annotate(is_touched=TOUCHED)

It holds nothing of the user or of the time: constants, and columns of the row that is asked about.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Self

from django.db import connection
from django.db.models import Expression, Field, QuerySet

# The names that Django gives to tables in subqueries, as SQLite and PostgreSQL quote them.
ALIASES = re.compile(r'"([A-Z]+\d+)"')


class Precompiled(Expression):
    """The annotation `found` of the rows that `build` returns, once for each kind of database. It may be asked of any query of that model.

    alias -- of the model's table in the query that asks
    """

    def __init__(self, build: Callable[[], QuerySet], output_field: Field):
        super().__init__(output_field)
        self.build = build
        self.compiled: dict[str, tuple[str, str, tuple[Any, ...]]] = {}
        self.alias = ""

    @property
    def identity(self) -> tuple[Any, ...]:
        return type(self), id(self.build), self.alias

    def resolve_expression(self, query: Any = None, *args: Any, **kwargs: Any) -> Self:
        # Once: an annotation that a subquery refers to is resolved again there, and still asks about the row outside.
        return self if self.alias else self.of(query.get_initial_alias())

    def relabeled_clone(self, change_map: Mapping[str, str]) -> Self:
        return self.of(change_map.get(self.alias, self.alias))

    def of(self, alias: str) -> Self:
        clone = self.copy()
        clone.alias = alias
        return clone

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        if connection.vendor not in self.compiled:
            self.compiled[connection.vendor] = self.compile_for(connection)
        table, sql, params = self.compiled[connection.vendor]
        return sql.replace(f"{table}.", f"{connection.ops.quote_name(self.alias)}."), params

    def compile_for(self, connection: Any) -> tuple[str, str, tuple[Any, ...]]:
        query = self.build().query
        compiler = query.get_compiler(connection=connection)
        compiler.pre_sql_setup()
        sql, params = compiler.compile(query.annotations["found"])
        if sum(map(bool, query.alias_refcount.values())) > 1:
            raise ValueError("It joins another table, which the query that asks does not.")
        # A query that asks may itself be a subquery, and its table have a name such as "U0": those inside get names of their own.
        sql = ALIASES.sub(r'"inside_\1"', sql)
        return connection.ops.quote_name(query.get_initial_alias()), sql, tuple(params)


class PrecompiledQuery:
    """The rows that `build` asks for of one row of another table, with SQL that is put together once for each kind of database.

        TO_REVIEW = PrecompiledQuery(lambda key: to_review(User(pk=key)).values("pk", "stance"))
        TO_REVIEW.rows(user.pk)  # [{"pk": 1, "stance": "watch"}]

    build -- given that row's primary key; nothing else in it differs from one time to the next. Values are those of the database.
    """

    # Stands in for the key while the SQL is put together. Nothing else in a query is this number.
    STAND_IN = 2_147_480_029

    def __init__(self, build: Callable[[int], QuerySet]):
        self.build = build
        self.compiled: dict[str, tuple[str, tuple[Any, ...]]] = {}

    def rows(self, key: int) -> list[dict[str, Any]]:
        if connection.vendor not in self.compiled:
            self.compiled[connection.vendor] = self.build(self.STAND_IN).query.sql_with_params()
        sql, params = self.compiled[connection.vendor]
        with connection.cursor() as cursor:
            cursor.execute(sql, [key if value == self.STAND_IN else value for value in params])
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
