"""Tells papers of limited distribution from public ones, by their name and first page.

Temporary documents (TD), drafts of a conference (DT) and limited documents (DL) need an account of a member; of these a coalition
may keep the number, not the text. Source: General Rules of the Union, and the access rules of each body.
"""

import re
from collections.abc import Iterable

from .lexicon import matching, normalise

FIRST_PAGE = 60  # paragraphs; a first page has fewer
SHORT = 120  # letters: a running head or a line of the title block, not a sentence about one

# `T22-TSAG-221212-TD-GEN-0011-R1-MSW-E`, `S14-PP-DT-0078!!MSW-E`, `CCP.I-TIC-doc.0123_restricted`.
IN_NAME = re.compile(r"(?<![A-Za-z])(?:TD|DT|DL)(?![A-Za-z])")
WORD_IN_NAME = re.compile(
    r"(?<![a-z])(?:restricted|restringid[oa]|restreinte?|confidential|confidentiel(?:le)?|confidencial|limited.distribution)(?![a-z])"
)
# `DT/78-E`, `Document PP14/DT/78-E`, `TD 11 (GEN)`, `TSAG-TD/123 Rev.1`, `WTSA16/DL/4-E`.
NUMBER = re.compile(r"(?<![A-Za-z])(?:[A-Z]{2,6}\d{0,2}[-/ ])?(?:(?:DT|DL)\s?[/ ]\s?\d+|TD[-/ ]?(?:[A-Z]{2,5}[-/ ])?\d+)[\w()/. -]{0,24}")
# A line that is nothing but the marking, or one that can mean nothing else.
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
WORDLESS = re.compile(r"\.docx?$", re.IGNORECASE)


def limited_number(file: str, first_page: Iterable[str]) -> str | None:
    """The number of a paper of limited distribution ("" when it has none we can read), or None for a public one.

    file -- its name, folders and all; first_page -- its first paragraphs and running heads, as read
    """
    name = WORDLESS.sub("", file.replace("\\", "/").rsplit("/", 1)[-1])
    lines = [line for text in first_page for line in map(normalise, text.split("\n")) if line and len(line) <= SHORT]
    # A number stands alone, or beside a few words like "Document": else the line only speaks of that paper.
    numbers = [match[0].strip() for line in lines if (match := NUMBER.search(line)) and len(line) - len(match[0]) <= 30]
    if numbers:
        return numbers[0]
    if IN_NAME.search(name) or WORD_IN_NAME.search(name.casefold()):
        return normalise(name)
    for line in map(matching, lines):
        if MARKING.fullmatch(line) or PHRASE.search(line):
            return ""
    return None
