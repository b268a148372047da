"""The pages of circles: one sees those one stands in, and of others nothing."""

import pytest
from django.urls import reverse

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from coalitions.models import Circle, CircleMembership, Membership
from coalitions.services import circles
from tests.factories import FollowUpFactory, admit, circle_of, coalition, lead, member, observer

pytestmark = pytest.mark.django_db


def seat(user, of) -> Membership:
    return Membership.objects.get(user=user, coalition=of, left_at=None)


@pytest.fixture
def owner(network):
    return member(network, name="Lucia Owner")


@pytest.fixture
def circle(network, owner):
    return circles.open_circle(network, name="Seat of a country", purpose="Quiet work", by=owner, kind="delegation")


def url(name, *args) -> str:
    return reverse(f"coalitions:{name}", args=args)


@pytest.mark.parametrize("gone", ["", "has left", "account closed", "taken out"])
def test_who_stands_in_a_circle(network, owner, circle, gone):
    ama = member(network)
    circles.add_to_circle(circle, membership=seat(ama, network), by=owner)
    circle_of(network, member(network), name="Of others")
    if gone == "has left":
        Membership.objects.filter(user=ama).update(left_at="2028-03-01T12:00Z")
    elif gone == "account closed":
        User.objects.filter(pk=ama.pk).update(is_active=False)
    elif gone == "taken out":
        circles.remove_from_circle(circle, membership=seat(ama, network), by=owner)
    ama.refresh_from_db()
    people = {owner} if gone else {owner, ama}
    assert set(circle.people()) == people
    assert (circle.includes(owner), circle.includes(ama)) == (True, not gone)
    assert circle in Circle.objects.of(owner)
    assert (circle in Circle.objects.of(ama)) == (not gone)
    assert set(CircleMembership.objects.current().filter(circle=circle).values_list("membership__user", flat=True)) == {
        person.pk for person in people
    }
    assert Circle.objects.with_people().get(pk=circle.pk).people_now == len(people)


def test_circles_come_by_coalition_everyones_first_and_then_by_name(network, owner):
    first = coalition("Alliance")
    admit(first, user=owner, role="member")
    made = [circle_of(of, owner, name=name) for of, name in ((network, "beta"), (network, "Alpha"), (first, "Zeta"))]
    beta, alpha, zeta = made
    assert Circle.objects.of(owner).by_name() == [first.everyone, zeta, network.everyone, alpha, beta]


def test_who_has_left_a_coalition_opens_no_circle_there_from_another(network, owner):
    another = coalition("Another one")
    admit(another, user=owner, role="member")
    Membership.objects.filter(user=owner, coalition=network).update(left_at="2028-03-01T12:00Z")
    with pytest.raises(RuleBroken, match="You have left"):
        circles.open_circle(network, name="Core", by=owner)


def test_whoever_stands_outside_learns_nothing_not_even_a_number(client, network, circle):
    boss = lead(network)
    client.force_login(boss)
    before = client.get(url("circles", network.public_id)).content.decode()
    assert "Seat of a country" not in before
    assert "You are not in a circle" in before
    for name in ("circle", "circle-change"):
        assert client.get(url(name, circle.public_id)).status_code == 404
    for name in ("circle-close", "circle-leave"):
        assert client.post(url(name, circle.public_id)).status_code == 404
    assert Circle.objects.filter(pk=circle.pk).exists()


def test_the_one_who_opened_it_sees_it_and_names_a_lead_into_it(client, network, owner, circle):
    boss = lead(network)
    client.force_login(owner)
    assert "Seat of a country" in client.get(url("circles", network.public_id)).content.decode()
    assert client.get(circle.get_absolute_url()).status_code == 200
    response = client.post(circle.get_absolute_url(), {"person": seat(boss, network).public_id})
    assert response.headers["location"] == circle.get_absolute_url()
    assert circle.includes(boss)


