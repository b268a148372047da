"""Where a clause stands in a table, and tables as grids: rows of cells with their spans, every place of which is covered once."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

MOST_COLUMNS = 63  # of a table, in Word


@dataclass(frozen=True, slots=True)
class CellPlace:
    """table -- number of the table in its text; row, column -- counted from 0, the same in the texts before and after the marks
    rows, columns -- how many of them the cell covers
    """

    table: int
    row: int
    column: int
    rows: int = 1
    columns: int = 1
    is_header: bool = False

    def as_values(self) -> list[int]:
        return [self.table, self.row, self.column, self.rows, self.columns, int(self.is_header)]

    @classmethod
    def from_values(cls, values: Sequence[int]) -> "CellPlace":
        table, row, column, rows, columns, is_header = values
        return cls(table, row, column, rows, columns, bool(is_header))


def cell_of(clause: object) -> CellPlace | None:
    """The place of a clause in a table; None for one that stands in none, or of which it is not known."""
    cell = getattr(clause, "cell", None)
    return cell if isinstance(cell, CellPlace) else None


STATES: dict[str, Literal["new", "deleted"]] = {"added": "new", "removed": "deleted"}  # by the change of a clause
QUIET = frozenset({"", "unchanged", "renumbered"})


@dataclass(frozen=True, slots=True)
class GridCell[T]:
    """items -- none where the cell is empty, several where one text has other words there than another"""

    items: tuple[T, ...]
    rows: int = 1
    columns: int = 1
    scope: Literal["", "col", "row"] = ""


@dataclass(frozen=True, slots=True)
class GridRow[T]:
    """state -- new or deleted where all its cells are"""

    cells: tuple[GridCell[T], ...]
    is_header: bool = False
    state: Literal["", "new", "deleted"] = ""

    @property
    def items(self) -> list[T]:
        return [item for cell in self.cells for item in cell.items]


@dataclass(frozen=True, slots=True)
class Grid[T]:
    number: int
    rows: tuple[GridRow[T], ...]
    columns: int = 1

    @property
    def items(self) -> list[T]:
        return [item for row in self.rows for item in row.items]


@dataclass(frozen=True, slots=True)
class Block[T]:
    """Of a text: an item that stands by itself, or a table of several. is_quiet -- a proposal changes none of their words"""

    items: tuple[T, ...]
    grid: Grid[T] | None = None
    is_quiet: bool = True

    @property
    def item(self) -> T:
        return self.items[0]


def blocks[T](
    items: Iterable[T], clause: Callable[[T], object] = lambda item: item, is_quiet: Callable[[T], bool] | None = None
) -> Iterator[Block[T]]:
    """Items in their order, those that stand in one table as a grid. What stands between cells of one table comes after it.

    is_quiet -- whether an item changes no words, where its change does not tell
    """
    is_quiet = is_quiet or (lambda item: _change(clause(item)) in QUIET)
    listed = list(items)
    tables: dict[int, list[T]] = defaultdict(list)
    for item in listed:
        if cell := cell_of(clause(item)):
            tables[cell.table].append(item)
    for item in listed:
        cell = cell_of(clause(item))
        if cell is None:
            yield Block((item,), is_quiet=is_quiet(item))
        elif cells := tables.pop(cell.table, None):
            yield Block(tuple(cells), grid_of(cells, clause), is_quiet=all(map(is_quiet, cells)))


def _change(clause: object) -> str:
    return str(getattr(clause, "change", ""))


def grid_of[T](items: Sequence[T], clause: Callable[[T], object] = lambda item: item) -> Grid[T]:
    """The grid of the cells of one table. Rows and columns in which none of them begins are left out."""
    places = [place for item in items if (place := cell_of(clause(item)))]
    rows = {row: at for at, row in enumerate(sorted({place.row for place in places}))}
    columns = {column: at for at, column in enumerate(sorted({place.column for place in places}))}
    at: dict[tuple[int, int], list[tuple[CellPlace, T]]] = defaultdict(list)
    for place, item in zip(places, items, strict=True):
        at[rows[place.row], columns[place.column]].append((place, item))
    headers = {rows[place.row] for place in places if place.is_header}
    covered: set[tuple[int, int]] = set()
    found = []
    for row in range(len(rows)):
        cells: list[GridCell[T]] = []
        for column in range(len(columns)):
            if (row, column) in covered:
                continue
            here = at.get((row, column), [])
            height = width = 1
            if here:
                place = here[-1][0]
                wanted_rows = sum(place.row <= each < place.row + place.rows for each in rows)
                wanted_columns = sum(place.column <= each < place.column + place.columns for each in columns)
                while width < wanted_columns and _is_free(at, covered, [(row, column + width)]):
                    width += 1
                while height < wanted_rows and _is_free(at, covered, [(row + height, column + step) for step in range(width)]):
                    height += 1
            covered |= {(row + down, column + along) for down in range(height) for along in range(width)}
            scope: Literal["", "col", "row"] = "col" if here and here[-1][0].is_header else ""
            cells.append(GridCell(tuple(item for _place, item in here), height, width, scope))
        states: set[Literal["", "new", "deleted"]] = {STATES.get(_change(clause(item)), "") for cell in cells for item in cell.items}
        found.append(GridRow(tuple(cells), row in headers, states.pop() if len(states) == 1 else ""))
    return Grid(places[0].table if places else 0, tuple(found), max(len(columns), 1))


def ranks(clauses: Iterable[object]) -> list[str]:
    """Of each clause that is a cell, which table, row and column of these clauses it stands in, however these are counted; else "" """
    found = [cell_of(clause) for clause in clauses]
    tables = {table: at for at, table in enumerate(sorted({cell.table for cell in found if cell}))}
    rows = {row: at for at, row in enumerate(sorted({(cell.table, cell.row) for cell in found if cell}))}
    columns = {column: at for at, column in enumerate(sorted({(cell.table, cell.column) for cell in found if cell}))}
    return [f"{tables[cell.table]}.{rows[cell.table, cell.row]}.{columns[cell.table, cell.column]}" if cell else "" for cell in found]


def united(pairs: Sequence[tuple[CellPlace | None, CellPlace | None]]) -> list[CellPlace | None]:
    """One place for each cell of two texts, so that rows and columns which one of them lacks stand where they came or went.

    pairs -- in reading order, the places of a cell in the old and in the new text, both None for a clause that is no cell
    """
    tables = _Union()
    for old, new in pairs:
        tables.add(old.table if old else None, new.table if new else None)
    rows: dict[int, _Union] = defaultdict(_Union)
    columns: dict[int, _Union] = defaultdict(_Union)
    for old, new in pairs:
        if old or new:
            table = tables.of(old.table if old else None, new.table if new else None)
            rows[table].add(old.row if old else None, new.row if new else None)
            columns[table].add(old.column if old else None, new.column if new else None)
    order_of_rows = {table: union.order() for table, union in rows.items()}
    order_of_columns = {table: union.order(by_value=True) for table, union in columns.items()}
    numbers = tables.order()
    found: list[CellPlace | None] = []
    for old, new in pairs:
        shown = new or old
        if shown is None:
            found.append(None)
            continue
        table = tables.of(old.table if old else None, new.table if new else None)
        row = order_of_rows[table][rows[table].of(old.row if old else None, new.row if new else None)]
        column = order_of_columns[table][columns[table].of(old.column if old else None, new.column if new else None)]
        found.append(replace(shown, table=numbers[table] + 1, row=row, column=column))
    return found


@dataclass(slots=True)
class _Union:
    """Numbers of two texts of which some are one, each by a key of its own."""

    keys: dict[tuple[str, int], int] = field(default_factory=dict)
    values: list[float] = field(default_factory=list)

    def add(self, old: int | None, new: int | None) -> None:
        if old is None and new is None:
            return
        known = self.keys.get(("new", new)) if new is not None else None
        if known is None and old is not None and (new is None or ("old", old) not in self.keys):
            known = self.keys.get(("old", old))
        if known is None:
            known = len(self.values)
            self.values.append(new if new is not None else (old or 0) + 0.5)
        if new is not None:
            self.keys.setdefault(("new", new), known)
            self.values[known] = new
        if old is not None:
            self.keys.setdefault(("old", old), known)

    def of(self, old: int | None, new: int | None) -> int:
        return self.keys["new", new] if new is not None else self.keys["old", old or 0]

    def order(self, *, by_value: bool = False) -> dict[int, int]:
        """By key its place: as they came, or by their numbers."""
        ordered = sorted(range(len(self.values)), key=self.values.__getitem__) if by_value else range(len(self.values))
        return {key: place for place, key in enumerate(ordered)}


def lines_of[T](grid: Grid[T], words: Callable[[T], str]) -> list[str]:
    """A line for each row: a | b | c. An empty cell, and one that another covers, is blank."""
    lines = []
    covered: dict[tuple[int, int], str] = {}
    for row, each in enumerate(grid.rows):
        said = []
        cells = iter(each.cells)
        column = 0
        while column < grid.columns:
            if (row, column) in covered:
                said.append("")
                column += 1
                continue
            cell = next(cells)
            said.append(" ".join(" ".join(map(words, cell.items)).split()))
            said += [""] * (cell.columns - 1)
            covered |= {(row + down, column + along): "" for down in range(1, cell.rows) for along in range(cell.columns)}
            column += cell.columns
        lines.append(" | ".join(said))
    return lines


def _is_free(at: dict[tuple[int, int], list], covered: set[tuple[int, int]], wanted: Iterable[tuple[int, int]]) -> bool:
    return not any(each in at or each in covered for each in wanted)


def sizes(clauses: Iterable[object]) -> dict[int, int]:
    """By table, how many places its grid has."""
    rows: dict[int, set[int]] = defaultdict(set)
    columns: dict[int, set[int]] = defaultdict(set)
    for clause in clauses:
        if cell := cell_of(clause):
            rows[cell.table].add(cell.row)
            columns[cell.table].add(cell.column)
    return {table: len(found) * len(columns[table]) for table, found in rows.items()}


def within_limits(place: CellPlace) -> CellPlace:
    """Spans that a file may lie about, cut down to what a table can have."""
    column = min(place.column, MOST_COLUMNS - 1)
    return replace(place, column=column, columns=max(1, min(place.columns, MOST_COLUMNS - column)), rows=max(1, place.rows))
