"""Which rows the matrix has, and how it is filtered."""

import re
from datetime import timedelta

import pytest
from django.utils.timezone import now

from resolutions.models import Assembly
from resolutions.services.watching import watch
from tests import factories
from tests.coalitions.texts.matrix.helpers import MATRIX, QUERIES, ask, filled, move, page, record_reading, shown

pytestmark = pytest.mark.django_db


def test_rows_are_what_is_asked_or_watched_by_number_with_drafts_last(client, wanjiru, groups):
    draft = factories.ResolutionFactory(number=None, slug="iap-1", label="[IAP-1]")
    for resolution in (draft, factories.ResolutionFactory(number=101), factories.ResolutionFactory(number=2)):
        ask(resolution, groups["ATU"])
    watch(wanjiru, factories.ResolutionFactory(number=60))
    factories.ResolutionFactory(number=70)
    assert shown(page(client, wanjiru)) == ["2", "60", "101", "[IAP-1]"]
    assert shown(page(client, wanjiru, show="every")) == ["2", "60", "70", "101", "[IAP-1]"]
    assert shown(page(client, wanjiru, show="watched")) == ["60"]


def test_quick_filters_count_what_they_leave_within_the_other_filters(client, wanjiru, groups, fifty):
    watch(wanjiru, fifty)
    new = ask(fifty, groups["ATU"])
    move(new, "new")
    record_reading(new, wanjiru, "risk")
    record_reading(ask(factories.ResolutionFactory(number=2, title_en="Mandates"), groups["CEPT"]), wanjiru, "good")
    move(ask(factories.ResolutionFactory(number=3, title_en="Of no concern to her")), "new")

    def counts(body):
        links = re.search(r'<ul class="quick-filters">(.*?)</ul>', body, re.DOTALL)[1]
        return [int(n) for n in re.findall(r'<span class="(?:count|total)">(\d+)</span>', links)]

    assert counts(page(client, wanjiru)) == [3, 1, 1, 1, 0, 3]
    assert counts(page(client, wanjiru, region="CEPT")) == [1, 0, 0, 0, 0, 1]
    assert counts(page(client, wanjiru, q="mandates")) == [1, 0, 0, 0, 0, 1]
    body = page(client, wanjiru, show="moved", topic="")
    assert shown(body) == ["50"]
    assert 'href="?show=risk&topic="' in body


def test_region_action_topic_and_words_narrow_the_rows(client, wanjiru, groups, fifty):
    fifty.topics.add(factories.TopicFactory())
    ask(fifty, groups["ATU"], action="NOC")
    ask(fifty, groups["CEPT"])
    ask(factories.ResolutionFactory(number=2), countries=["US"], action="SUP")
    assert shown(page(client, wanjiru, region="ATU")) == ["50"]
    assert shown(page(client, wanjiru, region="states")) == ["2"]
    assert shown(page(client, wanjiru, region="ATU", action="MOD")) == []
    assert shown(page(client, wanjiru, action="MOD")) == ["50"]
    assert shown(page(client, wanjiru, topic="cybersecurity")) == ["50"]
    assert shown(page(client, wanjiru, q="cyber 50")) == ["50"]
    assert re.findall(r'<td role="cell"[^>]*data-label="([^"]+)"', page(client, wanjiru, region="ATU")) == ["ATU", "Us"]
    assert shown(page(client, wanjiru, region="no such", action="XXX", show="no such", page="no such")) == ["2", "50"]


def test_forty_rows_make_a_page_and_its_filters_stay_with_the_next(client, wanjiru, groups):
    for number in range(1, 43):
        ask(factories.ResolutionFactory(number=number), groups["ATU"], action="NOC")
    first = page(client, wanjiru, action="NOC")
    assert shown(first) == [str(number) for number in range(1, 41)]
    assert 'href="?action=NOC&page=2"' in first
    assert shown(page(client, wanjiru, action="NOC", page=2)) == ["41", "42"]


