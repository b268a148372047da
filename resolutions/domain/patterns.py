"""Patterns of words, and where they stand in a clause. There are no regular expressions in them.

A pattern is words in a row: `role`, `standardi*` (any ending), `(dns|domain name*)` (one of these), `..5` (up to five other words).
Accents, capitals, hyphens and apostrophes do not count ("l’Internet" is two words). A full stop or a semicolon ends what belongs
together. Finding a pattern passes over the words once for each of its parts and each word a gap allows, whatever the text.

Arabic writes short words onto the next one: `انترنت` is found with و, ف, ب, ل, ك, ال, لل or a future س before it and with ه, ها, هم or
ا behind; write it bare. Chinese leaves no
spaces: `互联网` is its characters in a row, wherever they stand, and a gap before Chinese lets two characters pass for each word.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, NamedTuple

from django.utils.translation import gettext_noop

type Place = Literal["call", "text"]

MOST_SLOTS, MOST_GAP, SHORTEST_STEM = 8, 12, 3
LONGEST_QUOTE = 30  # words
HAN_OF_A_WORD = 2  # Chinese characters that make a word, by and large
_MOST_REMEMBERED, _LONGEST_REMEMBERED = 50_000, 40  # words looked up before, and letters of one


class BadPattern(ValueError):
    """A pattern, or the entry of a rule, that cannot be read. Says which and why: in English, and in parts for who translates it.

    said -- the sentence without its end, a message of the catalogues; details -- what goes into it
    """

    def __init__(self, said: str, **details: str | int) -> None:
        super().__init__(said % details)
        self.said, self.details = said, details


# --- The words of patterns -----------------------------------------------------------------------------------------------------


class Alternative(NamedTuple):
    """Words in a row, each as the bit it has in the vocabulary."""

    label: str
    bits: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """One of several alternatives, given by the bit of their first word, after up to `gap` other words.

    first -- all these bits; wholes -- those of each alternative, where all have several words, as in Chinese
    """

    beginning: dict[int, list[Alternative]]
    gap: int
    first: int
    wholes: tuple[int, ...] = ()

    def may_stand(self, present: int) -> bool:
        if not present & self.first:
            return False
        return not self.wholes or any(present & whole == whole for whole in self.wholes)


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """Slots in a row. The same pattern read twice into one vocabulary is one object, and is looked for once.

    begins, ends -- words of which one must be there
    """

    slots: tuple[Slot, ...]
    begins: int
    ends: int


@dataclass(slots=True)
class Vocabulary:
    """All words of the patterns of one language, a bit for each."""

    whole: dict[str, int] = field(default_factory=dict)
    stems: dict[str, int] = field(default_factory=dict)
    longest_stem: int = 0
    patterns: dict[str, Pattern] = field(default_factory=dict)
    _met: dict[str, int] = field(default_factory=dict)

    def bit(self, word: str) -> int:
        """The bit of a word of a pattern, which may end in a star. All are asked for before the first text is looked at."""
        table, key = (self.stems, word[:-1]) if word.endswith("*") else (self.whole, word)
        if key not in table:
            table[key] = 1 << (len(self.stems) + len(self.whole))
            if table is self.stems:
                self.longest_stem = max(self.longest_stem, len(key))
        return table[key]

    def bits(self, word: str) -> int:
        """Which words of the patterns this word of a text is."""
        found = self._met.get(word)
        if found is None:
            found = self._bits(word)
            if "\u0621" <= word[0] <= "\u064a":
                for bare in _without_clitics(word):
                    found |= self._bits(bare)
            if len(self._met) < _MOST_REMEMBERED and len(word) <= _LONGEST_REMEMBERED:
                self._met[word] = found
        return found

    def _bits(self, word: str) -> int:
        found = self.whole.get(word, 0)
        for length in range(SHORTEST_STEM, min(len(word), self.longest_stem) + 1):
            found |= self.stems.get(word[:length], 0)
        return found


_CONJUNCTIONS, _PREPOSITIONS, _ARTICLES, _FUTURE = ("", "و", "ف"), ("", "ب", "ل", "ك"), ("", "ال"), ("سي", "ست", "سن")
_CLITICS = tuple(
    sorted(
        {conjunction + bound for conjunction in _CONJUNCTIONS for bound in [p + a for p in _PREPOSITIONS for a in _ARTICLES] + ["لل"]}
        - {""}
    )
)
_ENCLITICS = ("ها", "هم", "هن", "هما", "ه", "ا")  # whose, whom; and the ending of the accusative
_SHORTEST_BARE = 3  # letters left of an Arabic word without what is written onto it


def _without_clitics(word: str) -> Iterator[str]:
    """An Arabic word without what may be written onto it, in each way that leaves a word; one or the other may be a mistake."""
    for start in _bare_starts(word):
        for end in ("", *_ENCLITICS):
            bare = word[start : len(word) - len(end)]
            if (start or end) and word.endswith(end) and len(bare) >= _SHORTEST_BARE:
                yield bare


def _bare_starts(word: str) -> Iterator[int]:
    yield 0
    for clitic in _CLITICS:
        if word.startswith(clitic):
            yield len(clitic)
    for conjunction in _CONJUNCTIONS:
        if word.startswith(conjunction) and word.startswith(_FUTURE, len(conjunction)):
            yield len(conjunction) + 1


_HAN_RANGE = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_HAN = re.compile(f"[{_HAN_RANGE}]")
_HAN_OR_NOT = re.compile(f"[{_HAN_RANGE}]|[^{_HAN_RANGE}]+")
_PIECE = re.compile(r"\s*(?:\((?P<one_of>[^()]*)\)|\.\.(?P<gap>\d+)|(?P<word>[^\s()|.]+))")


def parsed(text: str, vocabulary: Vocabulary) -> Pattern:
    """A pattern, its words entered in the vocabulary. Raises BadPattern."""
    text = " ".join(text.split())
    if text not in vocabulary.patterns:
        slots = _slots(text, vocabulary)
        vocabulary.patterns[text] = Pattern(slots, slots[0].first, slots[-1].first)
    return vocabulary.patterns[text]


def _slots(text: str, vocabulary: Vocabulary) -> tuple[Slot, ...]:
    slots: list[Slot] = []
    gap = 0
    for piece in _pieces(text):
        if piece["gap"]:
            if not slots or gap:
                raise BadPattern(gettext_noop("“%(text)s” has a gap without a word before it"), text=text)
            gap = int(piece["gap"])
            if not 1 <= gap <= MOST_GAP:
                raise BadPattern(
                    gettext_noop("“%(text)s” has a gap of %(gap)s words, where 1 to %(most)s are allowed"),
                    text=text,
                    gap=gap,
                    most=MOST_GAP,
                )
            continue
        choices = piece["word"] if piece["one_of"] is None else piece["one_of"]
        beginning: dict[int, list[Alternative]] = {}
        for choice in choices.split("|"):
            alternative = _alternative(choice.strip(), vocabulary)
            beginning.setdefault(alternative.bits[0], []).append(alternative)
        if is_han(choices.strip()[:1]):
            gap *= HAN_OF_A_WORD
        alternatives = [alternative for some in beginning.values() for alternative in some]
        wholes = tuple(sum(set(alternative.bits)) for alternative in alternatives)
        slots.append(Slot(beginning, gap, sum(beginning), wholes if all(len(each.bits) > 1 for each in alternatives) else ()))
        gap = 0
    if not slots:
        raise BadPattern(gettext_noop("there is an empty pattern"))
    if gap:
        raise BadPattern(gettext_noop("“%(text)s” has a gap at its end"), text=text)
    if len(slots) > MOST_SLOTS:
        raise BadPattern(gettext_noop("“%(text)s” has %(parts)s parts, more than %(most)s"), text=text, parts=len(slots), most=MOST_SLOTS)
    return tuple(slots)


def is_han(character: str) -> bool:
    """Whether it is Chinese; it counts as a word of its own."""
    return bool(_HAN.match(character))


def _pieces(text: str) -> Iterator[re.Match[str]]:
    end = 0
    while end < len(text):
        match = _PIECE.match(text, end)
        if not match:
            raise BadPattern(gettext_noop("“%(text)s” cannot be read from “%(place)s” on"), text=text, place=text[end : end + 12].strip())
        yield match
        end = match.end()


def _alternative(choice: str, vocabulary: Vocabulary) -> Alternative:
    words = [folded(word) for run in re.split(r"[\s'’-]+", choice) for word in _HAN_OR_NOT.findall(run) or [run]]
    for word in words:
        if not re.fullmatch(r"[^\W_]+\*?", word):
            raise BadPattern(gettext_noop("“%(text)s” is not made of words"), text=choice)
        if word.endswith("*") and len(word) <= SHORTEST_STEM:
            raise BadPattern(gettext_noop("“%(text)s” is a stem of fewer than %(least)s letters"), text=word, least=SHORTEST_STEM)
    return Alternative(" ".join(words), tuple(vocabulary.bit(word) for word in words))


# --- The words of texts --------------------------------------------------------------------------------------------------------

# What hangs on the letter before it or is not seen, in the languages that rules are written in.
_HANGING = re.compile("[\u00ad\u0300-\u036f\u0640\u064b-\u065f\u0670\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_SIGNS = '[.;:!?\\n,«»“”„"。；：！？，؛؟،《》「」]'
_WORD_OR_SIGN = re.compile(rf"[^\W_]+|{_SIGNS}")
_HAN_WORD_OR_SIGN = re.compile(rf"[{_HAN_RANGE}]|[^\W_{_HAN_RANGE}]+|{_SIGNS}")
_CLOSED_BY = {"«": "»", "“": "”", '"': '"', "„": "“", "《": "》", "「": "」"}
_CLOSING = frozenset("»”》」")
_COMMAS = frozenset(",،，")
_COLONS, _LIST_GOES_ON_BEHIND = frozenset(":："), frozenset(";；؛\n")
# What a denial before them does not reach beyond: "not to be opened until the owner has shown a passport", "without delay".
_TURNING = frozenset(("until", "unless", "except", "but", "delay")) | {"sauf", "mais", "delai", "tarder"}
_TURNING |= {"hasta", "salvo", "sino", "pero", "demora"} | {"пока", "кроме", "но", "промедления"} | {"إلا"}

# How a parenthesis begins that a denial passes over: "cannot, under any circumstances, read", "no one may, even in an emergency, read".
LONGEST_ASIDE, NEAREST_ASIDE = 10, 6  # words of it; words from the denial to its comma
_ASIDES = frozenset(("under", "in", "at", "on", "by", "for", "as", "either", "whether", "whatever", "whichever", "however", "wherever"))
_ASIDES |= {"even", "directly", "alone", "including", "regardless", "irrespective", "without", "with", "where", "when", "if"}
_ASIDES |= {"en", "sous", "dans", "a", "au", "aux", "par", "pour", "meme", "ni", "quel", "quels", "quelle", "quelles", "quelque"}
_ASIDES |= {"directement", "de", "d", "avec", "sans", "seul", "seule", "seuls", "lorsque", "lorsqu", "si", "bajo", "por", "aun", "incluso"}
_ASIDES |= {"siquiera", "sea", "cualquiera", "directa", "incluido", "incluida", "con", "sin", "cuando", "independientemente"}
_ASIDES |= {"ни", "при", "в", "во", "под", "даже", "независимо", "прямо", "في", "تحت", "باي", "مهما", "ولو", "حتي", "سواء", "لاي"}
_ASIDES |= {"在", "无"}
_MAY_BE_OF_A_VERB, _VERB_ENDS_IN = frozenset(("a", "de", "d", "pour", "por")), ("r", "re")  # "de surveiller", "a vigilar"
# No parenthesis where one of these stands in it, or where one of those goes on behind it.
_STRENGTHS = frozenset(("shall", "must", "should", "will", "doit", "doivent", "devra", "devront", "debe", "deben", "debera", "deberan"))
_STRENGTHS |= {"должен", "должна", "должно", "должны", "يجب", "يتعين", "须"}
_ANOTHER_BEGINS = _TURNING | {"and", "that", "et", "que", "qu", "y", "e", "и", "а", "что", "وان", "并"}
_ONE_IS_LEFT = frozenset(("other", "autre", "autres", "distinto", "distinta", "otro", "otra", "иной", "кроме"))  # "no body other than ITU"


def folded(word: str) -> str:
    """As words are compared: without capitals and accents."""
    if word.isascii():
        return word.lower()
    return _folded_before(word) if len(word) <= _LONGEST_REMEMBERED else _folded(word)


def _folded(word: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))
    return plain.translate(_ONE_LETTER)


# Letters of Arabic that change with what is written onto the word ("ولاية", "ولايته") or with the typist.
_ONE_LETTER = str.maketrans("ةى", "تي")


_folded_before = lru_cache(maxsize=_MOST_REMEMBERED)(_folded)


class Match(NamedTuple):
    """Words `[start:end]` of a reading, and what stood in the slots, whatever the order."""

    start: int
    end: int
    signature: frozenset[str]


class Word(NamedTuple):
    """Where a word stands in the call or the text. A full stop or semicolon ends a sentence, a comma or an "until" a phrase too."""

    place: Place
    start: int
    end: int
    sentence: int
    phrase: int


@dataclass(slots=True)
class SearchableClause:
    """A call and the text under it, as words in a row.

    lists -- words `[start:end]` behind a colon
    bits -- which words of the patterns each word is; `said` is the same, with nothing for what stands in quotation marks
    found -- what was looked for before, and whether in quotation marks too
    """

    call: str
    text: str
    keys: list[str] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    quotes: list[tuple[int, int]] = field(default_factory=list)
    lists: list[tuple[int, int]] = field(default_factory=list)
    bits: list[int] = field(default_factory=list)
    said: list[int] = field(default_factory=list)
    present: int = 0
    found: dict[tuple[Pattern, bool], list[Match]] = field(default_factory=dict)

    def look_up(self, vocabulary: Vocabulary) -> None:
        self.bits = self.said = [vocabulary.bits(key) for key in self.keys]
        for bits in self.bits:
            self.present |= bits
        if self.quotes:
            self.said = list(self.bits)
            for start, end in self.quotes:
                self.said[start:end] = [0] * (end - start)

    def passage(self, start: int, end: int) -> tuple[Place, int, int, str]:
        """Words `[start:end]` as the place they stand in, its characters `[…:…]`, and these."""
        first, last = self.words[start], self.words[end - 1]
        whole = self.call if first.place == "call" else self.text
        return first.place, first.start, last.end, whole[first.start : last.end]

    def between(self, at: int, later: int) -> int | None:
        """How many words stand between two of one phrase, those of a parenthesis not counted. None: of two phrases."""
        first, last = self.words[at], self.words[later]
        if first.phrase == last.phrase:
            return later - at - 1
        if last.phrase - first.phrase != 2 or last.sentence != first.sentence:
            return None
        start = bisect_left(self.words, first.phrase + 1, at, later, key=lambda word: word.phrase)
        end = bisect_left(self.words, last.phrase, start, later + 1, key=lambda word: word.phrase)
        parted = self.keys[at + 1 : start]
        if len(parted) > NEAREST_ASIDE or not _ONE_IS_LEFT.isdisjoint(parted) or not self._is_aside(start, end):
            return None
        return later - at - 1 - (end - start)

    def _is_aside(self, start: int, end: int) -> bool:
        """Whether the words between two commas are a parenthesis, behind which what stood before it goes on."""
        longest = LONGEST_ASIDE * (HAN_OF_A_WORD if start < end and is_han(self.keys[start]) else 1)
        if not 0 < end - start <= longest or self.keys[start] not in _ASIDES:
            return False
        if self.keys[start] in _MAY_BE_OF_A_VERB and self.keys[start + 1].endswith(_VERB_ENDS_IN):
            return False
        return _STRENGTHS.isdisjoint(self.keys[start:end]) and self.keys[end] not in _ANOTHER_BEGINS

    def list_of(self, at: int) -> tuple[int, int] | None:
        """The list that this word stands in."""
        behind = bisect_right(self.lists, at, key=lambda ends: ends[0])
        return self.lists[behind - 1] if behind and at < self.lists[behind - 1][1] else None


def reading_of(call: str, text: str) -> SearchableClause:
    reading = SearchableClause(call, text)
    _read_words(reading, "call", call)
    _read_words(reading, "text", text)
    return reading


def _read_words(into: SearchableClause, place: Place, text: str) -> None:
    plain, places = text, None
    if not text.isascii() and _HANGING.search(text):
        places = [at for at, c in enumerate(text) if not _HANGING.match(c)]
        plain = "".join(text[at] for at in places)
    sentence = phrase = into.words[-1].phrase + 1 if into.words else 0
    opened, since = "", 0
    listed: int | None = None
    has_han = not plain.isascii() and _HAN.search(plain)
    for match in (_HAN_WORD_OR_SIGN if has_han else _WORD_OR_SIGN).finditer(plain):
        found = match.group()
        if found[0].isalnum():
            start, end = match.span()
            if places:
                start, end = places[start], places[end - 1] + 1
                while end < len(text) and unicodedata.combining(text[end]):
                    end += 1
            key = folded(found)
            if key in _TURNING or found in _TURNING:
                phrase += 1
                _end_list(into, listed)
                listed = None
            into.keys.append(key)
            into.words.append(Word(place, start, end, sentence, phrase))
        elif opened and found == _CLOSED_BY[opened]:
            if len(into.words) - since <= LONGEST_QUOTE:
                into.quotes.append((since, len(into.words)))
            opened = ""
        elif found in _CLOSED_BY:
            if not opened:
                opened, since = found, len(into.words)
        elif found in _COMMAS:
            phrase += 1
        elif found in _COLONS:
            listed = len(into.words) if listed is None else listed
        elif found not in _CLOSING:
            sentence = phrase = phrase + 1
            if found not in _LIST_GOES_ON_BEHIND:
                _end_list(into, listed)
                listed = None
    _end_list(into, listed)


def _end_list(into: SearchableClause, listed: int | None) -> None:
    """The list that began here ends before the next word."""
    if listed is not None and listed < len(into.words):
        into.lists.append((listed, len(into.words)))


# --- Finding -------------------------------------------------------------------------------------------------------------------


def find(pattern: Pattern, reading: SearchableClause, *, quoted: bool = False) -> list[Match]:
    """Where the pattern stands, in order, none overlapping another; within quotation marks too only if so wished."""
    present = reading.present
    for slot in pattern.slots:
        if not present & slot.first:
            return []
    known = pattern, quoted or not reading.quotes
    if known not in reading.found:
        if not all(slot.may_stand(present) for slot in pattern.slots):
            return []
        reading.found[known] = _find(pattern.slots, reading.words, reading.bits if quoted else reading.said)
    return reading.found[known]


def _find(slots: tuple[Slot, ...], words: list[Word], bits: Sequence[int]) -> list[Match]:
    # From where what is found so far ends to where it began and what it is; of two that end alike, the one that began later.
    reached: dict[int, tuple[int, tuple[str, ...]]] = {}
    for place, slot in enumerate(slots):
        before, reached = reached, {}
        for at, start, labels in _starts(slot, before, words, bits) if place else _all_starts(slot, bits):
            for alternative in _alternatives(slot, bits[at]):
                end = at + len(alternative.bits)
                if (end not in reached or start > reached[end][0]) and _stands_at(alternative, at, words, bits):
                    reached[end] = start, (*labels, alternative.label)
        if not reached:
            return []
    matches: list[Match] = []
    for end in sorted(reached):
        start, labels = reached[end]
        if not matches or start >= matches[-1].end:
            matches.append(Match(start, end, frozenset(labels)))
        elif start == matches[-1].start and len(slots) == 1:
            matches[-1] = Match(start, end, frozenset(labels))  # "private life" rather than "private"
    return matches


def _all_starts(slot: Slot, bits: Sequence[int]) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    for at, word in enumerate(bits):
        if word & slot.first:
            yield at, at, ()


def _starts(
    slot: Slot, before: dict[int, tuple[int, tuple[str, ...]]], words: list[Word], bits: Sequence[int]
) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    for end, (start, labels) in before.items():
        for at in range(end, min(end + slot.gap + 1, len(words))):
            if bits[at] & slot.first and words[at].sentence == words[start].sentence:
                yield at, start, labels


def _alternatives(slot: Slot, word: int) -> Iterator[Alternative]:
    """Those that this word begins."""
    left = word & slot.first
    while left:
        lowest = left & -left
        yield from slot.beginning[lowest]
        left ^= lowest


def _stands_at(alternative: Alternative, at: int, words: list[Word], bits: Sequence[int]) -> bool:
    """Whether its further words stand behind the first, in the same sentence."""
    last = at + len(alternative.bits) - 1
    if last == at:
        return True
    if last >= len(words) or words[last].sentence != words[at].sentence:
        return False
    return all(bits[at + step] & bit for step, bit in enumerate(alternative.bits))


def apart(found: Iterable[Match]) -> list[Match]:
    """Of several patterns' matches those that overlap no other, the shortest first chosen, in order."""
    taken: set[int] = set()
    chosen = []
    for match in sorted(found, key=lambda match: (match.end - match.start, match.start, sorted(match.signature))):
        if taken.isdisjoint(range(match.start, match.end)):
            taken.update(range(match.start, match.end))
            chosen.append(match)
    return sorted(chosen, key=lambda match: match.start)
