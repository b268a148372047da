"""Undoing what one said of a date or a resolution, and the mail about an act that was undone."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from amnt.core.notices import undo_token
from calendar_app import tasks
from calendar_app.models import Attendance, DateWatch, DeadlineAnswer, Reminder
from coalitions.services import follow_up_undo, follow_ups
from resolutions.models import RegionWatch, Watch
from resolutions.services import watching
from tests.calendar_app.reminding import a_minute, mails_to, moment, rows
from tests.factories import DeadlineFactory, MeetingFactory, RegionalGroupFactory, ResolutionFactory, UserFactory, circle_of, lead, member

pytestmark = pytest.mark.django_db

UNDONE = "Undone: it is as it was before."
CHANGED = "You have changed this since: nothing was undone."


@pytest.fixture
def user(client):
    user = UserFactory()
    client.force_login(user)
    return user


def post(client, name, *args, **data):
    answer = client.post(reverse(name, args=args), data)
    return [undo_token(message.extra_tags) for message in answer.wsgi_request._messages][-1]


def take_back(client, token: str) -> str:
    answer = client.post(reverse("undo"), {"token": token})
    return [str(message) for message in answer.wsgi_request._messages][-1]


# --- Watching -------------------------------------------------------------------------------------------------------


def test_a_resolution_is_watched_again_as_it_was(client, user):
    resolution = ResolutionFactory(number=50)
    long_ago = now() - timedelta(days=30)
    watching.watch(user, resolution, Watch.Scope.OPERATIVE)
    Watch.objects.update(created_at=long_ago)

    token = post(client, "resolutions:watch", "50", scope="none")
    assert not Watch.objects.exists()

    assert take_back(client, token) == UNDONE
    assert Watch.objects.values_list("scope", "created_at").get() == ("operative", long_ago)


def test_a_scope_changed_by_one_tap_is_changed_back(client, user):
    watching.watch(user, ResolutionFactory(number=50), Watch.Scope.OPERATIVE)

    assert take_back(client, post(client, "resolutions:watch", "50", scope="all")) == UNDONE
    assert Watch.objects.get().scope == "operative"


@pytest.mark.parametrize("was_watched", [False, True])
def test_a_region_is_watched_or_not_as_before(client, user, was_watched):
    group = RegionalGroupFactory()
    if was_watched:
        watching.watch_region(user, group)

    token = post(client, "resolutions:region-watch", "ATU", scope="none" if was_watched else "all")
    assert RegionWatch.objects.exists() != was_watched

    assert take_back(client, token) == UNDONE
    assert RegionWatch.objects.exists() == was_watched


@pytest.mark.parametrize(("name", "make"), [("meeting-watch", MeetingFactory), ("deadline-watch", DeadlineFactory)])
@pytest.mark.parametrize("was_watched", [False, True])
def test_a_date_is_watched_or_not_as_before(client, user, name, make, was_watched):
    date = make()
    if was_watched:
        post(client, f"calendar_app:{name}", date.public_id)

    token = post(client, f"calendar_app:{name}", date.public_id)
    assert DateWatch.objects.exists() != was_watched

    assert take_back(client, token) == UNDONE
    assert DateWatch.objects.exists() == was_watched


def test_what_one_changed_since_is_not_undone(client, user):
    date, resolution = MeetingFactory(), ResolutionFactory(number=50)
    of_date = post(client, "calendar_app:meeting-watch", date.public_id)
    of_resolution = post(client, "resolutions:watch", "50", scope="all")
    post(client, "calendar_app:meeting-watch", date.public_id)
    watching.watch(user, resolution, Watch.Scope.OPERATIVE)

    assert (take_back(client, of_date), take_back(client, of_resolution)) == (CHANGED, CHANGED)
    assert (DateWatch.objects.count(), Watch.objects.get().scope) == (0, "operative")


def test_watching_what_one_watches_already_offers_nothing_to_undo(client, user):
    watching.watch(user, ResolutionFactory(number=50))

    assert post(client, "resolutions:watch", "50", scope="all") == ""


# --- Going ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [{"status": "not"}, {"status": "registered", "circle": ""}, {"take_back": "1"}])
def test_what_was_said_of_going_is_said_again_to_the_same_people(client, network, data):
    user = member(network)
    circle, meeting = circle_of(network, user), MeetingFactory()
    client.force_login(user)
    Attendance.objects.create(user=user, meeting=meeting, status="going", circle=circle)

    token = post(client, "calendar_app:meeting-attendance", meeting.public_id, **data)
    assert not Attendance.objects.filter(status="going").exists()

    assert take_back(client, token) == UNDONE
    assert Attendance.objects.values_list("status", "circle").get() == ("going", circle.pk)


def test_having_said_nothing_is_restored_too(client, user):
    meeting = MeetingFactory()

    assert take_back(client, post(client, "calendar_app:meeting-registered", meeting.public_id)) == UNDONE
    assert not Attendance.objects.exists()


@pytest.mark.parametrize("said_before", ["", "not-needed"])
def test_an_answer_about_registration_is_undone_with_what_it_did(client, user, said_before):
    assembly = MeetingFactory(kind="assembly", group=None)
    door = DeadlineFactory(kind="registration", assembly=assembly.assembly)
    Attendance.objects.create(user=user, meeting=assembly, status="going")
    if said_before:
        post(client, "calendar_app:deadline-answer", door.public_id, answer=said_before)

    token = post(client, "calendar_app:deadline-answer", door.public_id, answer="done")
    assert Attendance.objects.get().status == "registered"

    assert take_back(client, token) == UNDONE
    assert (Attendance.objects.get().status, DeadlineAnswer.objects.get().answer) == ("going", said_before or "open")


# --- The mail -------------------------------------------------------------------------------------------------------


def do_and_undo(follow_up, user, do, *, between=lambda: None):
    before = follow_up_undo.state_before(follow_up)
    do(follow_up, by=user)
    about = follow_up_undo.act_to_undo(before, by=user)
    between()
    follow_up_undo.undo_act(about, by=user)


def asked(network, **fields):
    boss, user = lead(network), member(network)
    about = {"circle": network.everyone, "title": "Ask the ministry", "due_at": moment(30)} | fields
    return boss, user, follow_ups.accept(follow_ups.create(by=boss, owner=user, **about), by=user)


def test_nobody_is_told_of_what_was_undone_before_the_clock_saw_it(clock, network):
    boss, user, follow_up = asked(network)
    tasks.tick()

    do_and_undo(follow_up, user, follow_ups.done)
    tasks.tick()

    assert [row[2] for row in rows(boss, rule="RR-09")] == ["accepted"]


def test_a_mail_that_is_still_held_is_cancelled(clock, network):
    boss, user, follow_up = asked(network)
    a_minute()

    do_and_undo(follow_up, user, follow_ups.done, between=tasks.tick)
    clock.move_to(moment(5))
    a_minute()

    assert [row[2:4] for row in rows(boss, rule="RR-09")] == [("accepted", "sent"), ("done", "skipped")]
    assert not any("Done" in text for _subject, text in mails_to(boss))


def test_a_mail_that_went_out_is_corrected_by_one_line_of_the_next_digest(clock, network):
    boss, user, follow_up = asked(network)
    boss.mail_level = "detailed"
    boss.save()

    a_minute()

    def the_digest_goes_out():
        tasks.tick()
        clock.move_to(moment(5))
        a_minute()
        assert ("done", "sent") in [row[2:4] for row in rows(boss, rule="RR-09")]

    do_and_undo(follow_up, user, follow_ups.done, between=the_digest_goes_out)
    a_minute()
    clock.move_to(moment(6))
    a_minute()

    assert [row[2:4] for row in rows(boss, rule="RR-09") if row[2] == "undone"] == [("undone", "sent")]
    assert "Undone: the last message about it no longer applies" in mails_to(boss)[-1][1]


def test_who_was_told_that_she_was_asked_is_told_that_it_no_longer_holds(clock, network):
    boss, _user, follow_up = asked(network)
    other = member(network, mail_level="detailed")
    a_minute()

    def the_digest_goes_out():
        tasks.tick()
        clock.move_to(moment(4, 12))
        a_minute()
        assert ("assigned", "sent") in [row[2:4] for row in rows(other, rule="RR-09")]

    do_and_undo(follow_up, boss, lambda row, by: follow_ups.assign(row, to=other, by=by), between=the_digest_goes_out)
    a_minute()
    clock.move_to(moment(6))
    a_minute()

    assert rows(other, rule="RR-09")[-1][2:4] == ("undone", "sent")
    assert "Undone: the last message about it no longer applies" in mails_to(other)[-1][1]


def test_nobody_hears_that_she_was_asked_when_that_was_undone_before(clock, network):
    boss, _user, follow_up = asked(network)
    other = member(network, mail_level="detailed")
    a_minute()

    do_and_undo(follow_up, boss, lambda row, by: follow_ups.assign(row, to=other, by=by), between=tasks.tick)
    clock.move_to(moment(6))
    a_minute()

    assert ({row[3] for row in rows(other, rule="RR-09")}, mails_to(other)) == ({"skipped"}, [])


def test_of_a_delegation_nobody_is_mailed_either_way(clock, network):
    boss, user = lead(network), member(network)
    circle = circle_of(network, boss, user, kind="delegation", name="Delegation")
    follow_up = follow_ups.create(circle=circle, title="Ask", due_at=moment(30), by=boss, owner=user)

    do_and_undo(follow_up, user, follow_ups.decline, between=tasks.tick)
    tasks.tick()

    assert not Reminder.objects.filter(user=boss).exists()
