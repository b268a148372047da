"""Reads the data files that ship: bytes in, rows out, or one sentence saying file, row and reason.

A file is a YAML mapping with one list in it; each entry is a mapping with a `key`. YAML is read as text only, so that NO stays
Norway and a date that does not exist is refused by us, in words.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

import yaml
from django_countries import countries

from amnt.core.forms import TURNS_TEXT
from amnt.core.languages import LANGUAGE_CODES
from amnt.core.times import is_zone

# When the sources of the files that ship were last read.
COMPILED_ON = date(2026, 11, 28)
GLOSSARY_KINDS = (
    *("action", "text", "document", "clause", "procedure", "meeting", "body", "role", "region", "process", "tool", "concept", "tech"),
)
CONFIDENCES = ("high", "medium", "low")
NOTHING = ("", "null", "~")
LONGEST_KEY = 80
# The years since the ITU was founded; others are typing errors.
YEARS = range(1865, 2200)

Reader = Callable[[Any], Any]


class BadReference(ValueError):
    """A data file that cannot be loaded. Says file, row and reason."""


@dataclass(frozen=True)
class ReferenceEntry:
    """One entry. `values` holds what it says by column: text, whole number, bool, date, time, list, or None for "not said"."""

    file: str
    number: int
    line: int
    key: str
    values: dict[str, Any]

    def refuse(self, reason: str) -> BadReference:
        return BadReference(f"{self.file}, row {self.number} ({self.key}, line {self.line}): {reason}")


@dataclass(frozen=True)
class FileSchema:
    """The schema of a file. `columns` holds the reader of each; a column not in `needed` may be left out.

    check -- looks at the values together, and answers what is wrong with them, or nothing
    """

    name: str
    columns: Mapping[str, Reader]
    needed: frozenset[str] = frozenset()
    check: Callable[[dict[str, Any]], str | None] = field(default=lambda values: None)


@dataclass(frozen=True)
class FileContent:
    """The rows to store, and the keys of those that are not sure enough."""

    rows: list[ReferenceEntry]
    unsure: list[str]


def read_reference_file(data: bytes, *, file: str, shape: FileSchema) -> FileContent:
    """All rows of a file. Raises BadReference at the first thing that is wrong."""
    rows: list[ReferenceEntry] = []
    unsure: list[str] = []
    seen: dict[str, int] = {}
    for number, node in enumerate(_entries(data, file, shape.name), start=1):
        entry = _plain(node, file)
        if not isinstance(entry, dict):
            raise BadReference(f"{file}, row {number} (line {_line(node)}): is not a set of “name: value” lines")
        key = entry.pop("key", None)
        if not isinstance(key, str) or key in NOTHING:
            raise BadReference(f"{file}, row {number} (line {_line(node)}): has no key")
        if len(key) > LONGEST_KEY or hidden(key):
            raise BadReference(f"{file}, row {number} (line {_line(node)}): its key is no plain text of {LONGEST_KEY} characters at most")
        row = ReferenceEntry(file, number, _line(node), key, _values(entry, shape, ReferenceEntry(file, number, _line(node), key, {})))
        if key in seen:
            raise row.refuse(f"the same key as row {seen[key]}")
        seen[key] = number
        # Of what has low certainty only dates that are assumptions are stored: they are shown as such.
        if row.values.get("confidence") == "low" and row.values.get("date_status") != "assumption":
            unsure.append(key)
            continue
        if reason := shape.check(row.values):
            raise row.refuse(reason)
        rows.append(row)
    return FileContent(rows, unsure)


def _entries(data: bytes, file: str, name: str) -> Iterator[yaml.Node]:
    try:
        root = yaml.compose(data.decode(), Loader=yaml.CBaseLoader)
    except UnicodeDecodeError as error:
        raise BadReference(f"{file}: is not text in UTF-8 (byte {error.start})") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadReference(f"{file}, line {line}: is not YAML: {error.problem}") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise BadReference(f"{file}: is not YAML: {error}") from error
    content = root.value if isinstance(root, yaml.MappingNode) else []
    if len(content) != 1 or content[0][0].value != name or not isinstance(content[0][1], yaml.SequenceNode):
        raise BadReference(f"{file}: must hold one list named “{name}”")
    yield from content[0][1].value


def _plain(node: yaml.Node, file: str, depth: int = 0) -> Any:
    """A node as dict, list or text. The same name twice is refused, where YAML would silently keep the last."""
    if depth > 8:
        raise BadReference(f"{file}, line {_line(node)}: is nested too deeply")
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for name, value in node.value:
            if not isinstance(name, yaml.ScalarNode):
                raise BadReference(f"{file}, line {_line(name)}: a name must be one word")
            if name.value in found:
                raise BadReference(f"{file}, line {_line(name)}: “{name.value}” is given twice")
            found[name.value] = _plain(value, file, depth + 1)
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, file, depth + 1) for item in node.value]
    return node.value


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _values(entry: dict[str, Any], shape: FileSchema, row: ReferenceEntry) -> dict[str, Any]:
    if unknown := sorted(entry.keys() - shape.columns.keys()):
        raise row.refuse(f"does not know “{unknown[0]}”")
    values: dict[str, Any] = {}
    for column, reader in shape.columns.items():
        said = entry.get(column)
        if isinstance(said, str) and said.strip() in NOTHING:
            said = None
        if said is None and column in shape.needed:
            raise row.refuse(f"“{column}” is missing")
        if column not in entry:
            continue
        try:
            values[column] = None if said is None else reader(said)
        except ValueError as error:
            raise row.refuse(f"“{column}” {error}") from error
    return values


# --- How a column is read: each takes what YAML says and answers a value, or raises ValueError with the end of a sentence ----


def text(longest: int) -> Reader:
    def read_text(said: Any) -> str:
        if not isinstance(said, str):
            raise ValueError("must be text")
        if len(said) > longest:
            raise ValueError(f"is longer than {longest} characters")
        if found := hidden(said):
            raise ValueError(f"holds the hidden character {found}")
        return said.strip()

    return read_text


def hidden(said: str) -> str:
    """The first invisible control or bidirectional character, or an empty string."""
    controls = (c for c in said if unicodedata.category(c) == "Cc" and c not in "\n\t")
    turns = TURNS_TEXT.search(said)
    found = next(controls, turns[0] if turns else "")
    return f"U+{ord(found[0]):04X}" if found else ""


def words(longest: int) -> Reader:
    """The same text by language, as {fr: …, en: …, es: …}. What is not established is null, never a translation of ours."""
    read_text = text(longest)

    def read_words(said: Any) -> dict[str, str | None]:
        if not isinstance(said, dict):
            raise ValueError("must be given by language: {fr: …, en: …, es: …}")
        if unknown := sorted(said.keys() - set(LANGUAGE_CODES)):
            raise ValueError(f"is in a language we do not have: “{unknown[0]}”")
        found = {code: None if said.get(code) in (None, *NOTHING) else read_text(said[code]) for code in LANGUAGE_CODES}
        if not any(found.values()):
            raise ValueError("is given in no language")
        return found

    return read_words


def one_of(*choices: str) -> Reader:
    def read_choice(said: Any) -> str:
        if said not in choices:
            raise ValueError(f"is “{said}”, not one of {', '.join(choices)}")
        return str(said)

    return read_choice


def matching(pattern: str, description: str) -> Reader:
    def read_matching(said: Any) -> str:
        if not isinstance(said, str) or not re.fullmatch(pattern, said):
            raise ValueError(f"is “{said}”, not {description}")
        return said

    return read_matching


def is_true(said: Any) -> bool:
    if said not in ("true", "false"):
        raise ValueError(f"is “{said}”, neither true nor false")
    return bool(said == "true")


def whole_number(said: Any) -> int:
    if not isinstance(said, str) or not re.fullmatch(r"-?\d{1,5}", said):
        raise ValueError(f"is “{said}”, not a whole number")
    return int(said)


def day(said: Any) -> date:
    try:
        found = date.fromisoformat(said)
    except (TypeError, ValueError):
        found = None
    if found is None or found.isoformat() != said:
        raise ValueError(f"is “{said}”, not a date like 2028-10-17")
    if found.year not in YEARS:
        raise ValueError(f"is “{said}”, a year that cannot be meant")
    return found


def hour(said: Any) -> time:
    if not isinstance(said, str) or not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", said):
        raise ValueError(f"is “{said}”, not an hour like 23:59")
    return time.fromisoformat(said)


def many(reader: Reader) -> Reader:
    def read_many(said: Any) -> list[Any]:
        if not isinstance(said, list):
            raise ValueError("must be a list")
        return [reader(item) for item in said]

    return read_many


def zone(said: Any) -> str:
    if not isinstance(said, str) or not is_zone(said):
        raise ValueError(f"is “{said}”, not a time zone like Europe/Zurich")
    return said


def country(said: Any) -> str:
    if not isinstance(said, str) or said not in countries.countries:
        raise ValueError(f"is “{said}”, not a country code like KE")
    return said


slug = matching(r"[A-Za-z0-9_-]{1,60}", "a short name of letters, figures and dashes")
web_address = matching(r"https?://\S{3,190}", "a web address")

FACT: Mapping[str, Reader] = {"source": text(2000), "confidence": one_of(*CONFIDENCES)}
SURE = frozenset({"source", "confidence"})


def ends_after_it_starts(first: str, last: str) -> Callable[[dict[str, Any]], str | None]:
    def check(values: dict[str, Any]) -> str | None:
        starts, ends = values.get(first), values.get(last)
        if starts and ends and ends < starts:
            return f"“{last}” ({ends}) is before “{first}” ({starts})"
        return None

    return check


def _wrong_with_resolution(values: dict[str, Any]) -> str | None:
    if values["slug"] == "regions":
        return "“slug” is taken by the page of regions"
    if not values.get("number") and not values.get("label"):
        return "has neither number nor label"
    return None


DATE_STATUS = one_of("confirmed", "provisional", "assumption", "rumour")

ASSEMBLIES = FileSchema(
    "assemblies",
    {
        "code": slug,
        "name": words(200),
        "short_name": words(20),
        "starts_on": day,
        "ends_on": day,
        "date_status": DATE_STATUS,
        "city": text(100),
        "country": country,
        "zone": zone,
        "study_period": text(20),
        **FACT,
    },
    needed=SURE | {"code", "name", "short_name"},
    check=ends_after_it_starts("starts_on", "ends_on"),
)
REGIONAL_GROUPS = FileSchema(
    "regional_groups",
    {
        "code": slug,
        "name": words(200),
        "acronym": words(20),
        "region": words(60),
        "proposal_codes": many(matching(r"[A-Z]{1,10}", "a code in capitals")),
        "countries": many(country),
        "are_countries_complete": is_true,
        "website": web_address,
        "access": words(2000),
        "common_proposals": words(2000),
        "note": words(2000),
        "is_recognised": is_true,
        **FACT,
    },
    needed=SURE | {"code", "name", "acronym"},
)
TOPICS = FileSchema("topics", {"tag": slug, "name": words(100)}, needed=frozenset({"tag", "name"}))
RESOLUTIONS = FileSchema(
    "resolutions",
    {
        "slug": slug,
        "series": one_of("wtsa", "pp", "council"),
        "number": whole_number,
        "label": text(40),
        "title": words(400),
        "has_official_title": is_true,
        "short_title": words(40),
        "why": words(2000),
        "topics": many(slug),
        "rights_relevance": one_of("high", "medium", "low"),
        "is_named_in_guide": is_true,
        "status": one_of("in-force", "new", "doubtful", "suppressed", "draft"),
        "adopted": words(80),
        **FACT,
    },
    needed=SURE | {"slug", "title", "status"},
    check=_wrong_with_resolution,
)
REVISIONS = FileSchema(
    "revisions",
    {"resolution": slug, "assembly": slug, "label": words(80), **FACT},
    needed=SURE | {"resolution", "assembly", "label"},
)
OUTCOMES = FileSchema(
    "outcomes",
    {"resolution": slug, "assembly": slug, "action": one_of("MOD", "ADD", "SUP", "NOC"), "summary": words(2000), **FACT},
    needed=SURE | {"resolution", "assembly"},
    check=lambda values: None if values.get("action") or values.get("summary") else "says neither action nor summary",
)
STUDY_GROUPS = FileSchema(
    "study_groups",
    {
        "period": matching(r"\d{4}-\d{4}", "a study period like 2025-2028"),
        "number": whole_number,
        "title": words(400),
        "about": words(2000),
        "website": web_address,
        **FACT,
    },
    needed=SURE | {"period", "number"},
)
STUDY_GROUP_LINKS = FileSchema(
    "study_group_links",
    {"resolution": slug, "study_group": slug, "basis": one_of("read", "our-reading"), **FACT},
    needed=SURE | {"resolution", "study_group", "basis"},
)
GLOSSARY = FileSchema(
    "glossary",
    {
        "kind": one_of(*GLOSSARY_KINDS),
        "term": words(200),
        "abbr": words(40),
        "definition": words(500),
        **FACT,
    },
    needed=SURE | {"kind", "term", "definition"},
)
GUIDE_NOTES = FileSchema(
    "guide_notes",
    {"place": one_of("why", "decision", "study-groups"), "resolutions": many(slug), "topics": many(slug), "text": words(500), **FACT},
    needed=SURE | {"place", "text"},
)
# What the State has to do with a way: one follows its line, it approves, or it has no part in it.
STATE_PARTS = ("follows", "approves", "none")
WAYS_IN = FileSchema(
    "ways_in",
    {
        "name": words(200),
        "conditions": words(1000),
        "pros": words(1000),
        "cons": words(1000),
        "approves": words(400),
        "time": words(400),
        "cost": words(400),
        "ties": words(400),
        "state": one_of(*STATE_PARTS),
        "fee": one_of("yes", "no", "unknown"),
        **FACT,
    },
    needed=SURE | {"name", "conditions", "pros", "cons", "state", "fee"},
)
FEES = FileSchema(
    "fees",
    {
        "way": matching(r"[a-z-]{1,40}", "the key of a way to take part"),
        "label": words(200),
        "amount": matching(r"\d{1,9}(\.\d{1,2})?", "an amount in Swiss francs"),
        "as_of": text(60),
        **FACT,
    },
    needed=SURE | {"way", "label", "amount"},
)
STATE_SYMBOLS = FileSchema(
    "state_symbols",
    {"symbol": matching(r"[A-Z]{1,5}", "a symbol in capitals"), "country": country, **FACT},
    needed=SURE | {"symbol", "country"},
)
