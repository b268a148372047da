import json

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from django.urls import reverse

from amnt.accounts import own_data
from amnt.accounts.models import ApiToken, User
from amnt.accounts.services.erasing import erase
from amnt.errors import RuleBroken
from amnt.mail.models import Email
from amnt.mail.services import write_email
from tests.accounts.conftest import PASSWORD, confirm_it_is_me, is_in, log_in
from tests.accounts.test_second_factor import SECRET
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def inside(client, wanjiru):
    log_in(client)
    confirm_it_is_me(client)
    return client


@pytest.fixture
def registries(monkeypatch):
    """What a test registers is gone after it."""
    for name in ("_parts", "_refusals", "_farewells"):
        registry = getattr(own_data, name)
        monkeypatch.setattr(own_data, name, type(registry)(registry))


def test_all_that_is_stored_about_her_is_hers_to_take(inside, wanjiru, registries):
    own_data.register("pets", lambda user: [f"cat of {user.name}"])
    ApiToken.objects.create(user=wanjiru, name="my script", digest="d" * 64, expires_at=wanjiru.date_joined)
    write_email("accounts/security", to=wanjiru, about={"what": "password"})
    other = UserFactory(name="Someone Else")
    ApiToken.objects.create(user=other, name="their script", digest="e" * 64, expires_at=wanjiru.date_joined)
    response = inside.get(reverse("accounts:own-data"))
    assert response.headers["Content-Disposition"] == 'attachment; filename="my-data.json"'
    data = json.loads(response.content)
    assert (data["person"]["name"], data["person"]["time_zone"]) == ("Wanjiru Kamau", "Africa/Nairobi")
    assert data["pets"] == ["cat of Wanjiru Kamau"]
    assert [row["name"] for row in data["apitoken"]] == ["my script"]
    assert [row["kind"] for row in data["mail"]["sent"]] == ["accounts/security"]
    assert len(data["device"]) == 1
    assert "Someone Else" not in response.content.decode()


def test_secrets_are_not_data(inside, wanjiru):
    TOTP.activate(wanjiru, SECRET)
    ApiToken.objects.create(user=wanjiru, name="my script", digest="d" * 64, expires_at=wanjiru.date_joined)
    text = inside.get(reverse("accounts:own-data")).content.decode()
    assert '"type": "totp"' in text
    for secret in (wanjiru.password, "d" * 64, inside.session.session_key, '"secret"', '"seed"'):
        assert secret not in text


def test_taking_and_deleting_take_the_password_again(client, wanjiru):
    log_in(client)
    assert client.get(reverse("accounts:own-data")).url.startswith(reverse("account_reauthenticate"))
    assert client.post(reverse("accounts:delete")).url.startswith(reverse("account_reauthenticate"))
    wanjiru.refresh_from_db()
    assert wanjiru.is_active


def test_deleting_leaves_no_name_no_address_and_no_way_in(inside, wanjiru):
    TOTP.activate(wanjiru, SECRET)
    ApiToken.objects.create(user=wanjiru, name="my script", digest="d" * 64, expires_at=wanjiru.date_joined)
    write_email("accounts/security", to=wanjiru, about={"what": "password"})
    phone = Client()
    log_in(phone)
    page = inside.get(reverse("accounts:delete")).content.decode()
    assert "Delete my account" in page
    wanjiru.refresh_from_db()
    assert wanjiru.is_active
    response = inside.post(reverse("accounts:delete"), follow=True)
    assert "Your account has been deleted." in response.content.decode()
    assert not is_in(inside)
    gone = User.objects.get(pk=wanjiru.pk)
    assert (gone.name, gone.is_active, gone.email) == ("", False, f"{gone.public_id}@erased.invalid")
    assert (str(gone), gone.short_name) == ("former member", "former member")
    assert not gone.has_usable_password()
    assert (gone.time_zone, gone.seen_at, gone.last_login) == ("UTC", None, None)
    assert [ApiToken.objects.count(), Email.objects.count(), gone.authenticator_set.count()] == [0, 0, 0]
    assert log_in(Client()).status_code == 200


def test_her_address_is_free_again(inside, wanjiru):
    inside.post(reverse("accounts:delete"))
    assert UserFactory(email="wanjiru@example.org", password=PASSWORD).is_active


def test_whoever_is_still_needed_is_told_why_and_stays_whole(inside, wanjiru, registries):
    own_data.register_refusal(lambda user: "You are the last lead of Open Standards Network.")
    farewells = []
    own_data.register_farewell(farewells.append)
    page = inside.get(reverse("accounts:delete")).content.decode()
    assert "You are the last lead of Open Standards Network." in page
    assert page.count('class="button button-danger"') == 0
    answer = inside.post(reverse("accounts:delete"), follow=True).content.decode()
    assert "You are the last lead of Open Standards Network." in answer
    wanjiru.refresh_from_db()
    assert (wanjiru.is_active, wanjiru.name, farewells) == (True, "Wanjiru Kamau", [])
    with pytest.raises(RuleBroken):
        erase(wanjiru)


def test_a_farewell_that_fails_leaves_everything_as_it_was(wanjiru, registries):
    def fails(user):
        raise RuleBroken("Not now.")

    write_email("accounts/security", to=wanjiru, about={"what": "password"})
    own_data.register_farewell(fails)
    with pytest.raises(RuleBroken):
        erase(wanjiru)
    wanjiru.refresh_from_db()
    assert (wanjiru.is_active, wanjiru.name, Email.objects.count()) == (True, "Wanjiru Kamau", 1)


def test_the_page_holds_what_the_download_holds_and_when_it_is_deleted(inside, wanjiru, registries):
    own_data.register("pets", lambda user: [{"name": "<b>Cat</b>", "colours": ["grey", "white"], "age": None}])
    ApiToken.objects.create(user=wanjiru, name="my script", digest="d" * 64, expires_at=wanjiru.date_joined)
    page = inside.get(reverse("accounts:stored")).text
    for said in ("Africa/Nairobi", "my script", "&lt;b&gt;Cat&lt;/b&gt;", "colours 2", "white", "90 days after they were settled"):
        assert said in page
    for secret in (wanjiru.password, "d" * 64, inside.session.session_key, "<b>Cat"):
        assert secret not in page


def test_the_page_asks_again_who_one_is(client, wanjiru):
    client.force_login(wanjiru)
    assert client.get(reverse("accounts:stored")).url.startswith(reverse("account_reauthenticate"))
