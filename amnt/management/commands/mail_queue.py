from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count, Max, Min, Q
from django.utils.timezone import now

from amnt.accounts.models import User
from amnt.mail import services
from amnt.mail.models import Email
from amnt.management.terminal import instant
from calendar_app.reminders.sending import plan_failed_again

State = Email.State
STUCK = (State.WAITING, State.CLAIMED, State.REFUSED, State.GIVEN_UP)
STATES = {State.WAITING: "waiting", State.CLAIMED: "being sent", State.REFUSED: "refused", State.GIVEN_UP: "given up"}
COLUMNS = ("state", "kind", "mails", "oldest", "tries", "what the mail server said")
MOST_ADDRESSES = 200


class Command(BaseCommand):
    help = (
        "Lists the mails that wait, were refused or were given up, with the mail server's own words. After a mail server has refused "
        "everybody by mistake: mail_queue --clear-refusals --send-again --since 2h"
    )

    def add_arguments(self, parser):
        parser.add_argument("--addresses", action="store_true", help="List the addresses too.")
        parser.add_argument("--clear-refusals", action="store_true", help="Write again to everybody whose mailbox was refused.")
        parser.add_argument("--send-again", action="store_true", help="Send again what was refused or given up, if it is still ahead.")
        parser.add_argument("--since", help="Only what was refused since then: 30m, 2h, 3d, or 2028-09-14T05:30 (UTC).")

    def handle(self, *, addresses: bool, clear_refusals: bool, send_again: bool, since: str | None, **options: Any) -> None:
        try:
            start = instant(since) if since else None
        except ValueError:
            raise CommandError(f"--since must be like 30m, 2h, 3d or 2028-09-14T05:30, not {since!r}.") from None
        if send_again and start is None:
            raise CommandError("Say with --since how far back: --send-again --since 2h")
        if clear_refusals:
            self.stdout.write(f"People who are written to again: {services.clear_refusals(start)}")
        if send_again and start is not None:
            mails, reminders = services.send_again(start), plan_failed_again(start)
            self.stdout.write(f"Mails that wait again: {mails}. Reminders that had not been mailed and are planned again: {reminders}.")
        if not (clear_refusals or send_again):
            self.list_queue(start)
            if addresses:
                self.list_addresses(start)

    def list_queue(self, since: datetime | None) -> None:
        groups = (
            stuck(since).values("state", "kind", "trouble").annotate(mails=Count("pk"), oldest=Min("created_at"), tries=Max("attempts"))
        )
        rows = [
            (STATES[State(row["state"])], row["kind"], str(row["mails"]), age(row["oldest"]), str(row["tries"]), row["trouble"])
            for row in groups
        ]
        if rows:
            self.table([COLUMNS, *rows])
        else:
            self.stdout.write("No mail waits, and none was refused.")
        refused = User.objects.active().filter(mail_refused_at__isnull=False).aggregate(number=Count("pk"), last=Max("mail_refused_at"))
        if refused["number"]:
            self.stdout.write(
                f"People who get no reminders as their mailbox was refused: {refused['number']}, the last {age(refused['last'])} ago. "
                "If that was a mistake of the mail server: mail_queue --clear-refusals"
            )

    def list_addresses(self, since: datetime | None) -> None:
        mails = stuck(since).select_related("to").order_by("-created_at")
        self.table(
            [
                (STATES[State(mail.state)], mail.kind, age(mail.created_at), mail.to.email if mail.to else mail.address, mail.trouble)
                for mail in mails[:MOST_ADDRESSES]
            ]
        )
        if (more := mails.count() - MOST_ADDRESSES) > 0:
            self.stdout.write(f"… and {more} more. A narrower --since shows others.")

    def table(self, rows: list[tuple[str, ...]]) -> None:
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            self.stdout.write("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def stuck(since: datetime | None) -> Any:
    """Mails not sent yet, and refused ones that are still stored."""
    mails = Email.objects.filter(state__in=STUCK)
    return mails.filter(Q(created_at__gte=since) | Q(finished_at__gte=since)) if since else mails


def age(at: datetime) -> str:
    minutes = max(0, int((now() - at).total_seconds() // 60))
    for size, unit in ((60 * 24, "d"), (60, "h")):
        if minutes >= 2 * size:
            return f"{minutes // size} {unit}"
    return f"{minutes} min"
