"""A comparison as it is read: columns, then part by part its clauses, those that nobody changes folded into runs."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from django.utils.translation import gettext, ngettext, pgettext

from amnt.core.languages import direction, language_name, listed
from coalitions.models import HintDismissal, Reading
from coalitions.read_models.found_hints import Change, ShownHints, Wording, by_hint, shown_hints
from resolutions.domain.aligning import ChangeKind
from resolutions.domain.comparing import Cell, ComparedClause, ConflictKind, IdentifiedClause, WordingConflict, name_of
from resolutions.domain.table_names import TableNames
from resolutions.domain.tables import Grid, blocks, cell_of, grid_of
from resolutions.domain.wording import Diff, diff
from resolutions.models import Part
from resolutions.read_models.askers import asker_name
from resolutions.read_models.compared_pages import ComparedPage
from resolutions.read_models.rules_in_use import RulesInUse
from resolutions.read_models.starting_points import NOWHERE_ELSE, StartingPoint
from resolutions.read_models.versions import Version

SHORT = 120  # characters of a quotation
MANY = 2  # columns beside the first


@dataclass
class Column:
    """place -- among the columns, the base being 0; name -- who asks, else what it is called
    compared_with -- what its words are marked against (`ComparedPage.compared_with`)
    """

    place: int
    version: Version
    name: str
    compared_with: str
    has_badge: bool = False  # it is in another language than the base
    start: StartingPoint = NOWHERE_ELSE
    readings: list[Reading] = field(default_factory=list)

    @property
    def language(self) -> str:
        return self.version.language

    @property
    def direction(self) -> str:
        return direction(self.language)

    @property
    def said(self) -> str:
        """Of one in another language, what its words are marked against."""
        if not self.has_badge:
            return ""
        language = {"language": language_name(self.language) if self.language else gettext("its language")}
        if self.compared_with == "text":
            return gettext("Marked against the text in force in %(language)s.") % language
        if self.compared_with == "before":
            return gettext("The text in force is not here in %(language)s: marked against the text its document starts from.") % language
        return gettext("Neither the text in force in %(language)s nor the one it starts from is here: shown whole, unmarked.") % language


@dataclass
class VersionCell:
    """One version in the row of a clause. `said` are the words for what it does with it."""

    column: Column
    cell: Cell | None
    said: list[str]
    call: Diff = ()
    found: ShownHints = field(default_factory=ShownHints)

    @property
    def is_marked(self) -> bool:
        """Whether its words are shown with what changed in them; unchanged ones stand in the first column."""
        cell = self.cell
        return cell is not None and cell.kind is not None and not cell.is_quiet and bool(cell.pieces) and not cell.is_too_long

    @property
    def is_beside(self) -> bool:
        """Whether its words are shown as they are: nothing is known to compare them with, or they are too many."""
        return self.cell is not None and (self.cell.kind is None or self.is_too_long) and bool(self.cell.clauses)

    @property
    def is_too_long(self) -> bool:
        return self.cell is not None and self.cell.is_too_long


@dataclass(frozen=True, slots=True)
class ShownConflict:
    """tone, word -- whether it is one, or only may be"""

    tone: str
    word: str
    sentence: str


@dataclass
class ClauseRow:
    """A row in which something happens. `folded` names the columns in which nothing does, by the word for that.

    where -- of a cell, how its table, its row and its column are called
    """

    row: ComparedClause
    cells: list[VersionCell]
    folded: list[tuple[str, list[Column]]]
    said: list[str]
    conflicts: list[ShownConflict]
    language: str  # of the clause it is named after
    where: str = ""

    @property
    def first(self) -> IdentifiedClause:
        return self.row.first

    @property
    def name(self) -> str:
        return self.where or name_of(self.row.first)

    @property
    def is_new(self) -> bool:
        return self.row.base is None

    @property
    def is_told_by_others(self) -> bool:
        """Whether the marked words of every column hold those of the base, which then need not be read first."""
        return all(each.is_marked and not each.column.has_badge for each in self.cells)


@dataclass
class NewTable:
    """New cells of one table, in a row. `tables` holds, by column that has some, their grid; `lacking` names the others."""

    first: IdentifiedClause
    number: int
    tables: list[tuple[Column, Grid[VersionCell]]]
    lacking: list[Column]
    said: str
    conflicts: list[ShownConflict]
    language: str

    @property
    def name(self) -> str:
        return gettext("Table %(n)d") % {"n": self.number}

    @property
    def is_new(self) -> bool:
        return True


@dataclass
class Run:
    """Clauses in a row that every version leaves as they are."""

    place: int
    rows: list[ComparedClause]
    said: str


@dataclass
class PartOfText:
    """`touched` and `unchanged` count the whole part; `blocks` are those of this page."""

    key: str
    name: str
    blocks: list[ClauseRow | NewTable | Run]
    touched: int
    unchanged: int


@dataclass
class Sheet:
    """A page of it, which is all of it where it is short. `hints` counts those not set aside on this page, by part."""

    columns: list[Column]
    parts: list[PartOfText]
    hints: dict[str, int]
    number: int
    count: int

    @property
    def hints_in_operative(self) -> int:
        return self.hints.get(Part.OPERATIVE, 0)

    @property
    def hints_in_all(self) -> int:
        return sum(self.hints.values())

    @property
    def hints_elsewhere(self) -> int:
        return self.hints_in_all - self.hints_in_operative

    @property
    def base(self) -> Column:
        return self.columns[0]

    @property
    def others(self) -> list[Column]:
        return self.columns[1:]

    @property
    def in_other_languages(self) -> list[Column]:
        return [column for column in self.others if column.has_badge]

    @property
    def from_other_texts(self) -> list[Column]:
        return [column for column in self.others if column.start.differs]

    def run(self, place: int) -> Run | None:
        return next((block for part in self.parts for block in part.blocks if isinstance(block, Run) and block.place == place), None)


def sheet(page: ComparedPage, *, rules: RulesInUse, dismissals: Sequence[HintDismissal] = (), readings: Sequence[Reading] = ()) -> Sheet:
    by_proposal = defaultdict(list)
    for reading in readings:
        by_proposal[reading.proposal_id].append(reading)
    names = [asker_name(version.proposal) if version.proposal else version.label for version in page.versions]
    columns = [
        Column(
            place,
            version,
            names[place] if names.count(names[place]) == 1 else f"{names[place]}, {version.label}",
            page.compared_with(place),
            version.language != page.versions[0].language,
            page.starts.get(version.key, NOWHERE_ELSE),
            by_proposal[version.proposal.pk] if version.proposal else [],
        )
        for place, version in enumerate(page.versions)
    ]
    return _SideBySideBuilder(columns, page, rules, dismissals).sheet()


class _SideBySideBuilder:
    def __init__(self, columns: list[Column], page: ComparedPage, rules: RulesInUse, dismissals: Sequence[HintDismissal]) -> None:
        self.columns, self.page, self.rules = columns, page, rules
        self.dismissals = by_hint(dismissals)
        self.hints: dict[str, int] = defaultdict(int)
        self.runs = 0
        self.names = [TableNames.of((clause, clause.text) for clause in self.clauses_of(column.place)) for column in columns]

    def clauses_of(self, place: int) -> Iterator[IdentifiedClause]:
        """Those of one column on this page, in the order of its rows."""
        for row in self.page.rows:
            if place == 0 and row.base:
                yield row.base
            elif place and (cell := row.cells[place - 1]):
                yield from cell.clauses

    def sheet(self) -> Sheet:
        parts = []
        for part in self.page.parts:
            rows = [row for row in self.page.rows if row.part == part.key]
            if rows:
                parts.append(PartOfText(part.key, str(Part(part.key).label), list(self.blocks(rows)), part.touched, part.unchanged))
        return Sheet(self.columns, parts, dict(self.hints), self.page.number, self.page.count)

    def blocks(self, rows: list[ComparedClause]) -> Iterator[ClauseRow | NewTable | Run]:
        for (is_quiet, table), together in groupby(_with_tables_together(rows), key=_together):
            if is_quiet:
                yield self.run(list(together))
            elif table:
                yield self.new_table(table, list(together))
            else:
                yield from map(self.clause, together)

    def new_table(self, number: int, rows: list[ComparedClause]) -> NewTable:
        shown = [self.clause(row) for row in rows]
        of: dict[int, list[VersionCell]] = defaultdict(list)
        for cell in (cell for each in shown for cell in each.cells if cell.cell and cell.cell.clauses):
            of[cell.column.place].append(cell)
        conflicts = list(dict.fromkeys(conflict for each in shown for conflict in each.conflicts))
        return NewTable(
            rows[0].first,
            number,
            [(self.columns[place], grid_of(cells, _clause_of)) for place, cells in sorted(of.items())],
            [column for column in self.columns[1:] if column.place not in of],
            shown[0].said[0],
            conflicts,
            shown[0].language,
        )

    def run(self, rows: list[ComparedClause]) -> Run:
        self.runs += 1
        said = ngettext("%(n)d clause unchanged", "%(n)d clauses unchanged", len(rows)) % {"n": len(rows)}
        return Run(self.runs, list(rows), said)

    def clause(self, row: ComparedClause) -> ClauseRow:
        cells = [self.shown(column, row, row.cells[column.place - 1]) for column in self.columns[1:]]
        said = []
        if row.base is None and not any(each.cell and each.cell.kind is ChangeKind.ADDED for each in cells):
            said.append(gettext("not found in the text of the first column"))
        elif row.base is None:
            said.append(
                gettext("new, after %(clause)s") % {"clause": self.called(row.after)} if row.after else gettext("new, at the beginning")
            )
        conflicts = [self.conflict(conflict) for conflict in row.conflicts]
        of = self.columns[0] if row.base else next(each.column for each in cells if each.cell)
        shown, folded = self.together(cells)
        where = self.called(row.first, of.place) if cell_of(row.first) else ""
        return ClauseRow(row, shown, folded, said, conflicts, of.language, where)

    def called(self, clause: IdentifiedClause, place: int = 0) -> str:
        """By what its column calls it: a cell by the words that head its row and its column."""
        cell = cell_of(clause)
        return self.names[place].name(cell) if cell else name_of(clause)

    def conflict(self, conflict: WordingConflict) -> ShownConflict:
        columns = [self.columns[place + 1] for place in conflict.versions]
        versions = {"versions": self.named(conflict.versions)}
        match conflict.kind:
            case ConflictKind.DELETES:
                changing = self.named(place for place in conflict.versions if place not in conflict.deleting)
                deleted = {"deleting": self.named(conflict.deleting), "changing": changing}
                return _conflict(gettext("Deleted by %(deleting)s, changed by %(changing)s.") % deleted)
            case ConflictKind.REWORDS if len({column.language for column in columns}) == 1:
                sentence = gettext("Changed by %(versions)s, which start from different words: these are not compared with each other.")
                return _perhaps(sentence % versions)
            case ConflictKind.REWORDS:
                sentence = gettext("Changed by %(versions)s, in different languages: a machine cannot compare their words.")
                return _perhaps(sentence % versions)
            case ConflictKind.ADDS:
                sentence = gettext("At this place %(versions)s add clauses in different languages: a machine cannot compare their words.")
                return _perhaps(sentence % versions)
        if conflict.words and len(conflict.words) <= SHORT:
            # Isolated from what is around it: it may run the other way.
            words = f"\u2068{conflict.words}\u2069" if any(column.has_badge for column in columns) else conflict.words
            return _conflict(gettext("%(versions)s change the same words: “%(words)s”") % (versions | {"words": words}))
        if conflict.words:
            return _conflict(gettext("%(versions)s change the same words.") % versions)
        return _conflict(gettext("%(versions)s add different words at the same place.") % versions)

    def named(self, places: Iterable[int]) -> str:
        return listed([self.columns[place + 1].name for place in places])

    def together(self, cells: list[VersionCell]) -> tuple[list[VersionCell], list[tuple[str, list[Column]]]]:
        """Beside many columns, those that all leave the clause alone are only named."""
        if len(cells) < MANY:
            return cells, []
        folded: dict[str, list[Column]] = {}
        for each in cells:
            if each.cell is None or (each.cell.is_quiet and not each.cell.is_renumbered):
                folded.setdefault(each.said[0], []).append(each.column)
        there = {column.place for columns in folded.values() for column in columns}
        return [each for each in cells if each.column.place not in there], list(folded.items())

    def shown(self, column: Column, row: ComparedClause, cell: Cell | None) -> VersionCell:
        if cell is None:
            return VersionCell(column, None, [gettext("does not have it")])
        call: Diff = ()
        if cell.is_under_another_call and cell.compared and cell.clauses:
            call = diff(cell.compared[0].call, cell.call)
        shown = VersionCell(column, cell, list(_said(cell)), call)
        change = _change(cell)
        if change and not cell.is_quiet and not cell.merged_into:
            shown.found = shown_hints(
                change,
                self.rules,
                language=column.language,
                part=row.part,
                wording=Wording(column.version.proposal, column.version.text),
                clause=row.first.identity,
                dismissals=self.dismissals,
            )
            self.hints[row.part] += len(shown.found.hints) + shown.found.more_hints
        return shown


def _with_tables_together(rows: list[ComparedClause]) -> Iterator[ComparedClause]:
    """The rows; of each table first the cells that stay, which are shown as a table, then those in which something happens."""
    for block in blocks(rows, lambda row: row.first):
        yield from sorted(block.items, key=lambda row: not row.is_quiet)


def _conflict(sentence: str) -> ShownConflict:
    return ShownConflict("gap", gettext("conflict"), sentence)


def _perhaps(sentence: str) -> ShownConflict:
    return ShownConflict("review", gettext("to be read together"), sentence)


def _change(cell: Cell) -> Change | None:
    """What is looked at for hints, all of it in the language of the version; None where its words before are not known."""
    if cell.kind is None or not (cell.compared or cell.clauses):
        return None
    return Change(cell.before, cell.text, cell.compared[0].call if cell.compared else "", cell.call)


def _clause_of(cell: VersionCell) -> IdentifiedClause | None:
    return cell.cell.clauses[0] if cell.cell else None


def _together(row: ComparedClause) -> tuple[bool, int]:
    """Whether nobody changes it; and of a new cell, the number of its table."""
    place = cell_of(row.first) if row.base is None else None
    return row.is_quiet, place.table if place else 0


def _said(cell: Cell) -> Iterator[str]:
    if cell.merged_into:
        yield gettext("its text is in %(clause)s") % {"clause": name_of(cell.merged_into)}
        return
    if cell.kind is None:
        yield gettext("not compared: the words it starts from are not known")
    match cell.kind:
        case ChangeKind.REMOVED:
            yield pgettext("clause", "deleted")
        case ChangeKind.ADDED:
            yield pgettext("clause", "new")
        case ChangeKind.MOVED:
            place = name_of(cell.clauses[0])
            yield gettext("moved: here it is %(clause)s") % {"clause": place}
            if cell.compared[0].part != cell.clauses[0].part:
                yield gettext("moved from the %(old)s to the %(new)s") % {
                    "old": Part(cell.compared[0].part).label,
                    "new": Part(cell.clauses[0].part).label,
                }
        case ChangeKind.MERGED:
            yield gettext("merged: %(clauses)s are one here") % {"clauses": listed([name_of(each) for each in cell.base or cell.compared])}
        case ChangeKind.SPLIT:
            count = len(cell.clauses)
            yield ngettext("split into %(n)d clause", "split into %(n)d clauses", count) % {"n": count}
        case ChangeKind.UNCHANGED | ChangeKind.RENUMBERED:
            yield gettext("unchanged")
    if cell.is_renumbered and cell.compared and cell.kind is not ChangeKind.MOVED:
        old, new = cell.compared[0].number or "—", cell.number or "—"
        yield gettext("number %(old)s becomes %(new)s") % {"old": old, "new": new}
