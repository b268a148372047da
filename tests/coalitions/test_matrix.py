"""The matrix and its cells, as people meet them."""

import csv
import gzip
import io
import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils.timezone import now
from openpyxl import load_workbook

from coalitions.models import Circle, CircleMembership, KeptNumber, Position, Reading
from coalitions.services.positions import take_position
from coalitions.services.readings import read_proposal
from resolutions.models import Assembly, Contribution, Proposal, ProposalEvent, RegionalGroup
from resolutions.services.watching import watch
from tests import factories

pytestmark = pytest.mark.django_db

MATRIX = "/matrix/"
# Session, person, standing, circles, topics to choose from, regional groups, assembly, counts of the quick filters, resolutions,
# readings, proposals, positions.
QUERIES = 12


@pytest.fixture
def network():
    return factories.coalition()


@pytest.fixture
def wanjiru(network):
    return factories.lead(network, name="Wanjiru Kamau", seen_at=now(), seen_before_at=now() - timedelta(days=3))


@pytest.fixture
def samuel(network):
    return factories.member(network, name="Samuel Otieno", seen_at=now(), seen_before_at=now() - timedelta(days=3))


@pytest.fixture
def groups():
    """Three of the six, and one that the ITU does not count."""
    for code, acronym, recognised in (("ATU", "ATU", True), ("CEPT", "CEPT", True), ("RCC", "RCC", True), ("CTU", "CTU", False)):
        RegionalGroup.objects.create(code=code, acronym_en=acronym, name_en=f"Union {code}", is_recognised=recognised)
    return {group.code: group for group in RegionalGroup.objects.all()}


@pytest.fixture
def fifty():
    return factories.ResolutionFactory(number=50, slug="50", title_en="Cybersecurity")


def page(client, user, address=MATRIX, **query):
    client.logout()
    client.force_login(user)
    answer = client.get(address, query)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def cell(body, column):
    """What the cell of the first row in this column holds."""
    found = re.search(rf'<td role="cell"[^>]*data-label="{column}">(.*?)</td>', body, re.DOTALL)
    return found[1]


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split()).replace(" ,", ",")


def shown(body):
    return re.findall(r'<bdi class="number[^"]*">([^<]+)</bdi>', body)


def ask(resolution, group=None, **fields):
    if group is None and "countries" not in fields:
        fields.setdefault("sources", ["USA"])
    return factories.ProposalFactory(resolution=resolution, group=group, **fields)


def move(proposal, kind):
    """As every service does that changes a proposal."""
    event = ProposalEvent.objects.create(proposal=proposal, kind=kind, status=proposal.status)
    Proposal.objects.filter(pk=proposal.pk).update(moved_at=event.recorded_at)


def read(proposal, by, tone, *, circle=None, note=""):
    return read_proposal(proposal, circle=circle or by.memberships.get().coalition.everyone, tone=tone, note=note, by=by)


def filled(groups, person, rows, a_cell=2):
    """So many resolutions, with proposals, readings and positions in every column."""
    network = person.memberships.get().coalition
    for number in range(1, rows + 1):
        resolution = factories.ResolutionFactory(number=number, slug=str(number))
        for group in [*groups.values(), None]:
            for turn in range(a_cell):
                proposal = ask(resolution, group, action=("MOD", "NOC")[turn % 2], countries=["US"] if group is None else [])
                read(proposal, person, ("risk", "good", "mixed")[(number + turn) % 3])
        take_position(resolution, circle=network.everyone, stance="support", by=person)


# --- The numbers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3, 45])
def test_the_matrix_costs_the_same_whatever_it_holds(client, wanjiru, groups, rows, django_assert_num_queries):
    filled(groups, wanjiru, rows)
    client.force_login(wanjiru)
    client.get(MATRIX)
    with django_assert_num_queries(QUERIES):
        client.get(MATRIX)


