"""What people do in a rehearsal, drawn from its seed: dates move, people come, go and are away, take things on and put things off.

Each act is drawn when it is planned and finds its objects when it is done. What a service refuses then (`RuleBroken`) is counted, and
changes nothing, as on a page.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from django.utils.timezone import now

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from amnt.mail.services import mute, unmute
from amnt.rehearsal.engine import Act
from amnt.rehearsal.faults import Span
from amnt.rehearsal.world import RHYTHMS, SOURCE, ZONES, World, span_of
from calendar_app.models import Attendance, Deadline, Meeting
from calendar_app.reminders.rules import STOP_DIGEST
from calendar_app.services.agendas import set_agenda
from calendar_app.services.attendance import say_attendance
from calendar_app.services.date_silences import be_done_with, remind_again, snooze_date
from calendar_app.services.date_states import NewDate
from calendar_app.services.date_watching import stop_watching_date, watch_date
from calendar_app.services.dates import confirm_change, propose_change, undo_change
from calendar_app.services.preparation import answer_deadline
from coalitions.domain.snoozing import SnoozeUntil
from coalitions.models import Circle, FollowUp, Membership
from coalitions.services import absences, follow_ups, membership
from resolutions.models import DateStatus, RegionalGroup, Resolution
from resolutions.services.watching import stop_watching_region, watch_region

DAY = timedelta(days=1)
# How often each act is done in a whole cycle with so many people: so many times, and so many times per person.
HOW_OFTEN: dict[str, tuple[int, float]] = {
    "move_date": (24, 0),
    "move_assembly": (2, 0),
    "set_agenda": (12, 0),
    "leave": (0, 0.1),
    "remove": (1, 0.05),
    "join": (1, 0.08),
    "be_away": (1, 0.4),
    "attend": (6, 1),
    "settle": (2, 0.2),
    "watch_date": (6, 1),
    "stop_watching_date": (1, 0.2),
    "change_region": (1, 0.2),
    "assign": (12, 1),
    "work": (16, 1.5),
    "snooze": (4, 0.3),
    "silence": (6, 0.5),
    "stop_kind": (1, 0.2),
    "change_habits": (1, 0.2),
}
# A part of the cycle brings this share of all acts at least, and each of them once: else little would happen in it.
LEAST_SHARE = 0.25
KINDS = (STOP_DIGEST, "RR-04", "RR-02", "RR-21")


class Acts:
    def __init__(self, world: World) -> None:
        self.world = world
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()

    def plan(self) -> list[Act]:
        planned = []
        whole = span_of(self.world.assembly.code)
        share = max((self.world.until - self.world.begins) / (whole.ends - whole.begins), LEAST_SHARE)
        for name, (times, per_person) in HOW_OFTEN.items():
            for number in range(max(1, round(share * (times + round(per_person * len(self.world.people)))))):
                random = self.world.random(f"{name} {number}")
                planned.append(Act(self.moment(random), self.act(name, random)))
        return planned

    def moment(self, random: Random) -> datetime:
        """Any time of day and night, a third of them in the busiest sixth of the cycle."""
        begins, length = self.world.begins, self.world.until - self.world.begins
        share = random.uniform(0.72, 0.88) if random.random() < 1 / 3 else random.random()
        return (begins + share * length).replace(second=0, microsecond=0)

    def act(self, name: str, random: Random) -> Callable[[], None]:
        verb: Callable[[Random], object] = getattr(self, name)

        def do() -> None:
            try:
                self.done[name] += verb(random) is not False
            except RuleBroken:
                self.refused[name] += 1

        return do

    # --- Dates --------------------------------------------------------------------------------------------------------------

    def move_date(self, random: Random) -> object:
        """By some days or hours, most often as what is published now; a second lead confirms what is near, or it is undone."""
        date = one(random, self.dates(self.meetings(days=300), 300))
        lead, other = self.leads(random)
        if date is None or lead is None or other is None:
            return False
        off = timedelta(days=random.choice((-9, -3, -1, 1, 2, 7, 7, 21)))
        status = random.choice((DateStatus.CONFIRMED, DateStatus.CONFIRMED, DateStatus.PROVISIONAL, DateStatus.RUMOUR))
        old = date.at.astimezone(ZoneInfo(date.zone))
        hour = time(random.randint(7, 18)) if random.random() < 0.5 else None
        until = date.ends_on + off if isinstance(date, Meeting) else None
        first = date.starts_on if isinstance(date, Meeting) else old.date()
        change = propose_change(date, new=NewDate(first + off, status, until, hour, date.zone), source=SOURCE, by=lead)
        if change.is_pending and random.random() < 0.8:
            confirm_change(change, by=other)
        return True

    def move_assembly(self, random: Random) -> object:
        """It moves by two weeks with all that hangs on it, and back the same hour: what was a mistake is undone."""
        lead, other = self.leads(random)
        assembly = self.world.assembly
        assembly.refresh_from_db()
        if lead is None or other is None or not assembly.starts_on or assembly.starts_on < now().date():
            return False
        off = timedelta(days=14)
        last = (assembly.ends_on or assembly.starts_on) + off
        change = propose_change(assembly, new=NewDate(assembly.starts_on + off, DateStatus.CONFIRMED, last), source=SOURCE, by=lead)
        if change.is_pending:
            change = confirm_change(change, by=other)
        back = undo_change(change, by=lead)
        if back.is_pending:
            confirm_change(back, by=other)
        return True

    def set_agenda(self, random: Random) -> object:
        meeting = one(random, [row for row in self.meetings(days=120) if row.kind == Meeting.Kind.REGIONAL])
        lead, _other = self.leads(random)
        if meeting is None or lead is None:
            return False
        resolutions = list(Resolution.objects.of_assembly().order_by("pk"))
        return set_agenda(meeting, random.sample(resolutions, min(5, len(resolutions))), by=lead)

    # --- People -------------------------------------------------------------------------------------------------------------

    def leave(self, random: Random) -> object:
        return (hers := self.membership(random)) is not None and membership.leave(hers)

    def remove(self, random: Random) -> object:
        hers, (lead, _other) = self.membership(random), self.leads(random)
        if hers is None or lead is None or hers.user == lead:
            return False
        return membership.remove(hers, by=lead)

    def join(self, random: Random) -> object:
        """Who left, or is in the other coalition only."""
        user = one(random, self.world.people)
        coalition = one(random, self.world.coalitions)
        return user and coalition and membership.admit(coalition, user=user, role=Membership.Role.MEMBER)

    def be_away(self, random: Random) -> object:
        if (user := self.person(random)) is None:
            return False
        first = now().date() + random.randint(0, 20) * DAY
        return absences.declare(user, starts_on=first, ends_on=first + random.randint(1, 25) * DAY)

    def change_habits(self, random: Random) -> object:
        """Moves to another zone, or wants her mails otherwise."""
        if (user := self.person(random)) is None:
            return False
        user.time_zone = random.choice(ZONES) if random.random() < 0.5 else user.time_zone
        user.rhythm = random.choice(RHYTHMS)
        user.mail_refused_at = None
        user.save()
        return True

    def stop_kind(self, random: Random) -> object:
        if (user := self.person(random)) is None:
            return False
        kind = random.choice(KINDS)
        (mute if random.random() < 0.7 else unmute)(user, kind=kind)
        return True

    # --- What they do with dates ------------------------------------------------------------------------------------------------

    def attend(self, random: Random) -> object:
        user, meeting = self.person(random), one(random, self.public_meetings())
        if user is None or meeting is None:
            return False
        return say_attendance(meeting, by=user, status=random.choice(Attendance.Status.values), circle=None)

    def settle(self, random: Random) -> object:
        user, deadline = self.person(random), one(random, [row for row in self.deadlines(days=200) if row.is_to_prepare])
        if user is None or deadline is None:
            return False
        return answer_deadline(deadline, by=user, answer=random.choice(("done", "not-needed")))

    def watch_date(self, random: Random) -> object:
        user, date = self.person(random), one(random, self.dates(self.public_meetings(), 200))
        return user is not None and date is not None and watch_date(date, by=user)

    def stop_watching_date(self, random: Random) -> object:
        user = self.person(random)
        row = one(random, list(user.date_watches.order_by("pk"))) if user else None
        date = (row.meeting or row.deadline) if row else None
        return user is not None and date is not None and stop_watching_date(date, by=user)

    def change_region(self, random: Random) -> object:
        user, group = self.person(random), one(random, list(RegionalGroup.objects.order_by("pk")))
        if user is None or group is None:
            return False
        return (watch_region if random.random() < 0.6 else stop_watching_region)(user, group)

    def silence(self, random: Random) -> object:
        user, date = self.person(random), one(random, self.dates(self.public_meetings(days=40), 40))
        if user is None or date is None:
            return False
        match random.randrange(4):
            case 0:
                return be_done_with(date, by=user)
            case 1:
                return remind_again(date, by=user)
            case _:
                return snooze_date(date, until=random.choice(list(SnoozeUntil)), by=user)

    # --- Follow-ups -------------------------------------------------------------------------------------------------------------

    def assign(self, random: Random) -> object:
        """To someone else, to oneself, or to nobody; sometimes with a backup; sometimes due before the next morning."""
        coalition = one(random, self.world.coalitions)
        circle = one(random, list(Circle.objects.filter(coalition=coalition).order_by("pk")))
        people = [
            row.membership.user
            for row in (circle.circle_memberships.select_related("membership__user").order_by("pk") if circle else ())
            if row.membership.left_at is None
        ]
        if circle is None or len(people) < 3:
            return False
        by, owner, backup = random.sample(people, 3)
        due_at = now() + random.choice((timedelta(hours=9), DAY, 3 * DAY, 6 * DAY, 20 * DAY, 45 * DAY))
        return follow_ups.create(
            circle=circle,
            title=f"Follow-up {random.randrange(10_000)}",
            due_at=due_at,
            by=by,
            owner=random.choice((owner, owner, owner, by, None)),
            backup=random.choice((backup, None)),
        )

    def work(self, random: Random) -> object:
        """Whoever has one answers it, does it or hands it back; what nobody has is taken."""
        follow_up = one(random, list(FollowUp.objects.open().select_related("owner").order_by("-pk")[:12]))
        if follow_up is None:
            return False
        if follow_up.owner is None:
            people = list(
                Membership.objects.current().filter(circle_memberships__circle=follow_up.circle).select_related("user").order_by("pk")
            )
            taker = one(random, people)
            return taker is not None and follow_ups.take(follow_up, by=taker.user)
        verb = random.choice((follow_ups.accept, follow_ups.accept, follow_ups.done, follow_ups.decline, follow_ups.hand_back))
        return verb(follow_up, by=follow_up.owner)

    def snooze(self, random: Random) -> object:
        follow_up = one(random, list(FollowUp.objects.open().exclude(owner=None).select_related("owner").order_by("-pk")[:12]))
        if follow_up is None or follow_up.owner is None:
            return False
        return follow_ups.snooze(follow_up, until=random.choice(list(SnoozeUntil)), by=follow_up.owner)

    # --- Whom and what it is about ------------------------------------------------------------------------------------------------

    def person(self, random: Random) -> User | None:
        """Anybody who is in a coalition."""
        here = set(Membership.objects.current().values_list("user", flat=True))
        user = one(random, [user for user in self.world.people if user.pk in here])
        return User.objects.get(pk=user.pk) if user else None

    def membership(self, random: Random) -> Membership | None:
        return one(random, list(Membership.objects.current().select_related("user", "coalition").order_by("pk")))

    def leads(self, random: Random) -> tuple[User | None, User | None]:
        """Two of one coalition."""
        coalition = one(random, self.world.coalitions)
        rows = Membership.objects.current().leads().filter(coalition=coalition).select_related("user").order_by("pk")
        found = [row.user for row in rows]
        random.shuffle(found)
        return (found[0], found[1]) if len(found) > 1 else (None, None)

    def meetings(self, days: int = 200) -> list[Meeting]:
        rows = Meeting.objects.filter(at__gt=now(), at__lt=now() + days * DAY).exclude(kind=Meeting.Kind.ASSEMBLY)
        return list(rows.filter(circle=None).order_by("pk"))

    def public_meetings(self, days: int = 200) -> list[Meeting]:
        rows = Meeting.objects.filter(at__gt=now(), at__lt=now() + days * DAY, circle=None)
        return list(rows.order_by("pk"))

    def dates(self, meetings: list[Meeting], days: int) -> list[Meeting | Deadline]:
        """These meetings, and the deadlines of so many days ahead."""
        return [*meetings, *self.deadlines(days)]

    def deadlines(self, days: int = 200) -> list[Deadline]:
        rows = Deadline.objects.filter(at__gt=now(), at__lt=now() + days * DAY).select_related("assembly", "meeting")
        return list(rows.order_by("pk"))


def one[Thing](random: Random, things: Sequence[Thing]) -> Thing | None:
    return random.choice(things) if things else None


def mailboxes_of(world: World) -> dict[str, Span]:
    """Mailboxes that are not there for a month, by address."""
    found = {}
    for number in range(1 + len(world.people) // 30):
        random = world.random(f"mailbox {number}")
        begins = world.begins + random.random() * (world.until - world.begins)
        found[random.choice(world.people).email] = Span(begins, begins + 30 * DAY)
    return found
