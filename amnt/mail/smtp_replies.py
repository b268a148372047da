"""Replies of the mail server: does a refusal concern this mailbox, or something else?

Only "there is no such mailbox" is ever final. RFC 3463 has enhanced status codes for it (5.1.x); servers without them say it in words,
and so do those that send the unspecific codes 5.0.0, 5.1.0 and 5.5.0. Everything else that begins with 5 may be a rule of the relay, the
content, a blocklist or a full mailbox: it is tried again as what begins with 4 is.

tests/mail/test_smtp_replies.py holds answers of real servers.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

CLOSING = 421
ADDRESS = re.compile(r"\S+@\S+")
STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?!\.?\d)")
# Bad mailbox, bad domain, bad syntax, moved away, domain that takes no mail. 5.1.7 and 5.1.8 speak of the sender.
OF_THE_MAILBOX = {"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"}
UNSPECIFIC = {"", "5.0.0", "5.1.0", "5.5.0"}
NO_SUCH_MAILBOX = re.compile(
    r"""
    \b no \s such \s (user|mailbox|recipient|address|person|account|email)
    | \b no \s (mailbox|account) \s (here \s)? by \s that \s name
    | \b unknown \s (e-?mail \s)? (user|recipient|mailbox|address|account|local[ -]part)
    | \b invalid \s (recipient|mailbox|user) \b
    | \b unroute?able \s address
    | \b (user|recipient|mailbox|address|addressee|account|alias) \b [^.;:]{0,40}? \s
      (unknown | (is \s | was \s)? (not|no \s longer) \s (found|known|valid) | (does \s not|doesn['’]t|did \s not) \s exist)
    | \b does(n['’]t | \s not) \s have \s an? \s \S+ \s account
    | \b destinataire \s (inconnu|invalide) | \b (usuario|destinatario|cuenta) \s (desconocid|inexistente|no \s existe)
    """,
    re.IGNORECASE | re.VERBOSE,
)
# Whatever else such an answer says: it is about who sends, and by which way.
OF_THE_SENDER = re.compile(
    r"relay(ing)? \s (access \s)? (denied|not|prohibited) | (permitted|unable|allowed|authenticat\w+) \s to \s relay | \b sender \b"
    r"| \b spam | block(ed|list) | black\s?list | reputation | authenticat | not \s verified | \b (spf|dkim|dmarc) \b",
    re.IGNORECASE | re.VERBOSE,
)
MOST_WORDS = 200


class Refusal(StrEnum):
    DEFERRED = "deferred"
    NO_SUCH_MAILBOX = "no such mailbox"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Answer:
    """An answer that is no yes. `words` is what the server said, without the address that it may repeat."""

    code: int
    words: str

    @classmethod
    def of(cls, code: int, reason: bytes | str) -> "Answer":
        text = reason.decode(errors="replace") if isinstance(reason, bytes) else reason
        return cls(code, f"{code} {ADDRESS.sub('…', ' '.join(text.split()))}"[:MOST_WORDS])

    @property
    def refusal(self) -> Refusal:
        if self.code < 500:
            return Refusal.DEFERRED
        if OF_THE_SENDER.search(self.words):
            return Refusal.REJECTED
        found = STATUS.search(self.words)
        status = found.group() if found else ""
        if status in OF_THE_MAILBOX or (status in UNSPECIFIC and NO_SUCH_MAILBOX.search(self.words)):
            return Refusal.NO_SUCH_MAILBOX
        return Refusal.REJECTED
