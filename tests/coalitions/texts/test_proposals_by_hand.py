"""A proposal is entered by hand in three steps: the document, the words, a look at it. Sent twice it is one; typed text stays."""

import gzip

import pytest
from django.urls import reverse

from coalitions.models import KeptNumber
from resolutions.domain.tables import CellPlace
from resolutions.models import Clause, Contribution, Proposal, StateSymbol, WordingRule
from tests.factories import (
    AssemblyFactory,
    ClauseFactory,
    ProposalFactory,
    RegionalGroupFactory,
    ResolutionFactory,
    RevisionFactory,
    RevisionTextFactory,
    coalition,
    member,
    observer,
)
from tests.resolutions.test_pasted_pages import paged

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_september")]


@pytest.fixture
def here():
    return coalition()


@pytest.fixture
def resolution():
    AssemblyFactory()
    RegionalGroupFactory(code="CEPT", acronym_en="CEPT", acronym_fr="CEPT", proposal_codes=["EUR"], countries=["FR", "DE"])
    StateSymbol.objects.create(symbol="B", country="BR")
    return ResolutionFactory(number=50)


@pytest.fixture
def clauses(resolution):
    revision = RevisionFactory(
        resolution=resolution, assembly=AssemblyFactory(code="WTSA-24", starts_on="2024-10-15", ends_on="2024-10-24")
    )
    version = RevisionTextFactory(revision=revision)
    texts = ("to continue studying security;", "to report every year;", "to ask the Director for help;")
    return [ClauseFactory(version=version, position=n, number=str(n + 1), text=text) for n, text in enumerate(texts)]


def address(resolution) -> str:
    return reverse("coalitions:proposal-new", args=[resolution.slug])


def begun(client, user, resolution, **typed) -> dict:
    """What the first page sends when this is typed into it."""
    client.force_login(user)
    document = client.get(address(resolution)).context["document"]
    sent = {name: document[name].value() or "" for name in document.fields if name != "is_late"}
    start = client.get(address(resolution)).context["start"]
    return sent | {"received_on": "2028-09-20", "assembly": start.assembly.code, "language": start.language, "step": "words"} | typed


def sent(client, resolution, data):
    response = client.post(address(resolution), data)
    return response, " ".join(response.content.decode().split())


@pytest.mark.parametrize("day", ["2028-12-24", "9999-12-31"])
def test_a_document_has_not_come_on_a_day_that_has_not(client, here, resolution, day):
    typed = begun(client, member(here), resolution, identifier="SUP EUR/38A7/1", received_on=day, step="save")
    response, page = sent(client, resolution, typed)
    assert (response.context["step"], "This day has not come yet." in page) == ("facts", True)
    assert not Contribution.objects.exists()


def test_three_steps_change_one_clause_add_one_and_take_one_away(client, here, resolution, clauses):
    me = member(here)
    first, second, third = (clause.identity.hex for clause in clauses)
    typed = begun(client, me, resolution, identifier="MOD EUR/38A7/1", change=[first], after=[second], delete=[third])
    response, page = sent(client, resolution, typed)
    assert response.context["step"] == "words"
    assert f'name="text-{first}"' in page
    assert "to continue studying security;</textarea>" in page
    typed |= {
        f"text-{first}": "to continue studying and standardizing security;",
        f"number-{second}": "2bis",
        f"new-{second}": "to publish what it finds;",
        "step": "look",
    }
    response, page = sent(client, resolution, typed)
    assert response.context["step"] == "look"
    assert "studying <ins>and standardizing </ins>security;" in page
    assert "<ins>to publish what it finds;</ins>" in page
    assert "<del>to ask the Director for help;</del>" in page
    assert "1 clause stays as it is" in page
    assert Proposal.objects.count() == 0
    response, _page = sent(client, resolution, typed | {"step": "save"})
    proposal = Proposal.objects.get()
    assert (response.status_code, response.url) == (302, proposal.get_absolute_url())
    assert (proposal.action, proposal.identifier, proposal.group.code, proposal.contribution.number) == (
        "MOD",
        "EUR/38A7/1",
        "CEPT",
        "38A7",
    )
    stored = list(proposal.clauses.in_order().values_list("number", "text", "change", "base_clause", "anchored_by"))
    assert stored == [
        ("1", "to continue studying and standardizing security;", "modified", clauses[0].pk, me.pk),
        ("2", "to report every year;", "unchanged", clauses[1].pk, None),
        ("2bis", "to publish what it finds;", "added", None, None),
        ("3", "", "removed", clauses[2].pk, me.pk),
    ]


