"""Where a page names a day ahead, it says how far off that is."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse
from django.utils.timezone import now

from amnt.accounts.models import AccountRecovery
from amnt.accounts.services import recoveries
from amnt.accounts.tokens import create_token
from coalitions.models import Approval, Invitation, LastReaderQuestion
from coalitions.services import membership
from tests.factories import FollowUpFactory, UserFactory, circle_of, coalition, lead, member

pytestmark = pytest.mark.django_db

WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def at_the_end_of_a_year():
    with time_machine.travel("2026-12-28T09:00:00Z", tick=False):
        yield


def read(client, address: str) -> str:
    """The words of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", client.get(address).content.decode()))


def test_pages_about_ones_own_account(client):
    me = member(coalition())
    recovery = AccountRecovery.objects.create(
        user=me, old_address=me.email, due_at=now() + timedelta(days=3), by_host=True, removes_factors=True
    )
    create_token(me, name="mine", days=30, submission=uuid4())
    stop = reverse("accounts:recovery-stop", args=[recoveries.stop_key(recovery)])
    assert "It takes effect on Thu 31 Dec, 12:00 (Nairobi), in 3 days." in read(client, stop)
    client.force_login(me)
    assert "It takes effect on Thu 31 Dec, 12:00 (in 3 days)." in read(client, reverse("accounts:profile"))
    assert "works until Wed, 27 Jan 2027 (in 30 days)" in read(client, reverse("accounts:tokens"))


def test_pages_of_a_coalition(client, settings):
    settings.LEADS_NEED_SECOND_FACTOR = False
    here = coalition()
    boss, newcomer = lead(here), UserFactory()
    membership.admit(here, user=newcomer, role="observer", sponsor=boss, next_role="member")
    Approval.objects.create(coalition=here, kind="coalitions.appoint_lead", about={}, expires_at=now() + WEEK, happens_unanswered=True)
    Invitation.objects.create(coalition=here, email="new@example.org", proof="words", expires_at=now() + WEEK)
    client.force_login(boss)
    page = read(client, here.get_absolute_url())
    assert "another lead for this coalition, from Mon, 4 Jan 2027 (in 7 days). A lead can stop it." in page
    assert "member from Mon, 11 Jan 2027 (in 14 days)" in page
    assert "open until Mon, 4 Jan 2027 (in 7 days)" in page


def test_pages_about_a_circle_without_a_reader(client):
    here = coalition()
    me = member(here)
    circle = circle_of(here, name="Left alone")
    FollowUpFactory(circle=circle, created_by=me)
    LastReaderQuestion.objects.create(user=me, circle=circle, due_at=now() + WEEK)
    client.force_login(me)
    assert "is waiting for your decision until Mon, 4 Jan 2027 (in 7 days)." in read(client, reverse("now"))
    assert "Decide by Mon, 4 Jan 2027 (in 7 days);" in read(client, reverse("coalitions:circle-settle", args=[circle.public_id]))


def test_a_reminder_that_is_put_off(client):
    here = coalition()
    me = member(here)
    row = FollowUpFactory(circle=here.everyone, created_by=me, owner=me, state="in-hand", due_at=now() + WEEK)
    type(row).objects.filter(pk=row.pk).update(snoozed_until=now() + timedelta(days=2))
    client.force_login(me)
    assert "reminder snoozed until Wed 30 Dec (in 2 days)" in read(client, reverse("now"))
    assert "Reminder snoozed until Wed 30 Dec, 12:00 (in 2 days)" in read(client, row.get_absolute_url())
