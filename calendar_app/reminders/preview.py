"""What one person was sent, what she will be sent, and how it will read: for her own page, by the same planner and the same renderer
that do the work, storing nothing. So the page is true at once after any change.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from itertools import groupby

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core.precompiled import Keys
from amnt.mail.emails import Letter
from amnt.mail.models import Email
from calendar_app.models import Deadline, Meeting, Reminder
from calendar_app.reminders.content import Openness, ReminderEntry, Thing, openness, read_things, things_of
from calendar_app.reminders.emails import letter_about
from calendar_app.reminders.planning import ROW, Ledger, Row
from calendar_app.reminders.promises import (
    Promise,
    deadlines_ahead,
    follow_ups_ahead,
    meetings_ahead,
    promises,
    stopped,
    verdict_on,
)
from calendar_app.reminders.recipients import LEVELS, Facts, all_facts, lower
from calendar_app.reminders.rules import BY_CODE, CONTRIBUTION_DEADLINE, FOLLOW_UP_DUE, MEETING_BEGINS, STOP_DIGEST, TOLD_AFTERWARDS, Rule
from calendar_app.reminders.targets import Kind, Target, target_key
from calendar_app.reminders.wording import named
from coalitions.models import FollowUp
from coalitions.models.absences import Away
from resolutions.models import Proposal

State, Cause = Reminder.State, Reminder.Cause
Dated = Deadline | Meeting | FollowUp

AHEAD = BACK = timedelta(days=30)
# The longest ladder begins thirty days before, at a slot that may lie a weekend and a week earlier.
LONGEST = timedelta(days=40)
WEEK = timedelta(days=7)
MOST_IN_PREVIEW = 5


@dataclass(frozen=True)
class PreviewItem:
    """One thing she is reminded of, as her own page shows it; what hangs on a circle keeps its title to itself here too."""

    reminders: list[Reminder]
    title: str
    path: str

    @property
    def rules(self) -> list[Rule]:
        return [BY_CODE[code] for code in sorted({row.rule for row in self.reminders})]

    @property
    def state(self) -> str:
        return self.reminders[0].state

    @property
    def said_state(self) -> str:
        return self.reminders[0].get_state_display()

    @property
    def cause(self) -> str:
        """Why it went otherwise than planned, if all of it did."""
        causes = {row.get_cause_display() for row in self.reminders}
        return causes.pop() if len(causes) == 1 else ""


@dataclass(frozen=True)
class PreviewMail:
    """One mail that went or will go, with what it is about; without a mail, what was not sent."""

    at: datetime
    items: list[PreviewItem]
    email: Email | None = None
    is_alone: bool = False


@dataclass
class Outlook:
    """Everything the page of reminders knows of one person."""

    user: User
    at: datetime
    facts: Facts
    things: dict[tuple[Kind, int], tuple[Target, Thing]]
    coming: list[Reminder] = field(default_factory=list)
    past: list[Reminder] = field(default_factory=list)
    stopped_ahead: int = 0
    switched_off_ahead: int = 0

    @property
    def ceiling(self) -> str:
        return self.facts.ceilings.get(self.user.pk, User.MailLevel.DETAILED)

    @property
    def absences(self) -> list[Away]:
        """What is kept until she is back."""
        return self.facts.away.get(self.user.pk, [])

    @property
    def mutes(self) -> set[str]:
        return self.facts.mutes.get(self.user.pk, set())

    @property
    def mails_this_week(self) -> int:
        return len({row.email_id for row in self.past if row.email_id and row.state == State.SENT and row.send_at > self.at - WEEK})

    @property
    def over_the_limit(self) -> int:
        return sum(row.cause == Cause.OVERFLOW for row in self.past)

    def will_be_sent(self) -> list[PreviewMail]:
        """Mail by mail: what goes alone, and what goes together."""
        posts = []
        for at, rows in groupby(self.coming, key=lambda row: row.send_at):
            digest: list[PreviewItem] = []
            for _key, same in groupby(sorted(rows, key=target_key), key=target_key):
                about = list(same)
                item = self.item(about)
                if any(row.is_alone for row in about):
                    posts.append(PreviewMail(at, [item], is_alone=True))
                else:
                    digest.append(item)
            if digest:
                posts.append(PreviewMail(at, digest))
        return posts

    def were_sent(self) -> list[PreviewMail]:
        """Newest first: each mail with its reasons."""
        return [post for post in self.posts if post.email]

    def held_back(self) -> list[PreviewMail]:
        """Newest first: what was not sent, with the reason why."""
        return [post for post in self.posts if not post.email]

    @cached_property
    def posts(self) -> list[PreviewMail]:
        mails: dict[object, dict[tuple[Kind, int], list[Reminder]]] = {}
        for row in self.past:
            about = mails.setdefault(row.email_id or f"without {row.pk}", {})
            about.setdefault(target_key(row), []).append(row)
        posts = []
        for things in mails.values():
            first = next(iter(things.values()))[0]
            items = [self.item(rows) for rows in things.values()]
            posts.append(PreviewMail(first.decided_at or first.send_at, items, first.email, first.is_alone))
        return sorted(posts, key=lambda post: post.at, reverse=True)

    def item(self, reminders: list[Reminder]) -> PreviewItem:
        target, thing = self.things[target_key(reminders[0])]
        how = openness(ReminderEntry(target, thing, tuple(reminders)))
        if how in (Openness.CIRCLE, Openness.NEVER) or not self.facts.may_read(self.user.pk, target):
            return PreviewItem(reminders, "", "")
        title = named(thing) if isinstance(thing, Proposal) else str(thing.title)
        return PreviewItem(reminders, title, thing.get_absolute_url())

    def entries(self) -> list[ReminderEntry]:
        """What the next mails will be about, at most a handful."""
        about: dict[tuple[Kind, int], list[Reminder]] = {}
        for row in self.coming:
            key = target_key(row)
            if (BY_CODE[row.rule].is_overdue or row.step in TOLD_AFTERWARDS) and self.things[key][0].at > self.at:
                continue  # nobody knows yet that it will be overdue, that nobody answers before it shuts, or what will be reported
            if key in about:
                about[key] += [row] if row.send_at == about[key][0].send_at else []
            elif len(about) < MOST_IN_PREVIEW:
                about[key] = [row]
        return [ReminderEntry(*self.things[key], tuple(rows)) for key, rows in about.items()]


def outlook_of(user: User, at: datetime | None = None) -> Outlook:
    """A month back and a month ahead, in at most eleven queries however much there is; each thing is read once."""
    instant = at or now()
    facts = all_facts([user.pk], [user])
    rows = list(
        Reminder.objects.filter(user=user, send_at__gte=instant - BACK - LONGEST).select_related("email").order_by("-send_at", "-pk")
    )
    ahead = things_ahead(user, facts, instant)
    outlook = Outlook(user, instant, facts, things_of({target_key(row) for row in rows} - set(ahead)) | ahead)
    outlook.past = [row for row in rows if row.state != State.PLANNED and row.send_at >= instant - BACK and row.send_at <= instant]
    planned = [row for row in rows_to_come(user, facts, ahead, rows, instant) if stands(outlook, row)]
    verdicts = [(row, stopped(row, user, facts)) for row in planned]
    coming = [row for row, verdict in verdicts if verdict is None]
    outlook.switched_off_ahead = sum(verdict == (State.SKIPPED, Cause.COALITION) for _row, verdict in verdicts)
    outlook.stopped_ahead = len(planned) - len(coming) - outlook.switched_off_ahead
    outlook.coming = sorted(coming, key=lambda row: (row.send_at, target_key(row)))
    return outlook


def things_ahead(user: User, facts: Facts, instant: datetime) -> dict[tuple[Kind, int], tuple[Target, Thing]]:
    mine, until = Keys([user.pk]), instant + AHEAD + LONGEST
    return read_things(deadlines_ahead(instant, mine, until), meetings_ahead(instant, mine, until), follow_ups_ahead(instant, mine, until))


def rows_to_come(
    user: User, facts: Facts, ahead: dict[tuple[Kind, int], tuple[Target, Thing]], rows: list[Reminder], instant: datetime
) -> Iterable[Reminder]:
    """What is planned, as planning would leave it if it ran at this moment."""
    for kind in Kind:
        targets = [target for target, _thing in ahead.values() if target.kind == kind]
        promised: list[Promise] = [promise for target in targets for promise in promises(target, facts, instant)]
        known = {target.id for target in targets}
        there = {row.pk: row for row in rows if target_key(row)[0] == kind and target_key(row)[1] in known}
        ledger = Ledger(kind, targets, promised, facts, instant, [user.pk])
        ledger.decide(as_row(row) for row in there.values())
        gone = {pk for pks in ledger.withdrawn.values() for pk in pks}
        for row in ledger.moved:
            there[row.pk].send_at, there[row.pk].is_alone = row.send_at, row.is_alone
        yield from (row for pk, row in there.items() if row.state == State.PLANNED and pk not in gone)
        yield from (ledger.as_reminder(new) for new in ledger.created)
        yield from ledger.revived
    yield from (row for row in rows if row.state == State.PLANNED and target_key(row) not in ahead)


def as_row(row: Reminder) -> Row:
    """As planning reads it."""
    _kind, target = target_key(row)
    return (row.pk, target, *(getattr(row, name) for name in ROW), int(row.send_at.timestamp()), int(row.is_alone), row.cause)


def stands(outlook: Outlook, row: Reminder) -> bool:
    """Within the month, and still right then, whether or not she stopped its kind."""
    target, _thing = outlook.things[target_key(row)]
    if row.send_at > outlook.at + AHEAD:
        return False
    return verdict_on(row, target, outlook.facts, max(row.send_at, outlook.at)) is None


# --- How it reads -----------------------------------------------------------------------------------------------------------


def preview_for(user: User, level: str, outlook: Outlook | None = None, *, remark: str = "", stop: str = STOP_DIGEST) -> Letter:
    """Her next mail as it would be sent at this level, under her coalitions' ceiling; an example, and called so, if nothing is coming."""
    outlook = outlook or outlook_of(user)
    # The address itself belongs to a mail that is not written yet.
    seen = f"{settings.SITE_URL}{reverse('calendar_app:mail-seen', args=['...'])}" if stop and outlook.ceiling != LEVELS[0] else ""
    with translation.override(user.language):
        entries = [entry for entry in outlook.entries() if openness(entry) != Openness.NEVER]
        if not entries:
            entries = example(user, outlook.at)
            remark = f"{remark} {_('What follows is an example: nothing real is coming up for you.')}".strip()
    letter = letter_about(
        entries, user=user, facts=outlook.facts, at=outlook.at, stop=stop, level=lower(level, outlook.ceiling), remark=remark, seen=seen
    )
    if letter is None:
        raise RuntimeError("an example always makes a letter")
    return letter


