"""A door for one person: looking changes nothing, the button opens it once."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils.timezone import now

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from amnt.mail.models import Email
from coalitions.domain.invitation_keys import code_of, digest_of, key_of
from coalitions.models import Approval, Coalition, Invitation, Membership, Organisation
from coalitions.services import approvals, invitations
from coalitions.services.membership import admit, leave
from tests.factories import OrganisationFactory, UserFactory, coalition, lead, member, observer

pytestmark = pytest.mark.django_db

PASSWORD = "four calm words together"
SECRET_NAME = "Secret Watchers of Standards"


@pytest.fixture
def network():
    return coalition(SECRET_NAME)


@pytest.fixture
def boss(network):
    return lead(network, name="Wanjiru Kamau")


def invited(network, email="new@example.org", by=None, **fields) -> Invitation:
    return invitations.invite(network, email=email, by=by, **fields)


def door(invitation) -> str:
    return reverse("coalitions:invitation", args=[key_of(invitation.public_id)])


def proven(client, invitation) -> str:
    """The door, once this browser has typed the code that was sent to the address."""
    client.post(door(invitation), {"send": "1"})
    invitation.refresh_from_db()
    client.post(door(invitation), {"code": code_of(invitation.public_id, invitation.code_number)})
    return door(invitation)


def answers(**changes):
    return {"name": "Nadia", "password": PASSWORD, "language": "fr", "time_zone": "Africa/Tunis"} | changes


# --- Behind the link ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_robot_that_opens_the_link_changes_nothing_and_learns_no_name(client, network, boss, method):
    invitation = invited(network, by=boss, organisation=OrganisationFactory(name="Hidden Organisation"))
    for _visit in range(3):
        response = getattr(client, method)(door(invitation))
        assert response.status_code == 200
        for name in (SECRET_NAME, "Wanjiru", "Hidden Organisation", "new@example.org"):
            assert name not in response.content.decode()
    invitation.refresh_from_db()
    assert invitation.is_open
    assert not User.objects.filter(email="new@example.org").exists()


def test_a_newcomer_accepts_and_has_an_account_a_seat_and_her_first_steps(client, network, boss):
    organisation = OrganisationFactory()
    invitation = invited(network, by=boss, organisation=organisation)
    response = client.post(proven(client, invitation), answers())
    assert response.headers["location"] == reverse("calendar_app:first-steps")
    user = User.objects.get(email="new@example.org")
    assert (user.name, user.language, user.time_zone, user.first_steps_done_at) == ("Nadia", "fr", "Africa/Tunis", None)
    assert user.check_password(PASSWORD)
    # A person's address stands in one place: allauth's table would keep an old one alive after a change or an erasure.
    assert not EmailAddress.objects.exists()
    seat = Membership.objects.get(user=user)
    assert (seat.coalition, seat.role, seat.organisation) == (network, "observer", organisation)
    invitation.refresh_from_db()
    assert (invitation.accepted_by, invitation.is_open) == (user, False)
    assert client.session["_auth_user_id"] == str(user.pk)


def test_used_unknown_expired_and_revoked_look_exactly_alike(client, network, boss):
    used, revoked, expired = (invited(network, f"{n}@example.org", by=boss) for n in range(3))
    invitations.accept(used, user=UserFactory(email="0@example.org"))
    invitations.revoke(revoked, by=boss)
    Invitation.objects.filter(pk=expired.pk).update(expires_at=now() - timedelta(seconds=1))
    unknown = reverse("coalitions:invitation", args=["nobody-ever-made-this-key"])
    pages = []
    for url in (door(used), door(revoked), door(expired), unknown):
        for response in (client.get(url), client.post(url, answers())):
            assert response.status_code == 404
            pages.append(re.sub(r'(name="csrfmiddlewaretoken" value|name="next" value)="[^"]*"', "", response.content.decode()))
    assert len(set(pages)) == 1
    assert "Ask the person who sent it to you for a new one" in pages[0]
    assert Membership.objects.exclude(user=boss).count() == 1


def test_an_invitation_lives_seven_days(client, network, boss):
    with time_machine.travel("2028-03-01T12:00Z", tick=False):
        invitation = invited(network, by=boss)
    with time_machine.travel("2028-03-08T11:59Z", tick=False):
        assert client.get(door(invitation)).status_code == 200
    with time_machine.travel("2028-03-08T12:00Z", tick=False):
        assert client.get(door(invitation)).status_code == 404
        assert not Invitation.objects.open().exists()


def test_someone_with_an_account_logs_in_and_accepts_by_the_button(client, network, boss):
    user = UserFactory(email="new@example.org")
    invitation = invited(network, email="New@Example.org", by=boss, role="member")
    page = client.get(proven(client, invitation)).content.decode()
    assert f"{reverse('account_login')}?next={door(invitation)}" in page
    assert SECRET_NAME not in page
    client.force_login(user)
    assert SECRET_NAME in client.get(door(invitation)).content.decode()
    assert not Membership.objects.filter(user=user).exists()
    response = client.post(door(invitation))
    assert response.headers["location"] == network.get_absolute_url()
    seat = Membership.objects.get(user=user)
    assert (seat.role, seat.next_role, seat.sponsor) == ("observer", "member", boss)


def test_whoever_accepted_already_is_shown_the_way_and_nobody_else_is(client, network, boss):
    user = UserFactory(email="new@example.org")
    invitation = invited(network, by=boss)
    invitations.accept(invitation, user=user)
    client.force_login(user)
    assert client.get(door(invitation)).headers["location"] == network.get_absolute_url()
    client.logout()
    client.force_login(boss)
    assert client.get(door(invitation)).status_code == 404


def test_another_address_cannot_accept_and_is_told_so(client, network, boss):
    invitation = invited(network, by=boss)
    other = UserFactory(email="other@example.org")
    client.force_login(other)
    response = client.post(door(invitation))
    assert response.status_code == 403
    assert "This invitation is for another address" in response.content.decode()
    assert SECRET_NAME not in response.content.decode()
    assert "new@example.org" not in response.content.decode()
    with pytest.raises(RuleBroken):
        invitations.accept(invitation, user=other)
    invitation.refresh_from_db()
    assert invitation.is_open
    assert not Membership.objects.filter(user=other).exists()


def test_accepting_twice_makes_one_seat(network, boss):
    user = UserFactory(email="new@example.org")
    invitation = invited(network, by=boss)
    invitations.accept(invitation, user=user)
    with pytest.raises(RuleBroken, match="no longer open"):
        invitations.accept(invitation, user=user)
    assert Membership.objects.filter(user=user).count() == 1


def test_a_newcomer_whose_address_got_an_account_meanwhile_is_asked_to_log_in(network, boss):
    invitation = invited(network, by=boss)
    UserFactory(email="new@example.org")
    with pytest.raises(RuleBroken, match="Log in"):
        invitations.accept_as_newcomer(invitation, name="N", password=PASSWORD, language="fr", time_zone="UTC")


@pytest.mark.parametrize("password", ["short", "password1234", "111111111111111", "new@example.org"])
def test_a_weak_password_is_refused_and_nothing_is_lost(client, network, boss, password):
    invitation = invited(network, by=boss)
    response = client.post(proven(client, invitation), answers(password=password))
    assert response.status_code == 200
    page = response.content.decode()
    assert 'id="id_password_error"' in page
    assert 'value="Nadia"' in page
    assert not User.objects.filter(email="new@example.org").exists()


@pytest.mark.parametrize(("field", "value"), [("language", "xx"), ("time_zone", "Mars/Olympus"), ("name", "\u202e\u0000\u200b")])
def test_an_unknown_language_or_zone_or_an_invisible_name_is_a_sentence(client, network, boss, field, value):
    invitation = invited(network, by=boss)
    response = client.post(proven(client, invitation), answers(**{field: value}))
    assert f'id="id_{field}_error"' in response.content.decode()
    assert not User.objects.filter(email="new@example.org").exists()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  \u202eNadia\u202c\u0007 \tBen\nSalah ", "Nadia Ben Salah"),
        ("نادية بن صالح", "نادية بن صالح"),
        ("Ana 👩🏽‍💻", "Ana 👩🏽‍💻"),
        ("x" * 150, "x" * 150),
    ],
)
def test_names_are_kept_in_any_script_without_what_reverses_or_controls_text(client, network, boss, typed, kept):
    client.post(proven(client, invited(network, by=boss)), answers(name=typed))
    assert User.objects.get(email="new@example.org").name == kept


def test_a_name_of_ten_thousand_characters_is_refused_with_a_sentence(client, network, boss):
    response = client.post(proven(client, invited(network, by=boss)), answers(name="ب" * 10_000), headers={"accept-language": "en"})
    assert "at most 150 characters" in response.content.decode()
    assert not User.objects.filter(email="new@example.org").exists()


# --- Inviting -------------------------------------------------------------------------------------------------------


def form(**changes):
    return {"email": "new@example.org", "role": "observer", "language": "es", "new_organisation": "", "proof": "code"} | changes


def test_a_lead_invites_sees_the_link_once_and_a_neutral_mail_goes(client, network, boss):
    client.force_login(boss)
    response = client.post(reverse("coalitions:invite", args=[network.public_id]), form(new_organisation="Red Abierta"))
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.role, invitation.language, invitation.invited_by) == ("new@example.org", "observer", "es", boss)
    assert invitation.organisation.name == "Red Abierta"
    shown = client.get(response.headers["location"]).content.decode()
    assert f"http://testserver{door(invitation)}" in shown
    assert client.get(response.headers["location"]).headers["location"] == network.get_absolute_url()
    [sent] = mail.outbox
    assert sent.to == ["new@example.org"]
    assert f"http://testserver{door(invitation)}" in sent.body
    everything = sent.subject + sent.body + "".join(str(part) for part, _kind in sent.alternatives)
    for name in (SECRET_NAME, "Wanjiru", "Red Abierta", boss.email):
        assert name not in everything


def test_the_key_is_in_no_row(network, boss):
    invitation = invited(network, by=boss)
    key = key_of(invitation.public_id)
    assert len(key) == 27
    assert invitation.digest == digest_of(key)
    rows = str(list(Invitation.objects.values())) + str(list(Email.objects.values()))
    assert key not in rows
    assert Email.objects.get().about == {"invitation": invitation.pk}


def test_a_key_made_under_another_secret_is_neither_sent_nor_shown(client, network, boss, settings):
    client.force_login(boss)
    response = client.post(reverse("coalitions:invite", args=[network.public_id]), form())
    with_old = door(Invitation.objects.get())
    settings.SECRET_KEY = "the operator has changed it meanwhile"
    client.force_login(boss)
    session = client.session
    session["just_invited"] = str(Invitation.objects.get().public_id)
    session.save()
    assert client.get(response.headers["location"]).headers["location"] == network.get_absolute_url()
    client.logout()
    assert client.get(with_old).status_code == 200


@pytest.mark.parametrize("closed_by", ["revoked", "expired", "accepted"])
def test_a_mail_whose_invitation_is_closed_meanwhile_is_dropped(network, boss, closed_by, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        invitation = invited(network, by=boss)
        if closed_by == "revoked":
            invitations.revoke(invitation, by=boss)
        elif closed_by == "accepted":
            invitations.accept(invitation, user=UserFactory(email="new@example.org"))
        else:
            Invitation.objects.update(expires_at=now())
    assert mail.outbox == []
    assert Email.objects.get().state == "dropped"


def test_inviting_an_address_with_an_account_looks_the_same_to_the_lead(client, in_september, network, boss):
    UserFactory(email="known@example.org")
    client.force_login(boss)
    url = reverse("coalitions:invite", args=[network.public_id])
    pages = []
    for address in ("known@example.org", "unknown@example.org"):
        response = client.post(url, form(email=address))
        page = client.get(response.headers["location"]).content.decode()
        page = page.replace(address, "").replace(door(Invitation.objects.get(email=address)), "")
        pages.append(re.sub(r'csrfmiddlewaretoken" value="[^"]*"', "", page))
    assert pages[0] == pages[1]
    assert len(mail.outbox) == 2


def test_a_form_sent_twice_makes_one_invitation(client, network, boss):
    client.force_login(boss)
    url = reverse("coalitions:invite", args=[network.public_id])
    twice = form(submission="0190f7b2-0000-4000-8000-000000000001")
    assert client.post(url, twice).status_code == client.post(url, twice).status_code == 302
    assert Invitation.objects.count() == 1
    assert len(mail.outbox) == 1


def test_who_is_in_another_coalition_may_be_invited_here(network, boss):
    elsewhere = member(coalition("Another one"))
    assert invited(network, email=elsewhere.email, by=boss).email == elsewhere.email
    with pytest.raises(RuleBroken, match="already in the coalition"):
        invited(network, email=boss.email, by=boss)


def test_a_form_sent_to_one_coalition_invites_to_no_other(client, network, boss):
    another = coalition("Another one")
    admit(another, user=boss, role="lead")
    client.force_login(boss)
    sent = form(submission="0190f7b2-0000-4000-8000-000000000001")
    client.post(reverse("coalitions:invite", args=[network.public_id]), sent)
    answer = client.post(reverse("coalitions:invite", args=[another.public_id]), sent)
    assert "This form has already been sent." in answer.content.decode()
    assert Invitation.objects.get().coalition == network


def test_ten_a_day_and_no_more(network, boss):
    with time_machine.travel("2028-03-01T12:00Z", tick=False):
        for number in range(10):
            invitations.revoke(invited(network, f"{number}@example.org", by=boss), by=boss)
        with pytest.raises(RuleBroken, match="ten invitations a day"):
            invited(network, "eleventh@example.org", by=boss)
        invited(coalition("Another one"), "eleventh@example.org")
    with time_machine.travel("2028-03-02T11:59Z", tick=False), pytest.raises(RuleBroken, match="ten invitations a day"):
        invited(network, "eleventh@example.org", by=boss)
    with time_machine.travel("2028-03-02T12:00Z", tick=False):
        invited(network, "eleventh@example.org", by=boss)


def test_whoever_is_in_or_invited_already_is_not_invited_again(network, boss):
    with pytest.raises(RuleBroken, match="already in the coalition"):
        invited(network, member(network).email.upper(), by=boss)
    invited(network, by=boss)
    with pytest.raises(RuleBroken, match="already open"):
        invited(network, "NEW@example.org", by=boss)


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ("is in", "This person is already in the coalition."),
        ("is invited", "An invitation to this address is already open."),
        ("waits", "This person has accepted an invitation and is waiting for a second lead to approve it."),
    ],
)
def test_why_an_address_is_not_invited_stands_at_its_field(client, network, boss, how, sentence):
    person = UserFactory(email="new@example.org")
    if how == "is in":
        admit(network, user=person, role="member")
    else:
        invitation = invited(network, by=boss)
    if how == "waits":
        lead(network)
        invitations.accept(invitation, user=person)
    client.force_login(boss)
    answer = client.post(reverse("coalitions:invite", args=[network.public_id]), form(submission=str(uuid4())))
    assert sentence in answer.context["form"].errors["email"][0]


@pytest.mark.parametrize("how", ["expired", "revoked", "declined", "waited too long", "came and left"])
def test_whose_invitation_came_to_nothing_is_invited_again(network, boss, how):
    person, second = UserFactory(email="new@example.org"), lead(network)
    first = invited(network, by=boss)
    if how == "expired":
        Invitation.objects.update(expires_at=now())
    elif how == "revoked":
        invitations.revoke(first, by=boss)
    else:
        invitations.accept(first, user=person)
        asked = Approval.objects.get()
        if how == "declined":
            approvals.decline(asked, by=second)
        elif how == "waited too long":
            Approval.objects.update(expires_at=now())
        else:
            approvals.approve(asked, by=second)
            leave(Membership.objects.get(user=person))
    assert invited(network, by=boss).is_open
    assert Invitation.objects.open().count() == 1


def test_organisations_of_other_coalitions_are_never_offered_nor_reused(client, network, boss):
    ours, theirs = OrganisationFactory(name="Ours"), OrganisationFactory(name="Theirs")
    Membership.objects.filter(user=boss).update(organisation=ours)
    Membership.objects.filter(user=lead(coalition("Another one"))).update(organisation=theirs)
    client.force_login(boss)
    url = reverse("coalitions:invite", args=[network.public_id])
    page = client.get(url).content.decode()
    assert "Ours" in page
    assert "Theirs" not in page
    assert 'id="id_organisation_error"' in client.post(url, form(organisation=theirs.pk)).content.decode()
    client.post(url, form(new_organisation="theirs"))
    assert Invitation.objects.get().organisation != theirs
    client.post(url, form(email="two@example.org", new_organisation="OURS"))
    assert Invitation.objects.get(email="two@example.org").organisation == ours
    assert Organisation.objects.count() == 3


def test_both_an_old_and_a_new_organisation_is_a_sentence(client, network, boss):
    ours = OrganisationFactory()
    Membership.objects.filter(user=boss).update(organisation=ours)
    client.force_login(boss)
    url = reverse("coalitions:invite", args=[network.public_id])
    page = client.post(url, form(organisation=ours.pk, new_organisation="Another")).content.decode()
    assert "not both" in page
    assert 'value="new@example.org"' in page
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("who", [member, observer])
def test_only_leads_invite(client, network, boss, who):
    client.force_login(who(network))
    for response in (
        client.get(reverse("coalitions:invite", args=[network.public_id])),
        client.post(reverse("coalitions:invite", args=[network.public_id]), form()),
        client.get(reverse("coalitions:invited", args=[network.public_id])),
    ):
        assert response.status_code == 403
    assert not Invitation.objects.exists()


def test_leads_of_another_coalition_see_neither_the_page_nor_the_invitation(client, network, boss):
    invitation = invited(network, by=boss)
    client.force_login(lead(coalition("Another one")))
    assert client.get(reverse("coalitions:invite", args=[network.public_id])).status_code == 404
    assert client.post(reverse("coalitions:invitation-revoke", args=[invitation.public_id])).status_code == 404
    invitation.refresh_from_db()
    assert invitation.is_open


def test_a_lead_without_second_factor_is_told_what_is_missing(client, network, boss, settings):
    settings.LEADS_NEED_SECOND_FACTOR = True
    client.force_login(boss)
    url = reverse("coalitions:invite", args=[network.public_id])
    for response in (client.get(url), client.post(url, form())):
        assert response.status_code == 403
        assert reverse("mfa_index") in response.content.decode()
    assert not Invitation.objects.exists()


def test_revoking_closes_the_door_and_cannot_be_done_twice(client, network, boss):
    invitation = invited(network, by=boss)
    client.force_login(boss)
    url = reverse("coalitions:invitation-revoke", args=[invitation.public_id])
    assert client.post(url).headers["location"] == network.get_absolute_url()
    with pytest.raises(RuleBroken):
        invitations.revoke(invitation, by=boss)
    client.logout()
    assert client.get(door(invitation)).status_code == 404


# --- Founding -------------------------------------------------------------------------------------------------------


def test_founding_invites_the_first_leads(client, capsys):
    call_command("found_coalition", "Réseau  Ouvert", "--lead", "one@example.org", "--lead", "two@example.org", "--ceiling", "discreet")
    founded = Coalition.objects.get()
    assert (founded.name, founded.mail_ceiling) == ("Réseau Ouvert", "discreet")
    assert list(Invitation.objects.order_by("pk").values_list("email", "role", "invited_by")) == [
        ("one@example.org", "lead", None),
        ("two@example.org", "lead", None),
    ]
    link = re.search(r"http://testserver(\S+)", capsys.readouterr().out).group(1)
    assert link == proven(client, Invitation.objects.get(email="one@example.org"))
    client.post(link, answers())
    assert Membership.objects.get().role == "lead"


@pytest.mark.parametrize("wrong", [["", "--lead", "one@example.org"], ["Fine", "--lead", "no address"], ["Twice", "--lead", "a@b.org"]])
def test_founding_wrongly_founds_nothing(wrong):
    coalition("twice")
    with pytest.raises(CommandError):
        call_command("found_coalition", *wrong)
    assert Coalition.objects.count() == 1
    assert not Email.objects.exists()
