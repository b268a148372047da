"""Nothing typed is lost when the session has ended meanwhile, and nobody else finds it."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from amnt.accounts.middleware import KEPT_MOST
from amnt.accounts.models import Session
from amnt.accounts.tokens import digest_of
from tests.accounts.conftest import PASSWORD, log_in
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PROFILE = reverse("accounts:profile")
TYPED = {"name": "Wanjirũ wa Kamaũ", "language": "es", "time_zone": "America/Lima"}


def end_session(client):
    """As when it has run out or was closed elsewhere: the browser still sends the old cookie."""
    Session.objects.filter(pk=digest_of(client.session.session_key)).delete()


@pytest.fixture
def logged_out(client, wanjiru):
    """A browser she was logged in with, whose session has ended."""
    log_in(client)
    client.get(PROFILE)
    end_session(client)
    return client


def log_in_again(client, response, email="wanjiru@example.org", password=PASSWORD):
    """Through the page one was sent to, and on to where it leads."""
    page = client.get(response.url)
    return page, client.post(response.url, {"login": email, "password": password, "next": parse_qs(urlsplit(response.url).query)["next"]})


def test_a_form_sent_after_the_session_ended_comes_back_filled_in(logged_out, wanjiru):
    sent = logged_out.post(PROFILE, TYPED)
    page, answer = log_in_again(logged_out, sent)
    assert "Your text is safe: log in again to send it." in page.content.decode()
    assert answer.url == PROFILE
    form = logged_out.get(PROFILE)
    assert {name: form.context["form"][name].value() for name in TYPED} == TYPED
    assert "Your text is safe. Check it and send it again." in form.content.decode()
    wanjiru.refresh_from_db()
    assert wanjiru.name == "Wanjiru Kamau"
    logged_out.post(PROFILE, TYPED)
    wanjiru.refresh_from_db()
    assert (wanjiru.name, wanjiru.time_zone) == (TYPED["name"], "America/Lima")


def test_it_comes_back_on_every_load_until_it_is_sent(logged_out):
    log_in_again(logged_out, logged_out.post(PROFILE, TYPED))
    for _load in range(2):
        assert logged_out.get(PROFILE).context["form"]["name"].value() == TYPED["name"]
    assert logged_out.get(reverse("accounts:devices")).wsgi_request.path != PROFILE
    logged_out.post(PROFILE, {**TYPED, "name": "Sent", "language": "en"})
    again = logged_out.get(PROFILE)
    assert again.context["form"]["name"].value() == "Sent"
    assert "Your text is safe" not in again.content.decode()


def test_it_survives_the_second_step_too(logged_out, wanjiru):
    from allauth.mfa.totp.internal.auth import TOTP  # noqa: PLC0415

    from tests.accounts.test_second_factor import SECRET, code  # noqa: PLC0415

    TOTP.activate(wanjiru, SECRET)
    sent = logged_out.post(PROFILE, TYPED)
    _page, answer = log_in_again(logged_out, sent)
    assert answer.url == reverse("mfa_authenticate")
    assert logged_out.post(answer.url, {"code": code()}).url == PROFILE
    assert logged_out.get(PROFILE).context["form"]["name"].value() == TYPED["name"]


def test_someone_else_who_logs_in_does_not_get_it(logged_out):
    other = UserFactory(name="Someone Else", password=PASSWORD)
    log_in_again(logged_out, logged_out.post(PROFILE, TYPED), other.email)
    page = logged_out.get(PROFILE)
    assert page.context["form"]["name"].value() == "Someone Else"
    assert TYPED["name"] not in page.content.decode()
    assert "kept_text" not in logged_out.session


def test_a_browser_nobody_was_logged_in_with_keeps_nothing(client, wanjiru):
    sent = client.post(PROFILE, TYPED)
    assert "kept_text" not in client.session
    page, _answer = log_in_again(client, sent)
    assert "Your text is safe" not in page.content.decode()
    assert client.get(PROFILE).context["form"]["name"].value() == "Wanjiru Kamau"


def test_after_a_day_it_is_gone(logged_out):
    start = now()
    with time_machine.travel(start, tick=False):
        sent = logged_out.post(PROFILE, TYPED)
    with time_machine.travel(start + timedelta(days=1, minutes=1), tick=False):
        log_in_again(logged_out, sent)
        assert logged_out.get(PROFILE).context["form"]["name"].value() == "Wanjiru Kamau"


def test_passwords_and_seals_are_never_kept(logged_out):
    logged_out.post(PROFILE, {**TYPED, "password": "secret one", "oldpassword": "secret two", "csrfmiddlewaretoken": "seal"})
    kept = logged_out.session["kept_text"]["text"]
    assert "Wanjir" in kept
    assert [word for word in ("secret", "seal") if word in kept] == []


def test_what_is_too_long_to_keep_is_said_so_before_it_is_lost(logged_out):
    sent = logged_out.post(PROFILE, {**TYPED, "name": "x" * (KEPT_MOST + 1)})
    page = logged_out.get(sent.url).content.decode()
    assert "could not be kept here. Go back and copy it first." in page
    assert "Your text is safe" not in page


def test_a_long_text_in_another_script_is_kept_whole(logged_out):
    text = "قرار ٥٠ " * 500
    log_in_again(logged_out, logged_out.post(PROFILE, {**TYPED, "name": text}))
    assert logged_out.get(PROFILE).context["form"]["name"].value() == text


def test_the_query_of_the_address_is_kept(logged_out):
    assert parse_qs(urlsplit(logged_out.post(f"{PROFILE}?from=menu", TYPED).url).query)["next"] == [f"{PROFILE}?from=menu"]


def test_a_button_pressed_too_late_leads_back_to_its_page_and_does_nothing(logged_out):
    sent = logged_out.post(
        reverse("accounts:device-close"), {"device": "x"}, headers={"referer": "http://testserver/account/devices/?page=2"}
    )
    assert parse_qs(urlsplit(sent.url).query)["next"] == ["/account/devices/?page=2"]
    assert "so this was not done" in logged_out.get(sent.url).content.decode()
    assert "kept_text" not in logged_out.session


@pytest.mark.parametrize("referer", ["https://evil.example/page", "http://testserver//evil.example/", "javascript:alert(1)", ""])
def test_a_button_never_leads_to_a_foreign_page(logged_out, referer):
    sent = logged_out.post(reverse("accounts:device-close"), {"device": "x"}, headers={"referer": referer})
    assert parse_qs(urlsplit(sent.url).query)["next"] == ["/"]


def test_a_fragment_is_answered_by_a_way_to_the_log_in_not_by_its_page(logged_out):
    headers = {"hx-request": "true", "hx-current-url": "http://testserver/resolutions/?q=50"}
    answer = logged_out.get(PROFILE, headers=headers)
    assert answer.status_code == 200
    assert parse_qs(urlsplit(answer.headers["HX-Redirect"]).query)["next"] == ["/resolutions/?q=50"]
    assert answer.content == b""


def test_a_form_sent_as_a_fragment_is_kept_too(logged_out):
    answer = logged_out.post(PROFILE, TYPED, headers={"hx-request": "true", "hx-current-url": "http://testserver/account/"})
    logged_out.post(answer.headers["HX-Redirect"], {"login": "wanjiru@example.org", "password": PASSWORD})
    assert logged_out.get(PROFILE).context["form"]["name"].value() == TYPED["name"]


def test_an_ordinary_page_asked_for_too_late_comes_after_the_log_in(logged_out):
    assert parse_qs(urlsplit(logged_out.get(f"{PROFILE}?x=1").url).query)["next"] == [f"{PROFILE}?x=1"]


# --- A form whose seal no longer fits -----------------------------------------------------------------------------


def test_a_form_from_before_the_last_log_in_keeps_its_text(wanjiru):
    tab = Client(enforce_csrf_checks=True)
    tab.force_login(wanjiru)
    tab.get(PROFILE)
    answer = tab.post(PROFILE, TYPED | {"csrfmiddlewaretoken": "x" * 64})
    assert answer.status_code == 403
    assert "What you typed is safe." in answer.content.decode()
    assert tab.get(PROFILE).context["form"]["name"].value() == TYPED["name"]
    wanjiru.refresh_from_db()
    assert wanjiru.name == "Wanjiru Kamau"


def test_a_form_forged_elsewhere_leaves_nothing_behind(wanjiru):
    """SameSite=Lax sends no session along: the answer must not plant a new one in its place."""
    elsewhere = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    answer = elsewhere.post(PROFILE, TYPED)
    assert (answer.status_code, "sessionid" in answer.cookies) == (403, False)
    assert Session.objects.count() == 0
