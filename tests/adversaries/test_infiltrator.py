"""Someone who was let in as an observer, or as a member, in order to learn who and what there is: no page, search, count or export
changes by what is hidden from her, and what is hidden answers as what does not exist."""

import re
from contextlib import suppress
from difflib import unified_diff
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from amnt.accounts.models import Device
from coalitions.models import Circle, CircleMembership, Coalition, Membership
from coalitions.services.last_readers import models_in_circles
from coalitions.texts.services.kept_numbers import keep_number
from resolutions.models import Assembly
from tests.adversaries.walking import UUID, one_of_each_table, said_by
from tests.factories import OrganisationFactory, circle_of, member
from tests.test_scoping import NOBODY, Walker, addresses, tables_looked_in, tables_with, world  # noqa: F401

pytestmark = pytest.mark.django_db

HEX = re.compile(r"\b[0-9a-f]{32}\b")


def hidden_from(world, role: str) -> set:  # noqa: F811
    return {public_id for public_id, readers in world.objects.items() if role not in readers}


def pages_of(world, role: str) -> dict[str, str]:  # noqa: F811
    """What each address says that this role may open, searches and lists among them. Logged in anew, she has as many devices as before."""
    open_to_her = one_of_each_table({*world.objects, *world.public} - hidden_from(world, role))
    Device.objects.all().delete()
    walker = Walker(world, role)
    found = [(address, public_id) for address, public_id in addresses(world) if public_id is None or public_id in open_to_her]
    return {address: said_by(answer) for address, _public_id, answer in walker.ask_each("get", found)}


def hide_more(world) -> None:  # noqa: F811
    """Another circle of each kind that hides something, with a copy of every row that such a circle holds, and a member more, whom only
    leads and her circle see.
    """
    ours = Coalition.objects.get(name="zz-coalition-ours")
    boss = ours.memberships.select_related("user").get(role="lead", user__name="zz-lead Lead").user
    insider = world.people["insider"]
    copied = set()
    for kind in ("restricted", "delegation"):
        [old] = [circle for circle in Circle.objects.filter(coalition=ours, kind=kind) if circle.name != "zz-lost"]
        new = circle_of(ours, insider, boss, name="zz-further", kind=kind, owner=insider)
        keep_number(number="zz-further", assembly=Assembly.objects.order_by("pk")[0], by=insider, circle=new)
        for model, column in models_in_circles():
            own = [field for field in model._meta.concrete_fields if field.unique and not field.primary_key]
            if any(field.name not in ("public_id", "submission") for field in own):
                continue
            for row in model._base_manager.filter(**{column: old}):
                row.pk, row._state.adding = None, True
                setattr(row, column, new)
                for field in own:
                    setattr(row, field.name, uuid4())
                # What a person has once is not copied.
                with suppress(IntegrityError), transaction.atomic():
                    model._base_manager.bulk_create([row])
                    copied.add(model)
    assert len(copied) >= 6
    newcomer = member(ours, name="zz-newcomer Newcomer")
    Membership.objects.filter(user=newcomer).update(organisation=OrganisationFactory(name="zz-further-organisation"))
    CircleMembership.objects.create(circle=new, membership=Membership.objects.get(user=newcomer))


@pytest.mark.parametrize("role", ["observer"])
def test_nothing_she_may_open_changes_by_what_is_hidden_from_her(world, role):  # noqa: F811
    with time_machine.travel(now(), tick=False):
        before = pages_of(world, role)
        hide_more(world)
        after = pages_of(world, role)
    assert len(before) > 100
    changed = {
        address: list(unified_diff(before[address].splitlines(), after[address].splitlines(), n=0, lineterm=""))[2:6]
        for address in before
        if before[address] != after[address]
    }
    assert changed == {}


@pytest.mark.parametrize("role", ["member"])
def test_what_is_hidden_answers_and_asks_the_database_as_what_is_not_there(world, role):  # noqa: F811
    """One hidden object of each table on every address that looks into it, beside an id that nobody has: same status, bytes and queries."""
    chosen = one_of_each_table(hidden_from(world, role))
    stands_in = tables_with(list(chosen))
    walker, wrong = Walker(world, role), []
    told: dict[str, tuple[str, list[str]]] = {}
    looked_in: dict[str, set[str]] = {}
    with time_machine.travel(now(), tick=False):
        for address, public_id in addresses(world):
            if public_id not in chosen:
                continue
            of_nobody = address.replace(str(public_id), str(NOBODY))
            if of_nobody not in told:
                with tables_looked_in(NOBODY) as tables:
                    walker.ask_for("get", of_nobody)
                # The second time, as what a first visit costs is no answer.
                told[of_nobody] = asked(walker, of_nobody)
                looked_in[of_nobody] = tables
            if looked_in[of_nobody] & stands_in[public_id] and (here := asked(walker, address)) != told[of_nobody]:
                wrong.append((address, differs(told[of_nobody], here)))
    assert len(told) > 40
    assert wrong == []


def asked(walker: Walker, address: str) -> tuple[str, list[str]]:
    """What is said, and which queries were made for it."""
    with CaptureQueriesContext(connection) as context:
        answer = walker.ask_for("get", address)
    return said_by(answer), [HEX.sub("…", UUID.sub("…", query["sql"])) for query in context.captured_queries]


def differs(one: tuple[str, list[str]], other: tuple[str, list[str]]) -> object:
    """For whoever reads a failure."""
    if one[0] != other[0]:
        return one[0][:9], other[0][:9]
    return [query for query in other[1] if query not in one[1]], len(one[1]), len(other[1])
