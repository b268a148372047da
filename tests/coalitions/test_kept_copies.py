"""What is overwritten or thrown away stays for two weeks, and whoever may do the act puts it back."""

from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.urls import reverse
from django.utils.timezone import now

from amnt.accounts import personal_data
from amnt.accounts.services.erasing import erase
from amnt.audit.models import AuditEntry
from amnt.core.errors import RuleBroken
from amnt.retention.rules import rules
from coalitions.models import HintDismissal, KeptCopy
from coalitions.services import circles, kept_copies
from coalitions.services import follow_ups as services
from coalitions.texts.services import hints
from coalitions.texts.services.discarding import DISCARDED, discard
from resolutions.models import Upload, WordingRule
from tests import factories
from tests.coalitions.follow_ups.helpers import make, told
from tests.factories import AssemblyFactory, ProposalFactory, RevisionTextFactory

pytestmark = pytest.mark.django_db

LINE = "Earlier wording (until"


@pytest.fixture
def follow_up(network, samuel):
    return make(network, samuel, owner=samuel, title="Ask the ministry", done_means="A letter")


def page_of(client, user, address) -> str:
    client.force_login(user)
    answer = client.get(address)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def put_back(client, user, copy):
    """As a person does it: opens the page and presses the button."""
    client.force_login(user)
    seen = client.get(copy.get_absolute_url()).context["look"].state
    return client.post(copy.get_absolute_url(), {"seen": seen})


def act(user) -> list[str]:
    return [entry.act for entry in AuditEntry.objects.of(user).order_by("pk") if entry.act.endswith("_put_back")]


def contents() -> list[dict]:
    return [copy.content for copy in KeptCopy.objects.order_by("pk")]


# --- Earlier wording of a follow-up -------------------------------------------------------------------------------------------


def test_words_that_a_lead_replaced_are_put_back_from_the_history(client, wanjiru, samuel, follow_up):
    services.change(follow_up, by=wanjiru, title="Drop it", done_means="Nothing")
    [copy] = KeptCopy.objects.all()
    shown = page_of(client, samuel, follow_up.get_absolute_url())
    assert (LINE in shown, copy.get_absolute_url() in shown, "Ask the ministry" in shown) == (True, True, False)
    shown = page_of(client, samuel, copy.get_absolute_url())
    assert [words in shown for words in ("Ask the ministry", "A letter", "Drop it", "Nothing", "Wanjiru K.")] == [True] * 5
    assert put_back(client, samuel, copy).url == follow_up.get_absolute_url()
    follow_up.refresh_from_db()
    assert (follow_up.title, follow_up.done_means) == ("Ask the ministry", "A letter")
    assert [event[0] for event in told(follow_up)][-2:] == ["changed", "put-back"]
    assert act(samuel) == ["coalitions.follow_up_words_put_back"]
    # What it overwrote can be put back in its turn.
    assert contents() == [{"title": "Drop it", "done_means": "Nothing"}]


def test_only_what_was_overwritten_is_kept(wanjiru, samuel, network):
    follow_up = make(network, samuel, owner=samuel, title="Ask")
    services.change(follow_up, by=wanjiru, done_means="A letter", due_at=follow_up.due_at + timedelta(days=1))
    services.change(follow_up, by=wanjiru, title="Ask")
    assert contents() == []
    services.change(follow_up, by=wanjiru, title="Ask twice")
    assert contents() == [{"title": "Ask"}]


def test_nothing_is_put_back_over_words_that_changed_meanwhile(client, wanjiru, samuel, follow_up):
    services.change(follow_up, by=wanjiru, title="Drop it")
    [copy] = KeptCopy.objects.all()
    client.force_login(samuel)
    seen = client.get(copy.get_absolute_url()).context["look"].state
    services.change(follow_up, by=wanjiru, title="Ask the authority")
    answer = client.post(copy.get_absolute_url(), {"seen": seen})
    shown = answer.content.decode()
    assert (answer.status_code, "It has changed since you opened this page." in shown, "Ask the authority" in shown) == (409, True, True)
    follow_up.refresh_from_db()
    assert (follow_up.title, KeptCopy.objects.count(), act(samuel)) == ("Ask the authority", 2, [])
    # Having read it, she decides.
    put_back(client, samuel, copy)
    follow_up.refresh_from_db()
    assert follow_up.title == "Ask the ministry"


