import json

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.urls import reverse

from amnt.accounts.permissions import has_second_factor
from amnt.accounts.services.second_factors import remove_through_mailbox
from amnt.audit.models import AuditEntry
from amnt.encryption import keys
from tests.accounts.conftest import an_hour_passes, confirm_it_is_me, is_in, letters, log_in
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code(secret: str = SECRET) -> str:
    counters = list(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(secret, counters[len(counters) // 2]))


@pytest.fixture
def with_app(wanjiru):
    TOTP.activate(wanjiru, SECRET)
    RecoveryCodes.activate(wanjiru)
    return wanjiru


def test_adding_an_app_takes_the_password_again_and_a_code_it_shows(client, wanjiru):
    log_in(client)
    an_hour_passes(client)
    assert client.get(reverse("mfa_activate_totp")).url.startswith(reverse("account_reauthenticate"))
    confirm_it_is_me(client)
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    assert secret in page.content.decode()
    refused = client.post(reverse("mfa_activate_totp"), {"code": "000000"})
    assert "This code is wrong" in refused.content.decode()
    assert not has_second_factor(wanjiru)
    assert client.post(reverse("mfa_activate_totp"), {"code": code(secret)}).url == reverse("mfa_view_recovery_codes")
    assert has_second_factor(wanjiru)
    codes = client.get(reverse("mfa_view_recovery_codes"))
    assert codes.content.decode().count('class="cote cote-example"') == 10


def test_the_picture_for_the_app_is_dark_on_white(client, wanjiru):
    log_in(client)
    confirm_it_is_me(client)
    assert 'fill="white"' in client.get(reverse("mfa_activate_totp")).context["totp_svg"]


def test_with_an_app_the_password_alone_opens_nothing(client, with_app):
    assert log_in(client).url == reverse("mfa_authenticate")
    assert not is_in(client)
    assert client.get(reverse("accounts:profile")).status_code == 302
    assert "This code is wrong" in client.post(reverse("mfa_authenticate"), {"code": "000000"}).content.decode()
    assert client.post(reverse("mfa_authenticate"), {"code": code()}).status_code == 302
    assert is_in(client)


def test_a_code_works_once(client, with_app):
    log_in(client)
    used = code()
    client.post(reverse("mfa_authenticate"), {"code": used})
    client.post(reverse("account_logout"))
    log_in(client)
    client.post(reverse("mfa_authenticate"), {"code": used})
    assert not is_in(client)


@pytest.mark.parametrize("seconds", [0, 31, 59])
def test_a_code_works_once_for_as_long_as_it_fits(client, with_app, seconds):
    """Half a minute early and half a minute late are forgiven: whoever looked over her shoulder has no more time for that."""
    with time_machine.travel("2028-09-20T10:00:00Z", tick=False) as clock:
        used = code()
        log_in(client)
        client.post(reverse("mfa_authenticate"), {"code": used})
        assert is_in(client)
        client.post(reverse("account_logout"))
        clock.shift(seconds)
        log_in(client)
        again = client.post(reverse("mfa_authenticate"), {"code": f"{used[:3]} {used[3:]}"})
        assert not is_in(client)
        assert "This code is wrong" in again.content.decode()


def test_a_recovery_code_works_in_its_place_and_once(client, with_app):
    recovery = Authenticator.objects.get(user=with_app, type="recovery_codes").wrap().get_unused_codes()[0]
    log_in(client)
    client.post(reverse("mfa_authenticate"), {"code": recovery})
    assert is_in(client)
    client.post(reverse("account_logout"))
    log_in(client)
    client.post(reverse("mfa_authenticate"), {"code": recovery})
    assert not is_in(client)


def test_guessing_codes_has_to_wait(client, with_app, limits):
    log_in(client)
    for _n in range(5):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "Too many attempts" in client.post(reverse("mfa_authenticate"), {"code": code()}).content.decode()
    assert not is_in(client)


def test_secrets_are_encrypted_where_they_are_stored(with_app):
    codes = Authenticator.objects.get(user=with_app, type="recovery_codes").wrap()
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator ORDER BY id")
        totp, recovery = (row[0] if isinstance(row[0], str) else json.dumps(row[0]) for row in cursor.fetchall())
    assert SECRET not in totp
    assert keys.decrypt(codes.instance.data["seed"]) not in recovery
    assert keys.decrypt(json.loads(totp)["secret"]) == SECRET


def test_the_same_secret_never_looks_the_same():
    assert keys.encrypt(SECRET) != keys.encrypt(SECRET)


def test_another_field_key_is_told_in_the_log(settings):
    token = keys.encrypt(SECRET)
    settings.FIELD_KEYS = ["another key"]
    keys.data_keys.forget()
    with pytest.raises(ImproperlyConfigured, match="FIELD_KEY"):
        keys.decrypt(token)


def test_removing_the_app_takes_the_password_again_and_the_codes_go_too(client, with_app):
    log_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code()})
    an_hour_passes(client)
    assert client.post(reverse("mfa_deactivate_totp")).url.startswith("/account/")
    assert has_second_factor(with_app)
    confirm_it_is_me(client)
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.count() == 0
    assert not has_second_factor(with_app)


def test_recovery_codes_alone_are_no_second_factor(wanjiru):
    RecoveryCodes.activate(wanjiru)
    assert not has_second_factor(wanjiru)


def test_the_app_lists_the_neutral_name_of_the_instance(client, wanjiru, settings):
    settings.SITE_NAME = "Agenda"
    log_in(client)
    confirm_it_is_me(client)
    assert "issuer=Agenda" in client.get(reverse("mfa_activate_totp")).context["totp_url"]


def test_the_page_of_second_factors_says_what_is_in_use(client, wanjiru, django_assert_num_queries):
    client.force_login(wanjiru)
    client.get(reverse("about:help"))
    with django_assert_num_queries(4):
        empty = client.get(reverse("mfa_index")).content.decode()
    assert "They come with the first app or passkey you add." in empty
    TOTP.activate(wanjiru, SECRET)
    RecoveryCodes.activate(wanjiru)
    assert "10 codes are left" in client.get(reverse("mfa_index")).content.decode()


def test_a_passkey_of_someone_else_cannot_be_touched(client, wanjiru):
    other = UserFactory()
    passkey = Authenticator.objects.create(user=other, type="webauthn", data={"name": "theirs", "credential": {}})
    log_in(client)
    confirm_it_is_me(client)
    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        assert client.post(reverse(name, args=[passkey.pk]), {"name": "mine"}).status_code == 404
    passkey.refresh_from_db()
    assert passkey.data["name"] == "theirs"


def test_the_log_in_asks_a_passkey_a_question_of_its_own_each_time(client):
    questions = [client.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"}).json() for _n in range(2)]
    challenges = [question["request_options"]["publicKey"]["challenge"] for question in questions]
    assert challenges[0] != challenges[1]
    assert questions[0]["request_options"]["publicKey"]["userVerification"] == "required"


@pytest.mark.parametrize("junk", ["", "no json", "{}", '{"id": "x", "response": {"userHandle": "eA"}}'])
def test_a_forged_passkey_answer_opens_nothing(client, wanjiru, junk):
    client.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"})
    assert client.post(reverse("mfa_login_webauthn"), {"credential": junk}).url == reverse("account_login")
    assert not is_in(client)


def test_no_page_with_passkeys_holds_script_of_its_own(client, wanjiru):
    """Strict CSP: only our files run; what stands between script tags is data."""
    log_in(client)
    confirm_it_is_me(client)
    page = client.get(reverse("mfa_add_webauthn"))
    scripts = [part.split(">")[0] for part in page.content.decode().split("<script")[1:]]
    assert [tag for tag in scripts if "src=" not in tag and 'type="application/json"' not in tag] == []
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")


def test_each_change_is_told_by_a_letter(client, wanjiru):
    log_in(client)
    confirm_it_is_me(client)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": code(secret)})
    client.post(reverse("mfa_generate_recovery_codes"))
    client.post(reverse("mfa_deactivate_totp"))
    texts = [letter.text for letter in letters()]
    assert ["app was added" in texts[0], "recovery codes were created" in texts[1], "app was removed" in texts[2]] == [True] * 3


def test_removing_it_through_the_mailbox_removes_the_codes_is_recorded_and_told(with_app):
    app = Authenticator.objects.get(user=with_app, type="totp")
    remove_through_mailbox(with_app, [app.pk])
    assert not Authenticator.objects.filter(user=with_app).exists()
    entry = AuditEntry.objects.of(with_app).get()
    assert (entry.act, entry.actor, entry.fields) == ("accounts.factor_removed", None, ["totp"])
    assert [(letter.address, "app was removed" in letter.text) for letter in letters()] == [(with_app.email, True)]
