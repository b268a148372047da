"""PostgreSQL notes what was accepted while the next message is announced: what that may cost when something breaks."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest
import time_machine
from django.db import OperationalError, connection
from django.utils.timezone import now

from amnt.mail import acceptance, delivery
from amnt.mail.models import Email
from tests.factories import UserFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="Elsewhere it is noted at once"),
]


def write(number):
    """Rows alone: `write_emails` would send them at once."""
    return Email.objects.bulk_create([Email(kind="tests/note", to=UserFactory()) for _ in range(number)])


def states():
    return Counter(Email.objects.values_list("state", flat=True))


def asked_elsewhere(sql, *values):
    """What another connection is told: only what is committed."""

    def ask():
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            [answer] = cursor.fetchone()
        connection.close()
        return answer

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(ask).result()


def test_a_message_leaves_only_when_all_before_it_are_marked(server):
    mails = write(5)
    seen = []
    marked = "SELECT count(*) FROM mail_email WHERE state = 'accepted' AND attempts = 1 AND subject LIKE 'k%%:gAAAA%%'"
    server.before_accepting = lambda address: seen.append(asked_elsewhere(marked))
    assert delivery.deliver_waiting() == 5
    assert seen == [0, 1, 2, 3, 4]
    assert server.addressees == [mail.to.email for mail in mails]
    assert set(Email.objects.values_list("subject", flat=True)) == {"2 reminders for this week"}
    assert states() == {"accepted": 5}


def test_what_is_refused_in_between_and_who_had_been_refused_before_are_noted_too(server):
    mails = write(4)
    mails[1].to.mail_refused_at = now()
    mails[1].to.save()
    Email.objects.filter(pk=mails[2].pk).update(no_mailbox_at=now() - timedelta(hours=5), refused_at=now() - timedelta(hours=5))
    server.rcpt[mails[2].to.email] = "550 no such user"
    assert delivery.deliver_waiting() == 3
    assert list(Email.objects.order_by("pk").values_list("state", flat=True)) == ["accepted", "accepted", "refused", "accepted"]
    for mail in mails:
        mail.to.refresh_from_db()
    assert [mail.to.mail_refused_at is None for mail in mails] == [True, True, False, True]


def test_a_connection_that_breaks_leaves_the_last_message_marked(server):
    mails = write(3)
    server.data[mails[1].to.email] = "421 closing down"
    assert delivery.deliver_waiting() == 2
    assert list(Email.objects.order_by("pk").values_list("state", "attempts")) == [("accepted", 1), ("waiting", 1), ("accepted", 1)]


def test_a_database_that_forgot_the_statement_is_told_it_again(server):
    """As behind a pool that discards what a connection had prepared."""
    first = write(1)
    assert delivery.deliver_waiting() == 1
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    others = write(2)
    assert delivery.deliver_waiting() == 2
    assert server.addressees == [mail.to.email for mail in [*first, *others]]
    assert list(Email.objects.values_list("state", "attempts").distinct()) == [("accepted", 1)]


@pytest.fixture
def cut(server):
    """Cuts our connection to the database while the second message is on its way."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [ours] = cursor.fetchone()

    def cut_once(address):
        if len(server.messages) == 1:
            assert asked_elsewhere("SELECT pg_terminate_backend(%s, 5000)", ours)

    server.before_accepting = cut_once


def test_a_database_that_comes_back_within_a_minute_repeats_nothing(server, cut):
    mails = write(3)
    assert delivery.deliver_waiting() == 3
    assert server.addressees == [mail.to.email for mail in mails]
    assert list(Email.objects.values_list("state", "attempts").distinct()) == [("accepted", 1)]


@pytest.fixture
def server_of_databases():
    """A connection to another database, which stays when ours refuses every connection."""
    at = connection.settings_dict
    address = {"host": at["HOST"], "port": at["PORT"] or None, "user": at["USER"], "password": at["PASSWORD"]}
    with psycopg.connect(dbname="postgres", autocommit=True, **address) as other:
        yield other
        other.execute(f'ALTER DATABASE "{at["NAME"]}" ALLOW_CONNECTIONS true')


def test_a_database_that_refuses_connections_for_a_while_is_asked_again(server, cut, server_of_databases, monkeypatch):
    """As in the middle of a restart."""
    mails = write(3)
    allow = f'ALTER DATABASE "{connection.settings_dict["NAME"]}" ALLOW_CONNECTIONS'
    cut_once, pauses = server.before_accepting, []

    def cut_and_refuse(address):
        cut_once(address)
        if len(server.messages) == 1:
            server_of_databases.execute(f"{allow} false")

    def pause(seconds):
        pauses.append(seconds)
        if len(pauses) == 3:
            server_of_databases.execute(f"{allow} true")

    server.before_accepting = cut_and_refuse
    monkeypatch.setattr(acceptance.time, "sleep", pause)
    assert delivery.deliver_waiting() == 3
    assert pauses == [acceptance.PAUSE_SECONDS] * 3
    assert server.addressees == [mail.to.email for mail in mails]
    assert list(Email.objects.values_list("state", "attempts").distinct()) == [("accepted", 1)]


def test_a_lost_database_repeats_at_most_the_one_message_it_had_not_marked(server, cut, monkeypatch):
    mails = write(3)
    with monkeypatch.context() as patch:
        patch.setattr(acceptance, "TRIED_FOR_SECONDS", -1)
        patch.setattr(acceptance, "ACCEPT", "SELECT pg_terminate_backend(pg_backend_pid()), %s, %s, %s, %s")
        with pytest.raises(OperationalError):
            delivery.deliver_waiting()
    connection.close()
    assert server.addressees == [mail.to.email for mail in mails[:2]]
    assert states() == {"accepted": 1, "claimed": 2}
    server.before_accepting = lambda address: None
    with time_machine.travel(now() + timedelta(minutes=11), tick=False):
        assert delivery.deliver_waiting() == 2
    assert Counter(server.addressees) == {mails[0].to.email: 1, mails[1].to.email: 2, mails[2].to.email: 1}
    assert states() == {"accepted": 3}


def test_a_mark_that_is_asked_for_again_after_its_answer_was_lost_counts_once(server):
    [mail] = write(1)
    claim = delivery.claim_some()
    marks = acceptance.Marks(claim)
    mark = acceptance.Mark(now(), "2 reminders for this week", mail.pk)
    marks.store(mark)
    marks.store(mark, is_cut=True)
    assert list(Email.objects.values_list("state", "attempts")) == [("accepted", 1)]
