"""The words that structure a resolution: calls, headings, reasons, in the six languages of the ITU. Of calls: `call_words`."""

import re
import unicodedata
from dataclasses import dataclass

from .call_words import CALL_WORDS, CallWords

LANGUAGES = ("ar", "en", "es", "fr", "ru", "zh")
BY_LETTER = {"A": "ar", "C": "zh", "E": "en", "F": "fr", "R": "ru", "S": "es"}

MAX_CALL = 300  # letters; longer than any call, shorter than most clauses
MAX_HEADING = 300  # letters


@dataclass(frozen=True, slots=True)
class Call:
    """A verb line: `resolves to instruct Study Group 2` is the verb `resolves to instruct` and the addressee `Study Group 2`."""

    language: str
    part: str
    verb: str
    addressee: str


def normalise(text: str) -> str:
    """The form in which texts are given and compared: NFC, runs of white space (NBSP too) as one space, U+2011 as "-",
    no bidi marks, no soft hyphens, trimmed."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        if NOT_PLAIN.search(text):  # twenty times faster than to translate what needs none
            text = text.translate(TO_PLAIN)
    return " ".join(text.split())


TO_PLAIN = {0x2011: "-", 0xAD: None, 0x200B: None, 0xFEFF: None} | dict.fromkeys(
    [0x200E, 0x200F, 0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)
TATWEEL_AND_VOWELS = dict.fromkeys([0x640, *range(0x64B, 0x653), 0x670])
NOT_PLAIN, HAS_TATWEEL_OR_VOWELS = (re.compile(f"[{''.join(map(chr, table))}]") for table in (TO_PLAIN, TATWEEL_AND_VOWELS))


def matching(text: str) -> str:
    """The form in which words are looked up: normalised, lower case, straight quotes, no tatweel, no Arabic vowel signs."""
    if text.isascii():
        return normalise(text).lower()
    # NFKC undoes Arabic presentation forms, which old machines still write.
    text = unicodedata.normalize("NFKC", _bare_letters(normalise(text).replace("’", "'").replace("ʼ", "'")))
    return _bare_letters(text).casefold()


def _bare_letters(text: str) -> str:
    return text.translate(TATWEEL_AND_VOWELS) if HAS_TATWEEL_OR_VOWELS.search(text) else text


@dataclass(frozen=True, slots=True)
class CallPatterns:
    """How the calls of one language begin, by part; and what a whole line must be like that no style says to be a call."""

    language: str
    starts: frozenset[str]  # up to three letters with which one of its calls begins; most lines are no calls
    preamble: re.Pattern[str]
    operative: re.Pattern[str]
    line: re.Pattern[str]


def _patterns(language: str, words: CallWords) -> CallPatterns:
    gap, edge = ("", "") if language == "zh" else (" ", r"(?!\w)")

    def one_of(items: str, place: str = "") -> str:
        """The longest first, for the first that fits is taken."""
        return "(?:" + "|".join(sorted((item.replace("~", place) for item in _items(items)), key=len, reverse=True)) + ")"

    before = rf"(?:{one_of(words.before)}{gap}){{0,2}}" if words.before else ""
    after = rf"(?:,?{gap}{one_of(words.after)}{edge})" if words.after else "(?:)"
    inside = before if language == "zh" else rf"(?: {one_of(words.after)})?"
    end, links = r"[ ,:]*$", rf"(?:,?{gap}{one_of(words.links)}{edge})"
    infinitive = rf"(?:,?{gap}{one_of(words.infinitives)}{edge}{after}?)"

    def verb(items: str, more: str = "") -> str:
        first = rf"{before}{one_of(items, inside)}{edge}"
        second = rf"{before}{one_of(more or items, inside)}{edge}"
        return rf"{first}(?:{words.conjunction}{second})?{after}{{0,2}}"

    addressee = ADDRESSEES.get(language, ANY_ADDRESSEE).format(
        head=one_of(words.addressees), never=one_of(words.not_before_addressee), links=one_of(words.links)
    )
    instructed = rf"{infinitive}(?:{end}|{links}{end}|{addressee})"
    tails = rf"(?:,?{gap}{one_of(words.tails)}{edge})?" if words.tails else ""
    operative, decided = verb(words.operative), verb(words.decisions, f"{words.decisions}, {words.operative}")
    firsts = _items(f"{words.before}, {words.preamble}, {words.operative}, {words.decisions}")
    return CallPatterns(
        language,
        starts=frozenset(NOT_LITERAL.split(first)[0][:3] for first in firsts),
        preamble=re.compile(verb(words.preamble)),
        operative=re.compile(rf"(?:{decided}|{operative}){infinitive}?"),
        line=re.compile(
            rf"{verb(words.preamble)}{tails}{end}"
            rf"|{operative}(?:{end}|{links}{end}|{links}?{addressee}|{infinitive}{end})"
            rf"|{decided}(?:{end}|{links}{end}|{links}{addressee}|{instructed}|,.{{1,120}}?{instructed})"
        ),
    )


def _items(words: str) -> list[str]:
    return [item for item in re.split(r",\s+", words.strip()) if item]


NOT_LITERAL = re.compile(r"[\[(~\\]|.\?")
# An addressee, after a verb. Some words may stand before the last of its name: "the Director", "relevant ITU-T study groups".
ANY_ADDRESSEE = r" (?:(?!{never}(?!\w))\S+ ){{0,6}}?(?:[ld]')?{head}(?!\w)"
ADDRESSEES = {
    "ar": r" (?:(?:إلى|من|على|في) )?(?:(?:جميع|كافة|كل|سائر) )?(?:بال|لل|ال|ب|ل)?{head}(?!\w)",
    # One or several, to the end of the line.
    "zh": r"(?:{one}|第\d+)(?:(?:以及|[、和及与,])(?:{one}|第\d+)){{0,7}}(?:{links})?[ ,:]*$".replace(
        "{one}", "(?:(?!{never})[^、和及与,.。;:]){{0,24}}?{head}"
    ),
}
PATTERNS = {language: _patterns(language, words) for language, words in CALL_WORDS.items()}
FOOTNOTE_OR_BRACKET = re.compile(r"\[\^e?-?\d{1,9}\]|[\[\]]")


def call(text: str, language: str | None = None) -> Call | None:
    """The call that a line begins with, or None. Where two languages share a verb (`invite`), `language` decides when given."""
    if not (possible := _possible(text)):
        return None
    line = matching(text[: MAX_CALL * 2]).lstrip("[ ").replace("،", ",")
    best: Call | None = None
    for patterns in possible:
        for part, pattern in (("operative", patterns.operative), ("preamble", patterns.preamble)):
            if match := pattern.match(line):
                found = Call(patterns.language, part, match[0], _addressee(text, len(match[0])))
                if patterns.language == language:
                    return found
                if best is None or len(found.verb) > len(best.verb):
                    best = found
    return best


def _addressee(text: str, start: int) -> str:
    plain = _bare_letters(normalise(text))
    ends = " ,:،" if plain[0] not in "[［" else " ,:،]］"
    return plain.lstrip("[［ ")[start:].strip(ends)


def _possible(text: str) -> list[CallPatterns]:
    """The languages that a line may be a call in, by its first letters. Most lines are none, and this says so of nearly all of them."""
    line = matching(text[:40]).lstrip("[ ")  # one that is not agreed yet is in brackets
    if not line:
        return []
    firsts = {line[:3], line[:2], line[:1], ""}
    return [patterns for patterns in BY_SCRIPT.get(ord(line[0]) >> 8, LATIN) if not firsts.isdisjoint(patterns.starts)]


LATIN = [PATTERNS["en"], PATTERNS["fr"], PATTERNS["es"]]
# By the upper byte of a letter in Unicode.
BY_SCRIPT = {0x04: [PATTERNS["ru"]], 0x06: [PATTERNS["ar"]], **{key: [PATTERNS["zh"]] for key in range(0x4E, 0xA0)}}

ENDS_A_CLAUSE = re.compile(r"[.;,؛،。；，]\s*$")
ENDS_A_SENTENCE = re.compile(r"[.;؛。；]\s*$")


def is_call(text: str, language: str | None = None) -> bool:
    """Whether a line without a style that says so is a call: it starts as one, is short, and does not end as a clause does."""
    if len(text) > MAX_CALL:
        return False
    if not (possible := _possible(text)):
        return False
    line = FOOTNOTE_OR_BRACKET.sub("", matching(text)).replace("،", ",").strip()
    for patterns in possible:
        # A verb alone is a call with a comma after it too.
        if (match := patterns.line.match(line)) and (match.end() == len(line) or not ENDS_A_CLAUSE.search(line)):
            return True
    return False


NUMBER_SIGN = r"\s+(?:(?:n\.?\s?[o°]\.?|№)\s?)?"
# Nouns are declined: "ПЕРЕСМОТР РЕЗОЛЮЦИИ 50", "مراجعة للقرار 50".
RESOLUTION = re.compile(
    rf"resolution{NUMBER_SIGN}(?P<en>\d+)|r[ée]solution(?: r[ée]vis[ée]e)?{NUMBER_SIGN}(?P<fr>\d+)"
    rf"|resoluci[óo]n(?: revisada)?{NUMBER_SIGN}(?P<es>\d+)|резолюци(?:я|и|ю|ей|й|ям|ях){NUMBER_SIGN}(?P<ru>\d+)"
    r"|(?:لل|ال)?قرار\s+(?:(?:ال)?مراجع\s+|رقم\s+)?(?P<ar>\d+)|第\s*(?P<zh>\d+)\s*号?\s*决议|决议\s*第?\s*(?P<zh2>\d+)"
)
NEW_RESOLUTION = re.compile(
    r"draft new (?:resolution|opinion)|(?:projet de )?nouvelle r[ée]solution|projet de nouvel|(?:proyecto de )?nueva resoluci[óo]n"
    r"|проект новой резолюции|مشروع قرار جديد|新决议草案|新决议"
)
# Words that make a heading of "Resolution 50" and what stands around it, for they say that it is to be changed; and small words among them.
OF_CHANGE = re.compile(
    r"(?:draft|preliminary|proposed|proposals?|revisions?|revised|modifications?|modified|amendments?|amended|changes?|updated?|suppression|new|text"
    r"|(?:avant-)?projets?|propositions?|propos[ée]e?s?|r[ée]visions?|r[ée]vis[ée]e?s?|modifi[ée]e?s?|amendements?|suppression|nouvelle|texte"
    r"|(?:ante)?proyectos?|propuest[ao]s?|revisi[óo]n(?:es)?|revisad[ao]s?|modificaci[óo]n(?:es)?|modificad[ao]s?|enmiendas?|supresi[óo]n|texto"
    r"|проект\w*|предварительн\w+|предлож\w+|предлагаем\w+|пересм\w*|изменени\w+|изменённ\w+|измененн\w+|поправ\w+|исключени\w+|внесени\w+|текст\w*"
    r"|[بلو]?(?:ال)?(?:مشروع|مشاريع|مسودة|مقترح(?:ة|ات)?|اقتراح|مراجعة|مراجع|معدل|تعديل(?:ات)?|تنقيح|منقح|إلغاء|نص)"
    r"|[的对关于有]*(?:拟议|建议|经?修订|修改|修正|废止|草案|草稿|初稿|案文|提案|版)(?:[的之后版]|拟议|修订|修改|修正|草案|案文|提案)*)"
)
SMALL_WORD = re.compile(
    r"of|to|for|the|an?|as|and|de|du|des|la|le|à|del|las?|los?|al|по|к|о|об|в|и|على|في|ل|بشأن|إدخالها|إدخال|[的对关于有]+|wtsa(?:-\d+)?|амнт|васэ"
)
TITLE_BESIDE = re.compile(r"\s+[–—-]\s+|\s*:\s+")
IN_PARENTHESES = re.compile(r"\((?:[^()]|\([^()]*\))*\)")
RESREF = re.compile(r"^[(（].*(?:19|20)\d\d.*[)）]$", re.DOTALL)
OPENING = re.compile(
    r"the world (?:tele|radio)communication|the plenipotentiary|la conf|l'assembl[ée]e mondiale|la asamblea mundial|la conferencia"
    r"|всемирная (?:ассамблея|конференция)|полномочная конференция"
    r"|(?:إن\s*)?(?:الجمعية العالمية|المؤتمر العالمي|مؤتمر المندوبين)|إن\s*الجمعية"
    r"|世界电信标准化全会|国际电信联盟全权代表大会|世界(?:电信发展|无线电通信)大会\s*\("
)
REASONS = re.compile(
    r"(?:reasons?|motifs?|motivos?|основани[ея]|причины|(?:ال)?[أا]سباب|理由)\s*[:：]\s*",
)
ANNEX = re.compile(r"^(?:annex|appendix|attachment|annexe|appendice|anexo|ap[ée]ndice|приложение|(?:ال)?ملحق|附件|附录)(?!\w)")
NOTE = re.compile(r"^(?:tsb note|note by tsb|note du tsb|nota de la tsb|ملاحظة من|примечание бсэ)")


def resolution_number(text: str) -> str | None:
    """`50` from "RESOLUTION 50 (REV. GENEVA, 2022)", in any of the six languages; digits may be Arabic-Indic or of full width."""
    match = RESOLUTION.search(FOOTNOTE_OR_BRACKET.sub("", matching(text)))
    number = next((value for value in match.groups() if value), None) if match else None
    return str(int(number)) if number and len(number) <= 4 else None


def is_resolution_heading(text: str, *, may_have_title: bool = False) -> bool:
    """Whether a line without a style is the line with the number of a resolution, and maybe its title beside that.

    Words that say what becomes of it may stand around: "DRAFT REVISION OF RESOLUTION 50", "第50号决议修订草案".
    """
    if len(text) > MAX_HEADING:
        return False
    line = matching(text).lstrip("[ ")
    if match := NEW_RESOLUTION.match(line):
        rest = _without_title(line[match.end() :], may_have_title=may_have_title)
        return not rest or (rest[0] in "([*" and rest[-1] in ")]*")
    line = FOOTNOTE_OR_BRACKET.sub("", line)
    if (match := RESOLUTION.search(line)) is None:
        return False
    before = line[: match.start()].split()
    after = IN_PARENTHESES.sub(" ", _without_title(line[match.end() :], may_have_title=may_have_title)).replace("*", " ").split()
    words = [word for part in before + after if (word := part.strip(",:"))]
    return not words or (
        (not before or by_script(words[0]) == "zh" or OF_CHANGE.fullmatch(words[0]) is not None)
        and any(map(OF_CHANGE.fullmatch, words))
        and all(OF_CHANGE.fullmatch(word) or SMALL_WORD.fullmatch(word) for word in words)
    )


def _without_title(words: str, *, may_have_title: bool) -> str:
    return (_beside(words)[0] if may_have_title else words).strip()


def title_in(heading: str | None) -> str | None:
    """ "Cybersecurity" of "RESOLUTION 50 (REV. GENEVA, 2022) – Cybersecurity"."""
    return _beside(heading or "")[1].strip() or None


def _beside(heading: str) -> tuple[str, str]:
    """The text before and after the first dash or colon outside of brackets."""
    for match in TITLE_BESIDE.finditer(heading):
        if heading.count("(", 0, match.start()) == heading.count(")", 0, match.start()):
            return heading[: match.start()], heading[match.end() :]
    return heading, ""


SCRIPTS = (("ar", re.compile(r"[\u0600-\u06ff]")), ("ru", re.compile(r"[\u0400-\u04ff]")), ("zh", re.compile(r"[\u4e00-\u9fff]")))


def labelled(text: str) -> str | None:
    """ "reasons" or "note" for a line that begins with such a label."""
    if ":" not in text[:40] and "：" not in text[:40] and len(text) > 60:
        return None
    start = matching(text[:60])
    return "reasons" if REASONS.match(start) or REASONS.fullmatch(f"{start}:") else "note" if NOTE.match(start) else None


def by_script(text: str) -> str | None:
    """The language whose script most of the letters are in, for the three that have their own."""
    letters = sum(map(str.isalpha, text))
    return next((language for language, pattern in SCRIPTS if len(pattern.findall(text)) * 2 > letters > 0), None)
