"""What is too long is refused where it is published, with a sentence that says the limit and what to do."""

from dataclasses import replace
from datetime import date

import pytest

from amnt.core.errors import RuleBroken
from resolutions.domain import budgets
from resolutions.domain.budgets import (
    LONGEST_CLAUSE,
    LONGEST_REASONS,
    MOST_CHARACTERS,
    MOST_CHARACTERS_OF_DOCUMENT,
    MOST_CLAUSES,
    MOST_PROPOSALS,
)
from resolutions.drafts import ClauseDraft, ContributionDraft, ProposalDraft
from resolutions.extracted import ReadProposal
from resolutions.importers.docx import TextClause
from resolutions.models import Contribution, ProposedClause, RevisionText, Upload
from resolutions.services import publishing, uploads
from resolutions.services.contributions import record
from resolutions.services.entering import enter
from resolutions.services.texts import enter_text
from tests.factories import AssemblyFactory, ClauseFactory, ResolutionFactory, RevisionFactory, RevisionTextFactory, UserFactory
from tests.resolutions.docx.writing import call, docx, p, proposal

pytestmark = pytest.mark.django_db


def draft(*texts: str, reasons: str = "", before: str = "") -> ProposalDraft:
    clauses = tuple(ClauseDraft("operative", text, before=before, call="resolves", number=str(n)) for n, text in enumerate(texts, start=1))
    return ProposalDraft(ResolutionFactory(), "MOD", identifier="EUR/38/1", sources=("EUR",), clauses=clauses, reasons=reasons)


def document(*proposals: ProposalDraft) -> ContributionDraft:
    return ContributionDraft(AssemblyFactory(), "38", proposals, language="en")


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (lambda: draft(*["x"] * (MOST_CLAUSES + 1)), "EUR/38/1 — This text has 1,001 clauses, where 1,000 are allowed."),
        (lambda: draft(*["x" * 4_001] * 100), "EUR/38/1 — This text has 400,100 characters, where 400,000 are allowed."),
        (lambda: draft("x" * (LONGEST_CLAUSE + 1)), "A clause is too long .resolves 1.: 20,001 characters, where 20,000 are allowed."),
        (lambda: draft("x", before="x" * (LONGEST_CLAUSE + 1)), "A clause is too long .resolves 1.: 20,001 characters"),
        (lambda: draft("z", before="x" * (LONGEST_CLAUSE + 1)), "A clause is too long .resolves 1.: 20,001 characters"),
        (lambda: draft("x", reasons="x" * (LONGEST_REASONS + 1)), "The reasons have 20,001 characters, where 20,000 are allowed."),
    ],
)
def test_a_proposal_that_is_too_long_is_not_published(wanted, sentence):
    with pytest.raises(RuleBroken, match=sentence) as refused:
        record(document(wanted()), by=UserFactory())
    assert refused.value.field == ("reasons" if sentence.startswith("The reasons") else "")
    assert not Contribution.objects.exists()


