"""Finds the parts of an OpenDocument text that are read, parsed, once its package is safe. Nothing is fetched."""

from dataclasses import dataclass

from lxml import etree

from ..packages import MAX_BODY, Package
from ..paragraphs import FileRefused, RefusalCode

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
MANIFEST = "META-INF/manifest.xml"
ANY_KIND = b"application/vnd.oasis.opendocument."
TEXTS = frozenset({ANY_KIND + b"text", ANY_KIND + b"text-template"})
# What LibreOffice writes for a library without a single macro.
EMPTY_LIBRARIES = frozenset({"script-lc.xml", "script-lb.xml", "dialog-lc.xml", "dialog-lb.xml", ""})


@dataclass(frozen=True, slots=True)
class Parts:
    """content -- office:document-content, with its own styles; text -- the office:text in it;
    styles -- office:document-styles: named styles, lists, running heads and feet"""

    content: etree._Element
    text: etree._Element
    styles: etree._Element | None = None


def is_open_document(package: Package) -> bool:
    """Whether it is of any OpenDocument kind, by its mimetype; without one, by the names of its members."""
    kind = package.content("mimetype", 200)
    if kind:
        return kind.startswith(ANY_KIND)
    return "[Content_Types].xml" not in package.members and {"content.xml", MANIFEST} <= package.members.keys()


def parts_of(package: Package) -> Parts:
    """The parts of an .odt from its package, or FileRefused with the reason."""
    kind = package.content("mimetype", 200).strip()
    if kind and kind not in TEXTS:
        raise FileRefused(RefusalCode.NOT_WORD)
    # Searched, not parsed: old programs wrote a DOCTYPE there.
    if "encrypted-package" in package.members or b"encryption-data" in package.content(MANIFEST):
        raise FileRefused(RefusalCode.LOCKED)
    if any(map(_is_macro, package.members)):
        raise FileRefused(RefusalCode.MACROS)
    content = package.part("content.xml", MAX_BODY)
    text = content.find(f"{OFFICE}body/{OFFICE}text") if content is not None else None
    if content is None or text is None:
        raise FileRefused(RefusalCode.NOT_WORD)
    if content.find(f"{OFFICE}scripts/{OFFICE}script") is not None:
        raise FileRefused(RefusalCode.MACROS)
    return Parts(content, text, package.part("styles.xml"))


def _is_macro(name: str) -> bool:
    folder, _slash, rest = name.lower().partition("/")
    return folder in ("basic", "scripts") and rest.rsplit("/", 1)[-1] not in EMPTY_LIBRARIES
