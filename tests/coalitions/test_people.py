"""S09: who sees whom, who may do what, and what each page costs."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from coalitions.models import Membership
from coalitions.services import circles, membership
from coalitions.services.invitations import invite
from tests.factories import FollowUpFactory, OrganisationFactory, UserFactory, coalition, lead, member, observer

pytestmark = pytest.mark.django_db


def seat(user, of) -> Membership:
    return Membership.objects.get(user=user, coalition=of, left_at=None)


def page(client, name, *args) -> str:
    response = client.get(reverse(f"coalitions:{name}", args=args))
    assert response.status_code == 200
    return response.content.decode()


# --- Home -----------------------------------------------------------------------------------------------------------


def test_with_one_coalition_one_lands_on_its_page(client):
    network = coalition()
    client.force_login(member(network))
    assert client.get(reverse("coalitions:home")).headers["location"] == network.get_absolute_url()


def test_with_several_one_chooses_and_sees_ones_role_in_each(client):
    first, second, foreign = coalition("First"), coalition("Second"), coalition("Foreign")
    lead(foreign)
    person = lead(first)
    membership.admit(second, user=person, role="observer")
    client.force_login(person)
    shown = page(client, "home")
    assert "your role: lead" in shown
    assert "your role: observer" in shown
    assert "Foreign" not in shown


def test_with_none_one_is_told_how_one_gets_in(client):
    client.force_login(UserFactory())
    assert "You are not in a coalition" in page(client, "home")


# --- Members --------------------------------------------------------------------------------------------------------


def names_seen(client, user, network) -> set[str]:
    client.force_login(user)
    shown = page(client, "detail", network.public_id)
    client.logout()
    return {row.user.name for row in Membership.objects.filter(coalition=network).select_related("user") if row.user.name in shown}


def test_a_lead_sees_all_a_member_her_circles_and_the_leads_an_observer_the_leads(client, network):
    boss = lead(network, name="Boss One")
    friend, far = member(network, name="Friend Two"), member(network, name="Faraway Three")
    guest, me = observer(network, name="Guest Four"), member(network, name="Myself Five")
    circles.open_circle(network, name="Core", by=me, people=[seat(friend, network)])
    assert names_seen(client, boss, network) == {"Boss One", "Friend Two", "Faraway Three", "Guest Four", "Myself Five"}
    assert names_seen(client, me, network) == {"Boss One", "Friend Two", "Myself Five"}
    assert names_seen(client, guest, network) == {"Boss One", "Guest Four"}
    assert names_seen(client, far, network) == {"Boss One", "Faraway Three"}


def test_only_leads_learn_how_many_people_there_are_and_how_many_no_mail_reaches(client, network):
    boss = lead(network)
    lead(network)
    member(network, mail_refused_at="2028-01-01T00:00Z", email="unreached@example.org")
    client.force_login(boss)
    shown = page(client, "detail", network.public_id)
    assert "3 people" in shown
    assert "No e-mail reaches 1 person" in shown
    assert "unreached@example.org" not in shown
    client.logout()
    client.force_login(me := member(network))
    shown = page(client, "detail", network.public_id)
    assert "people</span>" not in shown
    assert "No e-mail reaches" not in shown
    assert me.name in shown


def test_a_single_lead_is_asked_for_a_second_one(client, network):
    client.force_login(lead(network))
    assert "Start with a second lead" in page(client, "detail", network.public_id)
    lead(network)
    assert "Start with a second lead" not in page(client, "detail", network.public_id)


def test_a_single_lead_who_has_invited_another_is_told_that_it_waits(client, network):
    client.force_login(lead(network))
    invite(network, email="observer@example.org", by=None, role="observer", language="en")
    assert "Invite a second lead</a>" in page(client, "detail", network.public_id)
    invite(network, email="second@example.org", by=None, role="lead", language="en")
    shown = page(client, "detail", network.public_id)
    assert "A second lead has been invited and has not answered yet." in shown
    assert "Invite a second lead</a>" not in shown


def test_names_that_try_to_break_the_page_stay_names(client, network):
    boss = lead(network, name="<b>Boss</b> & 👩🏽‍💻 نادية")
    client.force_login(boss)
    shown = page(client, "detail", network.public_id)
    assert "<b>Boss</b>" not in shown
    assert "&lt;b&gt;Boss&lt;/b&gt; &amp; 👩🏽‍💻 نادية" in shown


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_one_and_three(client, network, rows, django_assert_num_queries):
    boss = lead(network)
    for number in range(rows):
        membership.admit(network, user=UserFactory(), role="member", organisation=OrganisationFactory())
        invite(network, email=f"i{number}@example.org", by=boss)
    client.force_login(boss)
    client.get(network.get_absolute_url())
    # One of them asks whether the host looked at something of the coalition.
    with django_assert_num_queries(13):
        client.get(network.get_absolute_url())


def test_long_lists_come_in_pages_of_25(client, network):
    boss = lead(network)
    for _number in range(26):
        member(network)
    client.force_login(boss)
    first = page(client, "detail", network.public_id)
    assert first.count('class="entry"') == 25
    assert 'rel="next"' in first


# --- One person -----------------------------------------------------------------------------------------------------


def test_a_lead_gives_another_role(client, network):
    boss, person = lead(network), observer(network)
    client.force_login(boss)
    url = reverse("coalitions:member", args=[seat(person, network).public_id])
    assert client.get(url).status_code == 200
    assert client.post(url, {"role": "member"}).headers["location"] == url
    assert seat(person, network).role == "member"
    assert network.everyone.includes(person)


def test_the_last_lead_cannot_make_herself_a_member(client, network):
    boss = lead(network)
    client.force_login(boss)
    response = client.post(reverse("coalitions:member", args=[seat(boss, network).public_id]), {"role": "member"})
    assert "would have no lead left" in response.content.decode()
    assert seat(boss, network).role == "lead"


def test_a_lead_removes_someone_after_reading_what_comes_back(client, network):
    boss, person = lead(network), member(network, name="Gone Person")
    task = FollowUpFactory(circle=network.everyone, created_by=boss, owner=person)
    client.force_login(boss)
    url = reverse("coalitions:member-remove", args=[seat(person, network).public_id])
    assert "1 open follow-up needs someone" in client.get(url).content.decode()
    assert seat(person, network).left_at is None
    assert client.post(url).headers["location"] == network.get_absolute_url()
    task.refresh_from_db()
    assert task.owner is None
    assert not Membership.objects.current().filter(user=person).exists()


def test_removing_a_lead_so_that_one_is_left_is_a_sentence(client, network):
    boss, second = lead(network), lead(network)
    client.force_login(boss)
    response = client.post(reverse("coalitions:member-remove", args=[seat(second, network).public_id]))
    assert response.status_code == 409
    assert "would have a single lead" in response.content.decode()
    assert seat(second, network).is_lead


@pytest.mark.parametrize("name", ["member", "member-remove"])
def test_members_neither_give_roles_nor_remove(client, network, name):
    boss, me = lead(network), member(network)
    client.force_login(me)
    url = reverse(f"coalitions:{name}", args=[seat(boss, network).public_id])
    assert client.get(url).status_code == 403
    assert client.post(url, {"role": "observer"}).status_code == 403
    assert seat(boss, network).is_lead


@pytest.mark.parametrize("name", ["member", "member-remove"])
def test_a_lead_reaches_nobody_of_another_coalition(client, network, name):
    person = member(network)
    client.force_login(lead(coalition("Another one")))
    url = reverse(f"coalitions:{name}", args=[seat(person, network).public_id])
    assert client.get(url).status_code == 404
    assert client.post(url, {"role": "observer"}).status_code == 404
    assert seat(person, network).role == "member"


# --- Leaving --------------------------------------------------------------------------------------------------------


def test_leaving_says_first_what_comes_back_and_then_reads_nothing_any_more(client, network):
    lead(network)
    me = member(network)
    FollowUpFactory(circle=network.everyone, created_by=me, owner=me)
    client.force_login(me)
    url = reverse("coalitions:leave", args=[network.public_id])
    shown = client.get(url).content.decode()
    assert "1 open follow-up needs someone" in shown
    assert client.post(url).headers["location"] == reverse("coalitions:home")
    assert client.get(network.get_absolute_url()).status_code == 404
    assert client.get(url).status_code == 404


def test_the_last_lead_is_told_why_she_cannot_go(client, network):
    boss = lead(network)
    client.force_login(boss)
    response = client.post(reverse("coalitions:leave", args=[network.public_id]))
    assert response.status_code == 409
    assert "Make someone else a lead first" in response.content.decode()
    assert seat(boss, network).left_at is None


# --- Settings -------------------------------------------------------------------------------------------------------


def test_a_lead_changes_the_name_and_the_ceiling(client, network):
    client.force_login(lead(network))
    url = reverse("coalitions:settings", args=[network.public_id])
    assert client.get(url).status_code == 200
    assert client.post(url, {"name": "  New \u202ename ", "mail_ceiling": "discreet"}).headers["location"] == url
    network.refresh_from_db()
    assert (network.name, network.mail_ceiling) == ("New name", "discreet")


def test_a_name_of_ten_thousand_characters_changes_nothing(client, network):
    client.force_login(lead(network))
    response = client.post(reverse("coalitions:settings", args=[network.public_id]), {"name": "x" * 10_000, "mail_ceiling": "detailed"})
    assert "at most 200 characters" in response.content.decode()
    network.refresh_from_db()
    assert (network.name, network.mail_ceiling) == ("Open Standards Network", "standard")


def test_members_do_not_change_settings(client, network):
    client.force_login(member(network))
    url = reverse("coalitions:settings", args=[network.public_id])
    assert client.get(url).status_code == 403
    assert client.post(url, {"name": "Mine", "mail_ceiling": "detailed"}).status_code == 403
    network.refresh_from_db()
    assert network.name == "Open Standards Network"


def test_a_lead_without_second_factor_still_reads_and_is_told_what_is_missing(client, network, settings):
    settings.LEADS_NEED_SECOND_FACTOR = True
    client.force_login(lead(network))
    shown = page(client, "detail", network.public_id)
    assert reverse("mfa_index") in shown
    assert reverse("coalitions:invite", args=[network.public_id]) not in shown
    assert client.get(reverse("coalitions:settings", args=[network.public_id])).status_code == 403


@pytest.mark.parametrize(
    ("name", "queries"),
    [("home", 4), ("settings", 5), ("invite", 5), ("member", 7), ("member-remove", 11), ("leave", 13), ("circle-new", 5)],
)
@pytest.mark.parametrize("rows", [1, 3])
def test_what_each_page_costs(client, network, name, queries, rows, django_assert_num_queries):
    boss = lead(network)
    membership.admit(coalition("Second"), user=boss, role="member")
    for _number in range(rows):
        person = UserFactory()
        membership.admit(network, user=person, role="member", organisation=OrganisationFactory())
        FollowUpFactory(circle=network.everyone, created_by=boss, owner=person)
    args = {"home": [], "member": [seat(person, network).public_id], "member-remove": [seat(person, network).public_id]}
    client.force_login(boss)
    url = reverse(f"coalitions:{name}", args=args.get(name, [network.public_id]))
    client.get(url)
    with django_assert_num_queries(queries):
        assert client.get(url).status_code == 200


@pytest.mark.parametrize(
    ("sort", "in_order"),
    [
        ("", ["Ken", "Zoe", "Ana", "Mia"]),
        ("name", ["Ana", "Ken", "Mia", "Zoe"]),
        ("organisation", ["Zoe", "Ana", "Ken", "Mia"]),
        ("newest", ["Ana", "Zoe", "Mia", "Ken"]),
        ("email", ["Ken", "Zoe", "Ana", "Mia"]),
    ],
)
def test_members_have_the_order_asked_for(client, sort, in_order, django_assert_num_queries):
    network = coalition()
    ken, mia = lead(network, name="Ken"), member(network, name="Mia")
    zoe, ana = member(network, name="Zoe"), member(network, name="Ana")
    for place, (person, organisation) in enumerate(((ken, ""), (mia, ""), (zoe, "Access"), (ana, "Brave"))):
        Membership.objects.filter(user=person).update(
            organisation=OrganisationFactory(name=organisation) if organisation else None, joined_at=now() + timedelta(minutes=place)
        )
    client.force_login(ken)
    client.get(network.get_absolute_url())

    with django_assert_num_queries(13):
        answer = client.get(network.get_absolute_url(), {"sort": sort})

    assert [row.user.name for row, _there in answer.context["page"]] == in_order
    assert "4 people" in answer.content.decode()


def test_who_came_when_is_an_order_for_leads_alone(client):
    network = coalition()
    person = member(network)
    for number in range(8):
        lead(network, name=f"Lead {number}")
    client.force_login(person)

    shown = client.get(network.get_absolute_url(), {"sort": "newest"}).content.decode()

    assert (">Organisation</a>" in shown, "Newest first" in shown) == (True, False)
