"""What a list says of a date to this reader: whether it concerns her, whether she watches it, whether she goes, what it was before."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from calendar_app.models import Attendance, DateChange, DateWatch, Deadline, Meeting
from calendar_app.models.concerns import concerns_of
from calendar_app.models.entries import counts, entries, next_entries
from resolutions.models import RegionWatch, Watch
from tests.factories import (
    AssemblyFactory,
    DeadlineFactory,
    MeetingFactory,
    RegionalGroupFactory,
    ResolutionFactory,
    UserFactory,
    circle_of,
    coalition,
    lead,
    member,
)

pytestmark = pytest.mark.django_db

TODAY = datetime(2028, 7, 24, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def on_a_monday_in_july():
    with time_machine.travel(TODAY, tick=False):
        yield


@pytest.fixture
def her():
    return UserFactory()


def concerns(user, *circles):
    return concerns_of(user, frozenset(circle.pk for circle in circles))


def listed(user, **fields):
    rows = entries(Meeting.objects.visible_to(user), Deadline.objects.visible_to(user), user=user, language="en", most=25, **fields)
    return {entry.titles["en"]: entry for entry in rows}


# --- What concerns her ------------------------------------------------------------------------------------------------------


def concerning(user, *circles):
    mine = concerns(user, *circles)
    meetings, deadlines = mine.meetings_in(Meeting.objects.all()), mine.deadlines_in(Deadline.objects.all())
    # The same of each that is here already.
    assert set(meetings) == set(filter(mine.is_meeting_hers, Meeting.objects.all()))
    assert set(deadlines) == set(filter(mine.is_deadline_hers, Deadline.objects.select_related("meeting")))
    return sorted([*meetings.values_list("title_en", flat=True), *deadlines.values_list("title_en", flat=True)])


@pytest.mark.parametrize(("status", "concerned"), [(None, True), ("going", True), ("registered", True), ("remote", True), ("not", False)])
def test_a_meeting_of_a_region_she_watches_concerns_her_unless_she_is_not_going(her, status, concerned):
    meeting = MeetingFactory(title_en="Regional")
    DeadlineFactory(title_en="Door", meeting=meeting, kind="registration")
    RegionWatch.objects.create(user=her, group=meeting.group)
    if status:
        Attendance.objects.create(user=her, meeting=meeting, status=status)
    assert concerning(her) == (["Door", "Regional"] if concerned else [])


@pytest.mark.parametrize(("status", "concerned"), [("going", True), ("registered", True), ("remote", True), ("not", False)])
def test_what_she_said_of_a_meeting_concerns_her_unless_she_is_not_going(her, status, concerned):
    meeting = MeetingFactory(title_en="Elsewhere")
    DeadlineFactory(title_en="Door", meeting=meeting, kind="registration")
    MeetingFactory(title_en="Another")
    Attendance.objects.create(user=her, meeting=meeting, status=status)
    assert concerning(her) == (["Door", "Elsewhere"] if concerned else [])


def test_a_meeting_she_watches_and_a_call_of_her_circle_concern_her_all_the_same():
    here = coalition()
    her = member(here)
    watched, call = MeetingFactory(title_en="Watched"), MeetingFactory(title_en="Call", kind="call", circle=here.everyone, group=None)
    MeetingFactory(title_en="Refused")
    DateWatch.objects.create(user=her, meeting=watched)
    for meeting in Meeting.objects.all():
        Attendance.objects.create(user=her, meeting=meeting, status="not")
    assert concerning(her, here.everyone) == [call.title_en, watched.title_en]
    assert concerning(her) == [watched.title_en]


def test_what_another_person_watches_and_says_concerns_her_not(her):
    other, meeting = UserFactory(), MeetingFactory()
    DateWatch.objects.create(user=other, meeting=meeting)
    DateWatch.objects.create(user=other, deadline=DeadlineFactory())
    Attendance.objects.create(user=other, meeting=meeting, status="going")
    RegionWatch.objects.create(user=other, group=meeting.group)
    Watch.objects.create(user=other, resolution=ResolutionFactory())
    assert concerning(her) == []


def test_the_assembly_and_its_deadlines_concern_who_watches_a_resolution(her):
    opening = MeetingFactory(title_en="Opening", kind="assembly", group=None)
    DeadlineFactory(title_en="Door", meeting=opening, kind="registration")
    DeadlineFactory(title_en="Contributions")
    MeetingFactory(title_en="Another")
    assert concerning(her) == []
    Watch.objects.create(user=her, resolution=ResolutionFactory())
    assert concerning(her) == ["Contributions", "Door", "Opening"]


@pytest.mark.parametrize(
    ("mine_only", "before"), [pytest.param(False, [2, 3], id="all that are shown"), pytest.param(True, [1, 2], id="hers alone")]
)
def test_lists_are_counted_before_they_are_read(her, mine_only, before):
    watched = MeetingFactory(starts_on=date(2028, 7, 26), ends_on=date(2028, 7, 26))
    DeadlineFactory(meeting=watched, kind="document", at=datetime(2028, 8, 6, 9, tzinfo=UTC))
    DeadlineFactory(kind="visa", at=datetime(2028, 7, 25, 9, tzinfo=UTC))
    MeetingFactory(starts_on=date(2028, 9, 1), ends_on=date(2028, 9, 1))
    DateWatch.objects.create(user=her, meeting=watched)
    until = [TODAY + timedelta(days=7), TODAY + timedelta(days=30)]
    found = counts(Meeting.objects.all(), Deadline.objects.all(), concerns=concerns(her), mine_only=mine_only, until=until)
    assert found == {"mine": 2, "all": 4, "before": before}


def test_as_many_meetings_as_deadlines_are_counted_both(her):
    MeetingFactory(title_en="One")
    DeadlineFactory(title_en="Other")
    found = counts(Meeting.objects.all(), Deadline.objects.all(), concerns=concerns(her), mine_only=False, until=[TODAY])
    assert found == {"mine": 0, "all": 2, "before": [0]}


# --- What is said of each ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("looked_up", [pytest.param(True, id="with what concerns her"), pytest.param(False, id="asked with the list")])
def test_a_list_says_what_she_watches_and_where_she_goes_and_of_nobody_else(her, looked_up):
    other = UserFactory()
    going, theirs, watched = (MeetingFactory(title_en=title) for title in ("Going", "Theirs", "Watched"))
    # Keys of meetings are no keys of deadlines.
    DeadlineFactory(title_en="Door", meeting=going, kind="registration", pk=watched.pk)
    followed = DeadlineFactory(title_en="Followed", pk=theirs.pk)
    Attendance.objects.create(user=other, meeting=going, status="registered")
    Attendance.objects.create(user=her, meeting=going, status="going")
    Attendance.objects.create(user=other, meeting=theirs, status="registered")
    DateWatch.objects.create(user=other, meeting=theirs)
    DateWatch.objects.create(user=her, meeting=watched)
    DateWatch.objects.create(user=her, deadline=followed)
    found = listed(her, concerns=concerns(her) if looked_up else None)
    assert {title: (entry.is_watched, entry.attendance) for title, entry in found.items()} == {
        "Going": (False, "going"),
        "Theirs": (False, ""),
        "Watched": (True, ""),
        "Door": (False, "going"),
        "Followed": (True, ""),
    }


def test_a_short_list_says_where_she_goes(her):
    meeting = MeetingFactory(title_en="Going")
    DeadlineFactory(title_en="Door", meeting=meeting, kind="registration")
    MeetingFactory(title_en="Another")
    found = next_entries(Meeting.objects.all(), Deadline.objects.all(), attendances={meeting.pk: "going"}, most=25, language="en")
    assert {entry.titles["en"]: entry.attendance for entry in found} == {"Going": "going", "Door": "going", "Another": ""}


def test_each_date_is_watched_from_its_own_line(her, client):
    client.force_login(her)
    meeting = MeetingFactory()
    deadline = DeadlineFactory()
    for entry in listed(her).values():
        client.post(entry.watch_url)
    assert set(DateWatch.objects.values_list("meeting", "deadline")) == {(meeting.pk, None), (None, deadline.pk)}


@pytest.mark.parametrize(
    ("confidence", "is_checked", "is_to_check"),
    [("medium", False, True), ("medium", True, False), ("high", False, False), ("", False, False)],
)
def test_what_is_not_quite_sure_is_to_be_checked_until_someone_did(her, confidence, is_checked, is_to_check):
    MeetingFactory(title_en="One", confidence=confidence, verified_by=UserFactory(), verified_at=TODAY if is_checked else None)
    assert listed(her)["One"].is_to_check == is_to_check


@pytest.mark.parametrize(
    ("kind", "marking"),
    [(None, "public"), ("everyone", "coalition"), ("restricted", "circle"), ("delegation", "delegation")],
)
def test_a_call_and_its_deadlines_are_marked_with_who_reads_them(kind, marking):
    here = coalition()
    her = lead(here)
    circle = here.everyone if kind == "everyone" else circle_of(here, her, kind=kind, owner=her) if kind else None
    call = MeetingFactory(title_en="Call", kind="call", circle=circle, group=None)
    DeadlineFactory(title_en="Papers", meeting=call, kind="document")
    found = listed(her)
    assert {(entry.marking, entry.is_private) for entry in found.values()} == {(marking, kind is not None)}
    assert {(entry.is_deadline, entry.meeting_id) for entry in found.values()} == {(False, call.public_id), (True, call.public_id)}


@pytest.mark.parametrize(("country", "name"), [("KE", "Kenya"), ("", "")])
def test_the_country_of_a_meeting_is_said_by_its_name(her, country, name):
    MeetingFactory(title_en="One", country=country)
    assert listed(her)["One"].country_name == name


@pytest.mark.parametrize(("has_hour", "zone"), [(True, "Asia/Bangkok"), (False, "Europe/Zurich")])
def test_the_day_of_a_date_without_hour_is_that_of_geneva(her, has_hour, zone):
    DeadlineFactory(title_en="One", zone="Asia/Bangkok", has_hour=has_hour)
    assert listed(her)["One"].stub_zone == zone


@pytest.mark.parametrize(
    ("days", "has_hour", "is_one_hour"),
    [
        pytest.param(1, True, True, id="one day with an hour"),
        pytest.param(1, False, False, id="one day without"),
        pytest.param(2, True, False, id="two days"),
    ],
)
def test_the_hour_of_a_meeting_of_one_day_says_the_day_as_well(her, days, has_hour, is_one_hour):
    MeetingFactory(title_en="One", ends_on=date(2028, 8, 6 + days), has_hour=has_hour)
    DeadlineFactory(title_en="Contributions")
    found = listed(her)
    assert (found["One"].is_one_hour, found["Contributions"].is_one_hour) == (is_one_hour, False)


# --- What it was before -----------------------------------------------------------------------------------------------------


def moved(target, days_ago, **fields):
    name = "meeting" if isinstance(target, Meeting) else "deadline"
    applied_at = TODAY - days_ago if days_ago is not None else None
    return DateChange.objects.create(
        **{name: target}, old={"was": str(days_ago)}, new={}, proposed_by=UserFactory(), applied_at=applied_at, **fields
    )


@pytest.mark.parametrize("make", [MeetingFactory, DeadlineFactory])
@pytest.mark.parametrize(
    ("ago", "is_shown"),
    [(timedelta(days=30), True), (timedelta(days=30, seconds=1), False), (None, False)],
    ids=["30 days", "more", "never"],
)
def test_a_move_is_shown_beside_its_date_for_thirty_days(her, make, ago, is_shown):
    target = make(title_en="One", assembly=AssemblyFactory())
    moved(target, ago)
    assert (listed(her)["One"].moved_from is not None) == is_shown


def test_of_several_moves_the_last_is_shown_beside_its_own_date(her):
    group = RegionalGroupFactory()
    meeting, other = MeetingFactory(title_en="Moved", group=group), MeetingFactory(title_en="Stayed", group=group)
    DeadlineFactory(title_en="Door", meeting=meeting, kind="visa", pk=meeting.pk)
    for days in (9, 2, 5):
        moved(meeting, timedelta(days=days))
    moved(other, timedelta(days=40))
    found = listed(her)
    assert (found["Moved"].moved_from, found["Stayed"].moved_from, found["Door"].moved_from) == ({"was": "2 days, 0:00:00"}, None, None)
