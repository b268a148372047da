"""A draft new resolution is entered by hand: how it is called, its words, a look at it. Sent twice it is one; typed text stays."""

import gzip

import pytest
from django.urls import reverse

from resolutions.models import Contribution, Proposal, Resolution
from tests.factories import (
    AssemblyFactory,
    ContributionFactory,
    ProposalFactory,
    RegionalGroupFactory,
    ResolutionFactory,
    coalition,
    member,
    observer,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_september")]

PAGE = reverse("coalitions:new-resolution")
TEXT = "considérant\na) que les réseaux s'étendent;\ndécide\n1 de poursuivre les études;\n2 de faire rapport;"


@pytest.fixture
def here():
    AssemblyFactory()
    RegionalGroupFactory(proposal_codes=["AFCP"])
    return coalition()


def begun(client, user, **typed) -> dict:
    """What the first page sends when this is typed into it."""
    client.force_login(user)
    document = client.get(PAGE).context["document"]
    sent = {name: document[name].value() or "" for name in document.fields if name != "is_late"}
    about = {"identifier": "ADD AFCP/35A12/1", "label": "[AFCP-1]", "title": "Rights in standards", "assembly": "WTSA-28"}
    return sent | about | {"received_on": "2028-09-20", "rows": "0", "step": "words"} | typed


def sent(client, data):
    response = client.post(PAGE, data)
    return response, " ".join(response.content.decode().split())


def stored() -> list[tuple]:
    proposal = Proposal.objects.get()
    return list(proposal.clauses.in_order().values_list("part", "call", "number", "text", "change"))


def test_clause_by_clause_in_three_steps(client, here):
    typed = begun(client, member(here), language="en")
    response, page = sent(client, typed)
    assert (response.context["step"], page.count('<textarea name="text-')) == ("words", 4)
    rows = [("considering", "a)", "that networks grow;"), ("resolves", "1", "to study rights;"), ("", "2", "to report on it;")]
    typed |= {f"{name}-{n}": value for n, row in enumerate(rows) for name, value in zip(("call", "number", "text"), row, strict=True)}
    typed |= {"rows": "4", "step": "look"}
    response, page = sent(client, typed)
    assert response.context["step"] == "look"
    assert "<ins>to report on it;</ins>" in page
    assert "Rights in standards" in page
    assert (Resolution.objects.count(), Proposal.objects.count(), Contribution.objects.count()) == (0, 0, 0)
    response, _page = sent(client, typed | {"step": "save"})
    draft, proposal = Resolution.objects.get(), Proposal.objects.get()
    assert response.url == proposal.get_absolute_url()
    assert (draft.label, draft.number, draft.status, draft.title_en, draft.title_fr) == (
        "[AFCP-1]",
        None,
        "draft",
        "Rights in standards",
        None,
    )
    assert (proposal.resolution, proposal.action, proposal.group.code, proposal.base) == (draft, "ADD", "ATU", None)
    assert (proposal.contribution.number, proposal.contribution.language) == ("35A12", "en")
    assert stored() == [
        ("preamble", "considering", "a)", "that networks grow;", "added"),
        ("operative", "resolves", "1", "to study rights;", "added"),
        ("operative", "resolves", "2", "to report on it;", "added"),
    ]


def test_its_whole_text_may_be_pasted_and_its_title_stands_in_its_language(client, here):
    typed = begun(client, member(here), language="fr", title="Les droits dans les normes", pasted=TEXT)
    response, page = sent(client, typed)
    assert (response.context["step"], "<ins>de faire rapport;</ins>" in page) == ("look", True)
    sent(client, typed | {"step": "save"})
    assert [(part, call, number) for part, call, number, _text, _change in stored()] == [
        ("preamble", "considérant", "a)"),
        ("operative", "décide", "1"),
        ("operative", "décide", "2"),
    ]
    draft = Resolution.objects.get()
    assert (draft.title_fr, draft.title_en, draft.title) == ("Les droits dans les normes", None, "Les droits dans les normes")


def test_a_title_in_a_language_that_titles_are_not_kept_in_stays_with_the_proposal(client, here):
    sent(client, begun(client, member(here), language="ru", title="Права человека", step="save"))
    assert (Resolution.objects.get().title, Proposal.objects.get().title) == ("[AFCP-1]", "Права человека")


def test_every_page_shows_it_like_an_imported_one(client, here):
    RegionalGroupFactory(code="CITEL", acronym_en="CITEL", proposal_codes=["IAP"])
    sent(client, begun(client, member(here), language="fr", pasted=TEXT, step="save"))
    draft, proposal = Resolution.objects.get(), Proposal.objects.get()
    other = TEXT.replace("faire rapport", "faire rapport chaque année")
    sent(client, begun(client, member(here), identifier="ADD IAP/40/1", language="fr", pasted=other, step="save"))

    def page(address):
        answer = client.get(address)
        assert answer.status_code == 200
        return " ".join(answer.content.decode().split())

    matrix = page(reverse("coalitions:matrix"))
    assert (draft.label in matrix, f"{draft.slug}/ATU/" in matrix) == (True, True)
    assert "AFCP/35A12/1" in page(reverse("coalitions:matrix-cell", args=[draft.slug, "ATU"]))
    assert "AFCP/35A12/1" in page(reverse("coalitions:resolution-proposals", args=[draft.slug]))
    assert "de faire rapport;" in page(proposal.get_absolute_url())
    assert "Its proposed wording is in the proposals." in page(reverse("resolutions:text", args=[draft.slug]))
    compared = page(reverse("coalitions:compare", args=[draft.slug]))
    assert ("AFCP/35A12/1" in compared, "IAP/40/1" in compared) == (True, True)
    assert "de faire rapport<ins> chaque année</ins>;" in compared


def test_sent_twice_it_is_one(client, here):
    typed = begun(client, member(here), step="save")
    first, second = (sent(client, typed)[0] for _ in range(2))
    assert (Resolution.objects.count(), Proposal.objects.count(), first.url) == (1, 1, second.url)
    looked, _page = sent(client, typed | {"step": "look"})
    assert looked.url == first.url
    # Also where its label was corrected in between, on the page one went back to.
    sent(client, typed | {"label": "[AFCP-9]"})
    assert (Resolution.objects.count(), Proposal.objects.count()) == (1, 1)


def test_another_region_joins_the_draft_of_this_label_however_it_is_typed(client, here):
    RegionalGroupFactory(code="CITEL", acronym_en="CITEL", proposal_codes=["IAP"])
    sent(client, begun(client, member(here), step="save"))
    typed = begun(client, member(here), identifier="ADD IAP/40/1", label="afcp-1", title="Otherwise called")
    response, page = sent(client, typed | {"pasted": "resolves\n1 to study;"})
    assert (response.context["step"], "This draft is already here: what is proposed is added to it." in page) == ("look", True)
    assert "Rights in standards" in page
    sent(client, typed | {"step": "save"})
    assert [proposal.resolution.title_en for proposal in Proposal.objects.all()] == ["Rights in standards"] * 2
    assert (Resolution.objects.count(), Proposal.objects.get(identifier="IAP/40/1").title) == (1, "Otherwise called")


def test_a_draft_known_by_its_label_alone_is_given_its_title(client, here):
    ResolutionFactory(number=None, slug="draft-afcp-1", label="[AFCP-1]", status="draft", title_en="[AFCP-1]", title_fr=None)
    sent(client, begun(client, member(here), language="fr", title="Les droits", step="save"))
    draft = Resolution.objects.get()
    assert (draft.title_fr, draft.title_en, draft.title) == ("Les droits", None, "Les droits")


def test_a_label_of_an_earlier_assembly_is_another_draft(client, here):
    old = ResolutionFactory(number=None, slug="draft-afcp-1", label="[AFCP-1]", status="draft", title_en="Of long ago", title_fr=None)
    ProposalFactory(
        resolution=old, action="ADD", contribution=ContributionFactory(assembly=AssemblyFactory(code="WTSA-24", starts_on="2024-10-15"))
    )
    sent(client, begun(client, member(here), step="save"))
    new = Resolution.objects.exclude(pk=old.pk).get()
    assert (new.slug, new.label, new.title_en) == ("draft-afcp-1-wtsa-28", "[AFCP-1]", "Rights in standards")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"label": ""}, "Give the draft a label, for example [AFCP-1]."),
        ({"title": ""}, "Give its title, in the language of the document."),
        ({"identifier": ""}, "Give the identifier, or the number of the document."),
        ({"identifier": "MOD AFCP/35A12/1"}, "The identifier says MOD."),
        ({"identifier": "ADD XYZ/38/1"}, "“XYZ” is not known here: say who asks."),
        ({"identifier": "", "number": "35A12"}, "Say who proposes it: a regional group or at least one State."),
        ({"language": "en", "pasted": TEXT}, "This wording is in another language (français): choose that one."),
        ({"rows": "1", "call-0": "resolves", "text-0": ""}, "Write the wording of this clause, or clear its line."),
        (
            {"rows": "1", "text-0": "to study;", "pasted": "resolves\n1 to study;"},
            "Either enter it clause by clause or paste the whole text",
        ),
    ],
)
def test_what_is_missing_gets_a_sentence_and_nothing_typed_is_lost(client, here, typed, said):
    response, page = sent(client, begun(client, member(here), reasons="Reasons I typed", step="look") | typed)
    assert response.status_code == 200
    assert said in page
    assert "Reasons I typed" in page
    for value in typed.values():
        assert value.split("\n")[0].replace("'", "&#x27;") in page
    assert (Resolution.objects.count(), Proposal.objects.count()) == (0, 0)


