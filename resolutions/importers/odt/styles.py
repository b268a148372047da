"""The styles of an OpenDocument text: names of paragraph styles, their lists, and what is hidden."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from lxml import etree

from ..style_names import MAX_PARENTS, NamedStyle, key_of
from .guard import OFFICE
from .numbering import ListStyles

STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
AUTOMATIC, NAMED = f"{OFFICE}automatic-styles", f"{OFFICE}styles"
NAME, PARENT, FAMILY = f"{STYLE}name", f"{STYLE}parent-style-name", f"{STYLE}family"
DISPLAY = f"{TEXT}display"
ENCODED = re.compile(r"_([0-9a-f]{1,5})_")


@dataclass(slots=True)
class Style(NamedStyle):
    """list_name -- the list style it names, "" for none whatever its parent says, None where it says nothing"""

    list_name: str | None = None
    is_hidden: bool | None = None


@dataclass(slots=True)
class Styles:
    """paragraphs, texts -- styles by identifier; lists -- list styles by name"""

    paragraphs: dict[str, Style] = field(default_factory=dict)
    texts: dict[str, Style] = field(default_factory=dict)
    lists: ListStyles = field(default_factory=ListStyles)

    def read(self, containers: Iterable[etree._Element | None]) -> "Styles":
        """These and those of further containers, which precede."""
        found = Styles(self.paragraphs.copy(), self.texts.copy(), self.lists.copy())
        for container in containers:
            for element in container if container is not None else ():
                if element.tag == f"{STYLE}style":
                    family = {"paragraph": found.paragraphs, "text": found.texts}.get(element.get(FAMILY, ""))
                    if family is not None:
                        family[element.get(NAME, "")] = _style(element, is_named=container is not None and container.tag == NAMED)
                else:
                    found.lists.read(element)
        return found

    def list_of(self, name: str) -> str | None:
        """The list style that a paragraph style names, itself or through its parents; None where none says anything."""
        return next((style.list_name for style in _lineage(name, self.paragraphs) if style.list_name is not None), None)

    def is_hidden(self, name: str, family: dict[str, Style]) -> bool:
        return next((style.is_hidden for style in _lineage(name, family) if style.is_hidden is not None), False)


def _lineage(name: str | None, family: dict[str, Style]) -> Iterable[Style]:
    for _step in range(MAX_PARENTS):
        style = family.get(name or "")
        if style is None:
            return
        yield style
        name = style.based_on


def _style(element: etree._Element, *, is_named: bool) -> Style:
    name = element.get(f"{STYLE}display-name") or ENCODED.sub(lambda code: chr(int(code[1], 16)), element.get(NAME, ""))
    properties = element.find(f"{STYLE}text-properties")
    display = properties.get(DISPLAY) if properties is not None else None
    return Style(
        key=key_of(name) if is_named else "",
        based_on=element.get(PARENT),
        list_name=element.get(f"{STYLE}list-style-name"),
        is_hidden=None if display is None else display == "none",
    )
