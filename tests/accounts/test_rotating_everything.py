"""AT-P5c-3: after a seizure one command changes every key.

From the owner's side, and from that of the thief, who holds the old database and .env.
"""

import re
from datetime import timedelta
from io import StringIO
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from cryptography.fernet import Fernet, InvalidToken
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from amnt.accounts.models import AccountRecovery, Device, ExposedFactor, InstanceLock, KnownBrowser, KnownNetwork, User
from amnt.accounts.second_factors import factors_of
from amnt.accounts.services import addresses, exposed_factors, locking, recoveries, rotating
from amnt.accounts.services.second_factors import factor_of_key, removal_key
from amnt.accounts.tokens import create_token
from amnt.audit.models import AuditEntry
from amnt.core.errors import RuleBroken
from amnt.encryption import keys, rotation
from amnt.encryption.models import DataKey
from amnt.mail.models import Email
from amnt.mail.tasks import deliver_waiting
from coalitions.models import FollowUp, Invitation
from coalitions.services.invitations import invite
from tests import factories
from tests.accounts.conftest import PASSWORD, SECRET, browser, code, confirm_it_is_me, is_in, letters, log_in
from tests.accounts.passkeys import SoftPasskey

pytestmark = pytest.mark.django_db

NEW = "millet under a wider sky"
REPLACE = "/account/second-factor/replace/"


@pytest.fixture(autouse=True)
def keys_of_this_test():
    yield
    keys.data_keys.forget()


@pytest.fixture
def wanjiru(clock):
    """She has had an authenticator app and recovery codes for a month."""
    user = factories.UserFactory(name="Wanjiru Kamau", email="wanjiru@example.org", password=PASSWORD)
    TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)
    clock.shift(timedelta(days=30))
    return user


def change_env(settings) -> None:
    """As the host does in .env, restarting every process."""
    settings.SECRET_KEY = "another secret key that is long enough " * 2
    settings.FIELD_KEYS = ["a new field key that is long enough " * 2, *settings.FIELD_KEYS]
    keys.data_keys.forget()


def rotate(**options) -> str:
    said = StringIO()
    call_command("rotate_everything", at_once=True, stdout=said, **options)
    return said.getvalue()


def seize(settings) -> str:
    """The whole of it: locked, changed, rotated, the old FIELD_KEY taken away, unlocked."""
    with pytest.raises(CommandError):
        rotate()
    change_env(settings)
    said = rotate()
    settings.FIELD_KEYS = settings.FIELD_KEYS[:1]
    keys.data_keys.forget()
    unlocked = StringIO()
    call_command("unlock_instance", stdout=unlocked)
    assert "they set a new password through their mailbox" in unlocked.getvalue()
    return said


def reset(visitor, email="wanjiru@example.org") -> None:
    visitor.post(reverse("account_reset_password"), {"email": email})
    text = next(letter.text for letter in reversed(letters()) if "/password/reset/key/" in letter.text)
    page = visitor.get(urlsplit(re.search(r"http\S+/password/reset/key/\S+", text)[0]).path, follow=True)
    visitor.post(page.request["PATH_INFO"], {"password1": NEW})


def enter(visitor, clock, secret=SECRET):
    log_in(visitor, password=NEW)
    clock.shift(120)
    return visitor.post(reverse("mfa_authenticate"), {"code": code(secret)})


# --- The command ------------------------------------------------------------------------------------------------------


def test_the_first_run_locks_and_says_which_lines_to_change(settings):
    settings.FIELD_KEYS = ["a field key of its own"]
    with pytest.raises(CommandError) as first:
        rotate()
    with pytest.raises(CommandError) as second:
        rotate()
    assert locking.is_locked()
    lines = [line for line in str(first.value).splitlines() if re.match(r"\w+_KEY=", line)]
    assert [line.partition("=")[0] for line in lines] == ["SECRET_KEY", "FIELD_KEY"]
    made = [re.match(r"\w+=([\w-]+)", line)[1] for line in lines]
    assert all(len(key) == 64 and key not in str(second.value) for key in made)
    assert lines[1].endswith(",the-FIELD_KEY-that-is-there-now")
    assert DataKey.objects.order_by("version").last().version == 1
    assert InstanceLock.objects.count() == 1


def test_where_the_secret_key_served_as_field_key_it_says_so(settings):
    settings.FIELD_KEYS = [settings.SECRET_KEY]
    with pytest.raises(CommandError, match=r"FIELD_KEY=[\w-]+,the-SECRET_KEY-that-was-there-before"):
        rotate()


