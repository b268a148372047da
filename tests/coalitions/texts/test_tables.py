"""A table is a table wherever it is read: before it is stored, as a text, as a proposal, and beside others."""

from datetime import date
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from lxml import html

from amnt.core.errors import RuleBroken
from resolutions.domain import budgets
from resolutions.drafts import ClauseDraft, ContributionDraft, ProposalDraft
from resolutions.extracted import as_values, document_of, from_values
from resolutions.importers.docx import read_contribution, read_resolution
from resolutions.models import Proposal, ProposedClause, Upload
from resolutions.read_models.versions import proposal_key, text_key
from resolutions.services.contributions import record
from resolutions.services.texts import enter_text
from tests.factories import AssemblyFactory, ResolutionFactory, RevisionFactory, coalition, member
from tests.resolutions.docx.writing import call, dele, docx, ins, p, proposal, t
from tests.resolutions.tables.files import MANDATE, cell, row, table

pytestmark = pytest.mark.django_db

HEAD = row(*MANDATE[0], header=True)
LAMPS = row(*MANDATE[1])
BELLS = row(*MANDATE[2])
IN_FORCE = docx(
    p("RESOLUTION 7 (REV. SOMEWHERE, 2022)", style="ResNo")
    + p("Lighthouses", style="Restitle")
    + call("resolves")
    + p("1\tto keep these questions:")
    + table(HEAD, LAMPS, BELLS)
)
PROPOSED = docx(
    proposal(
        call("resolves"),
        p("1\tto keep these questions:"),
        table(
            HEAD,
            row("1/4", cell(p("Lamps of ", dele(t("the coast")), ins(t("all coasts"))))),
            row("3/4", "Horns of ferries", mark="ins"),
            row(*MANDATE[2], mark="del"),
        ),
        code="EUR/38A7/1",
    )
)


@pytest.fixture
def before():
    return AssemblyFactory(code="WTSA-24", starts_on=date(2024, 10, 15), ends_on=date(2024, 10, 24))


@pytest.fixture
def assembly(before):
    return AssemblyFactory(code="WTSA-28", starts_on=date(2028, 10, 10), ends_on=date(2028, 10, 20))


@pytest.fixture
def resolution():
    return ResolutionFactory(number=7)


@pytest.fixture
def browser(client):
    client.force_login(member(coalition()))
    return client


@pytest.fixture
def text(resolution, before):
    return enter_text(
        RevisionFactory(resolution=resolution, assembly=before), language="en", clauses=read_resolution(IN_FORCE).clauses, by=None
    )


@pytest.fixture
def proposed(resolution, text, assembly):
    read = from_values(as_values(document_of(read_contribution(PROPOSED)))).proposals[0]
    wanted = ProposalDraft(resolution, "MOD", read.identifier, sources=("EUR",), clauses=read.clauses)
    return record(ContributionDraft(assembly, "38A7", (wanted,), language="en"), by=None).proposals.get()


def grids(answer):
    """Each table of a text on the page, row by row: the words of its cells, marks in brackets."""
    page = html.fromstring(answer.content)
    for mark, (opened, closed) in {"ins": ("[+", "+]"), "del": ("[−", "−]")}.items():
        for element in page.iter(mark):
            element.text = f"{opened}{element.text}"
            element.tail = f"{closed}{element.tail or ''}"
    return [
        [[" ".join(cell.text_content().split()) for cell in line.iterchildren("td", "th")] for line in grid.iter("tr")]
        for grid in page.iterfind(".//table[@class='grid']")
    ]


def test_a_file_with_a_table_is_shown_as_a_table_before_it_is_published(browser, assembly):
    file = SimpleUploadedFile("contribution.docx", PROPOSED)
    page = browser.post(reverse("coalitions:upload-new"), {"files": [file], "assembly": assembly.code}, follow=True)

    assert grids(page) == [
        [
            ["Question", "Title"],
            ["1/4", "Lamps of [−the coast−][+all coasts+]"],
            ["new row [+3/4+]", "[+Horns of ferries+]"],
            ["deleted row [−2/4−]", "[−Bells in fog−]"],
        ]
    ]
    headers = [
        (cell.text_content().strip(), cell.get("scope")) for cell in html.fromstring(page.content).iterfind(".//table[@class='grid']//th")
    ]
    assert headers == [("Question", "col"), ("Title", "col")]
    region = html.fromstring(page.content).find(".//div[@class='scroll']")
    assert (region.get("role"), region.get("tabindex"), region.get("aria-label")) == ("region", "0", "Table 1, EUR/38A7/1")


def test_a_text_in_force_keeps_its_table(browser, resolution, text):
    assert grids(browser.get(reverse("resolutions:text", args=[resolution.slug]))) == [[list(row) for row in MANDATE]]
    assert grids(browser.get(reverse("coalitions:text-check", args=[text.public_id]))) == [[list(row) for row in MANDATE]]


