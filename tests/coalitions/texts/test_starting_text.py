"""Where nobody entered the text in force, what a proposal starts from can stand in for it."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils.timezone import now

from amnt.core.errors import RuleBroken
from coalitions.texts.services import imports
from resolutions.drafts import ClauseDraft, ContributionDraft, ProposalDraft
from resolutions.importers.docx import split_pasted
from resolutions.models import ImportJob, Proposal, RevisionText, Upload
from resolutions.services.entering import enter
from resolutions.services.text_entry import receive_starting_text, store_text
from resolutions.services.texts import check_text, enter_text
from tests.factories import AssemblyFactory, ResolutionFactory, RevisionFactory, UserFactory, coalition, lead, member, observer

pytestmark = pytest.mark.django_db

OFFER = "Take what it starts from"
GIVEN = 'As given in <bdi class="cote">38A7</bdi>, to be checked against the official text.'
BEFORE = ["that trust grows slowly;", "to study trust;", "to report on trust;"]


@pytest.fixture
def ours():
    return coalition()


@pytest.fixture
def user(client, ours):
    user = member(ours, seen_at=now())
    client.force_login(user)
    return user


@pytest.fixture
def resolution():
    return ResolutionFactory(number=50)


@pytest.fixture
def revision(resolution):
    assembly = AssemblyFactory(code="WTSA-24", starts_on=date(2024, 10, 15), ends_on=date(2024, 10, 24))
    return RevisionFactory(resolution=resolution, assembly=assembly)


def changed(part, call, number, before, text, change="modified"):
    return ClauseDraft(part, text, before, call, call, number, number if before else "", change=change)


def propose(resolution, by=None, job=None, **about) -> Proposal:
    clauses = (
        changed("preamble", "considering", "a)", BEFORE[0], BEFORE[0], "unchanged"),
        changed("operative", "resolves", "1", BEFORE[1], "to study trust and fear;"),
        changed("operative", "resolves", "1bis", "", "to ask users;", "added"),
        changed("operative", "resolves", "2", BEFORE[2], "", "removed"),
    )
    draft = ProposalDraft(resolution, "MOD", "EUR/38A7/1", sources=("EUR",), clauses=clauses)
    about = {"language": "en", "url": "https://www.itu.int/38A7"} | about
    return enter(ContributionDraft(AssemblyFactory(), "38A7", (draft,), **about), by=by, job=job)[0]


def page_of(client, address, **data) -> str:
    return " ".join(client.get(address, data).content.decode().split())


def starting_text(proposal) -> str:
    return reverse("coalitions:proposal-starting-text", args=[proposal.public_id])


def given(proposal, by) -> RevisionText:
    return store_text(receive_starting_text(proposal, proposal.resolution.revisions.get(), by=by), by=by)


def test_the_text_before_the_marks_is_reviewed_then_stands_in_as_given_there(client, user, resolution, revision):
    proposal = propose(resolution)
    address = starting_text(proposal)
    assert address in page_of(client, proposal.get_absolute_url())
    preview = client.post(address, {"revision": "WTSA-24"}, follow=True)
    html = " ".join(preview.content.decode().split())
    assert ("3 clauses were found." in html, GIVEN in html) == (True, True)
    assert not RevisionText.objects.exists()

    client.post(preview.request["PATH_INFO"], {"act": "store"})

    text = RevisionText.objects.get()
    assert (text.revision, text.language, text.given_in, text.entered_by) == (revision, "en", proposal.contribution, user)
    assert (text.url, text.checked_at) == ("https://www.itu.int/38A7", None)
    assert [(clause.name, clause.text) for clause in text.clauses.in_order()] == [
        ("considering a)", BEFORE[0]),
        ("resolves 1", BEFORE[1]),
        ("resolves 2", BEFORE[2]),
    ]
    html = page_of(client, reverse("resolutions:text", args=[resolution.slug]))
    assert (GIVEN in html, "to study trust<ins> and fear</ins>;" in html, "Proposed for this clause:" in html) == (True, True, True)


def test_a_revision_that_is_added_with_it_names_the_document_as_its_source(client, user, resolution):
    AssemblyFactory(code="WTSA-24", starts_on=date(2024, 10, 15), ends_on=date(2024, 10, 24), city="New Delhi")
    address = starting_text(propose(resolution))
    preview = client.post(address, {"revision": "WTSA-24"}, follow=True)
    client.post(preview.request["PATH_INFO"], {"act": "store"})
    added = resolution.revisions.get()
    assert (added.source, added.is_to_check) == ("https://www.itu.int/38A7 ; 38A7", True)


def test_what_waited_for_a_text_stands_on_it_and_is_compared(client, user, resolution, revision):
    proposal = propose(resolution)
    assert proposal.base is None
    text = given(proposal, user)
    proposal.refresh_from_db()
    assert proposal.base == text
    rows = list(proposal.clauses.in_order().values_list("base_clause__text", "base_differs", "is_doubtful"))
    assert rows == [(BEFORE[0], False, False), (BEFORE[1], False, False), (None, False, False), (BEFORE[2], False, False)]
    html = page_of(client, reverse("coalitions:compare", args=[resolution.slug]))
    assert "to study trust<ins> and fear</ins>;" in html


def test_it_is_offered_to_whoever_may_enter_texts_and_to_nobody_else(client, ours, resolution, revision):
    proposal = propose(resolution)
    address = starting_text(proposal)
    people = ((lead(ours), 200), (member(coalition("Another")), 200), (observer(ours), 403), (UserFactory(seen_at=now()), 403))
    for person, status in people:
        client.force_login(person)
        assert (OFFER in page_of(client, proposal.get_absolute_url())) is (status == 200)
        assert client.get(address).status_code == status
        if status == 403:
            assert client.post(address, {"revision": "WTSA-24"}).status_code == 403
    assert not Upload.objects.exists()


def test_where_the_text_is_here_nothing_is_offered_and_nothing_replaced(client, user, resolution, revision):
    proposal = propose(resolution)
    upload = receive_starting_text(proposal, revision, by=user)
    official = enter_text(revision, language="en", clauses=split_pasted("resolves\n1\tto study trust;").clauses, by=user)
    assert OFFER not in page_of(client, proposal.get_absolute_url())
    with pytest.raises(RuleBroken, match="is here already"):
        store_text(upload, by=user)
    assert RevisionText.objects.get() == official


def test_beside_a_text_in_another_language_it_is_offered_in_its_own(client, user, resolution, revision):
    enter_text(revision, language="fr", clauses=split_pasted("décide\n1\td'étudier la confiance;").clauses, by=user)
    proposal = propose(resolution)
    assert OFFER in page_of(client, proposal.get_absolute_url())
    given(proposal, user)
    proposal.refresh_from_db()
    assert proposal.base.language == "en"


def test_the_official_text_takes_its_place(client, user, resolution, revision):
    proposal = propose(resolution)
    stand_in = given(proposal, user)
    official = enter_text(revision, language="en", clauses=split_pasted("resolves\n1\tto study trust at last;").clauses, by=user)
    stand_in.refresh_from_db()
    proposal.refresh_from_db()
    assert (stand_in.superseded_at is None, official.given_in, proposal.base) == (False, None, official)
    assert GIVEN not in page_of(client, reverse("resolutions:text", args=[resolution.slug]))


def test_once_it_is_checked_it_is_the_official_text(client, ours, user, resolution, revision):
    text = given(propose(resolution), user)
    other = member(ours, seen_at=now())
    client.force_login(other)
    check = reverse("coalitions:text-check", args=[text.public_id])
    assert GIVEN in page_of(client, check)
    check_text(text, by=other)
    assert GIVEN not in page_of(client, reverse("resolutions:text", args=[resolution.slug]))


def test_the_assembly_to_come_adopted_nothing_yet(client, user, resolution, revision):
    proposal = propose(resolution)
    later = RevisionFactory(resolution=resolution)
    html = page_of(client, starting_text(proposal))
    assert ('value="WTSA-24"' in html, f'value="{later.assembly.code}"' in html) == (True, False)


def test_a_proposal_without_marks_or_on_a_draft_gives_no_text(client, user):
    draft = ResolutionFactory(number=None, slug="draft-1", label="[IAP-1]", status="draft")
    unmarked = ProposalDraft(ResolutionFactory(number=52), "MOD", "EUR/9/1", sources=("EUR",), clauses=(ClauseDraft("operative", "x"),))
    other = enter(ContributionDraft(AssemblyFactory(), "9", (unmarked,), language="en"), by=None)[0]
    for proposal in (propose(draft), other):
        assert OFFER not in page_of(client, proposal.get_absolute_url())


def test_a_publication_whose_text_stands_in_is_not_taken_back_unasked(user, resolution, revision):
    job = ImportJob.objects.create(kind="file", by=user)
    given(propose(resolution, by=user, job=job), user)
    with pytest.raises(RuleBroken, match="Others have worked with it since"):
        imports.take_back(job, by=user)


def test_every_clause_that_differs_from_the_text_in_force_is_said_in_one_place(client, user, resolution, revision):
    words = "considering\na)\tthat trust grows;\nresolves\n1\tto study trust;\n2\tto report soon on trust;\n"
    enter_text(revision, language="en", clauses=split_pasted(words).clauses, by=user)
    proposal = propose(resolution)
    html = page_of(client, proposal.get_absolute_url())
    assert "2 clauses that it starts from are not what is entered here as the text in force." in html
    notice = html[html.index("This proposal starts from another text") :].split("</div>")[0]
    assert ">considering a)</a> that trust grows<ins> slowly</ins>;" in notice
    assert ">resolves 2</a> to report <del>soon </del>on trust;" in notice
    assert ">resolves 1</a>" not in notice


def test_the_page_that_says_that_a_file_is_published_offers_it(client, user, resolution, revision):
    proposal = propose(resolution, by=user)
    upload = Upload.objects.create(kind="contribution", brought_by=user, state="published", contribution=proposal.contribution)
    assert starting_text(proposal) in page_of(client, upload.get_absolute_url())
    given(proposal, user)
    assert starting_text(proposal) not in page_of(client, upload.get_absolute_url())


@pytest.mark.parametrize("rows", [1, 3])
def test_the_form_costs_the_same_however_many_revisions_are_known(client, user, resolution, revision, rows, django_assert_num_queries):
    proposal = propose(resolution)
    for number in range(rows):
        RevisionFactory(resolution=resolution, assembly=AssemblyFactory(code=f"WTSA-{number}", starts_on=date(2001 + number, 1, 1)))
    with django_assert_num_queries(7):
        client.get(starting_text(proposal))
