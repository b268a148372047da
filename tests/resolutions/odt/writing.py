"""Writes .odt files for tests: our own XML, so that a test shows the very marks it is about.

Changes are written where they happen, and gathered from there: `ins` puts the marks of an insertion around some words or paragraphs,
`dele` leaves the mark of a deletion and keeps what was deleted for the list of changes at the beginning of the text.
"""

import zipfile
from collections.abc import Iterable
from itertools import count
from xml.sax.saxutils import quoteattr

from tests.resolutions.docx.writing import zipped

MIME = "application/vnd.oasis.opendocument.text"
NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in {
        **{name: name for name in ("office", "text", "style", "table")},
        **{"draw": "drawing", "svg": "svg-compatible", "meta": "meta", "form": "form"},
    }.items()
) + (
    ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0"'
)
BY = "<office:change-info><dc:creator>A Translator</dc:creator><dc:date>2024-09-01T00:00:00</dc:date></office:change-info>"
MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{MIME}"/>{{}}</manifest:manifest>'
)


def style(name: str, shown: str = "", parent: str = "", more: str = "", content: str = "", family: str = "paragraph") -> str:
    """A style:style. shown -- its name for people; more -- further attributes; content -- its properties"""
    said = f' style:display-name="{shown}"' if shown else ""
    said += f' style:parent-style-name="{parent}"' if parent else ""
    return f'<style:style style:name="{name}" style:family="{family}"{said} {more}>{content}</style:style>'


STYLES = "".join(
    [
        style("Standard"),
        style("Proposal"),
        style("Res_5f_No", "Res_No", "Standard"),
        style("Res_5f_title", "Res_title", "Standard"),
        style("Res_5f_ref", "Res_ref", "Standard"),
        style("Normal_20_after_20_title", "Normal after title", "Standard"),
        style("Call", "", "Standard"),
        style("Reasons", "", "Standard"),
        style("Annex_5f_No", "Annex_No", "Standard"),
        style("Heading"),
        style("Heading_20_1", "Heading 1", "Heading"),
    ]
)

regions: dict[str, str] = {}
_numbers = count(1)


def t(text: str) -> str:
    """Words; a tab in the text is a text:tab."""
    return text.replace("\t", "<text:tab/>")


def _region(content: str) -> str:
    name = f"ct{next(_numbers)}"
    regions[name] = f'<text:changed-region xml:id="{name}" text:id="{name}">{content}</text:changed-region>'
    return name


def ins(*content: str) -> str:
    """Inserted words, or inserted paragraphs where their ends belong to the insertion."""
    name = _region(f"<text:insertion>{BY}</text:insertion>")
    return f'<text:change-start text:change-id="{name}"/>{"".join(map(t, content))}<text:change-end text:change-id="{name}"/>'


def begin() -> tuple[str, str]:
    """The two marks of an insertion, for one that begins and ends within paragraphs."""
    name = _region(f"<text:insertion>{BY}</text:insertion>")
    return f'<text:change-start text:change-id="{name}"/>', f'<text:change-end text:change-id="{name}"/>'


def dele(*content: str, was_inserted: bool = False) -> str:
    """The mark of a deletion. content -- words of one paragraph; or whole blocks, of which the first and the last lie within a paragraph
    if the mark does"""
    words = "".join(content if content and content[0].startswith(("<text:p", "<text:h", "<text:list", "<table:")) else [p(*content)])
    inserted = f"<text:insertion>{BY}</text:insertion>" if was_inserted else ""
    name = _region(f"<text:deletion>{BY}{words}</text:deletion>{inserted}")
    return f'<text:change text:change-id="{name}"/>'


def p(*runs: str, style: str = "Standard", tag: str = "p", more: str = "") -> str:
    return f"<text:{tag} text:style-name={quoteattr(style)} {more}>{''.join(map(t, runs))}</text:{tag}>"


def header(text: str) -> str:
    return p(text, style="Proposal")


def call(text: str) -> str:
    return p(text, style="Call")


def listed(*items: str, style: str = "", more: str = "") -> str:
    """A text:list of some items, each written by `item`."""
    named = f' text:style-name="{style}"' if style else ""
    return f"<text:list{named} {more}>{''.join(items)}</text:list>"


