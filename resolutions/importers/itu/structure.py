"""Splits the two texts of a document into proposals, and these into calls and clauses.

Order in a proposal: its identifier, number and title of the resolution, where it was adopted, the enacting line, then calls, each
with its clauses, and the reasons. Styles say which is which; where they are lost, the words do.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..paragraphs import MarkedDocument, Paragraph, ReaderWarning, WarningCode, shorten
from .first_page import corrigendum_in, revision_of
from .headers import Header, headers_in, sections, shared_out
from .lexicon import (
    ANNEX,
    BY_LETTER,
    ENDS_A_CLAUSE,
    ENDS_A_SENTENCE,
    NEW_RESOLUTION,
    OPENING,
    REASONS,
    RESREF,
    TO_PLAIN,
    by_script,
    call,
    is_call,
    is_resolution_heading,
    labelled,
    matching,
    normalise,
    resolution_number,
    title_in,
)
from .pairing import in_order, merged, pair, split_off
from .shapes import DocumentProposal, Extraction, Heading, ProposedChange, ResolutionText, TextClause

MAX_WARNINGS = 200

AGAIN = r"bis|ter|quater|quinquies|sexies|septies|octies|novies|nonies|decies|бис|тер|кватер|مكررا?ً?(?:\s(?:ثاني|ثالث|رابع)ا?ً?)?"
BIS = rf"(?:[\s-]?(?:{AGAIN})(?!\w))?"
# `1`, `1.1`, `1bis.1.1`: a level that was put between two others says so in its place.
LEVELS = rf"\d{{1,3}}(?:\s?(?:{AGAIN})(?![^\W\d]))?(?:\.\d{{1,3}}(?:(?:{AGAIN})(?![^\W\d]))?){{0,4}}"
# Old machines write the forms that Arabic letters take in a word; a letter may be stretched or joined to nothing.
ARABIC_LETTER = r"[\u0621-\u064a\u0671-\u06d3\ufb50-\ufbff\ufe80-\ufefc](?:\s?[\u0640\u200d])?\s?"
LABEL = (
    rf"(?:[a-z]{{1,2}}|[ivxlc]{{1,7}}|[A-Z]|{LEVELS}|[\u0430-\u044f\u0451]{{1,2}}|[\u0410-\u042f]|{ARABIC_LETTER}"
    r"|[一二三四五六七八九十]{1,3})"
)
BLANK = r"[ \u00a0\u2000-\u200a\u202f]"
TYPED_NUMBER = re.compile(
    rf"\s*(?P<bracket>[\[［]\s*)?(?:(?P<enclosed>[(（]?{LABEL}{BIS}\s?[)）]{BIS})(?=[\s\u3000]|[^\x00-\x7f]|$)"
    rf"|(?P<tabbed>(?:{LEVELS}\.?|[a-z]{{1,2}}\.|[ivxlc]{{1,7}}\.|[A-Z]\.|[\u0430-\u044f]\.){BIS}\.?|\d{{1,2}}\s?[-–—])(?=\s*\t)"
    r"|(?P<chinese>(?:\d{1,2}|[一二三四五六七八九十]{1,3})[、．]|\d{1,2}\.(?=[\u3400-\u9fff])|[①-⑳])"
    r"|(?P<dash>[–—•·-])(?=\s*\t)"
    rf"|(?P<spaced>(?:\d{{1,2}}(?:\.\d{{1,2}}){{0,3}}\.?{BIS}\.?|\d{{1,2}}[-–—]))(?={BLANK}+[^\W\dA-Z]))\s*"
)
WORD = re.compile(r"[^\W_]")
RULE = re.compile(r"[_*–—=-][_*–—= -]{2,}")
NOTE_REFERENCE = re.compile(r"\[\^(e?-?\d{1,9})\]")
DOCUMENT_LETTER = re.compile(r"\d\)?-([ACEFRS])(?!\w)")


def split_number(text: str, last: int = 0) -> tuple[str, str]:
    """The typed number of a clause and the rest: "b) bis⇥that…" is ("b) bis", "that…").

    last -- the number before it under the same call: "3 countries have…" is only a number 3 where 1 or 2 came before
    """
    start = text[:60] if text.isascii() else text[:60].translate(TO_PLAIN)
    match = TYPED_NUMBER.match(start)
    if match is None:
        return "", text
    if spaced := match["spaced"]:
        value = int(re.findall(r"\d+", spaced)[0])
        if value != 1 and not 0 < last <= value <= last + 1:
            return "", text
    bracket = match["bracket"] or ""
    # A bracket opened before the number encloses the clause.
    return normalise(match[0][match.end("bracket") if bracket else 0 :]), bracket.strip() + start[match.end() :] + text[60:]


@dataclass(slots=True)
class Cut:
    """One text of one proposal, cut into clauses."""

    clauses: list[TextClause] = field(default_factory=list)
    reasons: str | None = None
    warnings: list[ReaderWarning] = field(default_factory=list)


@dataclass(slots=True)
class Cutter:
    """Reads the paragraphs of one text in their order."""

    language: str | None
    cut: Cut = field(default_factory=Cut)
    section: str | None = None
    part: str | None = None
    seen: set[str] = field(default_factory=set)
    last_number: int = 0
    reasons: list[str] | None = None
    is_past_reasons: bool = False
    # Whether calls have their own lines or precede the words of each clause; None until the first call.
    has_call_lines: bool | None = None
    # By table, row and column, which clause holds the cell.
    cells: dict[tuple[int, int, int], int] = field(default_factory=dict)

    def take(self, paragraph: Paragraph) -> None:
        text = normalise(paragraph.text)
        if not WORD.search(text) and not (paragraph.cell and self.reasons is None and (text or paragraph.number)):
            return
        kind = self.kind(paragraph, text)
        if kind == "reasons":
            self.is_past_reasons = False
            self.reasons = self.reasons or []
            if text := self.without_label(text):
                self.reasons.append(text)
        elif self.reasons is not None:
            self.after_reasons(paragraph, kind, text)
        elif kind == "call":
            self.take_call(paragraph, text)
        elif kind == "annex":
            self.part, self.section = "annex", text
            self.add(kind, paragraph, "", text)
        elif kind in ("resno", "restitle", "resref", "opening", "heading", "note"):
            self.seen.add(kind)
            self.add(kind, paragraph, "", text)
        elif kind == "cell":
            self.add_to_cell(paragraph)
        elif kind == "item" and self.part != "annex" and not self.has_call_lines and (words := self.without_call(paragraph, text)):
            self.add(kind, paragraph, "", words)
        else:
            number, rest = split_number(paragraph.text, self.last_number)
            if digits := re.match(r"\d+", number):
                self.last_number = int(digits[0])
            self.add(kind, paragraph, number or paragraph.number, normalise(rest) if number else text)

    def kind(self, paragraph: Paragraph, text: str) -> str:
        kind = paragraph.kind
        is_head = self.section is None and self.part is None
        if kind == "opening" and (not is_head or "opening" in self.seen):
            return "cell" if paragraph.in_table else "item"
        if kind == "call" and call(text, self.language) is None and (split_number(paragraph.text)[0] or ENDS_A_SENTENCE.search(text)):
            return "item"  # the style of the line above, carried on
        if kind in ("resno", "restitle", "resref", "opening", "call", "reasons", "annex") or (kind == "note" and not paragraph.in_table):
            return kind
        label = labelled(text)
        if label == "reasons":
            return label
        if kind == "heading" and (is_head or not paragraph.in_table):
            return self.heading_kind(text, is_head)
        if paragraph.in_table:
            if is_head and "table" not in self.seen and (is_resolution_heading(text) or is_call(text, self.language)):
                self.seen.add("table")
                self.cut.warnings.append(ReaderWarning(WarningCode.IN_TABLE, paragraph.places[0], shorten(text)))
            return "cell"
        if kind == "item":
            return kind
        if is_head and (found := self.head_kind(text)):
            return found
        if not paragraph.number and is_call(text, self.language):
            return "call"
        if len(text) <= 120 and not ENDS_A_CLAUSE.search(text) and ANNEX.match(matching(text)):
            return "annex"
        return label or ("heading" if kind == "title" else "item")

    def head_kind(self, text: str) -> str | None:
        """The kind of a line above the first call, by its words and the lines above it."""
        if "resno" not in self.seen:
            return "resno" if is_resolution_heading(text, may_have_title=True) else None
        if "restitle" not in self.seen and is_resolution_heading(text):
            return "resno"  # "Draft revision of Resolution 50", and below it "RESOLUTION 50 (Rev. Geneva, 2022)"
        if RESREF.match(text):
            return "resref"
        if OPENING.match(matching(text[:80])):
            return "opening"
        if "restitle" not in self.seen and not is_call(text, self.language):
            return "restitle"
        return None

    def heading_kind(self, text: str, is_head: bool) -> str:
        """The kind of a line with a heading style: drafts of members use it for titles and calls."""
        if is_head and (found := self.head_kind(text)):
            return found
        if self.part != "annex" and is_call(text, self.language):
            return "call"
        return "annex" if ANNEX.match(matching(text)) else "heading"

    def take_call(self, paragraph: Paragraph, text: str) -> None:
        found = call(text, self.language)
        if found is None:
            self.cut.warnings.append(ReaderWarning(WarningCode.UNKNOWN_CALL, paragraph.places[0], shorten(text)))
            self.part = self.part or "preamble"
        elif self.part == "operative" and found.part == "preamble":
            self.cut.warnings.append(ReaderWarning(WarningCode.PREAMBLE_AFTER_OPERATIVE, paragraph.places[0], shorten(text)))
        elif self.part != "annex":
            self.part = found.part
        self.section = text
        self.has_call_lines = True
        self.last_number = 0
        self.add("call", paragraph, "", text)

    def without_call(self, paragraph: Paragraph, text: str) -> str:
        """The rest of a line whose call precedes the words of its clause: "to light lamps;" of "resolves to light lamps;"."""
        found = None if paragraph.kind or paragraph.number else call(text, self.language)
        if found is None or not found.addressee or matching(text[: len(found.verb)]) != found.verb:
            return ""
        self.part, self.section, self.has_call_lines = found.part, text[: len(found.verb)], False
        return text[len(found.verb) :].lstrip(" ,:،")

    def without_label(self, text: str) -> str:
        match = REASONS.match(matching(text) + ":")
        return text[match.end() :].strip() if match else text

    def after_reasons(self, paragraph: Paragraph, kind: str, text: str) -> None:
        if kind in ("item", "cell") and not self.is_past_reasons and self.reasons is not None:
            self.reasons.append(text)
        elif not self.is_past_reasons:
            self.is_past_reasons = True
            self.cut.warnings.append(ReaderWarning(WarningCode.TEXT_AFTER_REASONS, paragraph.places[0], shorten(text)))

    def add_to_cell(self, paragraph: Paragraph) -> None:
        """Paragraphs of one cell are lines of one clause: a cell that gains a line is still the same cell."""
        cell = paragraph.cell
        lines = [normalise(line) for line in paragraph.text.split("\n")]
        text = "\n".join(filter(None, [" ".join(filter(None, (paragraph.number, lines[0]))), *lines[1:]]))
        if cell is None or not text:
            return
        key = cell.table, cell.row, cell.column
        if (at := self.cells.get(key)) is not None:
            known = self.cut.clauses[at]
            places = (*known.places, *paragraph.places)
            self.cut.clauses[at] = replace(known, text=f"{known.text}\n{text}", places=places)
            return
        if paragraph.kind == "tablehead":
            cell = replace(cell, is_header=True)
        self.cells[key] = len(self.cut.clauses)
        self.add("cell", paragraph, "", text)
        self.cut.clauses[-1] = replace(self.cut.clauses[-1], cell=cell)

    def add(self, kind: str, paragraph: Paragraph, number: str, text: str) -> None:
        section = None if kind in ("resno", "restitle", "resref", "opening") else self.section
        part = self.part if section is not None else None
        self.cut.clauses.append(TextClause(kind, part, section, number, text, paragraph.places[0], paragraph.places))


def cut(paragraphs: Iterable[Paragraph], language: str | None) -> Cut:
    """The clauses, reasons and doubts of one text of one resolution, or of one proposal without its header line."""
    cutter = Cutter(language)
    for paragraph in paragraphs:
        cutter.take(paragraph)
    cutter.cut.reasons = "\n".join(cutter.reasons) or None if cutter.reasons is not None else None
    return cutter.cut


def language_of(reading: MarkedDocument) -> str | None:
    """By the letter of the document number, else by its calls, else by its script."""
    first_page = [*reading.heads, *(paragraph.text for paragraph in reading.after[:60])]
    for text in first_page:
        if len(text) <= 80 and (match := DOCUMENT_LETTER.search(normalise(text))):
            return BY_LETTER[match[1]]
    calls = [paragraph.text for paragraph in reading.after if paragraph.kind == "call"][:200]
    calls = calls or [paragraph.text for paragraph in reading.after[:2_000] if is_call(normalise(paragraph.text))]
    calls = calls or [paragraph.text for paragraph in reading.after[:200] if not paragraph.kind]
    return language_of_calls(calls) or by_script(" ".join(text[:500] for text in first_page))


def language_of_calls(calls: Iterable[str]) -> str | None:
    votes = Counter(found.language for text in calls if (found := call(text)))
    return votes.most_common(1)[0][0] if votes else None


# -- proposals ----------------------------------------------------------------------------------------------------------------


def extract(reading: MarkedDocument, file: str, first_page: Sequence[str]) -> Extraction:
    """All proposals of a contribution, in the order of the file. first_page -- its lines, running heads among them"""
    warnings = list(reading.warnings)
    language = language_of(reading)
    if language is None:
        warnings.append(ReaderWarning(WarningCode.LANGUAGE_UNKNOWN))
    headers = headers_in(reading.after)
    standing = {header.place for header in headers}
    gone = [header for header in headers_in(reading.before) if header.place not in standing]
    warnings += [ReaderWarning(WarningCode.DELETED_HEADER, header.place, shorten(header.line)) for header in gone]
    for paragraph in reading.after:
        if paragraph.kind == "proposal" and normalise(paragraph.text) and paragraph.places[-1] not in standing:
            warnings.append(ReaderWarning(WarningCode.BAD_HEADER, paragraph.places[0], shorten(paragraph.text)))
    before, after = shared_out((reading.before, reading.after), headers, gone)
    has_headers = bool(headers or gone)
    if not has_headers:
        headers, before, after = without_headers(reading, language)
        warnings += [ReaderWarning(WarningCode.NO_HEADER)] if headers else []
    proposals: list[DocumentProposal] = []
    known: set[str] = set()
    for header, old, new in zip(headers, before, after, strict=True):
        if not has_headers:
            pass
        elif header.code is None:
            warnings.append(ReaderWarning(WarningCode.BAD_HEADER, header.place, shorten(header.text)))
        elif header.text in known:
            warnings.append(ReaderWarning(WarningCode.DUPLICATE_CODE, header.place, header.text))
        known.add(header.text)
        proposals.append(_proposal(header, _cut_own(old, language), _cut_own(new, language, warnings), reading, warnings))
    documents = {header.code.document for header in headers if header.code}
    if line := corrigendum_in(first_page, documents):
        warnings.append(ReaderWarning(WarningCode.CORRIGENDUM, text=shorten(line)))
    if not proposals:
        warnings.append(ReaderWarning(WarningCode.NO_PROPOSAL))
    elif not reading.has_styles and any(
        clause.section_before or clause.section_after for proposal in proposals for clause in proposal.clauses
    ):
        warnings.append(ReaderWarning(WarningCode.LOST_STYLES))
    return Extraction(
        file, language, tuple(sorted(reading.authors)), tuple(proposals), _listed(warnings), revision_of(first_page, documents)
    )


def without_headers(reading: MarkedDocument, language: str | None) -> tuple[list[Header], list[list[Paragraph]], list[list[Paragraph]]]:
    """The proposals of a draft that has no line with their identifiers, each from the number of its resolution on: their headers, which
    say nothing but a likely action, and the paragraphs of each before and after the marks.

    Without such a number, all of it is one proposal, from the first call on.
    """
    texts = (reading.before, reading.after)
    named = {
        paragraph.places[-1]
        for text in texts
        for paragraph in text
        if paragraph.kind == "resno" or (not paragraph.in_table and not paragraph.kind and is_resolution_heading(paragraph.text))
    }
    calls = sorted({paragraph.places[-1] for text in texts for paragraph in text if _is_call_line(paragraph, language)})
    # A number that no call follows before the next is only mentioned.
    ends = [*sorted(named)[1:], math.inf]
    starts = [place for place, end in zip(sorted(named), ends, strict=False) if any(place < call_at < end for call_at in calls)]
    if not starts and len(calls) > 1:
        starts = calls[:1]
    before, after = sections(texts, starts)
    pairs = zip(starts, before, after, strict=True)
    headers = [Header(place, _likely_action(old, new), None, "", "") for place, old, new in pairs]
    return headers, before, after


def _is_call_line(paragraph: Paragraph, language: str | None) -> bool:
    if paragraph.kind == "call":
        return True
    return not paragraph.kind and not paragraph.number and not paragraph.in_table and is_call(normalise(paragraph.text), language)


def _likely_action(old: Sequence[Paragraph], new: Sequence[Paragraph]) -> str:
    """ADD for what has no text before the marks, or calls itself a draft new resolution; SUP for what has none after them; else MOD."""
    texts = [[text for paragraph in paragraphs if WORD.search(text := normalise(paragraph.text))] for paragraphs in (old, new)]
    if not texts[1]:
        return "SUP"
    return "ADD" if not texts[0] or NEW_RESOLUTION.match(matching(texts[1][0])) else "MOD"


def _cut_own(paragraphs: Sequence[Paragraph], language: str | None, warnings: list[ReaderWarning] | None = None) -> Cut:
    return cut(own_text(paragraphs, language, warnings), language)


def own_text(paragraphs: Sequence[Paragraph], language: str | None, warnings: list[ReaderWarning] | None) -> Sequence[Paragraph]:
    """Those that belong to the proposal: what stands below a rule or a heading after its last call, and is no annex and no reasons, is
    said of no proposal. warnings -- where to say so, if at all
    """
    last_call = max((at for at, paragraph in enumerate(paragraphs) if _is_call_line(paragraph, language)), default=-1)
    if last_call < 0:
        return paragraphs
    for at in range(last_call + 1, len(paragraphs)):
        paragraph, text = paragraphs[at], normalise(paragraphs[at].text)
        if paragraph.kind in ("reasons", "annex") or labelled(text) == "reasons" or ANNEX.match(matching(text[:80])):
            return paragraphs
        if RULE.fullmatch(text) or (paragraph.kind in ("heading", "title") and text):
            apart = [rest for rest in paragraphs[at:] if WORD.search(rest.text)]
            if any(rest.kind in ("reasons", "annex") or labelled(normalise(rest.text)) == "reasons" for rest in apart):
                return paragraphs
            if apart and warnings is not None:
                warnings.append(ReaderWarning(WarningCode.TEXT_BETWEEN, apart[0].places[0], shorten(apart[0].text)))
            return paragraphs[:at]
    return paragraphs


def _listed(warnings: Iterable[ReaderWarning]) -> tuple[ReaderWarning, ...]:
    """Warnings in the order of the file; if too many, the last says so."""
    listed = sorted(warnings, key=lambda warned: warned.place)
    if len(listed) > MAX_WARNINGS:
        listed[MAX_WARNINGS - 1 :] = [ReaderWarning(WarningCode.MORE, listed[MAX_WARNINGS - 1].place)]
    return tuple(listed)


def _proposal(header: Header, old: Cut, new: Cut, reading: MarkedDocument, warnings: list[ReaderWarning]) -> DocumentProposal:
    warnings += new.warnings
    for text, view in ((old, 0), (new, 1)):
        text.clauses += notes_of(text.clauses, {name: texts[view] for name, texts in reading.notes.items()})
    has_marks = [(clause.number, clause.text) for clause in old.clauses] != [(clause.number, clause.text) for clause in new.clauses]
    match header.action:
        case "ADD":
            clauses = [_clause(None, clause, "added") for clause in new.clauses or old.clauses]
        case "SUP":
            clauses = [_clause(clause, None, "deleted") for clause in old.clauses or new.clauses]
        case "NOC":
            clauses = [_clause(clause, clause, "unchanged") for clause in old.clauses or new.clauses]
            if has_marks:
                warnings.append(ReaderWarning(WarningCode.NOC_WITH_MARKS, header.place, header.text))
        case _ if not has_marks:
            clauses = [_clause(None, clause, "unknown") for clause in new.clauses]
            warnings.append(ReaderWarning(WarningCode.MOD_WITHOUT_MARKS, header.place, header.text))
        case _:
            clauses = _compared(old.clauses, new.clauses, warnings)
    heading = _heading(clauses)
    if not any(clause.kind == "resno" for clause in clauses):
        warnings.append(ReaderWarning(WarningCode.NO_RESOLUTION, header.place, header.text))
    if header.action in ("MOD", "ADD") and not any(clause.kind in ("item", "call", "cell") for clause in clauses):
        warnings.append(ReaderWarning(WarningCode.NO_CLAUSES, header.place, header.text))
    return DocumentProposal(
        action=header.action,
        code=header.text,
        sources=header.code.sources if header.code else (),
        clauses=tuple(clauses),
        reasons=new.reasons or old.reasons,
        resolution=heading,
        has_marks=has_marks,
        place=header.place,
    )


def _compared(old: list[TextClause], new: list[TextClause], warnings: list[ReaderWarning]) -> list[ProposedChange]:
    pairs = pair(old, new)
    for gone, kept in merged(pairs, old, new):
        warnings.append(ReaderWarning(WarningCode.MERGED, new[kept].place, shorten(old[gone].text)))
    for rest, taken in split_off(pairs, old, new):
        warnings.append(ReaderWarning(WarningCode.SPLIT, new[taken].place, shorten(old[rest].text)))
    steady = in_order(pairs, old, new)
    clauses = []
    for before, after in pairs:
        one = None if before is None else old[before]
        other = None if after is None else new[after]
        clauses.append(_clause(one, other, _change(one, other, has_moved=before is not None and before not in steady)))
    return clauses


def _change(before: TextClause | None, after: TextClause | None, *, has_moved: bool) -> str:
    if before is None:
        return "added"
    if after is None:
        return "deleted"
    if before.text != after.text:
        return "modified"
    if has_moved:
        return "moved"
    return "unchanged" if before.number == after.number else "renumbered"


def _clause(before: TextClause | None, after: TextClause | None, change: str) -> ProposedChange:
    shown = after or before
    assert shown is not None  # noqa: S101 - a pair has at least one side
    return ProposedChange(
        kind=shown.kind,
        part=shown.part,
        section_before=before.section if before else None,
        section_after=after.section if after else None,
        number_before=before.number if before else None,
        number_after=after.number if after else None,
        before=before.text if before else None,
        after=after.text if after else None,
        change=change,
        part_before=before.part if before else None,
        place_before=before.place if before else None,
        place_after=after.place if after else None,
        cell=shown.cell,
    )


def notes_of(clauses: Sequence[TextClause], texts: Mapping[str, str]) -> list[TextClause]:
    """The footnotes that some clauses refer to, as clauses of their own at the end, each in the part that refers to it."""
    notes: dict[str, TextClause] = {}
    for clause in clauses:
        for name in NOTE_REFERENCE.findall(clause.text) if "[^" in clause.text else ():
            if name in texts and name not in notes:
                text = normalise(texts[name])
                # Beyond every paragraph, in the order of their names; the same place on both sides makes them a pair.
                place = 10_000_000 + (5_000_000 if name.startswith("e") else 0) + abs(int(name.lstrip("e"))) % 5_000_000
                notes[name] = TextClause("footnote", clause.part, clause.section, f"[^{name}]", text, place, (place,))
    return list(notes.values())


def _heading(clauses: list[ProposedChange]) -> Heading:
    def words(kind: str, side: str) -> str | None:
        return " ".join(text for clause in clauses if clause.kind == kind and (text := getattr(clause, side)) is not None) or None

    before, after = words("resno", "before"), words("resno", "after")
    number = (resolution_number(before) if before else None) or (resolution_number(after) if after else None)
    return Heading(number, before, after, words("restitle", "before") or title_in(before), words("restitle", "after") or title_in(after))


# -- a resolution by itself ---------------------------------------------------------------------------------------------------


def resolution(paragraphs: Sequence[Paragraph], language: str | None, warnings: Iterable[ReaderWarning] = ()) -> ResolutionText:
    """A resolution by itself. Lines above its number are left out."""
    troubles = list(warnings)
    calls = _first(paragraphs, lambda paragraph: paragraph.kind == "call" or is_call(normalise(paragraph.text)))
    # A draft may be announced before it begins: "Proposed revision of Resolution 50". The last such line above a call is its heading.
    headings = [place for place, paragraph in enumerate(paragraphs[: calls or 0]) if _is_heading(paragraph)]
    first = headings[-1] if headings else _first(paragraphs, _is_heading)
    if first is None:
        first = _first(paragraphs, lambda paragraph: is_resolution_heading(paragraph.text, may_have_title=True))
    if first is None:
        troubles.append(ReaderWarning(WarningCode.NO_RESOLUTION))
    found = cut(paragraphs[first or 0 :], language)
    troubles += found.warnings
    if not any(clause.kind in ("item", "call", "cell") for clause in found.clauses):
        troubles.append(ReaderWarning(WarningCode.NO_CLAUSES))
    number = next((resolution_number(clause.text) for clause in found.clauses if clause.kind == "resno"), None)
    title = " ".join(clause.text for clause in found.clauses if clause.kind == "restitle") or None
    return ResolutionText(language, number, title, tuple(found.clauses), _listed(troubles))


def _is_heading(paragraph: Paragraph) -> bool:
    return paragraph.kind == "resno" or is_resolution_heading(paragraph.text)


def _first(paragraphs: Sequence[Paragraph], is_meant: Callable[[Paragraph], bool]) -> int | None:
    return next((place for place, paragraph in enumerate(paragraphs) if len(paragraph.text) <= 300 and is_meant(paragraph)), None)
