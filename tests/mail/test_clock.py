"""A clock that is set back: what it wrote in the future goes out now."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from amnt.mail import delivery
from amnt.mail.models import Email
from amnt.mail.services import write_emails
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2028, 9, 14, 5, 30, tzinfo=UTC)
STEPS = pytest.mark.parametrize("step", [timedelta(hours=1), timedelta(days=1)])


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def write(**fields):
    [email] = write_emails([Email(kind="tests/note", to=UserFactory(), **fields)])
    return email


@STEPS
def test_a_mail_that_was_written_before_goes_out_after(server, clock, step):
    write()
    clock.shift(-step)
    assert delivery.deliver_waiting() == 1


@STEPS
def test_a_mail_that_was_promised_for_later_comes_as_much_later(server, clock, step):
    write(not_before=NOW + timedelta(hours=3))
    clock.shift(-step)
    assert delivery.deliver_waiting() == 0
    clock.shift(timedelta(hours=2, minutes=59))
    assert delivery.deliver_waiting() == 0
    clock.shift(timedelta(minutes=2))
    assert delivery.deliver_waiting() == 1


@STEPS
def test_a_pause_between_two_attempts_is_no_longer_than_it_was(server, clock, step):
    email = write(created_at=NOW - timedelta(days=2))
    server.rcpt[email.to.email] = "450 busy"
    delivery.deliver_waiting()
    server.rcpt.clear()
    clock.shift(-step)
    assert delivery.deliver_waiting() == 0
    clock.shift(timedelta(minutes=1, seconds=1))
    assert delivery.deliver_waiting() == 1


def test_a_pause_that_is_right_stays(server, clock):
    email = write(created_at=NOW - timedelta(days=2), attempts=6, not_before=NOW + timedelta(hours=8))
    delivery.deliver_waiting()
    email.refresh_from_db()
    assert email.not_before == NOW + timedelta(hours=8)


@STEPS
def test_what_a_killed_worker_had_claimed_goes_out_ten_minutes_later(server, clock, step):
    write()
    delivery.claim_some()
    clock.shift(-step)
    assert delivery.deliver_waiting() == 0
    clock.shift(timedelta(minutes=9))
    assert delivery.deliver_waiting() == 0
    clock.shift(timedelta(minutes=2))
    assert delivery.deliver_waiting() == 1


@STEPS
def test_a_worker_that_lives_keeps_its_claim(server, clock, step):
    emails = [write() for _ in range(3)]
    batch = delivery.Batch(delivery.claim_some())
    server.before_accepting = lambda address: clock.shift(timedelta(minutes=6) if server.messages else -step)
    batch.deliver()
    assert server.addressees == [email.to.email for email in emails]
    # Renewed when it was set back, and six minutes later.
    assert Email.objects.get(pk=emails[-1].pk).claimed_at == NOW - step + timedelta(minutes=6)


@STEPS
def test_what_was_accepted_in_the_future_is_no_proof_that_the_server_takes_mail(server, clock, step):
    write()
    delivery.deliver_waiting()
    clock.shift(-step)
    for _ in range(4):
        write()
    server.rcpt_of_everybody = "554 5.7.1 Relay access denied"
    delivery.deliver_waiting()
    assert set(Email.objects.filter(state="waiting").values_list("attempts", flat=True)) == {0}
