"""What a command says in a terminal: in one language, of instants as people type them."""

import os
import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive, make_aware, now

UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def chosen_language(argv: list[str], environment: Mapping[str, str] = os.environ) -> tuple[str, list[str]]:
    """The language that `--lang fr` or LANG=fr_FR.UTF-8 asks for, else English; and the arguments without --lang."""
    rest = list(argv)
    wanted = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    for place, argument in enumerate(argv):
        if argument == "--lang" and place + 1 < len(argv):
            wanted = argv[place + 1]
            del rest[place : place + 2]
        elif argument.startswith("--lang="):
            wanted = argument.removeprefix("--lang=")
            del rest[place]
    code = re.split(r"[-_.@]", wanted.lower())[0]
    return code if code in dict(settings.LANGUAGES) else "en", rest


def instant(said: str) -> datetime:
    """ "2h", "30m" or "3d" ago, or an instant like 2028-09-14T05:30 in UTC. Raises ValueError."""
    if ago := re.fullmatch(r"(\d{1,5})([mhd])", said.strip()):
        return now() - timedelta(**{UNITS[ago[2]]: int(ago[1])})
    if (at := parse_datetime(said.strip())) is None:
        raise ValueError(said)
    return make_aware(at) if is_naive(at) else at
