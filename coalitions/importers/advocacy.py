"""What ships for a coalition to begin with: the priorities the guide suggests, and the rights at stake. Read once."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.functional import Promise, lazystr

from amnt.core.languages import current_language
from resolutions.importers.reference import FACT, SURE, FileSchema, ReferenceEntry, many, one_of, read_reference_file, slug, words

SHIPPED = Path(__file__).resolve().parent.parent / "data"
PRIORITY_SUGGESTIONS = FileSchema(
    "priority_suggestions", {"title": words(200), "why": words(600), "resolutions": many(slug), **FACT}, needed=SURE | {"title", "why"}
)
RIGHTS_AT_STAKE = FileSchema(
    "rights_at_stake", {"kind": one_of("right", "mechanism"), "name": words(100), **FACT}, needed=SURE | {"kind", "name"}
)
FILES: Mapping[str, FileSchema] = {"priority_suggestions.yaml": PRIORITY_SUGGESTIONS, "rights_at_stake.yaml": RIGHTS_AT_STAKE}

ByLanguage = Mapping[str, str | None]


@dataclass(frozen=True)
class PrioritySuggestion:
    """A priority that the guide names, with the slugs of its resolutions."""

    key: str
    title: ByLanguage
    why: ByLanguage
    resolutions: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class RightAtStake:
    """A human right, or a means by which a text may touch one."""

    key: str
    kind: str
    name: ByLanguage

    def __str__(self) -> str:
        return in_reading_language(self.name)


def in_reading_language(texts: ByLanguage) -> str:
    """The text in the language of the reader, or in English."""
    return texts.get(current_language()) or texts.get("en") or ""


def _rows(name: str) -> list[ReferenceEntry]:
    return read_reference_file((SHIPPED / name).read_bytes(), file=name, shape=FILES[name]).rows


@cache
def shipped_suggestions() -> Mapping[str, PrioritySuggestion]:
    """Every suggestion by its key, in the order of the guide."""
    return {
        row.key: PrioritySuggestion(
            row.key, row.values["title"], row.values["why"], tuple(row.values.get("resolutions") or ()), row.values["source"]
        )
        for row in _rows("priority_suggestions.yaml")
    }


@cache
def _at_stake() -> Mapping[str, RightAtStake]:
    return {row.key: RightAtStake(row.key, row.values["kind"], row.values["name"]) for row in _rows("rights_at_stake.yaml")}


@cache
def shipped_rights() -> Mapping[str, RightAtStake]:
    """Every right by its key."""
    return {key: found for key, found in _at_stake().items() if found.kind == "right"}


@cache
def shipped_mechanisms() -> Mapping[str, RightAtStake]:
    """Every mechanism by its key."""
    return {key: found for key, found in _at_stake().items() if found.kind == "mechanism"}


def right_choices() -> list[tuple[str, Promise]]:
    """Each named in the language of whoever reads it, when it is read."""
    return [(key, lazystr(right)) for key, right in shipped_rights().items()]
