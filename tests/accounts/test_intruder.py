"""Someone else in her account: what each holds, what each can do. Every path from the intruder's side and from the owner's.

The table is in docs/decisions/second_factors_against_an_intruder.md.
"""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from django.urls import reverse

from amnt.accounts.models import AddressChange, User
from amnt.accounts.permissions import has_second_factor
from amnt.accounts.second_factors import factors_of
from amnt.accounts.services import addresses, recoveries, second_factors
from amnt.accounts.services.second_factors import removal_key
from amnt.audit.models import AuditEntry
from amnt.core.errors import RuleBroken
from tests.accounts.conftest import PASSWORD, SECRET, browser, code, confirm_it_is_me, is_in, letters, log_in, retention_runs
from tests.accounts.passkeys import SoftPasskey
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

NEW = "millet under a wider sky"
TWO_WEEKS = timedelta(days=14, minutes=1)


@pytest.fixture
def with_app(clock, wanjiru) -> User:
    """She has had an authenticator app and recovery codes for a month."""
    TOTP.activate(wanjiru, SECRET)
    RecoveryCodes.activate(wanjiru)
    clock.shift(timedelta(days=30))
    return wanjiru


@pytest.fixture
def intruder(client):
    """Someone who knows her password."""
    return browser()


def with_code(visitor, clock) -> None:
    """The second step. Each code works once, so time goes on."""
    clock.shift(120)
    visitor.post(reverse("mfa_authenticate"), {"code": code()})


def confirm_with_code(visitor, clock) -> None:
    clock.shift(120)
    visitor.post(reverse("mfa_reauthenticate"), {"code": code()})


def add_passkey(visitor, user, **options) -> SoftPasskey:
    passkey = SoftPasskey(user)
    passkey.add(visitor, **options)
    return passkey


def kinds(user) -> list[str]:
    return list(Authenticator.objects.filter(user=user).order_by("created_at", "pk").values_list("type", flat=True))


def established(user) -> list[str]:
    return [factor.type for factor in factors_of(user) if factor.is_established]


def removal_path() -> str:
    text = next(letter.text for letter in reversed(letters()) if "/remove/" in letter.text)
    return urlsplit(re.search(r"http\S+/remove/", text)[0]).path


def reset_page(visitor, email="wanjiru@example.org"):
    visitor.post(reverse("account_reset_password"), {"email": email})
    text = next(letter.text for letter in reversed(letters()) if "/password/reset/key/" in letter.text)
    return visitor.get(urlsplit(re.search(r"http\S+/password/reset/key/\S+", text)[0]).path, follow=True)


def reset(visitor, *, remove=(), email="wanjiru@example.org"):
    page = reset_page(visitor, email)
    return visitor.post(page.request["PATH_INFO"], {"password1": NEW, "remove": [str(pk) for pk in remove]})


# --- Asking again ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["mfa_activate_totp", "mfa_add_webauthn", "accounts:address", "accounts:token-new", "accounts:delete"])
def test_having_just_logged_in_is_no_answer(intruder, wanjiru, page):
    log_in(intruder)
    assert intruder.get(reverse(page)).url.startswith(reverse("account_reauthenticate"))


def test_an_answer_counts_for_one_purpose(client, wanjiru):
    log_in(client)
    confirm_it_is_me(client)
    assert client.get(reverse("accounts:token-new")).status_code == 200
    assert client.get(reverse("mfa_add_webauthn")).url.startswith(reverse("account_reauthenticate"))
    confirm_it_is_me(client)
    assert client.get(reverse("mfa_add_webauthn")).status_code == 200
    assert client.get(reverse("mfa_activate_totp")).status_code == 200


def test_an_answer_counts_for_five_minutes(client, wanjiru, clock):
    log_in(client)
    confirm_it_is_me(client)
    clock.shift(299)
    assert client.get(reverse("mfa_add_webauthn")).status_code == 200
    clock.shift(2)
    assert client.get(reverse("mfa_add_webauthn")).status_code == 302


@pytest.mark.parametrize("page", ["mfa_add_webauthn", "mfa_deactivate_totp", "accounts:address", "accounts:token-new"])
def test_a_session_and_the_password_change_nothing_where_a_factor_is_set(client, clock, with_app, page):
    log_in(client)
    with_code(client, clock)
    assert client.get(reverse(page)).url.startswith(reverse("mfa_reauthenticate"))
    assert client.post(reverse("account_reauthenticate"), {"password": PASSWORD}).url.startswith(reverse("mfa_reauthenticate"))
    assert client.get(reverse(page)).status_code == 302
    confirm_with_code(client, clock)
    assert client.get(reverse(page)).status_code == 200


