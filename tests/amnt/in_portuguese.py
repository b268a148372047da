"""What a fourth language must not break. Run by test_fourth_language.py, with settings of its own."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils.timezone import now
from django.utils.translation import gettext, override

from calendar_app.models import Meeting
from coalitions.models import Arrival, Invitation
from resolutions.models import Resolution, WordingRule
from tests.factories import AssemblyFactory, ResolutionFactory, coalition, lead
from tests.test_scoping import Walker, addresses, world

__all__ = ["world"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader():
    return lead(coalition(), language="pt", name="Inês", time_zone="America/Sao_Paulo")


@pytest.fixture
def client(reader):
    browser = Client()
    browser.force_login(reader)
    return browser


@pytest.mark.parametrize(("role", "under"), [("insider", "/"), ("staff", "/admin/")])
def test_every_page_opens(world, role, under):
    person = world.people[role]
    person.language = "pt"
    person.save()
    asked = [(address, public_id) for address, public_id in addresses(world) if address.startswith(under)]
    answers = [(address, answer) for address, _public_id, answer in Walker(world, role).ask_each("get", asked)]
    pages = [answer.content.decode() for _address, answer in answers if answer.headers.get("Content-Type", "").startswith("text/html")]
    assert [address for address, answer in answers if answer.status_code >= 500] == []
    assert sum('<html lang="pt"' in page for page in pages) > 30


def test_a_stranger_whose_browser_asks_for_it_reads_it():
    assert '<html lang="pt"' in Client().get("/account/login/", headers={"accept-language": "pt-BR,pt;q=0.9"}).text


def test_what_is_not_translated_is_said_in_english(client):
    with override("pt"):
        assert gettext("Give a title in at least one language.") == "Give a title in at least one language."
    page = client.get("/follow-ups/").text
    assert "<h1>Follow-ups" in page


def test_a_meeting_has_a_title_in_it(client):
    day = (now() + timedelta(days=30)).date().isoformat()
    form = {"title_pt": "Reunião", "on": day, "zone": "Europe/Zurich", "status": "confirmed", "source": "https://example.org/"}
    page = client.get("/calendar/new/regional/").text
    assert "Title in português" in page
    assert "Title in inglês" in page
    answer = client.post("/calendar/new/regional/", {**form, "assembly": AssemblyFactory().code, "registration_days": "3"})
    assert answer.status_code == 302
    meeting = Meeting.objects.get()
    assert (meeting.title_pt, meeting.title_en, meeting.deadlines.get().title_pt) == ("Reunião", None, "Registration closes: Reunião")
    assert "Reunião" in client.get("/calendar/?dates=all").text


def test_a_title_that_is_not_given_in_it_is_shown_in_english(client):
    resolution = ResolutionFactory(number=50, slug="50")
    assert f'<span lang="en">{resolution.title_en}</span> <small class="fallback">(in inglês)</small>' in client.get("/resolutions/").text


def test_the_interface_for_programs_has_it(client):
    resolution = ResolutionFactory(number=50, slug="50", title_pt="Cibersegurança", why_pt=None)
    row = client.get(f"/api/v1/resolutions/{resolution.slug}/").json()
    assert row["title"]["pt"] == "Cibersegurança"
    assert row["why"]["pt"] is None
    assert client.get("/api/v1/schema/").status_code == 200


def test_mails_are_written(client, reader, django_capture_on_commit_callbacks):
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/reminders/test/")
    assert [each.to for each in mail.outbox] == [[reader.email]]
    assert "Regional preparatory meeting" in mail.outbox[0].body


def test_two_words_are_english():
    arrival = Arrival(invitation=Invitation(language="pt"), first_word=0, second_word=1)
    assert arrival.words == "apple – arrow"


def test_the_data_that_ship_are_loaded():
    call_command("load_reference", verbosity=0)
    assert Resolution.objects.exclude(title_pt=None).count() == 0
    assert WordingRule.objects.filter(name_pt=None).exclude(name_en=None).exists()