@pytest.mark.parametrize(("changed", "left"), [("SECRET_KEY", "FIELD_KEY"), ("FIELD_KEY", "SECRET_KEY")])
def test_one_key_changed_the_other_is_still_asked_for(settings, wanjiru, changed, left):
    with pytest.raises(CommandError):
        rotate()
    if changed == "SECRET_KEY":
        settings.SECRET_KEY = "another secret key that is long enough " * 2
    else:
        settings.FIELD_KEYS = ["another field key", *settings.FIELD_KEYS]
    with pytest.raises(CommandError) as trouble:
        rotate()
    assert f"{left}=" in str(trouble.value)
    assert f"{changed}=" not in str(trouble.value)
    assert User.objects.get(pk=wanjiru.pk).has_usable_password()


def test_it_says_what_no_command_can_do_and_a_second_run_changes_nothing_more(settings, wanjiru):
    settings.METRICS_TOKEN = ""
    settings.DEADMAN_URL = "https://watcher.example.org/old"
    with pytest.raises(CommandError):
        rotate()
    change_env(settings)
    said, version = rotate(), DataKey.objects.order_by("version").last().version
    for word in (
        "SMTP_PASSWORD",
        "POSTGRES_PASSWORD",
        "REDIS_PASSWORD",
        "DEADMAN_URL",
        "backup.key",
        "unlock_instance",
        "the old FIELD_KEY away",
    ):
        assert word in said
    assert "METRICS_TOKEN" not in said
    assert "Passwords voided: 1. Secrets of second factors to be replaced at the next log-in: 2." in said
    assert [int(number) for number in re.findall(r"^ (\d+)\.", said, flags=re.MULTILINE)] == [1, 2, 3, 4, 5, 6, 7]
    assert "Everything was rotated already, on 2028-03-31" in rotate()
    assert DataKey.objects.order_by("version").last().version == version
    acts = list(AuditEntry.objects.filter(act__startswith="instance.").order_by("pk").values_list("act", flat=True))
    assert acts == ["instance.locked", "instance.rotated"]


def test_interrupted_it_goes_on(settings, wanjiru):
    with pytest.raises(CommandError):
        rotate()
    change_env(settings)
    # As far as the data keys: whatever comes after was not reached.
    rotation.wrap_again()
    assert rotation.start_rotation() == 2
    assert "are encrypted under data key 2; no other is left" in rotate()
    assert ExposedFactor.objects.count() == 2


def test_a_lock_from_before_this_version_waits_for_keys_that_change_from_now_on(settings):
    InstanceLock.objects.create()
    with pytest.raises(CommandError, match="SECRET_KEY="):
        rotate()
    change_env(settings)
    assert "Rotated." in rotate()


def test_a_second_time_it_voids_nothing_more_and_says_how_much_it_did(wanjiru):
    other = factories.UserFactory()
    for digest in ("a" * 64, "b" * 64):
        KnownBrowser.objects.create(user=wanjiru, digest=digest)
    KnownNetwork.objects.create(user=wanjiru, digest="c" * 64)
    recoveries.stop_recovery(recoveries.start_recovery(other, by=None))
    recoveries.start_recovery(other, by=None)
    lock = InstanceLock.objects.create()
    assert rotating.distrust_everything(lock) == rotating.Distrusted(passwords=1, factors=2, recoveries=1, known_places=3)
    assert rotating.distrust_everything(lock) == rotating.Distrusted(passwords=0, factors=2, recoveries=0, known_places=0)
    assert sorted(ExposedFactor.objects.values_list("authenticator__type", flat=True)) == ["recovery_codes", "totp"]


# --- The thief: holds the old database, SECRET_KEY and FIELD_KEY ------------------------------------------------------


def test_the_old_field_key_opens_nothing_of_a_later_copy(settings, wanjiru):
    circle = factories.circle_of(factories.coalition(), name="zz-circle")
    row = factories.FollowUpFactory(circle=circle, created_by=wanjiru, title="zz-title")
    old = keys.field_keys()
    stolen = {data_key.version: old.decrypt(data_key.wrapped) for data_key in DataKey.objects.exclude(version=keys.DIGESTS)}
    seize(settings)
    for data_key in DataKey.objects.all():
        with pytest.raises(InvalidToken):
            old.decrypt(data_key.wrapped)
    app = Authenticator.objects.get(user=wanjiru, type="totp").data["secret"]
    version, _colon, token = app.partition(":")
    assert int(version.removeprefix("k")) not in stolen
    for key in stolen.values():
        with pytest.raises(InvalidToken):
            Fernet(key).decrypt(token)
    assert FollowUp.objects.get(pk=row.pk).title == "zz-title"


