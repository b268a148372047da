"""What coalitions ask of an account, and what becomes of both when a person is erased."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from amnt.accounts import personal_data
from amnt.accounts.models import User
from amnt.accounts.services.erasing import erase
from amnt.core.errors import RuleBroken
from coalitions import personal_data_handlers
from coalitions.models import Membership
from coalitions.services import circles, membership
from tests.factories import FollowUpFactory, OrganisationFactory, UserFactory, coalition, lead, member

pytestmark = pytest.mark.django_db


def test_her_own_data_hold_her_seats_and_her_circles_and_nobody_elses():
    network = coalition("First one")
    person, other = UserFactory(), member(network)
    membership.admit(network, user=person, role="member", organisation=OrganisationFactory(name="Ours"))
    circles.open_circle(network, name="Her circle", by=person)
    circles.open_circle(network, name="Not her circle", by=other)
    data = personal_data.personal_data(person)
    assert [(row["coalition"], row["organisation"], row["role"]) for row in data["memberships"]] == [("First one", "Ours", "member")]
    assert [row["circle"] for row in data["circles"]] == ["Her circle"]


def test_the_last_lead_of_others_cannot_be_erased():
    network = coalition("Needs her")
    boss = lead(network)
    member(network)
    with pytest.raises(RuleBroken, match="only lead of Needs her"):
        erase(boss)
    assert Membership.objects.get(user=boss).left_at is None


def test_one_of_two_leads_and_a_lead_of_nobody_may_be_erased():
    network, alone = coalition(), coalition("Alone")
    boss = lead(network)
    lead(network)
    membership.admit(alone, user=boss, role="lead")
    erase(boss)
    assert not Membership.objects.filter(user=boss, left_at=None).exists()


def test_erasing_hands_back_what_she_had_in_hand():
    network = coalition()
    boss, person = lead(network), member(network)
    task = FollowUpFactory(circle=network.everyone, created_by=boss, owner=person)
    erase(person)
    task.refresh_from_db()
    assert task.owner is None
    assert task.events.get().kind == "handed-back"


def test_the_log_in_of_a_lead_lies_idle_for_half_a_day_only():
    network = coalition()
    assert personal_data_handlers.leads_idle_less(lead(network)) == timedelta(hours=12)
    assert personal_data_handlers.leads_idle_less(member(network)) is None


# --- The admin ------------------------------------------------------------------------------------------------------


@pytest.fixture
def keeper(client):
    staff = UserFactory(is_staff=True, is_superuser=True)
    Authenticator.objects.create(user=staff, type=Authenticator.Type.TOTP, data={})
    client.force_login(staff)
    return staff


def test_whoever_looks_after_the_instance_sees_accounts_and_no_coalition(client, keeper):
    network = coalition("Secret Watchers")
    person = member(network, email="seen@example.org")
    circles.open_circle(network, name="Secret circle", by=person)
    for url in (
        reverse("admin:index"),
        reverse("admin:accounts_user_changelist"),
        reverse("admin:accounts_user_change", args=[person.pk]),
        reverse("admin:coalitions_organisation_changelist"),
    ):
        response = client.get(url)
        assert response.status_code == 200
        page = response.content.decode()
        for secret in ("Secret Watchers", "Secret circle"):
            assert secret not in page
    assert "seen@example.org" in client.get(reverse("admin:accounts_user_changelist")).content.decode()
    assert client.get("/admin/coalitions/coalition/").status_code == 404
    assert client.get("/admin/coalitions/circle/").status_code == 404


def test_an_account_is_closed_but_neither_made_nor_deleted_nor_given_another_address(client, keeper):
    person = UserFactory(email="seen@example.org")
    assert client.get(reverse("admin:accounts_user_add")).status_code == 403
    assert client.post(reverse("admin:accounts_user_delete", args=[person.pk]), {"post": "yes"}).status_code == 403
    client.post(reverse("admin:accounts_user_change", args=[person.pk]), {"email": "taken@example.org", "is_staff": "on"})
    person.refresh_from_db()
    assert (person.email, person.is_active, person.is_staff) == ("seen@example.org", False, True)
    assert User.objects.filter(pk=person.pk).exists()