def test_it_is_put_back_once(wanjiru, samuel, follow_up):
    services.change(follow_up, by=wanjiru, title="Drop it")
    [copy] = KeptCopy.objects.all()
    seen = kept_copies.preview_of(copy, samuel).state
    kept_copies.put_back(copy, by=samuel, seen=seen)
    with pytest.raises(RuleBroken, match="already been restored"):
        kept_copies.put_back(copy, by=samuel, seen=seen)


def test_whoever_may_not_change_it_puts_nothing_back(client, network, wanjiru, ama, follow_up):
    services.change(follow_up, by=wanjiru, title="Drop it")
    [copy] = KeptCopy.objects.all()
    assert LINE not in page_of(client, ama, follow_up.get_absolute_url())
    outsider = factories.lead(factories.coalition("Another one"))
    for person, status in ((ama, 403), (factories.observer(network), 404), (outsider, 404)):
        client.force_login(person)
        answers = [client.get(copy.get_absolute_url()), client.post(copy.get_absolute_url(), {"seen": ""})]
        assert [answer.status_code for answer in answers] == [status, status]
    with pytest.raises(RuleBroken, match="no longer restore this"):
        kept_copies.put_back(copy, by=ama, seen=kept_copies.preview_of(copy, ama).state)


def test_words_written_for_a_circle_stay_there_when_the_follow_up_leaves_it(client, network, samuel, ama):
    core = factories.circle_of(network, samuel, name="Core group", owner=samuel)
    follow_up = make(core, samuel, owner=samuel, title="Ask in secret")
    services.change(follow_up, by=samuel, may_open_up=True, circle=network.everyone, title="Ask")
    [copy] = KeptCopy.objects.all()
    assert copy.circle == core
    assert LINE not in page_of(client, samuel, follow_up.get_absolute_url())
    assert client.get(copy.get_absolute_url()).status_code == 404
    client.force_login(ama)
    assert client.get(copy.get_absolute_url()).status_code == 404
    services.change(follow_up, by=samuel, circle=core)
    assert put_back(client, samuel, copy).status_code == 302
    follow_up.refresh_from_db()
    assert follow_up.title == "Ask in secret"


def test_of_a_closed_one_only_the_evidence_is_put_back(client, wanjiru, samuel, follow_up):
    services.change(follow_up, by=wanjiru, title="Ask again")
    services.done(follow_up, by=samuel, evidence="https://example.org/letter")
    services.done(follow_up, by=wanjiru, evidence="https://example.org/other")
    services.reopen(follow_up, by=samuel)
    services.done(follow_up, by=wanjiru, evidence="https://example.org/third")
    title, letter, other = KeptCopy.objects.order_by("pk")
    assert (letter.content, other.content) == ({"evidence": "https://example.org/letter"}, {"evidence": "https://example.org/other"})
    assert page_of(client, samuel, follow_up.get_absolute_url()).count(LINE) == 2
    assert client.get(title.get_absolute_url()).status_code == 403
    put_back(client, samuel, letter)
    follow_up.refresh_from_db()
    assert (follow_up.evidence, follow_up.is_done) == ("https://example.org/letter", True)


