"""What came in by one paste or one file is taken back together within two weeks, and put back within two more."""

import re
from datetime import timedelta
from functools import partial
from html import unescape
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse
from django.utils.timezone import now

from amnt.audit.models import AuditEntry
from amnt.core.errors import RuleBroken
from amnt.retention.rules import rules
from coalitions.models import HintDismissal, Membership, Reading
from coalitions.positions.services.positions import take_position
from coalitions.texts.services import imports
from resolutions.drafts import ClauseDraft, ContributionDraft, ProposalDraft
from resolutions.importers.pasted_matrix import read_table
from resolutions.models import Contribution, ImportJob, Proposal, ProposalEvent, ProposedClause, WordingRule
from resolutions.services import import_jobs
from resolutions.services.entering import enter
from resolutions.services.pasting import plan, store
from resolutions.services.proposals import change_status
from tests import factories
from tests.factories import AssemblyFactory, RegionalGroupFactory, ResolutionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_september")]

JOBS = reverse("coalitions:import-jobs")
TABLE = "Res;Who;Action;Identifier\n50;EUR;MOD;EUR/38A7/1\n52;EUR;NOC;EUR/38A7/2\n"


@pytest.fixture
def assembly():
    RegionalGroupFactory(code="CEPT", acronym_en="CEPT", proposal_codes=["EUR"])
    for number in (50, 52):
        ResolutionFactory(number=number, slug=str(number))
    return AssemblyFactory()


def paste(by, assembly, table=TABLE) -> ImportJob:
    store(plan(read_table(table), assembly=assembly, by=by), by=by, is_history=False)
    return ImportJob.objects.latest("pk")


def publish(by, assembly, *asked, number="38A7", revision=0, language="en") -> ImportJob:
    """As the publication of a file does: (number of the resolution, identifier, text of a clause)."""
    drafts = [
        ProposalDraft(
            ResolutionFactory._meta.model.objects.get(number=resolution),
            "MOD",
            identifier,
            sources=("EUR",),
            group=RegionalGroupFactory(code="CEPT"),
            title="Security",
            reasons="Networks fail.",
            clauses=(ClauseDraft("operative", text=text, change=ProposedClause.Change.UNKNOWN),) if text else (),
        )
        for resolution, identifier, text in asked
    ]
    job = ImportJob.objects.create(kind="file", by=by)
    enter(ContributionDraft(assembly, number, tuple(drafts), revision=revision, language=language), by=by, job=job)
    return job


def seen(by) -> list[tuple]:
    rows = Proposal.objects.visible_to(by).current().order_by("pk")
    return list(rows.values_list("identifier", "status"))


def page_of(client, user, address) -> str:
    client.force_login(user)
    answer = client.get(address)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def test_a_paste_is_taken_back_and_put_back_by_one_act(client, network, samuel, ama, assembly):
    job = paste(samuel, assembly)
    there = [("EUR/38A7/1", "submitted"), ("EUR/38A7/2", "submitted")]
    assert seen(ama) == there
    assert job.get_absolute_url() in page_of(client, samuel, JOBS)
    assert "EUR/38A7/1" in page_of(client, samuel, job.get_absolute_url())
    client.post(job.get_absolute_url(), {"act": "take-back"})
    assert seen(ama) == []
    assert not Contribution.objects.visible_to(ama).exists()
    assert "EUR/38A7" not in page_of(client, ama, reverse("coalitions:resolution-proposals", args=["50"]))
    assert client.get(Proposal.objects.first().get_absolute_url()).status_code == 404
    client.force_login(samuel)
    client.post(job.get_absolute_url(), {"act": "put-back"})
    assert seen(ama) == there
    acts = AuditEntry.objects.of_coalition(network.public_id).order_by("pk").values_list("act", "object_id")
    of_job = str(job.public_id)
    assert list(acts)[-2:] == [("coalitions.import_taken_back", of_job), ("coalitions.import_put_back", of_job)]


