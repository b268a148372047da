"""The audit of dependencies tells a vulnerability from advisories that were not reached."""

import json
from datetime import date

import pytest

from tests.advisories.verdict import Vulnerability, accepted, standing, vulnerabilities

FOUND = {"id": "PYSEC-2026-1", "aliases": ["CVE-2026-1"], "fix_versions": ["6.1.4"], "description": "…"}
BAD = Vulnerability("django", "6.1.3", "PYSEC-2026-1", ("CVE-2026-1",), ("6.1.4",))


def report(*packages):
    return json.dumps({"dependencies": packages, "fixes": []})


def test_a_known_vulnerability_is_named_with_the_version_that_mends_it():
    found = vulnerabilities(report({"name": "django", "version": "6.1.3", "vulns": [FOUND]}, {"name": "six", "version": "1", "vulns": []}))
    assert found == [BAD]
    assert str(BAD) == "django 6.1.3: PYSEC-2026-1, fixed in 6.1.4"


def test_without_vulnerabilities_there_are_none():
    assert vulnerabilities(report({"name": "six", "version": "1", "vulns": []})) == []


def test_where_every_package_was_passed_over_the_advisories_were_not_reached():
    assert vulnerabilities(report({"name": "six", "skip_reason": "Dependency not found on PyPI"})) is None


@pytest.mark.parametrize(("line", "left"), [("PYSEC-2026-1", []), ("CVE-2026-1", []), ("CVE-2026-2", [BAD])])
def test_an_accepted_one_fails_nothing_until_its_day(line, left):
    excused = accepted(f"# why not\n\n{line} 2026-12-31 the feature is not used\n")
    assert standing([BAD], excused, on=date(2026, 12, 31)) == left
    assert standing([BAD], excused, on=date(2027, 1, 1)) == [BAD]


def test_one_without_a_day_or_a_reason_is_not_accepted():
    with pytest.raises(ValueError, match="expected 3"):
        accepted("CVE-2026-1 2026-12-31")