def test_a_table_right_below_its_verb_line_stands_under_it(browser, resolution, before, assembly):
    revision = RevisionFactory(resolution=resolution, assembly=before)
    read = read_resolution(docx(p("RESOLUTION 7 (REV. SOMEWHERE, 2022)", style="ResNo") + call("resolves") + table(HEAD, LAMPS)))
    text = enter_text(revision, language="en", clauses=read.clauses, by=None)
    wanted = ProposalDraft(resolution, "SUP", "EUR/38A8/1", sources=("EUR",))
    record(ContributionDraft(assembly, "38A8", (wanted,), language="en"), by=None)

    for address in (
        reverse("coalitions:text-check", args=[text.public_id]),
        reverse("resolutions:text", args=[resolution.slug]),
        Proposal.objects.get().get_absolute_url(),
    ):
        said = html.fromstring(browser.get(address).content).xpath("//table[@class='grid']/preceding::*[text()='resolves']")
        assert len(said) == 1, address


def test_a_pasted_table_is_shown_before_it_is_stored(browser, resolution, before):
    RevisionFactory(resolution=resolution, assembly=before)
    pasted = "RESOLUTION 7 (Rev. Somewhere, 2022)\nLighthouses\nresolves\n1\tto keep these:\n" + "\n".join(map(" | ".join, MANDATE))
    new = reverse("coalitions:text-new", args=[resolution.slug])
    filled = {"revision": before.code, "language": "en", "pasted": pasted, "source": "Proceedings", "submission": str(uuid4())}
    page = browser.post(new, filled, follow=True)

    assert grids(page) == [[list(row) for row in MANDATE]]
    corrected = browser.get(new, {"correct": Upload.objects.get().public_id})
    assert "1/4 | Lamps of the coast" in corrected.content.decode()


def test_a_proposal_shows_its_table_with_marks_in_the_cells(browser, proposed):
    assert grids(browser.get(proposed.get_absolute_url())) == [
        [
            ["Question", "Title"],
            ["1/4", "Lamps of [−the coast−][+all coasts+]"],
            ["new row [+3/4+]", "[+Horns of ferries+]"],
            ["deleted row [−2/4−]", "[−Bells in fog−]"],
        ]
    ]


def test_a_cell_of_the_matrix_says_where_in_the_table_words_change(browser, resolution, proposed):
    page = browser.get(reverse("coalitions:matrix-cell", args=[resolution.slug, "CEPT" if proposed.group else "states"]))

    assert "table 1, row 2, column 2" in page.content.decode()


def test_what_is_proposed_for_a_cell_is_folded_beneath_the_table(browser, resolution, proposed):
    page = browser.get(reverse("resolutions:text", args=[resolution.slug]))
    [fold] = [each for each in html.fromstring(page.content).iterfind(".//details") if "Proposed for this table" in each.text_content()]
    listed = [" ".join(each.text_content().split()) for each in fold.iterfind(".//li")]

    assert [(said, any(said in each for each in listed)) for said in ("row “1/4”, column “Title”", "after row “1/4”", "row “2/4”")] == [
        ("row “1/4”, column “Title”", True),
        ("after row “1/4”", True),
        ("row “2/4”", True),
    ]
    assert len(listed) == 3
    assert "3/4 | Horns of ferries" in listed[1]


def test_the_cells_of_a_proposal_are_those_of_the_text_in_force(text, proposed):
    in_force = {clause.cell: clause.identity for clause in text.clauses.all() if clause.cell}
    rows = [row for row in proposed.clauses.in_order() if row.cell]

    assert {row.text: row.identity for row in rows if row.text == "1/4"} == {"1/4": next(i for at, i in in_force.items() if at.row == 1)}
    assert [(row.change, row.text or row.before) for row in rows if row.base_clause_id is None] == [
        (ProposedClause.Change.ADDED, "3/4"),
        (ProposedClause.Change.ADDED, "Horns of ferries"),
    ]
    assert not any(row.is_doubtful for row in rows)


def test_a_proposal_to_suppress_shows_the_table_it_takes_out(browser, resolution, text, assembly):
    wanted = ProposalDraft(resolution, "SUP", "EUR/38A8/1", sources=("EUR",))
    record(ContributionDraft(assembly, "38A8", (wanted,), language="en"), by=None)

    [grid] = grids(browser.get(Proposal.objects.get().get_absolute_url()))
    assert [line[-1] for line in grid] == ["[−Title−]", "[−Lamps of the coast−]", "[−Bells in fog−]"]


def test_a_table_larger_than_a_page_shows_is_refused_with_what_to_do(resolution, assembly, monkeypatch):
    monkeypatch.setattr(budgets, "LARGEST_TABLE", 5)
    clauses = tuple(
        ClauseDraft("operative", text=clause.after, call="resolves", kind="cell", change="added", cell=clause.cell)
        for clause in read_contribution(PROPOSED).proposals[0].clauses
        if clause.cell and clause.after
    )
    wanted = ProposalDraft(resolution, "ADD", "EUR/38A7/1", sources=("EUR",), clauses=clauses)

    with pytest.raises(RuleBroken, match=r"A table of this text has 6 cells, where 5 are allowed\. Split it into smaller ones"):
        record(ContributionDraft(assembly, "38A7", (wanted,), language="en"), by=None)


