"""RR-12: who is told what and when, and what no mail about a statement says. AT-P2b-2."""

from datetime import timedelta

import pytest
import time_machine
from django.utils.timezone import now

from amnt.accounts.models import User
from amnt.mail.delivery import deliver_waiting
from amnt.mail.models import Email, Mute
from calendar_app.reminders.statements import remind_of_statements
from coalitions.models import Absence, Statement
from coalitions.statements.services import statements
from tests.accounts.conftest import letters
from tests.coalitions.statements.conftest import ALWAYS, TEXT, opened, say, signer
from tests.factories import circle_of

pytestmark = pytest.mark.django_db
SECRETS = ("Security and rights", "human rights", "Secret House", "Open Standards Network", "Boss", "Signe")


def told(what="reminder"):
    return list(Email.objects.filter(kind="coalitions/statement", about__what=what).order_by("pk").values_list("to__name", flat=True))


@pytest.mark.parametrize("twice", [1, 2])
def test_those_who_have_not_answered_are_reminded_three_times_before_it_closes(ours, boss, twice):
    one, two = signer(ours, "One", name="One", **ALWAYS), signer(ours, "Two", name="Two", **ALWAYS)
    start = now()
    statement = opened(ours, boss, hours=100)
    say(statement, two)
    found = []
    for hour in (1, 27, 29, 75, 77, 95, 97, 99):
        with time_machine.travel(start + timedelta(hours=hour), tick=False):
            found += [hour] * sum(remind_of_statements() for _ in range(twice))
    assert found == [29, 77, 97]
    assert told() == ["One", "One", "One"]
    assert one.name == "One"


def test_an_extension_reminds_again_and_what_passed_before_opening_is_left_out(ours, boss):
    signer(ours, "One", name="One", **ALWAYS)
    start = now()
    statement = opened(ours, boss, hours=30)
    assert remind_of_statements() == 0
    with time_machine.travel(start + timedelta(hours=7), tick=False):
        assert remind_of_statements() == 1
        statements.move_closing(statement, closes_at=start + timedelta(hours=50), by=boss)
        assert remind_of_statements() == 0
    with time_machine.travel(start + timedelta(hours=27), tick=False):
        assert remind_of_statements() == 1


@time_machine.travel("2028-05-17T09:00:00Z", tick=False)
def test_who_is_away_is_reminded_once_she_is_back_if_it_is_still_open(ours, boss):
    """An absence ends with a day, so the hour at which it is declared is a certain one."""
    one, two = signer(ours, "One", name="One", **ALWAYS), signer(ours, "Two", name="Two", **ALWAYS)
    start = now()
    opened(ours, boss, hours=100)
    for person, days in ((one, 1), (two, 9)):
        Absence.objects.create(user=person, starts_on=start.date(), ends_on=(start + timedelta(days=days)).date())
    found = []
    for hour in (29, 71, 77, 97):
        with time_machine.travel(start + timedelta(hours=hour), tick=False):
            found.append(remind_of_statements())
    assert found == [0, 1, 1, 1]
    assert told() == ["One", "One", "One"]


def test_no_reminder_in_quiet_hours_but_the_last_nor_to_whom_stopped_them(ours, boss):
    signer(ours, "One", name="One", time_zone="UTC", quiet_from="20:00", quiet_to="08:00", weekend=User.Weekend.NONE)
    two = signer(ours, "Two", name="Two", **ALWAYS)
    Mute.objects.create(user=two, kind="RR-12")
    with time_machine.travel("2028-09-12T01:00:00Z", tick=False):
        statement = opened(ours, boss, hours=25)
    Statement.objects.filter(pk=statement.pk).update(closes_at="2028-09-13T23:30:00Z")
    with time_machine.travel("2028-09-12T23:40:00Z", tick=False):
        assert remind_of_statements() == 0
    with time_machine.travel("2028-09-13T08:10:00Z", tick=False):
        assert remind_of_statements() == 1
    with time_machine.travel("2028-09-13T20:10:00Z", tick=False):
        assert remind_of_statements() == 1


