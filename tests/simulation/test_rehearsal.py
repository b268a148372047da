"""The cycle of the last assembly, played in parts from three seeds; what a rehearsal finds where a promise is broken; and that it touches
nothing but its own."""

import os
import re
import smtplib
import subprocess
import sys
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest
from django.conf import settings
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils.timezone import localtime, now, template_localtime

from amnt.mail.messages import Outgoing
from amnt.mail.models import Email
from amnt.management.commands.rehearse import KEPT
from amnt.rehearsal import mail_server
from amnt.rehearsal.clock import simulated_clock
from amnt.rehearsal.engine import Step, rounded_up
from amnt.rehearsal.faults import Faults, Span, faults_of
from amnt.rehearsal.invariants import Broken, Invariants
from amnt.rehearsal.mail_server import Accepted, MailServer
from amnt.rehearsal.playing import rehearse
from amnt.rehearsal.report import Report
from amnt.rehearsal.world import World, span_of
from calendar_app.models import DateWatch, Deadline, Reminder
from calendar_app.reminders import planning
from calendar_app.reminders.emails import ALONE, DIGEST
from tests.factories import AssemblyFactory, DeadlineFactory, FollowUpFactory, MeetingFactory, UserFactory, circle_of, coalition, member

CODE, PEOPLE = "WTSA-24", 6
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
MONDAY = datetime(2024, 9, 2, 9, tzinfo=UTC)


@pytest.fixture
def unreliable_mail(settings):
    settings.MAILERS = {"default": {"BACKEND": mail_server.BACKEND}}


def part(since: int, until: int) -> Span:
    """Days of the cycle, from its beginning."""
    whole = span_of(CODE)
    return Span(whole.begins + since * DAY, whole.begins + until * DAY)


# --- The cycle --------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(("seed", "since", "until"), [(1, 300, 325), (2, 490, 512), (3, 540, 570)])
def test_a_rehearsal_breaks_no_promise(unreliable_mail, seed, since, until):
    played = rehearse(CODE, people=PEOPLE, seed=seed, span=part(since, until))
    report = Report(played)
    lines = list(report.lines())
    assert played.invariants.mails
    assert sum(report.totals()) == sum(everything for _person, _counts, everything in report.rows()) == len(played.invariants.mails)
    assert lines[-1] == f"All invariants held at {played.steps} instants."
    page = report.page()
    assert page.count("<path ") == len(played.invariants.mails)
    assert page.count('<th scope="row">person ') == PEOPLE
    # What was sent stayed in the rehearsal.
    assert not hasattr(mail, "outbox") or mail.outbox == []


# --- It finds what is broken ------------------------------------------------------------------------------------------------

NIGHT = MONDAY.replace(hour=2)
SENTENCE = re.compile(
    r"(.+): (?:person 1|nobody in particular), 2024-\d\d-\d\d \d\d:\d\d UTC: .+\. Reproduce it with --seed 7\.",
)


@pytest.fixture
def world():
    """One person in one coalition, and nothing else."""
    with simulated_clock(MONDAY):
        network = coalition("Open Standards Network")
        world = World(7, AssemblyFactory(), MONDAY, MONDAY + 90 * DAY, [network], [member(network, time_zone="UTC")])
    world.note_names()
    return world


@pytest.fixture
def invariants(world):
    """Which do not compare what is planned: most of these tests plan nothing."""
    return Invariants(world, MailServer(Faults()), planned_again=MONDAY)


def told(world, at=MONDAY, kind=DIGEST, about=None, state="sent", **fields):
    """A mail that was written at this instant, of a date three weeks ahead unless another one is given."""
    [user] = world.people
    if about is None:
        about = {"deadline": DeadlineFactory(kind="visa", at=MONDAY + 21 * DAY)}
        DateWatch.objects.create(user=user, **about)
    email = Email.objects.create(to=user, kind=kind, created_at=at, state=Email.State.ACCEPTED)
    fields = {"rule": "RR-08", "offset": 14, "version": 1, "send_at": at, "state": state, **fields}
    Reminder.objects.create(user=user, email=email, **about, **fields)
    return email


def arrives(invariants, email, at=MONDAY, is_acknowledged=True):
    invariants.server.accepted.append(Accepted(email.public_id, email.to.email, at, is_acknowledged))
    invariants.look(Step(at, is_working=False))


