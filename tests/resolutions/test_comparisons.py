"""Comparisons within their budgets: what is compared at once, what a worker compares and keeps, what is refused, what is a page."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils.timezone import now
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amnt.core.errors import RuleBroken
from amnt.retention.rules import rules
from resolutions import tasks
from resolutions.domain import comparison_pages
from resolutions.domain.budgets import LONGEST_CLAUSE, MOST_CHARACTERS, MOST_CLAUSES
from resolutions.domain.comparing import LONGEST_MARKED, ComparedText, arrange_clauses, compare, mark_words
from resolutions.domain.comparison_pages import MOST_CELLS, MOST_WORDS, as_values, from_values, names_in, pages_of
from resolutions.models import Contribution, KeptComparison, KeptComparisonPage
from resolutions.read_models.versions import Size, VersionClause, named, proposal_key, size_of, text_key
from resolutions.services import comparisons
from resolutions.services.anchors import decide_anchors
from resolutions.services.comparisons import BeingCompared, page_of, whole_of
from tests.coalitions.texts.test_compare import proposal_on, text_in_force
from tests.factories import ResolutionFactory, UserFactory
from tests.resolutions.test_comparing import versions as made_up_versions


def clause(text: str, number: int = 1, part: str = "operative") -> VersionClause:
    identity = UUID(int=number)
    return VersionClause(
        identity, part, "item", "resolves", "resolves", str(number), text, f"resolves {number}", f"c-{number}", row=f"t{number}"
    )


# Whole versions are made up word by word: on a busy machine that alone takes seconds.
unhurried = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)


# --- Pure ------------------------------------------------------------------------------------------------------------------------


@unhurried
@given(st.tuples(made_up_versions, made_up_versions, made_up_versions))
def test_arranging_and_then_marking_is_comparing(versions):
    base, *others = versions
    rows = arrange_clauses(base, others).rows
    languages = [other.language for other in others]
    assert mark_words(rows, base.language, languages) == compare(base, others).rows
    # A row by itself says the same as among all.
    assert tuple(mark_words([row], base.language, languages)[0] for row in rows) == compare(base, others).rows


@unhurried
@given(st.tuples(made_up_versions, made_up_versions, made_up_versions))
def test_what_is_kept_of_a_row_is_the_row(versions):
    base, *others = versions
    comparison = arrange_clauses(base, others)
    clauses = {
        str(id(each)): each
        for version in versions
        for each in (*version.clauses, *(version.reference or ()), *version.stated.values())
        if each is not None
    }
    values = [as_values(row, lambda each: str(id(each))) for row in comparison.rows]
    assert names_in(values) <= clauses.keys()
    assert tuple(from_values(values, clauses)) == comparison.rows


@unhurried
@given(st.tuples(made_up_versions, made_up_versions))
def test_every_row_stands_on_one_page(versions):
    base, *others = versions
    comparison = compare(base, others)
    on_pages = [row for page in pages_of(comparison) for row in page]
    assert sorted(map(id, on_pages)) == sorted(map(id, comparison.rows))


def test_a_page_holds_no_more_than_its_budget():
    base = ComparedText("en", [clause("one two three", number) for number in range(700)])
    other = ComparedText("en", [clause(f"one two {number}", number) for number in range(700)])
    pages = pages_of(compare(base, [other]))
    assert [len(page) for page in pages] == [MOST_CELLS // 2, MOST_CELLS // 2, 100]
    long = ComparedText("en", [clause("a " * (MOST_WORDS // 4), number) for number in range(4)])
    longer = ComparedText("en", [clause("b " * (MOST_WORDS // 4), number) for number in range(4)])
    assert [len(page) for page in pages_of(compare(long, [longer]))] == [1, 1, 1, 1]


def test_a_clause_beyond_the_budget_is_shown_whole_and_says_so():
    words = "a " * (LONGEST_MARKED - 1)
    within = compare(ComparedText("en", [clause(f"{words}a")]), [ComparedText("en", [clause(f"{words}b")])]).rows[0].cells[0]
    assert not within.is_too_long
    assert len(within.pieces) == 2

    beyond = compare(ComparedText("en", [clause(f"{words}a a")]), [ComparedText("en", [clause(f"{words}a b")])]).rows[0].cells[0]
    assert beyond.is_too_long
    assert [(piece.before, piece.after) for piece in beyond.pieces] == [(f"{words}a a", f"{words}a b")]


def test_versions_of_a_clause_too_long_to_be_marked_are_in_no_conflict():
    words = "a " * LONGEST_MARKED
    base, one, other = (ComparedText("en", [clause(f"{words}{last}")]) for last in "abc")
    assert compare(base, [one, other]).rows[0].conflicts == ()


# --- In the database -------------------------------------------------------------------------------------------------------------

db = pytest.mark.django_db
SHORT = tuple(("operative", "resolves", str(place), f"to do thing {place} of all things;") for place in range(3))


@pytest.fixture
def at_once(monkeypatch):
    """Only four clauses are compared while one waits."""
    monkeypatch.setattr(comparisons, "CLAUSES_AT_ONCE", 4)


@pytest.fixture
def two(db):
    text = text_in_force(ResolutionFactory(number=50, slug="50"), SHORT)
    return text, proposal_on(text, "AFCP", {1: SHORT[1][3].replace("thing", "any thing"), 2: None})


def of(*things):
    return named([text_key(each) if hasattr(each, "revision_id") else proposal_key(each) for each in things], UserFactory())


def asked(versions) -> KeptComparison:
    with pytest.raises(BeingCompared) as waiting:
        page_of(versions)
    return waiting.value.kept


def seen(page):
    return [
        (
            row.first.text,
            [(cell.kind, cell.text, cell.pieces, cell.is_reworded, cell.is_renumbered) if cell else None for cell in row.cells],
            row.conflicts,
        )
        for row in page.rows
    ]


@db
def test_short_versions_are_compared_at_once_and_not_kept(two):
    page = page_of(of(*two))
    assert (len(page.rows), page.number, page.count) == (3, 1, 1)
    assert not KeptComparison.objects.exists()


@db
def test_what_a_worker_kept_is_what_would_have_been_compared(two, monkeypatch):
    at_once = page_of(of(*two))
    monkeypatch.setattr(comparisons, "CLAUSES_AT_ONCE", 4)
    kept = asked(of(*two))
    tasks.make_comparison(kept.pk)
    page = page_of(of(*two))
    assert seen(page) == seen(at_once)
    assert page.parts == at_once.parts
    assert page.starts == at_once.starts


@db
def test_it_is_compared_once_whoever_asks_however_often(two, at_once):
    kept = asked(of(*two))
    assert asked(of(*two)) == kept
    assert comparisons.make_comparison(kept.pk)
    made_at = KeptComparison.objects.get().compared_at
    assert not comparisons.make_comparison(kept.pk)
    tasks.make_comparisons()
    page_of(of(*two))
    assert KeptComparison.objects.get().compared_at == made_at
    assert KeptComparisonPage.objects.count() == 1


@db
def test_what_is_kept_holds_no_words(two, at_once):
    comparisons.make_comparison(asked(of(*two)).pk)
    said = str(list(KeptComparison.objects.values_list())) + str(list(KeptComparisonPage.objects.values_list()))
    assert "thing" not in said


@db
def test_a_proposal_tied_anew_is_compared_anew(two, at_once):
    _text, proposal = two
    first = asked(of(*two))
    comparisons.make_comparison(first.pk)
    clause = proposal.clauses.get(position=1)
    decide_anchors(proposal, {clause.identity: None}, by=UserFactory())
    assert asked(of(*two)) != first


@db
def test_a_comparison_whose_versions_changed_before_a_worker_came_is_dropped(two, at_once):
    _text, proposal = two
    kept = asked(of(*two))
    decide_anchors(proposal, {proposal.clauses.get(position=1).identity: None}, by=UserFactory())
    assert not comparisons.make_comparison(kept.pk)
    assert not KeptComparison.objects.filter(pk=kept.pk).exists()


@db
def test_nothing_is_kept_of_a_document_of_which_only_the_number_is_kept(two, at_once):
    _text, proposal = two
    versions = of(*two)
    kept = asked(versions)
    nothing = dict.fromkeys(("number", "title", "url", "file_name", "sha256"), "")
    Contribution.objects.filter(pk=proposal.contribution_id).update(access="number", kept_number="TD 55", **nothing)
    assert not comparisons.make_comparison(kept.pk)
    assert not KeptComparison.objects.exists()


@db
def test_what_a_worker_was_lost_over_is_tried_once_more(two, at_once):
    kept = asked(of(*two))
    lost = {"taken_at": now() - timedelta(minutes=3)}
    KeptComparison.objects.filter(pk=kept.pk).update(attempts=1, **lost)
    asked(of(*two))
    KeptComparison.objects.filter(pk=kept.pk).update(attempts=2, **lost)
    tasks.make_comparisons()
    with pytest.raises(RuleBroken, match=r"could not be compared"):
        page_of(of(*two))


@db
def test_too_many_waiting_are_refused_and_none_is_added(two, at_once, monkeypatch):
    monkeypatch.setattr(comparisons, "MOST_WAITING", 1)
    KeptComparison.objects.create(key="another", versions=[])
    with pytest.raises(RuleBroken, match=r"Reload the page in a minute"):
        page_of(of(*two))
    assert KeptComparison.objects.count() == 1


@db
def test_versions_too_long_together_are_refused_with_the_limit(two, at_once, monkeypatch):
    monkeypatch.setattr(comparisons, "CLAUSES_AT_ALL", 5)
    with pytest.raises(RuleBroken, match=r"6 clauses and .* where 5 and"):
        page_of(of(*two))
    monkeypatch.setattr(comparisons, "CLAUSES_OF_A_FILE", 5)
    with pytest.raises(RuleBroken, match=r"Choose fewer columns"):
        whole_of(of(*two))
    assert not KeptComparison.objects.exists()


@pytest.mark.parametrize("limit", ["CLAUSES_OF_LITTLE", "CHARACTERS_OF_LITTLE"])
def test_little_is_what_is_no_more_than_either_limit(limit):
    at = {"CLAUSES_OF_LITTLE": 300, "CHARACTERS_OF_LITTLE": 60_000}
    sizes = (Size(*at.values(), ()), Size(*(value + (name == limit) for name, value in at.items()), ()))
    assert [comparisons.needs_no_slot(size) for size in sizes] == [True, False]


@db
@pytest.mark.parametrize("what", ["clauses", "characters"])
@pytest.mark.parametrize("scope", ["AT_ONCE", "AT_ALL", "OF_A_FILE"])
def test_as_much_as_the_limit_is_compared_and_no_more(two, monkeypatch, scope, what):
    size = size_of(of(*two))
    if scope == "AT_ALL":
        monkeypatch.setattr(comparisons, "CLAUSES_AT_ONCE", 0)

    def is_refused(limit: int) -> bool:
        monkeypatch.setattr(comparisons, f"{what.upper()}_{scope}", limit)
        try:
            (whole_of if scope == "OF_A_FILE" else page_of)(of(*two))
        except RuleBroken:
            return True
        except BeingCompared:
            return scope == "AT_ONCE"
        return False

    limit = getattr(size, what)
    assert [is_refused(limit), is_refused(limit - 1)] == [False, True]


@db
def test_a_page_that_is_not_there_is_the_nearest(two, monkeypatch):
    monkeypatch.setattr(comparison_pages, "MOST_CELLS", 2)
    found = [page_of(of(*two), number=number) for number in (-1, 0, 1, 3, 9)]
    monkeypatch.setattr(comparisons, "CLAUSES_AT_ONCE", 4)
    comparisons.make_comparison(asked(of(*two)).pk)
    found += [page_of(of(*two), number=number) for number in (-1, 0, 1, 3, 9)]
    assert [(page.number, page.count) for page in found] == [(1, 3), (1, 3), (1, 3), (3, 3), (3, 3)] * 2


@db
def test_one_comparison_is_made_and_the_others_wait(two, at_once):
    text, proposal = two
    first, other = asked(of(text, proposal)), asked(of(proposal, text))
    assert comparisons.make_comparison(first.pk)
    other.refresh_from_db()
    assert (other.compared_at, other.taken_at, other.attempts, KeptComparison.objects.waiting().count()) == (None, None, 0, 1)


@db
def test_whoever_asks_first_is_told_that_nobody_has_before(two, at_once):
    told = []
    for _time in range(2):
        with pytest.raises(BeingCompared) as waiting:
            page_of(of(*two))
        told.append(waiting.value.is_new)
    assert told == [True, False]


@db
def test_a_comparison_is_given_to_a_second_worker_after_two_minutes_and_to_no_third(two, at_once):
    kept = asked(of(*two))
    chosen = KeptComparison.objects.filter(pk=kept.pk)
    told = []
    for attempts, seconds in ((0, None), (1, 119), (1, 121), (2, 121)):
        chosen.update(attempts=attempts, taken_at=None if seconds is None else now() - timedelta(seconds=seconds))
        told.append(chosen.filter(comparisons.waiting_comparisons()).exists())
    assert told == [True, False, True, False]
    chosen.update(attempts=2, taken_at=now() - timedelta(seconds=119))
    assert asked(of(*two)) == kept


@db
def test_a_clause_from_other_words_says_so_on_a_kept_page_too(two, monkeypatch):
    text, _proposal = two
    other = proposal_on(text, "RCC", {0: "to do nothing;"})
    other.clauses.filter(position=0).update(before="to do very little;", base_differs=True)
    at_once = page_of(of(text, other))
    assert [bool(start.differs) for start in at_once.starts.values()] == [True]
    monkeypatch.setattr(comparisons, "CLAUSES_AT_ONCE", 4)
    comparisons.make_comparison(asked(of(text, other)).pk)
    page = page_of(of(text, other))
    assert (seen(page), page.starts) == (seen(at_once), at_once.starts)


@db
def test_a_file_of_a_kept_comparison_is_the_file_of_one_made_now(two, monkeypatch):
    _versions, now_made = whole_of(of(*two))
    monkeypatch.setattr(comparisons, "CLAUSES_AT_ONCE", 4)
    comparisons.make_comparison(asked(of(*two)).pk)
    _versions, kept = whole_of(of(*two))
    assert kept.rows == now_made.rows
    assert (kept.base.clauses, kept.others[0].clauses) == (now_made.base.clauses, now_made.others[0].clauses)


@db
def test_old_and_superfluous_ones_are_deleted_by_the_retention_run(monkeypatch):
    for days, made in ((31, True), (2, False), (2, True), (0, False)):
        asked_at = now() - timedelta(days=days)
        KeptComparison.objects.create(key=f"{days} {made}", versions=[], asked_at=asked_at, compared_at=asked_at if made else None)
    (rule,) = [rule for rule in rules() if rule.key == "comparison"]
    assert rule.apply(now()) == 2
    monkeypatch.setattr(comparisons, "MOST_KEPT", 1)
    assert rule.apply(now()) == 1
    assert [kept.key for kept in KeptComparison.objects.all()] == ["0 False"]


@db
def test_five_hundred_are_kept_the_newest_and_none_for_more_than_thirty_days():
    instant = now()
    asked_at = [instant - timedelta(minutes=number) for number in range(501)]
    KeptComparison.objects.bulk_create(
        KeptComparison(key=str(number), versions=[], asked_at=at, compared_at=at) for number, at in enumerate(asked_at)
    )
    assert [kept.key for kept in comparisons.outdated(instant)] == ["500"]
    KeptComparison.objects.filter(key__in=("0", "1")).update(asked_at=instant - timedelta(days=30))
    KeptComparison.objects.filter(key="1").update(asked_at=instant - timedelta(days=30, seconds=1))
    assert {kept.key for kept in comparisons.outdated(instant)} == {"1"}


@db
def test_twenty_may_wait_and_one_more_is_asked_to_come_again(two, at_once):
    KeptComparison.objects.bulk_create(KeptComparison(key=str(number), versions=[]) for number in range(19))
    kept = asked(of(*two))
    with pytest.raises(RuleBroken, match=r"Reload the page in a minute"):
        page_of(of(*reversed(two)))
    assert asked(of(*two)) == kept


def test_the_longest_texts_in_all_columns_are_within_what_is_compared():
    assert comparisons.CLAUSES_AT_ALL == 8 * MOST_CLAUSES
    assert comparisons.CHARACTERS_AT_ALL == 8 * MOST_CHARACTERS
    assert MOST_CHARACTERS > LONGEST_CLAUSE
