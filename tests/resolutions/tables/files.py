"""Files with tables of our own making, in both formats, each with the cells that a person reads in it before and after the marks."""

from dataclasses import dataclass

from tests.resolutions.docx import writing as word
from tests.resolutions.odt import writing as odt

# (table, row, column): words
type Cells = dict[tuple[int, int, int], str]


@dataclass(frozen=True)
class TableFile:
    name: str
    data: bytes
    before: Cells
    after: Cells
    header: frozenset[int] = frozenset()
    spans: dict[tuple[int, int, int], tuple[int, int]] | None = None


def row(*cells: str, mark: str = "", header: bool = False, before: int = 0) -> str:
    properties = f"{'<w:tblHeader/>' if header else ''}{f'<w:gridBefore w:val="{before}"/>' if before else ''}"
    properties += f"<w:{mark} {word.BY}/>" if mark else ""
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(each if each.startswith('<w:tc>') else cell(each) for each in cells)}</w:tr>"


def cell(*content: str, span: int = 1, merge: str = "", mark: str = "") -> str:
    properties = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    properties += {"": "", "restart": '<w:vMerge w:val="restart"/>', "continue": "<w:vMerge/>"}[merge]
    properties += f"<w:{mark} {word.BY}/>" if mark else ""
    blocks = [each if each.startswith(("<w:p>", "<w:tbl>")) else word.p(each) for each in content or ("",)]
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{''.join(blocks)}</w:tc>"


def table(*rows: str, properties: str = "") -> str:
    return f"<w:tbl><w:tblPr>{properties}</w:tblPr>{''.join(rows)}</w:tbl>"


def in_docx(*blocks: str, language: str = "en") -> bytes:
    calls = {"en": "resolves", "ar": "يقرر"}
    return word.docx(word.proposal(word.call(calls[language]), word.p("1\tto keep ", word.ins(word.t("all of ")), "this table:"), *blocks))


def in_odt(*blocks: str) -> bytes:
    return odt.odt(odt.proposal(odt.call("resolves"), odt.p("1\tto keep ", odt.ins("all of "), "this table:"), *blocks))


def odt_cell(*content: str, columns: int = 1, rows: int = 1) -> str:
    spans = f' table:number-columns-spanned="{columns}"' * (columns > 1) + f' table:number-rows-spanned="{rows}"' * (rows > 1)
    blocks = [each if each.startswith(("<text:p", "<table:")) else odt.p(each) for each in content]
    return f"<table:table-cell{spans}>{''.join(blocks)}</table:table-cell>"


COVERED = "<table:covered-table-cell/>"


def odt_row(*cells: str) -> str:
    return f"<table:table-row>{''.join(each if each.startswith('<table:') else odt_cell(each) for each in cells)}</table:table-row>"


def odt_table(*rows: str, header: str = "") -> str:
    head = f"<table:table-header-rows>{header}</table:table-header-rows>" if header else ""
    return f"<table:table>{head}{''.join(rows)}</table:table>"


def cells(*rows: tuple[str | None, ...], number: int = 1) -> Cells:
    """Of a table without spans; None where a row has no cell."""
    return {(number, at, column): text for at, each in enumerate(rows) for column, text in enumerate(each) if text}


MANDATE = (("Question", "Title"), ("1/4", "Lamps of the coast"), ("2/4", "Bells in fog"))

