"""The matrix of a past day."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils.timezone import now

from coalitions.models import Position, Reading
from resolutions.models import Contribution, ProposalEvent
from tests import factories
from tests.coalitions.matrix.looking import MATRIX, QUERIES, ask, cell, filled, page, past_assembly, shown, words

pytestmark = pytest.mark.django_db


def test_the_matrix_of_a_past_day_shows_what_was_known_then(client, wanjiru, groups, fifty):
    everyone = wanjiru.memberships.get().coalition.everyone
    early = now() - timedelta(days=10)
    document = factories.ContributionFactory(received_at=early)
    old = ask(fifty, groups["ATU"], contribution=document, status="withdrawn", superseded_at=now() - timedelta(days=1), moved_at=now())
    for days, status in ((10, "preliminary"), (6, "common"), (2, "withdrawn")):
        at = now() - timedelta(days=days)
        ProposalEvent.objects.create(proposal=old, kind="status", status=status, at=at, recorded_at=at)
    ask(fifty, groups["CEPT"])
    Reading.objects.create(proposal=old, circle=everyone, tone="risk", at=now() - timedelta(days=9))
    Reading.objects.create(proposal=old, circle=everyone, tone="good", at=now() - timedelta(days=3))
    Position.objects.create(circle=everyone, resolution=fifty, version=1, stance="oppose", at=now() - timedelta(days=8))
    Position.objects.create(circle=everyone, resolution=fifty, version=2, stance="support", at=now() - timedelta(days=1))

    def then(days):
        return page(client, wanjiru, as_of=(now() - timedelta(days=days)).date().isoformat())

    seven, four, two = then(7), then(4), then(2)
    assert words(cell(seven, "ATU")) == "MOD ? unfavourable, modification, preliminary"
    assert words(cell(seven, "CEPT")) == "nothing received"
    assert words(cell(seven, "Us")) == "Oppose v1"
    assert words(cell(four, "ATU")) == "MOD unfavourable, modification"
    assert words(cell(four, "Us")) == "Oppose v1, to be reviewed"
    assert words(cell(two, "ATU")) == "MOD withdrawn, modification"
    assert "As it was known at the end of" in seven
    assert "show=moved" not in seven
    assert "None had been received by the end of" in then(20)
    today = page(client, wanjiru)
    assert words(cell(today, "ATU")) == "nothing received"
    assert words(cell(today, "Us")).startswith("Support v2")
    assert "As it was known" not in today


def test_a_day_of_an_earlier_cycle_shows_its_assembly(client, wanjiru, groups, fifty):
    received = factories.ContributionFactory(assembly=past_assembly(), received_at=datetime(2024, 9, 20, tzinfo=UTC))
    ask(fifty, groups["ATU"], contribution=received)
    factories.AssemblyFactory()
    body = page(client, wanjiru, as_of="2024-10-01")
    assert "<bdi>WTSA-24</bdi>" in body
    assert shown(body) == ["50"]
    assert shown(page(client, wanjiru)) == []


@pytest.mark.parametrize("day", ["not a day", "2028-02-31", "2999-01-01"])
def test_a_day_that_has_not_passed_gets_a_sentence_and_the_matrix_of_now(client, wanjiru, groups, fifty, day):
    ask(fifty, groups["ATU"])
    body = page(client, wanjiru, as_of=day)
    assert "This is not a day that has passed" in body
    assert shown(body) == ["50"]


def test_a_past_day_costs_no_more(client, wanjiru, groups, fifty, django_assert_num_queries):
    filled(groups, wanjiru, 3)
    Contribution.objects.update(received_at=now() - timedelta(days=5))
    for model in (Reading, Position):
        model.objects.update(at=now() - timedelta(days=4))
    client.force_login(wanjiru)
    client.get(MATRIX)
    with django_assert_num_queries(QUERIES):
        client.get(MATRIX, {"as_of": (now() - timedelta(days=1)).date().isoformat()})
