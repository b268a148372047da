import socket
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.db import transaction
from django.utils.timezone import now

from amnt.mail import delivery, emails, smtp
from amnt.mail.models import Email
from amnt.mail.services import mute, write_email, write_emails
from tests.factories import UserFactory
from tests.mail.conftest import use_mail_server

pytestmark = pytest.mark.django_db

NOW = datetime(2028, 9, 14, 5, 30, tzinfo=UTC)


def write(to=None, **about):
    to = to or UserFactory()
    [email] = write_emails([Email(kind="tests/note", to=to, about=about)])
    return email


def states():
    return list(Email.objects.order_by("pk").values_list("state", flat=True))


def later(**pause):
    return time_machine.travel(now() + timedelta(**pause), tick=False)


def test_what_waits_is_sent_once_and_its_writer_is_told(server, receipts):
    email = write()
    assert delivery.deliver_waiting() == 1
    assert delivery.deliver_waiting() == 0
    assert server.addressees == [email.to.email]
    email.refresh_from_db()
    assert (email.state, email.attempts, email.subject, email.claim) == ("accepted", 1, "2 reminders for this week", None)
    assert email.finished_at is not None
    assert receipts == [(email.pk, "accepted")]


def test_a_mail_of_an_act_that_was_rolled_back_never_goes(server):
    with transaction.atomic():
        write_email("tests/note", to=UserFactory(), about={})
        transaction.set_rollback(True)
    assert delivery.deliver_waiting() == 0
    assert Email.objects.count() == 0


def test_what_is_promised_for_later_waits(server):
    write_email("tests/note", to=UserFactory(), about={}, not_before=now() + timedelta(hours=1))
    assert delivery.deliver_waiting() == 0
    with later(hours=1, seconds=1):
        assert delivery.deliver_waiting() == 1


def test_a_whole_batch_goes_over_one_connection(server, notes, monkeypatch):
    monkeypatch.setattr(delivery, "BATCH", 3)
    for _ in range(7):
        write()
    assert delivery.deliver_waiting() == 7
    assert notes == [3, 3, 1]
    assert server.connections == 3


@pytest.mark.parametrize("rows", [1, 3])
def test_a_batch_costs_the_same_queries_however_large_besides_one_mark_for_each(rows, server, django_assert_num_queries):
    for _ in range(rows):
        write(stop="digest")
    # Abandoned; clock; claim in a transaction (savepoint, select, update, release); rows; mutes; settle: kinds, told in a
    # transaction (savepoint, select, update, release), rest; claim again, in vain.
    with django_assert_num_queries(18 + rows - 1):
        assert delivery.deliver_waiting() == rows


def test_the_address_is_the_one_she_has_when_it_goes(server):
    email = write()
    email.to.email = "moved@example.org"
    email.to.save()
    delivery.deliver_waiting()
    assert server.addressees == ["moved@example.org"]


def test_nothing_goes_to_someone_who_may_no_longer_log_in(server, receipts):
    email = write(UserFactory(is_active=False))
    assert delivery.deliver_waiting() == 0
    assert server.connections == 0
    assert receipts == [(email.pk, "dropped")]


def test_a_mail_whose_reason_is_gone_is_dropped(server, receipts):
    gone, kept = write(gone=True), write()
    assert delivery.deliver_waiting() == 1
    assert states() == ["dropped", "accepted"]
    assert sorted(receipts) == [(gone.pk, "dropped"), (kept.pk, "accepted")]


def test_a_muted_kind_does_not_go_whoever_composed_it(server):
    silent, other = UserFactory(), UserFactory()
    mute(silent, kind="digest")
    write(silent, stop="digest")
    write(silent, stop="RR-01")
    write(other, stop="digest")
    delivery.deliver_waiting()
    assert states() == ["dropped", "accepted", "accepted"]


def test_one_row_that_cannot_be_composed_stops_no_other_and_is_finally_given_up(server, caplog):
    [_, broken, _] = [write(), write(broken=True), write()]
    assert delivery.deliver_waiting() == 2
    assert states() == ["accepted", "waiting", "accepted"]
    assert str(broken.public_id) in caplog.text
    for _ in delivery.PAUSES:
        Email.objects.filter(pk=broken.pk, state="waiting").update(not_before=now())
        delivery.deliver_waiting()
    broken.refresh_from_db()
    broken.to.refresh_from_db()
    assert (broken.state, broken.attempts) == ("given_up", len(delivery.PAUSES) + 1)
    assert broken.to.mail_refused_at is None  # no fault of her address


def test_a_kind_nobody_composes_yet_waits_for_the_program_that_does(server):
    [email] = write_emails([Email(kind="tests/unheard-of", to=UserFactory(), about={})])
    delivery.deliver_waiting()
    email.refresh_from_db()
    assert (email.state, email.attempts) == ("waiting", 1)


