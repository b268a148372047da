"""What a lead counts on the first page: each number leads to the list of exactly that."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.http import urlencode

from coalitions.permissions import MembershipContext

# In this order: what it is, where its list is, and what is asked of that.
LISTS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "overdue": ("coalitions:follow-ups", {"tab": "team", "state": "overdue", "circle": "everyone"}),
    "untouched": ("coalitions:delegations", {"contact": "none"}),
    "to-review": ("coalitions:matrix", {"show": "review"}),
    "no-position": ("coalitions:matrix", {"show": "no-position"}),
    "ending": ("coalitions:ways", {"ours": "ending"}),
    "assumed": ("calendar_app:calendar", {"dates": "all", "certainty": "assumed"}),
}
UNOWNED = ("coalitions:follow-ups", {"tab": "nobody", "circle": "everyone"})


@dataclass(frozen=True)
class LeadCount:
    """One number. coalition -- the name of the one it is of, where this person works in several"""

    what: str
    number: int
    url: str
    coalition: str = ""


def lead_counts(
    rows: Iterable[Mapping[str, Any]], to_review: Iterable[Mapping[str, Any]], memberships: MembershipContext
) -> list[LeadCount]:
    """From the rows of `now_queries.lead_rows` and `positions_to_review`. Without zeros, and without positions to be reviewed where this
    person wrote all of them: they stand above, one by one."""
    if not memberships.led:
        return []
    numbers: dict[tuple[str, str], int] = defaultdict(int)
    names = {"": ""}
    for row in rows:
        if row["what"] in LISTS:
            key = str(UUID(row["public_key"])) if row["public_key"] else ""
            numbers[row["what"], key] += row["n"] or 0
            names[key] = row["word"]
    reviewed = [row for row in to_review if row["of"] in memberships.led]
    by_others = {row["of"] for row in reviewed if not row["is_mine"]}
    for row in reviewed:
        if row["of"] in by_others:
            numbers["to-review", str(row["of_public"])] += 1
            names[str(row["of_public"])] = row["of_name"]
    several = len(memberships.works_in) > 1
    found = []
    for what, (page, asked) in LISTS.items():
        for key in sorted((key for name, key in numbers if name == what), key=lambda key: names[key]):
            of_it = {"coalition": key} if several and key else only_led(memberships) if what == "overdue" else {}
            url = f"{reverse(page)}?{urlencode({**asked, **of_it})}"
            if number := numbers[what, key]:
                found.append(LeadCount(what, number, url, names[key] if several else ""))
    return found


def only_led(memberships: MembershipContext) -> dict[str, str]:
    """Follow-ups of the coalitions this person leads, where there are others."""
    return {"coalition": "led"} if set(memberships.works_in) - memberships.led else {}


def list_of_unowned(memberships: MembershipContext) -> str:
    page, asked = UNOWNED
    return f"{reverse(page)}?{urlencode({**asked, **only_led(memberships)})}"
