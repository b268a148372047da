import gc
import os
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import translation

from amnt.rehearsal.faults import Span
from amnt.rehearsal.invariants import Broken
from amnt.rehearsal.playing import rehearse
from amnt.rehearsal.report import Report
from amnt.rehearsal.world import FEWEST_PEOPLE, NoSuchAssembly, days_of, span_of
from calendar_app.reminders.counting import FEWEST, counted_by_phase
from coalitions.models import Coalition
from resolutions.models import Assembly

MOST_PEOPLE = 500
# What another process needs of the environment of this one. It holds no address of a database, a broker or a mail server.
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "PYTHONPATH", "VIRTUAL_ENV", "REHEARSAL_DATABASE_URL")


class Command(BaseCommand):
    help = (
        "Plays the cycle of an assembly in advance, with the real reminder engine, invented people and a clock that is set, and checks "
        "what the engine promises after every step. Nothing of this instance is read or changed, and no mail is sent. With --from today: "
        "how many e-mails each phase brings to the coalitions of this instance, as planned now."
    )
    # Neither the database nor the settings of the instance matter to what is played elsewhere.
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("assembly", nargs="?", help="Its code among the facts that ship, like WTSA-24.")
        parser.add_argument("--people", type=int, default=60)
        parser.add_argument("--seed", type=int, default=1, help="Decides everything that is drawn. The same seed plays the same cycle.")
        parser.add_argument("--page", type=Path, help="Write a page with a drawing and a table to this file.")
        parser.add_argument(
            "--days", type=int, nargs=2, metavar=("FROM", "TO"), help="Only these days, counted from the first day: -60 20."
        )
        parser.add_argument("--from", dest="since", choices=["today"], help="Count what is planned for the coalitions of this instance.")

    def handle(self, *, assembly, people, seed, page, days, since, **options):
        if since:
            self.count_planned()
        elif not assembly:
            raise CommandError("Which assembly? Like: manage.py rehearse WTSA-24. Or: manage.py rehearse --from today")
        elif not FEWEST_PEOPLE <= people <= MOST_PEOPLE:
            raise CommandError(f"Between {FEWEST_PEOPLE} and {MOST_PEOPLE} people can be rehearsed with.")
        elif getattr(settings, "IS_REHEARSAL", False):
            self.play(assembly, people, seed, page, days)
        else:
            self.play_in_another_process(assembly, people, seed, page, days)

    # --- A cycle ------------------------------------------------------------------------------------------------------------

    def play_in_another_process(self, assembly, people, seed, page, days):
        """That process is told nothing by which it could reach the database or the mail server of this instance."""
        self.stdout.flush()
        arguments = [assembly, "--people", str(people), "--seed", str(seed)]
        arguments += ["--page", str(page.resolve())] if page else []
        arguments += ["--days", *map(str, days)] if days else []
        with tempfile.TemporaryDirectory(prefix="rehearsal-") as folder:
            environment = {name: os.environ[name] for name in KEPT if name in os.environ}
            # What is drawn must not depend on how this process happens to order words.
            environment |= {"DJANGO_SETTINGS_MODULE": "amnt.rehearsal.settings", "DEMO": "1", "VAR_DIR": folder, "PYTHONHASHSEED": "0"}
            command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "rehearse", *arguments]
            done = subprocess.run(command, env=environment, cwd=settings.BASE_DIR, check=False)  # noqa: S603 -- our own command
        if done.returncode:
            raise SystemExit(done.returncode)

    def play(self, assembly, people, seed, page, days):
        try:
            span = part(assembly, *days) if days else span_of(assembly)
        except NoSuchAssembly as error:
            raise CommandError(str(error)) from error
        gc.freeze()
        gc.set_threshold(50_000, 20, 50)
        # The tables as the models have them: a new database without rows needs none of the steps by which older ones came there.
        connection.settings_dict["TEST"]["MIGRATE"] = False
        before = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            with translation.override("en"):
                self.report(rehearse(assembly, people=people, seed=seed, span=span), page)
        except Broken as broken:
            raise CommandError(str(broken)) from broken
        finally:
            connection.creation.destroy_test_db(before, verbosity=0)

    def report(self, played, page):
        report = Report(played)
        for line in report.lines():
            self.stdout.write(line)
        self.stdout.write(f"{played.seconds:.0f} seconds, {played.days / played.seconds:.1f} simulated days a second.")
        if page:
            page.write_text(report.page(), encoding="utf-8")

    # --- What is planned ----------------------------------------------------------------------------------------------------

    def count_planned(self):
        """As leads see it on the page of planned e-mails: numbers of nobody in particular."""
        current = Assembly.objects.current()
        if current is None or current.starts_on is None:
            raise CommandError("There is no assembly ahead whose first day is known.")
        with translation.override("en"):
            for coalition in Coalition.objects.order_by("name"):
                self.stdout.write(f"{coalition.name}, until {current.code} and after:")
                found = counted_by_phase(coalition, current)
                for row in found:
                    if row.people is None:
                        self.stdout.write(f"  {row.name}: fewer than {FEWEST} people")
                    else:
                        self.stdout.write(f"  {row.name}: {row.people} people, {row.digests} digests, {row.alone} separate e-mails")
                if not found:
                    self.stdout.write("  Nothing is planned.")


def part(code: str, since: int, until: int) -> Span:
    """These days of the whole, counted from the first day of the assembly."""
    whole, (first, _last) = span_of(code), days_of(code)
    noon = whole.begins.replace(year=first.year, month=first.month, day=first.day)
    begins, ends = max(noon + timedelta(days=since), whole.begins), min(noon + timedelta(days=until), whole.ends)
    if begins >= ends:
        raise CommandError("These days lie outside of the cycle, or end before they begin.")
    return Span(begins, ends)
