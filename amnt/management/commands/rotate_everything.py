import secrets

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from amnt.accounts.models import InstanceLock
from amnt.accounts.services import locking, rotating
from amnt.encryption import rotation

KEY_BYTES = 48
CHANGE = """\
Nothing is rotated yet. First change this in .env, where no command in a container can write; the keys were made just now:

{lines}
Then restart every process (docker compose up -d) and run this command again: it encrypts everything anew and voids the rest.
"""
SIGNING_LINE = """\
SECRET_KEY={new}
    Every link in older e-mails, every known browser and every form kept for a log-in is void from then on.
"""
ENCRYPTION_LINE = """\
FIELD_KEY={new},the-FIELD_KEY-that-is-there-now
    The new one in front, a comma, the old one behind it: what is stored can still be read until it is encrypted anew.
"""
SERVED_LINE = """\
FIELD_KEY={new},the-SECRET_KEY-that-was-there-before
    SECRET_KEY has served as FIELD_KEY: the new one in front, a comma, the SECRET_KEY of before behind it. Without it nothing can be read.
"""
DONE = """\
Rotated. {rows} rows are encrypted under data key {version}; no other is left, and the new FIELD_KEY alone opens it.
Passwords voided: {passwords}. Secrets of second factors to be replaced at the next log-in: {factors}.
Recoveries of accounts stopped: {recoveries}. Known browsers and networks forgotten: {known_places}.
"""
LEFT = """\
What no command can do, in this order:

 1. In .env, take the old FIELD_KEY away. Keep it apart, with the backups that were made under it, until the last of these is deleted.
 2. SMTP_PASSWORD: a new one at the mail server, then in .env.
 3. POSTGRES_PASSWORD and REDIS_PASSWORD: in .env, but first tell PostgreSQL, which asks for the new one:
    docker compose exec postgres psql --username agenda --command "\\password agenda"
{optional} {backup}. The backup key: if its private half (backup.key) ever lay on that machine, set another BACKUP_RECIPIENT.
 {restart}. Restart every process: docker compose up -d.
 {unlock}. manage.py unlock_instance. Everyone then gets a mail: a new password through the mailbox, then, after one code of the old
    authenticator app, a new one. Where no mail leaves, manage.py changepassword gives you yours. API keys and invitations are made anew.
"""


class Command(BaseCommand):
    help = (
        "After the server was seized, on the machine that goes on: locks the instance, says which keys to change in .env and, run again "
        "with those, changes all others: data keys, log-ins, API keys, invitations, links, passwords and authenticator apps."
    )

    def add_arguments(self, parser):
        parser.add_argument("--at-once", action="store_true", help="do not wait for running processes: web, worker and beat are stopped")

    def handle(self, *, at_once, **options):
        locking.lock()
        lock = InstanceLock.objects.filter(unlocked_at=None).earliest("pk")
        closed = locking.revoke_all_access()
        if lock.rotated_at:
            self.stdout.write(f"Everything was rotated already, on {lock.rotated_at:%Y-%m-%d at %H:%M} UTC.")
        else:
            self.stdout.write("The instance is locked. " + ". ".join(f"{what}: {number}" for what, number in closed.items()) + ".")
            self.rotate(lock, wait=0 if at_once else rotation.WAIT)
        self.stdout.write(what_is_left())

    def rotate(self, lock: InstanceLock, *, wait: float) -> None:
        if unchanged := rotating.unchanged_keys(lock):
            raise CommandError(CHANGE.format(lines="\n".join(line_of(name) for name in unchanged)))
        if wait:
            self.stdout.write(f"Waiting {wait} seconds until every process that runs knows the new data key.")
        version, rows = rotation.rotate(wait=wait)
        distrusted = rotating.distrust_everything(lock)
        self.stdout.write(DONE.format(rows=rows, version=version, **vars(distrusted)))


def line_of(name: str) -> str:
    new = secrets.token_urlsafe(KEY_BYTES)
    if name == "SECRET_KEY":
        return SIGNING_LINE.format(new=new)
    served = settings.FIELD_KEYS == [settings.SECRET_KEY]
    return (SERVED_LINE if served else ENCRYPTION_LINE).format(new=new)


def what_is_left() -> str:
    """With the variables that this instance has."""
    optional = []
    if settings.METRICS_TOKEN:
        optional.append(f"METRICS_TOKEN: in .env and at Prometheus, for instance {secrets.token_urlsafe(KEY_BYTES)}")
    if settings.DEADMAN_URL:
        optional.append("DEADMAN_URL: a new address at the watcher, then in .env. Whoever has the old one can tell it that all is well")
    lines = "".join(f" {number}. {words}.\n" for number, words in enumerate(optional, start=4))
    after = 4 + len(optional)
    return LEFT.format(optional=lines, backup=after, restart=after + 1, unlock=after + 2)
