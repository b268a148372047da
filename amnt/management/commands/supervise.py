import json
import os
import sys
from contextlib import suppress
from http.client import HTTPConnection

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from amnt.config.environment import port_number
from amnt.operations.supervisor import Program, Supervisor, free_port, is_free

PYTHON = sys.executable
CELERY = [PYTHON, "-m", "celery", "--app", "amnt", "--quiet"]


class Command(BaseCommand):
    help = "Everything on one machine, to try out: prepares the database and the demo world, then runs web, worker, beat and mail catcher."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *, port: int, **options):
        if not settings.DEMO:
            raise CommandError("This is for trying things out (DEMO=1). For an instance people rely on, see docs/hosting.md.")
        try:
            free = is_free(port)
        except PermissionError as error:
            raise CommandError(f"You may not listen on port {port}. Choose one from 1024 on: PORT=8000 bin/run") from error
        if not free:
            raise CommandError(
                f"Port {port} is taken, perhaps by another bin/run. Stop that one, or choose another: PORT={port + 1} bin/run"
            )
        try:
            self.prepare()
        except KeyboardInterrupt:
            self.say("Stopped before anything ran.")
            sys.exit(130)
        mail_port = self.mail_port()
        # Root is expected on a machine for trying things out.
        quiet = {"PYTHONWARNINGS": "ignore:You're running the worker"}
        environment = {**os.environ, **quiet, "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(mail_port)}
        supervisor = Supervisor(programs(port, mail_port), folder=settings.BASE_DIR, environment=environment, say=self.say)
        code = supervisor.run(when_up=lambda: answers(port), then=lambda: self.welcome(port))
        self.say("Stopped.")
        if code:
            sys.exit(code)

    def prepare(self) -> None:
        call_command("migrate", verbosity=0)
        call_command("load_reference", verbosity=0)
        call_command("demo", verbosity=0)
        connections.close_all()

    def mail_port(self) -> int:
        with suppress(PermissionError):
            if is_free(wanted := port_number("SMTP_PORT", 1025)):
                return wanted
        return free_port()

    def welcome(self, port: int) -> None:
        address = f"http://localhost:{port}"
        self.say(f"\n  {settings.SITE_NAME} is at {address}/\n  and its e-mails at {address}/mail/inbox/\n")
        accounts = settings.VAR_DIR / "demo.json"
        rows = json.loads(accounts.read_text()) if accounts.exists() else []
        widths = [max((len(str(row[column])) for row in rows), default=0) for column in ("role", "email", "password")]
        for row in rows:
            cells = [str(row[column]).ljust(width) for column, width in zip(("role", "email", "password"), widths, strict=True)]
            self.say("  " + "   ".join([*cells, str(row["language"])]))
        self.say(f"\n  The same list is in {accounts}. Ctrl-C stops everything.\n")

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def programs(port: int, mail_port: int) -> list[Program]:
    manage = [PYTHON, str(settings.BASE_DIR / "manage.py")]
    listen = ["--bind", f"127.0.0.1:{port}", "--threads", "8", "--log-level", "warning"]
    worker = ["--loglevel", "WARNING", "--concurrency", "2", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    return [
        Program("web", [PYTHON, "-m", "gunicorn", "amnt.wsgi", *listen]),
        Program("worker", [*CELERY, "worker", *worker]),
        Program("beat", [*CELERY, "beat", "--loglevel", "WARNING"]),
        Program("mail", [*manage, "catch_mail", "--port", str(mail_port)]),
    ]


def answers(port: int) -> bool:
    """Whether the site can be visited already."""
    line = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        line.request("GET", "/healthz", headers={"Host": "localhost"})
        return line.getresponse().status < 500
    except OSError:
        return False
    finally:
        line.close()
