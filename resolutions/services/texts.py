"""Texts in force: entered clause by clause by one person, checked by another."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from amnt.core.idempotency import sent_before
from resolutions.domain.budgets import CLAUSES_ANCHORED_AT_ONCE, check_length, check_tables
from resolutions.importers.clause_origins import Origin, ParsedClause, origins, pair_by_structure, rows_of
from resolutions.importers.docx import TextClause
from resolutions.models import Clause, Contribution, Revision, RevisionText
from resolutions.services.contributions import anchor_again
from resolutions.services.revisions import confirm_revision


@dataclass(frozen=True, slots=True)
class ClauseToStore:
    """A clause before it is stored: its words, its identity, and the clause it continues.

    beside -- the clause of the same revision in another language that stands in its place
    """

    row: ParsedClause
    identity: UUID
    came_from: Clause | None
    lineage: str
    likeness: float | None = None
    is_doubtful: bool = False
    beside: Clause | None = None

    @property
    def lineage_in_words(self) -> str:
        return str(Clause.Lineage(self.lineage).label)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A text before it is stored.

    earlier -- the earlier entry of the same revision and language, which will be superseded
    previous, following -- the nearest texts of other revisions in this language; sibling -- this revision in another language
    """

    entries: tuple[ClauseToStore, ...]
    earlier: RevisionText | None = None
    previous: RevisionText | None = None
    following: RevisionText | None = None
    sibling: RevisionText | None = None

    @property
    def gone(self) -> int:
        """How many clauses of the previous revision have no successor in this one."""
        if self.previous is None:
            return 0
        return len({clause.pk for clause in _clauses(self.previous)} - {entry.came_from.pk for entry in self.entries if entry.came_from})


def prepare(revision: Revision, *, language: str, clauses: Sequence[TextClause]) -> Prepared:
    """What `enter_text` would store: each clause with its identity and its lineage. Changes nothing.

    A clause keeps its identity from the entry that this one corrects, from the previous revision, from the next one, or from
    another language of the same revision, in this order. Lineage is told from the previous revision in this language.
    """
    rows = rows_of(clauses, language)
    check_any_clause(rows)
    check_length((" ".join(filter(None, (row.call, row.number))), row.text) for row in rows)
    check_tables(rows)
    earlier, previous, following, sibling = _neighbours(revision, language)
    from_previous = _origins(previous, rows)
    from_sibling = _places(sibling, rows)
    identities: dict[int, UUID] = {}
    for known in (_identities(earlier, _origins(earlier, rows)), _identities(previous, from_previous)):
        _add(identities, known)
    if following is not None:
        clauses_then = _clauses(following)
        back = origins(rows, clauses_then)
        _add(identities, {origin.place: clauses_then[place].identity for place, origin in back.items() if origin.is_main})
    translations = {}
    if sibling is not None:
        _add(identities, {place: clause.identity for place, clause in from_sibling.items()})
        translations = {clause.identity: clause for clause in _clauses(sibling)}
    entries = [
        _entry(row, identities.get(place) or uuid4(), place, previous, from_previous, translations) for place, row in enumerate(rows)
    ]
    if sibling is not None:
        entries = _set_beside(entries, sibling, from_sibling)
    return Prepared(tuple(entries), earlier, previous, following, sibling)


def _set_beside(entries: Sequence[ClauseToStore], sibling: RevisionText, places: Mapping[int, Clause]) -> list[ClauseToStore]:
    """With the clause in the other language. Lined up by structure alone, a part that has not as many clauses in both is doubtful."""
    here, there = Counter(entry.row.part for entry in entries), Counter(clause.part for clause in _clauses(sibling))
    return [
        replace(entry, beside=(beside := places.get(place)), is_doubtful=entry.is_doubtful or beside is None or here[part] != there[part])
        for place, entry in enumerate(entries)
        for part in (entry.row.part,)
    ]


def check_any_clause(clauses: Collection[object]) -> None:
    """Refuse a text in which none was found."""
    if not clauses:
        raise RuleBroken(_("No clause was found in this text."))


@transaction.atomic
def enter_text(
    revision: Revision,
    *,
    language: str,
    clauses: Sequence[TextClause],
    by: User | None,
    source: str = "",
    url: str = "",
    file_name: str = "",
    sha256: str = "",
    is_example: bool = False,
    given_in: Contribution | None = None,
    submission: UUID | None = None,
) -> RevisionText:
    """Store what a revision says in one language; an earlier entry of the same is superseded. Another person has to check it.

    Proposals that waited for this text are anchored to it: some here, the rest by `tasks.anchor_rest`.

    given_in -- the document that starts from it, where nobody entered the official text; it replaces no text that is here
    """
    revision = Revision.objects.select_for_update().get(pk=revision.pk)
    if made := sent_before(RevisionText.objects.all(), submission):
        return made
    prepared = prepare(revision, language=language, clauses=clauses)
    if prepared.earlier is not None and given_in is not None:
        raise RuleBroken(_("The text of this revision is here already, in this language."))
    if prepared.earlier is not None:
        prepared.earlier.superseded_at = now()
        prepared.earlier.save(update_fields=["superseded_at"])
    text = RevisionText.objects.create(
        revision=revision,
        language=language,
        source=source,
        url=url,
        file_name=file_name,
        sha256=sha256,
        is_example=is_example,
        given_in=given_in,
        entered_by=by,
        submission=submission,
    )
    stored = Clause.objects.bulk_create(_clause(text, place, entry) for place, entry in enumerate(prepared.entries, start=1))
    if prepared.following is not None:
        _trace(prepared.following, back_to=stored)
    anchor_again(text, most=CLAUSES_ANCHORED_AT_ONCE)
    return text


