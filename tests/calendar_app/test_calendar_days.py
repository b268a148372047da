"""A month as a table, and sheets of a day and a week to print."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from calendar_app.domain.month_grid import month_of, next_month, previous_month, week_of, weeks_of
from calendar_app.models import DateWatch
from coalitions.models import Delegation
from coalitions.positions.services.positions import take_position
from tests.calendar_app.reminding import moment
from tests.factories import (
    AssemblyFactory,
    DeadlineFactory,
    FollowUpFactory,
    MeetingFactory,
    ResolutionFactory,
    circle_of,
    lead,
    member,
)

DAYS = st.dates(date(2000, 1, 1), date(2090, 12, 31))


# --- The table ----------------------------------------------------------------------------------------------------------------


@given(day=DAYS, first_weekday=st.integers(0, 6))
def test_a_month_is_whole_weeks_that_hold_each_of_its_days_once(day, first_weekday):
    first, last = month_of(day)
    weeks = weeks_of(first, last, first_weekday)
    flat = [on for week in weeks for on in week]
    assert flat == [flat[0] + timedelta(days=number) for number in range(len(flat))]
    assert {week[0].weekday() for week in weeks} == {first_weekday}
    assert flat[0] <= first < flat[7]
    assert flat[-8] < last <= flat[-1]
    assert (first.month, last.month, (last + timedelta(days=1)).day) == (day.month, day.month, 1)


@given(day=DAYS)
def test_months_follow_each_other(day):
    first, last = month_of(day)
    assert next_month(first) == last + timedelta(days=1)
    assert previous_month(next_month(first)) == first
    assert day in week_of(day)


# --- The pages ------------------------------------------------------------------------------------------------------------------

pages = pytest.mark.django_db


@pytest.fixture
def her(network, clock, client):
    person = member(network, time_zone="Africa/Nairobi", language="en")
    client.force_login(person)
    return person


def watched(her, thing):
    DateWatch.objects.create(user=her, **{"meeting" if hasattr(thing, "starts_on") else "deadline": thing})
    return thing


def september(**fields):
    return MeetingFactory(**{"starts_on": date(2028, 9, 11), "ends_on": date(2028, 9, 13), "group": None, "kind": "advisory"} | fields)


def cells(page):
    """By day, what is said in its cell."""
    found = {}
    for cell in page.split("<td ")[1:]:
        text = cell.split("</td>")[0]
        if 'datetime="' in text:
            found[text.split('datetime="')[1][:10]] = text
    return found


def show(client, name, *arguments, **query):
    answer = client.get(reverse(f"calendar_app:{name}", args=arguments), query)
    assert answer.status_code == 200
    return answer.content.decode()


@pages
def test_a_month_shows_each_date_on_its_official_day(client, her, network):
    watched(her, september(title_en="TSAG"))
    watched(her, DeadlineFactory(meeting=None, at=datetime(2028, 9, 18, 21, 59, tzinfo=UTC), has_hour=True, title_en="Contributions"))
    FollowUpFactory(circle=network.everyone, owner=her, created_by=her, due_at=moment(28, 22), title="Plan of coverage")
    september(title_en="Not hers")
    found = cells(show(client, "month-of", "2028-09"))
    assert sorted(found) == [date(2028, 9, day).isoformat() for day in range(1, 31)]
    assert "until" in found["2028-09-11"]
    assert [day for day, text in found.items() if "TSAG" in text] == ["2028-09-11", "2028-09-12", "2028-09-13"]
    assert [day for day, text in found.items() if 'class="more-day' in text] == ["2028-09-12", "2028-09-13"]
    assert "23:59 (Geneva)" in found["2028-09-18"]
    assert "Tue 19, 00:59 your time" in found["2028-09-18"]
    # Of a follow-up, the day is that of its owner: 22:00 in UTC is the 29th in Nairobi.
    assert [day for day, text in found.items() if "Plan of coverage" in text] == ["2028-09-29"]
    assert not [day for day, text in found.items() if "Not hers" in text]
    assert 'aria-current="date"' in found["2028-09-01"]
    assert "Not hers" in show(client, "month-of", "2028-09", dates="all")


@pages
def test_a_month_without_dates_says_which_is_next(client, her):
    watched(her, september(title_en="TSAG"))
    page = show(client, "month-of", "2028-07")
    assert "Nothing is in this month. The next date:" in page
    assert reverse("calendar_app:month-of", args=["2028-09"]) in page
    assert "Nothing is in this month." in show(client, "month-of", "2029-07")


@pages
def test_without_a_month_it_is_this_one_on_her_own_calendar(client, her, clock):
    clock.move_to(datetime(2028, 9, 30, 22, tzinfo=UTC))
    client.force_login(her)
    assert "October 2028" in show(client, "month")


@pages
@pytest.mark.parametrize("text", ["2028-13", "2028", "1000-01", "2028-9", "２０２８-09", "x", "2028-09-01"])
def test_what_is_no_month_or_day_is_not_found(client, her, text):
    assert client.get(f"/calendar/month/{text}/").status_code == 404
    if text != "2028-09-01":
        assert client.get(f"/calendar/day/{text}-01/").status_code == 404
        assert client.get(f"/calendar/week/{text}/").status_code == 404


def is_for_screens_only(before):
    """Of what stands behind this text: whether the paragraph or the row it is in is left out on paper."""
    last = max(before.rfind("<p "), before.rfind("<p>"), before.rfind('<li class="session'))
    return "no-print" in before[last:].partition(">")[0]


@pages
def test_paper_holds_nothing_of_a_circle_or_a_delegation_and_no_name(client, her, network):
    other = lead(network, name="zz-colleague")
    restricted, delegation = circle_of(network, her, kind="restricted"), circle_of(network, her, kind="delegation")
    september(circle=restricted, kind="call", title_en="zz-restricted call")
    september(circle=delegation, kind="call", title_en="zz-delegation call")
    september(circle=network.everyone, kind="call", title_en="Call of the coalition")
    card = Delegation.objects.create(assembly=AssemblyFactory(), country="KE")
    for circle, title, more in (
        (restricted, "zz-restricted task", {}),
        (network.everyone, "zz-task of a delegation", {"delegation": card}),
        (network.everyone, "Task of the coalition", {}),
    ):
        FollowUpFactory(circle=circle, owner=her, created_by=other, due_at=moment(11, 12), title=title, **more)
    for page in (show(client, "month-of", "2028-09"), show(client, "week-sheet", "2028-09-13"), show(client, "day-sheet", "2028-09-11")):
        assert "Call of the coalition" in page
        assert "Task of the coalition" in page
        assert "zz-colleague" not in page
        for secret in ("zz-restricted call", "zz-delegation call", "zz-restricted task", "zz-task of a delegation"):
            assert secret in page
            assert {is_for_screens_only(before) for before in page.split(secret)[:-1]} == {True}
    text = show(client, "day-sheet", "2028-09-11", **{"as": "text"})
    assert "Call of the coalition" in text
    assert "zz-" not in text


@pages
def test_a_day_in_the_assembly_says_which_it_is_and_what_we_hold(client, her, network):
    assembly = AssemblyFactory(starts_on=date(2028, 10, 17), ends_on=date(2028, 10, 26))
    resolution = ResolutionFactory(number=50)
    meeting = MeetingFactory(
        assembly=assembly, kind="assembly", group=None, starts_on=date(2028, 10, 17), ends_on=date(2028, 10, 26), title_en="The assembly"
    )
    meeting.resolutions.add(resolution)
    watched(her, meeting)
    boss = lead(network)
    take_position(resolution, circle=network.everyone, stance="current-text", words="Cybersecurity stays a subject of study.", by=boss)
    take_position(resolution, circle=circle_of(network, her, boss), stance="oppose", words="zz-fallback", by=boss)
    page = show(client, "day-sheet", "2028-10-24")
    assert "Tuesday, 24 October 2028" in page
    assert "day 8 of 10" in page
    assert "Cybersecurity stays a subject of study." in page
    assert "zz-fallback" not in page
    assert "What we hold" not in show(client, "day-sheet", "2028-10-30")


@pages
def test_a_week_leaves_out_its_empty_days(client, her):
    watched(her, september(title_en="TSAG", ends_on=date(2028, 9, 11)))
    page = show(client, "week-sheet", "2028-09-13")
    assert "Monday, 11 September 2028" in page
    assert "Tuesday, 12 September 2028" not in page
    assert reverse("calendar_app:week-sheet", args=["2028-09-18"]) in page
    assert "Nothing is in this week." in show(client, "week-sheet", "2028-11-13")


@pages
@pytest.mark.parametrize(
    ("name", "argument", "queries"), [("month-of", "2028-09", 7), ("week-sheet", "2028-09-11", 7), ("day-sheet", "2028-09-11", 8)]
)
@pytest.mark.parametrize("count", [1, 3])
def test_a_page_takes_as_few_queries_however_much_it_shows(client, her, network, name, argument, queries, count, django_assert_num_queries):
    for number in range(count):
        watched(her, september(title_en=f"Meeting {number}"))
        FollowUpFactory(circle=network.everyone, owner=her, created_by=her, due_at=moment(11, 12))
    show(client, name, argument)
    with django_assert_num_queries(queries):
        show(client, name, argument)


@pages
def test_the_weeks_begin_as_her_language_counts(client, her):
    page = show(client, "month-of", "2028-09")
    assert page.index(">Monday<") < page.index(">Sunday<")
