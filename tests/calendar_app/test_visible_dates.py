"""Which dates, changes and reminders one person reads, and what their pages say of others."""

from datetime import date, timedelta

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from amnt.core.errors import RuleBroken
from calendar_app.models import DateChange, DateWatch, Deadline, Meeting, Reminder
from calendar_app.services.attendance import say_attendance
from calendar_app.services.date_watching import stop_watching_date, watch_date
from tests.factories import (
    AssemblyFactory,
    DeadlineFactory,
    FollowUpFactory,
    MeetingFactory,
    ProposalFactory,
    UserFactory,
    coalition,
    lead,
    member,
)

pytestmark = pytest.mark.django_db


# --- Names ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [MeetingFactory, DeadlineFactory])
def test_the_page_of_a_date_names_its_checker_only_to_who_may_know_them(make):
    here, there = coalition("Here"), coalition("There")
    checker, colleague, stranger = lead(here), member(here), lead(there)
    thing = make(verified_by=checker, verified_at=now())
    page = type(thing).objects.for_page
    assert [page(reader).get().checked_by for reader in (checker, colleague, stranger)] == [checker.name, checker.name, ""]
    unchecked = make()
    assert page(checker).get(pk=unchecked.pk).checked_by == ""


def test_a_change_names_who_proposed_and_who_confirmed_only_to_who_may_know_them():
    here, there = coalition("Here"), coalition("There")
    first, second, colleague, stranger = lead(here), lead(here), member(here), lead(there)
    DateChange.objects.create(deadline=DeadlineFactory(), old={}, new={}, proposed_by=first, confirmed_by=second)

    def named(reader):
        change = DateChange.objects.with_names_for(reader).get()
        return change.proposer, change.confirmer

    assert [named(reader) for reader in (first, colleague, stranger)] == [(first.name, second.name)] * 2 + [("", "")]
    DateChange.objects.update(confirmed_by=None)
    assert named(first) == (first.name, "")


# --- Watching ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [MeetingFactory, DeadlineFactory])
def test_what_one_person_watches_is_watched_by_her_alone(make):
    her, other = UserFactory(), UserFactory()
    watched, another = make(), make()

    def seen_by(reader):
        return [type(watched).objects.for_page(reader).get(pk=thing.pk).is_watched for thing in (watched, another)]

    watch_date(watched, by=her)
    assert (seen_by(her), seen_by(other)) == ([True, False], [False, False])
    watch_date(another, by=other)
    watch_date(watched, by=other)
    stop_watching_date(watched, by=her)
    assert (seen_by(her), seen_by(other)) == ([False, False], [True, True])


def test_a_watch_goes_by_the_name_of_what_is_watched():
    her, meeting, deadline = UserFactory(), MeetingFactory(), DeadlineFactory()
    assert [str(DateWatch(user=her, meeting=meeting)), str(DateWatch(user=her, deadline=deadline))] == [meeting.title, deadline.title]


# --- Changes of date --------------------------------------------------------------------------------------------------------


def test_changes_of_an_assembly_are_read_by_all_and_those_of_a_call_by_its_circle():
    here = coalition()
    by, stranger = lead(here), lead(coalition("There"))
    assembly = AssemblyFactory()
    call = MeetingFactory(kind="call", circle=here.everyone, group=None, assembly=assembly)
    public = MeetingFactory(assembly=assembly)
    said = {
        "assembly": {"assembly": assembly},
        "meeting": {"meeting": public},
        "deadline": {"deadline": DeadlineFactory()},
        "call": {"meeting": call},
        "door of the call": {"deadline": DeadlineFactory(meeting=call, kind="document")},
    }
    made = {name: DateChange.objects.create(**target, old={}, new={}, proposed_by=by) for name, target in said.items()}

    def read_by(reader):
        visible = set(DateChange.objects.visible_to(reader))
        return [name for name, change in made.items() if change in visible]

    assert read_by(by) == list(said)
    assert read_by(stranger) == ["assembly", "meeting", "deadline"]
    assert read_by(AnonymousUser()) == []