def test_what_people_made_of_it_waits_with_it(samuel, network, assembly):
    job = paste(samuel, assembly)
    proposal = Proposal.objects.get(identifier="EUR/38A7/1")
    Reading.objects.create(circle=network.everyone, proposal=proposal, tone="risk", by=samuel)
    imports.take_back(job, by=samuel)
    imports.put_back(job, by=samuel)
    assert [reading.proposal for reading in Reading.objects.all()] == [proposal]


def test_taken_back_or_put_back_twice_it_is_so_once(samuel, ama, network, assembly):
    job = paste(samuel, assembly)
    for service, left in ((imports.take_back, 0), (imports.put_back, 2)):
        for _tap in range(2):
            service(job, by=samuel)
        assert len(seen(ama)) == left
    acts = AuditEntry.objects.of_coalition(network.public_id).filter(act__startswith="coalitions.import").order_by("pk")
    assert list(acts.values_list("act", flat=True)) == ["coalitions.import_taken_back", "coalitions.import_put_back"]


def test_leads_of_whoever_brought_it_in_may_too_and_nobody_else(client, network, wanjiru, samuel, ama, assembly):
    job = paste(samuel, assembly)
    stranger = factories.lead(factories.coalition("Another one"))
    for person, status in ((ama, 404), (stranger, 404), (factories.observer(network), 404), (wanjiru, 200)):
        client.force_login(person)
        assert client.get(job.get_absolute_url()).status_code == status
        assert (job.get_absolute_url() in page_of(client, person, JOBS)) == (status == 200)
        if status == 404:
            assert client.post(job.get_absolute_url(), {"act": "take-back"}).status_code == 404
    # One who was thrown out is not the only one who can.
    Membership.objects.filter(user=samuel).update(left_at=now())
    client.force_login(wanjiru)
    assert client.post(job.get_absolute_url(), {"act": "take-back"}).status_code == 302
    assert seen(wanjiru) == []
    client.force_login(samuel)
    assert client.post(job.get_absolute_url(), {"act": "put-back"}).status_code == 403
    assert client.post(job.get_absolute_url(), {"act": "other"}).status_code == 403


def test_a_lead_without_a_second_factor_reads_only_her_own(client, wanjiru, samuel, assembly, settings):
    job = paste(samuel, assembly)
    settings.LEADS_NEED_SECOND_FACTOR = True
    client.force_login(wanjiru)
    assert client.get(job.get_absolute_url()).status_code == 404


# --- What others built on it ---------------------------------------------------------------------------------------------------


def built_on(what, proposal, by, circle) -> None:
    match what:
        case "reading":
            Reading.objects.create(circle=circle, proposal=proposal, tone="risk", by=by)
        case "position":
            take_position(proposal.resolution, circle=circle, stance="oppose", written_for=proposal, by=by)
        case "hint":
            rule = WordingRule.objects.create(code="any", name_en="Any")
            HintDismissal.objects.create(circle=circle, rule=rule, proposal=proposal, clause=uuid4(), words="any", reason="No.", by=by)
        case "status":
            change_status(proposal, status="withdrawn", by=by)
        case "place":
            proposal.clauses.update(anchored_by=by, anchored_at=now())


BUILT_ON = ["reading", "position", "hint", "status", "place"]


@pytest.mark.parametrize("what", BUILT_ON)
def test_what_others_built_on_is_taken_back_only_by_who_was_told(client, samuel, ama, network, assembly, what):
    job = publish(samuel, assembly, (50, "EUR/38A7/1", "One;"))
    told, warning = 'name="others" value="told"', "Others have worked with it since. What they added comes back only if it is restored."
    before = page_of(client, samuel, job.get_absolute_url())
    assert (told in before, warning in before) == (False, False)
    built_on(what, Proposal.objects.get(), ama, network.everyone)
    # The page that was open before does not do it; the page that comes back says why and asks once more.
    refused = client.post(job.get_absolute_url(), {"act": "take-back"})
    html = " ".join(unescape(refused.content.decode()).split())
    assert (refused.status_code, len(seen(ama)), ImportJob.objects.get().taken_back_at) == (409, 1, None)
    assert ("Read what happens to that, and decide again." in html, warning in html, told in html) == (True, True, True)
    assert client.post(job.get_absolute_url(), {"act": "take-back", "others": "told"}).status_code == 302
    assert seen(ama) == []
    client.post(job.get_absolute_url(), {"act": "put-back"})
    assert len(seen(ama)) == 1


