import os
import shutil
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from amnt.management.catalogues import said_by_program, troubles

# Sentences are written in English; the others are catalogues.
TRANSLATED = [code for code, _name in settings.LANGUAGES if code != "en"]
SOURCES = ("amnt", "resolutions", "coalitions", "calendar_app", "templates")


class Command(BaseCommand):
    help = "Fails unless every sentence of the program stands translated in every catalogue, and no catalogue says more than the program."
    requires_system_checks = []

    def handle(self, **options):
        found: list[str] = []
        for code in TRANSLATED:
            path = settings.BASE_DIR / "locale" / code / "LC_MESSAGES" / "django.po"
            found += troubles(path, code)
            if path.exists() and shutil.which("xgettext"):
                found += self.differences(path, code)
        if found:
            raise CommandError("\n".join(str(trouble) for trouble in found))

    def differences(self, path: Path, code: str) -> list[str]:
        """What makemessages would add or take away."""
        kept = said_by_program(path)
        fresh = self.collected(code)
        return [f"{path}: missing: {said}" for _context, said in sorted(fresh - kept)] + [
            f"{path}: said nowhere any more: {said}" for _context, said in sorted(kept - fresh)
        ]

    def collected(self, code: str) -> set[tuple[str, str]]:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder)
            for source in SOURCES:
                shutil.copytree(settings.BASE_DIR / source, copy / source, ignore=shutil.ignore_patterns("__pycache__", "static", "data"))
            (copy / "locale").mkdir()
            collect(copy, code)
            return said_by_program(copy / "locale" / code / "LC_MESSAGES" / "django.po")


def collect(folder: Path, code: str) -> None:
    """Run makemessages there, into a catalogue of its own."""
    before = Path.cwd()
    places = settings.LOCALE_PATHS
    try:
        settings.LOCALE_PATHS = [folder / "locale"]
        os.chdir(folder)
        call_command("makemessages", locale=[code], verbosity=0, no_location=True)
    finally:
        settings.LOCALE_PATHS = places
        os.chdir(before)
