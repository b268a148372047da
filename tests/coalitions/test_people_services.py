"""Who is in, who leads, and what comes back when someone goes."""

import pytest

from amnt.core.errors import RuleBroken
from coalitions.models import Circle, CircleMembership, FollowUp, FollowUpEvent, Membership
from coalitions.services import circles, invitations, leaving, membership
from tests.factories import FollowUpFactory, UserFactory, coalition, lead, member, observer

pytestmark = pytest.mark.django_db


def seat(user, of) -> Membership:
    return Membership.objects.get(user=user, coalition=of, left_at=None)


def test_a_person_is_admitted_once():
    network = coalition()
    person = member(network)
    with pytest.raises(RuleBroken):
        membership.admit(network, user=person, role="member")
    assert Membership.objects.filter(user=person).count() == 1


def test_who_was_here_once_is_admitted_again_and_erased_everywhere():
    network, other = coalition(), coalition("Another one")
    person = member(network)
    membership.leave(seat(person, network))
    membership.admit(other, user=person, role="member")
    assert membership.admit(network, user=person, role="member").left_at is None
    membership.leave(seat(person, network))
    membership.leave_all(person)
    assert not Membership.objects.filter(user=person, left_at=None).exists()


@pytest.mark.parametrize("going", ["leave", "remove", "demote"])
def test_the_last_lead_stays(going):
    network = coalition()
    only, other = lead(network), member(network)
    acts = {
        "leave": lambda: membership.leave(seat(only, network)),
        "remove": lambda: membership.remove(seat(only, network), by=other),
        "demote": lambda: membership.change_role(seat(only, network), role="member", by=only),
    }
    with pytest.raises(RuleBroken, match="no lead"):
        acts[going]()
    assert list(Membership.objects.current().leads().values_list("user", flat=True)) == [only.pk]


def test_a_coalition_with_two_leads_keeps_two():
    network = coalition()
    first, second, third = lead(network), lead(network), member(network)
    with pytest.raises(RuleBroken, match="single lead"):
        membership.leave(seat(first, network))
    membership.change_role(seat(third, network), role="lead", by=first)
    membership.leave(seat(first, network))
    assert set(Membership.objects.current().leads().values_list("user", flat=True)) == {second.pk, third.pk}


def test_a_lead_whose_account_is_closed_does_not_count():
    network = coalition()
    first = lead(network)
    lead(network, is_active=False)
    with pytest.raises(RuleBroken, match="no lead"):
        membership.leave(seat(first, network))


def test_someone_who_left_cannot_be_given_a_role():
    network = coalition()
    boss, gone = lead(network), member(network)
    left = membership.leave(seat(gone, network))
    with pytest.raises(RuleBroken, match="has left"):
        membership.change_role(left, role="lead", by=boss)


def test_one_does_not_remove_oneself():
    network = coalition()
    boss = lead(network)
    lead(network)
    lead(network)
    with pytest.raises(RuleBroken, match="leave the coalition"):
        membership.remove(seat(boss, network), by=boss)


def test_an_observer_stands_outside_the_circle_of_everyone_until_made_a_member():
    network = coalition()
    boss, guest = lead(network), observer(network)
    assert not network.everyone.includes(guest)
    membership.change_role(seat(guest, network), role="member", by=boss)
    assert network.everyone.includes(guest)
    membership.change_role(seat(guest, network), role="observer", by=boss)
    assert not network.everyone.includes(guest)


def test_a_member_made_observer_hands_back_what_she_may_no_longer_read():
    network = coalition()
    boss, person = lead(network), member(network)
    task = FollowUpFactory(circle=network.everyone, created_by=boss, owner=person, state="in-hand")
    membership.change_role(seat(person, network), role="observer", by=boss)
    task.refresh_from_db()
    assert (task.owner, task.state, task.version) == (None, "to-accept", 2)
    assert list(task.events.values_list("kind", "by")) == [("handed-back", boss.pk)]


def test_a_member_made_observer_is_out_of_the_circles_of_this_coalition_only():
    network, other = coalition(), coalition("Another one")
    boss, person, friend, late = lead(network), member(network), member(network), member(network)
    membership.admit(other, user=person, role="member")
    elsewhere = circles.open_circle(other, name="Elsewhere", by=person)
    owned = circles.open_circle(network, name="Hers", by=person, people=[seat(friend, network), seat(late, network)])
    named = circles.open_circle(network, name="Core", by=friend, kind="delegation", people=[seat(person, network)])
    inside = [FollowUpFactory(circle=circle, created_by=friend, owner=person, state="in-hand") for circle in (owned, named)]
    backed = FollowUpFactory(circle=named, created_by=friend, owner=friend, backup=person, state="in-hand")
    untouched = FollowUpFactory(circle=elsewhere, created_by=person, owner=person, state="in-hand")

    membership.change_role(seat(person, network), role="observer", by=boss)

    assert list(Circle.objects.of(person).order_by("pk")) == [other.everyone, elsewhere]
    assert not FollowUp.objects.visible_to(person).exclude(pk=untouched.pk).exists()
    for row in (*inside, backed, untouched, owned, named):
        row.refresh_from_db()
    assert [(row.owner, row.state) for row in inside] == [(None, "to-accept")] * 2
    assert (backed.owner, backed.backup, untouched.owner) == (friend, None, person)
    assert (owned.owner, named.owner) == (friend, friend)


