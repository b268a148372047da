"""Finds the parts of a Word file that are read, parsed, once its package is safe. Nothing is fetched."""

import re
from dataclasses import dataclass, field
from posixpath import join, normpath

from lxml import etree

from ..packages import MAX_BODY, MAX_PART, MEGABYTE, Package, open_package
from ..paragraphs import FileRefused, RefusalCode

MAX_HEADS = 8 * MEGABYTE  # all running heads and feet together

OFFICE = "http://schemas.openxmlformats.org"
STRICT = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": f"{OFFICE}/wordprocessingml/2006/main".encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/math": f"{OFFICE}/officeDocument/2006/math".encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": f"{OFFICE}/officeDocument/2006/relationships".encode(),
}

RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a document that are read, as trees. Absent ones are None.

    heads -- running heads and feet: a document may have a head of its own for its first page, wherever that one is listed
    remote -- kinds of relation ("attachedTemplate", "image"…) that point outside the file; nothing is fetched
    """

    body: etree._Element
    styles: etree._Element | None = None
    numbering: etree._Element | None = None
    footnotes: etree._Element | None = None
    endnotes: etree._Element | None = None
    heads: tuple[etree._Element, ...] = ()
    remote: frozenset[str] = field(default_factory=frozenset)


def open_document(data: bytes) -> Parts:
    """The parts of a .docx, or FileRefused with the reason. Source of the limits: ECMA-376 part 2, and what honest files need."""
    return parts_of(open_package(data))


def parts_of(package: Package) -> Parts:
    """The parts of a .docx from its package, or FileRefused with the reason."""
    names = package.members
    types = _part(package, "[Content_Types].xml")
    if types is None:
        raise FileRefused(RefusalCode.NOT_WORD)
    declared = " ".join(element.get("ContentType", "") for element in types if isinstance(element.tag, str))
    if "macroEnabled" in declared or any(name.rsplit("/", 1)[-1] == "vbaproject.bin" for name in map(str.lower, names)):
        raise FileRefused(RefusalCode.MACROS)
    roots = _relations(package, "_rels/.rels")
    main = next((target for kind, target, outside in roots if kind == "officeDocument" and not outside), "word/document.xml")
    if main not in names or not main.startswith("word/"):
        raise FileRefused(RefusalCode.NOT_WORD)
    folder, _slash, name = main.rpartition("/")
    relations = _relations(package, f"{folder}/_rels/{name}.rels", folder)
    remote = {kind for kind, target, outside in relations if outside and kind != "hyperlink"}
    remote |= {kind for kind, target, outside in _relations(package, f"{folder}/_rels/settings.xml.rels", folder) if outside}
    body = _part(package, main, MAX_BODY)
    if body is None or etree.QName(body).localname != "document":
        raise FileRefused(RefusalCode.NOT_WORD)
    found: dict[str, list[str]] = {}
    for kind, target, outside in relations:
        if not outside and target in names:
            found.setdefault(kind, []).append(target)

    def part(kind: str) -> etree._Element | None:
        return _part(package, found[kind][0]) if kind in found else None

    running = dict.fromkeys([*found.get("header", []), *found.get("footer", [])])
    if sum(names[target].file_size for target in running) > MAX_HEADS:
        raise FileRefused(RefusalCode.TOO_COMPLEX)
    heads = (_part(package, target) for target in running)
    return Parts(
        body=body,
        styles=part("styles"),
        numbering=part("numbering"),
        footnotes=part("footnotes"),
        endnotes=part("endnotes"),
        heads=tuple(head for head in heads if head is not None),
        remote=frozenset(remote),
    )


def _part(package: Package, name: str, limit: int = MAX_PART) -> etree._Element | None:
    """A part in the transitional namespaces, whichever it is written in."""
    return package.part(name, limit, replaced=STRICT)


def _relations(package: Package, name: str, folder: str = "") -> list[tuple[str, str, bool]]:
    """Kind, target and "points outside" of each relation of a part. A template named by a plain local path counts as inside:
    nearly every file says where its writer's template once lay, and nothing would be fetched for it."""
    tree = _part(package, name)
    found = []
    for relation in tree.iter(RELATIONSHIP) if tree is not None else ():
        kind, target = relation.get("Type", "").rsplit("/", 1)[-1], relation.get("Target", "")
        if relation.get("TargetMode") == "External":
            if not re.match(r"(?i)file:/{3}[a-z]:|[a-z]:|[^/\\:]+$", target):
                found.append((kind, target, True))
        else:
            found.append((kind, target[1:] if target.startswith("/") else normpath(join(folder, target)), False))
    return found
