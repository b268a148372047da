"""A large condition that is the same for everyone, put into SQL once a process: Django takes ten milliseconds and more for it each time.

    TOUCHED = Precompiled(lambda: Position.objects.annotate(found=Exists(…OuterRef("pk")…)), models.BooleanField())
    Position.objects.annotate(is_touched=TOUCHED)

It holds nothing of the user or of the time: constants, and columns of the row that is asked about.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple, Self

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models import BigIntegerField, Expression, Field, QuerySet
from django.db.models.sql.compiler import SQLCompiler

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


class Keys(Expression):
    """Keys for `…__in`, written out: ten lists of two hundred parameters take longer to bind than to look up."""

    output_field = BigIntegerField()

    def __init__(self, keys: Iterable[int]):
        super().__init__()
        self.keys = tuple(keys)

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str | int, ...]]:
        if not self.keys:
            raise EmptyResultSet
        return self.written, ()

    @property
    def written(self) -> str:
        """Of none, a list in which nothing is."""
        return f"({', '.join(str(int(key)) for key in self.keys) or 'NULL'})"

    @property
    def condition(self) -> str:
        """What follows the column. PostgreSQL reads one literal in a fraction of the time that each key as an expression takes."""
        if connection.vendor == "postgresql":
            return f"= ANY ('{{{','.join(str(int(key)) for key in self.keys)}}}'::bigint[])"
        return f"IN {self.written}"


class PrecompiledQuery:
    """The rows that `build` asks for, with SQL that is put together once for each kind of database.

        TO_REVIEW = PrecompiledQuery(lambda key, at: to_review(User(pk=key), at).values("pk", "stance"))
        TO_REVIEW.rows(user.pk, at=now())  # [{"pk": 1, "stance": "watch"}]

    build -- given the primary key of one row of another table, if `rows` is, and stand-ins for what `rows` is given by name: instants,
        days, keys or `Keys`. It may reckon other times from these (`at + WEEK`). Nothing else in it differs from one time to the next;
        names in the language of the reader would.
    derived -- of a primary key, the further values in the query that follow from it, always as many
    """

    # Stands in for the key while the SQL is put together. Nothing else in a query is this number, nor one of the next few.
    STAND_IN = 2_147_480_029

    def __init__(self, build: Callable[..., QuerySet], *, derived: Callable[[int], Sequence[Any]] = lambda key: ()):
        self.build = build
        self.derived = derived
        self.compiled: dict[str, CompiledQuery] = {}

    def rows(self, key: int | None = None, **named: Any) -> list[dict[str, Any]]:
        with connection.cursor() as cursor:
            converters = self.execute(cursor, key, named)
            names = [column[0] for column in cursor.description]
            found = cursor.fetchall()
        return [dict(zip(names, converted(row, converters), strict=True)) for row in found]

    def tuples(self, key: int | None = None, **named: Any) -> Iterator[tuple[Any, ...]]:
        """The same, one after the other, without the names."""
        with connection.cursor() as cursor:
            converters = self.execute(cursor, key, named)
            yield from (tuple(converted(row, converters)) for row in cursor) if converters else cursor

    def execute(self, cursor: CursorWrapper, key: int | None, named: Mapping[str, Any]) -> Mapping[int, Any]:
        """Returns what makes values of Python of its columns."""
        if connection.vendor not in self.compiled:
            self.compiled[connection.vendor] = self.compile_for(key, named)
        sql, slots, converters = self.compiled[connection.vendor]
        for place, value in enumerate(named.values(), start=1):
            if isinstance(value, Keys):
                sql = sql.replace(f"IN {stand_in(value, place).written}", value.condition)
        given = self.given(key, named.values())
        cursor.execute(sql, [slot.value if slot.place is None else as_param(given[slot.place], slot.later) for slot in slots])
        return converters

    def given(self, key: int | None, values: Iterable[Any]) -> list[Any]:
        return [*values] if key is None else [key, *self.derived(key), *values]

    def compile_for(self, key: int | None, named: Mapping[str, Any]) -> "CompiledQuery":
        stand_ins = {name: stand_in(value, place) for place, (name, value) in enumerate(named.items(), start=1)}
        key = None if key is None else self.STAND_IN
        rows = self.build(**stand_ins) if key is None else self.build(key, **stand_ins)
        compiler = rows.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        given = self.given(key, stand_ins.values())
        columns = [column for column, _sql, _alias in compiler.select[: compiler.col_count]]
        return CompiledQuery(sql, [slot_of(param, given) for param in params], compiler.get_converters(columns))


class CompiledQuery(NamedTuple):
    """slots -- where what is asked for goes into the parameters; converters -- what makes values of Python of columns, by their place"""

    sql: str
    slots: list["Slot"]
    converters: Mapping[int, Any]


class Slot(NamedTuple):
    """One parameter of a query. place -- among what is given each time; None where `value` stays; later -- than what is given"""

    value: Any
    place: int | None = None
    later: timedelta = timedelta()


# Stand-ins of times are so far off, and so far apart: what a query reckons from one of them is still nearest to it.
FIRST_YEAR, YEARS_APART = 3000, 20


def stand_in(value: Any, place: int) -> Any:
    """A value of the same type that stands nowhere else."""
    if isinstance(value, Keys):
        return Keys([PrecompiledQuery.STAND_IN + place])
    year = FIRST_YEAR + YEARS_APART * place
    if isinstance(value, datetime):
        return datetime(year, 1, 1, tzinfo=UTC)
    return date(year, 1, 1) if isinstance(value, date) else PrecompiledQuery.STAND_IN + place


def slot_of(param: Any, given: Sequence[Any]) -> Slot:
    """Where this parameter comes from: something given, or a time reckoned from one."""
    if param in given:
        return Slot(param, given.index(param))
    time = time_in(param)
    if time is None:
        return Slot(param)
    if time.year < FIRST_YEAR - YEARS_APART // 2:
        raise ValueError(f"The time {time} in it would stay for as long as the process lives: give it as a value.")
    near = {place: time - each for place, each in enumerate(given) if type(each) is type(time)}
    place = min(near, key=lambda place: abs(near[place]))
    return Slot(param, place, near[place])


def time_in(param: Any) -> datetime | date | None:
    """The instant or the day that a parameter is. SQLite is given them in words, instants in UTC."""
    if not isinstance(param, str):
        return param if isinstance(param, date) else None
    try:
        return date.fromisoformat(param) if len(param) == len("3000-01-01") else datetime.fromisoformat(param).replace(tzinfo=UTC)
    except ValueError:
        return None


def as_param(value: Any, later: timedelta) -> Any:
    """As the database is given it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value + later)
    return connection.ops.adapt_datefield_value(value + later) if isinstance(value, date) else value


def converted(row: tuple[Any, ...], converters: Mapping[int, Any]) -> list[Any]:
    values = list(row)
    for place, (makers, expression) in converters.items():
        for make in makers:
            values[place] = make(values[place], expression, connection)
    return values
