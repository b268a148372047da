"""Wording hints: words of a change to look at. A hint, not a verdict.

A rule is a list of entries in one language, data and not code (`resolutions/data/wording_rules.yaml`):

    + PATTERN                what the clause now says and did not say before
    + PATTERN <>8 PATTERN    the same, in either order, up to 8 words apart
    - PATTERN / PATTERN      what it said and says no more, neither so nor by the second pattern (which may be left out)
    ~ PATTERN => PATTERN     the first gone and the second come in its place
    up KIND 3: PATTERN       a verb of this strength; a hint where the strongest verb at a change becomes stronger …
    down KIND 3: PATTERN     … or weaker. KIND `call` looks at the verb line, `modal` and `act` at the text, and not in a preamble
    !4 PATTERN, !4+2 PATTERN no hint where this stands inside what was found, up to 4 words before it, or 2 behind

A comma ends what an exemption reaches, but not those of a parenthesis ("cannot, under any circumstances, read"); one before a colon
governs the list behind it.

Patterns are those of `resolutions/domain/patterns.py`. What is new or gone is told by comparing the two whole texts, so that what only
moved, or is said again in other words, is no hint, and what an insertion makes of kept words is one.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from django.utils.translation import gettext_noop

from resolutions.domain.patterns import (
    HAN_OF_A_WORD,
    LONGEST_ASIDE,
    BadPattern,
    Match,
    Pattern,
    Place,
    SearchableClause,
    Vocabulary,
    apart,
    find,
    is_han,
    parsed,
    reading_of,
)
from resolutions.domain.wording import diff

__all__ = ["BadPattern", "Hint", "HintRule", "Rules", "compiled", "hints"]

type Side = Literal["inserted", "deleted"]

NEAR = 2  # words of context on each side of a change
CALL_VERB = 4  # words within which a call names its verb: "resolves further to instruct"


@dataclass(frozen=True, slots=True)
class HintRule:
    """One rule in one language, from plain values."""

    code: str
    family: str
    language: str
    patterns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hint:
    """What a rule found. `words` is `[start:end]` of the new call or text when inserted, of the old one when deleted."""

    rule_code: str
    family: str
    side: Side
    start: int
    end: int
    words: str
    part: str
    place: Place


# --- Rules ---------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Exemption:
    pattern: Pattern
    before: int
    behind: int


@dataclass(frozen=True, slots=True)
class _Level:
    kind: str
    strength: int
    pattern: Pattern


@dataclass(slots=True)
class _Ready:
    """A rule, its entries read."""

    code: str
    family: str
    come: list[Pattern] = field(default_factory=list)
    gone: list[tuple[Pattern, Pattern | None]] = field(default_factory=list)
    swapped: list[tuple[Pattern, Pattern]] = field(default_factory=list)
    up: list[_Level] = field(default_factory=list)
    down: list[_Level] = field(default_factory=list)
    exemptions: list[_Exemption] = field(default_factory=list)
    verbs: int = 0  # the same for rules that look for the same verbs


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules ready for use: by language, the vocabulary and the rules in order."""

    by_language: dict[str, tuple[Vocabulary, list[_Ready]]]


def compiled(rules: Iterable[HintRule]) -> Rules:
    """The rules, in the order given. Raises BadPattern at the first entry that cannot be read."""
    by_language: dict[str, tuple[Vocabulary, list[_Ready]]] = {}
    verbs: dict[object, int] = {}
    for rule in rules:
        vocabulary, ready = by_language.setdefault(rule.language, (Vocabulary(), []))
        made = _Ready(rule.code, rule.family)
        for entry in rule.patterns:
            _read_entry(entry, made, vocabulary)
        made.verbs = verbs.setdefault((tuple(made.up or made.down), tuple(made.exemptions)), len(verbs))
        ready.append(made)
    return Rules(by_language)


_LEVEL = re.compile(r"(?P<way>up|down)\s+(?P<kind>call|modal|act)\s+(?P<strength>[1-9])\s*:(?P<pattern>.*)", re.DOTALL)
_EITHER_ORDER = re.compile(r"<>(\d+)")
_EXEMPTION = re.compile(r"!(?P<before>\d{1,2})?(?:\+(?P<behind>\d{1,2}))?\s+(?P<pattern>.*)", re.DOTALL)


