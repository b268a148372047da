"""The layout of the timeline of a cycle. Pure: no database, no request, no words.

The horizontal scale is piecewise linear: wider near the assembly and around today. Units are those of the drawing's viewBox; x grows with
time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from calendar_app.domain.phases import AFTER_DAYS, Phase, months_from, phases
from resolutions.domain.cycle import READING_DAYS

EDGE = 20
WIDTH = 1120
SMALL_EDGE = 2
SMALL_WIDTH = 340
MOST = 60
# The average width of a letter of 11 px text; and of the small drawing's 12 px.
LETTER = 6.2
SMALL_LETTER = 6.8
# The lanes below the line, and the rows above it, that labels may use.
MEETING_LANES = (208, 222, 236)
LABEL_ROWS = (72, 58)
BAND_LANES = {1: 92, 2: 120, 3: 92, 4: 120, 7: 120}


@dataclass(frozen=True)
class TimelinePoint:
    """One date to draw: a deadline stands above the line, a meeting hangs below it."""

    at: datetime
    is_deadline: bool
    is_sure: bool
    label: str = ""


@dataclass(frozen=True)
class Label:
    x: int
    y: int
    text: str
    anchor: str = "start"


@dataclass(frozen=True)
class Tick:
    x: int
    name: str
    day: date

    @property
    def anchor(self) -> str:
        """The text-anchor that keeps the label inside the frame."""
        return "start" if self.x < EDGE + 24 else "end" if self.x > WIDTH - EDGE - 24 else "middle"


@dataclass(frozen=True)
class Band:
    phase: Phase
    x: int
    y: int
    width: int
    has_room: bool

    @property
    def text_x(self) -> int:
        return self.x + 8

    @property
    def text_y(self) -> int:
        return self.y + 16


@dataclass(frozen=True)
class CircleShape:
    x: int
    y: int


@dataclass
class Drawing:
    """What the template draws. `deadlines…` are the data of one path each; `now` is None outside the frame."""

    bands: list[Band] = field(default_factory=list)
    ticks: list[Tick] = field(default_factory=list)
    assembly: tuple[int, int] = (0, 0)
    now: int | None = None
    now_anchor: str = "end"
    deadlines: str = ""
    deadlines_unsure: str = ""
    meetings: list[CircleShape] = field(default_factory=list)
    meetings_unsure: list[CircleShape] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    drawn: int = 0

    @property
    def now_x(self) -> int:
        """The x of the word "today": on the side with more room."""
        return (self.now or 0) + (-7 if self.now_anchor == "end" else 7)

    @property
    def assembly_middle(self) -> int:
        return self.assembly[0] + self.assembly[1] // 2


class Scale:
    """The x of an instant: monotonic, and always inside [edge, width − edge]."""

    def __init__(self, stretches: Sequence[tuple[float, float, float]], *, width: int, edge: int):
        """`stretches`: (from, to, room) in seconds since the epoch; where they overlap, their room adds up."""
        self.edge, self.width = edge, width
        self.knots = sorted({end for stretch in stretches for end in stretch[:2]})
        room = [0.0]
        for start, end in pairwise(self.knots):
            share = sum(weight * (end - start) / (to - since) for since, to, weight in stretches if since <= start and end <= to)
            room.append(room[-1] + share)
        total = room[-1] or 1.0
        self.places = [edge + (width - 2 * edge) * part / total for part in room]

    def holds(self, instant: datetime) -> bool:
        return self.knots[0] <= instant.timestamp() <= self.knots[-1]

    def x(self, instant: datetime) -> int:
        moment = min(max(instant.timestamp(), self.knots[0]), self.knots[-1])
        for (start, end), (left, right) in zip(pairwise(self.knots), pairwise(self.places), strict=True):
            if moment <= end:
                return round(left + (right - left) * (moment - start) / (end - start))
        return round(self.places[-1])


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def scale(first_day: date, last_day: date, at: datetime, *, small: bool = False) -> Scale:
    """The scale of a cycle as seen at this instant: it begins with today if that is earlier than national work."""
    knots = [
        months_from(first_day, -18),
        months_from(first_day, -15),
        months_from(first_day, -9),
        months_from(first_day, -7),
        months_from(first_day, -4),
        months_from(first_day, -2),
        first_day - timedelta(days=READING_DAYS),
        first_day,
        max(last_day, first_day + timedelta(days=1)),
    ]
    rooms = [44, 44, 28, 42, 30, 60, 46, 26] if small else [110, 140, 80, 100, 110, 170, 150, 80]
    if not small:
        knots.append(max(first_day + timedelta(days=AFTER_DAYS), knots[-1] + timedelta(days=1)))
        rooms.append(120)
    instants = [midnight(day).timestamp() for day in knots]
    stretches: list[tuple[float, float, float]] = [(start, end, room) for (start, end), room in zip(pairwise(instants), rooms, strict=True)]
    today = at.timestamp()
    day = timedelta(days=1).total_seconds()
    earliest = midnight(months_from(first_day, -48)).timestamp()
    if earliest <= today - 30 * day < instants[0]:
        stretches.append((today - 30 * day, instants[0], 40 if small else 120))
    begin, end = min(stretch[0] for stretch in stretches), instants[-1]
    if begin <= today <= end:
        stretches.append((max(today - 7 * day, begin), min(today + 45 * day, end), 24 if small else 260))
    return Scale(stretches, width=SMALL_WIDTH if small else WIDTH, edge=SMALL_EDGE if small else EDGE)


def draw(first_day: date, last_day: date, at: datetime, points: Iterable[TimelinePoint] = (), *, small: bool = False) -> Drawing:
    """The drawing of a cycle, with at most MOST points, the nearest to come first as they are given."""
    along = scale(first_day, last_day, at, small=small)
    letter = SMALL_LETTER if small else LETTER
    drawing = Drawing()
    for phase in phases(first_day, last_day):
        if phase.number not in BAND_LANES or (small and phase.number == 7):
            continue
        x, end = along.x(midnight(phase.starts_on)), along.x(midnight(phase.ends_on))
        y = BAND_LANES[phase.number] if not small else {92: 8, 120: 33}[BAND_LANES[phase.number]]
        room = len(str(phase.name)) + (0 if small else 3)
        drawing.bands.append(Band(phase, x, y, max(end - x, 1), end - x >= room * letter + 14))
    left, right = along.x(midnight(first_day)), along.x(midnight(max(last_day, first_day + timedelta(days=1))))
    drawing.assembly = (left, max(right - left, 1))
    if along.holds(at):
        drawing.now = along.x(at)
        drawing.now_anchor = "end" if drawing.now > along.width / 2 else "start"
    if small:
        return drawing
    drawing.ticks = _ticks(along, first_day, last_day)
    _place(drawing, along, [point for point in points if along.holds(point.at)][:MOST])
    return drawing


def _ticks(along: Scale, first_day: date, last_day: date) -> list[Tick]:
    """The named days of a cycle, without those whose name would run into the one before."""
    named = [
        ("T−18 m", months_from(first_day, -18)),
        ("T−15 m", months_from(first_day, -15)),
        ("T−9 m", months_from(first_day, -9)),
        ("T−7 m", months_from(first_day, -7)),
        ("T−4 m", months_from(first_day, -4)),
        ("T−2 m", months_from(first_day, -2)),
        (f"T−{READING_DAYS}", first_day - timedelta(days=READING_DAYS)),
        ("T0", first_day),
        (f"T+{(last_day - first_day).days}", last_day),
        (f"T+{AFTER_DAYS}", first_day + timedelta(days=AFTER_DAYS)),
    ]
    ticks: list[Tick] = []
    for name, day in named:
        x = along.x(midnight(day))
        if not ticks or x - ticks[-1].x >= 62:
            ticks.append(Tick(x, name, day))
    return ticks


def _place(drawing: Drawing, along: Scale, points: list[TimelinePoint]) -> None:
    """Place deadlines and meetings, and as many labels as do not overlap."""
    taken: dict[int, list[tuple[float, float]]] = {}
    if drawing.now is not None:
        taken = {row: [(drawing.now - 4.0, drawing.now + 4.0)] for row in LABEL_ROWS}

    def is_free(row: int, start: float, end: float) -> bool:
        return start >= EDGE and end <= WIDTH - 4 and all(end < other or start > to for other, to in taken.get(row, ()))

    deadlines: dict[bool, list[str]] = {True: [], False: []}
    for point in sorted(points, key=lambda point: point.at):
        x = along.x(point.at)
        length = len(point.label) * LETTER
        if point.is_deadline:
            deadlines[point.is_sure].append(f"M{x} 89l-6-11h12z")
            for row, anchor, start in [
                (row, anchor, start) for anchor, start in (("middle", x - length / 2), ("start", x)) for row in LABEL_ROWS
            ]:
                if point.label and is_free(row, start - 4, start + length + 4):
                    taken.setdefault(row, []).append((start - 4, start + length + 4))
                    drawing.labels.append(Label(x, row, point.label, anchor))
                    break
            continue
        lane = next((lane for lane in MEETING_LANES if point.label and is_free(lane, x - 8, x + 16 + length)), None)
        has_label = lane is not None
        lane = lane or next((lane for lane in MEETING_LANES if is_free(lane, x - 8, x + 8)), MEETING_LANES[-1])
        taken.setdefault(lane, []).append((x - 8, x + (16 + length if has_label else 8)))
        (drawing.meetings if point.is_sure else drawing.meetings_unsure).append(CircleShape(x, lane))
        if has_label:
            drawing.labels.append(Label(x + 10, lane + 4, point.label))
    drawing.deadlines, drawing.deadlines_unsure = "".join(deadlines[True]), "".join(deadlines[False])
    drawing.drawn = len(points)
