"""Square brackets in a text, which enclose what is not agreed yet. No database, no request."""

from collections.abc import Iterator
from dataclasses import dataclass

from resolutions.domain.wording import tokens

_OPENING, _CLOSING = "[［", "]］"


@dataclass(frozen=True, slots=True)
class BracketedText:
    """A piece of a text. Joined, they are the text; brackets belong to what they enclose."""

    text: str
    is_bracketed: bool


def split_at_brackets(text: str) -> list[BracketedText]:
    """The text cut where outermost brackets open and close.

    A reference to a footnote ("[^2]") is not a bracket. One that is not closed here extends to the end, since brackets may span several
    clauses; one that was not opened here extends from the start.
    """
    return list(_cut(text))


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