def test_after_two_weeks_it_is_gone(client, wanjiru, samuel, follow_up):
    services.change(follow_up, by=wanjiru, title="Drop it")
    [copy] = KeptCopy.objects.all()
    [rule] = [rule for rule in rules() if rule.key == "kept_copies"]
    assert copy.until == copy.at + timedelta(days=14)
    with time_machine.travel(copy.until - timedelta(seconds=1), tick=False):
        assert LINE in page_of(client, samuel, follow_up.get_absolute_url())
        assert rule.apply(now()) == 0
    with time_machine.travel(copy.until, tick=False):
        assert LINE not in page_of(client, samuel, follow_up.get_absolute_url())
        assert client.get(copy.get_absolute_url()).status_code == 404
        with pytest.raises(RuleBroken, match="two weeks are over"):
            kept_copies.put_back(copy, by=samuel, seen="")
        assert rule.apply(now()) == 1
    assert not KeptCopy.objects.exists()


def test_a_copy_goes_with_the_assembly_of_what_it_was_part_of(network, samuel):
    """Words that a delegation replaced on the last day they are kept are not kept longer than those that replaced them."""
    core = factories.circle_of(network, samuel, name="Ours", kind="delegation", owner=samuel)
    ended = now().date() - timedelta(days=29)
    AssemblyFactory(starts_on=ended - timedelta(days=9), ends_on=ended)
    follow_up = make(core, samuel, owner=samuel, title="Ask")
    later = make(core, samuel, owner=samuel, title="Ask later")
    services.change(later, by=samuel, title="Ask much later")
    services.change(follow_up, by=samuel, title="Ask again")
    of_past = now() - timedelta(days=40)
    type(follow_up).objects.filter(pk=follow_up.pk).update(created_at=of_past, due_at=of_past)
    KeptCopy.objects.filter(about=follow_up.public_id).update(belongs_at=of_past)
    [rule] = [rule for rule in rules() if rule.key == "circles_delegation"]
    assert rule.apply(now() + timedelta(days=3)) == 2
    assert contents() == [{"title": "Ask later"}]


def test_a_copy_belongs_to_the_later_of_when_it_was_made_and_is_due(wanjiru, follow_up):
    services.change(follow_up, by=wanjiru, title="Drop it")
    assert KeptCopy.objects.get().belongs_at == follow_up.due_at


def test_what_was_replaced_is_kept_as_of_the_event_that_replaced_it(network, wanjiru, samuel, follow_up):
    services.change(follow_up, by=wanjiru, title="Drop it")
    [copy] = KeptCopy.objects.all()
    assert (copy.by, copy.owner, copy.circle, copy.about) == (wanjiru, None, network.everyone, follow_up.public_id)
    assert copy.at == follow_up.events.get(kind="changed").at


def test_copies_of_one_thing_and_kind_come_latest_first(wanjiru, follow_up):
    for title in ("Ask twice", "Ask again"):
        services.change(follow_up, by=wanjiru, title=title)
    kept_copies.keep(hints.TAKEN_BACK, {"reason": "Of a hint"}, about=follow_up.public_id, by=wanjiru, circle=follow_up.circle)
    kept_copies.keep(services.EARLIER_WORDS, {"title": "Of another"}, about=wanjiru.public_id, by=wanjiru, circle=follow_up.circle)
    copies = KeptCopy.objects.of(services.EARLIER_WORDS, follow_up.public_id)
    assert [copy.content for copy in copies] == [{"title": "Ask twice"}, {"title": "Ask the ministry"}]


def test_its_history_asks_one_question_more_where_words_were_replaced(client, wanjiru, samuel, follow_up, django_assert_num_queries):
    client.force_login(samuel)
    client.get("/follow-ups/")
    for changes, queries in ((0, 6), (1, 7), (3, 7)):
        for number in range(changes):
            services.change(follow_up, by=wanjiru, title=f"Ask {changes} {number}")
        with django_assert_num_queries(queries):
            client.get(follow_up.get_absolute_url())


def test_a_circle_is_not_closed_while_something_can_be_put_back(network, samuel, rule):
    core = factories.circle_of(network, samuel, name="Core group", owner=samuel)
    hints.take_back(set_aside(rule, core, samuel), by=samuel)
    with pytest.raises(RuleBroken, match="something that was removed from it in the last two weeks"):
        circles.close_circle(core, by=samuel)
    KeptCopy.objects.all().delete()
    circles.close_circle(core, by=samuel)


