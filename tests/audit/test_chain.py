# ruff: noqa: S608 -- the statements are made of the names in this file alone
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db import DatabaseError, connection, transaction
from django.utils.timezone import now

from amnt.audit import signing, tasks, triggers
from amnt.audit.chain import NOTHING_BEFORE, ChainHead, digest_of, forget_old, head, is_sealing_late, seal_new, verify
from amnt.audit.models import AuditCheckpoint, AuditEntry, AuditSeal, AuditVerification
from amnt.audit.services import record
from calendar_app.read_models.health import of_audit
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def five():
    """Five entries with their places in the chain."""
    boss = UserFactory()
    entries = [record("tests.done", by=boss, fields=["name"]) for _n in range(5)]
    seal_new()
    return entries


@pytest.fixture
def open_tables():
    """As somebody finds them who owns the database: he takes the triggers away, and puts them back."""
    triggers.remove()
    yield
    triggers.install()


def sql(statement: str, *values) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def faults() -> list[str]:
    triggers.install()
    return verify().faults


# --- Append-only --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", ["audit_auditentry", "audit_auditseal", "audit_auditcheckpoint"])
def test_the_database_refuses_to_alter_or_delete(five, table):
    key = signing.current_key()
    checkpoint = AuditCheckpoint(position=2, digest=AuditSeal.objects.get(position=2).digest, key_id=key.key_id)
    checkpoint.save(force_insert=True)
    column = "id" if table == "audit_auditentry" else "position"
    last = five[-1].pk if table == "audit_auditentry" else 5 if table == "audit_auditseal" else 2
    ways = [f"UPDATE {table} SET signature = '' WHERE {column} = {last}", f"DELETE FROM {table} WHERE {column} = {last}"]
    if connection.vendor == "postgresql":
        ways.append(f"TRUNCATE {table}")
    else:
        row = f"SELECT * FROM {table} WHERE {column} = {last}"
        ways.append(f"INSERT OR REPLACE INTO {table} {row}")
    for statement in ways:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            sql(statement)


def test_what_a_checkpoint_covers_may_go_and_nothing_else(five):
    last = AuditSeal.objects.get(position=3)
    AuditCheckpoint(position=3, digest=last.digest, key_id="", signature="").save(force_insert=True)
    AuditEntry.objects.filter(seal__position__lte=3).delete()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.filter(seal__position=4).delete()
    assert AuditEntry.objects.count() == 2


def test_migrating_puts_back_triggers_that_are_missing(open_tables):
    assert triggers.installed() == set()
    # What migrate ends with; the command itself would close the connection of this test.
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
    assert triggers.are_installed()


# --- The chain ----------------------------------------------------------------------------------------------------


def test_each_place_covers_the_one_before(five):
    seals = list(AuditSeal.objects.order_by("position"))
    assert [seal.position for seal in seals] == [1, 2, 3, 4, 5]
    assert [seal.previous for seal in seals] == [NOTHING_BEFORE, *(seal.digest for seal in seals[:-1])]
    verdict = verify()
    assert (verdict.sealed, verdict.waiting, verdict.faults) == (5, 0, [])
    assert verdict.head == head() == ChainHead(5, seals[-1].digest)


def test_sealing_twice_seals_nothing_twice(five):
    record("tests.done", by=None)
    tasks.seal_new()
    tasks.seal_new()
    assert AuditSeal.objects.count() == 6


def test_an_entry_committed_late_gets_its_place_behind_those_sealed_before():
    late, early = record("tests.done", by=None), record("tests.done", by=None)
    key, digest = signing.current_key(), digest_of(early, position=1, previous=NOTHING_BEFORE)
    where = {"position": 1, "previous": NOTHING_BEFORE, "digest": digest}
    # As the clock does while the other is not committed yet.
    AuditSeal.objects.create(entry=early, key_id=key.key_id, signature=key.sign(digest), **where)
    seal_new()
    assert late.pk < early.pk
    assert AuditSeal.objects.get(entry=late).position == 2
    assert verify().is_whole


