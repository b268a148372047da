"""How one clause became another, word by word; the only place that knows which differences are merely typographic.

Texts are compared by *tokens*: a word, one Chinese character, or one sign. White space belongs to the token before it and never
counts as a difference, nor do no-break spaces and hyphens, the shape of quotation marks, direction marks, soft hyphens, tatweel,
and composed against decomposed letters, and the number of a footnote ("[^2]"), which each word processor counts its own way.
Everything else does, capitals included.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import NamedTuple

from rapidfuzz.distance import Indel

# One character for one, so that offsets in the evened text are offsets in the text itself.
_EVEN = {**dict.fromkeys("‘’‚‛ʼ′`´\u1fef\u1ffd", "'"), **dict.fromkeys("“”„‟«»″", '"'), **dict.fromkeys("\u2010\u2011", "-")}
_UNEVEN = re.compile(f"[{''.join(_EVEN)}]")
_UNSEEN = "\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"  # direction marks, soft hyphen, empty spaces
_DROPPED = re.compile(f"[{_UNSEEN}\u0640]+")
_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# What hangs on the character before it: accents and vowel signs, joiners, variation selectors, skin tones, tags. Beyond the basic
# plane whole scripts are named, their letters with their signs: a set of many single characters there would be searched one by one.
_MARKS = "".join(chr(code) for code in range(0x300, 0x10000) if unicodedata.category(chr(code))[0] == "M") + (
    "\u200c\u200d\U00010a00-\U00011fff\U0001d165-\U0001d1ad\U0001e000-\U0001e94a"
    f"\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f\U000e0100-\U000e01ef{_UNSEEN}"
)
_WORD = rf"(?:[^\W{_HAN}]++[{_MARKS}]*+)++"
_TOKEN = re.compile(
    rf"[\s{_UNSEEN}]*+"  # only ever at the very start
    rf"(?:{_WORD}(?:['-]{_WORD})*+"
    rf"|[{_HAN}][{_MARKS}]*+"
    rf"|[\U0001f1e6-\U0001f1ff]{{2}}"  # a flag is two letters
    rf"|[^\w\s{_UNSEEN}][{_MARKS}]*+(?:(?<=\u200d)[^\w\s][{_MARKS}]*+)*+)"
    rf"[\s{_UNSEEN}]*+"
    rf"|[\s{_UNSEEN}]++"  # nothing but blanks
)
# Where none of that can occur, in Latin, Greek and Cyrillic letters and their signs, the same at twice the speed.
_INTRICATE = re.compile("[^\0-\xac\xae-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e]")
_PLAIN_TOKEN = re.compile(r"\s*+(?:\w++(?:['-]\w++)*+|[^\w\s])\s*+|\s++")

# The comparison needs one bit for each pair of tokens: 4 MiB, which a clause of 5,000 words against another stays within.
_MOST_PAIRS = 4 * 2**23
_NOTE = "#"  # stands for the number of any footnote
_OPENING, _CLOSING = frozenset("([{（［《“‘¿¡"), frozenset(".,;:!?)]}…。，；：）］》、،؛؟")
_SHORT = 3  # letters of a word that may go with the changes on both its sides


class Piece(NamedTuple):
    """A stretch of the old text and what stands there in the new one.

    In a piece that `is_same` the two may still differ in typography. In a change, `before` is empty where text was only
    added, `after` where it was only removed.
    """

    before: str
    after: str
    is_same: bool


type Diff = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Touch:
    """Where two proposals touch the same words: `base[start:end]`, and how each of the two reads there."""

    start: int
    end: int
    words: str
    first: str
    second: str

    @property
    def agrees(self) -> bool:
        return same_wording(self.first, self.second)


def same_wording(first: str, second: str) -> bool:
    return first == second or _keys(first) == _keys(second)


def plain(text: str) -> str:
    """One string for all texts of the same wording: the tokens as compared, one space between them."""
    return " ".join(_keys(text))


def tokens(text: str) -> list[str]:
    """The text cut into words, Chinese characters and signs, each with the white space after it; joined they are the text."""
    return [text[start:end] for start, end in pairwise(_cuts(_cut(text)[0]))]


def is_longer_than(text: str, most: int) -> bool:
    """Whether it has more words, Chinese characters and signs than that. Cheap where it has not even so many characters."""
    return len(text) > most and len(_cut(text)[0]) > most


def diff(old: str, new: str) -> Diff:
    """The pieces by which `old` becomes `new`, in order, no two alike beside each other.

    The longest common subsequence of tokens (Indel distance), then joined for reading: changes that only one short word keeps
    apart are one. A pair of texts too long to compare (some 5,800 tokens each beyond their common ends) is one change.
    """
    if old == new:
        return (Piece(old, new, True),) if old else ()
    (a, keys_a), (b, keys_b) = _cut(old), _cut(new)
    if keys_a == keys_b:
        return (Piece(old, new, True),)
    if not keys_a or not keys_b:
        return (Piece(old, new, False),)
    cuts_a, cuts_b = _cuts(a), _cuts(b)
    pieces: list[Piece] = []
    a_done = b_done = 0
    for a_run, b_run, size in _common_runs(keys_a, keys_b):
        a_start, b_start = cuts_a[a_run], cuts_b[b_run]
        before, after = old[a_done:a_start], new[b_done:b_start]
        if before or after:
            if pieces and old[a_done - 1].isspace() != new[b_done - 1].isspace():
                pieces[-1], before, after = _with_blanks_before(pieces[-1], before, after)
            if before[-1:].isspace() and after[-1:].isspace():
                before, after, a_blanks, b_blanks = _without_common_blanks(before, after)
                a_start, b_start = a_start - a_blanks, b_start - b_blanks
            pieces.append(Piece(before, after, False))
        a_done, b_done = cuts_a[a_run + size], cuts_b[b_run + size]
        if a_done > a_start or b_done > b_start:
            pieces.append(Piece(old[a_start:a_done], new[b_start:b_done], True))
    return tuple(pieces)


def base_of(pieces: Iterable[Piece]) -> str:
    return "".join(piece.before for piece in pieces)


def apply(old: str, pieces: Diff) -> str:
    """The new text. ValueError when the changes were made to another text than this one."""
    if base_of(pieces) != old:
        raise ValueError("these changes belong to another text")
    return "".join(piece.after for piece in pieces)


def as_marked_text(pieces: Iterable[Piece]) -> str:
    """For messages, screen readers and black-and-white print: [−removed−][+added+]."""
    marked = []
    for piece in pieces:
        if piece.is_same:
            marked.append(piece.after)
            continue
        if piece.before:
            marked.append(f"[−{piece.before}−]")
        if piece.after:
            marked.append(f"[+{piece.after}+]")
    return "".join(marked)


def touched_by_both(first: Diff, second: Diff) -> list[Touch]:
    """Every stretch of one base which both proposals touch, in order, agreeing or not.

    They touch the same words when what they replace overlaps, when one adds inside what the other replaces, or when both add
    at the same place. Adding right beside what the other replaces touches nothing of it. ValueError unless the base is one.
    """
    base = base_of(first)
    if base != base_of(second):
        raise ValueError("these two start from different texts")
    edits = sorted(_edits(first, base, 0) + _edits(second, base, 1), key=lambda edit: (edit.start, edit.end, edit.side))
    touches: list[Touch] = []
    group: list[_Edit] = []
    end = 0
    for edit in [*edits, None]:
        meets = edit and group and (edit.start < end or edit.start == edit.end == group[0].start == end)
        if not meets:
            if {each.side for each in group} == {0, 1}:
                touches.append(_touch(group, base))
            group, end = [], 0
        if edit:
            group.append(edit)
            end = max(end, edit.end)
    return touches


def conflicts(first: Diff, second: Diff) -> list[Touch]:
    """Where two proposals touch the same words of the same base and want different ones."""
    return [touch for touch in touched_by_both(first, second) if not touch.agrees]


def _cut(text: str) -> tuple[list[str], list[str]]:
    """The tokens of the text, their signs even, and what is compared of each."""
    tokens, keys = _tokens_and_keys(text)
    if "[^" in text:
        for place in range(2, len(keys) - 1):
            if keys[place - 2] == "[" and keys[place - 1] == "^" and keys[place + 1] == "]":
                keys[place] = _NOTE
    return tokens, keys


def _tokens_and_keys(text: str) -> tuple[list[str], list[str]]:
    even = _with_even_signs(text)
    if text.isascii() or not _INTRICATE.search(text):
        tokens = _PLAIN_TOKEN.findall(even)
        return tokens, " ".join(tokens).split()
    tokens = _TOKEN.findall(even)
    if _DROPPED.search(even):
        keys = [_DROPPED.sub("", token).strip() for token in tokens]
        if keys == [""]:  # a lone direction mark is no token at all
            keys = []
    else:
        keys = " ".join(tokens).split()
    if not unicodedata.is_normalized("NFC", "".join(keys)):
        keys = [unicodedata.normalize("NFC", key) for key in keys]
    return tokens, keys


def _keys(text: str) -> list[str]:
    return _cut(text)[1]


def _with_even_signs(text: str) -> str:
    if text.isascii():
        return text.replace("`", "'")
    return _UNEVEN.sub(lambda sign: _EVEN[sign[0]], text)


def _cuts(tokens: list[str]) -> list[int]:
    """Where each token begins, and where the last one ends."""
    return list(accumulate(map(len, tokens), initial=0))


def _common_runs(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int, int]]:
    """What stays, as (place in a, place in b, length), joined for reading; the last one ends both and may be empty."""
    if len(a) * len(b) > _MOST_PAIRS:
        start, end = _common_ends(a, b)
        if (len(a) - start - end) * (len(b) - start - end) > _MOST_PAIRS:
            return [(0, 0, start), (len(a) - end, len(b) - end, end)]
    runs: list[tuple[int, int, int]] = []
    a_end = b_end = 0
    for a_start, b_start, size in Indel.opcodes(a, b).as_matching_blocks():
        is_short = size == 1 and len(a[a_start]) <= _SHORT and a[a_start].isalpha()
        if is_short and (a_start or b_start) and (a_start + 1 < len(a) or b_start + 1 < len(b)):
            continue  # one short word between two changes
        if runs and (a_start == a_end) != (b_start == b_end):
            # Only added, or only removed: the same change if a token may leave it at one end and another come in at the other.
            longer, start, end = (b, b_end, b_start) if a_start == a_end else (a, a_end, a_start)
            if longer[start - 1] == longer[end - 1] or (size and longer[start] == longer[end]):
                a_start, b_start, size = _begun_at_its_phrase(a, b, runs, a_start, b_start, size)
        runs.append((a_start, b_start, size))
        a_end, b_end = a_start + size, b_start + size
    return runs


def _begun_at_its_phrase(
    a: Sequence[str], b: Sequence[str], runs: list[tuple[int, int, int]], a_start: int, b_start: int, size: int
) -> tuple[int, int, int]:
    """What follows something only added, or only removed, moved with it to where that reads best: of "lit, and dry, and" and ", and dry"
    the second. Changes the run before it."""
    a_before, b_before, size_before = runs[-1]
    a_end, b_end = a_before + size_before, b_before + size_before
    longer, start, end = (b, b_end, b_start) if a_start == a_end else (a, a_end, a_start)
    # It is the same change wherever the token that leaves one end comes in at the other. Between two changes something stays.
    is_first, is_last = not a_before and not b_before, a_start + size == len(a) and b_start + size == len(b)
    most_left, most_right = size_before - (not is_first), size - (not is_last)
    left = right = 0
    while left < most_left and longer[start - 1 - left] == longer[end - 1 - left]:
        left += 1
    while right < most_right and longer[start + right] == longer[end + right]:
        right += 1
    if not left and not right:
        return a_start, b_start, size
    by = max(range(-left, right + 1), key=lambda by: (_reads_well(longer, start + by, end + by), -abs(by)))
    runs[-1] = a_before, b_before, size_before + by
    return a_start + by, b_start + by, size - by


def _reads_well(tokens: Sequence[str], start: int, end: int) -> int:
    """How well these tokens read as one addition: best from one sign to the next, then from a short word ("and", "of") to a long one."""
    first, last = tokens[start], tokens[end - 1]
    begins = not start or tokens[start - 1] in _CLOSING or first in _OPENING
    ends = last in _CLOSING
    is_short = len(first) <= _SHORT and first.isalpha()
    return 4 * (begins and ends) + 3 * begins + is_short + (len(last) > _SHORT) - 3 * (last in _OPENING)


def _common_ends(a: Sequence[str], b: Sequence[str]) -> tuple[int, int]:
    most = min(len(a), len(b))
    start = next((place for place in range(most) if a[place] != b[place]), most)
    end = next((place for place in range(most - start) if a[-1 - place] != b[-1 - place]), most - start)
    return start, end


def _with_blanks_before(same: Piece, before: str, after: str) -> tuple[Piece, str, str]:
    """A blank before the change which one side alone has came or went with the change."""
    bare_before, bare_after = same.before.rstrip(), same.after.rstrip()
    if not bare_before or not bare_after:
        return same, before, after
    return Piece(bare_before, bare_after, True), same.before[len(bare_before) :] + before, same.after[len(bare_after) :] + after


def _without_common_blanks(before: str, after: str) -> tuple[str, str, int, int]:
    """Both sides of a change without the blanks they end in, which go to what follows, and how many these are."""
    bare_before, bare_after = before.rstrip(), after.rstrip()
    if not bare_before and not bare_after:
        return before, after, 0, 0
    return bare_before, bare_after, len(before) - len(bare_before), len(after) - len(bare_after)


@dataclass(frozen=True, slots=True)
class _Edit:
    """A change by its place in the base: what it touches, and what it writes in place of which stretch."""

    start: int
    end: int
    side: int
    whole_start: int
    whole_end: int
    after: str


def _edits(pieces: Diff, base: str, side: int) -> list[_Edit]:
    edits = []
    place = 0
    for piece in pieces:
        after_it = place + len(piece.before)
        if not piece.is_same:
            # Blanks are nobody's words: an addition stands behind the word before it, a replacement begins at its first word.
            bare = piece.before.strip()
            start = place + piece.before.index(bare) if bare else place
            while not bare and start and base[start - 1].isspace():
                start -= 1
            edits.append(_Edit(start, start + len(bare), side, place, after_it, piece.after))
        place = after_it
    return edits


def _touch(group: list[_Edit], base: str) -> Touch:
    start, end = min(edit.whole_start for edit in group), max(edit.whole_end for edit in group)
    readings = []
    for side in (0, 1):
        reading, place = [], start
        for edit in group:
            if edit.side == side:
                reading += [base[place : edit.whole_start], edit.after]
                place = edit.whole_end
        readings.append("".join([*reading, base[place:end]]))
    return Touch(start, end, base[start:end], *readings)
