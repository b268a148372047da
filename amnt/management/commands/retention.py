from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.timezone import now

from amnt.retention import services


class Command(BaseCommand):
    help = "Deletes what has been kept long enough, as the clock does every day. With --dry-run it counts and changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="Print how many rows each rule would take now; change nothing.")

    def handle(self, *, dry_run: bool, **options):
        results = services.count_due(now()) if dry_run else services.apply_rules(now())
        with translation.override("en"):
            for result in results:
                number = "failed" if result.number is None else result.number
                self.stdout.write(f"{result.rule.key:20} {number:>8}  {result.rule.subject}: {result.rule.period}")
        if any(result.number is None for result in results):
            raise CommandError("Some rules failed: the log says why. The next run tries them again.")