def test_a_code_by_mail_is_no_answer(client, wanjiru):
    """allauth offers one to whoever has a row in its own table of addresses."""
    EmailAddress.objects.create(user=wanjiru, email=wanjiru.email, verified=True, primary=True)
    log_in(client)
    assert client.get(reverse("accounts:token-new")).url.startswith(reverse("account_reauthenticate"))
    page = client.get(reverse("account_reauthenticate"))
    assert page.context["reauthentication_alternatives"] == []


def test_a_passkey_is_asked_for_sooner_than_a_recovery_code(client, clock, wanjiru):
    log_in(client)
    confirm_it_is_me(client)
    passkey = add_passkey(client, wanjiru)
    clock.shift(TWO_WEEKS)
    passkey.log_in(client)
    assert client.get(reverse("accounts:address")).url.startswith(reverse("mfa_reauthenticate_webauthn"))
    passkey.confirm(client)
    assert client.get(reverse("accounts:address")).status_code == 200


# --- The first factor is an intruder's ----------------------------------------------------------------------------


@pytest.fixture
def planted(intruder, wanjiru, clock) -> SoftPasskey:
    """The intruder, who knows the password, has added a passkey."""
    log_in(intruder)
    confirm_it_is_me(intruder)
    return add_passkey(intruder, wanjiru, name="Blue key")


def test_the_link_in_the_mail_removes_it_and_shuts_the_intruder_out(client, intruder, wanjiru, planted):
    path = removal_path()
    assert "Blue key" in client.get(path).content.decode()
    assert client.head(path).status_code == 200
    assert kinds(wanjiru) == ["webauthn", "recovery_codes"], "a robot that opens the link removes nothing"
    assert "It is removed" in client.post(path).content.decode()
    assert kinds(wanjiru) == []
    assert intruder.get(reverse("accounts:profile")).status_code == 302
    planted.log_in(intruder)
    log_in(intruder)
    assert not is_in(intruder)
    reset(client)
    log_in(client, password=NEW)
    assert is_in(client)


def test_the_link_works_once(client, wanjiru, planted):
    path = removal_path()
    client.post(path)
    assert "This link has expired" in client.post(path).content.decode()


def test_the_reset_shows_it_and_removes_it(client, intruder, wanjiru, planted):
    page = reset_page(client)
    assert "Passkey “Blue key”, added on" in page.content.decode()
    pks = [value for value, _label in page.context["form"].fields["remove"].choices]
    client.post(page.request["PATH_INFO"], {"password1": NEW, "remove": pks})
    assert kinds(wanjiru) == []
    planted.log_in(intruder)
    assert not is_in(intruder)
    assert intruder.get(reverse("accounts:profile")).status_code == 302
    log_in(client, password=NEW)
    assert is_in(client)


def test_while_it_is_young_the_password_is_enough_to_remove_it_from_an_open_session(client, intruder, wanjiru, planted):
    """The owner's session is older than the passkey; she holds no factor."""
    client.force_login(wanjiru)
    confirm_it_is_me(client)
    client.post(reverse("mfa_remove_webauthn", args=[Authenticator.objects.get(type="webauthn").pk]))
    assert kinds(wanjiru) == []


def test_after_two_weeks_the_mailbox_alone_does_not_remove_it(client, wanjiru, clock, planted):
    """Nobody can tell it from the owner's by then: two leads or the host let her back in."""
    path = removal_path()
    clock.shift(TWO_WEEKS)
    page = reset_page(client)
    assert "remove" not in page.context["form"].fields
    assert "Still asked for at log-in" in page.content.decode()
    assert "This link has expired" in client.post(path).content.decode()
    assert kinds(wanjiru) == ["webauthn", "recovery_codes"]


def test_a_posted_removal_of_an_established_factor_is_refused(client, wanjiru, clock, planted):
    clock.shift(TWO_WEEKS)
    reset(client, remove=[Authenticator.objects.get(type="webauthn").pk])
    assert kinds(wanjiru) == ["webauthn", "recovery_codes"]


