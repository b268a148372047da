"""A way back for someone who lost her mailbox or every second factor: told at both addresses, delayed, and easy to stop."""

import re
from datetime import timedelta
from io import StringIO
from urllib.parse import urlsplit

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from amnt.accounts import tasks
from amnt.accounts.models import AccountRecovery, User
from amnt.accounts.permissions import has_second_factor
from amnt.accounts.services import recoveries
from amnt.core.errors import RuleBroken
from amnt.encryption.keys import is_encrypted
from amnt.encryption.stored import encrypts
from tests.accounts.conftest import is_in, letters, log_in, retention_runs
from tests.factories import UserFactory, coalition, lead

pytestmark = pytest.mark.django_db

NEW = "wanjiru@new.example"
NEW_PASSWORD = "millet under a wider sky"
AFTER = timedelta(days=3, minutes=1)


@pytest.fixture
def with_app(wanjiru):
    TOTP.activate(wanjiru, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(wanjiru)
    return wanjiru


@pytest.fixture
def boss():
    return lead(coalition())


def stop_path(text: str) -> str:
    return urlsplit(re.search(r"http\S+/stop/", text)[0]).path


def set_password_by_mail(client, email, password=NEW_PASSWORD) -> None:
    client.post(reverse("account_reset_password"), {"email": email})
    text = next(letter.text for letter in reversed(letters()) if "/password/reset/key/" in letter.text)
    path = urlsplit(re.search(r"http\S+/password/reset/key/\S+", text)[0]).path
    client.post(client.get(path, follow=True).request["PATH_INFO"], {"password1": password})
    log_in(client, email, password)


def test_lost_factors_are_gone_after_three_days_and_the_mailbox_lets_in(client, with_app, boss):
    phone = Client()
    phone.force_login(with_app)
    recoveries.start_recovery(with_app, by=boss)
    tasks.carry_out_recoveries()
    assert has_second_factor(with_app)
    with time_machine.travel(now() + AFTER, tick=False):
        tasks.carry_out_recoveries()
        tasks.carry_out_recoveries()
        assert (Authenticator.objects.count(), AccountRecovery.objects.filter(done_at=None).count()) == (0, 0)
        assert phone.get(reverse("accounts:profile")).status_code == 302
        assert log_in(client).status_code == 200, "the old password opens nothing"
        set_password_by_mail(client, with_app.email)
        assert is_in(client)
    assert [letter.subject for letter in letters()][:2] == ["A recovery of your account was requested", "Your account was recovered"]


def test_a_lost_mailbox_is_replaced_and_the_factors_stay_required(client, with_app, boss):
    recoveries.start_recovery(with_app, by=boss, new_address=NEW, removes_factors=False)
    with time_machine.travel(now() + AFTER, tick=False):
        tasks.carry_out_recoveries()
        with_app.refresh_from_db()
        assert with_app.email == NEW
        assert log_in(client, NEW).url == reverse("mfa_authenticate")
    assert [letter.address for letter in letters()] == ["wanjiru@example.org", NEW] * 2


def test_both_addresses_are_told_and_neither_learns_the_other(wanjiru, boss):
    recoveries.start_recovery(wanjiru, by=boss, new_address=NEW)
    old, new = letters()
    assert (old.address, new.address) == ("wanjiru@example.org", NEW)
    assert NEW not in old.text + old.html
    assert "wanjiru@example.org" not in new.text + new.html
    for letter in (old, new):
        assert "Two leads of your coalition asked" in letter.text
        assert "Open Standards Network" not in letter.text + letter.html


@pytest.mark.parametrize("number", [0, 1])
def test_the_link_in_either_mail_stops_it_without_log_in(client, with_app, boss, number):
    recoveries.start_recovery(with_app, by=boss, new_address=NEW)
    path = stop_path(letters()[number].text)
    page = client.get(path).content.decode()
    assert "Stop the recovery of your account?" in page
    assert recoveries.open_recovery(with_app), "a robot that opens the link stops nothing"
    assert "nothing will" in client.post(path).content.decode()
    with time_machine.travel(now() + AFTER, tick=False):
        tasks.carry_out_recoveries()
    with_app.refresh_from_db()
    assert (with_app.email, has_second_factor(with_app)) == ("wanjiru@example.org", True)
    assert [letter.subject for letter in letters()][2:] == ["The recovery of your account was stopped"] * 2


def test_what_has_taken_effect_cannot_be_stopped(client, with_app, boss):
    recovery = recoveries.start_recovery(with_app, by=boss)
    path = stop_path(letters()[0].text)
    recoveries.carry_out(recovery)
    assert "can no longer be stopped" in client.post(path).content.decode()
    assert not has_second_factor(with_app)


def test_a_forged_link_stops_nothing(client, with_app, boss):
    recoveries.start_recovery(with_app, by=boss)
    assert "This link has expired" in client.post("/account/recovery/forged:key/stop/").content.decode()
    assert recoveries.open_recovery(with_app)


def test_an_address_that_someone_else_has_meanwhile_ends_it_without_effect(with_app, boss):
    recovery = recoveries.start_recovery(with_app, by=boss, new_address=NEW)
    UserFactory(email=NEW)
    assert not recoveries.carry_out(recovery)
    with_app.refresh_from_db()
    assert (with_app.email, has_second_factor(with_app)) == ("wanjiru@example.org", True)
    assert letters()[-1].subject == "The recovery of your account was stopped"


def test_one_at_a_time(wanjiru, boss):
    recoveries.start_recovery(wanjiru, by=boss)
    with pytest.raises(RuleBroken, match="already under way"):
        recoveries.start_recovery(wanjiru, by=boss)


def test_nobody_recovers_an_account_from_within_it(wanjiru):
    with pytest.raises(RuleBroken, match="you are logged in to"):
        recoveries.start_recovery(wanjiru, by=wanjiru)


def test_the_account_of_whoever_runs_the_service_is_not_the_leads_to_recover(boss):
    with pytest.raises(RuleBroken, match="Only the people who run this service"):
        recoveries.start_recovery(UserFactory(is_staff=True), by=boss)


def test_a_recovery_changes_something(wanjiru, boss):
    for options in ({"removes_factors": False}, {"new_address": " Wanjiru@example.org"}):
        with pytest.raises(RuleBroken, match="what has been lost"):
            recoveries.start_recovery(wanjiru, by=boss, **options)


def test_what_ended_is_forgotten_after_thirty_days(clock, wanjiru, boss):
    recoveries.stop_recovery(recoveries.start_recovery(wanjiru, by=boss))
    recoveries.start_recovery(wanjiru, by=boss)
    clock.shift(timedelta(days=30, seconds=-1))
    retention_runs()
    assert AccountRecovery.objects.count() == 2
    clock.shift(1)
    retention_runs()
    assert AccountRecovery.objects.get().stopped_at is None


def test_it_takes_effect_after_three_days_and_not_before(clock, wanjiru, boss):
    recovery = recoveries.start_recovery(wanjiru, by=boss)
    clock.shift(timedelta(days=3, seconds=-1))
    recoveries.carry_out_due()
    assert recoveries.open_recovery(wanjiru) == recovery
    clock.shift(1)
    recoveries.carry_out_due()
    recovery.refresh_from_db()
    assert recovery.done_at == recovery.due_at == now()


def test_each_act_says_whether_it_was_done_now(wanjiru, boss):
    stopped = recoveries.start_recovery(wanjiru, by=boss)
    assert [recoveries.stop_recovery(stopped), recoveries.stop_recovery(stopped), recoveries.carry_out(stopped)] == [True, False, False]
    done = recoveries.start_recovery(wanjiru, by=boss)
    assert recoveries.open_recovery(wanjiru) == done
    assert [recoveries.carry_out(done), recoveries.carry_out(done), recoveries.stop_recovery(done)] == [True, False, False]
    assert recoveries.open_recovery(wanjiru) is None


def test_the_recovery_under_way_is_that_of_this_account(wanjiru, boss):
    other = UserFactory()
    recovery = recoveries.start_recovery(other, by=boss)
    assert (recoveries.open_recovery(wanjiru), recoveries.open_recovery(other)) == (None, recovery)
    recoveries.stop_recovery(recovery)
    assert recoveries.open_recovery(other) is None


def test_one_that_cannot_be_carried_out_stops_no_other(wanjiru, boss, caplog):
    """An address that differs by its capitals alone is taken, which only the database notices."""
    impossible = recoveries.start_recovery(wanjiru, by=boss, new_address=NEW)
    User.objects.create(email=NEW.upper())
    other = recoveries.start_recovery(UserFactory(), by=boss)
    with time_machine.travel(now() + AFTER, tick=False):
        recoveries.carry_out_due()
    for recovery in (impossible, other):
        recovery.refresh_from_db()
    assert (impossible.done_at, other.done_at is not None) == (None, True)
    assert f"Recovery {impossible.public_id} was not carried out" in caplog.text


# --- The host's command -------------------------------------------------------------------------------------------


def recover(*arguments, **options) -> str:
    out = StringIO()
    call_command("recover_account", *arguments, stdout=out, **options)
    return out.getvalue()


def test_the_host_announces_a_recovery_that_waits(with_app):
    assert "unless it is stopped" in recover(" Wanjiru@example.org", remove_factors=True, asked_by="Herself, by video call")
    assert has_second_factor(with_app)
    [letter] = letters()
    assert "The people who run this service were asked" in letter.text
    assert AccountRecovery.objects.get().asked_by == "Herself, by video call"


def test_what_was_written_of_a_recovery_before_the_update_is_encrypted(with_app):
    recovery = recoveries.start_recovery(with_app, by=None)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_accountrecovery SET asked_by = 'Herself', reason = ''")
        encrypts("accounts", AccountRecovery=["asked_by", "reason"]).code(apps, None)
        cursor.execute("SELECT asked_by, reason FROM accounts_accountrecovery")
        [(asked_by, reason)] = cursor.fetchall()
    recovery.refresh_from_db()
    assert (is_encrypted(asked_by), reason, recovery.asked_by) == (True, "", "Herself")


def test_the_host_can_do_it_at_once_for_a_reason(client, with_app):
    assert "Done" in recover(with_app.email, remove_factors=True, new_address=NEW, asked_by="Herself", now="She travels tonight")
    with_app.refresh_from_db()
    assert (with_app.email, has_second_factor(with_app)) == (NEW, False)
    set_password_by_mail(client, NEW)
    assert is_in(client)


def test_it_works_even_when_the_field_key_is_lost(client, with_app, settings):
    settings.FIELD_KEYS = ["another key"]
    recover(with_app.email, remove_factors=True, asked_by="Herself", now="The key is lost")
    set_password_by_mail(client, with_app.email)
    assert is_in(client)


def test_the_host_stops_it(with_app):
    recover(with_app.email, remove_factors=True, asked_by="Herself")
    assert "Stopped" in recover(with_app.email, stop=True)
    assert recoveries.open_recovery(with_app) is None
    with pytest.raises(CommandError, match="No recovery"):
        recover(with_app.email, stop=True)


@pytest.mark.parametrize(
    ("address", "options", "sentence"),
    [
        ("nobody@example.org", {"remove_factors": True, "asked_by": "x"}, "No open account has this address"),
        ("wanjiru@example.org", {"remove_factors": True}, "Say who asked"),
        ("wanjiru@example.org", {"asked_by": "x"}, "what has been lost"),
        ("wanjiru@example.org", {"asked_by": "x", "new_address": "no address"}, "not an e-mail address"),
        ("wanjiru@example.org", {"asked_by": "x", "new_address": "Taken@example.org"}, "Another account"),
    ],
)
def test_what_makes_no_sense_is_answered_by_a_sentence(wanjiru, address, options, sentence):
    UserFactory(email="taken@example.org")
    with pytest.raises(CommandError, match=sentence):
        recover(address, **options)
    assert letters() == []
