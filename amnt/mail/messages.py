"""A mail as the bytes that are sent.

Built by hand, since a digest goes to everybody at once and the general-purpose generator takes fifteen times as long. What makes
that safe: every header is one line of printable characters (`header`), and bodies are encoded so that nothing in them can be
taken for structure.
"""

import binascii
import logging
import re
from collections.abc import Callable, Iterator
from email.header import Header
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from functools import lru_cache

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.utils.encoding import punycode
from django.utils.timezone import now

from amnt.core.forms import one_line
from amnt.core.limits import max_length
from amnt.mail.emails import Letter
from amnt.mail.models import Email
from amnt.mail.stopping import stop_url

logger = logging.getLogger(__name__)

# The promise to people on slow lines: a mail weighs no more than this, whole.
MOST_BYTES = 10 * 1024
LONGEST_SUBJECT = max_length(Email, "subject")
HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")


class Outgoing(EmailMultiAlternatives):
    """One message to one person, ready to go. `raw` is what the mail server gets, once `before_body` has returned."""

    raw: bytes
    before_body: Callable[[], None] | None = None

    def message(self, *, policy=SMTP) -> EmailMessage:
        return BytesParser(EmailMessage, policy=policy).parsebytes(self.raw)


def outgoing(email: Email, letter: Letter) -> Outgoing:
    """The message of this row, under an identity that stays the same however often it is tried."""
    address = wire_address(letter.address)
    subject = clean(letter.subject)[:LONGEST_SUBJECT]
    head = dict(headers(email, letter, address, subject))
    message = Outgoing(subject, letter.text, settings.DEFAULT_FROM_EMAIL, [address], headers=head)
    message.raw = raw(email, head, letter.text, letter.html)
    if len(message.raw) > MOST_BYTES and letter.html:
        logger.warning("Mail %s weighed %s bytes: sent as text alone", email.public_id, len(message.raw))
        message.raw = raw(email, head, letter.text, "")
    elif letter.html:
        message.attach_alternative(letter.html, "text/html")
    return message


def headers(email: Email, letter: Letter, address: str, subject: str) -> Iterator[tuple[str, str]]:
    yield "From", sender()
    yield "To", address
    yield "Subject", encoded(subject)
    yield "Date", format_datetime(now())
    yield "Message-ID", f"<{email.public_id}@{settings.SITE_HOST}>"
    yield "Content-Language", letter.language
    yield "Auto-Submitted", "auto-generated"
    if letter.stop and email.to:
        yield "List-Unsubscribe", f"<{letter.stop_url or stop_url(email.to, letter.stop)}>"
        yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"
    for name, value in letter.headers.items():
        if not HEADER_NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name of a header")
        yield name, encoded(one_line(value))


def raw(email: Email, head: dict[str, str], text: str, html: str) -> bytes:
    lines = [f"{name}: {value}" for name, value in head.items()]
    lines.append("MIME-Version: 1.0")
    if not html:
        return "\n".join([*lines, part("plain", text)]).replace("\n", "\r\n").encode("ascii")
    # "=_" can stand in no encoded body, so no text whatever can end its part early.
    boundary = f"=_{email.public_id.hex}"
    lines += [f'Content-Type: multipart/alternative; boundary="{boundary}"', ""]
    lines += [f"--{boundary}", part("plain", text), f"--{boundary}", part("html", html), f"--{boundary}--", ""]
    return "\n".join(lines).replace("\n", "\r\n").encode("ascii")


def part(kind: str, text: str) -> str:
    """Headers and body of one text. Base64 only where quoted-printable would be longer, as in Arabic."""
    clean = "\n".join(text.splitlines()) + "\n"
    octets = clean.encode()
    if len(octets) - len(clean) > len(clean) // 6:
        encoding, body = "base64", "\n".join(wrapped(binascii.b2a_base64(octets, newline=False).decode("ascii"))) + "\n"
    else:
        encoding, body = "quoted-printable", binascii.b2a_qp(octets, istext=True).decode("ascii")
    return f"Content-Type: text/{kind}; charset=utf-8\nContent-Transfer-Encoding: {encoding}\n\n{body}"


def wrapped(text: str, width: int = 76) -> Iterator[str]:
    for start in range(0, len(text), width):
        yield text[start : start + width]


clean = lru_cache(maxsize=1024)(one_line)


@lru_cache(maxsize=1024)
def encoded(text: str) -> str:
    """The value of a header, in ASCII, folded."""
    return Header(text, "us-ascii" if text.isascii() else "utf-8", maxlinelen=76).encode(linesep="\n")


@lru_cache(maxsize=1)
def sender() -> str:
    return formataddr((one_line(settings.SITE_NAME), settings.MAIL_FROM))


def wire_address(address: str) -> str:
    """The address as mail servers want it; what is none raises ValidationError, whatever it tries to smuggle in."""
    validate_email(address)
    local, domain = address.rsplit("@", 1)
    return f"{local}@{domain if domain.isascii() else punycode(domain)}"


def message_bytes(email: Email, letter: Letter) -> bytes:
    return outgoing(email, letter).raw
