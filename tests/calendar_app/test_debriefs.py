"""RR-05: what can be told of a meeting that has ended, and nothing that a delegate may not tell."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from amnt.core.errors import RuleBroken
from calendar_app.forms.debriefs import DebriefForm
from calendar_app.models import Attendance, Debrief
from calendar_app.reminders import rules
from calendar_app.reminders.promises import promises
from calendar_app.reminders.recipients import all_facts
from calendar_app.reminders.targets import as_target_of
from calendar_app.services.debriefs import write_debrief
from coalitions.models import Circle, CircleView, FollowUp
from resolutions.models import RegionWatch
from tests.calendar_app.reminding import a_minute, mails_to, moment, rows
from tests.factories import MeetingFactory, RegionalGroupFactory, circle_of, coalition, lead, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def network():
    return coalition("Open Standards Network", mail_ceiling="detailed")


def held(**fields):
    """From Tuesday to Thursday."""
    about = {"at": moment(5), "starts_on": moment(5).date(), "ends_on": moment(7).date(), "title_en": "Second meeting"}
    return MeetingFactory(**{**about, **fields})


def goes(user, meeting, status="registered"):
    Attendance.objects.create(user=user, meeting=meeting, status=status)
    return user


def told(user):
    return [row[:4] for row in rows(user, rule="RR-05")]


def test_rr_05_asks_who_was_there_two_days_after_and_leads_five_days_after(clock, network):
    meeting = held()
    boss, her, remote, absent = lead(network), member(network), member(network), member(network)
    RegionWatch.objects.create(user=boss, group=meeting.group)
    goes(her, meeting), goes(remote, meeting, "remote"), goes(absent, meeting, "not")
    for day in range(2, 15):
        clock.move_to(moment(day, 9))
        a_minute()
    assert [told(user) for user in (her, remote, absent, boss)] == [
        [("RR-05", -2, "tell", "sent")],
        [("RR-05", -2, "tell", "sent")],
        [],
        [("RR-05", -5, "untold", "sent")],
    ]
    subject, text = mails_to(her)[-1]
    assert subject == "What can be told?: Second meeting"
    assert reverse("calendar_app:debriefs", args=[meeting.public_id]) in text
    assert "Leave out who said what, and papers of a delegation." in text


def test_rr_05_is_silent_for_whoever_told_and_for_leads_once_everyone_can_read_it(clock, network):
    meeting = held()
    boss, her, other = lead(network), member(network), member(network)
    RegionWatch.objects.create(user=boss, group=meeting.group)
    goes(her, meeting), goes(other, meeting)
    a_minute()
    clock.move_to(moment(8))
    write_debrief(meeting, circle=network.everyone, by=her, result="Five common proposals were adopted.")
    for day in range(9, 16):
        clock.move_to(moment(day, 9))
        a_minute()
    assert [told(user) for user in (her, other, boss)] == [
        [("RR-05", -2, "tell", "skipped")],
        [("RR-05", -2, "tell", "sent")],
        [("RR-05", -5, "untold", "skipped")],
    ]


def test_leads_learn_nothing_from_what_one_circle_alone_was_told(clock, network):
    meeting = held()
    boss, her = lead(network), goes(member(network), meeting)
    RegionWatch.objects.create(user=boss, group=meeting.group)
    a_minute()
    clock.move_to(moment(8))
    write_debrief(meeting, circle=circle_of(network, her), by=her, result="Adopted.")
    clock.move_to(moment(12, 9))
    a_minute()
    assert told(boss) == [("RR-05", -5, "untold", "sent")]


@pytest.mark.parametrize(
    "fields", [{"kind": "national"}, {"kind": "study-group"}, {"date_status": "assumption"}], ids=["national", "another", "assumption"]
)
def test_rr_05_asks_nothing_after_any_other_meeting(clock, network, fields):
    meeting = held(**fields)
    her = goes(member(network), meeting)
    a_minute()
    clock.move_to(moment(9, 9))
    a_minute()
    assert told(her) == []


# --- Delegation material ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", rules.PLANNED, ids=lambda rule: rule.code)
def test_no_rule_tells_anything_of_what_is_reserved_to_a_delegation(clock, network, rule):
    her = lead(network)
    circle = circle_of(network, her)
    Circle.objects.filter(pk=circle.pk).update(kind="delegation")
    meeting = held(circle=Circle.objects.get(pk=circle.pk), at=moment(20), starts_on=moment(20).date(), ends_on=moment(20).date())
    goes(her, meeting)
    assert [
        promise for promise in promises(as_target_of(meeting), all_facts([her.pk], [her]), moment(1)) if promise.key[2] == rule.code
    ] == []


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.code)
def test_no_rule_asks_a_delegate_for_delegation_material(rule):
    """Neither by its words nor by whom it chooses: no audience knows who sits on a delegation."""
    asks = re.compile(r"upload|share|send (us|your)|delegation", re.IGNORECASE)
    assert not asks.search(f"{rule.name} {rule.why} {rule.when}")
    names = {name for ladder in rule.ladders for name in ladder.audience.__code__.co_names}
    assert not names & {"seats", "delegates", "confidential_notes"}


def test_the_debrief_has_three_safe_fields_and_none_for_what_was_said(network):
    form = DebriefForm(circles=[network.everyone])
    assert [name for name in form.fields if name not in ("circle", "submission")] == ["result", "link", "follow_up"]
    assert "said" not in " ".join(str(field.label) for field in form.fields.values()).lower()


# --- Writing and reading ----------------------------------------------------------------------------------------------------


def page(meeting):
    return reverse("calendar_app:debriefs", args=[meeting.public_id])


def test_a_debrief_and_a_follow_up_for_others_are_made_in_one_circle(clock, network, client):
    meeting, her = held(), member(network, language="es")
    clock.move_to(moment(8))
    client.force_login(her)
    form = client.get(page(meeting)).context["form"]
    typed = {
        "result": "Se adoptaron cinco propuestas.",
        "link": "https://www.citel.oas.org/x",
        "follow_up": "Leer las propuestas",
        "circle": str(network.everyone.public_id),
        "submission": str(form["submission"].value()),
    }
    assert client.post(page(meeting), typed).status_code == 302
    assert client.post(page(meeting), typed).status_code == 302
    debrief, follow_up = Debrief.objects.get(), FollowUp.objects.get()
    assert (debrief.result, debrief.link, debrief.language, debrief.by) == (typed["result"], typed["link"], "es", her)
    assert (follow_up.title, follow_up.circle, follow_up.owner, follow_up.due_at) == (
        "Leer las propuestas",
        network.everyone,
        None,
        moment(22),
    )
    client.force_login(member(network, language="en"))
    assert '<p lang="es" dir="auto">Se adoptaron cinco propuestas.</p>' in client.get(page(meeting)).content.decode()


def test_nothing_at_all_is_refused_and_nothing_is_lost(clock, network, client):
    meeting = held()
    clock.move_to(moment(8))
    client.force_login(member(network))
    answer = client.post(
        page(meeting), {"result": " ", "circle": str(network.everyone.public_id), "submission": str(uuid4())}
    ).content.decode()
    assert "Fill in one of the three fields" in answer
    assert not Debrief.objects.exists()


@pytest.mark.parametrize("fields", [{"kind": "national"}, {"at": moment(20), "starts_on": moment(20).date(), "ends_on": moment(20).date()}])
def test_what_is_national_or_still_to_come_cannot_be_told(clock, network, client, fields):
    meeting, her = held(**fields), member(network)
    clock.move_to(moment(8))
    client.force_login(her)
    assert client.get(page(meeting)).status_code == 404
    with pytest.raises(RuleBroken, match="Only a public meeting that has begun"):
        write_debrief(meeting, circle=network.everyone, by=her, result="Adopted.")


def test_a_circle_reads_its_own_alone_and_sees_who_opened_it(clock, network, client):
    meeting, her, other = held(group=RegionalGroupFactory()), member(network), member(network)
    circle = circle_of(network, her)
    clock.move_to(moment(8))
    debrief = write_debrief(meeting, circle=circle, by=her, result="Adopted in the circle.")
    client.force_login(other)
    assert "Adopted in the circle." not in client.get(page(meeting)).content.decode()
    remove = reverse("calendar_app:debrief-remove", args=[debrief.public_id])
    assert client.post(remove).status_code == 404
    client.force_login(her)
    assert "Adopted in the circle." in client.get(page(meeting)).content.decode()
    assert list(CircleView.objects.values_list("user", "thing", "thing_id")) == [(her.pk, "debrief", debrief.public_id)]
    client.post(remove)
    assert not Debrief.objects.exists()


def test_only_its_author_removes_a_debrief(clock, network, client):
    meeting, her, other = held(), member(network), member(network)
    clock.move_to(moment(8))
    debrief = write_debrief(meeting, circle=network.everyone, by=her, result="Adopted.")
    client.force_login(other)
    answer = client.post(reverse("calendar_app:debrief-remove", args=[debrief.public_id]), follow=True)
    assert "Only the person who wrote it can remove it." in answer.content.decode()
    assert Debrief.objects.get() == debrief


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_however_much_was_told(clock, network, client, count, django_assert_num_queries):
    meeting, her = held(), member(network)
    clock.move_to(moment(8))
    for number in range(count):
        write_debrief(meeting, circle=network.everyone, by=member(network), result=f"Result {number}")
    client.force_login(her)
    client.get(page(meeting))
    with django_assert_num_queries(6):
        client.get(page(meeting))


def test_an_ended_meeting_leads_to_what_can_be_told(clock, network, client):
    meeting = held()
    client.force_login(member(network))
    assert page(meeting) not in client.get(meeting.get_absolute_url()).content.decode()
    clock.move_to(moment(5) + timedelta(hours=1))
    assert page(meeting) in client.get(meeting.get_absolute_url()).content.decode()
