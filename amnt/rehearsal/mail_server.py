"""The mail server of a rehearsal: in memory, and as unreliable as its seed says. Nothing leaves this process."""

import smtplib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from random import Random
from uuid import UUID

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.timezone import now

from amnt.mail.messages import Outgoing
from amnt.rehearsal.faults import Faults, Span

BACKEND = f"{__name__}.EmailBackend"
GONE = (550, b"5.1.1 No such mailbox")
SPAM = (554, b"5.7.1 Not accepted from you")
LATER = (451, b"4.7.1 Try again later")


class Fate(StrEnum):
    """What becomes of one message, in hundredths of all."""

    LATER = "later"
    DROPPED = "dropped"
    DROPPED_AFTER = "dropped after it was accepted"
    ACCEPTED = "accepted"


CHANCES = {Fate.LATER: 4, Fate.DROPPED: 2, Fate.DROPPED_AFTER: 1, Fate.ACCEPTED: 93}


@dataclass(frozen=True)
class Accepted:
    """A message that arrived; `is_acknowledged` -- whether the sender was told."""

    email: UUID
    to: str
    at: datetime
    is_acknowledged: bool


@dataclass
class MailServer:
    """gone -- mailboxes that are not there for a while, by address"""

    faults: Faults
    random: Random | None = None
    chances: dict[Fate, int] = field(default_factory=CHANCES.copy)
    gone: dict[str, Span] = field(default_factory=dict)
    accepted: list[Accepted] = field(default_factory=list)
    troubles: dict[str, int] = field(default_factory=dict)

    def open(self) -> None:
        if self.faults.mail_server_down_until(now()):
            self.note("no connection")
            raise ConnectionRefusedError("The mail server is down.")

    def receive(self, message: Outgoing) -> None:
        [to], instant = message.to, now()
        if (span := self.gone.get(to)) and span.covers(instant):
            self.note("no such mailbox")
            raise smtplib.SMTPRecipientsRefused({to: GONE})
        if self.faults.is_everybody_refused(instant):
            self.note("everybody refused")
            raise smtplib.SMTPRecipientsRefused({to: SPAM})
        fate = self.random.choices(list(self.chances), list(self.chances.values()))[0] if self.random else Fate.ACCEPTED
        if fate != Fate.ACCEPTED:
            self.note(fate)
        if fate == Fate.LATER:
            raise smtplib.SMTPDataError(*LATER)
        if message.before_body:
            message.before_body()
        if fate == Fate.DROPPED:
            raise smtplib.SMTPServerDisconnected("The connection was lost.")
        identity = message.extra_headers["Message-ID"].strip("<>").partition("@")[0]
        self.accepted.append(Accepted(UUID(identity), to, instant, fate == Fate.ACCEPTED))
        if fate == Fate.DROPPED_AFTER:
            raise smtplib.SMTPServerDisconnected("The connection was lost.")

    def note(self, trouble: str) -> None:
        self.troubles[trouble] = self.troubles.get(trouble, 0) + 1


_server: list[MailServer] = []


def start(server: MailServer) -> MailServer:
    """From now on, it takes the mail of this process. Refused where the mail would go to another one."""
    backend = settings.MAILERS["default"]["BACKEND"]
    if backend != BACKEND:
        raise RuntimeError(f"A rehearsal sends no real mail: MAILERS names {backend}.")
    _server[:] = [server]
    return server


class EmailBackend(BaseEmailBackend):
    def open(self) -> bool:
        _server[0].open()
        return True

    def send_messages(self, email_messages) -> int:
        for message in email_messages:
            _server[0].receive(message)
        return len(email_messages)