FILES = [
    TableFile(
        "docx plain with a header row",
        in_docx(table(row(*MANDATE[0], header=True), row(*MANDATE[1]), row(*MANDATE[2]))),
        cells(*MANDATE),
        cells(*MANDATE),
        frozenset({0}),
    ),
    TableFile(
        "docx words changed in a cell",
        in_docx(table(row("Lamp", cell(word.p("white ", word.dele(word.t("before")), word.ins(word.t("after")), " dusk"))))),
        cells(("Lamp", "white before dusk")),
        cells(("Lamp", "white after dusk")),
    ),
    TableFile(
        "docx rows inserted and deleted",
        in_docx(table(row("A", "1"), row("B", "1", mark="del"), row("C", "1", mark="ins"), row("D", "1"))),
        cells(("A", "1"), ("B", "1"), (None, None), ("D", "1")),
        cells(("A", "1"), (None, None), ("C", "1"), ("D", "1")),
    ),
    TableFile(
        "docx cells inserted and deleted",
        in_docx(table(row("A", cell("old", mark="cellDel"), cell("new", mark="cellIns")))),
        cells(("A", "old", None)),
        cells(("A", None, "new")),
    ),
    TableFile(
        "docx merged downwards and along",
        in_docx(
            table(
                row(cell("Group", span=2), "Year"),
                row(cell("North", merge="restart"), "lamps", "2027"),
                row(cell(merge="continue"), "bells", "2028"),
                row("South", "horns", "2029"),
            )
        ),
        {
            **{(1, 0, 0): "Group", (1, 0, 2): "Year", (1, 1, 0): "North", (1, 1, 1): "lamps", (1, 1, 2): "2027"},
            **{(1, 2, 1): "bells", (1, 2, 2): "2028", (1, 3, 0): "South", (1, 3, 1): "horns", (1, 3, 2): "2029"},
        },
        {
            **{(1, 0, 0): "Group", (1, 0, 2): "Year", (1, 1, 0): "North", (1, 1, 1): "lamps", (1, 1, 2): "2027"},
            **{(1, 2, 1): "bells", (1, 2, 2): "2028", (1, 3, 0): "South", (1, 3, 1): "horns", (1, 3, 2): "2029"},
        },
        spans={(1, 0, 0): (1, 2), (1, 1, 0): (2, 1)},
    ),
    TableFile(
        "docx rows that begin later",
        in_docx(table(row("a", "b", "c"), row("only c", before=2))),
        {(1, 0, 0): "a", (1, 0, 1): "b", (1, 0, 2): "c", (1, 1, 2): "only c"},
        {(1, 0, 0): "a", (1, 0, 1): "b", (1, 0, 2): "c", (1, 1, 2): "only c"},
    ),
    TableFile(
        "docx several paragraphs, one of them new",
        in_docx(table(row("Task", cell(word.p("a)\tlight"), word.p("b)\tpaint", mark="ins"), "c)\tring")))),
        cells(("Task", "a) light\nb) paintc) ring")),
        cells(("Task", "a) light\nb) paint\nc) ring")),
    ),
    TableFile(
        "docx a table in a cell",
        in_docx(table(row("outer", cell("above", table(row("x", "y")), "below")), row("next", "row"))),
        cells(("outer", "above\nx\ny\nbelow"), ("next", "row")),
        cells(("outer", "above\nx\ny\nbelow"), ("next", "row")),
    ),
    TableFile(
        "docx from right to left",
        in_docx(table(row("السؤال", "العنوان", header=True), row("1/4", "المصابيح"), properties="<w:bidiVisual/>"), language="ar"),
        cells(("السؤال", "العنوان"), ("1/4", "المصابيح")),
        cells(("السؤال", "العنوان"), ("1/4", "المصابيح")),
        frozenset({0}),
    ),
    TableFile(
        "docx two tables",
        in_docx(table(row("a", "b")), word.p("between them;"), table(row("c", "–"))),
        {(1, 0, 0): "a", (1, 0, 1): "b", (2, 0, 0): "c", (2, 0, 1): "–"},
        {(1, 0, 0): "a", (1, 0, 1): "b", (2, 0, 0): "c", (2, 0, 1): "–"},
    ),
    TableFile(
        "odt plain with header rows",
        in_odt(odt_table(odt_row(*MANDATE[1]), odt_row(*MANDATE[2]), header=odt_row(*MANDATE[0]))),
        cells(*MANDATE),
        cells(*MANDATE),
        frozenset({0}),
    ),
    TableFile(
        "odt spans and covered cells",
        in_odt(
            odt_table(
                odt_row(odt_cell("Group", columns=2), COVERED, "Year"),
                odt_row(odt_cell("North", rows=2), "lamps", "2027"),
                odt_row(COVERED, "bells", "2028"),
            )
        ),
        {
            **{(1, 0, 0): "Group", (1, 0, 2): "Year", (1, 1, 0): "North", (1, 1, 1): "lamps", (1, 1, 2): "2027"},
            **{(1, 2, 1): "bells", (1, 2, 2): "2028"},
        },
        {
            **{(1, 0, 0): "Group", (1, 0, 2): "Year", (1, 1, 0): "North", (1, 1, 1): "lamps", (1, 1, 2): "2027"},
            **{(1, 2, 1): "bells", (1, 2, 2): "2028"},
        },
        spans={(1, 0, 0): (1, 2), (1, 1, 0): (2, 1)},
    ),
    TableFile(
        "odt rows inserted and deleted",
        in_odt(
            odt_table(
                odt_row("lamp", "7"),
                odt_row(odt_cell(odt.p(odt.dele("buoy"))), odt_cell(odt.p(odt.dele("8")))),
                odt_row(odt_cell(odt.p(odt.ins("bell"))), odt_cell(odt.p(odt.ins("9")))),
            )
        ),
        cells(("lamp", "7"), ("buoy", "8"), (None, None)),
        cells(("lamp", "7"), (None, None), ("bell", "9")),
    ),
    TableFile(
        "odt words changed, several paragraphs, a table in a cell",
        in_odt(
            odt_table(
                odt_row("Task", odt_cell(odt.p("light ", odt.dele("one"), odt.ins("all")), "paint")),
                odt_row("More", odt_cell("see", odt_table(odt_row("x", "y")))),
            )
        ),
        cells(("Task", "light one\npaint"), ("More", "see\nx\ny")),
        cells(("Task", "light all\npaint"), ("More", "see\nx\ny")),
    ),
    TableFile(
        "odt cells that repeat",
        in_odt(odt_table(odt_row('<table:table-cell table:number-columns-repeated="2"/>', "third"), odt_row("a", "b", "c"))),
        {(1, 0, 2): "third", (1, 1, 0): "a", (1, 1, 1): "b", (1, 1, 2): "c"},
        {(1, 0, 2): "third", (1, 1, 0): "a", (1, 1, 1): "b", (1, 1, 2): "c"},
    ),
]
