"""bin/bench: a table, or --json. Ratios in one run; `--quick` measures a smaller large world."""

import argparse
import json
import os
import sys
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
django.setup()

from django.db import connection
from django.test.utils import setup_databases, teardown_databases
from django.utils.timezone import now

from calendar_app.models import Reminder
from calendar_app.reminders import planning, sending
from tests.bench import (
    bounds,
    coalition_pages,
    comparing,
    dropping,
    encryption,
    feeds,
    hints,
    libraries,
    live,
    measures,
    passwords,
    pasting,
    reading,
    rehearsing,
    reminders,
    texts,
    world,
)

BUDGETS = {
    "S01 now": 12,
    "S02 resolutions": 25,
    "S02 matrix": 25,
    "S04 compare": 50,
    "S05 follow-ups": 25,
    "S07 calendar": 25,
}  # KB, a repeat view
QUERIES = {"S01 now": 12, "S02 resolutions": 10, "S02 matrix": 12, "S04 compare": 15, "S05 follow-ups": 10, "S07 calendar": 9}
# The most that a page may take, in floors, in the small world and in the large one. The first page asks whether each of 110
# positions still holds that its person wrote, and what the phase of the cycle asks; the matrix reads 1,400 proposals to draw 40 rows.
FLOORS = {"S01 now": (9.5, 11.5), "S02 matrix": (19, 21), "S07 calendar": (11, 11)}
LARGER = 1.3


def run(quick: bool) -> dict:
    # First, while the database is empty: it is copied.
    coalitions = coalition_pages.measured(quick=quick)
    large = world.Size(coalitions=20, resolutions=200, regional_meetings=300, other_dates=300, proposals=13_000) if quick else world.LARGE
    person = world.grow(world.SMALL)
    measures.analyse()
    small_pages = measures.measure_pages(person)
    world.grow(large)
    measures.analyse()
    large_pages = measures.measure_pages(person)

    seconds, megabytes = measures.timed(planning.plan_all)
    count = measures.planned()
    again, _ = measures.timed(planning.plan_all)
    measures.analyse()
    pages_planned = measures.measure_pages(person)

    digests = 1500 if quick else 5000
    make_due(digests)
    sending.send_due()
    sent = measures.measure_sending(digests)
    return {
        "database": connection.vendor,
        "pages": {
            name: {
                "queries small": small_pages[name].queries,
                "queries large": large_pages[name].queries,
                "ms large": round(large_pages[name].milliseconds, 1),
                # Both in floors of their own moment, so that a machine busy meanwhile does not count.
                "large / small": round(large_pages[name].floors / small_pages[name].floors, 2),
                "x floor small": round(small_pages[name].floors, 2),
                "x floor": round(large_pages[name].floors, 2),
                "KB": round(large_pages[name].bytes / 1024, 1),
                "queries with reminders": pages_planned[name].queries,
            }
            for name in measures.PAGES
        },
        "coalitions": coalitions,
        "planning": {"reminders": count, "s": round(seconds, 1), "again s": round(again, 1), "MB grown": round(megabytes)},
        "sending": {**asdict(sent), "share of bare": round(sent.share_of_bare, 2)},
        "texts": texts.measured(),
        "reading": reading.measured(),
        "pasting": pasting.measured(),
        "dropping": dropping.measured(person),
        "hints": hints.measured(),
        "comparing": comparing.measured(person),
        "bounds": bounds.measured(person, quick=quick),
        "passwords s": passwords.measured(),
        "libraries": libraries.measured(),
        "feeds": feeds.measured(person),
        "live": live.measured(quick=quick),
        "reminders": reminders.measured(person, quick=quick),
        "rehearsal": rehearsing.measured(quick=quick),
        # Last: it writes every encrypted row anew.
        "encryption": encryption.measured(person),
    }


def make_due(digests: int) -> None:
    """One digest for each of so many people: more people, each with what she was promised, due now."""
    world.people_with_due_digest(digests, Reminder, now() - timedelta(minutes=1))


