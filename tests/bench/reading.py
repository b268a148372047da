"""What reading and aligning a contribution costs, beside the floor (inflating and parsing the same file): `python -m tests.bench.reading`.

The files are made up: clauses from `texts`, marks where `texts` edits them, cut into runs as Word cuts them. Memory is that of a process
which does nothing else. Beside it difflib on the same clauses, and pandoc on the same file where it is installed. The same contribution
as .odt, as LibreOffice would save it. And what the worst files cost that somebody could drop: those of the tests.
"""

import io
import random
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

from lxml import etree

from resolutions.domain.aligning import ClauseChange, ComparableClause, align
from resolutions.domain.wording import diff
from resolutions.importers.docx import read_contribution
from tests.bench import texts
from tests.resolutions.docx.hostile import HOSTILE, end_of
from tests.resolutions.docx.writing import call, dele, docx, header, ins, p
from tests.resolutions.odt import writing as odt
from tests.resolutions.odt.hostile import HOSTILE as HOSTILE_ODT

LONG, USUAL = 10_000, 60  # clauses
RUN = 12  # words; Word begins another run wherever somebody once typed. Much finer, and the guard says that it is too much to read
ROOT = Path(__file__).parents[2]
PATIENCE = 300  # seconds for pandoc


def edited(count: int, seed: int = 4) -> tuple[list[ComparableClause], list[tuple[ComparableClause | None, ComparableClause | None]]]:
    """A text in force, and each clause before and after an edit that changes a tenth of them."""
    rng = random.Random(seed)
    old = texts.made_up(count, rng)
    new = texts.easy_edit(old, rng)
    return old, [(old[change.old[0]] if change.old else None, new[change.new[0]] if change.new else None) for change in align(old, new)]


def contribution(count: int) -> tuple[list[ComparableClause], bytes]:
    """The text in force, and a Word file with marks that changes it."""
    old, pairs = edited(count)
    body = [header("MOD\tABC/12A3/1"), p("RESOLUTION 7 (REV. SOMEWHERE, 2022)", style="ResNo"), p("Lighthouses", style="Restitle")]
    last = ""
    for one, other in pairs:
        under = (other or one).call
        if under != last:
            body.append(call(under))
            last = under
        body.append(_marked(one, other))
    return old, docx("".join(body))


def _marked(one: ComparableClause | None, other: ComparableClause | None) -> str:
    if one is None:
        return p(ins(_runs(f"{other.number}\t{other.text}")), mark="ins")
    if other is None:
        return p(dele(_runs(f"{one.number}\t{one.text}")), mark="del")
    number = _runs(one.number) if one.number == other.number else dele(_runs(one.number)) + ins(_runs(other.number))
    pieces = [
        _runs(piece.after)
        if piece.is_same
        else (dele(_runs(piece.before)) if piece.before else "") + (ins(_runs(piece.after)) if piece.after else "")
        for piece in diff(one.text, other.text)
    ]
    return p(number, "<w:r><w:tab/></w:r>", *pieces)


def _cut(text: str) -> list[str]:
    words = text.split(" ")
    return [" ".join(words[at : at + RUN]) + " " * (at + RUN < len(words)) for at in range(0, len(words), RUN)]


def _runs(text: str) -> str:
    return "".join(
        f'<w:r w:rsidR="00{0x5E40A1 + len(piece) * 7919:06X}"><w:rPr><w:lang w:val="en-GB"/></w:rPr>'
        + "<w:tab/>".join(f'<w:t xml:space="preserve">{escape(part)}</w:t>' if part else "" for part in piece.split("\t"))
        + "</w:r>"
        for piece in _cut(text)
    )


def as_odt(count: int) -> bytes:
    """The same contribution as an OpenDocument text."""
    body = [
        odt.header("MOD\tABC/12A3/1"),
        odt.p("RESOLUTION 7 (REV. SOMEWHERE, 2022)", style="Res_5f_No"),
        odt.p("Lighthouses", style="Res_5f_title"),
    ]
    last, marks = "", ""  # marks -- of the paragraph before, which stand in the next one
    for one, other in edited(count)[1]:
        under = (other or one).call
        if under != last:
            body.append(odt.call(f"{marks}{under}"))
            last, marks = under, ""
        if other is None:
            marks += odt.dele(odt.p(_spans(f"{one.number}\t{one.text}")), odt.p())
        elif one is None:
            start, end = odt.begin()
            body.append(odt.p(marks, start, _spans(f"{other.number}\t{other.text}")))
            marks = end
        else:
            body.append(odt.p(marks, *_marked_spans(one, other)))
            marks = ""
    return odt.odt("".join([*body, odt.p(marks)]), automatic="".join(map(_language, range(9))))


def _marked_spans(one: ComparableClause, other: ComparableClause) -> Iterator[str]:
    yield _spans(one.number) if one.number == other.number else odt.dele(_spans(one.number)) + odt.ins(_spans(other.number))
    yield "\t"
    for piece in diff(one.text, other.text):
        if piece.is_same:
            yield _spans(piece.after)
            continue
        if piece.before:
            yield odt.dele(_spans(piece.before))
        if piece.after:
            yield odt.ins(_spans(piece.after))


def _spans(text: str) -> str:
    return "".join(f'<text:span text:style-name="T{place % 9}">{escape(piece)}</text:span>' for place, piece in enumerate(_cut(text)))


def _language(place: int) -> str:
    properties = '<style:text-properties fo:language="en" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"/>'
    return odt.style(f"T{place}", family="text", content=properties)


def read_and_align(in_force: list[ComparableClause], data: bytes) -> list[ClauseChange]:
    """What an import does before it stores anything."""
    clauses = read_contribution(data).proposals[0].clauses
    return align(
        in_force,
        [
            ComparableClause(clause.section_after or "", clause.number_after or "", clause.after)
            for clause in clauses
            if clause.kind == "item" and clause.after is not None
        ],
    )


