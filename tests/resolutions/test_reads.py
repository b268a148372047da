"""The sets of rows that have a name: who may read which, what stands, what stood on a day, what is counted."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils.timezone import now

from resolutions.models import (
    Assembly,
    Clause,
    Contribution,
    KeptComparison,
    Proposal,
    ProposalEvent,
    ProposedClause,
    RegionalGroup,
    RegionWatch,
    Resolution,
    RevisionText,
    Upload,
    Watch,
    WordingRule,
)
from tests.factories import (
    AssemblyFactory,
    ClauseFactory,
    ContributionFactory,
    ProposalFactory,
    RegionalGroupFactory,
    ResolutionFactory,
    RevisionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

PAST = date(2024, 10, 15)


def event(proposal, *, days=0, **fields) -> ProposalEvent:
    at = now() - timedelta(days=days)
    return proposal.events.create(**{"kind": "status", "status": "submitted", "at": at, "recorded_at": at} | fields)


def clause(proposal, **fields) -> ProposedClause:
    return proposal.clauses.create(action=proposal.action, change="modified", position=1, part="operative", text="to study;", **fields)


# --- Who may read which ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", [Contribution, Proposal, ProposalEvent, ProposedClause])
def test_who_keeps_the_number_of_a_document_reads_it_without_words_and_nobody_else(model):
    mine, other = UserFactory(), UserFactory()
    contributions = [ContributionFactory(), ContributionFactory(access="number", number="TD55", language="", entered_by=mine)]
    proposals = [ProposalFactory(contribution=each) for each in contributions]
    rows = {
        Contribution: contributions,
        Proposal: proposals,
        ProposalEvent: [event(each) for each in proposals],
        ProposedClause: [clause(each) for each in proposals],
    }[model]
    public, kept = rows
    assert set(model.objects.visible_to(mine)) == ({public} if model is ProposedClause else {public, kept})
    assert set(model.objects.visible_to(other)) == {public}
    assert set(model.objects.visible_to(AnonymousUser())) == set()


@pytest.mark.parametrize("model", [Contribution, Proposal, ProposalEvent, ProposedClause])
def test_what_was_taken_back_is_read_by_nobody(model):
    mine = UserFactory()
    proposal = ProposalFactory(contribution=ContributionFactory(entered_by=mine, taken_back_at=now()))
    Proposal.objects.filter(pk=proposal.pk).update(taken_back_at=now(), superseded_at=now())
    event(proposal)
    clause(proposal)
    assert model.objects.exists()
    assert not model.objects.visible_to(mine).exists()


def test_public_facts_are_read_by_whoever_is_logged_in():
    text = ClauseFactory().version
    WordingRule.objects.create(code="any", family="role")
    KeptComparison.objects.create(key="0" * 64, versions=[])
    RegionalGroupFactory()
    for model in (Resolution, RegionalGroup, RevisionText, Clause, WordingRule, KeptComparison):
        assert model.objects.visible_to(UserFactory()).count() == 1
        assert model.objects.visible_to(AnonymousUser()).count() == 0
    assert text.revision.resolution in Resolution.objects.visible_to(UserFactory())


def test_what_one_follows_and_brings_in_is_ones_own_business():
    mine, other = UserFactory(), UserFactory()
    resolution, group = ResolutionFactory(), RegionalGroupFactory()
    for person in (mine, other):
        Watch.objects.create(user=person, resolution=resolution)
        RegionWatch.objects.create(user=person, group=group)
        Upload.objects.create(kind="text", brought_by=person)
    assert [row.user for model in (Watch, RegionWatch) for row in model.objects.visible_to(mine)] == [mine, mine]
    assert [row.brought_by for row in Upload.objects.visible_to(mine)] == [mine]
    assert [model.objects.visible_to(AnonymousUser()).count() for model in (Watch, RegionWatch, Upload)] == [0, 0, 0]


# --- What stands ----------------------------------------------------------------------------------------------------------


def test_what_is_asked_now_is_neither_replaced_nor_withdrawn_and_drafts_stay():
    stands, _withdrawn = ProposalFactory(), ProposalFactory(status="withdrawn")
    ProposalFactory(superseded_at=now())
    draft = ProposalFactory(superseded_at=now(), is_consolidated=True)
    ProposalFactory(superseded_at=now(), is_consolidated=True, status="withdrawn")
    assert set(Proposal.objects.standing()) == {stands}
    assert set(Proposal.objects.standing_or_draft()) == {stands, draft}


def test_the_matrix_has_what_is_asked_of_its_assembly_without_its_own_drafts():
    here, asked = AssemblyFactory(), now() - timedelta(days=9)
    first = ProposalFactory(contribution=ContributionFactory(assembly=here, received_at=asked), status="withdrawn", fate="dropped")
    ProposalFactory(contribution__assembly=here, contribution__received_at=asked, is_consolidated=True)
    elsewhere = ProposalFactory(contribution__assembly=AssemblyFactory(code="WTSA-32"), contribution__received_at=asked)
    event(elsewhere, days=5, status="common", fate="taken")
    event(first, days=8, status="preliminary")
    event(first, days=6, status="common", fate="merged")
    event(first, days=2, status="withdrawn", fate="dropped")
    assert Proposal.objects.for_matrix(here).values_list("pk", "status_then", "fate_then").get() == (first.pk, "withdrawn", "dropped")
    then = {
        days: Proposal.objects.for_matrix(here, now() - timedelta(days=days)).values_list("status_then", "fate_then").first()
        for days in (10, 8.5, 7, 4, 1)
    }
    assert then == {
        10: None,
        8.5: ("withdrawn", ""),
        7: ("preliminary", ""),
        4: ("common", "merged"),
        1: ("withdrawn", "dropped"),
    }


def test_who_signs_it_is_known_of_a_day_unless_that_changed_since():
    proposal, other = ProposalFactory(), ProposalFactory()
    event(other, days=2, kind="signed")
    event(proposal, days=4, kind="signed")
    event(proposal, days=1, kind="status")
    told = {
        days: Proposal.objects.with_signing_after(now() - timedelta(days=days)).get(pk=proposal.pk).is_signed_otherwise for days in (5, 3)
    }
    assert told == {5: True, 3: False}


def test_the_last_move_is_the_latest_and_history_moves_nothing():
    resolution = ResolutionFactory()
    early, late = now() - timedelta(days=2), now() - timedelta(days=1)
    for moved_at in (early, late, None):
        ProposalFactory(resolution=resolution, moved_at=moved_at)
    found = Resolution.objects.annotate(last=Proposal.objects.filter(resolution=resolution).last_move()).get()
    assert found.last == late


# --- Resolutions ----------------------------------------------------------------------------------------------------------


def test_an_open_draft_has_no_number_and_is_asked_for_here_or_nowhere_yet():
    here, past = AssemblyFactory(), AssemblyFactory(code="WTSA-24", starts_on=PAST, ends_on=PAST)
    slugs = ("new", "asked-here", "asked-then")
    new, asked_here, asked_then = (ResolutionFactory(number=None, label="[A-1]", slug=slug, status="draft") for slug in slugs)
    numbered = ResolutionFactory(status="draft")
    in_force = ResolutionFactory(number=None, label="[A-1]", slug="in-force")
    for resolution, assembly in ((asked_here, here), (asked_then, past), (numbered, here), (in_force, here)):
        ProposalFactory(resolution=resolution, contribution__assembly=assembly)
    assert [(row, row.is_asked_here) for row in Resolution.objects.drafts_for(here)] == [(new, False), (asked_here, True)]
    rows = Resolution.objects.with_drafts_of(here)
    assert {row: bool(row.is_open_draft) for row in rows} == {
        new: True,
        asked_here: True,
        asked_then: False,
        numbered: False,
        in_force: False,
    }


def test_quick_filters_count_what_is_behind_them():
    me = UserFactory()
    years = [AssemblyFactory(code=f"WTSA-{year}", starts_on=date(2000 + year, 10, 15), ends_on=None) for year in (20, 24)]
    first, second, third = ResolutionFactory(is_named_in_guide=True), ResolutionFactory(), ResolutionFactory()
    for resolution, actions in ((first, ("MOD", "NOC")), (second, ("NOC", "MOD")), (third, ("MOD",))):
        for assembly, action in zip(years, actions, strict=False):
            resolution.outcomes.create(assembly=assembly, action=action)
    Watch.objects.create(user=me, resolution=first)
    Watch.objects.create(user=me, resolution=second)
    Watch.objects.create(user=UserFactory(), resolution=third)
    assert Resolution.objects.counts_for(me) == {"all": 3, "watched": 2, "guide": 1, "MOD": 2, "ADD": 0, "SUP": 0, "NOC": 1}
    assert set(Resolution.objects.watched_by(me)) == {first, second}


def test_a_page_says_how_one_watches_it_and_how_many_proposals_one_may_read():
    me, resolution, other = UserFactory(), ResolutionFactory(number=50), ResolutionFactory()
    Watch.objects.create(user=me, resolution=other, scope="operative")
    Watch.objects.create(user=UserFactory(), resolution=resolution, scope="operative")
    for superseded_at in (None, None, now()):
        ProposalFactory(resolution=resolution, superseded_at=superseded_at)
    ProposalFactory(resolution=other)
    page = Resolution.objects.for_page(me).get(pk=resolution.pk)
    assert (page.is_watched, page.watch_scope, page.proposal_count) == (False, None, 2)
    Watch.objects.create(user=me, resolution=resolution)
    page = Resolution.objects.for_page(me).get(pk=resolution.pk)
    assert (page.is_watched, page.watch_scope) == (True, "all")


def test_a_resolution_is_cited_with_its_last_revision():
    resolution = ResolutionFactory(number=50)
    assert (resolution.cited_as, resolution.last_revision) == ("Resolution 50", None)
    for year in (16, 24, 20):
        assembly = AssemblyFactory(code=f"WTSA-{year}", starts_on=date(2000 + year, 10, 15), ends_on=None)
        RevisionFactory(resolution=resolution, assembly=assembly, label_en=f"Rev. {year}")
    assert Resolution.objects.for_page(UserFactory()).get().cited_as == "Resolution 50 (Rev. 24)"
    assert ResolutionFactory(number=None, label="[A-1]", slug="a-1").cited_as == "[A-1]"


# --- Assemblies and groups ------------------------------------------------------------------------------------------------


def test_an_assembly_is_found_by_its_code_else_it_is_the_one_people_work_for():
    past = AssemblyFactory(code="WTSA-24", starts_on=PAST, ends_on=PAST)
    current = AssemblyFactory()
    assert [Assembly.objects.named(code) for code in (" WTSA-24 ", "WTSA-99")] == [past, current]


def test_the_next_assembly_is_worked_for_before_one_whose_days_nobody_knows():
    later = AssemblyFactory(code="WTSA-32", starts_on=date(2032, 10, 1), ends_on=date(2032, 10, 10))
    unknown = AssemblyFactory(code="WTSA-36", starts_on=None, ends_on=None)
    AssemblyFactory()
    on = date(2028, 1, 1)
    assert Assembly.objects.current(on).code == "WTSA-28"
    assert Assembly.objects.current(date(2029, 1, 1)) == later
    assert Assembly.objects.current(date(2033, 1, 1)) == unknown
    assert [assembly.code for assembly in Assembly.objects.latest_first()] == ["WTSA-36", "WTSA-32", "WTSA-28"]


@pytest.mark.parametrize("day", [date(2028, 10, 17), None])
def test_of_two_that_begin_together_neither_is_after_the_other_unless_nobody_knows(day):
    one, other = Assembly(pk=1, starts_on=day), Assembly(pk=2, starts_on=day)
    assert one.is_after(other) is (day is None)


def test_a_group_is_watched_by_oneself():
    me, first, second = UserFactory(), RegionalGroupFactory(), RegionalGroupFactory(code="CEPT")
    RegionWatch.objects.create(user=me, group=first)
    RegionWatch.objects.create(user=UserFactory(), group=second)
    assert {group.code: group.is_watched for group in RegionalGroup.objects.with_watch_of(me)} == {"ATU": True, "CEPT": False}


# --- Names ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"verb": "instructs", "call": "instructs Study Group 17", "number": "3."}, "instructs 3"),
        ({"verb": "", "call": "thanking everybody", "number": ""}, "thanking everybody"),
        ({"verb": "", "call": "", "number": "", "part": "annex"}, "annex"),
    ],
)
def test_a_clause_is_called_as_people_speak_of_it(fields, name):
    clause = Clause(**{"part": "operative"} | fields)
    assert (clause.name, clause.is_operative) == (name, clause.part == "operative")


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"identifier": "EUR/38A7/1"}, "EUR/38A7/1"),
        ({"identifier": "", "is_consolidated": True}, "consolidated draft 38A7(Rev.2)"),
        ({"identifier": ""}, "38A7(Rev.2)"),
    ],
)
def test_a_proposal_is_called_by_its_identifier_else_by_its_document(fields, name):
    assert Proposal(contribution=Contribution(number="38A7", revision=2), **fields).name == name
    assert str(Contribution(access="number", kept_number="TD55")) == "TD55"


@pytest.mark.parametrize(("code", "acronym", "name"), [("CEPT", "CEPT-EU", "CEPT-EU"), ("CEPT", "", "CEPT")])
def test_a_group_an_assembly_and_a_file_are_called_by_what_is_known_of_them(code, acronym, name):
    assert str(RegionalGroup(code=code, acronym_en=acronym)) == name
    assert str(Assembly(code=code, short_name_en=acronym)) == name
    assert [str(Upload(kind="text", file_name=said)) for said in ("res50.docx", "")] == ["res50.docx", "text in force"]


@pytest.mark.parametrize(
    ("confidence", "is_checked", "is_to_check"), [("medium", False, True), ("medium", True, False), ("high", False, False)]
)
def test_what_is_not_sure_is_to_be_checked_until_someone_has(confidence, is_checked, is_to_check):
    assert Resolution(confidence=confidence, verified_at=now() if is_checked else None).is_to_check is is_to_check


def test_only_rules_in_use_are_applied():
    for code, is_active in (("used", True), ("left", False)):
        WordingRule.objects.create(code=code, family="role", is_active=is_active)
    assert [rule.code for rule in WordingRule.objects.active()] == ["used"]


def test_uploads_wait_until_a_worker_takes_them():
    for state in Upload.State.values:
        Upload.objects.create(kind="text", brought_by=UserFactory(), state=state)
    assert [upload.state for upload in Upload.objects.waiting()] == ["waiting"]