def test_forty_rows_by_nine_fit_the_budget(client, wanjiru):
    Assembly.objects.all().delete()
    codes = ("ATU", "APT", "LAS", "CEPT", "CITEL", "RCC")
    filled({code: factories.RegionalGroupFactory(code=code, acronym_en=code) for code in codes}, wanjiru, 40, a_cell=4)
    client.force_login(wanjiru)
    answer = client.get(MATRIX)
    assert len(shown(answer.content.decode())) == 40
    assert len(gzip.compress(answer.content)) < 25 * 1024


@pytest.mark.parametrize("proposals", [1, 6])
def test_a_cell_costs_the_same_whatever_it_holds(client, wanjiru, groups, fifty, proposals, django_assert_num_queries):
    for _number in range(proposals):
        read(ask(fifty, groups["ATU"], countries=["KE", "ZA"]), wanjiru, "risk")
    client.force_login(wanjiru)
    client.get("/matrix/50/ATU/")
    # Session, person, standing, resolution, groups, assembly, proposals, circles to write in, readings, who is here.
    with django_assert_num_queries(10):
        client.get("/matrix/50/ATU/")


def test_the_files_cost_the_same_whatever_they_hold(client, wanjiru, groups, django_assert_num_queries):
    filled(groups, wanjiru, 45)
    client.force_login(wanjiru)
    client.get(MATRIX)
    with django_assert_num_queries(QUERIES - 1):  # no topics to choose from
        client.get("/matrix/export.csv")


# --- What a cell says ---------------------------------------------------------------------------------------------------


def test_a_cell_holds_the_set_of_proposals_and_not_one_verdict(client, wanjiru, groups, fifty):
    read(ask(fifty, groups["ATU"]), wanjiru, "good")
    read(ask(fifty, groups["ATU"]), wanjiru, "risk")
    read(ask(fifty, groups["ATU"]), wanjiru, "risk")
    read(ask(fifty, groups["ATU"], action="NOC"), wanjiru, "good")
    held = cell(page(client, wanjiru), "ATU")
    assert words(held) == "MOD 2 unfavourable, modification, 2 proposals MOD favourable, modification NOC favourable, no change"
    assert 'class="cell" data-status="risk"' in held
    assert re.findall(r"#(s-\w+)", held) == ["s-risk", "s-good", "s-good"]


def test_no_change_is_a_result_and_an_empty_cell_says_that_nothing_was_received(client, wanjiru, groups, fifty):
    ask(fifty, groups["ATU"], action="NOC")
    body = page(client, wanjiru)
    assert words(cell(body, "ATU")) == "NOC not read yet, no change"
    assert words(cell(body, "CEPT")) == "nothing received"
    assert 'data-status="none"' in cell(body, "CEPT")


def test_preliminary_late_and_moved_are_said_to_the_eye_and_to_the_ear(client, wanjiru, groups, fifty):
    late = factories.ContributionFactory(is_late=True)
    read(ask(fifty, groups["ATU"], status="preliminary", contribution=late, moved_at=now()), wanjiru, "mixed")
    read(ask(fifty, groups["CEPT"], moved_at=now() - timedelta(days=9)), wanjiru, "mixed")
    body = page(client, wanjiru)
    held = cell(body, "ATU")
    assert words(held) == "MOD ? mixed, modification, preliminary, late, moved since your last visit"
    assert "data-moved" in held
    assert "#s-late" in held
    assert "data-moved" not in cell(body, "CEPT")


def test_what_was_withdrawn_is_struck_and_no_longer_weighs(client, wanjiru, groups, fifty):
    read(ask(fifty, groups["ATU"], status="withdrawn"), wanjiru, "risk")
    read(ask(fifty, groups["ATU"], action="NOC"), wanjiru, "good")
    held = cell(page(client, wanjiru), "ATU")
    assert words(held) == "NOC favourable, no change MOD withdrawn, modification"
    assert '<s><bdi class="itu">MOD</bdi></s>' in held
    assert 'class="cell" data-status="good"' in held
    assert shown(page(client, wanjiru, show="risk")) == []


