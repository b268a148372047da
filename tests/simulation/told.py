"""Who was told what when, and how that differs from what the file says."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from calendar_app.models import Reminder

MOST_MAILS_A_WEEK = 5


@dataclass(frozen=True, order=True)
class Told:
    """One thing that one person was told in one mail, in the words of the fixture: "2027-06-02 ATU-1 RR-22 announced"."""

    at: datetime
    person: str
    day: date
    about: str
    rule: str
    what: str
    is_alone: bool
    mail: int

    def __str__(self) -> str:
        return f"{self.day} {self.about} {self.rule} {self.what}{' alone' if self.is_alone else ''}"


def all_told(people: dict[int, str], names: Callable[[Reminder], str]) -> list[Told]:
    """From the ledger: what was really sent, and in which mail."""
    sent = Reminder.objects.filter(state=Reminder.State.SENT, user__in=people, email__finished_at__isnull=False)
    rows = sent.select_related("email", "user")
    # Several resolutions that came onto one agenda are one line.
    found = set()
    for row in rows:
        at = row.email.finished_at
        day = at.astimezone(ZoneInfo(row.user.time_zone)).date()
        what = " ".join(filter(None, (row.step, f"{row.offset} d" if row.offset > 0 or not row.step else "")))
        alone = row.email.kind.endswith("/alone")
        found.add(Told(at, people[row.user_id], day, names(row), row.rule, what, alone, row.email_id or 0))
    return sorted(found)


def report(told: Iterable[Told]) -> Iterator[str]:
    """Who is told what when, mail by mail."""
    last = None
    for one in told:
        if (one.person, one.mail) != last:
            yield f"{one.at:%Y-%m-%d %H:%M} UTC  {one.person}"
            last = one.person, one.mail
        yield f"    {one}"


def compare(told: Iterable[Told], expected: dict[str, list[str]]) -> list[str]:
    """What is missing and what is beyond the list, for everyone."""
    heard: dict[str, Counter[str]] = defaultdict(Counter)
    for one in told:
        heard[one.person][str(one)] += 1
    differences = []
    for person in sorted({*heard, *expected}):
        wanted = Counter(expected.get(person, []))
        differences += [f"{person} was not told: {line}" for line in (wanted - heard[person]).elements()]
        differences += [f"{person} was told beyond the list: {line}" for line in (heard[person] - wanted).elements()]
    return differences


def heavy_weeks(told: Iterable[Told], *, besides: tuple[date, date]) -> list[str]:
    """Weeks, from Monday on, in which someone got more mails than she should; those of the assembly do not count."""
    first, last = besides
    mails: dict[tuple[str, date], set[int]] = defaultdict(set)
    for one in told:
        if not first <= one.day <= last:
            mails[one.person, one.day - timedelta(days=one.day.weekday())].add(one.mail)
    return [f"{person}: {len(some)} mails in the week of {week}" for (person, week), some in mails.items() if len(some) > MOST_MAILS_A_WEEK]
