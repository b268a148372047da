from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from amnt.operations import backups

# Run every hour, this makes one backup a day.
A_DAY = timedelta(hours=23)


class Command(BaseCommand):
    help = "Writes an encrypted backup of the database into BACKUP_DIR, reads it back, and deletes those older than 30 days."

    def add_arguments(self, parser):
        parser.add_argument("--daily", action="store_true", help="Do nothing if the newest backup is less than a day old.")

    def handle(self, *, daily: bool, **options):
        newest = backups.latest()
        if daily and newest and now() - newest < A_DAY:
            return
        try:
            path = backups.make()
        except backups.BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{path}: {path.stat().st_size} bytes, read back in full.")