def test_more_clauses_keep_those_that_are_there(client, here):
    typed = begun(client, member(here)) | {"rows": "4", "text-3": "the fourth one;", "step": "more"}
    _response, page = sent(client, typed)
    assert (page.count('<textarea name="text-'), "the fourth one;</textarea>" in page) == (8, True)
    back, page = sent(client, typed | {"step": "facts"})
    assert (back.context["step"], 'value="the fourth one;"' in page) == ("facts", True)


def test_without_words_it_is_recorded_that_there_is_this_draft(client, here):
    typed = begun(client, member(here)) | {"rows": "4", "step": "look"}
    assert "No wording: only the existence of the proposal is recorded." in sent(client, typed)[1]
    sent(client, typed | {"step": "save"})
    assert stored() == []
    # Its words can come later, on its own page.
    slug = Resolution.objects.get().slug
    address = reverse("coalitions:proposal-new", args=[slug])
    document = client.get(address).context["document"]
    later = {name: document[name].value() or "" for name in document.fields if name != "is_late"}
    later |= {"identifier": "ADD AFCP/35A12/1", "received_on": "2028-09-20", "assembly": "WTSA-28", "language": "en"}
    client.post(address, later | {"pasted": "resolves\n1 to study rights;", "step": "save"})
    assert stored() == [("operative", "resolves", "1", "to study rights;", "added")]


