"""The words that structure a resolution: calls, headings, reasons, in the six languages of the ITU.

English, French, Spanish and part of the Arabic are seen in published texts. Russian and Chinese are to be checked by a speaker.
"""

import re
import unicodedata
from dataclasses import dataclass

PREAMBLE = {
    "en": (
        "considering, recalling, recognizing, recognising, noting, mindful, bearing in mind, aware, emphasizing, emphasising, stressing, "
        "taking into account, taking note, reaffirming, acknowledging, convinced, concerned, welcoming, affirming, having considered, "
        "having regard, observing, guided by, conscious, underlining"
    ),
    "fr": (
        "considérant, rappelant, reconnaissant, notant, consciente, conscient, ayant à l'esprit, soulignant, tenant compte, "
        "prenant en considération, prenant en compte, prenant note, réaffirmant, gardant à l'esprit, ayant présent à l'esprit, "
        "convaincue, préoccupée, se félicitant, affirmant, ayant examiné, compte tenu, estimant, observant, sachant"
    ),
    "es": (
        "considerando, recordando, reconociendo, observando, consciente, teniendo en cuenta, teniendo presente, destacando, "
        "tomando nota, reafirmando, convencida, preocupada, subrayando, habida cuenta, habiendo examinado, afirmando, "
        "acogiendo con satisfacción, notando, poniendo de relieve"
    ),
    "ru": (
        "учитывая, напоминая, признавая, отмечая, принимая во внимание, принимая к сведению, памятуя, сознавая, осознавая, "
        "подчеркивая, подчёркивая, вновь подтверждая, подтверждая, будучи убеждена, рассмотрев, имея в виду"
    ),
    "zh": "考虑到, 忆及, 认识到, 注意到, 铭记, 强调, 顾及, 意识到, 重申, 进一步考虑到, 进一步认识到, 进一步注意到, 进一步忆及",
}
OPERATIVE = {
    "en": (
        "resolves, instructs, invites, requests, urges, encourages, calls upon, calls on, decides, recommends, appeals, authorizes, directs"
    ),
    "fr": "décide, charge, invite, prie, demande, encourage, exhorte, engage, recommande, autorise, lance un appel, prie instamment",
    "es": "resuelve, encarga, invita, pide, insta, alienta, ruega, exhorta, recomienda, decide, solicita, anima, autoriza",
    "ru": "решает, поручает, предлагает, просит, призывает, настоятельно призывает, рекомендует, поощряет, постановляет",
    "zh": "做出决议, 作出决议, 决议, 责成, 请, 敦促, 鼓励, 呼吁, 要求, 建议, 决定",
}
# Words between a verb and its addressee, which belong to the verb.
FURTHER = {
    "en": r"(?:\s+(?:further|also|again))?(?:,?\s+to\s+(?:instruct|invite|request|urge|encourage))?(?:\s+further)?",
    "fr": (
        r"(?:\s+(?:en outre|également|de plus|aussi))?(?:,?\s+(?:de\s+|d')(?:charger|inviter|prier|demander|encourager))?"
        r"(?:\s+en outre)?"
    ),
    "es": r"(?:\s+(?:además|también|asimismo))?(?:,?\s+(?:encargar|invitar|pedir|instar|alentar))?(?:\s+además)?",
    "ru": r"(?:\s+(?:далее|также))?(?:,?\s+(?:поручить|предложить|просить|призвать))?(?:\s+далее)?",
    "zh": r"(?:责成|请|敦促)?",
}
# Arabic verbs agree with their subject (تقرر, يقرر) and join "and" to the word (وتقرر).
ARABIC_PREAMBLE = r"و?(?:ا?إذ|اذ)(?=\s)(?:\s+[تي]\w*)?(?:\s+في\s+\w+)?"
ARABIC_OPERATIVE = r"و?[تي](?:قرر|كلف|دعو|طلب|حث|شجع|ناشد|وصي|رجو|هيب)(?=\s|$)(?:\s+(?:كذلك|أيضا|تكليف|دعوة))?"

LANGUAGES = ("ar", "en", "es", "fr", "ru", "zh")
BY_LETTER = {"A": "ar", "C": "zh", "E": "en", "F": "fr", "R": "ru", "S": "es"}

MAX_CALL = 300  # letters; longer than any call, shorter than most clauses


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
        text = unicodedata.normalize("NFC", text).translate(TO_PLAIN)
    return " ".join(text.split())


