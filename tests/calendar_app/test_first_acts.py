"""What a new person reads on the first page: her first useful act, what comes next, and nothing that she may not do."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from calendar_app.models import DateWatch
from coalitions.models import Membership
from coalitions.services import membership
from resolutions.models import RegionWatch, Watch
from tests.factories import (
    AssemblyFactory,
    DeadlineFactory,
    FollowUpFactory,
    RegionalGroupFactory,
    ResolutionFactory,
    UserFactory,
    coalition,
    lead,
    member,
    observer,
)

pytestmark = pytest.mark.django_db

TODAY = datetime(2026, 11, 29, 9, tzinfo=UTC)
NOW = reverse("now")
FOLLOW = reverse("calendar_app:first-step", args=["follow"])


@pytest.fixture(autouse=True)
def in_november():
    with time_machine.travel(TODAY, tick=False):
        yield


def new(kind, *of, **fields):
    return kind(*of, first_steps_done_at=None, seen_at=TODAY, **fields)


def acts(response) -> list[tuple[str, bool]]:
    found = response.context["first_acts"]
    return [(act.name, act.is_done) for act in found.acts] if found else []


NOTHING_DONE = [("resolutions", False), ("regions", False), ("steps", False)]


@pytest.mark.parametrize("kind", [member, observer, lead])
def test_a_new_person_reads_what_to_do_first_and_not_that_there_is_nothing(client, kind):
    AssemblyFactory()
    client.force_login(new(kind, coalition()))
    response = client.get(NOW)
    page = response.content.decode()
    assert acts(response) == NOTHING_DONE
    assert "Nothing urgent." not in page
    assert f"{FOLLOW}?next=/" in page
    # What comes next: 18 months before the opening.
    assert "National work begins" in page


def test_choosing_once_ticks_both_and_comes_back_with_what_comes_next(client):
    resolution, group = ResolutionFactory(is_named_in_guide=True), RegionalGroupFactory()
    DeadlineFactory(title_en="Deadline for contributions", at=TODAY + timedelta(days=600))
    client.force_login(new(member, coalition()))
    assert 'name="next" value="/"' in client.get(f"{FOLLOW}?next=/").content.decode()
    response = client.post(FOLLOW, {"resolutions": [resolution.slug], "groups": [group.code], "next": "/"}, follow=True)
    page = response.content.decode()
    assert response.redirect_chain == [("/", 302)]
    assert acts(response) == [("resolutions", True), ("regions", True), ("steps", False)]
    assert "You watch what you chose" in page
    assert "Deadline for contributions" in page


def test_another_site_is_no_page_to_come_back_to(client):
    client.force_login(new(member, coalition()))
    assert client.post(FOLLOW, {"next": "https://elsewhere.example/"}).url == reverse("calendar_app:first-step", args=["mail"])


def test_nothing_chosen_is_not_said_to_be_watched(client):
    client.force_login(new(member, coalition()))
    assert "You watch what you chose" not in client.post(FOLLOW, {"next": "/"}, follow=True).content.decode()


def test_the_list_goes_with_the_first_steps(client):
    client.force_login(new(member, coalition()))
    client.post(reverse("calendar_app:first-steps-done"))
    response = client.get(NOW)
    assert acts(response) == []
    assert "Nothing urgent." in response.content.decode()


def test_what_waits_for_an_answer_is_the_first_useful_act(client):
    here = coalition()
    me = new(member, here)
    FollowUpFactory(circle=here.everyone, created_by=lead(here), owner=me, state="to-accept", title="Ask the ministry")
    client.force_login(me)
    page = client.get(NOW).content.decode()
    assert page.index("Ask the ministry") < page.index('id="h-first-acts"')


def test_only_who_works_in_a_coalition_is_shown_what_members_propose(client):
    here = coalition()
    proposing = [reverse("calendar_app:date-new"), reverse("coalitions:delegations")]
    for person, offered in ((new(member, here), True), (new(observer, here), False), (new(UserFactory), False)):
        client.force_login(person)
        main = client.get(NOW).content.decode().split('id="h-first-acts"')[1].split("</main>")[0]
        assert [address in main for address in proposing] == [offered, offered]


def test_a_newcomer_reads_from_when_on_she_takes_part(client):
    here = coalition()
    me = UserFactory(first_steps_done_at=None)
    membership.admit(here, user=me, role="member", sponsor=lead(here), next_role="member")
    client.force_login(me)
    page = re.sub(r"<[^>]+>", "", client.get(NOW).content.decode())
    assert "On Sun 13 Dec (in 14 days) you begin to take part." in page
    Membership.objects.filter(user=me).update(next_role="observer")
    assert "you begin to take part" not in client.get(NOW).content.decode()


def test_a_host_in_no_coalition_is_sent_to_health(client):
    client.force_login(new(UserFactory, is_staff=True))
    response = client.get(NOW)
    page = response.content.decode()
    assert acts(response) == []
    assert "Look at Health until nothing is red" in page
    assert "you join one when a lead invites you" not in page


def test_without_a_coalition_one_reads_how_to_get_into_one(client):
    client.force_login(new(UserFactory))
    page = client.get(NOW).content.decode()
    assert "you join one when a lead invites you" in page
    assert "You are an observer" not in page


# What the phase asks is asked where an assembly is known.
@pytest.mark.parametrize(("watched", "queries"), [(0, 9), (3, 10)])
def test_the_first_acts_cost_no_query(client, django_assert_num_queries, watched, queries):
    me = new(member, coalition())
    for number in range(watched):
        Watch.objects.create(user=me, resolution=ResolutionFactory())
        RegionWatch.objects.create(user=me, group=RegionalGroupFactory(code=f"G{number}"))
        DateWatch.objects.create(user=me, deadline=DeadlineFactory())
    client.force_login(me)
    client.get(NOW)
    with django_assert_num_queries(queries):
        client.get(NOW)
