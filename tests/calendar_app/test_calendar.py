"""S07: which dates are shown to whom, in which order and how, and what a page costs."""

import gzip
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from calendar_app.models import Attendance, DateChange, DateWatch, Deadline, Meeting
from coalitions.services.circles import open_circle
from resolutions.models import RegionWatch, Watch
from tests.factories import (
    AssemblyFactory,
    DeadlineFactory,
    MeetingFactory,
    RegionalGroupFactory,
    ResolutionFactory,
    UserFactory,
    coalition,
    lead,
    member,
)

pytestmark = pytest.mark.django_db

TODAY = datetime(2028, 7, 24, 9, tzinfo=UTC)
CALENDAR = reverse("calendar_app:calendar")
ALL = f"{CALENDAR}?dates=all"


@pytest.fixture(autouse=True)
def on_a_monday_in_july():
    with time_machine.travel(TODAY, tick=False):
        yield


def settled(**fields):
    """Someone in the middle of a visit: her coming was noted already."""
    return UserFactory(seen_at=TODAY, seen_before_at=TODAY - timedelta(days=3), **fields)


def titles(response) -> list[str]:
    return [entry.titles["en"] for _name, _size, shown in response.context["blocks"] for entry in shown]


def test_meetings_and_doors_are_one_list_in_the_order_of_their_instants(client):
    client.force_login(settled())
    meeting = MeetingFactory(title_en="African meeting", starts_on=date(2028, 8, 7))
    DeadlineFactory(title_en="List closes", kind="registration", meeting=meeting, at=datetime(2028, 7, 26, 20, 59, tzinfo=UTC))
    DeadlineFactory(title_en="Contributions")
    response = client.get(ALL)
    assert [(name, size, [entry.titles["en"] for entry in shown]) for name, size, shown in response.context["blocks"]] == [
        ("Next 7 days", 1, ["List closes"]),
        ("Next 30 days", 1, ["African meeting"]),
        ("Later", 1, ["Contributions"]),
    ]


def test_a_running_meeting_is_not_over(client):
    client.force_login(settled())
    MeetingFactory(title_en="Running", starts_on=date(2028, 7, 20), ends_on=date(2028, 7, 24))
    MeetingFactory(title_en="Over", starts_on=date(2028, 7, 17), ends_on=date(2028, 7, 21))
    assert titles(client.get(ALL)) == ["Running"]
    assert titles(client.get(f"{ALL}&when=past")) == ["Over"]


def test_what_concerns_me_is_what_i_follow_attend_and_watch(client):
    me = settled()
    client.force_login(me)
    elsewhere = RegionalGroupFactory(code="RCC", acronym_en="RCC", name_en="RCC", countries=[])
    followed, attended, refused, regional, _other = (
        MeetingFactory(title_en=title, group=group)
        for title, group in (
            ("Followed", elsewhere),
            ("Attended", elsewhere),
            ("Refused", RegionalGroupFactory()),
            ("Regional", RegionalGroupFactory()),
            ("Other", elsewhere),
        )
    )
    DeadlineFactory(title_en="Door of attended", meeting=attended, kind="registration")
    DeadlineFactory(title_en="Contributions")
    DeadlineFactory(title_en="Door of other", meeting=_other, kind="visa")
    DateWatch.objects.create(user=me, meeting=followed)
    Attendance.objects.create(user=me, meeting=attended, status="going")
    Attendance.objects.create(user=me, meeting=refused, status="not")
    RegionWatch.objects.create(user=me, group=regional.group)
    assert sorted(titles(client.get(CALENDAR))) == ["Attended", "Door of attended", "Followed", "Regional"]
    Watch.objects.create(user=me, resolution=ResolutionFactory())
    assert "Contributions" in titles(client.get(CALENDAR))


