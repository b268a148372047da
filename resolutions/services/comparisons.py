"""Compares versions of a text: short ones in the request, long ones once, by a worker, and stored. A page at a time."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from operator import itemgetter

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.core.errors import RuleBroken
from resolutions.domain.budgets import MOST_CHARACTERS, MOST_CLAUSES, with_separators
from resolutions.domain.comparing import MOST, ComparedClause, ComparedText, Comparison, IdentifiedClause, mark_words
from resolutions.domain.comparison_pages import PartCount, Values, as_values, counts_of, from_values, names_in, pages_of
from resolutions.models import KeptComparison, KeptComparisonPage, ProposedClause
from resolutions.read_models.compared_pages import ComparedPage
from resolutions.read_models.starting_points import (
    NOWHERE_ELSE,
    arrange_versions,
    lacking_clause,
    starting_points,
    starting_points_at,
    texts_of,
    with_lacking_clauses,
)
from resolutions.read_models.versions import (
    Size,
    Version,
    VersionClause,
    clauses_by_row,
    public_versions,
    size_of,
    with_clauses,
    with_references,
)

# The version of the algorithm and its stored form: with another number everything is compared again.
ENGINE = 3
# In all columns together: the limit in a request, and the limit at all.
CLAUSES_AT_ONCE, CHARACTERS_AT_ONCE = 1_000, 400_000
CLAUSES_AT_ALL, CHARACTERS_AT_ALL = MOST * MOST_CLAUSES, MOST * MOST_CHARACTERS
# What is so short that it needs no slot.
CLAUSES_OF_LITTLE, CHARACTERS_OF_LITTLE = 300, 60_000
CLAUSES_OF_A_FILE, CHARACTERS_OF_A_FILE = 2 * MOST_CLAUSES, 2 * MOST_CHARACTERS
MOST_WAITING = 20
# A comparison takes seconds; after this long the worker must have been killed.
PATIENCE, MOST_ATTEMPTS = timedelta(minutes=2), 2
KEPT_FOR, MOST_KEPT = timedelta(days=30), 500


class BeingCompared(Exception):
    """These versions are long and not compared yet: a worker does it.

    is_new -- requested for the first time
    """

    def __init__(self, kept: KeptComparison, *, is_new: bool) -> None:
        super().__init__(kept.key)
        self.kept, self.is_new = kept, is_new


# --- What is read ----------------------------------------------------------------------------------------------------------------


def needs_no_slot(size: Size) -> bool:
    """Whether it is short enough to need no slot (`resolutions.comparison_slots`)."""
    return size.clauses <= CLAUSES_OF_LITTLE and size.characters <= CHARACTERS_OF_LITTLE


def page_of(versions: Sequence[Version], *, number: int = 1, size: Size | None = None) -> ComparedPage:
    """This page of the comparison of the first with the others; the nearest one there is. Raises BeingCompared, or RuleBroken.

    versions -- with their references and without clauses, which are fetched as far as they are read; size -- theirs, if known already
    """
    size = size or size_of(versions)
    if _is_short(size):
        return _now(versions, number)
    kept = _kept(versions, size)
    numbers = kept.summary["pages"]
    number = max(1, min(number, numbers))
    rows: list[Values] = kept.pages.get(number=number).rows
    named: dict[str, str] = kept.summary["lacking"]
    clauses = clauses_by_row(names_in(rows) | set(named.values()))
    if not names_in(rows) <= clauses.keys():
        # Anchored again during this request.
        raise RuleBroken(_("These versions have just changed. Reload the page."))
    arranged = from_values(rows, dict[str, IdentifiedClause](clauses))
    starts = starting_points_at(versions, {row.first.identity for row in arranged}, kept.summary["differing"])
    starts |= {key: lacking_clause(starts.get(key, NOWHERE_ELSE), clauses[name]) for key, name in named.items() if name in clauses}
    parts = tuple(PartCount(*counts) for counts in kept.summary["parts"])
    return ComparedPage(tuple(versions), _marked(arranged, versions), parts, starts, number, numbers)


def whole_of(versions: Sequence[Version], *, size: Size | None = None) -> tuple[list[Version], Comparison]:
    """The whole comparison without marks, for a file, and the versions with their clauses. Raises BeingCompared, or RuleBroken."""
    size = size or size_of(versions)
    if size.clauses > CLAUSES_OF_A_FILE or size.characters > CHARACTERS_OF_A_FILE:
        raise RuleBroken(_too_large(size, CLAUSES_OF_A_FILE, CHARACTERS_OF_A_FILE))
    kept = None if _is_short(size) else _kept(versions, size)
    filled = with_clauses(versions)
    starts = starting_points(filled)
    if kept is None:
        return filled, arrange_versions(filled, starts)
    texts = texts_of(filled, starts)
    clauses: dict[str, IdentifiedClause] = {_row_of(clause): clause for text in texts for clause in _clauses_in(text)}
    values = sorted((row for page in kept.pages.all() for row in page.rows), key=itemgetter("place"))
    return filled, Comparison(texts[0], tuple(texts[1:]), tuple(from_values(values, clauses)))


def _clauses_in(text: ComparedText) -> Iterator[IdentifiedClause]:
    yield from text.clauses
    yield from text.reference or ()
    yield from filter(None, text.stated.values())


def _now(versions: Sequence[Version], number: int) -> ComparedPage:
    filled = with_clauses(versions)
    starts = starting_points(filled)
    comparison = arrange_versions(filled, starts)
    starts = with_lacking_clauses(starts, filled, comparison)
    pages = pages_of(comparison)
    number = max(1, min(number, len(pages)))
    rows = _marked(pages[number - 1], filled)
    parts, whole = tuple(counts_of(comparison)), comparison if len(pages) == 1 else None
    return ComparedPage(tuple(filled), rows, parts, starts, number, len(pages), whole)


def _is_short(size: Size) -> bool:
    return size.clauses <= CLAUSES_AT_ONCE and size.characters <= CHARACTERS_AT_ONCE


def _marked(rows: Sequence[ComparedClause], versions: Sequence[Version]) -> tuple[ComparedClause, ...]:
    base, *others = versions
    return mark_words(rows, base.language, [version.language for version in others])


def _too_large(size: Size, clauses: int, characters: int) -> str:
    return _(
        "These versions are too long together: %(clauses)s clauses and %(characters)s characters, where %(most_clauses)s and "
        "%(most_characters)s are allowed. Choose fewer columns."
    ) % {
        "clauses": with_separators(size.clauses),
        "characters": with_separators(size.characters),
        "most_clauses": with_separators(clauses),
        "most_characters": with_separators(characters),
    }


# --- What is kept ----------------------------------------------------------------------------------------------------------------


def _kept(versions: Sequence[Version], size: Size) -> KeptComparison:
    """The stored comparison if it is ready; requested if it is not there."""
    if size.clauses > CLAUSES_AT_ALL or size.characters > CHARACTERS_AT_ALL:
        raise RuleBroken(_too_large(size, CLAUSES_AT_ALL, CHARACTERS_AT_ALL))
    key = _key(size)
    kept = KeptComparison.objects.filter(key=key).first()
    is_new = False
    if kept is None:
        if KeptComparison.objects.waiting().count() >= MOST_WAITING:
            raise RuleBroken(_("Many long texts are being compared at the moment. Reload the page in a minute."))
        kept, is_new = KeptComparison.objects.get_or_create(key=key, defaults={"versions": [version.key for version in versions]})
    if kept.compared_at is None:
        if kept.attempts >= MOST_ATTEMPTS and kept.taken_at and kept.taken_at < now() - PATIENCE:
            raise RuleBroken(_("These versions could not be compared: two attempts failed. Choose fewer columns."))
        raise BeingCompared(kept, is_new=is_new)
    return kept


def _key(size: Size) -> str:
    return sha256("\n".join([str(ENGINE), *size.stamps]).encode()).hexdigest()


def waiting_comparisons() -> Q:
    """What a worker may take: waiting ones, and those whose worker was killed, once more."""
    return Q(compared_at=None, taken_at=None) | Q(compared_at=None, taken_at__lt=now() - PATIENCE, attempts__lt=MOST_ATTEMPTS)


def make_comparison(pk: int) -> bool:
    """Compare these versions and store the result. Returns whether this worker did it."""
    claimed = KeptComparison.objects.filter(waiting_comparisons(), pk=pk)
    if not claimed.update(taken_at=now(), attempts=F("attempts") + 1):
        return False
    kept = KeptComparison.objects.get(pk=pk)
    versions = with_references(public_versions(kept.versions))
    if len(versions) != len(kept.versions) or _key(size_of(versions)) != kept.key:
        # Withdrawn or anchored again since the request: another request has another key.
        kept.delete()
        return False
    filled = with_clauses(versions)
    starts = starting_points(filled)
    comparison = arrange_versions(filled, starts)
    pages = pages_of(comparison)
    place_of = {id(row): place for place, row in enumerate(comparison.rows)}
    lacking = {
        key: start.differs[0].row
        for key, start in with_lacking_clauses(starts, filled, comparison).items()
        if start.differs and isinstance(start.differs[0], VersionClause)
    }
    summary = {
        "pages": len(pages),
        "parts": [(part.key, part.touched, part.unchanged) for part in counts_of(comparison)],
        "differing": {
            key: start.differs[0].pk for key, start in starts.items() if start.differs and isinstance(start.differs[0], ProposedClause)
        },
        "lacking": lacking,
    }
    with transaction.atomic():
        if not KeptComparison.objects.filter(pk=pk, compared_at=None).update(compared_at=now(), summary=summary):
            return False
        KeptComparisonPage.objects.bulk_create(
            KeptComparisonPage(
                comparison=kept,
                number=number,
                rows=[as_values(row, _row_of) | {"place": place_of[id(row)]} for row in rows],
            )
            for number, rows in enumerate(pages, start=1)
        )
    return True


def _row_of(clause: IdentifiedClause) -> str:
    assert isinstance(clause, VersionClause)  # noqa: S101 - what `with_clauses` fetched
    return clause.row


def outdated(at: datetime) -> QuerySet[KeptComparison]:
    """Old, failed, and the oldest of too many. Made again on request."""
    newest = KeptComparison.objects.order_by("-asked_at", "-pk").values_list("pk", flat=True)[:MOST_KEPT]
    return KeptComparison.objects.filter(
        Q(asked_at__lt=at - KEPT_FOR) | Q(compared_at=None, asked_at__lt=at - timedelta(days=1)) | ~Q(pk__in=list(newest))
    )
