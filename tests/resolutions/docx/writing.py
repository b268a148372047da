"""Writes .docx files for tests: our own XML, so that a test shows the very marks it is about."""

import io
import zipfile
from collections.abc import Iterable

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT_W = "http://purl.oclc.org/ooxml/wordprocessingml/main"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="{main}"/></Types>'
)
RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
RELATION = (
    '<Relationship Id="r{id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"{mode}/>'
)
BY = 'w:id="1" w:author="A Translator" w:date="2024-09-01T00:00:00Z"'

NAMES = {
    "Proposal": "Proposal",
    "ResNo": "Res_No",
    "Restitle": "Res_title",
    "Resref": "Res_ref",
    "Normalaftertitle": "Normal after title",
    "Call": "Call",
    "Reasons": "Reasons",
    "AnnexNo": "Annex_No",
}
STYLES = "".join(
    f'<w:style w:type="paragraph" w:styleId="{identifier}"><w:name w:val="{name}"/></w:style>' for identifier, name in NAMES.items()
)


def t(text: str) -> str:
    """A run; a tab in the text is a w:tab."""
    pieces = "<w:tab/>".join(f'<w:t xml:space="preserve">{piece}</w:t>' if piece else "" for piece in text.split("\t"))
    return f"<w:r>{pieces}</w:r>"


def ins(*runs: str) -> str:
    return f"<w:ins {BY}>{''.join(runs)}</w:ins>"


def dele(*runs: str) -> str:
    return f"<w:del {BY}>{''.join(runs).replace('<w:t ', '<w:delText ').replace('</w:t>', '</w:delText>')}</w:del>"


def p(*runs: str, style: str = "", mark: str = "", extra: str = "") -> str:
    """A paragraph. mark -- ins, del, moveTo or moveFrom: what happened to its paragraph mark."""
    style = f'<w:pStyle w:val="{style}"/>' if style else ""
    mark = f"<w:rPr><w:{mark} {BY}/></w:rPr>" if mark else ""
    return f"<w:p><w:pPr>{style}{extra}{mark}</w:pPr>{''.join(run if run.startswith('<') else t(run) for run in runs)}</w:p>"


def header(text: str) -> str:
    return p(text, style="Proposal")


def call(text: str) -> str:
    return p(text, style="Call")


def proposal(*paragraphs: str, action: str = "MOD", code: str = "ABC/12A3/1") -> str:
    """A whole proposal on a resolution 7 that is not one."""
    return "".join(
        [
            header(f"{action}\t{code}"),
            p("RESOLUTION 7 (REV. SOMEWHERE, 2022)", style="ResNo"),
            p("Lighthouses", style="Restitle"),
            *paragraphs,
        ]
    )


def document(body: str, namespace: str = W) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document xmlns:w="{namespace}" '
        'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><w:body>'
        f"{body}</w:body></w:document>"
    )


def part(name: str, content: str, namespace: str = W) -> str:
    return f'<w:{name} xmlns:w="{namespace}">{content}</w:{name}>'


def docx(
    body: str = "",
    *,
    xml: str | bytes | None = None,
    styles: str = STYLES,
    numbering: str = "",
    footnotes: str = "",
    page_header: str = "",
    heads: Iterable[tuple[str, str]] = (),
    outside: Iterable[tuple[str, str]] = (),
    main: str = MAIN,
    more: Iterable[tuple[str, str | bytes]] = (),
    namespace: str = W,
    compression: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """The bytes of a .docx. heads -- further running heads and feet, as (header or footer, content);
    outside -- (kind, target) of relations that point outside; more -- further members."""
    kinds = {"styles": styles, "numbering": numbering, "footnotes": footnotes, "header": page_header}
    relations = [RELATION.format(id=index, kind=kind, target=f"{kind}.xml", mode="") for index, kind in enumerate(kinds) if kinds[kind]] + [
        RELATION.format(id=f"o{index}", kind=kind, target=target, mode=' TargetMode="External"')
        for index, (kind, target) in enumerate(outside)
    ]
    roots = {"header": "hdr", "footer": "ftr"}
    numbered = [(kind, f"{kind}{index}.xml", part(roots[kind], content, namespace)) for index, (kind, content) in enumerate(heads, start=1)]
    relations += [RELATION.format(id=f"h{name}", kind=kind, target=name, mode="") for kind, name, _content in numbered]
    members: list[tuple[str, str | bytes]] = [
        ("[Content_Types].xml", TYPES.format(main=main)),
        ("_rels/.rels", RELATIONS.format(RELATION.format(id="1", kind="officeDocument", target="word/document.xml", mode=""))),
        ("word/document.xml", document(body, namespace) if xml is None else xml),
        ("word/_rels/document.xml.rels", RELATIONS.format("".join(relations))),
        *((f"word/{kind}.xml", part(roots.get(kind, kind), content, namespace)) for kind, content in kinds.items() if content),
        *((f"word/{name}", content) for _kind, name, content in numbered),
        *more,
    ]
    return zipped(members, compression)


def zipped(members: Iterable[tuple[str, str | bytes]], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return target.getvalue()
