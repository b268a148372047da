"""What was refused or given up may be sent again; what is over by then is not."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from amnt.accounts.models import User
from amnt.mail import services
from amnt.mail.delivery import deliver_waiting
from amnt.mail.models import Email
from calendar_app.reminders import sending
from tests.calendar_app.reminding import mails_to, moment
from tests.calendar_app.test_sending import promise
from tests.factories import member

pytestmark = pytest.mark.django_db


def became(state, *, cause=""):
    """As the delivery leaves a mail and its reminders behind."""
    Email.objects.update(state=state, finished_at=now(), attempts=10, trouble="554 5.7.1 Relay access denied")
    sending.note_receipts([(email.pk, state) for email in Email.objects.all()])


def states(user):
    return sorted((row.state, row.cause) for row in user.reminders.filter(send_at__lte=now()))


@pytest.mark.parametrize(("state", "cause"), [("refused", ""), ("given_up", "given_up")])
def test_a_mail_that_was_refused_takes_its_reminders_along_when_it_is_sent_again(clock, network, state, cause):
    user = member(network)
    promise(user, at=moment(5))
    sending.send_due()
    became(state)
    assert states(user) == [("failed", cause)]
    assert services.send_again(now()) == 1
    assert states(user) == [("queued", "")]
    deliver_waiting()
    assert len(mails_to(user)) == 1
    assert states(user) == [("sent", "")]


def test_what_is_over_when_it_is_sent_again_is_missed(clock, network):
    user = member(network)
    promise(user, at=moment(1, 10))
    sending.send_due()
    became("refused")
    since = now()
    clock.move_to(moment(2))
    services.send_again(since)
    deliver_waiting()
    assert mails_to(user) == []
    assert states(user) == [("missed", "")]


def test_what_was_refused_before_that_instant_stays_refused(clock, network):
    user = member(network)
    promise(user, at=moment(5))
    sending.send_due()
    became("refused")
    assert services.send_again(now() + timedelta(seconds=1)) == 0
    assert states(user) == [("failed", "")]


def test_what_was_not_even_mailed_as_the_address_was_refused_is_planned_again(clock, network):
    user, still_refused = member(network, mail_refused_at=moment(1)), member(network, mail_refused_at=moment(1) - timedelta(days=30))
    promise(user, at=moment(5))
    promise(still_refused, at=moment(5))
    sending.send_due()
    assert states(user) == states(still_refused) == [("failed", "")]
    assert services.clear_refusals(moment(1)) == 1
    assert sending.plan_failed_again(moment(1)) == 1
    sending.send_due()
    deliver_waiting()
    assert len(mails_to(user)) == 1
    assert states(user) == [("sent", "")]
    assert states(still_refused) == [("failed", "")]


def test_a_refusal_cleared_without_an_instant_is_cleared_for_all(clock, network):
    member(network, mail_refused_at=moment(1)), member(network, mail_refused_at=moment(1) - timedelta(days=30))
    assert services.clear_refusals() == 2
    assert not User.objects.exclude(mail_refused_at=None).exists()