# --- A hint that was taken back ----------------------------------------------------------------------------------------------


@pytest.fixture
def rule():
    return WordingRule.objects.create(code="role", family="role", name_en="A rule", patterns={"en": ["+ standardi*"]})


def set_aside(rule, circle, by, reason="Said already", wording=None) -> HintDismissal:
    wording = wording or ProposalFactory()
    return hints.set_aside(wording, rule=rule, clause=circle.public_id, words="standardize", reason=reason, circle=circle, by=by)


def page_to_set_aside(dismissal) -> str:
    asked = f"?rule=role&clause={dismissal.clause}&words=standardize"
    return reverse("coalitions:hint-dismiss", args=[dismissal.proposal.public_id]) + asked


@pytest.mark.parametrize("of", ["proposal", "text"])
def test_the_reason_of_a_hint_is_put_back_in_the_name_of_its_author(client, network, samuel, ama, rule, of):
    wording = ProposalFactory(resolution__slug="50") if of == "proposal" else RevisionTextFactory(revision__resolution__slug="50").revision
    dismissal = set_aside(rule, network.everyone, ama, wording=wording)
    hints.take_back(dismissal, by=samuel)
    [copy] = KeptCopy.objects.all()
    assert "Said already" in page_of(client, samuel, copy.get_absolute_url())
    assert put_back(client, samuel, copy).url == reverse("coalitions:compare", args=["50"])
    [again] = HintDismissal.objects.all()
    assert (again.reason, again.words, again.by, again.clause) == ("Said already", "standardize", ama, dismissal.clause)
    assert (again.proposal_id, again.revision_id) == (dismissal.proposal_id, dismissal.revision_id)
    assert abs(again.at - dismissal.at) < timedelta(seconds=1)
    assert (act(samuel), KeptCopy.objects.count()) == (["coalitions.hint_taken_back_put_back"], 0)


def test_the_reason_of_someone_who_was_erased_is_put_back_without_a_name(network, wanjiru, samuel, ama, rule):
    dismissal = set_aside(rule, network.everyone, samuel)
    hints.take_back(dismissal, by=ama)
    [copy] = KeptCopy.objects.all()
    assert copy.belongs_at == dismissal.at
    erase(samuel)
    kept_copies.put_back(copy, by=ama, seen=kept_copies.preview_of(copy, ama).state)
    [again] = HintDismissal.objects.all()
    assert (again.reason, again.by) == ("Said already", None)


@pytest.mark.parametrize("gone", ["proposal", "rule"])
def test_the_reason_of_a_hint_that_is_gone_is_put_back_no_more(client, network, samuel, ama, rule, gone):
    dismissal = set_aside(rule, network.everyone, samuel)
    hints.take_back(dismissal, by=ama)
    [copy] = KeptCopy.objects.all()
    (dismissal.proposal if gone == "proposal" else rule).delete()
    client.force_login(ama)
    assert client.get(copy.get_absolute_url()).status_code == 404
    with pytest.raises(RuleBroken, match="no longer restore this"):
        kept_copies.put_back(copy, by=ama, seen="")


def test_hints_on_other_words_of_a_clause_are_set_aside_one_by_one(network, samuel, rule):
    said = {"rule": rule, "clause": network.public_id, "reason": "Said already", "circle": network.everyone, "by": samuel}
    wording = ProposalFactory()
    made = [hints.set_aside(wording, words=words, **said) for words in ("standardize", "standardise", "standardize")]
    assert [row.words for row in made] == ["standardize", "standardise", "standardize"]
    assert HintDismissal.objects.count() == 2