@pytest.mark.parametrize("what", ["reading", "position", "hint"])
def test_that_something_of_it_is_in_a_circle_of_others_is_not_told(client, samuel, ama, assembly, what):
    job = publish(samuel, assembly, (50, "EUR/38A7/1", "One;"))
    stranger = factories.lead(factories.coalition("Another one"))
    built_on(what, Proposal.objects.get(), stranger, factories.circle_of(stranger.memberships.get().coalition, stranger))
    assert "Others have worked with it since" not in page_of(client, samuel, job.get_absolute_url())
    assert client.post(job.get_absolute_url(), {"act": "take-back"}).status_code == 302
    assert seen(ama) == []


@pytest.mark.parametrize("what", BUILT_ON)
def test_what_only_its_author_built_on_is_taken_back(samuel, ama, network, assembly, what):
    job = publish(samuel, assembly, (50, "EUR/38A7/1", "One;"))
    built_on(what, Proposal.objects.get(), samuel, network.everyone)
    for _tap in range(2):
        imports.take_back(job, by=samuel)
    assert (seen(ama), ProposalEvent.objects.visible_to(ama).count(), ProposedClause.objects.visible_to(ama).count()) == ([], 0, 0)


def test_a_later_issue_stops_the_one_before_it_from_being_taken_back(samuel, ama, assembly):
    job = publish(samuel, assembly, (50, "EUR/38A7/1", "One;"))
    publish(ama, assembly, (50, "EUR/38A7R1/1", "Other words;"), revision=1)
    with pytest.raises(RuleBroken, match="Others have worked with it since"):
        imports.take_back(job, by=samuel)


@pytest.mark.parametrize(("hours", "is_of_today"), [(23, True), (25, False)])
def test_one_page_says_until_when_and_what_it_undoes(client, samuel, ama, assembly, hours, is_of_today):
    job = publish(samuel, assembly, (50, "EUR/38A7/1", "One;"))
    with time_machine.travel(now() + timedelta(hours=hours), tick=False):
        html = " ".join(page_of(client, samuel, job.get_absolute_url()).split())
        assert "You can take it back until" in html
        # The one difference is said: mail may have gone out.
        assert ("Mail about it may have gone out" in html) is not is_of_today
        listed = page_of(client, samuel, JOBS)
        assert (f'action="{job.get_absolute_url()}"' in listed) is is_of_today
        sent = client.post(job.get_absolute_url(), {"act": "take-back", "next": JOBS})
    assert (sent.url, seen(ama)) == (JOBS, [])


def test_the_list_offers_nobody_elses_to_be_taken_back_in_one_tap(client, wanjiru, samuel, assembly):
    job = publish(samuel, assembly, (50, "EUR/38A7/1", "One;"))
    html = page_of(client, wanjiru, JOBS)
    assert (f'href="{job.get_absolute_url()}"' in html, f'action="{job.get_absolute_url()}"' in html) == (True, False)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_one_costs_the_same_however_much_it_published(client, samuel, assembly, count, django_assert_num_queries):
    job = publish(samuel, assembly, *((50, f"EUR/38A7/{n}", "One;") for n in range(count)))
    client.force_login(samuel)
    client.get(job.get_absolute_url())
    with django_assert_num_queries(14):
        assert client.get(job.get_absolute_url()).status_code == 200


