"""R-41: the host reads something of a coalition by a command that leaves a trace and tells the leads."""

from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from amnt.audit.models import AuditEntry
from amnt.mail.models import Email
from tests.factories import FollowUpFactory, MeetingFactory, circle_of, coalition, lead, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def ours():
    return coalition("Open Standards Network")


@pytest.fixture
def leads(ours):
    return [lead(ours), lead(ours)]


def look(thing, reason="abuse", **options) -> str:
    said = StringIO()
    call_command("break_glass", str(getattr(thing, "public_id", thing)), reason=reason, yes=True, stdout=said, **options)
    return said.getvalue()


def recorded() -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(act__startswith="instance.break_glass"))


def test_what_is_printed_is_recorded_and_told_to_the_leads_first(ours, leads):
    task = FollowUpFactory(circle=ours.everyone, created_by=leads[0], owner=leads[1], title="Call the ministry")
    assert "title: Call the ministry" in look(task, "legal-order")
    (entry,) = recorded()
    assert (entry.act, entry.actor, entry.coalition, entry.object_id, entry.level) == (
        "instance.break_glass.legal-order",
        None,
        ours.public_id,
        str(task.public_id),
        "C1",
    )
    mails = Email.objects.filter(kind="coalitions/for_leads")
    assert {mail.to for mail in mails} == set(leads)
    assert {mail.about["what"] for mail in mails} == {"break-glass"}


def test_a_coalition_shows_its_people_and_a_circle_those_who_stand_in_it(ours, leads):
    wanjiru = member(ours)
    circle = circle_of(ours, wanjiru, name="Core group")
    FollowUpFactory(circle=circle, created_by=wanjiru, title="zz-title")
    of_coalition, of_circle = look(ours), look(circle)
    assert f"member: {wanjiru.email}" in of_coalition
    assert f"person: {wanjiru.email}" in of_circle
    assert leads[0].email not in of_circle
    assert "zz-title" not in of_coalition + of_circle
    assert [entry.level for entry in recorded()] == ["C1", "C2"]


def test_a_private_call_is_shown(ours, leads):
    assert "title: A call" in look(MeetingFactory(kind="call", circle=ours.everyone, group=None, title_en="A call"))


def test_what_only_a_delegation_reads_is_refused_and_leaves_no_trace_of_it(ours, leads):
    circle = circle_of(ours, leads[0], kind="delegation", name="zz-name")
    task = FollowUpFactory(circle=circle, created_by=leads[0], title="zz-title")
    for thing in (circle, task):
        with pytest.raises(CommandError) as refusal:
            look(thing)
        assert "Only a delegation can read this" in str(refusal.value)
        assert "zz" not in str(refusal.value)
    assert recorded() == []
    assert not Email.objects.exists()


def test_nothing_happens_without_a_reason_from_the_list_or_an_object_or_a_yes(ours, leads, monkeypatch):
    with pytest.raises(CommandError):
        look(ours, "because")
    with pytest.raises(CommandError, match="has the public id"):
        look(uuid4())
    monkeypatch.setattr("builtins.input", lambda question: "no")
    with pytest.raises(CommandError, match="Nothing was printed"):
        call_command("break_glass", str(ours.public_id), reason="asked", stdout=StringIO())
    assert recorded() == []


def test_leads_read_a_notice_and_the_reason_and_members_do_not(client, ours, leads, settings):
    settings.LEADS_NEED_SECOND_FACTOR = False
    look(ours, "leads-lost")
    client.force_login(leads[0])
    page = client.get(ours.get_absolute_url()).content.decode()
    assert "the people who run this service looked at data of this coalition" in page
    audit = client.get(reverse("coalitions:audit", args=[ours.public_id])).content.decode()
    assert "The host looked at data of this coalition: its leads cannot be reached" in audit
    client.force_login(member(ours))
    assert "looked at something" not in client.get(ours.get_absolute_url()).content.decode()
