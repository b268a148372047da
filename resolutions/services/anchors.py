"""Stores the clauses of a proposal, each anchored to the clause in force it starts from: for new proposals, later issues, and those that
waited for the text in force.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Count
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from resolutions.domain.aligning import ChangeKind
from resolutions.domain.budgets import LONGEST_ADDRESSEE, LONGEST_CALL, LONGEST_NUMBER, LONGEST_VERB
from resolutions.domain.tables import united
from resolutions.drafts import ClauseDraft
from resolutions.importers.anchoring import Anchor, Starting, anchor, anchor_by_structure, continued
from resolutions.importers.docx import call
from resolutions.models import Assembly, Clause, Proposal, ProposedClause, Resolution, Revision, RevisionText

Action, Change = Proposal.Action, ProposedClause.Change
WITHOUT_OWN_WORDS = (Action.SUP, Action.NOC)
# The change of a clause whose base is not known, by the comparison.
COMPARED = {
    ChangeKind.UNCHANGED: Change.UNCHANGED,
    ChangeKind.RENUMBERED: Change.RENUMBERED,
    ChangeKind.MODIFIED: Change.MODIFIED,
    ChangeKind.MOVED: Change.MOVED,
    ChangeKind.ADDED: Change.ADDED,
    ChangeKind.MERGED: Change.MODIFIED,
    ChangeKind.SPLIT: Change.MODIFIED,
}


@dataclass(slots=True)
class PendingClause:
    """A clause before it is stored. `identity` is its own, or that of the clause in force once anchored."""

    draft: ClauseDraft
    identity: UUID = field(default_factory=uuid4)
    anchored_by: int | None = None
    anchored_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AnchoredText:
    """Clauses, those of the text in force, and which is anchored to which, by place."""

    clauses: list[PendingClause]
    in_force: list[Clause]
    anchors: dict[int, Anchor]
    is_one_language: bool


def text_in_force(resolution: Resolution, assembly: Assembly, language: str) -> RevisionText | None:
    """The text that a contribution to this assembly starts from: the last revision before it, in its language if possible."""
    return texts_in_force([resolution], assembly, language).get(resolution.pk, (None, 0))[0]


def texts_in_force(resolutions: Collection[Resolution], assembly: Assembly, language: str) -> dict[int, tuple[RevisionText, int]]:
    """The same for several by primary key, each with the number of its clauses. Two queries."""
    return in_language(last_texts(resolutions, assembly), language)


def last_texts(resolutions: Collection[Resolution], assembly: Assembly) -> list[tuple[RevisionText, int]]:
    """The texts of the last revisions before this assembly, in every language, each with the number of its clauses. Two queries."""
    revisions = Revision.objects.filter(resolution__in=resolutions).exclude(assembly=assembly)
    if assembly.starts_on:
        revisions = revisions.filter(assembly__starts_on__lt=assembly.starts_on)
    last = {revision.resolution_id: revision for revision in revisions.in_order()}
    texts = RevisionText.objects.current().filter(revision__in=[revision.pk for revision in last.values()])
    counted = texts.select_related("revision").annotate(clause_count=Count("clauses")).order_by("pk")
    return [(text, text.clause_count) for text in counted]


def in_language(texts: Iterable[tuple[RevisionText, int]], language: str) -> dict[int, tuple[RevisionText, int]]:
    """Of `last_texts`, that of each resolution in this language if possible, with the number of its clauses."""
    found: dict[int, tuple[RevisionText, int]] = {}
    for text, clauses in texts:
        if text.language == language:
            found[text.revision.resolution_id] = (text, clauses)
        else:
            found.setdefault(text.revision.resolution_id, (text, clauses))
    return found


def uses_text(text: RevisionText, action: str, language: str, *, has_words: bool) -> bool:
    """Whether a proposal uses this text in force: to anchor its clauses to it, or to copy all of its clauses."""
    return action != Action.ADD and (has_words or (action in WITHOUT_OWN_WORDS and text.language == language))


def pending_clauses(action: str, clauses: Sequence[ClauseDraft], *, by: User | None) -> list[PendingClause]:
    """Clauses of a draft, on the side their action leaves them."""
    waiting = [PendingClause(_on_its_side(action, clause)) for clause in clauses]
    for each in waiting:
        if each.draft.is_chosen and by is not None:
            each.anchored_by, each.anchored_at = by.pk, now()
    return waiting


def received_clauses(proposal: Proposal) -> list[PendingClause]:
    """The clauses of a proposal as received, without those derived from a text in force."""
    rows = list(proposal.clauses.in_order())
    # Without marks, the base of a clause that is not new is not known.
    has_no_marks = proposal.action == Action.MOD and any(
        row.text and not row.before and row.change not in (Change.ADDED, Change.REMOVED) for row in rows
    )
    if has_no_marks:
        rows = [row for row in rows if row.change != Change.REMOVED]
    elif proposal.action in WITHOUT_OWN_WORDS and all(row.place is None and row.base_clause_id for row in rows):
        rows = []
    return [PendingClause(_as_draft(row, has_no_marks), row.identity, row.anchored_by_id, row.anchored_at) for row in rows]


def continue_from(earlier: Proposal, waiting: Sequence[PendingClause]) -> None:
    """Clauses of a later issue keep the identities of the earlier one, and the anchors that a person chose there."""
    rows = sorted(earlier.clauses.all(), key=lambda row: row.position)
    old = [Starting(row.part, row.kind, row.call, row.number, row.text or row.before, row.cell) for row in rows]
    new = [_as_printed(each.draft) for each in waiting]
    for place, before in continued(old, new).items():
        row, each = rows[before], waiting[place]
        if row.base_clause_id is None:
            each.identity = row.identity
        if row.anchored_by_id and not each.draft.is_chosen:
            anchored = row.identity if row.base_clause_id else None
            each.draft = replace(each.draft, anchor=anchored, is_chosen=True)
            each.anchored_by, each.anchored_at = row.anchored_by_id, row.anchored_at


def anchor_clauses(action: str, waiting: list[PendingClause], base: RevisionText | None, language: str) -> AnchoredText:
    """What each clause starts from. Changes nothing."""
    if base is None or action == Action.ADD:
        return AnchoredText(waiting, [], {}, is_one_language=False)
    if not uses_text(base, action, language, has_words=bool(waiting)):
        return AnchoredText(waiting, [], {}, base.language == language)
    in_force = sorted(base.clauses.all(), key=lambda clause: clause.position)
    is_one_language = base.language == language
    if not waiting and is_one_language and action in WITHOUT_OWN_WORDS:
        waiting = [PendingClause(_derived(action, clause)) for clause in in_force]
    return AnchoredText(waiting, in_force, _anchors(waiting, in_force, is_one_language=is_one_language), is_one_language)


def store_clauses(proposal: Proposal, waiting: list[PendingClause], base: RevisionText | None) -> list[ProposedClause]:
    """In place of those that are there. Sets `base` on the proposal, which the caller saves."""
    language = proposal.contribution.language
    proposal.base = None if proposal.action == Action.ADD else base
    tied = anchor_clauses(proposal.action, waiting, base, language)
    rows = [_row(proposal, each, tied.anchors.get(place), tied.in_force, language) for place, each in enumerate(tied.clauses)]
    if tied.is_one_language and any(each.draft.change == Change.UNKNOWN for each in waiting):
        rows = _with_removed(proposal, rows, tied.in_force)
    identities: set[UUID] = set()
    for position, row in enumerate(rows, start=1):
        row.position = position
        if row.identity in identities:
            if row.base_clause_id:
                raise tied_twice()
            row.identity = uuid4()
        identities.add(row.identity)
    proposal.clauses.all().delete()
    return ProposedClause.objects.bulk_create(rows)


def tied_twice() -> RuleBroken:
    return RuleBroken(_("Two clauses are matched with the same clause in force: choose another for one of them."))


@transaction.atomic
def decide_anchors(proposal: Proposal, decided: Mapping[UUID, UUID | None], *, by: User) -> None:
    """Anchor doubtful clauses as a person decided, by identity: to a clause in force, or to none."""
    proposal = Proposal.objects.select_for_update(of=("self",)).select_related("contribution", "base").get(pk=proposal.pk)
    waiting = received_clauses(proposal)
    for each in waiting:
        if each.identity in decided:
            each.draft = replace(each.draft, anchor=decided[each.identity], is_chosen=True)
            each.anchored_by, each.anchored_at = by.pk, now()
    store_clauses(proposal, waiting, proposal.base)


def _anchors(waiting: Sequence[PendingClause], in_force: Sequence[Clause], *, is_one_language: bool) -> dict[int, Anchor]:
    """Anchors by place; none for clauses that the document marks as new, unless a person decided."""
    places = {clause.identity: place for place, clause in enumerate(in_force)}
    starting: list[int] = []
    decided: dict[int, int | None] = {}
    for place, each in enumerate(waiting):
        draft = each.draft
        if draft.anchor in places:
            decided[len(starting)] = places[draft.anchor]
        elif draft.is_chosen and draft.anchor is None:
            decided[len(starting)] = None
        elif draft.change == Change.ADDED:
            continue
        starting.append(place)
    sides = [starting_side(waiting[place].draft) for place in starting]
    found = (anchor if is_one_language else anchor_by_structure)(sides, in_force, decided=decided)
    return dict(zip(starting, found, strict=True))


def _row(proposal: Proposal, each: PendingClause, anchored: Anchor | None, in_force: Sequence[Clause], language: str) -> ProposedClause:
    draft = each.draft
    base = in_force[anchored.base] if anchored and anchored.base is not None else None
    tells_base = draft.change not in (Change.ADDED, Change.UNKNOWN)
    change, before = draft.change, draft.before
    if change == Change.UNKNOWN and anchored and anchored.kind:
        change = COMPARED.get(anchored.kind, Change.UNKNOWN)
    elif change == Change.ADDED and base and anchored and anchored.likeness is not None:
        # A person said that it is not new.
        change, before = Change.MODIFIED, base.text
    # A deleted clause keeps its place.
    line, number = (draft.call_before, draft.number_before) if change == Change.REMOVED else (draft.call, draft.number)
    found = call(line, language or None) if line else None
    return ProposedClause(
        proposal=proposal,
        action=proposal.action,
        part=draft.part,
        kind=draft.kind,
        change=change,
        call=line[:LONGEST_CALL],
        verb=found.verb[:LONGEST_VERB] if found else "",
        addressee=found.addressee[:LONGEST_ADDRESSEE] if found else "",
        number=number[:LONGEST_NUMBER],
        text=draft.text,
        before=before,
        call_before=draft.call_before[:LONGEST_CALL],
        number_before=draft.number_before[:LONGEST_NUMBER],
        place=draft.place,
        cell_values=draft.cell.as_values() if draft.cell else None,
        identity=base.identity if base else each.identity,
        base_clause=base,
        base_differs=bool(anchored and anchored.differs and tells_base),
        likeness=anchored.likeness if anchored else None,
        is_doubtful=is_doubtful(draft, anchored),
        anchored_by_id=each.anchored_by,
        anchored_at=each.anchored_at,
    )


def is_doubtful(draft: ClauseDraft, anchored: Anchor | None) -> bool:
    """Whether it needs a review. A clause added without marks is new, not doubtful."""
    if anchored is None or not anchored.is_doubtful:
        return False
    return anchored.base is not None or draft.change not in (Change.ADDED, Change.UNKNOWN)


def _with_removed(proposal: Proposal, rows: Sequence[ProposedClause], in_force: Sequence[Clause]) -> list[ProposedClause]:
    """With the clauses in force that the new text lacks, as deleted, each after the one before it."""
    kept = {row.base_clause_id: place for place, row in enumerate(rows)}
    behind: dict[int | None, list[ProposedClause]] = {}
    last: int | None = None
    for clause in in_force:
        if clause.pk in kept:
            last = kept[clause.pk]
        else:
            gone = _row(proposal, PendingClause(_derived(Action.SUP, clause)), None, [], "")
            gone.identity, gone.base_clause, gone.likeness = clause.identity, clause, 1.0
            gone.verb, gone.addressee = clause.verb, clause.addressee
            behind.setdefault(last, []).append(gone)
    found = [*behind.get(None, []), *(each for place, row in enumerate(rows) for each in (row, *behind.get(place, [])))]
    bases = {clause.pk: clause for clause in in_force}
    pairs = [(bases[row.base_clause_id].cell if row.base_clause_id in bases else None, row.cell if row.text else None) for row in found]
    for row, cell in zip(found, united(pairs), strict=True):
        row.cell_values = cell.as_values() if cell else row.cell_values
    return found


# --- The two sides of a clause ---------------------------------------------------------------------------------------------------


def _on_its_side(action: str, draft: ClauseDraft) -> ClauseDraft:
    match action:
        case Action.ADD:
            return replace(draft, before="", call_before="", number_before="", change=Change.ADDED, anchor=None, is_chosen=False)
        case Action.SUP:
            before, line, number = draft.before or draft.text, draft.call_before or draft.call, draft.number_before or draft.number
            return replace(draft, before=before, call_before=line, number_before=number, text="", change=Change.REMOVED)
        case Action.NOC:
            words, line, number = draft.text or draft.before, draft.call or draft.call_before, draft.number or draft.number_before
            draft = replace(draft, text=words, before=words, change=Change.UNCHANGED)
            return replace(draft, call=line, call_before=line, number=number, number_before=number)
        case _ if draft.change == Change.ADDED:
            return replace(draft, before="", call_before="", number_before="")
        case _ if draft.change == Change.REMOVED:
            before, line, number = draft.before or draft.text, draft.call_before or draft.call, draft.number_before or draft.number
            return replace(draft, before=before, call_before=line, number_before=number, text="")
        case _:
            return draft


def _as_draft(row: ProposedClause, has_no_marks: bool) -> ClauseDraft:
    return ClauseDraft(
        part=row.part,
        kind=row.kind,
        text=row.text,
        before=row.before,
        call=row.call,
        call_before=row.call_before,
        number=row.number,
        number_before=row.number_before,
        change=Change.UNKNOWN if has_no_marks else row.change,
        place=row.place,
        cell=row.cell,
        anchor=row.identity if row.anchored_by_id and row.base_clause_id else None,
        is_chosen=row.anchored_by_id is not None,
    )


def _derived(action: str, clause: Clause) -> ClauseDraft:
    """A clause of the text in force, as suppressed or as kept."""
    is_kept = action == Action.NOC
    return ClauseDraft(
        part=clause.part,
        kind=clause.kind,
        text=clause.text if is_kept else "",
        before=clause.text,
        call=clause.call if is_kept else "",
        call_before=clause.call,
        number=clause.number if is_kept else "",
        number_before=clause.number,
        change=Change.UNCHANGED if is_kept else Change.REMOVED,
        anchor=clause.identity,
        cell=clause.cell,
    )


def starting_side(draft: ClauseDraft) -> Starting:
    """The side it starts from; its own words where that is not known."""
    if draft.change in (Change.UNKNOWN, Change.ADDED):
        return _as_printed(draft)
    part = draft.part_before or draft.part
    return Starting(part, draft.kind, draft.call_before or draft.call, draft.number_before or draft.number, draft.before, draft.cell)


def _as_printed(draft: ClauseDraft) -> Starting:
    if draft.text:
        return Starting(draft.part, draft.kind, draft.call, draft.number, draft.text, draft.cell)
    return Starting(draft.part, draft.kind, draft.call_before, draft.number_before, draft.before, draft.cell)