@pytest.fixture
def rule():
    patterns = {"en": ["+ standardi*", "- report", "+ publish*"]}
    return WordingRule.objects.create(code="standardize", family="blocks", name_en="From study to standardization", patterns=patterns)


def test_the_preview_shows_the_hints_and_nothing_to_set_aside(client, here, resolution, clauses, rule):
    first, second, _third = (clause.identity.hex for clause in clauses)
    typed = begun(client, member(here), resolution, identifier="MOD EUR/38A7/1", change=[first], after=[first], delete=[second])
    typed |= {
        f"text-{first}": "to continue studying and standardizing security;",
        f"number-{first}": "1bis",
        f"new-{first}": "to publish it;",
    }
    _response, page = sent(client, resolution, typed | {"step": "look"})

    hints = page.split("Hint, not an opinion:")[1:]
    pointed_at = [hint.split('dir="auto">', 1)[1].split("</q>")[0] for hint in hints]
    assert pointed_at == ["standardizing", "publish", "report"]
    assert [hint.split("<q")[0].rsplit("— ", 1)[1].strip() for hint in hints] == ["added", "added", "taken out"]
    assert all(f'{reverse("resolutions:wording-rules")}#standardize">From study to standardization</a>' in hint for hint in hints)
    assert "Set aside…" not in page


def test_the_preview_has_no_hint_where_no_rule_is_in_use(client, here, resolution, clauses, rule):
    WordingRule.objects.update(is_active=False)
    first = clauses[0].identity.hex
    typed = begun(client, member(here), resolution, identifier="MOD EUR/38A7/1", change=[first])
    response, page = sent(client, resolution, typed | {f"text-{first}": "to standardize security;", "step": "look"})

    assert response.context["step"] == "look"
    assert "Hint, not an opinion:" not in page


@pytest.mark.parametrize("count", [1, 20])
def test_hints_cost_the_preview_the_same_for_one_clause_and_many(client, here, resolution, count, rule, django_assert_num_queries):
    assembly = AssemblyFactory(code="WTSA-24", starts_on="2024-10-15", ends_on="2024-10-24")
    version = RevisionTextFactory(revision=RevisionFactory(resolution=resolution, assembly=assembly))
    keys = [ClauseFactory(version=version, position=n, text=f"to study example {n};").identity.hex for n in range(count)]
    typed = begun(client, member(here), resolution, identifier="MOD EUR/38A7/1", change=keys)
    typed |= {f"text-{key}": f"to standardize example {n};" for n, key in enumerate(keys)} | {"step": "look"}
    client.post(address(resolution), typed)
    with django_assert_num_queries(41):
        response = client.post(address(resolution), typed)
    page = response.content.decode()
    assert response.context["document"].errors == {}
    assert page.count("Hint, not an opinion:") == count


def test_sent_twice_it_is_one(client, here, resolution):
    typed = begun(client, member(here), resolution, identifier="NOC EUR/38A7/1", step="save")
    first, second = (sent(client, resolution, typed)[0] for _ in range(2))
    assert (Proposal.objects.count(), first.url) == (1, second.url)
    typed = begun(client, member(here), resolution, identifier="SUP EUR/38A7/2", step="save")
    first, second = (sent(client, resolution, typed)[0] for _ in range(2))
    assert (Proposal.objects.count(), Contribution.objects.count(), first.url) == (2, 1, second.url)
    looked, _page = sent(client, resolution, typed | {"step": "look"})
    assert looked.url == first.url


def test_a_text_pasted_from_a_pdf_is_put_together_and_that_is_said(client, here, resolution):
    typed = begun(client, member(here), resolution, identifier="MOD B/45/1", pasted=paged())

    _response, page = sent(client, resolution, typed)
    _response, unjoined = sent(client, resolution, typed | {"as_pasted": "on"})

    assert "Page numbers left out: 2" in page
    assert "The lines still end where those of a page did" not in page
    assert "The lines still end where those of a page did" in unjoined


