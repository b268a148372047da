"""What becomes of the entries of an act: for whom they are kept, and whom they name afterwards. Each act: test_every_act."""

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import now

from amnt.accounts import devices
from amnt.accounts.services.erasing import erase
from amnt.audit import acts
from amnt.audit.models import AuditEntry, Pseudonym
from coalitions.models import Membership
from coalitions.positions.services import positions
from coalitions.services import circles, follow_ups, invitations, membership
from tests.factories import FollowUpFactory, ResolutionFactory, UserFactory, circle_of, coalition, lead, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def ours():
    return coalition()


@pytest.fixture
def boss(ours):
    lead(ours)
    return lead(ours)


@pytest.fixture
def wanjiru(ours):
    return member(ours)


def seat(user, coalition):
    return Membership.objects.get(user=user, coalition=coalition, left_at=None)


def last(ours=None) -> AuditEntry:
    entries = AuditEntry.objects.of_coalition(ours.public_id) if ours else AuditEntry.objects.all()
    return entries.order_by("-pk").first()


def person_of(entry: AuditEntry):
    return Pseudonym.objects.get(name=entry.object_id).user


def actor_of(entry: AuditEntry):
    return Pseudonym.objects.get(name=entry.actor).user


# --- People -----------------------------------------------------------------------------------------------------------


def test_an_invitation_and_its_end_are_recorded(ours, boss):
    invitation = invitations.invite(ours, email="new@example.org", by=boss)
    entry = last(ours)
    assert (entry.act, actor_of(entry), entry.object_id) == ("coalitions.invited", boss, str(invitation.public_id))
    invitations.revoke(invitation, by=boss)
    assert last(ours).act == "coalitions.invitation_revoked"


def test_a_change_of_role_names_the_person_by_her_pseudonym(ours, boss, wanjiru):
    membership.change_role(seat(wanjiru, ours), role="lead", by=boss)
    entry = last(ours)
    assert (entry.act, actor_of(entry), person_of(entry), entry.fields) == ("coalitions.role_changed", boss, wanjiru, ["role"])
    assert str(seat(wanjiru, ours).public_id) not in entry.object_id


def test_what_a_newcomer_will_be_and_each_way_to_it_is_recorded(ours, boss):
    first, second, third = (membership.admit(ours, user=UserFactory(), role="member", sponsor=boss, next_role="member") for _each in "123")
    membership.change_role(first, role="lead", by=boss)
    entry = last(ours)
    assert (entry.act, actor_of(entry), person_of(entry)) == ("coalitions.role_changed", boss, first.user)
    assert entry.fields == ["next_role"]
    membership.end_observation(second, by=boss)
    entry = last(ours)
    assert (entry.act, actor_of(entry), person_of(entry), entry.fields) == ("coalitions.role_changed", boss, second.user, ["role"])
    Membership.objects.filter(pk=third.pk).update(observes_until=now())
    membership.end_due_observations()
    entry = last(ours)
    assert (entry.act, entry.actor, person_of(entry), entry.fields) == ("coalitions.role_changed", None, third.user, ["role"])


def test_whoever_is_removed_is_named_nowhere_afterwards(ours, boss, wanjiru):
    membership.change_role(seat(wanjiru, ours), role="lead", by=boss)
    hers = set(AuditEntry.objects.of(wanjiru))
    assert {entry.act for entry in hers} == {"coalitions.joined", "coalitions.role_changed"}
    lead(ours)
    membership.remove(seat(wanjiru, ours), by=boss)
    entry = last(ours)
    assert (entry.act, actor_of(entry), entry.object_id) == ("coalitions.member_removed", boss, "")
    assert not AuditEntry.objects.of(wanjiru).exists()


def test_whoever_leaves_is_named_nowhere_afterwards(ours, boss, wanjiru):
    membership.leave(seat(wanjiru, ours))
    entry = last(ours)
    assert (entry.act, entry.actor, entry.object_id) == ("coalitions.member_left", None, "")
    assert not Pseudonym.objects.filter(user=wanjiru).exists()


def test_an_erased_account_leaves_no_pseudonym_at_all(ours, wanjiru, boss):
    devices.end_all_access(wanjiru, by=wanjiru)
    assert Pseudonym.objects.filter(user=wanjiru).count() == 2
    erase(wanjiru)
    assert not Pseudonym.objects.filter(user=wanjiru).exists()
    entry = last()
    assert (entry.act, entry.actor, entry.object_id) == ("accounts.erased", None, "")


