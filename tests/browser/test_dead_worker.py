"""P5-b: the worker died on Friday, with a real web server, worker, beat and mail server. AT-P5b-1, AT-P5b-2 and AT-P5b-5; the other two
need a clock that is set: tests/calendar_app/test_dead_worker.py."""

import json
import subprocess
import sys
import time
from email import message_from_bytes, policy

import pytest

from tests.browser.conftest import ROOT, Person, free_port, installed, running, services_named

PASSWORD = "a long weekend without mail"
PEOPLE, WAIT = 8, 300
# As on Sunday: since Friday nothing ticked, eight people are due eight reminders each, and three of the dates are over.
FRIDAY = """
import json, os
from datetime import time, timedelta
from django.utils.timezone import now
from amnt.accounts.models import User
from calendar_app.models import DateWatch, Deadline, PlanMark, Reminder
from coalitions.models import ClockRun
from coalitions.services.membership import admit, found_coalition
from resolutions.models import Assembly

network, assembly, at = found_coalition("Weekend (example)", mail_ceiling="detailed"), Assembly.objects.current(), now()
dates = [
    Deadline.objects.create(assembly=assembly, kind="visa", title_en=f"Visa {n}", title_fr=f"Visa {n}", at=at + timedelta(days=days))
    for n, days in enumerate((-1.5, -1, -0.5, 2, 3, 4, 9, 20))
]
people = []
for number in range(8):
    user = User.objects.create_user(
        f"weekend-{number}@example.org", os.environ["PASSWORD"], name=f"Example {number}", language="en", weekend="none",
        quiet_from=time(0), quiet_to=time(0), mail_level="detailed", first_steps_done_at=at, is_staff=number == 0,
    )
    admit(network, user=user, role="lead" if number < 3 else "member")
    people.append(user)
    DateWatch.objects.bulk_create([DateWatch(user=user, deadline=row) for row in dates])
    for hours, row in enumerate(dates):
        due = at - timedelta(hours=60 - hours)
        Reminder.objects.create(user=user, rule="RR-08", deadline=row, offset=1, version=1, send_at=due)
stopped = at - timedelta(hours=60)
PlanMark.objects.update_or_create(pk=1, defaults={"read_until": at, "planned_at": at, "ticked_at": stopped})
ClockRun.objects.update_or_create(pk=1, defaults={"at": stopped})
print(json.dumps([user.email for user in people]))
"""
STATES = """
import json
from collections import Counter
from calendar_app.models import Reminder
print(json.dumps(Counter(Reminder.objects.filter(send_at__lt="2999-01-01", rule="RR-08").values_list("state", flat=True))))
"""


@pytest.fixture(scope="module")
def house_of_friday(tmp_path_factory):
    """A web server, and nothing that works: on the PostgreSQL and the Redis that are named, else on neither."""
    var = tmp_path_factory.mktemp("friday")
    with services_named(tmp_path_factory) as services, installed(var, services) as found:
        yield found


def said(house, code, **given):
    command = [sys.executable, "manage.py", "shell", "-v0", "-c", code]
    out = subprocess.run(command, cwd=ROOT, env=house.environment(**given), check=True, capture_output=True, text=True).stdout
    return json.loads(out.splitlines()[-1])


def reminders_of(house):
    """What the mail server holds for these people, by address."""
    mails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in (house.var / "mail").glob("*.eml")]
    return [str(mail["to"]) for mail in mails if "weekend-" in str(mail["to"])]


def wait_for(is_so):
    until = time.monotonic() + WAIT
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.5)


def test_the_worker_died_on_friday(visit, house_of_friday, log_in):
    house = house_of_friday
    addresses = said(house, FRIDAY, PASSWORD=PASSWORD)
    lead = Person("lead", addresses[0], PASSWORD, "en")

    # AT-P5b-1: the page does not depend on the worker that died. AT-P5b-5: what is red says what to do.
    page = visit(locale="en-GB", of=house)
    log_in(page, lead)
    page.goto("/")
    page.get_by_text("Reminders and e-mails are standing still.").first.wait_for()
    page.goto("/health/")
    page.get_by_text("Restart worker and beat", exact=False).first.wait_for()

    # On Sunday it is started again.
    port = free_port()
    environment = house.environment(SMTP_HOST="127.0.0.1", SMTP_PORT=str(port))
    celery = ["-m", "celery", "--app", "amnt"]
    schedule = ["--schedule", str(house.var / "schedule"), "--pidfile", ""]
    with (
        running("manage.py", "catch_mail", "--port", str(port), env=environment, log=house.var / "catcher.log"),
        running(*celery, "worker", "--pool", "solo", "--loglevel", "WARNING", env=environment, log=house.var / "worker.log"),
        running(*celery, "beat", "--loglevel", "WARNING", *schedule, env=environment, log=house.var / "beat.log"),
    ):
        # AT-P5b-2: one mail for each, which tells of what is still ahead; what is past is shown as missed, and not mailed.
        wait_for(lambda: len(reminders_of(house)) >= PEOPLE)
        wait_for(lambda: said(house, STATES).get("queued", 0) == 0)
        assert sorted(reminders_of(house)) == sorted(addresses)
        states = said(house, STATES)
        assert (states["missed"], states["sent"]) == (3 * PEOPLE, 5 * PEOPLE)
        page.goto("/")
        assert page.get_by_text("Reminders and e-mails are standing still.").count() == 0
        page.goto("/reminders/")
        page.get_by_text("Visa 0").first.wait_for(state="attached")
        page.get_by_text("missed", exact=False).first.wait_for(state="attached")
