"""Plans counted backwards from a deadline: making one, moving it, undoing it, and what has become impossible."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from amnt.core.errors import RuleBroken
from amnt.mail.emails import compose
from amnt.mail.models import Email
from calendar_app.domain.backward_plans import Problem
from calendar_app.models import BackwardPlan, DateWatch, PlanMove, PlanStep, PlanTemplate, Reminder
from calendar_app.permissions import can_make_plan, can_run_plan
from calendar_app.read_models.plan_moves import How, Stays, preview_move, standing, waits_for_answer
from calendar_app.reminders.planning import plan_all
from calendar_app.reminders.sending import send_due
from calendar_app.services import backward_plans as services
from calendar_app.services import dates
from calendar_app.services.backward_plans import NewStep, TemplateStep
from calendar_app.services.date_states import NewDate
from calendar_app.services.plan_moves import move_plan, undo_move
from coalitions.models import FollowUp, FollowUpEvent
from coalitions.services import availability, follow_ups, membership
from resolutions.models import DateStatus
from tests.calendar_app.dating import SOURCE
from tests.calendar_app.planning_back import AGREED, DRAFTED, MAY, TRANSLATED, days_of, fresh, make, move_deadline, seen
from tests.factories import (
    AssemblyFactory,
    DeadlineFactory,
    MeetingFactory,
    ResolutionFactory,
    circle_of,
    coalition,
    lead,
    member,
    observer,
)

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def _in_may():
    with time_machine.travel(MAY, tick=False):
        yield


@pytest.fixture
def here():
    return coalition()


@pytest.fixture
def wanjiru(here):
    return lead(here)


@pytest.fixture
def claire(here):
    return member(here)


# --- Making one -----------------------------------------------------------------------------------------------------------


def test_each_step_becomes_a_follow_up_due_on_the_clocks_of_the_deadline(here, wanjiru, claire):
    resolution = ResolutionFactory()
    plan = make(wanjiru, here.everyone, owner=claire, backup=wanjiru, resolution=resolution)
    rows = list(plan.steps.for_plan())
    assert [(row.place, row.follow_up.title, row.lead_days) for row in rows] == [
        (1, "Collect agreement", 59),
        (2, "Write the draft", 14),
        (3, "Translate proposals", 14),
    ]
    assert rows[0].follow_up.due_at == datetime(2028, 7, 21, 16, tzinfo=UTC)
    assert {(row.follow_up.owner, row.follow_up.backup, row.follow_up.resolution) for row in rows} == {(claire, wanjiru, resolution)}
    assert DateWatch.objects.filter(user=wanjiru, deadline=plan.deadline).exists()


def test_the_same_form_sent_twice_makes_one_plan(here, wanjiru):
    submission = uuid.uuid4()
    deadline = DeadlineFactory()
    assert make(wanjiru, here.everyone, deadline=deadline, submission=submission) == make(
        wanjiru, here.everyone, deadline=deadline, submission=submission
    )
    assert (BackwardPlan.objects.count(), FollowUp.objects.count()) == (1, 3)


def test_reminders_of_its_steps_come_by_themselves(here, wanjiru, claire):
    make(wanjiru, here.everyone, owner=claire)
    plan_all()
    assert set(Reminder.objects.filter(user=claire).values_list("rule", flat=True)) >= {"RR-09", "RR-10"}


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"at": datetime(2028, 5, 1, tzinfo=UTC)}, "This deadline has passed: there is nothing left to plan before it."),
        ({"date_status": DateStatus.RUMOUR}, "This date is only a rumour. Have it confirmed first, then plan backwards from it."),
        ({"kind": "visa"}, "A plan is counted backwards from a public contribution or document deadline."),
    ],
)
def test_not_every_deadline_can_be_counted_from(here, wanjiru, fields, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        make(wanjiru, here.everyone, deadline=DeadlineFactory(**fields))
    assert not BackwardPlan.objects.exists()


def test_no_plan_is_counted_from_a_deadline_of_a_circles_call(here, wanjiru):
    call = MeetingFactory(kind="call", circle=here.everyone, group=None)
    with pytest.raises(RuleBroken, match="public contribution or document deadline"):
        make(wanjiru, here.everyone, deadline=DeadlineFactory(meeting=call, kind="document"))


def test_steps_in_the_wrong_order_are_refused_beside_their_day(here, wanjiru):
    with pytest.raises(RuleBroken, match="after what waits for it") as refused:
        make(wanjiru, here.everyone, steps=[NewStep("Agree", DRAFTED), NewStep("Draft", AGREED)])
    assert refused.value.field == "on_2"
    with pytest.raises(RuleBroken, match="has passed") as refused:
        make(wanjiru, here.everyone, steps=[NewStep("Agree", AGREED), NewStep("Draft", date(2028, 5, 2))])
    assert refused.value.field == "on_2"
    with pytest.raises(RuleBroken, match="Give this step a day"):
        make(wanjiru, here.everyone, steps=[NewStep("Agree")])
    with pytest.raises(RuleBroken, match="at least one step"):
        make(wanjiru, here.everyone, steps=[])
    assert (BackwardPlan.objects.count(), FollowUp.objects.count()) == (0, 0)


def test_when_the_usual_days_have_passed_what_is_left_is_shared_out():
    deadline, usual = DeadlineFactory(), services.usual_steps()
    assert services.days_for(deadline, usual)[0] == date(2028, 8, 21)
    assert not services.is_shared_out(deadline, usual, services.days_for(deadline, usual))
    with time_machine.travel("2028-09-01T09:00:00Z", tick=False):
        days = services.days_for(deadline, usual)
        assert services.is_shared_out(deadline, usual, days)
        assert date(2028, 9, 1) < days[-1] < days[0] < date(2028, 9, 18)
    with time_machine.travel("2028-09-16T09:00:00Z", tick=False):
        assert services.days_for(deadline, usual) == [None] * 5


# --- Who ------------------------------------------------------------------------------------------------------------------


def test_who_may_see_make_and_move_a_plan(here, wanjiru, claire):
    """Role × circle × who keeps it → see it, make one there, move it."""
    hers, sealed = circle_of(here, claire), circle_of(here, claire, kind="delegation")
    watching, second, other = observer(here), member(here), lead(coalition())
    of_all, of_circle = make(claire, here.everyone), make(claire, hers)

    def rights(person, plan):
        return (
            BackwardPlan.objects.visible_to(person).filter(pk=plan.pk).exists(),
            can_make_plan(person, plan.circle),
            can_run_plan(person, plan),
        )

    assert {who: rights(person, of_all) for who, person in people(wanjiru, claire, second, watching, other)} == {
        "lead": (True, True, True),
        "keeper": (True, True, True),
        "member": (True, True, False),
        "observer": (False, False, False),
        "elsewhere": (False, False, False),
    }
    assert {who: rights(person, of_circle) for who, person in people(wanjiru, claire, second, watching, other)} == {
        "lead": (False, False, False),
        "keeper": (True, True, True),
        "member": (False, False, False),
        "observer": (False, False, False),
        "elsewhere": (False, False, False),
    }
    assert not can_make_plan(claire, sealed)


def people(*found):
    return zip(("lead", "keeper", "member", "observer", "elsewhere"), found, strict=True)


def test_who_hides_a_resolution_from_herself_sees_no_plan_of_a_circle_on_it(here, wanjiru, claire):
    resolution = ResolutionFactory()
    plan = make(wanjiru, circle_of(here, wanjiru, claire), resolution=resolution)
    move = move_plan(plan, how=How.SHIFT, days=1, by=wanjiru, seen=seen(plan))
    availability.set_unavailable(claire, resolution=resolution, hides=True)
    for model in (BackwardPlan, PlanStep, PlanMove):
        assert not model.objects.visible_to(claire).exists()
        assert model.objects.visible_to(wanjiru).exists()
    assert move.plan == plan


# --- Moving ---------------------------------------------------------------------------------------------------------------


def test_the_plan_moves_as_one_and_only_what_is_free_moves(here, wanjiru, claire):
    plan = make(wanjiru, here.everyone, owner=claire)
    agreed, drafted, translated = plan.steps.for_plan()
    services.pin_step(agreed, is_pinned=True)
    follow_ups.done(translated.follow_up, by=claire)
    preview = preview_move(fresh(plan), how=How.SHIFT, days=-7)
    assert [(move.step, move.stays) for move in preview.moves] == [
        (agreed, Stays.PINNED),
        (drafted, None),
        (translated, Stays.CLOSED),
    ]
    assert (preview.people, preview.impossible) == ({claire.pk}, [])
    move_plan(plan, how=How.SHIFT, days=-7, by=wanjiru, seen=seen(plan))
    assert days_of(plan) == [AGREED, DRAFTED - WEEK, TRANSLATED]


def test_it_keeps_its_hour_on_the_clocks_of_the_deadline(here, wanjiru):
    plan = make(
        wanjiru, here.everyone, steps=[NewStep("Agree", date(2028, 9, 1))], deadline=DeadlineFactory(at=datetime(2029, 2, 1, tzinfo=UTC))
    )
    move_plan(fresh(plan), how=How.SHIFT, days=100, by=wanjiru, seen=seen(plan))
    # Winter time by then.
    assert plan.steps.for_plan().get().follow_up.due_at == datetime(2028, 12, 10, 17, tzinfo=UTC)


def test_nothing_moves_in_silence_when_the_deadline_does(here, wanjiru, claire):
    plan = make(wanjiru, here.everyone, owner=claire)
    move_deadline(plan.deadline, date(2028, 9, 11), wanjiru)
    assert days_of(plan) == [AGREED, DRAFTED, TRANSLATED]
    assert (fresh(plan).days_moved, waits_for_answer(fresh(plan))) == (-7, True)
    move_plan(plan, how=How.SHIFT, days=-7, by=wanjiru, seen=seen(plan))
    assert days_of(plan) == [AGREED - WEEK, DRAFTED - WEEK, TRANSLATED - WEEK]
    assert not waits_for_answer(fresh(plan))


def test_a_rumour_about_the_deadline_asks_nothing(here, wanjiru):
    plan = make(wanjiru, here.everyone)
    move_deadline(plan.deadline, date(2028, 9, 11), wanjiru, status=DateStatus.RUMOUR)
    assert not waits_for_answer(fresh(plan))


def test_the_plan_may_stay_where_it_is_and_is_not_asked_again(here, wanjiru):
    plan = make(wanjiru, here.everyone)
    move_deadline(plan.deadline, date(2028, 9, 11), wanjiru)
    services.keep_dates(plan, by=wanjiru)
    assert not waits_for_answer(fresh(plan))
    assert days_of(plan) == [AGREED, DRAFTED, TRANSLATED]


def test_a_step_on_an_official_date_moves_only_with_it_and_after_being_asked(here, wanjiru):
    meeting = MeetingFactory()
    plan = make(wanjiru, here.everyone, steps=[NewStep("Regional", official=meeting), NewStep("Draft", DRAFTED)])
    assert [move.stays for move in preview_move(fresh(plan), how=How.SHIFT, days=7).moves] == [Stays.OFFICIAL, None]
    dates.propose_change(meeting, new=NewDate(date(2028, 8, 14), until=date(2028, 8, 18)), source=SOURCE, by=wanjiru)
    meeting.refresh_from_db()
    step = plan.steps.for_plan().first()
    assert step.follow_up.due_at != meeting.at
    assert waits_for_answer(fresh(plan))
    move_plan(plan, how=How.SHIFT, days=7, by=wanjiru, seen=seen(plan))
    assert plan.steps.for_plan().first().follow_up.due_at == meeting.at
    assert not waits_for_answer(fresh(plan))


def test_left_as_it_is_a_step_leaves_the_official_date_that_moved(here, wanjiru):
    meeting = MeetingFactory()
    plan = make(wanjiru, here.everyone, steps=[NewStep("Regional", official=meeting)])
    dates.propose_change(meeting, new=NewDate(date(2028, 8, 14), until=date(2028, 8, 18)), source=SOURCE, by=wanjiru)
    services.keep_dates(plan, by=wanjiru)
    assert (plan.steps.for_plan().get().official, waits_for_answer(fresh(plan))) == (None, False)


def test_one_who_saw_an_older_state_moves_nothing(here, wanjiru):
    plan = make(wanjiru, here.everyone)
    old = seen(plan)
    move_plan(plan, how=How.SHIFT, days=1, by=wanjiru, seen=old)
    with pytest.raises(RuleBroken, match="This plan has changed in the meantime"):
        move_plan(plan, how=How.SHIFT, days=1, by=wanjiru, seen=old)
    assert days_of(plan)[0] == AGREED + timedelta(days=1)


def test_a_move_sent_twice_moves_once(here, wanjiru):
    plan, submission = make(wanjiru, here.everyone), uuid.uuid4()
    first = move_plan(plan, how=How.SHIFT, days=1, by=wanjiru, seen=seen(plan), submission=submission)
    assert move_plan(plan, how=How.SHIFT, days=1, by=wanjiru, seen="whatever", submission=submission) == first
    assert days_of(plan)[0] == AGREED + timedelta(days=1)


def test_what_moves_nothing_is_refused(here, wanjiru):
    plan = make(wanjiru, here.everyone)
    for step in plan.steps.for_plan():
        services.pin_step(step, is_pinned=True)
    with pytest.raises(RuleBroken, match="No step of this plan would move"):
        move_plan(plan, how=How.SHIFT, days=1, by=wanjiru, seen=seen(plan))


def test_the_queries_of_a_move_do_not_grow_with_the_plans_of_others(here, wanjiru, claire, django_assert_num_queries):
    plan = fresh(make(wanjiru, here.everyone, owner=claire))
    with django_assert_num_queries(2):
        preview_move(plan, how=How.SHIFT, days=7)
    for _n in range(3):
        make(wanjiru, here.everyone, owner=claire)
    with django_assert_num_queries(2):
        preview_move(plan, how=How.SHIFT, days=7)


# --- Who is told ----------------------------------------------------------------------------------------------------------


def test_owner_and_backup_get_one_mail_each_and_no_reminder_of_the_old_date(here, wanjiru, claire):
    samuel = member(here)
    plan = make(wanjiru, here.everyone, owner=claire, backup=samuel)
    plan_all()
    old = Reminder.objects.filter(user=claire, rule="RR-10")
    versions = set(old.values_list("follow_up", "version"))
    assert preview_move(fresh(plan), how=How.SHIFT, days=7).reminders == Reminder.objects.planned().count() - not_of_steps()
    move_plan(plan, how=How.SHIFT, days=7, by=wanjiru, seen=seen(plan))
    mails = Email.objects.filter(kind="calendar_app/plan_moved")
    assert sorted(mails.values_list("to", flat=True)) == sorted([claire.pk, samuel.pk])
    plan_all()
    assert not Reminder.objects.planned().filter(follow_up__in=[pk for pk, _v in versions], version=1).exists()
    assert Reminder.objects.planned().filter(rule="RR-10", version=2, user=claire).exists()


def not_of_steps() -> int:
    return Reminder.objects.planned().filter(follow_up=None).count()


def test_the_mail_says_what_moved_only_where_detailed_mails_are_allowed():
    here = coalition(mail_ceiling="detailed")
    wanjiru, claire = lead(here), member(here, mail_level="detailed", time_zone="Africa/Nairobi")
    samuel = member(here, mail_level="standard")
    plan = make(wanjiru, here.everyone, owner=claire, backup=samuel)
    restricted = make(wanjiru, circle_of(here, wanjiru, claire), owner=claire)
    for moved in (plan, restricted):
        move_plan(moved, how=How.SHIFT, days=7, by=wanjiru, seen=seen(moved))
    letters = {(email.to_id, email.about["move"]): letter for email, letter in composed()}
    of_plan, of_restricted = PlanMove.objects.get(plan=plan).pk, PlanMove.objects.get(plan=restricted).pk
    detailed = letters[claire.pk, of_plan].text
    assert "Write the draft" in detailed
    assert "Now: Fri 14 Jul, 19:00 (Nairobi), in 60 days" in detailed
    assert "Before: Fri 7 Jul, 19:00 (Nairobi), in 53 days" in detailed
    for key in ((samuel.pk, of_plan), (claire.pk, of_restricted)):
        assert "Write the draft" not in letters[key].text
        assert "Jul" not in letters[key].text
        assert "3 dates you have something to do with were moved" in letters[key].text


def composed():
    emails = list(Email.objects.filter(kind="calendar_app/plan_moved").order_by("pk"))
    letters = compose(emails)
    return [(email, letters[email.pk]) for email in emails if email.pk in letters]


def test_no_mail_to_who_has_left_or_has_none_of_it_any_more_nor_after_undoing(here, wanjiru, claire):
    samuel = member(here)
    plan = make(wanjiru, here.everyone, owner=claire, backup=samuel)
    move = move_plan(plan, how=How.SHIFT, days=7, by=wanjiru, seen=seen(plan))
    assert len(composed()) == 2
    membership.remove(samuel.memberships.get(), by=wanjiru)
    assert [email.to_id for email, _letter in composed()] == [claire.pk]
    for step in plan.steps.for_plan():
        follow_ups.assign(step.follow_up, to=wanjiru, by=wanjiru)
    assert composed() == []
    for step in plan.steps.for_plan():
        follow_ups.assign(step.follow_up, to=claire, by=wanjiru)
    undo_move(move, by=wanjiru)
    assert [email.about["move"] for email, _letter in composed()] == [PlanMove.objects.get(is_undoing=True).pk]


# --- Undoing --------------------------------------------------------------------------------------------------------------


def test_a_move_is_undone_within_a_day_and_the_deadline_asks_again(here, wanjiru):
    plan = make(wanjiru, here.everyone)
    move_deadline(plan.deadline, date(2028, 9, 11), wanjiru)
    move = move_plan(plan, how=How.SHIFT, days=-7, by=wanjiru, seen=seen(plan))
    undo_move(move, by=wanjiru)
    assert days_of(plan) == [AGREED, DRAFTED, TRANSLATED]
    assert fresh(plan).days_moved == -7
    with pytest.raises(RuleBroken, match="can no longer be undone"):
        undo_move(move, by=wanjiru)
    with pytest.raises(RuleBroken, match="can no longer be undone"):
        undo_move(PlanMove.objects.get(is_undoing=True), by=wanjiru)


def test_after_a_day_it_can_no_longer_be_undone(here, wanjiru):
    plan = make(wanjiru, here.everyone)
    move = move_plan(plan, how=How.SHIFT, days=7, by=wanjiru, seen=seen(plan))
    with time_machine.travel(MAY + timedelta(hours=24), tick=False), pytest.raises(RuleBroken, match="can no longer be undone"):
        undo_move(move, by=wanjiru)
    assert days_of(plan)[0] == AGREED + WEEK


def test_what_has_changed_since_is_not_overwritten(here, wanjiru):
    plan = make(wanjiru, here.everyone)
    move = move_plan(plan, how=How.SHIFT, days=7, by=wanjiru, seen=seen(plan))
    follow_up = plan.steps.for_plan().first().follow_up
    follow_ups.change(follow_up, by=wanjiru, due_at=follow_up.due_at + WEEK)
    with pytest.raises(RuleBroken, match="A step has changed since this move"):
        undo_move(move, by=wanjiru)
    assert days_of(plan)[0] == AGREED + 2 * WEEK


def test_no_step_is_put_back_into_the_past(here, wanjiru):
    plan = make(wanjiru, here.everyone, steps=[NewStep("Draft", date(2028, 5, 15))])
    move = move_plan(plan, how=How.SHIFT, days=7, by=wanjiru, seen=seen(plan))
    with time_machine.travel(MAY + timedelta(hours=20), tick=False), pytest.raises(RuleBroken, match="One of the old dates has passed"):
        undo_move(move, by=wanjiru)


# --- What has become impossible -------------------------------------------------------------------------------------------


def test_a_step_that_would_be_in_the_past_stays_and_the_preview_says_so(here, wanjiru):
    plan = make(wanjiru, here.everyone)
    with time_machine.travel("2028-06-20T09:00:00Z", tick=False):
        preview = preview_move(fresh(plan), how=How.SHIFT, days=-7)
        assert [move.stays for move in preview.moves] == [None, None, Stays.NO_DAY]
        assert preview.moves[2].asked.date() == TRANSLATED - WEEK


def test_an_impossible_step_says_why_and_what_day_is_left(here, wanjiru):
    plan = make(wanjiru, here.everyone)
    with time_machine.travel("2028-06-25T09:00:00Z", tick=False):
        states = standing(fresh(plan))
        assert [(state.problem, state.fits_on) for state in states] == [
            (None, None),
            (None, None),
            (Problem.PAST, date(2028, 6, 26)),
        ]
        step = states[2].step
        services.set_step(step, on=date(2028, 7, 10), is_pinned=False, by=wanjiru, seen=step.follow_up.version)
        states = standing(fresh(plan))
        assert [(state.problem, state.fits_on, state.waits) for state in states] == [
            (None, None, None),
            (None, None, "Collect agreement"),
            (Problem.TOO_LATE, date(2028, 6, 26), "Write the draft"),
        ]
    with time_machine.travel("2028-07-21T20:00:00Z", tick=False):
        assert [state.fits_on for state in standing(fresh(plan))] == [date(2028, 7, 22), None, None]


def test_the_days_that_are_left_are_shared_out_around_what_does_not_move(here, wanjiru):
    plan = make(wanjiru, here.everyone)
    agreed, *_others = plan.steps.for_plan()
    services.pin_step(agreed, is_pinned=True)
    with time_machine.travel("2028-07-11T09:00:00Z", tick=False):
        move_plan(fresh(plan), how=How.SHARE, by=wanjiru, seen=seen(plan))
        assert days_of(plan) == [AGREED, date(2028, 7, 17), date(2028, 7, 12)]
        assert [state.problem for state in standing(fresh(plan))] == [None, None, None]


# --- One step, and the end of a plan --------------------------------------------------------------------------------------


def test_one_step_alone_gets_another_day_and_keeps_it(here, wanjiru):
    plan = make(wanjiru, here.everyone)
    step = plan.steps.for_plan().get(place=2)
    services.set_step(step, on=date(2028, 7, 10), is_pinned=True, by=wanjiru, seen=step.follow_up.version)
    assert days_of(plan) == [AGREED, date(2028, 7, 10), TRANSLATED]
    move_plan(plan, how=How.SHIFT, days=1, by=wanjiru, seen=seen(plan))
    assert days_of(plan) == [AGREED + timedelta(days=1), date(2028, 7, 10), TRANSLATED + timedelta(days=1)]
    with pytest.raises(RuleBroken, match="It has changed in the meantime"):
        services.set_step(step, on=date(2028, 7, 11), is_pinned=True, by=wanjiru, seen=step.follow_up.version)


def test_dissolved_its_steps_stay_follow_ups(here, wanjiru):
    plan = make(wanjiru, here.everyone)
    services.dissolve(plan, by=wanjiru)
    assert (BackwardPlan.objects.count(), FollowUp.objects.open().count()) == (0, 3)
    with pytest.raises(RuleBroken, match="has been dissolved in the meantime"):
        services.keep_dates(plan, by=wanjiru)


# --- The template ---------------------------------------------------------------------------------------------------------


def test_the_usual_steps_are_changed_by_anyone_and_a_plan_that_was_made_is_not(here, wanjiru, claire):
    plan = make(wanjiru, here.everyone)
    changed = services.change_template(here, steps=[TemplateStep("Ask the youth", 21)], by=claire, seen=0)
    assert services.steps_of(changed) == [TemplateStep("Ask the youth", 21)]
    assert len(days_of(plan)) == 3
    with pytest.raises(RuleBroken, match="Someone else has changed these steps"):
        services.change_template(here, steps=[TemplateStep("Mine", 1)], by=wanjiru, seen=0)
    assert services.change_template(here, steps=[], by=wanjiru, seen=1) is None
    assert not PlanTemplate.objects.exists()
    assert len(services.steps_of(None)) == 5


# --- AT-Y8 ----------------------------------------------------------------------------------------------------------------


def test_at_y8_t0_rebased_by_17_months_moves_what_is_relative_and_mails_nothing_past(here, wanjiru, claire):
    """The assembly slips from 17 October 2028 to 17 March 2030: fixed dates stay, relative ones move, plans are asked."""
    assembly = AssemblyFactory(starts_on=date(2028, 10, 17), ends_on=date(2028, 10, 26))
    relative = DeadlineFactory(assembly=assembly, offset_days=-29)
    fixed = DeadlineFactory(assembly=assembly, kind="document", title_en="Fixed", at=datetime(2028, 9, 1, 12, tzinfo=UTC))
    passed = DeadlineFactory(assembly=assembly, kind="funding", at=datetime(2028, 4, 1, 12, tzinfo=UTC), offset_days=None)
    plan = make(wanjiru, here.everyone, deadline=relative, owner=claire)
    for deadline in (relative, fixed, passed):
        DateWatch.objects.get_or_create(user=claire, deadline=deadline)
    plan_all()
    new = NewDate(date(2030, 3, 17), until=date(2030, 3, 26))
    preview = dates.preview_change(assembly, new=new)
    assert {move.target.pk for move in preview.moves if move.target != assembly} == {relative.pk}
    assert [row.pk for row in preview.pinned] == [fixed.pk]
    change = dates.propose_change(assembly, new=new, source=SOURCE, by=wanjiru)
    for row in (relative, fixed, passed):
        row.refresh_from_db()
    assert relative.at == datetime(2030, 2, 16, 22, 59, tzinfo=UTC)
    assert (fixed.at, passed.at) == (datetime(2028, 9, 1, 12, tzinfo=UTC), datetime(2028, 4, 1, 12, tzinfo=UTC))
    # The plan is asked, then moves as one.
    assert days_of(plan) == [AGREED, DRAFTED, TRANSLATED]
    later = fresh(plan).days_moved
    assert later == (date(2030, 2, 16) - date(2028, 9, 18)).days
    moved = move_plan(plan, how=How.SHIFT, days=later, by=wanjiru, seen=seen(plan))
    assert days_of(plan) == [day + timedelta(days=later) for day in (AGREED, DRAFTED, TRANSLATED)]
    plan_all()
    send_due()
    assert not Reminder.objects.filter(deadline=passed).exists()
    assert not Reminder.objects.exclude(state="skipped").filter(rule="RR-10", version=1).exists()
    assert not Email.objects.filter(reminders__send_at__lt=MAY).exists()
    # Both are undone for a day, the later act first.
    with time_machine.travel(MAY + timedelta(hours=23), tick=False):
        undo_move(moved, by=wanjiru)
        dates.undo_change(change, by=wanjiru)
    assert days_of(plan) == [AGREED, DRAFTED, TRANSLATED]
    relative.refresh_from_db()
    assert relative.at == datetime(2028, 9, 18, 21, 59, tzinfo=UTC)
    assert not waits_for_answer(fresh(plan))
    assert FollowUpEvent.objects.filter(kind="changed").count() == 6
