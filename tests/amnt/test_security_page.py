"""docs/security.md answers every requirement of ASVS 5.0, levels 1 and 2, and names tests that exist."""

import re

from django.conf import settings

PAGE = settings.BASE_DIR / "docs" / "security.md"
# How many requirements of levels 1 and 2 each section has, in the order of their numbers (without chapters 10 and 17).
SECTIONS = """
1.1:2 1.2:9 1.3:11 1.4:3 1.5:2 2.1:3 2.2:3 2.3:4 2.4:1 3.2:2 3.3:4 3.4:6 3.5:5 3.7:2 4.1:3 4.2:1 4.3:2 4.4:4 5.1:1 5.2:3 5.3:2
5.4:3 6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4 7.1:3 7.2:4 7.3:2 7.4:5 7.5:2 7.6:2 8.1:2 8.2:3 8.3:1 8.4:1 9.1:3 9.2:4 11.1:2
11.2:3 11.3:3 11.4:4 11.5:1 11.6:1 12.1:3 12.2:2 12.3:4 13.1:1 13.2:5 13.3:2 13.4:5 14.1:2 14.2:4 14.3:3 15.1:3 15.2:3 15.3:7
16.1:1 16.2:5 16.3:4 16.4:3 16.5:3
"""
STATES = {"met", "departs", "n/a"}


def required() -> set[str]:
    counted = (section.split(":") for section in SECTIONS.split())
    return {f"{section}.{number}" for section, count in counted for number in range(1, int(count) + 1)}


def rows() -> list[list[str]]:
    table = PAGE.read_text().partition("## ASVS")[2].partition("## Departures")[0]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table.splitlines() if re.match(r"\| \d", line)]


def numbers(cell: str) -> list[str]:
    """ "1.2.6–1.2.8" and "3.3.1, 3.3.3" written out."""
    found = []
    for part in cell.split(", "):
        first, _dash, last = part.partition("–")
        section, number = first.rsplit(".", 1)
        end = int(last.rsplit(".", 1)[1]) if last else int(number)
        found += [f"{section}.{n}" for n in range(int(number), end + 1)]
    return found


def test_every_requirement_has_one_answer():
    answered = [number for row in rows() for number in numbers(row[0])]
    assert sorted(answered) == sorted(set(answered))
    assert set(answered) == required()
    assert {row[1] for row in rows()} <= STATES


def test_every_test_it_names_is_there():
    there = {name for path in (settings.BASE_DIR / "tests").rglob("*.py") for name in re.findall(r"def (test_\w+)", path.read_text())}
    named = set(re.findall(r"`(test_\w+)`", PAGE.read_text()))
    assert named - there == set()
    assert len(named) > 100


def test_every_departure_is_explained():
    explained = PAGE.read_text().partition("## Departures")[2]
    departing = {number for row in rows() if row[1] == "departs" for number in numbers(row[0])}
    cells = re.findall(r"^\| (\d[^|]*) \|", explained, re.MULTILINE)
    assert {number for cell in cells for number in numbers(cell)} == departing


def test_every_page_it_leads_to_is_there():
    for link in re.findall(r"\]\(([^)]+)\)", PAGE.read_text()):
        assert (PAGE.parent / link).exists(), link