def test_she_cannot_name_people_she_does_not_see(client, network, owner, circle):
    stranger = member(network)
    client.force_login(owner)
    response = client.post(circle.get_absolute_url(), {"person": seat(stranger, network).public_id})
    assert response.status_code == 200
    assert not circle.includes(stranger)


def test_an_observer_is_offered_for_no_circle_and_refused_when_sent_all_the_same(client, network, owner, circle):
    boss, guest = lead(network), observer(network, name="Amina Guest")
    circles.add_to_circle(circle, membership=seat(boss, network), by=boss)
    circles.hand_on_circle(circle, to=seat(boss, network), by=boss)
    client.force_login(boss)
    assert "Amina Guest" in client.get(network.get_absolute_url()).content.decode()
    for address in (circle.get_absolute_url(), url("circle-new", network.public_id)):
        assert "Amina Guest" not in client.get(address).content.decode()
    page = client.post(circle.get_absolute_url(), {"person": seat(guest, network).public_id}).content.decode()
    assert "Nothing is lost" in page
    assert not circle.includes(guest)


def test_those_in_it_who_do_not_own_it_name_nobody(client, network, owner, circle):
    boss = lead(network)
    circles.add_to_circle(circle, membership=seat(boss, network), by=boss)
    client.force_login(boss)
    assert client.get(circle.get_absolute_url()).status_code == 200
    assert client.post(circle.get_absolute_url(), {"person": seat(owner, network).public_id}).status_code == 403
    assert client.get(url("circle-change", circle.public_id)).status_code == 403
    assert client.post(url("circle-close", circle.public_id)).status_code == 403
    mine = seat(owner, network).public_id
    assert client.post(url("circle-remove", circle.public_id, mine)).status_code == 403
    assert client.post(url("circle-hand-on", circle.public_id, mine)).status_code == 403
    assert circle.includes(owner)


def test_the_owner_takes_someone_out_and_hears_what_has_nobody_now(client, network, owner, circle):
    boss = lead(network)
    circles.add_to_circle(circle, membership=seat(boss, network), by=boss)
    FollowUpFactory(circle=circle, created_by=owner, owner=boss)
    client.force_login(owner)
    response = client.post(url("circle-remove", circle.public_id, seat(boss, network).public_id), follow=True)
    assert "Nobody has 1 follow-up of this circle now" in response.content.decode()
    assert not circle.includes(boss)


def test_the_owner_hands_it_on(client, network, owner, circle):
    boss = lead(network)
    circles.add_to_circle(circle, membership=seat(boss, network), by=boss)
    client.force_login(owner)
    client.post(url("circle-hand-on", circle.public_id, seat(boss, network).public_id))
    circle.refresh_from_db()
    assert circle.owner == boss


def test_one_leaves_a_circle_but_not_as_the_last_one(client, network, owner, circle):
    boss = lead(network)
    client.force_login(owner)
    response = client.post(url("circle-leave", circle.public_id), follow=True)
    assert "nobody could read what it holds" in response.content.decode()
    circles.add_to_circle(circle, membership=seat(boss, network), by=boss)
    assert client.post(url("circle-leave", circle.public_id)).headers["location"] == url("circles", network.public_id)
    assert client.get(circle.get_absolute_url()).status_code == 404
    circle.refresh_from_db()
    assert circle.owner == boss


def test_opening_a_circle_by_the_form_twice_makes_one(client, network, owner):
    boss = lead(network)
    client.force_login(owner)
    sent = {
        "name": "Rés. 50 \u202e🔒 دائرة",
        "kind": "restricted",
        "purpose": "To agree on wording",
        "people": [str(seat(boss, network).public_id)],
        "submission": "0190f7b2-0000-4000-8000-000000000001",
    }
    page = client.get(url("circle-new", network.public_id)).content.decode()
    assert boss.name in page
    first = client.post(url("circle-new", network.public_id), sent)
    second = client.post(url("circle-new", network.public_id), sent)
    assert first.headers["location"] == second.headers["location"]
    made = Circle.objects.get(kind="restricted")
    assert (made.name, made.owner) == ("Rés. 50 🔒 دائرة", owner)
    assert set(made.people()) == {owner, boss}