def test_the_page_that_sets_a_hint_aside_offers_what_was_said_before(client, network, samuel, ama, rule):
    core = factories.circle_of(network, samuel, name="Core group", owner=samuel)
    dismissal = set_aside(rule, core, samuel)
    other = set_aside(rule, core, samuel, reason="Of another proposal")
    for row in (dismissal, other):
        hints.take_back(row, by=samuel)
    copy = KeptCopy.objects.order_by("pk")[0]
    shown = page_of(client, samuel, page_to_set_aside(dismissal))
    assert ("Said already" in shown, "Of another proposal" in shown, copy.get_absolute_url() in shown) == (True, False, True)
    assert "Said already" not in page_of(client, ama, page_to_set_aside(dismissal))
    assert client.get(copy.get_absolute_url()).status_code == 404


def test_an_address_with_a_clause_that_is_none_still_shows_the_form(client, samuel, rule):
    proposal = ProposalFactory()
    page_of(client, samuel, reverse("coalitions:hint-dismiss", args=[proposal.public_id]) + "?rule=role&clause=x&words=standardize")


def test_a_hint_that_was_set_aside_again_keeps_its_new_reason(client, network, samuel, ama, rule):
    first = set_aside(rule, network.everyone, samuel)
    hints.take_back(first, by=ama)
    set_aside(rule, network.everyone, ama, reason="Another reason", wording=first.proposal)
    [copy] = KeptCopy.objects.all()
    answer = put_back(client, samuel, copy)
    assert (answer.status_code, "set aside again in the meantime" in answer.content.decode()) == (409, True)
    assert [(row.reason, row.by) for row in HintDismissal.objects.all()] == [("Another reason", ama)]
    assert KeptCopy.objects.count() == 1


def test_a_hint_is_taken_back_once(network, samuel, rule):
    dismissal = set_aside(rule, network.everyone, samuel)
    for _tap in range(2):
        hints.take_back(dismissal, by=samuel)
    assert KeptCopy.objects.count() == 1


# --- A file that was discarded -----------------------------------------------------------------------------------------------


def brought(by, state="read", **fields) -> Upload:
    about = {"assembly": AssemblyFactory(), "kind": "contribution", "file_name": "ours.docx", "number": "1A1"}
    if state == "read":
        about |= {"extraction": {"language": "en", "number": "1A1", "revision": 0, "proposals": [], "warnings": []}}
    return Upload.objects.create(brought_by=by, state=state, choices={"is_history": True}, **about | fields)


def test_a_discarded_file_is_put_back_by_whoever_brought_it_and_by_nobody_else(client, wanjiru, samuel):
    upload = brought(samuel, brought_at=now() - timedelta(days=10))
    client.force_login(samuel)
    answer = client.post(reverse("coalitions:upload-discard", args=[upload.public_id]), follow=True)
    assert "You can restore it for two weeks." in answer.content.decode()
    [copy] = KeptCopy.objects.all()
    assert (Upload.objects.count(), copy.get_absolute_url() in answer.content.decode()) == (0, True)
    client.force_login(wanjiru)
    assert client.get(copy.get_absolute_url()).status_code == 404
    assert "ours.docx" not in page_of(client, wanjiru, reverse("coalitions:upload-new"))
    assert put_back(client, samuel, copy).url == upload.get_absolute_url()
    [again] = Upload.objects.all()
    same = ("public_id", "kind", "state", "file_name", "number", "extraction", "choices", "assembly_id", "brought_by_id")
    assert [getattr(again, name) for name in same] == [getattr(upload, name) for name in same]
    assert now() - again.brought_at < timedelta(minutes=1)
    assert (KeptCopy.objects.count(), act(samuel)) == (0, [])
    assert AuditEntry.objects.of(samuel).filter(act="audit.private").count() == 1


