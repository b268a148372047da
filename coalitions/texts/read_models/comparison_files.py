"""A comparison as the exporters want it: two columns as one text with its marks, more as every wording below each clause."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from django.utils.timezone import localdate, now
from django.utils.translation import gettext, ngettext, pgettext

from amnt.audit.models import AuditLevel
from amnt.core.languages import language_name, listed, with_colon
from coalitions.export_registry import class_name
from resolutions.domain.aligning import longest_increasing
from resolutions.domain.comparing import Cell, ComparedClause, Comparison, IdentifiedClause, name_of
from resolutions.domain.tables import cell_of, united
from resolutions.exporters import docx, shapes, text
from resolutions.models import ClauseKind, Proposal, Resolution
from resolutions.read_models.versions import Version

KINDS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "txt": "text/plain; charset=utf-8",
}


def file_name(resolution: Resolution, kind: str) -> str:
    """ "comparison-50-2028-09-20.docx": what and when, never who."""
    return f"{gettext('comparison')}-{resolution.slug}-{localdate():%Y-%m-%d}.{kind}"


def as_file(kind: str, versions: list[Version], comparison: Comparison, resolution: Resolution) -> bytes:
    """The comparison of these versions, the first one in the language of the file."""
    return as_docx(versions, comparison, resolution) if kind == "docx" else as_text(versions, comparison, resolution).encode()


def as_docx(versions: list[Version], comparison: Comparison, resolution: Resolution) -> bytes:
    # A neutral word stands where Word asks who made a mark: none of us, and no delegation.
    author = gettext("Comparison")
    if _are_one_text(versions):
        return docx.as_docx(two(versions, comparison, resolution), author=author, date=now())
    return docx.versions_as_docx(several(versions, comparison, resolution), author=author, date=now())


def as_text(versions: list[Version], comparison: Comparison, resolution: Resolution) -> str:
    if _are_one_text(versions):
        return text.as_text(two(versions, comparison, resolution), unchanged=unchanged)
    return text.versions_as_text(several(versions, comparison, resolution), unchanged=unchanged)


def _are_one_text(versions: list[Version]) -> bool:
    """Whether they can be one document in which one becomes the other."""
    return len(versions) == 2 and versions[0].language == versions[1].language


def with_class(subtitle: str) -> str:
    """Who may read it: texts that are compared are public, all of them."""
    return f"{subtitle} — {class_name(AuditLevel.PUBLIC)}"


def unchanged(count: int) -> str:
    return ngettext("%(n)d clause unchanged", "%(n)d clauses unchanged", count) % {"n": count}


def two(versions: list[Version], comparison: Comparison, resolution: Resolution) -> shapes.ExportedComparison:
    base, other = versions
    subtitle = with_class(gettext("From %(old)s to %(new)s") % {"old": base.label, "new": other.label})
    header = _header(base, other, resolution)
    return shapes.ExportedComparison(title_of(resolution), subtitle, base.language, list(_sections(_entries(comparison))), header)


def several(versions: list[Version], comparison: Comparison, resolution: Resolution) -> shapes.ExportedVersions:
    base, *others = versions
    labels = listed([version.label for version in others])
    subtitle = with_class(gettext("%(base)s, and next to it %(versions)s") % {"base": base.label, "versions": labels})
    sections = []
    for (part, call), rows in groupby(comparison.rows, key=lambda row: (row.part, row.first.call)):
        clauses = [
            shapes.VersionsClause(
                row.base.number if row.base else None,
                row.base.text if row.base else None,
                tuple(_wordings(row, base, others)),
                _kind(row),
                cell_of(row.base) if row.base else None,
            )
            for row in rows
        ]
        sections.append(shapes.VersionsSection(call, clauses, part))
    return shapes.ExportedVersions(title_of(resolution), subtitle, base.language, base.label, sections)


# As a document prints the number of a resolution, in the language of its text.
RESOLUTION_LINES = {
    "ar": "القرار %s",
    "en": "RESOLUTION %s",
    "es": "RESOLUCIÓN %s",
    "fr": "RÉSOLUTION %s",
    "ru": "РЕЗОЛЮЦИЯ %s",
    "zh": "第%s号决议",
}


def _header(base: Version, other: Version, resolution: Resolution) -> shapes.ExportedHeader | None:
    """Of a proposal beside the text it changes: the file then comes home as that proposal."""
    proposal = other.proposal
    return header_of(proposal, resolution, base.language) if proposal and base.text and proposal.identifier else None


def header_of(proposal: Proposal, resolution: Resolution, language: str) -> shapes.ExportedHeader:
    line = RESOLUTION_LINES[language] % resolution.number if resolution.number else resolution.label
    title = getattr(resolution, f"title_{language}", "") or ""
    return shapes.ExportedHeader(proposal.action, proposal.identifier, line, title)


def title_of(resolution: Resolution) -> str:
    return with_colon(resolution.full_name, resolution.title) if resolution.title else resolution.full_name


def _kind(row: ComparedClause) -> str:
    return kind_of(row.first)


def kind_of(clause: IdentifiedClause) -> str:
    """As the exporters name it; an ordinary clause has none."""
    kind = getattr(clause, "kind", "")
    return kind if kind in (ClauseKind.HEADING, ClauseKind.NOTE) else ""


@dataclass(frozen=True, slots=True, eq=False)
class _Entry:
    """A paragraph of one text or both; `old` and `new` are what it is there."""

    old: IdentifiedClause | None
    new: IdentifiedClause | None
    kind: str
    note: str = ""
    move: str = ""

    @property
    def part(self) -> str:
        clause = self.new or self.old
        return clause.part if clause else ""


def _entries(comparison: Comparison) -> list[_Entry]:
    """Both texts whole, each in its own order: what moved stands where it was and, under the same name, where it is."""
    place_of = {id(clause): place for place, clause in enumerate(comparison.others[0].clauses)}
    rows = [(row, cell) for row in comparison.rows for cell in row.cells if cell]
    pairs = [(row.base, cell.clauses[0], row) for row, cell in rows if row.base and cell.clauses]
    staying = {step for step, _place in longest_increasing([(step, place_of[id(new)]) for step, (_, new, _) in enumerate(pairs)])}
    left: dict[int, _Entry] = {}
    arrived: dict[int, _Entry] = {}
    kept: dict[int, _Entry] = {}
    for step, (old, new, row) in enumerate(pairs):
        if step in staying:
            kept[id(old)] = _Entry(old, new, _kind(row))
        else:
            left[id(old)] = _Entry(
                old, None, _kind(row), gettext("moved: here it is %(clause)s") % {"clause": name_of(new)}, old.identity.hex
            )
            note = gettext("moved: it was %(clause)s") % {"clause": name_of(old)}
            arrived[id(new)] = _Entry(None, new, _kind(row), note, old.identity.hex)
    for row, cell in rows:
        if row.base and not cell.clauses:
            into = cell.merged_into
            note = gettext("its text is in %(clause)s") % {"clause": name_of(into)} if into else ""
            left[id(row.base)] = _Entry(row.base, None, _kind(row), note)
    for row in comparison.rows:
        if row.base and not any(row.cells):
            # The other text does not speak of it: it stays.
            left[id(row.base)] = _Entry(row.base, row.base, _kind(row), gettext("does not have it"))
    waiting = iter(comparison.others[0].clauses)
    entries: list[_Entry] = []
    for old in comparison.base.clauses:
        if id(old) in kept:
            entries += _until(kept[id(old)].new, waiting, arrived)
        entries.append(kept.get(id(old)) or left[id(old)])
    return [*entries, *_until(None, waiting, arrived)]


def _until(clause: IdentifiedClause | None, waiting: Iterator[IdentifiedClause], arrived: dict[int, _Entry]) -> Iterator[_Entry]:
    """What the new text alone has before this clause."""
    for new in waiting:
        if new is clause:
            return
        yield arrived.get(id(new)) or _Entry(None, new, kind_of(new))


def _sections(entries: list[_Entry]) -> Iterator[shapes.ExportedSection]:
    """Paragraphs under their calls. A call is said on each side where it differs from the one before it there, and once."""
    calls, said, part = ("", ""), ("", ""), ""
    rows: list[shapes.ExportedClause] = []
    cells = united([(cell_of(entry.old), cell_of(entry.new)) for entry in entries])
    for place, entry in enumerate(entries):
        now_calls = _calls_at(entries, place, calls)
        if now_calls != calls or entry.part != part:
            if rows:
                yield shapes.ExportedSection(*said, rows, part)
            said = (now_calls[0] if now_calls[0] != calls[0] else "", now_calls[1] if now_calls[1] != calls[1] else "")
            calls, rows, part = now_calls, [], entry.part
        old, new = entry.old, entry.new
        numbers = old.number if old else None, new.number if new else None
        rows.append(
            shapes.ExportedClause(
                *numbers, old.text if old else None, new.text if new else None, entry.note, entry.kind, entry.move, cells[place]
            )
        )
    if rows:
        yield shapes.ExportedSection(*said, rows, part)


def _calls_at(entries: list[_Entry], place: int, calls: tuple[str, str]) -> tuple[str, str]:
    """The calls from here on. Where a clause that both texts have follows under them, a call reworded is one call, and said once."""
    entry = entries[place]
    old, new = (entry.old.call if entry.old else None), (entry.new.call if entry.new else None)
    if old in (None, calls[0]) and new in (None, calls[1]):
        return calls
    for following in entries[place:]:
        if (following.old and old not in (None, following.old.call)) or (following.new and new not in (None, following.new.call)):
            break
        old, new = (following.old.call if following.old else old), (following.new.call if following.new else new)
        if following.old and following.new:
            return following.old.call, following.new.call
    return (entry.old.call if entry.old else calls[0]), (entry.new.call if entry.new else calls[1])


def _wordings(row: ComparedClause, base: Version, others: list[Version]) -> Iterator[shapes.ExportedWording]:
    for version, cell in zip(others, row.cells, strict=True):
        if cell is not None and not (cell.is_quiet and not cell.is_renumbered):
            yield _wording(version, cell, is_same_language=version.language == base.language)


def _wording(version: Version, cell: Cell, *, is_same_language: bool) -> shapes.ExportedWording:
    note = gettext("its text is in %(clause)s") % {"clause": name_of(cell.merged_into)} if cell.merged_into else ""
    wording = shapes.ExportedWording(version.label, cell.number or None, cell.text if cell.clauses else None, note)
    if is_same_language:
        return wording
    if not version.language:
        return replace(wording, is_marked=False)
    is_gone_unseen = not cell.clauses and not cell.compared and not cell.merged_into
    return replace(
        wording,
        note=pgettext("clause", "deleted") if is_gone_unseen else note,
        language=version.language,
        language_name=language_name(version.language),
        number_before=cell.compared[0].number if cell.compared else None,
        before=cell.before if cell.compared else None,
        is_marked=cell.kind is not None,
    )
