"""Hints where they are shown alike: on Compare, the page of a proposal, a cell of the matrix, the review of a file, a preview."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from amnt.accounts.models import User
from coalitions.models import HintDismissal
from coalitions.permissions import MembershipContext
from resolutions.domain.hints import Hint, hints
from resolutions.drafts import ClauseDraft
from resolutions.models import Proposal, ProposedClause, RevisionText, WordingRule
from resolutions.read_models.proposed import Changed
from resolutions.read_models.rules_in_use import RulesInUse, rules_in_use

MOST_HINTS = 12  # under one wording

type Dismissals = Mapping[tuple[int, int | None, int | None, UUID, str], HintDismissal]


class Change(NamedTuple):
    """Words before and after, in one language, with the verb lines they stand under."""

    before: str
    after: str
    call_before: str
    call_after: str


class Wording(NamedTuple):
    """Whose words they are; of a file that is being read or a proposal not saved yet, nobody's."""

    proposal: Proposal | None = None
    text: RevisionText | None = None

    @property
    def address(self) -> str:
        """At which a hint on it is set aside."""
        if self.proposal:
            return reverse("coalitions:hint-dismiss", args=[self.proposal.public_id])
        return reverse("coalitions:text-hint-dismiss", args=[self.text.public_id]) if self.text else ""

    @property
    def key(self) -> tuple[int | None, int | None]:
        if self.proposal:
            return self.proposal.pk, None
        return None, self.text.revision_id if self.text else None


NOBODYS = Wording()


@dataclass(frozen=True)
class FoundHint:
    """A hint where it is shown, with the address at which it is set aside, if it can be. `set_aside` says by whom and why, to those
    who may read that."""

    hint: Hint
    rule: WordingRule
    address: str
    clause: UUID | None
    set_aside: HintDismissal | None = None

    @property
    def query(self) -> str:
        """What the page that sets it aside is told."""
        return urlencode({"rule": self.rule.code, "clause": self.clause, "words": kept_words(self.hint.words)})


@dataclass
class ShownHints:
    """What is shown under one wording; `more_hints` are not, only counted."""

    hints: list[FoundHint] = field(default_factory=list)
    set_aside: list[FoundHint] = field(default_factory=list)
    more_hints: int = 0

    def __bool__(self) -> bool:
        return bool(self.hints or self.set_aside)


def kept_words(words: str) -> str:
    """What a hint points at, as it is kept when the hint is set aside."""
    return " ".join(words.split())[: HintDismissal._meta.get_field("words").max_length]


def by_hint(dismissals: Iterable[HintDismissal]) -> Dismissals:
    return {(each.rule_id, each.proposal_id, each.revision_id, each.clause, each.words): each for each in dismissals}


def shown_hints(
    change: Change,
    rules: RulesInUse,
    *,
    language: str,
    part: str,
    wording: Wording = NOBODYS,
    clause: UUID | None = None,
    dismissals: Dismissals | None = None,
) -> ShownHints:
    """The hints on this change: those set aside apart, and no more of the others than fit under it."""
    shown = ShownHints()
    for found in _found(change, rules, language, part, wording, clause, dismissals or {}):
        (shown.set_aside if found.set_aside else shown.hints).append(found)
    shown.more_hints = max(0, len(shown.hints) - MOST_HINTS)
    del shown.hints[MOST_HINTS:]
    return shown


def _found(
    change: Change, rules: RulesInUse, language: str, part: str, wording: Wording, clause: UUID | None, dismissals: Dismissals
) -> Iterator[FoundHint]:
    pointed_at = hints(
        change.before,
        change.after,
        language=language,
        part=part,
        rules=rules.ready,
        call_before=change.call_before,
        call_after=change.call_after,
    )
    seen = set()
    for hint in pointed_at:
        rule = rules.by_code[hint.rule_code]
        if (rule.pk, hint.side, hint.words) in seen:
            continue
        seen.add((rule.pk, hint.side, hint.words))
        aside = dismissals.get((rule.pk, *wording.key, clause, kept_words(hint.words))) if clause else None
        yield FoundHint(hint, rule, wording.address, clause, aside)


# --- Of proposals -----------------------------------------------------------------------------------------------------------


@dataclass
class HintedClause:
    """One clause that a proposal changes, with what is worth a look in it."""

    changed: Changed
    found: ShownHints


def hinted_clauses(
    user: User, memberships: MembershipContext, changes: Mapping[Proposal, Iterable[Changed]]
) -> dict[int, list[HintedClause]]:
    """By key of the proposal, its clauses with hints, in order. A query for the rules, and one for what was set aside if there are any.

    changes -- of each proposal, its clauses in order, with their `base_clause`
    """
    rules = rules_in_use(user)
    if not rules.by_code:
        return {}
    mine = HintDismissal.objects.visible_to(user, memberships.circles)
    dismissals = by_hint(mine.filter(proposal__in=list(changes)).with_author().select_related("circle"))
    return {
        proposal.pk: [
            HintedClause(changed, found)
            for changed in rows
            if not changed.is_quiet and (found := _hints_on(proposal, changed, rules, Wording(proposal), dismissals))
        ]
        for proposal, rows in changes.items()
    }


def hints_on_preview(proposal: Proposal, changes: Iterable[Changed], rules: RulesInUse) -> list[ShownHints]:
    """On each change of a proposal that is not saved yet: none can be set aside."""
    return [_hints_on(proposal, changed, rules, NOBODYS) for changed in changes]


def _hints_on(
    proposal: Proposal, changed: Changed, rules: RulesInUse, wording: Wording, dismissals: Dismissals | None = None
) -> ShownHints:
    change = _change_of(changed)
    if change is None:
        return ShownHints()
    clause = changed.clause
    return shown_hints(
        change,
        rules,
        language=proposal.contribution.language,
        part=clause.part,
        wording=wording,
        clause=clause.identity,
        dismissals=dismissals,
    )


def _change_of(changed: Changed) -> Change | None:
    """From the words in force, in the language of the proposal; else from those that the document itself starts from."""
    clause, in_force = changed.clause, changed.in_force
    if clause.change == ProposedClause.Change.ADDED:
        return Change("", clause.text, "", clause.call)
    if in_force:
        return Change(in_force.text, clause.text, in_force.call, clause.call if clause.text else "")
    if clause.before:
        return Change(clause.before, clause.text, clause.call_before, clause.call if clause.text else "")
    return None


def hints_as_read(clauses: Iterable[ClauseDraft], rules: RulesInUse, language: str) -> list[ShownHints]:
    """On each clause as it was read from a file: from the words that the file says it starts from."""
    return [_hints_as_read(clause, rules, language) for clause in clauses]


def _hints_as_read(clause: ClauseDraft, rules: RulesInUse, language: str) -> ShownHints:
    if clause.change in (ProposedClause.Change.UNCHANGED, ProposedClause.Change.RENUMBERED, ProposedClause.Change.UNKNOWN):
        return ShownHints()
    calls = (clause.call_before if clause.before else "", clause.call if clause.text else "")
    return shown_hints(Change(clause.before, clause.text, *calls), rules, language=language, part=clause.part)
