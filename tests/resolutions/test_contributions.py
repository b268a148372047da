"""Contributions are stored whole, each clause tied to the one it starts from."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from amnt.core.errors import RuleBroken
from resolutions import tasks
from resolutions.drafts import ClauseDraft, ContributionDraft, ProposalDraft
from resolutions.importers.docx import TextClause
from resolutions.models import Contribution, ImportJob, Proposal, ProposedClause, RevisionText
from resolutions.services import texts
from resolutions.services.anchors import decide_anchors
from resolutions.services.contributions import anchor_again, record
from resolutions.services.import_jobs import put_back, take_back
from resolutions.services.texts import enter_text
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
)

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)

IN_FORCE = (
    ("preamble", "considering", "a)", "that networks connect people in every region of the world;"),
    ("preamble", "considering", "b)", "that open standards let small operators enter the market,"),
    ("operative", "resolves", "1", "to continue studying how names and numbers are given out;"),
    ("operative", "resolves", "2", "to publish a report on these studies before each assembly;"),
    ("operative", "instructs Study Group 2", "", "to keep the register of national contacts up to date,"),
)


def assembly_of_2024():
    return AssemblyFactory(code="WTSA-24", starts_on=date(2024, 10, 15), ends_on=date(2024, 10, 24))


def text_in_force(resolution, clauses=IN_FORCE, language="en", revision=None) -> RevisionText:
    revision = revision or RevisionFactory(resolution=resolution, assembly=assembly_of_2024())
    text = RevisionTextFactory(revision=revision, language=language)
    for position, (part, call, number, words) in enumerate(clauses, start=1):
        ClauseFactory(version=text, position=position, part=part, call=call, verb=call.split()[0], number=number, text=words)
    return text


def marked(*changes: tuple[int, str], clauses=IN_FORCE, **fields) -> tuple[ClauseDraft, ...]:
    """The clauses in force with other words at these places, as a document with marks has them."""
    new = dict(changes)
    return tuple(
        ClauseDraft(
            part=part,
            call=call,
            call_before=call,
            number=number,
            number_before=number,
            before=words,
            text=new.get(place, words),
            change="modified" if place in new else "unchanged",
            place=place + 10,
            **fields,
        )
        for place, (part, call, number, words) in enumerate(clauses)
    )


def unmarked(clauses) -> tuple[ClauseDraft, ...]:
    return tuple(ClauseDraft(part=part, call=call, number=number, text=words, change="unknown") for part, call, number, words in clauses)


def draft(resolution, clauses=(), *, action="MOD", number="38A7", identifier="EUR/38A7/1", **fields) -> ContributionDraft:
    group = RegionalGroupFactory(code="CEPT", acronym_en="CEPT")
    proposal = ProposalDraft(
        resolution=resolution, action=action, identifier=identifier, sources=("EUR",), group=group, status="common", clauses=clauses
    )
    fields = {"language": "en", "assembly": AssemblyFactory()} | fields
    return ContributionDraft(number=number, proposals=(proposal,), **fields)


def rows(contribution) -> list[ProposedClause]:
    return list(ProposedClause.objects.filter(proposal__contribution=contribution).in_order().select_related("base_clause"))


def test_each_clause_is_tied_to_the_one_it_starts_from():
    resolution = ResolutionFactory()
    text = text_in_force(resolution)
    contribution = record(draft(resolution, marked((2, "to stop studying how names and numbers are given out;"))), by=None)
    stored = rows(contribution)
    assert [row.identity for row in stored] == [clause.identity for clause in text.clauses.in_order()]
    assert [(row.base_differs, row.is_doubtful, row.likeness) for row in stored] == [(False, False, 1.0)] * 5
    assert stored[4].verb == "instructs"
    assert stored[4].addressee == "Study Group 2"
    proposal = contribution.proposals.get()
    assert proposal.base == text
    assert proposal.moved_at is not None
    assert list(proposal.events.values_list("kind", "status", "is_operative", "is_history")) == [("new", "common", True, False)]


def test_a_proposal_that_starts_from_another_text_says_so_clause_by_clause():
    resolution = ResolutionFactory()
    text_in_force(resolution)
    older = (*IN_FORCE[:3], ("operative", "resolves", "2", "to publish a report on these studies every two years;"), IN_FORCE[4])
    stored = rows(record(draft(resolution, marked(clauses=older)), by=None))
    assert [row.base_differs for row in stored] == [False, False, False, True, False]


def test_a_clause_that_no_clause_in_force_resembles_is_to_be_checked():
    resolution = ResolutionFactory()
    text_in_force(resolution)
    other = (*IN_FORCE, ("operative", "invites Member States", "", "and every other body to send whatever seems useful"))
    stored = rows(record(draft(resolution, marked(clauses=other)), by=None))
    assert [row.is_doubtful for row in stored] == [False] * 5 + [True]
    assert stored[5].base_clause is None


def test_a_document_without_marks_is_compared_with_the_text_in_force():
    resolution = ResolutionFactory()
    text = text_in_force(resolution)
    new = (IN_FORCE[0], IN_FORCE[2], ("operative", "resolves", "2", "to ask every operator which names it wants,"), IN_FORCE[4])
    stored = rows(record(draft(resolution, unmarked(new)), by=None))
    in_force = list(text.clauses.in_order())
    assert [(row.change, row.text, row.before) for row in stored] == [
        ("unchanged", IN_FORCE[0][3], ""),
        ("removed", "", IN_FORCE[1][3]),
        ("unchanged", IN_FORCE[2][3], ""),
        ("removed", "", IN_FORCE[3][3]),
        ("added", new[2][3], ""),
        ("unchanged", IN_FORCE[4][3], ""),
    ]
    assert [row.base_clause for row in stored] == [in_force[0], in_force[1], in_force[2], in_force[3], None, in_force[4]]
    assert not any(row.base_differs for row in stored)
    assert [row.likeness for row in stored if row.change == "removed"] == [1.0, 1.0]


def test_what_is_suppressed_is_the_text_in_force():
    resolution = ResolutionFactory()
    text_in_force(resolution)
    stored = rows(record(draft(resolution, action="SUP"), by=None))
    assert [(row.change, row.before, row.text) for row in stored] == [("removed", words, "") for *_rest, words in IN_FORCE]
    assert [row.call for row in stored] == [call for _part, call, *_rest in IN_FORCE]


def test_what_shall_not_change_is_the_text_in_force():
    resolution = ResolutionFactory()
    text_in_force(resolution)
    stored = rows(record(draft(resolution, action="NOC"), by=None))
    assert [(row.change, row.before, row.text) for row in stored] == [("unchanged", words, words) for *_rest, words in IN_FORCE]


def test_an_addition_starts_from_nothing():
    resolution = ResolutionFactory(number=None, label="[AFCP-1]", slug="afcp-1")
    contribution = record(draft(resolution, unmarked(IN_FORCE), action="ADD"), by=None)
    assert contribution.proposals.get().base is None
    assert [(row.change, row.before, row.base_clause) for row in rows(contribution)] == [("added", "", None)] * 5


def test_the_text_in_force_is_that_of_the_assembly_before():
    resolution = ResolutionFactory()
    text_in_force(resolution)
    newer = RevisionFactory(resolution=resolution, assembly=AssemblyFactory())
    text_in_force(resolution, revision=newer)
    contribution = record(draft(resolution, marked()), by=None)
    assert contribution.proposals.get().base.revision.assembly.code == "WTSA-24"


def test_in_another_language_clauses_are_tied_by_their_place():
    resolution = ResolutionFactory()
    text = text_in_force(resolution)
    french = tuple(
        ClauseDraft(
            part=part, call_before=call, call=call, number=number, number_before=number, before=words, text=words, change="unchanged"
        )
        for part, call, number, words in (
            ("preamble", "considérant", "a)", "que les réseaux relient les gens;"),
            ("preamble", "considérant", "b)", "que les normes ouvertes aident les petits opérateurs,"),
            ("operative", "décide", "1", "de poursuivre les études;"),
            ("operative", "décide", "2", "de publier un rapport;"),
            ("operative", "charge la Commission d'études 2", "", "de tenir le registre à jour,"),
        )
    )
    stored = rows(record(draft(resolution, french, language="fr"), by=None))
    assert [row.identity for row in stored] == [clause.identity for clause in text.clauses.in_order()]
    assert [(row.likeness, row.base_differs, row.is_doubtful) for row in stored] == [(None, False, False)] * 5


def test_nothing_is_shown_as_suppressed_in_a_language_the_document_is_not_in():
    resolution = ResolutionFactory()
    text = text_in_force(resolution)
    contribution = record(draft(resolution, action="SUP", language="fr"), by=None)
    assert rows(contribution) == []
    french = text_in_force(resolution, (("operative", "décide", "1", "de poursuivre les études,"),), "fr", text.revision)
    assert anchor_again(french) == 1
    assert [row.before for row in rows(contribution)] == ["de poursuivre les études,"]


def test_proposals_wait_for_the_text_in_force():
    resolution = ResolutionFactory()
    contribution = record(draft(resolution, marked((2, "to stop studying names;"))), by=None)
    assert [(row.base_clause, row.is_doubtful, row.base_differs) for row in rows(contribution)] == [(None, False, False)] * 5
    text = text_in_force(resolution)
    assert anchor_again(text) == 1
    assert [row.identity for row in rows(contribution)] == [clause.identity for clause in text.clauses.in_order()]
    assert anchor_again(text) == 0


def test_of_many_proposals_some_are_anchored_at_once_and_others_by_a_worker(monkeypatch):
    for module in (texts, tasks):
        monkeypatch.setattr(module, "CLAUSES_ANCHORED_AT_ONCE", 6)
    resolution = ResolutionFactory()
    for number in ("1", "2", "3"):
        record(draft(resolution, marked((2, "to stop studying names;")), number=number), by=None)
    clauses = [TextClause("item", part, call, number, words, 1) for part, call, number, words in IN_FORCE]
    revision = RevisionFactory(resolution=resolution, assembly=assembly_of_2024())
    text = enter_text(revision, language="en", clauses=clauses, by=None)
    assert Proposal.objects.filter(base=text).count() == 1
    tasks.anchor_rest(text.pk)
    assert Proposal.objects.filter(base=text).count() == 3
    Proposal.objects.filter(base=text).update(base=None)
    tasks.anchor_new_texts()
    tasks.anchor_new_texts()
    assert Proposal.objects.filter(base=text).count() == 3


def test_a_proposal_that_is_given_the_whole_text_counts_as_long_as_the_text():
    resolution = ResolutionFactory()
    for number in ("1", "2", "3"):
        record(draft(resolution, action="NOC", number=number), by=None)
    text = text_in_force(resolution)
    assert [anchor_again(text, most=11) for _ in range(4)] == [1, 1, 1, 0]
    assert ProposedClause.objects.filter(proposal__base=text).count() == 15


def test_the_reasons_of_proposals_are_not_read_where_they_are_anchored(django_assert_num_queries):
    resolution, assembly = ResolutionFactory(), AssemblyFactory()
    for number in ("1", "2", "3"):
        record(draft(resolution, marked((2, "to stop studying names;")), number=number, assembly=assembly), by=None)
    text = text_in_force(resolution)
    with django_assert_num_queries(22) as captured:
        assert anchor_again(text) == 3
    assert [query["sql"] for query in captured if "reasons" in query["sql"]] == []


def test_what_was_taken_back_stands_on_the_text_entered_meanwhile():
    resolution = ResolutionFactory()
    job = ImportJob.objects.create(kind="file", by=UserFactory())
    contribution = record(draft(resolution, marked((2, "to stop studying names;"))), by=job.by, job=job)
    take_back(job, by=job.by)
    text = text_in_force(resolution)
    assert anchor_again(text) == 1
    put_back(job, by=job.by)
    assert contribution.proposals.get(taken_back_at=None).base == text
    assert [row.identity for row in rows(contribution)] == [clause.identity for clause in text.clauses.in_order()]


def test_a_corrected_text_in_force_is_followed_again():
    resolution = ResolutionFactory()
    first = text_in_force(resolution)
    new = (IN_FORCE[0], IN_FORCE[2], IN_FORCE[4])
    contribution = record(draft(resolution, unmarked(new)), by=None)
    assert [row.change for row in rows(contribution)].count("removed") == 2
    first.superseded_at = datetime(2027, 1, 1, tzinfo=UTC)
    first.save()
    corrected = text_in_force(resolution, IN_FORCE[:3] + IN_FORCE[4:], revision=first.revision)
    assert anchor_again(corrected) == 1
    assert [(row.change, row.base_clause.version) for row in rows(contribution)] == [
        ("unchanged", corrected),
        ("removed", corrected),
        ("unchanged", corrected),
        ("unchanged", corrected),
    ]


def test_a_later_issue_takes_the_place_of_the_first_and_keeps_what_a_person_decided():
    person, resolution = UserFactory(), ResolutionFactory()
    text = text_in_force(resolution)
    target = text.clauses.in_order()[3]
    added = ClauseDraft(part="operative", call="resolves", number="3", text="to invite civil society to every such study;", change="added")
    odd = ClauseDraft(
        part="operative",
        call="resolves",
        call_before="resolves",
        before="to print whatever was found useful",
        text="to print everything that was found at all",
        anchor=target.identity,
        is_chosen=True,
    )
    unchanged = marked()
    first = record(draft(resolution, (*unchanged[:3], odd, unchanged[4], added)), by=person)
    chosen, new = rows(first)[3], rows(first)[5]
    assert (chosen.base_clause, chosen.anchored_by) == (target, person)

    again = ClauseDraft(
        part="operative",
        call="resolves",
        call_before="resolves",
        before="to print whatever was found useful",
        text="to print everything that was found at any time",
    )
    longer = ClauseDraft(part="operative", call="resolves", number="3", text="to invite civil society to each such study;", change="added")
    second = record(draft(resolution, (*unchanged[:3], again, unchanged[4], longer), revision=1, identifier="EUR/38A7R1/1"), by=None)
    assert second.replaces == first
    old, renewed = first.proposals.get(), second.proposals.get()
    assert old.superseded_at == second.received_at
    assert renewed.replaces == old
    assert list(Proposal.objects.current()) == [renewed]
    assert list(renewed.events.values_list("kind", flat=True)) == ["changed"]
    assert (rows(second)[3].base_clause, rows(second)[3].anchored_by) == (target, person)
    assert rows(second)[5].identity == new.identity


def test_what_a_later_issue_no_longer_asks_is_withdrawn():
    one, other = ResolutionFactory(), ResolutionFactory()
    first = record(draft(one, marked()), by=None)
    record(draft(other, marked(), revision=1), by=None)
    gone = first.proposals.get()
    assert gone.status == "withdrawn"
    assert list(gone.events.order_by("pk").values_list("kind", flat=True)) == ["new", "withdrawn"]


@pytest.mark.parametrize("is_history", [True, False])
def test_what_a_historical_issue_no_longer_asks_is_announced_to_nobody(is_history):
    first = record(draft(ResolutionFactory(), marked()), by=None).proposals.get()
    second = record(draft(ResolutionFactory(), marked(), revision=1, is_history=is_history), by=None)
    gone = Proposal.objects.get(pk=first.pk)
    event = gone.events.get(kind="withdrawn")
    assert (event.status, event.at, event.is_history, event.is_operative) == ("withdrawn", second.received_at, is_history, True)
    assert (gone.moved_at == first.moved_at) == is_history


def test_a_document_known_without_its_words_is_an_issue_of_it_in_any_language():
    resolution = ResolutionFactory()
    known = record(draft(resolution, language=""), by=None)
    read = record(draft(resolution, revision=1), by=None)
    assert read.replaces == known
    assert [proposal.contribution for proposal in resolution.proposals.current()] == [read]


def test_what_stood_at_an_instant_came_by_then_and_was_not_replaced_by_then():
    resolution, came, replaced = ResolutionFactory(), datetime(2028, 9, 1, tzinfo=UTC), datetime(2028, 9, 8, tzinfo=UTC)
    first = record(draft(resolution, received_at=came), by=None).proposals.get()
    second = record(draft(resolution, revision=1, received_at=replaced), by=None).proposals.get()
    moments = (came - SECOND, came, replaced - SECOND, replaced, replaced + SECOND)
    assert [list(Proposal.objects.as_of(moment)) for moment in moments] == [[], [first], [first], [second], [second]]


def test_an_earlier_issue_that_comes_later_takes_nobodys_place():
    resolution = ResolutionFactory()
    second = record(draft(resolution, marked(), revision=2), by=None)
    first = record(draft(resolution, marked(), revision=1), by=None)
    assert list(Proposal.objects.current()) == [second.proposals.get()]
    second.refresh_from_db()
    assert second.replaces == first
    assert first.proposals.get().moved_at is None


def test_history_moves_nothing():
    contribution = record(draft(ResolutionFactory(), marked(), is_history=True), by=None)
    assert contribution.proposals.get().moved_at is None
    assert list(contribution.proposals.get().events.values_list("is_history", flat=True)) == [True]


def test_a_late_document_says_so():
    contribution = record(draft(ResolutionFactory(), marked(), is_late=True), by=None)
    assert list(contribution.proposals.get().events.values_list("kind", flat=True)) == ["late"]


def test_of_a_restricted_document_only_the_number_is_kept():
    secret = draft(
        ResolutionFactory(), marked(), access="number", title="Secret", file_name="secret.docx", url="https://example.org/secret"
    )
    contribution = record(secret, by=UserFactory())
    kept = (contribution.kept_number, contribution.number, contribution.title, contribution.file_name, contribution.url)
    assert kept == ("38A7", "", "", "", "")
    assert not Proposal.objects.exists()


def test_the_same_form_sent_twice_makes_one():
    resolution, submission = ResolutionFactory(), uuid4()
    first = record(draft(resolution, marked()), by=None, submission=submission)
    assert record(draft(resolution, marked()), by=None, submission=submission) == first


@pytest.mark.parametrize(
    ("fields", "sentence", "field"),
    [
        ({"number": " "}, "Give the number of the document.", "number"),
        ({"number": "1A1"}, "Document 1A1 is already here.", ""),
        ({"action": "YES"}, "Say what is asked: MOD, ADD, SUP or NOC.", "action"),
    ],
)
def test_what_cannot_be_stored_is_refused_in_a_sentence(fields, sentence, field):
    resolution = ResolutionFactory()
    record(draft(resolution, marked(), number="1A1"), by=None)
    with pytest.raises(RuleBroken, match=sentence) as refused:
        record(draft(resolution, marked(), **fields), by=None)
    assert (refused.value.field, Contribution.objects.count()) == (field, 1)


def test_two_clauses_are_not_tied_to_one():
    resolution = ResolutionFactory()
    text = text_in_force(resolution)
    target = text.clauses.in_order()[0].identity
    with pytest.raises(RuleBroken, match="Two clauses are matched with the same clause in force"):
        record(draft(resolution, marked(anchor=target, is_chosen=True)), by=UserFactory())
    assert not Contribution.objects.exists()


# --- The two sides of a clause ----------------------------------------------------------------------------------------------------

TOLD = ("part", "kind", "call", "verb", "addressee", "number", "text", "before", "call_before", "number_before", "change", "place")


def one_sided(side, **fields) -> ClauseDraft:
    """A clause of which the document has this side alone."""
    said = {"before": "to go on;", "call_before": "resolves", "number_before": "1"}
    if side == "text":
        said = {name.removesuffix("_before").replace("before", "text"): words for name, words in said.items()}
    return ClauseDraft("operative", place=11, **said, **fields)


@pytest.mark.parametrize("side", ["text", "before"])
@pytest.mark.parametrize(
    ("action", "change", "stored"),
    [
        ("SUP", "modified", ("removed", "resolves", "1", "", "to go on;", "resolves", "1")),
        ("MOD", "removed", ("removed", "resolves", "1", "", "to go on;", "resolves", "1")),
        ("NOC", "modified", ("unchanged", "resolves", "1", "to go on;", "to go on;", "resolves", "1")),
    ],
)
def test_whichever_side_a_document_has_a_clause_stands_on_those_of_what_is_asked(side, action, change, stored):
    contribution = record(draft(ResolutionFactory(), (one_sided(side, change=change),), action=action), by=None)
    columns = ("change", "call", "number", "text", "before", "call_before", "number_before")
    assert list(contribution.proposals.get().clauses.values_list(*columns)) == [stored]


@pytest.mark.parametrize(("action", "change"), [("ADD", "modified"), ("MOD", "added")])
def test_a_new_clause_starts_from_nothing_whatever_the_document_marks(action, change):
    clause = ClauseDraft("operative", "to begin;", "to go on;", "resolves", "decides", "2", "1", change=change)
    contribution = record(draft(ResolutionFactory(), (clause,), action=action), by=None)
    assert list(contribution.proposals.get().clauses.values_list("change", "text", "before", "call_before", "number_before")) == [
        ("added", "to begin;", "", "", "")
    ]


def test_anchored_later_a_clause_is_told_as_before():
    resolution = ResolutionFactory()
    drafts = (*marked((2, "to stop studying names;")), ClauseDraft("annex", "Points to look at", kind="heading", change="added", place=30))
    contribution = record(draft(resolution, drafts), by=None)
    clauses = contribution.proposals.get().clauses.order_by("position")
    before = list(clauses.values_list(*TOLD))
    assert [(row[0], row[1], row[2], row[5], row[8], row[9]) for row in before] == [
        *((part, "item", call, number, call, number) for part, call, number, _words in IN_FORCE),
        ("annex", "heading", "", "", "", ""),
    ]
    assert anchor_again(text_in_force(resolution)) == 1
    assert list(clauses.values_list(*TOLD)) == before
    assert list(clauses.values_list("position", flat=True)) == [1, 2, 3, 4, 5, 6]


def test_its_own_words_of_what_is_suppressed_stay_on_a_corrected_text():
    resolution = ResolutionFactory()
    first = text_in_force(resolution)
    contribution = record(draft(resolution, marked(), action="SUP"), by=None)
    RevisionText.objects.filter(pk=first.pk).update(superseded_at=datetime(2027, 1, 1, tzinfo=UTC))
    corrected = text_in_force(resolution, tuple((*rest, words.upper()) for *rest, words in IN_FORCE), revision=first.revision)
    assert anchor_again(corrected) == 1
    assert [(row.before, row.place) for row in rows(contribution)] == [(words, place) for place, (*_rest, words) in enumerate(IN_FORCE, 10)]


def test_the_same_without_own_words_is_that_of_the_corrected_text():
    resolution = ResolutionFactory()
    first = text_in_force(resolution)
    contribution = record(draft(resolution, action="SUP"), by=None)
    RevisionText.objects.filter(pk=first.pk).update(superseded_at=datetime(2027, 1, 1, tzinfo=UTC))
    assert anchor_again(text_in_force(resolution, IN_FORCE[:2], revision=first.revision)) == 1
    assert [row.before for row in rows(contribution)] == [words for *_rest, words in IN_FORCE[:2]]


# --- What a person says ------------------------------------------------------------------------------------------------------------


def test_what_a_person_calls_new_is_tied_to_no_clause_however_alike():
    person, resolution = UserFactory(), ResolutionFactory()
    text_in_force(resolution)
    contribution = record(draft(resolution, marked()), by=None)
    before = rows(contribution)
    decide_anchors(contribution.proposals.get(), {before[0].identity: None}, by=person)
    after = rows(contribution)
    assert (after[0].base_clause, after[0].anchored_by, after[0].anchored_at is not None) == (None, person, True)
    assert [row.base_clause for row in after[1:]] == [row.base_clause for row in before[1:]]
    assert [row.anchored_by for row in after[1:]] == [None] * 4


def test_what_a_person_called_new_is_so_in_the_next_issue_too():
    person, resolution = UserFactory(), ResolutionFactory()
    text_in_force(resolution)
    first = record(draft(resolution, marked()), by=None)
    decide_anchors(first.proposals.get(), {rows(first)[0].identity: None}, by=person)
    second = record(draft(resolution, marked(), revision=1), by=None)
    assert (rows(second)[0].base_clause, rows(second)[0].anchored_by) == (None, person)
    assert rows(second)[0].identity == rows(first)[0].identity


def test_what_a_document_calls_new_is_a_change_once_a_person_ties_it():
    resolution = ResolutionFactory()
    target = text_in_force(resolution).clauses.in_order()[2]
    added = ClauseDraft("operative", "to study how names are given out;", call="resolves", change="added")
    contribution = record(draft(resolution, (added,)), by=None)
    [row] = rows(contribution)
    assert (row.change, row.before, row.base_clause) == ("added", "", None)
    decide_anchors(contribution.proposals.get(), {row.identity: target.identity}, by=UserFactory())
    [row] = rows(contribution)
    assert (row.change, row.before, row.base_clause, row.base_differs) == ("modified", target.text, target, False)


def test_nobody_is_named_for_an_anchor_that_no_person_chose():
    resolution = ResolutionFactory()
    target = text_in_force(resolution).clauses.in_order()[3]
    odd = ClauseDraft("operative", "to print;", "to write;", "resolves", "resolves", anchor=target.identity, is_chosen=True)
    [row] = rows(record(draft(resolution, (odd,)), by=None))
    assert (row.base_clause, row.anchored_by, row.anchored_at) == (target, None, None)


# --- What is stored of a proposal --------------------------------------------------------------------------------------------------


def test_a_proposal_is_stored_with_all_that_its_document_says():
    resolution, person, job = ResolutionFactory(), UserFactory(), ImportJob.objects.create(kind="file")
    received = datetime(2028, 9, 1, tzinfo=UTC)
    whole = draft(resolution, title=" A document ", url="https://example.org/38A7", file_name="38A7.docx", sha256="0" * 64, revision=2)
    said = {"countries": ("FR", "DE"), "title": "Trust ", "reasons": "Because.\n\nNetworks fail."}
    whole = replace(whole, received_at=received, proposals=(replace(whole.proposals[0], **said),))
    contribution = record(whole, by=person, job=job)
    row = Contribution.objects.values().get()
    names = ("number", "revision", "title", "language", "url", "file_name", "sha256", "received_at", "entered_by_id", "access")
    assert [row[name] for name in names] == [
        *("38A7", 2, "A document", "en", "https://example.org/38A7", "38A7.docx", "0" * 64, received, person.pk, "public")
    ]
    proposal = contribution.proposals.get()
    assert (proposal.resolution, proposal.identifier, proposal.action, proposal.status) == (resolution, "EUR/38A7/1", "MOD", "common")
    assert (proposal.sources, proposal.group.code, sorted(map(str, proposal.countries))) == (["EUR"], "CEPT", ["DE", "FR"])
    assert (proposal.title, proposal.reasons, proposal.is_consolidated) == ("Trust", "Because.\n\nNetworks fail.", False)
    [event] = proposal.events.values_list("kind", "status", "at", "by", "job", "is_history")
    assert event == ("new", "common", received, person.pk, job.pk, False)


def test_several_proposals_without_an_identifier_may_be_on_one_resolution():
    resolution = ResolutionFactory()
    whole = draft(resolution, identifier="")
    record(replace(whole, proposals=(whole.proposals[0], replace(whole.proposals[0], action="NOC"))), by=None)
    assert list(resolution.proposals.order_by("pk").values_list("action", flat=True)) == ["MOD", "NOC"]
    twice = draft(ResolutionFactory(), number="39")
    with pytest.raises(RuleBroken, match="EUR/38A7/1 is there twice for the same resolution"):
        record(replace(twice, proposals=twice.proposals * 2), by=None)


@pytest.mark.parametrize(
    ("action", "clauses", "is_operative"),
    [
        ("SUP", marked((0, "that networks connect;")), True),
        ("MOD", (), True),
        ("MOD", marked((0, "that networks connect;")), False),
        ("MOD", marked((2, "to stop;")), True),
        ("MOD", marked(), False),
        ("ADD", unmarked(IN_FORCE[:2]), False),
    ],
)
def test_a_proposal_says_whether_it_touches_the_operative_part(action, clauses, is_operative):
    proposal = record(draft(ResolutionFactory(), clauses, action=action), by=None).proposals.get()
    assert list(proposal.events.values_list("is_operative", flat=True)) == [is_operative]


@pytest.mark.parametrize(("changes", "is_operative"), [(((0, "that networks connect;"),), False), (((3, "to stop;"),), True)])
def test_a_later_issue_says_whether_it_differs_in_the_operative_part(changes, is_operative):
    resolution = ResolutionFactory()
    record(draft(resolution, marked((2, "to stop;"))), by=None)
    later = record(draft(resolution, marked((2, "to stop;"), *changes), revision=1), by=None).proposals.get()
    assert list(later.events.values_list("kind", "is_operative")) == [("changed", is_operative)]


def test_a_proposal_of_which_no_words_are_kept_is_given_none_by_a_text():
    resolution = ResolutionFactory()
    kept = ContributionFactory(access="number", number="TD55", language="")
    ProposalFactory(resolution=resolution, contribution=kept, action="NOC", identifier="AFCP/TD55/1")
    assert anchor_again(text_in_force(resolution)) == 0
    assert not ProposedClause.objects.exists()


@pytest.mark.parametrize(("most", "anchored"), [(19, [1, 1]), (20, [2, 0]), (1, [1, 1]), (None, [2, 0])])
def test_a_proposal_of_few_clauses_counts_for_ten_where_many_are_anchored(most, anchored):
    resolution = ResolutionFactory()
    for number in ("1", "2"):
        record(draft(resolution, marked(), number=number), by=None)
    text = text_in_force(resolution)
    assert [anchor_again(text, most=most) for _time in range(2)] == anchored


def test_a_later_issue_continues_the_proposal_on_the_same_resolution():
    """Of several on one resolution the one of the same identifier; of one alone, whatever it is called now."""
    one, other = ResolutionFactory(), ResolutionFactory()
    whole = draft(one)
    first = ((one, "A/1"), (one, "A/2"), (one, "A/4"), (other, "A/3"))
    for revision, asked in enumerate((first, ((one, "A/2"), (one, "A/9"), (other, "A/8")))):
        proposals = tuple(replace(whole.proposals[0], resolution=on, identifier=name) for on, name in asked)
        record(replace(whole, proposals=proposals, revision=revision), by=None)
    later = Proposal.objects.filter(contribution__revision=1).order_by("pk")
    assert list(later.values_list("identifier", "replaces__identifier")) == [("A/2", "A/2"), ("A/9", None), ("A/8", "A/3")]
    assert list(Proposal.objects.filter(status="withdrawn").order_by("pk").values_list("identifier", flat=True)) == ["A/1", "A/4"]
