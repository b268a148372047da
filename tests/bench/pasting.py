"""What it costs to put a text together that was copied out of a PDF, beside splitting the same text pasted whole. No database."""

import random
import textwrap

from resolutions.importers.docx import split_pasted
from tests.bench import texts

LINES, LINES_A_PAGE, WIDTH = 400, 40, 90
MOST = 40  # times; every line is held against what calls, numbers and headings look like


def pages() -> tuple[str, str]:
    """The text as it is, one paragraph a line, and as its pages give it: lines, page numbers, running heads."""
    paragraphs = ["RESOLUTION 7 (REV. SOMEWHERE, 2022)", "Lighthouses"]
    lines: list[str] = []
    last = ""
    for clause in texts.made_up(LINES, random.Random(5)):
        paragraphs += [clause.call] if clause.call != last else []
        paragraphs.append(f"{clause.number}\t{clause.text}")
        last = clause.call
        lines = [line for text in paragraphs for line in textwrap.wrap(text.expandtabs(1), WIDTH)]
        if len(lines) >= LINES:
            break
    paged = [
        line
        for page, start in enumerate(range(0, len(lines), LINES_A_PAGE), start=1)
        for line in (*lines[start : start + LINES_A_PAGE], str(page), "A paper – Resolution 7")
    ]
    return "\n".join(paragraphs), "\n".join(paged)


def measured() -> dict[str, float]:
    whole, paged = pages()
    found = split_pasted(paged)
    assert [clause.text for clause in found.clauses] == [clause.text for clause in split_pasted(whole).clauses]
    plain, joined = [], []
    for _ in range(5):  # by turns, so that a machine busy meanwhile slows both
        plain.append(texts.seconds(lambda: split_pasted(whole), 1))
        joined.append(texts.seconds(lambda: split_pasted(paged), 1))
    return {"ms": min(joined) * 1000, "x whole": min(joined) / min(plain), "repairs": len(found.repairs)}


def verdicts(result: dict[str, float]) -> list[tuple[str, str, bool]]:
    said = f"{result['x whole']:.1f} ≤ {MOST}, {result['ms']:.0f} ms, {result['repairs']:.0f} repairs"
    return [(f"{LINES} lines pasted from a PDF: times the text pasted whole", said, result["x whole"] <= MOST)]