def test_who_is_made_a_member_again_stands_in_no_old_circle():
    network = coalition()
    boss, person, friend = lead(network), member(network), member(network)
    circle = circles.open_circle(network, name="Core", by=friend, people=[seat(person, network)])
    membership.change_role(seat(person, network), role="observer", by=boss)
    membership.change_role(seat(person, network), role="member", by=boss)
    assert list(Circle.objects.of(person)) == [network.everyone]
    assert not circle.includes(person)


def test_an_observer_is_named_into_no_circle():
    network = coalition()
    owner, guest = member(network), observer(network, name="Amina Guest")
    circle = circles.open_circle(network, name="Core", by=owner)
    with pytest.raises(RuleBroken, match="only observes this coalition"):
        circles.add_to_circle(circle, membership=seat(guest, network), by=owner)
    with pytest.raises(RuleBroken, match="only observes this coalition"):
        circles.open_circle(network, name="Another", by=owner, people=[seat(guest, network)])
    assert not Circle.objects.of(guest).exists()
    assert "Another" not in {circle.name for circle in Circle.objects.all()}


def test_leaving_hands_back_everything_open_and_leaves_what_is_done():
    network, other = coalition(), coalition("Another one")
    boss, person = lead(network), member(network)
    membership.admit(other, user=person, role="member")
    everyone = network.everyone
    owned = FollowUpFactory(circle=everyone, created_by=boss, owner=person, state="blocked")
    backed = FollowUpFactory(circle=everyone, created_by=boss, owner=boss, backup=person, state="in-hand")
    done = FollowUpFactory(circle=everyone, created_by=boss, owner=person, state="done", closed_at="2028-01-01T00:00Z")
    elsewhere = FollowUpFactory(circle=other.everyone, created_by=person, owner=person)

    left = membership.leave(seat(person, network))

    assert left.left_at is not None
    for row in (owned, backed, done, elsewhere):
        row.refresh_from_db()
    assert (owned.owner, owned.state, owned.version) == (None, "to-accept", 2)
    assert (backed.owner, backed.backup, backed.version) == (boss, None, 1)
    assert done.owner == person
    assert elsewhere.owner == person
    assert list(FollowUpEvent.objects.order_by("pk").values_list("follow_up", "kind", "by", "fields")) == [
        (owned.pk, "handed-back", person.pk, []),
        (backed.pk, "changed", person.pk, ["backup"]),
    ]
    assert not FollowUp.objects.visible_to(person).filter(circle=everyone).exists()


def test_leaving_changes_nothing_when_it_is_refused():
    network = coalition()
    only = lead(network)
    task = FollowUpFactory(circle=network.everyone, created_by=only, owner=only)
    with pytest.raises(RuleBroken):
        membership.leave(seat(only, network))
    task.refresh_from_db()
    assert task.owner == only
    assert not task.events.exists()


def test_a_door_the_leaver_opened_closes_behind_her():
    network = coalition()
    first = lead(network)
    lead(network)
    lead(network)
    second = lead(network)
    another = coalition("Another one")
    membership.admit(another, user=first, role="lead")
    hers, of_another, elsewhere = (
        invitations.invite(of, email=f"{number}@example.org", by=by)
        for number, (of, by) in enumerate(((network, first), (network, second), (another, first)))
    )
    membership.leave(seat(first, network))
    for row in (hers, of_another, elsewhere):
        row.refresh_from_db()
    assert (hers.is_open, of_another.is_open, elsewhere.is_open) == (False, True, True)


def test_a_circle_goes_to_whoever_has_stood_in_it_longest():
    network = coalition()
    owner, early, late = member(network), member(network), member(network)
    circle = circles.open_circle(network, name="Res. 50", by=owner, people=[seat(early, network)])
    circles.add_to_circle(circle, membership=seat(late, network), by=owner)
    membership.leave(seat(owner, network))
    circle.refresh_from_db()
    assert circle.owner == early


def test_who_comes_back_stands_in_no_old_circle():
    network = coalition()
    owner, person = member(network), member(network)
    circle = circles.open_circle(network, name="Res. 50", by=owner, people=[seat(person, network)])
    membership.leave(seat(person, network))
    membership.admit(network, user=person, role="member")
    assert not circle.includes(person)
    assert network.everyone.includes(person)