# --- Circles ----------------------------------------------------------------------------------------------------------


def test_what_happens_in_a_restricted_circle_is_kept_for_its_people(ours, boss, wanjiru):
    circle = circles.open_circle(ours, name="zz-name", by=boss)
    circles.add_to_circle(circle, membership=seat(wanjiru, ours), by=boss)
    circles.change_circle(circle, by=boss, name="zz-other", purpose="")
    circles.hand_on_circle(circle, to=seat(wanjiru, ours), by=boss)
    circles.remove_from_circle(circle, membership=seat(boss, ours), by=wanjiru)
    recorded = list(AuditEntry.objects.filter(circle=circle.public_id).order_by("pk"))
    assert [entry.act.removeprefix("coalitions.circle_") for entry in recorded] == [
        "opened",
        "person_named",
        "person_named",
        "changed",
        "handed_on",
        "person_removed",
    ]
    assert {entry.level for entry in recorded} == {"C2"}
    assert recorded[3].fields == ["name"]
    circles.close_circle(circle, by=wanjiru)
    assert last(ours).act == "coalitions.circle_closed"
    assert not AuditEntry.objects.filter(object_id__contains="zz").exists()


def test_of_a_delegation_no_more_is_kept_than_who_and_when(ours, boss, wanjiru):
    before = AuditEntry.objects.of_coalition(ours.public_id).count()
    circle = circles.open_circle(ours, name="zz-name", by=boss, kind="delegation", people=[seat(wanjiru, ours)])
    task = FollowUpFactory(circle=circle, title="zz-title", created_by=boss, owner=boss)
    follow_ups.assign(task, to=wanjiru, by=boss)
    private = AuditEntry.objects.filter(level="C3")
    assert {(entry.act, entry.object_type, entry.object_id, entry.coalition, entry.circle) for entry in private} == {
        ("audit.private", "", "", None, None)
    }
    assert private.count() == 4
    assert AuditEntry.objects.of_coalition(ours.public_id).count() == before


# --- Follow-ups and positions -----------------------------------------------------------------------------------------


def test_assigning_a_follow_up_is_recorded_with_its_public_id(ours, boss, wanjiru):
    task = FollowUpFactory(circle=ours.everyone, created_by=boss, owner=boss)
    follow_ups.assign(task, to=wanjiru, by=boss)
    entry = last(ours)
    assert (entry.act, entry.level, entry.object_id) == ("coalitions.follow_up_assigned", "C1", str(task.public_id))


def test_a_moved_follow_up_is_recorded_by_the_rules_of_the_circle_it_leaves(ours, boss, wanjiru):
    restricted = circle_of(ours, boss, wanjiru)
    task = FollowUpFactory(circle=restricted, created_by=boss, owner=boss)
    follow_ups.change(task, by=boss, circle=ours.everyone, may_open_up=True)
    entry = last(ours)
    assert (entry.act, entry.level, entry.circle) == ("coalitions.follow_up_moved", "C2", restricted.public_id)
    secret = FollowUpFactory(circle=circle_of(ours, boss, kind="delegation", name="zz"), created_by=boss, owner=boss)
    follow_ups.change(secret, by=boss, circle=ours.everyone, may_open_up=True)
    assert (last().act, last().coalition) == ("audit.private", None)


def test_a_new_version_of_a_position_is_recorded(ours, boss):
    resolution = ResolutionFactory(number=50, slug="50")
    positions.take_position(resolution, circle=ours.everyone, stance="oppose", words="zz-words", by=boss)
    entry = last(ours)
    assert (entry.act, entry.object_type, entry.object_id) == ("coalitions.position_taken", "resolutions.resolution", "50")


# --- Accounts ---------------------------------------------------------------------------------------------------------


def test_what_is_done_to_an_account_is_recorded(client):
    user = UserFactory()
    user.set_password("correct horse battery staple")
    user.save()
    client.force_login(user)
    client.post(reverse("accounts:close-all"))
    assert [entry.act for entry in AuditEntry.objects.of(user)] == ["accounts.everything_closed"]
    devices.end_all_access(user)
    entry = last()
    assert (entry.act, entry.actor, person_of(entry)) == ("accounts.everything_closed", None, user)


def test_every_act_has_a_sentence_of_its_own_in_every_language():
    for language in ("fr", "en", "es"):
        with translation.override(language):
            sentences = [str(sentence) for _act, sentence in acts.choices()]
            assert len(sentences) == len(set(sentences))
