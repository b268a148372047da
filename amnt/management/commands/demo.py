from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from amnt.demo import dates, passwords, people, world
from amnt.demo.live import set_the_stage
from resolutions.models import Resolution


class Command(BaseCommand):
    help = "Makes a small believable world to try things out in: people, coalitions and dates are invented. Running it again adds nothing."

    def add_arguments(self, parser):
        parser.add_argument("--refresh", action="store_true", help="Move the example dates to the days ahead, even if they are not over.")
        parser.add_argument(
            "--live", action="store_true", help="Move the assembly so that today is its eighth day, with sessions around this hour."
        )
        parser.add_argument(
            "--force-outside-debug", action="store_true", help="Make it although this instance runs with neither DEMO nor DEBUG."
        )

    def handle(self, *args, refresh, live, force_outside_debug, verbosity, **options):
        if not settings.DEMO and not force_outside_debug:
            raise CommandError(
                "This would add invented people who can log in, and neither DEMO nor DEBUG is set. "
                "If this is no instance that people rely on: manage.py demo --force-outside-debug"
            )
        if not Resolution.objects.exists():
            call_command("load_reference", verbosity=0)
        if not world.is_built():
            world.build_world()
        elif refresh or dates.is_over():
            dates.refresh_dates()
        if live:
            set_the_stage()
        rows = people.give_passwords(passwords.known_passwords())
        passwords.keep(rows)
        if verbosity:
            self.show(rows)

    def show(self, rows):
        columns = ("role", "name", "email", "password", "language")
        widths = [max(len(row[column]) for row in [*rows, {column: column}]) for column in columns]
        for row in [dict(zip(columns, columns, strict=True)), *rows]:
            self.stdout.write("  ".join(row[column].ljust(width) for column, width in zip(columns, widths, strict=True)).rstrip())