def test_a_proposal_as_long_as_may_be_is_published():
    record(document(draft(*["x" * (MOST_CHARACTERS // MOST_CLAUSES)] * MOST_CLAUSES)), by=UserFactory())
    assert ProposedClause.objects.count() == MOST_CLAUSES


@pytest.mark.parametrize(
    ("proposals", "clauses", "characters", "sentence"),
    [
        (MOST_PROPOSALS + 1, 1, 1, "This document has 51 proposals, where 50 are allowed."),
        (4, 751, 1, "The proposals of this document have 3,004 clauses together, where 3,000 are allowed."),
        (3, 100, 3_334, "The proposals of this document have 1,000,200 characters together, where 1,000,000 are allowed."),
    ],
)
def test_a_document_that_holds_too_much_is_not_published(proposals, clauses, characters, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        record(document(*(draft(*["x" * characters] * clauses) for _ in range(proposals))), by=UserFactory())
    assert not Contribution.objects.exists()


def test_a_text_that_is_too_long_is_not_entered():
    clauses = [TextClause("item", "operative", "resolves", str(place), "to do something;", place) for place in range(MOST_CLAUSES + 1)]
    with pytest.raises(RuleBroken, match=r"This text has 1,001 clauses, where 1,000 are allowed. Enter one resolution at a time."):
        enter_text(RevisionFactory(), language="en", clauses=clauses, by=UserFactory())
    assert not RevisionText.objects.exists()


def test_a_file_that_holds_too_much_is_read_and_let_go_of(monkeypatch):
    monkeypatch.setattr(uploads, "MOST_CLAUSES_OF_DOCUMENT", 1)
    data = docx(proposal(call("resolves"), p("1\tto do something;"), p("2\tto do something else;")))
    upload = uploads.receive(data, file_name="long.docx", by=UserFactory(), assembly=AssemblyFactory())
    assert uploads.read_upload(upload.pk)
    upload.refresh_from_db()
    assert (upload.state, upload.extraction, upload.data) == (Upload.State.REFUSED, None, None)
    assert uploads.refusal_in_words(upload) == (
        "The proposals in this file have more than 1 clauses or 1,000,000 characters together. Split the file and try again."
    )


AS_MANY = {"clauses": [{"text": ""}] * MOST_CLAUSES}
AS_LONG = {"clauses": [{"text": "x" * MOST_CHARACTERS}]}
ONE_MORE = {"clauses": [{"text": "x"}]}


@pytest.mark.parametrize("whole", [AS_MANY, AS_LONG])
def test_a_text_that_was_read_may_be_as_long_as_a_text_may_be(whole):
    assert [uploads.is_too_long("text", text) for text in (whole, {"clauses": whole["clauses"] + ONE_MORE["clauses"]})] == [False, True]


@pytest.mark.parametrize(("times", "whole"), [(3, AS_MANY), (1, {"clauses": [{"text": "x" * MOST_CHARACTERS_OF_DOCUMENT}]})])
def test_the_proposals_that_were_read_may_be_as_long_as_a_document_may_be(times, whole):
    read = [{"proposals": [whole] * times}, {"proposals": [*[whole] * times, ONE_MORE]}]
    assert [uploads.is_too_long("contribution", document) for document in read] == [False, True]


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("text", "This text has more than 1,000 clauses or 400,000 characters. Enter one resolution at a time."),
        ("contribution", "The proposals in this file have more than 3,000 clauses or 1,000,000 characters together. "),
    ],
)
def test_what_was_too_long_to_be_taken_in_says_what_to_do(kind, sentence):
    assert uploads.refusal_in_words(Upload(kind=kind, refusal=uploads.TOO_LONG)).startswith(sentence)


def nothing_changed_on(clauses: int) -> ProposalDraft:
    """No change, said without words, on a text in force of so many clauses: the proposal is given all of them."""
    resolution = ResolutionFactory()
    before = AssemblyFactory(code="WTSA-24", starts_on=date(2024, 10, 15), ends_on=date(2024, 10, 24))
    text = RevisionTextFactory(revision=RevisionFactory(resolution=resolution, assembly=before))
    for place in range(clauses):
        ClauseFactory(version=text, position=place, number=str(place))
    return ProposalDraft(resolution, "NOC", identifier="EUR/38/1", sources=("EUR",))


UNDERNEATH = "The texts in force under these proposals have 4 clauses together, where 3 are allowed. Import fewer at a time."


def test_a_document_that_stands_on_too_much_is_not_published(monkeypatch):
    monkeypatch.setattr(budgets, "MOST_CLAUSES_UNDERNEATH", 3)
    whole = document(nothing_changed_on(2), nothing_changed_on(2))
    with pytest.raises(RuleBroken, match=UNDERNEATH):
        record(whole, by=UserFactory())
    assert not Contribution.objects.exists()
    record(replace(whole, proposals=whole.proposals[:1]), by=UserFactory())
    assert ProposedClause.objects.count() == 2
    monkeypatch.setattr(budgets, "MOST_CLAUSES_UNDERNEATH", 4)
    record(replace(whole, number="39"), by=UserFactory())
    monkeypatch.setattr(budgets, "MOST_CLAUSES_UNDERNEATH", 3)
    assert ProposedClause.objects.count() == 6
    with pytest.raises(RuleBroken, match=UNDERNEATH):
        enter(replace(whole, proposals=(nothing_changed_on(2), nothing_changed_on(2))), by=UserFactory())
    assert ProposedClause.objects.count() == 6


def test_what_is_not_set_on_a_text_does_not_count(monkeypatch):
    monkeypatch.setattr(budgets, "MOST_CLAUSES_UNDERNEATH", 1)
    found = [replace(nothing_changed_on(2), action=action, identifier=action) for action in ("ADD", "MOD")]
    record(document(*found), by=UserFactory())
    assert not ProposedClause.objects.exists()


def test_a_later_issue_that_replaces_too_much_is_not_published(monkeypatch):
    first = document(nothing_changed_on(2), nothing_changed_on(2))
    record(first, by=UserFactory())
    monkeypatch.setattr(budgets, "MOST_CLAUSES_REPLACED", 3)
    with pytest.raises(RuleBroken, match=r"The proposals these replace have 4 clauses together, where 3 are allowed."):
        record(replace(first, revision=1), by=UserFactory())
    assert Contribution.objects.count() == 1
    monkeypatch.setattr(budgets, "MOST_CLAUSES_REPLACED", 4)
    assert record(replace(first, revision=1), by=UserFactory()).proposals.count() == 2


def reads_of(captured, table: str) -> int:
    """How often clauses themselves were read, not counted."""
    return sum(query["sql"].startswith("SELECT") and f'"{table}"."text"' in query["sql"] for query in captured)


@pytest.mark.parametrize("proposals", [1, 3])
def test_the_clauses_under_a_document_are_read_at_once(django_assert_max_num_queries, proposals):
    first = document(*(nothing_changed_on(2) for _ in range(proposals)))
    for revision in (0, 1):
        issue = replace(first, revision=revision, proposals=tuple(replace(each, clauses=worded()) for each in first.proposals))
        with django_assert_max_num_queries(1_000) as captured:
            record(issue, by=UserFactory())
        assert (reads_of(captured, "resolutions_clause"), reads_of(captured, "resolutions_proposedclause")) == (1, revision)


def test_the_clauses_of_a_text_that_nothing_is_set_on_are_not_read(django_assert_max_num_queries):
    found = [replace(nothing_changed_on(2), action=action, identifier=action) for action in ("ADD", "MOD")]
    with django_assert_max_num_queries(1_000) as captured:
        record(document(*found), by=UserFactory())
    assert reads_of(captured, "resolutions_clause") == 0


def worded() -> tuple[ClauseDraft, ...]:
    return (ClauseDraft("operative", "to do something else;", call="resolves", number="1"),)


# --- Before it is published -------------------------------------------------------------------------------------------------


def looked_at(first: ContributionDraft, *resolutions) -> list[publishing.AnchoringPreview]:
    """How proposals of the next issue of this document would stand, one on each of these resolutions."""
    issue = Contribution(assembly=first.assembly, number=first.number, revision=1, language="en")
    read = ReadProposal("NOC", "EUR/38R1/1", ("EUR",), "", "", "", "", "", has_marks=False, place=1, clauses=())
    wanted = [(place, read, resolution) for place, resolution in enumerate(resolutions)]
    ground = publishing.document_context_of(issue, wanted)
    person = UserFactory()
    return [
        publishing.preview_anchoring(read, {}, resolution=found, place=place, ground=ground, by=person) for place, read, found in wanted
    ]


@pytest.mark.parametrize(
    ("underneath", "replaced", "is_beyond"),
    [
        (4, 4, [False, False]),
        (3, 4, [False, True]),
        (2, 4, [False, True]),
        (1, 4, [True, True]),
        (4, 3, [False, True]),
        (4, 2, [False, True]),
        (4, 1, [True, True]),
    ],
)
def test_as_much_is_looked_at_as_may_be_published_and_what_it_replaces_is_said(monkeypatch, underneath, replaced, is_beyond):
    first = document(nothing_changed_on(2), nothing_changed_on(2))
    earlier = list(record(first, by=UserFactory()).proposals.order_by("pk"))
    monkeypatch.setattr(publishing, "MOST_CLAUSES_UNDERNEATH", underneath)
    monkeypatch.setattr(publishing, "MOST_CLAUSES_REPLACED", replaced)
    outlooks = looked_at(first, *(each.resolution for each in first.proposals))
    assert [outlook.is_beyond for outlook in outlooks] == is_beyond
    assert [outlook.replaces for outlook in outlooks] == earlier
    assert [outlook.base for outlook in outlooks] == [each.base for each in earlier]


def test_what_stands_on_no_text_leaves_room_for_others(monkeypatch):
    monkeypatch.setattr(publishing, "MOST_CLAUSES_UNDERNEATH", 2)
    on_a_text = nothing_changed_on(2)
    outlooks = looked_at(document(on_a_text), ResolutionFactory(), on_a_text.resolution)
    assert [(outlook.is_beyond, outlook.base is not None, outlook.replaces) for outlook in outlooks] == [
        (False, False, None),
        (False, True, None),
    ]