def test_a_cell_stored_before_places_were_known_is_shown_as_ever(browser, resolution, text):
    text.clauses.update(cell_values=None)
    page = browser.get(reverse("resolutions:text", args=[resolution.slug]))

    assert grids(page) == []
    assert "Lamps of the coast" in page.content.decode()


# --- Two versions side by side ------------------------------------------------------------------------------------------------


VERSIONS = docx(
    proposal(
        call("resolves"),
        table(
            row("Text in force", "Proposed text"),
            row("1\tto light the lamps;", "1\tto light every lamp;"),
        ),
        code="EUR/38A7/1",
    )
)


def test_two_versions_in_a_table_are_read_as_such_until_a_person_says_no(browser, assembly):
    file = SimpleUploadedFile("contribution.docx", VERSIONS)
    page = browser.post(reverse("coalitions:upload-new"), {"files": [file], "assembly": assembly.code}, follow=True)
    address = page.redirect_chain[-1][0]

    assert grids(page) == []
    assert "This table holds two versions of a text." in page.content.decode()
    assert [(clause.before, clause.text) for clause in page.context["review"].items[0].read.clauses] == [
        ("to light the lamps;", "to light every lamp;")
    ]

    page = browser.post(address, {"table": "1", "is": "table"}, follow=True)
    assert "The file was read again." in page.content.decode()
    assert [line[1] for line in grids(page)[0]] == ["Proposed text", "1 to light every lamp;"]
    assert Upload.objects.values_list("clause_count", flat=True).get() == 4

    page = browser.post(address, {"table": "1", "is": "versions"}, follow=True)
    assert grids(page) == []
    assert [clause.text for clause in page.context["review"].items[0].read.clauses] == ["to light every lamp;"]
    assert Upload.objects.values_list("clause_count", flat=True).get() == 1


def test_what_is_no_table_cannot_be_said_of_it(browser, assembly):
    file = SimpleUploadedFile("contribution.docx", VERSIONS)
    page = browser.post(reverse("coalitions:upload-new"), {"files": [file], "assembly": assembly.code}, follow=True)

    assert browser.post(page.redirect_chain[-1][0], {"table": "x", "is": "versions"}).status_code == 404


# --- Compared -----------------------------------------------------------------------------------------------------------------


def compared(browser, resolution, text, proposed, **more):
    chosen = {"of": text_key(text), "with": proposal_key(proposed), **more}
    return browser.get(reverse("coalitions:compare", args=[resolution.slug]), chosen)


def test_a_changed_cell_is_named_by_its_table_its_row_and_its_column(browser, resolution, text, proposed):
    page = html.fromstring(compared(browser, resolution, text, proposed).content)
    headings = [" ".join(each.text_content().split()) for each in page.iterfind(".//article[@class='compared']//h3")]

    assert headings == [
        "resolves table 1, row “1/4”, column “Title”",
        "resolves Table 1",
        "resolves table 1, row 3, column “Question”",
        "resolves table 1, row “2/4”, column “Title”",
    ]


def test_a_new_row_is_said_to_follow_the_cell_before_it_by_its_name(browser, resolution, text, proposed):
    assert "new, after table 1, row “1/4”, column “Title”" in compared(browser, resolution, text, proposed).content.decode()


def test_rows_that_are_new_stand_together_as_a_table(browser, resolution, text, proposed):
    page = compared(browser, resolution, text, proposed)

    assert grids(page) == [[["[+3/4+]", "[+Horns of ferries+]"]]]


def test_cells_that_stay_are_shown_as_a_table(browser, resolution, text, proposed):
    page = compared(browser, resolution, text, proposed, unchanged="1")

    assert grids(page)[0] == [["Question", "Title"], ["1/4", ""]]


def test_an_exported_table_comes_home_as_the_proposal_it_was(browser, resolution, text, proposed):
    chosen = f"?of={text_key(text)}&with={proposal_key(proposed)}"
    data = browser.get(reverse("coalitions:compare-export", args=[resolution.slug, "docx"]) + chosen).content

    [home] = read_contribution(data).proposals
    # A row that goes and one that comes at the same place stand in either order.
    assert sorted((each.before or "", each.after or "") for each in home.clauses if each.cell) == sorted(
        (row.before, row.text) for row in proposed.clauses.all() if row.cell
    )


def test_a_removed_row_keeps_its_place_in_a_text_without_marks(browser, resolution, text, assembly):
    unmarked = docx(
        proposal(call("resolves"), p("1\tto keep these questions:"), table(HEAD, row("0/4", "Quays"), BELLS), code="EUR/38A9/1")
    )
    read = document_of(read_contribution(unmarked)).proposals[0]
    wanted = ProposalDraft(resolution, "MOD", read.identifier, sources=("EUR",), clauses=read.clauses)
    record(ContributionDraft(assembly, "38A9", (wanted,), language="en"), by=None)

    [grid] = grids(browser.get(Proposal.objects.get().get_absolute_url()))
    assert [line[0] for line in grid] == ["Question", "deleted row [−1/4−]", "new row [+0/4+]", "2/4"]
