"""The labelled clauses, and how well rules do on them. No database."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from resolutions.domain.hints import Hint, Rules, compiled, hints
from resolutions.importers.reference import ReferenceEntry, read_reference_file
from resolutions.importers.wording_rules import WORDING_RULES, rules_of, unmarked

SHIPPED = Path(__file__).parents[3] / "resolutions" / "data" / "wording_rules.yaml"
LABELLED = Path(__file__).with_name("labelled.yaml")
UNSEEN_FILE = Path(__file__).with_name("unseen.yaml")
HALVES = ("development", "held-out", "evasive")
THEMES_FILE = Path(__file__).with_name("themes.yaml")
THEMES = "themes"  # tuned on, like the development half
UNSEEN = "unseen"  # in a file of its own, which who writes rules leaves shut
UNSEEN_ENGLISH_FILE = Path(__file__).with_name("unseen_english.yaml")  # more of these, written after the rules, and as shut
SECOND_FILE = Path(__file__).with_name("second.yaml")
SECOND = "second"  # tuned on, though by a hand that had not seen the rules
TRAPS_FILE = Path(__file__).with_name("traps.yaml")
TRAPS = "traps"  # as the second set, and mostly changes that deserve no hint


@dataclass(frozen=True)
class Labelled:
    key: str
    half: str
    language: str
    part: str
    before: str
    after: str
    call_before: str
    call_after: str
    expected: frozenset[tuple[str, str]]  # family and side
    theme: str = ""

    def found(self, rules: Rules) -> tuple[Hint, ...]:
        return hints(
            self.before,
            self.after,
            language=self.language,
            part=self.part,
            rules=rules,
            call_before=self.call_before,
            call_after=self.call_after,
        )


@dataclass
class Score:
    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


@cache
def labelled() -> tuple[Labelled, ...]:
    return tuple(
        Labelled(
            **{name: entry.get(name, "") for name in Labelled.__annotations__ if name != "expected"},
            expected=frozenset((label["family"], label["side"]) for label in entry["expected"]),
        )
        for entry in yaml.safe_load(LABELLED.read_text())["clauses"]
    )


@cache
def themes() -> tuple[Labelled, ...]:
    """The clauses in six languages on which the rules are tuned."""
    by_language = yaml.safe_load(THEMES_FILE.read_text())
    return tuple(_of_theme(language, n, *entry) for language, entries in by_language.items() for n, entry in enumerate(entries, 1))


def _of_theme(language: str, n: int, theme: str, expected: str, text: str, call: str = "") -> Labelled:
    labels = frozenset((label[:-1], {"+": "inserted", "-": "deleted"}[label[-1]]) for label in expected.split())
    part = "preamble" if theme == "preamble" else "operative"
    return Labelled(f"{language}-t{n:02}", THEMES, language, part, *unmarked(text), *unmarked(call), labels, theme)


@cache
def unseen() -> tuple[Labelled, ...]:
    """The clauses that only measure, by other hands, in six languages; more of them in English."""
    return (*_of_file(UNSEEN_FILE), *_of_file(UNSEEN_ENGLISH_FILE))


@cache
def second() -> tuple[Labelled, ...]:
    """More clauses in six languages on which the rules may be tuned, by another hand too."""
    return _of_file(SECOND_FILE)


@cache
def traps() -> tuple[Labelled, ...]:
    """Harmless changes in three languages that use the words of hints, with a few hints said plainly among them."""
    return _of_file(TRAPS_FILE)


def _of_file(file: Path) -> tuple[Labelled, ...]:
    return tuple(_marked(entry) for entry in yaml.safe_load(file.read_text())["clauses"])


def _marked(entry: dict) -> Labelled:
    before, after = unmarked(entry["text"])
    call_before, call_after = unmarked(entry.get("call", ""))
    return Labelled(
        entry["key"],
        entry.get("half", UNSEEN),
        entry["language"],
        entry["part"],
        before,
        after,
        call_before,
        call_after,
        frozenset((label["family"], label["side"]) for label in entry["expected"]),
        entry["theme"],
    )


@cache
def shipped_rows() -> tuple[ReferenceEntry, ...]:
    return tuple(read_reference_file(SHIPPED.read_bytes(), file=SHIPPED.name, shape=WORDING_RULES).rows)


@cache
def shipped() -> Rules:
    return compiled(rule for row in shipped_rows() for rule in rules_of(row.values["code"], row.values["family"], row.values["patterns"]))


def scores(clauses: Iterable[Labelled], rules: Rules) -> dict[str, Score]:
    """By family, by language and for all: a family on one side of one clause is one thing to find."""
    by: dict[str, Score] = defaultdict(Score)
    for clause in clauses:
        found = {(hint.family, hint.side) for hint in clause.found(rules)}
        for label in found | clause.expected:
            for name in ("all", label[0], clause.language):
                by[name].right += label in found and label in clause.expected
                by[name].wrong += label not in clause.expected
                by[name].missed += label not in found
    return dict(by)