def test_what_a_later_issue_replaced_and_the_working_texts_of_the_assembly_stand_in_no_cell(client, wanjiru, groups, fifty):
    ask(fifty, groups["ATU"], superseded_at=now())
    ask(fifty, groups["ATU"], is_consolidated=True)
    ask(fifty, groups["ATU"], contribution=factories.ContributionFactory(assembly=past_assembly()))
    assert words(cell(page(client, wanjiru, show="every"), "ATU")) == "nothing received"


def past_assembly():
    return factories.AssemblyFactory(code="WTSA-24", short_name_en="WTSA-24", starts_on=date(2024, 10, 15), ends_on=date(2024, 10, 24))


def test_single_states_are_named_by_three_letters_and_counted_when_there_are_several(client, wanjiru, groups, fifty):
    read(ask(fifty, countries=["US"], action="SUP", sources=["USA"]), wanjiru, "good")
    assert words(cell(page(client, wanjiru), "States")) == "USA SUP favourable, suppression"
    ask(fifty, countries=["BR", "ZA"], sources=["B", "AFS"])
    assert words(cell(page(client, wanjiru), "States")) == "3 States SUP favourable, suppression MOD not read yet, modification"


def test_a_group_the_itu_does_not_count_stands_among_the_states_under_its_code(client, wanjiru, groups, fifty):
    ask(fifty, groups["CTU"])
    body = page(client, wanjiru)
    assert words(cell(body, "States")) == "CTU MOD not read yet, modification"
    assert 'data-label="CTU"' not in body


def test_a_state_that_signs_the_regional_text_and_files_its_own_appears_in_both_ways(client, wanjiru, groups, fifty):
    ask(fifty, groups["ATU"], countries=["KE", "ZA"])
    ask(fifty, countries=["KE"], sources=["KEN"])
    body = page(client, wanjiru)
    assert words(cell(body, "ATU")).startswith("MOD")
    assert words(cell(body, "States")).startswith("KEN MOD")
    for column in ("ATU", "states"):
        opened = page(client, wanjiru, f"/matrix/50/{column}/")
        assert "Signs with its region and also asks alone: Kenya" in opened


# --- Us -----------------------------------------------------------------------------------------------------------------


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


@pytest.fixture
def circle(network, samuel):
    """A circle in which the lead does not stand."""
    circle = Circle.objects.create(coalition=network, kind=Circle.Kind.RESTRICTED, name="Core group", owner=samuel)
    CircleMembership.objects.create(circle=circle, membership=samuel.memberships.get())
    return circle


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
    read(proposal, samuel, "risk", circle=circle)
    assert words(cell(page(client, samuel), "ATU")).startswith("MOD unfavourable")
    assert words(cell(page(client, wanjiru), "ATU")).startswith("MOD not read yet")
    assert [shown(page(client, person, show="risk")) for person in (samuel, wanjiru)] == [["50"], []]
    read(proposal, wanjiru, "good")
    read(proposal, samuel, "risk", circle=circle)
    assert words(cell(page(client, samuel), "ATU")).startswith("MOD favourable")
    assert shown(page(client, samuel, show="risk")) == []


def test_what_a_delegation_keeps_to_itself_stands_in_no_cell_and_no_file(client, wanjiru, samuel, circle, groups, fifty):
    Circle.objects.filter(pk=circle.pk).update(kind="delegation")
    circle.refresh_from_db()
    read(ask(fifty, groups["ATU"]), samuel, "risk", circle=circle)
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
    read(proposal, wanjiru, "risk")
    read(proposal, claire, "good", circle=other.everyone)
    first = page(client, claire)
    assert words(cell(first, "ATU")).startswith("MOD favourable")
    assert [name in first for name in ("A second network", 'name="coalition"')] == [True, True]
    second = page(client, claire, coalition=str(network.public_id))
    assert words(cell(second, "ATU")).startswith("MOD unfavourable")
    assert 'name="coalition"' not in page(client, wanjiru)
    assert words(cell(page(client, wanjiru, coalition=str(other.public_id)), "ATU")).startswith("MOD unfavourable")


