"""The charter: six lines, versions, who reads and writes it, and whoever accepts an invitation."""

import uuid

import pytest
from django.urls import reverse

from amnt.core.errors import RuleBroken
from coalitions.domain.invitation_keys import key_of
from coalitions.models import CharterVersion
from coalitions.priorities.services.charter import write_charter
from coalitions.services import invitations
from tests.factories import UserFactory, coalition, lead, member, observer

pytestmark = pytest.mark.django_db
LINES = "We share what we can.\nWhat is said here stays here."


@pytest.fixture(autouse=True)
def _leads_act_without_a_factor(settings):
    settings.LEADS_NEED_SECOND_FACTOR = False


def page(of):
    return reverse("coalitions:charter", args=[of.public_id])


@pytest.mark.parametrize(("who", "opens", "writes"), [(lead, 200, True), (member, 200, False), (observer, 200, False), (None, 404, False)])
def test_everyone_in_the_coalition_reads_it_and_leads_write_it(client, who, opens, writes):
    here = coalition()
    write_charter(here, text=LINES, by=lead(here))
    client.force_login(who(here) if who else UserFactory())
    for address in (page(here), here.get_absolute_url()):
        answer = client.get(address)
        assert answer.status_code == opens
        assert ("What is said here stays here." in answer.content.decode()) == (opens == 200)
    sent = {"text": "Another line", "seen_version": 1, "submission": str(uuid.uuid4())}
    client.post(page(here), sent)
    client.post(page(here), sent)
    assert CharterVersion.objects.count() == (2 if writes else 1)


def test_a_seventh_line_is_refused():
    here = coalition()
    boss = lead(here)
    assert write_charter(here, text="\n\n".join("abcdef"), by=boss).lines == list("abcdef")
    with pytest.raises(RuleBroken):
        write_charter(here, text="\n".join("abcdefg"), by=boss)
    with pytest.raises(RuleBroken):
        write_charter(here, text=" \n ", by=boss)


def test_two_leads_who_write_at_once_are_told(client):
    here = coalition()
    boss = lead(here)
    client.force_login(boss)
    client.get(page(here))
    write_charter(here, text=LINES, by=lead(here))
    answer = client.post(page(here), {"text": "Mine", "seen_version": 0, "submission": str(uuid.uuid4())})
    assert "In the meantime version 1 was written." in answer.content.decode()
    assert answer.context["form"]["text"].value() == "Mine"
    assert answer.context["form"]["seen_version"].value() == "1"


def test_whoever_accepts_an_invitation_reads_it_and_nobody_before(client):
    here = coalition()
    boss, newcomer = lead(here), UserFactory(email="new@example.org")
    write_charter(here, text=LINES, by=boss)
    invitation = invitations.invite(here, email="new@example.org", role="member", by=boss)
    address = reverse("coalitions:invitation", args=[key_of(invitation.public_id)])
    assert "stays here" not in client.get(address).content.decode()
    client.force_login(UserFactory())
    assert "stays here" not in client.get(address).content.decode()
    client.force_login(newcomer)
    assert "What is said here stays here." in client.get(address).content.decode()