def _read_entry(entry: str, into: _Ready, vocabulary: Vocabulary) -> None:
    sign, rest = entry[:1], entry[1:]
    if sign == "+":
        into.come += [parsed(order, vocabulary) for order in _orders(rest)]
    elif sign == "-":
        said, slash, kept = rest.partition("/")
        into.gone.append((parsed(said, vocabulary), parsed(kept, vocabulary) if slash else None))
    elif sign == "~":
        old, arrow, new = rest.partition("=>")
        if not arrow:
            raise BadPattern(gettext_noop("“%(text)s” does not say after “=>” what comes in its place"), text=entry)
        into.swapped.append((parsed(old, vocabulary), parsed(new, vocabulary)))
    elif match := _EXEMPTION.fullmatch(entry):
        into.exemptions.append(_Exemption(parsed(match["pattern"], vocabulary), int(match["before"] or 0), int(match["behind"] or 0)))
    elif match := _LEVEL.fullmatch(entry):
        levels = into.up if match["way"] == "up" else into.down
        levels.append(_Level(match["kind"], int(match["strength"]), parsed(match["pattern"], vocabulary)))
    else:
        raise BadPattern(
            gettext_noop("“%(text)s” is not an entry: it begins with none of +, -, ~, !, up and down, or is not complete"), text=entry
        )


def _orders(text: str) -> list[str]:
    """A pattern, or the two that "A <>8 B" stands for: "A ..8 B" and "B ..8 A"."""
    pieces = _EITHER_ORDER.split(text)
    if len(pieces) == 1:
        return pieces
    if len(pieces) > 3:
        raise BadPattern(gettext_noop("“%(text)s” has more than one “<>”"), text=text.strip())
    first, gap, second = pieces
    return [f"{first} ..{gap} {second}", f"{second} ..{gap} {first}"]


# --- Hints ---------------------------------------------------------------------------------------------------------------------


def hints(
    before: str, after: str, *, language: str, part: str, rules: Rules, call_before: str = "", call_after: str = ""
) -> tuple[Hint, ...]:
    """The hints on this change of a clause, in order; none where only typography changed.

    before, after -- the whole text of the clause; empty where it is new or gone
    call_before, call_after -- the verb line it stands under, without which a change of verb or addressee is not seen
    """
    if language not in rules.by_language:
        return ()
    old, new = reading_of(call_before, before), reading_of(call_after, after)
    if old.keys == new.keys:
        return ()
    vocabulary, ready = rules.by_language[language]
    old.look_up(vocabulary)
    new.look_up(vocabulary)
    finding = _Finding(old, new, part)
    for rule in ready:
        finding.apply(rule)
    return tuple(sorted(finding.found, key=lambda hint: (hint.place, hint.start, hint.side, hint.end, hint.rule_code)))