def test_a_call_of_a_circle_is_shown_to_its_circle_and_to_nobody_else(client):
    here, there = coalition("Here"), coalition("There")
    call = MeetingFactory(title_en="Secret call", kind="call", circle=here.everyone, group=None)
    door = DeadlineFactory(title_en="Agenda of the secret call", meeting=call, kind="document")
    client.force_login(lead(there))
    assert titles(client.get(ALL)) == []
    assert client.get(call.get_absolute_url()).status_code == 404
    assert client.get(door.get_absolute_url()).status_code == 404
    assert client.post(reverse("calendar_app:meeting-watch", args=[call.public_id])).status_code == 404
    assert client.get(reverse("calendar_app:meeting-change", args=[call.public_id])).status_code == 404
    client.logout()
    client.force_login(member(here))
    assert sorted(titles(client.get(CALENDAR))) == ["Agenda of the secret call", "Secret call"]
    assert b"Secret call" in client.get(call.get_absolute_url()).content


def test_the_calls_of_a_delegation_stand_in_the_calendar_of_those_who_are_in_it(client):
    here = coalition()
    owner, other = lead(here), member(here)
    seat = open_circle(here, name="Seat of a country", purpose="Quiet work", by=owner, kind="delegation")
    call = MeetingFactory(title_en="Before the session", kind="call", circle=seat, group=None)
    DeadlineFactory(title_en="Papers for the session", meeting=call, kind="document")
    for person, shown in ((owner, ["Before the session", "Papers for the session"]), (other, [])):
        client.force_login(person)
        for asked in (CALENDAR, ALL):
            response = client.get(asked)
            assert sorted(titles(response)) == shown
            assert (response.context["found"]["mine"], response.context["total"]) == (len(shown), len(shown))
        client.logout()


def test_the_last_page_of_what_is_over_holds_the_oldest_of_both_kinds(client):
    client.force_login(settled())
    assembly = AssemblyFactory()
    for n in range(1, 19):
        day = TODAY.date() - timedelta(days=n)
        meeting = MeetingFactory(title_en=f"Meeting {n}", assembly=assembly, group=None, starts_on=day, ends_on=day)
        DeadlineFactory(title_en=f"Door {n}", assembly=assembly, at=meeting.at - timedelta(minutes=1))
    in_order = [f"{kind} {n}" for n in range(1, 19) for kind in ("Meeting", "Door")]
    assert titles(client.get(f"{ALL}&when=past")) == in_order[:25]
    assert titles(client.get(f"{ALL}&when=past&page=2")) == in_order[25:]


def test_filters_are_links_and_what_is_not_understood_is_left_out(client):
    client.force_login(settled())
    cycle = AssemblyFactory(code="WTSA-32", short_name_en="WTSA-32", starts_on=date(2032, 10, 1), ends_on=date(2032, 10, 9))
    MeetingFactory(title_en="Kenya", kind="national", group=None, country="KE")
    MeetingFactory(title_en="Africa")
    MeetingFactory(title_en="Next cycle", assembly=cycle, group=None)
    DeadlineFactory(title_en="Contributions")
    assert titles(client.get(f"{CALENDAR}?country=ke")) == ["Kenya"]
    assert titles(client.get(f"{CALENDAR}?region=ATU")) == ["Africa"]
    assert titles(client.get(f"{CALENDAR}?kind=contribution")) == ["Contributions"]
    assert titles(client.get(f"{ALL}&cycle=WTSA-32")) == ["Next cycle"]
    assert len(titles(client.get(f"{ALL}&kind=nonsense&region=%27&cycle=0&page=-4&times=x&country=toolong"))) == 4


def test_both_times_are_shown_and_the_reader_chooses_which_comes_first(client):
    client.force_login(settled(time_zone="Africa/Nairobi"))
    DeadlineFactory(zone="Asia/Bangkok", at=datetime(2028, 7, 26, 4, tzinfo=UTC))
    said = {clock: client.get(f"{ALL}&times={clock}").content.decode() for clock in ("mine", "geneva", "venue")}
    assert "07:00 your time</time> — 11:00 (Bangkok)" in said["mine"]
    assert ">06:00 (Geneva)</time> — 11:00 (Bangkok)" in said["geneva"]
    assert ">11:00 (Bangkok)</time> — 07:00 your time" in said["venue"]


