from urllib.request import urlopen

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from calendar_app.health import findings


class Command(BaseCommand):
    help = "Says how this instance is, as the page “Health” does. Ends with 1 if someone must act now."

    def add_arguments(self, parser):
        parser.add_argument("--ping", action="store_true", help="If all is well, say so to DEADMAN_URL: its silence is the alarm.")

    def handle(self, *, ping: bool, verbosity: int, **options):
        found = findings()
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
