"""The versions of one resolution: each revision in each language, then the text of each standing proposal."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Length
from modeltranslation.utils import get_translation_fields

from amnt.accounts.models import User
from resolutions.domain.tables import CellPlace
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

TEXT, PROPOSAL, BEFORE = "t", "p", "b"
# What a list of versions does not say of each.
LONG_FIELDS = (
    *("reasons", "title", "base__file_name", "base__source", "base__url", "contribution__title", "contribution__file_name"),
    *(f"group__{name}" for name in ("reference_values", "source", "search_text", "countries", "proposal_codes", "website")),
    *(f"group__{name}" for field in ("access", "common_proposals", "note", "name") for name in (field, *get_translation_fields(field))),
    *(f"contribution__assembly__{name}" for name in ("reference_values", "source", "name", *get_translation_fields("name"))),
)


@dataclass(frozen=True, slots=True)
class VersionClause:
    """A clause of one version, with the `name` and `anchor` of `models.ClauseText`.

    before, call_before, number_before -- of a proposal, the words its document starts from, in its own language: empty where it adds the
        clause, None where it does not say
    row -- its key: "t" for a clause of a text, "p" for one of a proposal, "b" for the words that starts from, then its primary key
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
    number_before: str = ""
    position: int = 0
    row: str = ""
    cell: CellPlace | None = None

    @property
    def is_operative(self) -> bool:
        return self.part == Part.OPERATIVE


@dataclass(frozen=True, slots=True)
class Version:
    """One wording. Of `text` and `proposal` one is there. `clauses` are empty until fetched (`with_clauses`).

    key -- how addresses name it: "t-" or "p-" and a public id
    reference -- the text in force in its language, where that is not the language of what it is compared with (`with_references`)
    """

    key: str
    label: str
    language: str
    assembly: Assembly
    clauses: tuple[VersionClause, ...] = ()
    text: RevisionText | None = None
    proposal: Proposal | None = None
    reference: RevisionText | None = None
    reference_clauses: tuple[VersionClause, ...] = ()

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
    """Texts by assembly and language, then standing proposals that have words, without clauses. Two queries.

    Proposals come with `changed_clauses`, the number of clauses they change.
    """
    texts = RevisionText.objects.visible_to(user).current().filter(revision__resolution=resolution)
    proposals = _with_words(Proposal.objects.visible_to(user, circles).standing().filter(resolution=resolution))
    offered = proposals.annotate(changed_clauses=_changed_clauses()).for_list().select_related(None)
    found = [_of_text(text) for text in texts.in_order().select_related("revision__assembly", "revision__resolution")]
    for proposal in offered.select_related("contribution__assembly", "group", "base").defer(*LONG_FIELDS):
        proposal.resolution = resolution
        found.append(_of_proposal(proposal))
    return found


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


def with_references(versions: Sequence[Version]) -> list[Version]:
    """The same, those in another language than the first with the text of the same revision in theirs, if it is here. One query at most."""
    languages = {each.language for each in versions[1:]} - {versions[0].language, ""} if versions else set()
    revision = next(filter(None, map(_revision, versions)), None) if languages else None
    if not revision:
        return list(versions)
    texts = {text.language: text for text in RevisionText.objects.current().filter(revision=revision, language__in=languages)}
    return [
        each if each.text and each.text == texts.get(each.language) else replace(each, reference=texts.get(each.language))
        for each in versions
    ]


def _revision(version: Version) -> int | None:
    """Of a text its own, of a proposal that which it changes."""
    if version.text:
        return version.text.revision_id
    return version.proposal.base.revision_id if version.proposal and version.proposal.base else None


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
    texts = {each.text.pk for each in versions if each.text} | unchanged | {each.reference.pk for each in versions if each.reference}
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
        reference = tuple(in_text[each.reference.pk]) if each.reference else ()
        filled.append(replace(each, clauses=tuple(clauses), reference_clauses=reference))
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
    keys: dict[str, set[int]] = {TEXT: set(), PROPOSAL: set(), BEFORE: set()}
    for row in rows:
        keys[row[0]].add(int(row[1:]))
    of_proposals = keys[PROPOSAL] | keys[BEFORE]
    proposed = ProposedClause.objects.filter(pk__in=of_proposals, proposal__contribution__access=Contribution.Access.PUBLIC)
    found = [_clause(clause) for clause in Clause.objects.filter(pk__in=keys[TEXT])] if keys[TEXT] else []
    for clause in proposed if of_proposals else ():
        shown = _proposed_clause(clause)
        found += [shown, *filter(None, [start_of(shown)])]
    return {clause.row: clause for clause in found}


def start_of(clause: VersionClause) -> VersionClause | None:
    """What a clause of a proposal starts from, as its document says; None where that says nothing or adds the clause."""
    if not clause.before:
        return None
    call, number = clause.call_before or clause.call, clause.number_before or clause.number
    row = f"{BEFORE}{clause.row[1:]}"
    return replace(clause, call=call, number=number, text=clause.before, row=row)


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
    texts |= {each.reference.pk for each in versions if each.reference}
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
        beside = counted.get((TEXT, each.reference.pk), (0, 0, 0)) if each.reference else (0, 0, 0)
        clauses, characters = clauses + shown[0] + beside[0], characters + shown[1] + beside[1]
        stamps.append(f"{each.key} {own or 0} {of_text or 0} {each.reference.pk if each.reference else 0} {beside}")
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
    return (
        proposals.annotate(has_words=Exists(words))
        .filter(
            Q(taken_back_at=None),
            Q(has_words=True) | Q(action__in=(Proposal.Action.NOC, Proposal.Action.SUP), base__isnull=False),
            contribution__access=Contribution.Access.PUBLIC,
        )
        .select_related("base")
    )


def _changed_clauses() -> Coalesce:
    """How many clauses a proposal changes, or may change, as its document says it."""
    still = (ProposedClause.Change.UNCHANGED, ProposedClause.Change.RENUMBERED)
    changed = ProposedClause.objects.filter(proposal=OuterRef("pk")).exclude(change__in=still).order_by()
    return Coalesce(Subquery(changed.values("proposal").annotate(n=Count("pk")).values("n")), 0)


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
    # Without words of its own it leaves those of its base unchanged, or suppresses them.
    language = proposal.base.language if proposal.base and not getattr(proposal, "has_words", True) else contribution.language
    return Version(proposal_key(proposal), proposal.name, language, contribution.assembly, proposal=proposal)


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
        position=words.position,
        row=f"{TEXT if isinstance(words, Clause) else PROPOSAL}{words.pk}",
        cell=words.cell,
    )


def _proposed_clause(proposed: ProposedClause) -> VersionClause:
    is_new = proposed.change == ProposedClause.Change.ADDED or proposed.action == Proposal.Action.ADD
    before = proposed.before or ("" if is_new else None)
    return replace(_clause(proposed), before=before, call_before=proposed.call_before, number_before=proposed.number_before)


def deleted_clause(proposed: ProposedClause) -> VersionClause | None:
    """The words of a clause that a proposal deletes, as its document says; None where it does not say."""
    return start_of(_proposed_clause(proposed))
