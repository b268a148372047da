from django.conf import settings
from django.core.management.base import BaseCommand

from amnt.encryption import rotation


class Command(BaseCommand):
    help = (
        "Make a new data key, wrapped under the first key in FIELD_KEY, and encrypt every text anew under it. The instance may run "
        "meanwhile. Interrupted, run it again: it goes on where it was."
    )

    def add_arguments(self, parser):
        parser.add_argument("--at-once", action="store_true", help="do not wait for running processes: web, worker and beat are stopped")

    def handle(self, *, at_once, **options):
        wait = 0 if at_once else rotation.WAIT
        if wait:
            self.stdout.write(f"Waiting {wait} seconds until every process that runs knows the new key.")
        version, rows = rotation.rotate(wait=wait)
        self.stdout.write(f"{rows} rows are encrypted under data key {version}; no other is left.")
        if len(settings.FIELD_KEYS) > 1:
            self.stdout.write(
                "Only the first key in FIELD_KEY is needed from here on: remove the others and restart. "
                "Backups made before this moment can be read with the old ones only: keep those apart until the last of these is deleted."
            )