def example(user: User, at: datetime) -> list[ReminderEntry]:
    """Things that do not exist, in the words of things that do. Nothing of it is stored."""
    deadline = Deadline(
        pk=0,
        kind=Deadline.Kind.CONTRIBUTION,
        at=at + timedelta(days=3),
        is_example=True,
        **{f"title_{user.language}": _("Deadline for contributions")},
    )
    meeting = Meeting(
        pk=0,
        kind=Meeting.Kind.REGIONAL,
        at=at + timedelta(days=12),
        starts_on=(at + timedelta(days=12)).date(),
        ends_on=(at + timedelta(days=12)).date(),
        is_example=True,
        **{f"title_{user.language}": _("Regional preparatory meeting")},
    )
    follow_up = FollowUp(pk=0, title=_("Ask who speaks on this resolution"), due_at=at + timedelta(days=1), created_at=at)
    return [
        ReminderEntry(Target(Kind.DEADLINE, 0, deadline.at, 1), deadline, (Reminder(rule=CONTRIBUTION_DEADLINE, offset=3, version=1),)),
        ReminderEntry(Target(Kind.MEETING, 0, meeting.at, 1), meeting, (Reminder(rule=MEETING_BEGINS, offset=14, version=1),)),
        ReminderEntry(Target(Kind.FOLLOW_UP, 0, follow_up.due_at, 1), follow_up, (Reminder(rule=FOLLOW_UP_DUE, offset=1, version=1),)),
    ]
