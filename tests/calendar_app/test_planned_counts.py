"""What leads see of the reminders of their people: how many."""

import pytest
from django.urls import reverse

from calendar_app import tasks
from calendar_app.models import DateWatch
from calendar_app.reminders.counting import planned_by_week
from tests.calendar_app.reminding import moment
from tests.factories import DeadlineFactory, FollowUpFactory, MeetingFactory, UserFactory, circle_of, coalition, lead, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def network():
    return coalition("Open Standards Network", mail_ceiling="detailed")


def watching(network, date, people):
    users = [member(network) for _ in range(people)]
    for user in users:
        DateWatch.objects.create(user=user, **{"meeting" if hasattr(date, "ends_on") else "deadline": date})
    return users


def page(network):
    return reverse("calendar_app:planned", args=[network.public_id])


def test_leads_see_how_many_mails_each_week_brings(clock, network, client):
    watching(network, DeadlineFactory(kind="visa", at=moment(20, 12)), 3)
    tasks.tick()
    weeks = [(week.begins, week.people, week.digests, week.alone) for week in planned_by_week(network)]
    assert weeks == [
        (moment(4).date(), 3, 3, 0),
        (moment(11).date(), 3, 3, 0),
        (moment(18).date(), 3, 0, 3),
    ]
    client.force_login(lead(network))
    answer = client.get(page(network)).content.decode()
    assert "Planned e-mails" in answer
    assert "Visa" not in answer


def test_of_fewer_than_three_people_no_number_is_said(clock, network, client):
    watching(network, DeadlineFactory(kind="visa", at=moment(20, 12)), 2)
    tasks.tick()
    assert {(week.people, week.digests, week.alone) for week in planned_by_week(network)} == {(None, None, None)}
    client.force_login(lead(network))
    assert "fewer than three people" in client.get(page(network)).content.decode()


def test_circles_delegations_other_coalitions_and_national_meetings_leave_no_trace(clock, network):
    people = [member(network) for _ in range(3)]
    circle = circle_of(network, *people)
    call = MeetingFactory(kind="call", group=None, circle=circle, at=moment(20), starts_on=moment(20).date(), ends_on=moment(20).date())
    national = MeetingFactory(kind="national", group=None, at=moment(20), starts_on=moment(20).date(), ends_on=moment(20).date())
    for user in people:
        DateWatch.objects.create(user=user, meeting=call)
        DateWatch.objects.create(user=user, meeting=national)
        FollowUpFactory(circle=circle, owner=user, created_by=user, due_at=moment(20))
    outside = coalition("Another Network")
    for user in people:
        outside.memberships.create(user=user)
        FollowUpFactory(circle=outside.everyone, owner=user, created_by=user, due_at=moment(20))
    tasks.tick()
    assert planned_by_week(network) == []


def test_only_leads_who_may_act_see_it(clock, network, client):
    client.force_login(member(network))
    assert client.get(page(network)).status_code == 403
    client.force_login(UserFactory())
    assert client.get(page(network)).status_code == 404
    boss = lead(network)
    client.force_login(boss)
    assert page(network) in client.get("/reminders/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_counts_costs_the_same_however_much_is_planned(clock, network, client, count, django_assert_num_queries):
    for number in range(count):
        watching(network, DeadlineFactory(kind="visa", at=moment(20 + number, 12)), 3)
    tasks.tick()
    client.force_login(lead(network))
    client.get(page(network))
    with django_assert_num_queries(5):
        client.get(page(network))
