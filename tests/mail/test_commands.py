import io
import socket
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils.timezone import now

from amnt.accounts.models import User
from amnt.audit.models import AuditEntry
from amnt.mail.models import Email
from tests.factories import UserFactory
from tests.mail.conftest import use_mail_server

pytestmark = pytest.mark.django_db

RELAY = "554 5.7.1 Relay access denied"


def run(*words):
    said = io.StringIO()
    call_command(*words, stdout=said)
    return said.getvalue()


def email(**fields):
    return Email.objects.create(**{"kind": "tests/note", "to": UserFactory(), **fields})


# --- The queue ---------------------------------------------------------------------------------------------------------


def test_an_empty_queue_is_said():
    email(state="accepted", finished_at=now())
    assert run("mail_queue") == "No mail waits, and none was refused.\n"


def test_the_queue_is_counted_with_the_server_s_words_and_without_addresses():
    for _ in range(3):
        email(trouble=RELAY, created_at=now() - timedelta(hours=3))
    email(state="refused", trouble="550 5.1.1 … no such user", finished_at=now(), attempts=2)
    email(state="given_up", trouble="552 5.2.2 mailbox full", finished_at=now(), attempts=10)
    UserFactory(email="wanjiru@example.org", mail_refused_at=now() - timedelta(days=3))
    said = run("mail_queue")
    assert [line.split(maxsplit=1)[0] for line in said.splitlines()] == ["state", "given", "refused", "waiting", "People"]
    assert f"waiting   tests/note  3      3 h     0      {RELAY}" in said
    assert "refused: 1, the last 3 d ago" in said
    assert "@" not in said


def test_addresses_are_listed_if_asked_for():
    email(to=UserFactory(email="wanjiru@example.org"), trouble=RELAY)
    email(to=None, address="invited@example.org")
    said = run("mail_queue", "--addresses")
    assert "wanjiru@example.org" in said
    assert "invited@example.org" in said


def test_an_old_refusal_is_not_in_a_list_since_then():
    email(state="refused", finished_at=now() - timedelta(hours=3), created_at=now() - timedelta(days=1))
    assert "refused" in run("mail_queue", "--since", "4h").replace("none was refused", "")
    assert run("mail_queue", "--since", "2h") == "No mail waits, and none was refused.\n"


def test_refusals_are_cleared_and_mails_sent_again():
    muted = UserFactory(mail_refused_at=now() - timedelta(minutes=10))
    long_muted = UserFactory(mail_refused_at=now() - timedelta(days=10))
    mail = email(to=muted, state="refused", trouble=RELAY, finished_at=now() - timedelta(minutes=10), attempts=2, refused_at=now())
    said = run("mail_queue", "--clear-refusals", "--send-again", "--since", "2h")
    assert said.splitlines() == [
        "People who are written to again: 1",
        "Mails that wait again: 1. Reminders that had not been mailed and are planned again: 0.",
    ]
    mail.refresh_from_db()
    assert (mail.state, mail.attempts, mail.refused_at, mail.finished_at, mail.trouble) == ("waiting", 0, None, None, "")
    assert list(User.objects.exclude(mail_refused_at=None)) == [long_muted]
    assert sorted(AuditEntry.objects.values_list("act", flat=True)) == ["mail.refusals_cleared", "mail.sent_again"]
    run("mail_queue", "--clear-refusals", "--send-again", "--since", "2h")
    assert AuditEntry.objects.count() == 2


@pytest.mark.parametrize(
    ("words", "sentence"), [(["--since", "soon"], "--since must be like"), (["--send-again"], "Say with --since how far")]
)
def test_what_makes_no_sense_is_refused_in_a_sentence(words, sentence):
    with pytest.raises(CommandError, match=sentence):
        run("mail_queue", *words)


# --- A test mail -------------------------------------------------------------------------------------------------------


def test_a_test_mail_that_is_accepted_is_said(server):
    assert "has accepted it" in run("sendtestemail", "you@example.org")
    assert server.addressees == ["you@example.org"]


def test_a_server_that_is_not_there_is_said_in_a_sentence(server):
    server.stop()
    with pytest.raises(
        CommandError, match=r"^127\.0\.0\.1:\d+ could not be reached \(Connection refused\)\. Check SMTP_HOST and SMTP_PORT"
    ):
        run("sendtestemail", "you@example.org")


def test_a_name_that_does_not_exist_is_said_in_a_sentence(settings):
    settings.MAILERS = {"default": {"BACKEND": "amnt.mail.smtp.EmailBackend", "OPTIONS": {"host": "smtp.invalid", "port": 25}}}
    with pytest.raises(CommandError, match=r"^smtp\.invalid:25 could not be reached"):
        run("sendtestemail", "you@example.org")


def test_a_server_that_does_not_answer_is_said_in_a_sentence(settings):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        use_mail_server(settings, silent.getsockname()[1], timeout=0.1)
        with pytest.raises(CommandError, match="Check SMTP_PORT and SMTP_SECURITY"):
            run("sendtestemail", "you@example.org")


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"sender": "550 5.7.60 not you"}, "does not accept MAIL_FROM as a sender: 550 5.7.60 not you"),
        ({"rcpt_of_everybody": RELAY}, f"refused the address: {RELAY}"),
        ({"data_of_everybody": "554 spam"}, "did not accept the e-mail: 554 spam"),
    ],
)
def test_what_the_server_refuses_is_said_in_its_words(server, answers, sentence):
    for name, answer in answers.items():
        setattr(server, name, answer)
    with pytest.raises(CommandError, match=sentence):
        run("sendtestemail", "you@example.org")
