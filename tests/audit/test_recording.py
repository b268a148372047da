import threading
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import connection, connections, transaction

from amnt.audit import services, signing
from amnt.audit.models import AuditCheckpoint, AuditEntry, AuditSeal, Pseudonym
from amnt.audit.services import record
from tests.factories import AssemblyFactory, UserFactory, coalition, lead, member

pytestmark = pytest.mark.django_db


def test_an_entry_says_who_did_what_to_which_object_and_when():
    ours = coalition()
    boss, wanjiru = lead(ours), member(ours)
    entry = record("tests.done", by=boss, about=wanjiru, coalition=ours, fields=["role", "name"])
    entry = AuditEntry.objects.get(pk=entry.pk)
    assert (entry.act, entry.level, entry.coalition) == ("tests.done", "C1", ours.public_id)
    assert (entry.fields, entry.key_id) == (["name", "role"], signing.current_key().key_id)
    assert entry.actor == Pseudonym.objects.get(user=boss, coalition=ours.public_id).name
    assert (entry.object_type, entry.object_id) == ("accounts.user", str(Pseudonym.objects.get(user=wanjiru).name))


def test_an_entry_names_the_circle_whose_people_may_read_it():
    ours = coalition()
    entry = record("tests.done", by=None, coalition=ours, circle=ours.everyone, level="C2")
    assert (entry.coalition, entry.circle, entry.level) == (ours.public_id, ours.everyone.public_id, "C2")
    assert record("tests.done", by=None, coalition=ours).circle is None


def test_what_is_signed_of_an_entry_stays_as_it_was_when_it_was_signed():
    """Signatures of years ago are checked against this text."""
    entry = AuditEntry(
        public_id=UUID(int=1),
        at=datetime(2028, 9, 20, 10, 30, tzinfo=UTC),
        act="tests.done",
        level="C1",
        actor=UUID(int=2),
        object_type="accounts.user",
        object_id="x",
        fields=["name", "role"],
        key_id="12345678",
    )
    assert entry.canonical() == (
        '["entry 1", "00000000-0000-0000-0000-000000000001", "2028-09-20 10:30:00+00:00", "tests.done", "C1", '
        '"00000000-0000-0000-0000-000000000002", null, null, "accounts.user", "x", ["name", "role"], "12345678"]'
    )


def test_pseudonyms_are_given_to_those_who_are_asked_about_and_to_nobody_else():
    anna, bea = UserFactory(), UserFactory()
    hers = services.pseudonyms_of([anna, bea], None)
    assert services.pseudonyms_of([anna, None, coalition()], None) == {anna.pk: hers[anna.pk]}
    assert hers[anna.pk] != hers[bea.pk]


def test_an_entry_about_a_thing_is_no_entry_about_a_person():
    boss, wanjiru = UserFactory(), UserFactory()
    about_her = record("tests.done", by=boss, about=wanjiru)
    record("tests.done", by=None, about=boss)
    AuditEntry.objects.create(act="tests.done", level="C1", object_type="coalitions.circle", object_id=about_her.object_id)
    assert list(AuditEntry.objects.of(wanjiru)) == [about_her]


def test_what_was_done_in_no_coalition_is_of_the_instance_unless_it_is_private():
    ours = coalition()
    here, of_ours = record("tests.done", by=None), record("tests.done", by=None, coalition=ours)
    record("tests.done", by=None, level="C3")
    assert list(AuditEntry.objects.of_instance()) == [here]
    assert list(AuditEntry.objects.of_coalition(ours.public_id).filter(act="tests.done")) == [of_ours]


def test_a_link_is_named_by_its_position_and_the_beginning_of_its_digest():
    digest = "0123456789abcdef" * 4
    assert [str(model(position=7, digest=digest)) for model in (AuditSeal, AuditCheckpoint)] == ["7 0123456789ab"] * 2


def test_an_object_is_named_by_its_public_id_or_its_code_and_never_by_its_key():
    ours = coalition()
    assert record("tests.done", by=None, about=ours).object_id == str(ours.public_id)
    assert record("tests.done", by=None, about=AssemblyFactory(code="WTSA-28")).object_id == "WTSA-28"
    pseudonym = Pseudonym(pk=77, user=UserFactory())
    assert record("tests.done", by=None, about=pseudonym).object_id == ""


def test_of_what_only_a_delegation_reads_no_more_is_kept_than_who_and_when():
    ours = coalition()
    boss = lead(ours)
    entry = record("tests.done", by=boss, about=ours, coalition=ours, circle=ours.everyone, level="C3", fields=["title"])
    assert (entry.act, entry.object_type, entry.object_id, entry.fields) == ("audit.private", "", "", [])
    assert (entry.coalition, entry.circle) == (None, None)
    assert entry not in AuditEntry.objects.of_coalition(ours.public_id)
    assert entry not in AuditEntry.objects.of_instance()
    assert entry in AuditEntry.objects.of(boss)


def test_an_act_that_nobody_declared_is_refused():
    with pytest.raises(LookupError):
        record("tests.unheard-of", by=None)


def test_an_act_that_is_rolled_back_leaves_no_entry():
    with transaction.atomic():
        record("tests.done", by=None)
        transaction.set_rollback(True)
    assert AuditEntry.objects.count() == 0


def test_recording_costs_two_statements_once_a_person_has_her_pseudonym(django_assert_num_queries):
    boss = UserFactory()
    record("tests.done", by=boss)
    with django_assert_num_queries(2):
        record("tests.done", by=boss)


def test_a_person_has_one_pseudonym_in_each_coalition_and_one_in_the_instance():
    ours, theirs = coalition("Ours"), coalition("Theirs")
    boss = UserFactory()
    entries = [record("tests.done", by=boss, coalition=where) for where in (ours, theirs, None, ours)]
    assert len({entry.actor for entry in entries}) == 3
    assert entries[0].actor == entries[3].actor


def test_after_she_left_a_coalition_its_audit_names_her_no_more():
    ours, theirs = coalition("Ours"), coalition("Theirs")
    boss = UserFactory()
    here = record("tests.done", by=boss, coalition=ours)
    elsewhere = record("tests.done", by=boss, coalition=theirs)
    colleague = UserFactory()
    of_colleague = record("tests.done", by=colleague, coalition=ours)
    services.forget_in_coalition(boss, ours)
    assert list(AuditEntry.objects.of(colleague)) == [of_colleague]
    assert list(AuditEntry.objects.of(boss)) == [elsewhere]
    assert not Pseudonym.objects.filter(name=here.actor).exists()
    assert record("tests.done", by=boss, coalition=ours).actor != here.actor


def test_after_she_is_erased_no_audit_names_her():
    boss = UserFactory()
    record("tests.done", by=boss, coalition=coalition())
    record("tests.done", by=boss)
    services.forget_everywhere(boss)
    assert list(AuditEntry.objects.of(boss)) == []
    assert AuditEntry.objects.filter(act="tests.done").count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_two_first_acts_about_the_same_people_in_turn_wait_for_nobody():
    """Each records both of them in the other's order, and both transactions are open at once: with a lock, one would wait for ever."""
    anna, bea = UserFactory(), UserFactory()
    both_have_begun, failures = threading.Barrier(2, timeout=10), []

    def act(first, second):
        try:
            with transaction.atomic():
                record("tests.done", by=first)
                both_have_begun.wait()
                record("tests.done", by=second)
                both_have_begun.wait()
        except Exception as error:  # noqa: BLE001 -- told below
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=act, args=order) for order in ((anna, bea), (bea, anna))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert AuditEntry.objects.of(anna).count() == AuditEntry.objects.of(bea).count() == 2
