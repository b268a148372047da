"""The list of a statement as files: plain values in, bytes out. The same input gives the same bytes.

as_text(signed)      lines of UTF-8
as_markdown(signed)  the same, with what Markdown would read as marks escaped
as_docx(signed)      a Word file without dates, names of people or machines in it
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from resolutions.exporters.docx import plain_as_docx
from resolutions.exporters.packing import without_illegal

_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~])")
_LINE_STARTS = re.compile(r"^(\s*)([-+]|\d+[.)])(?=\s)", re.MULTILINE)


@dataclass(frozen=True)
class SignedList:
    """
    title, text -- as they were frozen; facts -- lines about the text: version, fingerprint, closing
    heading -- above the names; names -- who, each with a reservation or ""; after -- what follows the names
    notice -- who may read it, of a file that is not public
    """

    language: str
    title: str
    text: str
    facts: Sequence[str]
    heading: str
    names: Sequence[tuple[str, str]]
    after: Sequence[str] = ()
    notice: str = ""


def line_of(name: str, reservation: str) -> str:
    return f"{name} — “{reservation}”" if reservation else name


def as_text(signed: SignedList) -> bytes:
    names = [f"- {line_of(*row)}" for row in signed.names]
    parts = [signed.notice, signed.title, signed.text.strip("\n"), "\n".join(signed.facts), signed.heading]
    parts += ["\n".join(names), "\n".join(signed.after)]
    return ("\n\n".join(part for part in parts if part) + "\n").encode()


def as_markdown(signed: SignedList) -> bytes:
    names = [f"- {plain(line_of(*row))}" for row in signed.names]
    quoted = "\n".join(f"> {plain(line)}".rstrip() for line in signed.text.strip("\n").split("\n"))
    parts = [plain(signed.notice), f"# {plain(signed.title)}", quoted, "\n".join(f"- {plain(fact)}" for fact in signed.facts)]
    parts += [f"## {plain(signed.heading)}", "\n".join(names), "\n\n".join(plain(line) for line in signed.after)]
    return ("\n\n".join(part for part in parts if part) + "\n").encode()


def as_docx(signed: SignedList) -> bytes:
    body = [part for part in signed.text.strip("\n").split("\n") if part]
    subtitle = " · ".join(filter(None, (signed.notice, *signed.facts)))
    names = [f"– {line_of(*row)}" for row in signed.names]
    paragraphs = [("Normal", without_illegal(line)) for line in (*body, "", signed.heading, *names, *signed.after)]
    return plain_as_docx(without_illegal(signed.title), without_illegal(subtitle), signed.language, paragraphs)


def plain(text: str) -> str:
    """What somebody wrote, so that Markdown reads it as words."""
    return _LINE_STARTS.sub(lambda found: f"{found[1]}\\{found[2]}", _MARKS.sub(r"\\\1", text))


FILES = {"txt": (as_text, "text/plain; charset=utf-8"), "md": (as_markdown, "text/markdown; charset=utf-8")}
FILES["docx"] = (as_docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
