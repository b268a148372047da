"""The board, and the chart above it."""

import gzip
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import now

from coalitions.domain.burndown import burndown, weeks_before
from coalitions.models import FollowUp, FollowUpEvent, Membership
from coalitions.services import follow_ups as services
from tests import factories
from tests.coalitions.follow_ups.helpers import BOARD, make, page

pytestmark = pytest.mark.django_db


def test_the_board_shows_mine_the_teams_and_what_nobody_has(client, network, wanjiru, samuel):
    make(network, samuel, title="Mine to do", owner=samuel)
    make(network, wanjiru, title="Hers to do", owner=wanjiru)
    make(network, wanjiru, title="Nobody does it")
    mine, team, nobody = (page(client, samuel, BOARD, tab=tab) for tab in ("mine", "team", "nobody"))
    assert ["Mine to do" in mine, "Hers to do" in mine, "Nobody does it" in mine] == [True, False, False]
    assert ["Mine to do" in team, "Hers to do" in team, "Nobody does it" in team] == [True, True, True]
    assert ["Mine to do" in nobody, "Hers to do" in nobody, "Nobody does it" in nobody] == [False, False, True]


def test_a_backup_finds_it_among_hers(client, network, wanjiru, samuel):
    make(network, wanjiru, title="She steps in", owner=wanjiru, backup=samuel)
    assert "She steps in" in page(client, samuel, BOARD)


def test_a_follow_up_about_nothing_but_itself_has_one_line_of_facts(client, network, wanjiru, samuel):
    make(network, samuel, title="Alone", owner=samuel)
    card = page(client, samuel, BOARD).split('class="followup"')[1].split("</li>")[0]
    assert card.count('class="meta"') == 1


def test_columns_count_what_they_hold(client, network, wanjiru, samuel):
    first, second, _third = (make(network, samuel, title=f"In hand {number}", owner=samuel) for number in range(3))
    services.block(first, by=samuel)
    services.done(second, by=samuel)
    make(network, wanjiru, title="Not accepted yet", owner=samuel)
    board = page(client, samuel, BOARD, tab="team")
    counts = re.findall(r'id="column-([a-z-]+)">.*?<span class="(count|total)">(\d+)</span>', board, re.DOTALL)
    # In brackets only what still needs someone.
    assert counts == [("to-accept", "count", "1"), ("in-hand", "total", "1"), ("blocked", "total", "1"), ("closed", "total", "1")]


@pytest.mark.parametrize(("language", "heading"), [("en", "Done"), ("fr", "Faites"), ("es", "Hechas")])
def test_the_column_of_those_done_speaks_of_several(client, network, language, heading):
    reader = factories.member(network, language=language)
    services.done(make(network, reader, owner=reader), by=reader)
    board = page(client, reader, BOARD, tab="team")
    [closed] = re.findall(r'id="column-closed">(.*?)</h2>', board, re.DOTALL)
    assert re.sub("<[^>]+>", "", closed).split() == [heading, "1"]


def test_the_last_ten_closed_are_shown_with_a_way_to_all(client, network, samuel):
    for number in range(12):
        services.done(make(network, samuel, title=f"Closed {number:02}", owner=samuel), by=samuel)
    board = page(client, samuel, BOARD, tab="team")
    assert len(re.findall(r"Closed \d\d</bdi>", board)) == 10
    assert 'href="?tab=team&state=closed"' in board
    everything = page(client, samuel, BOARD, tab="team", state="closed")
    assert len(re.findall(r"Closed \d\d</bdi>", everything)) == 12


def test_open_ones_come_in_pages_of_25(client, network, samuel):
    for number in range(27):
        make(network, samuel, title=f"Open {number:02}", owner=samuel, due_at=now() + timedelta(days=number + 1))
    first, second = page(client, samuel, BOARD), page(client, samuel, BOARD, page="2")
    assert len(re.findall(r"Open \d\d</bdi>", first)) == 25
    assert re.findall(r"(Open \d\d)</bdi>", second) == ["Open 25", "Open 26"]


def test_filters_narrow_by_person_resolution_and_state(client, network, wanjiru, samuel):
    resolution = factories.ResolutionFactory(number=50)
    make(network, wanjiru, title="First", owner=wanjiru, resolution=resolution)
    make(network, wanjiru, title="Second", owner=samuel)
    services.block(make(network, samuel, title="Third", owner=samuel), by=samuel)

    def titles(**query):
        return re.findall(r"(First|Second|Third)</bdi>", page(client, wanjiru, BOARD, tab="team", **query))

    assert titles(person=str(samuel.public_id)) == ["Second", "Third"]
    assert titles(resolution="50") == ["First"]
    assert titles(state="blocked") == ["Third"]
    assert titles(resolution="50", state="blocked") == []
    assert "No follow-up matches." in page(client, wanjiru, BOARD, tab="team", resolution="50", state="blocked")