def test_the_service_itself_removes_no_established_factor_through_the_mailbox(wanjiru, clock, planted):
    key = Authenticator.objects.get(type="webauthn")
    factor = next(factor for factor in factors_of(wanjiru) if factor.pk == key.pk)
    clock.shift(TWO_WEEKS)
    for act in (lambda: second_factors.remove_through_mailbox(wanjiru, [key.pk]), lambda: second_factors.remove_by_link(factor)):
        with pytest.raises(RuleBroken, match="can no longer be removed"):
            act()
    assert kinds(wanjiru) == ["webauthn", "recovery_codes"]


# --- The first factor is the owner's, and a thief has her mailbox -------------------------------------------------


def test_a_thief_of_the_mailbox_strips_nothing_that_is_established(client, clock, with_app):
    thief = browser()
    page = reset_page(thief)
    assert "remove" not in page.context["form"].fields
    thief.post(page.request["PATH_INFO"], {"password1": NEW})
    assert log_in(thief, password=NEW).url == reverse("mfa_authenticate")
    assert not is_in(thief)
    assert kinds(with_app) == ["totp", "recovery_codes"]


def test_a_young_first_factor_guards_the_log_in_but_not_against_the_mailbox(wanjiru, clock):
    """As before she added it: the mailbox alone opened the account. After two weeks it does not."""
    TOTP.activate(wanjiru, SECRET)
    thief = browser()
    log_in(thief)
    assert not is_in(thief)
    assert [value for value, _label in reset_page(thief).context["form"].fields["remove"].choices] == [Authenticator.objects.get().pk]
    clock.shift(TWO_WEEKS)
    assert "remove" not in reset_page(thief).context["form"].fields


# --- A second factor beside an established one --------------------------------------------------------------------


@pytest.fixture
def second_key(client, clock, with_app) -> SoftPasskey:
    """Someone in an open session proved the app once more, and added a passkey: the owner, or who talked her out of two codes."""
    log_in(client)
    with_code(client, clock)
    client.get(reverse("mfa_add_webauthn"))
    confirm_with_code(client, clock)
    clock.shift(60)
    return add_passkey(client, with_app, name="Second key")


def test_what_is_younger_than_the_last_log_in_with_an_older_factor_can_be_removed(clock, with_app, second_key):
    """The owner finds the mail, or resets; the app stays required."""
    owner = browser()
    page = reset_page(owner)
    removable = page.context["form"].fields["remove"].choices
    assert ["Second key" in label for _value, label in removable] == [True]
    owner.post(page.request["PATH_INFO"], {"password1": NEW, "remove": [value for value, _label in removable]})
    assert kinds(with_app) == ["totp", "recovery_codes"]
    assert log_in(owner, password=NEW).url == reverse("mfa_authenticate")
    with_code(owner, clock)
    assert is_in(owner)


def test_the_thief_of_a_mailbox_who_removes_it_still_meets_the_app(clock, with_app, second_key):
    thief = browser()
    thief.post(removal_path())
    assert kinds(with_app) == ["totp", "recovery_codes"]
    reset(thief)
    assert log_in(thief, password=NEW).url == reverse("mfa_authenticate")


def test_a_log_in_with_the_older_factor_establishes_the_younger(clock, with_app, second_key):
    path = removal_path()
    owner = browser()
    log_in(owner)
    with_code(owner, clock)
    assert established(with_app) == ["totp", "recovery_codes", "webauthn"]
    assert "remove" not in reset_page(browser()).context["form"].fields
    assert "This link can no longer remove it" in browser().post(path).content.decode()
    assert kinds(with_app) == ["totp", "recovery_codes", "webauthn"]


def test_a_recovery_code_counts_as_a_log_in_with_an_older_factor(clock, with_app, second_key):
    owner = browser()
    recovery = Authenticator.objects.get(user=with_app, type="recovery_codes").wrap().get_unused_codes()[0]
    log_in(owner)
    clock.shift(60)
    owner.post(reverse("mfa_authenticate"), {"code": recovery})
    assert is_in(owner)
    assert established(with_app) == ["totp", "recovery_codes", "webauthn"]


def test_a_factor_that_is_not_established_cannot_vouch_for_a_change(client, clock, with_app, second_key):
    """Whoever added it cannot remove the app with it."""
    other = browser()
    second_key.log_in(other)
    assert is_in(other)
    second_key.confirm(other)
    assert other.post(reverse("mfa_deactivate_totp")).status_code == 302
    assert "totp" in kinds(with_app)