def test_who_has_no_coalition_sees_what_is_asked_and_no_column_of_ours(client, network, groups, fifty, wanjiru):
    read(ask(fifty, groups["ATU"], action="NOC"), wanjiru, "risk")
    take_position(fifty, circle=network.everyone, stance="oppose", by=wanjiru)
    for person in (factories.UserFactory(), factories.observer(network)):
        body = page(client, person)
        assert words(cell(body, "ATU")) == "NOC no change, no change"
        assert 'data-label="Us"' not in body
        assert "show=risk" not in body
        assert "show=review" not in body


# --- Rows and filters ---------------------------------------------------------------------------------------------------


def test_rows_are_what_is_asked_or_watched_by_number_with_drafts_last(client, wanjiru, groups):
    draft = factories.ResolutionFactory(number=None, slug="iap-1", label="[IAP-1]")
    for resolution in (draft, factories.ResolutionFactory(number=101), factories.ResolutionFactory(number=2)):
        ask(resolution, groups["ATU"])
    watch(wanjiru, factories.ResolutionFactory(number=60))
    factories.ResolutionFactory(number=70)
    assert shown(page(client, wanjiru)) == ["2", "60", "101", "[IAP-1]"]
    assert shown(page(client, wanjiru, show="every")) == ["2", "60", "70", "101", "[IAP-1]"]
    assert shown(page(client, wanjiru, show="watched")) == ["60"]


def test_quick_filters_count_what_they_leave_within_the_other_filters(client, wanjiru, groups, fifty):
    read(ask(fifty, groups["ATU"], moved_at=now()), wanjiru, "risk")
    read(ask(factories.ResolutionFactory(number=2, title_en="Mandates"), groups["CEPT"]), wanjiru, "good")
    factories.ResolutionFactory(number=3)
    watch(wanjiru, fifty)

    def counts(body):
        links = re.search(r'<ul class="quick-filters">(.*?)</ul>', body, re.DOTALL)[1]
        return [int(n) for n in re.findall(r'<span class="count">(\d+)</span>', links)]

    assert counts(page(client, wanjiru)) == [2, 1, 1, 1, 0, 3]
    assert counts(page(client, wanjiru, region="CEPT")) == [1, 0, 0, 0, 0, 1]
    assert counts(page(client, wanjiru, q="mandates")) == [1, 0, 0, 0, 0, 1]
    body = page(client, wanjiru, show="moved", topic="")
    assert shown(body) == ["50"]
    assert 'href="?show=risk&topic="' in body


def test_region_action_topic_and_words_narrow_the_rows(client, wanjiru, groups, fifty):
    fifty.topics.add(factories.TopicFactory())
    ask(fifty, groups["ATU"], action="NOC")
    ask(fifty, groups["CEPT"])
    ask(factories.ResolutionFactory(number=2), countries=["US"], action="SUP")
    assert shown(page(client, wanjiru, region="ATU")) == ["50"]
    assert shown(page(client, wanjiru, region="states")) == ["2"]
    assert shown(page(client, wanjiru, region="ATU", action="MOD")) == []
    assert shown(page(client, wanjiru, action="MOD")) == ["50"]
    assert shown(page(client, wanjiru, topic="cybersecurity")) == ["50"]
    assert shown(page(client, wanjiru, q="cyber 50")) == ["50"]
    assert re.findall(r'<td role="cell"[^>]*data-label="([^"]+)"', page(client, wanjiru, region="ATU")) == ["ATU", "Us"]
    assert shown(page(client, wanjiru, region="no such", action="XXX", show="no such", page="no such")) == ["2", "50"]


def test_forty_rows_make_a_page_and_its_filters_stay_with_the_next(client, wanjiru, groups):
    for number in range(1, 43):
        ask(factories.ResolutionFactory(number=number), groups["ATU"], action="NOC")
    first = page(client, wanjiru, action="NOC")
    assert shown(first) == [str(number) for number in range(1, 41)]
    assert 'href="?action=NOC&page=2"' in first
    assert shown(page(client, wanjiru, action="NOC", page=2)) == ["41", "42"]


