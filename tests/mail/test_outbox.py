"""Promising mail: a row in the caller's transaction, sent as soon as that is done."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils.timezone import now

from amnt.accounts.models import User
from amnt.audit.models import AuditEntry
from amnt.mail.models import Email, Mute
from amnt.mail.services import clear_refusals, mute, send_again, unmute, write_email, write_emails
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return UserFactory()


def addressees(mailoutbox) -> list[str]:
    return sorted(address for mail in mailoutbox for address in mail.to)


def test_a_mail_leaves_once_the_transaction_is_done(person, mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        write_email("tests/note", to=person, about={})
        assert addressees(mailoutbox) == []
    assert addressees(mailoutbox) == [person.email]


def test_a_mail_says_to_whom_about_what_and_from_when(in_september, person):
    later = now() + timedelta(hours=1)
    hers = write_email("tests/note", to=person, about={"what": "x"})
    invited = write_email("tests/note", address="new@example.org", about={}, not_before=later)
    rows = Email.objects.order_by("pk").values_list("pk", "to", "address", "about", "not_before", "state")
    assert list(rows) == [
        (hers.pk, person.pk, "", {"what": "x"}, now(), "waiting"),
        (invited.pk, None, "new@example.org", {}, later, "waiting"),
    ]


def test_mails_written_together_leave_together(person, mailoutbox, django_capture_on_commit_callbacks):
    other = UserFactory()
    with django_capture_on_commit_callbacks(execute=True) as promised:
        written = write_emails([Email(kind="tests/note", to=to) for to in (person, other)])
    assert (len(promised), [email.to for email in written]) == (1, [person, other])
    assert addressees(mailoutbox) == sorted([person.email, other.email])


def test_no_mail_wakes_no_worker(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as promised:
        assert write_emails([]) == []
    assert promised == []


def test_many_mails_are_written_a_thousand_in_a_statement(person, django_assert_num_queries):
    with django_assert_num_queries(2):
        write_emails(Email(kind="tests/note", to=person) for _n in range(1001))


def ended(person, **fields) -> Email:
    return Email.objects.create(**{"kind": "tests/note", "to": person, "finished_at": now(), "attempts": 3} | fields)


def test_what_failed_leaves_again_unless_a_worker_is_still_settling_it(person, mailoutbox, django_capture_on_commit_callbacks):
    hour_ago = now() - timedelta(hours=1)
    refused, given_up = ended(person, state="refused"), ended(person, state="given_up")
    kept = [
        ended(person, state="refused", claim=uuid4(), claimed_at=now()),
        ended(person, state="refused", finished_at=hour_ago - timedelta(seconds=1)),
        ended(person, state="dropped"),
        ended(person, state="accepted"),
    ]
    with django_capture_on_commit_callbacks(execute=True):
        assert send_again(hour_ago) == 2
    assert addressees(mailoutbox) == [person.email] * 2
    assert {email.state for email in Email.objects.filter(pk__in=[refused.pk, given_up.pk])} == {"accepted"}
    assert [Email.objects.get(pk=email.pk).state for email in kept] == [email.state for email in kept]


def test_what_is_sent_again_is_as_if_never_tried_and_its_writer_is_told(in_september, person, receipts):
    failed = ended(
        person, state="given_up", trouble="552 mailbox full", refused_at=now(), no_mailbox_at=now(), not_before=now() - timedelta(days=365)
    )
    assert send_again(now()) == 1
    failed.refresh_from_db()
    assert (failed.state, failed.attempts, failed.not_before, failed.trouble) == ("waiting", 0, now(), "")
    assert (failed.finished_at, failed.refused_at, failed.no_mailbox_at) == (None, None, None)
    assert receipts == [(failed.pk, "waiting")]
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.actor, entry.level) == ("mail.sent_again", None, "C0")
    assert (send_again(now()), AuditEntry.objects.count()) == (0, 1)


@pytest.mark.parametrize(("since", "written_to"), [(None, 3), (timedelta(hours=1), 2)], ids=["ever", "in the last hour"])
def test_whoever_was_refused_since_then_is_written_to_again(in_september, since, written_to):
    UserFactory()
    for ago in (timedelta(0), timedelta(hours=1), timedelta(hours=1, seconds=1)):
        UserFactory(mail_refused_at=now() - ago)
    assert clear_refusals(since and now() - since) == written_to
    assert User.objects.exclude(mail_refused_at=None).count() == 3 - written_to
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.actor, entry.level) == ("mail.refusals_cleared", None, "C0")
    assert (clear_refusals(now()), AuditEntry.objects.count()) == (0, 1)


def test_a_kind_that_is_heard_again_leaves_the_others_muted(person):
    other = UserFactory()
    for user in (person, other):
        for kind in ("digest", "RR-01"):
            mute(user, kind=kind)
    mute(person, kind="digest")
    unmute(person, kind="digest")
    assert sorted(Mute.objects.values_list("user", "kind")) == sorted([(person.pk, "RR-01"), (other.pk, "RR-01"), (other.pk, "digest")])
