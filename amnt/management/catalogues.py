"""Checks of the message catalogues (.po): whether translations are complete and well-formed."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po

# A line must not begin with a sign that French puts a space before, nor end with an opening quotation mark.
BREAKABLE = re.compile(r" [:;?!»]|« ")
# French puts a whole no-break space (U+00A0) before a colon and inside quotation marks, a narrow one (U+202F) before the other signs.
WRONG_WIDTH = re.compile("\u202f[:»]|«\u202f|\u00a0(?:[;?!]|%%)")
# A French day may end with the full stop of its month ("30 nov."), so no sentence ends with it.
TWO_STOPS = re.compile(r"%\(day\)s\.")


def troubles(path: Path, language: str) -> Iterator[str]:
    """What is missing or wrong in this catalogue, a sentence each."""
    if not path.exists():
        yield f"{path}: there is no catalogue for {language}"
        return
    text = path.read_bytes()
    try:
        catalogue = read_po(BytesIO(text), locale=language, abort_invalid=True)
    except PoFileError as error:
        yield f"{path}: {error}"
        return
    for message in catalogue:
        if not message.id:
            continue
        said = first(message.id)
        if message.fuzzy:
            yield f"{path}: unsure (fuzzy): {said}"
        elif not message.string or (isinstance(message.string, (tuple, list)) and not all(message.string)):
            yield f"{path}: not translated: {said}"
        elif lost := places(last(message.id)) ^ places(last(message.string or "")):
            # A singular may omit its number, a plural may not.
            yield f"{path}: %({lost.pop()})s differs: {said}"
        for error in message.check(catalogue):
            yield f"{path}: {error}: {said}"
        if language == "fr" and any(BREAKABLE.search(string) for string in strings(message)):
            yield f"{path}: an ordinary space where French wants a no-break one: {said}"
        if language == "fr" and any(WRONG_WIDTH.search(string) for string in strings(message)):
            yield f"{path}: U+00A0 belongs before a colon and inside quotation marks, U+202F before ; ? ! and %: {said}"
        if language == "fr" and any(TWO_STOPS.search(string) for string in strings(message)):
            yield f"{path}: a full stop after a day, which may end with one: {said}"
    for obsolete in catalogue.obsolete.values():
        yield f"{path}: said nowhere any more: {first(obsolete.id)}"
    if any(line.startswith(b"#: /") or b"FULL NAME" in line for line in text.splitlines()):
        yield f"{path}: names a file of one machine, or still has the blanks of a new catalogue"


def strings(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def places(sentence: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)", sentence))


def said_by_program(fresh: Path) -> set[tuple[str, str]]:
    """Every sentence of a catalogue as (context, sentence)."""
    with fresh.open("rb") as file:
        return keys(read_po(file))


def keys(catalogue: Catalog) -> set[tuple[str, str]]:
    return {(message.context or "", first(message.id)) for message in catalogue if message.id}


def last(sentence: str | tuple[str, ...] | list[str]) -> str:
    return sentence if isinstance(sentence, str) else sentence[-1]


def first(sentence: str | tuple[str, ...] | list[str]) -> str:
    return sentence if isinstance(sentence, str) else sentence[0]
