from pathlib import Path

import pytest
from django.conf import settings as project
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse
from hypothesis import given
from hypothesis import strategies as st

from amnt.accounts import devices
from amnt.accounts.models import Session, User
from amnt.accounts.net import ip_prefix
from amnt.accounts.tokens import digest_of
from tests.accounts.conftest import PASSWORD, is_in, log_in
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_one_logs_in_with_address_and_password(client, wanjiru):
    response = log_in(client, "Wanjiru@Example.org")
    assert (response.status_code, response.url) == (302, "/")
    assert client.session["_auth_user_id"] == str(wanjiru.pk)


def test_the_page_one_wanted_comes_after_the_log_in_but_never_a_foreign_one(client, wanjiru):
    assert client.post("/account/login/?next=/about/help/", {"login": wanjiru.email, "password": PASSWORD}).url == "/about/help/"
    client.logout()
    assert client.post("/account/login/?next=https://evil.example/", {"login": wanjiru.email, "password": PASSWORD}).url == "/"


def test_a_known_and_an_unknown_address_get_the_same_answer(client, wanjiru):
    known = log_in(client, password="wrong password here").content.decode()
    unknown = log_in(client, "nobody0@example.org", "wrong password here").content.decode()
    same = [page.replace("wanjiru@example.org", "…").replace("nobody0@example.org", "…") for page in (known, unknown)]
    token = 'name="csrfmiddlewaretoken" value="'
    same = ["".join(part[64:] if n else part for n, part in enumerate(page.split(token))) for page in same]
    assert same[0] == same[1]
    assert "or the password is wrong" in same[0]


def test_an_unknown_address_costs_as_much_hashing_as_a_known_one(client, wanjiru, monkeypatch):
    """Time would tell what words do not: each wrong log-in computes one hash."""
    hashed = []
    for name in ("check_password", "set_password"):
        real = getattr(User, name)
        monkeypatch.setattr(User, name, lambda self, raw, real=real: hashed.append(raw) or real(self, raw))
    log_in(client, password="wrong one")
    log_in(client, "nobody@example.org", "wrong two")
    assert hashed == ["wrong one", "wrong two"]


def test_a_closed_account_cannot_log_in(client, wanjiru):
    User.objects.filter(pk=wanjiru.pk).update(is_active=False)
    assert log_in(client, password="wrong password here").status_code == 200
    assert log_in(client).url == reverse("account_inactive")
    assert not is_in(client)


# --- Slowly -------------------------------------------------------------------------------------------------------


def test_the_sixth_wrong_try_has_to_wait(client, wanjiru, limits):
    for _n in range(5):
        assert log_in(client, password="wrong").status_code == 200
    response = log_in(client)
    assert (response.status_code, response.headers["Retry-After"]) == (429, "900")
    assert "Please slow down" in response.content.decode()
    assert not is_in(client)


def test_right_tries_do_not_count(client, wanjiru, limits):
    for _n in range(7):
        assert log_in(client).status_code == 302
        client.logout()


def test_a_guesser_slows_down_his_own_neighbourhood_and_not_the_person(client, wanjiru, limits):
    for n in range(6):
        log_in(client, password="wrong", REMOTE_ADDR=f"203.0.113.{n}")
    assert log_in(client, REMOTE_ADDR="203.0.113.99").status_code == 429
    assert log_in(client, REMOTE_ADDR="198.51.100.7").status_code == 302


def test_a_sweep_over_many_accounts_is_stopped_too(client, wanjiru, limits):
    for n in range(50):
        log_in(client, f"someone{n}@example.org", "wrong")
    assert log_in(client).status_code == 429


def test_one_account_tried_from_everywhere_is_slowed_down(client, wanjiru, limits):
    for n in range(50):
        log_in(client, password="wrong", REMOTE_ADDR=f"10.{n}.0.1")
    assert log_in(client, REMOTE_ADDR="198.51.100.7").status_code == 429


def test_unknown_addresses_are_slowed_down_just_the_same(client, limits):
    for _n in range(5):
        log_in(client, "nobody@example.org", "wrong")
    assert log_in(client, "nobody@example.org", "wrong").status_code == 429


def test_a_neighbourhood_is_a_24_or_a_48():
    assert ip_prefix("203.0.113.77") == "203.0.113.0"
    assert ip_prefix("2001:db8:1:2:3::4") == "2001:db8:1::"
    assert ip_prefix("::ffff:203.0.113.77") == "203.0.113.0"
    assert ip_prefix(None) == ip_prefix("")