def test_every_column_of_an_entry_is_covered(five, open_tables):
    """A new column that the digest leaves out could be altered unseen."""
    other = {"fields": "[]", "at": "2001-01-01 00:00:00+00:00", "public_id": "0" * 32, "actor": "0" * 32, "coalition": "0" * 32}
    other |= {"circle": "0" * 32, "id": 4711}
    for column in [field.column for field in AuditEntry._meta.concrete_fields]:
        with transaction.atomic():
            sql(f"UPDATE audit_auditentry SET {column} = %s WHERE id = %s", other.get(column, "zz"), five[2].pk)
            said = "deleted" if column == "id" else "altered"
            assert f"The entry at position 3 was {said}." in verify().faults, column
            transaction.set_rollback(True)


def test_a_deleted_entry_is_found(five, open_tables):
    sql("DELETE FROM audit_auditentry WHERE id = %s", five[1].pk)
    assert faults() == ["The entry at position 2 was deleted."]


def test_an_entry_deleted_with_its_place_is_found(five, open_tables):
    sql("DELETE FROM audit_auditseal WHERE position IN (2, 3)")
    sql("DELETE FROM audit_auditentry WHERE id IN (%s, %s)", five[1].pk, five[2].pk)
    assert faults() == ["Before position 4, 2 entries are missing: they were deleted together with their places in the chain."]


def test_a_chain_that_was_closed_up_after_a_deletion_is_found(five, open_tables, settings):
    """Digests anyone can compute; the signature needs FIELD_KEY."""
    sql("DELETE FROM audit_auditseal WHERE position >= 2")
    sql("DELETE FROM audit_auditentry WHERE id = %s", five[1].pk)
    field_keys, settings.FIELD_KEYS = settings.FIELD_KEYS, ["not ours"]
    seal_new()
    settings.FIELD_KEYS = field_keys
    assert faults() == [
        *(f"The place at position {n} was not signed by this instance." for n in (2, 3, 4)),
        "The end of the chain was signed under another FIELD_KEY than that of this instance.",
    ]


def test_an_entry_inserted_by_hand_is_found_before_and_after_it_got_its_place(five):
    forged = record("tests.done", by=None)
    forged.pk, forged.public_id, forged.act = None, "11111111-1111-1111-1111-111111111111", "audit.private"
    forged.save(force_insert=True)
    assert faults() == [f"Entry {forged.public_id} was inserted or altered by hand: this instance has not signed it."]
    seal_new()
    assert faults() == ["The entry at position 7 was inserted by hand: this instance has not signed it."]


def test_an_end_that_was_cut_off_is_found_by_whoever_noted_it(five, open_tables):
    noted = head()
    sql("DELETE FROM audit_auditentry WHERE id = %s", five[4].pk)
    sql("DELETE FROM audit_auditseal WHERE position = 5")
    assert faults() == []
    triggers.install()
    assert verify(expected=noted).faults == ["Position 5 is not in the chain as it was noted: its end was cut off or replaced."]


def test_missing_triggers_are_said(five, open_tables):
    assert verify().faults == ["The triggers that keep the audit append-only are missing from the database. Run manage.py migrate."]


def test_a_chain_begun_under_an_earlier_key_goes_on_under_the_new_one(five, settings):
    settings.FIELD_KEYS = ["the key after it"]
    assert faults() == ["The end of the chain was signed under another FIELD_KEY than that of this instance."]
    record("tests.done", by=None)
    seal_new()
    assert faults() == []
    with transaction.atomic():
        triggers.remove()
        sql("UPDATE audit_auditentry SET act = 'zz' WHERE id = %s", five[0].pk)
        assert faults() == ["The entry at position 1 was altered."]
        transaction.set_rollback(True)


def test_a_key_that_nobody_knows_is_no_way_around_the_signature(five):
    forged = record("tests.done", by=None)
    forged.pk, forged.public_id, forged.key_id = None, "11111111-1111-1111-1111-111111111111", "ffffffff"
    forged.save(force_insert=True)
    seal_new()
    assert faults() == ["The entry at position 7 was inserted by hand: this instance has not signed it."]


