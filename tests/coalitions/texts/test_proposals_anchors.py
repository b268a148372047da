"""Where it is doubtful which clause in force a proposal changes, a person says so."""

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


def test_an_observer_may_not(client, doubtful):
    proposal, _clauses = doubtful
    client.force_login(observer(coalition()))
    assert client.get(reverse("coalitions:proposal-anchors", args=[proposal.public_id])).status_code == 403
