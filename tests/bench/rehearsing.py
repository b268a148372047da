"""A whole cycle with sixty people, as `manage.py rehearse` plays it: how many of its days pass in a second."""

import re
import subprocess
import sys
import time
from typing import Any

from django.conf import settings

MOST_SECONDS = 120
DAYS_A_SECOND = re.compile(r"([\d.]+) simulated days a second")
WHOLE, QUICK = ["--people", "60"], ["--people", "6", "--days", "-45", "-25"]


def measured(*, quick: bool) -> dict[str, Any]:
    """quick -- twenty days before the assembly, with six people"""
    began = time.monotonic()
    command = [sys.executable, settings.BASE_DIR / "manage.py", "rehearse", "WTSA-24", "--seed", "1", *(QUICK if quick else WHOLE)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    found = DAYS_A_SECOND.search(done.stdout)
    return {
        "what": " ".join(QUICK if quick else WHOLE),
        "s": round(time.monotonic() - began),
        "days a second": float(found[1]) if found else 0.0,
        "said": done.stderr.strip().splitlines()[-1:],
    }


def verdicts(found: dict[str, Any]) -> list[tuple[str, str, bool]]:
    holds = found["days a second"] > 0 and found["s"] <= MOST_SECONDS
    said = f"{found['days a second']} simulated days a second, {found['s']} s ≤ {MOST_SECONDS}"
    return [(f"rehearsing a cycle ({found['what']})", " ".join([said, *found["said"]]), holds)]
