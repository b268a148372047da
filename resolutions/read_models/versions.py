"""The versions of one resolution: each revision in each language, then the text of each standing proposal."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Length

from amnt.accounts.models import User
from resolutions.models import (
    Assembly,
    Clause,
    ClauseText,
    Contribution,
    Part,
    Proposal,
    ProposedClause,
    Resolution,
    RevisionText,
)
from resolutions.models.contributions import ProposalQuerySet
from resolutions.models.texts import RevisionTextQuerySet

TEXT, PROPOSAL = "t", "p"


@dataclass(frozen=True, slots=True)
class VersionClause:
    """A clause of one version, with the `name` and `anchor` of `models.ClauseText`.

    before, call_before -- of a proposal, the words its document starts from, in its own language: empty where it adds the clause,
        None where it does not say
    row -- its key: "t" for a clause of a text, "p" for one of a proposal, then its primary key
    """

    identity: UUID
    part: str
    kind: str
    call: str
    verb: str
    number: str
    text: str
    name: str
    anchor: str
    before: str | None = None
    call_before: str = ""
    row: str = ""

    @property
    def is_operative(self) -> bool:
        return self.part == Part.OPERATIVE


@dataclass(frozen=True, slots=True)
class Version:
    """One wording. Of `text` and `proposal` one is there. `clauses` are empty until fetched (`with_clauses`).

    key -- how addresses name it: "t-" or "p-" and a public id
    """

    key: str
    label: str
    language: str
    assembly: Assembly
    clauses: tuple[VersionClause, ...] = ()
    text: RevisionText | None = None
    proposal: Proposal | None = None

    @property
    def is_text(self) -> bool:
        return self.text is not None

    @property
    def resolution(self) -> Resolution:
        if self.proposal is not None:
            return self.proposal.resolution
        assert self.text is not None  # noqa: S101 - a version is of one or the other
        return self.text.revision.resolution


def versions_of(resolution: Resolution, user: User, circles: Collection[int] | None = None) -> list[Version]:
    """Texts by assembly and language, then standing proposals that have words, without clauses. Two queries."""
    texts = RevisionText.objects.visible_to(user).current().filter(revision__resolution=resolution)
    proposals = _with_words(Proposal.objects.visible_to(user, circles).standing().filter(resolution=resolution))
    return _versions(texts, proposals)


def version(key: str, user: User) -> Version | None:
    """The version of this key, with its clauses; None if there is none that this person may read."""
    return next(iter(chosen([key], user)), None)


def chosen(keys: Sequence[str], user: User) -> list[Version]:
    """The versions of these keys that this person may read, in this order, with their clauses. Four queries at most."""
    return with_clauses(named(keys, user))


def named(keys: Sequence[str], user: User, circles: Collection[int] | None = None) -> list[Version]:
    """The same without clauses, in two queries. Superseded and withdrawn ones are found too."""
    ids = {kind: [public_id for key in keys if (public_id := _id(key, kind))] for kind in (TEXT, PROPOSAL)}
    texts = RevisionText.objects.visible_to(user).filter(public_id__in=ids[TEXT])
    proposals = _with_words(Proposal.objects.visible_to(user, circles).filter(public_id__in=ids[PROPOSAL]))
    found = {each.key: each for each in _versions(texts, proposals)}
    return [found[key] for key in dict.fromkeys(keys) if key in found]


def with_clauses(versions: Iterable[Version]) -> list[Version]:
    """The same with their clauses, in order, in two queries at most.

    Of a proposal it is the whole new text: what it deletes is absent, what it leaves alone is there. A NOC without own words is the text it
    is about.
    """
    versions = list(versions)
    unchanged = {
        each.proposal.base_id
        for each in versions
        if each.proposal and each.proposal.action == Proposal.Action.NOC and each.proposal.base_id
    }
    texts = {each.text.pk for each in versions if each.text} | unchanged
    proposals = [each.proposal.pk for each in versions if each.proposal]
    in_text, in_proposal = defaultdict(list), defaultdict(list)
    if texts:
        for clause in Clause.objects.filter(version__in=texts).order_by("version", "position"):
            in_text[clause.version_id].append(_clause(clause))
    if proposals:
        words = ProposedClause.objects.filter(proposal__in=proposals, proposal__contribution__access=Contribution.Access.PUBLIC)
        for proposed in words.order_by("proposal", "position"):
            if proposed.change != ProposedClause.Change.REMOVED and proposed.action != Proposal.Action.SUP:
                in_proposal[proposed.proposal_id].append(_proposed_clause(proposed))
    filled = []
    for each in versions:
        if each.proposal:
            clauses = in_proposal[each.proposal.pk]
            if not clauses and each.proposal.action == Proposal.Action.NOC and each.proposal.base_id:
                clauses = in_text[each.proposal.base_id]
        else:
            clauses = in_text[each.text.pk] if each.text else []
        filled.append(replace(each, clauses=tuple(clauses)))
    return filled


def public_versions(keys: Sequence[str]) -> list[Version]:
    """The public versions of these keys, without clauses."""
    ids = {kind: [public_id for key in keys if (public_id := _id(key, kind))] for kind in (TEXT, PROPOSAL)}
    texts = RevisionText.objects.filter(public_id__in=ids[TEXT])
    proposals = _with_words(Proposal.objects.filter(public_id__in=ids[PROPOSAL]))
    found = {each.key: each for each in _versions(texts, proposals)}
    return [found[key] for key in keys if key in found]


def clauses_by_row(rows: Iterable[str]) -> dict[str, VersionClause]:
    """Clauses of public texts and proposals by `VersionClause.row`. Two queries."""
    keys: dict[str, list[int]] = {TEXT: [], PROPOSAL: []}
    for row in rows:
        keys[row[0]].append(int(row[1:]))
    proposed = ProposedClause.objects.filter(pk__in=keys[PROPOSAL], proposal__contribution__access=Contribution.Access.PUBLIC)
    found = [_clause(clause) for clause in Clause.objects.filter(pk__in=keys[TEXT])] if keys[TEXT] else []
    found += [_proposed_clause(clause) for clause in proposed] if keys[PROPOSAL] else []
    return {clause.row: clause for clause in found}


@dataclass(frozen=True, slots=True)
class Size:
    """The size of versions together.

    stamps -- of each in order, a value that changes with its clauses
    """

    clauses: int
    characters: int
    stamps: tuple[str, ...]


def size_of(versions: Sequence[Version]) -> Size:
    """Counted by the database. One query."""
    texts = {each.text.pk for each in versions if each.text}
    texts |= {each.proposal.base_id for each in versions if each.proposal and each.proposal.base_id}
    proposals = {each.proposal.pk for each in versions if each.proposal}
    in_text = _counted(Clause.objects.filter(version__in=texts), TEXT, "version")
    in_proposal = _counted(ProposedClause.objects.filter(proposal__in=proposals), PROPOSAL, "proposal")
    counted = {(kind, owner): (n, length or 0, last) for kind, owner, n, length, last in in_text.union(in_proposal, all=True)}
    clauses = characters = 0
    stamps = []
    for each in versions:
        own = counted.get((PROPOSAL, each.proposal.pk)) if each.proposal else None
        of_text = counted.get((TEXT, each.proposal.base_id if each.proposal else each.text.pk if each.text else None))
        shown = own or of_text or (0, 0, 0)
        clauses, characters = clauses + shown[0], characters + shown[1]
        stamps.append(f"{each.key} {own or 0} {of_text or 0}")
    return Size(clauses, characters, tuple(stamps))


def _counted(clauses: QuerySet, kind: str, owner: str) -> QuerySet:
    counts = {"n": Count("pk"), "length": Sum(Length("text")), "last": Max("pk")}
    return clauses.order_by().values_list(Value(kind), owner).annotate(**counts)


def text_key(text: RevisionText) -> str:
    return f"{TEXT}-{text.public_id}"


def proposal_key(proposal: Proposal) -> str:
    return f"{PROPOSAL}-{proposal.public_id}"


def _id(key: str, kind: str) -> UUID | None:
    prefix, dash, rest = key.partition("-")
    if prefix != kind or not dash:
        return None
    try:
        return UUID(rest)
    except ValueError:
        return None


def _with_words(proposals: ProposalQuerySet) -> ProposalQuerySet:
    """Proposals that have a text: their own, or the one they leave unchanged or suppress."""
    words = ProposedClause.objects.filter(proposal=OuterRef("pk"))
    return proposals.filter(
        Q(taken_back_at=None),
        Q(Exists(words)) | Q(action__in=(Proposal.Action.NOC, Proposal.Action.SUP), base__isnull=False),
        contribution__access=Contribution.Access.PUBLIC,
    )


def _versions(texts: RevisionTextQuerySet, proposals: ProposalQuerySet) -> list[Version]:
    return [
        *(_of_text(text) for text in texts.in_order().select_related("revision__assembly", "revision__resolution")),
        *(_of_proposal(proposal) for proposal in proposals.for_list()),
    ]


def _of_text(text: RevisionText) -> Version:
    revision = text.revision
    return Version(text_key(text), revision.label, text.language, revision.assembly, text=text)


def _of_proposal(proposal: Proposal) -> Version:
    contribution = proposal.contribution
    return Version(proposal_key(proposal), proposal.name, contribution.language, contribution.assembly, proposal=proposal)


def _clause(words: ClauseText) -> VersionClause:
    return VersionClause(
        words.identity,
        words.part,
        words.kind,
        words.call,
        words.verb,
        words.number,
        words.text,
        words.name,
        words.anchor,
        row=f"{TEXT if isinstance(words, Clause) else PROPOSAL}{words.pk}",
    )


def _proposed_clause(proposed: ProposedClause) -> VersionClause:
    is_new = proposed.change == ProposedClause.Change.ADDED or proposed.action == Proposal.Action.ADD
    return replace(_clause(proposed), before=proposed.before or ("" if is_new else None), call_before=proposed.call_before)