def test_the_whole_new_text_may_be_pasted_and_is_compared(client, here, resolution, clauses):
    text = "resolves\n1 to continue studying security and rights;\n2 to report every year;\n3 to ask the Director for help;"
    typed = begun(client, member(here), resolution, identifier="MOD B/45/1", pasted=text)
    response, page = sent(client, resolution, typed)
    assert response.context["step"] == "look"
    assert "security<ins> and rights</ins>;" in page
    assert "2 clauses stay as they are" in page
    assert "Brazil" in page
    sent(client, resolution, typed | {"step": "save"})
    proposal = Proposal.objects.get()
    assert [str(country) for country in proposal.countries] == ["BR"]
    assert list(proposal.clauses.in_order().values_list("change", flat=True)) == ["modified", "unchanged", "unchanged"]


def test_the_identifier_need_not_be_known(client, here, resolution):
    typed = begun(client, member(here), resolution, action="MOD", who="states", countries="Kenya, BR", number="38A7", step="save")
    sent(client, resolution, typed)
    proposal = Proposal.objects.get()
    assert (proposal.identifier, proposal.contribution.number, [str(code) for code in proposal.countries]) == ("", "38A7", ["BR", "KE"])


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Give the identifier, or the number of the document."),
        ({"number": "38A7", "who": "CEPT"}, "Say what is asked: MOD, ADD, SUP or NOC."),
        ({"number": "38A7", "action": "MOD"}, "Say who proposes it: a regional group or at least one State."),
        ({"identifier": "MOD XYZ/38/1"}, "“XYZ” is not known here: say who asks."),
        ({"identifier": "MOD EUR/38A7/1", "action": "NOC"}, "The identifier says MOD."),
        ({"identifier": "EUR/38A7/1", "action": "MOD", "number": "39"}, "The identifier says that this is document 38A7."),
        ({"identifier": "something else"}, "This is not an identifier"),
        ({"identifier": "MOD EUR/38A7/1", "countries": "Atlantis"}, "No State is known by this name: Atlantis."),
        ({"identifier": "SUP EUR/38A7/1", "pasted": "resolves\n1 to stay"}, "SUP needs no wording: leave the text out."),
        ({"identifier": "MOD EUR/38A7/1", "url": "nonsense"}, "Give a plain web address that begins with https:// or http://"),
    ],
)
def test_what_is_missing_gets_a_sentence_and_nothing_typed_is_lost(client, here, resolution, typed, said):
    data = begun(client, member(here), resolution, title="A title I typed", **typed)
    response, page = sent(client, resolution, data)
    assert response.status_code == 200
    assert said in page.replace("&#x27;", "'")
    assert 'value="A title I typed"' in page
    assert Proposal.objects.count() == 0


def test_one_clause_cannot_both_change_and_go_nor_a_new_one_be_empty(client, here, resolution, clauses):
    key = clauses[0].identity.hex
    typed = begun(client, member(here), resolution, identifier="MOD EUR/38A7/1", change=[key], delete=[key])
    assert "resolves 1 cannot be both changed and deleted." in sent(client, resolution, typed)[1]
    typed = begun(client, member(here), resolution, identifier="MOD EUR/38A7/1", after=[key], step="look")
    typed |= {f"new-{key}": "", f"number-{key}": "1bis"}
    response, page = sent(client, resolution, typed)
    assert response.context["step"] == "words"
    assert ("Write the wording of the new clause, or untick it." in page, 'value="1bis"' in page) == (True, True)


def test_ticks_with_an_action_that_changes_no_clause_are_pointed_out(client, here, resolution, clauses):
    key = clauses[0].identity.hex
    typed = begun(client, member(here), resolution, identifier="NOC EUR/38A7/1", delete=[key], step="look")
    assert "NOC changes no single clause." in sent(client, resolution, typed)[1]


def test_what_is_here_already_is_told(client, here, resolution):
    first = begun(client, member(here), resolution, identifier="MOD EUR/38A7/1", step="save")
    sent(client, resolution, first)
    again = begun(client, member(here), resolution, identifier="MOD EUR/38A7/1")
    assert "EUR/38A7/1 on Res. 50 is already here." in sent(client, resolution, again)[1]