@given(st.ip_addresses(v=4), st.integers(0, 255))
def test_changing_the_last_number_changes_no_neighbourhood(address, last):
    neighbour = ".".join([*str(address).split(".")[:3], str(last)])
    assert ip_prefix(str(address)) == ip_prefix(neighbour)


# --- By invitation only -------------------------------------------------------------------------------------------


def test_nobody_can_open_an_account_alone(client):
    response = client.post(reverse("account_signup"), {"email": "new@example.org", "password1": PASSWORD})
    assert "You join by invitation" in response.content.decode()
    assert User.objects.count() == 0


@pytest.mark.parametrize(
    "name", ["account_signup_by_passkey", "mfa_signup_webauthn", "account_email", "account_request_login_code", "usersessions_list"]
)
def test_there_is_no_back_door(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_every_page_of_allauth_is_in_our_own_words(client, wanjiru):
    """Walks the addresses allauth gives us: each page comes from our own folder, or leads to one that does."""
    ours = Path(project.BASE_DIR) / "templates"
    routes = [route for route in get_resolver().reverse_dict if isinstance(route, str) and route.startswith(("account_", "mfa_"))]
    arguments = {"account_reset_password_from_key": ["3", "set-password"], "mfa_remove_webauthn": [1], "mfa_edit_webauthn": [1]}
    log_in(client)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    pages = {}
    for browser in (Client(headers={"accept-language": "en"}), client):
        for route in sorted(routes):
            response = browser.get(reverse(route, args=arguments.get(route, [])))
            origins = [template.origin.name for template in getattr(response, "templates", []) if template.origin]
            if response.status_code == 200 and response.headers["Content-Type"].startswith("text/html"):
                pages[route] = origins[0]
    assert len(routes) >= 20
    assert len(pages) >= 15
    assert [origin for origin in pages.values() if not origin.startswith(str(ours))] == []


# --- What is behind the log-in ------------------------------------------------------------------------------------


def test_nothing_behind_the_log_in_is_cached(client, wanjiru):
    assert "no-store" not in client.get(reverse("about:help")).headers.get("Cache-Control", "")
    log_in(client)
    assert client.get(reverse("accounts:profile")).headers["Cache-Control"] == "no-store"
    assert client.get(reverse("about:help")).headers["Cache-Control"] == "no-store"


def test_a_log_in_makes_a_new_session(client, wanjiru):
    """R-06: whoever planted a session key before the log-in has nothing of it."""
    client.get(reverse("account_login"))
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    client.cookies["sessionid"] = planted
    log_in(client)
    assert client.session.session_key != planted
    assert not Session.objects.filter(pk=digest_of(planted)).exists()


def test_logging_out_takes_a_button(client, wanjiru):
    log_in(client)
    assert client.get(reverse("account_logout")).status_code == 200
    assert is_in(client)
    assert client.post(reverse("account_logout")).url == reverse("account_login")
    assert not is_in(client)


def test_log_in_needs_a_seal(wanjiru):
    browser = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    response = browser.post(reverse("account_login"), {"login": wanjiru.email, "password": PASSWORD})
    assert response.status_code == 403
    assert "This page is out of date" in response.content.decode()
    assert "sessionid" not in response.cookies


def test_two_people_on_one_browser_do_not_share_a_session(client, wanjiru):
    other = UserFactory(email="other@example.org", password=PASSWORD)
    log_in(client)
    first = client.session.session_key
    client.post(reverse("account_logout"))
    log_in(client, other.email)
    assert client.session.session_key != first


def test_someone_else_who_logs_in_ends_the_session_that_was_alive_there(client, wanjiru):
    other = UserFactory(email="other@example.org", password=PASSWORD)
    log_in(client)
    first = client.session.session_key
    # What passkeys and invitations come down to: Django's own log-in, over a session that is still alive.
    client.force_login(other)
    assert client.session["_auth_user_id"] == str(other.pk)
    assert not Session.objects.filter(pk=digest_of(first)).exists()
    assert [device.is_this for device in devices.devices_of(other, session_key=client.session.session_key)] == [True]
    assert client.get(reverse("accounts:profile")).status_code == 200


def test_the_log_in_page_lets_nobody_in_beside_someone_who_is_in(client, wanjiru):
    other = UserFactory(email="other@example.org", password=PASSWORD)
    log_in(client)
    response = client.post("/account/login/?next=/about/help/", {"login": other.email, "password": PASSWORD})
    assert response.url == "/about/help/"
    assert client.session["_auth_user_id"] == str(wanjiru.pk)


def test_an_address_that_is_none_leads_nowhere_after_the_log_in(client):
    client.force_login(UserFactory())
    assert client.get("/account/login/?next=http://[").url == "/"
