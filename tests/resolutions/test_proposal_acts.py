"""What becomes known of a proposal after it was recorded: one event each, nothing twice, nobody's change overwritten unseen."""

from dataclasses import replace
from datetime import timedelta

import pytest

from amnt.core.errors import RuleBroken
from resolutions.models import Proposal, ProposalEvent, ProposedClause
from resolutions.services import proposals as services
from tests.clock import NOW
from tests.factories import ContributionFactory, ProposalFactory, RegionalGroupFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_september")]


def events(proposal) -> list[tuple]:
    return list(proposal.events.order_by("pk").values_list("kind", "status", "fate", "by", "is_history"))


def clause(proposal, position, *, part="operative", change="modified") -> ProposedClause:
    text = "to study this further;"
    return proposal.clauses.create(
        position=position, action=proposal.action, part=part, change=change, text=text, before="" if proposal.action == "ADD" else text
    )


def test_a_new_status_is_one_event_and_moves_the_proposal():
    me, proposal = UserFactory(), ProposalFactory(status="preliminary")
    services.change_status(proposal, status="common", by=me)
    proposal.refresh_from_db()
    assert (proposal.status, proposal.moved_at) == ("common", NOW)
    assert events(proposal) == [("status", "common", "", me.pk, False)]


def test_the_same_act_twice_changes_nothing():
    me, proposal = UserFactory(), ProposalFactory()
    for _ in range(2):
        services.withdraw(proposal, by=me)
        services.sign(proposal, countries=["KE", "ZA"], by=me)
        services.decide_fate(proposal, fate="dropped", by=me)
        services.mark_late(proposal.contribution, is_late=True, by=me)
    assert [kind for kind, *_rest in events(proposal)] == ["withdrawn", "signed", "fate", "late"]


def test_what_was_withdrawn_may_come_back():
    proposal = ProposalFactory(status="withdrawn")
    services.change_status(proposal, status="submitted", by=None)
    assert events(proposal) == [("status", "submitted", "", None, False)]


def test_a_late_document_makes_all_its_proposals_late():
    document = ContributionFactory()
    first = ProposalFactory(contribution=document, identifier="EUR/1A1/1")
    second = ProposalFactory(contribution=document, identifier="EUR/1A1/2")
    replaced = ProposalFactory(contribution=document, identifier="EUR/1A1/3", superseded_at=NOW)
    services.mark_late(document, is_late=True, by=None)
    assert [[kind for kind, *_rest in events(row)] for row in (first, second, replaced)] == [["late"], ["late"], []]
    first.refresh_from_db()
    assert (first.contribution.is_late, first.moved_at) == (True, NOW)


def test_history_has_events_but_moves_nothing():
    proposal = ProposalFactory(contribution=ContributionFactory(is_history=True))
    services.decide_fate(proposal, fate="taken", by=None, at=NOW - timedelta(days=1500))
    proposal.refresh_from_db()
    assert (proposal.fate, proposal.moved_at) == ("taken", None)
    event = ProposalEvent.objects.get()
    assert (event.is_history, event.at, event.recorded_at) == (True, NOW - timedelta(days=1500), NOW)


def test_the_last_known_source_cannot_be_taken_away():
    proposal = ProposalFactory(sources=[], countries="KE")
    with pytest.raises(RuleBroken, match="at least one State"):
        services.sign(proposal, countries=[], by=None)
    regional = ProposalFactory(sources=[], group=RegionalGroupFactory(), countries="KE")
    services.sign(regional, countries=[], by=None)
    assert events(regional)[0][0] == "signed"


def test_what_a_later_issue_replaced_is_changed_no_more():
    proposal = ProposalFactory(superseded_at=NOW)
    for act in (
        lambda: services.withdraw(proposal, by=None),
        lambda: services.sign(proposal, countries=["KE"], by=None),
        lambda: services.decide_fate(proposal, fate="taken", by=None),
        lambda: services.revise(proposal, services.ProposalFacts("common"), by=None),
    ):
        with pytest.raises(RuleBroken, match="A later issue"):
            act()
    assert (events(proposal), Proposal.objects.get().status) == ([], "submitted")


def test_several_changes_at_once_are_all_made_or_none():
    proposal = ProposalFactory(sources=[], countries="KE")
    with pytest.raises(RuleBroken, match="at least one State"):
        services.revise(proposal, services.ProposalFacts("common", "taken", (), True), by=None)
    proposal.refresh_from_db()
    proposal.contribution.refresh_from_db()
    assert (events(proposal), services.facts_of_proposal(proposal)) == ([], services.ProposalFacts("submitted", "", ("KE",), False))
    services.revise(proposal, services.ProposalFacts("common", "taken", ("ZA", "KE"), True), by=None)
    assert [kind for kind, *_rest in events(proposal)] == ["late", "signed", "status", "fate"]


