import pytest
from django.utils.timezone import now

from resolutions.models import ProposedClause
from resolutions.read_models.versions import chosen, proposal_key, text_key, version, versions_of, with_clauses
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

NOBODY = "6f0c6a0e-6f5e-4a3c-9a38-0f6a6d1d7b52"


@pytest.fixture
def user():
    return UserFactory()


@pytest.fixture
def resolution():
    return ResolutionFactory(number=50)


@pytest.fixture
def text(resolution):
    text = RevisionTextFactory(revision=RevisionFactory(resolution=resolution))
    for position in (2, 1):
        ClauseFactory(version=text, position=position, text=f"to do thing {position};")
    return text


def propose(resolution, *clauses, **more):
    proposal = ProposalFactory(resolution=resolution, **more)
    for position, (text, change) in enumerate(clauses):
        ProposedClause.objects.create(
            proposal=proposal,
            action=proposal.action,
            position=position,
            part="operative",
            call="resolves",
            verb="resolves",
            number=str(position + 1),
            text=text,
            change=change,
        )
    return proposal


def words(of):
    return [clause.text for clause in of.clauses]


def test_texts_come_by_assembly_and_language_then_proposals_regional_ones_first(resolution, text, user):
    older = RevisionFactory(resolution=resolution, assembly=AssemblyFactory(code="WTSA-24", starts_on="2024-10-15"), label_en="Rev. Old")
    french = RevisionTextFactory(revision=older, language="fr")
    english = RevisionTextFactory(revision=older, language="en")
    state = propose(resolution, ("a;", "modified"), identifier="B/7/1")
    regional = propose(resolution, ("b;", "modified"), identifier="ZZZ/9/1", group=RegionalGroupFactory())

    found = versions_of(resolution, user)

    assert [each.key for each in found] == [*map(text_key, (english, french, text)), *map(proposal_key, (regional, state))]
    assert [each.label for each in found] == ["Rev. Old", "Rev. Old", "Rev. New Delhi, 2024", "ZZZ/9/1", "B/7/1"]
    assert [each.language for each in found] == ["en", "fr", "en", "en", "en"]
    assert [each.assembly.code for each in found] == ["WTSA-24", "WTSA-24", "WTSA-28", "WTSA-28", "WTSA-28"]
    assert {each.resolution for each in found} == {resolution}


def test_a_text_is_its_clauses_in_order(text, user):
    found = version(text_key(text), user)
    assert words(found) == ["to do thing 1;", "to do thing 2;"]
    clause = text.clauses.in_order().first()
    first = found.clauses[0]
    assert (first.identity, first.anchor, first.name, first.is_operative) == (clause.identity, clause.anchor, "resolves 2", True)


def test_a_proposal_is_its_whole_new_text_without_what_it_deletes(resolution, user):
    proposal = propose(resolution, ("stays;", "unchanged"), ("", "removed"), ("is new;", "added"))
    assert words(version(proposal_key(proposal), user)) == ["stays;", "is new;"]


def test_a_suppression_leaves_nothing(resolution, text, user):
    proposal = propose(resolution, ("", "removed"), action="SUP", base=text)
    assert words(version(proposal_key(proposal), user)) == []


def test_no_change_without_words_of_its_own_is_the_text_it_is_about(resolution, text, user):
    proposal = propose(resolution, action="NOC", base=text)
    assert words(version(proposal_key(proposal), user)) == ["to do thing 1;", "to do thing 2;"]


def test_what_is_withdrawn_replaced_or_without_words_is_not_offered_but_may_be_named(resolution, user):
    withdrawn = propose(resolution, ("a;", "modified"), status="withdrawn")
    replaced = propose(resolution, ("b;", "modified"), superseded_at=now())
    propose(resolution)
    assert versions_of(resolution, user) == []
    assert [words(each) for each in chosen([proposal_key(replaced), proposal_key(withdrawn)], user)] == [["b;"], ["a;"]]


def test_a_document_of_which_only_the_number_is_kept_has_no_version(resolution, user):
    proposal = propose(resolution, ("a;", "modified"), contribution=ContributionFactory(access="number", entered_by=user))
    assert versions_of(resolution, user) == []
    assert version(proposal_key(proposal), user) is None


@pytest.mark.parametrize("key", ["", "t-", "t-50", "x-0", f"t-{NOBODY}", f"p-{NOBODY}"])
def test_what_is_not_there_is_none(key, user):
    assert version(key, user) is None


def test_a_text_named_as_a_proposal_is_not_found(text, user):
    assert version(f"p-{text.public_id}", user) is None


@pytest.mark.parametrize("number", [1, 8])
def test_many_versions_cost_as_much_as_one(resolution, user, number, django_assert_num_queries):
    for count in range(number):
        revision = RevisionFactory(resolution=resolution, assembly=AssemblyFactory(code=f"WTSA-{count}"))
        ClauseFactory(version=RevisionTextFactory(revision=revision))
        propose(resolution, ("a;", "modified"), ("b;", "unchanged"))
    with django_assert_num_queries(2):
        found = versions_of(resolution, user)
    with django_assert_num_queries(2):
        assert sum(len(each.clauses) for each in with_clauses(found)) == 3 * number
    with django_assert_num_queries(4):
        assert [each.resolution for each in chosen([each.key for each in found], user)] == [resolution] * 2 * number
