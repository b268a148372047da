"""What was heard of a delegation: a note of one circle beside the card, and nowhere else."""

import uuid

import pytest
from django.core import mail
from django.db import connection
from django.urls import reverse

from amnt.audit.models import AuditEntry
from amnt.core.errors import RuleBroken
from amnt.core.notices import undo_token
from coalitions.models import CircleView, Delegation, DelegationNote
from coalitions.services import delegation_notes
from tests.factories import AssemblyFactory, UserFactory, circle_of, coalition, lead, member, observer

pytestmark = pytest.mark.django_db
HEARD = "The ministry hesitates about the second paragraph"


@pytest.fixture
def card():
    return Delegation.objects.create(assembly=AssemblyFactory(), country="KE", source="https://example.org/list")


def form(circle, **fields):
    return {"text": HEARD, "circle": str(circle.public_id), "submission": str(uuid.uuid4())} | fields


def new(card):
    return reverse("coalitions:delegation-note-new", args=[card.public_id])


def test_a_note_is_read_by_its_circle_alone_and_never_stands_on_the_card(client, card):
    here = coalition()
    one, other, boss = member(here), member(here), lead(here)
    circle = circle_of(here, one, other)
    client.force_login(one)
    sent = form(circle)
    client.post(new(card), sent)
    client.post(new(card), sent)
    note = DelegationNote.objects.get()
    assert (note.text, note.circle, note.by) == (HEARD, circle, one)
    elsewhere = lead(coalition("Another"))
    for person, reads in ((one, True), (other, True), (boss, False), (observer(here), False), (elsewhere, False), (UserFactory(), False)):
        client.force_login(person)
        assert (HEARD in client.get(card.get_absolute_url()).content.decode()) == reads
        assert DelegationNote.objects.visible_to(person).exists() == reads
    assert HEARD not in str([getattr(card, field.name) for field in Delegation._meta.concrete_fields])
    # Who opened it in a restricted circle is recorded for that circle.
    assert set(CircleView.objects.filter(thing="note").values_list("user", flat=True)) == {one.pk, other.pk}


def test_a_note_is_in_no_mail_no_search_and_encrypted(client, card):
    here = coalition()
    one = member(here)
    delegation_notes.write_note(card, circle=here.everyone, text=HEARD, by=one)
    client.force_login(one)
    assert HEARD not in client.get("/search/?q=hesitates").content.decode()
    assert HEARD not in client.get("/delegations/?q=hesitates").content.decode()
    assert mail.outbox == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM coalitions_delegationnote")
        assert "ministry" not in str(cursor.fetchall())


def test_what_not_to_write_stands_wherever_one_writes_what_one_heard(client, card):
    client.force_login(member(coalition()))
    boxes = [
        new(card),
        reverse("coalitions:confidential-on-delegation", args=[card.public_id]),
        reverse("coalitions:own-seat"),
        reverse("calendar_app:first-step", args=["seat"]),
    ]
    assert [client.get(box).text.count("No file from TIES") for box in boxes] == [1, 1, 1, 1]


@pytest.mark.parametrize(("who", "may"), [(lead, True), (member, True), (observer, False)])
def test_who_writes_a_note(client, card, who, may):
    here = coalition()
    her = who(here)
    client.force_login(her)
    assert client.get(new(card)).status_code == (200 if may else 403)
    assert client.post(new(card), form(here.everyone)).status_code == (302 if may else 403)
    assert DelegationNote.objects.exists() == may


def test_nobody_writes_in_a_circle_they_do_not_stand_in(client, card):
    here = coalition()
    her, circle = member(here), circle_of(here, member(here))
    client.force_login(her)
    assert client.post(new(card), form(circle)).status_code == 200
    with pytest.raises(RuleBroken, match="not in this circle"):
        delegation_notes.write_note(card, circle=circle, text=HEARD, by=her)
    assert not DelegationNote.objects.exists()


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 1001])
def test_bad_input_gets_a_sentence_and_nothing_is_lost(client, card, text):
    here = coalition()
    client.force_login(member(here))
    response = client.post(new(card), form(here.everyone, text=text))
    assert (response.status_code, bool(response.context["form"].errors)) == (200, True)
    assert not DelegationNote.objects.exists()


def test_its_author_alone_removes_it_and_the_audit_says_so(client, card):
    here = coalition()
    one, boss = member(here), lead(here)
    note = delegation_notes.write_note(card, circle=here.everyone, text=HEARD, by=one)
    address = reverse("coalitions:delegation-note-remove", args=[note.public_id])
    for person, answer in ((boss, 403), (UserFactory(), 404), (one, 302)):
        client.force_login(person)
        assert client.post(address).status_code == answer
    assert not DelegationNote.objects.exists()
    acts = AuditEntry.objects.filter(act__startswith="coalitions.delegation_note").order_by("pk")
    assert list(acts.values_list("act", flat=True)) == ["coalitions.delegation_note_written", "coalitions.delegation_note_removed"]
    assert HEARD not in str(list(acts.values()))


def remove_and_undo(client, note, between=lambda: None):
    answer = client.post(reverse("coalitions:delegation-note-remove", args=[note.public_id]))
    token = undo_token([message.extra_tags for message in answer.wsgi_request._messages][-1])
    between()
    answers = [client.post(reverse("undo"), {"token": token}) for _tap in range(2)]
    return token, [[str(message) for message in answer.wsgi_request._messages][-1] for answer in answers]


def test_a_note_removed_by_mistake_is_back_once_and_as_it_was(client, card):
    one = member(coalition())
    circle = circle_of(one.memberships.get().coalition, one)
    note = delegation_notes.write_note(card, circle=circle, text=HEARD, by=one)
    client.force_login(one)

    token, said = remove_and_undo(client, note)

    assert said == ["Undone: it is as it was before."] * 2
    assert HEARD not in token
    columns = ("public_id", "circle", "delegation", "text", "by", "at")
    assert list(DelegationNote.objects.values_list(*columns)) == [(note.public_id, circle.pk, card.pk, HEARD, one.pk, note.at)]


def test_who_is_out_of_the_circle_puts_no_note_back_into_it(client, card):
    here = coalition()
    one, other = member(here), member(here)
    circle = circle_of(here, one, other)
    note = delegation_notes.write_note(card, circle=circle, text=HEARD, by=one)
    client.force_login(one)

    _token, said = remove_and_undo(client, note, between=lambda: circle.circle_memberships.filter(membership__user=one).delete())

    assert said[-1] == "You can no longer write in this circle: nothing was changed."
    assert not DelegationNote.objects.exists()
