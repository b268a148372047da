"""A comparison as it is read: columns, then part by part its clauses, those that nobody changes folded into runs."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext, ngettext, pgettext

from amnt.core.languages import listed
from coalitions.models import HintDismissal, Reading
from coalitions.texts.read_models.found_hints import Change, ShownHints, Wording, by_hint, shown_hints
from resolutions.domain.aligning import ChangeKind
from resolutions.domain.comparing import Cell, ComparedClause, IdentifiedClause, name_of
from resolutions.domain.wording import Diff, diff
from resolutions.models import Part, TextLanguage
from resolutions.read_models.compared_pages import ComparedPage
from resolutions.read_models.rules_in_use import RulesInUse
from resolutions.read_models.starting_points import NOWHERE_ELSE, StartingPoint
from resolutions.read_models.versions import Version, VersionClause

SHORT = 120  # characters of a quotation
MANY = 4  # columns beside the first


@dataclass
class Column:
    """place -- among the columns, the base being 0; is_compared -- in the language of the base, so that words can be marked"""

    place: int
    version: Version
    is_compared: bool
    start: StartingPoint = NOWHERE_ELSE
    readings: list[Reading] = field(default_factory=list)

    @property
    def direction(self) -> str:
        return "rtl" if self.version.language == TextLanguage.ARABIC else "ltr"

    @property
    def language_name(self) -> str:
        """By its own name; empty where the document does not say."""
        return str(TextLanguage(self.version.language).label) if self.version.language else ""


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
        """Whether its words are shown as they are: they are in another language, or too many to be compared."""
        return self.cell is not None and (not self.column.is_compared or self.is_too_long) and bool(self.cell.clauses)

    @property
    def is_too_long(self) -> bool:
        return self.cell is not None and self.cell.is_too_long


@dataclass
class ClauseRow:
    """A row in which something happens. `folded` names the columns in which nothing does, by the word for that."""

    row: ComparedClause
    cells: list[VersionCell]
    folded: list[tuple[str, list[Column]]]
    said: list[str]
    conflicts: list[str]
    language: str  # of the clause it is named after
    cited: str  # how a position cites it

    @property
    def first(self) -> IdentifiedClause:
        return self.row.first

    @property
    def is_new(self) -> bool:
        return self.row.base is None


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
    blocks: list[ClauseRow | Run]
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
    def not_compared(self) -> list[Column]:
        return [column for column in self.columns if not column.is_compared]

    def run(self, place: int) -> Run | None:
        return next((block for part in self.parts for block in part.blocks if isinstance(block, Run) and block.place == place), None)


def sheet(page: ComparedPage, *, rules: RulesInUse, dismissals: Sequence[HintDismissal] = (), readings: Sequence[Reading] = ()) -> Sheet:
    by_proposal = defaultdict(list)
    for reading in readings:
        by_proposal[reading.proposal_id].append(reading)
    columns = [
        Column(
            place,
            version,
            version.language == page.versions[0].language,
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

    def sheet(self) -> Sheet:
        parts = []
        for part in self.page.parts:
            rows = [row for row in self.page.rows if row.part == part.key]
            if rows:
                parts.append(PartOfText(part.key, str(Part(part.key).label), list(self.blocks(rows)), part.touched, part.unchanged))
        return Sheet(self.columns, parts, dict(self.hints), self.page.number, self.page.count)

    def blocks(self, rows: list[ComparedClause]) -> Iterator[ClauseRow | Run]:
        quiet: list[ComparedClause] = []
        for row in rows:
            if row.is_quiet:
                quiet.append(row)
                continue
            if quiet:
                yield self.run(quiet)
                quiet = []
            yield self.clause(row)
        if quiet:
            yield self.run(quiet)

    def run(self, rows: list[ComparedClause]) -> Run:
        self.runs += 1
        said = ngettext("%(n)d clause unchanged", "%(n)d clauses unchanged", len(rows)) % {"n": len(rows)}
        return Run(self.runs, list(rows), said)

    def clause(self, row: ComparedClause) -> ClauseRow:
        cells = [self.shown(column, row, row.cells[column.place - 1]) for column in self.columns[1:]]
        said = []
        if row.base is None:
            said.append(
                gettext("new, after %(clause)s") % {"clause": name_of(row.after)} if row.after else gettext("new, at the beginning")
            )
        conflicts = []
        for conflict in row.conflicts:
            names = listed([self.columns[place + 1].version.label for place in conflict.versions])
            if conflict.words and len(conflict.words) <= SHORT:
                sentence = gettext("%(versions)s change the same words: “%(words)s”") % {"versions": names, "words": conflict.words}
            elif conflict.words:
                sentence = gettext("%(versions)s change the same words.") % {"versions": names}
            else:
                sentence = gettext("%(versions)s add different words at the same place.") % {"versions": names}
            conflicts.append(sentence)
        of = self.columns[0] if row.base else next(each.column for each in cells if each.cell)
        shown, folded = self.together(cells)
        cited = f"{name_of(row.first)} ({of.version.label})"
        return ClauseRow(row, shown, folded, said, conflicts, of.version.language, cited)

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
        if cell.is_under_another_call and cell.base and cell.clauses:
            call = diff(cell.base[0].call, cell.call)
        shown = VersionCell(column, cell, list(_said(cell)), call)
        change = self.change(column, cell)
        if change and not cell.is_quiet and not cell.merged_into:
            shown.found = shown_hints(
                change,
                self.rules,
                language=column.version.language,
                part=row.part,
                wording=Wording(column.version.proposal, column.version.text),
                clause=row.first.identity,
                dismissals=self.dismissals,
            )
            self.hints[row.part] += len(shown.found.hints) + shown.found.more_hints
        return shown

    def change(self, column: Column, cell: Cell) -> Change | None:
        """What is looked at for hints. In another language than the first column, what the document itself says it starts from."""
        if column.is_compared:
            return Change(cell.before, cell.text, cell.base[0].call if cell.base else "", cell.call)
        if not cell.clauses:
            gone = column.start.taken_out.get(cell.base[0].identity)
            return Change(gone.before, "", gone.call_before, "") if gone and gone.before else None
        starts = [(clause.before, clause.call_before) for clause in cell.clauses if isinstance(clause, VersionClause)]
        said = [before for before, _call in starts if before is not None]
        return Change(" ".join(said), cell.text, starts[0][1], cell.call) if len(said) == len(cell.clauses) else None


def _said(cell: Cell) -> Iterator[str]:
    if cell.merged_into:
        yield gettext("its text is in %(clause)s") % {"clause": name_of(cell.merged_into)}
        return
    match cell.kind:
        case ChangeKind.REMOVED:
            yield pgettext("clause", "deleted")
        case ChangeKind.ADDED:
            yield pgettext("clause", "new")
        case ChangeKind.MOVED:
            place = name_of(cell.clauses[0])
            yield gettext("moved: here it is %(clause)s") % {"clause": place}
            if cell.base[0].part != cell.clauses[0].part:
                yield gettext("moved from the %(old)s to the %(new)s") % {
                    "old": Part(cell.base[0].part).label,
                    "new": Part(cell.clauses[0].part).label,
                }
        case ChangeKind.MERGED:
            yield gettext("merged: %(clauses)s are one here") % {"clauses": listed([name_of(each) for each in cell.base])}
        case ChangeKind.SPLIT:
            count = len(cell.clauses)
            yield ngettext("split into %(n)d clause", "split into %(n)d clauses", count) % {"n": count}
        case ChangeKind.UNCHANGED | ChangeKind.RENUMBERED:
            yield gettext("unchanged")
    if cell.is_renumbered and cell.base and cell.kind is not ChangeKind.MOVED:
        old, new = cell.base[0].number or "—", cell.number or "—"
        yield gettext("number %(old)s becomes %(new)s") % {"old": old, "new": new}
