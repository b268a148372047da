"""Checks whether an archive of XML (.docx, .odt) is safe to read, and returns its members, parsed.

Nothing is extracted to disk and nothing is fetched. What is inflated is bounded before it is inflated; what is parsed is bounded
before it is parsed, so that no file takes more than about 200 MiB or two seconds.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from lxml import etree

from .paragraphs import FileRefused, RefusalCode

MEGABYTE = 1024 * 1024
MAX_FILE = 20 * MEGABYTE
MAX_INFLATED = 60 * MEGABYTE
MAX_RATIO = 200  # on members over 1 MiB; honest XML stays under 60
MAX_MEMBERS = 2_000
MAX_BODY = 16 * MEGABYTE  # a contribution of 10,000 clauses has 7.5
MAX_PART = 4 * MEGABYTE
MAX_NODES = 900_000  # "<" and "=" in one part: what decides how large its tree becomes

NOTHING: Mapping[bytes, bytes] = MappingProxyType({})

# Magic bytes, and the name of the format.
BEGINNINGS = (
    (b"%PDF", RefusalCode.PDF),
    (b"{\\rtf", RefusalCode.RICH_TEXT),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", RefusalCode.OLD_WORD),
)
LOCKED = "EncryptedPackage".encode("utf-16-le")  # a stream of that name means a .docx with a password


@dataclass(frozen=True, slots=True)
class Package:
    """The members of an archive that is safe to read, by name. None is inflated before it is asked for."""

    data: bytes
    members: dict[str, zipfile.ZipInfo]

    def content(self, name: str, limit: int = MAX_PART) -> bytes:
        """The bytes of a member, b"" where there is none. Raises FileRefused over `limit` bytes, and for damage."""
        return _inflate(self.data, self.members[name], limit) if name in self.members else b""

    def part(self, name: str, limit: int = MAX_PART, *, replaced: Mapping[bytes, bytes] = NOTHING) -> etree._Element | None:
        """The XML of a member, None where there is none. replaced -- as in `parse`"""
        return parse(self.content(name, limit), replaced=replaced) if name in self.members else None


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


def open_package(data: bytes) -> Package:
    """The archive, once its central directory is checked; else FileRefused with the reason."""
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
    return Package(data, {member.filename: member for member in members})


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


def parse(content: bytes, *, replaced: Mapping[bytes, bytes] = NOTHING) -> etree._Element:
    """XML as a tree.

    content -- UTF-8 or UTF-16, the two that both formats allow; what the declaration says is not followed
    replaced -- namespaces, and what to read instead

    Raises FileRefused for a DOCTYPE (no honest document has one), for depth, for size and for what is not XML.
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
    if any(namespace in content[:10_000] for namespace in replaced):
        for namespace, other in replaced.items():
            content = content.replace(namespace, other)
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
