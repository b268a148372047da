"""A seat, a recusal and a confidence change no page of anybody else where one would look for them, by a byte, and leave no other trace."""

import re
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.db import transaction

from amnt.audit.models import AuditEntry
from amnt.mail.models import Email
from calendar_app.models import Reminder
from calendar_app.reminders import planning
from coalitions.models import Circle, CircleView, ConfidentialNote, Delegation, Membership, Seat
from coalitions.services import availability, confidential_notes, seats
from resolutions.models import Resolution
from tests.accounts.conftest import PASSWORD, confirm_it_is_me, log_in
from tests.adversaries.walking import one_of_each_table, said_by
from tests.clock import NOW
from tests.factories import AssemblyFactory
from tests.test_scoping import PLANTED, Walker, addresses, world  # noqa: F401 -- a fixture

pytestmark = pytest.mark.django_db
ROLES = ("boss", "staff")
# What differs from one answer to the next, whoever asks: tokens, ids of forms, and the files of one's own data.
CHANGING = re.compile(
    r'(name="csrfmiddlewaretoken" value=")[^"]+|(nonce-)[^\'" ;]+|(nonce=")[^"]+|(name="submission" value=")[^"]+|(token=)[^"&]+'
)
PAGES = (
    *("/", "/search/?q=zz", "/follow-ups/", "/matrix/", "/coalition/", "/delegations/", "/delegations/ways/?country=SN"),
    *("/resolutions/60/follow-ups/", "/resolutions/60/position/", "/account/told-to-me/", "/account/own-notes/", "/account/own-seat/"),
    *("/account/availability/", "/api/v1/own-routes/", "/api/v1/people/", "/admin/"),
)
HEARD = "zz-planted-in-confidence"


def pages(world, role, own):  # noqa: F811
    """The answers of these pages to this person."""
    walker = Walker(world, role)
    answers = {address: walker.ask_for("get", address) for address, _public_id in own}
    return {
        address: (answer.status_code, CHANGING.sub(r"\1\2\3\4\5", answer.getvalue().decode(errors="replace")))
        for address, answer in answers.items()
    }


def test_nobody_else_sees_that_there_is_anything(world, caplog):  # noqa: F811
    with time_machine.travel(NOW, tick=False):
        her = world.people["insider"]
        world.people["boss"] = Membership.objects.get(user__name="zz-lead Lead").user
        for rows in (Seat, ConfidentialNote):
            rows.objects.all().delete()
        card, resolution = Delegation.objects.get(country="SN"), Resolution.objects.get(slug="60")
        person = Membership.objects.get(user=her)
        things = [card, resolution, person, person.coalition]
        own = [(thing.get_absolute_url(), None) for thing in things] + [(page, None) for page in PAGES]
        # The same for all: that somebody is not available on something is known where one assigns it.
        availability.set_unavailable(her, resolution=resolution)
        kept = (AuditEntry, Email, CircleView, Reminder)
        planning.plan_all()
        for role in ROLES:
            pages(world, role, own)  # what a first visit changes
        before = {role: pages(world, role, own) for role in ROLES}
        counted = [rows.objects.count() for rows in kept]
        caplog.clear()
        caplog.set_level("DEBUG")
        seats.declare(her, AssemblyFactory(), country="UY")
        confidential_notes.write(card, text=HEARD, by=her, submission=uuid4())
        confidential_notes.write(resolution, text=HEARD, by=her, submission=uuid4())
        availability.set_unavailable(her, resolution=resolution, hides=True)
        planning.plan_all()
        assert [rows.objects.count() for rows in kept] == counted
        assert mail.outbox == []
        said = [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")]
        assert [line for line in said if HEARD in line or "UY" in line.split()] == []
        for role in ROLES:
            after = pages(world, role, own)
            assert [address for address in before[role] if after[address] != before[role][address]] == [], role


def walked_and_undone(world, role, found):  # noqa: F811
    """What each of these addresses answers to this person, who has just said again who she is. Nothing of the visit stays."""
    with transaction.atomic():
        walker = Walker(world, role)
        log_in(walker.client, walker.user.email)
        confirm_it_is_me(walker.client)
        shown = {address: CHANGING.sub(r"\1\2\3\4\5", said_by(answer)) for address, _id, answer in walker.ask_each("get", found)}
        transaction.set_rollback(True)
    return shown


@pytest.mark.parametrize("role", ["lead", "member"])
def test_no_route_answers_otherwise_than_in_a_world_without_them(world, role):  # noqa: F811
    """By a byte, to whoever stands in every circle and is not named: each route, with an id of each table."""
    person, boss = world.people[role], Membership.objects.get(user__name="zz-lead Lead").user
    person.set_password(PASSWORD)
    person.save()
    for circle in Circle.objects.filter(coalition__name="zz-coalition-ours").exclude(kind="everyone"):
        circle.circle_memberships.create(membership=person.memberships.get())
    chosen = one_of_each_table({*world.objects, *world.public})
    found = [(address, public_id) for address, public_id in addresses(world) if public_id is None or public_id in chosen]
    with time_machine.travel(NOW, tick=False):
        there = walked_and_undone(world, role, found)
        for rows in (Seat, ConfidentialNote):
            assert rows.objects.all().delete()[0]
        availability.set_unavailable(boss, resolution=Resolution.objects.get(slug="50"), hides=False)
        not_there = walked_and_undone(world, role, found)
    assert len([answer for answer in there.values() if answer.startswith("200")]) > 80
    assert [address for address in there if there[address] != not_there[address]] == []
    assert [address for address in there if any(mark in there[address] for mark in PLANTED)] == []


def test_the_walk_would_notice(world):  # noqa: F811
    """Her own page is another one afterwards."""
    with time_machine.travel(NOW, tick=False):
        her, card = world.people["insider"], Delegation.objects.get(country="SN")
        own = [(card.get_absolute_url(), None)]
        before = pages(world, "insider", own)
        confidential_notes.write(card, text=HEARD, by=her, submission=uuid4())
        assert pages(world, "insider", own) != before