def test_the_address_to_copy_leaves_out_what_is_blank_and_a_fragment_is_a_fragment(client, wanjiru, groups, fifty):
    ask(fifty, groups["ATU"])
    client.force_login(wanjiru)
    answer = client.get(MATRIX, {"q": "", "show": "moved", "region": ""}, headers={"hx-request": "true"})
    assert answer.headers["HX-Push-Url"] == "/matrix/?show=moved"
    assert "<html" not in answer.content.decode()
    assert "http://testserver/matrix/?show=moved</span>" in answer.content.decode()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({}, "No proposal is recorded yet"),
        ({"q": "nothing like it"}, "No resolution matches"),
        ({"show": "watched"}, "You watch no resolution yet"),
    ],
)
def test_an_empty_matrix_says_why(client, wanjiru, groups, query, said):
    factories.AssemblyFactory()
    assert said in page(client, wanjiru, **query)


@pytest.mark.parametrize(
    ("show", "said"),
    [
        ("moved", "Nothing has moved since your last visit"),
        ("risk", "No proposal is read as unfavourable"),
        ("review", "No position is to be reviewed"),
    ],
)
def test_an_empty_quick_filter_says_why(client, wanjiru, groups, fifty, show, said):
    ask(fifty, groups["ATU"])
    assert said in page(client, wanjiru, show=show)


def test_when_contributions_usually_come_is_said_in_days_of_this_assembly(client, wanjiru):
    factories.AssemblyFactory()
    assert "around Mon, 18 Sept 2028" in page(client, wanjiru)
    Assembly.objects.update(starts_on=None)
    assert "about four weeks before the assembly." in page(client, wanjiru)


def test_without_any_assembly_to_come_the_matrix_is_empty_and_stands(client, wanjiru, fifty):
    assert "No proposal is recorded yet" in page(client, wanjiru, show="every")


# --- As of a day --------------------------------------------------------------------------------------------------------


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


# --- In words: the plain table and the files ----------------------------------------------------------------------------


def full_row(groups, wanjiru, fifty):
    late = factories.ContributionFactory(number="38A7", is_late=True)
    read(ask(fifty, groups["CEPT"], contribution=late, identifier="EUR/38A7/1", status="preliminary"), wanjiru, "risk")
    ask(fifty, groups["CEPT"], identifier="EUR/38A8/1", action="NOC")
    ask(fifty, countries=["US"], identifier="USA/48A3/2", action="SUP", status="withdrawn")
    take_position(fifty, circle=wanjiru.memberships.get().coalition.everyone, stance="oppose", by=wanjiru)


FULL_ROW = [
    "nothing received",
    "MOD EUR/38A7/1: unfavourable, preliminary, late\nNOC EUR/38A8/1: not read yet",
    "nothing received",
    "USA SUP USA/48A3/2: withdrawn",
    "Oppose",
    "v1",
    "",
]


def test_the_plain_table_says_the_same_in_words(client, wanjiru, groups, fifty):
    full_row(groups, wanjiru, fifty)
    body = page(client, wanjiru, plain=1)
    told = [cell.replace("<br>", "\n") for cell in re.findall(r"<td>(.*?)</td>", body)]
    assert told == FULL_ROW
    assert "MOD EUR/38A7/1" not in page(client, wanjiru)
    assert 'class="matrix"' not in body


def test_the_files_hold_the_rows_as_shown_in_words(client, wanjiru, groups, fifty):
    full_row(groups, wanjiru, fifty)
    ask(factories.ResolutionFactory(number=2), groups["ATU"])
    client.force_login(wanjiru)
    answer = client.get("/matrix/export.csv", {"region": "", "action": "NOC"})
    assert answer.headers["Content-Disposition"] == f'attachment; filename="matrix-WTSA-28-{now():%Y-%m-%d}.csv"'
    header, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert header == ["Number", "Title", "ATU", "CEPT", "RCC", "States alone", "Our position", "Version", "To be reviewed"]
    assert rows == [["50", "Cybersecurity", *FULL_ROW]]
    answer = client.get("/matrix/export.xlsx", {"action": "NOC"})
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert [[found.value or "" for found in row] for row in sheet.iter_rows()] == [header, [50, "Cybersecurity", *FULL_ROW]]


