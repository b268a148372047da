"""The pages of plans counted backwards from a deadline."""

import uuid
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus

import pytest
import time_machine
from django.urls import reverse

from calendar_app.models import BackwardPlan, PlanMove, PlanTemplate
from calendar_app.read_models.plan_moves import How
from calendar_app.services import backward_plans as services
from calendar_app.services.plan_moves import move_plan
from coalitions.models import CircleView, FollowUp
from coalitions.services import follow_ups
from tests.calendar_app.planning_back import AGREED, DRAFTED, MAY, TRANSLATED, days_of, make, move_deadline, seen
from tests.factories import (
    DeadlineFactory,
    MeetingFactory,
    RegionalGroupFactory,
    ResolutionFactory,
    circle_of,
    coalition,
    lead,
    member,
    observer,
)

pytestmark = pytest.mark.django_db


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
    return member(here, name="Claire R.")


def page(name: str, *args) -> str:
    return reverse(f"calendar_app:{name}", args=args)


def plan_form(circle, **fields):
    return {
        "circle": str(circle.public_id),
        "submission": "6f5f7c0e-9b1c-4a66-93f2-0b3c5d2f7a10",
        "title_1": "Collect agreement",
        "on_1": "2028-07-21",
        "title_3": "Write the draft",
        "on_3": "2028-07-07",
    } | fields


# --- Making one -----------------------------------------------------------------------------------------------------------


def test_a_lead_plans_backwards_from_the_page_of_a_deadline(client, here, wanjiru, claire):
    deadline, resolution, group = DeadlineFactory(), ResolutionFactory(number=50, slug="50"), RegionalGroupFactory()
    meeting = MeetingFactory(group=group, title_en="African meeting")
    client.force_login(wanjiru)
    url = page("plan-new", deadline.public_id)
    assert url in client.get(deadline.get_absolute_url()).content.decode()
    shown = client.get(url).content.decode()
    for words in ("Write the draft", 'value="2028-08-21"', "Claire R.: 0 open follow-ups", "African meeting"):
        assert words in shown
    said = {"resolution": "50", "group": group.code, "owner_1": str(claire.public_id), "official_2": f"meeting:{meeting.public_id}"}
    sent = plan_form(here.everyone, title_2="Regional cut-off", on_1="2028-08-21", **said)
    client.post(url, sent)
    answer = client.post(url, sent)
    plan = BackwardPlan.objects.get()
    assert answer.url == plan.get_absolute_url()
    assert (plan.owner, plan.resolution, plan.group) == (wanjiru, resolution, group)
    assert [step.follow_up.title for step in plan.steps.for_plan()] == ["Collect agreement", "Regional cut-off", "Write the draft"]
    shown = client.get(answer.url).content.decode()
    for words in ("Res. 50", "Claire R.", "nobody has it", "on an official date:", "African meeting"):
        assert words in shown
    assert plan.get_absolute_url() in client.get(deadline.get_absolute_url()).content.decode()


def test_what_is_refused_stands_beside_the_row_it_is_about(client, here, wanjiru):
    client.force_login(wanjiru)
    url = page("plan-new", DeadlineFactory().public_id)
    answer = client.post(url, plan_form(here.everyone, on_3="2028-07-25"))
    assert "This step comes after what waits for it (step 1)" in str(answer.context["form"].errors["on_3"])
    answer = client.post(url, plan_form(here.everyone, on_1="0202-07-21"))
    assert "Check the year" in str(answer.context["form"].errors["on_1"])
    answer = client.post(url, {"circle": str(here.everyone.public_id)})
    assert "at least one step" in answer.content.decode()
    assert not BackwardPlan.objects.exists()


def test_a_member_plans_for_herself_and_assigns_to_nobody_else(client, here, wanjiru, claire):
    client.force_login(claire)
    url = page("plan-new", DeadlineFactory().public_id)
    answer = client.post(url, plan_form(here.everyone, owner_1=str(wanjiru.public_id)))
    assert "owner_1" in answer.context["form"].errors
    client.post(url, plan_form(here.everyone, owner_1=str(claire.public_id)))
    assert BackwardPlan.objects.get().owner == claire


def test_observers_and_people_elsewhere_make_no_plan(client, here):
    url = page("plan-new", DeadlineFactory().public_id)
    for person in (observer(here), observer(coalition())):
        client.force_login(person)
        assert client.get(url).status_code == HTTPStatus.FORBIDDEN
    other = lead(coalition())
    client.force_login(other)
    client.post(url, plan_form(here.everyone))
    assert not BackwardPlan.objects.exists()