def broken_by(act):
    with pytest.raises(Broken) as found:
        act()
    said = re.fullmatch(
        r"(.+): (person 1|nobody in particular), 20\d\d-\d\d-\d\d \d\d:\d\d UTC: .+\. Reproduce it with --seed 7\.", str(found.value)
    )
    assert said
    return said[1]


@pytest.mark.django_db
def test_a_mail_that_arrives_twice_is_found_unless_its_receipt_was_lost(world, invariants):
    email = told(world)
    arrives(invariants, email, is_acknowledged=False)
    arrives(invariants, email)
    assert invariants.copies == 1
    assert broken_by(lambda: arrives(invariants, email)) == "nothing twice"


@pytest.mark.django_db
def test_a_reminder_told_in_two_mails_is_found(world, invariants):
    arrives(invariants, told(world))
    other = told(world, about={"deadline": DeadlineFactory(at=MONDAY + 9 * DAY)})
    Reminder.objects.filter(email__lt=other).update(email=other)
    assert broken_by(lambda: arrives(invariants, other)) == "nothing twice"


@pytest.mark.django_db
def test_the_same_promise_kept_again_under_another_version_is_found(world, invariants):
    first = told(world)
    arrives(invariants, first)
    deadline = first.reminders.get().deadline
    Deadline.objects.filter(pk=deadline.pk).update(version=2)
    assert broken_by(lambda: arrives(invariants, told(world, about={"deadline": deadline}, version=2))) == "nothing twice"


@pytest.mark.django_db
def test_what_is_past_and_what_is_old_is_found(world, invariants):
    past = told(world, about={"deadline": DeadlineFactory(at=MONDAY - DAY)})
    assert broken_by(lambda: arrives(invariants, past)) == "nothing about the past"
    old = told(world, about={"deadline": DeadlineFactory(at=MONDAY + DAY, version=2)})
    assert broken_by(lambda: arrives(invariants, old)) == "nothing old"
    overdue = {"follow_up": FollowUpFactory(circle=world.coalitions[0].everyone, created_by=world.people[0], due_at=MONDAY - DAY)}
    arrives(invariants, told(world, about=overdue, rule="RR-11", offset=-1))


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["restricted", "delegation", "left"])
def test_what_someone_without_access_is_told_is_found(world, invariants, kind):
    [network], [user] = world.coalitions, world.people
    email = told(world)
    if kind == "left":
        network.memberships.update(left_at=MONDAY)
    else:
        circle = circle_of(network, *([user] if kind == "delegation" else []), kind=kind)
        day = (MONDAY + 5 * DAY).date()
        call = MeetingFactory(kind="call", group=None, circle=circle, at=MONDAY + 5 * DAY, starts_on=day, ends_on=day)
        email = told(world, about={"meeting": call}, rule="RR-04")
    assert broken_by(lambda: arrives(invariants, email)) == "nothing to someone without access"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("at", "due_in", "offset", "rule", "is_fine"),
    [
        pytest.param(NIGHT, 21 * DAY, 14, "RR-08", False, id="at night"),
        pytest.param(NIGHT, DAY / 4, 1, "RR-08", True, id="at night, what could not wait"),
        pytest.param(NIGHT, 10 * DAY, 0, "RR-13", False, id="at night, a date that moved"),
        pytest.param(NIGHT, 1.5 * DAY, 0, "RR-13", True, id="at night, a date that moved and is near"),
        pytest.param(MONDAY - DAY, 21 * DAY, 14, "RR-08", False, id="on Sunday"),
        pytest.param(MONDAY - DAY, 2 * DAY, 1, "RR-08", True, id="on Sunday, the day before"),
        pytest.param(MONDAY, 21 * DAY, 14, "RR-08", True, id="by day"),
    ],
)
def test_what_is_written_in_quiet_hours_is_found(world, invariants, at, due_in, offset, rule, is_fine):
    told(world, at=at, about={"deadline": DeadlineFactory(at=at + due_in)}, offset=offset, rule=rule)
    if is_fine:
        invariants.look(Step(at, is_working=True))
    else:
        assert broken_by(lambda: invariants.look(Step(at, is_working=True))) == "nothing in quiet hours but what may"


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "most"), [(ALONE, 3), (DIGEST, 1)])
def test_one_mail_too_many_on_a_day_is_found(world, invariants, kind, most):
    with simulated_clock(MONDAY):
        for _ in range(most):
            told(world, kind=kind)
        invariants.look(Step(MONDAY, is_working=True))
        told(world, at=MONDAY + DAY / 4, kind=kind)
        assert broken_by(lambda: invariants.look(Step(MONDAY + DAY / 4, is_working=True))) == "caps kept"


