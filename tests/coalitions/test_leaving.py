"""What it costs to go, or to be made to go, whatever one has in hand: as many queries for much as for little."""

from datetime import timedelta

import pytest
import time_machine
from django.utils.timezone import now

from amnt.accounts.models import User
from amnt.accounts.services.erasing import erase
from amnt.audit.models import AuditEntry, Pseudonym
from amnt.audit.services import record
from amnt.core.errors import RuleBroken
from amnt.mail.models import Email
from coalitions.models import (
    Approval,
    Circle,
    CircleMembership,
    Coalition,
    FollowUp,
    FollowUpEvent,
    LastReaderQuestion,
    Membership,
)
from coalitions.services import circles, last_readers, membership
from coalitions.texts.services import kept_numbers
from resolutions.models import Contribution
from tests import factories
from tests.factories import AssemblyFactory

pytestmark = pytest.mark.django_db

SIZES = pytest.mark.parametrize("size", [2, 40])


def seat(person: User) -> Membership:
    return Membership.objects.select_related("user", "coalition").get(user=person)


def circles_of(network: Coalition, *people: User, size: int, owner: User | None = None) -> list[Circle]:
    made = Circle.objects.bulk_create(Circle(coalition=network, name=f"zz-{number}", owner=owner) for number in range(size))
    CircleMembership.objects.bulk_create(CircleMembership(circle=circle, membership=seat(person)) for circle in made for person in people)
    return made


def fill(made: list[Circle], by: User) -> None:
    common = {"title": "zz-title", "created_by": by, "due_at": now()}
    FollowUp.objects.bulk_create(FollowUp(circle=circle, owner=by, state="in-hand", **common) for circle in made)


@pytest.fixture
def claire(network):
    return factories.lead(network, name="Claire Dubois")


@pytest.fixture
def busy(network, wanjiru, claire, samuel, ama, size) -> User:
    """A lead who owns as many circles, follow-ups and questions to a second lead, and is the backup of as many follow-ups."""
    factories.lead(network)
    busy = factories.lead(network, name="Aicha Diallo")
    made = circles_of(network, busy, samuel, ama, size=size, owner=busy)
    fill(made, busy)
    FollowUp.objects.bulk_create(
        FollowUp(circle=circle, title="zz-title", created_by=ama, owner=ama, backup=busy, due_at=now()) for circle in made
    )
    Approval.objects.bulk_create(asked_by(busy, network, number) for number in range(size))
    # She has a pseudonym already, as after any act.
    for person in (busy, wanjiru):
        record("coalitions.settings_changed", by=person, coalition=network)
    return busy


def asked_by(user: User, network: Coalition, number: int) -> Approval:
    kind, about = "coalitions.recover_account", {"membership": number, "new_address": f"n{number}@example.org"}
    return Approval(coalition=network, kind=kind, about=about, asked_by=user, expires_at=now() + timedelta(days=1))


ACTS = {
    "leave": (lambda busy, by: membership.leave(seat(busy)), 62),
    "removed": (lambda busy, by: membership.remove(seat(busy), by=by), 62),
    "made an observer": (lambda busy, by: membership.change_role(seat(busy), role="observer", by=by), 38),
    "observes by herself": (lambda busy, by: membership.change_role(seat(busy), role="observer", by=busy), 39),
    "made a member": (lambda busy, by: membership.change_role(seat(busy), role="member", by=by), 22),
    "erased": (lambda busy, by: erase(busy), 117),
}


@SIZES
@pytest.mark.parametrize("act", ACTS)
def test_going_costs_the_same_with_much_in_hand(busy, wanjiru, act, django_assert_num_queries):
    go, queries = ACTS[act]
    with django_assert_num_queries(queries):
        go(busy, wanjiru)
    assert not Approval.objects.waiting().exists()


@SIZES
@pytest.mark.parametrize(("act", "queries"), [("removed", 65), ("made an observer", 41)])
def test_being_asked_about_what_one_read_alone_costs_the_same(network, busy, wanjiru, size, act, queries, django_assert_num_queries):
    made = circles_of(network, busy, size=size, owner=busy)
    fill(made, busy)
    go, _queries = ACTS[act]
    with django_assert_num_queries(queries):
        go(busy, wanjiru)
    assert set(LastReaderQuestion.objects.filter(user=busy).values_list("circle", flat=True)) == {circle.pk for circle in made}
    assert Email.objects.filter(to=busy, kind="coalitions/last_reader").count() == size


