"""The acts that take two leads: much at once, an account to open again, a coalition without leads."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.management import CommandError, call_command
from django.urls import reverse

from amnt.accounts.models import AccountRecovery
from amnt.core.errors import RuleBroken
from coalitions.models import Approval, FollowUp, Membership
from coalitions.services import approvals, two_lead_acts
from coalitions.tasks import do_what_is_due
from tests import factories
from tests.factories import FollowUpFactory

pytestmark = pytest.mark.django_db


def seat(person, of=None) -> Membership:
    rows = Membership.objects.filter(user=person)
    return rows.get(coalition=of) if of else rows.get()


@pytest.fixture
def claire(network):
    return factories.lead(network, name="Claire Dubois")


@pytest.fixture
def aicha(network):
    return factories.lead(network, name="Aicha Diallo")


# --- More than twenty things at once ------------------------------------------------------------------------------------------


def give(person, circle, number, by) -> None:
    FollowUpFactory.create_batch(number, circle=circle, created_by=by, owner=person)


@pytest.mark.parametrize("number", [20, 21])
@pytest.mark.parametrize("act", ["remove", "observer"])
def test_twenty_things_are_one_leads_and_twenty_one_are_twos(client, network, wanjiru, claire, aicha, samuel, act, number):
    give(samuel, network.everyone, number, wanjiru)
    client.force_login(wanjiru)
    row = seat(samuel)
    if act == "remove":
        url, sent = reverse("coalitions:member-remove", args=[row.public_id]), {}
        assert ("second lead must agree" in client.get(url).content.decode()) == (number > 20)
    else:
        url, sent = row.get_absolute_url(), {"role": "observer"}
    client.post(url, sent)
    in_hand = FollowUp.objects.filter(owner=samuel)
    assert in_hand.count() == (0 if number == 20 else 21)
    if number > 20:
        approvals.approve(Approval.objects.get(), by=claire)
        assert not in_hand.exists()
        row.refresh_from_db()
        assert (row.left_at is not None, row.role == "observer") == (act == "remove", act == "observer")


def test_what_the_lead_may_not_know_of_does_not_count(network, wanjiru, claire, aicha, samuel, ama):
    secret = factories.circle_of(network, samuel, ama, name="zz-secret")
    give(samuel, secret, 30, ama)
    assert two_lead_acts.remove_or_ask(seat(samuel), by=wanjiru) is None
    assert seat(samuel).left_at is not None


def test_a_lead_alone_cannot_change_much_at_once(network, wanjiru, samuel):
    give(samuel, network.everyone, 21, wanjiru)
    with pytest.raises(RuleBroken, match="needs a second lead"):
        two_lead_acts.remove_or_ask(seat(samuel), by=wanjiru)


# --- Letting someone back in ------------------------------------------------------------------------------------------------


def test_two_leads_let_someone_back_in_and_the_address_is_not_kept(client, network, wanjiru, claire, samuel):
    client.force_login(wanjiru)
    url = reverse("coalitions:member-recover", args=[seat(samuel).public_id])
    client.post(url, {"new_address": "New.Samuel@example.org", "removes_factors": "on"})
    asked = Approval.objects.get()
    assert not AccountRecovery.objects.exists()
    client.force_login(claire)
    assert "new.samuel@example.org" in client.get(asked.get_absolute_url()).content.decode()
    client.post(reverse("coalitions:approval-approve", args=[asked.public_id]))
    recovery = AccountRecovery.objects.get()
    assert (recovery.user, recovery.new_address, recovery.removes_factors, recovery.by_host) == (
        samuel,
        "new.samuel@example.org",
        True,
        False,
    )
    asked.refresh_from_db()
    assert "new_address" not in asked.about
    assert client.get(asked.get_absolute_url()).status_code == 200


def test_leads_recover_only_whom_they_lead_everywhere(client, network, wanjiru, claire, samuel):
    another = factories.coalition("Another one")
    factories.admit(another, user=samuel, role="member")
    with pytest.raises(RuleBroken, match="people who run this service"):
        two_lead_acts.ask_for_recovery(seat(samuel, network), by=wanjiru, new_address="", removes_factors=True)
    factories.admit(another, user=wanjiru, role="lead")
    asked = two_lead_acts.ask_for_recovery(seat(samuel, network), by=wanjiru, new_address="", removes_factors=True)
    with pytest.raises(RuleBroken, match="people who run this service"):
        approvals.approve(asked, by=claire)
    assert not AccountRecovery.objects.exists()


def test_whose_first_lead_has_no_account_any_more_is_not_let_back_in(network, wanjiru, claire, samuel):
    asked = two_lead_acts.ask_for_recovery(seat(samuel), by=wanjiru, new_address="", removes_factors=True)
    Approval.objects.update(asked_by=None)
    with pytest.raises(RuleBroken, match="people who run this service"):
        approvals.approve(asked, by=claire)
    assert not AccountRecovery.objects.exists()


@pytest.mark.parametrize(("address", "removes", "said"), [("new@example.org", False, "kept and still required"), ("", True, "removed")])
def test_one_of_the_two_may_have_been_lost(network, wanjiru, claire, samuel, address, removes, said):
    asked = two_lead_acts.ask_for_recovery(seat(samuel), by=wanjiru, new_address=address, removes_factors=removes)
    facts = dict(approvals.summary_of(asked).facts)
    assert (facts.get("New address", ""), facts["Second factors"].startswith(said)) == (address, True)
    approvals.approve(asked, by=claire)
    recovery = AccountRecovery.objects.get()
    assert (recovery.new_address, recovery.removes_factors, recovery.by_host) == (address, removes, False)


@pytest.mark.parametrize(
    "kind",
    ["remove_member", "make_observer", "recover_account", "appoint_lead", "close_sessions", "end_observation"],
)
def test_there_is_nothing_left_to_do_to_someone_who_has_gone(network, wanjiru, claire, samuel, kind):
    about = {"membership": seat(samuel).pk} | ({"removes_factors": True} if kind == "recover_account" else {})
    asked = approvals.file(f"coalitions.{kind}", coalition=network, about=about, by=wanjiru)
    Membership.objects.filter(user=samuel).update(left_at="2028-03-01T12:00Z")
    assert approvals.summary_of(asked) is None
    with pytest.raises(RuleBroken, match="has left"):
        approvals.approve(asked, by=claire)
    asked.refresh_from_db()
    assert asked.answer == ""


@pytest.mark.parametrize(("kind", "role"), [("make_observer", "observer"), ("appoint_lead", "lead"), ("end_observation", "member")])
def test_there_is_nothing_left_to_do_where_it_is_so_already(network, wanjiru, claire, samuel, kind, role):
    Membership.objects.filter(user=samuel).update(role=role)
    asked = approvals.file(f"coalitions.{kind}", coalition=network, about={"membership": seat(samuel).pk}, by=wanjiru)
    assert approvals.summary_of(asked) is None


def test_saying_what_was_lost_is_needed(client, network, wanjiru, claire, samuel):
    client.force_login(wanjiru)
    url = reverse("coalitions:member-recover", args=[seat(samuel).public_id])
    assert "Say what has been lost" in client.post(url, {"new_address": ""}).content.decode()
    assert not Approval.objects.exists()


# --- A coalition without leads ------------------------------------------------------------------------------------------------


def announce(network, samuel) -> Approval:
    call_command("appoint_lead", network.name, "--person", samuel.email, verbosity=0)
    return Approval.objects.get()


def test_the_host_appoints_a_lead_after_seven_days(network, samuel, ama, django_capture_on_commit_callbacks):
    with time_machine.travel("2028-03-01T12:00Z", tick=False) as clock:
        with django_capture_on_commit_callbacks(execute=True):
            announce(network, samuel)
        assert sorted(message.to[0] for message in mail.outbox) == sorted([samuel.email, ama.email])
        for message in mail.outbox:
            assert network.name not in message.subject + message.body
            assert "Samuel" not in message.body
        clock.shift(timedelta(days=7, seconds=-1))
        do_what_is_due()
        assert seat(samuel).role == "member"
        clock.shift(timedelta(seconds=2))
        do_what_is_due()
        do_what_is_due()
    assert seat(samuel).role == "lead"
    assert Approval.objects.get().answer == "approved"


def test_any_lead_who_is_there_stops_it(client, network, wanjiru, samuel):
    with time_machine.travel("2028-03-01T12:00Z", tick=False) as clock:
        asked = announce(network, samuel)
        client.force_login(samuel)
        assert "The host has announced another lead" in client.get(network.get_absolute_url()).content.decode()
        client.force_login(wanjiru)
        assert "It happens at once, before the announced day." in client.get(asked.get_absolute_url()).content.decode()
        approvals.decline(asked, by=wanjiru)
        assert "The host has announced another lead" not in client.get(network.get_absolute_url()).content.decode()
        assert not Approval.objects.announced().exists()
        clock.shift(timedelta(days=8))
        do_what_is_due()
    assert seat(samuel).role == "member"


def test_the_command_says_what_is_wrong(network, wanjiru):
    for name, person in (("Nobody’s", wanjiru.email), (network.name, "nobody@example.org"), (network.name, wanjiru.email)):
        with pytest.raises(CommandError):
            call_command("appoint_lead", name, "--person", person)
    assert not Approval.objects.exists()
