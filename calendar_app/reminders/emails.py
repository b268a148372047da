"""Composes reminder mails at the moment of sending, and checks again, for all recipients at once, who may get what.

What no longer concerns its reader is left out and noted as such; a letter that has nothing left is not sent.
"""

import binascii
from collections import defaultdict
from collections.abc import Hashable, Sequence
from datetime import datetime
from itertools import batched

from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import User
from amnt.mail.emails import Letter, register_composer, to_person
from amnt.mail.models import Email
from amnt.mail.seeing import seen_url
from amnt.mail.stopping import register_stoppable
from calendar_app.models import Reminder
from calendar_app.reminders.content import Level, Openness, ReminderEntry, openness, reader_of, things_of
from calendar_app.reminders.promises import Verdict, switched_off, verdict_on
from calendar_app.reminders.recipients import Facts, all_facts
from calendar_app.reminders.rules import RULES, STOP_DIGEST
from calendar_app.reminders.targets import Kind, target_key
from calendar_app.reminders.wording import MailSafe, mail_safe

DIGEST, ALONE = "calendar_app/digest", "calendar_app/alone"
TEMPLATE = "calendar_app/reminder"
# Of the ten kilobytes a mail may weigh, what is left beside headers and frame.
MOST_BYTES = 8_800
MOST_LINES = (12, 8, 5, 3, 1)
# So few cannot weigh too much.
FEW = 3


State = Reminder.State
Said = dict[Hashable, MailSafe]


def reminder_letters(emails: Sequence[Email]) -> dict[int, Letter]:
    """The letters of this batch, in a handful of queries however many there are."""
    instant = now()
    rows = list(Reminder.objects.filter(email__in=[email.pk for email in emails], state=State.QUEUED).order_by("pk"))
    things = things_of({target_key(row) for row in rows})
    people = {email.to.pk: email.to for email in emails if email.to}
    facts = all_facts(people.keys(), people.values())
    gone: dict[Verdict, list[int]] = defaultdict(list)
    entries: dict[int, dict[tuple[Kind, int], list[Reminder]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        target, _thing = things[target_key(row)]
        if verdict := verdict_on(row, target, facts, instant) or switched_off(row, facts):
            gone[verdict].append(row.pk)
        else:
            entries[row.email_id or 0][target_key(row)].append(row)
    for (state, cause), pks in gone.items():
        for some in batched(pks, 1000):
            Reminder.objects.filter(pk__in=some, state=State.QUEUED).update(state=state, cause=cause, decided_at=instant)
    letters: dict[int, Letter] = {}
    said: Said = {}
    # One language after the other: changing it costs more than a letter.
    for email in sorted(emails, key=lambda email: email.to.language if email.to else ""):
        if email.to and (mine := entries.get(email.pk)):
            about = [ReminderEntry(*things[key], tuple(reminders)) for key, reminders in mine.items()]
            stop = STOP_DIGEST if email.kind == DIGEST else about[0].rule.stop
            if letter := letter_about(about, user=email.to, facts=facts, at=instant, stop=stop, said=said, seen=seen_link(email, facts)):
                letters[email.pk] = letter
    return letters


def letter_about(
    entries: Sequence[ReminderEntry],
    *,
    user: User,
    facts: Facts,
    at: datetime,
    stop: str,
    level: str | None = None,
    remark: str = "",
    said: Said | None = None,
    seen: str = "",
) -> Letter | None:
    """One letter to one person, at her level under her coalitions' ceiling; None if nothing of this may be in a mail.

    seen -- the link that says that she has seen this mail
    said -- what was said already in this batch, by everything that decides it: many people are told the same
    """
    said = {} if said is None else said
    entries = [entry for entry in entries if openness(entry) != Openness.NEVER]
    if not entries:
        return None
    level = level or facts.level(user)
    # What has to do with a delegation is discreet as a whole where it goes alone: even the wording of a count would say too much.
    if all(openness(entry) == Openness.COUNTED for entry in entries):
        level = Level.DISCREET
    reader = reader_of(user, facts, entries, at=at)
    alike = (reader, level, tuple(entry.said_the_same for entry in entries))
    for most in MOST_LINES:
        if (safe := said.get((alike, most))) is None:
            with translation.override(user.language):
                safe = said[alike, most] = mail_safe(entries, level=level, reader=reader, at=at, most=most, remark=remark)
        letter = to_person(user, TEMPLATE, {"letter": safe}, stop=stop, seen_url=seen, alike=safe)
        if len(entries) <= FEW or weight(letter) <= MOST_BYTES:
            break
    return letter


def seen_link(email: Email, facts: Facts) -> str:
    """None where a coalition of hers wants its mails discreet: whoever reads her mailbox then learns nothing from what it does."""
    is_discreet = facts.ceilings.get(email.to_id or 0) == Level.DISCREET
    return "" if is_discreet else seen_url(email)


def weight(letter: Letter) -> int:
    """How many bytes it takes on the wire, about."""
    return sum(len(binascii.b2a_qp(text.encode())) for text in (letter.text, letter.html))


def register_all() -> None:
    register_stoppable(STOP_DIGEST, _("the digest"))
    for rule in RULES:
        if rule.is_mailed and not rule.is_always_discreet:
            register_stoppable(rule.stop, rule.name)
    register_composer(DIGEST, reminder_letters)
    register_composer(ALONE, reminder_letters)
