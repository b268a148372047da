"""What the first page of a document says of the document itself: that it is a revision of an earlier one, or a corrigendum."""

import re
from collections.abc import Collection, Iterable

from .lexicon import matching

SHORT = 80  # letters: a line of the title block or a running head, not a sentence
# `Revision 1 to`, `Révision 1 au Document 45-F`; `Document 45(Rev.1)-E`, `WTSA24/45(Add.12)(Rev.1)-E`.
OF = r"\s(?P<number>\d{1,2})\s(?:to|au|al|a)(?!\w)(?:\sdocument\w*\s(?P<document>\d{1,4}))?"
AFTER = r"(?<!\d)(?P<document>\d{1,4})\s?(?:\(add\.?\s?\d{1,3}\)\s?)*"
REVISION = (re.compile(rf"(?:r[ée]vision|revisi[óo]n){OF}"), re.compile(rf"{AFTER}\(rev\.?\s?(?P<number>\d{{1,2}})\)"))
CORRIGENDUM = (re.compile(rf"corrig[ée]ndum{OF}"), re.compile(rf"{AFTER}\(corr?\.?\s?(?P<number>\d{{1,2}})\)"))


def revision_of(lines: Iterable[str], documents: Collection[int]) -> int:
    """2 for the second revision of a document; 0 for its first issue, or where nothing is said.

    documents -- its number, as the identifiers in it print it: of another document, a first page may say as much
    """
    return max((number for _line, number in _said(REVISION, lines, documents)), default=0)


def corrigendum_in(lines: Iterable[str], documents: Collection[int]) -> str | None:
    """The line that says that this is a corrigendum."""
    return next((line for line, _number in _said(CORRIGENDUM, lines, documents)), None)


def _said(patterns: Iterable[re.Pattern[str]], lines: Iterable[str], documents: Collection[int]) -> Iterable[tuple[str, int]]:
    for line in lines:
        if len(line) > SHORT:
            continue
        for match in filter(None, (pattern.search(matching(line)) for pattern in patterns)):
            if match["document"] is None or int(match["document"]) in documents:
                yield line, int(match["number"])
