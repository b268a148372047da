"""Reads contributions and resolutions from Word files, and from OpenDocument texts: bytes in, dataclasses out. No database, no network,
no disk, no Django. Which of the two a file is, its content says, not its name; `guard` and `reading` know Word files only, and
`resolutions.importers.odt` is what they are for the other format.

    glance(data, file="…")            refuses what shows at once
    read_contribution(data, file="…") the proposals of a contribution, both texts of each clause
    read_resolution(data, file="…")   a resolution by itself
    split_pasted(text)                the same, from pasted text
    as_json(extraction)               what `python -m resolutions.importers.docx FILE.docx --json` prints

All of them raise `FileRefused` for a file that may not be read; what could not be read of one that may is in `warnings`, with its place.
A hostile file costs at most about 200 MiB and two seconds; run in a worker all the same.
Sources: ECMA-376 and OpenDocument (the formats), Resolution 1 of the assembly (how resolutions are laid out), General Rules No. 42
(identifiers).
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from typing import Any

from resolutions.domain.tables import CellPlace

from ..itu import structure
from ..itu.first_page import FIRST_PAGE, limited_number
from ..itu.headers import Code, header_of, parse_code
from ..itu.lexicon import Call, call, normalise
from ..itu.shapes import DocumentProposal, Extraction, Heading, ProposedChange, ResolutionText, TextClause, TwoColumnTable
from ..itu.version_tables import two_column_tables, with_versions
from ..odt import is_open_document
from ..odt import read_paragraphs as paragraphs_of_odt
from ..packages import MAX_FILE, open_package
from ..packages import glance as _glance
from ..paragraphs import FileRefused, MarkedDocument, Paragraph, ReaderWarning, RefusalCode, WarningCode, shorten
from ..pasted_pages import put_together
from ..pasted_tables import with_cells
from . import reading
from .guard import parts_of

__all__ = [
    "MAX_FILE",
    "Call",
    "Code",
    "DocumentProposal",
    "Extraction",
    "FileRefused",
    "Heading",
    "ProposedChange",
    "ReaderWarning",
    "RefusalCode",
    "ResolutionText",
    "TextClause",
    "TwoColumnTable",
    "WarningCode",
    "as_json",
    "as_source",
    "call",
    "extract",
    "from_source",
    "glance",
    "normalise",
    "parse_code",
    "read_contribution",
    "read_marked",
    "read_resolution",
    "refusal_as_json",
    "split_pasted",
]

NORMALISATION = (
    'NBSP and runs of white space -> one space; no-break hyphen U+2011 -> "-"; bidi marks U+200E/U+200F dropped; '
    "footnote reference n -> [^n]; trimmed"
)


def glance(data: bytes, *, file: str = "") -> None:
    """Raises Refused for what its first bytes, its size or its name show. Microseconds."""
    number = limited_number(file, ())
    if number is not None:
        raise FileRefused(RefusalCode.LIMITED_DISTRIBUTION, number=number or None)
    _glance(data)


def read_contribution(data: bytes, *, file: str = "") -> Extraction:
    """The proposals of a contribution.

    data -- the bytes of a .docx or an .odt, at most 20 MiB
    file -- its name, which may say that it is of limited distribution

    Raises FileRefused. A contribution of 60 clauses takes some 15 ms, one of 10,000 clauses about half a second.
    """
    return extract(read_marked(data, file=file), file=file)


def read_marked(data: bytes, *, file: str = "") -> MarkedDocument:
    """Both texts of a file, paragraph by paragraph. Raises FileRefused."""
    return _read(data, file)


def extract(document: MarkedDocument, *, file: str = "", declared: Mapping[int, bool] | None = None) -> Extraction:
    """The proposals of a contribution. declared -- by number of a table of two columns, whether a person says that it holds two versions"""
    first_page = [line for text in _first_page(document) for line in text.split("\n")]
    tables = two_column_tables(document.after, declared or {})
    document = with_versions(document, tables)
    said = [
        ReaderWarning(WarningCode.TWO_VERSIONS, table.place, shorten(f"{table.left} | {table.right}"))
        for table in tables
        if table.is_versions
    ]
    document = replace(document, warnings=[*document.warnings, *said])
    return replace(structure.extract(document, file, first_page), tables=tuple(tables))


def as_source(document: MarkedDocument) -> dict[str, Any]:
    """A document as plain values, so that it can be read again without its file. Who made the marks is left out."""
    return asdict(replace(document, authors=set(), note_warnings={})) | {"authors": []}


def from_source(values: Mapping[str, Any]) -> MarkedDocument:
    def paragraphs(name: str) -> list[Paragraph]:
        return [
            Paragraph(**row | {"places": tuple(row["places"]), "cell": CellPlace(**row["cell"]) if row["cell"] else None})
            for row in values[name]
        ]

    return MarkedDocument(
        paragraphs("before"),
        paragraphs("after"),
        {name: (before, after) for name, (before, after) in values["notes"].items()},
        set(),
        [ReaderWarning(WarningCode(row["code"]), row["place"], row["text"]) for row in values["warnings"]],
        list(values["heads"]),
        values["has_styles"],
        boxes=[(place, words) for place, words in values["boxes"]],
    )


def read_resolution(data: bytes, *, file: str = "") -> ResolutionText:
    """A resolution by itself, with every mark in it accepted. Raises FileRefused."""
    document = _read(data, file)
    return structure.resolution(document.after, structure.language_of(document), document.warnings)


def split_pasted(text: str, *, undone: Collection[str] = ()) -> ResolutionText:
    """A resolution pasted as text, one paragraph a line; places count its lines from 1. Raises FileRefused over 4 MiB.

    Copied out of a PDF, it is put together again first; undone -- repairs to be left out, see `pasted_pages`
    """
    if len(text) > 4 * 1024 * 1024:
        raise FileRefused(RefusalCode.TOO_LARGE)
    pasted = put_together(text, undone)
    plain = [normalise(line.text) for line in pasted.paragraphs[:2_000]]
    language = structure.language_of_calls(line for line in plain if structure.is_call(line)) or structure.by_script(text[:4_000])
    warnings = [ReaderWarning(WarningCode.LINES_NOT_JOINED)] if pasted.is_wrapped else []
    found = structure.resolution(list(with_cells(pasted.paragraphs)), language, warnings)
    return replace(found, clauses=(*found.clauses, *structure.notes_of(found.clauses, dict(pasted.notes))), repairs=pasted.repairs)


def _read(data: bytes, file: str) -> MarkedDocument:
    package = open_package(data)
    document = paragraphs_of_odt(package) if is_open_document(package) else reading.read_paragraphs(parts_of(package))
    number = limited_number(file, _first_page(document))
    if number is not None:
        raise FileRefused(RefusalCode.LIMITED_DISTRIBUTION, number=number or None)
    return document


def _first_page(document: MarkedDocument) -> list[str]:
    """The running heads, and what stands above the first proposal."""
    first_page = document.heads[:]
    end = 0
    for paragraph in document.after[:FIRST_PAGE]:
        end = paragraph.places[-1]
        if header_of(paragraph) or paragraph.kind in ("resno", "call"):
            break
        first_page.append(paragraph.text)
    # A stamp may be anchored to any paragraph of the page, and to the first header as well.
    return first_page + [words for place, words in document.boxes if place <= end]


def as_json(extraction: Extraction) -> dict[str, object]:
    """An extraction as plain values, ready for `json.dumps`. `warnings` is there only when there are some."""
    found: dict[str, object] = {
        "file": extraction.file,
        "status": "ok",
        "language": extraction.language,
        "normalisation": NORMALISATION,
        "authors": list(extraction.authors),
        "proposals": [
            {
                "action": proposal.action,
                "code": proposal.code,
                "clauses": [_clause_as_json(clause) for clause in proposal.clauses],
                "reasons": proposal.reasons,
                "resolution": asdict(proposal.resolution),
            }
            for proposal in extraction.proposals
        ],
    }
    if extraction.warnings:
        found["warnings"] = [{"code": warned.code.value, "place": warned.place, "text": warned.text} for warned in extraction.warnings]
    return found


def _clause_as_json(clause: ProposedChange) -> dict[str, Any]:
    values = asdict(clause)
    if clause.cell is None:
        del values["cell"]
    return values


def refusal_as_json(refused: FileRefused, *, file: str = "") -> dict[str, str | None]:
    """A refusal as plain values: its code, and the document's number where only that may be kept."""
    return {"file": file, "status": "refused", "code": refused.code.value, "number": refused.number}
