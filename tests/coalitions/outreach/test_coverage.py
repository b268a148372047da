"""Where nobody of ours has a contact: regions without small numbers, and gaps that become follow-ups."""

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.utils.timezone import now

from coalitions.models import Delegation, FollowUp
from coalitions.outreach.domain.regions import Touch, funnels, tiles
from coalitions.outreach.services.contacts import log_contact
from coalitions.services.delegations import begin_card
from resolutions.models import Watch
from tests import factories

pytestmark = pytest.mark.django_db

COVERAGE = "/delegations/coverage/"
MAKE = "/delegations/coverage/follow-ups/"
SOURCE = "https://example.org/list"


@pytest.fixture
def assembly():
    return factories.AssemblyFactory()


@pytest.fixture
def resolution(samuel):
    resolution = factories.ResolutionFactory(number=50, slug="50")
    Watch.objects.create(user=samuel, resolution=resolution)
    return resolution


@pytest.fixture
def cards(assembly, wanjiru):
    facts = {"KE": {"is_open": "yes"}, "ZA": {}, "GH": {"route_before": "An open call"}}
    return {code: begin_card(assembly, country=code, by=wanjiru, is_checked=True, source=SOURCE, **said) for code, said in facts.items()}


def ask(card, resolution, circle, by, **said):
    about = {"ask": "Raise it", "channel": "call", "asked_on": now().date()} | said
    return log_contact(card, circle=circle, resolution=resolution, by=by, **about)


def page(client, user, address=COVERAGE, **query):
    client.logout()
    client.force_login(user)
    answer = client.get(address, query)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def gaps(shown):
    return re.findall(r'name="gap" value="([^"]+)"', shown)


# --- Pictures: no number and no square below three --------------------------------------------------------------------------


def test_tiles_below_three_are_neither_told_nor_drawn():
    codes = [f"A{number}" for number in range(9)]
    touch = dict(zip(codes, [Touch.LINKED] * 4 + [Touch.OPEN] * 2 + [Touch.OTHER] * 3, strict=True))
    [row], height = tiles([("ATU", "Africa", codes)], touch)
    assert (row.linked, row.open, row.other) == (4, None, 3)
    assert [path.count("M") for path in (row.linked_path, row.open_path, row.other_path)] == [4, 0, 3]
    assert height >= 36
    assert tiles([("RCC", "", ["XX"])], touch) == ([], 0)


def test_a_funnel_hides_what_stands_inside_a_hidden_number():
    groups = [("ATU", "Africa", ["KE", "ZA"]), ("CEPT", "Europe", ["CH"]), ("RCC", "", ["KZ"]), ("APT", "", ["JP"])]
    rows, height = funnels(groups, {"KE": (6, 4, 1), "ZA": (2, 1, 0), "CH": (4, 2, 2), "KZ": (2, 2, 2)})
    assert [(row.acronym, row.asked, row.answered, row.in_text) for row in rows] == [
        ("ATU", 8, 5, None),
        ("CEPT", 4, None, None),
        ("RCC", None, None, None),
    ]
    assert [row.widths for row in rows] == [(140, 88, 0), (70, 0, 0), (0, 0, 0)]
    assert height == 108


def test_a_reader_sees_only_what_she_may_know_in_the_pictures(client, assembly, resolution, network, samuel, ama, wanjiru):
    codes = ["KE", "ZA", "GH", "UG"]
    factories.RegionalGroupFactory(code="ATU", countries=codes)
    circle = factories.circle_of(network, samuel)
    for code in codes:
        card = begin_card(assembly, country=code, by=wanjiru, is_checked=True, source=SOURCE)
        ask(card, resolution, circle, samuel, answer="yes")
    hers, theirs = page(client, samuel), page(client, ama)
    assert "4 · 4 · < 3" in hers
    assert "Nothing that you may read was asked yet" in theirs
    assert "<td>4</td><td>fewer than 3</td>" in re.sub(r">\s+<", "><", hers)


# --- Gaps -------------------------------------------------------------------------------------------------------------------


def test_watched_resolutions_nobody_asked_a_useful_delegation_about(client, cards, resolution, network, samuel, ama):
    factories.ResolutionFactory()  # nobody watches it
    key = "unasked:{}:50".format
    assert gaps(page(client, samuel)) == [key(cards["KE"].public_id), key(cards["GH"].public_id)]
    # A State that proposes something on it comes first, whatever its card says.
    factories.ProposalFactory(resolution=resolution, countries=["ZA"])
    assert gaps(page(client, samuel))[0] == key(cards["ZA"].public_id)
    ask(cards["KE"], resolution, factories.circle_of(network, ama), ama)
    assert key(cards["KE"].public_id) in gaps(page(client, samuel))
    ask(cards["KE"], resolution, network.everyone, ama)
    assert key(cards["KE"].public_id) not in gaps(page(client, samuel))
    assert gaps(page(client, ama)) == []


