"""What the database itself refuses of texts and proposals, whoever writes it."""

import pytest
from django.db import IntegrityError, transaction

from resolutions.models import Contribution, Proposal, ProposedClause, RevisionText, Upload
from tests.factories import ClauseFactory, ProposalFactory, RevisionTextFactory, UserFactory

pytestmark = pytest.mark.django_db


def refuses(name: str, rows, **fields) -> None:
    """This change of these rows, under the name of this constraint."""
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        rows.update(**fields)


def clause_of(proposal: Proposal, **fields):
    values = {"action": proposal.action, "change": "modified", "position": 1, "part": "operative", "call": "resolves", "verb": "resolves"}
    made = ProposedClause.objects.create(proposal=proposal, **values | fields)
    return ProposedClause.objects.filter(pk=made.pk)


def test_an_action_is_one_of_four():
    proposal = ProposalFactory()
    clause = clause_of(proposal, before="to study;", text="to study further;")
    rows = Proposal.objects.filter(pk=proposal.pk)

    for action in ("MOD", "ADD", "SUP", "NOC"):
        rows.update(action=action)
    refuses("proposal_action_is_known", rows, action="DEL")
    refuses("proposal_action_is_known", rows, action="")
    refuses("clause_action_is_known", clause, action="DEL")


def test_a_status_and_a_fate_are_known_ones():
    rows = Proposal.objects.filter(pk=ProposalFactory().pk)

    refuses("proposal_status_is_known", rows, status="accepted")
    refuses("proposal_fate_is_known", rows, fate="won")


def test_an_addition_starts_from_nothing():
    base = RevisionTextFactory()
    rows = Proposal.objects.filter(pk=ProposalFactory(base=base).pk)
    refuses("addition_has_no_base", rows, action="ADD")

    clause = clause_of(ProposalFactory(action="ADD"), text="to study;")
    refuses("added_clause_has_no_base", clause, before="to think;")
    refuses("added_clause_has_no_base", clause, base_clause=ClauseFactory(version=base))


def test_a_suppression_leaves_nothing():
    refuses("suppressed_clause_has_no_after", clause_of(ProposalFactory(action="SUP"), before="to study;", text=""), text="to study;")


def test_no_change_changes_nothing():
    clause = clause_of(ProposalFactory(action="NOC"), before="to study;", text="to study;")

    refuses("no_change_changes_nothing", clause, text="to study further;")


def test_a_proposal_is_somebodys():
    rows = Proposal.objects.filter(pk=ProposalFactory(sources=["EUR"]).pk)

    refuses("proposal_has_a_source", rows, sources=[])


def test_of_a_document_that_is_not_public_the_number_alone_is_kept():
    contribution = ProposalFactory().contribution
    rows = Contribution.objects.filter(pk=contribution.pk)
    rows.update(access=Contribution.Access.NUMBER_ONLY, number="", kept_number="TD 55")

    for field in ("title", "url", "file_name", "sha256"):
        refuses("number_only_keeps_the_number", rows, **{field: "x"})
    refuses("contribution_has_a_number", rows, number="TD 55")
    refuses("contribution_has_a_number", rows, kept_number="")


def test_a_text_is_checked_by_another_than_who_entered_it():
    one, another = UserFactory(), UserFactory()
    rows = RevisionText.objects.filter(pk=RevisionTextFactory(entered_by=one).pk)

    rows.update(checked_by=another)
    refuses("text_checked_by_another", rows, checked_by=one)


@pytest.mark.parametrize("state", ["read", "refused", "published"])
def test_a_file_is_kept_until_it_is_read(state):
    rows = Upload.objects.filter(pk=Upload.objects.create(brought_by=UserFactory(), data=b"PK").pk)

    refuses("bytes_kept_only_until_read", rows, state=state)
    rows.update(state=state, data=None)