def test_no_session_key_invitation_or_link_of_before_opens_anything(settings, wanjiru, clock):
    thief = browser()
    thief.force_login(wanjiru)
    assert thief.get("/").status_code == 200
    _token, api_key = create_token(wanjiru, name="A program", days=30, submission=uuid4(), scope="write")
    ours = factories.coalition()
    invite(ours, email="new@example.org", by=factories.lead(ours))
    invitation = next(letter.text for letter in reversed(letters()) if "/invitation" in letter.text)
    removal = removal_key(Authenticator.objects.get(user=wanjiru, type="totp"))
    browser().post(reverse("account_reset_password"), {"email": wanjiru.email})
    link = next(letter.text for letter in reversed(letters()) if "/password/reset/key/" in letter.text)
    path = urlsplit(re.search(r"http\S+/password/reset/key/\S+", link)[0]).path
    change = addresses.AddressChange.objects.create(user=wanjiru, old="thief@example.org")
    take_back = addresses.take_back_key(change)
    assert factor_of_key(removal)
    seize(settings)
    assert thief.get("/").status_code == 302
    assert Client().get("/api/v1/", headers={"Authorization": f"Bearer {api_key}"}).status_code == 401
    assert not Invitation.objects.open().exists()
    came = Client().get(urlsplit(re.search(r"http\S+/invitation\S+", invitation)[0]).path)
    assert came.status_code in {404, 410}
    assert factor_of_key(removal) is None
    assert "This link has expired" in browser().get(path, follow=True).content.decode()
    browser().post(reverse("accounts:address-take-back", args=[take_back]))
    wanjiru.refresh_from_db()
    assert wanjiru.email == "wanjiru@example.org"
    assert (KnownBrowser.objects.count(), KnownNetwork.objects.count()) == (0, 0)


def test_a_password_that_was_found_from_its_hash_opens_nothing(settings, wanjiru, clock):
    bare = factories.UserFactory(email="bare@example.org", password=PASSWORD)
    seize(settings)
    for email in (wanjiru.email, bare.email):
        thief = browser()
        assert log_in(thief, email=email).status_code == 200
        assert not is_in(thief)
    assert Device.objects.count() == 0


def test_a_recovery_begun_by_the_thief_is_stopped_and_told(settings, wanjiru):
    recovery = recoveries.start_recovery(wanjiru, by=None, new_address="thief@example.org")
    seize(settings)
    recovery.refresh_from_db()
    assert recovery.stopped_at
    assert AccountRecovery.objects.filter(stopped_at=None, done_at=None).count() == 0
    assert Email.objects.filter(kind="accounts/recovery", address=wanjiru.email).count() == 2


@pytest.mark.parametrize(
    "path", ["/", "/resolutions/", "/account/", "/account/2fa/", "/account/address/", "/account/keys/new/", "/api/v1/"]
)
def test_with_the_mailbox_and_the_old_secret_the_thief_gets_one_page(settings, wanjiru, clock, path):
    """What is left: mailbox and database together. It opens no page of hers, and whoever is second finds the code refused."""
    seize(settings)
    thief = browser()
    reset(thief)
    enter(thief, clock)
    answer = thief.get(path)
    assert (answer.status_code, answer.url) == (302, REPLACE)
    assert thief.get(path, headers={"HX-Request": "true"}).headers["HX-Redirect"] == REPLACE
    assert thief.post(path, {"name": "x"}).status_code == 302


def test_the_old_code_is_worth_nothing_once_the_owner_was_there(settings, wanjiru, clock):
    stolen = Authenticator.objects.get(user=wanjiru, type="recovery_codes").wrap().get_unused_codes()
    seize(settings)
    owner, thief = browser(), browser()
    reset(owner)
    enter(owner, clock)
    fresh = owner.get(REPLACE).context["form"].secret
    owner.post(REPLACE, {"code": code(fresh)})
    enter(thief, clock)
    assert not is_in(thief)
    thief.post(reverse("mfa_authenticate"), {"code": stolen[0]})
    assert not is_in(thief)


# --- The owner --------------------------------------------------------------------------------------------------------


def test_the_owner_sets_a_password_shows_the_old_code_once_and_enrols_anew(settings, wanjiru, clock):
    old_codes = Authenticator.objects.get(user=wanjiru, type="recovery_codes").wrap().get_unused_codes()
    seize(settings)
    told = [letter for letter in letters() if letter.address == wanjiru.email and "your password no longer works" in letter.text]
    assert len(told) == 1
    owner = browser()
    reset(owner)
    enter(owner, clock)
    assert is_in(owner)
    assert owner.get("/").url == REPLACE
    page = owner.get(REPLACE)
    fresh = page.context["form"].secret
    assert fresh != SECRET
    assert "keep the passkey" not in page.content.decode()
    wrong = owner.post(REPLACE, {"code": "000000"})
    assert (wrong.status_code, wrong.context["form"].secret) == (200, fresh)
    assert exposed_factors.has_exposed_factor(wanjiru)
    done = owner.post(REPLACE, {"code": code(fresh)})
    codes = done.context["codes"]
    assert (len(codes), set(codes) & set(old_codes)) == (10, set())
    assert owner.get("/").status_code == 200
    assert owner.get(REPLACE).url == reverse("mfa_index")
    assert [(factor.type, factor.is_established) for factor in factors_of(wanjiru)] == [("totp", True), ("recovery_codes", True)]
    assert not ExposedFactor.objects.exists()
    assert "app-added" in [row.about.get("what") for row in Email.objects.filter(to=wanjiru)]
    acts = list(AuditEntry.objects.filter(act__startswith="accounts.factor").order_by("pk").values_list("act", flat=True))
    assert acts == ["accounts.factor_removed", "accounts.factor_removed", "accounts.factor_added"]
    again = browser()
    enter(again, clock, fresh)
    assert again.get("/").status_code == 200