def test_a_temporary_refusal_is_retried_with_growing_pauses_for_three_days(server, receipts):
    email = write()
    server.rcpt[email.to.email] = "450 mailbox busy"
    with time_machine.travel(NOW, tick=False) as clock:
        Email.objects.update(not_before=NOW)
        waits = []
        while True:
            asked = now()
            delivery.deliver_waiting()
            email.refresh_from_db()
            if email.state != "waiting":
                break
            waits.append(email.not_before - asked)
            clock.move_to(email.not_before - timedelta(seconds=1))
            assert delivery.deliver_waiting() == 0
            clock.move_to(email.not_before)
        assert waits == sorted(waits)
        assert waits[0] == timedelta(minutes=1)
        assert timedelta(days=3) < now() - NOW < timedelta(days=3, hours=2)
    email.to.refresh_from_db()
    assert (email.state, email.trouble, email.to.mail_refused_at) == ("given_up", "450 mailbox busy", None)
    assert server.messages == []
    assert receipts == [(email.pk, "given_up")]


def test_what_was_refused_for_now_arrives_under_the_same_identity(server):
    email = write()
    server.data[email.to.email] = "451 try again"
    delivery.deliver_waiting()
    server.data.clear()
    with later(minutes=2):
        delivery.deliver_waiting()
    email.refresh_from_db()
    assert (email.state, email.attempts, email.trouble) == ("accepted", 2, "")
    assert [message["Message-ID"] for message in server.messages] == [f"<{email.public_id}@testserver>"]


def test_a_mail_server_that_is_down_burns_nobody_s_attempts(settings, server):
    server.stop()
    for _ in range(3):
        write()
    before = list(Email.objects.order_by("pk").values_list("not_before", flat=True))
    assert delivery.deliver_waiting() == 0
    assert list(Email.objects.values_list("state", "attempts", "claim").distinct()) == [("waiting", 0, None)]
    assert list(Email.objects.order_by("pk").values_list("not_before", flat=True)) == before
    assert set(Email.objects.values_list("trouble", flat=True)) == {"ConnectionRefusedError while connecting"}


def test_a_connection_that_breaks_costs_an_attempt_only_to_the_message_under_it(server):
    first, unlucky, third = write(), write(), write()
    server.data[unlucky.to.email] = "421 closing down"
    assert delivery.deliver_waiting() == 2
    assert list(Email.objects.order_by("pk").values_list("state", "attempts")) == [("accepted", 1), ("waiting", 1), ("accepted", 1)]
    assert server.addressees == [first.to.email, third.to.email]
    assert server.connections == 2


def test_a_server_that_closes_at_once_is_not_called_again_in_this_run(server):
    unlucky, other = write(), write()
    server.data[unlucky.to.email] = "421 closing down"
    assert delivery.deliver_waiting() == 0
    assert list(Email.objects.order_by("pk").values_list("state", "attempts")) == [("waiting", 1), ("waiting", 0)]
    # The next run is not held up by the one that broke it.
    assert delivery.deliver_waiting() == 1
    assert server.addressees == [other.to.email]


def test_a_server_that_closes_after_some_messages_is_called_again_at_once(server):
    emails = [write() for _ in range(7)]
    server.closes_after = 3
    assert delivery.deliver_waiting() == 7
    assert server.addressees == [email.to.email for email in emails]
    assert server.connections == 3
    assert set(Email.objects.values_list("state", "attempts")) == {("accepted", 1)}


def test_a_server_that_closes_after_each_message_is_called_a_bounded_number_of_times(server, monkeypatch):
    monkeypatch.setattr(delivery, "CALLED_AGAIN_MOST", 2)
    monkeypatch.setattr(delivery, "BATCH", 4)
    for _ in range(6):
        write()
    server.closes_after = 1
    assert delivery.deliver_waiting() == 3
    assert server.connections == 3
    assert list(Email.objects.order_by("pk").values_list("state", "attempts")) == [("accepted", 1)] * 3 + [("waiting", 0)] * 3


def test_a_message_over_which_every_new_connection_breaks_holds_up_no_other(server):
    first, unlucky, third = write(), write(), write()
    server.before_accepting = lambda address: None
    broken = []

    async def break_at_the_unlucky(server_, session, envelope, address, options):
        if address == unlucky.to.email:
            broken.append(address)
            server_.transport.close()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    server.handle_RCPT = break_at_the_unlucky
    # Once after another message, which costs it nothing; once as the first over a new connection, which costs it an attempt.
    assert delivery.deliver_waiting() == 1
    assert broken == [unlucky.to.email] * 2
    assert list(Email.objects.order_by("pk").values_list("state", "attempts")) == [("accepted", 1), ("waiting", 1), ("waiting", 0)]
    assert delivery.deliver_waiting() == 1
    assert server.addressees == [first.to.email, third.to.email]


def test_a_server_that_does_not_answer_quit_is_not_waited_for(server, monkeypatch):
    monkeypatch.setattr(smtp, "QUIT_SECONDS", 0.01)
    server.answers_quit_after = 2
    write()
    assert delivery.deliver_waiting() == 1
    assert server.quits == 0


