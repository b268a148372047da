import secrets
from contextlib import nullcontext
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from amnt import exposure
from amnt.accounts.services import locking

KEY_BYTES = 48
NEXT = """\
{state}
{closed}. E-mails wait until you unlock it.
What this server held, without contents: {report}

Now change the keys in .env. This command cannot write them there; it made these just now:

SECRET_KEY={secret_key}
    Every link in older e-mails, every remembered browser and every form kept for a log-in is void from then on.

FIELD_KEY={field_key},the-one-that-is-there-now
    The new one in front, a comma, the old one behind it: what is stored can still be read, and new data keys are wrapped by the new one.

Then, in this order:
 1. Restart every process.
 2. manage.py rotate_field_key: stored texts are encrypted under a new data key, and all data keys are wrapped by the new FIELD_KEY.
 3. Take the old FIELD_KEY away and restart again. Keep it with the backups that were made under it.
 4. Change SMTP_PASSWORD at the mail server, POSTGRES_PASSWORD and REDIS_PASSWORD, in .env too.
 5. manage.py unlock_instance. People log in with their passwords and second factors and make API keys anew; leads invite anew.
"""


class Command(BaseCommand):
    help = (
        "For the day the server is seized or somebody else may be on it: nobody logs in any more, every log-in, API key and invitation "
        "is void, no e-mail is sent. Writes down what was readable, and says which keys to change."
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
            # Before the log-ins are ended: what a device says was there too.
            out.write(exposure.report())
        closed = locking.close_everything()
        said = NEXT.format(
            state="The instance is locked." if is_new else "The instance was locked already.",
            closed=". ".join(f"{what}: {number}" for what, number in closed.items()),
            report=report,
            secret_key=secrets.token_urlsafe(KEY_BYTES),
            field_key=secrets.token_urlsafe(KEY_BYTES),
        )
        (self.stderr if is_printed else self.stdout).write(said)
