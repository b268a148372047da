"""A plan before the deadline of `DeadlineFactory` (Monday 18 September 2028, 23:59 in Geneva)."""

from datetime import UTC, date, datetime, time

from calendar_app.models import BackwardPlan, Deadline
from calendar_app.read_models.plan_moves import fingerprint
from calendar_app.services import dates
from calendar_app.services.backward_plans import NewStep, make_plan
from calendar_app.services.date_states import NewDate
from resolutions.models import DateStatus
from tests.calendar_app.dating import SOURCE
from tests.factories import DeadlineFactory

MAY = datetime(2028, 5, 15, 9, tzinfo=UTC)
# Fridays.
AGREED, DRAFTED, TRANSLATED = date(2028, 7, 21), date(2028, 7, 7), date(2028, 6, 23)


def steps(owner=None, backup=None) -> list[NewStep]:
    people = {"owner": owner, "backup": backup}
    return [
        NewStep("Collect agreement", AGREED, **people),
        NewStep("Write the draft", DRAFTED, **people),
        NewStep("Translate proposals", TRANSLATED, **people),
    ]


def make(by, circle, *, deadline: Deadline | None = None, owner=None, backup=None, **fields) -> BackwardPlan:
    return make_plan(deadline or DeadlineFactory(), circle=circle, by=by, **({"steps": steps(owner, backup)} | fields))


def days_of(plan: BackwardPlan) -> list[date]:
    """Of its steps, the one before the deadline first, on the clocks of Geneva."""
    return [step.follow_up.due_at.astimezone(UTC).date() for step in plan.steps.for_plan()]


def move_deadline(deadline: Deadline, on: date, by, status: str = DateStatus.CONFIRMED) -> Deadline:
    new = NewDate(on, status, hour=time(23, 59), zone="Europe/Zurich")
    dates.propose_change(deadline, new=new, source=SOURCE, by=by)
    deadline.refresh_from_db()
    return deadline


def fresh(plan: BackwardPlan) -> BackwardPlan:
    return BackwardPlan.objects.for_list().get(pk=plan.pk)


def seen(plan: BackwardPlan) -> str:
    return fingerprint(fresh(plan))
