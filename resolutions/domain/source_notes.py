"""Says the source of a fact in a reader's language: addresses as links, the notes beside them by a small vocabulary.

A source is a line of parts, joined by " ; ". A part is an address, an address with a note in brackets, or a note. Notes are written in
English; those of the vocabulary are said in every language, others stay as they were written.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

# What a slot of a pattern stands for. Those of `PLAIN` are the same in every language; others are said by the vocabulary themselves.
PLAIN = {"n": r"[A-Z]?\d+(?:/\d+)?", "a": r"\d+", "year": r"\d{4}", "number": r"[A-Z0-9][A-Z0-9./-]*"}
PLACE = r"[^\W\d][^,;()]*"
# Parts are separated by " ; "; people also write "; " before the next address.
BETWEEN = re.compile(r"\s+;\s+|\s*;\s+(?=(?:web:)?https?://)")
PART = re.compile(r"(?:web:)?(?P<link>https?://[^\s;]+)(?:\s+\((?P<note>.*)\))?")
DEEPEST = 4


@dataclass(frozen=True)
class SourcePart:
    """One part of a source. `words` is empty where the address says all; `is_said` whether they are in the language asked for."""

    link: str
    words: str
    is_said: bool


@dataclass(frozen=True)
class Vocabulary:
    """Notes by their English words, and patterns such as "document {n}, addendum {a}", both by language."""

    phrases: Mapping[str, Mapping[str, str]]
    patterns: tuple[tuple[re.Pattern[str], Mapping[str, str]], ...]

    def say(self, note: str, language: str, depth: int = 0) -> str | None:
        """This note in that language, or None where the vocabulary has no words for it."""
        if found := self.phrases.get(note):
            return found.get(language)
        if not any(letter.islower() for letter in note):
            return note  # a number or a code
        if depth == DEEPEST:
            return None
        for pattern, words in self.patterns:
            match = pattern.fullmatch(note)
            if match and language in words and (said := self._filled(match, words[language], language, depth)) is not None:
                return said
        return None

    def _filled(self, match: re.Match[str], words: str, language: str, depth: int) -> str | None:
        for slot, value in match.groupdict().items():
            said: str | None = value
            if slot not in PLAIN:
                said = self.say(value, language, depth + 1) or (value if slot in ("place", "conference", "assembly") else None)
            if said is None:
                return None
            words = words.replace(f"{{{slot}}}", said)
        return words


def compiled_pattern(english: str) -> re.Pattern[str]:
    """The note that a pattern describes, its slots as groups."""
    parts = re.split(r"\{(\w+)\}", english)
    read = [re.escape(part) if place % 2 == 0 else f"(?P<{part}>{PLAIN.get(part, _words_of(part))})" for place, part in enumerate(parts)]
    return re.compile("".join(read))


def _words_of(slot: str) -> str:
    return PLACE if slot in ("place", "conference", "assembly") else ".+"


def parts_of(source: str, language: str, vocabulary: Vocabulary) -> list[SourcePart]:
    """A source part by part, in this language as far as the vocabulary goes."""
    found = []
    for text in filter(None, (part.strip() for part in BETWEEN.split(source))):
        match = PART.fullmatch(text)
        link, note = (match["link"], match["note"] or "") if match else ("", text)
        said = vocabulary.say(note, language) if note else ""
        found.append(SourcePart(link, note if said is None else said, said is not None))
    return found