def verdicts(result: dict) -> list[tuple[str, str, bool]]:
    lines = page_verdicts(result["pages"])
    lines += coalition_pages.verdicts(result["coalitions"])
    plan = result["planning"]
    lines.append((f"planning {plan['reminders']} reminders from nothing", f"{plan['s']} s ≤ 60", plan["s"] <= 60))
    lines.append(("planning again, nothing changed", f"{plan['again s']} s ≤ 5", plan["again s"] <= 5))
    lines.append(("planning: memory grown", f"{plan['MB grown']} MB ≤ 200", plan["MB grown"] <= 200))
    sent = result["sending"]
    lines.append(
        (f"sending {sent['digests']} digests: share of a bare loop", f"{sent['share of bare']} ≥ 0.5", sent["share of bare"] >= 0.5)
    )
    lines += text_verdicts(result["texts"])
    lines += reading.verdicts(result["reading"])
    lines += pasting.verdicts(result["pasting"])
    lines += dropping.verdicts(result["dropping"])
    lines += hints.verdicts(result["hints"])
    lines += comparing.verdicts(result["comparing"])
    lines += bounds.verdicts(result["bounds"])
    lines += passwords.verdicts(result["passwords s"])
    lines += libraries.verdicts(result["libraries"])
    lines += feeds.verdicts(result["feeds"])
    lines += live.verdicts(result["live"])
    lines += reminders.verdicts(result["reminders"])
    lines += rehearsing.verdicts(result["rehearsal"])
    lines += encryption.verdicts(result["encryption"])
    lines.append(("largest mail", f"{sent['largest'] / 1024:.1f} KB ≤ 10", sent["largest"] <= 10 * 1024))
    return lines


def page_verdicts(pages: dict[str, dict[str, float]]) -> list[tuple[str, str, bool]]:
    lines = []
    for name, page in pages.items():
        queries, larger, floors = (
            (page["queries small"], page["queries large"]),
            page["large / small"],
            (page["x floor small"], page["x floor"]),
        )
        holds = queries[0] == queries[1] <= QUERIES[name]
        lines.append((f"{name}: queries", f"{queries[0]} / {queries[1]} ≤ {QUERIES[name]}", holds))
        lines.append((f"{name}: large / small", f"{larger} ≤ {LARGER}", larger <= LARGER))
        lines.append((f"{name}: KB", f"{page['KB']} ≤ {BUDGETS[name]}", page["KB"] <= BUDGETS[name]))
        if name in FLOORS:
            small, large = FLOORS[name]
            said = f"{floors[0]} ≤ {small}, {floors[1]} ≤ {large}"
            lines.append((f"{name}: times the floor, small and large", said, floors[0] <= small and floors[1] <= large))
    return lines


def text_verdicts(measured: dict[str, dict[str, float]]) -> list[tuple[str, str, bool]]:
    """Aligning clauses and comparing words, with difflib beside them in the same run."""
    f1, pace = measured["F1, hard edits of 200 clauses"], measured["word diffs, clauses/s"]
    spent, longest = measured["ms to align 200 clauses, hard"], measured["s for 5,000 × 5,000 words"]
    slowest = max(seconds for text, seconds in longest.items() if not text.startswith("difflib"))
    return [
        ("aligning 200 clauses, hard edits: F1", f"{f1['ours']:.3f} ≥ 0.99 (difflib {f1['difflib']:.3f})", f1["ours"] >= 0.99),
        ("aligning 200 clauses, hard edits", f"{spent['ours']:.1f} ms ≤ 10", spent["ours"] <= 10),
        ("word diff", f"{pace['ours']:,.0f} clauses/s ≥ 30,000 (difflib {pace['difflib']:,.0f})", pace["ours"] >= 30_000),
        ("5,000 × 5,000 words", f"{slowest:.3f} s ≤ 0.1 (difflib {longest['difflib, prose']:.2f})", slowest <= 0.1),
    ]


def main() -> int:
    options = argparse.ArgumentParser(prog="bin/bench")
    options.add_argument("--json", action="store_true", help="the figures as JSON")
    options.add_argument("--quick", action="store_true", help="a third of the large world, to see that it runs")
    chosen = options.parse_args()
    # Without Django's test environment: it copies the context of each included template, and pages would seem slower than they are.
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        result = run(chosen.quick)
    finally:
        teardown_databases(databases, verbosity=0)
    if chosen.json:
        print(json.dumps(result, indent=2))
        return 0
    print(f"On {result['database']}, Python {sys.version.split()[0]}, {Path('/proc/cpuinfo').read_text().count('processor	')} cores\n")
    failed = 0
    for what, figure, holds in verdicts(result):
        failed += not holds
        print(f"{'✔' if holds else '✖'} {what:60} {figure}")
    return 1 if failed and not chosen.quick else 0


if __name__ == "__main__":
    sys.exit(main())
