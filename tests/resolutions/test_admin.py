"""The admin holds public facts and the instance's own objects, for staff who proved who they are."""

import json
import re
from datetime import UTC, datetime
from html import unescape

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.urls import reverse

from calendar_app.models import Deadline, Meeting
from resolutions.models import Assembly, Outcome, RegionalGroup, Resolution, Revision, Topic, WordingRule
from tests.factories import AssemblyFactory, DeadlineFactory, MeetingFactory, ResolutionFactory, UserFactory, coalition, lead

pytestmark = pytest.mark.django_db

FACTS = [Assembly, RegionalGroup, Topic, Resolution, Revision, Outcome, Meeting, Deadline, WordingRule]


@pytest.fixture
def staff(client):
    staff = UserFactory(is_staff=True, is_superuser=True, name="Thabo Mokoena")
    client.force_login(staff)
    return staff


def address(model, page="changelist", *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def test_no_content_of_a_coalition_is_in_the_admin():
    private = {model._meta.label for model in admin.site._registry if model._meta.app_label == "coalitions"}
    allowed = {"coalitions.Organisation", "coalitions.Coalition"}
    reminders = {model._meta.label for model in admin.site._registry if model._meta.app_label == "calendar_app"}

    assert private <= allowed
    assert reminders == {"calendar_app.Meeting", "calendar_app.Deadline"}


def test_the_call_of_a_circle_and_its_doors_are_not_in_the_admin(client, staff):
    alliance = coalition()
    call = MeetingFactory(kind=Meeting.Kind.CALL, group=None, circle=alliance.everyone, title_en="Secret call")
    DeadlineFactory(meeting=call, title_en="Secret door")
    MeetingFactory(title_en="Public meeting")
    DeadlineFactory(title_en="Public deadline")

    meetings, deadlines = client.get(address(Meeting)).content.decode(), client.get(address(Deadline)).content.decode()

    assert "Public meeting" in meetings
    assert "Secret" not in meetings
    assert "Public deadline" in deadlines
    assert "Secret" not in deadlines
    assert client.get(address(Meeting, "change", call.pk)).status_code == 302
    record = call.history.get()
    assert client.get(address(Meeting, "history", call.pk)).status_code == 404
    assert client.get(address(Meeting, "simple_history", call.pk, record.pk)).status_code == 404
    autocomplete = client.get(
        reverse("admin:autocomplete"), {"app_label": "calendar_app", "model_name": "deadline", "field_name": "meeting", "term": "secret"}
    )
    assert autocomplete.json()["results"] == []


def test_every_kind_of_fact_can_be_listed_and_added(client, staff):
    for model in FACTS:
        assert client.get(address(model)).status_code == 200, model
        assert client.get(address(model, "add")).status_code == 200, model


def test_a_correction_is_written_in_every_language_and_in_the_history(client, staff):
    resolution = ResolutionFactory(number=50, title_en="Cyber security", title_fr="Cybersécurité")
    page = client.get(address(Resolution, "change", resolution.pk))
    values = {name: value for name, value in page.context["adminform"].form.initial.items() if value is not None}

    response = client.post(address(Resolution, "change", resolution.pk), {**values, "title_en": "Cybersecurity", "topics": []})

    assert response.status_code == 302
    resolution.refresh_from_db()
    assert (resolution.title_en, resolution.title_fr) == ("Cybersecurity", "Cybersécurité")
    assert resolution.history.latest().history_user == staff


def test_i_checked_this_says_who_and_when_and_stands_in_the_history(client, staff):
    resolution, other = ResolutionFactory(number=50, confidence="medium"), ResolutionFactory(number=52, confidence="medium")

    client.post(address(Resolution), {"action": "mark_checked", "_selected_action": [resolution.pk]})

    resolution.refresh_from_db()
    assert (resolution.verified_by, resolution.is_to_check) == (staff, False)
    assert resolution.history.latest().history_user == staff
    other.refresh_from_db()
    assert other.is_to_check


def test_the_history_of_a_fact_is_read_in_the_admin(client, staff):
    resolution = ResolutionFactory(number=50, title_en="Cyber security")

    assert client.get(address(Resolution, "history", resolution.pk)).status_code == 200
    assert client.get(address(Resolution, "simple_history", resolution.pk, resolution.history.get().pk)).status_code == 200


def test_history_is_read_and_takes_nothing_back(client, staff):
    meeting = MeetingFactory(title_en="Before")
    first = meeting.history.get()
    meeting.title_en, meeting.version = "After", 2
    meeting.save()

    page = client.get(address(Meeting, "simple_history", meeting.pk, first.pk))
    values = {name: value for name, value in page.context["adminform"].form.initial.items() if value is not None}
    taking_back = client.post(address(Meeting, "simple_history", meeting.pk, first.pk), values)

    assert taking_back.status_code == 403
    meeting.refresh_from_db()
    assert (meeting.title_en, meeting.version) == ("After", 2)


def test_nobody_writes_by_hand_who_checked_a_fact(client, staff):
    form = client.get(address(Resolution, "add")).context["adminform"].form

    assert not {"verified_by", "verified_at", "reference_key", "search_text"} & set(form.fields)


def test_a_date_that_is_there_moves_by_its_page_not_here(client, staff):
    meeting, deadline = MeetingFactory(), DeadlineFactory()

    of_meeting = client.get(address(Meeting, "change", meeting.pk)).context["adminform"].form.fields
    of_deadline = client.get(address(Deadline, "change", deadline.pk)).context["adminform"].form.fields

    assert not {"starts_on", "ends_on", "at", "date_status", "circle"} & set(of_meeting)
    assert not {"at", "offset_days", "date_status"} & set(of_deadline)


def test_a_meeting_is_added_by_its_days(client, staff):
    cycle = AssemblyFactory()
    values = {
        "assembly": cycle.pk,
        "kind": "regional",
        "title_fr": "Réunion",
        "starts_on": "2028-08-07",
        "ends_on": "2028-08-11",
        "zone": "Africa/Nairobi",
        "date_status": "confirmed",
        "confidence": "high",
    }

    refused = client.post(address(Meeting, "add"), {**values, "ends_on": "2028-08-01"})
    assert "The last day is before the first one." in refused.content.decode()
    client.post(address(Meeting, "add"), values)

    meeting = Meeting.objects.get()
    assert (meeting.at, meeting.has_hour, meeting.history.get().history_user) == (datetime(2028, 8, 7, 10, tzinfo=UTC), False, staff)


def test_a_lead_who_is_no_staff_does_not_get_in(client):
    client.force_login(lead(coalition()))

    assert client.get(reverse("admin:index"), follow=True).status_code == 403


def test_one_logs_in_by_the_door_of_the_house(client):
    response = client.get(reverse("admin:index"), follow=True)

    assert response.redirect_chain[-1][0] == reverse("account_login", query={"next": reverse("admin:index")})


def test_staff_without_a_second_factor_are_sent_to_add_one(client, staff, settings):
    settings.LEADS_NEED_SECOND_FACTOR = True

    response = client.get(address(Resolution), follow=True)

    assert response.redirect_chain[-1][0] == reverse("mfa_index")
    assert "first add a second factor" in response.content.decode()


def test_staff_with_a_second_factor_get_in(client, staff, settings):
    settings.LEADS_NEED_SECOND_FACTOR = True
    Authenticator.objects.create(user=staff, type=Authenticator.Type.TOTP, data={})

    assert client.get(address(Resolution)).status_code == 200


def test_the_admin_loads_nothing_from_elsewhere(client, staff):
    page = client.get(address(Resolution, "add")).content.decode()

    assert 'src="http' not in page
    assert 'href="http' not in page


def a_rule(**fields) -> WordingRule:
    words = {"name_en": "A wider role", "explanation_en": "It gives the ITU something to run.", "examples_en": "⚑ to [+run+] the root"}
    return WordingRule.objects.create(code="wider-role", family="role", **words, **fields)


def sent(rule, patterns: str) -> dict:
    data = {f"{name}_{language}": "words" for name in ("name", "explanation", "examples") for language in ("fr", "en", "es")}
    return data | {"code": rule.code, "family": rule.family, "position": "1", "is_active": "on", "patterns": patterns}


def test_patterns_of_a_wording_rule_are_stored_when_they_can_be_read(client, staff):
    rule = a_rule()
    answer = client.post(address(WordingRule, "change", rule.pk), sent(rule, '{"en": ["+ run ..3 root"]}'))

    assert answer.status_code == 302
    rule.refresh_from_db()
    assert rule.patterns == {"en": ["+ run ..3 root"]}


@pytest.mark.parametrize(
    ("patterns", "said"),
    [
        ('{"en": ["? run"]}', "These patterns cannot be read: "),
        ('{"en": ["+ ab*"]}', "These patterns cannot be read: "),
        ('{"xx": ["+ run"]}', "Give the patterns by language"),
        ('["+ run"]', "Give the patterns by language"),
        ('{"en": "+ run"}', "Give the patterns by language"),
        ('{"en": [1]}', "Give the patterns by language"),
    ],
)
def test_patterns_that_cannot_be_read_are_refused_in_a_sentence(client, staff, patterns, said):
    rule = a_rule(patterns={"en": ["+ run"]})
    answer = client.post(address(WordingRule, "change", rule.pk), sent(rule, patterns))

    assert said in answer.content.decode()
    rule.refresh_from_db()
    assert rule.patterns == {"en": ["+ run"]}


def test_why_a_pattern_cannot_be_read_is_said_in_the_language_of_the_reader(client, staff):
    rule = a_rule(patterns={"en": ["+ run"]})
    staff.language = "es"
    staff.save()
    answer = client.post(address(WordingRule, "change", rule.pk), sent(rule, '{"en": ["+ ab*"]}'))

    assert "«ab*» es una raíz de menos de 3 letras" in answer.content.decode()


@pytest.mark.parametrize("language", ["fr", "en", "es"])
def test_the_example_of_patterns_can_be_copied(client, staff, language):
    staff.language = language
    staff.save()
    rule = a_rule()
    answer = client.post(address(WordingRule, "change", rule.pk), sent(rule, '["+ run"]'))

    example = re.search(r'\{"fr.+?\}', unescape(answer.content.decode()))
    assert json.loads(example[0]) == {"fr": ["+ …"]}