def test_who_works_in_two_coalitions_may_look_at_one(client, network, samuel):
    other = factories.coalition("Another network")
    factories.admit(other, user=samuel, role=Membership.Role.MEMBER)
    make(network, samuel, title="Here", owner=samuel)
    make(other, samuel, title="There", owner=samuel)
    assert re.findall(r"(Here|There)</bdi>", page(client, samuel, BOARD, coalition=str(other.public_id))) == ["There"]


@pytest.mark.parametrize(
    "query", [{"page": "x"}, {"tab": "x"}, {"state": "x"}, {"person": "x"}, {"resolution": "\x00"}, {"coalition": "1"}]
)
def test_a_query_that_says_nothing_filters_nothing(client, network, samuel, query):
    make(network, samuel, title="Still here", owner=samuel)
    assert "Still here" in page(client, samuel, BOARD, **({"tab": "team"} | query))


@pytest.mark.parametrize(("minutes", "told"), [(48 * 60 - 1, False), (48 * 60, False), (48 * 60 + 1, True)])
def test_over_48_hours_are_more_than_48(client, network, wanjiru, samuel, minutes, told):
    with time_machine.travel("2028-03-01T12:00Z", tick=False) as clock:
        make(network, samuel, due_at=now() + timedelta(days=20))
        make(network, samuel, due_at=now() + timedelta(days=20), owner=wanjiru)
        clock.shift(timedelta(minutes=minutes))
        assert ("1 that nobody has had for over 48 h" in page(client, wanjiru, BOARD)) == told


@pytest.mark.parametrize(
    ("minutes", "said"), [(-24 * 60, ""), (-24 * 60 + 1, "due soon"), (-1, "due soon"), (0, "due soon"), (1, "overdue"), (9999, "overdue")]
)
def test_a_day_before_it_is_due_soon_and_after_its_instant_overdue(client, network, samuel, minutes, said):
    with time_machine.travel("2028-03-01T12:00Z", tick=False) as clock:
        due = now() + timedelta(days=20)
        _open, closed = (make(network, samuel, title=title, due_at=due, owner=samuel) for title in ("Open one", "Closed one"))
        services.done(closed, by=samuel)
        clock.move_to(due + timedelta(minutes=minutes))
        board = page(client, samuel, BOARD, tab="team")
        cards = {title: board.split(f"{title}</bdi>")[1].split("</li>")[0] for title in ("Open one", "Closed one")}
    words = ("due soon", "overdue")
    assert [word for word in words if word in cards["Open one"]] == [said] * bool(said)
    assert [word for word in words if word in cards["Closed one"]] == []


def test_every_number_of_the_board(network, wanjiru, samuel, ama):
    """One row of each sort; `shown` is what Ama has."""
    start = datetime(2028, 3, 1, 12, tzinfo=UTC)
    with time_machine.travel(start, tick=False) as clock:
        make(network, wanjiru)
        make(network, wanjiru, owner=samuel, backup=ama)
        make(network, wanjiru, owner=ama, backup=samuel)
        make(network, wanjiru, owner=wanjiru)
        services.done(make(network, wanjiru, owner=samuel), by=wanjiru)
        services.block(make(network, wanjiru, owner=ama, due_at=start + timedelta(days=1)), by=wanjiru)
        services.drop(make(network, wanjiru, owner=ama, due_at=start + timedelta(days=1)), by=wanjiru)
        clock.shift(timedelta(hours=49))
        make(network, wanjiru)
        tally = FollowUp.objects.visible_to(samuel).tally(samuel, shown=Q(owner=ama), weeks=[start + timedelta(days=2), start])
    assert tally == {
        "mine": 2,
        "team": 6,
        "nobody": 2,
        "nobody_for_long": 1,
        "overdue": 1,
        "shown": 2,
        "closed": 1,
        "to_accept": 1,
        "in_hand": 0,
        "blocked": 1,
        "done": 0,
        "dropped": 1,
        "overdue_0": 1,
        "overdue_1": 0,
    }


def test_leads_are_told_what_has_had_nobody_for_two_days(client, network, wanjiru, samuel):
    with time_machine.travel(now() - timedelta(hours=49)):
        make(network, samuel)
    make(network, samuel)
    assert "1 that nobody has had for over 48 h" in page(client, wanjiru, BOARD)
    assert "for over 48 h" not in page(client, samuel, BOARD)


def test_a_lead_without_second_factor_learns_why_she_cannot_assign(client, network, wanjiru, samuel, settings):
    settings.LEADS_NEED_SECOND_FACTOR = True
    follow_up = make(network, samuel)
    assert "first protect your account with a second factor" in page(client, wanjiru, BOARD, tab="nobody")
    assert client.get(reverse("coalitions:follow-up-assign", args=[follow_up.public_id])).status_code == 403


def test_empty_boards_teach_one_thing(client, network, samuel):
    assert "Create the first one" in page(client, samuel, BOARD)
    assert "Every follow-up has someone" in page(client, samuel, BOARD, tab="nobody")


