"""Automatic numbers as Word would print them, with one set of counters per view.

Source: ECMA-376 part 1, 17.9. Counters belong to the abstract list; a start override counts once for each (numId, level).
"""

from dataclasses import dataclass, field

from lxml import etree

from ..numerals import written

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
VAL = f"{W}val"
LEVELS = 9


@dataclass(slots=True)
class ListLevel:
    start: int = 1
    form: str = "decimal"
    text: str = ""
    is_legal: bool = False
    # The style whose paragraphs take this level.
    style: str = ""
    # After a paragraph of which level (1 for the first) its count begins again; 0 for never, None for any above it.
    restarts_after: int | None = None


@dataclass(slots=True)
class Lists:
    """The lists a document defines: levels of each abstract list, and which list, levels and starts each numId stands for."""

    levels: dict[str, dict[int, ListLevel]] = field(default_factory=dict)
    abstract: dict[str, str] = field(default_factory=dict)
    starts: dict[tuple[str, int], int] = field(default_factory=dict)
    own: dict[str, dict[int, ListLevel]] = field(default_factory=dict)

    def levels_of(self, number: str) -> dict[int, ListLevel]:
        return self.levels.get(self.abstract.get(number, ""), {}) | self.own.get(number, {})

    def level_of_style(self, number: str, style: str) -> int | None:
        """The level (0 to 8) that names this style, which then counts more than a level that the style names."""
        return next((depth for depth, level in self.levels_of(number).items() if level.style == style), None)


def whole(text: str | None, default: int = 0) -> int:
    """A whole number of at most nine digits, or the default."""
    return int(text) if text and len(text) <= 9 and text.isascii() and text.isdigit() else default


def read_lists(tree: etree._Element | None) -> Lists:
    lists = Lists()
    named: dict[str, str] = {}
    linked: dict[str, str] = {}
    for element in tree if tree is not None else ():
        if element.tag == f"{W}abstractNum":
            levels = {whole(level.get(f"{W}ilvl")): _level(level) for level in element.iterfind(f"{W}lvl")}
            name = element.get(f"{W}abstractNumId", "")
            lists.levels[name] = levels
            for child in element.iterfind(f"{W}styleLink"):
                named[child.get(VAL, "")] = name
            for child in element.iterfind(f"{W}numStyleLink"):
                linked[name] = child.get(VAL, "")
        elif element.tag == f"{W}num":
            number, abstract = element.get(f"{W}numId", ""), element.find(f"{W}abstractNumId")
            lists.abstract[number] = abstract.get(VAL, "") if abstract is not None else ""
            for override in element.iterfind(f"{W}lvlOverride"):
                depth, start, level = whole(override.get(f"{W}ilvl")), override.find(f"{W}startOverride"), override.find(f"{W}lvl")
                if start is not None:
                    lists.starts[number, depth] = whole(start.get(VAL), 1)
                if level is not None:
                    lists.own.setdefault(number, {})[depth] = _level(level)
    for name, link in linked.items():  # an abstract list that only says which style defines it
        lists.levels[name] = lists.levels[name] or lists.levels.get(named.get(link, ""), {})
    return lists


def _level(element: etree._Element) -> ListLevel:
    level = ListLevel()
    for child in element:
        if child.tag == f"{W}start":
            level.start = whole(child.get(VAL), 1)
        elif child.tag == f"{W}numFmt":
            level.form = child.get(VAL, "decimal")
        elif child.tag == f"{W}lvlText":
            level.text = child.get(VAL, "")[:40]
        elif child.tag == f"{W}isLgl":
            level.is_legal = child.get(VAL, "1") not in ("0", "false", "off")
        elif child.tag == f"{W}pStyle":
            level.style = child.get(VAL, "")
        elif child.tag == f"{W}lvlRestart":
            level.restarts_after = whole(child.get(VAL))
    return level


class Counters:
    """The current counters of the lists of one view."""

    def __init__(self, lists: Lists):
        self._lists = lists
        self._counts: dict[str, list[int | None]] = {}
        self._levels: dict[str, dict[int, ListLevel]] = {}
        self._overridden: set[tuple[str, int]] = set()

    def next(self, number: str, depth: int) -> str:
        """The number of the next paragraph of list `number` at `depth` (0 to 8), or "" where the document defines none."""
        if number not in self._levels:
            self._levels[number] = self._lists.levels_of(number)
        levels = self._levels[number]
        if depth not in levels or not 0 <= depth < LEVELS:
            return ""
        counts = self._counts.setdefault(self._lists.abstract[number], [None] * LEVELS)
        start = self._lists.starts.get((number, depth))
        current = counts[depth]
        if start is not None and (number, depth) not in self._overridden:
            self._overridden.add((number, depth))
            counts[depth] = start
        elif current is None:
            counts[depth] = levels[depth].start
        else:
            counts[depth] = current + 1
        for deeper in range(depth + 1, LEVELS):
            after = levels[deeper].restarts_after if deeper in levels else None
            if after is None or depth < after:
                counts[deeper] = None
        return self._print(levels, counts, depth)

    @staticmethod
    def _print(levels: dict[int, ListLevel], counts: list[int | None], depth: int) -> str:
        level = levels[depth]
        if level.form == "none":
            return ""
        if level.form == "bullet":
            return "–" if level.text in ("-", "–", "—") else "•"
        text = level.text
        for other in range(depth + 1):
            if f"%{other + 1}" in text:
                known = levels.get(other, ListLevel())
                count = counts[other]
                value = known.start if count is None else count
                text = text.replace(f"%{other + 1}", written(value, "decimal" if level.is_legal else known.form))
        return text
