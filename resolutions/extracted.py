"""The content read from a file, as plain values that are stored until a person has reviewed it.

The authors of the marks are dropped here: often translators, they are never stored.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any
from uuid import UUID

from resolutions.domain.tables import CellPlace
from resolutions.drafts import ClauseDraft
from resolutions.importers import docx
from resolutions.importers.clause_origins import KINDS, is_told_by_others
from resolutions.models import Proposal, ProposedClause

# What the document was read from, kept beside it where a person may say how to read a table of it.
SOURCE = "source"
_CHANGES = {"deleted": "removed"}
_LABEL = re.compile(r"\[[^\[\]]{1,38}\]")


@dataclass(frozen=True, slots=True)
class ReadingWarning:
    """A warning of the reader: a code of `importers.docx.WarningCode`, its place, the words it is about."""

    code: str
    place: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class ReadProposal:
    """One proposal as its document has it.

    number -- of the resolution, or ""; label -- of a draft new one, as in "[AFCP-1]"
    has_marks -- False for a MOD whose marks were accepted before it was saved
    """

    action: str
    identifier: str
    sources: tuple[str, ...]
    number: str
    label: str
    heading: str
    title: str
    reasons: str
    has_marks: bool
    place: int
    clauses: tuple[ClauseDraft, ...]


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """number, revision -- of the document, as its identifiers print them: 38A7 and 1 for EUR/38A7R1/1; a revision may be said by the
    first page alone
    """

    language: str = ""
    number: str = ""
    revision: int = 0
    proposals: tuple[ReadProposal, ...] = ()
    warnings: tuple[ReadingWarning, ...] = field(default=())
    tables: tuple[docx.TwoColumnTable, ...] = ()


def document_of(extraction: docx.Extraction) -> ReadDocument:
    codes = [code for proposal in extraction.proposals if (code := docx.parse_code(f"{proposal.action} {proposal.code}"))]
    number = f"{codes[0].document}{''.join(f'A{addendum}' for addendum in codes[0].addenda)}" if codes else ""
    return ReadDocument(
        language=extraction.language or "",
        number=number,
        revision=(codes[0].revision if codes else None) or extraction.revision,
        proposals=tuple(map(_proposal, extraction.proposals)),
        warnings=tuple(ReadingWarning(warned.code.value, warned.place, warned.text) for warned in extraction.warnings),
        tables=extraction.tables,
    )


def as_values(document: ReadDocument) -> dict[str, Any]:
    """As JSON values, without anchors."""
    values = asdict(document)
    for proposal in values["proposals"]:
        proposal["clauses"] = [
            {name: value for name, value in clause.items() if name not in ("anchor", "is_chosen")} for clause in proposal["clauses"]
        ]
    return values


def from_values(values: dict[str, Any]) -> ReadDocument:
    proposals = tuple(
        ReadProposal(**proposal | {"sources": tuple(proposal["sources"]), "clauses": tuple(map(_draft, proposal["clauses"]))})
        for proposal in values["proposals"]
    )
    warnings = tuple(ReadingWarning(**warning) for warning in values["warnings"])
    tables = tuple(docx.TwoColumnTable(**table) for table in values.get("tables", ()))
    fields = {name: value for name, value in values.items() if name != SOURCE}
    return ReadDocument(**fields | {"proposals": proposals, "warnings": warnings, "tables": tables})


def _draft(clause: dict[str, Any]) -> ClauseDraft:
    cell = clause.get("cell")
    return ClauseDraft(**clause | {"cell": CellPlace(**cell) if cell else None})


def with_anchors(clauses: Sequence[ClauseDraft], decided: Mapping[str, str]) -> tuple[ClauseDraft, ...]:
    """With the anchors a person chose, by place: the identity of a clause in force, or "new"."""
    return tuple(
        replace(clause, anchor=None if said == "new" else UUID(said), is_chosen=True) if (said := decided.get(str(place))) else clause
        for place, clause in enumerate(clauses)
    )


def asking(read: ReadProposal, action: str) -> ReadProposal:
    """The proposal as one that asks this, where a person said so: its document does not say what it asks."""
    if action in ("", read.action):
        return read
    Action, Change = Proposal.Action, ProposedClause.Change
    match action:
        case Action.ADD:
            kept = [clause for clause in read.clauses if clause.change != Change.REMOVED]
            clauses = [replace(clause, before="", call_before="", number_before="", change=Change.ADDED) for clause in kept]
        case Action.SUP:
            kept = [clause for clause in read.clauses if clause.change != Change.ADDED or read.action == Action.ADD]
            clauses = [
                replace(
                    clause,
                    before=clause.before or clause.text,
                    call_before=clause.call_before or clause.call,
                    number_before=clause.number_before or clause.number,
                    text="",
                    call="",
                    number="",
                    change=Change.REMOVED,
                )
                for clause in kept
            ]
        case Action.NOC:
            clauses = [_unchanged(clause) for clause in read.clauses if clause.change != Change.ADDED or read.action == Action.ADD]
        case _:
            # What was read as all new, or all gone, does not say what it starts from.
            clauses = [
                replace(
                    clause,
                    text=clause.text or clause.before,
                    call=clause.call or clause.call_before,
                    before="",
                    call_before="",
                    number=clause.number or clause.number_before,
                    number_before="",
                    change=Change.UNKNOWN,
                )
                for clause in read.clauses
            ]
    return replace(read, action=action, clauses=tuple(clauses), has_marks=read.has_marks and action != Action.MOD)


def anchors_for(asked: ReadProposal, read: ReadProposal, anchors: Mapping[str, str]) -> Mapping[str, str]:
    """The anchors chosen for `read` that still hold for it as one that asks something else: none if it then has fewer clauses."""
    return anchors if len(asked.clauses) == len(read.clauses) else {}


def _unchanged(clause: ClauseDraft) -> ClauseDraft:
    """As it stood before the marks."""
    text, call, number = clause.before or clause.text, clause.call_before or clause.call, clause.number_before or clause.number
    both = replace(clause, text=text, call=call, number=number, change=ProposedClause.Change.UNCHANGED)
    return replace(both, before=text, call_before=call, number_before=number)


def _proposal(read: docx.DocumentProposal) -> ReadProposal:
    about = read.resolution
    heading = about.heading_after or about.heading_before or ""
    found = _LABEL.search(heading) if about.number is None else None
    return ReadProposal(
        action=read.action,
        identifier=read.code,
        sources=read.sources,
        number=about.number or "",
        label=found[0] if found else "",
        heading=heading,
        title=about.title_after or about.title_before or "",
        reasons=read.reasons or "",
        has_marks=read.has_marks,
        place=read.place,
        clauses=clauses_of(read.clauses),
    )


def clauses_of(clauses: Sequence[docx.ProposedChange]) -> tuple[ClauseDraft, ...]:
    """Clauses carry their verb line; a verb line without clauses becomes a heading, as in a text in force."""
    drafts = []
    annexes: set[str] = set()
    for at, clause in enumerate(clauses):
        if clause.kind == "annex":
            annexes |= {words for words in (clause.before, clause.after) if words}
        kind = KINDS.get(clause.kind)
        if kind is None or is_told_by_others(clauses, at):
            continue
        tells_itself = clause.kind in ("call", "annex")
        line_before = "" if tells_itself or clause.section_before in annexes else clause.section_before or ""
        line = "" if tells_itself or clause.section_after in annexes else clause.section_after or ""
        change = _CHANGES.get(clause.change, clause.change)
        if change in ("unchanged", "renumbered", "moved") and docx.normalise(line_before) != docx.normalise(line):
            # "instructs" become "invites" changes every clause under it.
            change = "modified"
        drafts.append(
            ClauseDraft(
                part=clause.part or "preamble",
                kind=kind,
                text=clause.after or "",
                before=clause.before or "",
                call=line,
                call_before=line_before,
                number=clause.number_after or "",
                number_before=clause.number_before or "",
                change=change,
                place=clause.place_after or clause.place_before,
                part_before=clause.part_before if clause.part_before not in (None, clause.part) else "",
                cell=clause.cell,
            )
        )
    return tuple(drafts)