def test_what_happens_in_quiet_hours_is_told_after_them_unless_it_is_too_late(ours, boss):
    night = {"time_zone": "UTC", "quiet_from": "20:00", "quiet_to": "08:00", "weekend": User.Weekend.NONE}
    signer(ours, "One", name="One", **night)
    with time_machine.travel("2028-09-12T23:00:00Z", tick=False):
        statement = opened(ours, boss, hours=30)
        opened(ours, boss, hours=11)
        assert Email.objects.waiting().count() == 1
        statements.close_now(statement, by=boss)
    found = Email.objects.filter(kind="coalitions/statement").order_by("pk")
    hours = [(email.about["what"], f"{email.not_before:%d %H:%M}") for email in found]
    assert hours == [("opened", "13 08:00"), ("opened", "12 23:00"), ("closed", "13 08:00")]


def test_a_change_is_told_and_the_step_that_passed_before_it_is_left_out(ours, boss):
    signer(ours, "One", name="One", **ALWAYS)
    start = now()
    statement = opened(ours, boss, hours=40)
    with time_machine.travel(start + timedelta(hours=1), tick=False):
        statements.move_closing(statement, closes_at=start + timedelta(hours=20), by=boss)
        assert remind_of_statements() == 0
    with time_machine.travel(start + timedelta(hours=17), tick=False):
        statements.write_version(statement, text=TEXT + " Now.", by=boss)
        assert remind_of_statements() == 0
    assert (told("moved"), told("changed"), told()) == (["One"], ["One"], [])


@pytest.mark.parametrize("level", User.MailLevel.values)
@pytest.mark.parametrize("restricted", [False, True])
def test_what_a_mail_says_at_each_level(ours, boss, level, restricted):
    ours.mail_ceiling = User.MailLevel.DETAILED
    ours.save()
    one = signer(ours, "Secret House", name="Signe One", mail_level=level)
    circle = circle_of(ours, boss, one, name="Secret circle") if restricted else ours.everyone
    statement = opened(ours, boss, circle=circle)
    statements.write_version(statement, text="Other human rights", by=boss)
    statements.move_closing(statement, closes_at=now() + timedelta(days=9), by=boss)
    deliver_waiting()
    found = [letter for letter in letters() if letter.address == one.email]
    assert len(found) == 2  # the first was about a text that has been replaced
    said = "".join(letter.subject + letter.text + letter.html for letter in found)
    shows_title = level == User.MailLevel.DETAILED and not restricted
    assert [word for word in (*SECRETS, "Secret circle") if word in said] == (["Security and rights"] if shows_title else [])
    assert ("joint statement" in said) == (level != User.MailLevel.DISCREET)


def test_a_low_ceiling_of_a_coalition_holds(ours, boss):
    ours.mail_ceiling = User.MailLevel.DISCREET
    ours.save()
    one = signer(ours, "Secret House", mail_level=User.MailLevel.DETAILED)
    opened(ours, boss)
    deliver_waiting()
    [letter] = [letter for letter in letters() if letter.address == one.email]
    assert "joint statement" not in letter.text
    assert "Security" not in letter.text


def test_nothing_is_sent_once_it_was_answered_or_to_whom_lost_the_mandate(ours, boss):
    one, two = signer(ours, "One"), signer(ours, "Two")
    statement = opened(ours, boss)
    say(statement, one)
    two.memberships.get().mandate.delete()
    deliver_waiting()
    assert [letter for letter in letters() if letter.address in (one.email, two.email)] == []


@pytest.mark.parametrize("level", User.MailLevel.values)
def test_at_the_end_everyone_who_may_answer_is_told(ours, boss, level):
    one, two = signer(ours, "House One", name="One", mail_level=level), signer(ours, "House Two", name="Two", inside=True)
    statement = opened(ours, boss)
    say(statement, one, inside=True)
    statements.close_now(statement, by=boss)
    assert told("closed") == ["One", two.name]
    deliver_waiting()
    [letter] = [letter for letter in letters() if letter.address == one.email]  # what asked is not sent any more
    said = {sentence: sentence in letter.text for sentence in ("has closed", "1 endorsing · 1 no answer", "House")}
    assert said == {"has closed": level != "discreet", "1 endorsing · 1 no answer": level != "discreet", "House": False}