@SIZES
def test_being_told_why_one_cannot_go_costs_the_same(network, busy, size, django_assert_num_queries):
    fill(circles_of(network, busy, size=size), busy)
    with django_assert_num_queries(8), pytest.raises(RuleBroken, match="You are the only reader of"):
        membership.leave(seat(busy))


@SIZES
def test_asking_at_the_tick_costs_the_same_for_many_circles(network, wanjiru, samuel, ama, size, django_assert_num_queries):
    """Of some the last reader left; of others only who looked after it, or who wrote in it, is known; some are empty."""
    left = circles_of(network, samuel, ama, size=size, owner=wanjiru)
    owned = circles_of(network, size=size, owner=ama)
    written = circles_of(network, size=size)
    fill([*left, *owned, *written], wanjiru)
    empty = circles_of(network, size=size)
    Membership.objects.filter(user=ama).update(left_at=now() - timedelta(days=2))
    Membership.objects.filter(user=samuel).update(left_at=now() - timedelta(days=1))
    with django_assert_num_queries(41):
        last_readers.settle_unread()
    asked = dict(LastReaderQuestion.objects.values_list("circle", "user"))
    expected = {circle.pk: user.pk for made, user in ((left, samuel), (owned, ama), (written, wanjiru)) for circle in made}
    assert asked == expected
    assert not Circle.objects.filter(pk__in=[circle.pk for circle in empty]).exists()


@SIZES
def test_circles_of_which_nobody_can_be_asked_cost_the_tick_nothing(network, wanjiru, samuel, size, django_assert_num_queries):
    made = circles_of(network, samuel, size=size)
    fill(made, samuel)
    Membership.objects.filter(user=samuel).update(left_at=now())
    User.objects.filter(pk=samuel.pk).update(is_active=False, erased_at=now())
    with django_assert_num_queries(3):
        last_readers.settle_unread()
    assert Circle.objects.filter(pk__in=[circle.pk for circle in made]).count() == size
    assert not LastReaderQuestion.objects.exists()


@SIZES
@pytest.mark.parametrize("act", ["closed", "taken out"])
def test_closing_a_circle_or_taking_someone_out_costs_the_same(network, wanjiru, samuel, ama, size, act, django_assert_num_queries):
    [circle] = circles_of(network, samuel, ama, size=1, owner=samuel)
    CircleMembership.objects.bulk_create(
        CircleMembership(circle=circle, membership=seat(factories.member(network))) for _number in range(size)
    )
    if act == "closed":
        with django_assert_num_queries(30):
            circles.close_circle(circle, by=samuel)
        return
    fill([circle] * size, samuel)
    with django_assert_num_queries(17):
        assert circles.remove_from_circle(circle, membership=seat(samuel), by=ama) == size
    circle.refresh_from_db()
    assert circle.owner == ama


@SIZES
def test_refusing_to_close_a_circle_costs_the_same_whatever_it_holds(network, samuel, size, django_assert_num_queries):
    [circle] = circles_of(network, samuel, size=1, owner=samuel)
    fill([circle] * size, samuel)
    with django_assert_num_queries(26), pytest.raises(RuleBroken, match="still holds"):
        circles.close_circle(circle, by=samuel)


@SIZES
def test_forgetting_the_numbers_that_only_she_knows_costs_the_same(samuel, size, django_assert_num_queries):
    for number in range(size):
        kept_numbers.keep_number(assembly=AssemblyFactory(), number=f"C{number}", circle=None, by=samuel)
    with django_assert_num_queries(8):
        kept_numbers.delete_own_numbers(samuel)
    assert not Contribution.objects.exists()


def test_the_numbers_that_others_keep_and_those_she_shared_stay(network, samuel, ama):
    core = factories.circle_of(network, samuel, ama)
    kept_numbers.keep_number(assembly=AssemblyFactory(), number="C1", circle=None, by=samuel)
    hers = kept_numbers.keep_number(assembly=AssemblyFactory(), number="C2", circle=None, by=ama)
    shared = kept_numbers.keep_number(assembly=AssemblyFactory(), number="C3", circle=core, by=samuel)
    public = factories.ContributionFactory(entered_by=samuel)
    kept_numbers.delete_own_numbers(samuel)
    assert set(Contribution.objects.all()) == {hers, shared, public}


