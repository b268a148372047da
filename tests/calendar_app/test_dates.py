"""Pages of dates: whom they let change what, and what they cost."""

import re
from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.urls import reverse

from calendar_app.models import Attendance, DateChange, Meeting
from calendar_app.services.date_states import state_of
from tests.calendar_app.dating import EARLY, change_form, door, page
from tests.factories import DeadlineFactory, MeetingFactory, ResolutionFactory, coalition, lead, member, observer

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", [member, observer])
@time_machine.travel(EARLY, tick=False)
def test_who_leads_no_coalition_changes_no_date(client, role):
    meeting, deadline = MeetingFactory(), DeadlineFactory()
    client.force_login(role(coalition()))
    assert client.get(meeting.get_absolute_url()).content.decode().count("Change the date") == 0
    for_leads = (page("meeting-edit", meeting), page("deadline-edit", deadline))
    for_members = (
        page("related-deadline-new", meeting),
        page("meeting-change", meeting),
        page("deadline-change", deadline),
        reverse("calendar_app:assembly-change", args=[meeting.assembly.code]),
        reverse("calendar_app:date-new"),
        reverse("calendar_app:deadline-new"),
        reverse("calendar_app:meeting-new", args=["regional"]),
    )
    for url in for_leads if role is member else for_leads + for_members:
        assert client.get(url).status_code == 403
        assert client.post(url, change_form(meeting, save="1")).status_code in {403, 405}
    assert client.post(page("meeting-checked", meeting)).status_code == 403
    assert (DateChange.objects.count(), Meeting.objects.get().version) == (0, 1)


@pytest.mark.parametrize("size", [1, 3])
@time_machine.travel(EARLY, tick=False)
def test_pages_of_dates_cost_the_same_however_much_hangs_on_them(client, django_assert_num_queries, size):
    here = coalition()
    by = lead(here, seen_at=EARLY)
    meeting = MeetingFactory(circle=here.everyone, verified_by=by, verified_at=EARLY)
    old = state_of(meeting)
    for n in range(size):
        deadline = door(meeting)
        meeting.resolutions.add(ResolutionFactory())
        Attendance.objects.create(user=member(here), meeting=meeting, status="going", circle=here.everyone)
        for target in ({"meeting": meeting}, {"deadline": deadline}, {"assembly": meeting.assembly}):
            DateChange.objects.create(**target, old=old, new=old, proposed_by=by, applied_at=EARLY - timedelta(hours=n))
    client.force_login(by)
    with django_assert_num_queries(10):
        client.get(meeting.get_absolute_url())
    with django_assert_num_queries(6):
        client.get(deadline.get_absolute_url())
    with django_assert_num_queries(8):
        client.get(reverse("calendar_app:assembly", args=[meeting.assembly.code]))
    with django_assert_num_queries(4):
        client.get(page("meeting-change", meeting))
    with django_assert_num_queries(7):
        client.post(page("meeting-change", meeting), change_form(meeting))


def head_of(client, thing) -> str:
    """What stands between the heading of the page and its first part."""
    shown = client.get(thing.get_absolute_url()).content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", shown.split("</h1>")[1].split('<div class="columns">')[0]).split())


@pytest.mark.parametrize(
    ("closes_in", "status", "said"),
    [
        (9, "", "Registration is open until"),
        (9, "registered", "Registration is open until"),
        (-2, "", "Registration is closed"),
        (None, "", ""),
    ],
)
@time_machine.travel(EARLY, tick=False)
def test_the_head_of_a_meeting_says_when_where_and_whether_its_door_is_open(client, closes_in, status, said):
    her = member(coalition(), time_zone="Africa/Nairobi")
    day = EARLY.date() + timedelta(days=12)
    at = datetime.combine(day, time(7), UTC)
    meeting = MeetingFactory(
        starts_on=day,
        ends_on=day,
        at=at,
        has_hour=True,
        zone="Asia/Bangkok",
        city="Bangkok",
        country="TH",
        mode="hybrid",
        access="observers",
    )
    if closes_in is not None:
        DeadlineFactory(meeting=meeting, kind="registration", at=EARLY + timedelta(days=closes_in))
    if status:
        Attendance.objects.create(user=her, meeting=meeting, status=status)
    client.force_login(her)
    head = head_of(client, meeting)
    for words in (
        "14:00 (Bangkok)",
        "10:00 your time",
        "in 12 days",
        "Bangkok (Thailand)",
        "in person and remote",
        "observers admitted",
        said,
    ):
        assert words in head
    assert ("Registration" in head) == bool(said)


@time_machine.travel(EARLY, tick=False)
def test_the_head_of_a_deadline_says_how_far_off_it_is_and_of_which_meeting_it_is(client):
    meeting = MeetingFactory(title_en="Third preparatory meeting")
    deadline = DeadlineFactory(meeting=meeting, kind="document", at=EARLY + timedelta(days=3))
    client.force_login(member(coalition()))
    head = head_of(client, deadline)
    assert "in 3 days" in head
    assert "Third preparatory meeting" in head
