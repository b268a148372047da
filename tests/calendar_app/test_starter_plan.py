"""The first steps of a new coalition: shown to its leads, answered line by line, and gone when all is done or dismissed."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse

from amnt.core.notices import undo_token
from calendar_app.models import Meeting
from coalitions.models import Coalition, FollowUp, Membership, StarterPlan, StarterPlanAnswer
from coalitions.services import starter_plans
from coalitions.services.membership import admit
from resolutions.models import Watch
from tests.calendar_app.dating import EARLY
from tests.calendar_app.first_page import shown_in
from tests.factories import (
    AssemblyFactory,
    DeadlineFactory,
    OrganisationFactory,
    RegionalGroupFactory,
    ResolutionFactory,
    UserFactory,
    coalition,
    lead,
    member,
    observer,
)

pytestmark = pytest.mark.django_db
FOUNDED = EARLY.replace(year=2026, month=12)
NOW, USUAL = reverse("now"), reverse("calendar_app:usual-dates")
Line = StarterPlanAnswer.Line


@pytest.fixture(autouse=True)
def in_december():
    with time_machine.travel(FOUNDED, tick=False):
        yield


@pytest.fixture
def plan():
    AssemblyFactory()
    return starter_plans.begin(coalition())


def act(name, plan):
    return reverse(f"calendar_app:starter-plan-{name}", args=[plan.public_id])


def shown(client):
    response = client.get(NOW)
    plan = response.context["plan"]
    return {line.line: line.state for line in plan.lines} if plan else None


def countries_form(**fields):
    return {"first_due": "2027-04-26", "other_1": "KE", "other_2": "", "other_3": ""} | fields


def test_founding_a_coalition_begins_its_plan():
    call_command("found_coalition", "Networked Freedoms", "--lead", "mariam@example.org")
    assert StarterPlan.objects.get().coalition == Coalition.objects.get()


@pytest.mark.parametrize(
    ("who", "sees"),
    [(lead, True), (member, False), (observer, False), (lambda network: UserFactory(), False)],
    ids=["lead", "member", "observer", "other"],
)
def test_leads_see_the_plan_and_nobody_else_reaches_its_acts(client, plan, who, sees):
    her = who(plan.coalition)
    client.force_login(her)
    page = client.get(NOW).content.decode()
    assert ("Your coalition is open" in page, "Invite a second lead" in page) == (sees, sees)
    assert client.get(act("countries", plan)).status_code == (200 if sees else 404)
    assert client.get(act("call", plan)).status_code == (200 if sees else 404)
    for name in ("refuse", "dismiss"):
        assert client.post(act(name, plan), {"line": "call"}).status_code == (302 if sees else 404)
    assert StarterPlan.objects.visible_to(her).exists() == sees
    assert StarterPlanAnswer.objects.visible_to(her).exists() == sees


def test_a_lead_without_a_second_factor_reads_the_plan_but_cannot_act(client, plan, settings):
    settings.LEADS_NEED_SECOND_FACTOR = True
    client.force_login(lead(plan.coalition))
    page = client.get(NOW).content.decode()
    assert ("Invite a second lead" in page, "Not for us" in page, "Add a second factor" in page) == (True, False, True)
    assert client.get(act("countries", plan)).status_code == 403
    assert client.post(act("dismiss", plan)).status_code == 403


def test_a_coalition_that_was_here_before_has_no_plan(client):
    client.force_login(lead(coalition()))
    assert shown(client) is None


def test_the_four_questions_are_asked_about_each_country_once(client, plan):
    me = lead(plan.coalition, time_zone="Africa/Nairobi")
    client.force_login(me)
    form = countries_form(other_2="SN")
    assert client.post(act("countries", plan), form).status_code == 302
    made = FollowUp.objects.order_by("due_at", "pk")
    assert [row.due_at.date() for row in made] == [
        day for day in (date(2027, 4, 26), date(2027, 5, 26), date(2027, 6, 25), date(2028, 1, 21)) for _country in range(2)
    ]
    assert [row.title for row in made[:2]] == [
        "Find out which authority leads the delegation: Kenya",
        "Find out which authority leads the delegation: Senegal",
    ]
    assert {(row.circle, row.owner, row.counts_once_due) for row in made} == {(plan.coalition.everyone, None, True)}
    client.post(act("countries", plan), countries_form(other_2="SN", other_3="PE"))
    assert FollowUp.objects.count() == 12
    assert shown(client)["countries"] == "done"


def test_countries_come_from_organisations_or_are_asked_for(client, plan):
    me = lead(plan.coalition)
    client.force_login(me)
    assert "Countries of your organisations" not in client.get(act("countries", plan)).content.decode()
    Membership.objects.filter(user=me).update(organisation=OrganisationFactory(country="SN"))
    page = client.get(act("countries", plan)).content.decode()
    assert "Countries of your organisations" in page
    client.post(act("countries", plan), countries_form(countries=["SN"], other_1=""))
    assert [str(row.country) for row in plan.answers.all()] == ["SN"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"other_1": ""}, "Choose at least one country."),
        ({"first_due": "2027-02-30"}, "Give a date, such as"),
        ({"first_due": "9999-01-01"}, "Check the year: this one is not possible."),
        ({"first_due": "2020-01-01"}, "This due date has passed."),
        ({"other_1": "XX"}, "“XX” is not one of the choices"),
    ],
)
def test_bad_input_gets_a_sentence_and_makes_nothing(client, plan, fields, sentence):
    client.force_login(lead(plan.coalition))
    response = client.post(act("countries", plan), countries_form(**fields))
    assert (response.status_code, sentence in response.content.decode()) == (200, True)
    assert (FollowUp.objects.count(), plan.answers.count()) == (0, 0)


def test_questions_count_as_nobodys_only_once_due(client, plan):
    me = lead(plan.coalition)
    starter_plans.ask_about_countries(plan, countries=["KE"], first_due=date(2027, 4, 26), by=me)
    board = reverse("coalitions:follow-ups") + "?tab=nobody"
    client.force_login(me)
    assert shown_in(client.get(NOW), "unowned").get("count", 0) == 0
    assert (FollowUp.objects.unowned().count(), "which authority" in client.get(board).content.decode()) == (0, False)
    with time_machine.travel(datetime(2027, 4, 27, 9, tzinfo=FOUNDED.tzinfo), tick=False):
        client.force_login(me)
        assert shown_in(client.get(NOW), "unowned").get("count", 0) == 1
        assert (FollowUp.objects.unowned().count(), "which authority" in client.get(board).content.decode()) == (1, True)


def test_the_first_question_is_due_when_national_work_begins_or_soon():
    assert starter_plans.first_due_day(date(2026, 12, 10)) == date(2026, 12, 24)
    AssemblyFactory()
    assert starter_plans.first_due_day(date(2026, 12, 10)) == date(2027, 4, 26)
    assert starter_plans.first_due_day(date(2028, 1, 1)) == date(2028, 1, 15)


def test_the_plan_shows_what_is_done_and_goes_when_all_is(client, plan):
    me, here = lead(plan.coalition), plan.coalition
    client.force_login(me)
    assert set(shown(client).values()) == {""}
    RegionalGroupFactory()
    client.post(USUAL, {"groups": ["ATU"]})
    for number in (50, 92):
        Watch.objects.create(user=me, resolution=ResolutionFactory(number=number, is_named_in_guide=True))
    call = {"title": "First call", "on": "2026-12-24", "hour": "14:00", "zone": "Africa/Nairobi", "submission": str(uuid4())}
    assert client.post(act("call", plan), call).status_code == 302
    made = Meeting.objects.get(kind="call")
    assert (made.circle, made.title, made.at) == (here.everyone, "First call", datetime(2026, 12, 24, 11, tzinfo=FOUNDED.tzinfo))
    client.post(act("call", plan), call)
    assert Meeting.objects.filter(kind="call").count() == 1
    assert shown(client) == {"second-lead": "", "resolutions": "done", "regions": "done", "countries": "", "call": "done"}
    client.post(act("refuse", plan), {"line": "countries"})
    assert shown(client)["countries"] == "refused"
    admit(here, user=UserFactory(), role="lead")
    assert shown(client) is None


def test_refusing_every_line_closes_the_plan(client, plan):
    client.force_login(lead(plan.coalition))
    for line in Line.values:
        client.post(act("refuse", plan), {"line": line})
    plan.refresh_from_db()
    assert (plan.closed_at, shown(client)) == (FOUNDED, None)
    assert client.post(act("refuse", plan), {"line": "call"}).status_code == 404


def test_dismissed_it_stays_away_for_every_lead(client, plan):
    me, other = lead(plan.coalition), lead(plan.coalition)
    client.force_login(me)
    assert client.post(act("dismiss", plan)).status_code == 302
    plan.refresh_from_db()
    assert (plan.closed_at, plan.closed_by) == (FOUNDED, me)
    for person in (me, other):
        client.force_login(person)
        assert shown(client) is None


def undo_last(client, answer):
    token = undo_token([message.extra_tags for message in answer.wsgi_request._messages][-1])
    answer = client.post(reverse("undo"), {"token": token})
    return token and [str(message) for message in answer.wsgi_request._messages][-1]


UNDONE = "Undone: it is as it was before."


def test_a_line_left_out_or_a_plan_dismissed_by_mistake_is_back_with_one_tap(client, plan):
    client.force_login(lead(plan.coalition))
    before = shown(client)

    assert undo_last(client, client.post(act("refuse", plan), {"line": "call"})) == UNDONE
    assert shown(client) == before
    assert undo_last(client, client.post(act("dismiss", plan))) == UNDONE
    assert shown(client) == before


def test_the_last_line_left_out_is_back_with_the_plan_that_it_closed(client, plan):
    client.force_login(lead(plan.coalition))
    for line in Line.values:
        answer = client.post(act("refuse", plan), {"line": line})
    assert shown(client) is None

    assert undo_last(client, answer) == UNDONE
    assert {line: state for line, state in shown(client).items() if not state} == {Line.values[-1]: ""}


def test_what_another_lead_did_with_the_plan_since_is_left_as_it_is(client, plan):
    me, other = lead(plan.coalition), lead(plan.coalition)
    client.force_login(me)
    answer = client.post(act("refuse", plan), {"line": "call"})
    starter_plans.refuse_line(plan, "regions", by=other)

    assert undo_last(client, answer) == "Another lead has changed it since: nothing was undone."
    assert set(plan.answers.values_list("line", flat=True)) == {"call", "regions"}


def test_a_line_refused_before_offers_nothing_to_undo(client, plan):
    client.force_login(lead(plan.coalition))
    starter_plans.refuse_line(plan, "call", by=lead(plan.coalition))

    assert undo_last(client, client.post(act("refuse", plan), {"line": "call"})) == ""


def test_who_leads_no_more_undoes_nothing(client, plan):
    me = lead(plan.coalition)
    client.force_login(me)
    answer = client.post(act("dismiss", plan))
    Membership.objects.filter(user=me).update(role="member")

    assert undo_last(client, answer) == "You no longer lead this coalition: nothing was changed."
    assert StarterPlan.objects.get().closed_at


def test_a_line_that_is_none_is_not_found(client, plan):
    client.force_login(lead(plan.coalition))
    assert client.post(act("refuse", plan), {"line": "everything"}).status_code == 404
    assert plan.answers.count() == 0


def test_the_invitation_of_a_second_lead_has_the_role_chosen(client, plan):
    client.force_login(lead(plan.coalition))
    page = client.get(NOW).content.decode()
    address = reverse("coalitions:invite", args=[plan.coalition.public_id]) + "?role=lead"
    assert address in page
    assert client.get(address).context["form"]["role"].value() == "lead"


def test_what_comes_shows_public_dates_whomever_they_concern(client, plan):
    me = lead(plan.coalition)
    DeadlineFactory(title_en="Contributions to WTSA-28", date_status="provisional")
    DeadlineFactory(title_en="Over", at=FOUNDED - timedelta(days=1))
    client.force_login(me)
    page = client.get(NOW)
    assert [entry.titles["en"] for entry in page.context["plan"].coming] == ["Contributions to WTSA-28"]
    assert page.context["plan"].national_work == date(2027, 4, 26)


@pytest.mark.parametrize("size", [1, 3])
def test_the_plan_costs_the_same_however_much_there_is(client, plan, django_assert_num_queries, size):
    me = lead(plan.coalition)
    for number in range(size):
        ResolutionFactory(number=number + 40, is_named_in_guide=True)
        DeadlineFactory()
        starter_plans.note_done(plan, Line.COUNTRIES, by=me, country=["KE", "SN", "PE"][number])
        member(plan.coalition)
    client.force_login(me)
    client.get(NOW)
    with django_assert_num_queries(19):
        client.get(NOW)


def test_drafts_without_a_number_are_offered_last(client, plan):
    """On both databases, which sort what is missing differently."""
    ResolutionFactory(number=None, label="[metaverse]", is_named_in_guide=True, rights_relevance="high")
    for number in (60, 48, 47):
        ResolutionFactory(number=number, is_named_in_guide=True, rights_relevance="high")
    client.force_login(lead(plan.coalition))
    assert [resolution.number for resolution in client.get(NOW).context["plan"].picks] == [47, 48, 60]
