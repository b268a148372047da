"""The proposals on a resolution: who asks what, what became of it, and never the number of a document that is not for one's eyes."""

import gzip
import re
from datetime import timedelta

import pytest
from django.urls import reverse

from coalitions.models import KeptNumber, Reading
from resolutions.models import Proposal, ProposalEvent, Watch
from resolutions.services import proposals as services
from tests.clock import NOW
from tests.factories import (
    AssemblyFactory,
    ClauseFactory,
    ContributionFactory,
    ProposalFactory,
    RegionalGroupFactory,
    ResolutionFactory,
    RevisionFactory,
    RevisionTextFactory,
    UserFactory,
    circle_of,
    coalition,
    lead,
    member,
    observer,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_september")]


@pytest.fixture
def here():
    return coalition()


@pytest.fixture
def resolution():
    return ResolutionFactory(number=50, title_en="Cybersecurity")


def tab(resolution) -> str:
    return reverse("coalitions:resolution-proposals", args=[resolution.slug])


def shown(client, user, address) -> str:
    client.force_login(user)
    response = client.get(address)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def in_force(resolution, *texts, language="en"):
    revision = RevisionFactory(
        resolution=resolution, assembly=AssemblyFactory(code="WTSA-24", starts_on="2024-10-15", ends_on="2024-10-24")
    )
    version = RevisionTextFactory(revision=revision, language=language)
    return version, [ClauseFactory(version=version, position=n, text=text) for n, text in enumerate(texts)]


def proposed(proposal, position, base=None, *, text="", before=None, change="modified", **fields):
    if base is not None:
        fields = {"base_clause": base, "identity": base.identity, "part": base.part, "call": base.call, "number": base.number, **fields}
    fields = {"part": "operative", "call": "resolves", **fields}
    before = (base.text if base is not None else "") if before is None else before
    return proposal.clauses.create(position=position, action=proposal.action, change=change, text=text, before=before, **fields)


# --- The list -----------------------------------------------------------------------------------------------------------


def test_a_line_says_what_is_asked_by_whom_since_when_and_how_to_read_it(client, here, resolution):
    group = RegionalGroupFactory(code="CEPT", acronym_en="CEPT", acronym_fr="CEPT")
    document = ContributionFactory(number="38A7", received_at=NOW - timedelta(days=2), url="https://www.itu.int/doc", is_late=True)
    ProposalFactory(
        contribution=document, resolution=resolution, identifier="EUR/38A7/1", group=group, countries="FR,DE,ES", status="common"
    )
    page = shown(client, member(here), tab(resolution))
    assert '<b class="itu">MOD</b> <bdi class="cote">EUR/38A7/1</bdi>' in page
    assert "<bdi>CEPT</bdi>" in page
    for said in ("common proposal", "late</span>", "3 States sign it", "Mon 18 Sept", "on itu.int", "not read yet"):
        assert said in page, said


def test_states_are_named_and_not_by_their_symbols(client, here, resolution):
    ProposalFactory(resolution=resolution, sources=["B"], countries="BR,AR,CL,UY,PY", identifier="B/45/1")
    page = shown(client, member(here), tab(resolution))
    assert "Argentina, Brazil, Chile and 2 other States" in page


def test_no_change_is_shown_as_a_result(client, here, resolution):
    ProposalFactory(resolution=resolution, action="NOC", identifier="EUR/38A7/2")
    assert '<b class="itu">NOC</b> <bdi class="cote">EUR/38A7/2</bdi> <small>no change</small>' in shown(
        client, member(here), tab(resolution)
    )


def test_what_is_preliminary_withdrawn_or_replaced_is_marked_or_folded(client, here, resolution):
    ProposalFactory(resolution=resolution, identifier="EUR/1A1/1", status="preliminary")
    ProposalFactory(resolution=resolution, identifier="EUR/1A1/2", status="withdrawn")
    ProposalFactory(resolution=resolution, identifier="EUR/1A1/3", superseded_at=NOW)
    page = shown(client, member(here), tab(resolution))
    assert "preliminary ?</span>" in page
    standing, gone = page.split("Withdrawn or replaced")
    assert "EUR/1A1/1" in standing
    assert ("EUR/1A1/2" in standing, "EUR/1A1/3" in standing) == (False, False)
    assert ("EUR/1A1/2" in gone, "EUR/1A1/3" in gone, "</svg>withdrawn</span>" in gone) == (True, True, True)
    assert 'data-status="gap"' not in gone


def test_a_state_that_signs_the_regional_text_and_files_its_own_is_pointed_out(client, here, resolution):
    group = RegionalGroupFactory()
    ProposalFactory(resolution=resolution, group=group, countries="KE,ZA", identifier="AFCP/35A12/1")
    ProposalFactory(resolution=resolution, countries="KE", identifier="KEN/48/1", sources=["KEN"])
    ProposalFactory(resolution=resolution, countries="BR", identifier="B/49/1", sources=["B"])
    page = shown(client, member(here), tab(resolution))
    assert page.count("also signs the regional text:") == 1
    assert "Kenya also signs the regional text:" in page


def test_what_moved_since_my_last_visit_says_so(client, here, resolution):
    me = member(here, seen_at=NOW, seen_before_at=NOW - timedelta(days=2))
    for number, days in ((1, 1), (2, 3)):
        at = NOW - timedelta(days=days)
        proposal = ProposalFactory(resolution=resolution, identifier=f"EUR/1A1/{number}", moved_at=at)
        proposal.events.create(kind="new", status="submitted", recorded_at=at)
    assert "changed since your last visit" not in shown(client, me, tab(resolution))
    Watch.objects.create(user=me, resolution=resolution, created_at=NOW - timedelta(days=9))
    assert shown(client, me, tab(resolution)).count("changed since your last visit") == 1


def test_our_reading_is_that_of_my_circles_and_the_newest(client, here, resolution):
    proposal = ProposalFactory(resolution=resolution)
    reader, stranger = member(here, name="Ama Example"), member(coalition("There"))
    for tone in ("good", "risk"):
        Reading.objects.create(circle=here.everyone, proposal=proposal, tone=tone, by=reader)
    page = shown(client, reader, tab(resolution))
    assert ("unfavourable" in page, ">favourable" in page, "Ama E." in page) == (True, False, True)
    assert "not read yet" in shown(client, stranger, tab(resolution))


def test_earlier_assemblies_are_folded_below_the_latest(client, here, resolution):
    old = AssemblyFactory(code="WTSA-24", short_name_en="WTSA-24", starts_on="2024-10-15", ends_on="2024-10-24")
    ProposalFactory(resolution=resolution, contribution=ContributionFactory(assembly=old, is_history=True), identifier="EUR/24A1/1")
    ProposalFactory(resolution=resolution, identifier="EUR/28A1/1")
    page = shown(client, member(here), tab(resolution))
    assert page.index("EUR/28A1/1") < page.index("<summary><bdi>WTSA-24</bdi>") < page.index("EUR/24A1/1")


def test_the_number_of_a_restricted_document_is_for_those_it_is_shared_with(client, here, resolution):
    keeper, mate, other = member(here), member(here), member(here)
    circle = circle_of(here, keeper, mate, name="Few")
    document = ContributionFactory(access="number", number="TD 99", entered_by=keeper)
    KeptNumber.objects.create(contribution=document, circle=circle)
    words = {"title": "Forced in", "reasons": "Forced in too"}
    proposal = ProposalFactory(contribution=document, resolution=resolution, identifier="EUR/99/1", **words)
    for person, sees in ((keeper, True), (mate, True), (other, False)):
        page = shown(client, person, tab(resolution))
        assert ("TD 99" in page, "EUR/99/1" in page, "number only" in page) == (sees, sees, sees)
        for address in (proposal.get_absolute_url(), reverse("coalitions:proposal-change", args=[proposal.public_id])):
            answer = client.get(address)
            assert (answer.status_code, "Forced in" in answer.content.decode()) == (200 if sees else 404, False)


def test_an_empty_list_says_what_one_can_do(client, here, resolution):
    page = shown(client, member(here), tab(resolution))
    assert ("No proposal is recorded" in page, "Add the first one" in page) == (True, True)
    page = shown(client, observer(here), tab(resolution))
    assert ("No proposal is recorded" in page, "Add the first one" in page) == (True, False)


@pytest.mark.parametrize("count", [1, 3, 40])
def test_the_list_costs_the_same_however_long_it_is_and_stays_within_its_budget(client, here, resolution, count, django_assert_num_queries):
    me, group = member(here), RegionalGroupFactory()
    for n in range(count):
        proposal = ProposalFactory(resolution=resolution, group=group, countries="KE,ZA,SN", identifier=f"AFCP/35A{n}/1")
        Reading.objects.create(circle=here.everyone, proposal=proposal, tone="risk", by=me)
    client.force_login(me)
    client.get(tab(resolution))
    with django_assert_num_queries(8):
        response = client.get(tab(resolution))
    assert len(gzip.compress(response.content)) < 25 * 1024


# --- One proposal -------------------------------------------------------------------------------------------------------


def test_a_page_shows_what_changes_word_by_word_and_folds_what_stays(client, here, resolution):
    version, clauses = in_force(resolution, "to continue studying security;", "to report every year;")
    document = ContributionFactory(number="38A7", sha256="ab" * 32, file_name="38A7.docx")
    proposal = ProposalFactory(resolution=resolution, contribution=document, base=version)
    proposed(proposal, 1, clauses[0], text="to continue studying and standardizing security;")
    proposed(proposal, 2, clauses[1], text=clauses[1].text, change="unchanged")
    proposed(proposal, 3, text="to ask again;", change="added", number="3")
    page = shown(client, member(here), proposal.get_absolute_url())
    assert "to continue studying <ins>and standardizing </ins>security;" in page
    assert "1 clause stays as it is" in page
    assert "<ins>to ask again;</ins>" in page
    # Its file name is shown to whoever entered it alone.
    assert ("abababababab…" in page, "38A7.docx" in page) == (True, False)


@pytest.mark.parametrize("count", [1, 3, 5])
def test_that_it_starts_from_another_text_is_said_first_of_each_clause(client, here, resolution, count):
    version, clauses = in_force(resolution, *(f"to continue studying harbour {n};" for n in range(count)))
    proposal = ProposalFactory(resolution=resolution, base=version)
    for n, clause in enumerate(clauses):
        proposed(proposal, n + 1, clause, before=f"to go on studying harbour {n};", text=f"to study harbour {n};", base_differs=True)
    page = shown(client, member(here), proposal.get_absolute_url())
    notice = page[page.index("This proposal starts from another text") : page.index("Operative part")]
    assert [notice.count(f"to <del>continue</del><ins>go on</ins> studying harbour {n};") for n in range(count)] == [1] * count
    assert re.findall(r'<a href="#(c-\w+)">', notice) == [clause.anchor for clause in clauses]
    assert [page.count(f'id="{clause.anchor}"') for clause in clauses] == [1] * count
    # Beyond three, the others are folded.
    assert ("<details" in notice) == (count > 3)


def in_two_languages(resolution):
    """One clause in force, in English and in Russian."""
    english, [clause] = in_force(resolution, "to continue studying security;")
    russian = RevisionTextFactory(revision=english.revision, language="ru")
    ClauseFactory(
        version=russian, position=0, identity=clause.identity, call="решает", verb="решает", text="продолжать изучение безопасности;"
    )
    return english, clause


def in_russian(resolution, base, clause, **fields):
    document = ContributionFactory(language="ru", number="40A3")
    proposal = ProposalFactory(resolution=resolution, contribution=document, base=base, identifier="RCC/40A3/1", sources=["RCC"])
    proposed(proposal, 1, clause, call="решает", **fields)
    return proposal


IN_FORCE = """<p class="said" lang="en" dir="ltr">to continue studying security;</p>"""


def test_words_in_another_language_stand_beside_mine_marked_against_theirs(client, here, resolution):
    base, clause = in_two_languages(resolution)
    wanted = "продолжать изучение и стандартизацию безопасности;"
    proposal = in_russian(resolution, base, clause, before="изучать безопасность;", text=wanted)
    page = shown(client, member(here), proposal.get_absolute_url())
    marked = "продолжать изучение <ins>и стандартизацию </ins>безопасности;"
    assert f'<p class="said compare" lang="ru" dir="ltr"> {marked} </p>' in page
    assert page.count(IN_FORCE) == 1
    assert page.index(IN_FORCE) < page.index(marked)
    assert page.count('<span class="language" lang="ru">русский</span>') == 1
    assert "is not entered here" not in page


def test_what_is_in_my_language_has_nothing_beside_it(client, here, resolution):
    base, clause = in_two_languages(resolution)
    proposal = in_russian(resolution, base, clause, text="продолжать;")
    page = shown(client, member(here, languages_read=["ru"], language="es"), proposal.get_absolute_url())
    assert ('class="variants"' in page, "продолжать<del> изучение безопасности</del>;" in page) == (False, True)


def test_without_the_text_in_their_language_the_marks_are_those_of_the_document(client, here, resolution):
    base, [clause] = in_force(resolution, "to continue studying security;")
    proposal = in_russian(resolution, base, clause, before="изучать безопасность;", text="изучать безопасность сетей;")
    page = shown(client, member(here), proposal.get_absolute_url())
    assert "изучать безопасность<ins> сетей</ins>;" in page
    assert IN_FORCE in page
    assert "The text in force is not entered here in Russian. What is marked is what this document changes in the words" in page


def test_without_any_words_before_they_are_shown_whole_and_it_is_said(client, here, resolution):
    base, [clause] = in_force(resolution, "to continue studying security;")
    proposal = in_russian(resolution, base, clause, before="", text="изучать безопасность сетей;", change="unknown")
    page = shown(client, member(here), proposal.get_absolute_url())
    assert '<p class="said" lang="ru" dir="ltr">изучать безопасность сетей;</p>' in page
    assert IN_FORCE in page
    assert ("<ins>" in page, "This document has no marks: its words are shown whole." in page) == (False, True)


def test_a_document_without_marks_that_leaves_a_clause_as_it_is_changes_nothing(client, here, resolution):
    base, clause = in_two_languages(resolution)
    proposal = in_russian(resolution, base, clause, before="", text="продолжать изучение безопасности;", change="unknown")
    assert "1 clause stays as it is" in shown(client, member(here), proposal.get_absolute_url())


def test_doubtful_anchors_are_pointed_at(client, here, resolution):
    version, clauses = in_force(resolution, "to continue studying security;")
    proposal = ProposalFactory(resolution=resolution, base=version)
    proposed(proposal, 1, clauses[0], text="to do something else;", is_doubtful=True)
    page = shown(client, member(here), proposal.get_absolute_url())
    assert "It is not certain which clause in force 1 clause of this proposal changes." in page
    assert "anchor to be checked" in page


def test_issues_of_one_document_lead_to_each_other(client, here, resolution):
    first = ProposalFactory(
        resolution=resolution, contribution=ContributionFactory(number="38A7"), superseded_at=NOW, identifier="EUR/38A7/1"
    )
    second = ProposalFactory(
        resolution=resolution, contribution=ContributionFactory(number="38A7", revision=1), replaces=first, identifier="EUR/38A7R1/1"
    )
    me = member(here)
    page = shown(client, me, first.get_absolute_url())
    assert ("A later issue of the document replaced" in page, second.get_absolute_url() in page) == (True, True)
    page = shown(client, me, second.get_absolute_url())
    assert ("Earlier issue" in page, first.get_absolute_url() in page) == (True, True)


def test_events_are_told_newest_first_and_name_only_people_one_knows(client, here, resolution):
    proposal = ProposalFactory(resolution=resolution)
    me, stranger = member(here, name="Ama Example"), UserFactory(name="Zoe Stranger")
    services.change_status(proposal, status="common", by=stranger, at=NOW - timedelta(days=2))
    services.withdraw(proposal, by=me)
    page = shown(client, me, proposal.get_absolute_url())
    assert page.index("<h3>Withdrawn</h3>") < page.index("<h3>New status</h3>")
    assert ("Ama E." in page, "Zoe" in page) == (True, False)


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_costs_the_same_however_much_is_in_it(client, here, resolution, count, django_assert_num_queries):
    version, clauses = in_force(resolution, *(f"to study example number {n};" for n in range(count)))
    proposal = ProposalFactory(resolution=resolution, base=version)
    for n, base in enumerate(clauses):
        proposed(proposal, n, base, text=f"to study example number {n} further;")
        ProposalEvent.objects.create(proposal=proposal, kind="status", status="common")
    me = member(here)
    client.force_login(me)
    client.get(proposal.get_absolute_url())
    with django_assert_num_queries(12):
        response = client.get(proposal.get_absolute_url())
    assert len(gzip.compress(response.content)) < 30 * 1024


# --- What becomes known of it -------------------------------------------------------------------------------------------


def change_of(client, proposal) -> dict[str, str]:
    page = client.get(reverse("coalitions:proposal-change", args=[proposal.public_id]))
    form = page.context["form"]
    return {name: form[name].value() or "" for name in form.fields if name != "is_late"}


def test_a_member_makes_known_that_it_was_withdrawn(client, here, resolution):
    me, proposal = member(here), ProposalFactory(resolution=resolution, countries="KE")
    client.force_login(me)
    typed = change_of(client, proposal) | {"status": "withdrawn", "countries": "Kenya, South Africa"}
    response = client.post(reverse("coalitions:proposal-change", args=[proposal.public_id]), typed)
    assert (response.status_code, response.url) == (302, proposal.get_absolute_url())
    assert list(proposal.events.order_by("pk").values_list("kind", "by")) == [("signed", me.pk), ("withdrawn", me.pk)]
    proposal.refresh_from_db()
    assert [str(code) for code in proposal.countries] == ["KE", "ZA"]


def test_an_observer_reads_and_changes_nothing(client, here, resolution):
    proposal = ProposalFactory(resolution=resolution)
    page = shown(client, observer(here), proposal.get_absolute_url())
    assert "Status, signatories, outcome" not in page
    address = reverse("coalitions:proposal-change", args=[proposal.public_id])
    assert (client.get(address).status_code, client.post(address, {"status": "withdrawn"}).status_code) == (403, 403)
    assert Proposal.objects.get().status == "submitted"


def test_a_change_of_what_changed_meanwhile_is_asked_again(client, here, resolution):
    proposal = ProposalFactory(resolution=resolution, status="preliminary", countries="KE")
    address = reverse("coalitions:proposal-change", args=[proposal.public_id])
    client.force_login(lead(here))
    typed = change_of(client, proposal) | {"status": "withdrawn", "countries": "Kenya, Ghana"}
    services.change_status(proposal, status="common", by=None)
    response = client.post(address, typed)
    page = response.content.decode()
    assert ("Someone has changed this in the meantime." in page, 'value="Kenya, Ghana"' in page) == (True, True)
    assert Proposal.objects.get().status == "common"
    again = {name: value for name, value in typed.items() if not name.startswith("seen_")}
    again |= {name: response.context["form"][name].value() for name in typed if name.startswith("seen_")}
    assert client.post(address, again).status_code == 302
    assert Proposal.objects.get().status == "withdrawn"


def test_an_unknown_state_is_told_and_nothing_typed_is_lost(client, here, resolution):
    proposal = ProposalFactory(resolution=resolution)
    client.force_login(member(here))
    typed = change_of(client, proposal) | {"countries": "Kenya, Atlantis"}
    page = client.post(reverse("coalitions:proposal-change", args=[proposal.public_id]), typed).content.decode()
    assert ("No State is known by this name: Atlantis." in page, 'value="Kenya, Atlantis"' in page) == (True, True)
    assert ProposalEvent.objects.count() == 0


@pytest.mark.parametrize(
    ("sort", "in_order"),
    [
        ("", ["AFCP/1", "EUR/2", "USA/3"]),
        ("moved", ["USA/3", "AFCP/1", "EUR/2"]),
        ("reading", ["EUR/2", "USA/3", "AFCP/1"]),
        ("action", ["EUR/2", "AFCP/1", "USA/3"]),
        ("x", ["AFCP/1", "EUR/2", "USA/3"]),
    ],
)
def test_proposals_have_the_order_asked_for(client, here, resolution, sort, in_order):
    samuel = member(here)
    for identifier, action, days, tone in (("AFCP/1", "MOD", 3, ""), ("EUR/2", "ADD", 9, "risk"), ("USA/3", "SUP", 1, "good")):
        made = ProposalFactory(resolution=resolution, identifier=identifier, action=action, moved_at=NOW - timedelta(days=days))
        if tone:
            Reading.objects.create(circle=here.everyone, proposal=made, tone=tone, by=samuel)
    client.force_login(samuel)

    answer = client.get(tab(resolution), {"sort": sort})

    assert [row.proposal.identifier for row in answer.context["assemblies"][0].standing] == in_order
