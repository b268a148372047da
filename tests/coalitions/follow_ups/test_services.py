"""What can happen to a follow-up: each act changes the row and leaves an event, or changes nothing and says why."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils.timezone import now

from amnt.core.errors import RuleBroken
from coalitions.models import FollowUp, FollowUpEvent, Membership
from coalitions.services import follow_ups as services
from coalitions.services.leaving import hand_back_all
from tests import factories
from tests.coalitions.follow_ups.helpers import make, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def circle(network, wanjiru, ama):
    """A restricted circle with Wanjiru and Ama, without Samuel."""
    return factories.circle_of(network, wanjiru, ama, name="Core", owner=wanjiru)


def leave(person):
    membership = person.memberships.get()
    hand_back_all(membership, by=person)
    Membership.objects.filter(pk=membership.pk).update(left_at=now())


# --- Making one -----------------------------------------------------------------------------------------------------


def test_a_follow_up_for_nobody_waits_for_someone(network, samuel):
    follow_up = make(network, samuel)
    assert (follow_up.owner, follow_up.state, follow_up.version) == (None, "to-accept", 1)
    assert told(follow_up) == [("created", samuel, None, [])]


def test_what_one_makes_for_oneself_is_in_hand_and_waits_for_no_answer(network, samuel):
    follow_up = make(network, samuel, owner=samuel)
    assert (follow_up.owner, follow_up.state) == (samuel, "in-hand")
    assert told(follow_up) == [("created", samuel, None, []), ("assigned", samuel, samuel, [])]


def test_the_same_form_sent_twice_makes_one(network, samuel):
    submission = uuid.uuid4()
    first = make(network, samuel, submission=submission)
    second = make(network, samuel, submission=submission, title="Ask it again")
    assert first == second
    assert FollowUp.objects.count() == 1
    assert told(first) == [("created", samuel, None, [])]


def test_the_form_of_someone_else_is_not_handed_out(network, samuel, ama):
    submission = uuid.uuid4()
    make(network, samuel, submission=submission)
    with pytest.raises(RuleBroken, match="has already been sent"):
        make(network, ama, submission=submission)


def test_a_past_due_date_is_refused_when_it_is_made(network, samuel):
    with pytest.raises(RuleBroken, match="has passed"):
        make(network, samuel, due_at=now() - timedelta(minutes=1))
    assert FollowUp.objects.count() == 0


def test_owner_and_backup_are_two_people(network, samuel):
    with pytest.raises(RuleBroken, match="someone other"):
        make(network, samuel, owner=samuel, backup=samuel)


def test_owner_and_backup_must_be_able_to_read_it(circle, wanjiru, samuel):
    for role in ("owner", "backup"):
        with pytest.raises(RuleBroken, match=r"Samuel O\. cannot read it"):
            make(circle, wanjiru, **{role: samuel})


def test_nobody_stands_in_for_herself(network, wanjiru, samuel, ama):
    with pytest.raises(RuleBroken, match="someone other than the owner"):
        make(network, wanjiru, owner=samuel, backup=samuel)
    follow_up = make(network, wanjiru, owner=samuel, backup=ama)
    with pytest.raises(RuleBroken, match="someone other than the owner") as refusal:
        services.change(follow_up, by=wanjiru, backup=samuel)
    assert refusal.value.field == "backup"
    with pytest.raises(RuleBroken, match="someone other than the owner"):
        services.assign(follow_up, to=ama, by=wanjiru, backup=ama)
    follow_up.refresh_from_db()
    assert (follow_up.owner, follow_up.backup) == (samuel, ama)
    assert services.change(follow_up, by=wanjiru, backup=None).backup is None


def test_an_observer_holds_nothing(network, wanjiru):
    with pytest.raises(RuleBroken, match="only observes"):
        make(network, wanjiru, owner=factories.observer(network))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ask\x00 the\n authority\t now", "Ask the authority now"),
        ("\u202eytirohtua eht ksA\u202c", "ytirohtua eht ksA"),
        ("Relancer 🇰🇪 👩‍👩‍👧", "Relancer 🇰🇪 👩‍👩‍👧"),
        ("ترجمة عناصر الخطاب", "ترجمة عناصر الخطاب"),
    ],
)
def test_a_title_is_one_honest_line(network, samuel, typed, kept):
    assert make(network, samuel, title=typed).title == kept


def test_a_title_in_which_nothing_can_be_read_is_refused(network, samuel):
    with pytest.raises(RuleBroken, match="Give it a title"):
        make(network, samuel, title="\u202e\x07\u200b")


# --- Who has it -----------------------------------------------------------------------------------------------------


def test_assigning_asks_for_an_answer_and_makes_older_reminders_void(network, wanjiru, samuel, ama):
    follow_up = make(network, wanjiru)
    due = now() + timedelta(days=3)
    follow_up = services.assign(follow_up, to=samuel, by=wanjiru, due_at=due, backup=ama)
    assert (follow_up.owner, follow_up.backup, follow_up.state, follow_up.due_at) == (samuel, ama, "to-accept", due)
    assert (follow_up.assigned_by, follow_up.version, follow_up.snoozed_until) == (wanjiru, 2, None)
    assert told(follow_up)[-1] == ("assigned", wanjiru, samuel, ["due_at", "backup"])


def test_it_cannot_be_assigned_to_someone_who_has_just_left(network, wanjiru, samuel):
    follow_up = make(network, wanjiru)
    leave(samuel)
    with pytest.raises(RuleBroken, match=r"Samuel O\. is no longer in this coalition"):
        services.assign(follow_up, to=samuel, by=wanjiru)
    follow_up.refresh_from_db()
    assert (follow_up.owner, follow_up.version) == (None, 1)


def test_the_second_of_two_leads_learns_who_got_it_meanwhile(network, wanjiru, samuel, ama):
    claire = factories.lead(network, name="Claire Aubert")
    seen = make(network, wanjiru)
    services.assign(seen, to=samuel, by=wanjiru, seen_version=seen.version)
    with pytest.raises(RuleBroken, match=r"Wanjiru K\. assigned it to Samuel O\. in the meantime"):
        services.assign(seen, to=ama, by=claire, seen_version=seen.version)
    assert FollowUp.objects.get().owner == samuel


def test_a_lead_who_has_left_meanwhile_is_not_named(network, wanjiru, samuel, ama):
    claire = factories.lead(network, name="Claire Aubert")
    factories.admit(factories.coalition("Another"), user=claire, role="lead")
    seen = make(network, wanjiru)
    services.assign(seen, to=samuel, by=claire, seen_version=seen.version)
    Membership.objects.filter(user=claire, coalition=network).update(left_at=now())
    with pytest.raises(RuleBroken, match="It has changed in the meantime"):
        services.assign(seen, to=ama, by=wanjiru, seen_version=seen.version)


def test_the_second_tap_of_a_lead_assigns_once(network, wanjiru, samuel):
    seen = make(network, wanjiru)
    for _tap in range(2):
        services.assign(seen, to=samuel, by=wanjiru, seen_version=1)
    assert [kind for kind, *_rest in told(seen)] == ["created", "assigned"]


def test_a_closed_follow_up_cannot_be_assigned(network, wanjiru, samuel):
    follow_up = services.done(make(network, wanjiru), by=wanjiru)
    with pytest.raises(RuleBroken, match="is closed"):
        services.assign(follow_up, to=samuel, by=wanjiru)


def test_assigning_to_whom_has_it_already_says_so(network, wanjiru, samuel):
    follow_up = make(network, wanjiru, owner=samuel)
    with pytest.raises(RuleBroken, match=r"Samuel O\. already has it"):
        services.assign(follow_up, to=samuel, by=wanjiru)


def test_the_backup_who_becomes_owner_is_backup_no_more(network, wanjiru, samuel, ama):
    follow_up = make(network, wanjiru, owner=samuel, backup=ama)
    follow_up = services.assign(follow_up, to=ama, by=wanjiru)
    assert (follow_up.owner, follow_up.backup) == (ama, None)


def test_a_backup_who_has_left_is_let_go_when_it_is_assigned(network, wanjiru, samuel, ama):
    follow_up = make(network, wanjiru, backup=ama)
    Membership.objects.filter(user=ama).update(left_at=now())
    assert services.assign(follow_up, to=samuel, by=wanjiru).backup is None


def test_a_member_takes_what_nobody_has(network, wanjiru, samuel):
    follow_up = services.take(make(network, wanjiru, backup=samuel), by=samuel)
    assert (follow_up.owner, follow_up.backup, follow_up.state, follow_up.version) == (samuel, None, "in-hand", 2)
    assert told(follow_up)[-1] == ("assigned", samuel, samuel, [])


def test_what_somebody_has_cannot_be_taken(network, wanjiru, samuel, ama):
    follow_up = make(network, wanjiru, owner=ama)
    with pytest.raises(RuleBroken, match=r"Ama O\. already has it"):
        services.take(follow_up, by=samuel)


def test_accepting_twice_is_accepting_once(network, wanjiru, samuel):
    follow_up = make(network, wanjiru, owner=samuel)
    for _tap in range(2):
        follow_up = services.accept(follow_up, by=samuel)
    assert (follow_up.state, follow_up.version) == ("in-hand", 1)
    assert [kind for kind, *_rest in told(follow_up)] == ["created", "assigned", "accepted"]


def test_what_was_assigned_away_cannot_be_accepted(network, wanjiru, samuel, ama):
    seen = make(network, wanjiru, owner=samuel)
    services.assign(seen, to=ama, by=wanjiru)
    with pytest.raises(RuleBroken, match="no longer assigned to you"):
        services.accept(seen, by=samuel)


def test_declining_needs_no_reason_and_leaves_the_backup(network, wanjiru, samuel, ama):
    follow_up = make(network, wanjiru, owner=samuel, backup=ama)
    for _tap in range(2):
        follow_up = services.decline(follow_up, by=samuel)
    assert (follow_up.owner, follow_up.backup, follow_up.state, follow_up.version) == (None, ama, "to-accept", 2)
    assert follow_up.assigned_by == wanjiru  # who is told
    assert [kind for kind, *_rest in told(follow_up)] == ["created", "assigned", "declined"]
    assert FollowUp.objects.unowned().get() == follow_up


def test_what_was_accepted_is_handed_back_not_declined(network, wanjiru, samuel):
    follow_up = services.accept(make(network, wanjiru, owner=samuel), by=samuel)
    with pytest.raises(RuleBroken, match="already accepted it"):
        services.decline(follow_up, by=samuel)
    follow_up = services.hand_back(follow_up, by=samuel)
    assert (follow_up.owner, follow_up.state, follow_up.version) == (None, "to-accept", 2)
    assert told(follow_up)[-1] == ("handed-back", samuel, None, [])


def test_only_its_owner_hands_it_back(network, wanjiru, samuel, ama):
    follow_up = make(network, wanjiru, owner=samuel, backup=ama)
    with pytest.raises(RuleBroken, match="no longer assigned to you"):
        services.hand_back(follow_up, by=ama)


def test_what_is_never_answered_goes_back_to_the_leads_once(network, wanjiru, samuel):
    follow_up = make(network, wanjiru, owner=samuel)
    assert services.return_unanswered(follow_up) is True
    assert services.return_unanswered(follow_up) is False
    follow_up.refresh_from_db()
    assert (follow_up.owner, follow_up.version) == (None, 2)
    assert told(follow_up)[-1] == ("handed-back", None, None, [])


def test_what_was_answered_meanwhile_does_not_go_back(network, wanjiru, samuel):
    seen = make(network, wanjiru, owner=samuel)
    services.accept(seen, by=samuel)
    assert services.return_unanswered(seen) is False
    assert FollowUp.objects.get().owner == samuel


def test_what_was_handed_to_someone_else_meanwhile_does_not_go_back(network, wanjiru, samuel, ama):
    seen = make(network, wanjiru, owner=samuel)
    services.assign(seen, to=ama, by=wanjiru)
    assert services.return_unanswered(seen) is False
    assert FollowUp.objects.get().owner == ama


# --- How it goes ----------------------------------------------------------------------------------------------------


def test_it_is_blocked_and_in_hand_again(network, samuel):
    follow_up = services.block(make(network, samuel, owner=samuel), by=samuel)
    assert follow_up.state == "blocked"
    follow_up = services.resume(follow_up, by=samuel)
    assert follow_up.state == "in-hand"
    assert [kind for kind, *_rest in told(follow_up)][2:] == ["blocked", "resumed"]


def test_what_nobody_has_cannot_be_blocked_nor_resumed(network, wanjiru):
    follow_up = make(network, wanjiru)
    for act in (services.block, services.resume):
        with pytest.raises(RuleBroken, match="Nobody has it yet"):
            act(follow_up, by=wanjiru)


def test_what_is_not_accepted_yet_is_not_in_hand(network, wanjiru, samuel):
    with pytest.raises(RuleBroken, match="has not accepted it"):
        services.resume(make(network, wanjiru, owner=samuel), by=wanjiru)


def test_done_with_a_link_closes_it_and_the_link_may_come_later(network, samuel):
    follow_up = services.done(make(network, samuel, owner=samuel), by=samuel)
    assert (follow_up.state, follow_up.is_closed, follow_up.evidence) == ("done", True, "")
    follow_up = services.done(follow_up, by=samuel, evidence="https://example.org/letter")
    assert follow_up.evidence == "https://example.org/letter"
    assert told(follow_up)[2:] == [("done", samuel, None, []), ("changed", samuel, None, ["evidence"])]


def test_a_link_that_replaces_another_is_told_by_its_name(network, samuel):
    follow_up = services.done(make(network, samuel, owner=samuel), by=samuel, evidence="https://example.org/letter")
    follow_up = services.done(services.reopen(follow_up, by=samuel), by=samuel, evidence="https://example.org/other")
    same = services.done(services.reopen(follow_up, by=samuel), by=samuel, evidence="https://example.org/other")
    assert same.evidence == "https://example.org/other"
    assert [event[3] for event in told(follow_up) if event[0] == "done"] == [["evidence"], ["evidence"], []]


@pytest.mark.parametrize("link", ["javascript:alert(1)", "ftp://example.org/x"])
def test_evidence_is_a_page_one_can_open(network, samuel, link):
    follow_up = make(network, samuel, owner=samuel)
    with pytest.raises(RuleBroken, match="begins with https"):
        services.done(follow_up, by=samuel, evidence=link)
    follow_up.refresh_from_db()
    assert not follow_up.is_closed


def test_what_is_dropped_is_closed_and_cannot_be_done(network, samuel):
    follow_up = services.drop(make(network, samuel), by=samuel)
    assert (follow_up.state, follow_up.is_closed) == ("dropped", True)
    with pytest.raises(RuleBroken, match="is closed"):
        services.done(follow_up, by=samuel)
    with pytest.raises(RuleBroken, match="is closed"):
        services.drop(services.done(make(network, samuel), by=samuel), by=samuel)


def test_reopening_begins_its_reminders_anew(network, samuel):
    follow_up = services.done(make(network, samuel, owner=samuel), by=samuel)
    follow_up = services.reopen(follow_up, by=samuel)
    assert (follow_up.state, follow_up.is_closed, follow_up.owner, follow_up.version) == ("in-hand", False, samuel, 2)
    assert told(services.reopen(follow_up, by=samuel))[-1] == ("reopened", samuel, None, [])
    assert follow_up.events.count() == 4


def test_reopening_leaves_out_who_has_left(network, wanjiru, samuel, ama):
    follow_up = services.done(make(network, wanjiru, owner=samuel, backup=ama), by=samuel)
    Membership.objects.filter(user__in=(samuel, ama)).update(left_at=now())
    follow_up = services.reopen(follow_up, by=wanjiru)
    assert (follow_up.owner, follow_up.backup, follow_up.state) == (None, None, "to-accept")


# --- What it says ---------------------------------------------------------------------------------------------------


def test_a_change_tells_the_names_of_its_fields_and_never_their_contents(network, samuel):
    follow_up = make(network, samuel, done_means="A letter")
    follow_up = services.change(follow_up, by=samuel, title="Ask the ministry", done_means="A letter")
    assert (follow_up.title, follow_up.version) == ("Ask the ministry", 1)
    assert told(follow_up)[-1] == ("changed", samuel, None, ["title"])


def test_a_new_due_date_is_a_new_version_and_lies_ahead(network, samuel):
    follow_up = services.change(make(network, samuel), by=samuel, due_at=now() + timedelta(days=1))
    assert follow_up.version == 2
    with pytest.raises(RuleBroken, match="has passed"):
        services.change(follow_up, by=samuel, due_at=now() - timedelta(days=1))


def test_a_change_of_what_changed_meanwhile_is_refused(network, wanjiru, samuel):
    seen = make(network, wanjiru)
    services.take(seen, by=samuel)
    with pytest.raises(RuleBroken, match=r"Samuel O\. took it"):
        services.change(seen, by=wanjiru, seen_version=1, title="Ask the ministry")
    assert FollowUp.objects.get().title == "Ask the authority"


def test_a_backup_must_be_able_to_read_it(circle, wanjiru, samuel):
    with pytest.raises(RuleBroken, match="cannot read it"):
        services.change(make(circle, wanjiru), by=wanjiru, backup=samuel)


def test_it_moves_into_a_circle_only_with_those_who_hold_it(network, circle, wanjiru, samuel, ama):
    follow_up = make(network, wanjiru, owner=samuel)
    with pytest.raises(RuleBroken, match=r"Samuel O\. cannot read it"):
        services.change(follow_up, by=wanjiru, circle=circle)
    services.assign(follow_up, to=ama, by=wanjiru)
    assert services.change(follow_up, by=wanjiru, circle=circle).circle == circle


def test_only_author_or_lead_let_more_people_read_it(network, circle, wanjiru, ama):
    follow_up = make(circle, wanjiru, owner=ama)
    with pytest.raises(RuleBroken, match="Only its author or a lead"):
        services.change(follow_up, by=ama, circle=network.everyone)
    moved = services.change(follow_up, by=wanjiru, may_open_up=True, circle=network.everyone)
    assert moved.circle == network.everyone


def test_it_never_moves_to_another_coalition(network, wanjiru):
    other = factories.coalition("Another")
    with pytest.raises(RuleBroken, match="are not in this circle"):
        services.change(make(network, wanjiru), by=wanjiru, may_open_up=True, circle=other.everyone)


# --- Two at once ----------------------------------------------------------------------------------------------------


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one transaction write at a time")
@pytest.mark.django_db(transaction=True)
def test_two_leads_at_the_same_instant_assign_once(network, wanjiru, samuel, ama):
    claire = factories.lead(network, name="Claire Aubert")
    follow_up = make(network, wanjiru)
    ready, outcomes = threading.Barrier(2), []

    def assign(lead, person):
        ready.wait()
        try:
            outcomes.append(services.assign(follow_up, to=person, by=lead, seen_version=1).owner)
        except RuleBroken as refusal:
            outcomes.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=assign, args=pair) for pair in ((wanjiru, samuel), (claire, ama))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [outcome for outcome in outcomes if not isinstance(outcome, RuleBroken)] == [FollowUp.objects.get().owner]
    assert len(outcomes) == 2
    assert FollowUpEvent.objects.filter(kind="assigned").count() == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one transaction write at a time")
@pytest.mark.django_db(transaction=True)
def test_the_two_taps_of_a_double_one_make_one_follow_up(network, samuel):
    circle, submission = network.everyone, uuid.uuid4()
    ready, made = threading.Barrier(2), []

    def tap():
        ready.wait()
        try:
            made.append(make(circle, samuel, submission=submission))
        finally:
            connection.close()

    threads = [threading.Thread(target=tap) for _tap in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 2
    assert made[0] == made[1] == FollowUp.objects.get()
