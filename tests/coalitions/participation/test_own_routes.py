"""The way in of an organisation: asked, waiting, granted until a day, refused; followed by someone who is reminded."""

import re
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from amnt.audit.models import AuditEntry
from amnt.core.errors import RuleBroken
from calendar_app.models import Reminder
from calendar_app.reminders import planning
from coalitions.models import FollowUp, Membership, OwnRoute
from coalitions.participation.services import own_routes
from tests.accounts.conftest import PASSWORD, confirm_it_is_me, log_in
from tests.factories import OrganisationFactory, UserFactory, circle_of, coalition, lead, member, observer

pytestmark = pytest.mark.django_db
NOW = reverse("now")
NEW, WAYS = reverse("coalitions:own-route-new"), reverse("coalitions:ways")


@pytest.fixture
def here():
    return coalition()


@pytest.fixture
def her(here):
    return member(here, name="Wanjiru Kamau", email="wanjiru@example.org", password=PASSWORD)


@pytest.fixture
def ours(her):
    organisation = OrganisationFactory(name="Digital Commons")
    Membership.objects.filter(user=her).update(organisation=organisation)
    return organisation


def day(days):
    return now().date() + timedelta(days=days)


def noted(here, her, ours, **facts):
    return own_routes.note(circle=here.everyone, by=her, organisation=ours, way="associate", followed_by=her, **facts)


def sent(here, ours, **fields):
    about = {"way": "associate", "organisation": str(ours.public_id), "circle": str(here.everyone.public_id), "state": "asked"}
    return about | {"submission": str(uuid.uuid4())} | fields


def test_noted_twice_it_is_one_and_stands_beside_the_ways(client, here, her, ours):
    client.force_login(her)
    form = sent(here, ours, detail="SG 17", documents="✓ Letter of the organisation\nStatutes\n\n", asked_on=day(-30).isoformat())
    for _twice in range(2):
        answer = client.post(NEW, form)
        assert answer.status_code == 302
    route = OwnRoute.objects.get()
    assert route.documents == [{"name": "Letter of the organisation", "done": True}, {"name": "Statutes", "done": False}]
    page = client.get(WAYS).content.decode()
    assert "SG 17" in page
    assert "Digital Commons" in page
    page = client.get(answer.headers["location"]).content.decode()
    assert "Statutes" in page
    assert [entry.act for entry in AuditEntry.objects.order_by("pk")][-1] == "coalitions.own_route_noted"


def test_who_reads_and_changes_it(client, here, her, ours):
    other, boss = member(here), lead(here)
    circle = circle_of(here, her, boss)
    route = own_routes.note(circle=circle, by=her, organisation=ours, way="hosted", detail="zz-host")
    change = reverse("coalitions:own-route-change", args=[route.public_id])
    for person, reads in ((her, True), (boss, True), (other, False), (observer(here), False), (lead(coalition("B")), False)):
        client.force_login(person)
        assert client.get(route.get_absolute_url()).status_code == (200 if reads else 404)
        assert client.get(change).status_code == (200 if reads else 404)
        assert client.post(change, {}).status_code == (200 if reads else 404)
        assert ("zz-host" in client.get(WAYS).content.decode()) == reads
    client.force_login(UserFactory())
    assert client.get(NEW).status_code == 403


def test_what_was_changed_meanwhile_is_said_and_what_was_typed_stays(client, here, her, ours):
    route = noted(here, her, ours)
    own_routes.change(route, by=her, state="waiting")
    client.force_login(her)
    form = sent(here, ours, state="refused", detail="What I typed", version=1)
    page = client.post(reverse("coalitions:own-route-change", args=[route.public_id]), form).content.decode()
    assert "Somebody changed it in the meantime" in page
    assert "What I typed" in page
    route.refresh_from_db()
    assert (route.state, route.version) == ("waiting", 2)
    assert [event.fields for event in route.events.all()] == [["state"], []]


def test_what_is_refused(here, her, ours):
    stranger = OrganisationFactory()
    for facts, field in (
        ({"way": "no-such-way"}, "way"),
        ({"organisation": stranger}, "organisation"),
        ({"next_on": day(3)}, "next_step"),
        ({"documents": [{"name": "x", "done": False}] * 21}, "documents"),
        ({"followed_by": UserFactory()}, "followed_by"),
    ):
        with pytest.raises(RuleBroken) as refused:
            own_routes.note(**{"circle": here.everyone, "by": her, "organisation": ours, "way": "associate"} | facts)
        assert refused.value.field == field
    assert not OwnRoute.objects.exists()


