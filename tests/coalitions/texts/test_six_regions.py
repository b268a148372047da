"""Six regions each add clauses at one place of a resolution: each stands as new, at its place, and is taken for nobody else's."""

import re
from html import unescape
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from amnt.accounts.models import User
from resolutions.domain.aligning import ChangeKind
from resolutions.drafts import ClauseDraft, ContributionDraft, ProposalDraft
from resolutions.models import Assembly, Proposal, ProposedClause, RegionalGroup
from resolutions.read_models.starting_points import arrange_versions, starting_points
from resolutions.read_models.versions import chosen, proposal_key, text_key
from resolutions.services.entering import enter
from tests.factories import (
    AssemblyFactory,
    ClauseFactory,
    RegionalGroupFactory,
    ResolutionFactory,
    RevisionFactory,
    RevisionTextFactory,
    coalition,
    member,
)
from tests.resolutions.docx.writing import call, dele, docx, header, ins, p, t

pytestmark = pytest.mark.django_db

IN_FORCE = (
    "to light every harbour of the coast by night;",
    "to publish the list of lamps each year;",
    "to train the keepers of lighthouses on small islands;",
    "to report to every assembly on the lamps that failed,",
)
# What each region adds behind the second clause. The first two say nearly the same; the third resembles a clause in force; the fourth adds
# two, one of which resembles what the fifth adds; the sixth deletes the next clause beside what it adds.
ADDED = {
    "AFCP": ("to set up a fund for the lamps of small islands;",),
    "ACP": ("to set up a fund for the lamps of small island States;",),
    "ARB": ("to train the keepers of lighthouses on large rivers;",),
    "EUR": ("to measure the fog in each bay;", "to invite pilots to share their charts;"),
    "IAP": ("to invite pilots to share what they drink;",),
    "RCC": ("to train the masters of tugs on frozen lakes;",),
}
GROUPS = {"AFCP": "ATU", "ACP": "APT", "ARB": "LAS", "EUR": "CEPT", "IAP": "CITEL", "RCC": "RCC"}
LEAVES_OUT = "RCC"


def of_region(code: str, number: int) -> bytes:
    added = [p(ins(t(f"{3 + place}\t{words}")), mark="ins") for place, words in enumerate(ADDED[code])]
    shift = len(added)
    third, fourth = IN_FORCE[2:]
    if code == LEAVES_OUT:
        after = [p(dele(t(f"3\t{third}")), mark="del"), p(t(f"4\t{fourth}"))]
    else:
        after = [p(dele(t(f"{n}")), ins(t(f"{n + shift}")), t(f"\t{words}")) for n, words in ((3, third), (4, fourth))]
    body = [header(f"MOD\t{code}/{number}A1/1"), p("RESOLUTION 50 (REV. SOMEWHERE, 2024)", style="ResNo"), call("resolves")]
    return docx("".join([*body, p(t(f"1\t{IN_FORCE[0]}")), p(t(f"2\t{IN_FORCE[1]}")), *added, *after]))


@pytest.fixture
def text():
    before = AssemblyFactory(code="WTSA-24", starts_on="2024-10-15", ends_on="2024-10-24")
    text = RevisionTextFactory(revision=RevisionFactory(resolution=ResolutionFactory(number=50, slug="50"), assembly=before), language="en")
    for position, words in enumerate(IN_FORCE, start=1):
        ClauseFactory(version=text, position=position, call="resolves", verb="resolves", number=str(position), text=words)
    return text


@pytest.fixture
def browser(client, text):
    """With the files of all six regions published, in the order of their numbers."""
    AssemblyFactory()
    for code, group in GROUPS.items():
        RegionalGroupFactory(code=group, acronym_en=group, proposal_codes=[code])
    client.force_login(member(coalition()))
    files = [SimpleUploadedFile(f"{code}.docx", of_region(code, number)) for number, code in enumerate(ADDED, start=31)]
    client.post(reverse("coalitions:upload-new"), {"files": files, "assembly": "WTSA-28", "submission": str(uuid4())})
    page = client.get(reverse("coalitions:upload-publish-certain")).content.decode()
    client.post(reverse("coalitions:upload-publish-certain"), {"file": re.findall(r'name="file" value="([^"]+)"', page)})
    return client


def proposals() -> dict[str, Proposal]:
    return {proposal.sources[0]: proposal for proposal in Proposal.objects.order_by("pk")}


def shown(browser, address) -> str:
    return " ".join(unescape(browser.get(address).content.decode()).replace("<wbr>", "").split())


