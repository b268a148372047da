from django.core.management.base import BaseCommand, CommandError

from amnt.accounts.services import locking


class Command(BaseCommand):
    help = "Ends what lock_instance began: people log in again, and e-mails that waited are sent."

    def handle(self, **options):
        if not locking.unlock():
            raise CommandError("The instance is not locked.")
        self.stdout.write("The instance is unlocked. People log in again with their passwords and second factors.")