def test_entries_without_a_place_for_an_hour_mean_that_the_clock_stopped():
    assert not is_sealing_late()
    with time_machine.travel(now() - timedelta(hours=2)):
        record("tests.done", by=None)
    assert is_sealing_late()
    seal_new()
    assert not is_sealing_late()


# --- After a year -------------------------------------------------------------------------------------------------


def test_after_a_year_entries_go_behind_a_signed_checkpoint():
    with time_machine.travel(now() - timedelta(days=366)):
        for _n in range(3):
            record("tests.done", by=None)
    kept = record("tests.done", by=None)
    seal_new()
    third = AuditSeal.objects.get(position=3).digest
    forget_old()
    forget_old()
    assert list(AuditEntry.objects.all()) == [kept]
    assert [(row.position, row.digest) for row in AuditCheckpoint.objects.all()] == [(3, third)]
    verdict = verify()
    assert (verdict.sealed, verdict.head.position, verdict.faults) == (1, 4, [])


def test_a_later_checkpoint_replaces_the_earlier_and_the_chain_goes_on():
    for days in (400, 380):
        with time_machine.travel(now() - timedelta(days=days)):
            record("tests.done", by=None)
            seal_new()
        forget_old()
    assert (AuditEntry.objects.count(), AuditSeal.objects.count()) == (0, 0)
    assert [row.position for row in AuditCheckpoint.objects.all()] == [2]
    record("tests.done", by=None)
    seal_new()
    verdict = verify()
    assert (verdict.head.position, verdict.faults) == (3, [])


def test_a_forged_checkpoint_is_found(five):
    AuditCheckpoint(position=2, digest=AuditSeal.objects.get(position=2).digest, key_id=signing.current_key().key_id).save(
        force_insert=True
    )
    AuditEntry.objects.filter(seal__position__lte=2).delete()
    AuditSeal.objects.filter(position__lte=2).delete()
    assert faults() == ["The checkpoint at position 2 was not signed by this instance."]


def test_a_broken_chain_is_kept_as_it_is():
    with time_machine.travel(now() - timedelta(days=366)):
        entry = record("tests.done", by=None)
        seal_new()
    triggers.remove()
    sql("UPDATE audit_auditentry SET act = 'zz' WHERE id = %s", entry.pk)
    triggers.install()
    assert forget_old() == 0
    assert AuditEntry.objects.count() == 1


# --- By the clock -------------------------------------------------------------------------------------------------


def test_once_a_day_the_whole_chain_is_walked_and_health_says_what_was_found(five, open_tables, caplog):
    triggers.install()
    tasks.verify_once_a_day()
    assert [(finding.what, finding.status) for finding in of_audit()] == [("Audit log", "good")]
    triggers.remove()
    sql("UPDATE audit_auditentry SET act = 'zz' WHERE id = %s", five[0].pk)
    triggers.install()
    tasks.verify_once_a_day()
    assert AuditVerification.objects.get().faults == 0  # it was walked today
    with time_machine.travel(now() + timedelta(days=1)):
        tasks.verify_once_a_day()
        (finding,) = of_audit()
    assert (finding.status, finding.fact) == ("gap", "broken in 1 place")
    assert "The entry at position 1 was altered." in caplog.text


def test_health_says_that_nothing_was_verified_or_sealed():
    assert [finding.status for finding in of_audit()] == ["none"]
    with time_machine.travel(now() - timedelta(hours=2)):
        record("tests.done", by=None)
    assert [finding.status for finding in of_audit()] == ["gap"]


# --- The command --------------------------------------------------------------------------------------------------


def test_the_command_says_where_the_chain_ends_and_later_whether_it_still_does(five):
    said = StringIO()
    call_command("verify_audit", stdout=said)
    assert f"It ends at {head()}" in said.getvalue()
    call_command("verify_audit", holds=head(), stdout=said)
    with pytest.raises(CommandError, match="Position 5 is not in the chain as it was noted"):
        call_command("verify_audit", holds=ChainHead(5, "0" * 64), stdout=said)