def test_of_a_document_that_is_not_public_only_the_number_is_kept(client, here, resolution):
    me = member(here)
    typed = begun(
        client, me, resolution, number="TD 99", access="number", title="Secret title", circle=str(here.everyone.public_id), step="look"
    )
    response, page = sent(client, resolution, typed)
    assert (response.context["step"], 'Only the number <bdi class="cote">TD 99</bdi> will be kept' in page) == ("look", True)
    for _ in range(2):
        response, _page = sent(client, resolution, typed | {"step": "save"})
    kept = Contribution.objects.get()
    assert (kept.kept_number, kept.title, kept.access, kept.entered_by) == ("TD 99", "", "number", me)
    assert (KeptNumber.objects.get().circle, Proposal.objects.count()) == (here.everyone, 0)


def test_another_language_of_the_text_in_force_may_be_chosen(client, here, resolution, clauses):
    french = RevisionTextFactory(revision=clauses[0].version.revision, language="fr")
    ClauseFactory(version=french, text="de continuer d’étudier la sécurité;", call="décide", verb="décide")
    client.force_login(member(here))
    assert "to continue studying security;" in client.get(address(resolution)).content.decode()
    page = client.get(address(resolution) + "?language=fr").content.decode()
    assert ("étudier la sécurité;" in page, "to continue studying security;" in page) == (True, False)


def test_an_earlier_assembly_is_recorded_as_history(client, here, resolution):
    AssemblyFactory(code="WTSA-24", starts_on="2024-10-15", ends_on="2024-10-24")
    typed = begun(client, member(here), resolution, identifier="MOD EUR/38A7/1", step="save") | {"assembly": "WTSA-24"}
    sent(client, resolution, typed)
    proposal = Proposal.objects.get()
    assert (proposal.contribution.assembly.code, proposal.contribution.is_history, proposal.moved_at) == ("WTSA-24", True, None)


def test_an_observer_may_not(client, here, resolution):
    client.force_login(observer(here))
    assert (client.get(address(resolution)).status_code, client.post(address(resolution), {}).status_code) == (403, 403)


@pytest.mark.parametrize("count", [1, 3, 60])
def test_the_page_costs_the_same_however_long_the_text_is(client, here, resolution, count, django_assert_num_queries):
    revision = RevisionFactory(resolution=resolution, assembly=AssemblyFactory(code="WTSA-24", starts_on="2024-10-15"))
    version = RevisionTextFactory(revision=revision)
    for n in range(count):
        ClauseFactory(version=version, position=n, text=f"to study example number {n} further, and to report what it finds on it;")
    client.force_login(member(here))
    client.get(address(resolution))
    with django_assert_num_queries(10):
        response = client.get(address(resolution))
    assert len(gzip.compress(response.content)) < 30 * 1024


def test_a_proposal_without_words_is_given_them_later(client, here, resolution, clauses):
    known = ProposalFactory(resolution=resolution, contribution__number="38A7", contribution__language="", identifier="EUR/38A7/1")
    key = clauses[0].identity.hex
    typed = begun(client, member(here), resolution, identifier="MOD EUR/38A7/1", delete=[key], step="save")
    sent(client, resolution, typed)
    assert Proposal.objects.get() == known
    assert list(known.clauses.in_order().values_list("change", flat=True)) == ["removed", "unchanged", "unchanged"]


def test_a_cell_that_is_changed_by_hand_stays_in_its_table_with_its_lines(client, here, resolution, clauses):
    Clause.objects.filter(pk__in=[clauses[0].pk, clauses[1].pk]).update(kind="cell")
    for column, clause in enumerate(clauses[:2]):
        Clause.objects.filter(pk=clause.pk).update(cell_values=CellPlace(1, 0, column).as_values())
    first = clauses[0].identity.hex
    typed = begun(client, member(here), resolution, identifier="MOD EUR/38A7/1", change=[first])
    typed |= {f"text-{first}": " to continue\r\n\r\nto  report ", "step": "look"}
    _response, page = sent(client, resolution, typed)

    assert '<table class="grid"' in page
    sent(client, resolution, typed | {"step": "save"})
    stored = Proposal.objects.get().clauses.in_order()
    assert [(row.text, row.cell) for row in stored][:2] == [
        ("to continue\nto report", CellPlace(1, 0, 0)),
        ("to report every year;", CellPlace(1, 0, 1)),
    ]
