from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from amnt.site import error_views
from tests.accounts.conftest import log_in
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PAGES = ["about:what-not-to-write", "about:help", "about:privacy"]


@pytest.mark.parametrize("name", PAGES)
def test_anyone_may_read_about_the_service(client, wanjiru, name):
    stranger = client.get(reverse(name)).content.decode()
    assert stranger.count("<h1>") == 1
    log_in(client)
    assert client.get(reverse(name)).content.decode().count("<h1>") == 1


@pytest.mark.parametrize("name", PAGES)
def test_these_pages_ask_the_database_nothing(client, name, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get(reverse(name))


def test_what_not_to_write_is_six_plain_lines_and_the_honest_premise(client):
    page = client.get(reverse("about:what-not-to-write")).content.decode()
    assert page.count('<li class="entry">') == 6
    assert "not end-to-end encrypted" in page
    assert [page.count(f'data-level="{level}"') for level in ("public", "coalition", "circle", "delegation")] == [1, 1, 1, 1]


def test_the_privacy_page_names_who_answers(client, settings):
    settings.HOSTED_BY, settings.HOST_CONTACT = "Example Foundation", "privacy@example.org"
    page = client.get(reverse("about:privacy")).content.decode()
    assert "Example Foundation hosts this service" in page
    assert "privacy@example.org" in page


def test_the_log_in_page_is_honest_and_speaks_three_languages(client):
    page = client.get(reverse("account_login")).content.decode()
    assert "You can paste it" in page
    assert "not end-to-end encrypted" in page.split("</form>")[-1]
    assert [f'lang="{code}"' in page for code in ("fr", "en", "es")] == [True] * 3
    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page


@time_machine.travel(datetime(2028, 9, 18, 23, 59, tzinfo=UTC), tick=False)
def test_each_page_says_when_it_was_read_on_the_readers_own_clock(client):
    client.force_login(UserFactory(language="fr", time_zone="Africa/Nairobi"))
    foot = client.get(reverse("about:help")).text.split("<footer")[1]
    assert 'État au <time datetime="2028-09-18T23:59:00+00:00">mar. 19 sept., 02:59</time>' in foot
    client.logout()
    assert "<time" not in client.get(reverse("about:help")).text.split("<footer")[1]


# --- When something goes wrong ------------------------------------------------------------------------------------


def test_what_does_not_exist_and_what_one_may_not_see_get_the_same_answer(client, wanjiru):
    log_in(client)
    client.get(reverse("accounts:profile"))
    pages = [client.get(path) for path in ("/nowhere/", "/coalition/00000000-0000-4000-8000-000000000000/")]
    assert [page.status_code for page in pages] == [404, 404]
    bodies = [page.content.decode().split("<main")[1].split("</main>")[0] for page in pages]
    assert bodies[0] == bodies[1]
    assert "We give the same answer in both cases" in bodies[0]


def test_a_page_not_found_says_it_in_the_readers_language(client):
    assert '<html lang="es"' in client.get("/nowhere/", headers={"accept-language": "es"}).content.decode()


def test_a_broken_page_needs_neither_database_nor_frame(rf, django_assert_num_queries, settings):
    settings.HOST_CONTACT = "host@example.org"
    with django_assert_num_queries(0):
        response = error_views.broken(rf.get("/"))
    assert response.status_code == 500
    assert "What you sent was either done in full or not at all." in response.content.decode()
    assert "host@example.org" in response.content.decode()


def test_what_cannot_be_read_is_answered_by_a_sentence(settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 2
    browser = Client(headers={"accept-language": "en"})
    response = browser.post(reverse("account_login"), {"a": "1", "b": "2", "c": "3"})
    assert response.status_code == 400
    assert "This could not be read" in response.content.decode()


def test_whoever_breaks_a_page_sees_the_page_for_it(wanjiru, monkeypatch):
    monkeypatch.setattr("amnt.accounts.views.account.devices_of", lambda *args, **kwargs: 1 / 0)
    browser = Client(raise_request_exception=False, headers={"accept-language": "en"})
    browser.force_login(wanjiru)
    response = browser.get(reverse("accounts:profile"))
    assert response.status_code == 500
    assert "Something went wrong here" in response.content.decode()
