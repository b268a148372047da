"""What the style of a paragraph says it is, whatever the file format."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

# Style names as templates of several languages and years write them, once `_`, `-`, spaces, case and final digits are gone.
KINDS = {
    "proposal": "proposal",
    "resno": "resno",
    "restitle": "restitle",
    "restitel": "restitle",
    "resref": "resref",
    "resdate": "resref",
    "normalaftertitle": "opening",
    "call": "call",
    "reasons": "reasons",
    "headingb": "heading",
    "headingi": "heading",
    "annexno": "annex",
    "annextitle": "annex",
    "annexref": "annex",
    "appendixno": "annex",
    "appendixtitle": "annex",
    "appendixref": "annex",
    "enumlev": "item",
    "docnumber": "docnumber",
    "source": "source",
    "title": "title",
    "committee": "committee",
    "abstract": "abstract",
    "note": "note",
    "tablehead": "tablehead",
    "toc": "contents",
    "contents": "contents",
    "normal": "",
}
MAX_PARENTS = 12


@dataclass(slots=True)
class NamedStyle:
    """key -- its name by `key_of`; based_on -- identifier of the style it inherits from"""

    key: str
    based_on: str | None


def key_of(name: str) -> str:
    return re.sub(r"[\s_&-]+", "", name).casefold().rstrip("0123456789")


def kind_of(name: str | None, styles: Mapping[str, NamedStyle]) -> str:
    """What a style says, by its own name or that of the nearest style it is based on; "" when none says anything.

    name -- identifier of the style, which may not be one of `styles`
    """
    for _step in range(MAX_PARENTS):
        style = styles.get(name or "")
        keys = [style.key, key_of(name or "")] if style else [key_of(name or "")]
        for key in keys:
            if KINDS.get(key):
                return KINDS[key]
            if key.startswith("enumlev"):
                return "item"
            if key == "heading" and style is not None:
                return "heading"
        if style is None or style.based_on is None:
            return ""
        name = style.based_on
    return ""
