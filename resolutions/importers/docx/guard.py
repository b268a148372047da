"""Checks whether a file is safe to read, and returns its needed parts, parsed.

Nothing is extracted to disk and nothing is fetched. What is inflated is bounded before it is inflated; what is parsed is bounded
before it is parsed, so that no file takes more than about 200 MiB or two seconds.
"""

import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from posixpath import join, normpath

from lxml import etree

from ..paragraphs import FileRefused, RefusalCode

MEGABYTE = 1024 * 1024
MAX_FILE = 20 * MEGABYTE
MAX_INFLATED = 60 * MEGABYTE
MAX_RATIO = 200  # on members over 1 MiB; honest XML stays under 60
MAX_MEMBERS = 2_000
MAX_BODY = 16 * MEGABYTE  # a contribution of 10,000 clauses has 7.5
MAX_PART = 4 * MEGABYTE
MAX_HEADS = 8 * MEGABYTE  # all running heads and feet together
MAX_NODES = 900_000  # "<" and "=" in one part: what decides how large its tree becomes

OFFICE = "http://schemas.openxmlformats.org"
STRICT = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": f"{OFFICE}/wordprocessingml/2006/main".encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/math": f"{OFFICE}/officeDocument/2006/math".encode(),
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": f"{OFFICE}/officeDocument/2006/relationships".encode(),
}

# Magic bytes, and the name of the format.
BEGINNINGS = (
    (b"%PDF", RefusalCode.PDF),
    (b"{\\rtf", RefusalCode.RICH_TEXT),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", RefusalCode.OLD_WORD),
)
LOCKED = "EncryptedPackage".encode("utf-16-le")  # a stream of that name means a .docx with a password

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
    names = _members(data)
    types = _part(data, names, "[Content_Types].xml")
    if types is None:
        raise FileRefused(RefusalCode.NOT_WORD)
    declared = " ".join(element.get("ContentType", "") for element in types if isinstance(element.tag, str))
    if "macroEnabled" in declared or any(name.rsplit("/", 1)[-1] == "vbaproject.bin" for name in map(str.lower, names)):
        raise FileRefused(RefusalCode.MACROS)
    package = _relations(data, names, "_rels/.rels")
    main = next((target for kind, target, outside in package if kind == "officeDocument" and not outside), "word/document.xml")
    if main not in names or not main.startswith("word/"):
        raise FileRefused(RefusalCode.NOT_WORD)
    folder, _slash, name = main.rpartition("/")
    relations = _relations(data, names, f"{folder}/_rels/{name}.rels", folder)
    remote = {kind for kind, target, outside in relations if outside and kind != "hyperlink"}
    remote |= {kind for kind, target, outside in _relations(data, names, f"{folder}/_rels/settings.xml.rels", folder) if outside}
    body = _part(data, names, main, MAX_BODY)
    if body is None or etree.QName(body).localname != "document":
        raise FileRefused(RefusalCode.NOT_WORD)
    found: dict[str, list[str]] = {}
    for kind, target, outside in relations:
        if not outside and target in names:
            found.setdefault(kind, []).append(target)

    def part(kind: str) -> etree._Element | None:
        return _part(data, names, found[kind][0]) if kind in found else None

    running = dict.fromkeys([*found.get("header", []), *found.get("footer", [])])
    if sum(names[target].file_size for target in running) > MAX_HEADS:
        raise FileRefused(RefusalCode.TOO_COMPLEX)
    heads = (_part(data, names, target) for target in running)
    return Parts(
        body=body,
        styles=part("styles"),
        numbering=part("numbering"),
        footnotes=part("footnotes"),
        endnotes=part("endnotes"),
        heads=tuple(head for head in heads if head is not None),
        remote=frozenset(remote),
    )


def glance(data: bytes) -> None:
    """Refuse an empty or too large file and other formats. Microseconds, before anything is stored."""
    if not data.strip(b"\0\r\n\t "):
        raise FileRefused(RefusalCode.EMPTY)
    if len(data) > MAX_FILE:
        raise FileRefused(RefusalCode.TOO_LARGE)
    for beginning, code in BEGINNINGS:
        if data.startswith(beginning):
            raise FileRefused(RefusalCode.LOCKED if code is RefusalCode.OLD_WORD and LOCKED in data else code)
    if not data.startswith(b"PK"):
        raise FileRefused(RefusalCode.NOT_WORD)


def _members(data: bytes) -> dict[str, zipfile.ZipInfo]:
    """The central directory, once it is checked."""
    glance(data)
    _count_members(data)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, OSError) as error:
        raise FileRefused(RefusalCode.BAD_ZIP) from error
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise FileRefused(RefusalCode.TOO_MANY_MEMBERS)
    names: dict[str, zipfile.ZipInfo] = {}
    for member in members:
        name = member.filename
        if name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/"):
            raise FileRefused(RefusalCode.BAD_MEMBER_NAME)
        if name.lower() in names:
            raise FileRefused(RefusalCode.DUPLICATE_MEMBER)
        names[name.lower()] = member
    if sum(member.file_size for member in members) > MAX_INFLATED:
        raise FileRefused(RefusalCode.ZIP_BOMB if any(map(_is_bomb, members)) else RefusalCode.TOO_MUCH_INSIDE)
    if any(map(_is_bomb, members)):
        raise FileRefused(RefusalCode.ZIP_BOMB)
    names = {member.filename: member for member in members}
    if "mimetype" in names and b"opendocument" in _inflate(data, names["mimetype"], 200):
        raise FileRefused(RefusalCode.OPEN_DOCUMENT)
    return names


