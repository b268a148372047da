"""For trying the application out: a mail server that keeps what it receives, and the pages that show it.

Two kinds of address show what a refusal looks like: soft…@bounce.example is refused for now, hard…@bounce.example for good.
"""

import itertools
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings

KEPT_MOST = 500
IDENTITY = re.compile(r"\d{13}-\d{6}")
BOUNCES = {"soft": "450 4.2.2 This mailbox is full. Try again later.", "hard": "550 5.1.1 No such mailbox."}
_numbers = itertools.count()


class Catcher:
    """The answers of the mail server (an aiosmtpd handler)."""

    async def handle_RCPT(self, server, session, envelope, address, options):
        local, _at, domain = address.lower().partition("@")
        if domain == "bounce.example" and local[:4] in BOUNCES:
            return BOUNCES[local[:4]]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        keep(envelope.content)
        return "250 Kept"


def keep(raw: bytes) -> None:
    """Write one message to a file of its own, and forget the oldest beyond what is kept."""
    folder = settings.MAIL_CATCHER_DIR
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{time.time_ns() // 1_000_000:013d}-{next(_numbers) % 1_000_000:06d}"
    unfinished = folder / f"{name}.part"
    unfinished.write_bytes(raw)
    unfinished.rename(folder / f"{name}.eml")
    for old in files()[KEPT_MOST:]:
        old.unlink(missing_ok=True)


def files() -> list[Path]:
    """What was caught, newest first."""
    return sorted(settings.MAIL_CATCHER_DIR.glob("*.eml"), reverse=True)


@dataclass(frozen=True)
class Caught:
    """One message as a person reads it. Its identity is the instant it came, in milliseconds, and a number."""

    identity: str
    message: EmailMessage
    size: int

    @property
    def came_at(self) -> datetime:
        return datetime.fromtimestamp(int(self.identity[:13]) / 1000, tz=UTC)

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [(name, str(value)) for name, value in self.message.items()]

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "")

    @property
    def to(self) -> str:
        return str(self.message["To"] or "")

    @property
    def language(self) -> str:
        return str(self.message["Content-Language"] or "")

    @property
    def text(self) -> str:
        return body(self.message, "plain")

    @property
    def html(self) -> str:
        return body(self.message, "html")


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()).replace("\r\n", "\n") if part else ""


def caught(paths: list[Path]) -> Iterator[Caught]:
    for path in paths:
        try:
            raw = path.read_bytes()
        except FileNotFoundError:  # forgotten meanwhile
            continue
        yield Caught(path.stem, message_from_bytes(raw, policy=policy.default), len(raw))


def one(identity: str) -> Caught | None:
    if not IDENTITY.fullmatch(identity):
        return None
    return next(caught([settings.MAIL_CATCHER_DIR / f"{identity}.eml"]), None)
