"""A report as plain values, and as Markdown: the same input gives the same text."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

# What Markdown would take for a mark of its own, anywhere and at the beginning of a line.
MARKS = re.compile(r"([\\`*_{}\[\]<>#|~])")
BEGINNINGS = re.compile(r"^(\s*)([-+=]|\d+[.)])(?=\s|$)")


@dataclass(frozen=True)
class ReportFact:
    """ "Asked: Oppose unless changed"; text may have several lines. sources -- their numbers, in place of a text"""

    label: str
    text: str
    sources: tuple[int, ...] = ()

    @property
    def plain(self) -> str:
        return self.text or ", ".join(f"[{number}]" for number in self.sources)


@dataclass(frozen=True)
class ReportSource:
    """Where facts come from: the address of a page, words about it, or both."""

    link: str
    words: str

    @property
    def plain(self) -> str:
        return " ".join(filter(None, (self.words, self.link)))


class NumberedSources:
    """Each source once, numbered from 1 in the order in which the entries name them."""

    def __init__(self) -> None:
        self._numbers: dict[ReportSource, int] = {}

    def __iter__(self) -> Iterator[ReportSource]:
        return iter(self._numbers)

    def numbers_of(self, sources: Iterable[ReportSource]) -> tuple[int, ...]:
        return tuple(self._numbers.setdefault(source, len(self._numbers) + 1) for source in sources)


@dataclass(frozen=True)
class ReportEntry:
    heading: str
    facts: Sequence[ReportFact]


@dataclass(frozen=True)
class Report:
    """
    notice -- who may read it and, of an internal one, who took it out when
    summary -- figures before the entries; names -- of people who agreed to be named
    sources -- what the entries name by number, the first is 1
    """

    title: str
    subtitle: str
    notice: str
    summary: Sequence[ReportFact]
    entries: Sequence[ReportEntry]
    names_heading: str = ""
    names: Sequence[str] = ()
    sources_heading: str = ""
    sources: Sequence[ReportSource] = ()


def as_markdown(report: Report) -> str:
    blocks = [f"# {_escaped(report.title)}", _escaped(report.subtitle), f"> {_escaped(report.notice)}"]
    if report.summary:
        blocks.append("\n".join(map(_item, report.summary)))
    for entry in report.entries:
        blocks += [f"## {_escaped(entry.heading)}", "\n".join(map(_item, entry.facts))]
    if report.names:
        blocks += [f"## {_escaped(report.names_heading)}", "\n".join(f"- {_escaped(name)}" for name in report.names)]
    if report.sources:
        numbered = (f"{number}. {_escaped(source.plain)}" for number, source in enumerate(report.sources, 1))
        blocks += [f"## {_escaped(report.sources_heading)}", "\n".join(numbered)]
    return "\n\n".join(filter(None, blocks)) + "\n"


def as_paragraphs(report: Report) -> list[tuple[str, str]]:
    """Style and text of each paragraph below the title, as `resolutions.exporters.docx.plain_as_docx` takes them."""
    found = [("Note", report.notice), *(("Normal", _line(fact)) for fact in report.summary)]
    for entry in report.entries:
        found += [("Headingb", entry.heading), *(("Normal", _line(fact)) for fact in entry.facts)]
    if report.names:
        found += [("Headingb", report.names_heading), *(("Normal", name) for name in report.names)]
    if report.sources:
        numbered = (f"[{number}] {source.plain}" for number, source in enumerate(report.sources, 1))
        found += [("Headingb", report.sources_heading), *(("Normal", each) for each in numbered)]
    return found


def _line(fact: ReportFact) -> str:
    return f"{fact.label}: {fact.plain}"


def _item(fact: ReportFact) -> str:
    """Further lines of its text stay within the item."""
    return f"- **{_escaped(fact.label)}**: " + "  \n  ".join(_lines(fact.plain))


def _lines(text: str) -> Iterable[str]:
    return (_escaped(line) for line in text.splitlines() if line.strip())


def _escaped(text: str) -> str:
    return BEGINNINGS.sub(r"\1\\\2", MARKS.sub(r"\\\1", text))