def _count_members(data: bytes) -> None:
    """Refuses by the number of members the file states, before any is read."""
    end = data.rfind(b"PK\x05\x06", max(0, len(data) - 66_000))
    if end < 0 or len(data) < end + 22:
        raise FileRefused(RefusalCode.BAD_ZIP)
    if data.count(b"PK\x01\x02") > 4 * MAX_MEMBERS or struct.unpack_from("<H", data, end + 10)[0] > MAX_MEMBERS:
        raise FileRefused(RefusalCode.TOO_MANY_MEMBERS)


def _is_bomb(member: zipfile.ZipInfo) -> bool:
    return member.file_size > MEGABYTE and member.file_size > MAX_RATIO * max(member.compress_size, 1)


def _inflate(data: bytes, member: zipfile.ZipInfo, limit: int) -> bytes:
    """The content of a member, never more than it says and never more than `limit` bytes.

    Not by zipfile, which cannot tell a wrong stated size from damage.
    """
    if member.flag_bits & 0x1:
        raise FileRefused(RefusalCode.LOCKED)
    if member.file_size > limit:
        raise FileRefused(RefusalCode.TOO_COMPLEX)
    start = member.header_offset
    if data[start : start + 4] != b"PK\x03\x04" or len(data) < start + 30:
        raise FileRefused(RefusalCode.BAD_ZIP)
    name_length, extra_length = struct.unpack_from("<HH", data, start + 26)
    start += 30 + name_length + extra_length
    raw = memoryview(data)[start : start + member.compress_size]
    if member.compress_type == zipfile.ZIP_STORED:
        content = bytes(raw[: member.file_size + 1])
    elif member.compress_type == zipfile.ZIP_DEFLATED:
        try:
            content = zlib.decompressobj(-zlib.MAX_WBITS).decompress(raw, member.file_size + 1)
        except zlib.error as error:
            raise FileRefused(RefusalCode.BAD_ZIP) from error
    else:
        raise FileRefused(RefusalCode.BAD_ZIP)
    if len(content) > member.file_size:
        raise FileRefused(RefusalCode.LYING_SIZE)
    if len(content) < member.file_size or zlib.crc32(content) != member.CRC:
        raise FileRefused(RefusalCode.BAD_ZIP)
    return content


def _part(data: bytes, names: dict[str, zipfile.ZipInfo], name: str, limit: int = MAX_PART) -> etree._Element | None:
    return parse(_inflate(data, names[name], limit)) if name in names else None


def parse(content: bytes) -> etree._Element:
    """XML as a tree, in the transitional namespaces whichever it is written in.

    content -- UTF-8 or UTF-16, the two that ECMA-376 allows; what the declaration says is not followed

    Raises FileRefused for a DOCTYPE (there is no honest one in a .docx), for depth, for size and for what is not XML.
    """
    if content[:2] in (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<"):
        little = content[:2] in (b"\xff\xfe", b"<\0")
        try:
            content = content.decode("utf-16-le" if little else "utf-16-be").lstrip("\ufeff").encode()
        except UnicodeError as error:
            raise FileRefused(RefusalCode.BAD_XML) from error
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise FileRefused(RefusalCode.DOCTYPE)
    if content.count(b"<") + content.count(b"=") > MAX_NODES:
        raise FileRefused(RefusalCode.TOO_COMPLEX)
    if b"http://purl.oclc.org/ooxml/" in content[:10_000]:
        for strict, transitional in STRICT.items():
            content = content.replace(strict, transitional)
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        is_deep = re.search(r"depth|Excessive", str(error)) is not None
        raise FileRefused(RefusalCode.TOO_DEEP if is_deep else RefusalCode.BAD_XML) from error


def _relations(data: bytes, names: dict[str, zipfile.ZipInfo], name: str, folder: str = "") -> list[tuple[str, str, bool]]:
    """Kind, target and "points outside" of each relation of a part. A template named by a plain local path counts as inside:
    nearly every file says where its writer's template once lay, and nothing would be fetched for it."""
    tree = _part(data, names, name)
    found = []
    for relation in tree.iter(RELATIONSHIP) if tree is not None else ():
        kind, target = relation.get("Type", "").rsplit("/", 1)[-1], relation.get("Target", "")
        if relation.get("TargetMode") == "External":
            if not re.match(r"(?i)file:/{3}[a-z]:|[a-z]:|[^/\\:]+$", target):
                found.append((kind, target, True))
        else:
            found.append((kind, target[1:] if target.startswith("/") else normpath(join(folder, target)), False))
    return found