class _Finding:
    """One clause being looked at."""

    def __init__(self, old: SearchableClause, new: SearchableClause, part: str) -> None:
        self.old, self.new, self.part = old, new, part
        self.found: set[Hint] = set()
        self._regions: list[_Region] | None = None
        self._verbs_found: dict[tuple[bool, bool, int], dict[str, list[_Verb]]] = {}

    def note(self, rule: _Ready, side: Side, match: Match) -> None:
        reading = self.new if side == "inserted" else self.old
        place, start, end, words = reading.passage(match.start, match.end)
        self.found.add(Hint(rule.code, rule.family, side, start, end, words, self.part, place))

    def apply(self, rule: _Ready) -> None:
        if rule.come and (come := _passages(rule, self.new)):
            for match in apart(_new(come, _passages(rule, self.old))):
                self.note(rule, "inserted", match)
        for pattern, kept in rule.gone:
            for match in self.gone(rule, pattern, kept):
                self.note(rule, "deleted", match)
        for pattern, instead in rule.swapped:
            if gone := self.gone(rule, pattern, None):
                come = _new(find(instead, self.new), find(instead, self.old))
                places = {self.new.words[match.start].place for match in come}
                for match in gone:
                    if self.old.words[match.start].place in places:
                        self.note(rule, "deleted", match)
        for levels, is_stronger in ((rule.up, True), (rule.down, False)):
            if levels:
                self.compare(rule, levels, is_stronger=is_stronger)

    def gone(self, rule: _Ready, pattern: Pattern, kept: Pattern | None) -> list[Match]:
        matches = find(pattern, self.old, quoted=True)
        if not matches or find(pattern, self.new, quoted=True) or (kept and find(kept, self.new, quoted=True)):
            return []
        return _without(matches, rule.exemptions, self.old)

    def compare(self, rule: _Ready, levels: list[_Level], *, is_stronger: bool) -> None:
        was, now = self.verbs(self.old, rule, levels), self.verbs(self.new, rule, levels)
        for kind in sorted(was.keys() & now.keys()):
            if kind == "call":
                self.compare_strongest(rule, was[kind][-1:], now[kind][-1:], None, is_stronger=is_stronger)
            elif self.part != "preamble":
                near = 0 if kind == "modal" else NEAR
                for region in self.regions():
                    here, there = _verbs_at(region.old, was[kind], near), _verbs_at(region.new, now[kind], near)
                    self.compare_strongest(rule, here, there, region, is_stronger=is_stronger)

    def compare_strongest(
        self, rule: _Ready, was: "list[_Verb]", now: "list[_Verb]", region: "_Region | None", *, is_stronger: bool
    ) -> None:
        """Of the first of the strongest verbs that changed, if strength did so this way. Without a region all have."""
        if not was or not now:
            return
        before, after = max(verb.strength for verb in was), max(verb.strength for verb in now)
        if is_stronger and after > before:
            changed = [verb for verb in now if verb.strength == after and (not region or region.new.touches(verb.match))]
            if changed:
                self.note(rule, "inserted", changed[0].match)
        elif not is_stronger and after < before:
            changed = [verb for verb in was if verb.strength == before and (not region or region.old.touches(verb.match, 1))]
            if changed:
                self.note(rule, "deleted", changed[0].match)

    def verbs(self, reading: SearchableClause, rule: _Ready, levels: list[_Level]) -> "dict[str, list[_Verb]]":
        """The same for a rule and its opposite, which look for the same verbs."""
        key = reading is self.new, levels is rule.down and bool(rule.up), rule.verbs
        if key not in self._verbs_found:
            self._verbs_found[key] = _verbs(reading, rule, levels)
        return self._verbs_found[key]

    def regions(self) -> "list[_Region]":
        if self._regions is None:
            self._regions = _changed(self.old, self.new)
        return self._regions


def _passages(rule: _Ready, reading: SearchableClause) -> list[Match]:
    """What the rule finds in one text by each of its patterns. Passages of two patterns may overlap."""
    found: list[Match] = []
    present = reading.present
    for pattern in rule.come:
        if present & pattern.begins and present & pattern.ends and (matches := find(pattern, reading)):
            found += _without(matches, rule.exemptions, reading)
    return found


def _new(these: list[Match], those: list[Match]) -> list[Match]:
    """Those over there taken from these: first what is the same, then what says it partly in other words; what is left is new."""
    there = Counter(match.signature for match in those)
    other = []
    for match in these:
        if there[match.signature] > 0:
            there[match.signature] -= 1
        else:
            other.append(match)
    left = list(there.elements())
    of_word: dict[str, list[int]] = {}
    for place, signature in enumerate(left):
        for word in signature:
            of_word.setdefault(word, []).append(place)
    said_otherwise: set[int] = set()
    new: list[Match] = []
    for match in other:
        likes = (_last_not_in(said_otherwise, of_word.get(word, [])) for word in sorted(match.signature))
        like = next((like for like in likes if like is not None), None)
        if like is None:
            new.append(match)
        else:
            said_otherwise.add(like)
    return new


def _last_not_in(used: set[int], places: list[int]) -> int | None:
    """The last place that is not used yet; those that are, are forgotten."""
    while places and places[-1] in used:
        places.pop()
    return places[-1] if places else None


def _without(matches: list[Match], exemptions: Sequence[_Exemption], reading: SearchableClause) -> list[Match]:
    """Those that no exemption takes away."""
    for exemption in exemptions:
        if not matches:
            break
        if found := find(exemption.pattern, reading, quoted=True):
            starts, longest = [each.start for each in found], max(each.end - each.start for each in found)
            left = []
            for match in matches:
                first = bisect_left(starts, match.start - exemption.before - LONGEST_ASIDE * HAN_OF_A_WORD - longest)
                last = bisect_left(starts, match.end + exemption.behind)
                near = found[first:last]
                if exemption.before and (listed := reading.list_of(match.start)):
                    near += found[bisect_left(starts, listed[0] - NEAR - longest) : bisect_left(starts, listed[0])]
                if not any(_takes_away(exemption, each, match, reading) for each in near):
                    left.append(match)
            matches = left
    return matches


