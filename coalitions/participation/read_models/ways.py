"""The ways to take part by their keys, in the reader's language."""

from modeltranslation.utils import resolution_order

from amnt.core.languages import current_language
from resolutions.importers.glossary_and_notes import WayIn, shipped_ways_in


def way_of(key: str) -> WayIn | None:
    return next((way for way in shipped_ways_in() if way.key == key), None)


def name_of_way(key: str) -> str:
    way = way_of(key)
    texts = way.name if way else {}
    return next((text for code in resolution_order(current_language()) if (text := texts.get(code))), key)
