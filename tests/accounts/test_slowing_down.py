"""Guessing is slowed down for the guesser; whoever was here before gets in (docs/decisions/slow_down_not_lock_out.md)."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from amnt.accounts import known_places
from amnt.accounts.models import KnownBrowser, KnownNetwork
from amnt.config.cache import SharedCache
from tests.accounts.conftest import PASSWORD, is_in, letters, log_in, retention_runs
from tests.accounts.passkeys import SoftPasskey
from tests.accounts.test_intruder import SECRET, code
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

HOME, HOTEL = "198.51.100.7", "192.0.2.9"


def browser() -> Client:
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def laptop(wanjiru, limits):
    """Her own browser, with which she has logged in at home."""
    laptop = browser()
    log_in(laptop, REMOTE_ADDR=HOME)
    laptop.get(reverse("about:help"), REMOTE_ADDR=HOME)
    laptop.post(reverse("account_logout"), REMOTE_ADDR=HOME)
    return laptop


def sweep(email="wanjiru@example.org", networks=60) -> list[int]:
    """One wrong password from each of so many networks."""
    return [log_in(browser(), email, "wrong", REMOTE_ADDR=f"10.{n}.0.1").status_code for n in range(networks)]


def test_after_five_wrong_passwords_strangers_are_looked_at_once_a_minute(client, wanjiru, limits):
    with time_machine.travel("2028-03-01T08:00:00Z", tick=False) as clock:
        assert sweep(networks=8) == [200] * 6 + [429] * 2
        clock.shift(timedelta(seconds=61))
        assert log_in(client, REMOTE_ADDR=HOTEL).status_code == 302


def test_a_sweep_does_not_refuse_her_own_browser_wherever_it_is(laptop):
    sweep()
    assert log_in(laptop, REMOTE_ADDR=HOTEL).status_code == 302


def test_a_sweep_does_not_refuse_a_network_that_was_good_before(laptop):
    sweep()
    assert log_in(browser(), REMOTE_ADDR=HOME.replace(".7", ".99")).status_code == 302


def test_a_guesser_in_the_same_network_does_not_refuse_her_own_browser(laptop):
    for _n in range(60):
        log_in(browser(), password="wrong", REMOTE_ADDR=HOME)
    assert log_in(browser(), REMOTE_ADDR=HOME).status_code == 429
    assert log_in(laptop, REMOTE_ADDR=HOME).status_code == 302


def test_a_sweep_over_all_accounts_from_her_network_does_not_refuse_her(laptop):
    for n in range(60):
        log_in(browser(), f"someone{n}@example.org", "wrong", REMOTE_ADDR=HOME)
    assert log_in(browser(), f"someone{60}@example.org", "wrong", REMOTE_ADDR=HOME).status_code == 429
    assert log_in(browser(), REMOTE_ADDR=HOME).status_code == 302


def test_a_whole_room_logs_in_at_once(laptop):
    for n in range(40):
        person = UserFactory(password=PASSWORD)
        assert log_in(browser(), person.email, REMOTE_ADDR=f"203.0.113.{n}").status_code == 302


def test_whoever_has_her_browser_guesses_five_times_a_quarter_of_an_hour(laptop):
    for n in range(5):
        assert log_in(laptop, password="wrong", REMOTE_ADDR=f"10.{n}.0.1").status_code == 200
    assert log_in(laptop, REMOTE_ADDR=HOTEL).status_code == 429


def test_a_mark_of_someone_else_is_no_mark(laptop):
    other = UserFactory(password=PASSWORD)
    sweep(other.email)
    assert log_in(laptop, other.email, REMOTE_ADDR=HOTEL).status_code == 429


def test_a_refused_try_is_not_counted(laptop):
    with time_machine.travel(now(), tick=False) as clock:
        sweep()
        visitor = browser()
        for _n in range(9):
            log_in(visitor, REMOTE_ADDR=HOTEL)
        clock.shift(timedelta(seconds=61))
        assert log_in(visitor, REMOTE_ADDR=HOTEL).status_code == 302


def test_a_new_password_is_accepted_from_where_it_was_set(client, wanjiru, limits):
    client.defaults["REMOTE_ADDR"] = HOTEL
    client.post(reverse("account_reset_password"), {"email": wanjiru.email})
    path = re.search(r"/account/password/reset/key/\S+", letters()[-1].text)[0]
    page = client.get(path, follow=True)
    client.post(page.request["PATH_INFO"], {"password1": "millet under a wider sky"})
    sweep()
    assert log_in(browser(), password="millet under a wider sky", REMOTE_ADDR=HOTEL).status_code == 302


def test_an_unknown_address_costs_the_same_queries_and_is_slowed_down_the_same(laptop, django_assert_num_queries):
    with django_assert_num_queries(6):
        log_in(laptop, password="wrong", REMOTE_ADDR=HOTEL)
    with django_assert_num_queries(6):
        log_in(laptop, "nobody@example.org", "wrong", REMOTE_ADDR=HOTEL)
    assert sweep("nobody2@example.org", networks=8) == [200] * 6 + [429] * 2


def test_all_this_holds_while_redis_is_away(laptop, settings, monkeypatch):
    away = SharedCache("redis://127.0.0.1:1/0", {"OPTIONS": {"socket_connect_timeout": 0.1}})
    monkeypatch.setattr(caches._connections, "default", away)
    assert sweep(networks=8) == [200] * 6 + [429] * 2
    assert log_in(browser(), REMOTE_ADDR=HOTEL).status_code == 429
    assert log_in(browser(), REMOTE_ADDR=HOME).status_code == 302
    assert log_in(laptop, REMOTE_ADDR=HOTEL).status_code == 302


# --- The second step ----------------------------------------------------------------------------------------------


@pytest.fixture
def guessed(laptop, wanjiru):
    """Someone knows her password, and enters wrong codes from many networks."""
    TOTP.activate(wanjiru, SECRET)
    passkey = SoftPasskey(wanjiru)
    for n in range(8):
        stranger = browser()
        with time_machine.travel(now() + timedelta(minutes=2 * n), tick=False):
            log_in(stranger, REMOTE_ADDR=f"10.{n}.0.1")
            page = stranger.post(reverse("mfa_authenticate"), {"code": "000000"}, REMOTE_ADDR=f"10.{n}.0.1")
    assert "Too many attempts" in page.content.decode()
    return passkey


def second_step(visitor, address) -> bool:
    log_in(visitor, REMOTE_ADDR=address)
    visitor.post(reverse("mfa_authenticate"), {"code": code()}, REMOTE_ADDR=address)
    return is_in(visitor)


def test_wrong_codes_elsewhere_do_not_refuse_her_own_browser(laptop, guessed):
    assert second_step(laptop, HOTEL)


def test_wrong_codes_elsewhere_do_not_refuse_a_network_that_was_good_before(laptop, guessed):
    assert second_step(browser(), HOME)


def test_wrong_codes_elsewhere_stop_strangers(laptop, guessed):
    with time_machine.travel(now() + timedelta(minutes=14), tick=False):
        assert not second_step(browser(), HOTEL)


def test_she_is_told_once_that_someone_knows_her_password(guessed):
    assert ["knows your password" in letter.text for letter in letters()].count(True) == 1


def test_a_passkey_works_at_once_whatever_is_guessed(laptop, wanjiru, limits):
    passkey = SoftPasskey(wanjiru)
    owner = browser()
    owner.force_login(wanjiru)
    owner.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    passkey.add(owner)
    assert Authenticator.objects.filter(type="webauthn").exists()
    sweep()
    stranger = browser()
    passkey.log_in(stranger, REMOTE_ADDR=HOTEL)
    assert is_in(stranger)


# --- The marks ----------------------------------------------------------------------------------------------------


def test_each_log_in_gives_the_browser_a_new_mark_and_the_old_one_is_worth_nothing(laptop, wanjiru):
    old = laptop.cookies["known"].value
    log_in(laptop, REMOTE_ADDR=HOME)
    new = laptop.cookies["known"].value
    assert old != new
    assert list(KnownBrowser.objects.values_list("digest", flat=True)) == [known_places.digest_of_token(new)]
    laptop.get(reverse("about:help"))
    assert laptop.cookies["known"].value == new


def test_marks_and_networks_are_kept_as_digests(laptop, wanjiru):
    stored = [*KnownBrowser.objects.values_list("digest", flat=True), *KnownNetwork.objects.values_list("digest", flat=True)]
    assert {len(digest) for digest in stored} == {64}
    assert not [digest for digest in stored if laptop.cookies["known"].value in digest or "198.51" in digest]
    assert known_places.digest_of_network(1, "198.51.100.0") != known_places.digest_of_network(2, "198.51.100.0")


@pytest.mark.parametrize("act", ["reset", "close everything"])
def test_a_reset_and_closing_everything_void_all_marks(laptop, client, wanjiru, act):
    if act == "reset":
        client.post(reverse("account_reset_password"), {"email": wanjiru.email})
        path = re.search(r"/account/password/reset/key/\S+", letters()[-1].text)[0]
        client.post(client.get(path, follow=True).request["PATH_INFO"], {"password1": "millet under a wider sky"})
        assert KnownNetwork.objects.count() == 1, "the one from which it was set"
    else:
        client.force_login(wanjiru)
        client.post(reverse("accounts:close-all"))
        assert KnownNetwork.objects.count() == 0
    assert KnownBrowser.objects.count() == 0


def test_what_was_good_is_forgotten_after_thirty_days(laptop):
    retention_runs()
    assert (KnownBrowser.objects.count(), KnownNetwork.objects.count()) == (1, 1)
    with time_machine.travel(now() + timedelta(days=30, minutes=1), tick=False):
        sweep(networks=8)
        assert log_in(browser(), REMOTE_ADDR=HOME).status_code == 429
        assert log_in(laptop, REMOTE_ADDR=HOTEL).status_code == 429
        retention_runs()
    assert (KnownBrowser.objects.count(), KnownNetwork.objects.count()) == (0, 0)
