"""What the templates of reminder mails are given."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One thing that may be named. Times are words already; `path` begins with a slash."""

    when: str
    title: str
    official: str
    yours: str = ""
    before: str = ""
    notes: tuple[str, ...] = ()
    source: str = ""
    path: str = ""


@dataclass(frozen=True)
class Part:
    """Today, this week or later: what is named, and what is only counted."""

    heading: str
    lines: tuple[Line, ...]
    counts: tuple[str, ...]


@dataclass(frozen=True)
class Reason:
    text: str
    path: str


@dataclass(frozen=True)
class MailSafe:
    """A whole letter. Equal letters are equal objects, so they are rendered once."""

    level: str
    subject: str
    moment: str
    lead: str = ""
    days: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    more: str = ""
    reasons: tuple[Reason, ...] = ()
    path: str = "/"
    # Of a letter that is not what it seems: a test, an example.
    remark: str = ""
