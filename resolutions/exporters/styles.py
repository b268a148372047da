"""The fixed parts of an exported .docx: styles, settings, properties. Styles have the names of ITU's templates."""

from xml.sax.saxutils import escape, quoteattr

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

# As Word writes languages.
LANGUAGES = {"ar": "ar-SA", "en": "en-GB", "es": "es-ES", "fr": "fr-FR", "ru": "ru-RU", "zh": "zh-CN"}

# Style id: (name, properties of the paragraph, properties of its runs), each in the order of the schema.
_STYLES = {
    "Title": ("Title", '<w:keepNext/><w:spacing w:after="60"/>', '<w:b/><w:bCs/><w:sz w:val="32"/><w:szCs w:val="32"/>'),
    "Subtitle": ("Subtitle", '<w:keepNext/><w:spacing w:after="360"/>', '<w:color w:val="595959"/>'),
    "Proposal": ("Proposal", '<w:keepNext/><w:spacing w:before="240"/>', "<w:b/><w:bCs/>"),
    "ResNo": ("Res_No", '<w:keepNext/><w:spacing w:before="360"/><w:jc w:val="center"/>', '<w:sz w:val="28"/><w:szCs w:val="28"/>'),
    "Restitle": ("Res_title", '<w:keepNext/><w:jc w:val="center"/>', '<w:b/><w:bCs/><w:sz w:val="28"/><w:szCs w:val="28"/>'),
    "Resref": ("Res_ref", '<w:keepNext/><w:jc w:val="center"/>', "<w:i/><w:iCs/>"),
    "Normalaftertitle": ("Normal after title", '<w:spacing w:before="320"/>', ""),
    "Call": ("Call", '<w:keepNext/><w:spacing w:before="240"/><w:ind w:left="794"/>', "<w:i/><w:iCs/>"),
    # The number stands in the margin before the text, on whichever side the text begins.
    "Clause": ("enumlev1", '<w:tabs><w:tab w:val="left" w:pos="794"/></w:tabs><w:ind w:left="794" w:hanging="794"/>', ""),
    "Headingb": ("Heading_b", '<w:keepNext/><w:spacing w:before="240"/>', "<w:b/><w:bCs/>"),
    "AnnexNo": ("Annex_No", '<w:keepNext/><w:spacing w:before="480"/><w:jc w:val="center"/>', "<w:caps/>"),
    "Note": ("Note", "", '<w:sz w:val="20"/><w:szCs w:val="20"/>'),
    "InForce": (
        "Text in force",
        '<w:keepNext/><w:tabs><w:tab w:val="left" w:pos="794"/></w:tabs><w:spacing w:before="240"/><w:ind w:left="794" w:hanging="794"/>',
        '<w:color w:val="595959"/>',
    ),
    "Source": ("Wording of", '<w:keepNext/><w:spacing w:before="160" w:after="0"/><w:ind w:left="794"/>', "<w:b/><w:bCs/>"),
    "Wording": ("Wording", '<w:tabs><w:tab w:val="left" w:pos="1588"/></w:tabs><w:ind w:left="1588" w:hanging="794"/>', ""),
    "CommentText": ("annotation text", "", '<w:sz w:val="20"/><w:szCs w:val="20"/>'),
}
STYLE_OF = {
    "resno": "ResNo",
    "restitle": "Restitle",
    "resref": "Resref",
    "opening": "Normalaftertitle",
    "heading": "Headingb",
    "annex": "AnnexNo",
    "note": "Note",
    "footnote": "Note",
}


def style_sheet(language: str) -> str:
    bidi = "<w:bidi/>" if language == "ar" else ""
    tongue = LANGUAGES[language]
    # Latin text is taken for English.
    latin = "en-GB" if language in ("ar", "zh") else tongue
    fonts = '<w:rFonts w:ascii="Calibri" w:eastAsia="SimSun" w:hAnsi="Calibri" w:cs="Arial"/>'
    lang = f'<w:lang w:val="{latin}" w:eastAsia="{tongue if language == "zh" else "zh-CN"}" w:bidi="ar-SA"/>'
    styles = "".join(
        f'<w:style w:type="paragraph" w:customStyle="{int(name not in ("Title", "Subtitle", "annotation text"))}" w:styleId="{identifier}">'
        f'<w:name w:val="{name}"/><w:basedOn w:val="Normal"/><w:qFormat/>'
        f"{f'<w:pPr>{paragraph}</w:pPr>' if paragraph else ''}{f'<w:rPr>{run}</w:rPr>' if run else ''}</w:style>"
        for identifier, (name, paragraph, run) in _STYLES.items()
    )
    return (
        f'{_DECLARATION}<w:styles xmlns:w="{W}"><w:docDefaults><w:rPrDefault><w:rPr>{fonts}'
        f'<w:sz w:val="24"/><w:szCs w:val="24"/>{lang}</w:rPr></w:rPrDefault>'
        '<w:pPrDefault><w:pPr><w:spacing w:after="120"/></w:pPr></w:pPrDefault></w:docDefaults>'
        f'<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>'
        f"{f'<w:pPr>{bidi}</w:pPr>' if bidi else ''}</w:style>{styles}</w:styles>"
    )


def settings() -> str:
    """Without this, Word opens the file in compatibility mode."""
    return (
        f'{_DECLARATION}<w:settings xmlns:w="{W}"><w:compat><w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>'
    )


def core_properties(title: str, language: str) -> str:
    """The title and the language; nobody's name, no day, no program."""
    return (
        f'{_DECLARATION}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(title)}</dc:title><dc:language>{LANGUAGES[language]}</dc:language></cp:coreProperties>"
    )


def content_types(parts: list[str]) -> str:
    """parts -- by name ("styles"), all under word/, those written beside the document itself."""
    kinds = {"document": "document.main"} | {name: name for name in parts}
    overrides = "".join(f'<Override PartName="/word/{name}.xml" ContentType="{_WORD}.{kind}+xml"/>' for name, kind in kinds.items())
    return (
        f'{_DECLARATION}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'{overrides}<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
    )


def package_relations() -> str:
    return _relations(
        [
            (f"{_OFFICE}/officeDocument", "word/document.xml"),
            (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        ]
    )


def document_relations(parts: list[str]) -> str:
    return _relations([(f"{_OFFICE}/{name}", f"{name}.xml") for name in parts])


def _relations(relations: list[tuple[str, str]]) -> str:
    found = "".join(
        f'<Relationship Id="r{place}" Type={quoteattr(kind)} Target={quoteattr(target)}/>'
        for place, (kind, target) in enumerate(relations, start=1)
    )
    return f'{_DECLARATION}<Relationships xmlns="{_PACKAGE}/relationships">{found}</Relationships>'