def test_an_issue_that_is_taken_back_gives_back_what_it_replaced_and_withdrew(samuel, ama, assembly):
    publish(samuel, assembly, (50, "EUR/38A7/1", "One;"), (52, "EUR/38A7/2", "Two;"))
    there = [("EUR/38A7/1", "submitted"), ("EUR/38A7/2", "submitted")]
    forged = publish(ama, assembly, (50, "EUR/38A7R1/1", "Other words;"), revision=1)
    after = [("EUR/38A7/2", "withdrawn"), ("EUR/38A7R1/1", "submitted")]
    assert seen(samuel) == after
    imports.take_back(forged, by=ama)
    assert seen(samuel) == there
    imports.put_back(forged, by=ama)
    assert seen(samuel) == after
    imports.take_back(forged, by=ama)
    assert seen(samuel) == there


def test_what_stands_again_or_is_withdrawn_again_is_announced_to_nobody(samuel, ama, assembly):
    publish(samuel, assembly, (50, "EUR/38A7/1", "One;"), (52, "EUR/38A7/2", "Two;"))
    gone = Proposal.objects.get(identifier="EUR/38A7/2")
    Proposal.objects.filter(pk=gone.pk).update(fate="merged")
    job = publish(ama, assembly, (50, "EUR/38A7R1/1", "Other words;"), revision=1)
    moved_at = Proposal.objects.get(pk=gone.pk).moved_at
    imports.take_back(job, by=samuel)
    imports.put_back(job, by=ama)
    *_before, again, withdrawn = gone.events.order_by("pk").values_list("kind", "status", "fate", "by", "is_history", "job")
    assert again == ("status", "submitted", "merged", samuel.pk, True, job.pk)
    assert withdrawn == ("withdrawn", "withdrawn", "merged", ama.pk, True, job.pk)
    assert Proposal.objects.get(pk=gone.pk).moved_at == moved_at


def test_one_that_was_common_before_it_was_withdrawn_is_common_again(samuel, ama, assembly):
    publish(samuel, assembly, (50, "EUR/38A7/1", "One;"), (52, "EUR/38A7/2", "Two;"))
    change_status(Proposal.objects.get(identifier="EUR/38A7/2"), status="common", by=samuel)
    imports.take_back(publish(ama, assembly, (50, "EUR/38A7R1/1", "Other words;"), revision=1), by=ama)
    assert seen(samuel) == [("EUR/38A7/1", "submitted"), ("EUR/38A7/2", "common")]


def test_what_somebody_else_withdrew_since_stays_withdrawn(samuel, ama, assembly):
    publish(samuel, assembly, (50, "EUR/38A7/1", "One;"), (52, "EUR/38A7/2", "Two;"))
    forged = publish(ama, assembly, (50, "EUR/38A7R1/1", "Other words;"), revision=1)
    gone = Proposal.objects.get(identifier="EUR/38A7/2")
    for status in ("submitted", "withdrawn"):
        import_jobs.move(gone, status, "status", job=None, by=samuel)
    imports.take_back(forged, by=ama)
    assert seen(samuel) == [("EUR/38A7/1", "submitted"), ("EUR/38A7/2", "withdrawn")]


def test_an_issue_that_came_after_it_stays_where_it_is(samuel, ama, assembly):
    publish(samuel, assembly, (50, "EUR/38A7/1", "One;"))
    middle = publish(ama, assembly, (50, "EUR/38A7R1/1", "Two;"), revision=1)
    publish(samuel, assembly, (50, "EUR/38A7R2/1", "Three;"), revision=2)
    for service in (partial(imports.take_back, with_work_of_others=True), imports.put_back):
        service(middle, by=ama)
        assert seen(samuel) == [("EUR/38A7R2/1", "submitted")]


def test_an_issue_that_came_while_it_was_away_stands(samuel, ama, assembly):
    publish(samuel, assembly, (50, "EUR/38A7/1", "One;"))
    middle = publish(ama, assembly, (50, "EUR/38A7R1/1", "Two;"), revision=1)
    imports.take_back(middle, by=ama)
    with time_machine.travel(now() + timedelta(minutes=1), tick=False):
        publish(samuel, assembly, (50, "EUR/38A7R2/1", "Three;"), revision=2)
        with pytest.raises(RuleBroken, match="later issue has been imported in the meantime"):
            imports.put_back(middle, by=ama)
    assert seen(samuel) == [("EUR/38A7R2/1", "submitted")]


