"""Snoozing a date and being done with it: for oneself alone, and never beyond the date."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from amnt.core.errors import RuleBroken
from calendar_app import tasks
from calendar_app.models import DateSilence, Reminder
from calendar_app.reminders.preview import outlook_of
from calendar_app.services.date_silences import be_done_with, choices_of_snoozing, remind_again, snooze_date
from coalitions.domain.snoozing import SnoozeUntil
from resolutions.models import Watch
from tests.calendar_app.reminding import a_minute, mails_to, moment, rows
from tests.factories import DeadlineFactory, MeetingFactory, ResolutionFactory, circle_of, coalition, lead, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def network():
    return coalition("Open Standards Network", mail_ceiling="detailed")


@pytest.fixture
def watchers(network):
    """Two who watch a resolution, in Nairobi."""
    people = [member(network, time_zone="Africa/Nairobi") for _ in range(2)]
    for user in people:
        Watch.objects.create(user=user, resolution=ResolutionFactory())
    return people


def planned(user):
    return [(row[1], row[2]) for row in rows(user, state="planned")]


def test_done_silences_that_person_only(clock, network, watchers):
    her, other = watchers
    deadline = DeadlineFactory()
    tasks.tick()
    be_done_with(deadline, by=her)
    tasks.tick()
    assert planned(her) == []
    assert {row[4] for row in rows(her)} == {"snoozed"}
    assert planned(other) == [(14, ""), (3, ""), (1, "")]
    remind_again(deadline, by=her)
    tasks.tick()
    assert planned(her) == [(14, ""), (3, ""), (1, "")]


def test_done_a_second_before_the_mail_sends_nothing(clock, network, watchers):
    her, other = watchers
    deadline = DeadlineFactory()
    tasks.tick()
    clock.move_to(moment(4, 6))
    be_done_with(deadline, by=her)
    a_minute()
    assert [len(mails_to(user)) for user in (her, other)] == [0, 1]


@pytest.mark.parametrize(
    ("until", "comes"),
    [
        (SnoozeUntil.TOMORROW, ["13 put-off Tue 05 Sep 08:30", "3  Fri 15 Sep 08:30", "1  Sun 17 Sep 08:30"]),
        (SnoozeUntil.MONDAY, ["7 put-off Mon 11 Sep 08:30", "3  Fri 15 Sep 08:30", "1  Sun 17 Sep 08:30"]),
        (SnoozeUntil.THREE_DAYS_BEFORE, ["3  Fri 15 Sep 08:30", "1  Sun 17 Sep 08:30"]),
    ],
)
def test_snoozed_it_comes_back_once_then_and_no_sooner(clock, network, watchers, until, comes):
    """An hour before the fourteen days are told."""
    her, other = watchers
    deadline = DeadlineFactory()
    tasks.tick()
    clock.move_to(moment(4, 4))
    snooze_date(deadline, until=until, by=her)
    tasks.tick()
    planned = Reminder.objects.planned().filter(user=her).order_by("send_at")
    zone = ZoneInfo("Africa/Nairobi")
    assert [f"{row.offset} {row.step} {row.send_at.astimezone(zone):%a %d %b %H:%M}" for row in planned] == comes
    for row in list(planned):
        clock.move_to(row.send_at + timedelta(minutes=1))
        a_minute()
    assert len(mails_to(her)) == len(comes)
    assert {row[3] for row in rows(other)} == {"sent"}


def test_it_is_never_snoozed_beyond_the_date(clock, network, watchers):
    her, _other = watchers
    deadline = DeadlineFactory(at=moment(2, 12))
    assert choices_of_snoozing(deadline, her) == [SnoozeUntil.TOMORROW]
    for until in (SnoozeUntil.MONDAY, SnoozeUntil.THREE_DAYS_BEFORE):
        with pytest.raises(RuleBroken, match="cannot be snoozed until then"):
            snooze_date(deadline, until=until, by=her)
    assert not DateSilence.objects.exists()


def test_a_date_that_moved_before_the_end_of_its_snooze_is_told_afresh(clock, network, watchers):
    her, _other = watchers
    deadline = DeadlineFactory(at=moment(25, 6))
    tasks.tick()
    snooze_date(deadline, until=SnoozeUntil.THREE_DAYS_BEFORE, by=her)
    deadline.at = moment(20, 6)
    deadline.save()
    tasks.tick()
    assert planned(her) == [(14, ""), (3, ""), (1, "")]


def test_what_is_planned_and_what_was_held_back_stand_on_the_page(clock, network, watchers, client):
    her, _other = watchers
    deadline = DeadlineFactory()
    tasks.tick()
    be_done_with(deadline, by=her)
    assert outlook_of(her).will_be_sent() == []
    clock.move_to(moment(5, 6))
    a_minute()
    outlook = outlook_of(her)
    assert [post.items[0].cause for post in outlook.held_back()] == ["you snoozed it, or are done with it"]
    client.force_login(her)
    page = client.get("/reminders/").content.decode()
    assert "What was held back, and why" in page
    assert "you snoozed it, or are done with it" in page


@pytest.mark.parametrize("kind", ["deadline", "meeting"])
def test_buttons_on_the_page_of_a_date_change_ones_own_reminders(clock, network, watchers, client, kind):
    her, _other = watchers
    date = (
        DeadlineFactory() if kind == "deadline" else MeetingFactory(starts_on=moment(20).date(), ends_on=moment(20).date(), at=moment(20))
    )
    client.force_login(her)
    url = reverse(f"calendar_app:{kind}-remind", args=[date.public_id])
    assert "Snooze until three days before" in client.get(date.get_absolute_url()).content.decode()
    assert client.post(url, {"act": "three-days-before"}).headers["location"] == date.get_absolute_url()
    page = client.get(date.get_absolute_url()).content.decode()
    assert ("Snoozed" in page, "Remind me again" in page) == (True, True)
    client.post(url, {"act": "again"})
    client.post(url, {"act": "done"})
    assert DateSilence.objects.get().state == "done"
    assert client.post(url, {"act": "for ever"}).status_code == 404


def test_a_date_one_may_not_see_cannot_be_snoozed(clock, network, client):
    boss = lead(network)
    call = MeetingFactory(kind="call", group=None, circle=circle_of(network, boss))
    client.force_login(member(network))
    assert client.post(reverse("calendar_app:meeting-remind", args=[call.public_id]), {"act": "done"}).status_code == 404
