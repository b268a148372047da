"""The words of the field and the ways to take part that ship, as pages say them. No rows: they are the same on every instance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from modeltranslation.utils import resolution_order

from amnt.core.languages import current_language
from resolutions.domain.source_notes import SourcePart, parts_of
from resolutions.folding import fold
from resolutions.importers.glossary_and_notes import GlossaryTerm, WayIn, shipped_glossary, shipped_ways_in
from resolutions.importers.source_notes import shipped_vocabulary

HEADINGS: Mapping[str, str | Promise] = {
    "action": _("What is asked of a text"),
    "text": _("Texts"),
    "document": _("Documents"),
    "clause": _("How clauses begin"),
    "procedure": _("How things are decided"),
    "meeting": _("Meetings"),
    "body": _("Bodies"),
    "role": _("Who takes part"),
    "region": _("Regional organisations"),
    "process": _("Processes"),
    "tool": _("Tools"),
    "concept": _("Ideas"),
    "tech": _("Technology"),
}


@dataclass(frozen=True)
class GlossaryKind:
    """A heading of the glossary, and its terms, each with the abbreviation that readers of this language say, if they say one."""

    kind: str
    label: str | Promise
    terms: Sequence[tuple[GlossaryTerm, str | None]]


def glossary_by_kind() -> list[GlossaryKind]:
    """Every word of the field, by kind, and in the reader's order within it."""
    language = current_language()
    in_order = sorted(shipped_glossary().values(), key=lambda term: fold(said(term.term)))
    return [
        GlossaryKind(kind, label, [(term, term.abbr.get(language)) for term in in_order if term.kind == kind])
        for kind, label in HEADINGS.items()
    ]


def ways_with_sources() -> list[tuple[WayIn, list[SourcePart]]]:
    """How civil society takes part, each way with its source."""
    language = current_language()
    return [(way, parts_of(way.source, language, shipped_vocabulary())) for way in shipped_ways_in()]


def said(texts: Mapping[str, str | None]) -> str:
    """In the reader's language, or the first there is."""
    return next((text for code in resolution_order(current_language()) if (text := texts.get(code))), "")
