"""Composes the mail of an outbox row, at the moment of sending.

Each kind of mail has one composer, registered by the app that knows what the mail is about. It is given a batch of rows
of its kind and returns the letters by primary key; a row it returns no letter for is dropped: the reason to write is gone.

That app may register, too, who is told what became of its mails:

    register_composer("calendar_app/digest", reminder_letters)
    register_receipt_listener("calendar_app/digest", note_receipts)

The listener gets pairs of (primary key of the Email, its final `Email.State`: accepted, refused, given up or dropped), a batch at a
time, in the transaction that notes that it has been told: for each mail it takes effect exactly once, even if workers are killed.
If somebody has a refused mail sent again, it is told that the mail is waiting. It must be quick and may not call the network.
"""

import logging
import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.template import Context, Template
from django.template.loader import get_template
from django.utils import translation

from amnt.accounts.models import User
from amnt.mail import stopping
from amnt.mail.models import Email, Mute

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Letter:
    """What goes out: one recipient, text first, a small HTML twin.

    stop -- what "one-click unsubscribe" stops ("digest", "RR-01"); empty for mail one cannot stop (security, invitations)
    """

    address: str
    language: str
    subject: str
    text: str
    html: str = ""
    stop: str = ""
    stop_url: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


# Blocks left empty leave no holes, nor one between the subject and its rule.
GAPS = re.compile(r"\n\s*\n\s*\n")
GAP_OVER_RULE = re.compile(r"\n\s*\n(?====)")
LINES = re.compile(r"\s*\n\s*")

# Stand for the two things in which letters alike differ.
STOP_LINK, SEEN_LINK = "https://stop.invalid/", "https://seen.invalid/"
_alike: ContextVar[dict[Hashable, Letter] | None] = ContextVar("alike", default=None)
# A run may be long: no more texts than this are kept in memory.
MOST_ALIKE = 1000

Composer = Callable[[Sequence[Email]], dict[int, Letter]]
_composers: dict[str, Composer] = {}
Listener = Callable[[Sequence[tuple[int, str]]], None]
_listeners: dict[str, Listener] = {}


def register_composer(kind: str, composer: Composer) -> None:
    """Who writes the letters of this kind of mail."""
    _composers[kind] = composer


def register_receipt_listener(kind: str, listener: Listener) -> None:
    """Who is told what became of this kind of mail."""
    _listeners[kind] = listener


def tell_writer(kind: str, receipts: Sequence[tuple[int, str]]) -> None:
    """Tell whoever wrote this kind of mail. Called by the delivery, inside its transaction."""
    if receipts and (listener := _listeners.get(kind)):
        listener(receipts)


def compose(emails: Sequence[Email]) -> dict[int, Letter]:
    """The letters of these rows, all kinds mixed."""
    by_kind: dict[str, list[Email]] = {}
    for email in emails:
        by_kind.setdefault(email.kind, []).append(email)
    letters: dict[int, Letter] = {}
    with rendering_alike_once():
        for kind, rows in by_kind.items():
            letters |= _composers[kind](rows)
    return letters


def composed(emails: Sequence[Email]) -> tuple[dict[int, Letter], list[Email]]:
    """The letters of these rows, and the rows whose composer failed: one that cannot be composed stops no other."""
    by_kind: dict[str, list[Email]] = {}
    for email in emails:
        by_kind.setdefault(email.kind, []).append(email)
    letters: dict[int, Letter] = {}
    failed: list[Email] = []
    for rows in by_kind.values():
        try:
            letters |= compose(rows)
        except Exception:  # noqa: BLE001 -- asked again one by one, and logged there
            for row in rows:
                try:
                    letters |= compose([row])
                except Exception:
                    logger.exception("Mail %s of kind %s could not be composed", row.public_id, row.kind)
                    failed.append(row)
    return letters, failed


def muted_kinds(emails: Sequence[Email], letters: dict[int, Letter]) -> set[tuple[int | None, str]]:
    """Pairs of (person, kind) she wants no more: whoever composed the letter, it does not go."""
    stops = {letter.stop for letter in letters.values() if letter.stop}
    if not stops:
        return set()
    people = {email.to_id for email in emails if email.to_id}
    return set(Mute.objects.filter(user__in=people, kind__in=stops).values_list("user_id", "kind"))


@contextmanager
def rendering_alike_once() -> Iterator[None]:
    """What is alike is rendered once in here, however many batches there are."""
    if _alike.get() is not None:
        yield
        return
    before = _alike.set({})
    try:
        yield
    finally:
        _alike.reset(before)


def render_letter(kind: str, context: dict[str, Any], *, address: str, language: str, stop: str = "", stop_url: str = "") -> Letter:
    """A letter from the three templates of its kind: mail/<kind>.subject.txt, .txt and .html, in this language.

    The .txt and .html extend mail/base.txt and mail/base.html (blocks: when, content, go, why). Only HTML is escaped.
    """
    with translation.override(language):
        whole = {
            "site_name": settings.SITE_NAME,
            "site_url": settings.SITE_URL,
            "language": language,
            "stop_url": stop_url,
            "seen_url": "",
            **context,
        }
        whole["subject"] = subject = " ".join(rendered(f"mail/{kind}.subject.txt", whole).split())
        text = rendered(f"mail/{kind}.txt", whole).strip() + "\n"
        html = rendered(f"mail/{kind}.html", whole)
    return Letter(
        address=address,
        language=language,
        subject=subject,
        text=GAPS.sub("\n\n", GAP_OVER_RULE.sub("\n", text, count=1)),
        html=LINES.sub("\n", html),
        stop=stop,
        stop_url=stop_url,
    )


def rendered(name: str, context: dict[str, Any]) -> str:
    template: Template = get_template(name).template  # type: ignore[attr-defined]
    return template.render(Context(context, autoescape=name.endswith(".html")))


def to_person(
    user: User, kind: str, context: dict[str, Any], *, stop: str = "", stop_url: str = "", seen_url: str = "", alike: Hashable = None
) -> Letter:
    """A letter to someone who has an account, in her language. What it can be stopped by, it says.

    alike -- everything this letter says, as one key: within a run, letters of one kind, language and key are rendered once
             and differ only in address, in the link that stops such mails and in the one that says that this one was seen. Their
             templates know no `person`. A digest that goes to a thousand people at half past eight is then a hundred texts.
    """
    if stop and not stop_url:
        stop_url = stopping.stop_url(user, stop)
    if alike is None:
        context = {"person": user, "seen_url": seen_url, **context}
        return render_letter(kind, context, address=user.email, language=user.language, stop=stop, stop_url=stop_url)
    texts = _alike.get()
    if texts is None:
        texts = {}
    key = (kind, user.language, stop, bool(seen_url), alike)
    if (text := texts.get(key)) is None:
        if len(texts) >= MOST_ALIKE:
            texts.clear()
        text = texts[key] = render_letter(
            kind,
            {"seen_url": SEEN_LINK if seen_url else "", **context},
            address="",
            language=user.language,
            stop=stop,
            stop_url=STOP_LINK if stop_url else "",
        )
    return Letter(
        address=user.email,
        language=text.language,
        subject=text.subject,
        text=text.text.replace(STOP_LINK, stop_url).replace(SEEN_LINK, seen_url),
        html=text.html.replace(STOP_LINK, stop_url).replace(SEEN_LINK, seen_url),
        stop=stop,
        stop_url=stop_url,
    )