def test_what_came_meanwhile_of_other_documents_stops_nothing(samuel, ama, assembly):
    job = publish(samuel, assembly, (50, "EUR/38A7/1", "Two;"), revision=1)
    imports.take_back(job, by=samuel)
    with time_machine.travel(now() + timedelta(minutes=1), tick=False):
        publish(ama, assembly, (50, "EUR/38A7/1", "Deux;"), revision=2, language="fr", number="38A8")
        publish(ama, AssemblyFactory(code="WTSA-32"), (50, "EUR/38A7R2/1", "Two;"), revision=2)
        publish(ama, assembly, (52, "EUR/38A7/2", "Zero;"))
        imports.put_back(job, by=samuel)
    assert Contribution.objects.filter(number="38A7", taken_back_at=None).count() == 3


def test_the_same_issue_in_another_language_stops_nothing(samuel, ama, assembly):
    job = publish(samuel, assembly, (50, "EUR/38A7/1", "Two;"))
    imports.take_back(job, by=samuel)
    publish(ama, assembly, (50, "EUR/38A7/1", "Deux;"), language="fr")
    imports.put_back(job, by=samuel)
    assert seen(samuel) == [("EUR/38A7/1", "submitted")] * 2


def test_an_issue_can_be_published_again_after_a_wrong_one_was_taken_back(samuel, ama, assembly):
    publish(samuel, assembly, (50, "EUR/38A7/1", "One;"))
    imports.take_back(publish(ama, assembly, (50, "EUR/38A7R1/1", "Forged;"), revision=1), by=ama)
    publish(samuel, assembly, (50, "EUR/38A7R1/1", "True;"), revision=1)
    assert seen(samuel) == [("EUR/38A7R1/1", "submitted")]
    assert [clause.text for clause in ProposedClause.objects.visible_to(samuel).filter(proposal__superseded_at=None)] == ["True;"]


def test_what_another_issue_replaced_meanwhile_was_replaced_by_that_one(samuel, ama, assembly):
    """Known without its words, a document has no language yet: issues in two languages may both follow it."""
    publish(samuel, assembly, (50, "EUR/38A7/1", ""), language="")
    english = publish(samuel, assembly, (50, "EUR/38A7R1/1", "Two;"), revision=1)
    imports.take_back(english, by=samuel)
    with time_machine.travel(now() + timedelta(minutes=1), tick=False):
        publish(ama, assembly, (50, "EUR/38A7R1/1", "Deux;"), revision=1, language="fr")
        replaced_at = Proposal.objects.get(identifier="EUR/38A7/1").superseded_at
        imports.put_back(english, by=samuel)
    assert Proposal.objects.get(identifier="EUR/38A7/1").superseded_at == replaced_at
    assert Contribution.objects.get(language="fr").received_at == replaced_at


def test_an_issue_that_was_taken_back_is_continued_by_none(samuel, ama, assembly):
    publish(samuel, assembly, (50, "EUR/38A7/1", "One;"))
    imports.take_back(publish(ama, assembly, (50, "EUR/38A7R1/1", "Forged;"), revision=1), by=ama)
    publish(samuel, assembly, (50, "EUR/38A7R2/1", "True;"), revision=2)
    third = Contribution.objects.get(revision=2)
    assert (third.replaces.revision, third.proposals.get().replaces.identifier) == (0, "EUR/38A7/1")
    assert seen(samuel) == [("EUR/38A7R2/1", "submitted")]


def test_of_a_document_that_others_added_to_their_part_stays(samuel, ama, assembly):
    job = paste(samuel, assembly)
    paste(ama, assembly, "50;EUR;SUP;EUR/38A7/9\n")
    imports.take_back(job, by=samuel)
    assert seen(samuel) == [("EUR/38A7/9", "submitted")]
    paste(ama, assembly, "50;EUR;MOD;EUR/38A7/1\n")
    with pytest.raises(RuleBroken, match="EUR/38A7/1 has been imported again in the meantime"):
        imports.put_back(job, by=samuel)
    assert Contribution.objects.count() == 1