def test_a_server_that_refuses_our_own_address_is_our_trouble_not_theirs(server):
    server.sender = "550 who are you?"
    email = write()
    assert delivery.deliver_waiting() == 0
    email.refresh_from_db()
    email.to.refresh_from_db()
    assert (email.state, email.attempts, email.to.mail_refused_at) == ("waiting", 0, None)


def test_a_slow_mail_server_is_not_waited_for_for_ever(settings):
    # It takes the call and says nothing.
    with socket.create_server(("127.0.0.1", 0)) as silent:
        use_mail_server(settings, silent.getsockname()[1], timeout=0.2)
        email = write()
        assert delivery.deliver_waiting() == 0
    email.refresh_from_db()
    assert (email.state, email.attempts, email.trouble) == ("waiting", 0, "SMTPServerDisconnected while connecting")


def test_two_workers_share_the_queue_and_never_a_row(server, monkeypatch):
    monkeypatch.setattr(delivery, "BATCH", 2)
    for _ in range(3):
        write()
    one, two, three = delivery.claim_some(), delivery.claim_some(), delivery.claim_some()
    assert [Email.objects.filter(claim=claim).count() for claim in (one, two)] == [2, 1]
    assert three is None
    delivery.Batch(two).deliver()
    delivery.Batch(one).deliver()
    assert len(set(server.addressees)) == len(server.addressees) == 3


def test_a_claim_is_left_alone_while_its_worker_lives(server):
    write()
    claim = delivery.claim_some()
    with later(minutes=9):
        delivery.settle_abandoned()
    assert Email.objects.filter(claim=claim, state="claimed").count() == 1


def test_a_slow_worker_renews_its_claim(server):
    emails = [write() for _ in range(3)]
    with time_machine.travel(NOW, tick=False) as clock:
        Email.objects.update(not_before=NOW)
        claim = delivery.claim_some()
        server.before_accepting = lambda address: clock.shift(timedelta(minutes=6))
        batch = delivery.Batch(claim)
        batch.deliver()
        # Twelve minutes after claiming, the last row had been renewed at six.
        assert Email.objects.get(pk=emails[-1].pk).claimed_at == NOW + timedelta(minutes=12)
    assert batch.accepted == 3


def test_a_worker_thought_dead_stops_when_it_wakes_up(server):
    write(), write()
    claim = delivery.claim_some()
    batch = delivery.Batch(claim)
    with later(minutes=11):
        assert delivery.deliver_waiting() == 2
        batch.deliver()
    assert len(server.messages) == 2


def test_what_a_killed_worker_left_goes_out_and_what_it_sent_is_told(server, receipts):
    sent, unsent = write(), write()
    claim = delivery.claim_some()
    batch = delivery.Batch(claim)
    messages = batch.messages()
    with smtp.open_connection() as send:
        batch.send(send, batch.emails[0], messages[sent.pk])
    # Here it is killed: neither settled nor told.
    assert receipts == []
    assert delivery.deliver_waiting() == 0
    with later(minutes=11):
        assert delivery.deliver_waiting() == 1
    assert server.addressees == [sent.to.email, unsent.to.email]
    assert sorted(receipts) == [(sent.pk, "accepted"), (unsent.pk, "accepted")]
    assert Email.objects.exclude(claim=None).count() == 0


def test_a_writer_who_fails_to_listen_is_told_again_and_stops_nothing(server, monkeypatch, receipts, caplog):
    email = write()

    def deaf(told):
        raise RuntimeError("not listening")

    with monkeypatch.context() as patch:
        patch.setitem(emails._listeners, "tests/note", deaf)
        assert delivery.deliver_waiting() == 1
    assert "could not be noted" in caplog.text
    with later(minutes=11):
        assert delivery.deliver_waiting() == 0
    assert receipts == [(email.pk, "accepted")]
    assert len(server.messages) == 1


def test_a_mail_to_someone_without_account_goes_to_the_address_given(server):
    write_email("tests/note", address="invited@example.org", about={})
    delivery.deliver_waiting()
    assert server.addressees == ["invited@example.org"]


def test_a_bad_address_is_put_off_and_smuggles_nothing(server):
    write_email("tests/note", address="a@example.org\r\nBcc: victim@example.org", about={})
    good = write()
    assert delivery.deliver_waiting() == 1
    assert server.tried == [good.to.email]


def test_the_outbox_of_other_tests_sees_whole_messages():
    email = write(stop="digest")
    assert delivery.deliver_waiting() == 1
    [message] = mail.outbox
    assert message.to == [email.to.email]
    assert message.message()["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message.alternatives[0].mimetype == "text/html"


def test_composers_are_known_by_name():
    with pytest.raises(KeyError):
        emails.compose([Email(kind="tests/unheard-of")])


def test_old_mail_is_forgotten_after_three_months_and_what_waits_is_not(server):
    write()
    delivery.deliver_waiting()
    write()
    with later(days=89):
        assert delivery.forget_old() == 0
    with later(days=91):
        assert delivery.forget_old() == 1
    assert states() == ["waiting"]