def test_several_changes_at_once_are_of_one_person_at_the_time_they_happened():
    me, proposal, at = UserFactory(), ProposalFactory(status="preliminary"), NOW - timedelta(days=3)
    services.revise(proposal, services.ProposalFacts("common", "taken", ("KE",), is_late=True), by=me, at=at)
    assert list(proposal.events.order_by("pk").values_list("kind", "status", "fate", "at", "recorded_at", "by")) == [
        ("late", "preliminary", "", at, NOW, me.pk),
        ("signed", "preliminary", "", at, NOW, me.pk),
        ("status", "common", "", at, NOW, me.pk),
        ("fate", "common", "taken", at, NOW, me.pk),
    ]
    proposal.refresh_from_db()
    assert (proposal.moved_at, services.facts_of_proposal(proposal)) == (NOW, services.ProposalFacts("common", "taken", ("KE",), True))


def test_a_document_that_was_called_late_may_be_called_in_time():
    proposal = ProposalFactory(contribution=ContributionFactory(is_late=True))
    services.mark_late(proposal.contribution, is_late=False, by=None)
    proposal.contribution.refresh_from_db()
    assert (proposal.contribution.is_late, events(proposal)) == (False, [("status", "submitted", "", None, False)])


@pytest.mark.parametrize("fields", [{"sources": ["EUR"]}, {"sources": [], "is_consolidated": True}, {"sources": []}])
def test_who_signs_it_may_be_others_while_somebody_makes_it(fields):
    proposal = ProposalFactory(countries="KE", **fields)
    services.sign(proposal, countries=["ZA"], by=None)
    if fields != {"sources": []}:
        services.sign(proposal, countries=[], by=None)
    assert services.facts_of_proposal(Proposal.objects.get()).countries == (("ZA",) if fields == {"sources": []} else ())


def test_what_both_changed_alike_is_changed_once():
    proposal = ProposalFactory(status="preliminary")
    seen = services.facts_of_proposal(proposal)
    services.decide_fate(proposal, fate="taken", by=None)
    services.revise(proposal, replace(seen, fate="taken", is_late=True), by=None, seen=seen)
    assert services.facts_of_proposal(Proposal.objects.get()) == services.ProposalFacts("preliminary", "taken", (), is_late=True)
    assert [kind for kind, *_rest in events(proposal)] == ["fate", "late"]


def test_nothing_changed_is_no_event_even_of_what_was_replaced():
    proposal = ProposalFactory(superseded_at=NOW)
    services.revise(proposal, services.facts_of_proposal(proposal), by=None)
    assert events(proposal) == []


def test_what_somebody_changed_meanwhile_is_not_overwritten():
    proposal = ProposalFactory(status="preliminary")
    seen = services.facts_of_proposal(proposal)
    services.change_status(proposal, status="common", by=None)
    with pytest.raises(RuleBroken, match="Someone has changed this in the meantime"):
        services.revise(proposal, replace(seen, status="withdrawn"), by=None, seen=seen)
    assert Proposal.objects.get().status == "common"


def test_what_one_left_alone_stays_as_somebody_changed_it_meanwhile():
    proposal = ProposalFactory(status="preliminary")
    seen = services.facts_of_proposal(proposal)
    services.change_status(proposal, status="common", by=None)
    services.revise(proposal, replace(seen, countries=("KE",)), by=None, seen=seen)
    assert services.facts_of_proposal(Proposal.objects.get()) == services.ProposalFacts("common", "", ("KE",), False)
    services.revise(proposal, replace(seen, status="common", countries=("KE",)), by=None, seen=seen)
    assert [kind for kind, *_rest in events(proposal)] == ["status", "signed"]


@pytest.mark.parametrize(
    ("action", "clauses", "touches"),
    [
        ("MOD", [], True),
        ("MOD", [("operative", "modified")], True),
        ("MOD", [("operative", "unchanged"), ("operative", "renumbered"), ("preamble", "modified")], False),
        ("MOD", [("operative", "unchanged")], True),
        ("NOC", [], True),
        ("SUP", [], True),
    ],
)
def test_an_event_says_whether_the_operative_part_is_touched(action, clauses, touches):
    proposal = ProposalFactory(action=action)
    for position, (part, change) in enumerate(clauses):
        clause(proposal, position, part=part, change=change)
    services.withdraw(proposal, by=None)
    assert ProposalEvent.objects.get().is_operative is touches
