"""The handover card of a country: what the next person needs, and the note of who hands over."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from coalitions.models import CircleView, Contact, DeclaredPosition, Delegation, DelegationNote, HandoverNote
from coalitions.services.handovers import write_handover
from tests.factories import (
    AssemblyFactory,
    FollowUpFactory,
    MeetingFactory,
    ResolutionFactory,
    UserFactory,
    circle_of,
    coalition,
    lead,
    member,
    observer,
)

pytestmark = pytest.mark.django_db
KNOW = "Call the deputy first. We promised the comparison for May."


@pytest.fixture
def card():
    return Delegation.objects.create(
        assembly=AssemblyFactory(), country="KE", authority="Communications Office", source="https://example.org"
    )


def page(card):
    return reverse("calendar_app:handover", args=[card.public_id])


def write(card):
    return reverse("coalitions:handover-write", args=[card.public_id])


def form(circle, version=0, **fields):
    said = {"text": KNOW, "circle": str(circle.public_id), "seen": f"{circle.public_id}:{version}"}
    return said | {"submission": str(uuid.uuid4())} | fields


@pytest.mark.parametrize(("who", "status"), [(lead, 200), (member, 200), (observer, 403), (None, 403)])
def test_who_reads_the_card_and_writes_the_note(client, card, who, status):
    here = coalition()
    client.force_login(who(here) if who else UserFactory())
    assert client.get(page(card)).status_code == status
    assert client.get(write(card)).status_code == status
    sent = form(here.everyone)
    for _twice in range(2):
        assert client.post(write(card), sent).status_code == (302 if status == 200 else 403)
    assert HandoverNote.objects.count() == (1 if status == 200 else 0)
    assert (KNOW in client.get(page(card)).content.decode()) == (status == 200)


def test_the_card_holds_what_exists_within_what_its_reader_may_read(client, card):
    here = coalition()
    one, other = member(here), member(here)
    circle = circle_of(here, one)
    write_handover(card, circle=circle, text=KNOW, by=one)
    DelegationNote.objects.create(circle=circle, delegation=card, text="They hesitate", by=one)
    FollowUpFactory(circle=circle, delegation=card, created_by=one, title="Ask the deputy", due_at=now() + timedelta(days=3))
    FollowUpFactory(circle=here.everyone, delegation=card, created_by=one, title="Send the comparison", due_at=now() + timedelta(days=4))
    day = now().date() + timedelta(days=9)
    MeetingFactory(kind="national", country="KE", assembly=card.assembly, group=None, title_en="National round", starts_on=day, ends_on=day)
    about = {"delegation": card, "resolution": ResolutionFactory(), "by": one}
    Contact.objects.create(circle=circle, ask="Keep the operative part", channel="call", person=one, asked_on=now().date(), **about)
    DeclaredPosition.objects.create(
        stance="keep", words="No change is needed", source="https://example.org/said", declared_on=now(), **about
    )
    for person, inside in ((one, True), (other, False)):
        client.force_login(person)
        shown = client.get(page(card)).content.decode()
        assert all(word in shown for word in ("Communications Office", "Send the comparison", "National round", "No change is needed"))
        assert [word in shown for word in (KNOW, "They hesitate", "Ask the deputy", "Keep the operative part")] == [inside] * 4
        assert ">Remove<" not in shown
    assert set(CircleView.objects.filter(thing="note").values_list("user", flat=True)) == {one.pk}


def test_two_who_write_at_once_are_told_and_an_empty_text_removes_the_note(client, card):
    here = coalition()
    one = member(here)
    client.force_login(one)
    write_handover(card, circle=here.everyone, text="Earlier", by=member(here))
    answer = client.post(write(card), form(here.everyone))
    assert "Someone else wrote it in the meantime" in answer.content.decode()
    assert answer.context["form"]["text"].value() == KNOW
    assert answer.context["form"]["seen"].value() == f"{here.everyone.public_id}:1"
    assert client.post(write(card), form(here.everyone, version=1)).status_code == 302
    assert (HandoverNote.objects.get().text, HandoverNote.objects.get().by) == (KNOW, one)
    assert client.post(write(card), form(here.everyone, version=2, text="")).status_code == 302
    assert not HandoverNote.objects.exists()
    answer = client.post(write(card), form(here.everyone, text=""))
    assert "Write down what the next person must know" in answer.content.decode()


def test_the_card_of_the_delegation_leads_to_it(client, card):
    here = coalition()
    client.force_login(member(here))
    assert page(card) in client.get(card.get_absolute_url()).content.decode()
    client.force_login(observer(here))
    assert page(card) not in client.get(card.get_absolute_url()).content.decode()


@pytest.mark.parametrize("number", [1, 4])
def test_the_card_asks_as_much_however_much_there_is(client, card, django_assert_num_queries, number):
    here = coalition()
    one = member(here)
    for each in range(number):
        circle = circle_of(here, one, name=str(each))
        write_handover(card, circle=circle, text=KNOW, by=one)
        DelegationNote.objects.create(circle=here.everyone, delegation=card, text="They hesitate", by=one)
        FollowUpFactory(circle=here.everyone, delegation=card, created_by=one, owner=one, due_at=now() + timedelta(days=4))
        about = {"delegation": card, "resolution": ResolutionFactory(), "by": one}
        Contact.objects.create(circle=here.everyone, ask="Keep it", channel="call", person=one, asked_on=now().date(), **about)
        DeclaredPosition.objects.create(stance="keep", source="https://example.org/said", declared_on=now(), **about)
    client.force_login(one)
    client.get(page(card))
    with django_assert_num_queries(12):
        client.get(page(card))
