"""Reproducible zip archives: no time, machine or user in them."""

import io
import zipfile
from collections.abc import Iterable

_DAY = (1980, 1, 1, 0, 0, 0)  # the earliest date a zip can hold


def packed(members: Iterable[tuple[str, bytes]]) -> bytes:
    """A zip of these members, in this order."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            member = zipfile.ZipInfo(name, _DAY)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 0  # else it names the operating system
            archive.writestr(member, content)
    return target.getvalue()


def without_illegal(text: str) -> str:
    """The text as XML 1.0 can hold it: other line ends become newlines, what has no place in XML becomes U+FFFD."""
    return text if text.isprintable() else text.replace("\r\n", "\n").translate(_ILLEGAL)


_ILLEGAL = {
    **dict.fromkeys([*range(0x20), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF], "\ufffd"),
    **dict.fromkeys(map(ord, "\r\v\f"), "\n"),
    **{ord("\t"): "\t", ord("\n"): "\n"},
}
