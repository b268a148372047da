"""What an audit of the locked dependencies found, and what of it is accepted for a while."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Vulnerability:
    package: str
    version: str
    name: str
    aliases: tuple[str, ...]
    fixed_in: tuple[str, ...]

    def __str__(self) -> str:
        fixed = f"fixed in {', '.join(self.fixed_in)}" if self.fixed_in else "no fixed version yet"
        return f"{self.package} {self.version}: {self.name}, {fixed}"


@dataclass(frozen=True)
class Accepted:
    """A vulnerability that does not concern us, or has no fix, until a day and for a reason."""

    name: str
    until: date
    reason: str


def vulnerabilities(report: str) -> list[Vulnerability] | None:
    """Read the JSON of pip-audit. None where no package was found with the advisories: they were not reached."""
    packages = json.loads(report)["dependencies"]
    audited = [package for package in packages if "skip_reason" not in package]
    if not audited:
        return None
    return [
        Vulnerability(package["name"], package["version"], found["id"], tuple(found["aliases"]), tuple(found["fix_versions"]))
        for package in audited
        for found in package["vulns"]
    ]


def accepted(text: str) -> list[Accepted]:
    """Lines of a name, a day and a reason; empty lines and those that begin with # are left out."""
    found = []
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            name, until, reason = line.split(maxsplit=2)
            found.append(Accepted(name, date.fromisoformat(until), reason))
    return found


def standing(found: Iterable[Vulnerability], excused: Iterable[Accepted], *, on: date) -> list[Vulnerability]:
    """Those that nothing excuses on this day."""
    names = {each.name for each in excused if each.until >= on}
    return [each for each in found if not names & {each.name, *each.aliases}]