def test_silences_and_old_cards_are_gaps(client, cards, resolution, network, samuel, ama):
    long_ago = now().date() - timedelta(days=20)
    silent = ask(cards["ZA"], resolution, factories.circle_of(network, samuel), samuel, asked_on=long_ago)
    ask(cards["ZA"], resolution, network.everyone, samuel, asked_on=long_ago, answer="no")
    Delegation.objects.filter(pk=cards["ZA"].pk).update(verified_at=now() - timedelta(days=200))
    found = gaps(page(client, samuel))
    assert found[-2:] == [f"silent:{silent.public_id}", f"old:{cards['ZA'].public_id}"]
    assert [key for key in gaps(page(client, ama)) if key.startswith("silent")] == []
    assert gaps(page(client, samuel, kind="silent")) == [f"silent:{silent.public_id}"]
    factories.RegionalGroupFactory(code="ATU", countries=["KE"])
    assert gaps(page(client, samuel, region="ATU", kind="silent")) == []


def test_what_has_an_open_follow_up_is_no_gap(client, cards, resolution, network, samuel):
    before = len(gaps(page(client, samuel)))
    factories.FollowUpFactory(circle=network.everyone, created_by=samuel, delegation=cards["KE"], resolution=resolution)
    assert len(gaps(page(client, samuel))) == before - 1


def test_an_observer_and_an_outsider_see_pictures_and_no_gaps(client, cards, resolution, network):
    for person in (factories.observer(network), factories.UserFactory()):
        shown = page(client, person)
        assert gaps(shown) == []
        assert "Gaps and contacts are for members of a coalition." in shown
        assert client.get(MAKE).status_code == 403


# --- Gaps into follow-ups ---------------------------------------------------------------------------------------------------


def test_chosen_gaps_become_follow_ups_with_one_confirmation(client, cards, resolution, network, samuel):
    circle = factories.circle_of(network, samuel, name="East Africa")
    silent = ask(cards["ZA"], resolution, circle, samuel, asked_on=now().date() - timedelta(days=20))
    chosen = [f"unasked:{cards['KE'].public_id}:50", f"silent:{silent.public_id}", "old:nothing", "made up"]
    shown = page(client, samuel, MAKE, gap=chosen)
    assert re.findall(r'name="title_\d" value="([^"]+)"', shown) == [
        "Ask the delegation of Kenya about Res. 50",
        "Remind the delegation of South Africa of our ask on Res. 50",
    ]
    assert not FollowUp.objects.exists()
    form = {"gap": chosen, "title_0": "Ask them", "title_1": "Remind them", "due_on": str(now().date() + timedelta(days=7))}
    form |= {"owner": str(samuel.public_id), "circle": str(network.everyone.public_id), "submission": str(uuid4())}
    for _tap in range(2):
        assert client.post(MAKE, form)["Location"] == "/follow-ups/"
    made = FollowUp.objects.order_by("pk")
    assert [(row.title, row.circle, row.delegation, row.resolution, row.owner) for row in made] == [
        ("Ask them", network.everyone, cards["KE"], resolution, samuel),
        # It tells that somebody was asked, so those who may know of it read it.
        ("Remind them", circle, cards["ZA"], resolution, samuel),
    ]


def test_one_that_is_refused_makes_none_and_keeps_what_was_typed(client, cards, resolution, network, samuel):
    client.force_login(samuel)
    chosen = [f"unasked:{cards[code].public_id}:50" for code in ("KE", "GH")]
    form = {"gap": chosen, "title_0": "Ask them", "title_1": "", "due_on": "2020-01-01", "circle": str(network.everyone.public_id)}
    answer = client.post(MAKE, form | {"submission": str(uuid4())}).content.decode()
    assert 'value="Ask them"' in answer
    assert not FollowUp.objects.exists()


def test_only_a_lead_gives_them_to_others(client, cards, resolution, network, samuel, ama, wanjiru):
    Watch.objects.create(user=wanjiru, resolution=resolution)
    form = {"gap": [f"unasked:{cards['KE'].public_id}:50"], "title_0": "Ask", "due_on": str(now().date() + timedelta(days=7))}
    form |= {"owner": str(ama.public_id), "circle": str(network.everyone.public_id)}
    for person, status in ((samuel, 200), (wanjiru, 302)):
        client.force_login(person)
        assert client.post(MAKE, form | {"submission": str(uuid4())}).status_code == status
    assert FollowUp.objects.get().owner == ama


def test_nothing_chosen_says_so(client, cards, resolution, samuel):
    client.force_login(samuel)
    assert client.get(MAKE)["Location"] == COVERAGE


def test_the_page_asks_as_much_of_much_as_of_little(
    client, assembly, cards, resolution, network, samuel, wanjiru, django_assert_num_queries
):
    factories.RegionalGroupFactory(countries=["KE"])
    client.force_login(samuel)
    ask(cards["ZA"], resolution, network.everyone, samuel, asked_on=now().date() - timedelta(days=20))
    for added in (("UG", "TZ", "RW", "ET", "NG"), ()):
        client.get(COVERAGE)
        with django_assert_num_queries(13):
            client.get(COVERAGE)
        for code in added:
            card = begin_card(assembly, country=code, by=wanjiru, is_checked=True, source=SOURCE, is_open="yes")
            other = factories.ResolutionFactory()
            Watch.objects.create(user=samuel, resolution=other)
            factories.ProposalFactory(resolution=other, countries=[code])
            ask(card, resolution, network.everyone, samuel, asked_on=now().date() - timedelta(days=20))
