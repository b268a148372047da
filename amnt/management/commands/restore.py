import sys
from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from amnt.operations import backups

NEXT = """Restored. Before you start everything again:
- FIELD_KEY must be the one of the machine that the backup is from: with another, second factors and whatever else is encrypted
  cannot be read.
- E-mails and reminders sent after the backup was made are not known to it, and may go out again."""
NEWER = "This backup was made by a newer version of the program: check that one out before you start anything."


class Command(BaseCommand):
    help = "Fills the empty database from a backup. Refuses one that is not empty."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--identity", required=True, help="The file of the private key, or - to read it from standard input.")
        parser.add_argument("--migrate", action="store_true", help="Bring the restored database up to this version afterwards.")

    def handle(self, *, file: Path, identity: str, migrate: bool, **options):
        try:
            backups.restore(file, sys.stdin.read() if identity == "-" else Path(identity).read_text())
        except OSError as error:
            raise CommandError(f"{identity} cannot be read: {error.strerror}.") from error
        except backups.BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(NEXT)
        if backups.is_newer_than_program():
            raise CommandError(NEWER)
        if migrate:
            call_command("migrate", verbosity=options["verbosity"])
        else:
            self.stdout.write("- Then bring it up to this version: manage.py migrate (docker compose does so at each start).")