def test_a_recovery_code_proves_her_too(settings, wanjiru, clock):
    recovery = Authenticator.objects.get(user=wanjiru, type="recovery_codes").wrap().get_unused_codes()[0]
    seize(settings)
    owner = browser()
    reset(owner)
    log_in(owner, password=NEW)
    owner.post(reverse("mfa_authenticate"), {"code": recovery})
    assert owner.get("/").url == REPLACE


def test_the_mailbox_alone_opens_nothing_of_hers(settings, wanjiru, clock):
    """Whoever reads her mail, and has no copy of the database, still meets the code."""
    seize(settings)
    reader = browser()
    reset(reader)
    log_in(reader, password=NEW)
    reader.get(REPLACE)
    assert not is_in(reader)
    assert ExposedFactor.objects.count() == 2


def test_the_proof_lasts_half_an_hour(settings, wanjiru, clock):
    seize(settings)
    owner = browser()
    reset(owner)
    enter(owner, clock)
    clock.shift(31 * 60)
    assert owner.get(REPLACE).url == reverse("account_login")
    assert not is_in(owner)


def test_a_passkey_stays_and_can_do_without_an_app(settings, wanjiru, clock):
    ama = factories.UserFactory(email="ama@example.org", password=PASSWORD)
    here = browser()
    log_in(here, email=ama.email)
    confirm_it_is_me(here)
    passkey = SoftPasskey(ama)
    passkey.add(here)
    TOTP.activate(ama, SECRET)
    clock.shift(timedelta(days=30))
    seize(settings)
    owner = browser()
    passkey.log_in(owner)
    assert is_in(owner)
    assert owner.get("/").url == REPLACE
    assert "keep the passkey" in owner.get(REPLACE).content.decode()
    done = owner.post(REPLACE, {"without-app": "1"})
    assert len(done.context["codes"]) == 10
    assert owner.get("/").status_code == 200
    assert sorted(factor.type for factor in factors_of(ama)) == ["recovery_codes", "webauthn"]


def test_without_a_passkey_the_app_cannot_just_be_removed(settings, wanjiru, clock):
    seize(settings)
    owner = browser()
    reset(owner)
    enter(owner, clock)
    owner.post(REPLACE, {"without-app": "1"})
    assert "totp" in [factor.type for factor in factors_of(wanjiru)]
    with pytest.raises(RuleBroken, match="no second factor"):
        exposed_factors.replace_exposed_factors(wanjiru)


def test_whoever_had_no_second_factor_just_sets_a_password(settings, clock):
    bare = factories.UserFactory(email="bare@example.org", password=PASSWORD)
    seize(settings)
    owner = browser()
    reset(owner, email=bare.email)
    log_in(owner, email=bare.email, password=NEW)
    assert owner.get("/").status_code == 200


def test_replacing_twice_replaces_once(settings, wanjiru, clock):
    seize(settings)
    exposed_factors.replace_exposed_factors(wanjiru, secret=SECRET[::-1])
    with pytest.raises(RuleBroken, match="already"):
        exposed_factors.replace_exposed_factors(wanjiru, secret=SECRET)


SAID = {
    "en": "All its keys were changed, and your password no longer works.",
    "fr": "Toutes ses clés ont été changées, et votre mot de passe ne fonctionne plus.",
    "es": "Se cambiaron todas sus claves y tu contraseña ya no funciona.",
}


@pytest.mark.parametrize("language", SAID)
def test_everyone_is_told_in_her_language_once_it_is_unlocked(settings, mailoutbox, clock, language, django_capture_on_commit_callbacks):
    person = factories.UserFactory(email="bare@example.org", language=language, password=PASSWORD)
    factories.UserFactory(is_active=False)
    with django_capture_on_commit_callbacks(execute=True):
        with pytest.raises(CommandError):
            rotate()
        change_env(settings)
        rotate()
    assert mailoutbox == []
    call_command("unlock_instance", stdout=StringIO())
    deliver_waiting()
    [letter] = mailoutbox
    assert letter.to == [person.email]
    assert SAID[language] in " ".join(letter.body.split())
    assert "/account/password/reset/" in letter.body
