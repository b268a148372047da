"""The fingerprint of a text: what anybody can compute of the file, with no program of ours.

SHA-256 of the bytes of the file: UTF-8 without a mark at its start, NFC, lines ended by LF. The file ends with one LF, which counts;
it neither begins nor ends with an empty line, and no line ends with a blank.
"""

import hashlib
import unicodedata


def frozen(text: str) -> str:
    """The text as it is kept and as its file holds it, the final LF included. Freezing twice changes nothing."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n") + "\n"


def file_of(text: str) -> bytes:
    return frozen(text).encode()


def fingerprint(text: str) -> str:
    """64 hexadecimal digits."""
    return hashlib.sha256(file_of(text)).hexdigest()


def in_groups(digits: str) -> str:
    """ "9f3c71ae…" as "9f3c 71ae …", to be read aloud."""
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))
