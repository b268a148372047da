"""Which cell of a table became which: table by table, then row by row and column by column, so that an inserted row shifts nothing.

Rows pair in order by their words, first of all by those of their first cell; columns by their header and by what their rows have in
common. A row that has no pair is new or gone with all its cells, though another row may have the same words in some of them.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import Indel

from resolutions.domain.tables import CellPlace, cell_of

SAME_TABLE = 0.25  # of its words, that a table has in common with another
SAME_ROW = 0.4
SAME_COLUMN = 0.3
MOVED_ROW = 0.75
FIRST_CELL = 0.35  # how much more alike two rows are that have the same first cell
MOST_ROWS = 400  # held against each other one by one

type _Pairs = dict[int, int]


@dataclass(slots=True)
class _Table:
    """rows, columns -- of each, its cells: indices of clauses by column, or by row; words -- of each clause"""

    number: int
    rows: dict[int, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    columns: dict[int, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    header: set[int] = field(default_factory=set)
    words: dict[int, str] = field(default_factory=dict)
    counted: set[int] = field(default_factory=set)

    def add(self, index: int, cell: CellPlace, text: str, words: str) -> None:
        self.rows[cell.row][cell.column] = index
        self.columns[cell.column][cell.row] = index
        self.words[index] = words
        if cell.is_header:
            self.header.add(cell.row)
        if text.strip(" .()").isdecimal():
            self.counted.add(index)

    def row_words(self, row: int) -> str:
        return "".join(self.words[index] for _column, index in sorted(self.rows[row].items()))

    def first_cell(self, row: int) -> str:
        """Empty where it only counts the rows, which another one that is put in makes wrong."""
        index = self.rows[row].get(min(self.columns))
        return "" if index is None or index in self.counted else self.words[index]


def pair_cells(
    old: Sequence[object], new: Sequence[object], words_old: Callable[[int], str], words_new: Callable[[int], str]
) -> tuple[_Pairs, set[int], set[int]]:
    """Pairs of cells by index; then the indices of all cells, on either side, of the tables that have a pair.

    words_old, words_new -- the words of a clause by its index, each a character
    """
    tables_old, tables_new = _tables(old, words_old), _tables(new, words_new)
    pairs: _Pairs = {}
    inside_old: set[int] = set()
    inside_new: set[int] = set()
    for one, other in _same_tables(tables_old, tables_new):
        pairs |= _pair_table(one, other)
        inside_old |= one.words.keys()
        inside_new |= other.words.keys()
    return pairs, inside_old, inside_new


def _tables(clauses: Sequence[object], words: Callable[[int], str]) -> list[_Table]:
    found: dict[int, _Table] = {}
    for index, clause in enumerate(clauses):
        if cell := cell_of(clause):
            found.setdefault(cell.table, _Table(cell.table)).add(index, cell, getattr(clause, "text", ""), words(index))
    return list(found.values())


def _same_tables(old: Sequence[_Table], new: Sequence[_Table]) -> list[tuple[_Table, _Table]]:
    """By the words they have in common; between equals, the nearest in order."""
    counted_old, counted_new = [_counted(table) for table in old], [_counted(table) for table in new]
    scored = sorted(
        (-(counted_old[i] & counted_new[j]).total() * 2 / ((counted_old[i] + counted_new[j]).total() or 1), abs(i - j), i, j)
        for i in range(len(old))
        for j in range(len(new))
    )
    taken_old: set[int] = set()
    taken_new: set[int] = set()
    found = []
    for negative, _distance, i, j in scored:
        if -negative >= SAME_TABLE and i not in taken_old and j not in taken_new:
            taken_old.add(i)
            taken_new.add(j)
            found.append((old[i], new[j]))
    return found


def _counted(table: _Table) -> Counter[str]:
    return Counter("".join(table.words.values()))


def _pair_table(old: _Table, new: _Table) -> _Pairs:
    rows = _pair_rows(old, new)
    columns = _pair_columns(old, new, rows)
    pairs: _Pairs = {}
    for row_old, row_new in rows.items():
        for column_old, index in old.rows[row_old].items():
            other = new.rows[row_new].get(columns.get(column_old, -1))
            if other is not None:
                pairs[index] = other
    return pairs


def _pair_rows(old: _Table, new: _Table) -> _Pairs:
    rows_old, rows_new = sorted(old.rows), sorted(new.rows)
    words_old, words_new = [old.row_words(row) for row in rows_old], [new.row_words(row) for row in rows_new]
    pairs: _Pairs = {}
    start = 0
    while start < min(len(rows_old), len(rows_new)) and words_old[start] == words_new[start]:
        pairs[start] = start
        start += 1
    end = 0
    while end < min(len(rows_old), len(rows_new)) - start and words_old[-1 - end] == words_new[-1 - end]:
        pairs[len(rows_old) - 1 - end] = len(rows_new) - 1 - end
        end += 1
    open_old, open_new = range(start, len(rows_old) - end), range(start, len(rows_new) - end)
    if len(open_old) <= MOST_ROWS and len(open_new) <= MOST_ROWS:

        def likeness(i: int, j: int) -> float:
            if (rows_old[i] in old.header) != (rows_new[j] in new.header):
                return 0.0
            score = Indel.normalized_similarity(words_old[i], words_new[j])
            first_old, first_new = old.first_cell(rows_old[i]), new.first_cell(rows_new[j])
            return score + FIRST_CELL * (first_old == first_new != "")

        scores = {(i, j): score for i in open_old for j in open_new if (score := likeness(i, j)) >= SAME_ROW - 0.1}
        pairs |= _chain(open_old, open_new, {pair: score for pair, score in scores.items() if score >= SAME_ROW})
        taken = set(pairs.values())
        for _score, i, j in sorted(((-score, i, j) for (i, j), score in scores.items() if score >= MOVED_ROW)):
            if i not in pairs and j not in taken:
                pairs[i] = j
                taken.add(j)
    return {rows_old[i]: rows_new[j] for i, j in pairs.items()}


def _pair_columns(old: _Table, new: _Table, rows: _Pairs) -> _Pairs:
    columns_old, columns_new = sorted(old.columns), sorted(new.columns)

    def likeness(i: int, j: int) -> float:
        one, other = old.columns[columns_old[i]], new.columns[columns_new[j]]
        both = [(one[row], other[rows[row]]) for row in one if rows.get(row) in other]
        if not both:
            return 0.0
        # That of the first row counts as much as all others: it is the header, or stands for it.
        alike = [Indel.normalized_similarity(old.words[a], new.words[b]) for a, b in both]
        return (alike[0] + sum(alike) / len(alike)) / 2

    scores = {(i, j): score for i in range(len(columns_old)) for j in range(len(columns_new)) if (score := likeness(i, j)) >= SAME_COLUMN}
    pairs = _chain(range(len(columns_old)), range(len(columns_new)), scores)
    if len(columns_old) == len(columns_new):
        # Between columns that pair, as many that have other words are the same ones rewritten.
        taken = set(pairs.values())
        pairs |= {i: i for i in range(len(columns_old)) if i not in pairs and i not in taken}
    return {columns_old[i]: columns_new[j] for i, j in pairs.items()}


def _chain(old: range, new: range, scores: dict[tuple[int, int], float]) -> _Pairs:
    """The pairs whose scores sum highest, both sides in order."""
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for a, i in enumerate(old):
        for b, j in enumerate(new):
            paired = best[a][b] + scores[i, j] if (i, j) in scores else 0.0
            best[a + 1][b + 1] = max(best[a][b + 1], best[a + 1][b], paired)
    pairs: _Pairs = {}
    a, b = len(old), len(new)
    while a and b:
        i, j = old[a - 1], new[b - 1]
        if (i, j) in scores and best[a][b] == best[a - 1][b - 1] + scores[i, j]:
            pairs[i] = j
            a, b = a - 1, b - 1
        elif best[a][b] == best[a - 1][b]:
            a -= 1
        else:
            b -= 1
    return pairs
