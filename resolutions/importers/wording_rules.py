"""Reads `resolutions/data/wording_rules.yaml`: the rules for wording hints, as data.

A rule gives its patterns by language as `words`, lists of words with a name, and `entries`, in which {name} stands for the list.
The lists are inlined when read, so that each entry can be stored and edited alone. `examples` holds two lines in
each language, one that the rule finds and one that it does not, and a rule that does otherwise is refused.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from resolutions.domain import hints
from resolutions.importers.reference import NOTHING, FileSchema, matching, one_of, whole_number, words

# Every rule is written for texts in these languages, and explained in them.
LANGUAGES = ("fr", "en", "es")
# A rule may be written for texts in these too; it is explained in those above.
MORE_LANGUAGES = ("ar", "ru", "zh")
FAMILIES = ("role", "blocks", "stakeholders", "verb-up", "verb-down", "rights")
FOUND, NOT_FOUND = "⚑ ", "○ "  # before an example that the rule finds, and before one that it does not
_NAME = re.compile(r"\{([a-z_]+)\}")
_CHANGE = re.compile(r"\[−(?P<gone>[^]]*)−\]|\[\+(?P<come>[^]]*)\+\]")


def rules_of(code: str, family: str, patterns: Mapping[str, Sequence[str]]) -> list[hints.HintRule]:
    """One row, as it is read or stored, as the rules that find things: one for each language it is written in."""
    return [hints.HintRule(code, family, language, tuple(entries)) for language, entries in patterns.items()]


def unmarked(line: str) -> tuple[str, str]:
    """What a line with [−removed−] and [+added+] was and is."""
    before = _CHANGE.sub(lambda change: change["gone"] or "", line)
    after = _CHANGE.sub(lambda change: change["come"] or "", line)
    return before, after


def _entries_by_language(said: Any) -> dict[str, list[str]]:
    if not isinstance(said, dict):
        raise ValueError("must be given by language: {fr: …, en: …, es: …}")
    if missing := [language for language in LANGUAGES if language not in said]:
        raise ValueError(f"is missing in “{missing[0]}”")
    if unknown := sorted(said.keys() - {*LANGUAGES, *MORE_LANGUAGES}):
        raise ValueError(f"is in a language we do not have: “{unknown[0]}”")
    return {language: _entries(language, said[language]) for language in (*LANGUAGES, *MORE_LANGUAGES) if language in said}


def _entries(language: str, said: Any) -> list[str]:
    if not isinstance(said, dict) or said.keys() - {"words", "entries"}:
        raise ValueError(f"in “{language}” must hold “words” and “entries” and nothing else")
    lists, entries = said.get("words", {}), said.get("entries", [])
    if not isinstance(lists, dict) or not all(_are_texts(listed) for listed in lists.values()):
        raise ValueError(f"in “{language}”: each of “words” must be a list of words")
    if not _are_texts(entries):
        raise ValueError(f"in “{language}”: “entries” must be a list of at least one line")
    return [_with_words(entry, lists, language) for entry in entries]


def _are_texts(said: Any) -> bool:
    return isinstance(said, list) and bool(said) and all(isinstance(item, str) and item not in NOTHING for item in said)


def _with_words(entry: str, lists: dict[str, list[str]], language: str) -> str:
    for name in _NAME.findall(entry):
        if name not in lists:
            raise ValueError(f"in “{language}” names a list that is not there: “{name}”")
    return _NAME.sub(lambda name: "|".join(lists[name[1]]), entry)


def _wrong_with_rule(values: dict[str, Any]) -> str | None:
    try:
        rules = hints.compiled(rules_of(values["code"], values["family"], values["patterns"]))
    except hints.BadPattern as error:
        return f"“patterns”: {error}"
    for column in ("name", "explanation", "examples"):
        if missing := [language for language in LANGUAGES if not values[column][language]]:
            return f"“{column}” is missing in “{missing[0]}”"
    for language in LANGUAGES:
        lines = values["examples"][language].splitlines()
        if len(lines) != 2 or not lines[0].startswith(FOUND) or not lines[1].startswith(NOT_FOUND):
            return f"“examples” in “{language}” must be two lines, the first beginning with ⚑ and the second with ○"
        for line in lines:
            before, after = unmarked(line[2:])
            found = hints.hints(before, after, language=language, part="operative", rules=rules)
            if bool(found) != line.startswith(FOUND):
                return f"“examples” in “{language}”: this line is {'' if found else 'not '}found: {line}"
    return None


WORDING_RULES = FileSchema(
    "wording_rules",
    {
        "code": matching(r"[a-z][a-z0-9-]{1,39}", "a short name of small letters, figures and dashes"),
        "family": one_of(*FAMILIES),
        "position": whole_number,
        "name": words(120),
        "explanation": words(2000),
        "examples": words(600),
        "patterns": _entries_by_language,
    },
    needed=frozenset({"code", "family", "position", "name", "explanation", "examples", "patterns"}),
    check=_wrong_with_rule,
)