def test_a_file_of_a_past_day_bears_that_day_and_no_other_kind_exists(client, wanjiru, groups):
    past_assembly()
    client.force_login(wanjiru)
    answer = client.get("/matrix/export.csv", {"as_of": "2024-10-01"})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="matrix-WTSA-24-2024-10-01.csv"'
    assert client.get("/matrix/export.pdf").status_code == 404


# --- Of a restricted document, the number -------------------------------------------------------------------------------


def test_a_number_kept_is_seen_by_who_kept_it_and_where_she_shared_it(client, wanjiru, samuel, circle, groups, fifty):
    kept = factories.ContributionFactory(number="TD55", access="number", language="", entered_by=samuel)
    ask(fifty, groups["ATU"], contribution=kept, identifier="AFCP/TD55/1")
    ama = factories.member(circle.coalition, name="Ama", seen_at=now(), seen_before_at=now())
    places = (MATRIX, "/matrix/?plain=1", "/matrix/export.csv", "/matrix/50/ATU/")

    def told(person):
        return ["TD55" in page(client, person, address) for address in places], shown(page(client, person))

    assert told(samuel) == ([False, True, True, True], ["50"])
    assert told(ama) == ([False] * 4, [])
    CircleMembership.objects.create(circle=circle, membership=ama.memberships.get())
    KeptNumber.objects.create(contribution=kept, circle=circle)
    assert told(ama) == ([False, True, True, True], ["50"])
    assert told(wanjiru) == ([False] * 4, [])
    assert "number only: the text is not kept here" in page(client, ama, "/matrix/50/ATU/")


# --- A cell, opened -----------------------------------------------------------------------------------------------------


def test_an_opened_cell_shows_papers_signatories_and_readings_with_author_and_day(client, wanjiru, groups, fifty):
    document = factories.ContributionFactory(number="38A7", url="https://www.itu.int/md/example", is_late=True)
    proposal = ask(fifty, groups["ATU"], contribution=document, identifier="AFCP/38A7/1", countries=["KE", "ZA", "GH", "NG"], fate="partly")
    read(proposal, wanjiru, "risk", note="Ties names to people.")
    read(proposal, wanjiru, "mixed", note="Better than before.")
    body = page(client, wanjiru, "/matrix/50/ATU/")
    for said in ("AFCP/38A7/1", "38A7", "4 States", "Kenya", "late", "taken up in part", "itu.int", "Better than before.", "Wanjiru K."):
        assert said in body
    current, earlier = body.split("Earlier readings")
    assert ["Ties names" in current, "Ties names" in earlier] == [False, True]
    assert f'action="{reverse("coalitions:reading", args=[proposal.public_id])}"' in body
    assert "/follow-ups/new/?resolution=50" in body


@pytest.mark.parametrize("address", ["/matrix/50/CTU/", "/matrix/50/XYZ/", "/matrix/51/ATU/"])
def test_a_cell_that_is_none_is_not_there(client, wanjiru, groups, fifty, address):
    client.force_login(wanjiru)
    assert client.get(address).status_code == 404


def test_an_empty_cell_says_so_and_an_observer_gets_no_form(client, network, wanjiru, groups, fifty):
    assert "No State asks for something alone on this resolution." in page(client, wanjiru, "/matrix/50/states/")
    read(ask(fifty, groups["ATU"]), wanjiru, "risk", note="For us alone")
    seen = page(client, factories.observer(network), "/matrix/50/ATU/")
    assert "EUR/" in seen
    assert ["For us alone" in seen, "Note the reading" in seen, "Our reading" in seen] == [False, False, False]


def test_the_list_of_resolutions_and_the_matrix_lead_to_each_other(client, wanjiru):
    assert 'href="/matrix/"' in page(client, wanjiru, "/resolutions/")
    assert 'href="/resolutions/"' in page(client, wanjiru)