def test_words_given_to_a_proposal_that_was_here_are_taken_out_and_given_again(samuel, ama, assembly):
    paste(samuel, assembly)
    job = publish(ama, assembly, (50, "EUR/38A7/1", "Their words;"))
    proposal = Proposal.objects.get(identifier="EUR/38A7/1")
    assert [clause.text for clause in proposal.clauses.all()] == ["Their words;"]
    told = list(ProposalEvent.objects.filter(is_history=False))
    imports.take_back(job, by=ama)
    assert list(ProposalEvent.objects.filter(is_history=False)) == told
    assert seen(samuel) == [("EUR/38A7/1", "submitted"), ("EUR/38A7/2", "submitted")]
    assert (proposal.clauses.count(), ProposedClause.objects.visible_to(samuel).count(), ProposedClause.objects.count()) == (0, 0, 1)
    imports.put_back(job, by=ama)
    assert [clause.text for clause in proposal.clauses.all()] == ["Their words;"]
    assert Proposal.objects.count() == 2


def test_title_reasons_and_text_in_force_go_and_come_with_the_words(samuel, ama, assembly):
    before = AssemblyFactory(code="WTSA-24", starts_on="2024-10-15", ends_on="2024-10-24")
    fifty = ResolutionFactory._meta.model.objects.get(number=50)
    text = factories.RevisionTextFactory(revision=factories.RevisionFactory(resolution=fifty, assembly=before))
    clause = factories.ClauseFactory(version=text, text="to study security;")
    paste(samuel, assembly)
    job = publish(ama, assembly, (50, "EUR/38A7/1", "to study all security;"))
    proposal = Proposal.objects.get(identifier="EUR/38A7/1")
    given = (text, "Security", "Networks fail.", clause)
    for service, there in ((None, given), (imports.take_back, (None, "", "", None)), (imports.put_back, given)):
        if service:
            service(job, by=ama)
        proposal.refresh_from_db()
        [base_clause] = [row.base_clause for row in proposal.clauses.all()] or [None]
        assert (proposal.base, proposal.title, proposal.reasons, base_clause) == there
        assert proposal.superseded_at is None


def test_words_are_not_given_again_over_others(samuel, ama, assembly):
    paste(samuel, assembly)
    job = publish(ama, assembly, (50, "EUR/38A7/1", "Their words;"))
    imports.take_back(job, by=ama)
    publish(samuel, assembly, (50, "EUR/38A7/1", "The right words;"))
    with pytest.raises(RuleBroken, match="changed in the meantime"):
        imports.put_back(job, by=ama)
    job.refresh_from_db()
    assert (job.taken_back_at is None, Proposal.objects.get(identifier="EUR/38A7/1", taken_back_at=None).clauses.get().text) == (
        False,
        "The right words;",
    )


def test_what_was_taken_back_can_come_in_again_and_then_stays_alone(client, samuel, ama, assembly):
    job = paste(samuel, assembly)
    imports.take_back(job, by=samuel)
    paste(ama, assembly)
    assert seen(ama) == [("EUR/38A7/1", "submitted"), ("EUR/38A7/2", "submitted")]
    client.force_login(samuel)
    answer = client.post(job.get_absolute_url(), {"act": "put-back"})
    assert (answer.status_code, "38A7 has been imported again in the meantime." in answer.content.decode()) == (409, True)
    assert len(seen(ama)) == 2


