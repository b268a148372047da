"""How tables, rows and columns of a text are called. Apart from `tables`, which reads files where Django would take memory for nothing."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext

from resolutions.domain.tables import CellPlace, cell_of

SHORT = 60  # characters of the words that name a row or a column


def cell_name(cell: CellPlace) -> str:
    """By the numbers of its row and its column."""
    said = {"table": cell.table, "row": cell.row + 1, "column": cell.column + 1}
    return gettext("table %(table)d, row %(row)d, column %(column)d") % said


@dataclass(slots=True)
class TableNames:
    """The words of the cells that name rows and columns of the tables of one text."""

    rows: dict[tuple[int, int], str] = field(default_factory=dict)
    columns: dict[tuple[int, int], str] = field(default_factory=dict)

    @classmethod
    def of(cls, clauses: Iterable[tuple[object, str]]) -> "TableNames":
        """clauses -- each with its words. A row is named by its first cell, a column by its header, else by its cell in the first row."""
        names = cls()
        first: dict[int, int] = {}
        for clause, words in clauses:
            cell = cell_of(clause)
            if cell is None:
                continue
            first[cell.table] = min(first.get(cell.table, cell.row), cell.row)
            if cell.column == 0 and not cell.is_header:
                for row in range(cell.row, cell.row + cell.rows):
                    names.rows.setdefault((cell.table, row), shortened(words))
            if cell.is_header or cell.row == first[cell.table]:
                for column in range(cell.column, cell.column + cell.columns):
                    names.columns[cell.table, column] = shortened(words)
        return names

    def row(self, cell: CellPlace) -> str:
        """Empty where it is the cell that names the row."""
        return "" if cell.column == 0 else self.rows.get((cell.table, cell.row), "")

    def column(self, cell: CellPlace) -> str:
        return "" if cell.is_header else self.columns.get((cell.table, cell.column), "")

    def row_name(self, cell: CellPlace) -> str:
        row = self.rows.get((cell.table, cell.row), "")
        return gettext("row “%(row)s”") % {"row": row} if row else gettext("row %(row)d") % {"row": cell.row + 1}

    def name_within(self, cell: CellPlace) -> str:
        """Of a cell, beneath its table."""
        if column := self.column(cell):
            return gettext("%(row)s, column “%(column)s”") % {"row": self.row_name(cell), "column": column}
        return gettext("%(row)s, column %(column)d") % {"row": self.row_name(cell), "column": cell.column + 1}

    def name(self, cell: CellPlace) -> str:
        """Of a cell, by the words that name its row and its column; else by their numbers."""
        row, column = self.row(cell), self.column(cell)
        said = {"table": cell.table, "row": row, "column": column}
        if row and column:
            return gettext("table %(table)d, row “%(row)s”, column “%(column)s”") % said
        if column:
            said["row"] = str(cell.row + 1)
            return gettext("table %(table)d, row %(row)s, column “%(column)s”") % said
        return cell_name(cell)


def shortened(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= SHORT else f"{words[: SHORT - 1].rstrip()}…"