@transaction.atomic
def check_text(text: RevisionText, *, by: User) -> RevisionText:
    """A second person has compared it with the official text, and so seen that this assembly adopted it. Checked twice, the first check
    stands.
    """
    text = RevisionText.objects.select_for_update(of=("self",)).select_related("revision").get(pk=text.pk)
    if text.superseded_at:
        raise RuleBroken(_("This text has since been entered again: check the newer one."))
    if text.entered_by_id == by.pk:
        raise RuleBroken(_("You entered this text: another person has to check it."))
    if text.checked_at is None:
        text.checked_by, text.checked_at = by, now()
        text.save(update_fields=["checked_by", "checked_at"])
        confirm_revision(text.revision, by=by)
    return text


# --- Where a clause comes from ---------------------------------------------------------------------------------------------------


def _neighbours(
    revision: Revision, language: str
) -> tuple[RevisionText | None, RevisionText | None, RevisionText | None, RevisionText | None]:
    found = RevisionText.objects.current().filter(revision__resolution=revision.resolution_id)
    texts = sorted(
        found.select_related("revision__assembly").prefetch_related("clauses"), key=lambda text: (_moment(text.revision), text.language)
    )
    here = _moment(revision)
    earlier = previous = following = sibling = None
    for text in texts:
        there = _moment(text.revision)
        if text.language == language:
            if there == here:
                earlier = text
            elif there < here:
                previous = text
            else:
                following = following or text
        elif there == here:
            sibling = sibling or text
    return earlier, previous, following, sibling


def _moment(revision: Revision) -> tuple[date, int]:
    return revision.assembly.starts_on or date.max, revision.pk or 0


def _clauses(text: RevisionText) -> list[Clause]:
    """In order; as `_neighbours` fetched them."""
    return sorted(text.clauses.all(), key=lambda clause: clause.position)


def _origins(text: RevisionText | None, rows: Sequence[ParsedClause]) -> dict[int, Origin]:
    return origins(_clauses(text), rows) if text else {}


def _places(text: RevisionText | None, rows: Sequence[ParsedClause]) -> dict[int, Clause]:
    if text is None:
        return {}
    clauses = _clauses(text)
    return {place: clauses[other] for place, other in pair_by_structure(clauses, rows).items()}


def _identities(text: RevisionText | None, found: dict[int, Origin]) -> dict[int, UUID]:
    clauses = _clauses(text) if text else []
    return {place: clauses[origin.place].identity for place, origin in found.items() if origin.is_main}


def _add(identities: dict[int, UUID], known: dict[int, UUID]) -> None:
    """Set identities of clauses that have none, unless another clause of this text has it."""
    taken = set(identities.values())
    for place, identity in known.items():
        if place not in identities and identity not in taken:
            identities[place] = identity
            taken.add(identity)


def _entry(
    row: ParsedClause, identity: UUID, place: int, previous: RevisionText | None, found: dict[int, Origin], translations: dict[UUID, Clause]
) -> ClauseToStore:
    if previous is None:
        original = translations.get(identity)
        return ClauseToStore(row, identity, original, Clause.Lineage.TRANSLATED if original else Clause.Lineage.ADDED)
    origin = found.get(place)
    if origin is None:
        return ClauseToStore(row, identity, None, Clause.Lineage.ADDED)
    return ClauseToStore(row, identity, _clauses(previous)[origin.place], origin.kind, origin.likeness, origin.is_doubtful)


def _clause(text: RevisionText, place: int, entry: ClauseToStore) -> Clause:
    row = entry.row
    return Clause(
        version=text,
        position=place,
        part=row.part,
        kind=row.kind,
        call=row.call,
        verb=row.verb,
        addressee=row.addressee,
        number=row.number,
        text=row.text,
        cell_values=row.cell.as_values() if row.cell else None,
        identity=entry.identity,
        came_from=entry.came_from,
        lineage=entry.lineage,
        likeness=entry.likeness,
    )


def _trace(following: RevisionText, *, back_to: Sequence[Clause]) -> None:
    """Trace the next revision to this text, which is nearer than the one it was traced to."""
    clauses = _clauses(following)
    found = origins(back_to, clauses)
    for place, clause in enumerate(clauses):
        origin = found.get(place)
        clause.came_from = back_to[origin.place] if origin else None
        clause.lineage = Clause.Lineage(origin.kind) if origin else Clause.Lineage.ADDED
        clause.likeness = origin.likeness if origin else None
    Clause.objects.bulk_update(clauses, ["came_from", "lineage", "likeness"])
