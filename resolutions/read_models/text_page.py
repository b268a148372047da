"""The page of a text: one version of a resolution, the state of its clauses, and its history."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from uuid import UUID

from django.db.models import Count, Q, Sum, functions

from amnt.accounts.models import User
from resolutions.domain.brackets import passages
from resolutions.domain.word_counts import Length, WordCounts, length, word_counts_of
from resolutions.models import Clause, Proposal, ProposedClause, Resolution, Revision, RevisionText
from resolutions.read_models.clause_states import NO_EFFECTS, PartOfClauses, ProposedEffects, TextWithEffects, parts, with_effects
from resolutions.read_models.clauses_in_force import preferred
from resolutions.read_models.versions import text_key

# The most proposed clauses that are shown beside the clauses of a text.
MOST_WISHES, MOST_CHARACTERS = 3_000, 3_000_000
# The most proposed clauses, and characters of them, that are shown on the page itself: of more, a clause names who wants something of it,
# and its own page shows what.
MOST_BENEATH, MOST_SHOWN = 100, 300_000


@dataclass(frozen=True, slots=True)
class RevisionStep:
    """One revision in the bar of versions, with its text to show; None if not entered."""

    revision: Revision
    text: RevisionText | None
    is_shown: bool

    @property
    def label(self) -> str:
        return year(self.revision)


@dataclass(frozen=True)
class TextPage:
    """text -- what is shown: None while nobody entered any
    is_last -- it is the latest revision, whose clauses proposals speak of
    steps -- all revisions in order; languages -- the texts of this revision, by language
    standing -- the proposals that stand and may be read, those without words among them: what was asked of the assembly that
        adopted the latest text, or of one before it, is decided
    newest, in_brackets_before -- the latest working text of the assembly, and how many passages stood in brackets before it came
    unplaced -- proposed clauses of which it is not known which clause of the text they change
    shows_wording -- whether what is proposed is shown in its words; if not, who proposes it, with the way to its words
    is_too_much -- so much is proposed that it is not shown beneath each clause
    """

    text: RevisionText | None
    is_last: bool
    steps: tuple[RevisionStep, ...]
    languages: tuple[RevisionText, ...]
    standing: tuple[Proposal, ...]
    parts: tuple[PartOfClauses, ...] = ()
    unplaced: ProposedEffects = NO_EFFECTS
    shows_wording: bool = True
    word_counts: WordCounts | None = None
    newest: Proposal | None = None
    in_brackets_before: int = 0
    is_too_much: bool = False

    @property
    def key(self) -> str:
        return text_key(self.text) if self.text else ""

    @property
    def tells_state(self) -> bool:
        """Whether the state of each clause is shown."""
        return self.is_last and not self.is_too_much

    @property
    def late(self) -> int:
        return sum(proposal.contribution.is_late for proposal in self.standing)

    @property
    def whole(self) -> list[Proposal]:
        """Proposals on the resolution as a whole: NOC or SUP."""
        return [each for each in self.standing if each.action in (Proposal.Action.NOC, Proposal.Action.SUP)]

    @cached_property
    def in_brackets(self) -> int:
        """How many passages are in brackets, in the text or in proposals; the same words in the same clause count once."""
        return len(_in_brackets(self.parts, self.unplaced))

    @property
    def has_origins(self) -> bool:
        return any(line.words.came_from_id for part in self.parts for line in part.lines)


type Worded = tuple[UUID, str]  # the identity of a clause, and words for it


def _in_brackets(of: Iterable[PartOfClauses], unplaced: ProposedEffects, without: Collection[int] = ()) -> set[Worded]:
    """Passages in brackets in the text and in proposals.

    without -- keys of proposals to leave out
    """
    effects = list(unplaced)
    found: set[Worded] = set()
    for part in of:
        effects += part.additions
        for line in part.lines:
            effects += line.wishes
            found |= {(line.words.identity, passage) for passage in passages(line.words.text)}
    return found | {
        (effect.identity, passage) for effect in effects if effect.proposal.pk not in without for passage in passages(effect.wording)
    }


def year(revision: Revision) -> str:
    starts_on = revision.assembly.starts_on
    return str(starts_on.year) if starts_on else str(revision.assembly)


def text_page(resolution: Resolution, user: User, *, wanted: UUID | None = None) -> TextPage | None:
    """The page of the text `wanted`, else of the latest in the nearest of the reader's languages; None if this resolution has no such text.

    Reads `resolution.revisions` as `for_page` fetched them.
    """
    texts = list(
        RevisionText.objects.visible_to(user)
        .filter(revision__resolution=resolution)
        .in_order()
        .select_related("revision__assembly", "entered_by", "checked_by", "given_in")
    )
    current = [text for text in texts if text.superseded_at is None]
    if wanted is not None:
        shown = next((text for text in texts if text.public_id == wanted), None)
        if shown is None:
            return None
    else:
        shown = preferred(_of(current[-1].revision_id, current), user.reading_order) if current else None
    revisions = list(resolution.revisions.all())
    with_text = {text.revision_id for text in current}
    is_last = shown is not None and not any(revision.pk in with_text for revision in revisions[_index(revisions, shown) + 1 :])
    order = (shown.language, *user.reading_order) if shown else user.reading_order
    asked = Proposal.objects.visible_to(user).standing_or_draft().filter(resolution=resolution).for_list()
    last = current[-1].revision.assembly if current else None
    standing = tuple(each for each in asked if each.superseded_at is None and (last is None or each.contribution.assembly.is_after(last)))
    page = TextPage(
        text=shown,
        is_last=is_last,
        steps=tuple(
            RevisionStep(revision, preferred(_of(revision.pk, current), order), shown is not None and shown.revision_id == revision.pk)
            for revision in revisions
        ),
        languages=tuple(text for text in current if shown is not None and text.revision_id == shown.revision_id),
        standing=standing,
    )
    if shown is None:
        return page
    worded = [each for each in standing if not each.contribution.is_number_only] if is_last else []
    drafting = [each for each in asked if each.is_consolidated and not each.contribution.is_number_only]
    count, characters = _weight(worded, drafting)
    if is_too_much := count > MOST_WISHES or characters > MOST_CHARACTERS:
        worded = drafting = []
    whole = _with_effects(shown, page.languages, worded, reads=user.reads)
    found = tuple(parts(whole))
    drafts = _drafts(drafting)
    newest = next((draft for draft in reversed(drafts) if draft.proposal in standing), None)
    return replace(
        page,
        parts=found,
        unplaced=whole.unplaced,
        shows_wording=count <= MOST_BENEATH and characters <= MOST_SHOWN,
        word_counts=word_counts_of(_lengths(page.steps, drafts)),
        newest=newest.proposal if newest else None,
        in_brackets_before=_before(newest, drafts, page_parts=found, unplaced=whole.unplaced) if newest else 0,
        is_too_much=is_too_much,
    )


def _weight(worded: Sequence[Proposal], drafting: Sequence[Proposal]) -> tuple[int, int]:
    """How many clauses are proposed, and in how many characters. Counted by the database, without fetching a word. One query at most."""
    proposals = {each.pk for each in (*worded, *drafting) if each.action == Proposal.Action.MOD or each.is_consolidated}
    if not proposals:
        return 0, 0
    clauses = ProposedClause.objects.filter(proposal__in=proposals).exclude(change=ProposedClause.Change.UNCHANGED, base_differs=False)
    found = clauses.aggregate(n=Count("pk"), characters=Sum(functions.Length("text")))
    return found["n"], found["characters"] or 0


@dataclass(frozen=True, slots=True)
class _Draft:
    """A working text of the assembly, in its words."""

    proposal: Proposal
    words: tuple[Worded, ...]

    @property
    def received_at(self) -> datetime:
        return self.proposal.contribution.received_at


def _drafts(proposals: Iterable[Proposal]) -> list[_Draft]:
    """All issues of all working texts, the oldest first."""
    found = list(proposals)
    words: dict[int, list[Worded]] = defaultdict(list)
    for proposal, identity, text in ProposedClause.objects.filter(proposal__in=found).values_list("proposal", "identity", "text"):
        words[proposal].append((identity, text))
    found.sort(key=lambda each: (each.contribution.received_at, each.contribution.revision, each.pk))
    return [_Draft(each, tuple(words[each.pk])) for each in found]


def _before(newest: _Draft, drafts: Iterable[_Draft], *, page_parts: Iterable[PartOfClauses], unplaced: ProposedEffects) -> int:
    """How many passages were in brackets before the newest working text: with those it replaced, without itself."""
    found = _in_brackets(page_parts, unplaced, without={newest.proposal.pk})
    for draft in drafts:
        if draft.proposal.superseded_at == newest.received_at:
            found |= {(identity, passage) for identity, text in draft.words for passage in passages(text)}
    return len(found)


def _index(revisions: Sequence[Revision], text: RevisionText) -> int:
    return next(place for place, revision in enumerate(revisions) if revision.pk == text.revision_id)


def _of(revision: int, texts: Iterable[RevisionText]) -> list[RevisionText]:
    return [text for text in texts if text.revision_id == revision]


def _with_effects(
    text: RevisionText, texts: Iterable[RevisionText], proposals: Sequence[Proposal], *, reads: Callable[[str], bool]
) -> TextWithEffects:
    """texts -- of the same revision, in all languages"""
    clauses = list(text.clauses.in_order().select_related("came_from__version__revision"))
    amending = {each.pk: each for each in proposals if each.action == Proposal.Action.MOD}
    quiet = Q(change=ProposedClause.Change.UNCHANGED, base_differs=False)
    rank = {key: place for place, key in enumerate(amending)}
    found = ProposedClause.objects.filter(proposal__in=amending).exclude(quiet)
    proposed = sorted(found, key=lambda each: (rank[each.proposal_id], each.position))
    for each in proposed:
        each.proposal = amending[each.proposal_id]
    adding = {each.proposal_id for each in proposed if each.change == ProposedClause.Change.ADDED}
    orders: dict[int, list[UUID]] = defaultdict(list)
    rows = ProposedClause.objects.filter(proposal__in=adding).order_by("proposal", "position")
    for proposal, identity in rows.values_list("proposal", "identity"):
        orders[proposal].append(identity)
    translations = _translations(texts, {each.proposal.contribution.language for each in proposed} - {text.language}, proposed)
    return with_effects(clauses, language=text.language, proposed=proposed, orders=orders, translations=translations, reads=reads)


def _translations(
    texts: Iterable[RevisionText], languages: Collection[str], proposed: Iterable[ProposedClause]
) -> dict[tuple[str, UUID], Clause]:
    """The clauses that these proposals change, by language and identity. One query; none where no text is in these languages."""
    by_key = {text.pk: text.language for text in texts if text.language in languages}
    if not by_key:
        return {}
    found = Clause.objects.filter(version__in=by_key, identity__in={each.identity for each in proposed})
    return {(by_key[clause.version_id], clause.identity): clause for clause in found}


def _lengths(steps: Sequence[RevisionStep], drafts: Sequence[_Draft]) -> list[Length]:
    """Of the text of each revision, each after the working texts of its assembly, and of those of the assembly to come."""
    shown = [(step.revision, step.text) for step in steps if step.text is not None]
    texts: dict[int, list[str]] = defaultdict(list)
    for version, words in Clause.objects.filter(version__in=[text for _revision, text in shown]).values_list("version", "text"):
        texts[version].append(words)
    by_assembly: dict[int, list[Length]] = defaultdict(list)
    for draft in drafts:
        contribution = draft.proposal.contribution
        by_assembly[contribution.assembly_id].append(length(draft.proposal.name, [text for _identity, text in draft.words], is_draft=True))
    found: list[Length] = []
    for revision, text in shown:
        found += by_assembly.pop(revision.assembly_id, [])
        found.append(length(year(revision), texts[text.pk]))
    return found + [each for lengths in by_assembly.values() for each in lengths]