# --- The same as one by one -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1])
def test_what_is_handed_back_begins_to_wait_anew(busy, samuel, wanjiru):
    owned = FollowUp.objects.get(owner=busy)
    long_ago = now() - timedelta(days=9)
    FollowUp.objects.filter(pk=owned.pk).update(state_at=long_ago, changed_at=long_ago, snoozed_until=now() + timedelta(days=1))
    with time_machine.travel("2028-03-01T12:00Z", tick=False):
        membership.remove(seat(busy), by=wanjiru)
        owned.refresh_from_db()
        assert (owned.owner, owned.state, owned.version, owned.snoozed_until) == (None, "to-accept", 2, None)
        assert (owned.state_at, owned.changed_at) == (now(), now())
        events = FollowUpEvent.objects.order_by("pk").values_list("kind", "by", "at", "fields")
        assert list(events) == [("handed-back", wanjiru.pk, now(), []), ("changed", wanjiru.pk, now(), ["backup"])]


@pytest.mark.parametrize("size", [1])
def test_only_her_circles_of_this_coalition_go_to_others(network, busy, samuel, ama, wanjiru):
    another = factories.coalition("Another one")
    elsewhere = factories.circle_of(another, factories.member(another), name="Elsewhere", owner=busy)
    [of_ama] = circles_of(network, busy, samuel, ama, size=1, owner=ama)
    membership.remove(seat(busy), by=wanjiru)
    for circle in (elsewhere, of_ama):
        circle.refresh_from_db()
    assert (elsewhere.owner, of_ama.owner) == (busy, ama)


@pytest.mark.parametrize("size", [3])
def test_each_circle_goes_to_whoever_stood_in_it_longest(network, busy, samuel, ama, wanjiru):
    first, second, third = Circle.objects.filter(owner=busy).order_by("pk")
    CircleMembership.objects.filter(circle=first, membership=seat(samuel)).update(created_at=now() + timedelta(hours=1))
    CircleMembership.objects.filter(circle=second, membership=seat(samuel)).update(created_at=now() - timedelta(hours=1))
    CircleMembership.objects.filter(circle=third).exclude(membership=seat(busy)).delete()
    FollowUp.objects.filter(circle=third).delete()
    membership.remove(seat(busy), by=wanjiru)
    assert [Circle.objects.get(pk=circle.pk).owner for circle in (first, second, third)] == [ama, samuel, None]


@pytest.mark.parametrize("size", [3])
def test_each_act_she_asked_for_is_taken_back_and_the_leads_are_told_once(network, busy, wanjiru, claire):
    name = Pseudonym.objects.get(user=busy, coalition=network.public_id).name
    asked = list(Approval.objects.order_by("pk"))
    others = Approval.objects.create(
        coalition=network, kind="coalitions.lock_instance", asked_by=claire, expires_at=now() + timedelta(days=1)
    )
    membership.change_role(seat(busy), role="member", by=wanjiru)
    taken_back = list(AuditEntry.objects.filter(act="coalitions.approval_withdrawn").order_by("pk"))
    assert [(entry.object_id, entry.object_type) for entry in taken_back] == [(str(row.public_id), "coalitions.approval") for row in asked]
    assert {(entry.actor, entry.coalition, entry.level) for entry in taken_back} == {(name, network.public_id, "C1")}
    rows = Approval.objects.filter(answer="withdrawn").order_by("pk").values_list("pk", "answered_by", "about")
    assert list(rows) == [(row.pk, busy.pk, {"membership": number}) for number, row in enumerate(asked)]
    assert Approval.objects.waiting().get() == others
    told = Email.objects.filter(kind="coalitions/for_leads", about__what="several-withdrawn")
    assert sorted(told.values_list("to", flat=True)) == sorted(Membership.objects.leads().exclude(user=busy).values_list("user", flat=True))


@pytest.mark.parametrize("size", [1])
def test_of_one_act_that_is_taken_back_the_leads_are_told_as_before(busy, wanjiru):
    membership.change_role(seat(busy), role="member", by=wanjiru)
    assert set(Email.objects.filter(kind="coalitions/for_leads").values_list("about__what", flat=True)) == {"withdrawn"}


@pytest.mark.parametrize("size", [1])
def test_whoever_was_asked_about_a_circle_before_is_not_asked_again(network, busy, ama):
    [circle] = circles_of(network, busy, size=1)
    last_readers.ask({circle.pk: ama})
    last_readers.ask({circle.pk: busy})
    assert LastReaderQuestion.objects.get().user == ama
    assert Email.objects.filter(kind="coalitions/last_reader").count() == 1
