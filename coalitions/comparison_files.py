"""A comparison as the exporters want it: two columns as one text with its marks, more as every wording below each clause."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.utils.text import get_text_list
from django.utils.timezone import localdate, now
from django.utils.translation import gettext, ngettext

from resolutions.aligning import Kind
from resolutions.comparing import Cell, ClauseLike, Comparison, Row, name_of
from resolutions.exporters import docx, shapes, text
from resolutions.models import ClauseKind, Resolution
from resolutions.versions import Version

KINDS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "txt": "text/plain; charset=utf-8",
}


def file_name(resolution: Resolution, kind: str) -> str:
    """ "comparison-50-2028-09-20.docx": what and when, never who."""
    return f"{gettext('comparison')}-{resolution.slug}-{localdate():%Y-%m-%d}.{kind}"


def as_file(kind: str, versions: list[Version], comparison: Comparison, resolution: Resolution) -> bytes:
    """The comparison of these versions, all of them in one language."""
    return as_docx(versions, comparison, resolution) if kind == "docx" else as_text(versions, comparison, resolution).encode()


def as_docx(versions: list[Version], comparison: Comparison, resolution: Resolution) -> bytes:
    # A neutral word stands where Word asks who made a mark: none of us, and no delegation.
    author = gettext("Comparison")
    if len(versions) == 2:
        return docx.as_docx(two(versions, comparison, resolution), author=author, date=now())
    return docx.versions_as_docx(several(versions, comparison, resolution), author=author, date=now())


def as_text(versions: list[Version], comparison: Comparison, resolution: Resolution) -> str:
    if len(versions) == 2:
        return text.as_text(two(versions, comparison, resolution), unchanged=unchanged)
    return text.versions_as_text(several(versions, comparison, resolution), unchanged=unchanged)


def unchanged(count: int) -> str:
    return ngettext("%(n)d clause unchanged", "%(n)d clauses unchanged", count) % {"n": count}


def two(versions: list[Version], comparison: Comparison, resolution: Resolution) -> shapes.Comparison:
    base, other = versions
    subtitle = gettext("From %(old)s to %(new)s") % {"old": base.label, "new": other.label}
    return shapes.Comparison(_title(resolution), subtitle, base.language, list(_sections(_entries(comparison))))


def several(versions: list[Version], comparison: Comparison, resolution: Resolution) -> shapes.Versions:
    base, *others = versions
    labels = get_text_list([version.label for version in others], gettext("and"))
    subtitle = gettext("%(base)s, and beside it %(versions)s") % {"base": base.label, "versions": labels}
    sections = []
    for (part, call), rows in groupby(comparison.rows, key=lambda row: (row.part, row.first.call)):
        clauses = [
            shapes.VersionsClause(
                row.base.number if row.base else None,
                row.base.text if row.base else None,
                tuple(_wordings(row, others)),
                _kind(row),
            )
            for row in rows
        ]
        sections.append(shapes.VersionsSection(call, clauses, part))
    return shapes.Versions(_title(resolution), subtitle, base.language, base.label, sections)


def _title(resolution: Resolution) -> str:
    return f"{resolution.full_name}: {resolution.title}" if resolution.title else resolution.full_name


def _kind(row: Row) -> str:
    kind = getattr(row.first, "kind", "")
    return kind if kind in (ClauseKind.HEADING, ClauseKind.NOTE) else ""


@dataclass(frozen=True, slots=True, eq=False)
class _Entry:
    """A paragraph of one text or both; `old` and `new` are what it is there."""

    old: ClauseLike | None
    new: ClauseLike | None
    kind: str
    note: str = ""
    move: str = ""

    @property
    def part(self) -> str:
        clause = self.new or self.old
        return clause.part if clause else ""


def _entries(comparison: Comparison) -> list[_Entry]:
    """Both texts whole, each in its own order: what moved stands where it was and where it is."""
    entries: list[_Entry] = []
    arriving: dict[int, _Entry] = {}
    places = {id(clause): place for place, clause in enumerate(comparison.others[0].clauses)}
    for row in comparison.rows:
        for entry in _of_row(row):
            if entry.move and entry.new:
                arriving[places[id(entry.new)]] = entry
            else:
                entries.append(entry)
    for place in sorted(arriving):
        before = comparison.others[0].clauses[place - 1] if place else None
        at = next((step for step, entry in enumerate(entries) if before is not None and entry.new is before), -1)
        entries.insert(at + 1, arriving[place])
    return entries


def _of_row(row: Row) -> Iterator[_Entry]:
    cell, kind = row.cells[0], _kind(row)
    if cell is None:
        return
    if cell.merged_into:
        yield _Entry(row.base, None, kind, gettext("its words stand in %(clause)s") % {"clause": name_of(cell.merged_into)})
        return
    first, *more = cell.clauses or (None,)
    if cell.kind is Kind.MOVED and row.base and first:
        name = row.base.identity.hex
        yield _Entry(row.base, None, kind, gettext("moved: here it is %(clause)s") % {"clause": name_of(first)}, name)
        yield _Entry(None, first, kind, gettext("moved: it was %(clause)s") % {"clause": name_of(row.base)}, name)
    else:
        yield _Entry(row.base, first, kind)
    for clause in more:
        yield _Entry(None, clause, kind)


def _sections(entries: list[_Entry]) -> Iterator[shapes.Section]:
    """Paragraphs under their calls. A call is said on each side where it differs from the one before it there, and once."""
    old_call = new_call = ""
    calls, part = ("", ""), ""
    rows: list[shapes.Row] = []
    for place, entry in enumerate(entries):
        old = entry.old.call if entry.old else old_call
        new = entry.new.call if entry.new else new_call
        ahead = entries[place + 1 :]
        if entry.old is None and new != new_call:
            # Where the old text comes to the same call next, it is that call on both sides.
            follows = next((each for each in ahead if each.old), None)
            old = follows.old.call if follows and follows.old and follows.new and follows.new.call == new else old
        elif entry.new is None and old != old_call:
            follows = next((each for each in ahead if each.new), None)
            new = follows.new.call if follows and follows.new and follows.old and follows.old.call == old else new
        if old != old_call or new != new_call or entry.part != part:
            if rows:
                yield shapes.Section(*calls, rows, part)
            calls, rows, part = (old if old != old_call else "", new if new != new_call else ""), [], entry.part
            old_call, new_call = old, new
        rows.append(
            shapes.Row(
                entry.old.number if entry.old else None,
                entry.new.number if entry.new else None,
                entry.old.text if entry.old else None,
                entry.new.text if entry.new else None,
                entry.note,
                entry.kind,
                entry.move,
            )
        )
    if rows:
        yield shapes.Section(*calls, rows, part)


def _wordings(row: Row, others: list[Version]) -> Iterator[shapes.Wording]:
    for version, cell in zip(others, row.cells, strict=True):
        if cell is not None and not (cell.is_quiet and not cell.is_renumbered):
            yield _wording(version, cell)


def _wording(version: Version, cell: Cell) -> shapes.Wording:
    note = gettext("its words stand in %(clause)s") % {"clause": name_of(cell.merged_into)} if cell.merged_into else ""
    return shapes.Wording(version.label, cell.number or None, cell.text if cell.clauses else None, note)
