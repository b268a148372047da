"""The matrix of a past day."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils.timezone import now

from coalitions.models import Position, Reading
from resolutions.models import Contribution, ProposalEvent, Watch
from tests import factories
from tests.coalitions.texts.matrix.helpers import MATRIX, QUERIES, ask, cell, filled, page, past_assembly, record_reading, shown, words

# In the middle of a day: hers, which is what a past day is one of, is that of the clock here.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_september")]


def test_the_matrix_of_a_past_day_shows_what_was_known_then(client, wanjiru, groups, fifty):
    everyone = wanjiru.memberships.get().coalition.everyone
    early = now() - timedelta(days=10)
    document = factories.ContributionFactory(received_at=early)
    old = ask(fifty, groups["ATU"], contribution=document, status="withdrawn", superseded_at=now() - timedelta(days=1), moved_at=now())
    for days, kind, status in ((10, "new", "preliminary"), (6, "changed", "common"), (2, "withdrawn", "withdrawn")):
        at = now() - timedelta(days=days)
        ProposalEvent.objects.create(proposal=old, kind=kind, status=status, at=at, recorded_at=at)
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


@pytest.mark.parametrize(
    ("zone", "instant", "is_said"),
    [
        ("Pacific/Fiji", datetime(2028, 9, 10, 20, tzinfo=UTC), False),  # there it is the 11th already
        ("America/Bogota", datetime(2028, 9, 11, 2, tzinfo=UTC), True),  # there it is still the 10th
    ],
)
def test_whether_a_day_is_still_to_come_the_calendar_of_the_reader_says(client, network, groups, fifty, zone, instant, is_said):
    with time_machine.travel(instant, tick=False):
        reader = factories.member(network, time_zone=zone)
        body = page(client, reader, as_of="2028-09-11")
    assert ["That day has not passed yet" in body, "As it was known" in body] == [is_said, False]


@pytest.mark.parametrize("day", ["has not passed yet", "2028-02-31", "2999-01-01"])
def test_a_day_that_has_not_passed_gets_a_sentence_and_the_matrix_of_now(client, wanjiru, groups, fifty, day):
    ask(fifty, groups["ATU"])
    body = page(client, wanjiru, as_of=day)
    assert "That day has not passed yet" in body
    assert shown(body) == ["50"]


def test_a_past_day_costs_no_more(client, wanjiru, groups, fifty, django_assert_num_queries):
    filled(groups, wanjiru, 3)
    Contribution.objects.update(received_at=now() - timedelta(days=5))
    for model in (Reading, Position):
        model.objects.update(at=now() - timedelta(days=4))
    client.force_login(wanjiru)
    client.get(MATRIX)
    with django_assert_num_queries(QUERIES - 1):
        client.get(MATRIX, {"as_of": (now() - timedelta(days=1)).date().isoformat()})


# --- A cell, opened from it --------------------------------------------------------------------------------------------


def test_a_cell_of_a_past_day_opens_the_proposals_as_they_stood_then(client, wanjiru, groups, fifty):
    Watch.objects.create(user=wanjiru, resolution=fifty, created_at=now() - timedelta(days=11))
    document = factories.ContributionFactory(number="35", received_at=now() - timedelta(days=10))
    first = ask(fifty, groups["ATU"], contribution=document, identifier="AFCP/35/1", status="withdrawn", fate="dropped", moved_at=now())
    replaced = ask(fifty, groups["ATU"], contribution=document, identifier="AFCP/35/2", superseded_at=now() - timedelta(days=1))
    steps = [
        (10, "new", "preliminary", ""),
        (6, "status", "common", ""),
        (2, "withdrawn", "withdrawn", ""),
        (1, "fate", "withdrawn", "dropped"),
    ]
    for days, kind, status, fate in steps:
        at = now() - timedelta(days=days)
        ProposalEvent.objects.create(proposal=first, kind=kind, status=status, fate=fate, at=at, recorded_at=at)
    ask(fifty, groups["ATU"], identifier="AFCP/36/1")
    for days, tone, note in ((9, "risk", "Ties names to people."), (3, "good", "Much better now.")):
        Reading.objects.create(
            proposal=first, circle=wanjiru.memberships.get().coalition.everyone, tone=tone, note=note, at=now() - timedelta(days=days)
        )

    def then(days):
        return page(client, wanjiru, "/matrix/50/ATU/", as_of=(now() - timedelta(days=days)).date().isoformat())

    def said(body):
        names = ("AFCP/35/1", "AFCP/35/2", "AFCP/36/1")
        marks = ("preliminary", "common proposal", "withdrawn", "not taken up", "Ties names", "Much better", "since replaced")
        return [name for name in (*names, *marks) if name in body]

    assert said(then(8)) == ["AFCP/35/1", "AFCP/35/2", "preliminary", "Ties names", "since replaced"]
    assert said(then(5)) == ["AFCP/35/1", "AFCP/35/2", "common proposal", "Ties names", "since replaced"]
    assert said(then(2)) == ["AFCP/35/1", "AFCP/35/2", "withdrawn", "Ties names", "Much better", "since replaced"]
    assert "None had been received by the end of" in then(20)
    eight = then(8)
    assert "As it was known at the end of" in eight
    assert f'href="/matrix/?as_of={(now() - timedelta(days=8)).date()}"' in eight
    assert ["Record the reading" in eight, "changed since your last visit" in eight] == [False, False]
    today = page(client, wanjiru, "/matrix/50/ATU/")
    assert said(today) == ["AFCP/35/1", "AFCP/36/1", "withdrawn", "not taken up", "Ties names", "Much better"]
    assert ["Record the reading" in today, "changed since your last visit" in today, "As it was known" in today] == [True, True, False]
    assert replaced.public_id != first.public_id


def test_the_matrix_of_a_past_day_opens_its_cells_on_that_day(client, wanjiru, groups, fifty):
    ask(fifty, groups["ATU"], contribution=factories.ContributionFactory(received_at=now() - timedelta(days=10)))
    day = (now() - timedelta(days=2)).date()
    assert f'href="50/ATU/?as_of={day}"' in page(client, wanjiru, as_of=day.isoformat(), region="ATU")
    assert 'href="50/ATU/"' in page(client, wanjiru)


def test_who_signed_before_a_later_change_is_said_not_to_be_known(client, wanjiru, groups, fifty):
    early = factories.ContributionFactory(received_at=now() - timedelta(days=10))
    proposal = ask(fifty, groups["ATU"], contribution=early, countries=["KE"])
    at = now() - timedelta(days=4)
    ProposalEvent.objects.create(proposal=proposal, kind="signed", status="submitted", at=at, recorded_at=at)

    def then(days):
        return page(client, wanjiru, "/matrix/50/ATU/", as_of=(now() - timedelta(days=days)).date().isoformat())

    said = "The signatories changed after that day. Those named here sign it now."
    assert [said in then(6), said in then(3), said in page(client, wanjiru, "/matrix/50/ATU/")] == [True, False, False]


def test_a_cell_of_an_earlier_cycle_is_that_of_its_assembly(client, wanjiru, groups, fifty):
    received = factories.ContributionFactory(assembly=past_assembly(), number="24", received_at=datetime(2024, 9, 20, tzinfo=UTC))
    ask(fifty, groups["ATU"], contribution=received, identifier="AFCP/24/1")
    ask(fifty, groups["ATU"], identifier="AFCP/28/1")
    then, today = page(client, wanjiru, "/matrix/50/ATU/", as_of="2024-10-01"), page(client, wanjiru, "/matrix/50/ATU/")
    assert [name in body for body in (then, today) for name in ("AFCP/24/1", "AFCP/28/1")] == [True, False, False, True]


@pytest.mark.parametrize("day", ["has not passed yet", "2999-01-01"])
def test_a_cell_of_a_day_that_has_not_passed_is_that_of_now_and_says_so(client, wanjiru, groups, fifty, day):
    ask(fifty, groups["ATU"], identifier="AFCP/36/1")
    body = page(client, wanjiru, "/matrix/50/ATU/", as_of=day)
    assert ["That day has not passed yet" in body, "AFCP/36/1" in body, "Record the reading" in body] == [True, True, True]


@pytest.mark.parametrize("proposals", [1, 6])
def test_a_cell_of_a_past_day_costs_less_than_that_of_now(client, wanjiru, groups, fifty, proposals, django_assert_num_queries):
    for _number in range(proposals):
        document = factories.ContributionFactory(received_at=now() - timedelta(days=5))
        record_reading(ask(fifty, groups["ATU"], contribution=document, countries=["KE", "ZA"]), wanjiru, "risk")
    Reading.objects.update(at=now() - timedelta(days=4))
    client.force_login(wanjiru)
    client.get("/matrix/50/ATU/")
    with django_assert_num_queries(11):  # nothing is written there: no circles to write in
        client.get("/matrix/50/ATU/", {"as_of": (now() - timedelta(days=1)).date().isoformat()})


def test_a_number_kept_is_no_more_seen_in_a_cell_of_a_past_day(client, wanjiru, samuel, groups, fifty):
    week_ago, yesterday = now() - timedelta(days=7), (now() - timedelta(days=1)).date().isoformat()
    kept = factories.ContributionFactory(number="TD55", access="number", language="", entered_by=samuel, received_at=week_ago)
    ask(fifty, groups["ATU"], contribution=kept, identifier="AFCP/TD55/1")
    told = ["TD55" in page(client, person, "/matrix/50/ATU/", as_of=yesterday) for person in (samuel, wanjiru)]
    assert told == [True, False]
