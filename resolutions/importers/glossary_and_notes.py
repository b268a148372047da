"""The glossary, the notes of the guide and the ways to take part that ship: read once, and the same for everyone.

They are words of this tool, not facts of an instance, so they are in no table.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from resolutions.importers.reference import FEES, GLOSSARY, GUIDE_NOTES, WAYS_IN, FileSchema, ReferenceEntry, read_reference_file

SHIPPED = Path(__file__).resolve().parent.parent / "data"
FILES: Mapping[str, FileSchema] = {
    "glossary.yaml": GLOSSARY,
    "guide_notes.yaml": GUIDE_NOTES,
    "ways_in.yaml": WAYS_IN,
    "fees.yaml": FEES,
}

ByLanguage = Mapping[str, str | None]


@dataclass(frozen=True)
class GlossaryTerm:
    """A word of the field. `abbr` has only the languages in which people say one."""

    key: str
    kind: str
    term: ByLanguage
    abbr: ByLanguage
    definition: ByLanguage
    is_sure: bool


@dataclass(frozen=True)
class GuideNote:
    """What the guide teaches about some resolutions, or about all of the assembly where it names neither resolutions nor topics."""

    key: str
    place: str
    text: ByLanguage
    source: str
    is_sure: bool
    resolutions: frozenset[str]
    topics: frozenset[str]

    def is_about(self, slug: str, topics: Collection[str], *, is_of_assembly: bool) -> bool:
        if not self.resolutions and not self.topics:
            return is_of_assembly
        return slug in self.resolutions or not self.topics.isdisjoint(topics)


@dataclass(frozen=True)
class Fee:
    """What a membership costs a year, in Swiss francs.

    as_of -- the years of the page it was read on; empty where it says none
    """

    key: str
    label: ByLanguage
    amount: Decimal
    as_of: str
    source: str
    is_sure: bool


@dataclass(frozen=True)
class WayIn:
    """A way to take part: what it takes, what speaks for it and what against. A line of a text is a point.

    approves, time, cost, ties -- who approves, how long it takes, what it costs, what the TIES account covers; empty where it is not known
    state -- what the State has to do with it: one follows its line, it approves, or none
    fee -- whether there is one: yes, no, unknown
    """

    key: str
    name: ByLanguage
    conditions: ByLanguage
    pros: ByLanguage
    cons: ByLanguage
    approves: ByLanguage
    time: ByLanguage
    cost: ByLanguage
    ties: ByLanguage
    state: str
    fee: str
    fees: tuple[Fee, ...]
    source: str
    is_sure: bool


def _rows(name: str) -> list[ReferenceEntry]:
    return read_reference_file((SHIPPED / name).read_bytes(), file=name, shape=FILES[name]).rows


@cache
def shipped_glossary() -> Mapping[str, GlossaryTerm]:
    """Every term by its key."""
    return {
        row.key: GlossaryTerm(
            row.key,
            row.values["kind"],
            row.values["term"],
            row.values.get("abbr") or {},
            row.values["definition"],
            row.values["confidence"] == "high",
        )
        for row in _rows("glossary.yaml")
    }


@cache
def shipped_guide_notes() -> tuple[GuideNote, ...]:
    return tuple(
        GuideNote(
            row.key,
            row.values["place"],
            row.values["text"],
            row.values["source"],
            row.values["confidence"] == "high",
            frozenset(row.values.get("resolutions") or ()),
            frozenset(row.values.get("topics") or ()),
        )
        for row in _rows("guide_notes.yaml")
    )


def fees_of(way: str) -> tuple[Fee, ...]:
    return tuple(
        Fee(
            row.key,
            row.values["label"],
            Decimal(row.values["amount"]),
            row.values.get("as_of") or "",
            row.values["source"],
            row.values["confidence"] == "high",
        )
        for row in _rows("fees.yaml")
        if row.values["way"] == way
    )


@cache
def shipped_ways_in() -> tuple[WayIn, ...]:
    """The most effective first."""
    return tuple(
        WayIn(
            row.key,
            row.values["name"],
            row.values["conditions"],
            row.values["pros"],
            row.values["cons"],
            row.values.get("approves") or {},
            row.values.get("time") or {},
            row.values.get("cost") or {},
            row.values.get("ties") or {},
            row.values["state"],
            row.values["fee"],
            fees_of(row.key),
            row.values["source"],
            row.values["confidence"] == "high",
        )
        for row in _rows("ways_in.yaml")
    )
