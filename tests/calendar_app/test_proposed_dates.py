"""Members propose dates; a lead or, while the day is far, another member confirms. Nothing is sent before."""

import pytest
import time_machine
from django.urls import reverse

from amnt.core.errors import RuleBroken
from calendar_app import tasks
from calendar_app.models import DateChange, Deadline, Meeting, Reminder
from calendar_app.services import dates
from calendar_app.services.date_states import NewDate
from resolutions.models import DateStatus, RegionWatch
from tests.calendar_app.dating import EARLY, NEAR, SOURCE, change_form, meeting_form
from tests.factories import AssemblyFactory, DeadlineFactory, MeetingFactory, RegionalGroupFactory, coalition, lead, member, observer

pytestmark = pytest.mark.django_db
NOW = reverse("now")


@pytest.fixture(autouse=True)
def early():
    with time_machine.travel(EARLY, tick=False) as traveller:
        yield traveller


def answer(act, change):
    return reverse(f"calendar_app:change-{act}", args=[change.public_id])


def proposed_meeting(client, by, **fields):
    AssemblyFactory()
    client.force_login(by)
    assert client.post(reverse("calendar_app:meeting-new", args=["regional"]), meeting_form(**fields)).status_code == 302
    return Meeting.objects.get()


def test_a_date_a_member_proposes_sends_nothing_until_another_member_confirms(client, early):
    here = coalition()
    one, other = member(here), member(here)
    RegionWatch.objects.create(user=other, group=RegionalGroupFactory())
    meeting = proposed_meeting(client, one, group="ATU")
    door, change = meeting.deadlines.get(), DateChange.objects.get()
    assert (meeting.date_status, door.date_status, meeting.verified_by) == ("rumour", "rumour", None)
    early.move_to(NEAR.replace(month=6))
    tasks.tick()
    assert Reminder.objects.count() == 0
    client.force_login(other)
    assert "Confirm a new date: Third African meeting" in client.get(NOW).content.decode()
    client.post(answer("confirm", change))
    for row in (meeting, door, change):
        row.refresh_from_db()
    assert (meeting.date_status, meeting.source, meeting.verified_by, change.confirmed_by) == ("confirmed", SOURCE, other, other)
    assert (door.date_status, door.version) == ("provisional", 2)
    tasks.tick()
    assert set(Reminder.objects.values_list("user", flat=True)) == {other.pk}


def test_a_deadline_a_member_proposes_waits_too(client):
    AssemblyFactory()
    one, boss = member(coalition()), lead(coalition("Another"))
    client.force_login(one)
    sent = meeting_form(kind="visa", on="2028-09-01", status="provisional")
    assert client.post(reverse("calendar_app:deadline-new"), sent).status_code == 302
    deadline = Deadline.objects.get()
    assert deadline.date_status == "rumour"
    dates.confirm_change(DateChange.objects.get(), by=boss)
    deadline.refresh_from_db()
    assert (deadline.date_status, deadline.offset_days, deadline.version) == ("provisional", None, 2)


def test_nobody_confirms_what_they_proposed_themselves(client):
    one = member(coalition())
    meeting = proposed_meeting(client, one)
    change = DateChange.objects.get()
    client.post(answer("confirm", change))
    meeting.refresh_from_db()
    assert meeting.date_status == "rumour"
    assert "This date was proposed, and waits for a second person" in client.get(meeting.get_absolute_url()).content.decode()


@pytest.mark.parametrize("who", ["proposer", "member", "lead"])
def test_a_proposed_date_that_is_rejected_or_withdrawn_goes(client, who):
    here = coalition()
    people = {"proposer": member(here), "member": member(here), "lead": lead(here)}
    proposed_meeting(client, people["proposer"])
    client.force_login(people[who])
    response = client.post(answer("reject", DateChange.objects.get()))
    assert (response.status_code, response.url) == (302, reverse("calendar_app:calendar"))
    assert (Meeting.objects.count(), Deadline.objects.count(), DateChange.objects.count()) == (0, 0, 0)
    assert Meeting.history.filter(history_type="-").count() == 1


@pytest.mark.parametrize(("at", "moves_at_once"), [(EARLY, False), (NEAR, False)])
def test_a_move_a_member_proposes_always_waits(client, early, at, moves_at_once):
    meeting, one = MeetingFactory(), member(coalition())
    early.move_to(at)
    client.force_login(one)
    assert (
        client.post(reverse("calendar_app:meeting-change", args=[meeting.public_id]), change_form(meeting) | {"save": "1"}).status_code
        == 302
    )
    change = DateChange.objects.get()
    assert (change.is_pending, change.proposed_by) == (not moves_at_once, one)


def test_a_member_calling_a_date_a_rumour_does_not_silence_it():
    meeting, one = MeetingFactory(), member(coalition())
    change = dates.propose_change(meeting, new=NewDate(meeting.starts_on, DateStatus.RUMOUR), source=SOURCE, by=one, is_lead=False)
    meeting.refresh_from_db()
    assert (change.is_pending, meeting.date_status) == (True, "confirmed")


def test_near_the_day_only_a_lead_confirms(client, early):
    here = coalition()
    meeting, one, other, boss = MeetingFactory(), member(here), member(here), lead(here)
    change = dates.propose_change(meeting, new=NewDate(meeting.starts_on, DateStatus.PROVISIONAL), source=SOURCE, by=one, is_lead=False)
    early.move_to(NEAR)
    with pytest.raises(RuleBroken, match="a lead answers"):
        dates.confirm_change(change, by=other, is_lead=False)
    client.force_login(other)
    assert "Confirm a change of date" not in client.get(NOW).content.decode()
    assert "Confirm the new date" not in client.get(meeting.get_absolute_url()).content.decode()
    client.force_login(boss)
    assert "Confirm a change of date" in client.get(NOW).content.decode()
    client.post(answer("confirm", change))
    meeting.refresh_from_db()
    assert meeting.date_status == "provisional"


def test_a_member_says_what_is_published_of_an_assumption(client):
    here = coalition()
    deadline, one, other = DeadlineFactory(date_status="assumption"), member(here), member(here)
    client.force_login(one)
    page = client.get(deadline.get_absolute_url()).content.decode()
    address = reverse("calendar_app:deadline-change", args=[deadline.public_id])
    assert f'href="{address}">Enter what is published' in page
    new = {"on": "2028-09-18", "hour": "23:59", "zone": "Europe/Zurich", "status": "confirmed"}
    client.post(address, change_form(deadline, **new) | {"save": "1"})
    dates.confirm_change(DateChange.objects.get(), by=other, is_lead=False)
    deadline.refresh_from_db()
    assert (deadline.date_status, deadline.verified_by) == ("confirmed", other)


@pytest.mark.parametrize("who", [observer, lambda network: None])
def test_observers_propose_nothing(client, who):
    meeting = MeetingFactory()
    her = who(coalition()) or member(coalition("Closed"), is_active=True)
    client.force_login(her)
    expected = 403 if her.memberships.get().role == "observer" else 200
    assert client.get(reverse("calendar_app:date-new")).status_code == expected
    assert client.get(reverse("calendar_app:meeting-change", args=[meeting.public_id])).status_code == expected
