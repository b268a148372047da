"""Identifiers of proposals: `MOD CEPT/35A5/1`, in all the shapes seen, to one."""

import re
from dataclasses import dataclass

from .lexicon import normalise

ACTIONS = ("MOD", "ADD", "SUP", "NOC", "UNC")
MAX_HEADER = 200  # letters

HEADER = re.compile(
    r"""
    \(?\s*(?P<action>MOD|ADD|SUP|NOC|UNC)\s*\)?\s*\*?\s*[:–-]?\s*
    (?P<sources>[A-Z]{1,5}(?:\d{1,2}[A-Z]?)?(?:\s?/\s?[A-Z]{1,5}(?:\d{1,2}[A-Z]?)?){0,80})\s?/\s?
    (?P<document>\d{1,4})
    (?P<addenda>(?:\s?A\d{1,3}|\(\s?ADD\.?\s?\d{1,3}\s?\))*)
    (?P<revision>R\d{1,3}|\(\s?REV\.?\s?\d{1,3}\s?\))?
    \s?/\s?(?P<number>\d{1,4})(?P<suffix>[A-Z]?)
    (?:\s*\#\s*(?P<tag>[\w-]{1,40}))?
    [\s*]*(?:\[\^\w{1,9}\])?[.:]?
    (?:\s*[(\[](?!\s?(?:add|rev|corr?)\b)[^()\[\]]{0,60}[)\]])?
    """,
    re.VERBOSE | re.IGNORECASE,
)
LIKE_HEADER = re.compile(
    r"\(?\s?(?:MOD|ADD|SUP|NOC|UNC)\s?\)?\*?[\s:–-]+[A-Z][A-Z\d]*"
    r"(?:\s?[/-]\s?[A-Z\d.]+|\s?\((?i:add|rev)\.?\s?\d{1,3}\))*\s?/\s?[A-Z]*\d[A-Z\d.()/* -]{0,20}"
)
STARTS = re.compile(r"\(?\s*(?P<action>MOD|ADD|SUP|NOC|UNC)\s*\)?(?![a-z])")


@dataclass(frozen=True, slots=True)
class Code:
    """A proposal's identifier, taken apart. UNC (unchanged) is read as NOC.

    Source: General Rules of conferences, assemblies and meetings of the Union, No. 42, and documents of earlier assemblies.
    """

    action: str
    sources: tuple[str, ...]
    document: int
    addenda: tuple[int, ...]
    revision: int | None
    number: int
    suffix: str = ""
    tag: str | None = None

    def __str__(self) -> str:
        addenda = "".join(f"A{addendum}" for addendum in self.addenda)
        revision = "" if self.revision is None else f"R{self.revision}"
        return f"{'/'.join(self.sources)}/{self.document}{addenda}{revision}/{self.number}{self.suffix}"


def parse(text: str) -> Code | None:
    """The identifier that a line is, or None. Letters after the action may be small, spaces may be missing or too many."""
    if len(text) > MAX_HEADER:
        return None
    match = HEADER.fullmatch(normalise(text))
    if match is None or not match["action"].isupper():
        return None
    action = match["action"]
    return Code(
        action="NOC" if action == "UNC" else action,
        sources=tuple(re.findall(r"[A-Z\d]+", match["sources"].upper())),
        document=int(match["document"]),
        addenda=tuple(map(int, re.findall(r"\d+", match["addenda"]))),
        revision=int(match["revision"].strip("RrEeVv(). ")) if match["revision"] else None,
        number=int(match["number"]),
        suffix=match["suffix"].lower(),
        tag=match["tag"],
    )


def looks_like_header(text: str) -> bool:
    """Whether a line without a style begins a proposal, though its identifier cannot be read: `MOD⇥EUR/45A12`."""
    return len(text) <= MAX_HEADER and LIKE_HEADER.fullmatch(normalise(text)) is not None


def action_of(text: str) -> str | None:
    """The action that a line starts with, though its identifier cannot be read."""
    match = STARTS.match(normalise(text))
    if match is None:
        return None
    return "NOC" if match["action"] == "UNC" else match["action"]