def test_new_recovery_codes_are_younger_and_can_be_removed(client, clock, with_app):
    log_in(client)
    with_code(client, clock)
    client.get(reverse("mfa_generate_recovery_codes"))
    confirm_with_code(client, clock)
    clock.shift(60)
    client.post(reverse("mfa_generate_recovery_codes"))
    assert established(with_app) == ["totp"]
    client.post(removal_path())
    assert kinds(with_app) == ["totp"]


# --- Replacing ----------------------------------------------------------------------------------------------------


def test_an_app_that_replaces_an_established_one_is_established_at_once(client, clock, with_app):
    """Else whoever holds only the mailbox could strip it for two weeks after each new phone."""
    log_in(client)
    with_code(client, clock)
    client.get(reverse("mfa_deactivate_totp"))
    confirm_with_code(client, clock)
    client.post(reverse("mfa_deactivate_totp"))
    assert kinds(with_app) == []
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": code(secret)})
    assert established(with_app) == ["totp", "recovery_codes"]
    assert "remove" not in reset_page(browser()).context["form"].fields


def test_what_remains_when_the_last_established_factor_is_removed_takes_its_place(client, clock, with_app, second_key):
    client.get(reverse("mfa_deactivate_totp"))
    confirm_with_code(client, clock)
    client.post(reverse("mfa_deactivate_totp"))
    assert kinds(with_app) == ["recovery_codes", "webauthn"]
    reset(browser())
    assert "webauthn" in kinds(with_app)


def test_an_app_added_long_after_the_last_one_was_removed_is_on_trial(client, clock, with_app):
    log_in(client)
    with_code(client, clock)
    client.get(reverse("mfa_deactivate_totp"))
    confirm_with_code(client, clock)
    client.post(reverse("mfa_deactivate_totp"))
    clock.shift(600)
    confirm_it_is_me(client)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": code(secret)})
    assert established(with_app) == []


# --- An open session, the password, the address -------------------------------------------------------------------


def test_a_reset_closes_the_intruders_session_and_keys(client, intruder, wanjiru):
    log_in(intruder)
    reset(client)
    assert intruder.get(reverse("accounts:profile")).status_code == 302
    assert not wanjiru.api_tokens.exists()


def test_an_open_session_alone_changes_neither_password_nor_address_nor_factor(intruder, wanjiru):
    intruder.force_login(wanjiru)
    intruder.post(reverse("account_change_password"), {"oldpassword": "not this", "password1": NEW})
    intruder.post(reverse("accounts:address"), {"email": "intruder@example.org"})
    add_passkey(intruder, wanjiru)
    wanjiru.refresh_from_db()
    assert (wanjiru.check_password(PASSWORD), kinds(wanjiru)) == (True, [])
    assert letters() == []


@pytest.fixture
def moved(intruder, wanjiru, clock) -> AddressChange:
    """The intruder, who knows the password, has given the account an address of his own, and then another."""
    log_in(intruder)
    for address in ("first@intruder.example", "second@intruder.example"):
        clock.shift(60)
        confirm_it_is_me(intruder)
        intruder.post(reverse("accounts:address"), {"email": address})
        text = next(letter.text for letter in reversed(letters()) if letter.address == address)
        intruder.post(urlsplit(re.search(r"http\S+/account/address/\S+", text)[0]).path)
    return AddressChange.objects.earliest("pk")


def take_back_path(address: str) -> str:
    text = next(letter.text for letter in letters() if letter.address == address and "/take-back/" in letter.text)
    return urlsplit(re.search(r"http\S+/take-back/", text)[0]).path


def test_the_old_address_takes_the_account_back_whatever_came_since(client, intruder, wanjiru, moved):
    path, intruders_own = take_back_path("wanjiru@example.org"), take_back_path("first@intruder.example")
    client.get(path)
    wanjiru.refresh_from_db()
    assert wanjiru.email == "second@intruder.example", "a robot that opens the link changes nothing"
    assert "The account is back" in client.post(path).content.decode()
    wanjiru.refresh_from_db()
    assert wanjiru.email == "wanjiru@example.org"
    assert intruder.get(reverse("accounts:profile")).status_code == 302
    log_in(intruder)
    assert not is_in(intruder), "the password that the intruder knew opens nothing"
    assert "This link has expired" in intruder.post(intruders_own).content.decode()
    reset(client)
    log_in(client, password=NEW)
    assert is_in(client)


