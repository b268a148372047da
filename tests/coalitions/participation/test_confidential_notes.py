"""What was heard in confidence: read by its author and those she names, and by nobody else, whatever her role."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils.timezone import now

from amnt.accounts.personal_data import personal_data
from amnt.accounts.services.erasing import erase
from amnt.audit.models import AuditEntry
from amnt.core.errors import RuleBroken
from amnt.retention import services as retention
from amnt.retention.models import Notice
from amnt.retention.rules import upcoming
from coalitions.models import CircleView, ConfidentialNote, Delegation
from coalitions.services import confidential_notes, membership
from tests.encryption.dumping import stored
from tests.factories import AssemblyFactory, ResolutionFactory, UserFactory, circle_of, coalition, lead, member, observer

pytestmark = pytest.mark.django_db
TEXT = "zz-heard that the second paragraph can go"
OWN, TAKE_OUT = reverse("coalitions:own-notes"), reverse("coalitions:confidential-take-out")


@pytest.fixture
def here():
    return coalition()


@pytest.fixture
def her(here):
    return member(here, name="Lucía Example")


@pytest.fixture
def card():
    return Delegation.objects.create(assembly=AssemblyFactory(), country="KE", source="https://example.org/list")


def new(thing):
    if isinstance(thing, Delegation):
        return reverse("coalitions:confidential-on-delegation", args=[thing.public_id])
    return reverse("coalitions:confidential-on-resolution", args=[thing.slug])


def write(thing, her, *readers, text=TEXT):
    return confidential_notes.write(thing, text=text, by=her, readers=readers, submission=uuid4())


@pytest.mark.parametrize("where", ["card", "resolution"])
def test_its_author_and_those_she_names_read_it_where_it_stands(client, here, her, card, where):
    thing = card if where == "card" else ResolutionFactory(number=50, slug="50")
    boss, second, other = lead(here, name="Named Lead"), lead(here), member(here)
    circle_of(here, her, other)
    client.force_login(her)
    sent = {"text": TEXT, "readers": [str(boss.public_id)], "submission": str(uuid4())}
    for _twice in range(2):
        assert client.post(new(thing), sent).status_code == 302
    assert ConfidentialNote.objects.count() == 2
    readers = ((her, True), (boss, True), (second, False), (other, False), (observer(here), False), (lead(coalition("B")), False))
    for person, reads in (*readers, (UserFactory(is_staff=True, is_superuser=True), False)):
        client.force_login(person)
        assert (TEXT in client.get(thing.get_absolute_url()).content.decode()) == reads
        assert ConfidentialNote.objects.visible_to(person).exists() == reads
        assert (TEXT in client.get(OWN).content.decode()) == (person == her)
    # Who else is told is for the author alone to see.
    client.force_login(boss)
    assert "also read by" not in client.get(thing.get_absolute_url()).content.decode()


def test_the_page_is_the_same_to_others_whether_there_is_a_note(client, here, her, card):
    other = lead(here)
    client.force_login(other)
    before = client.get(card.get_absolute_url())
    write(card, her, lead(here))
    after = client.get(card.get_absolute_url())
    assert len(before.content) == len(after.content)


def test_it_is_taken_out_with_its_copies_by_its_author_alone(client, here, her, card):
    boss = lead(here)
    note = write(card, her, boss)
    copy = ConfidentialNote.objects.exclude(pk=note.pk).get()
    for person, key in ((boss, note.pk), (boss, copy.pk), (her, copy.pk), (her, uuid4()), (her, "nonsense"), (her, "")):
        client.force_login(person)
        assert client.post(TAKE_OUT, {"note": str(key)}).status_code == 404
    assert ConfidentialNote.objects.count() == 2
    assert client.post(TAKE_OUT, {"note": str(note.pk), "next": card.get_absolute_url()}).headers["location"] == card.get_absolute_url()
    assert not ConfidentialNote.objects.exists()


@pytest.mark.parametrize(("who", "may"), [(lead, True), (member, True), (observer, False)])
def test_who_writes_one(client, here, card, who, may):
    client.force_login(who(here))
    assert client.get(new(card)).status_code == (200 if may else 403)
    assert client.post(new(card), {"text": TEXT, "submission": str(uuid4())}).status_code == (302 if may else 403)
    assert ConfidentialNote.objects.exists() == may


def test_what_is_refused_is_said(client, here, her, card):
    with pytest.raises(RuleBroken, match="people you know"):
        write(card, her, member(here))
    for text in ("", " \n ", "x" * 2001):
        with pytest.raises(RuleBroken):
            write(card, her, text=text)
    client.force_login(her)
    page = client.post(new(card), {"text": "x" * 2001, "submission": str(uuid4())}).content.decode()
    assert "2000" in page
    assert "x" * 2001 in page
    assert not ConfidentialNote.objects.exists()


def test_nobody_reads_it_after_one_of_the_two_has_left(client, here, her, card):
    boss, second = lead(here), lead(here)
    lead(here)
    write(card, her, boss, second)
    membership.leave(boss.memberships.get())
    client.force_login(boss)
    assert TEXT not in client.get(card.get_absolute_url()).content.decode()
    membership.leave(her.memberships.get())
    assert not ConfidentialNote.objects.exists()


def test_rows_show_neither_author_nor_reader_nor_subject_nor_length(here, her, card):
    boss = lead(here)
    write(card, her, boss)
    write(ResolutionFactory(number=50), her, text="x")
    assert {field.name for field in ConfidentialNote._meta.concrete_fields} == {"id", "assembly", "place", "sealed"}
    rows = stored(ConfidentialNote, "place", "sealed")
    assert len({place for place, _sealed in rows}) == 3
    assert len({len(sealed) for _place, sealed in rows}) == 1
    assert {sealed.partition(":")[2][:11] for _place, sealed in rows} == {"gAAAAAAAAAA"}


def test_nothing_is_recorded_mailed_or_logged(client, here, her, card, caplog):
    caplog.set_level("DEBUG")
    boss = lead(here)
    before = AuditEntry.objects.count(), CircleView.objects.count()
    client.force_login(her)
    client.post(new(card), {"text": TEXT, "readers": [str(boss.public_id)], "submission": str(uuid4())})
    client.force_login(boss)
    client.get(card.get_absolute_url())
    assert (AuditEntry.objects.count(), CircleView.objects.count()) == before
    assert mail.outbox == []
    assert not any("zz-heard" in record.getMessage() for record in caplog.records if not record.name.startswith("django.db"))
    for search in ("/search/?q=zz-heard", "/delegations/?q=zz-heard"):
        assert TEXT not in client.get(search).content.decode()


def test_it_is_in_the_data_of_its_author_and_goes_with_her(here, her, card):
    boss = lead(here, name="Named Lead")
    write(card, her, boss)
    (row,) = personal_data(her)["confidential_notes"]
    assert (row["text"], row["told_to"]) == (TEXT, [boss.short_name])
    assert list(personal_data(boss)["confidential_notes"]) == []
    erase(her)
    assert not ConfidentialNote.objects.exists()


def test_it_is_deleted_thirty_days_after_and_said_a_week_before(client, her):
    past = AssemblyFactory(code="WTSA-24", starts_on=date(2024, 10, 15), ends_on=date(2024, 10, 24))
    card = Delegation.objects.create(assembly=past, country="KE", source="https://example.org/list")
    with time_machine.travel(datetime(2024, 10, 1, tzinfo=UTC)):
        write(card, her)
    end = datetime(2024, 10, 24, 12, tzinfo=UTC)
    for days, told in ((23, 0), (24, 1), (30, 1)):
        assert len([item for item in upcoming(her, end + timedelta(days=days)) if item.address == OWN]) == told
    for days, is_there in ((30, True), (31, False)):
        with time_machine.travel(end + timedelta(days=days)):
            retention.apply_rules(now())
        assert ConfidentialNote.objects.exists() == is_there
    assert not Notice.objects.exists()


@pytest.mark.parametrize("notes", [1, 3])
def test_the_own_page_costs_the_same(client, her, card, notes, django_assert_num_queries):
    for _note in range(notes):
        write(card, her)
    client.force_login(her)
    client.get(OWN)
    with django_assert_num_queries(7):
        client.get(OWN)
