"""Whoever is invited proves that it is her, waits for a second lead, and observes for fourteen days."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from amnt.mail.models import Email
from coalitions.domain import two_words
from coalitions.domain.invitation_keys import code_of, key_of
from coalitions.models import Approval, Arrival, Invitation, Membership
from coalitions.services import approvals, invitations, membership
from coalitions.tasks import do_what_is_due
from tests import factories
from tests.at_once import on_postgresql, while_open
from tests.factories import UserFactory

PASSWORD = "four calm words together"
NEW = {"name": "Nadia", "password": PASSWORD, "language": "fr", "time_zone": "Africa/Tunis"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def claire(network):
    return factories.lead(network, name="Claire Dubois")


def invited(network, wanjiru, email="new@example.org", **fields) -> Invitation:
    return invitations.invite(network, email=email, by=wanjiru, **{"role": "member"} | fields)


def door(invitation) -> str:
    return reverse("coalitions:invitation", args=[key_of(invitation.public_id)])


def code(invitation) -> str:
    invitation.refresh_from_db()
    return code_of(invitation.public_id, invitation.code_number)


def without_marks(response) -> str:
    """The page, without what differs from one rendering to the next."""
    return re.sub(
        r'(name="csrfmiddlewaretoken" value|name="next" value|href="/account/login/\?next)="?[^"]*"', "", response.content.decode()
    )


# --- Whether an address has an account shows to nobody but its owner ---------------------------------------------------


def test_a_lead_who_opens_the_copied_link_learns_nothing(client, network, wanjiru):
    UserFactory(email="known@example.org")
    pages = []
    for address in ("known@example.org", "unknown@example.org"):
        invitation, browser = invited(network, wanjiru, address), Client(headers={"accept-language": "en"})
        steps = [browser.get(door(invitation)), browser.post(door(invitation), {"send": "1"}), browser.get(door(invitation))]
        steps += [browser.post(door(invitation), {"code": "000000"}), browser.post(door(invitation), NEW)]
        pages.append([(step.status_code, without_marks(step)) for step in steps])
    assert pages[0] == pages[1]
    assert not User.objects.filter(email="unknown@example.org").exists()


def test_no_step_before_the_proof_looks_for_an_account(client, network, wanjiru, django_assert_num_queries):
    for number, address in enumerate(("known@example.org", "unknown@example.org")):
        if not number:
            UserFactory(email=address)
        invitation = invited(network, wanjiru, address)
        # Whether the instance is locked, and the invitation.
        with django_assert_num_queries(2):
            client.get(door(invitation))


def test_whoever_holds_the_link_alone_opens_no_account(client, network, wanjiru):
    invitation = invited(network, wanjiru)
    client.post(door(invitation), NEW)
    client.post(door(invitation), {"send": "1"})
    client.post(door(invitation), NEW)
    invitation.refresh_from_db()
    assert (invitation.is_open, User.objects.filter(email="new@example.org").exists()) == (True, False)


# --- The code -------------------------------------------------------------------------------------------------------------


def test_the_code_goes_to_the_address_and_names_nobody(client, network, wanjiru):
    invitation = invited(network, wanjiru)
    client.post(door(invitation), {"send": "1"})
    [sent] = [message for message in mail.outbox if message.subject == "Votre code"]
    assert sent.to == ["new@example.org"]
    assert code(invitation) in sent.body
    for word in (network.name, "Wanjiru", key_of(invitation.public_id)):
        assert word not in sent.body


def test_no_row_holds_the_code(client, network, wanjiru):
    invitation = invited(network, wanjiru)
    invitations.send_code(invitation)
    assert code(invitation) not in str(list(Invitation.objects.values())) + str(list(Email.objects.values()))


def test_the_right_code_opens_the_form_in_this_browser_only(client, network, wanjiru):
    invitation = invited(network, wanjiru)
    client.post(door(invitation), {"send": "1"})
    typed = code(invitation)
    client.post(door(invitation), {"code": f" {typed[:3]} {typed[3:]} "})
    assert 'name="password"' in client.get(door(invitation)).content.decode()
    assert 'name="password"' not in Client().get(door(invitation)).content.decode()


def test_three_wrong_codes_and_the_right_one_no_longer_works(client, network, wanjiru):
    invitation = invited(network, wanjiru)
    client.post(door(invitation), {"send": "1"})
    right = code(invitation)
    wrong = "000000" if right != "000000" else "000001"
    assert "2 tries are left" in client.post(door(invitation), {"code": wrong}).content.decode()
    client.post(door(invitation), {"code": wrong})
    assert "no longer works" in client.post(door(invitation), {"code": wrong}).content.decode()
    client.post(door(invitation), {"code": right})
    assert 'name="password"' not in client.get(door(invitation)).content.decode()


def test_a_code_lives_thirty_minutes(network, wanjiru):
    with time_machine.travel("2028-03-01T12:00Z", tick=False):
        invitation = invitations.send_code(invited(network, wanjiru))
    with time_machine.travel("2028-03-01T12:30Z", tick=False):
        assert not invitations.is_right_code(invitation, code(invitation))
        invitation = invitations.send_code(invitation)
    with time_machine.travel("2028-03-01T12:59:59Z", tick=False):
        assert invitations.is_right_code(invitation, code(invitation))


def test_one_code_a_minute_and_five_for_an_invitation(network, wanjiru):
    with time_machine.travel("2028-03-01T12:00Z", tick=False) as clock:
        invitation = invited(network, wanjiru)
        invitations.send_code(invitation)
        with pytest.raises(RuleBroken, match="just been sent"):
            invitations.send_code(invitation)
        for _each in range(4):
            clock.shift(timedelta(minutes=1))
            invitations.send_code(invitation)
        clock.shift(timedelta(minutes=1))
        with pytest.raises(RuleBroken, match="Five codes"):
            invitations.send_code(invitation)
    assert Email.objects.filter(kind="coalitions/invitation_code").count() == 5


@on_postgresql
def test_tries_at_the_same_moment_are_all_counted(network, wanjiru):
    invitation = invitations.send_code(invited(network, wanjiru))
    wrong = "000000" if code(invitation) != "000000" else "000001"
    while_open(lambda: invitations.is_right_code(invitation, wrong), lambda: invitations.is_right_code(invitation, wrong))
    invitation.refresh_from_db()
    assert invitation.code_tries == 2


# --- Two words --------------------------------------------------------------------------------------------------------------


def test_by_another_way_no_mail_goes_and_the_words_are_compared(client, network, wanjiru):
    invitation = invited(network, wanjiru, proof="words", language="es")
    assert not Email.objects.exists()
    newcomer = Client(headers={"accept-language": "fr"})
    assert not Arrival.objects.exists()
    newcomer.get(door(invitation))
    assert not Arrival.objects.exists()
    newcomer.post(door(invitation), {"show": "1"})
    arrival = Arrival.objects.get()
    assert arrival.words in newcomer.get(door(invitation)).content.decode()
    client.force_login(wanjiru)
    assert arrival.words in client.get(reverse("coalitions:invitation-words", args=[invitation.public_id])).content.decode()
    newcomer.post(door(invitation), NEW)
    assert not User.objects.filter(email="new@example.org").exists()
    client.post(reverse("coalitions:arrival-confirm", args=[arrival.public_id]))
    newcomer.post(door(invitation), NEW)
    assert Membership.objects.get(user__email="new@example.org").role == "observer"


def test_whoever_else_opens_the_link_has_other_words_and_stays_out(network, wanjiru):
    invitation = invited(network, wanjiru, proof="words")
    thief, newcomer = Client(), Client()
    for browser in (thief, newcomer):
        browser.post(door(invitation), {"show": "1"})
    first, second = Arrival.objects.order_by("pk")
    assert (first.first_word, first.second_word) != (second.first_word, second.second_word)
    invitations.confirm_words(second, by=wanjiru)
    assert 'name="password"' not in thief.get(door(invitation)).content.decode()
    assert 'name="password"' in newcomer.get(door(invitation)).content.decode()


def test_a_link_is_opened_in_three_browsers_a_day_and_no_more(network, wanjiru):
    invitation = invited(network, wanjiru, proof="words")
    for _each in range(3):
        invitations.arrive(invitation)
    with pytest.raises(RuleBroken, match="three browsers"):
        invitations.arrive(invitation)


def test_a_day_later_a_link_is_opened_in_another_browser(network, wanjiru):
    with time_machine.travel("2028-03-01T12:00Z", tick=False) as clock:
        invitation = invited(network, wanjiru, proof="words")
        for _each in range(3):
            invitations.arrive(invitation)
        clock.shift(timedelta(hours=24, seconds=-1))
        with pytest.raises(RuleBroken, match="three browsers"):
            invitations.arrive(invitation)
        clock.shift(timedelta(seconds=1))
        invitations.arrive(invitation)


def test_words_of_an_invitation_that_is_no_longer_open_are_not_confirmed(network, wanjiru, claire):
    invitation = invited(network, wanjiru, proof="words")
    arrival = invitations.arrive(invitation)
    invitations.revoke(invitation, by=wanjiru)
    with pytest.raises(RuleBroken, match="no longer open"):
        invitations.confirm_words(arrival, by=claire)
    arrival.refresh_from_db()
    assert arrival.confirmed_at is None


def test_words_are_confirmed_once_by_the_first_lead(network, wanjiru, claire):
    arrival = invitations.arrive(invited(network, wanjiru, proof="words"))
    for lead in (claire, wanjiru):
        assert invitations.confirm_words(arrival, by=lead).confirmed_by == claire


@pytest.mark.parametrize("who", ["member", "other lead"])
def test_only_leads_of_the_coalition_confirm_words(client, network, wanjiru, samuel, who):
    arrival = invitations.arrive(invited(network, wanjiru, proof="words"))
    client.force_login(samuel if who == "member" else factories.lead(factories.coalition("Another one")))
    assert client.get(reverse("coalitions:invitation-words", args=[arrival.invitation.public_id])).status_code == 404
    assert client.post(reverse("coalitions:arrival-confirm", args=[arrival.public_id])).status_code == 404
    arrival.refresh_from_db()
    assert arrival.confirmed_at is None


def test_words_are_short_different_and_in_three_languages():
    assert len(two_words.WORDS) == 128
    for place in range(3):
        words = [row[place] for row in two_words.WORDS]
        assert len(set(words)) == 128
        assert max(map(len, words)) <= 12


# --- The second lead's yes -------------------------------------------------------------------------------------------------


@pytest.fixture
def nadia():
    return UserFactory(email="new@example.org", name="Nadia Ben Salah")


@pytest.fixture
def waiting(network, wanjiru, claire, nadia) -> Approval:
    assert invitations.accept(invited(network, wanjiru), user=nadia) is None
    return Approval.objects.get()


def test_she_is_not_in_before_a_second_lead_says_yes(client, network, waiting, claire, nadia):
    client.force_login(nadia)
    assert client.get(network.get_absolute_url()).status_code == 404
    assert "A second lead must approve it before you are in" in client.get("/").content.decode()
    assert "waiting for a second lead" in client.get(door(Invitation.objects.get())).content.decode()
    approvals.approve(waiting, by=claire)
    seat = Membership.objects.get(user=nadia)
    assert (seat.role, seat.next_role, seat.sponsor.name) == ("observer", "member", "Wanjiru Kamau")
    assert client.get(network.get_absolute_url()).status_code == 200
    assert not network.everyone.includes(nadia)
    assert [message.subject for message in mail.outbox if message.to == [nadia.email]] == []
    assert Email.objects.filter(kind="coalitions/admitted", to=nadia).count() == 1


def test_the_second_lead_reads_who_vouches_and_how_it_was_proven(client, waiting, claire):
    client.force_login(claire)
    page = client.get(waiting.get_absolute_url()).content.decode()
    for fact in ("Nadia Ben Salah", "new@example.org", "Wanjiru Kamau", "the address, by a code", "fourteen days"):
        assert fact in page


def test_the_second_lead_reads_that_words_were_compared_and_for_whom(client, network, wanjiru, claire, nadia):
    organisation = factories.OrganisationFactory(name="Red Abierta")
    invitations.accept(invited(network, wanjiru, proof="words", organisation=organisation), user=nadia)
    facts = dict(approvals.summary_of(Approval.objects.get()).facts)
    assert (facts["How they showed who they are"], facts["Organisation"]) == ("two words, compared with a lead", "Red Abierta")


def test_the_sponsor_cannot_say_yes_and_taking_it_back_closes_it(client, network, waiting, wanjiru, nadia):
    with pytest.raises(RuleBroken, match="another lead"):
        approvals.approve(waiting, by=wanjiru)
    approvals.withdraw(waiting, by=wanjiru)
    client.force_login(nadia)
    assert client.get(door(Invitation.objects.get())).status_code == 404
    assert not Membership.objects.filter(user=nadia).exists()


def test_a_sponsor_who_goes_takes_her_newcomer_with_her(network, waiting, wanjiru, claire):
    aicha = factories.lead(network)
    membership.remove(Membership.objects.get(user=wanjiru), by=claire)
    with pytest.raises(RuleBroken, match="already been answered"):
        approvals.approve(waiting, by=aicha)


def test_an_erased_newcomer_is_not_admitted(waiting, claire, nadia):
    User.objects.filter(pk=nadia.pk).update(is_active=False)
    assert approvals.summary_of(waiting) is None
    with pytest.raises(RuleBroken, match="account is closed"):
        approvals.approve(waiting, by=claire)


def test_while_she_waits_she_is_not_invited_again(network, waiting, claire):
    with pytest.raises(RuleBroken, match="waiting for a second lead"):
        invited(network, claire)


def test_the_first_leads_and_those_whom_an_only_lead_invites_need_no_second_yes(network, nadia):
    first = invitations.accept(invitations.invite(network, email=nadia.email, by=None, role="lead"), user=nadia)
    assert (first.role, first.observes_until) == ("lead", None)
    second = UserFactory(email="second@example.org")
    seat = invitations.accept(invited(network, nadia, second.email), user=second)
    assert (seat.role, seat.next_role, seat.sponsor) == ("observer", "member", nadia)


def test_an_invitation_that_was_open_before_the_update_still_works(client, network, wanjiru, nadia):
    invitation = invited(network, wanjiru)
    # As the columns of the update leave it.
    assert (invitation.proof, invitation.code_number, invitation.approval) == ("code", 0, None)
    client.force_login(nadia)
    assert client.post(door(invitation)).status_code == 302
    assert Membership.objects.get(user=nadia).observes_until is not None


# --- Fourteen days ------------------------------------------------------------------------------------------------------------


def newcomer_of(network, wanjiru, role="member") -> Membership:
    return membership.admit(network, user=UserFactory(name="Nadia Ben Salah"), role=role, sponsor=wanjiru, next_role=role)


@pytest.mark.parametrize("role", ["member", "lead", "observer"])
def test_after_fourteen_days_she_has_the_role_meant_for_her(network, wanjiru, role):
    with time_machine.travel("2028-03-01T12:00Z", tick=False):
        seat = newcomer_of(network, wanjiru, role)
    with time_machine.travel("2028-03-15T11:59Z", tick=False):
        do_what_is_due()
        seat.refresh_from_db()
        assert (seat.role, network.everyone.includes(seat.user)) == ("observer", False)
    with time_machine.travel("2028-03-15T12:00Z", tick=False):
        do_what_is_due()
        do_what_is_due()
    seat.refresh_from_db()
    assert (seat.role, seat.next_role, seat.observes_until) == (role, "", None)
    assert network.everyone.includes(seat.user) == (role != "observer")
    told = Email.objects.filter(to=wanjiru, kind="coalitions/for_leads").values_list("about__what", flat=True)
    assert list(told) == ([] if role == "observer" else ["newcomer"])


def test_one_lead_changes_what_she_becomes_and_not_when(client, network, wanjiru, claire):
    seat = newcomer_of(network, wanjiru)
    client.force_login(wanjiru)
    page = client.get(seat.get_absolute_url()).content.decode()
    assert "Vouched for by" in page
    client.post(seat.get_absolute_url(), {"role": "lead"})
    seat.refresh_from_db()
    assert (seat.role, seat.next_role) == ("observer", "lead")


def test_two_leads_let_her_in_sooner(client, network, wanjiru, claire):
    seat = newcomer_of(network, wanjiru)
    client.force_login(wanjiru)
    client.post(reverse("coalitions:member-let-in", args=[seat.public_id]))
    seat.refresh_from_db()
    assert seat.role == "observer"
    approvals.approve(Approval.objects.get(), by=claire)
    seat.refresh_from_db()
    assert (seat.role, seat.observes_until, network.everyone.includes(seat.user)) == ("member", None, True)


def test_an_only_lead_lets_her_in_alone(client, network, wanjiru):
    seat = newcomer_of(network, wanjiru)
    client.force_login(wanjiru)
    client.post(reverse("coalitions:member-let-in", args=[seat.public_id]))
    seat.refresh_from_db()
    assert seat.role == "member"


def test_a_newcomer_reads_no_more_than_an_observer(client, network, wanjiru, samuel):
    seat = newcomer_of(network, wanjiru)
    client.force_login(seat.user)
    page = client.get(network.get_absolute_url()).content.decode()
    assert "Wanjiru Kamau" in page
    assert "Samuel Otieno" not in page
