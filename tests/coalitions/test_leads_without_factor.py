"""What only leads read is read only by leads behind a second factor, on every page and by every address of the API."""

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from coalitions.models import Approval, Coalition, Invitation, Membership
from coalitions.services import approvals, invitations
from tests import factories

pytestmark = pytest.mark.django_db

SECRET = "zz-hidden Person"


@pytest.fixture
def hidden(network, wanjiru):
    """Someone whom only leads see; an open invitation by two words; and an act that waits for Wanjiru."""
    person = factories.member(network, name=SECRET)
    other = factories.lead(network, name="Claire Dubois")
    invitation = invitations.invite(network, email="zz-invited@example.org", by=other, proof="words")
    invitations.arrive(invitation)
    approvals.file("coalitions.close_sessions", coalition=network, about={"membership": seat(person).pk}, by=other)
    return person


def seat(person) -> Membership:
    return Membership.objects.get(user=person)


ONLY_FOR_LEADS = [
    ("coalitions:member", lambda world: [seat(world.person).public_id]),
    ("coalitions:member-remove", lambda world: [seat(world.person).public_id]),
    ("coalitions:member-recover", lambda world: [seat(world.person).public_id]),
    ("coalitions:member-close-sessions", lambda world: [seat(world.person).public_id]),
    ("coalitions:settings", lambda world: [world.coalition.public_id]),
    ("coalitions:invite", lambda world: [world.coalition.public_id]),
    ("coalitions:invited", lambda world: [world.coalition.public_id]),
    ("coalitions:invitation-words", lambda world: [Invitation.objects.get().public_id]),
    ("coalitions:approvals", lambda world: []),
    ("coalitions:approval", lambda world: [Approval.objects.get().public_id]),
]
# Pages for everyone in the coalition, on which leads read more, and what programs ask.
SHARED = [
    lambda world: world.coalition.get_absolute_url(),
    lambda world: reverse("coalitions:circle-new", args=[world.coalition.public_id]),
    lambda world: reverse("coalitions:follow-up-new"),
    lambda world: "/",
    lambda world: "/api/v1/people/",
]


class World:
    def __init__(self, coalition: Coalition, person):
        self.coalition, self.person = coalition, person


@pytest.fixture
def world(network, hidden):
    return World(network, hidden)


@pytest.fixture
def bare(client, settings, wanjiru):
    settings.LEADS_NEED_SECOND_FACTOR = True
    client.force_login(wanjiru)
    return client


def give_factor(person) -> None:
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={})


@pytest.mark.parametrize(("name", "args"), ONLY_FOR_LEADS, ids=[name for name, _args in ONLY_FOR_LEADS])
def test_pages_for_leads_are_refused_without_a_factor_and_open_with_one(bare, world, wanjiru, name, args):
    url = reverse(name, args=args(world))
    refused = bare.get(url)
    assert refused.status_code in (403, 404)
    assert "zz-" not in refused.content.decode()
    give_factor(wanjiru)
    assert bare.get(url).status_code in (200, 302)


@pytest.mark.parametrize("address", SHARED, ids=["coalition", "new circle", "new follow-up", "now", "API people"])
def test_shared_pages_show_a_lead_without_factor_what_a_member_reads(bare, world, wanjiru, address):
    shown = bare.get(address(world)).content.decode()
    assert "zz-" not in shown
    assert "is waiting for your answer" not in shown
    give_factor(wanjiru)
    more = bare.get(address(world)).content.decode()
    assert SECRET in more or "is waiting for your answer" in more


@pytest.mark.parametrize("who", ["member", "observer"])
@pytest.mark.parametrize("address", SHARED, ids=["coalition", "new circle", "new follow-up", "now", "API people"])
def test_nobody_but_leads_reads_the_whole_directory(client, world, network, who, address):
    client.force_login(getattr(factories, who)(network))
    assert "zz-" not in client.get(address(world)).content.decode()
