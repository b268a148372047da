"""What a person enters goes into the document it belongs to, once."""

import threading
from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import connection

from amnt.core.errors import RuleBroken
from resolutions.drafts import ClauseDraft, ContributionDraft, ProposalDraft
from resolutions.models import Contribution, ImportJob, Proposal, ProposalEvent, Resolution
from resolutions.services.entering import enter, preview
from resolutions.services.new_resolutions import as_label, known_draft, new_resolution
from tests.clock import NOW
from tests.factories import (
    AssemblyFactory,
    ClauseFactory,
    RegionalGroupFactory,
    ResolutionFactory,
    RevisionFactory,
    RevisionTextFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_september")]


@pytest.fixture
def resolution():
    return ResolutionFactory(number=50)


def document(*proposals, number="38A7", language="", **fields) -> ContributionDraft:
    return ContributionDraft(AssemblyFactory(), number, proposals, language=language, **fields)


def asks(resolution, identifier="EUR/38A7/1", action="MOD", *clauses) -> ProposalDraft:
    return ProposalDraft(resolution, action, identifier, sources=("EUR",), group=RegionalGroupFactory(), clauses=clauses)


def identifiers() -> list[tuple]:
    return list(Proposal.objects.order_by("pk").values_list("contribution__number", "identifier", "action"))


def test_a_second_proposal_of_a_document_joins_the_first(resolution):
    enter(document(asks(resolution)), by=None)
    enter(document(asks(ResolutionFactory(number=52), "EUR/38A7/2")), by=None)
    assert Contribution.objects.count() == 1
    assert identifiers() == [("38A7", "EUR/38A7/1", "MOD"), ("38A7", "EUR/38A7/2", "MOD")]
    assert list(ProposalEvent.objects.values_list("kind", flat=True)) == ["new", "new"]


def test_the_same_form_sent_twice_enters_once_into_a_new_or_known_document(resolution):
    first, second = uuid4(), uuid4()
    for _ in range(2):
        assert len(enter(document(asks(resolution)), by=None, submission=first)) == 1
    [made], [again] = (enter(document(asks(resolution, "EUR/38A7/2")), by=None, submission=second) for _ in range(2))
    assert made == again
    assert made.public_id == again.public_id != second
    assert identifiers() == [("38A7", "EUR/38A7/1", "MOD"), ("38A7", "EUR/38A7/2", "MOD")]


def test_what_is_there_already_is_refused(resolution):
    enter(document(asks(resolution)), by=None)
    with pytest.raises(RuleBroken, match=r"EUR/38A7/1 on Res\. 50 is already here"):
        enter(document(asks(resolution, action="SUP")), by=None)
    assert identifiers() == [("38A7", "EUR/38A7/1", "MOD")]


def test_one_that_was_only_known_to_be_there_is_given_words(resolution):
    text = RevisionTextFactory(
        revision=RevisionFactory(resolution=resolution, assembly=AssemblyFactory(code="WTSA-24", starts_on="2024-10-15"))
    )
    base = ClauseFactory(version=text, text="to study security;")
    enter(document(asks(resolution)), by=None)
    clause = ClauseDraft("operative", "to study and standardize security;", "to study security;", "resolves", "resolves", "1", "1")
    [proposal] = enter(document(asks(resolution, "EUR/38A7/1", "MOD", clause), language="en"), by=None)
    stored = proposal.clauses.get()
    assert (stored.text, stored.base_clause, proposal.base) == ("to study and standardize security;", base, text)
    assert Contribution.objects.get().language == "en"
    assert list(ProposalEvent.objects.order_by("pk").values_list("kind", flat=True)) == ["new", "changed"]
    with pytest.raises(RuleBroken, match="is already here"):
        enter(document(asks(resolution, "EUR/38A7/1", "MOD", clause), language="en"), by=None)


def test_without_an_identifier_the_action_and_the_group_tell_the_proposal(resolution):
    enter(document(asks(resolution, "")), by=None)
    enter(document(asks(resolution, "", "NOC")), by=None)
    with pytest.raises(RuleBroken, match="is already here"):
        enter(document(asks(resolution, "")), by=None)
    assert [action for _number, _identifier, action in identifiers()] == ["MOD", "NOC"]


def test_of_two_groups_one_may_ask_the_same_of_it_without_an_identifier(resolution):
    asked = asks(resolution, "")
    enter(document(asked), by=None)
    enter(document(replace(asked, group=RegionalGroupFactory(code="CEPT"))), by=None)
    assert list(Proposal.objects.order_by("pk").values_list("group__code", flat=True)) == ["ATU", "CEPT"]


def test_the_number_of_a_document_is_one_in_each_assembly_and_issue(resolution):
    enter(document(asks(resolution)), by=None)
    enter(replace(document(asks(resolution)), assembly=AssemblyFactory(code="WTSA-32")), by=None)
    enter(document(asks(resolution), revision=1), by=None)
    assert Contribution.objects.count() == 3


def test_several_entered_by_one_form_into_a_known_document_are_entered_once(resolution):
    enter(document(asks(resolution)), by=None)
    whole, form = document(asks(resolution, "EUR/38A7/2"), asks(resolution, "EUR/38A7/3")), uuid4()
    first, _second = enter(whole, by=None, submission=form)
    assert enter(whole, by=None, submission=form)[0] == first
    assert Proposal.objects.count() == 3


def test_one_of_another_action_is_not_given_the_words(resolution):
    clause = ClauseDraft("operative", "to report;", call="resolves", number="1")
    enter(document(asks(resolution)), by=None)
    with pytest.raises(RuleBroken, match="is already here"):
        enter(document(asks(resolution, "EUR/38A7/1", "NOC", clause)), by=None)
    assert Proposal.objects.get().action == "MOD"


@pytest.mark.parametrize("identifier", ["EUR/38A7/1", ""])
def test_what_is_refused_as_here_is_named(resolution, identifier):
    enter(document(asks(resolution, identifier)), by=None)
    with pytest.raises(RuleBroken, match=rf"^{identifier or 'MOD'} on Res\. 50 is already here"):
        enter(document(asks(resolution, identifier)), by=None)


def test_words_given_later_are_those_of_who_gives_them_with_title_and_reasons(resolution):
    person, job = UserFactory(), ImportJob.objects.create(kind="file")
    clause = ClauseDraft("operative", "to report;", call="resolves", number="1")
    enter(document(replace(asks(resolution), title="Trust")), by=None)
    given = replace(asks(resolution, "EUR/38A7/1", "MOD", clause), title="Other", reasons="Networks fail.")
    [proposal] = enter(document(given, is_late=True), by=person, job=job)
    assert (proposal.title, proposal.reasons) == ("Trust", "Networks fail.")
    events = proposal.events.order_by("pk").values_list("kind", "by", "job", "is_history")
    assert list(events) == [("new", None, None, False), ("late", person.pk, job.pk, False), ("changed", person.pk, job.pk, False)]


def test_a_document_that_was_late_stays_so_when_nothing_is_said_of_it(resolution):
    enter(document(asks(resolution), is_late=True), by=None)
    enter(document(asks(resolution, "EUR/38A7/2")), by=None)
    enter(document(asks(resolution), number="39A1"), by=None)
    enter(document(asks(resolution, "EUR/39A1/2"), number="39A1"), by=None)
    assert list(Contribution.objects.order_by("pk").values_list("is_late", flat=True)) == [True, False]
    assert list(ProposalEvent.objects.order_by("pk").values_list("kind", flat=True)) == ["late", "late", "new", "new"]


def test_a_preview_shows_what_would_be_stored_and_stores_nothing(resolution):
    clause = ClauseDraft("operative", "to report;", call="resolves", number="1", change="added")
    [shown] = preview(document(asks(resolution, "EUR/38A7/1", "MOD", clause), language="en"), by=None)
    assert (shown.proposal.identifier, [row.text for row in shown.clauses]) == ("EUR/38A7/1", ["to report;"])
    assert (Contribution.objects.count(), Proposal.objects.count(), ProposalEvent.objects.count()) == (0, 0, 0)
    enter(document(asks(resolution)), by=None)
    with pytest.raises(RuleBroken, match="is already here"):
        preview(document(asks(resolution)), by=None)


def test_an_issue_that_comes_after_the_one_replacing_it_is_entered_too(resolution):
    enter(document(asks(resolution, "EUR/38A7R2/1"), revision=2), by=None)
    earlier = document(asks(resolution, "EUR/38A7R1/1"), revision=1)
    [shown] = preview(earlier, by=None)
    [made] = enter(earlier, by=None)
    assert [shown.proposal.identifier, made.identifier] == ["EUR/38A7R1/1", "EUR/38A7R1/1"]
    assert [row.identifier for row in Proposal.objects.current()] == ["EUR/38A7R2/1"]


def test_of_a_restricted_document_nothing_but_the_number_is_stored(resolution):
    assert enter(document(asks(resolution), access="number", title="Secret"), by=None) == []
    kept = Contribution.objects.get()
    assert (kept.kept_number, kept.number, kept.title, kept.access, Proposal.objects.count()) == ("38A7", "", "", "number", 0)


def test_history_added_to_a_document_of_today_tells_nobody(resolution):
    enter(document(asks(resolution)), by=None)
    enter(document(asks(resolution, "EUR/38A7/2"), is_history=True), by=None)
    assert list(ProposalEvent.objects.order_by("pk").values_list("is_history", flat=True)) == [False, True]
    assert list(Proposal.objects.order_by("pk").values_list("moved_at", flat=True)) == [NOW, None]
    assert Contribution.objects.get().is_history is False


def test_what_is_said_to_be_late_makes_the_document_late(resolution):
    enter(document(asks(resolution)), by=None)
    enter(document(asks(resolution, "EUR/38A7/2"), is_late=True), by=None)
    assert Contribution.objects.get().is_late is True
    assert list(ProposalEvent.objects.order_by("pk").values_list("kind", flat=True)) == ["new", "late", "late"]


# --- New resolutions ------------------------------------------------------------------------------------------------------


def begins(label="[AFCP-1]", title="Rights in standards", language="en"):
    return new_resolution(label, title=title, language=language)


def test_a_new_resolution_is_stored_with_what_is_proposed_of_it_once_for_its_label():
    enter(document(asks(begins(), "AFCP/35A1/1", "ADD"), asks(begins("afcp-1"), "AFCP/35A1/2", "ADD"), number="35A1"), by=None)
    draft = Resolution.objects.get()
    assert (draft.slug, draft.label, draft.title_en, draft.status) == ("draft-afcp-1", "[AFCP-1]", "Rights in standards", "draft")
    assert set(Proposal.objects.values_list("resolution", flat=True)) == {draft.pk}


def test_looked_at_it_is_not_stored_and_refused_it_leaves_nothing():
    [shown] = preview(document(asks(begins(), "AFCP/35A1/1", "ADD"), number="35A1"), by=None)
    assert shown.proposal.resolution.title_en == "Rights in standards"
    with pytest.raises(RuleBroken, match="Say what is asked"):
        enter(document(asks(begins(), "AFCP/35A1/1", "ALL"), number="35A1"), by=None)
    with pytest.raises(RuleBroken, match="Give the draft a label"):
        enter(document(asks(begins(" [] "), "AFCP/35A1/1", "ADD"), number="35A1"), by=None)
    assert Resolution.objects.count() == 0


def test_labels_that_come_to_one_address_stay_apart():
    for label in ("[A-1]", "[A 1]", "[A.1]", "[A_1]", "[A-1!]", "[A-1?]"):
        enter(document(asks(begins(label), "AFCP/35A1/1", "ADD"), number=label), by=None)
    assert list(Resolution.objects.order_by("pk").values_list("label", "slug")) == [
        ("[A-1]", "draft-a-1"),
        ("[A 1]", "draft-a-1-wtsa-28"),
        ("[A.1]", "draft-a1"),
        ("[A_1]", "draft-a_1"),
        ("[A-1!]", "draft-a-1-wtsa-28-2"),
        ("[A-1?]", "draft-a-1-wtsa-28-3"),
    ]


def test_a_label_and_an_address_are_no_longer_than_they_may_be():
    longest = Resolution._meta.get_field("label").max_length
    assert [len(as_label("A" * length)) for length in (longest - 2, longest)] == [longest, longest]
    for label in ("A" * 60, f"{'A' * 36}-B", f"{'A' * 36}-C"):
        enter(document(asks(begins(label), "AFCP/35A1/1", "ADD"), number=label), by=None)
    for draft in Resolution.objects.all():
        draft.full_clean(exclude=["title_fr", "title_es"])


def test_of_two_drafts_of_a_label_the_one_of_which_something_is_asked_here_is_meant():
    first, second = (ResolutionFactory(number=None, slug=slug, label="[AFCP-1]", status="draft") for slug in ("first", "second"))
    assert known_draft("afcp-1", Resolution.objects.drafts_for(AssemblyFactory())) in (first, second)
    enter(document(asks(second, "AFCP/35A1/1", "ADD"), number="35A1"), by=None)
    assert known_draft("afcp-1", Resolution.objects.drafts_for(AssemblyFactory())) == second


@pytest.mark.parametrize(
    ("language", "title", "titles"),
    [
        ("fr", "Droits", {"fr": "Droits"}),
        ("zh", "权利", {"en": "[AFCP-1]"}),  # titles are not kept in it
        ("en", " ", {"en": "[AFCP-1]"}),
    ],
)
def test_a_new_resolution_is_called_in_the_language_of_its_text_or_by_its_label(language, title, titles):
    enter(document(asks(begins(title=title, language=language), "AFCP/35A1/1", "ADD"), number="35A1"), by=None)
    draft = Resolution.objects.get()
    assert {code: name for code in ("en", "fr", "es") if (name := getattr(draft, f"title_{code}"))} == titles
    assert (draft.label, draft.status, draft.has_official_title) == ("[AFCP-1]", "draft", False)


def test_a_draft_known_by_its_label_is_given_its_title_and_one_with_a_title_keeps_it():
    for number, (title, language) in enumerate((("", "en"), ("Droits", "fr"), ("Rights", "en"), ("", "en"))):
        enter(document(asks(begins(title=title, language=language), "AFCP/1/1", "ADD"), number=f"{number}A1"), by=None)
    draft = Resolution.objects.get()
    assert (draft.title_fr, draft.title_en) == ("Droits", None)


def test_a_new_resolution_without_a_label_is_asked_for_it():
    with pytest.raises(RuleBroken, match="Give the draft a label") as refused:
        enter(document(asks(begins(" [] "), "AFCP/35A1/1", "ADD"), number="35A1"), by=None)
    assert refused.value.field == "label"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one transaction write at a time")
@pytest.mark.django_db(transaction=True)
def test_the_two_taps_of_a_double_one_begin_one_new_resolution():
    wanted, submission = document(asks(begins(), "AFCP/35A1/1", "ADD"), number="35A1"), uuid4()
    ready, made = threading.Barrier(2), []

    def tap():
        ready.wait()
        try:
            made.append(enter(wanted, by=None, submission=submission))
        finally:
            connection.close()

    threads = [threading.Thread(target=tap) for _tap in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [[Proposal.objects.get()]] * 2
    assert Resolution.objects.get().label == "[AFCP-1]"
