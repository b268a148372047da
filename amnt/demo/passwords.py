"""The passwords of the demonstration: made at random, shown, and kept in one file that only its owner reads."""

import json
import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings

CONSONANTS, VOWELS = "bdfgkmnprstvz", "aeiou"


def demo_file() -> Path:
    return settings.VAR_DIR / "demo.json"


def new_password() -> str:
    """Four words of two syllables that mean nothing: 48 bits, and easy to type on a phone."""
    return "-".join("".join(secrets.choice(CONSONANTS) + secrets.choice(VOWELS) for _ in range(2)) for _ in range(4))


def known_passwords() -> dict[str, str]:
    """By address, as an earlier run wrote them."""
    try:
        rows = json.loads(demo_file().read_text(encoding="utf-8"))
        return {row["email"]: row["password"] for row in rows}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def keep(rows: Iterable[dict[str, Any]]) -> None:
    """Write the file, readable by its owner only."""
    target = demo_file()
    draft = target.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(list(rows), file, ensure_ascii=False, indent=2)
    draft.replace(target)
