"""Are there advisories against what requirements/run.txt locks? Asked once a day; without a network it says so and fails nothing."""

import json
import subprocess
import sys
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from tests.advisories.verdict import Vulnerability, accepted, standing, vulnerabilities

ROOT = Path(__file__).parents[2]
LOCK, EXCUSED, KEPT = ROOT / "requirements/run.txt", ROOT / "requirements/accepted_advisories.txt", ROOT / ".venv/.advisories.json"
FRESH_FOR, TRIED_AGAIN_AFTER = timedelta(days=1), timedelta(hours=1)
PATIENCE = 90  # seconds
AUDIT = ("--disable-pip", "--require-hashes", "--progress-spinner", "off", "--timeout", "5", "--format", "json")
MEND = """Raise these in pyproject.toml and run bin/lock; or accept one, with a day and a reason, in
requirements/accepted_advisories.txt."""


def main() -> int:
    instant = datetime.now(UTC)
    found = verdict(sha256(LOCK.read_bytes()).hexdigest(), instant)
    if found is None:
        print("The advisories could not be reached: dependencies were not audited.")
        return 0
    bad = standing(found, accepted(EXCUSED.read_text()), on=instant.date())
    for vulnerability in bad:
        print(vulnerability)
    if bad:
        print(MEND)
    return 1 if bad else 0


def verdict(digest: str, instant: datetime) -> list[Vulnerability] | None:
    """What was found within a day of the same lock, else what is found now. None where the advisories are not reached."""
    kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    if kept.get("lock") == digest:
        found, age = kept["found"], instant - datetime.fromisoformat(kept["at"])
        if found is None and age < TRIED_AGAIN_AFTER:
            return None
        if found is not None and age < FRESH_FOR:
            return [Vulnerability(**each | {name: tuple(each[name]) for name in ("aliases", "fixed_in")}) for each in found]
    asked = ask()
    found = None if asked is None else [asdict(each) for each in asked]
    KEPT.write_text(json.dumps({"lock": digest, "at": instant.isoformat(), "found": found}))
    return asked


def ask() -> list[Vulnerability] | None:
    command = [ROOT / ".venv/bin/pip-audit", *AUDIT, "--requirement", LOCK]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return None
    return vulnerabilities(answer.stdout) if answer.stdout.startswith("{") else None


if __name__ == "__main__":
    sys.exit(main())
