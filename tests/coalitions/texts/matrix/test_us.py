"""What the matrix says of us: to whom, and of which circle."""

import pytest
from django.utils.timezone import now

from coalitions.models import Circle, CircleMembership, KeptNumber, Position
from coalitions.positions.services.positions import take_position
from resolutions.models import ProposalEvent
from tests import factories
from tests.coalitions.texts.matrix.helpers import MATRIX, ask, cell, move, page, record_reading, shown, words

pytestmark = pytest.mark.django_db


def test_our_column_says_where_we_stand_and_when_that_is_to_be_reviewed(client, wanjiru, groups, fifty):
    proposal = ask(fifty, groups["ATU"])
    assert words(cell(page(client, wanjiru), "Us")) == "— no position yet"
    take_position(fifty, circle=wanjiru.memberships.get().coalition.everyone, stance="oppose-unless", by=wanjiru)
    assert words(cell(page(client, wanjiru), "Us")) == "Oppose unless changed v1"
    move(proposal, "changed")
    held = cell(page(client, wanjiru), "Us")
    assert words(held) == "Oppose unless changed v1, to be reviewed"
    assert 'data-status="review"' in held
    assert shown(page(client, wanjiru, show="review")) == ["50"]


def test_history_sends_no_position_back_to_be_reviewed(client, wanjiru, groups, fifty):
    take_position(fifty, circle=wanjiru.memberships.get().coalition.everyone, stance="support", by=wanjiru)
    ProposalEvent.objects.create(proposal=ask(fifty, groups["ATU"]), kind="new", status="submitted", is_history=True)
    assert words(cell(page(client, wanjiru), "Us")) == "Support v1"


def test_a_draft_in_a_circle_is_seen_there_alone(client, wanjiru, samuel, circle, groups, fifty):
    ask(fifty, groups["ATU"])
    take_position(fifty, circle=circle, stance="oppose", by=samuel)
    assert words(cell(page(client, samuel), "Us")) == "draft circle"
    assert words(cell(page(client, wanjiru), "Us")) == "— no position yet"
    take_position(fifty, circle=circle.coalition.everyone, stance="support", by=wanjiru)
    assert words(cell(page(client, samuel), "Us")) == "Support v1"
    take_position(fifty, circle=circle, stance="oppose", by=samuel)
    assert words(cell(page(client, samuel), "Us")) == "Support v1, draft in a circle"


def test_the_reading_of_everyone_wins_over_that_of_a_circle(client, wanjiru, samuel, circle, groups, fifty):
    proposal = ask(fifty, groups["ATU"])
    record_reading(proposal, samuel, "risk", circle=circle)
    assert words(cell(page(client, samuel), "ATU")).startswith("MOD unfavourable")
    assert words(cell(page(client, wanjiru), "ATU")).startswith("MOD not read yet")
    assert [shown(page(client, person, show="risk")) for person in (samuel, wanjiru)] == [["50"], []]
    record_reading(proposal, wanjiru, "good")
    record_reading(proposal, samuel, "risk", circle=circle)
    assert words(cell(page(client, samuel), "ATU")).startswith("MOD favourable")
    assert shown(page(client, samuel, show="risk")) == []


def test_what_a_delegation_keeps_to_itself_stands_in_no_cell_and_no_file(client, wanjiru, samuel, circle, groups, fifty):
    Circle.objects.filter(pk=circle.pk).update(kind="delegation")
    circle.refresh_from_db()
    record_reading(ask(fifty, groups["ATU"]), samuel, "risk", circle=circle)
    Position.objects.create(circle=circle, resolution=fifty, version=1, stance="oppose", by=samuel)
    body = page(client, samuel)
    assert words(cell(body, "ATU")).startswith("MOD not read yet")
    assert words(cell(body, "Us")) == "— no position yet"
    assert "oppose" not in page(client, samuel, "/matrix/export.csv").lower()


def test_who_works_in_several_coalitions_reads_the_matrix_of_one_at_a_time(client, network, wanjiru, groups, fifty):
    other = factories.coalition("A second network")
    claire = factories.lead(other, name="Claire")
    CircleMembership.objects.create(circle=network.everyone, membership=network.memberships.create(user=claire, role="lead"))
    proposal = ask(fifty, groups["ATU"])
    record_reading(proposal, wanjiru, "risk")
    record_reading(proposal, claire, "good", circle=other.everyone)
    first = page(client, claire)
    assert words(cell(first, "ATU")).startswith("MOD favourable")
    assert [name in first for name in ("A second network", 'name="coalition"')] == [True, True]
    second = page(client, claire, coalition=str(network.public_id))
    assert words(cell(second, "ATU")).startswith("MOD unfavourable")
    assert 'name="coalition"' not in page(client, wanjiru)
    assert words(cell(page(client, wanjiru, coalition=str(other.public_id)), "ATU")).startswith("MOD unfavourable")


def test_who_has_no_coalition_sees_what_is_asked_and_no_column_of_ours(client, network, groups, fifty, wanjiru):
    record_reading(ask(fifty, groups["ATU"], action="NOC"), wanjiru, "risk")
    take_position(fifty, circle=network.everyone, stance="oppose", by=wanjiru)
    for person in (factories.UserFactory(), factories.observer(network)):
        body = page(client, person)
        assert words(cell(body, "ATU")) == "NOC no change, no change"
        assert 'data-label="Us"' not in body
        assert "show=risk" not in body
        assert "show=review" not in body


# --- Of a restricted document, the number ---------------------------------------------------------------------------


def test_a_number_kept_is_seen_by_who_kept_it_and_where_she_shared_it(client, wanjiru, samuel, circle, groups, fifty):
    kept = factories.ContributionFactory(number="TD55", access="number", language="", entered_by=samuel)
    ask(fifty, groups["ATU"], contribution=kept, identifier="AFCP/TD55/1")
    ama = factories.member(circle.coalition, name="Ama", seen_at=now(), seen_before_at=now())
    places = (MATRIX, "/matrix/?plain=1", "/matrix/export.csv", "/matrix/50/ATU/")

    def told(person):
        return ["TD55" in page(client, person, address) for address in places], shown(page(client, person))

    # A file holds no number that is kept for oneself or a circle.
    assert told(samuel) == ([False, True, False, True], ["50"])
    assert told(ama) == ([False] * 4, [])
    CircleMembership.objects.create(circle=circle, membership=ama.memberships.get())
    KeptNumber.objects.create(contribution=kept, circle=circle)
    assert told(ama) == ([False, True, False, True], ["50"])
    assert told(wanjiru) == ([False] * 4, [])
    assert "number only: the text is not kept here" in page(client, ama, "/matrix/50/ATU/")