def test_a_deadline_that_has_passed_says_why_there_is_no_plan(client, wanjiru):
    deadline = DeadlineFactory(at=datetime(2028, 5, 1, tzinfo=UTC))
    client.force_login(wanjiru)
    answer = client.get(page("plan-new", deadline.public_id), follow=True)
    assert "This deadline has passed" in answer.content.decode()
    assert page("plan-new", deadline.public_id) not in answer.content.decode()


# --- Reading ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_and_a_plan_take_as_many_queries_whatever_there_is(client, here, wanjiru, claire, django_assert_num_queries, number):
    for _n in range(number):
        plan = make(wanjiru, here.everyone, owner=claire)
    client.force_login(wanjiru)
    with django_assert_num_queries(8):
        client.get(page("plans"))
    with django_assert_num_queries(10):
        client.get(plan.get_absolute_url())


def test_a_plan_of_a_circle_is_seen_there_alone_and_opening_it_is_noted(client, here, wanjiru, claire):
    plan = make(claire, circle_of(here, claire))
    client.force_login(wanjiru)
    assert client.get(plan.get_absolute_url()).status_code == HTTPStatus.NOT_FOUND
    client.force_login(claire)
    assert client.get(plan.get_absolute_url()).status_code == HTTPStatus.OK
    assert CircleView.objects.filter(user=claire, thing="follow-up").count() == 3


# --- Moving -----------------------------------------------------------------------------------------------------------------


def test_the_whole_plan_moves_after_a_preview_and_is_undone_with_one_button(client, here, wanjiru, claire):
    plan = make(wanjiru, here.everyone, owner=claire)
    services.pin_step(plan.steps.first(), is_pinned=True)
    client.force_login(wanjiru)
    url = page("plan-move", plan.public_id)
    sent = {"how": "earlier", "days": "7", "seen": seen(plan), "submission": str(uuid.uuid4())}
    assert client.get(url).status_code == HTTPStatus.OK
    preview = client.post(url, sent).content.decode()
    for words in (
        "2 steps move.",
        "1 stays.",
        "1 person has a step that moves.",
        "It is pinned.",
        "Claire R.",
        "Move 2 steps",
        "<svg viewBox",
    ):
        assert words in preview
    assert days_of(plan) == [AGREED, DRAFTED, TRANSLATED]
    assert 'value="7"' in client.post(url, sent | {"again": "1"}).content.decode()
    client.post(url, sent | {"save": "1"})
    client.post(url, sent | {"save": "1"})
    week = timedelta(days=7)
    assert days_of(plan) == [AGREED, DRAFTED - week, TRANSLATED - week]
    undo = page("plan-move-undo", PlanMove.objects.get().public_id)
    assert undo in client.get(plan.get_absolute_url()).content.decode()
    client.post(undo)
    assert days_of(plan) == [AGREED, DRAFTED, TRANSLATED]
    assert "3 steps moved back" not in client.get(plan.get_absolute_url()).content.decode()


def test_when_the_deadline_has_moved_the_plan_offers_to_follow_or_to_stay(client, here, wanjiru, claire):
    plan = make(claire, here.everyone)
    move_deadline(plan.deadline, date(2028, 9, 11), wanjiru)
    client.force_login(claire)
    shown = client.get(plan.get_absolute_url()).content.decode()
    assert "The deadline is now 7 days earlier than this plan knows." in shown
    assert "a date has moved" in client.get(page("plans")).content.decode()
    form = client.get(page("plan-move", plan.public_id)).content.decode()
    assert "With the deadline: 7 days earlier" in form
    sent = {"how": "follow", "seen": seen(plan), "save": "1"}
    client.post(page("plan-move", plan.public_id), sent)
    assert days_of(plan)[0] == AGREED - timedelta(days=7)
    move_deadline(plan.deadline, date(2028, 9, 13), wanjiru)
    client.post(page("plan-keep", plan.public_id))
    assert "than this plan knows" not in client.get(plan.get_absolute_url()).content.decode()


