"""S01 for a lead: numbers, each with the list of exactly that; nothing that is zero, nothing of a delegation's circle."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from calendar_app.models import DateChange
from coalitions.models import Contact, Delegation, Membership, Organisation, OwnRoute, Position
from resolutions.models import Watch
from tests.calendar_app.first_page import shown_in
from tests.factories import (
    AssemblyFactory,
    DeadlineFactory,
    FollowUpFactory,
    MeetingFactory,
    ProposalFactory,
    ResolutionFactory,
    circle_of,
    coalition,
    lead,
    member,
    plan_of,
)

pytestmark = pytest.mark.django_db

TODAY = datetime(2028, 9, 14, 6, tzinfo=UTC)
NOW = reverse("now")


@pytest.fixture(autouse=True)
def on_a_thursday_in_september():
    with time_machine.travel(TODAY, tick=False):
        yield


def counts(client, person):
    client.force_login(person)
    return {(line.what, line.coalition): line for line in shown_in(client.get(NOW), "lead").get("counts", [])}


def position(circle, resolution, **fields):
    return Position.objects.create(
        circle=circle, resolution=resolution, version=1, stance="support", at=TODAY - timedelta(days=9), **fields
    )


def propose(resolution):
    """Today, in public: what cites no clause is to be reviewed."""
    proposal = ProposalFactory(resolution=resolution, contribution__access="public", moved_at=TODAY)
    proposal.events.create(kind="new", status="submitted", at=TODAY, recorded_at=TODAY)


def full_world(here, me):
    """Two of each thing a lead counts, and beside each what is not to be counted."""
    assembly, other = AssemblyFactory(), lead(here)
    secret = circle_of(here, me, other, kind="delegation", name="Seats")
    few = circle_of(here, me, other, name="Few")
    late, later = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
    for n in range(2):
        FollowUpFactory(title=f"Late {n}", circle=here.everyone, created_by=other, owner=other, due_at=late)
    for circle, due in ((secret, late), (few, late), (here.everyone, later)):
        FollowUpFactory(title="Not counted", circle=circle, created_by=other, owner=other, due_at=due)
    cards = [Delegation.objects.create(assembly=assembly, country=code) for code in ("KE", "SN", "AR", "FR")]
    asked = {"resolution": ResolutionFactory(number=1), "channel": "letter", "ask": "x", "person": other, "by": other}
    Contact.objects.create(circle=here.everyone, delegation=cards[2], asked_on=TODAY.date(), **asked)
    Contact.objects.create(circle=few, delegation=cards[3], asked_on=TODAY.date(), **asked)
    # Of a delegation's circle nothing counts, and what is long ago is no contact any more.
    Contact.objects.create(circle=secret, delegation=cards[0], asked_on=TODAY.date(), **asked)
    Contact.objects.create(circle=here.everyone, delegation=cards[1], asked_on=date(2027, 9, 14), **asked)
    for number in (50, 64):
        resolution = ResolutionFactory(number=number)
        position(here.everyone, resolution, by=other)
        propose(resolution)
    ResolutionFactory(number=70)
    ProposalFactory(resolution=ResolutionFactory(number=71), contribution__access="public")
    Watch.objects.create(user=me, resolution=ResolutionFactory(number=72))
    organisation = Organisation.objects.create(name="Ours")
    for circle, days in ((here.everyone, 20), (few, 59), (here.everyone, 90), (secret, 3)):
        until = TODAY.date() + timedelta(days=days)
        OwnRoute.objects.create(circle=circle, organisation=organisation, way="associate", state="granted", until=until)
    MeetingFactory(date_status="assumption", starts_on=date(2028, 12, 1), ends_on=date(2028, 12, 2), has_hour=False)
    DeadlineFactory(date_status="assumption", at=TODAY + timedelta(days=40))
    DeadlineFactory(date_status="assumption", at=TODAY + timedelta(days=400))
    DeadlineFactory(at=TODAY + timedelta(days=40))


def test_each_number_is_that_of_its_list(client):
    here = coalition()
    me = lead(here)
    full_world(here, me)
    found = counts(client, me)
    assert {what: line.number for (what, _of), line in found.items()} == {
        "overdue": 2,
        "untouched": 2,
        "to-review": 2,
        "no-position": 2,
        "ending": 2,
        "assumed": 2,
    }
    shown = {
        "overdue": lambda response: len(response.context["page"].object_list),
        "untouched": lambda response: response.context["page"].paginator.count,
        "to-review": lambda response: response.context["page"].paginator.count,
        "no-position": lambda response: response.context["page"].paginator.count,
        "ending": lambda response: len(response.context["routes"]),
        "assumed": lambda response: response.context["total"],
    }
    assert {what: shown[what](client.get(line.url)) for (what, _of), line in found.items()} == dict.fromkeys(shown, 2)


def test_a_number_that_is_zero_is_not_there(client):
    AssemblyFactory()
    assert counts(client, lead(coalition())) == {}


def test_only_who_may_act_as_a_lead_counts_and_only_what_she_leads(client, settings):
    here, there = coalition("Here"), coalition("There")
    me = lead(here)
    Membership.objects.create(coalition=there, user=me, role="member").circle_memberships.create(circle=there.everyone)
    for of in (here, there):
        other = lead(of)
        FollowUpFactory(circle=of.everyone, created_by=other, owner=other, due_at=TODAY - timedelta(days=1))
        FollowUpFactory(circle=of.everyone, created_by=other, title=f"Nobody's in {of.name}")
        Watch.objects.create(user=me, resolution=ResolutionFactory())
    AssemblyFactory()
    found = counts(client, me)
    assert {key: line.number for key, line in found.items()} == {("overdue", ""): 1, ("no-position", "Here"): 2}
    assert len(client.get(found["overdue", ""].url).context["page"].object_list) == 1
    assert client.get(found["no-position", "Here"].url).context["page"].paginator.count == 2
    unowned = shown_in(client.get(NOW), "unowned")
    assert [row.title for row in client.get(unowned["url"]).context["page"].object_list] == ["Nobody's in Here"]
    assert counts(client, member(here)) == {}
    settings.LEADS_NEED_SECOND_FACTOR = True
    assert counts(client, me) == {}


def test_what_she_wrote_herself_stands_above_and_is_not_counted_again(client):
    here = coalition()
    me = lead(here)
    AssemblyFactory()
    resolution = ResolutionFactory(number=50)
    mine = position(here.everyone, resolution, by=me)
    propose(resolution)
    assert counts(client, me) == {}
    assert [line.slug for line in shown_in(client.get(NOW), "mine")["to_review"]] == [resolution.slug]
    Position.objects.filter(pk=mine.pk).update(by=lead(here))
    assert {what for what, _of in counts(client, me)} == {"to-review"}
    assert shown_in(client.get(NOW), "mine")["to_review"] == []


def test_a_moved_resolution_says_that_the_position_is_to_be_reviewed(client):
    here = coalition()
    me = member(here, seen_at=TODAY, seen_before_at=TODAY - timedelta(days=2))
    resolution = ResolutionFactory(number=50)
    position(here.everyone, resolution, by=lead(here))
    Watch.objects.create(user=me, resolution=resolution, created_at=TODAY - timedelta(days=30))
    propose(resolution)
    client.force_login(me)
    response = client.get(NOW)
    assert [line.is_to_review for line in shown_in(response, "moved")["lines"]] == [True]
    assert "the position is to be reviewed" in response.content.decode()


def test_a_plan_of_mine_waits_once_its_deadline_moved_by_days(client):
    here = coalition()
    me, other = member(here), member(here)
    mine, hers = plan_of(here.everyone, me), plan_of(here.everyone, other)
    client.force_login(me)
    waits = "A plan counted backwards waits for your decision"
    for moved_by, said in ((timedelta(), 0), (timedelta(minutes=1), 0), (timedelta(days=3), 1)):
        for plan in (mine, hers):
            type(plan.deadline).objects.filter(pk=plan.deadline.pk).update(at=plan.deadline.at + moved_by)
        page = client.get(NOW).content.decode()
        assert page.count(waits) == said
    assert mine.get_absolute_url() in page
    type(mine.deadline).objects.filter(pk=mine.deadline.pk).update(date_status="rumour")
    assert waits not in client.get(NOW).content.decode()


def test_what_one_does_not_want_to_read_of_is_not_counted_either(client):
    """Her own recusal holds for the queries that are put together once, whoever came first."""
    here = coalition()
    first, me = member(here), member(here)
    few = circle_of(here, first, me, name="Few")
    resolution = ResolutionFactory(number=50)
    for person in (first, me):
        FollowUpFactory(circle=few, created_by=first, owner=person, resolution=resolution)
    for person, hides, seen in ((first, False, 1), (me, False, 1), (me, True, 0)):
        client.force_login(person)
        if hides:
            client.post(reverse("coalitions:availability"), {"resolution": resolution.slug, "hides": "on"})
        assert shown_in(client.get(NOW), "mine")["in_circles"] == seen


# --- The page whole -----------------------------------------------------------------------------------------------------


def test_the_fullest_page_of_a_lead_takes_fourteen_queries(client, django_assert_num_queries):
    here = coalition()
    me = lead(here, seen_at=TODAY, seen_before_at=TODAY - timedelta(days=2))
    full_world(here, me)
    other = lead(here)
    plan = plan_of(here.everyone, me)
    type(plan.deadline).objects.filter(pk=plan.deadline.pk).update(at=plan.deadline.at + timedelta(days=3))
    FollowUpFactory(circle=here.everyone, created_by=other, owner=me, assigned_by=other)
    FollowUpFactory(circle=here.everyone, created_by=other)
    done = FollowUpFactory(circle=here.everyone, created_by=other, owner=other, state="done", closed_at=TODAY)
    done.events.create(kind="done", by=other, at=TODAY)
    state = {"at": "2028-09-16T06:00:00+00:00", "has_hour": True, "zone": "UTC"}
    for change in ({"applied_at": TODAY}, {}):
        DateChange.objects.create(deadline=plan.deadline, old=state, new=state, proposed_by=other, **change)
    resolution = ResolutionFactory(number=99)
    Watch.objects.create(user=me, resolution=resolution, created_at=TODAY - timedelta(days=30))
    propose(resolution)
    client.force_login(me)
    with django_assert_num_queries(14):
        response = client.get(NOW)
    assert {block.name for block in response.context["blocks"]} == {"mine", "dates", "moved", "unowned", "lead", "question_doors"}
