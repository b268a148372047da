"""The pages on which a date is moved, confirmed and undone."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from calendar_app.models import DateChange, Meeting
from tests.calendar_app.dating import EARLY, NEAR, SOURCE, change_form, door, page, reminder
from tests.factories import AssemblyFactory, DeadlineFactory, MeetingFactory, coalition, lead, member

pytestmark = pytest.mark.django_db


@time_machine.travel(EARLY, tick=False)
def test_a_lead_sees_what_moves_before_it_does_and_undoes_it_with_one_button(client):
    here = coalition()
    meeting, by = MeetingFactory(title_en="African meeting"), lead(here)
    door(meeting)
    door(meeting, None)
    reminder(meeting)
    client.force_login(by)
    url = page("meeting-change", meeting)
    assert 'value="2028-08-07"' in client.get(url).content.decode()

    preview = client.post(url, change_form(meeting)).content.decode()
    for words in ("2 dates move.", "1 person is notified.", "1 reminder is replaced.", "Dates that do not move", "<ins>14–18 Aug"):
        assert words in preview
    meeting.refresh_from_db()
    assert meeting.version == 1
    assert 'value="2028-08-14"' in client.post(url, change_form(meeting, again="1")).content.decode()

    client.post(url, change_form(meeting, save="1"))
    client.post(url, change_form(meeting, save="1"))
    meeting.refresh_from_db()
    assert (meeting.starts_on, meeting.version, DateChange.objects.filter(because_of=None).count()) == (date(2028, 8, 14), 2, 1)

    shown = client.get(meeting.get_absolute_url()).content.decode()
    undo = page("change-undo", DateChange.objects.get(because_of=None))
    assert undo in shown
    client.post(undo)
    meeting.refresh_from_db()
    assert (meeting.starts_on, meeting.version) == (date(2028, 8, 7), 3)


@time_machine.travel(EARLY, tick=False)
@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"until": "2028-08-13"}, "The last day is before the first one."),
        ({"zone": "Mars/Olympus"}, "is not a time zone we know"),
        ({"on": "2028-03-26", "hour": "02:30", "zone": "Europe/Zurich"}, "clocks in Geneva (Europe/Zurich) go forward"),
        ({"source": ""}, "This cannot be left empty."),
        ({"source": "javascript:alert(1)"}, "Give a plain web address that begins with https:// or http://"),
        ({"status": "sure"}, "is not one of the choices."),
        ({"on": "0001-01-01", "until": ""}, "Check the year: this one is not possible."),
        ({"on": "31 August"}, "Give a date, such as"),
        ({"seen": "older"}, "Someone else has changed this date in the meantime."),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence_and_nothing_typed_is_lost(client, fields, sentence):
    meeting = MeetingFactory()
    client.force_login(lead(coalition()))
    said = change_form(meeting, save="1", **{"source": SOURCE} | fields)
    answer = client.post(page("meeting-change", meeting), said).content.decode()
    assert sentence in answer
    assert 'value="2028-08-18"' in answer or "until" in fields
    assert Meeting.objects.get().version == 1


@time_machine.travel(EARLY, tick=False)
def test_a_date_that_cannot_be_is_refused_at_its_field_before_it_is_previewed(client):
    meeting = MeetingFactory()
    client.force_login(lead(coalition()))
    answer = client.post(page("meeting-change", meeting), change_form(meeting, until="2028-08-13"))
    assert answer.context["form"].errors == {"until": ["The last day is before the first one."]}


@time_machine.travel(NEAR, tick=False)
def test_near_the_day_another_lead_confirms_on_the_page(client):
    here = coalition()
    meeting, first, second, plain = MeetingFactory(), lead(here, name="Wanjiru Kamau"), lead(here), member(here)
    client.force_login(first)
    client.post(page("meeting-change", meeting), change_form(meeting, save="1"))
    change = DateChange.objects.get()
    shown = client.get(meeting.get_absolute_url()).content.decode()
    assert page("change-confirm", change) not in shown
    client.post(page("change-confirm", change))
    change.refresh_from_db()
    assert change.is_pending

    client.logout()
    client.force_login(plain)
    assert page("change-confirm", change) not in client.get(meeting.get_absolute_url()).content.decode()
    client.post(page("change-confirm", change))
    change.refresh_from_db()
    assert change.is_pending

    client.logout()
    client.force_login(second)
    shown = client.get(meeting.get_absolute_url()).content.decode()
    assert "proposed by Wanjiru Kamau" in shown
    assert page("change-confirm", change) in shown
    client.post(page("change-confirm", change))
    meeting.refresh_from_db()
    assert meeting.starts_on == date(2028, 8, 14)


@time_machine.travel(EARLY, tick=False)
def test_the_first_day_of_the_assembly_is_changed_on_its_own_page(client):
    assembly = AssemblyFactory()
    opening = MeetingFactory(assembly=assembly, kind="assembly", group=None, starts_on=assembly.starts_on, ends_on=assembly.ends_on)
    contributions = DeadlineFactory(assembly=assembly, offset_days=-29)
    client.force_login(lead(coalition()))
    url = reverse("calendar_app:assembly-change", args=[assembly.code])
    assert client.get(page("meeting-change", opening)).url == url
    said = change_form(assembly, on="2028-11-14", until="2028-11-23", status="provisional")
    assert "3 dates move." in client.post(url, said).content.decode()
    client.post(url, said | {"save": "1"})
    contributions.refresh_from_db()
    assert contributions.at.date() == date(2028, 10, 16)
    shown = client.get(reverse("calendar_app:assembly", args=[assembly.code])).content.decode()
    assert "<del>17–26 Oct</del> → <ins>14–23 Nov</ins>" in shown
    assert client.get(reverse("calendar_app:assembly", args=["WTSA-99"])).status_code == 404


@time_machine.travel(EARLY, tick=False)
def test_what_is_typed_survives_the_end_of_a_session(client):
    meeting = MeetingFactory()
    by = lead(coalition())
    url = page("meeting-change", meeting)
    client.force_login(by)
    client.get(url)
    del client.cookies["sessionid"]
    client.post(url, change_form(meeting, source="https://example.org/typed-with-care"))
    client.force_login(by)
    assert "https://example.org/typed-with-care" in client.get(url).content.decode()
