"""Whoever hands a follow-up over reads who gets an e-mail, and how many open ones that person has."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from amnt.mail.models import Mute
from calendar_app.reminders.rules import ANSWERED, BY_CODE, STOP_DIGEST
from coalitions.models import FollowUp
from coalitions.models.follow_ups import NOTICE_OF_ASSIGNMENT
from coalitions.read_models.notified import DIGEST, gets_mail, said_after_assigning
from coalitions.services import follow_ups
from tests.factories import FollowUpFactory, circle_of, coalition, lead, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return lead(coalition("Open Standards Network"), name="Samuel")


@pytest.fixture
def lucia(boss):
    return member(boss.memberships.get().coalition, name="Lucía")


def handed(boss, lucia, *, days=20, **fields):
    everyone = boss.memberships.get().coalition.everyone
    return FollowUpFactory(
        **{"circle": everyone, "created_by": boss, "owner": lucia, "assigned_by": boss, "due_at": now() + timedelta(days=days), **fields}
    )


def test_what_she_may_stop_is_what_tells_of_an_assignment():
    assert (BY_CODE[ANSWERED].stop, STOP_DIGEST) == (NOTICE_OF_ASSIGNMENT, DIGEST)


@pytest.mark.parametrize(
    ("settings", "stopped", "days", "is_told"),
    [
        ({}, [], 20, True),
        ({}, ["RR-09"], 20, False),
        ({}, ["RR-09"], 2, False),
        ({}, ["RR-10"], 20, True),
        ({}, ["digest"], 20, False),
        ({}, ["digest"], 2, True),
        ({"rhythm": "urgent"}, [], 20, False),
        ({"rhythm": "urgent"}, [], 2, True),
        ({"mail_refused_at": now()}, [], 20, False),
    ],
)
def test_it_says_what_really_happens(boss, lucia, settings, stopped, days, is_told):
    for name, value in settings.items():
        setattr(lucia, name, value)
    Mute.objects.bulk_create([Mute(user=lucia, kind=kind) for kind in stopped])
    assert gets_mail(lucia, handed(boss, lucia, days=days)) is is_told


def test_nobody_is_mailed_about_what_is_reserved_to_a_delegation(boss, lucia):
    network = boss.memberships.get().coalition
    circle = circle_of(network, boss, lucia, kind="delegation", name="Seat", owner=boss)
    [first, _second] = said_after_assigning(handed(boss, lucia, circle=circle), by=boss)
    assert first == "Lucía will get no e-mail about it: tell them yourself."


def test_only_what_the_assigner_may_see_is_counted(boss, lucia):
    network = boss.memberships.get().coalition
    handed(boss, lucia)
    handed(boss, lucia, circle=circle_of(network, lucia, member(network), name="Core"))
    done = handed(boss, lucia)
    follow_ups.done(done, by=lucia)
    assert list(said_after_assigning(handed(boss, lucia), by=boss)) == [
        "Lucía will be notified by e-mail.",
        "Lucía now has 2 open follow-ups that you may see.",
    ]


@pytest.mark.parametrize("owner", ["herself", "nobody"])
def test_nothing_is_said_where_nobody_is_told(boss, lucia, owner):
    follow_up = handed(boss, boss if owner == "herself" else None, **({} if owner == "herself" else {"assigned_by": None}))
    assert list(said_after_assigning(follow_up, by=boss)) == []


def test_it_is_said_before_and_after_creating(client, boss, lucia):
    handed(boss, lucia)
    client.force_login(boss)
    address = reverse("coalitions:follow-up-new")
    page = client.get(address).text
    assert "Lucía: 1 open follow-up<" in page
    assert "Anyone but you is notified by e-mail." in page
    form = {
        **{"title": "Ask the ministry", "due_on": (now() + timedelta(days=9)).date(), "owner": lucia.public_id},
        **{"circle": boss.memberships.get().coalition.everyone.public_id, "submission": "2f5f7c0e-9b1c-4a66-93f2-0b3c5d2f7a10"},
    }
    page = client.post(address, form, follow=True).text
    assert "The follow-up has been created. Lucía will be notified by e-mail. Lucía now has 2 open follow-ups that you may see." in page


def test_it_is_said_before_and_after_assigning(client, boss, lucia):
    unowned = FollowUpFactory(circle=boss.memberships.get().coalition.everyone, created_by=boss, owner=None)
    client.force_login(boss)
    address = reverse("coalitions:follow-up-assign", args=[unowned.public_id])
    assert "The person you choose is notified by e-mail." in client.get(address).text
    page = client.post(address, {"to": lucia.public_id, "due": "3", "version": unowned.version}, follow=True).text
    assert "Lucía has it now. Lucía will be notified by e-mail. Lucía now has 1 open follow-up that you may see." in page
    assert FollowUp.objects.get().owner == lucia
