"""What the name and the first page of a document say of the document itself.

That it is of limited distribution: temporary documents (TD), drafts of a conference (DT) and limited documents (DL) need an account of a
member; of these only the number may be stored. Source: General Rules of the Union, and the access rules of each body.

That it is a revision of an earlier one, or a corrigendum.
"""

import re
from collections.abc import Collection, Iterable

from .lexicon import matching, normalise

FIRST_PAGE = 60  # paragraphs; a first page has fewer
# Letters: a running head or a line of the title block, not a sentence about one.
LONGEST_MARKING, LONGEST_ISSUE = 120, 80

# --- Limited distribution -----------------------------------------------------------------------------------------------------

# `T22-TSAG-221212-TD-GEN-0011-R1-MSW-E`, `S14-PP-DT-0078!!MSW-E`, `CCP.I-TIC-doc.0123_restricted`.
IN_NAME = re.compile(r"(?<![A-Za-z])(?:TD|DT|DL)(?![A-Za-z])")
WORD_IN_NAME = re.compile(
    r"(?<![a-z])(?:restricted|restringid[oa]|restreinte?|confidential|confidentiel(?:le)?|confidencial|limited.distribution)(?![a-z])"
)
# `DT/78-E`, `Document PP14/DT/78-E`, `TD 11 (GEN)`, `TSAG-TD/123 Rev.1`, `WTSA16/DL/4-E`.
NUMBER = re.compile(
    r"(?<![A-Za-z])(?:[A-Z]{2,6}\d{0,2}[-/ ])?(?:(?:DT|DL)\s?[/ ]\s?\d+|TD[-/ ]?(?:[A-Z]{2,5}[-/ ])?\d+)"
    r"(?:\s?\([\w. ]{1,12}\)|[-/.]\w{1,6}|\s?(?:Rev|Add|Corr)\.?\s?\d{1,2})*"
)
# A line that is only the marking, or cannot mean anything else.
MARKING = re.compile(
    r"(?:itu[-\w ]{0,4}|distribution|diffusion|access|classification|document|status|acces|acceso)?\s*[:–-]?\s*"
    r"(?:restricted|restreinte?|restringid[oa]|confidential|confidentiel(?:le)?|confidencial|ties(?: only)?|для служебного пользования"
    r"|محدود التوزيع|限制分发|限制发行)(?: (?:distribution|document|use|access))?[.!]?"
)
PHRASE = re.compile(
    r"limited distribution|restricted (?:distribution|to members)|for members only"
    r"|distribution (?:limit[ée]e|restreinte)|diffusion restreinte"
    r"|distribuci[óo]n (?:limitada|restringida)|ограниченного распространения|(?:temporary|drafting group) document\b"
    r"|document temporaire|documento temporal|временный документ|وثيقة مؤقتة|临时文件"
)
# What may stand beside a number or a marking that is a stamp; beside any other word, a line only speaks of it.
BESIDE = re.compile(
    r"documento?s?|document[eo]?|doc|документ|وثيقة|文件|original|english|french|spanish|russian|arabic|chinese|anglais|français|espagnol"
    r"|inglés|francés|español|itu|uit|мсэ|wtsa|amnt|pp|tsag|gcnt|gant|citel|ccp|cept|atu|uat|apt|rcc|itu-t|uit-t|for|pour|para|use|only"
    r"|no|nº|n°|number|annex|addendum|revision|corrigendum|rev|add|corr|to|of|the|distribution|diffusion|distribución|access|acceso|group"
    r"|ad|hoc|temporary|draft|working|january|february|march|april|may|june|july|august|september|october|november|december|janvier"
    r"|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre|enero|febrero|marzo|abril|mayo|junio|julio|agosto"
    r"|septiembre|octubre|noviembre|diciembre|de|del|page|plenary|com|gen|[a-z]?\d+|[a-z]"
)
WORDS = re.compile(r"[^\W_]+")
WORDLESS = re.compile(r"\.(?:docx?|odt)$", re.IGNORECASE)


def limited_number(file: str, first_page: Iterable[str]) -> str | None:
    """The number of a document of limited distribution ("" where it cannot be read), or None for a public one.

    file -- its name, folders and all; first_page -- its first paragraphs and running heads, as read
    """
    name = WORDLESS.sub("", file.replace("\\", "/").rsplit("/", 1)[-1])
    lines = [line for text in first_page for line in map(normalise, text.split("\n")) if line and len(line) <= LONGEST_MARKING]
    # A number is alone on its line, or beside words like "Document": other lines only mention it.
    numbers = [match[0].strip() for line in lines if (match := NUMBER.search(line)) and _is_stamp(line, match)]
    if numbers:
        return numbers[0]
    if IN_NAME.search(name) or WORD_IN_NAME.search(name.casefold()):
        return normalise(name)
    for line in map(matching, lines):
        if MARKING.fullmatch(line) or ((match := PHRASE.search(line)) and _is_stamp(line, match)):
            return ""
    return None


def _is_stamp(line: str, match: re.Match[str]) -> bool:
    """Whether nothing but words of a title block stands beside what was found."""
    beside = WORDS.findall(f"{line[: match.start()]} {line[match.end() :]}".casefold())
    return all(map(BESIDE.fullmatch, beside))


# --- Revisions and corrigenda -------------------------------------------------------------------------------------------------

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
        if len(line) > LONGEST_ISSUE:
            continue
        for match in filter(None, (pattern.search(matching(line)) for pattern in patterns)):
            if match["document"] is None or int(match["document"]) in documents:
                yield line, int(match["number"])
