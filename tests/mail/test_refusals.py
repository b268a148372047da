"""A mail server that refuses everybody is no fault of anybody; a mailbox that is not there is asked for twice."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from amnt.accounts.models import User
from amnt.mail import delivery
from amnt.mail.models import Email
from amnt.mail.services import write_emails
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2028, 9, 14, 5, 30, tzinfo=UTC)
RELAY = "554 5.7.1 Relay access denied"
SPAM = "554 5.7.1 This message looks like spam"
UNKNOWN = "550 5.1.1 User unknown"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def write(*people):
    return write_emails([Email(kind="tests/note", to=person) for person in people])


def some(number, domain="example.org"):
    return [UserFactory(email=f"person{n}@{domain}") for n in range(number)]


def rows():
    return list(Email.objects.order_by("pk").values_list("state", "attempts"))


def muted():
    return User.objects.exclude(mail_refused_at=None).count()


@pytest.mark.parametrize("way", ["rcpt_of_everybody", "data_of_everybody"])
@pytest.mark.parametrize("words", [RELAY, SPAM, UNKNOWN])
def test_a_server_that_refuses_everybody_for_a_moment_loses_no_mail(server, clock, way, words):
    write(*some(20))
    setattr(server, way, words)
    for _ in range(5):
        assert delivery.deliver_waiting() == 0
        clock.shift(timedelta(minutes=2))
    assert rows() == [("waiting", 0)] * 20
    assert set(Email.objects.values_list("trouble", flat=True)) == {words}
    assert muted() == 0
    setattr(server, way, "")
    assert delivery.deliver_waiting() == 20
    assert rows() == [("accepted", 1)] * 20


def test_a_few_are_asked_at_several_domains_before_everybody_waits(server):
    write(*some(10), *(UserFactory(email=f"someone@{n}.example") for n in range(10)))
    server.rcpt_of_everybody = RELAY
    delivery.deliver_waiting()
    assert [address.rpartition("@")[2] for address in server.tried] == ["example.org"] * 3 + ["0.example", "1.example", "2.example"]


def test_what_was_refused_with_everybody_is_tried_behind_the_others(server, clock):
    write(*some(6))
    server.rcpt_of_everybody = RELAY
    delivery.deliver_waiting()
    clock.shift(timedelta(minutes=2))
    delivery.deliver_waiting()
    assert server.tried == [f"person{n}@example.org" for n in range(6)]


def test_a_server_that_begins_to_refuse_in_mid_batch_costs_nobody_an_attempt(server, clock):
    write(*some(9))

    def deny_after_four(address):
        if len(server.messages) == 3:
            server.rcpt_of_everybody = RELAY

    server.before_accepting = deny_after_four
    assert delivery.deliver_waiting() == 4
    assert rows() == [("accepted", 1)] * 4 + [("waiting", 0)] * 5
    server.rcpt_of_everybody = ""
    clock.shift(timedelta(minutes=1, seconds=1))
    assert delivery.deliver_waiting() == 5


def test_mails_that_come_one_by_one_to_a_server_that_refuses_everybody_wait_too(server, clock):
    server.rcpt_of_everybody = RELAY
    for person in some(5):
        write(person)
        delivery.deliver_waiting()
        clock.shift(timedelta(seconds=1))
    # The first two could have been refused for themselves.
    assert rows() == [("waiting", 1)] * 2 + [("waiting", 0)] * 3


def test_one_who_is_refused_among_others_is_tried_for_three_days_and_never_silenced(server, clock, receipts):
    [refused, _other] = write(*some(2))
    server.data["person0@example.org"] = SPAM
    assert delivery.deliver_waiting() == 1
    assert rows() == [("waiting", 1), ("accepted", 1)]
    while rows()[0][0] == "waiting":
        clock.move_to(Email.objects.get(pk=refused.pk).not_before)
        delivery.deliver_waiting()
    refused.refresh_from_db()
    assert timedelta(days=3) < refused.finished_at - NOW < timedelta(days=3, hours=2)
    assert (refused.state, refused.attempts, refused.trouble) == ("given_up", len(delivery.PAUSES) + 1, SPAM)
    assert muted() == 0
    assert (refused.pk, "given_up") in receipts


def test_a_missing_mailbox_is_tried_again_hours_later_and_then_left_alone(server, clock, receipts):
    gone, other = some(2)
    [first, *_] = write(gone, other)
    server.rcpt[gone.email] = f"550 5.1.1 <{gone.email}>: no such user"
    assert delivery.deliver_waiting() == 1
    first.refresh_from_db()
    assert (first.state, first.attempts, first.not_before) == ("waiting", 1, NOW + timedelta(hours=4))
    assert first.trouble == "550 5.1.1 … no such user"
    assert muted() == 0
    clock.shift(timedelta(hours=4))
    write(other)
    assert delivery.deliver_waiting() == 1
    first.refresh_from_db()
    gone.refresh_from_db()
    assert (first.state, first.attempts) == ("refused", 2)
    assert gone.mail_refused_at == NOW + timedelta(hours=4)
    assert (first.pk, "refused") in receipts


def test_a_mailbox_that_is_there_at_the_second_try_gets_its_mail(server, clock):
    gone, other = some(2)
    write(gone, other)
    server.rcpt[gone.email] = UNKNOWN
    delivery.deliver_waiting()
    server.rcpt.clear()
    clock.shift(timedelta(hours=4))
    assert delivery.deliver_waiting() == 1
    assert rows() == [("accepted", 2), ("accepted", 1)]


def test_a_lone_mail_is_refused_for_good_only_if_another_was_accepted(server, clock):
    gone, other = some(2)
    [lonely] = write(gone)
    server.rcpt[gone.email] = UNKNOWN
    delivery.deliver_waiting()
    clock.shift(timedelta(hours=1))
    write(other)
    delivery.deliver_waiting()
    clock.shift(timedelta(hours=3))
    delivery.deliver_waiting()
    lonely.refresh_from_db()
    assert (lonely.state, muted()) == ("refused", 1)


def test_a_server_that_knows_nobody_twice_hours_apart_silences_nobody(server, clock):
    people = some(6)
    write(*people)
    server.rcpt_of_everybody = UNKNOWN
    for _ in range(2):
        delivery.deliver_waiting()
        clock.shift(timedelta(minutes=2))
    server.rcpt_of_everybody = ""
    write(UserFactory())
    assert delivery.deliver_waiting() == 7
    write(*people)
    server.rcpt_of_everybody = UNKNOWN
    clock.shift(timedelta(hours=5))
    for _ in range(40):
        delivery.deliver_waiting()
        clock.shift(timedelta(minutes=20))
    assert muted() == 0
    assert Email.objects.filter(state="refused").count() == 0


def test_many_mailboxes_that_are_gone_hold_up_no_other(server, clock):
    gone = some(40, "closed.example")
    for person in gone:
        server.rcpt[person.email] = UNKNOWN
    write(*gone, *some(3))
    assert delivery.deliver_waiting() == 3
    # Those after whom somebody was accepted have had their first try, the others wait behind everybody.
    assert rows()[:40] == [("waiting", 1)] * 9 + [("waiting", 0)] * 31


def test_mailboxes_that_are_gone_and_alone_count_once_somebody_else_was_accepted(server, clock):
    gone = some(4, "closed.example")
    for person in gone:
        server.rcpt[person.email] = UNKNOWN
    write(*gone)
    delivery.deliver_waiting()
    assert rows() == [("waiting", 0)] * 4
    clock.shift(timedelta(seconds=30))
    write(UserFactory())
    assert delivery.deliver_waiting() == 1
    clock.shift(timedelta(minutes=1))
    delivery.deliver_waiting()
    assert rows() == [("waiting", 1)] * 4 + [("accepted", 1)]
    # Four at once and nobody accepted after them: tried until they are given up, silenced by nothing.
    for _ in range(30):
        clock.shift(timedelta(hours=4))
        delivery.deliver_waiting()
    assert set(Email.objects.filter(to__in=gone).values_list("state", flat=True)) == {"given_up"}
    assert muted() == 0


def test_the_first_refusal_is_remembered_until_the_next_mail_arrives(server, clock):
    person, other = some(2)
    server.rcpt[person.email] = UNKNOWN
    for _ in range(2):
        write(person, other)
        delivery.deliver_waiting()
        clock.shift(timedelta(hours=4))
    delivery.deliver_waiting()
    person.refresh_from_db()
    assert person.mail_refused_at == NOW + timedelta(hours=4)
    server.rcpt.clear()
    write(person)
    delivery.deliver_waiting()
    person.refresh_from_db()
    assert person.mail_refused_at is None