def inflate_and_parse(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        etree.fromstring(archive.read("word/document.xml"))


def cost(count: int) -> dict[str, float]:
    in_force, data = contribution(count)
    ours, floor = [], []
    for _ in range(5):  # by turns, so that a machine busy meanwhile slows both
        floor.append(texts.seconds(lambda: inflate_and_parse(data), 1))
        ours.append(texts.seconds(lambda: read_and_align(in_force, data), 1))
    after = [ComparableClause("", "", clause.after or "") for clause in read_contribution(data).proposals[0].clauses]
    found = {
        "MB of XML": zipfile.ZipFile(io.BytesIO(data)).getinfo("word/document.xml").file_size / 1e6,
        "ms": min(ours) * 1000,
        "floor ms": min(floor) * 1000,
        "x floor": min(ours) / min(floor),
        "difflib ms, aligning alone": texts.seconds(lambda: texts.pairs_by_difflib(in_force, after), 1) * 1000,
    }
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "contribution.docx"
        file.write_bytes(data)
        found["MiB"] = peak_of_reading(file, count)
        if pandoc := shutil.which("pandoc"):
            found["pandoc ms, reading alone"] = milliseconds_of(
                [pandoc, "--track-changes=all", "-t", "plain", "-o", f"{file}.txt", str(file)]
            )
    return found


def peak_of_reading(file: Path, count: int) -> float:
    """MiB that a process of its own has had at most, all of Python included."""
    # The kernel counts in a process's `ru_maxrss` what its parent had when it was born; VmHWM is its own.
    child = f"""
from pathlib import Path
from tests.bench.reading import ComparableClause, read_and_align
data = Path({str(file)!r}).read_bytes()
in_force = [ComparableClause("resolves", str(place), f"to light lamp {{place}} of the coast by night;") for place in range({count})]
read_and_align(in_force, data)
print(next(line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")))
"""
    done = subprocess.run([sys.executable, "-c", child], check=True, capture_output=True, text=True, cwd=ROOT)
    return int(done.stdout) / 1024


def milliseconds_of(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE)
    return (time.perf_counter() - start) * 1000


def beside_word(count: int) -> dict[str, float]:
    """What reading an .odt takes, against the Word file of the same content."""
    word, data = contribution(count)[1], as_odt(count)
    if read_contribution(word).proposals != read_contribution(data).proposals:
        raise AssertionError("The .odt does not hold what the .docx holds.")
    spent: dict[bytes, list[float]] = {word: [], data: []}
    for _ in range(7):  # by turns, so that a machine busy meanwhile slows both
        for file, seconds in spent.items():
            seconds.append(texts.seconds(lambda file=file: read_contribution(file), 1))
    docx_ms, odt_ms = (min(seconds) * 1000 for seconds in spent.values())
    return {"docx ms": docx_ms, "odt ms": odt_ms, "x docx": odt_ms / docx_ms}


def hostility() -> dict[str, float]:
    ends = [end_of(make()) for files in (HOSTILE, HOSTILE_ODT) for make, _code in files.values()]
    return {"files": len(ends), "s": max(end.seconds for end in ends), "MiB": max(end.mebibytes for end in ends)}


def measured() -> dict[str, dict[str, float]]:
    return {
        **{f"reading and aligning {count:,} clauses": cost(count) for count in (LONG, USUAL)},
        **{f"reading {count:,} clauses as .odt": beside_word(count) for count in (LONG, USUAL)},
        "reading hostile files, at worst": hostility(),
    }


def verdicts(result: dict[str, dict[str, float]]) -> list[tuple[str, str, bool]]:
    long, usual, long_odt, usual_odt, hostile = result.values()
    beside = f"difflib aligns in {long['difflib ms, aligning alone'] / 1000:.1f} s"
    if "pandoc ms, reading alone" in long:
        beside += f", pandoc reads in {long['pandoc ms, reading alone'] / 1000:.1f} s"
    usual_beside = f" (pandoc reads in {usual['pandoc ms, reading alone']:.0f})" if "pandoc ms, reading alone" in usual else ""
    return [
        (
            "reading and aligning 10,000 clauses: times the floor",
            f"{long['x floor']:.1f} ≤ 8, {long['ms'] / 1000:.2f} s ({beside})",
            long["x floor"] <= 8,
        ),
        ("reading and aligning 10,000 clauses: memory", f"{long['MiB']:.0f} MiB ≤ 200", long["MiB"] <= 200),
        ("reading and aligning a usual contribution", f"{usual['ms']:.1f} ms ≤ 60{usual_beside}", usual["ms"] <= 60),
        *(
            (
                f"reading {count:,} clauses as .odt",
                f"{beside['x docx']:.2f} ≤ 1.5 times the .docx, {beside['odt ms']:,.1f} ms",
                beside["x docx"] <= 1.5,
            )
            for count, beside in ((LONG, long_odt), (USUAL, usual_odt))
        ),
        (f"reading {hostile['files']} hostile files: the slowest", f"{hostile['s']:.2f} s ≤ 2", hostile["s"] <= 2),
        (f"reading {hostile['files']} hostile files: memory", f"{hostile['MiB']:.0f} MiB ≤ 200", hostile["MiB"] <= 200),
    ]


def main() -> int:
    result = measured()
    for what, figures in result.items():
        sys.stdout.write(f"{what}\n")
        for name, figure in figures.items():
            sys.stdout.write(f"    {name:28} {figure:12,.2f}\n")
    return 0 if all(holds for _, _, holds in verdicts(result)) else 1


if __name__ == "__main__":
    sys.exit(main())
