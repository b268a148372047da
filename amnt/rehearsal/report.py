"""What a rehearsal sent, per person and phase: as lines of text, and drawn as a page with a table that says the same."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.template.loader import render_to_string
from django.utils import translation

from amnt.rehearsal.faults import Span
from amnt.rehearsal.invariants import Mail
from amnt.rehearsal.playing import Rehearsal
from calendar_app.domain.phases import NAMES, phase_on, phases
from calendar_app.models import Reminder
from calendar_app.reminders.emails import ALONE, DIGEST

LEFT, TOP, WIDTH, ROW = 92, 40, 1080, 12
# By the kind of a mail; what is none of these is another.
SORTS = {DIGEST: "digests", ALONE: "separate", "": "others"}


@dataclass(frozen=True)
class Count:
    """Mails to one person in one phase."""

    digests: int = 0
    separate: int = 0
    others: int = 0

    @property
    def all(self) -> int:
        return self.digests + self.separate + self.others

    def __str__(self) -> str:
        return f"{self.digests}+{self.separate}+{self.others}"


@dataclass(frozen=True)
class Mark:
    x: float
    y: float
    sort: str


@dataclass(frozen=True)
class Band:
    x: float
    width: float
    name: str
    is_odd: bool

    @property
    def text_x(self) -> float:
        return self.x + 3


class Report:
    def __init__(self, rehearsal: Rehearsal) -> None:
        self.rehearsal = rehearsal
        self.first, self.last = rehearsal.assembly_days
        world = rehearsal.world
        # In which several are under way, the one that began last.
        days = [world.begins.date() + timedelta(days=days) for days in range(rehearsal.days + 1)]
        self.phases = sorted({phase_on(day, self.first, self.last).number for day in days}, key=[8, *range(8)].__getitem__)
        of: Counter[tuple[int, int, str]] = Counter()
        for mail in rehearsal.invariants.mails.values():
            of[mail.user, self.phase(mail.at), sort_of(mail)] += 1
        self.counts = {
            (user.pk, phase): Count(*(of[user.pk, phase, sort] for sort in SORTS.values()))
            for user in world.people
            for phase in self.phases
        }

    def phase(self, at: datetime) -> int:
        return phase_on(at.date(), self.first, self.last).number

    def names(self) -> list[str]:
        with translation.override("en"):
            return [str(NAMES[phase]) for phase in self.phases]

    def rows(self) -> list[tuple[str, list[Count], int]]:
        """By person: a count per phase, and of all."""
        found = []
        for user in self.rehearsal.world.people:
            counts = [self.counts[user.pk, phase] for phase in self.phases]
            found.append((self.rehearsal.world.name(user.pk), counts, sum(count.all for count in counts)))
        return found

    def totals(self) -> list[int]:
        return [sum(self.counts[user.pk, phase].all for user in self.rehearsal.world.people) for phase in self.phases]

    # --- As text ------------------------------------------------------------------------------------------------------------

    def lines(self) -> Iterator[str]:
        played = self.rehearsal
        yield f"{played.code}, {len(played.world.people)} people, seed {played.world.seed}: {played.days} days in {played.steps} steps."
        yield "E-mails per person and phase: digests + separate reminders + others."
        names = self.names()
        widths = [max(len(name), 9) for name in names]
        yield "  ".join(["person".ljust(11), *(name.rjust(width) for name, width in zip(names, widths, strict=True)), "all".rjust(6)])
        for person, counts, everything in self.rows():
            cells = (str(count).rjust(width) for count, width in zip(counts, widths, strict=True))
            yield "  ".join([person.ljust(11), *cells, str(everything).rjust(6)])
        totals = self.totals()
        sums = (str(total).rjust(width) for total, width in zip(totals, widths, strict=True))
        yield "  ".join(["all".ljust(11), *sums, str(sum(totals)).rjust(6)])
        yield from self.what_happened()

    def what_happened(self) -> Iterator[str]:
        played = self.rehearsal
        yield f"Done: {tally(played.acts.done)}."
        yield f"Refused by a rule: {tally(played.acts.refused)}."
        off = sum((span.ends - span.begins for span in played.faults.worker_off), timedelta(0))
        yield f"The worker was off {len(played.faults.worker_off)} times, for {round(off.total_seconds() / 3600)} hours."
        yield f"Mail server: {tally(played.server.troubles)}; {played.invariants.copies} mails came twice, as their receipt was lost."
        yield f"Promises: {tally(decided())}."
        yield f"All invariants held at {played.invariants.steps} instants."

    # --- Drawn --------------------------------------------------------------------------------------------------------------

    def page(self) -> str:
        """A file that needs nothing else: a drawing, and the same as a table."""
        return render_to_string(
            "rehearsal/page.html",
            {
                "report": self,
                "played": self.rehearsal,
                "names": self.names(),
                "rows": self.rows(),
                "totals": self.totals(),
                "bands": self.bands(),
                "marks": self.marks(),
                "off": [self.stretch(span) for span in self.rehearsal.faults.worker_off],
                "labels": [(LEFT - 6, self.y(number) + ROW * 0.75, row[0]) for number, row in enumerate(self.rows())],
                "left": LEFT,
                "top": TOP,
                "width": LEFT + WIDTH + 10,
                "height": self.height + 10,
                "bottom": self.height,
                "body": self.height - TOP,
                "happened": list(self.what_happened()),
            },
        )

    @property
    def height(self) -> int:
        return TOP + ROW * len(self.rehearsal.world.people)

    def x(self, at: datetime) -> float:
        begins, until = self.rehearsal.world.begins, self.rehearsal.world.until
        return round(LEFT + WIDTH * min(max((at - begins) / (until - begins), 0), 1), 1)

    def y(self, number: int) -> float:
        return TOP + ROW * number

    def marks(self) -> list[Mark]:
        numbers = {user.pk: number for number, user in enumerate(self.rehearsal.world.people)}
        mails = [mail for mail in self.rehearsal.invariants.mails.values() if mail.user in numbers]
        return [Mark(self.x(mail.at), self.y(numbers[mail.user]) + 2, sort_of(mail)) for mail in mails]

    def bands(self) -> list[Band]:
        """From the day on which each phase is the one that began last."""
        world, found = self.rehearsal.world, []
        starts = sorted({max(phase.starts_on, world.begins.date()) for phase in phases(self.first, self.last)} | {world.begins.date()})
        starts = [day for day in starts if day <= world.until.date()]
        with translation.override("en"):
            for number, day in enumerate(starts):
                begins, ends = midnight(day), midnight(starts[number + 1]) if number + 1 < len(starts) else world.until
                phase = phase_on(day + timedelta(days=1), self.first, self.last)
                found.append(Band(self.x(begins), round(self.x(ends) - self.x(begins), 1), str(phase.name), number % 2 == 1))
        return found

    def stretch(self, span: Span) -> tuple[float, float]:
        return self.x(span.begins), max(round(self.x(span.ends) - self.x(span.begins), 1), 0.5)


def sort_of(mail: Mail) -> str:
    return SORTS.get(mail.kind, "others")


def decided() -> Counter[str]:
    """What became of all promises, with the reason where one was not sent."""
    found: Counter[str] = Counter()
    for state, cause in Reminder.objects.values_list("state", "cause"):
        found[state if state == Reminder.State.SENT or not cause else f"{state} ({cause})"] += 1
    return found


def tally(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {str(name).replace('_', ' ')}" for name, count in sorted(counts.items())) or "nothing"


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), UTC)