def test_the_address_to_copy_leaves_out_what_is_blank_and_a_fragment_is_a_fragment(client, wanjiru, groups, fifty):
    ask(fifty, groups["ATU"])
    client.force_login(wanjiru)
    answer = client.get(MATRIX, {"q": "", "show": "moved", "region": ""}, headers={"hx-request": "true"})
    assert answer.headers["HX-Push-Url"] == "/matrix/?show=moved"
    assert "<html" not in answer.content.decode()
    assert "http://testserver/matrix/?show=moved</span>" in answer.content.decode()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({}, "No proposal is recorded yet"),
        ({"q": "nothing like it"}, "No resolution matches"),
        ({"show": "watched"}, "You watch no resolution yet"),
    ],
)
def test_an_empty_matrix_says_why(client, wanjiru, groups, query, said):
    factories.AssemblyFactory()
    assert said in page(client, wanjiru, **query)


@pytest.mark.parametrize(
    ("show", "said"),
    [
        ("moved", "Nothing has changed since your last visit"),
        ("risk", "No proposal is read as unfavourable"),
        ("review", "No position needs to be reviewed"),
    ],
)
def test_an_empty_quick_filter_says_why(client, wanjiru, groups, fifty, show, said):
    ask(fifty, groups["ATU"])
    assert said in page(client, wanjiru, show=show)


def test_when_contributions_usually_come_is_said_in_days_of_this_assembly(client, wanjiru):
    factories.AssemblyFactory()
    assert "around Mon, 18 Sept 2028" in page(client, wanjiru)
    Assembly.objects.update(starts_on=None)
    assert "about four weeks before the assembly." in page(client, wanjiru)


def test_without_any_assembly_to_come_the_matrix_is_empty_and_stands(client, wanjiru, fifty):
    assert "No proposal is recorded yet" in page(client, wanjiru, show="every")


@pytest.mark.parametrize(("is_official", "title"), [(True, "Countering and combating spam"), (False, None)])
def test_a_row_has_the_short_title_and_the_official_one_on_demand(client, wanjiru, groups, is_official, title):
    about = {"title_en": "Countering and combating spam", "short_title_en": "Spam", "has_official_title": is_official}
    ask(factories.ResolutionFactory(number=52, **about), groups["ATU"])
    # Nothing is asked of an assembly in the texts of another conference.
    factories.ResolutionFactory(number=130, series="pp", slug="pp-130")

    body = page(client, wanjiru, show="every")

    assert shown(body) == ["52"]
    assert "<span>Spam" in body
    assert (f'title="{title}"' in body) is is_official


@pytest.mark.parametrize(
    ("sort", "in_order"),
    [("", ["2", "50", "60"]), ("title", ["60", "50", "2"]), ("moved", ["50", "2", "60"]), ("weight", ["2", "50", "60"])],
)
def test_rows_have_the_order_asked_for(client, wanjiru, groups, sort, in_order):
    for number, title, moved_at in ((2, "Spam", now() - timedelta(days=2)), (50, "cybersecurity", now()), (60, "Accessibility", None)):
        ask(factories.ResolutionFactory(number=number, title_en=title), groups["ATU"], moved_at=moved_at)

    body = page(client, wanjiru, sort=sort)

    assert shown(body) == in_order
    assert (' aria-sort="ascending"' in body) == (sort != "moved")
    assert shown(page(client, wanjiru, sort=sort, q="50")) == ["50"]


def test_on_a_day_that_is_past_nothing_says_what_moved_since(client, wanjiru, groups, fifty):
    ask(fifty, groups["ATU"])

    body = page(client, wanjiru, sort="moved", as_of=(now() - timedelta(days=3)).date().isoformat())

    assert '<option value="moved"' not in body
    assert '<option value="moved"' in page(client, wanjiru)


@pytest.mark.parametrize("sort", ["title", "moved"])
@pytest.mark.parametrize("rows", [1, 3])
def test_another_order_costs_one_query_more(client, wanjiru, groups, rows, sort, django_assert_num_queries):
    filled(groups, wanjiru, rows)
    client.force_login(wanjiru)
    client.get(MATRIX)
    with django_assert_num_queries(QUERIES + 1):
        client.get(MATRIX, {"sort": sort})
