from django.core.management.base import BaseCommand, CommandError

from amnt.accounts.models import InstanceLock
from amnt.accounts.services import locking

AS_BEFORE = "People log in again with their passwords and second factors."
ANEW = "Everyone is sent a mail now: they set a new password through their mailbox, and a new authenticator app at the log-in after it."


class Command(BaseCommand):
    help = "Ends what lock_instance or a page began: people log in again, and e-mails that waited are sent."

    def handle(self, **options):
        is_rotated = InstanceLock.objects.filter(unlocked_at=None).exclude(rotated_at=None).exists()
        if not locking.unlock():
            raise CommandError("The instance is not locked.")
        self.stdout.write("The instance is unlocked. " + (ANEW if is_rotated else AS_BEFORE))
