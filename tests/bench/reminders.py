"""The clock at its limits: a minute without work, an official date that moves, a million reminders, two workers at once."""

import time
from dataclasses import asdict, dataclass
from datetime import timedelta
from multiprocessing import get_context
from typing import Any

import time_machine
from django.conf import settings
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from amnt.accounts.models import User
from amnt.mail import delivery
from amnt.mail.models import Email
from calendar_app import tasks
from calendar_app.models import DateChange, Deadline, PlanMark, Reminder
from calendar_app.reminders import planning, sending
from calendar_app.services.date_states import NewDate
from calendar_app.services.dates import propose_change
from resolutions.models import Assembly
from tests.bench import measures, world

PENDING = 5_000
MILLION = 1_000_000
WORKERS = 2
# One run differs from the next by a tenth: the one in the middle counts.
ROUNDS = 5
AN_HOUR = timedelta(hours=1)


def quiet_ticks() -> dict[str, float]:
    """A minute in which nothing changed and nothing is due: how many queries, and how many milliseconds."""
    Reminder.objects.due().update(state=Reminder.State.SENT)
    PlanMark.objects.update(read_until=now())
    spent = []
    for _ in range(11):
        with CaptureQueriesContext(connection) as seen:
            began = time.perf_counter()
            tasks.tick()
            spent.append(time.perf_counter() - began)
    return {"queries": len(seen), "ms": sorted(spent)[5] * 1000}


