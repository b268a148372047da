"""Who can raise a resolution in a region, as far as the asker may know."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from coalitions.models import OwnRoute
from coalitions.outreach.read_models.carriers import carriers, sector_members
from coalitions.outreach.services.contacts import log_contact
from coalitions.services.delegations import begin_card
from resolutions.models import Assembly
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def assembly():
    return factories.AssemblyFactory()


@pytest.fixture
def group():
    return factories.RegionalGroupFactory(code="CEPT", acronym_en="CEPT", countries=["CH", "FR", "DE", "ES", "PT"])


@pytest.fixture
def resolution():
    return factories.ResolutionFactory(number=50, slug="50")


@pytest.fixture
def cards(assembly, wanjiru):
    facts = {"CH": {"is_open": "yes"}, "FR": {}, "DE": {"route_before": "An open call"}, "ES": {"is_open": "no"}, "KE": {"is_open": "yes"}}
    source = "https://example.org/list"
    return {code: begin_card(assembly, country=code, by=wanjiru, is_checked=True, source=source, **said) for code, said in facts.items()}


def ask(card, resolution, circle, by, answer):
    said = {"ask": "Raise it", "channel": "call", "asked_on": now().date(), "answer": answer}
    return log_contact(card, circle=circle, resolution=resolution, by=by, **said)


def found(user, resolution, group, circles=None):
    rows = carriers(user, resolution, Assembly.objects.current(), group, circles)
    return {str(row.delegation.country): (row.said_yes, row.is_open, row.has_route, row.was_asked) for row in rows}


def test_each_kind_of_carrier_of_the_region_in_one_query(cards, resolution, group, network, samuel, django_assert_num_queries):
    ask(cards["FR"], resolution, network.everyone, samuel, "yes")
    ask(cards["ES"], resolution, network.everyone, samuel, "no")
    Assembly.objects.current()
    with django_assert_num_queries(2):  # the assembly, and all of them
        rows = found(samuel, resolution, group)
    assert rows == {
        "FR": (True, False, False, True),
        "CH": (False, True, False, False),
        "DE": (False, False, True, False),
    }
    assert list(rows) == ["FR", "CH", "DE"]


def test_what_one_may_not_know_does_not_count(client, cards, resolution, group, network, wanjiru, samuel):
    circle = factories.circle_of(network, samuel)
    ask(cards["FR"], resolution, circle, samuel, "yes")
    ask(cards["CH"], resolution, circle, samuel, "no")
    stranger = factories.member(factories.coalition("Another"))
    nothing_known = {"CH": (False, True, False, False), "DE": (False, False, True, False)}
    for person in (wanjiru, stranger, factories.observer(network)):
        assert found(person, resolution, group) == nothing_known
    assert found(samuel, resolution, group)["FR"] == (True, False, False, True)
    # And on the page.
    for person, is_there in ((samuel, True), (wanjiru, False)):
        client.force_login(person)
        shown = client.get("/resolutions/50/contacts/", {"region": "CEPT"}).content.decode()
        assert "Who can raise Res. 50 in CEPT" in shown
        assert ("said yes" in shown) == is_there


def test_an_answer_on_another_resolution_says_nothing_of_this_one(cards, resolution, group, network, samuel):
    ask(cards["FR"], factories.ResolutionFactory(), network.everyone, samuel, "yes")
    assert "FR" not in found(samuel, resolution, group)


def test_allied_sector_members_of_the_region_count_while_it_lasts(client, assembly, resolution, group, network, samuel, ama):
    def member_of_the_sector(name, circle, **fields):
        organisation = factories.OrganisationFactory(name=name, country=fields.pop("country", "CH"))
        OwnRoute.objects.create(circle=circle, organisation=organisation, **{"way": "sector-member", "state": "granted"} | fields)

    today = now().date()
    member_of_the_sector("Ours", network.everyone, until=today)
    member_of_the_sector("His", factories.circle_of(network, samuel))
    member_of_the_sector("Over", network.everyone, until=today - timedelta(days=1))
    member_of_the_sector("Asked", network.everyone, state="asked")
    member_of_the_sector("Elsewhere", network.everyone, country="KE")
    member_of_the_sector("Associate", network.everyone, way="associate")
    stranger = factories.member(factories.coalition("Another"))
    found = {person: [row.organisation.name for row in sector_members(person, group)] for person in (samuel, ama, stranger)}
    assert found == {samuel: ["His", "Ours"], ama: ["Ours"], stranger: []}
    client.force_login(ama)
    shown = client.get("/resolutions/50/contacts/", {"region": "CEPT"}).content.decode()
    assert "can carry a contribution" in shown
    assert "His" not in shown.partition("<main")[2].partition("Sector Members among us")[2]