@pytest.mark.django_db
def test_a_promise_that_is_forgotten_is_found(world, invariants):
    forgotten = {"deadline": DeadlineFactory(at=MONDAY + 9 * DAY)}
    told(world, about=forgotten, state="planned")
    assert broken_by(lambda: invariants.look(Step(MONDAY, is_working=True))) == "every promise sent or explained"
    Reminder.objects.update(state="sent")
    with simulated_clock(MONDAY):
        invariants.look(Step(MONDAY, is_working=True))
        Reminder.objects.all().delete()
        assert broken_by(lambda: invariants.look(Step(MONDAY, is_working=True))) == "every promise sent or explained"


@pytest.mark.django_db
def test_a_mail_written_where_nothing_was_to_happen_is_found(world, invariants):
    told(world)
    with simulated_clock(MONDAY):
        assert broken_by(lambda: invariants.look(Step(MONDAY, is_working=True, is_between=True))) == "nothing between what is due"
        invariants.look(Step(MONDAY, is_working=True))


def test_minutes_in_between_lie_in_between():
    faults = faults_of(1, begins=MONDAY, ends=MONDAY + 30 * DAY)
    faults.worker_off = [Span(MONDAY, MONDAY + DAY)]
    assert {faults.between(MONDAY, MONDAY + DAY, 1) for _ in range(9)} == {None}
    found = [faults.between(MONDAY + DAY, MONDAY + DAY + 3 * MINUTE, 2) for _ in range(99)]
    assert set(found) == {None, MONDAY + DAY + MINUTE, MONDAY + DAY + 2 * MINUTE}
    assert faults.between(MONDAY + DAY, MONDAY + 2 * DAY, 0) is None
    assert Faults().between(MONDAY, MONDAY + DAY, 1) is None


@pytest.mark.django_db
def test_a_promise_that_planning_by_changes_missed_is_found(world, invariants):
    invariants.planned_again = None
    with simulated_clock(MONDAY):
        planning.plan_all()
        DateWatch.objects.create(user=world.people[0], deadline=DeadlineFactory(kind="visa", at=MONDAY + 21 * DAY), created_at=MONDAY)
        assert broken_by(lambda: invariants.look(Step(MONDAY, is_working=True))) == "every promise sent or explained"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "cause", "decided_at"),
    [("skipped", "", MONDAY), ("missed", "", None), ("sent", "", MONDAY), ("queued", "", MONDAY)],
    ids=["no reason", "not decided", "no mail", "no mail waits"],
)
def test_at_the_end_whatever_was_not_sent_says_why(world, invariants, state, cause, decided_at):
    email = told(world, state=state)
    Reminder.objects.update(cause=cause, decided_at=decided_at, email=None)
    invariants.server.accepted.append(Accepted(email.public_id, email.to.email, MONDAY, True))
    assert broken_by(lambda: invariants.check_end(MONDAY)) == "every promise sent or explained"


@pytest.mark.django_db
def test_at_the_end_the_outbox_and_the_mail_server_agree(world, invariants):
    told(world)
    assert broken_by(lambda: invariants.check_end(MONDAY)) == "every promise sent or explained"


# --- Its clock and its faults -----------------------------------------------------------------------------------------------


def test_the_clock_that_is_set_is_the_one_that_everything_asks():
    before = now()
    with simulated_clock(MONDAY) as clock:
        assert now() == MONDAY
        clock.move_to(MONDAY + DAY)
        assert now() == MONDAY + DAY
        assert localtime(MONDAY) == MONDAY
        assert template_localtime(MONDAY) == MONDAY
    assert now() >= before


def test_nothing_asks_another_clock_for_the_time_of_an_act():
    """What is left reads no time of an act: how long ago one logged in, and which zones have the same clocks today."""
    asked = re.compile(r"datetime\.(?:now|utcnow|today)\(|date\.today\(|[^.]\btime\.time\(|import time_machine")
    found = {
        str(file.relative_to(settings.BASE_DIR))
        for app in ("amnt", "calendar_app", "coalitions", "resolutions")
        for file in (settings.BASE_DIR / app).rglob("*.py")
        if asked.search(file.read_text())
    }
    assert found == {"amnt/accounts/reauthentication.py", "amnt/core/zones.py"}


