"""Pages of a long comparison, and its stored form: which clause is in which row. No database and no request."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from resolutions.domain.aligning import ChangeKind
from resolutions.domain.comparing import Cell, ComparedClause, Comparison, IdentifiedClause
from resolutions.domain.wording import tokens

# Of one page, in words as they are compared (a sign is one too). A row is never cut.
MOST_CELLS = 600
MOST_WORDS = 20_000
MOST_CHARACTERS = 200_000


@dataclass(frozen=True, slots=True)
class PartCount:
    """The number of changed and unchanged clauses of a whole part."""

    key: str
    touched: int
    unchanged: int


def counts_of(comparison: Comparison) -> list[PartCount]:
    unchanged = comparison.unchanged()
    return [PartCount(key, len(comparison.of_part(key)) - unchanged[key], unchanged[key]) for key in comparison.parts()]


def pages_of(comparison: Comparison) -> list[list[ComparedClause]]:
    """Its rows, part by part as they are shown, no more on a page than one answers quickly. At least one page."""
    pages: list[list[ComparedClause]] = [[]]
    cells = words = characters = 0
    for row in (row for key in comparison.parts() for row in comparison.of_part(key)):
        more_cells = 1 if row.is_quiet else 1 + sum(cell is not None for cell in row.cells)
        shown = [] if row.is_quiet else [*row.clauses, *(clause for cell in row.cells if cell for clause in cell.reference or ())]
        more_words = sum(len(tokens(clause.text)) + len(tokens(clause.call)) for clause in shown)
        more_characters = sum(len(clause.text) for clause in shown or [row.first])
        if pages[-1] and (
            cells + more_cells > MOST_CELLS or words + more_words > MOST_WORDS or characters + more_characters > MOST_CHARACTERS
        ):
            pages.append([])
            cells = words = characters = 0
        pages[-1].append(row)
        cells, words, characters = cells + more_cells, words + more_words, characters + more_characters
    return pages


# --- What is kept ----------------------------------------------------------------------------------------------------------------

type Values = dict[str, Any]
_CLAIMS = ("is_reworded", "is_renumbered", "is_under_another_call")


def as_values(row: ComparedClause, name: Callable[[IdentifiedClause], str]) -> Values:
    """A row of `arrange_clauses` as plain values, without any words. name -- tells by which name a clause is found again"""
    return {
        "base": name(row.base) if row.base else None,
        "after": name(row.after) if row.after else None,
        "cells": [_cell_as_values(cell, name) if cell else None for cell in row.cells],
        "beside": list(row.beside),
    }


def _cell_as_values(cell: Cell, name: Callable[[IdentifiedClause], str]) -> Values:
    return {
        "kind": cell.kind.value if cell.kind else None,
        "base": list(map(name, cell.base)),
        "clauses": list(map(name, cell.clauses)),
        "reference": None if cell.reference is None else list(map(name, cell.reference)),
        "claims": [claim for claim in _CLAIMS if getattr(cell, claim)],
        "merged_into": name(cell.merged_into) if cell.merged_into else None,
        "merged": _cell_as_values(cell.merged, name) if cell.merged else None,
    }


def names_in(rows: Iterable[Values]) -> set[str]:
    """The names of all clauses in these rows."""
    return set(_names(rows))


def _names(rows: Iterable[Values]) -> Iterator[str]:
    for row in rows:
        yield from filter(None, (row["base"], row["after"]))
        for cell in filter(None, row["cells"]):
            for each in filter(None, (cell, cell["merged"])):
                yield from each["base"]
                yield from each["clauses"]
                yield from each["reference"] or ()
            if cell["merged_into"]:
                yield cell["merged_into"]


def from_values(rows: Sequence[Values], clauses: dict[str, IdentifiedClause]) -> list[ComparedClause]:
    """The rows again. clauses -- by name; KeyError where one is missing"""
    return [
        ComparedClause(
            clauses[row["base"]] if row["base"] else None,
            tuple(_cell_from_values(cell, clauses) if cell else None for cell in row["cells"]),
            clauses[row["after"]] if row["after"] else None,
            beside=tuple(row["beside"]),
        )
        for row in rows
    ]


def _cell_from_values(cell: Values, clauses: dict[str, IdentifiedClause]) -> Cell:
    return Cell(
        ChangeKind(cell["kind"]) if cell["kind"] else None,
        tuple(clauses[name] for name in cell["base"]),
        tuple(clauses[name] for name in cell["clauses"]),
        merged_into=clauses[cell["merged_into"]] if cell["merged_into"] else None,
        merged=_cell_from_values(cell["merged"], clauses) if cell["merged"] else None,
        is_reworded="is_reworded" in cell["claims"],
        is_renumbered="is_renumbered" in cell["claims"],
        is_under_another_call="is_under_another_call" in cell["claims"],
        reference=None if cell["reference"] is None else tuple(clauses[name] for name in cell["reference"]),
    )