def item(*blocks: str, more: str = "", tag: str = "list-item") -> str:
    return f"<text:{tag} {more}>{''.join(block if block.startswith('<') else p(block) for block in blocks)}</text:{tag}>"


def level(depth: int, form: str, *, suffix: str = "", more: str = "", tag: str = "list-level-style-number") -> str:
    """depth -- counted from 1; form -- 1, a, A, i, I or none of them"""
    return f'<text:{tag} text:level="{depth}" style:num-format="{form}" style:num-suffix="{suffix}" {more}/>'


def list_style(name: str, *levels: str) -> str:
    return f'<text:list-style style:name="{name}">{"".join(levels)}</text:list-style>'


def proposal(*paragraphs: str, action: str = "MOD", code: str = "ABC/12A3/1") -> str:
    """A whole proposal on a resolution 7 that is not one."""
    return "".join(
        [
            header(f"{action}\t{code}"),
            p("RESOLUTION 7 (REV. SOMEWHERE, 2022)", style="Res_5f_No"),
            p("Lighthouses", style="Res_5f_title"),
            *paragraphs,
        ]
    )


def table(*rows: Iterable[str]) -> str:
    """A table of words, or of paragraphs."""
    cells = ([cell if cell.startswith("<text:") else p(cell) for cell in row] for row in rows)
    written = ("".join(f"<table:table-cell>{cell}</table:table-cell>" for cell in row) for row in cells)
    return f"<table:table>{''.join(f'<table:table-row>{row}</table:table-row>' for row in written)}</table:table>"


def note(*paragraphs: str, kind: str = "footnote", mark: str = "1") -> str:
    content = "".join(paragraph if paragraph.startswith("<") else p(paragraph) for paragraph in paragraphs)
    return (
        f'<text:note text:note-class="{kind}"><text:note-citation>{mark}</text:note-citation>'
        f"<text:note-body>{content}</text:note-body></text:note>"
    )


def box(*paragraphs: str) -> str:
    """A text box, as a stamp is put on a page."""
    return f"<draw:frame><draw:text-box>{''.join(map(p, paragraphs))}</draw:text-box></draw:frame>"


def changes_in(*texts: str) -> str:
    """The list of the changes whose marks stand in these texts, deleted texts included."""
    found: dict[str, str] = {}
    left = list(texts)
    while left:
        text = left.pop()
        for piece in text.split('text:change-id="')[1:]:
            name = piece.partition('"')[0]
            if name in regions and name not in found:
                found[name] = regions[name]
                left.append(regions[name])
    return f"<text:tracked-changes>{''.join(found.values())}</text:tracked-changes>" if found else ""


def document(body: str, automatic: str = "", changes: str | None = None) -> str:
    """The content.xml of a text. changes -- its list of changes, if not that of the marks in it"""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {NAMESPACES}><office:scripts/>'
        f"<office:automatic-styles>{automatic}</office:automatic-styles><office:body><office:text>"
        f"{changes_in(body) if changes is None else changes}{body}</office:text></office:body></office:document-content>"
    )


def odt(
    body: str = "",
    *,
    xml: str | bytes | None = None,
    styles: str = STYLES,
    automatic: str = "",
    heads: Iterable[tuple[str, str]] = (),
    style_sheet: str | None = None,
    mimetype: str = MIME,
    manifest: str = "",
    more: Iterable[tuple[str, str | bytes]] = (),
    compression: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """The bytes of an .odt. automatic -- automatic styles of its text; heads -- running heads and feet, as (header or footer…, content);
    style_sheet -- the styles.xml, if not that of `styles` and `heads`; more -- further members."""
    pages = "".join(f"<style:{kind}>{changes_in(content)}{content}</style:{kind}>" for kind, content in heads)
    if style_sheet is None:
        style_sheet = (
            f"<office:document-styles {NAMESPACES}><office:styles>{styles}</office:styles><office:automatic-styles/>"
            f"<office:master-styles><style:master-page>{pages}</style:master-page></office:master-styles></office:document-styles>"
        )
    members: list[tuple[str, str | bytes]] = [
        *([("mimetype", mimetype)] if mimetype else []),
        ("content.xml", document(body, automatic) if xml is None else xml),
        ("styles.xml", style_sheet),
        ("META-INF/manifest.xml", MANIFEST.format(manifest)),
        *more,
    ]
    return zipped(members, compression)
