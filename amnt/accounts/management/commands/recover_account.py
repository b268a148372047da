from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from amnt.accounts.models import AccountRecovery, User
from amnt.accounts.services import recoveries
from amnt.core.errors import RuleBroken
from amnt.core.limits import max_length


class Command(BaseCommand):
    help = (
        "Let someone back in who has lost every second factor, the mailbox, or both. First make sure, in another way than by e-mail, that "
        "it is really this person who asks. Both addresses are told; the recovery takes effect after three days unless it is stopped."
    )

    def add_arguments(self, parser):
        parser.add_argument("address", help="the e-mail address of the account")
        parser.add_argument("--remove-factors", action="store_true", help="remove every second factor, and the password with them")
        parser.add_argument("--new-address", default="", metavar="ADDRESS", help="the mailbox the person has now")
        parser.add_argument("--asked-by", default="", metavar="TEXT", help="who asked, and how you made sure of it: kept for 30 days")
        parser.add_argument("--now", default="", metavar="REASON", help="do not wait, for this reason: kept for 30 days")
        parser.add_argument("--stop", action="store_true", help="stop the recovery that is under way")

    def handle(self, *, address, remove_factors, new_address, asked_by, now, stop, **options):
        user = User.objects.active().filter(email=address.strip().lower()).first()
        if user is None:
            raise CommandError("No open account has this address.")
        if stop:
            self.stop(user)
            return
        if not asked_by.strip():
            raise CommandError("Say who asked and how you made sure of it: --asked-by 'Herself, by video call'.")
        new_address = new_address.strip().lower()
        if new_address:
            check_new_address(new_address)
        try:
            recovery = recoveries.start_recovery(
                user,
                by=None,
                new_address=new_address,
                removes_factors=remove_factors,
                asked_by=asked_by.strip()[: max_length(AccountRecovery, "asked_by")],
                reason=now.strip()[: max_length(AccountRecovery, "reason")],
            )
        except RuleBroken as error:
            raise CommandError(str(error)) from error
        if not now.strip():
            self.stdout.write(f"Announced by e-mail. It takes effect on {recovery.due_at:%Y-%m-%d at %H:%M} UTC unless it is stopped.")
        elif recoveries.carry_out(recovery):
            self.stdout.write("Done. Every device is logged out; the person has been told by e-mail and sets a new password.")

    def stop(self, user):
        recovery = recoveries.open_recovery(user)
        if recovery is None or not recoveries.stop_recovery(recovery):
            raise CommandError("No recovery of this account is under way.")
        self.stdout.write("Stopped. Nothing has changed, and the person has been told by e-mail.")


def check_new_address(address: str) -> None:
    try:
        validate_email(address)
    except ValidationError as error:
        raise CommandError("The new address is not an e-mail address.") from error
    if User.objects.filter(email=address).exists():
        raise CommandError("Another account has this address.")
