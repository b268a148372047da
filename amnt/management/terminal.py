"""The language of commands in a terminal, and instants as arguments."""

import os
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.core.management import ManagementUtility
from django.core.management.base import BaseCommand
from django.utils import translation
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive, make_aware, now

UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class Terminal(ManagementUtility):
    """manage.py: commands write English, or the language of `--lang fr` or LANG=fr_FR.UTF-8 if the site has it."""

    def __init__(self, argv: list[str]):
        self.wanted, rest = wanted_language(argv)
        super().__init__(rest)

    def fetch_command(self, subcommand: str) -> BaseCommand:
        # The settings are loaded only now.
        translation.activate(self.wanted if self.wanted in dict(settings.LANGUAGES) else "en")
        return super().fetch_command(subcommand)


def wanted_language(argv: Sequence[str], environment: Mapping[str, str] = os.environ) -> tuple[str, list[str]]:
    """The language that is asked for, such as "fr", and the arguments without --lang."""
    rest = list(argv)
    wanted = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    for place, argument in enumerate(argv):
        if argument == "--lang" and place + 1 < len(argv):
            wanted = argv[place + 1]
            del rest[place : place + 2]
            break
        if argument.startswith("--lang="):
            wanted = argument.removeprefix("--lang=")
            del rest[place]
            break
    return re.split(r"[-_.@]", wanted.lower())[0], rest


def instant(said: str) -> datetime:
    """ "2h", "30m" or "3d" ago, or an instant like 2028-09-14T05:30 in UTC. Raises ValueError."""
    if ago := re.fullmatch(r"(\d{1,5})([mhd])", said.strip()):
        return now() - timedelta(**{UNITS[ago[2]]: int(ago[1])})
    if (at := parse_datetime(said.strip())) is None:
        raise ValueError(said)
    return make_aware(at) if is_naive(at) else at
