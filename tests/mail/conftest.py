import asyncio
import time
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from django.core.mail import mailers

from amnt.mail import emails
from amnt.mail.emails import Letter


class MailServer:
    """A real SMTP server on a free port, that answers as it is told."""

    def __init__(self):
        self.messages = []
        self.sender = "250 OK"  # answer to MAIL
        self.rcpt = {}  # address -> answer to RCPT
        self.data = {}  # address -> answer after the message
        self.rcpt_of_everybody = ""
        self.data_of_everybody = ""
        self.closes_after = 0  # messages over one connection
        self.answers_quit_after = 0  # seconds
        self.quits = 0
        self.tried = []
        self.connections = 0
        self.before_accepting = lambda address: None

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.connections += 1
        session.host_name = hostname
        session.taken = 0
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        if self.closes_after and session.taken >= self.closes_after:
            server.transport.close()
        if self.sender.startswith("250"):
            envelope.mail_from = address
        return self.sender

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.tried.append(address)
        if answer := self.rcpt.get(address) or self.rcpt_of_everybody:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        [address] = envelope.rcpt_tos
        self.before_accepting(address)
        if answer := self.data.get(address) or self.data_of_everybody:
            return answer
        session.taken += 1
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    async def handle_QUIT(self, server, session, envelope):
        await asyncio.sleep(self.answers_quit_after)
        self.quits += 1
        return "221 Bye"

    @property
    def addressees(self):
        return [message["To"] for message in self.messages]


class FreePort(Controller):
    """On whatever port the system gives; the one asked for is only known once it listens."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def server(settings):
    """The mail server the outbox talks to."""
    handler = MailServer()
    controller = FreePort(handler, hostname="127.0.0.1", port=0)
    controller.start()
    use_mail_server(settings, controller.port)
    handler.stop = controller.stop
    yield handler
    if controller.server is not None:
        controller.stop()


def use_mail_server(settings, port, timeout=5):
    settings.MAILERS = {
        "default": {"BACKEND": "amnt.mail.smtp.EmailBackend", "OPTIONS": {"host": "127.0.0.1", "port": port, "timeout": timeout}}
    }
    assert mailers.settings is settings.MAILERS


@pytest.fixture
def receipts():
    """What the writer of "tests/note" was told."""
    return []


@pytest.fixture(autouse=True)
def notes(monkeypatch, receipts):
    """A kind of mail of our own, whose row says in `about` what its letter is like. Yields how often it composed."""
    batches = []

    def compose(emails):
        batches.append(len(emails))
        letters_ = {}
        for email in emails:
            if email.about.get("broken"):
                raise RuntimeError("this row cannot be composed")
            if not email.about.get("gone"):
                letters_[email.pk] = note(email)
        return letters_

    monkeypatch.setitem(emails._composers, "tests/note", compose)
    monkeypatch.setitem(emails._listeners, "tests/note", receipts.extend)
    return batches


def note(email):
    return Letter(
        address=email.to.email if email.to else email.address,
        language=email.about.get("language", "en"),
        subject=email.about.get("subject", "2 reminders for this week"),
        text=email.about.get("text", "Tomorrow: the list closes.\n"),
        html=email.about.get("html", "<p>Tomorrow: the list closes.</p>\n"),
        stop=email.about.get("stop", ""),
        headers=email.about.get("headers", {}),
    )


@pytest.fixture
def patience():
    """Wait for something another thread or process does."""

    def wait_until(is_so, seconds=15):
        end = time.monotonic() + seconds
        while not is_so():
            assert time.monotonic() < end, "It did not happen in time."
            time.sleep(0.02)

    return wait_until