def test_each_new_clause_is_stored_as_new_and_matched_with_nothing(browser, text):
    rows = ProposedClause.objects.filter(change="added").order_by("proposal", "position")
    assert [(row.proposal.sources[0], row.text) for row in rows] == [(code, words) for code in ADDED for words in ADDED[code]]
    assert {(row.base_clause, row.is_doubtful, row.before) for row in rows} == {(None, False, "")}
    assert len({row.identity for row in rows} | {clause.identity for clause in text.clauses.all()}) == len(rows) + len(IN_FORCE)
    others = ProposedClause.objects.exclude(change="added")
    assert set(others.values_list("change", flat=True)) == {"unchanged", "renumbered", "removed"}
    assert not others.filter(base_clause=None).exists()
    assert [(row.proposal.sources[0], row.before) for row in others.filter(change="removed")] == [(LEAVES_OUT, IN_FORCE[2])]


def test_on_the_text_each_stands_folded_beneath_the_clause_it_follows(browser, text):
    html = shown(browser, reverse("resolutions:text", args=["50"]))
    second, third = (html.index(f'id="{clause.anchor}"') for clause in text.clauses.filter(number__in="23").order_by("position"))
    # One region after the other, by the names of the regions.
    places = [html.index(words) for code in sorted(ADDED, key=GROUPS.get) for words in ADDED[code]]
    assert second < places[0]
    assert places == sorted(places)
    assert places[-1] < third
    assert "<details" in html[second : places[0]]
    assert [html.count(words) for words in IN_FORCE] == [1] * len(IN_FORCE)


@pytest.mark.parametrize("code", ADDED)
def test_on_its_page_and_in_its_cell_each_stands_as_new(browser, code):
    others = [words for other in ADDED.keys() - {code} for words in ADDED[other]]
    html = shown(browser, proposals()[code].get_absolute_url())
    assert [f"<ins>{words}</ins>" in html for words in ADDED[code]] == [True] * len(ADDED[code])
    assert [words for words in others if words in html] == []
    cell = shown(browser, reverse("coalitions:matrix-cell", args=["50", GROUPS[code]]))
    assert [f"<ins>{words}</ins>" in cell for words in ADDED[code]] == [True] * len(ADDED[code])
    assert [words for words in others if words in cell] == []


def rows_beside(text, order) -> list[tuple[str, dict[str, str]]]:
    """Of the comparison with the proposals in this order: each row in the words of the base, "" for a new one, and what is added in it."""
    versions = chosen([text_key(text), *(proposal_key(proposals()[code]) for code in order)], User.objects.get())
    found = arrange_versions(versions, starting_points(versions))
    rows = []
    for row in found.rows:
        added = {code: cell.text for code, cell in zip(order, row.cells, strict=True) if cell and cell.kind is ChangeKind.ADDED}
        others = {cell.kind for cell in row.cells if cell and cell.kind is not ChangeKind.ADDED}
        assert others <= {ChangeKind.UNCHANGED, ChangeKind.RENUMBERED, ChangeKind.REMOVED}, (row.first.text, others)
        rows.append((row.base.text if row.base else "", added))
    return rows


@pytest.mark.parametrize("order", [tuple(ADDED), tuple(reversed(ADDED))], ids=["in order", "reversed"])
def test_in_a_comparison_only_what_says_nearly_the_same_shares_a_row(browser, text, order):
    rows = rows_beside(text, order)
    assert [words for words, _added in rows if words] == list(IN_FORCE)
    assert [added for words, added in rows if words] == [{}] * len(IN_FORCE)
    new = rows[2:-2]
    assert {words for words, _added in new} == {""}
    together = [{code: ADDED[code][0] for code in ("AFCP", "ACP")}]
    alone = [{code: words} for code in ADDED for words in ADDED[code] if code not in ("AFCP", "ACP")]
    assert sorted(map(sorted, (added.items() for _words, added in new))) == sorted(map(sorted, (each.items() for each in together + alone)))
    # The two of one region stand in their order.
    measured, invited = (next(place for place, (_w, added) in enumerate(new) if added.get("EUR") == words) for words in ADDED["EUR"])
    assert measured < invited


def test_what_a_region_adds_is_no_clause_in_force_that_its_file_lacks(browser, text):
    """Its file leaves out a clause that is left as it is, and adds one that says nearly the same."""
    group = RegionalGroup.objects.get(code="CITEL")
    draft = ClauseDraft("operative", "to report to each assembly on the lamps that failed,", call="resolves", number="2", change="added")
    asked = ProposalDraft(text.revision.resolution, "MOD", "IAP/99A1/1", sources=("IAP",), group=group, clauses=(draft,))
    [proposal] = enter(ContributionDraft(Assembly.objects.get(code="WTSA-28"), "99A1", (asked,), language="en"), by=None)
    versions = chosen([text_key(text), proposal_key(proposal)], User.objects.get())
    rows = arrange_versions(versions, starting_points(versions)).rows
    assert [(row.base and row.base.text, row.cells[0] and row.cells[0].kind) for row in rows] == [
        (None, ChangeKind.ADDED),
        *((words, None) for words in IN_FORCE),
    ]
