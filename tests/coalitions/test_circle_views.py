"""Who opened what of a restricted circle is seen by that circle for ninety days; of a delegation's nothing is kept."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils.timezone import now

from amnt.retention.rules import rules
from coalitions.models import CircleView, Membership
from tests import factories
from tests.factories import FollowUpFactory, MeetingFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def core(network, samuel, ama):
    return factories.circle_of(network, samuel, ama, name="Core group", owner=samuel)


def openings(circle) -> str:
    return reverse("coalitions:circle-openings", args=[circle.public_id])


@pytest.mark.parametrize("door", ["page", "API"])
@pytest.mark.parametrize("what", ["follow-up", "call"])
def test_an_opening_is_kept_once_a_person_thing_and_day(client, core, samuel, ama, what, door):
    if what == "follow-up":
        row = FollowUpFactory(circle=core, created_by=samuel)
        page, api = row.get_absolute_url(), f"/api/v1/follow-ups/{row.public_id}/"
    else:
        row = MeetingFactory(kind="call", circle=core, group=None)
        page, api = row.get_absolute_url(), f"/api/v1/meetings/{row.public_id}/"
    client.force_login(ama)
    for day in ("2028-03-01T12:00Z", "2028-03-01T13:00Z", "2028-03-02T12:00Z"):
        with time_machine.travel(day, tick=False):
            client.force_login(ama)
            assert client.get(page if door == "page" else api).status_code == 200
    kept = CircleView.objects.order_by("on").values_list("user", "thing", "thing_id", "on")
    assert list(kept) == [(ama.pk, what, row.public_id, date(2028, 3, day)) for day in (1, 2)]


def test_the_circle_sees_it_and_nobody_else(client, network, wanjiru, core, samuel, ama):
    client.force_login(ama)
    client.get(core.get_absolute_url())
    client.force_login(samuel)
    page = client.get(openings(core)).content.decode()
    assert "Ama Owusu" in page
    for other in (wanjiru, factories.member(network), factories.lead(factories.coalition("Another one"))):
        client.force_login(other)
        assert client.get(openings(core)).status_code == 404


def test_who_has_left_is_named_no_more(client, core, samuel, ama):
    client.force_login(ama)
    client.get(core.get_absolute_url())
    Membership.objects.filter(user=ama).update(left_at=now())
    client.force_login(samuel)
    page = client.get(openings(core)).content.decode()
    assert ("a former member" in page, "Ama Owusu" in page) == (True, False)


@pytest.mark.parametrize("kind", ["everyone", "delegation"])
def test_nothing_is_kept_of_other_circles(client, network, samuel, kind):
    circle = network.everyone if kind == "everyone" else factories.circle_of(network, samuel, name="Ours", kind=kind, owner=samuel)
    client.force_login(samuel)
    client.get(FollowUpFactory(circle=circle, created_by=samuel).get_absolute_url())
    client.get(circle.get_absolute_url())
    assert not CircleView.objects.exists()
    assert client.get(openings(circle)).status_code == 404


def test_it_is_deleted_after_ninety_days(core, samuel):
    [rule] = [rule for rule in rules() if rule.key == "circle_views"]
    CircleView.objects.create(circle=core, user=samuel, thing="circle", thing_id=core.public_id, on=date(2028, 3, 1))
    at = now().replace(year=2028, month=3, day=1)
    assert [rule.apply(at + timedelta(days=days)) for days in (90, 91)] == [0, 1]