def test_what_was_typed_on_the_page_of_a_resolution_comes_along(client, here):
    resolution = ResolutionFactory(number=50)
    client.force_login(member(here))
    address = reverse("coalitions:proposal-new", args=[resolution.slug])
    assert f'name="step" value="begin" formaction="{PAGE}"' in client.get(address).content.decode()
    typed = {"identifier": "ADD AFCP/35A12/1", "countries": "Kenya", "reasons": "Because", "pasted": "decides", "action": "MOD"}
    response, page = sent(client, typed | {"assembly": "WTSA-28", "received_on": "2028-09-11", "step": "begin"})
    assert response.context["step"] == "facts"
    for said in ('value="ADD AFCP/35A12/1"', 'value="Kenya"', "Because</textarea>", "decides</textarea>", 'value="2028-09-11"'):
        assert said in page
    assert "errorlist" not in page


def test_a_document_that_is_not_public_comes_along_as_its_number_alone(client, here):
    client.force_login(member(here))
    response, _page = sent(client, {"identifier": "ADD AFCP/TD3/1", "access": "number", "step": "begin"})
    assert response.url == reverse("coalitions:number-new")


def test_an_observer_may_not(client, here):
    client.force_login(observer(here))
    assert (client.get(PAGE).status_code, client.post(PAGE, {}).status_code) == (403, 403)


@pytest.mark.parametrize("count", [1, 3, 60])
def test_the_pages_cost_the_same_however_long_it_is(client, here, count, django_assert_num_queries):
    client.force_login(member(here))
    client.get(PAGE)
    with django_assert_num_queries(6):
        client.get(PAGE)
    typed = begun(client, member(here), rows=str(count), step="more")
    typed |= {f"text-{n}": f"to study example number {n} further;" for n in range(count)}
    with django_assert_num_queries(7):
        response = client.post(PAGE, typed)
    assert len(gzip.compress(response.content)) < 30 * 1024
