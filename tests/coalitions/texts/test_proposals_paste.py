"""Many proposals at once, from a spreadsheet: what becomes of every cell is shown first; then all of it is stored, or nothing."""

import gzip
import re
from datetime import date
from html import unescape

import pytest
from django.urls import reverse

from resolutions.domain import budgets
from resolutions.importers.pasted_matrix import read_table
from resolutions.models import Contribution, ImportJob, Proposal, ProposalEvent, Resolution, StateSymbol
from tests.factories import (
    AssemblyFactory,
    ClauseFactory,
    ContributionFactory,
    ProposalFactory,
    RegionalGroupFactory,
    ResolutionFactory,
    RevisionFactory,
    RevisionTextFactory,
    coalition,
    member,
    observer,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_september")]

PASTE = reverse("coalitions:proposals-paste")
MATRIX = "Résolution\tUAT\tCEPT\tÉtats\n50\tMOD\tMOD EUR/38A7/1 (late)\tNOC USA/48A3/2\n52 — Spam\t\tNOC EUR/38A7/2 (prelim)\tto be seen\n"


@pytest.fixture
def me():
    AssemblyFactory()
    RegionalGroupFactory()
    RegionalGroupFactory(code="CEPT", acronym_en="CEPT", acronym_fr="CEPT", acronym_es="CEPT", proposal_codes=["EUR"])
    StateSymbol.objects.create(symbol="USA", country="US")
    ResolutionFactory(number=50)
    ResolutionFactory(number=52)
    return member(coalition())


def looked_at(client, pasted, step="look", **more):
    response = client.post(PASTE, {"assembly": "WTSA-28", "pasted": pasted, "step": step, **more})
    return response, " ".join(response.content.decode().split())


def stored() -> list[tuple]:
    rows = Proposal.objects.order_by("contribution__number", "resolution__number", "identifier")
    return list(rows.values_list("contribution__number", "resolution__number", "group__code", "action", "identifier", "status"))


def test_a_matrix_is_shown_cell_by_cell_and_stored_only_then(client, me):
    client.force_login(me)
    response, page = looked_at(client, MATRIX)
    assert Proposal.objects.count() == 0
    assert [len(response.context[name]) for name in ("bad", "new", "there")] == [1, 4, 0]
    assert "It does not begin with MOD, ADD, SUP or NOC." in page
    assert "row 3, column 4" in page
    response, _page = looked_at(client, MATRIX, "save")
    assert (response.status_code, response.url) == (302, reverse("coalitions:matrix"))
    assert stored() == [
        ("38A7", 50, "CEPT", "MOD", "EUR/38A7/1", "submitted"),
        ("38A7", 52, "CEPT", "NOC", "EUR/38A7/2", "preliminary"),
        ("48A3", 50, None, "NOC", "USA/48A3/2", "submitted"),
        ("ATU ?", 50, "ATU", "MOD", "", "submitted"),
    ]
    assert dict(Contribution.objects.values_list("number", "is_late")) == {"38A7": True, "48A3": False, "ATU ?": False}
    assert [str(code) for code in Proposal.objects.get(identifier="USA/48A3/2").countries] == ["US"]


@pytest.mark.parametrize("language", ["fr", "en", "es"])
def test_the_examples_beside_the_form_can_be_pasted_as_they_stand(client, language):
    AssemblyFactory()
    client.force_login(member(coalition(), language=language))
    matrix, proposals = re.findall("<pre[^>]*>(.*?)</pre>", client.get(PASTE).content.decode(), re.DOTALL)
    asked = [*read_table(re.sub(" {2,}", "\t", unescape(matrix))).asked, *read_table(unescape(proposals)).asked]
    said = [(row.resolution, row.action, row.identifier, row.status, row.is_late, row.trouble) for row in asked]
    assert said == [
        ("50", "MOD", "", "", False, None),
        ("50", "MOD", "EUR/38A7/1", "", False, None),
        ("50", "NOC", "USA/48A3/2", "", True, None),
        ("52", "NOC", "", "preliminary", False, None),
        ("50", "MOD", "EUR/38A7/1", "common", False, None),
    ]


def test_sent_twice_it_stores_once_and_says_what_is_here(client, me):
    client.force_login(me)
    looked_at(client, MATRIX, "save")
    response, page = looked_at(client, MATRIX, "save")
    assert (response.status_code, Proposal.objects.count()) == (200, 4)
    assert "Nothing in it is new: all of it is already here." in page
    assert [len(response.context[name]) for name in ("bad", "new", "there")] == [1, 0, 4]


def test_a_table_with_more_than_is_recorded_at_once_is_refused_whole(client, me, monkeypatch):
    client.force_login(me)
    monkeypatch.setattr(budgets, "MOST_PROPOSALS_PASTED", 3)
    response, page = looked_at(client, MATRIX, "save")
    assert (response.status_code, Proposal.objects.count()) == (200, 0)
    assert "This table has 4 new proposals, where 3 are recorded at a time. Paste fewer rows." in page
    monkeypatch.setattr(budgets, "MOST_PROPOSALS_PASTED", 4)
    looked_at(client, MATRIX, "save")
    assert Proposal.objects.count() == 4


def test_a_table_that_stands_on_too_much_is_refused_whole(client, me, monkeypatch):
    """Each document it adds to would stand on little more: together that is too much."""
    client.force_login(me)
    before = AssemblyFactory(code="WTSA-24", starts_on=date(2024, 10, 15), ends_on=date(2024, 10, 24))
    text = RevisionTextFactory(revision=RevisionFactory(resolution=Resolution.objects.get(number=50), assembly=before))
    ClauseFactory(version=text, position=1)
    monkeypatch.setattr(budgets, "MOST_CLAUSES_UNDERNEATH", 1)
    for number in ("38A7", "48A3"):
        ContributionFactory(number=number, language="en")
    _response, page = looked_at(client, "Res;CEPT;États\n50;NOC EUR/38A7/1;NOC USA/48A3/2", "save")
    assert "The texts in force under these proposals have 2 clauses together, where 1 are allowed." in page
    assert not Proposal.objects.exists()
    looked_at(client, "Res;CEPT\n50;NOC EUR/38A7/1", "save")
    assert Proposal.objects.get().clauses.count() == 1


def test_what_is_added_to_the_table_joins_the_documents_that_are_here(client, me):
    client.force_login(me)
    looked_at(client, "Res;CEPT;UAT\n50;MOD EUR/38A7/1;MOD", "save")
    looked_at(client, "Res;CEPT;UAT\n50;MOD EUR/38A7/1;MOD\n52;SUP EUR/38A7/2;NOC", "save")
    assert Contribution.objects.count() == 2
    assert [(number, action) for number, _res, _group, action, _identifier, _status in stored()] == [
        ("38A7", "MOD"),
        ("38A7", "SUP"),
        ("ATU ?", "MOD"),
        ("ATU ?", "NOC"),
    ]


def test_what_is_here_otherwise_is_pointed_out_and_left_alone(client, me):
    here = ProposalFactory(
        contribution=ContributionFactory(number="38A7"), resolution__number=60, identifier="EUR/38A7/9", action="NOC", sources=["EUR"]
    )
    client.force_login(me)
    response, page = looked_at(client, "Res;CEPT\n60;MOD EUR/38A7/9", "save")
    assert response.status_code == 200
    assert ("Is already here, but different" in page, here.get_absolute_url() in page) == (True, True)
    assert (Proposal.objects.get().action, ProposalEvent.objects.count()) == ("NOC", 0)


def test_unknown_resolutions_groups_and_twins_are_told_each_with_its_place(client, me):
    client.force_login(me)
    response, _page = looked_at(client, "Res;CEPT;Atlantis;cept\n999;MOD;;\n50;NOC;MOD;NOC")
    told = {(line.placed.asked.row, line.placed.asked.column): line.placed.outcome.value for line in response.context["bad"]}
    assert told == {(2, 2): "unknown_resolution", (3, 3): "unknown_who"}
    assert [(line.placed.asked.row, line.placed.asked.column) for line in response.context["there"]] == [(3, 4)]


def test_a_column_or_a_cell_may_name_states_and_all_of_them_are_known(client, me):
    client.force_login(me)
    response, _page = looked_at(client, "Res;Kenya;Kenya, USA;Kenya, Atlantis;États membres\n50;MOD;NOC;SUP;SUP EUR/USA/38A7/1")
    assert outcomes(response) == {(2, 2): "new", (2, 3): "new", (2, 4): "unknown_who", (2, 5): "new"}
    found = [(line.placed.group and line.placed.group.code, line.placed.countries) for line in response.context["new"]]
    assert found == [(None, ("KE",)), (None, ("KE", "US")), ("CEPT", ("US",))]


def test_without_an_identifier_it_is_here_where_the_same_ask_the_same(client, me):
    cept = RegionalGroupFactory(code="CEPT")
    fifty = Resolution.objects.get(number=50)
    for fields in ({"countries": ["KE", "ZA"], "action": "MOD"}, {"group": cept, "countries": ["US"], "action": "NOC"}):
        ProposalFactory(resolution=fifty, identifier="", **fields)
    client.force_login(me)
    response, _page = looked_at(client, "Res;Kenya;USA;CEPT;UAT\n50;MOD;MOD;NOC;NOC\n50;NOC;NOC;MOD;")
    assert outcomes(response) == {
        **{(2, 2): "there", (2, 3): "new", (2, 4): "there", (2, 5): "new"},
        **{(3, 2): "new", (3, 3): "new", (3, 4): "new"},
    }


def test_a_status_that_is_not_said_is_no_other_one(client, me):
    for number, status in ((50, "common"), (52, "common")):
        ProposalFactory(resolution=Resolution.objects.get(number=number), identifier=f"EUR/38A7/{number}", status=status)
    client.force_login(me)
    response, _page = looked_at(client, "Res;CEPT\n50;MOD EUR/38A7/50\n52;MOD EUR/38A7/52 (prelim)")
    assert outcomes(response) == {(2, 2): "there", (3, 2): "otherwise"}


def test_late_and_in_time_stand_in_two_documents_of_who_asks(client, me):
    client.force_login(me)
    looked_at(client, "Res;CEPT;Kenya\n50;MOD (late);MOD\n52;MOD;NOC (late)", "save")
    assert list(Contribution.objects.order_by("number").values_list("number", "revision", "is_late")) == [
        ("CEPT ?", 0, False),
        ("CEPT ? LATE", 0, True),
        ("KE ?", 0, False),
        ("KE ? LATE", 0, True),
    ]
    assert list(ImportJob.objects.values_list("kind", "by")) == [("paste", me.pk)]
    assert ProposalEvent.objects.filter(job=ImportJob.objects.get(), by=me).count() == 4


def test_what_is_pasted_has_the_codes_of_its_identifier(client, me):
    client.force_login(me)
    looked_at(client, "Res;CEPT;UAT\n50;MOD EUR/38A7R2/1;MOD", "save")
    rows = Proposal.objects.order_by("contribution__number").values_list("contribution__number", "contribution__revision", "sources")
    assert list(rows) == [("38A7", 2, ["EUR"]), ("ATU ?", 0, [])]


# --- New resolutions ------------------------------------------------------------------------------------------------------

DRAFTS = (
    "Res\tCEPT\tUAT\n[AFCP-1] Rights in standards\t\tADD AFCP/35A1/1\nNew resolution: AI\tADD EUR/38A7/1\tNOC\n[RCC-9]\tMOD\t\n50\tNOC\t\n"
)


def outcomes(response) -> dict[tuple[int, int], str]:
    lines = [line for name in ("bad", "new", "there") for line in response.context[name]]
    return {(line.placed.asked.row, line.placed.asked.column): line.placed.outcome.value for line in lines}


def test_a_new_resolution_that_is_not_here_is_offered_and_nothing_is_begun_unasked(client, me):
    client.force_login(me)
    response, page = looked_at(client, DRAFTS)
    assert outcomes(response) == {
        (2, 3): "unknown_draft",
        (3, 2): "unknown_draft",
        (3, 3): "unknown_draft",
        (4, 2): "unknown_resolution",  # nobody asks to add it
        (5, 2): "new",
    }
    assert page.count("This new resolution is not here yet. Tick it above to record it as a draft.") == 3
    assert [name in page for name in ("Record [AFCP-1] as a draft", "Record AI as a draft", "RCC-9] as a draft")] == [True, True, False]
    assert 'value="Rights in standards"' in page
    looked_at(client, DRAFTS, "save")
    assert (Resolution.objects.filter(number=None).count(), Proposal.objects.count()) == (0, 1)


def test_those_ticked_are_looked_at_again_and_recorded_with_what_is_asked_of_them(client, me):
    client.force_login(me)
    ticked = {"new-language": "en", "new-0-wanted": "on", "new-0-label": "[AFCP-1]", "new-0-title": "Rights in standards"}
    ticked |= {"new-1-wanted": "on", "new-1-label": "EUR-1", "new-1-title": "AI"}
    response, page = looked_at(client, DRAFTS, "save", **ticked)
    # What was just ticked was not looked at yet.
    assert (response.status_code, Resolution.objects.filter(number=None).count()) == (200, 0)
    assert outcomes(response) == {(2, 3): "new", (3, 2): "new", (3, 3): "new", (4, 2): "unknown_resolution", (5, 2): "new"}
    assert ('name="seen" value="0 1"' in page, 'value="EUR-1"' in page) == (True, True)
    response, _page = looked_at(client, DRAFTS, "save", seen="0 1", **ticked)
    assert response.url == reverse("coalitions:matrix")
    rows = Proposal.objects.order_by("resolution__label", "action").values_list("resolution__label", "resolution__title_en", "action")
    assert list(rows.filter(resolution__number=None)) == [
        ("[AFCP-1]", "Rights in standards", "ADD"),
        ("[EUR-1]", "AI", "ADD"),
        ("[EUR-1]", "AI", "NOC"),
    ]
    # The same table once more, without its ticks: all of it is here.
    response, page = looked_at(client, DRAFTS)
    assert set(outcomes(response).values()) == {"there", "unknown_resolution"}
    assert "New resolutions that are not here yet" not in page
    response, _page = looked_at(client, DRAFTS, "save", seen="0 1", **ticked)
    assert (Resolution.objects.filter(number=None).count(), Proposal.objects.count()) == (2, 4)


def test_a_draft_ticked_without_a_label_gets_a_sentence_and_nothing_is_recorded(client, me):
    client.force_login(me)
    ticked = {"new-language": "fr", "new-1-wanted": "on", "new-1-label": "", "new-1-title": "A title I typed", "seen": "1"}
    response, page = looked_at(client, DRAFTS, "save", **ticked)
    assert (response.status_code, Proposal.objects.count()) == (200, 0)
    assert "Give the draft a label, for example [AFCP-1]." in page
    assert 'value="A title I typed"' in page


def test_a_label_of_an_earlier_assembly_is_not_the_draft_of_this_one(client, me):
    old = ResolutionFactory(number=None, slug="old", label="[AFCP-1]", status="draft", title_en="Of long ago")
    ProposalFactory(resolution=old, contribution=ContributionFactory(assembly=AssemblyFactory(code="WTSA-24", starts_on="2024-10-15")))
    client.force_login(me)
    response, _page = looked_at(client, "Res;UAT\n[AFCP-1];ADD")
    assert outcomes(response) == {(2, 2): "unknown_draft"}
    open_one = ResolutionFactory(number=None, slug="open", label="[AFCP-1]", status="draft")
    response, _page = looked_at(client, "Res;UAT\n[AFCP-1];ADD")
    assert [line.placed.resolution for line in response.context["new"]] == [open_one]


@pytest.mark.parametrize("count", [1, 3, 60])
def test_a_preview_with_new_resolutions_costs_no_more(client, me, count, django_assert_num_queries):
    client.force_login(me)
    table = "Res;UAT\n" + "\n".join(f"[AFCP-{n}] Title {n};ADD" for n in range(1, count + 1))
    ticked = {"new-language": "en"} | {f"new-{n}-wanted": "on" for n in range(40)} | {f"new-{n}-label": f"AFCP-{n + 1}" for n in range(40)}
    looked_at(client, table)
    with django_assert_num_queries(10):
        response, _page = looked_at(client, table, **ticked)
    assert len(response.context["new"]) == min(count, 40)
    assert len(gzip.compress(response.content)) < 30 * 1024


def test_history_tells_nobody(client, me):
    client.force_login(me)
    looked_at(client, "Res;CEPT\n50;MOD", "save", is_history="on")
    assert Proposal.objects.get().moved_at is None
    assert ProposalEvent.objects.get().is_history is True


@pytest.mark.parametrize(("pasted", "said"), [("", "Nothing was pasted."), ("no table", "The columns were not recognised.")])
def test_what_is_no_table_gets_a_sentence_and_stays(client, me, pasted, said):
    client.force_login(me)
    _response, page = looked_at(client, pasted)
    assert said in page
    assert pasted in page


def test_one_goes_back_to_the_table_with_all_that_was_typed(client, me):
    client.force_login(me)
    response, page = looked_at(client, MATRIX, "edit", is_history="on")
    assert response.context["plan"] is None
    assert ("52 — Spam" in page, "checked" in page) == (True, True)


def test_an_observer_may_not(client, me):
    client.force_login(observer(coalition("There")))
    assert (client.get(PASTE).status_code, client.post(PASTE, {"pasted": MATRIX}).status_code) == (403, 403)


def test_what_only_others_may_know_is_no_twin_and_shows_nothing(client, me):
    secret = ContributionFactory(access="number", number="38A7", entered_by=member(coalition("There")))
    ProposalFactory(contribution=secret, identifier="EUR/38A7/1", resolution__number=61)
    client.force_login(me)
    response, _page = looked_at(client, "Res;CEPT\n61;MOD EUR/38A7/1")
    assert [line.placed.outcome.value for line in response.context["new"]] == ["new"]


@pytest.mark.parametrize("count", [1, 3, 300])
def test_a_preview_costs_the_same_however_many_cells_there_are(client, me, count, django_assert_num_queries):
    client.force_login(me)
    table = "Res;CEPT\n" + "\n".join(f"50;MOD EUR/{n}/1" for n in range(1, count + 1))
    looked_at(client, table)
    with django_assert_num_queries(10):
        response, _page = looked_at(client, table)
    assert len(response.context["new"]) == count
    assert len(gzip.compress(response.content)) < 30 * 1024