def test_she_can_delete_her_own_for_good_and_nobody_what_a_circle_wrote(client, wanjiru, samuel, follow_up):
    discard(brought(samuel), by=samuel)
    services.change(follow_up, by=wanjiru, title="Drop it")
    hers, ours = KeptCopy.objects.order_by("pk")
    forget = [reverse("coalitions:kept-copy-forget", args=[copy.public_id]) for copy in (hers, ours)]
    assert "Delete it for good now" not in page_of(client, samuel, ours.get_absolute_url())
    assert "Delete it for good now" in page_of(client, samuel, hers.get_absolute_url())
    assert [client.post(address).status_code for address in forget] == [302, 403]
    assert list(KeptCopy.objects.all()) == [ours]
    with pytest.raises(RuleBroken, match="belongs to a circle"):
        kept_copies.forget(ours)


@pytest.mark.parametrize(("state", "kept"), [("read", 1), ("waiting", 0), ("refused", 0), ("published", 0)])
def test_a_copy_is_kept_of_what_was_read_and_not_published(samuel, state, kept):
    discard(brought(samuel, state), by=samuel)
    assert (Upload.objects.count(), KeptCopy.objects.count()) == (0, kept)


def test_of_a_document_of_which_only_the_number_is_kept_no_words_stay(client, samuel):
    upload = brought(samuel)
    client.force_login(samuel)
    address = reverse("coalitions:upload-keep-number", args=[upload.public_id])
    client.post(address, {"number": "DT/78-E", "assembly": upload.assembly.code, "circle": "alone"})
    assert (Upload.objects.count(), KeptCopy.objects.count()) == (0, 0)


def test_a_text_that_was_not_stored_comes_back_to_its_page(client, samuel):
    text = RevisionTextFactory()
    upload = brought(samuel, kind="text", assembly=None, revision=text.revision)
    client.force_login(samuel)
    client.post(upload.get_absolute_url(), {"act": "discard"})
    [copy] = KeptCopy.objects.all()
    assert put_back(client, samuel, copy).url == upload.get_absolute_url()
    assert Upload.objects.get().revision == text.revision


def test_where_what_it_was_brought_in_for_is_gone_it_says_so(samuel):
    upload = brought(samuel)
    copy = discard(upload, by=samuel)
    upload.assembly.delete()
    with pytest.raises(RuleBroken, match="no longer here"):
        kept_copies.put_back(copy, by=samuel, seen=kept_copies.preview_of(copy, samuel).state)


def test_the_last_ten_files_that_each_person_discarded_stay(client, samuel, ama):
    discard(brought(ama), by=ama)
    copies = [discard(brought(samuel, file_name=f"{n}.docx"), by=samuel) for n in range(12)]
    kept = KeptCopy.objects.filter(owner=samuel)
    assert {copy.content["file_name"] for copy in kept} == {f"{n}.docx" for n in range(2, 12)}
    assert KeptCopy.objects.filter(owner=ama).count() == 1
    page = page_of(client, samuel, reverse("coalitions:upload-new"))
    assert [copy.get_absolute_url() in page for copy in copies] == [False, False, *[True] * 10]
    assert "Your last ten stay here" in page


def test_what_else_is_hers_alone_takes_the_place_of_no_file(samuel):
    for number in range(10):
        discard(brought(samuel, file_name=f"{number}.docx"), by=samuel)
    kept_copies.keep(services.EARLIER_WORDS, {"title": "Ask"}, about=samuel.public_id, by=samuel)
    discard(brought(samuel, file_name="10.docx"), by=samuel)
    files = {copy.content["file_name"] for copy in KeptCopy.objects.filter(kind=DISCARDED)}
    assert files == {f"{number}.docx" for number in range(1, 11)}


def test_what_she_discarded_is_in_her_download_and_goes_with_her(network, samuel):
    discard(brought(samuel), by=samuel)
    assert [row["file"] for row in personal_data.personal_data(samuel)["discarded"]] == ["ours.docx"]
    erase(samuel)
    assert not KeptCopy.objects.exists()


def test_what_nobody_registered_is_not_kept(samuel):
    with pytest.raises(LookupError):
        kept_copies.keep("coalitions.unknown", {}, about=samuel.public_id, by=samuel)
