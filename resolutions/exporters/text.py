"""A comparison as plain text, to paste into a message: what changed, operative first, marked [−removed−][+added+].

Of a long clause only what stands near its changes is kept; clauses nothing happened to are counted. No database, no disk, no Django.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from resolutions.domain.table_names import cell_name
from resolutions.domain.tables import Block, blocks, lines_of
from resolutions.domain.wording import Diff, Piece, as_marked_text, diff, same_wording, tokens

from .shapes import ExportedClause, ExportedComparison, ExportedSection, ExportedVersions, VersionsClause, VersionsSection

NEAR = 6  # words kept on either side of a change
_ORDER = ("operative", "annex", "preamble", "")


def as_text(comparison: ExportedComparison, *, unchanged: Callable[[int], str]) -> str:
    """Two versions. unchanged -- the words for so many clauses in a row in which nothing changed ("3 clauses unchanged")."""
    blocks = [_heading(comparison.title, comparison.subtitle)]
    if comparison.header:
        blocks.append([_one_line(f"{comparison.header.action} {comparison.header.identifier}")])
    blocks += [_section(section, unchanged) for section in _operative_first(comparison.sections)]
    return _page(blocks)


def versions_as_text(versions: ExportedVersions, *, unchanged: Callable[[int], str]) -> str:
    """Several proposals on one text: below each clause they touch, how each of them words it, after its identifier."""
    blocks = [_heading(versions.title, versions.subtitle)]
    for section in _operative_first(versions.sections):
        lines = [_one_line(section.call)]
        lines += _folded(
            ((clause, int(_is_left_alone(clause))) for clause in section.clauses), unchanged, lambda clause: _clause(clause, versions)
        )
        blocks.append(lines)
    return _page(blocks)


def _heading(title: str, subtitle: str) -> list[str]:
    return [_one_line(title), _one_line(subtitle)]


def _operative_first[S: (ExportedSection, VersionsSection)](sections: Sequence[S]) -> list[S]:
    return sorted(sections, key=lambda section: _ORDER.index(section.part) if section.part in _ORDER else len(_ORDER))


def _section(section: ExportedSection, unchanged: Callable[[int], str]) -> list[str]:
    call = _one_line(as_marked_text(diff(section.call_before, section.call_after)))
    shown = blocks(section.clauses)
    return [call, *_folded(_with_sameness(shown), unchanged, _written)]


def _with_sameness(shown: Iterable[Block[ExportedClause]]) -> Iterator[tuple[Block[ExportedClause], int]]:
    """Blocks, each with how many clauses of it nothing happened to; 0 where it is written: a table with a change is written whole."""
    for block in shown:
        yield block, len(block.items) if all(map(_is_the_same, block.items)) else 0


def _written(block: Block[ExportedClause]) -> list[str]:
    if block.grid is not None:
        return lines_of(block.grid, lambda row: " ".join(_row(row)))
    return _row(block.item)


def _is_the_same(row: ExportedClause) -> bool:
    return not row.note and _is_left(row.number_before, row.before, row.number_after, row.after)


def _is_left_alone(clause: VersionsClause) -> bool:
    return all(not each.note and each.is_marked and _is_left(*clause.start_of(each), each.number, each.text) for each in clause.wordings)


def _is_left(number_before: str | None, before: str | None, number_after: str | None, after: str | None) -> bool:
    """Nothing happened to it but to its quotation marks and blanks."""
    if before is None or after is None:
        return before is after
    return (number_before or "") == (number_after or "") and same_wording(before, after)


def _folded[C](clauses: Iterator[tuple[C, int]], unchanged: Callable[[int], str], written: Callable[[C], list[str]]) -> Iterator[str]:
    """The lines of what is written, between them how many clauses in a row nothing happened to."""
    count = 0
    for clause, left_alone in clauses:
        if left_alone:
            count += left_alone
            continue
        if count:
            yield f"({unchanged(count)})"
        count = 0
        yield from written(clause)
    if count:
        yield f"({unchanged(count)})"


def _row(row: ExportedClause) -> list[str]:
    marked = _marked(row.number_before, row.before, row.number_after, row.after)
    return [f"{marked} ({_one_line(row.note)})" if row.note else marked] if marked else []


def _clause(clause: VersionsClause, versions: ExportedVersions) -> list[str]:
    lines = []
    if clause.text is not None:
        named = " — ".join(filter(None, (_one_line(versions.in_force), cell_name(clause.cell) if clause.cell else "")))
        name = f"{named}: " if named else ""
        lines.append(name + _one_line(" ".join(filter(None, (clause.number, clause.text)))))
    for wording in clause.wordings:
        # An identifier is read from left to right in a text of either direction.
        identifier = f"\u2066{wording.identifier}\u2069" if versions.language == "ar" else wording.identifier
        if wording.is_marked:
            marked = _marked(*clause.start_of(wording), wording.number, wording.text) or "—"
        else:
            marked = _one_line(f"{wording.number or ''} {wording.text or ''}")
        if wording.language:
            # It may run the other way than the words around it.
            identifier, marked = f"{identifier} ({wording.language_name})", f"\u2068{marked}\u2069"
        note = f" ({_one_line(wording.note)})" if wording.note else ""
        lines.append(f"• {identifier}: {marked}{note}")
    return lines


def _marked(number_before: str | None, before: str | None, number_after: str | None, after: str | None) -> str:
    """A clause as one line with its number, marked; "" when it is on neither side."""
    if before is None or after is None:
        number, text = (number_after, after) if before is None else (number_before, before)
        if text is None:
            return ""
        whole = _one_line(f"{number or ''} {text}")
        return as_marked_text((Piece("", whole, False) if before is None else Piece(whole, "", False),))
    old, new = number_before or "", number_after or ""
    numbers = as_marked_text((Piece(old, new, old == new),))
    return " ".join(filter(None, (numbers, _one_line(as_marked_text(_shortened(diff(before, after)))))))


def _shortened(pieces: Diff) -> Iterator[Piece]:
    """What stays the same, cut down to what stands near a change; of a clause without any, to how it begins."""
    last = len(pieces) - 1
    for place, piece in enumerate(pieces):
        words = tokens(piece.after)
        first, final = (2 * NEAR, 0) if last == 0 else (NEAR * (place > 0), NEAR * (place < last))
        if piece.is_same and len(words) > first + final + 1:
            end = "".join(words[len(words) - final :])
            text = f"{''.join(words[:first]).rstrip()} … {end}"
            piece = Piece(text, text, True)
        yield piece


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _page(blocks: list[list[str]]) -> str:
    """Blocks of lines with a blank line between them; a section of which only its call is left says nothing."""
    return "\n\n".join("\n".join(filter(None, lines)) for lines in blocks if any(lines)) + "\n"