def test_the_form_of_a_circle_one_has_left_makes_no_other_and_says_so(client, network, owner):
    boss = lead(network)
    client.force_login(owner)
    sent = {"name": "Core", "kind": "restricted", "people": [str(seat(boss, network).public_id)]}
    sent["submission"] = "0190f7b2-0000-4000-8000-000000000001"
    client.post(url("circle-new", network.public_id), sent)
    made = Circle.objects.get(kind="restricted")
    circles.remove_from_circle(made, membership=seat(owner, network), by=owner)

    again = client.post(url("circle-new", network.public_id), sent)

    assert again.status_code == 200
    assert "This form has already been sent." in again.content.decode()
    assert list(Circle.objects.filter(kind="restricted")) == [made]


@pytest.mark.parametrize("person", ["9" * 30, "-1", "nobody", "00000000-0000-4000-8000-000000000000"])
def test_people_who_are_not_there_are_named_into_no_circle(client, network, owner, person):
    client.force_login(owner)
    sent = {"name": "Rés. 50", "kind": "restricted", "people": [person], "submission": "0190f7b2-0000-4000-8000-000000000001"}

    response = client.post(url("circle-new", network.public_id), sent)

    assert response.status_code == 200
    assert response.context["form"].errors.keys() == {"people"}
    assert 'value="Rés. 50"' in response.content.decode()
    assert not Circle.objects.filter(kind="restricted").exists()


def test_observers_open_no_circle(client, network):
    client.force_login(observer(network))
    assert client.get(url("circle-new", network.public_id)).status_code == 403
    response = client.post(url("circle-new", network.public_id), {"name": "Mine", "kind": "restricted"})
    assert response.status_code == 403
    assert not Circle.objects.filter(kind="restricted").exists()


def test_changing_and_closing_are_the_owners(client, network, owner, circle):
    client.force_login(owner)
    assert client.get(url("circle-change", circle.public_id)).status_code == 200
    client.post(url("circle-change", circle.public_id), {"name": "Renamed", "purpose": ""})
    circle.refresh_from_db()
    assert (circle.name, circle.purpose) == ("Renamed", "")
    task = FollowUpFactory(circle=circle, created_by=owner)
    refused = client.post(url("circle-close", circle.public_id), follow=True)
    assert "still holds follow-ups" in refused.content.decode()
    task.delete()
    assert client.post(url("circle-close", circle.public_id)).headers["location"] == url("circles", network.public_id)
    assert not Circle.objects.filter(pk=circle.pk).exists()


def test_the_circle_of_everyone_has_no_page_of_its_own(client, network, owner):
    client.force_login(owner)
    assert client.get(url("circle", network.everyone.public_id)).status_code == 404


def test_who_owns_nothing_any_more_leaves_the_naming_to_those_inside(client, network, owner, circle):
    boss = lead(network)
    circles.add_to_circle(circle, membership=seat(boss, network), by=boss)
    Circle.objects.filter(pk=circle.pk).update(owner=None)
    client.force_login(boss)
    assert client.post(url("circle-hand-on", circle.public_id, seat(boss, network).public_id)).status_code == 302
    circle.refresh_from_db()
    assert circle.owner == boss


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_and_the_page_of_a_circle_cost_the_same_for_one_and_three(client, network, owner, rows, django_assert_num_queries):
    for number in range(rows):
        made = circles.open_circle(network, name=f"Circle {number}", by=owner)
        FollowUpFactory(circle=made, created_by=owner)
        lead(network)
    for row in Membership.objects.filter(coalition=network, role="lead"):
        circles.add_to_circle(made, membership=row, by=owner)
    client.force_login(owner)
    client.get(made.get_absolute_url())
    with django_assert_num_queries(5):
        client.get(url("circles", network.public_id))
    with django_assert_num_queries(8):
        client.get(made.get_absolute_url())