def test_the_end_is_reminded_of_sixty_and_thirty_days_before(here, her, ours):
    route = noted(here, her, ours, state="granted", until=day(100))
    task = FollowUp.objects.get()
    assert (route.renewal_task, task.owner, task.renews) == (task, her, True)
    planning.plan_all()
    assert set(Reminder.objects.filter(rule="RR-23", user=her).values_list("offset", flat=True)) == {60, 30}
    own_routes.change(route, by=her, until=day(200))
    task.refresh_from_db()
    assert task.due_at.date() == day(200)
    own_routes.change(route, by=her, state="refused")
    task.refresh_from_db()
    assert task.state == "dropped"
    route.refresh_from_db()
    assert route.until is None


def test_the_end_stands_on_the_first_page_of_whoever_follows_it(client, here, her, ours, settings, django_assert_num_queries):
    settings.LEADS_NEED_SECOND_FACTOR = False
    boss = lead(here)
    route = noted(here, her, ours, state="granted", until=day(45))

    def said_to(person):
        client.force_login(person)
        client.get(NOW)
        with django_assert_num_queries(9):
            return re.findall(r'aria-labelledby="(h-\w+)"(?:(?!</section>).)*Renew: ', client.get(NOW).content.decode(), re.DOTALL)

    assert [said_to(person) for person in (her, boss)] == [["h-mine"], []]
    own_routes.change(route, by=boss, followed_by=boss)
    assert [said_to(person) for person in (her, boss)] == [[], ["h-mine"]]
    # Who followed it is gone, or nobody ever did: leads find it under what nobody has.
    FollowUp.objects.all().delete()
    own_routes.note(circle=here.everyone, by=her, organisation=ours, way="associate", state="granted", until=day(45))
    assert [said_to(person) for person in (her, boss)] == [[], ["h-nobody"]]


def test_an_ordinary_follow_up_is_not_reminded_of_so_early(here, her, ours):
    noted(here, her, ours, next_step="Ask again", next_on=day(100))
    planning.plan_all()
    assert FollowUp.objects.get().title == "Ask again"
    assert Reminder.objects.exists()
    assert not Reminder.objects.filter(rule="RR-23").exists()


def test_the_next_step_moves_with_its_day_and_its_person(here, her, ours):
    boss = lead(here)
    route = noted(here, her, ours, next_step="Ask again", next_on=day(10))
    task = route.step_task
    own_routes.change(route, by=boss, next_step="Write to them", next_on=day(20), followed_by=boss)
    task.refresh_from_db()
    assert (task.title, task.due_at.date(), task.owner) == ("Write to them", day(20), boss)
    own_routes.change(route, by=boss, next_step="", next_on=None)
    task.refresh_from_db()
    assert task.state == "dropped"


def test_a_lead_takes_them_out_as_a_table_and_nobody_else(client, here, her, ours, settings):
    settings.LEADS_NEED_SECOND_FACTOR = False
    boss = lead(here, email="boss@example.org", password=PASSWORD)
    lead(here)
    noted(here, her, ours, detail="=SG 17")
    own_routes.note(circle=circle_of(here, boss, her), by=her, organisation=ours, way="hosted", detail="zz-hidden")
    url = reverse("coalitions:own-routes-export", args=[here.public_id])
    client.force_login(her)
    assert client.get(url).status_code == 403
    client.logout()
    log_in(client, boss.email)
    confirm_it_is_me(client)
    assert client.get(url).status_code == 200
    table = client.post(url).content.decode()
    assert "'=SG 17" in table
    assert "zz-hidden" not in table
    assert AuditEntry.objects.filter(act="export.own_routes").exists()


@pytest.mark.parametrize("routes", [1, 3])
def test_the_page_costs_the_same(client, here, her, ours, routes, django_assert_num_queries):
    for _route in range(routes):
        noted(here, her, ours)
    client.force_login(her)
    client.get(WAYS)
    with django_assert_num_queries(6):
        client.get(WAYS)