def test_a_member_who_does_not_keep_it_sees_the_plan_and_moves_nothing(client, here, wanjiru, claire):
    plan = make(wanjiru, here.everyone)
    move = move_plan(plan, how=How.SHIFT, days=1, by=wanjiru, seen=seen(plan))
    client.force_login(claire)
    shown = client.get(plan.get_absolute_url()).content.decode()
    for name, args in (("plan-move", [plan.public_id]), ("plan-step", [plan.public_id, 1])):
        assert page(name, *args) not in shown
        assert client.get(page(name, *args)).status_code == HTTPStatus.FORBIDDEN
    for name, args in (
        ("plan-keep", [plan.public_id]),
        ("plan-dissolve", [plan.public_id]),
        ("plan-step-act", [plan.public_id, 1]),
        ("plan-move-undo", [move.public_id]),
    ):
        assert client.post(page(name, *args), {"act": "pin"}).status_code == HTTPStatus.FORBIDDEN
    assert days_of(plan)[0] == AGREED + timedelta(days=1)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"how": "later"}, "Say by how many days."),
        ({"how": "later", "days": "5000"}, "1000"),
        ({"how": "sideways"}, "is not one of the choices"),
        ({"how": "later", "days": "3", "seen": "older"}, "This plan has changed in the meantime"),
    ],
)
def test_what_is_wrong_with_a_move_is_said(client, here, wanjiru, fields, sentence):
    plan = make(wanjiru, here.everyone)
    client.force_login(wanjiru)
    answer = client.post(page("plan-move", plan.public_id), {"seen": seen(plan), "save": "1"} | fields)
    assert sentence in answer.content.decode()
    assert days_of(plan)[0] == AGREED


# --- Steps ------------------------------------------------------------------------------------------------------------------


def test_an_impossible_step_offers_what_can_still_be_done(client, here, wanjiru):
    plan = make(wanjiru, here.everyone)
    with time_machine.travel("2028-06-25T09:00:00Z", tick=False):
        client.force_login(wanjiru)
        shown = client.get(plan.get_absolute_url()).content.decode()
        for words in (
            "1 to settle",
            "impossible as planned",
            "Its day has passed.",
            "Set it to",
            "26 Jun",
            "Share out the days left",
            "Drop it",
        ):
            assert words in shown
        client.post(page("plan-step-act", plan.public_id, 3), {"act": "fit"})
        assert days_of(plan)[2] == date(2028, 6, 26)
        client.post(page("plan-step-act", plan.public_id, 3), {"act": "drop"})
    assert FollowUp.objects.get(plan_step__place=3).state == "dropped"


def test_where_no_day_is_left_it_says_so(client, here, wanjiru):
    plan = make(wanjiru, here.everyone)
    with time_machine.travel("2028-07-07T17:00:00Z", tick=False):
        client.force_login(wanjiru)
        answer = client.post(page("plan-step-act", plan.public_id, 3), {"act": "fit"}, follow=True)
        assert "No day is left before what waits for it." in answer.content.decode()
        assert days_of(plan)[2] == TRANSLATED


def test_a_step_is_pinned_and_let_go_again(client, here, wanjiru):
    plan = make(wanjiru, here.everyone)
    client.force_login(wanjiru)
    url = page("plan-step-act", plan.public_id, 1)
    client.post(url, {"act": "pin"})
    assert plan.steps.get(place=1).is_pinned
    assert "keeps its day" in client.get(plan.get_absolute_url()).content.decode()
    client.post(url, {"act": "unpin"})
    assert not plan.steps.get(place=1).is_pinned
    assert client.post(url, {"act": "explode"}).status_code == HTTPStatus.NOT_FOUND


def test_one_step_gets_another_day_on_its_own_page(client, here, wanjiru):
    plan = make(wanjiru, here.everyone)
    client.force_login(wanjiru)
    url = page("plan-step", plan.public_id, 2)
    assert 'value="2028-07-07"' in client.get(url).content.decode()
    client.post(url, {"on": "2028-07-10", "is_pinned": "on", "version": "1"})
    assert (days_of(plan)[1], plan.steps.get(place=2).is_pinned) == (date(2028, 7, 10), True)
    answer = client.post(url, {"on": "2028-07-11", "version": "1"})
    assert "It has changed in the meantime" in answer.content.decode()
    answer = client.post(url, {"on": "2028-05-01", "version": "2"})
    assert "This due date has passed." in str(answer.context["form"].errors["on"])


