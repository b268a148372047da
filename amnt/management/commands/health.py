from urllib.request import urlopen

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from calendar_app.read_models.health import findings, is_ticking, ticked_at


class Command(BaseCommand):
    help = "Says how this instance is, as the page “Health” does. Exits with 1 if someone must act now."

    def add_arguments(self, parser):
        parser.add_argument("--ping", action="store_true", help="If all is well, say so to DEADMAN_URL: its silence is the alarm.")
        parser.add_argument("--tick", action="store_true", help="Say only whether the clock ticks: for the health check of beat.")

    def handle(self, *, ping: bool, tick: bool, verbosity: int, **options):
        try:
            if tick and not is_ticking():
                raise CommandError(f"The last run was {ticked_at() or 'never'}.")
            if tick:
                return
            found = findings()
        except DatabaseError as error:
            raise CommandError(f"The database does not answer, or was not migrated: {' '.join(str(error).split())}") from error
        pressing = [finding for finding in found if finding.status == "gap"]
        if verbosity:
            for finding in found:
                self.stdout.write(f"{finding.word:12} {finding.what}: {finding.fact}")
                if finding.do and finding.status in {"gap", "mixed"}:
                    self.stdout.write(f"{'':12} → {finding.do}")
        if ping and settings.DEADMAN_URL and not pressing:
            with urlopen(settings.DEADMAN_URL, timeout=10):  # noqa: S310 -- the host's own setting
                pass
        if pressing:
            raise CommandError("; ".join(f"{finding.what}: {finding.fact}" for finding in pressing))