def _takes_away(exemption: _Exemption, found: Match, match: Match, reading: SearchableClause) -> bool:
    words = reading.words
    if found.end <= match.start:
        if not exemption.before:
            return False
        listed = reading.list_of(match.start)
        if listed and 0 <= listed[0] - found.end <= NEAR and words[found.end - 1].phrase == words[listed[0] - 1].phrase:
            return True  # "to refrain from: reading …, keeping …"
        apart_by = reading.between(found.end - 1, match.start)
        return apart_by is not None and apart_by < exemption.before
    if found.start >= match.end:
        return found.start - match.end < exemption.behind and words[found.start].phrase == words[match.end - 1].phrase
    if not exemption.before:
        return True
    # "Without delay" inside what was found denies nothing, and what goes beyond it is not inside.
    return found.start > match.start and reading.between(found.end - 1, match.end - 1) is not None


# --- Verbs ---------------------------------------------------------------------------------------------------------------------


class _Verb(NamedTuple):
    match: Match
    strength: int


def _verbs(reading: SearchableClause, rule: _Ready, levels: list[_Level]) -> dict[str, list[_Verb]]:
    """By kind, the verbs in order. Of a call only those that govern it."""
    found: dict[str, list[_Verb]] = {}
    nearest = CALL_VERB * (HAN_OF_A_WORD if is_han(reading.call[:1]) else 1)
    for level in levels:
        matches = find(level.pattern, reading)
        for match in _without(matches, rule.exemptions, reading) if matches else ():
            is_call = reading.words[match.start].place == "call"
            if is_call == (level.kind == "call") and (not is_call or match.start < nearest):
                found.setdefault(level.kind, []).append(_Verb(match, level.strength))
    for verbs in found.values():
        verbs.sort(key=lambda verb: (verb.match.start, verb.match.end, verb.strength))
    return found


class _Stretch(NamedTuple):
    """Words `[start:end]`, empty where nothing of this side changed."""

    start: int
    end: int

    def touches(self, match: Match, near: int = 0) -> bool:
        return match.start < self.end + near and self.start - near < match.end


class _Region(NamedTuple):
    old: _Stretch
    new: _Stretch


def _verbs_at(stretch: _Stretch, verbs: list[_Verb], near: int) -> list[_Verb]:
    """The verbs to be weighed at a change. "To study" is weighed beside a new "and to standardize", while "may" says nothing of a
    "should" that came in beside it: such are compared only in place of each other."""
    longest = max(verb.match.end - verb.match.start for verb in verbs)
    first = bisect_left(verbs, stretch.start - near - longest, key=lambda verb: verb.match.start)
    last = bisect_left(verbs, stretch.end + near, key=lambda verb: verb.match.start)
    return [verb for verb in verbs[first:last] if stretch.touches(verb.match, near)]


def _changed(old: SearchableClause, new: SearchableClause) -> list[_Region]:
    """The changed words of the two texts, those joined that only few words keep apart."""
    regions: list[_Region] = []
    old_at, new_at = (sum(word.place == "call" for word in reading.words) for reading in (old, new))
    old_place = new_place = 0
    for piece in diff(old.text, new.text):
        old_place, new_place = old_place + len(piece.before), new_place + len(piece.after)
        old_end, new_end = _words_begun(old, old_at, old_place), _words_begun(new, new_at, new_place)
        if not piece.is_same:
            old_start, new_start = old_at, new_at
            if regions and old_at - regions[-1].old.end <= NEAR and new_at - regions[-1].new.end <= NEAR:
                last = regions.pop()
                old_start, new_start = last.old.start, last.new.start
            regions.append(_Region(_Stretch(old_start, old_end), _Stretch(new_start, new_end)))
        old_at, new_at = old_end, new_end
    return regions


def _words_begun(reading: SearchableClause, known: int, place: int) -> int:
    """How many words have begun before this place of the text; so many are known to have."""
    while known < len(reading.words) and reading.words[known].start < place:
        known += 1
    return known
