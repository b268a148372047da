from django.core.management.base import BaseCommand, CommandError

from amnt.accounts.models import User
from amnt.accounts.services.second_factors import remove_second_factors


class Command(BaseCommand):
    help = (
        "Remove the authenticator app, passkeys and recovery codes of someone who has lost them all. Make sure by another way "
        "than e-mail that it is really this person who asks: afterwards the password alone opens the account."
    )

    def add_arguments(self, parser):
        parser.add_argument("address", help="the e-mail address of the account")

    def handle(self, *, address, **options):
        user = User.objects.active().filter(email=address.strip().lower()).first()
        if user is None:
            raise CommandError("No open account has this address.")
        removed = remove_second_factors(user)
        self.stdout.write(f"Removed: {removed}. Every device is logged out, and the person has been sent an e-mail.")
