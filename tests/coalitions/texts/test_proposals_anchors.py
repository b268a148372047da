"""Where it is doubtful which clause in force a proposal changes, a person says so."""

from uuid import uuid4

import pytest
from django.urls import reverse

from coalitions.texts.forms import anchor_questions
from tests.factories import (
    AssemblyFactory,
    ClauseFactory,
    ProposalFactory,
    ResolutionFactory,
    RevisionFactory,
    RevisionTextFactory,
    coalition,
    member,
    observer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def doubtful():
    resolution = ResolutionFactory(number=50)
    revision = RevisionFactory(resolution=resolution, assembly=AssemblyFactory(code="WTSA-24", starts_on="2024-10-15"))
    text = RevisionTextFactory(revision=revision)
    clauses = [ClauseFactory(version=text, position=n, text=words) for n, words in enumerate(("to study security;", "to study spam;"))]
    proposal = ProposalFactory(resolution=resolution, base=text)
    proposal.clauses.create(
        position=1,
        action="MOD",
        part="operative",
        call="resolves",
        number="1",
        change="modified",
        before="to study the things;",
        text="to study more things;",
        base_clause=clauses[0],
        identity=clauses[0].identity,
        is_doubtful=True,
    )
    return proposal, clauses


def test_what_a_person_chooses_is_kept_with_her_name(client, doubtful):
    proposal, (_first, second) = doubtful
    me = member(coalition())
    client.force_login(me)
    address = reverse("coalitions:proposal-anchors", args=[proposal.public_id])
    page = client.get(address)
    assert address in client.get(proposal.get_absolute_url()).content.decode()
    [question] = page.context["questions"]
    answer = client.post(address, {question.key: second.identity.hex})
    assert (answer.status_code, answer.url) == (302, proposal.get_absolute_url())
    clause = proposal.clauses.get()
    assert (clause.base_clause, clause.identity, clause.anchored_by, clause.is_doubtful) == (second, second.identity, me, False)
    assert "No clause is in doubt." in client.get(address).content.decode()


def test_many_doubtful_clauses_are_asked_about_a_few_at_a_time(client, doubtful, monkeypatch):
    monkeypatch.setattr(anchor_questions, "MOST_QUESTIONS", 2)
    proposal, _clauses = doubtful
    for position in (2, 3):
        proposal.clauses.create(
            position=position, action="MOD", part="operative", change="modified", before=f"x {position}", text="y", is_doubtful=True
        )
    client.force_login(member(coalition()))
    address = reverse("coalitions:proposal-anchors", args=[proposal.public_id])
    page = client.get(address)
    assert len(page.context["questions"]) == 2
    assert "1 more clause is in doubt: it comes once these choices are saved." in page.content.decode()
    answer = client.post(address, {question.key: "new" for question in page.context["questions"]})
    assert answer.url == address
    left = client.get(address).context["questions"]
    assert [question.words for question in left] == ["x 3"]
    assert left.left == 0


def ask_about(proposal, *befores, number="1"):
    """More doubtful clauses of which only the words they start from are known."""
    for position, before in enumerate(befores, start=2):
        words = {"change": "modified", "before": before, "text": "y", "is_doubtful": True, "call": "resolves", "number": number}
        proposal.clauses.create(position=position, action="MOD", part="operative", **words)


def questions_about(client, proposal):
    client.force_login(member(coalition()))
    answer = client.get(reverse("coalitions:proposal-anchors", args=[proposal.public_id]))
    return answer.context["questions"], " ".join(answer.content.decode().split())


def test_the_best_guess_is_preselected_with_its_reason_and_the_words_compared(client, doubtful):
    proposal, (first, _second) = doubtful
    proposal.clauses.update(before="to study security and trust;", base_clause=None, identity=uuid4())
    (question,), html = questions_about(client, proposal)
    assert (question.selected, question.chosen) == (first.identity.hex, "")
    assert f'<option value="{first.identity.hex}" selected lang="en">' in html
    assert (question.reason, f"Chosen because: {question.reason}</p>" in html) == ("the same place, 75% of its words in common", True)
    assert '<p class="compare" lang="en" dir="auto"> to study security<ins> and trust</ins>;' in html


def test_what_nothing_resembles_is_preselected_as_new(client, doubtful):
    proposal, _clauses = doubtful
    proposal.clauses.update(before="whales sing at dusk,", base_clause=None, identity=uuid4())
    (question,), html = questions_about(client, proposal)
    assert (question.selected, question.pieces) == ("new", ())
    assert "Chosen because: nothing in force resembles it" in html


def test_one_clause_in_force_is_preselected_for_the_most_similar_alone(client, doubtful):
    proposal, (first, second) = doubtful
    proposal.clauses.update(before="to study security soon;", base_clause=None, identity=uuid4())
    ask_about(proposal, "to study security;")
    (less, most), _html = questions_about(client, proposal)
    assert most.selected == first.identity.hex
    assert less.selected in (second.identity.hex, "new")


def test_across_languages_a_number_is_a_guess_and_nothing_else_is(client, doubtful):
    proposal, (first, _second) = doubtful
    proposal.contribution.language = "fr"
    proposal.contribution.save()
    first.number = "1"
    first.save()
    proposal.clauses.all().delete()
    ask_about(proposal, "étudier;")
    (question,), html = questions_about(client, proposal)
    assert (question.selected, question.pieces) == (first.identity.hex, ())
    assert "the same number in the same part; the languages differ" in html
    proposal.clauses.update(number="7")
    (question,), html = questions_about(client, proposal)
    assert question.selected == ""
    assert "no clause in force has its number" in html


def test_nothing_is_stored_before_a_guess_is_saved(client, doubtful):
    proposal, _clauses = doubtful
    questions_about(client, proposal)
    assert proposal.clauses.get().is_doubtful


def test_all_of_them_are_new_in_one_tap(client, doubtful):
    proposal, _clauses = doubtful
    ask_about(proposal, "to study spam;", "to study anything;")
    questions, html = questions_about(client, proposal)
    assert '<button class="button" name="all" value="new">All 3 of these are new</button>' in html
    address = reverse("coalitions:proposal-anchors", args=[proposal.public_id])
    guesses = {question.key: question.selected for question in questions}
    client.post(address, guesses | {"all": "new"})
    assert [(row.base_clause, row.is_doubtful) for row in proposal.clauses.all()] == [(None, False)] * 3


def test_a_single_question_has_no_button_for_all(client, doubtful):
    assert 'name="all"' not in questions_about(client, doubtful[0])[1]


@pytest.mark.parametrize("count", [1, 3])
def test_asking_costs_the_same_whatever_their_number(client, doubtful, count, django_assert_num_queries):
    proposal, _clauses = doubtful
    ask_about(proposal, *[f"to study {n};" for n in range(count)])
    client.force_login(member(coalition()))
    with django_assert_num_queries(8):
        client.get(reverse("coalitions:proposal-anchors", args=[proposal.public_id]))


def test_an_observer_may_not(client, doubtful):
    proposal, _clauses = doubtful
    client.force_login(observer(coalition()))
    assert client.get(reverse("coalitions:proposal-anchors", args=[proposal.public_id])).status_code == 403
