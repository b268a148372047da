from contextlib import nullcontext
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from amnt.accounts.services import locking
from amnt.management import seizure_report

NEXT = """\
{state}
{closed}. E-mails wait until you unlock it.
What this server held, without contents: {report}

False alarm: manage.py unlock_instance, and people log in again. Otherwise, on the machine that goes on:

manage.py rotate_everything
    Says which keys to change in .env and, run again with those, changes all others.
"""


class Command(BaseCommand):
    help = (
        "For the day the server is seized or somebody else may be on it: nobody logs in any more, every log-in, API key and invitation "
        "is void, no e-mail is sent. Writes down what was readable."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--report", type=Path, required=True, help="A new file for the report of what this server held, or - to print it."
        )

    def handle(self, *, report: Path, **options):
        is_printed = str(report) == "-"
        try:
            page = nullcontext(self.stdout) if is_printed else report.open("x", encoding="utf-8")
        except OSError as error:
            raise CommandError(f"The report cannot be written to {report}: {error.strerror}. Nothing was locked.") from error
        is_new = locking.lock()
        with page as out:
            # Before the log-ins are ended, so that devices are in the report.
            out.write(seizure_report.report())
        closed = locking.revoke_all_access()
        said = NEXT.format(
            state="The instance is locked." if is_new else "The instance was locked already.",
            closed=". ".join(f"{what}: {number}" for what, number in closed.items()),
            report=report,
        )
        (self.stderr if is_printed else self.stdout).write(said)