def test_what_is_not_sure_stands_beside_a_date_and_who_checked_it_on_its_page(client):
    here = coalition()
    checker = lead(here, name="Claire Aubert")
    sure = DeadlineFactory(title_en="Sure", verified_by=checker, verified_at=TODAY, source="https://example.org/circular")
    DeadlineFactory(title_en="Whispered", date_status="rumour", has_hour=False)
    DeadlineFactory(title_en="Planned", date_status="provisional", is_example=True, confidence="medium")
    client.force_login(member(here))
    page = client.get(ALL).content.decode()
    for words in ("to be confirmed, sends no reminder", "time not given", "to be checked", "example</span>"):
        assert words in page
    assert "Claire Aubert" not in page
    assert "example.org" not in page
    its_page = client.get(sure.get_absolute_url()).content.decode()
    assert "Claire Aubert" in its_page
    assert "https://example.org/circular" in its_page
    client.logout()
    client.force_login(lead(coalition("Elsewhere")))
    assert "Claire Aubert" not in client.get(sure.get_absolute_url()).content.decode()


@pytest.mark.parametrize(("days", "is_watchable"), [(-1, False), (1, True)])
def test_only_what_lies_ahead_can_be_watched_from_the_list(client, days, is_watchable):
    client.force_login(settled())
    DeadlineFactory(at=TODAY + timedelta(days=days))
    page = client.get(f"{ALL}&when=past" if days < 0 else ALL).content.decode()
    assert ("/watch/" in page) == is_watchable


def test_a_date_that_moved_shows_old_and_new(client):
    user = settled()
    client.force_login(user)
    meeting = MeetingFactory(has_hour=False)
    DateChange.objects.create(
        meeting=meeting,
        old={
            "starts_on": "2028-07-31",
            "ends_on": "2028-08-04",
            "at": "2028-07-31T10:00:00+00:00",
            "has_hour": False,
            "zone": "Africa/Nairobi",
        },
        new={},
        proposed_by=user,
        applied_at=TODAY - timedelta(days=2),
    )
    assert "<del>31 Jul – 4 Aug</del> → <ins>7–11 Aug</ins>" in client.get(ALL).content.decode().replace("\u2009", " ")


def test_following_is_a_button_that_comes_back_to_the_same_list(client):
    user = settled()
    client.force_login(user)
    meeting, door = MeetingFactory(), DeadlineFactory()
    for target, name in ((meeting, "meeting"), (door, "deadline")):
        url = reverse(f"calendar_app:{name}-watch", args=[target.public_id])
        assert client.post(url, {"next": ALL}).url == ALL
        assert DateWatch.objects.filter(user=user, **{name: target}).count() == 1
        assert client.get(url).status_code == 405
        client.post(url, {"next": "https://elsewhere.example/"})
        assert not DateWatch.objects.filter(user=user, **{name: target}).exists()


def test_a_region_is_watched_from_its_own_list_and_no_more(client):
    user = settled()
    client.force_login(user)
    group = RegionalGroupFactory()
    here = f"{CALENDAR}?region=ATU"
    for scope, words in (("all", "Watching the dates of ATU"), ("none", "Watch the dates of ATU")):
        form = client.get(here).content.decode().partition(f'action="{reverse("resolutions:region-watch", args=[group.code])}"')[2]
        assert f'name="scope" value="{scope}"' in form.partition("</form>")[0]
        assert client.post(reverse("resolutions:region-watch", args=[group.code]), {"next": here, "scope": scope}).url == here
        assert RegionWatch.objects.filter(user=user, group=group).exists() == (scope == "all")
        assert words in client.get(here).content.decode()


@pytest.mark.parametrize("size", [1, 3])
@pytest.mark.parametrize("asked", [CALENDAR, ALL, f"{ALL}&when=past", f"{ALL}&region=ATU"])
def test_a_page_of_dates_costs_nine_queries_however_many_there_are(client, django_assert_num_queries, size, asked):
    here = coalition()
    user = lead(here, seen_at=TODAY)
    client.force_login(user)
    for _n in range(size):
        meeting = MeetingFactory(circle=here.everyone, verified_by=user, verified_at=TODAY)
        DeadlineFactory(meeting=meeting, assembly=meeting.assembly)
        Attendance.objects.create(user=user, meeting=meeting, status="going")
        MeetingFactory(starts_on=date(2028, 5, 1), ends_on=date(2028, 5, 2))
    with django_assert_num_queries(8 if "past" in asked else 9):
        response = client.get(asked)
    assert response.status_code == 200