def test_the_same_seed_draws_the_same_faults():
    span = span_of(CODE)
    first, again, other = (faults_of(seed, begins=span.begins, ends=span.ends) for seed in (1, 1, 2))
    assert (first.worker_off, first.mail_server_down) == (again.worker_off, again.mail_server_down)
    assert first.worker_off != other.worker_off
    assert {first.beats() for _ in range(60)} == {1, 2}
    assert Faults().beats() == 1


def test_instants_are_put_off_to_the_step():
    assert rounded_up(MONDAY, timedelta(minutes=30)) == MONDAY
    assert rounded_up(MONDAY + timedelta(minutes=1), timedelta(minutes=30)) == MONDAY + timedelta(minutes=30)


@pytest.mark.parametrize("fate", ["451", "dropped", "dropped after", "accepted"])
def test_the_mail_server_fails_as_it_is_drawn(unreliable_mail, fate):
    chances = dict(zip(mail_server.Fate, [fate == name for name in ("451", "dropped", "dropped after", "accepted")], strict=True))
    server = MailServer(Faults(), Random(1), chances=chances)
    message = Outgoing("Subject", "Text", "from@example.org", ["to@example.org"], headers={"Message-ID": f"<{UUID(int=1)}@example.org>"})
    refusal = {"451": smtplib.SMTPDataError, "accepted": None}.get(fate, smtplib.SMTPServerDisconnected)
    with pytest.raises(refusal) if refusal else nullcontext():
        server.receive(message)
    assert [one.is_acknowledged for one in server.accepted] == {"dropped after": [False], "accepted": [True]}.get(fate, [])


# --- It touches nothing -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_it_is_refused_where_there_are_people(unreliable_mail):
    UserFactory()
    with pytest.raises(RuntimeError, match="a database of its own"):
        rehearse(CODE, people=PEOPLE, seed=1)


def test_it_is_refused_where_mail_would_really_be_sent():
    with pytest.raises(RuntimeError, match="sends no real mail"):
        mail_server.start(MailServer(Faults()))


def test_its_settings_know_nothing_of_the_instance(tmp_path):
    """Whatever the environment of the instance says, another process is told none of it, and has settings of its own."""
    asks = (
        "from django.conf import settings; print(settings.DATABASES['default']['NAME'], settings.MAILERS['default']['BACKEND'], "
        "settings.CELERY_BROKER_URL, settings.CACHES['default']['BACKEND'].rpartition('.')[2])"
    )
    env = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "amnt.rehearsal.settings", "DEMO": "1", "VAR_DIR": str(tmp_path)}
    env |= {"DATABASE_URL": f"sqlite:///{tmp_path}/instance.sqlite3", "REDIS_URL": "redis://127.0.0.1:1/0", "SMTP_HOST": "mail.example.org"}
    said = subprocess.check_output([sys.executable, "-c", asks], env=env, cwd=settings.BASE_DIR, text=True)
    assert said.split() == [":memory:", mail_server.BACKEND, "memory://", "LocMemCache"]
    assert set(KEPT).isdisjoint({"DATABASE_URL", "REDIS_URL", "SMTP_HOST", "SMTP_PASSWORD", "SECRET_KEY", "FIELD_KEY", "DEADMAN_URL"})


@pytest.mark.parametrize(
    ("arguments", "refused"),
    [
        ([], "Which assembly"),
        ([CODE, "--people", "2"], "people can be rehearsed"),
        (["WTSA-99"], "no assembly “WTSA-99”"),
        ([CODE, "--days", "900", "950"], "outside of the cycle"),
    ],
)
def test_what_the_command_cannot_play_it_says(settings, arguments, refused):
    settings.IS_REHEARSAL = True
    with pytest.raises(CommandError, match=refused):
        call_command("rehearse", *arguments)


def test_the_command_plays_in_a_database_of_its_own(tmp_path):
    """As a host types it: another process, with a page at the end."""
    page = tmp_path / "page.html"
    words = ["manage.py", "rehearse", CODE, "--people", "6", "--seed", "1", "--days", "-45", "-44", "--page", str(page)]
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    done = subprocess.run([sys.executable, *words], env=env, cwd=settings.BASE_DIR, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert "All invariants held at" in done.stdout
    assert page.read_text().startswith("<!doctype html>")
