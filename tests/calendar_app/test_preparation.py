"""Registration, visa and funding of an assembly reach everyone who may go, until she says that they are settled."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from calendar_app import tasks
from calendar_app.models import Attendance, DateWatch, DeadlineAnswer, Reminder
from calendar_app.read_models.preparation import PreparationCount, preparation_count, to_prepare
from tests.calendar_app.reminding import a_minute, mails_to, moment, rows
from tests.factories import AssemblyFactory, DeadlineFactory, MeetingFactory, lead, member

pytestmark = pytest.mark.django_db

OPENS = date(2029, 2, 13)


class World:
    """An assembly 165 days ahead, with its meeting, a visa to ask for and a registration."""

    def __init__(self, network):
        self.network = network
        self.assembly = AssemblyFactory(code="WTSA-29", starts_on=OPENS, ends_on=OPENS + timedelta(days=9))
        self.sitting = MeetingFactory(
            kind="assembly", assembly=self.assembly, starts_on=OPENS, ends_on=self.assembly.ends_on, group=None, has_hour=False
        )
        self.visa = self.deadline("visa", 45)
        self.registration = self.deadline("registration", 30)

    def deadline(self, kind, days_before, **fields):
        at = moment(1, 11).replace(year=OPENS.year, month=OPENS.month, day=OPENS.day) - timedelta(days=days_before)
        return DeadlineFactory(kind=kind, assembly=self.assembly, at=at, has_hour=False, title_en=f"The {kind}", **fields)

    def goes(self, user, status="going"):
        Attendance.objects.update_or_create(user=user, meeting=self.sitting, defaults={"status": status})
        return user

    def say(self, client, user, deadline, answer):
        client.force_login(user)
        return client.post(reverse("calendar_app:deadline-answer", args=[deadline.public_id]), {"answer": answer}, follow=True)


@pytest.fixture
def world(clock, network):
    return World(network)


def planned(user, rule):
    return [row[1] for row in rows(user, rule=rule, state="planned")]


@pytest.mark.parametrize(
    ("status", "registration", "visa"),
    [
        (None, [], []),
        ("going", [120, 90, 60, 30], [90, 75, 60, 45]),
        ("remote", [120, 90, 60, 30], []),
        ("registered", [], [90, 75, 60, 45]),
        ("not", [], []),
    ],
)
def test_whoever_may_go_is_told_before_the_opening(world, status, registration, visa):
    user = member(world.network)
    if status:
        world.goes(user, status)
    tasks.tick()
    assert (planned(user, "RR-07"), planned(user, "RR-08")) == (registration, visa)


def test_the_days_are_counted_from_the_opening_and_not_from_the_door(world):
    user = world.goes(member(world.network))
    tasks.tick()
    days = [(OPENS - row.send_at.date()).days for row in Reminder.objects.filter(user=user, rule="RR-07").order_by("send_at")]
    assert days == [120, 90, 60, 32]  # the thirtieth is a Sunday: the Friday before


@pytest.mark.parametrize(("answer", "left"), [("done", []), ("not-needed", []), ("open", [90, 75, 60, 45])])
def test_it_ends_when_she_says_so_and_begins_again(world, client, clock, answer, left):
    user = world.goes(member(world.network))
    DateWatch.objects.create(user=user, deadline=world.visa)
    tasks.tick()
    world.say(client, user, world.visa, "done")
    clock.shift(60)
    tasks.tick()
    assert planned(user, "RR-08") == []
    world.say(client, user, world.visa, answer)
    clock.shift(60)
    tasks.tick()
    # The date that she watches begins again too.
    assert sorted(planned(user, "RR-08"), reverse=True) == ([*left, 14, 3, 1] if left else [])


def test_what_was_settled_a_minute_ago_is_not_sent(world, client, clock):
    user = world.goes(member(world.network))
    tasks.tick()
    clock.move_to(Reminder.objects.filter(user=user, rule="RR-08").earliest("send_at").send_at)
    DeadlineAnswer.objects.create(user=user, deadline=world.visa, answer="not-needed")
    a_minute()
    assert not any("The visa" in text for _subject, text in mails_to(user))


def test_the_mail_says_until_when_and_how_it_ends(world, clock):
    user = world.goes(member(world.network))
    tasks.tick()
    clock.move_to(Reminder.objects.filter(user=user, rule="RR-07").earliest("send_at").send_at)
    a_minute()
    [(subject, text)] = mails_to(user)
    assert subject == "In 90 days: The registration"
    assert "Say “done” or “not needed” in the agenda, and you will not be reminded of it again." in text
    assert "Sun, 14 Jan 2029" in text


def test_registration_that_is_done_makes_her_registered(world, client):
    user = world.goes(member(world.network))
    circle = world.network.everyone
    Attendance.objects.update(circle=circle)
    world.say(client, user, world.registration, "done")
    assert Attendance.objects.values_list("status", "circle").get() == ("registered", circle.pk)


@pytest.mark.parametrize(("method", "answer", "status"), [("post", "maybe", 404), ("post", "", 404), ("get", "done", 405)])
def test_only_a_post_with_an_answer_acts(world, client, method, answer, status):
    client.force_login(member(world.network))
    address = reverse("calendar_app:deadline-answer", args=[world.visa.public_id])
    assert getattr(client, method)(address, {"answer": answer}).status_code == status
    assert DeadlineAnswer.objects.count() == 0


def test_the_door_of_another_meeting_is_not_settled_this_way(world, client):
    door = DeadlineFactory(kind="registration", meeting=MeetingFactory())
    page = world.say(client, member(world.network), door, "done").text
    assert "Only registration, visa and funding of an assembly can be answered here." in page
    assert DeadlineAnswer.objects.count() == 0


@pytest.mark.parametrize("name", ["deadline", "assembly", "now", "reminders"])
def test_it_is_one_tap_on_every_page_that_shows_it(world, client, clock, name):
    user = world.goes(member(world.network))
    clock.move_to(moment(1, month=11))
    client.force_login(user)
    address = {
        "deadline": world.visa.get_absolute_url(),
        "assembly": reverse("calendar_app:assembly", args=[world.assembly.code]),
        "now": "/",
        "reminders": reverse("calendar_app:reminders"),
    }[name]
    act = reverse("calendar_app:deadline-answer", args=[world.visa.public_id])
    assert act in client.get(address).text
    page = client.post(act, {"answer": "done", "next": address}, follow=True)
    assert page.redirect_chain == [(address, 302)]
    assert "Noted: done." in page.text
    # Where everything is listed, it stays and may be taken back.
    assert (act in client.get(address).text) == (name in ("deadline", "assembly"))


@pytest.mark.parametrize(
    ("status", "answer", "queries"),
    [("", "", 10), ("going", "", 11), ("remote", "", 11), ("", "open", 11)],
)
def test_the_first_page_asks_what_to_settle_only_of_who_may_go(world, client, clock, django_assert_num_queries, status, answer, queries):
    user = member(world.network)
    elsewhere = MeetingFactory(kind="regional", starts_on=OPENS - timedelta(days=40), ends_on=OPENS - timedelta(days=38))
    Attendance.objects.create(user=user, meeting=elsewhere, status="going")
    if status:
        world.goes(user, status)
    if answer:
        DeadlineAnswer.objects.create(user=user, deadline=world.visa, answer=answer)
    clock.move_to(moment(1, month=11))
    client.force_login(user)
    client.get("/")
    with django_assert_num_queries(queries):
        page = client.get("/")
    assert ("h-prepare" in page.text) == bool(status or answer)


def test_nobody_else_sees_her_answer(world, client):
    user, boss = world.goes(member(world.network, name="Quixote Traveller")), lead(world.network)
    world.say(client, user, world.visa, "not-needed")
    client.force_login(boss)
    page = client.get(world.visa.get_absolute_url()).text
    assert "Quixote" not in page
    assert "fewer than 3 may go" in page
    assert [row.answer for row in to_prepare(world.goes(boss), assembly=world.assembly)] == ["", ""]


@pytest.mark.parametrize(
    ("going", "settled", "known"),
    [(2, 1, (None, None)), (3, 0, (3, None)), (5, 2, (5, None)), (4, 3, (4, None)), (4, 4, (4, 4)), (6, 3, (6, 3))],
)
def test_leads_see_numbers_and_none_of_few(world, going, settled, known):
    boss = lead(world.network)
    for number in range(going):
        user = world.goes(member(world.network))
        if number < settled:
            DeadlineAnswer.objects.create(user=user, deadline=world.visa, answer="done")
    world.goes(member(world.network), "not")
    led = set(boss.memberships.values_list("coalition", flat=True))
    assert preparation_count(world.visa, led=led) == PreparationCount(*known)


def test_members_are_shown_no_numbers(world, client):
    client.force_login(member(world.network))
    assert "may go" not in client.get(world.visa.get_absolute_url()).text
