import re

import pytest
from django.test import Client

from amnt.mail import stopping
from amnt.mail.models import Mute
from amnt.mail.services import mute, unmute
from amnt.mail.stopping import read_stop, stop_url
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return UserFactory(name="Wanjiru Kamau", email="wanjiru@example.org")


@pytest.fixture
def link(person, monkeypatch):
    monkeypatch.setitem(stopping._words, "RR-01", "reminders of the contribution deadline")
    return stop_url(person, "RR-01").removeprefix("http://testserver")


def without_token(page):
    """The form that changes the language carries a fresh token each time."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.content.decode())


def mutes():
    return list(Mute.objects.values_list("user__email", "kind"))


def test_opening_the_link_changes_nothing_and_says_nothing_about_the_person(client, link, person):
    page = client.get(link)
    assert page.status_code == 200
    assert mutes() == []
    said = page.content.decode()
    assert "reminders of the contribution deadline" in said
    for secret in ("Wanjiru", "wanjiru", "Kamau", str(person.public_id)):
        assert secret not in said.replace(link, "")


def test_the_button_stops_this_kind_and_no_other_without_logging_in(client, link, person):
    page = client.post(link)
    assert page.status_code == 200
    assert "Reminders and privacy" in page.content.decode()
    assert mutes() == [(person.email, "RR-01")]


def test_a_mail_program_stops_it_with_one_click_and_no_cookie(link, person):
    program = Client(enforce_csrf_checks=True)
    assert program.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert mutes() == [(person.email, "RR-01")]


def test_stopping_twice_is_stopping_once(client, link, person):
    client.post(link)
    assert client.post(link).status_code == 200
    assert mutes() == [(person.email, "RR-01")]


def test_a_link_someone_has_changed_stops_nothing(client, link, person):
    other = link.replace("RR-01", "RR-02")
    assert client.get(other).status_code == 404
    assert client.post(other).status_code == 404
    assert client.get("/mail/stop/whatever/").status_code == 404
    assert mutes() == []


def test_the_link_of_someone_who_is_gone_looks_the_same(client, link, person):
    before = client.post(link)
    person.delete()
    after = client.post(link)
    assert without_token(after) == without_token(before)


def test_a_kind_without_words_is_named_neutrally(client, person):
    page = client.get(stop_url(person, "RR-99").removeprefix("http://testserver"))
    assert "e-mails of this kind" in page.content.decode()


def test_what_was_muted_can_be_heard_again(person):
    mute(person, kind="digest")
    mute(person, kind="digest")
    unmute(person, kind="digest")
    unmute(person, kind="digest")
    assert mutes() == []


def test_a_token_says_whose_mail_and_which(person):
    token = stop_url(person, "digest").rstrip("/").rsplit("/", 1)[1]
    assert read_stop(token) == (person.public_id, "digest")
    assert read_stop(token + "x") is None