TO_PLAIN = {0x2011: "-", 0xAD: None, 0x200B: None, 0xFEFF: None} | dict.fromkeys(
    [0x200E, 0x200F, 0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)
TATWEEL_AND_VOWELS = dict.fromkeys([0x640, *range(0x64B, 0x653), 0x670])


def matching(text: str) -> str:
    """The form in which words are looked up: normalised, lower case, straight quotes, no tatweel, no Arabic vowel signs."""
    if text.isascii():
        return normalise(text).lower()
    text = normalise(text).translate(TATWEEL_AND_VOWELS).replace("’", "'").replace("ʼ", "'")
    # NFKC would undo Arabic presentation forms, which old machines still write.
    return unicodedata.normalize("NFKC", text).translate(TATWEEL_AND_VOWELS).casefold()


def _pattern(language: str, words: str) -> re.Pattern[str]:
    verbs = sorted((re.escape(matching(word)) for word in words.split(", ")), key=len, reverse=True)
    edge = "" if language == "zh" else r"(?!\w)"
    before = r"(?:further |also )?" if language == "en" else ""
    return re.compile(rf"(?P<verb>{before}(?:{'|'.join(verbs)}){edge}{FURTHER[language]}{edge})")


CALLS: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    *((language, "operative", _pattern(language, words)) for language, words in OPERATIVE.items()),
    *((language, "preamble", _pattern(language, words)) for language, words in PREAMBLE.items()),
    ("ar", "operative", re.compile(rf"(?P<verb>{ARABIC_OPERATIVE})")),
    ("ar", "preamble", re.compile(rf"(?P<verb>{ARABIC_PREAMBLE})")),
)
# A quick test: most lines are not calls.
ANY_CALL = re.compile("|".join(pattern.pattern.replace("?P<verb>", "?:") for _language, _part, pattern in CALLS))


def call(text: str, language: str | None = None) -> Call | None:
    """The call that a line is, or None. Where two languages share a verb (`invite`), `language` decides when given."""
    line = matching(text[: MAX_CALL * 2]).lstrip("[［ ")  # one that is not agreed yet is in brackets
    if not ANY_CALL.match(line):
        return None
    plain = normalise(text).translate(TATWEEL_AND_VOWELS)
    ends = " ,:،" if plain[0] not in "[［" else " ,:،]］"
    plain = plain.lstrip("[［ ")
    best: Call | None = None
    for tongue, part, pattern in CALLS:
        if match := pattern.match(line):
            verb = match["verb"]
            found = Call(tongue, part, verb, plain[len(verb) :].strip(ends))
            if tongue == language:
                return found
            if best is None or len(verb) > len(best.verb):
                best = found
    return best


ENDS_A_CLAUSE = re.compile(r"[.;,؛،。；，]\s*$")
ENDS_A_SENTENCE = re.compile(r"[.;؛。；]\s*$")


def is_call(text: str, language: str | None = None) -> bool:
    """Whether a line without a style that says so is a call: it starts as one, is short, and does not end as a clause does."""
    if len(text) > MAX_CALL:
        return False
    found = call(text, language)
    # A verb alone is a call, with a comma after it too.
    return found is not None and (not found.addressee or not ENDS_A_CLAUSE.search(text))


NUMBER_SIGN = r"\s+(?:(?:n\.?\s?[o°]\.?|№)\s?)?"
RESOLUTION = re.compile(
    rf"(?:draft (?:new |revised )?)?resolution{NUMBER_SIGN}(?P<en>\d+)|r[ée]solution{NUMBER_SIGN}(?P<fr>\d+)"
    rf"|resoluci[óo]n{NUMBER_SIGN}(?P<es>\d+)|резолюция{NUMBER_SIGN}(?P<ru>\d+)"
    r"|(?:ال)?قرار\s+(?P<ar>\d+)|第\s*(?P<zh>\d+)\s*号?\s*决议|决议\s*第?\s*(?P<zh2>\d+)"
)
NEW_RESOLUTION = re.compile(
    r"draft new (?:resolution|opinion)|(?:projet de )?nouvelle r[ée]solution|projet de nouvel|(?:proyecto de )?nueva resoluci[óo]n"
    r"|проект новой резолюции|مشروع قرار جديد|新决议草案|新决议"
)
TITLE_BESIDE = re.compile(r"\s+[–—-]\s+|\s*:\s+")
RESREF = re.compile(r"^[(（].*(?:19|20)\d\d.*[)）]$", re.DOTALL)
OPENING = re.compile(
    r"the world telecommunication|la conf|l'assembl[ée]e mondiale|la asamblea mundial|la conferencia|the plenipotentiary"
    r"|всемирная ассамблея|(?:إن\s*)?الجمعية العالمية|إن\s*الجمعية|世界电信标准化全会"
)
REASONS = re.compile(
    r"(?:reasons?|motifs?|motivos?|основани[ея]|причины|(?:ال)?[أا]سباب|理由)\s*[:：]\s*",
)
ANNEX = re.compile(r"^(?:annex|appendix|attachment|annexe|appendice|anexo|ap[ée]ndice|приложение|(?:ال)?ملحق|附件|附录)(?!\w)")
NOTE = re.compile(r"^(?:tsb note|note by tsb|note du tsb|nota de la tsb|ملاحظة من|примечание бсэ)")


def resolution_number(text: str) -> str | None:
    """`50` from "RESOLUTION 50 (REV. GENEVA, 2022)", in any of the six languages; digits may be Arabic-Indic."""
    match = RESOLUTION.search(matching(text))
    number = next((value for value in match.groups() if value), None) if match else None
    return str(int(number)) if number and len(number) <= 4 else None


def is_resolution_heading(text: str, *, may_have_title: bool = False) -> bool:
    """Whether a line without a style is the line with the number of a resolution, and maybe its title beside that."""
    line = matching(text)
    match = RESOLUTION.match(line) or NEW_RESOLUTION.match(line)
    rest = line[match.end() :] if match else "no"
    rest = (_beside(rest)[0] if may_have_title else rest).strip()
    return not rest or (rest[0] in "([*" and rest[-1] in ")]*")


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
