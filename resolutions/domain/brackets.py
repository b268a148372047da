"""Square brackets in a text, which enclose what is not agreed yet. No database, no request."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from resolutions.domain.wording import Diff, tokens

_OPENING, _CLOSING = "[［", "]］"


@dataclass(frozen=True, slots=True)
class BracketedText:
    """A piece of a text. Joined, they are the text; brackets belong to what they enclose."""

    text: str
    is_bracketed: bool


@dataclass(frozen=True, slots=True)
class MarkedText:
    """Pieces that a change puts in ("ins") or takes out ("del"), as HTML calls it, or that stay ("")."""

    mark: str
    stretches: list[BracketedText]


def split_at_brackets(text: str) -> list[BracketedText]:
    """The text cut where outermost brackets open and close.

    A reference to a footnote ("[^2]") is not a bracket. One that is not closed here extends to the end, since brackets may span several
    clauses; one that was not opened here extends from the start.
    """
    if not any(sign in text for sign in _OPENING + _CLOSING):  # a hundred times faster than to look at each sign
        return [BracketedText(text, False)] if text else []
    return list(_cut(text))


def split_changes_at_brackets(pieces: Diff) -> list[MarkedText]:
    """A change, cut where brackets of the new text open and close; what is taken out stands before what is put in."""
    found: list[MarkedText] = []
    rest = split_at_brackets("".join(piece.after for piece in pieces))
    for piece in pieces:
        if piece.before and not piece.is_same:
            found.append(MarkedText("del", [BracketedText(piece.before, False)]))
        if piece.after:
            stretches, rest = _divided(rest, len(piece.after))
            found.append(MarkedText("" if piece.is_same else "ins", stretches))
    return found


def _divided(stretches: list[BracketedText], length: int) -> tuple[list[BracketedText], list[BracketedText]]:
    """The first so many characters, and the rest."""
    for place, stretch in enumerate(stretches):
        if len(stretch.text) >= length:
            first, last = replace(stretch, text=stretch.text[:length]), replace(stretch, text=stretch.text[length:])
            return [*stretches[:place], first], [*([last] if last.text else []), *stretches[place + 1 :]]
        length -= len(stretch.text)
    return stretches, []


def passages(text: str) -> list[str]:
    return [stretch.text for stretch in split_at_brackets(text) if stretch.is_bracketed]


def word_count(text: str) -> int:
    """How many words, or Chinese characters."""
    return sum(any(map(str.isalnum, token)) for token in tokens(text))


def _cut(text: str) -> Iterator[BracketedText]:
    start = depth = 0
    at = 0
    while at < len(text):
        sign = text[at]
        if sign == "[" and text[at + 1 : at + 2] == "^" and "]" in text[at:]:
            at = text.index("]", at) + 1
            continue
        if sign in _OPENING:
            if depth == 0:
                if at > start:
                    yield BracketedText(text[start:at], False)
                start = at
            depth += 1
        elif sign in _CLOSING:
            depth = max(0, depth - 1)
            if depth == 0:
                yield BracketedText(text[start : at + 1], True)
                start = at + 1
        at += 1
    if start < len(text):
        yield BracketedText(text[start:], depth > 0)