def test_taking_back_works_once_and_for_two_weeks(client, wanjiru, clock, moved):
    path = take_back_path("wanjiru@example.org")
    clock.shift(TWO_WEEKS)
    assert "This link has expired" in client.post(path).content.decode()
    clock.shift(-TWO_WEEKS)
    client.post(path)
    assert "This link has expired" in client.post(path).content.decode()


def test_what_was_changed_is_kept_for_two_weeks_and_no_longer(wanjiru, clock, moved):
    retention_runs()
    assert AddressChange.objects.count() == 2
    clock.shift(TWO_WEEKS)
    retention_runs()
    assert AddressChange.objects.count() == 0


def test_an_old_address_that_someone_else_has_now_is_not_taken_back(client, wanjiru, moved):
    UserFactory(email="wanjiru@example.org")
    assert "Another account now has this address" in client.post(take_back_path("wanjiru@example.org")).content.decode()
    wanjiru.refresh_from_db()
    assert wanjiru.email == "second@intruder.example"


def test_whoever_takes_the_address_back_still_meets_an_established_factor(client, clock, with_app):
    """A former mailbox, read by someone else by now, opens nothing."""
    log_in(client)
    with_code(client, clock)
    client.get(reverse("accounts:address"))
    confirm_with_code(client, clock)
    client.post(reverse("accounts:address"), {"email": "new@example.org"})
    text = next(letter.text for letter in reversed(letters()) if letter.address == "new@example.org")
    client.post(urlsplit(re.search(r"http\S+/account/address/\S+", text)[0]).path)
    thief = browser()
    thief.post(take_back_path("wanjiru@example.org"))
    reset(thief)
    assert log_in(thief, password=NEW).url == reverse("mfa_authenticate")


def test_a_recovery_to_a_new_mailbox_ends_the_right_of_the_old_one(client, wanjiru, moved):
    path = take_back_path("wanjiru@example.org")
    recoveries.carry_out(recoveries.start_recovery(wanjiru, by=None, new_address="new@example.org"))
    assert "This link has expired" in client.post(path).content.decode()


def test_a_stranger_with_the_link_is_told_no_clock_as_her_own(wanjiru):
    """Whose browser it is, nobody knows: the moment is that of the owner's clock alone."""
    passkey = Authenticator.objects.create(user=wanjiru, type="webauthn", data={"name": "Blue key"})
    address = reverse("accounts:factor-remove", args=[removal_key(passkey)])
    page = Client(headers={"accept-language": "en"}).get(address).content.decode()
    assert "(Nairobi)" in page
    assert "your time" not in page


@pytest.mark.parametrize("path", ["/account/second-factor/forged:key/remove/", "/account/address/forged:key/take-back/"])
def test_a_forged_link_does_nothing(client, wanjiru, moved, path):
    assert "This link has expired" in client.post(path).content.decode()
    assert addresses.change_of_key("forged") is None


# --- The mail -----------------------------------------------------------------------------------------------------


def told(user, level, name) -> str:
    User.objects.filter(pk=user.pk).update(mail_level=level)
    Authenticator.objects.filter(type="webauthn").update(data={"name": name, "credential": {}})
    return next(letter.text + letter.html for letter in reversed(letters()) if "/remove/" in letter.text)


def test_the_mail_says_kind_and_moment_and_the_name_unless_mail_is_discreet(wanjiru, planted):
    mail = told(wanjiru, "standard", "Blue key")
    assert "A passkey was added to your account." in mail
    assert "Its name: Blue key" in mail
    assert "11:00 (Nairobi)" in mail
    assert "Blue key" not in told(wanjiru, "discreet", "Blue key")


@pytest.mark.parametrize("name", ["evil.example/log-in", "Write to x@evil.example", "Log in: now!", "x" * 31, "<b>key</b>"])
def test_a_name_that_could_lead_somewhere_is_left_out_of_the_mail(wanjiru, planted, name):
    assert "Its name" not in told(wanjiru, "standard", name)


def test_every_change_of_a_factor_is_in_the_audit(client, intruder, wanjiru, planted):
    client.post(removal_path())
    assert list(AuditEntry.objects.of(wanjiru).order_by("pk").values_list("act", flat=True)) == [
        "accounts.factor_added",
        "accounts.factor_removed",
        "accounts.everything_closed",
    ]
    assert not has_second_factor(wanjiru)