def test_three_thousand_dates_are_paged_and_stay_light(client, django_assert_num_queries):
    here = coalition()
    client.force_login(lead(here, seen_at=TODAY))
    assembly, group = AssemblyFactory(), RegionalGroupFactory()
    Meeting.objects.bulk_create(
        Meeting(
            assembly=assembly,
            kind="study-group",
            title_en=f"A study group meeting with quite a long title, number {n}",
            group=group,
            city="Geneva",
            country="CH",
            source=f"https://www.example.org/meetings/{n}/programme.html",
            starts_on=TODAY.date() + timedelta(days=n // 20),
            ends_on=TODAY.date() + timedelta(days=n // 20 + 4),
            at=TODAY + timedelta(hours=n),
            date_status="provisional",
        )
        for n in range(1500)
    )
    Deadline.objects.bulk_create(
        Deadline(assembly=assembly, kind="document", title_en=f"Documents are due, number {n}", at=TODAY + timedelta(hours=n, minutes=30))
        for n in range(1500)
    )
    with django_assert_num_queries(9):
        response = client.get(f"{ALL}&page=3")
    assert len(titles(response)) == 25
    assert response.context["pages"] == 120
    assert titles(response)[0] == "A study group meeting with quite a long title, number 25"
    assert len(gzip.compress(response.content)) <= 25 * 1024
    start = response.content.index(b'<svg viewBox="0 0 1120')
    assert len(gzip.compress(response.content[start : response.content.index(b"</svg>", start)])) <= 1536


def test_the_drawing_of_a_normal_cycle_is_light(client):
    client.force_login(settled())
    for month in range(8):
        meeting = MeetingFactory(starts_on=date(2028, 7 + month // 3, 2 + month * 3), ends_on=date(2028, 7 + month // 3, 4 + month * 3))
        DeadlineFactory(meeting=meeting, kind="registration", at=meeting.at - timedelta(days=14))
    DeadlineFactory(date_status="provisional")
    page = client.get(ALL).content
    start = page.index(b'<svg viewBox="0 0 1120')
    assert len(gzip.compress(page[start : page.index(b"</svg>", start)])) <= 1536


def test_a_phone_that_saves_data_asks_for_the_picture(client):
    client.force_login(settled())
    MeetingFactory()
    spared = client.get(ALL, headers={"save-data": "on"})
    assert b'viewBox="0 0 1120' not in spared.content
    assert b"chart=1" in spared.content
    assert b'viewBox="0 0 1120' in client.get(f"{ALL}&chart=1", headers={"save-data": "on"}).content


def test_an_empty_calendar_teaches_one_thing_and_offers_one_act(client):
    client.force_login(settled())
    page = client.get(CALENDAR).content.decode()
    assert "No date to come concerns you yet." in page
    assert "Show all dates" in page


def test_the_dates_of_a_resolution_are_its_meetings_and_the_doors_of_the_assembly(client, django_assert_num_queries):
    client.force_login(settled())
    resolution = ResolutionFactory()
    AssemblyFactory()
    for title, starts_on in (("Ahead", date(2028, 8, 7)), ("Over", date(2028, 5, 1))):
        MeetingFactory(title_en=title, starts_on=starts_on, ends_on=starts_on).resolutions.add(resolution)
    MeetingFactory(title_en="About another")
    DeadlineFactory(title_en="Contributions")
    with django_assert_num_queries(7):
        response = client.get(reverse("calendar_app:resolution-dates", args=[resolution.slug]))
    assert [entry.titles["en"] for entry in response.context["ahead"]] == ["Ahead", "Contributions"]
    assert [entry.titles["en"] for entry in response.context["past"]] == ["Over"]
    assert client.get(reverse("calendar_app:resolution-dates", args=["nothing"])).status_code == 404
