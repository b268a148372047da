"""Parses proposals pasted from a spreadsheet: a matrix (rows are resolutions, columns those who ask) or a list.

    read_table(text) every cell with content, understood or not

Pure: no database. Columns are separated by tabs, semicolons or commas, with quotation marks where a cell holds them; header words are
known in French, English and Spanish. A cell may hold several proposals (`MOD EUR/38A7/1; NOC`), each with remarks: `(prelim)`, `?`, `late`.
"""

import csv
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from .docx import parse_code

MOST_CELLS = 2_000
LONGEST_CELL = 1_000
ACTIONS = ("MOD", "ADD", "SUP", "NOC")


class TableShape(StrEnum):
    MATRIX = "matrix"
    LIST = "list"


class ListColumn(StrEnum):
    """What a column of a list holds."""

    RESOLUTION = "resolution"
    WHO = "who"
    ACTION = "action"
    IDENTIFIER = "identifier"
    STATUS = "status"


class CellProblem(StrEnum):
    """Why a cell was not understood."""

    NO_ACTION = "no_action"
    TWO_ACTIONS = "two_actions"
    WORDS = "words"
    NO_RESOLUTION = "no_resolution"
    NO_WHO = "no_who"
    TOO_LONG = "too_long"


class Unreadable(ValueError):
    """A paste that is no table of proposals. `code`: empty, no_columns or too_large."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class PastedProposal:
    """One proposal of a cell, or why the cell was not understood.

    row, column -- counted from 1, as in the spreadsheet
    resolution -- its number, or the label of a draft with its brackets; empty too where the row only says that it is a new one (`is_new`)
    title -- what stands beside the label, or after "New resolution"; who -- as the header or the cell names them
    identifier -- without its action, as printed; status -- of the proposal, "" where nothing is said
    """

    row: int
    column: int
    said: str
    resolution: str = ""
    who: str = ""
    action: str = ""
    identifier: str = ""
    status: str = ""
    is_late: bool = False
    trouble: CellProblem | None = None
    title: str = ""
    is_new: bool = False

    @property
    def draft(self) -> str:
        """What identifies a draft new resolution: its label, else its title. Empty for one that has a number."""
        return _folded(self.resolution or self.title or "new") if self.is_new else ""


@dataclass(frozen=True, slots=True)
class _Named:
    """What a row is about; see `PastedProposal`."""

    resolution: str = ""
    title: str = ""
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Pasted:
    """shape -- how it was read; header -- the row whose words name the columns, 0 if there is none; asked -- by row and column"""

    shape: TableShape
    header: int
    asked: tuple[PastedProposal, ...]

    def drafts(self) -> dict[str, PastedProposal]:
        """The new resolutions in the table by `draft`, each with the first cell that proposes it."""
        found: dict[str, PastedProposal] = {}
        for asked in self.asked:
            if asked.is_new and asked.action == "ADD" and asked.trouble is None:
                found.setdefault(asked.draft, asked)
        return found


_HEADINGS = {
    ListColumn.RESOLUTION: ("resolution", "resolutions", "resolucion", "resoluciones", "res", "text", "texte", "texto"),
    ListColumn.WHO: (
        *("who", "source", "sources", "from", "group", "region", "state", "states", "author", "proposed by"),
        *("qui", "origine", "groupe", "etat", "etats", "auteur", "provenance"),
        *("quien", "origen", "grupo", "estado miembro", "estados", "fuente", "autor"),
    ),
    ListColumn.ACTION: ("action", "actions", "accion", "asks", "mark", "marque", "demande", "marca", "pide", "type", "tipo"),
    ListColumn.IDENTIFIER: (
        *("identifier", "id", "code", "document", "number", "proposal", "doc"),
        *("identifiant", "cote", "numero", "proposition", "identificador", "codigo", "propuesta", "documento"),
    ),
    ListColumn.STATUS: (
        "status",
        "statut",
        "estado",
        "estatus",
        "situacion",
        "remark",
        "remarks",
        "remarque",
        "remarques",
        "observaciones",
    ),
}
_COLUMN_OF = {word: column for column, words in _HEADINGS.items() for word in words}
_NOTHING = {"", "-", "–", "—", "○", "/", ".", "n/a", "none", "rien", "nada", "∅"}
_REMARKS = {
    "preliminary": ("?", "prelim", "preliminary", "preliminaire", "preliminar", "pcp", "draft", "projet", "borrador"),
    "common": ("common", "commune", "comun", "common proposal", "proposition commune", "propuesta comun"),
    "submitted": ("submitted", "soumise", "presentada", "deposee", "enviada"),
    "withdrawn": ("withdrawn", "retiree", "retirada", "retire", "wd"),
    "late": ("late", "tardive", "tardif", "tardia", "⏱", "retard", "en retard"),
}
_REMARK_OF = {word: remark for remark, words in _REMARKS.items() for word in words}
_BRACKETS = re.compile(r"\(([^()]*)\)")
_WORD = re.compile(r"[^\s,()]+")
_BETWEEN = re.compile(r"[;|\n\r]+")
_NUMBER = re.compile(r"(?:^|\b(?:res(?:olution|olucion)?|r)\b\.?\s*(?:n[o°.]*\s*)?)(\d{1,3})(?:\b|$)", re.IGNORECASE)
_NEW = re.compile(
    r"^(?:(?:draft|projet\s+de|proyecto\s+de)\s+)?(?:new\s+resolution|nouvelle\s+r[ée]solution|nueva\s+resoluci[óo]n)\b[\s:.–—-]*",
    re.IGNORECASE,
)
_LABEL = re.compile(r"\[[^\[\]]{1,38}\]")


def read_table(text: str) -> Pasted:
    """Raises Unreadable when it is empty, when no columns can be told apart, or when there is more than 2,000 cells of it."""
    rows = [(number, cells) for number, cells in enumerate(_rows(text), start=1) if any(cell.strip() for cell in cells)]
    if not rows:
        raise Unreadable("empty")
    if sum(len(cells) for _number, cells in rows) > MOST_CELLS:
        raise Unreadable("too_large")
    number, first = rows[0]
    columns = [_COLUMN_OF.get(_folded(cell)) for cell in first]
    if ListColumn.ACTION in columns and ListColumn.RESOLUTION in columns:
        return Pasted(TableShape.LIST, number, tuple(_list(rows[1:], columns)))
    if len(first) >= 2 and not _is_resolution(first[0]) and any(cell.strip() for cell in first[1:]):
        return Pasted(TableShape.MATRIX, number, tuple(_matrix(rows[1:], first)))
    if len(first) >= 3 and _is_resolution(first[0]) and _action_of(first[2]):
        return Pasted(TableShape.LIST, 0, tuple(_list(rows, list(ListColumn))))
    raise Unreadable("no_columns")


def _rows(text: str) -> list[list[str]]:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    separator = _separator(text)
    try:
        return list(csv.reader(text.split("\n") if '"' not in text else text.splitlines(keepends=True), delimiter=separator))
    except csv.Error:  # a field beyond what the module takes
        raise Unreadable("too_large") from None


def _separator(text: str) -> str:
    """The separator in most lines; a tab always wins, since it occurs nowhere else."""
    lines = [line for line in text.split("\n") if line.strip()]
    if any("\t" in line for line in lines):
        return "\t"
    return max(";,", key=lambda sign: sum(sign in line for line in lines))


def _matrix(rows: Sequence[tuple[int, list[str]]], header: Sequence[str]) -> Iterator[PastedProposal]:
    for row, cells in rows:
        about = _named(cells[0]) if cells else _Named()
        for column, cell in enumerate(cells[1:], start=2):
            who = " ".join(header[column - 1].split()) if column <= len(header) else ""
            for asked in _asked(row, column, cell):
                yield _placed(asked, about, who)


def _list(rows: Sequence[tuple[int, list[str]]], columns: Sequence[ListColumn | None]) -> Iterator[PastedProposal]:
    places = {column: place for place, column in reversed(list(enumerate(columns))) if column}
    for row, cells in rows:

        def cell(column: ListColumn, cells: list[str] = cells) -> str:
            place = places.get(column)
            return cells[place] if place is not None and place < len(cells) else ""

        said = [" ".join(cell(column).split()) for column in (ListColumn.ACTION, ListColumn.IDENTIFIER)]
        status = cell(ListColumn.STATUS).strip()
        said.append(f"({status})" if status and "(" not in status else status)
        joined = " ".join(filter(None, said))
        about, who = _named(cell(ListColumn.RESOLUTION)), " ".join(cell(ListColumn.WHO).split())
        column = places[ListColumn.ACTION] + 1
        if all(each in ("", "()") for each in said):
            yield PastedProposal(row, column, " ".join(" ".join(cells).split()), about.resolution, who, trouble=CellProblem.NO_ACTION)
            continue
        yield _placed(_one(row, column, joined), about, who)


def _placed(asked: PastedProposal, about: _Named, who: str) -> PastedProposal:
    trouble = asked.trouble
    if trouble is None and about == _Named():
        trouble = CellProblem.NO_RESOLUTION
    if trouble is None and not who and not asked.identifier:
        trouble = CellProblem.NO_WHO
    return replace(asked, resolution=about.resolution, who=who, trouble=trouble, title=about.title, is_new=about.is_new)


def _asked(row: int, column: int, cell: str) -> Iterator[PastedProposal]:
    if len(cell) > LONGEST_CELL:
        yield PastedProposal(row, column, f"{cell[:80]}…", trouble=CellProblem.TOO_LONG)
        return
    for part in _BETWEEN.split(cell):
        for one in _each(" ".join(part.split())):
            if _folded(one) not in _NOTHING:
                yield _one(row, column, one)


def _each(part: str) -> list[str]:
    """ "MOD, NOC" are two; "MOD, late" is one with a remark."""
    pieces = [piece.strip() for piece in part.split(",")]
    found: list[str] = []
    for piece in pieces:
        if found and not _action_of(piece):
            found[-1] = f"{found[-1]}, {piece}"
        else:
            found.append(piece)
    return found


def _one(row: int, column: int, said: str) -> PastedProposal:
    """One proposal: its action, its identifier, and remarks, in brackets or not."""
    if len(said) > LONGEST_CELL:
        return PastedProposal(row, column, f"{said[:80]}…", trouble=CellProblem.TOO_LONG)
    action, rest = _action_of(said), said
    if not action:
        return PastedProposal(row, column, said, trouble=CellProblem.NO_ACTION)
    remarks = [_folded(remark) for remark in _BRACKETS.findall(rest)]
    words = _WORD.findall(_BRACKETS.sub(" ", rest))
    identifier = ""
    left: list[str] = []
    for word in words[1:]:
        code = parse_code(f"{action} {word.rstrip('?')}")
        if code is not None and not identifier:
            identifier = str(code)
            remarks += ["?"] if word.endswith("?") else []
        elif word.strip("?") == "" or _folded(word) in _REMARK_OF:
            remarks.append(_folded(word) if word.strip("?") else "?")
        elif word.upper() in (*ACTIONS, "UNC"):
            return PastedProposal(row, column, said, action=action, identifier=identifier, trouble=CellProblem.TWO_ACTIONS)
        else:
            left.append(word)
    first = words[0] if words else ""
    if first.endswith("?"):
        remarks.append("?")
    meanings = {_REMARK_OF.get(remark.rstrip(". "), "") for remark in remarks if remark}
    if left or "" in meanings:
        return PastedProposal(row, column, said, action=action, identifier=identifier, trouble=CellProblem.WORDS)
    status = next((status for status in ("withdrawn", "preliminary", "common", "submitted") if status in meanings), "")
    return PastedProposal(row, column, said, action=action, identifier=identifier, status=status, is_late="late" in meanings)


def _action_of(said: str) -> str:
    """The action that it begins with."""
    first = next(iter(_WORD.findall(_BRACKETS.sub(" ", said))), "").upper().rstrip("?:*")
    return "NOC" if first == "UNC" else first if first in ACTIONS else ""


def _named(said: str) -> _Named:
    """Its number, or the label of a draft and what stands beside it: "50" of "Rés. 50 — Cybersécurité", "[IAP-1]" of
    "[IAP-1] Nouvelle IA", and of "New resolution: AI" that it is one."""
    said = " ".join(said.split())
    new = _NEW.match(said)
    rest = said[new.end() :] if new else said
    if label := _LABEL.search(rest):
        return _Named(label[0], _stripped(rest.replace(label[0], " ", 1)), is_new=True)
    if new and not re.fullmatch(r"\d{1,3}", rest):
        return _Named(title=_stripped(rest), is_new=True)
    found = _NUMBER.search(_unaccented(said))
    return _Named(str(int(found[1]))) if found else _Named()


def _stripped(said: str) -> str:
    """Without the punctuation around it."""
    return " ".join(_NEW.sub("", said.strip(" :.,;–—-")).split()).strip(" :.,;–—-")


def _is_resolution(said: str) -> bool:
    return _named(said) != _Named()


def _unaccented(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def _folded(text: str) -> str:
    return " ".join(_unaccented(text).casefold().split()).strip(" .:")