def test_dissolving_leaves_its_steps_among_the_follow_ups(client, here, wanjiru):
    plan = make(wanjiru, here.everyone)
    follow_ups.done(plan.steps.for_plan().first().follow_up, by=wanjiru)
    client.force_login(wanjiru)
    answer = client.post(page("plan-dissolve", plan.public_id), follow=True)
    assert "The plan is dissolved." in answer.content.decode()
    assert (BackwardPlan.objects.count(), FollowUp.objects.open().count()) == (0, 2)


# --- The usual steps ----------------------------------------------------------------------------------------------------------


def test_anyone_who_works_in_the_coalition_changes_its_usual_steps(client, here, claire):
    client.force_login(claire)
    url = page("plan-template", here.public_id)
    assert url in client.get(page("plans")).content.decode()
    assert "Write the draft" in client.get(url).content.decode()
    client.post(url, {"seen": "0", "title_1": "Ask the youth", "days_1": "21"})
    assert PlanTemplate.objects.get().steps == [{"title": "Ask the youth", "days": 21}]
    answer = client.post(url, {"seen": "0", "title_1": "Ask again", "days_1": "21"})
    assert "Someone else has changed these steps" in answer.content.decode()
    assert 'name="seen" value="1"' in answer.content.decode()
    assert "Say how many days before" in client.post(url, {"seen": "1", "title_1": "Ask"}).content.decode()
    shown = client.get(page("plan-new", DeadlineFactory().public_id)).content.decode()
    assert "Ask the youth" in shown
    assert "Write the draft" not in shown
    client.post(url, {"seen": "1", "usual": "1", "title_1": "Ask", "days_1": "1"})
    assert not PlanTemplate.objects.exists()


def test_observers_and_people_elsewhere_do_not_see_the_usual_steps(client, here):
    url = page("plan-template", here.public_id)
    client.force_login(observer(here))
    assert client.get(url).status_code == HTTPStatus.FORBIDDEN
    client.force_login(lead(coalition()))
    assert client.get(url).status_code == HTTPStatus.NOT_FOUND


def test_a_step_is_added_by_its_day_once_and_the_page_of_its_follow_up_leads_back(client, here):
    boss = lead(here)
    client.force_login(boss)
    plan = make(boss, here.everyone)
    url = reverse("calendar_app:plan-step-add", args=[plan.public_id])
    assert url in client.get(plan.get_absolute_url()).content.decode()
    sent = {"title": "Ask a lawyer", "on": "2028-07-14", "submission": "7d5f7c0e-9b1c-4a66-93f2-0b3c5d2f7a10"}
    for _time in range(2):
        assert client.post(url, sent).url == plan.get_absolute_url()
    assert days_of(plan) == [AGREED, date(2028, 7, 14), DRAFTED, TRANSLATED]
    assert [step.lead_days for step in plan.steps.for_plan()][1:3] == [7, 7]
    follow_up = FollowUp.objects.get(due_at__date=date(2028, 7, 14))
    assert plan.get_absolute_url() in client.get(follow_up.get_absolute_url()).content.decode()
    alone = FollowUp.objects.create(title="Alone", circle=here.everyone, due_at=follow_up.due_at, created_by=boss, owner=boss)
    assert "/calendar/plans/" not in client.get(alone.get_absolute_url()).content.decode()


@pytest.mark.parametrize(("on", "sentence"), [("2028-09-20", "This day comes after the deadline."), ("2019-01-01", "Check the year")])
def test_a_step_that_cannot_be_is_refused_and_keeps_its_words(client, here, on, sentence):
    boss = lead(here)
    client.force_login(boss)
    plan = make(boss, here.everyone)
    said = client.post(reverse("calendar_app:plan-step-add", args=[plan.public_id]), {"title": "Ask a lawyer", "on": on}).content.decode()
    assert sentence in said
    assert "Ask a lawyer" in said
    assert plan.steps.count() == 3


def test_only_who_runs_a_plan_adds_steps_and_no_more_than_eight(client, here):
    boss = lead(here)
    plan = make(boss, here.everyone)
    url = reverse("calendar_app:plan-step-add", args=[plan.public_id])
    client.force_login(member(here))
    assert client.get(url).status_code == 403
    client.force_login(boss)
    for day in range(1, 7):
        said = client.post(url, {"title": "One more", "on": f"2028-08-0{day}"})
    assert (said.status_code, plan.steps.count()) == (200, 8)
    assert "A plan has at most 8 steps." in said.content.decode()