def test_the_board_asks_the_same_few_questions_at_any_size(
    client, network, wanjiru, samuel, ama, circle, settings, django_assert_num_queries
):
    settings.LEADS_NEED_SECOND_FACTOR = True
    from_where = {"mine": 7, "team": 8, "nobody": 6}
    for _size in range(2):
        for state in ("open", "done"):
            made = make(network, wanjiru, owner=samuel, backup=ama, resolution=factories.ResolutionFactory())
            if state == "done":
                services.done(made, by=samuel)
            make(circle, samuel, owner=samuel)
            make(network, samuel)
        client.force_login(samuel)
        client.get(BOARD)  # the visit is noted once
        for tab, number in from_where.items():
            with django_assert_num_queries(number):
                client.get(BOARD, {"tab": tab})


def test_the_board_fits_a_bad_line(client, network, wanjiru, samuel):
    for number in range(30):
        make(network, wanjiru, title=f"Ask authority number {number} whether its position on the text is settled", owner=samuel)
    assert len(gzip.compress(page(client, wanjiru, BOARD, tab="team").encode())) < 15 * 1024


def test_who_saves_data_gets_the_chart_on_demand(client, network, samuel):
    make(network, samuel)
    client.force_login(samuel)
    spare = client.get(BOARD, {"tab": "team"}, headers={"Save-Data": "on"}).content.decode()
    assert ["<svg viewBox" in spare, "See the chart" in spare] == [False, True]
    assert "<svg viewBox" in client.get(BOARD, {"tab": "team", "chart": "1"}, headers={"Save-Data": "on"}).content.decode()


def test_the_chart_is_small_and_has_its_table(client, network, samuel):
    make(network, samuel)
    board = page(client, samuel, BOARD, tab="team")
    drawing = re.search(r"<svg viewBox.*?</svg>", board, re.DOTALL)[0]
    assert len(gzip.compress(drawing.encode())) < 1536
    assert board.count('<th scope="row"><time') == 8


def test_the_chart_walks_back_from_now_over_what_was_opened_and_closed(network, samuel):
    start = datetime(2026, 11, 2, 12, tzinfo=UTC)
    with time_machine.travel(start, tick=False):
        old, late = make(network, samuel), make(network, samuel, due_at=start + timedelta(days=10))
    with time_machine.travel(start + timedelta(days=9), tick=False):
        services.done(old, by=samuel)
    with time_machine.travel(start + timedelta(days=16), tick=False):
        services.reopen(old, by=samuel)
        services.drop(late, by=samuel)
    instant = start + timedelta(days=22)
    with time_machine.travel(instant, tick=False):
        weeks = weeks_before(instant)
        tally = FollowUp.objects.visible_to(samuel).tally(samuel, shown=Q(), weeks=weeks)
        chart = burndown(instant, tally=tally, moves=FollowUpEvent.objects.visible_to(samuel).moves_since(weeks))
    assert [point.open for point in chart.points] == [0, 0, 0, 0, 2, 2, 1, 1]
    assert [point.overdue for point in chart.points] == [0, 0, 0, 0, 0, 0, 1, 1]


@pytest.mark.parametrize(
    ("sort", "in_order"),
    [
        ("", ["second", "third", "first"]),
        ("newest", ["third", "second", "first"]),
        ("changed", ["first", "third", "second"]),
        ("person", ["first", "second", "third"]),
        ("resolution", ["third", "first", "second"]),
        ("title", ["second", "third", "first"]),
    ],
)
def test_the_board_has_the_order_asked_for_and_keeps_it(
    client, network, wanjiru, samuel, ama, sort, in_order, settings, django_assert_num_queries
):
    settings.LEADS_NEED_SECOND_FACTOR = True
    resolutions = [factories.ResolutionFactory(number=number) for number in (2, 50)]
    rows = (9, "first", ama, resolutions[1]), (2, "second", samuel, None), (5, "third", None, resolutions[0])
    for days, title, owner, resolution in rows:
        made = make(network, wanjiru, title=title, owner=owner, resolution=resolution, due_at=now() + timedelta(days=days))
        at = now() + timedelta(minutes=made.pk)
        FollowUp.objects.filter(pk=made.pk).update(created_at=at, changed_at=at)
    FollowUp.objects.filter(owner=ama).update(changed_at=now() + timedelta(days=400))
    client.force_login(samuel)
    client.get(BOARD)

    with django_assert_num_queries(8):
        answer = client.get(BOARD, {"tab": "team", "sort": sort})

    assert [row.title for row in answer.context["page"]] == in_order
    kept = "" if sort in ("", "title") else f"&amp;sort={sort}"
    assert f'?tab=nobody{kept}"' in answer.content.decode()
    done = client.get(BOARD, {"tab": "team", "state": "closed", "sort": sort})
    assert list(done.context["page"]) == []