# --- What is over -----------------------------------------------------------------------------------------------------------


def test_a_meeting_is_over_the_day_after_its_last_one():
    meeting, user = MeetingFactory(starts_on=date(2028, 8, 7), ends_on=date(2028, 8, 11)), UserFactory()
    with time_machine.travel("2028-08-11T23:00:00Z", tick=False):
        say_attendance(meeting, by=user, status="remote", circle=None)
        assert (list(Meeting.objects.ahead()), list(Meeting.objects.past())) == ([meeting], [])
    with time_machine.travel("2028-08-12T01:00:00Z", tick=False), pytest.raises(RuleBroken, match="is over"):
        say_attendance(meeting, by=user, status="going", circle=None)
    with time_machine.travel("2028-08-12T01:00:00Z", tick=False):
        assert (list(Meeting.objects.ahead()), list(Meeting.objects.past())) == ([], [meeting])


@pytest.mark.parametrize(("later", "is_past"), [(timedelta(0), False), (timedelta(seconds=1), True)], ids=["at its instant", "after it"])
def test_a_deadline_is_over_once_its_instant_has_passed(later, is_past):
    deadline = DeadlineFactory()
    with time_machine.travel(deadline.at + later, tick=False):
        assert deadline.is_past == is_past
        assert (Deadline.objects.past().exists(), Deadline.objects.ahead().exists()) == (is_past, not is_past)


# --- Reminders --------------------------------------------------------------------------------------------------------------


def about(name):
    here = coalition()
    things = {
        "deadline": DeadlineFactory,
        "meeting": MeetingFactory,
        "follow_up": lambda: FollowUpFactory(circle=here.everyone, created_by=lead(here)),
        "proposal": ProposalFactory,
    }
    return things[name]()


@pytest.mark.parametrize("name", ["deadline", "meeting", "follow_up", "proposal"])
def test_a_reminder_of_one_thing_is_there_once_and_knows_what_it_is_about(name):
    user, thing, other = UserFactory(), about(name), about(name)
    key = {"user": user, "rule": "RR-01", "offset": 3, "step": "", "version": 1, "send_at": now()}
    reminder = Reminder.objects.create(**key, **{name: thing})
    assert Reminder.objects.get(pk=reminder.pk).target == thing
    with transaction.atomic(), pytest.raises(IntegrityError):
        Reminder.objects.create(**key, **{name: thing})
    for differing in ({name: other}, {"user": UserFactory()}, {"rule": "RR-02"}, {"offset": 1}, {"step": "nudge"}, {"version": 2}):
        Reminder.objects.create(**{**key, name: thing, **differing})
    assert Reminder.objects.count() == 7


def test_a_reminder_is_of_one_thing_and_of_one_alone():
    key = {"user": UserFactory(), "rule": "RR-01", "version": 1, "send_at": now()}
    for things in ({}, {"deadline": DeadlineFactory(), "meeting": MeetingFactory()}):
        with transaction.atomic(), pytest.raises(IntegrityError):
            Reminder.objects.create(**key, **things)


def test_one_reads_one_s_own_reminders():
    deadline, her, other = DeadlineFactory(), UserFactory(), UserFactory()
    hers, _theirs = (Reminder.objects.create(user=user, rule="RR-01", version=1, deadline=deadline, send_at=now()) for user in (her, other))
    assert list(Reminder.objects.visible_to(her)) == [hers]
    assert list(Reminder.objects.visible_to(AnonymousUser())) == []


def test_a_reminder_is_due_at_its_hour_while_it_is_planned():
    deadline, at = DeadlineFactory(), now()
    made = {
        name: Reminder.objects.create(user=UserFactory(), rule="RR-01", version=1, deadline=deadline, **fields)
        for name, fields in {
            "now": {"send_at": at},
            "later": {"send_at": at + timedelta(seconds=1)},
            "sent": {"send_at": at, "state": "sent"},
        }.items()
    }
    assert list(Reminder.objects.due(at)) == [made["now"]]
    assert set(Reminder.objects.due(at + timedelta(minutes=1))) == {made["now"], made["later"]}