def test_after_two_weeks_it_stays_and_what_was_taken_back_is_deleted(client, network, samuel, assembly):
    kept, gone = paste(samuel, assembly), paste(samuel, assembly, "50;CEPT;MOD;EUR/39A1/1\n")
    Reading.objects.create(circle=network.everyone, proposal=Proposal.objects.get(identifier="EUR/39A1/1"), tone="risk", by=samuel)
    imports.take_back(gone, by=samuel)
    [rule] = [rule for rule in rules() if rule.key == "imports"]
    assert (rule.count(now()), rule.apply(now()), ImportJob.objects.count()) == (0, 0, 2)
    with time_machine.travel(now() + timedelta(days=14), tick=False):
        for job, service in ((kept, imports.take_back), (gone, imports.put_back)):
            with pytest.raises(RuleBroken, match="two weeks"):
                service(job, by=samuel)
            client.force_login(samuel)
            assert client.get(job.get_absolute_url()).status_code == 404
        assert (rule.count(now()), rule.apply(now())) == (1, 1)
    assert list(Contribution.objects.values_list("number", flat=True)) == ["38A7"]
    assert (seen(samuel), ImportJob.objects.count()) == ([("EUR/38A7/1", "submitted"), ("EUR/38A7/2", "submitted")], 0)
    assert not Reading.objects.exists()


def test_within_two_weeks_it_is_taken_back_and_for_two_more_put_back_again(samuel, assembly):
    job = paste(samuel, assembly)
    instant, nearly = now(), timedelta(days=14) - timedelta(seconds=1)
    for times, service, left in ((1, imports.take_back, 0), (2, imports.put_back, 2), (3, imports.take_back, 0)):
        with time_machine.travel(instant + times * nearly, tick=False):
            assert (import_jobs.delete_withdrawn(now()), list(ImportJob.objects.visible_to(samuel))) == (0, [job])
            service(job, by=samuel)
            assert len(seen(samuel)) == left


def test_of_a_document_that_holds_something_else_only_what_was_taken_back_is_deleted(samuel, ama, assembly):
    job = paste(samuel, assembly)
    paste(ama, assembly, "50;EUR;SUP;EUR/38A7/9\n")
    empty = Contribution.objects.create(assembly=assembly, number="40")
    imports.take_back(job, by=samuel)
    assert import_jobs.delete_withdrawn(now() + timedelta(days=14)) == 2
    assert list(Proposal.objects.values_list("identifier", flat=True)) == ["EUR/38A7/9"]
    assert list(Contribution.objects.order_by("pk").values_list("number", flat=True)) == ["38A7", empty.number]


@pytest.mark.parametrize("size", [1, 3])
def test_taking_back_asks_as_few_questions_for_many(samuel, assembly, size, django_assert_num_queries):
    for number in range(60, 60 + size):
        ResolutionFactory(number=number)
    job = paste(samuel, assembly, "\n".join(f"{number};EUR;MOD;EUR/38A7/{number}" for number in range(60, 60 + size)))
    for service, queries in ((import_jobs.take_back, 11), (import_jobs.put_back, 13)):
        with django_assert_num_queries(queries):
            service(job, by=samuel)


@pytest.mark.parametrize("size", [1, 3])
def test_the_list_asks_as_few_questions_for_many(client, samuel, assembly, size, django_assert_num_queries):
    for number in range(size):
        paste(samuel, assembly, f"50;EUR;MOD;EUR/38A7/{number}\n")
    client.force_login(samuel)
    client.get(JOBS)
    with django_assert_num_queries(8):
        client.get(JOBS)


def test_each_import_is_named_by_its_resolutions_and_languages_never_by_its_file(client, samuel, assembly):
    for number in (60, 61):
        ResolutionFactory(number=number, slug=str(number))
    asked = [(number, f"EUR/38A7/{number}", "to act;") for number in (61, 50, 60, 52)]
    job = publish(samuel, assembly, *asked, language="fr")
    Contribution.objects.update(file_name="secret-draft.docx")
    paste(samuel, assembly, "52;EUR;MOD;EUR/38A8/1\n")

    page = page_of(client, samuel, JOBS)
    of_file = page_of(client, samuel, job.get_absolute_url())

    names = [" ".join(re.sub("<[^>]+>", "", name).split()) for name in re.findall(r"<h3>(.*?)</h3>", page, re.DOTALL)]
    assert names == ["Res. 52", "Res. 50, Res. 52, Res. 60 and 1 other"]
    assert re.search(r"<span>a file</span>\s*<span>français</span>", page)
    assert "secret-draft" not in page + of_file
    assert "A file (français)" in of_file
