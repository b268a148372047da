"""Plans counted backwards and absences, changed by programs: with the rights and sentences of the pages."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.utils.timezone import now

from amnt.mail.models import Email
from calendar_app.emails import PLAN_MOVED
from calendar_app.models import BackwardPlan, DateWatch
from coalitions.models import Absence, FollowUp
from tests.calendar_app.planning_back import AGREED, DRAFTED, MAY, days_of, fresh, make, move_deadline
from tests.factories import (
    DeadlineFactory,
    FollowUpFactory,
    MeetingFactory,
    ResolutionFactory,
    circle_of,
    coalition,
    lead,
    member,
    observer,
)

pytestmark = pytest.mark.django_db
PLANS, ABSENCES = "/api/v1/plans/", "/api/v1/absences/"


@pytest.fixture(autouse=True)
def may(settings):
    """Four months before the deadline of `DeadlineFactory`; leads act as leads."""
    settings.LEADS_NEED_SECOND_FACTOR = False
    with time_machine.travel(MAY, tick=False):
        yield


@pytest.fixture
def ours():
    return coalition()


@pytest.fixture
def her(ours):
    return member(ours, name="Wanjiru Kamau")


def said(circle, deadline=None, **facts):
    """Two steps before the deadline."""
    steps = [{"title": "Collect agreement", "on": f"{AGREED}"}, {"title": "Write the draft", "on": f"{DRAFTED}"}]
    about = {"deadline": str((deadline or DeadlineFactory()).public_id), "circle": str(circle.public_id), "steps": steps}
    return about | {"submission": str(uuid4())} | facts


def address(plan, act=""):
    return f"{PLANS}{plan.public_id}/{act}"


# --- Making one ---------------------------------------------------------------------------------------------------------------


def test_a_plan_is_made_once_with_a_follow_up_for_each_step(program, ours, her):
    ResolutionFactory(number=50)
    given = said(ours.everyone, resolution="50")
    given["steps"][0]["owner"] = str(her.public_id)
    first, second = program(her).post(PLANS, given), program(her).post(PLANS, given)
    assert (first.status_code, second.status_code, first.json()) == (201, 200, second.json())
    plan = BackwardPlan.objects.get()
    assert (plan.owner, plan.resolution.slug, days_of(plan)) == (her, "50", [AGREED, DRAFTED])
    rows = FollowUp.objects.order_by("-due_at")
    assert [(row.title, row.owner) for row in rows] == [("Collect agreement", her), ("Write the draft", None)]
    assert [step["follow_up"] for step in first.json()["steps"]] == [str(row.public_id) for row in rows]
    assert DateWatch.objects.filter(user=her, deadline=plan.deadline).exists()


def test_a_step_may_stand_on_an_official_date_before_the_deadline_alone(program, ours, her):
    meeting = MeetingFactory(kind="regional", at=datetime(2028, 8, 7, 9, tzinfo=UTC))
    late = MeetingFactory(kind="regional", at=datetime(2028, 9, 25, 9, tzinfo=UTC))
    call = MeetingFactory(kind="call", circle=ours.everyone, at=datetime(2028, 8, 7, 9, tzinfo=UTC))
    deadline = DeadlineFactory(assembly=meeting.assembly)
    client = program(her)
    for other in (late, call):
        given = said(ours.everyone, deadline, steps=[{"title": "Get it in", "on": None, "meeting": str(other.public_id)}])
        refused = client.post(PLANS, given)
        assert (refused.status_code, list(refused.json()["errors"])) == (400, ["steps.0.meeting"])
    given = said(ours.everyone, deadline, steps=[{"title": "Get it in", "on": None, "meeting": str(meeting.public_id)}])
    assert [step["meeting"] for step in client.post(PLANS, given).json()["steps"]] == [str(meeting.public_id)]
    assert FollowUp.objects.get().due_at == meeting.at


def test_what_the_page_refuses_is_refused_at_its_step_in_the_same_sentence(program, ours, her):
    client = program(her)
    given = said(ours.everyone)
    given["steps"].reverse()
    refused = client.post(PLANS, given)
    assert (refused.status_code, refused.json()["errors"]) == (
        409,
        {"steps.1.on": ["This step comes after what waits for it (step 1). Give it an earlier day."]},
    )
    given = said(ours.everyone, steps=[{"title": "Draft", "on": None}])
    assert client.post(PLANS, given).json()["errors"] == {"steps.0.on": ["Give this step a day, or an official date it stands on."]}
    given = said(ours.everyone, DeadlineFactory(date_status="rumour"))
    assert client.post(PLANS, given).json()["detail"] == "This date is only a rumour. Have it confirmed first, then plan backwards from it."
    for wrong in ([], [{"title": "Draft", "on": "3028-07-07"}], [{"title": "Draft", "on": f"{AGREED}"}] * 9):
        assert client.post(PLANS, said(ours.everyone, steps=wrong)).status_code == 400
    assert not BackwardPlan.objects.exists()
    assert not FollowUp.objects.exists()


def test_who_may_make_one_and_for_whom(program, ours, her):
    other, boss = member(ours), lead(ours)
    named = circle_of(ours, boss, her, kind="restricted")
    delegation = circle_of(ours, her, kind="delegation")
    given = said(ours.everyone)
    given["steps"][1]["owner"] = str(boss.public_id)
    answers = [
        program(her).post(PLANS, given).status_code,
        program(observer(ours)).post(PLANS, said(ours.everyone)).status_code,
        program(her).post(PLANS, said(delegation)).status_code,
        program(other).post(PLANS, said(named)).status_code,
    ]
    assert answers == [403, 400, 403, 400]
    given["steps"][1]["owner"] = str(other.public_id)
    assert program(boss).post(PLANS, given).status_code == 201
    assert BackwardPlan.objects.get().steps.get(place=2).follow_up.owner == other


# --- One plan -----------------------------------------------------------------------------------------------------------------


def test_a_plan_is_previewed_moved_and_moved_back(program, ours, her):
    other = member(ours)
    plan = make(her, ours.everyone, owner=other)
    day = AGREED - timedelta(days=7)
    Absence.objects.create(user=other, starts_on=day, ends_on=day + timedelta(days=2))
    boss = program(lead(ours))
    preview = boss.get(address(plan, "move/?how=shift&days=-7")).json()
    assert (preview["people"], preview["reminders"], len(preview["steps"])) == (1, 0, 3)
    first = preview["steps"][0]
    assert (first["place"], first["stays"], first["problem"], first["away_until"]) == (1, None, None, f"{day + timedelta(days=2)}")
    assert (first["old"], first["new"]) == ("2028-07-21T16:00:00Z", "2028-07-14T16:00:00Z")
    assert days_of(plan)[0] == AGREED
    client, given = program(her), {"how": "shift", "days": -7, "seen": preview["seen"], "submission": str(uuid4())}
    moved, again = client.post(address(plan, "move/"), given), client.post(address(plan, "move/"), given)
    assert (moved.status_code, again.status_code, moved.json()) == (200, 200, again.json())
    assert [days_of(plan)[0], plan.moves.count()] == [day, 1]
    assert Email.objects.filter(to=other, kind=PLAN_MOVED).count() == 1
    stale = client.post(address(plan, "move/"), given | {"submission": str(uuid4())})
    assert (stale.status_code, stale.json()["detail"]) == (409, "This plan has changed in the meantime. Look at it again, then move it.")
    assert client.post(address(plan, "undo-move/")).status_code == 200
    assert days_of(plan)[0] == AGREED
    assert client.post(address(plan, "undo-move/")).status_code == 409


def test_it_follows_its_deadline_or_keeps_its_dates(program, ours, her):
    boss, client = lead(ours), program(her)
    deadline = DeadlineFactory()
    follows, stays = make(her, ours.everyone, deadline=deadline), make(her, ours.everyone, deadline=deadline)
    move_deadline(deadline, deadline.at.date() + timedelta(days=14), boss)
    assert client.get(address(stays)).json()["days_moved"] == 14
    assert client.post(address(stays, "keep/")).json()["days_moved"] == 0
    seen = client.get(address(follows, "move/?how=follow")).json()["seen"]
    assert client.post(address(follows, "move/"), {"how": "follow", "seen": seen}).json()["days_moved"] == 0
    assert (days_of(stays)[0], days_of(follows)[0]) == (AGREED, AGREED + timedelta(days=14))


def test_to_shift_it_says_by_how_many_days(program, ours, her):
    plan, client = make(her, ours.everyone), program(her)
    wanted = {"days": ["Say by how many days."]}
    assert client.get(address(plan, "move/?how=shift")).json()["errors"] == wanted
    assert client.post(address(plan, "move/"), {"how": "shift", "days": 0, "seen": "x"}).json()["errors"] == wanted


def test_dissolved_its_steps_stay(program, ours, her):
    plan = make(her, ours.everyone)
    assert program(her).delete(address(plan)).status_code == 204
    assert (BackwardPlan.objects.count(), FollowUp.objects.count()) == (0, 3)


def test_only_who_keeps_it_and_leads_of_its_circle_run_it(program, ours, her):
    plan = make(her, circle_of(ours, her, other := member(ours), kind="restricted"))
    acts = [("get", "move/?how=share"), ("post", "move/"), ("post", "undo-move/"), ("post", "keep/"), ("delete", "")]
    for person, status in ((other, 403), (lead(ours), 404)):
        client = program(person)
        assert {getattr(client, method)(address(plan, act)).status_code for method, act in acts} == {status}
    assert (fresh(plan).counted_from, days_of(plan)[0]) == (plan.counted_from, AGREED)


# --- Absences -----------------------------------------------------------------------------------------------------------------


def away(first, last):
    day = now().date()
    return {"starts_on": f"{day + timedelta(days=first)}", "ends_on": f"{day + timedelta(days=last)}"}


def test_an_absence_is_said_once_and_taken_back(program, ours, her):
    FollowUpFactory(circle=ours.everyone, created_by=her, owner=her)
    client = program(her)
    answers = [client.post(ABSENCES, away(2, 5)) for _each in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert (answers[1].json() | {"id": "", "person": ""}) == {"id": "", "person": "", **away(2, 5), "without_backup": 1}
    absence = Absence.objects.get()
    assert (absence.user, f"{absence.ends_on}") == (her, away(2, 5)["ends_on"])
    assert client.delete(f"{ABSENCES}{absence.public_id}/").status_code == 204
    assert (client.delete(f"{ABSENCES}{absence.public_id}/").status_code, Absence.objects.count()) == (404, 0)


@pytest.mark.parametrize(
    ("first", "last", "field", "sentence"),
    [
        (5, 2, "ends_on", "The last day is before the first one."),
        (-5, -2, "ends_on", "This absence is over already: nothing is kept from you."),
        (2, 400, "ends_on", "That is more than a year. Leave the coalition instead, or hand back what you have."),
        (9000, 9001, "starts_on", "Check the year: this one is not possible."),
    ],
)
def test_an_absence_that_the_page_refuses_is_refused(program, her, first, last, field, sentence):
    assert program(her).post(ABSENCES, away(first, last)).json()["errors"][field] == [sentence]
    assert not Absence.objects.exists()


def test_nobody_takes_back_the_absence_of_another(program, ours, her):
    absence = Absence.objects.create(user=her, starts_on=now().date(), ends_on=now().date())
    boss = program(lead(ours))
    assert [row["id"] for row in boss.get(ABSENCES).json()["results"]] == [str(absence.public_id)]
    assert (boss.delete(f"{ABSENCES}{absence.public_id}/").status_code, Absence.objects.count()) == (404, 1)
