"""Reads the programme of a day of an assembly as people paste it: from a page, a screen in a corridor, or a messaging app.

French, English and Spanish. A line that begins with an hour begins a session; what follows names its room, its group or its title, and
the resolutions on its agenda. Headings with a day or a room count for the lines below them. What is not understood is returned as it is,
never guessed: a person looks at everything before it counts.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import date, time

MOST_BYTES = 20 * 1024
MOST_LINES = 120
MOST_LETTERS_OF_A_LINE = 400
MOST_RESOLUTIONS = 40
LONGEST_TITLE, LONGEST_ROOM = 200, 80

# Of the messaging app: "[24/10/28, 09:41] Name: " and "24/10/2028, 09:41 - Name: "; the name goes with it.
CHAT = re.compile(
    r"^[\u200e\u200f\s]*(?:\[\d{1,2}[/.]\d{1,2}[/.]\d{2,4},? \d{1,2}[:.]\d{2}(?::\d{2})?(?:\s?[ap]\.?\s?m\.?)?\]\s?[^:\n]{1,60}:\s"
    r"|\d{1,2}[/.]\d{1,2}[/.]\d{2,4},? \d{1,2}[:.]\d{2}(?:\s?[ap]\.?\s?m\.?)?\s[-\u2013]\s[^:\n]{1,60}:\s)",
    re.IGNORECASE,
)
# Bullets, quotation marks of mails, headings and emphasis of Markdown, cells of its tables.
BULLET = re.compile(r"^(?:[\s>|]|[-*\u2022\u00b7\u25aa\u25cf\u2023\u2013\u2014+]\s|#{1,6}\s|\d{1,2}[.)]\s(?=\D*\d{1,2}\s?[:hH.]))+")
EMPHASIS = re.compile(r"(?<![\w*_])[*_]{1,3}(?=\S)|(?<=[^\s*_])[*_]{1,3}(?![\w*_])")
HOUR = (
    r"(?P<{0}h>[01]?\d|2[0-3])(?:\s?[:hH.]\s?(?P<{0}m>[0-5]\d)|\s?[hH](?![\w])|(?=\s?[ap]\.?\s?m\b))"
    r"(?:\s?(?:hrs?|h)\b\.?)?(?P<{0}half>\s?[ap]\.?\s?m\b\.?)?"
)
BETWEEN = r"\s*(?:-|\u2013|\u2014|\u2012|\u2192|->|/|\b(?:to|until|till|\u00e0|a|hasta(?: las)?|jusqu['\u2019]\u00e0|et|y)\b)\s*"
STARTS = re.compile(
    rf"^(?:(?:from|at|de|des|d\u00e8s|\u00e0|a|desde)\s+(?:las\s+)?|las\s+)?{HOUR.format('b')}(?:{BETWEEN}{HOUR.format('e')})?",
    re.IGNORECASE,
)
SEPARATOR = re.compile(r"^[\s,;:.|\u00b7\u2022/\u2013\u2014-]+|[\s,;:|\u00b7\u2022/\u2013\u2014-]+$")
# Where one field of a line ends; a comma is one unless a number follows, as in "Res. 50, 64".
FIELDS = re.compile(r"\t+|\s*[|;\u2022\u00b7]\s*|\s+[-\u2013\u2014]\s+|:\s+|,\s+(?!\d)|\s{3,}")
NAMED_ROOM = (
    r"(?:(?:meeting\s+|conference\s+)?room|salle(?:\s+de\s+(?:r\u00e9union|conf\u00e9rence))?|sala(?:\s+de\s+(?:reuniones|conferencias))?|hall|auditorium"
    r"|auditorio|auditorio|popov|rooms?|saal)"
)
ROOM = re.compile(
    rf"\b(?P<room>{NAMED_ROOM}\s+(?:n[\u00b0o\u00ba]\.?\s*)?(?:[A-Z]{{1,2}}\s?-?\d{{0,3}}|\d{{1,4}}\s?-?[A-Z]?|[A-Z][\w\u2019'-]+)(?![\w])"
    r"|(?:main|plenary|great|grande?|gran|big)\s+(?:hall|room|salle|sala)(?:\s+(?:pl\u00e9ni\u00e8re|plenaria))?|salle\s+pl\u00e9ni\u00e8re|sala\s+plenaria|sala\s+principal|salle\s+principale"
    r"|auditorium|auditorio)\b",
    re.IGNORECASE,
)
# Alone in a field, a code of few letters and numbers is a room: "F", "7", "H1", "B 2".
CODE = re.compile(r"^(?:[A-Z]{1,2}\s?-?\d{0,3}|\d{1,3}\s?-?[A-Z]?)$")
RESOLUTION = re.compile(
    r"\b(?P<word>r[e\u00e9]s(?:oluci[o\u00f3]n(?:es)?|olutions?|s)?\b\.?)\s*(?:n[\u00b0o\u00ba]s?\.?\s*|nos?\.\s*)?"
    r"(?P<numbers>\d{1,3}(?:\s*(?:,|;|/|&|\+|\band\b|\bet\b|\by\b|\be\b|-|\u2013)?\s*(?:r[e\u00e9]s\.?\s*)?\d{1,3}\b(?!\s?[:hH]\s?\d))*)",
    re.IGNORECASE,
)
RANGE = re.compile(r"(\d{1,3})\s*[-\u2013]\s*(\d{1,3})")
WIDEST_RANGE = 20
GROUPS = (
    ("plenary", r"pl[e\u00e9]n(?:ary|i[e\u00e8]re|aria)\b(?! of com)|\bpleno\b|pl[e\u00e9]n\.? "),
    ("drafting", r"drafting|r[e\u00e9]daction|redacci[o\u00f3]n|\bDG\b"),
    ("ad-hoc", r"ad[ -]?hoc|\bAHG?\b"),
    ("wg", r"working (?:group|party)|groupe de travail|grupo de trabajo|\bW[GP]\s?-?\d?\w?\b|\bGT\s?-?\d?\w?\b"),
    ("committee", r"committee|commission\b|comisi[o\u00f3]n\b|comit[e\u00e9]\b|\bCOM\s?-?\d?\b"),
)
KINDS = tuple((group, re.compile(pattern, re.IGNORECASE)) for group, pattern in GROUPS)
# A partial plenary of a committee is the committee's.
OF_COMMITTEE = re.compile(r"\bCOM\s?-?\d|commission\s+\d|committee\s+\d|comisi[o\u00f3]n\s+\d", re.IGNORECASE)
INFORMAL = re.compile(r"\binformal(?:es|s)?\b|\binformels?(?:le)?s?\b|\bcouloirs?\b|\bcorridor\b|\bpasillos?\b", re.IGNORECASE)
CANCELLED = re.compile(r"\b(?:cancell?ed|annul[e\u00e9]e?s?|cancelad[oa]s?|anulad[oa]s?)\b", re.IGNORECASE)
MONTHS = {
    month: number
    for number, words in enumerate(
        (
            *("january janvier enero jan janv ene", "february f\u00e9vrier fevrier febrero feb f\u00e9vr fevr", "march mars marzo mar"),
            *("april avril abril apr avr abr", "may mai mayo", "june juin junio jun", "july juillet julio jul juil"),
            *("august ao\u00fbt aout agosto aug ago", "september septembre septiembre sept sep", "october octobre octubre oct"),
            *("november novembre noviembre nov", "december d\u00e9cembre decembre diciembre dec d\u00e9c dic"),
        ),
        start=1,
    )
    for month in words.split()
}
A_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
DATE = re.compile(
    rf"\b(?P<day>\d{{1,2}})(?:er|st|nd|rd|th|\u00ba)?\s+(?:de\s+|of\s+)?(?P<month>{A_MONTH})\b\.?(?:,?\s+(?:de\s+)?(?P<year>\d{{4}}))?"
    rf"|\b(?P<month2>{A_MONTH})\b\.?\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<year2>\d{{4}}))?"
    r"|\b(?P<year3>\d{4})-(?P<month3>\d{2})-(?P<day3>\d{2})\b"
    r"|\b(?P<day4>\d{1,2})[/.](?P<month4>\d{1,2})(?:[/.](?P<year4>\d{2,4}))?\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class ProgrammeLine:
    """A session as one line says it.

    number -- of the line in what was pasted, from 1; text -- the line itself
    begins, ends -- on the clock of the venue; day -- of the heading above, if it names one (year 1 where it names none)
    resolutions -- by number, in the order given
    """

    number: int
    text: str
    begins: time
    ends: time | None = None
    day: date | None = None
    room: str = ""
    group: str = "other"
    title: str = ""
    resolutions: tuple[int, ...] = ()
    is_informal: bool = False
    is_cancelled: bool = False


@dataclass(frozen=True)
class Programme:
    """lines -- what was understood; others -- what was not, by number; is_cut -- more was pasted than is read"""

    lines: list[ProgrammeLine] = field(default_factory=list)
    others: list[tuple[int, str]] = field(default_factory=list)
    is_cut: bool = False


def read_programme(text: str) -> Programme:
    """At most MOST_BYTES (UTF-8) and MOST_LINES lines that say something; the rest is left out and `is_cut` says so. Never fails."""
    is_cut = len(text.encode(errors="ignore")) > MOST_BYTES
    if is_cut:
        text = text.encode(errors="ignore")[:MOST_BYTES].decode(errors="ignore")
    said = [(number, cleaned) for number, line in enumerate(text.splitlines(), start=1) if (cleaned := clean(line))]
    programme = Programme(is_cut=is_cut or len(said) > MOST_LINES)
    reader = Reader(programme)
    for number, line in said[:MOST_LINES]:
        reader.read(number, line)
    return programme


def clean(line: str) -> str:
    """Without what a messaging app, a mail or Markdown puts before and around the words. Empty for rules of tables."""
    line = line[: MOST_LETTERS_OF_A_LINE * 2].replace("\u00a0", " ").replace("\u202f", " ").replace("\ufeff", "").replace("\u200e", "")
    line = "".join(char if char == "\t" or char.isprintable() else " " for char in line)
    line = BULLET.sub("", CHAT.sub("", line))
    line = EMPHASIS.sub("", line).strip()
    if not any(char.isalnum() for char in line):
        return ""
    return line[:MOST_LETTERS_OF_A_LINE]


@dataclass
class Reader:
    """Goes down the lines, and keeps the day and the room of the headings above, and the hour that several lines share."""

    programme: Programme
    day: date | None = None
    room: str = ""
    hour_alone: re.Match | None = None
    # Whether the line before began a session, which a line without an hour may go on with.
    may_go_on: bool = False

    def read(self, number: int, line: str) -> None:
        found = STARTS.match(line)
        rest = SEPARATOR.sub("", line[found.end() :]) if found else line
        if found and not rest:
            # An hour alone: of the lines below.
            self.hour_alone, self.may_go_on = found, False
        elif found and times_of(found):
            self.hour_alone = None
            self.add(number, line, found, rest)
        elif self.is_heading(line):
            self.hour_alone, self.may_go_on = None, False
        elif self.hour_alone is not None and names_a_session(line):
            self.add(number, line, self.hour_alone, line)
            self.may_go_on = False
        elif self.may_go_on and self.goes_on(line):
            pass
        else:
            self.programme.others.append((number, line))
            self.may_go_on = False

    def add(self, number: int, line: str, hours: re.Match, rest: str) -> None:
        begins, ends = times_of(hours) or (time(), None)
        self.programme.lines.append(line_of(number, line, begins, ends, rest, day=self.day, room=self.room))
        self.may_go_on = True

    def is_heading(self, line: str) -> bool:
        """Takes a day or a room for the lines below."""
        bare = SEPARATOR.sub("", line)
        if (day := day_of(bare)) is not None:
            self.day, self.room = day, ""
            return True
        room = ROOM.match(bare)
        if room and not bare[room.end() :].strip(" :.-\u2013\u2014"):
            self.room = tidy(room["room"], LONGEST_ROOM)
            return True
        return False

    def goes_on(self, line: str) -> bool:
        """A second line of the same session: its room or its resolutions, and nothing that names another."""
        numbers, without = resolutions_in(line)
        room = ROOM.search(without)
        rest = SEPARATOR.sub("", without[: room.start()] + without[room.end() :] if room else without)
        last = self.programme.lines[-1]
        if len(rest) > 24 or not (numbers or room):
            return False
        kept = last.room or (tidy(room["room"], LONGEST_ROOM) if room else "")
        added = tuple(dict.fromkeys((*last.resolutions, *numbers)))[:MOST_RESOLUTIONS]
        self.programme.lines[-1] = replace(last, resolutions=added, room=kept, text=f"{last.text} / {line}"[: 2 * MOST_LETTERS_OF_A_LINE])
        return True


def line_of(number: int, line: str, begins: time, ends: time | None, rest: str, *, day: date | None, room: str) -> ProgrammeLine:
    numbers, without = resolutions_in(rest)
    own_room, title = room_in(without)
    return ProgrammeLine(
        number=number,
        text=line,
        begins=begins,
        ends=ends,
        day=day,
        room=own_room or room,
        group=group_of(without),
        title=title,
        resolutions=numbers,
        is_informal=bool(INFORMAL.search(without)),
        is_cancelled=bool(CANCELLED.search(without)),
    )


def times_of(found: re.Match) -> tuple[time, time | None] | None:
    """The hours of a line. An end that equals the beginning is none; one that is earlier is of the next day."""
    begins = clock(found["bh"], found["bm"], found["bhalf"] or found["ehalf"])
    ends = clock(found["eh"], found["em"], found["ehalf"]) if found["eh"] else None
    if begins is None:
        return None
    if ends and found["ehalf"] and not found["bhalf"] and begins > ends:
        # "11:00-1:00 pm" begins in the morning.
        begins = clock(found["bh"], found["bm"], None) or begins
    return begins, None if ends == begins else ends


def clock(hour: str, minute: str | None, half: str | None) -> time | None:
    number = int(hour)
    if half:
        if not 1 <= number <= 12:
            return None
        number = number % 12 + (12 if "p" in half.lower() else 0)
    return time(number, int(minute or 0))


def resolutions_in(text: str) -> tuple[tuple[int, ...], str]:
    """Their numbers in order, and the text without them."""
    numbers: list[int] = []

    def note(found: re.Match) -> str:
        said = RANGE.sub(lambda both: spread(both), found["numbers"])
        numbers.extend(int(each) for each in re.findall(r"\d+", said))
        return "\t"

    without = RESOLUTION.sub(note, text)
    kept = tuple(dict.fromkeys(number for number in numbers if number))[:MOST_RESOLUTIONS]
    return kept, without


def spread(found: re.Match) -> str:
    """ "64-66" -> "64 65 66"; a wide or backward one is two numbers."""
    first, last = int(found[1]), int(found[2])
    if not 0 < last - first <= WIDEST_RANGE:
        return f"{first} {last}"
    return " ".join(str(number) for number in range(first, last + 1))


def room_in(text: str) -> tuple[str, str]:
    """The room a line names, and its title without it."""
    found = ROOM.search(text)
    if found:
        fields = [text[: found.start()], text[found.end() :]]
        return tidy(found["room"], LONGEST_ROOM), title_of(fields)
    parts = [part for part in FIELDS.split(text) if part and part.strip()]
    for place in (0, len(parts) - 1):
        if len(parts) > 1 and CODE.match(parts[place].strip(" .()")):
            room = tidy(parts[place].strip(" .()"), LONGEST_ROOM)
            return room, title_of(parts[:place] + parts[place + 1 :])
    return "", title_of([text])


def title_of(fields: list[str]) -> str:
    said = [cleaned for part in fields for each in part.split("\t") if (cleaned := tidy(EDGES.sub("", each), LONGEST_TITLE))]
    return tidy(", ".join(each for each in said if any(char.isalpha() for char in each)), LONGEST_TITLE)


# What is left around a title once hours, rooms and numbers are taken out of it.
EDGES = re.compile(
    r"^(?:[\s,;:.|/()\u2013\u2014\u00b7\u2022@-]|(?:on|about|sur|sobre|in|en|dans|at|la|le|the)\b(?=[\s,;:.|/()]*$))+"
    r"|(?:[\s,;:|/(\u2013\u2014\u00b7\u2022@-]"
    r"|\b(?:on|about|sur(?: la| les)?|sobre(?: la| las)?|in|en|dans|at|the|of|de|and|et|y)(?=[\s,;:|/(]*$))+$",
    re.IGNORECASE,
)


def tidy(text: str, most: int) -> str:
    text = " ".join(text.split())
    if text.count("(") != text.count(")"):
        text = text.strip("()").strip()
    return text[:most].strip()


def group_of(text: str) -> str:
    if OF_COMMITTEE.search(text) and not any(KINDS[place][1].search(text) for place in (1, 2, 3)):
        return "committee"
    return next((group for group, pattern in KINDS if pattern.search(text)), "other")


def names_a_session(line: str) -> bool:
    return group_of(line) != "other" or bool(resolutions_in(line)[0] or ROOM.search(line) or INFORMAL.search(line))


def day_of(line: str) -> date | None:
    """The day of a heading that is little more than a day; in year 1 where the heading names no year."""
    found = DATE.search(line)
    if not found:
        return None
    around = re.findall(r"[^\W\d_]+", line[: found.start()] + " " + line[found.end() :])
    if len(around) > 3 or any(char.isdigit() for char in line[: found.start()]):
        return None
    groups = found.groupdict()
    for suffix in ("", "2", "3", "4"):
        if groups[f"day{suffix}"]:
            said = groups[f"month{suffix}"]
            month = int(said) if said.isdecimal() else MONTHS[said.casefold()]
            year = int(groups[f"year{suffix}"] or 1)
            return valid_date(2000 + year if suffix == "4" and 1 < year < 100 else year, month, int(groups[f"day{suffix}"]))
    return None


def valid_date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
