"""The picture of a day: a line for each room, a bar for each session, hours from left to right.

Lengths are units of the drawing; times are minutes since midnight at the venue, past 1440 for the night after.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from coalitions.live.domain.covering import Covering

LEFT, RIGHT, TOP = 104, 1100, 26
LANE, BAR = 40, 34
HOUR = 60
# An average letter of the drawing is so wide; what does not fit is cut.
LETTER = 6.8
# A bar of which nobody could read a word is drawn and named by its table alone.
NARROWEST = 4
MOST = 36


@dataclass(frozen=True)
class DrawnSession:
    """covering -- of the session, or "mine" where one is there oneself; who -- a few words below its name"""

    room: str
    begins: int
    ends: int
    name: str
    who: str
    covering: Covering | str


@dataclass(frozen=True)
class Bar:
    x: int
    y: int
    width: int
    session: DrawnSession
    name: str
    who: str

    @property
    def text_x(self) -> int:
        return self.x + 6

    @property
    def name_y(self) -> int:
        return self.y + 14

    @property
    def who_y(self) -> int:
        return self.y + 28


@dataclass(frozen=True)
class RoomLine:
    name: str
    y: int
    rule: int


@dataclass(frozen=True)
class HourLine:
    x: int
    hour: str
    is_last: bool


@dataclass(frozen=True)
class RoomsPicture:
    height: int
    hours: list[HourLine]
    rooms: list[RoomLine]
    bars: list[Bar]
    now_x: int | None

    @property
    def bottom(self) -> int:
        return self.height - 20

    @property
    def now_y(self) -> int:
        return self.height - 5

    @property
    def now_at_end(self) -> bool:
        return self.now_x is not None and self.now_x > (LEFT + RIGHT) // 2


def draw(sessions: Sequence[DrawnSession], now: int | None) -> RoomsPicture | None:
    """None without sessions, or with more than can be read. now -- on this day, else None"""
    if not sessions or len(sessions) > MOST:
        return None
    first = min(session.begins for session in sessions) // HOUR * HOUR
    last = max(-(-max(session.ends, session.begins + 30) // HOUR) * HOUR for session in sessions)
    last = max(last, first + 2 * HOUR)

    def x_of(minute: int) -> int:
        return round(LEFT + (RIGHT - LEFT) * (minute - first) / (last - first))

    rooms: list[RoomLine] = []
    bars: list[Bar] = []
    y = TOP
    in_order = sorted(sessions, key=lambda session: (not session.room, session.room.casefold(), session.room, session.begins))
    for room, together in groupby(in_order, key=lambda session: session.room):
        lanes: list[int] = []
        top = y
        for session in together:
            lane = next((number for number, free_from in enumerate(lanes) if free_from <= session.begins), len(lanes))
            lanes[lane : lane + 1] = [max(session.ends, session.begins + 15)]
            x = x_of(session.begins)
            width = max(x_of(session.ends) - x, 14)
            letters = int((width - 10) / LETTER)
            name, who = (fitting(words, letters) for words in (session.name, session.who))
            bars.append(Bar(x, top + lane * LANE + 3, width, session, name, who))
        rooms.append(RoomLine(fitting(room, 15), top + 24, top))
        y = top + len(lanes) * LANE
    step = HOUR if last - first <= 14 * HOUR else 2 * HOUR
    hours = [HourLine(x_of(minute), f"{minute // HOUR % 24:02}:00", minute + step > last) for minute in range(first, last + 1, step)]
    return RoomsPicture(y + 24, hours, rooms, bars, x_of(now) if now is not None and first <= now <= last else None)


def fitting(words: str, letters: int) -> str:
    """As much as fits; nothing where that says nothing."""
    if letters < NARROWEST:
        return ""
    return words if len(words) <= letters else f"{words[: letters - 1].rstrip()}…"
