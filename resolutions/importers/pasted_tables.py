"""Tables in a pasted text: lines in a row with the same number of cells."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from resolutions.domain.tables import MOST_COLUMNS, CellPlace

from .paragraphs import Paragraph
from .pasted_pages import cells_in

FEWEST_ROWS = 2


def with_cells(paragraphs: Iterable[Paragraph]) -> Iterator[Paragraph]:
    """The paragraphs, lines of a table cell by cell."""
    tables = 0
    for count, lines in groupby(((each, cells_in(each.text)) for each in paragraphs), key=lambda line: len(line[1])):
        rows = list(lines)
        if not 1 < count <= MOST_COLUMNS or len(rows) < FEWEST_ROWS:
            yield from (line for line, _cells in rows)
            continue
        tables += 1
        for row, (line, cells) in enumerate(rows):
            for column, words in enumerate(cells):
                if words:
                    yield replace(line, text=words, cell=CellPlace(tables, row, column))