def test_the_checklist_counts_for_a_lead_only_what_she_may_see():
    network = coalition()
    boss, person, friend = lead(network), member(network), member(network)
    secret = circles.open_circle(network, name="Core", by=friend, kind="delegation", people=[seat(person, network)])
    FollowUpFactory(circle=network.everyone, created_by=boss, owner=person)
    FollowUpFactory(circle=secret, created_by=friend, owner=person)
    FollowUpFactory(circle=secret, created_by=friend, owner=friend, backup=person)
    assert leaving.hand_back_checklist(seat(person, network), seen_by=boss) == leaving.HandBackChecklist(1, 0, 0)
    assert leaving.hand_back_checklist(seat(person, network), seen_by=person) == leaving.HandBackChecklist(2, 1, 1)


def test_a_lead_stands_in_a_circle_only_if_named():
    network = coalition()
    boss, owner = lead(network), member(network)
    circle = circles.open_circle(network, name="Core", by=owner, kind="delegation")
    assert not circle.includes(boss)
    assert list(Circle.objects.visible_to(boss)) == [network.everyone]
    circles.add_to_circle(circle, membership=seat(boss, network), by=boss)
    assert circle.includes(boss)


def test_a_circle_sent_twice_is_one():
    network = coalition()
    owner = member(network)
    sent = "0190f7b2-0000-4000-8000-000000000001"
    first = circles.open_circle(network, name="Core", by=owner, submission=sent)
    assert circles.open_circle(network, name="Core", by=owner, submission=sent) == first


def test_one_is_named_once_and_only_from_ones_own_coalition():
    network, other = coalition(), coalition("Another one")
    owner, friend, stranger = member(network), member(network), member(other)
    circle = circles.open_circle(network, name="Core", by=owner)
    circles.add_to_circle(circle, membership=seat(friend, network), by=owner)
    circles.add_to_circle(circle, membership=seat(friend, network), by=owner)
    with pytest.raises(RuleBroken):
        circles.add_to_circle(circle, membership=seat(stranger, other), by=owner)
    assert set(circle.people()) == {owner, friend}


def test_going_out_of_a_circle_hands_back_what_was_in_hand_there_and_nothing_else():
    network = coalition()
    owner, friend = member(network), member(network)
    circle = circles.open_circle(network, name="Core", by=owner, people=[seat(friend, network)])
    inside = FollowUpFactory(circle=circle, created_by=owner, owner=friend)
    outside = FollowUpFactory(circle=network.everyone, created_by=owner, owner=friend)
    circles.remove_from_circle(circle, membership=seat(friend, network), by=owner)
    inside.refresh_from_db()
    outside.refresh_from_db()
    assert (inside.owner, outside.owner) == (None, friend)
    assert not circle.includes(friend)


def test_the_last_one_does_not_go_out_of_a_circle():
    network = coalition()
    owner = member(network)
    circle = circles.open_circle(network, name="Core", by=owner)
    with pytest.raises(RuleBroken, match="Nobody else"):
        circles.remove_from_circle(circle, membership=seat(owner, network), by=owner)
    assert circle.includes(owner)


def test_the_circle_of_everyone_is_changed_by_nobody():
    network = coalition()
    boss, guest = lead(network), observer(network)
    everyone = network.everyone
    with pytest.raises(RuleBroken):
        circles.add_to_circle(everyone, membership=seat(guest, network), by=boss)
    with pytest.raises(RuleBroken):
        circles.remove_from_circle(everyone, membership=seat(boss, network), by=boss)
    with pytest.raises(RuleBroken):
        circles.close_circle(everyone, by=boss)
    assert set(everyone.people()) == {boss}


def test_a_circle_is_closed_only_when_it_holds_nothing():
    network = coalition()
    owner = member(network)
    circle = circles.open_circle(network, name="Core", by=owner)
    task = FollowUpFactory(circle=circle, created_by=owner, state="done", closed_at="2028-01-01T00:00Z")
    with pytest.raises(RuleBroken, match="still holds"):
        circles.close_circle(circle, by=owner)
    task.delete()
    circles.close_circle(circle, by=owner)
    assert not Circle.objects.filter(pk=circle.pk).exists()
    assert CircleMembership.objects.filter(membership__user=owner).count() == 1


def test_a_circle_is_handed_on_to_someone_who_stands_in_it():
    network = coalition()
    owner, friend, outsider = member(network), member(network), member(network)
    circle = circles.open_circle(network, name="Core", by=owner, people=[seat(friend, network)])
    with pytest.raises(RuleBroken):
        circles.hand_on_circle(circle, to=seat(outsider, network), by=owner)
    circles.hand_on_circle(circle, to=seat(friend, network), by=owner)
    circle.refresh_from_db()
    assert circle.owner == friend


def test_who_has_left_opens_no_circle():
    network = coalition()
    with pytest.raises(RuleBroken):
        circles.open_circle(network, name="Core", by=UserFactory())
