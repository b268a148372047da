"""What leads see of the reminders of their people: how many."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from calendar_app import tasks
from calendar_app.models import DateWatch
from calendar_app.reminders.counting import counted_by_phase, planned_by_week
from tests.calendar_app.reminding import moment
from tests.factories import (
    AssemblyFactory,
    DeadlineFactory,
    FollowUpFactory,
    MeetingFactory,
    UserFactory,
    circle_of,
    coalition,
    lead,
    member,
)

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
    with django_assert_num_queries(8):
        client.get(page(network))


# --- By phase ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def assembly():
    return AssemblyFactory(code="WTSA-28", starts_on=date(2028, 10, 17), ends_on=date(2028, 10, 26), date_status="confirmed")


def by_phase(network, assembly, **options):
    return [(str(row.name), row.people, row.digests, row.alone) for row in counted_by_phase(network, assembly, **options)]


def test_each_phase_until_the_end_of_the_cycle_is_counted(clock, network, assembly):
    watching(network, DeadlineFactory(kind="visa", at=moment(20, 12)), 3)
    watching(network, DeadlineFactory(kind="visa", at=moment(19, 12, month=10)), 4)
    watching(network, DeadlineFactory(kind="visa", at=moment(15, 12, month=12)), 2)
    tasks.tick()
    assert by_phase(network, assembly) == [
        ("consolidation", 3, 6, 0),
        # 1 day before the first; 14 and 3 days before the second.
        ("reading", 7, 8, 3),
        ("assembly, first part", 4, 0, 4),
        ("after the assembly", None, None, None),
    ]


def test_assumptions_are_counted_for_every_month_though_one_is_planned_at_a_time(clock, network, assembly):
    for _ in range(3):
        lead(network)
    DeadlineFactory(kind="visa", at=moment(20, 12, month=12), date_status="assumption", assembly=assembly)
    tasks.tick()
    first = [send_at.date() for send_at in network.memberships.first().user.reminders.values_list("send_at", flat=True)]
    assert first == [date(2028, 9, 4)]
    counted = by_phase(network, assembly)
    # The first Mondays: 4 September; 2 October; 6 November and 4 December.
    assert counted == [("consolidation", 3, 3, 0), ("reading", 3, 3, 0), ("after the assembly", 3, 6, 0)]


def test_a_lead_reaches_what_brings_most_and_never_what_concerns_fewer_than_three(clock, network, assembly, client):
    boss = lead(network)
    heavy = DeadlineFactory(kind="visa", at=moment(20, 12), title_en="Visa requests")
    watching(network, heavy, 3)
    watching(network, DeadlineFactory(kind="visa", at=moment(20, 12), title_en="Whose alone"), 2)
    tasks.tick()
    [consolidation, _reading] = counted_by_phase(network, assembly, reader=boss)
    assert [(cause.thing, cause.reminders) for cause in consolidation.causes] == [(heavy, 6)]
    client.force_login(boss)
    answer = client.get(page(network)).content.decode()
    assert f'href="{heavy.get_absolute_url()}"' in answer
    assert "Whose alone" not in answer
    for link in (reverse("coalitions:settings", args=[network.public_id]), reverse("coalitions:follow-ups")):
        assert f'href="{link}"' in answer


def test_the_command_prints_the_same(clock, network, assembly, capsys):
    watching(network, DeadlineFactory(kind="visa", at=moment(20, 12)), 3)
    watching(network, DeadlineFactory(kind="visa", at=moment(15, 12, month=12)), 2)
    tasks.tick()
    call_command("rehearse", since="today")
    assert capsys.readouterr().out.splitlines() == [
        "Open Standards Network, until WTSA-28 and after:",
        "  consolidation: 3 people, 6 digests, 0 separate e-mails",
        "  reading: 3 people, 0 digests, 3 separate e-mails",
        "  after the assembly: fewer than 3 people",
    ]
    assembly.starts_on = assembly.ends_on = None
    assembly.save()
    with pytest.raises(CommandError, match="no assembly ahead"):
        call_command("rehearse", since="today")


def test_the_cycle_that_is_over_leaves_its_counts_to_the_time_between(clock, network, assembly):
    clock.move_to(moment(20, month=11) + timedelta(days=400))
    watching(network, DeadlineFactory(kind="visa", at=moment(20, month=11) + timedelta(days=440)), 3)
    tasks.tick()
    assert by_phase(network, assembly) == [("between assemblies", 3, 6, 3)]