def with_many_pending() -> Deadline:
    """A deadline of which so many reminders are pending."""
    deadline = Deadline.objects.filter(kind="contribution", at__gt=now() + timedelta(days=70)).order_by("at")[0]
    missing = PENDING - Reminder.objects.planned().filter(deadline=deadline).count()
    if missing > 0:
        world.watchers(missing // 3 + 1)
    planning.plan_all()
    measures.analyse()
    return deadline


def moving_a_date(deadline: Deadline, by: User) -> dict[str, float]:
    """It moves by a week: the act of a lead, and the planning of the next tick, which replaces the reminders and makes the notices."""
    pending = Reminder.objects.planned().filter(deadline=deadline)
    count = pending.count()
    began = time.perf_counter()
    new = NewDate((deadline.at + timedelta(days=7)).date())
    change = propose_change(deadline, new=new, source="https://example.org/circular", by=by)
    acted = time.perf_counter()
    planning.plan_changes()
    ended = time.perf_counter()
    assert change.applied_at, "the move waits for a second person"
    assert not pending.exclude(version__gt=deadline.version).exists(), "reminders of the old date are still planned"
    return {"pending": count, "act s": acted - began, "planning s": ended - acted}


def a_million() -> dict[str, float]:
    """As many official deadlines as it takes, planned from nothing: a million, or more where the world promises more."""
    Reminder.objects.all().delete()
    PlanMark.objects.all().delete()
    planning.plan_all()
    there = Reminder.objects.count()
    assembly = Assembly.objects.of_wtsa().get(code="WTSA-28")
    of_one = Reminder.objects.filter(deadline__kind="contribution").count() / Deadline.objects.filter(kind="contribution").count()
    first = now() + timedelta(days=40)
    said = {"assembly": assembly, "kind": Deadline.Kind.CONTRIBUTION, "source": "https://example.org/"}
    more = int((MILLION - there) / of_one) + 1
    Deadline.objects.bulk_create([Deadline(title_en=f"Deadline {n}", at=first + timedelta(days=n % 300), **said) for n in range(more)])
    Reminder.objects.all().delete()
    PlanMark.objects.all().delete()
    DateChange.objects.all().delete()
    measures.analyse()
    seconds, megabytes = measures.timed(planning.plan_all)
    return {"reminders": Reminder.objects.count(), "s": seconds, "MB grown": megabytes}


@dataclass
class TogetherSent:
    mails: int
    seconds: float
    bare_seconds: float

    @property
    def share_of_bare(self) -> float:
        return self.bare_seconds / self.seconds


def two_workers(mails: int) -> TogetherSent:
    """Two workers share what waits, beside one bare loop that sends the same ready-made messages over one connection.

    Half of the bare loop before the workers and half after, so that both meet the machine in the same moods.
    """
    world.people_with_due_digest(mails, Reminder, now() - timedelta(minutes=1))
    measures.analyse()
    sending.send_due()
    measures.analyse()
    pks = list(Email.objects.filter(state=Email.State.WAITING).order_by("pk").values_list("pk", flat=True)[:mails])
    with measures.sink() as port:
        settings.MAILERS = {"default": {"BACKEND": "amnt.mail.smtp.EmailBackend", "OPTIONS": {"host": "127.0.0.1", "port": port}}}
        ready = {pk: pair for start in range(0, len(pks), 200) for pk, pair in measures.ready_made(pks[start : start + 200]).items()}
        half = len(pks) // 2
        bare = measures.bare_loop(port, [ready[pk] for pk in pks[:half]])
        connections.close_all()
        fork = get_context("fork")
        start = fork.Barrier(WORKERS + 1)
        workers = [fork.Process(target=deliver_after, args=(start,)) for _ in range(WORKERS)]
        for worker in workers:
            worker.start()
        start.wait()
        began = time.perf_counter()
        for worker in workers:
            worker.join()
        spent = time.perf_counter() - began
        bare += measures.bare_loop(port, [ready[pk] for pk in pks[half:]])
    left = Email.objects.filter(pk__in=pks).exclude(state=Email.State.ACCEPTED).count()
    assert not left, f"{left} mails were not accepted"
    assert all(worker.exitcode == 0 for worker in workers), "a worker ended with an error"
    # Nothing more is promised to the people of this round: the million that is planned next does not grow with the rounds.
    User.objects.filter(emails__in=pks).update(is_active=False)
    return TogetherSent(len(pks), spent, bare)


def deliver_after(start: Any) -> None:
    Email.objects.exists()
    start.wait()
    delivery.deliver_waiting()


def measured(person: User, *, quick: bool) -> dict[str, Any]:
    """Last but what writes everything anew: it adds people and dates."""
    deadline = with_many_pending()
    # A tick reads once more what changed within five minutes: an hour later, nothing did.
    with time_machine.travel(now() + AN_HOUR):
        result: dict[str, Any] = {"quiet": quiet_ticks(), "moving": moving_a_date(deadline, person)}
    if connection.vendor == "postgresql":
        rounds = [two_workers(1000)] if quick else [two_workers(4000) for _ in range(ROUNDS)]
        together = sorted(rounds, key=lambda sent: sent.share_of_bare)[len(rounds) // 2]
        result["together"] = {**asdict(together), "share": together.share_of_bare}
    if not quick:
        result["million"] = a_million()
    return result


def verdicts(result: dict[str, Any]) -> list[tuple[str, str, bool]]:
    quiet, moving = result["quiet"], result["moving"]
    moved = moving["act s"] + moving["planning s"]
    lines = [
        ("a tick with nothing due: queries", f"{quiet['queries']} ≤ 5 ({quiet['ms']:.0f} ms)", quiet["queries"] <= 5),
        (
            f"moving a date with {moving['pending']} pending reminders",
            f"{moving['act s']:.2f} + {moving['planning s']:.2f} s ≤ 2",
            moved <= 2,
        ),
    ]
    if together := result.get("together"):
        what = f"two workers, {together['mails']} digests: share of one bare loop"
        lines.append((what, f"{together['share']:.2f} ≥ 0.9", together["share"] >= 0.9))
    if million := result.get("million"):
        each_million = million["s"] * MILLION / million["reminders"]
        what = f"planning {million['reminders']} reminders from nothing, in {million['s']:.0f} s: each million"
        lines.append((what, f"{each_million:.0f} s ≤ 120", each_million <= 120))
        lines.append(("planning so many: memory grown", f"{million['MB grown']:.0f} MB ≤ 200", million["MB grown"] <= 200))
    return lines
