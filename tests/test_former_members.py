"""Whoever has left is named nowhere: not on a page and not by the API, whatever she wrote, assigned, checked or asked for.

In the world of test_scoping one lead wrote everything. She is removed, or erases her account, and everyone else walks every address.
"""

from contextlib import suppress

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from amnt.accounts.models import User
from amnt.accounts.services.erasing import erase
from amnt.audit.reading import FORMER_MEMBER
from coalitions.models import Circle, CircleMembership, Coalition, Membership
from coalitions.services import membership
from resolutions.models import ImportJob
from tests import factories
from tests.adversaries.walking import one_of_each_table
from tests.test_scoping import Walker, addresses, world  # noqa: F401

pytestmark = pytest.mark.django_db

NAME = "zz-lead"


@pytest.fixture
def boss(world):  # noqa: F811
    """She wrote everything; the others may read her circles, and two more leads stay."""
    ours = Coalition.objects.get(name="zz-coalition-ours")
    boss = ours.memberships.select_related("user").get(user__name="zz-lead Lead").user
    world.people["lead"] = factories.lead(ours)
    factories.lead(ours)
    for circle in Circle.objects.filter(coalition=ours).exclude(kind="everyone"):
        for role in ("lead", "insider"):
            CircleMembership.objects.get_or_create(circle=circle, membership=Membership.objects.get(user=world.people[role]))
    did_everything_else(boss)
    return boss


def did_everything_else(boss) -> None:
    """Each column of a person that is empty in a row of a coalition names her too, where the rules of its table allow it."""
    for model in [*apps.get_app_config("coalitions").get_models(), ImportJob]:
        for field in model._meta.concrete_fields:
            if field.related_model is User and field.null and "history" not in model._meta.model_name:
                with suppress(IntegrityError), transaction.atomic():
                    model._base_manager.filter(**{field.name: None}).update(**{field.name: boss})
    ImportJob.objects.create(kind="paste", by=boss)


def body_of(answer) -> str:
    return answer.getvalue().decode(errors="replace")


def pages(world, role: str) -> dict[str, str]:  # noqa: F811
    chosen = one_of_each_table({*world.objects, *world.public})
    found = [(address, public_id) for address, public_id in addresses(world) if public_id is None or public_id in chosen]
    return {address: body_of(answer) for address, _public_id, answer in Walker(world, role).ask_each("get", found)}


def named_in(shown: dict[str, str]) -> dict[str, list[str]]:
    """The lines with her name, by address."""
    return {address: [line for line in body.splitlines() if NAME in line] for address, body in shown.items() if NAME in body}


def test_who_was_removed_is_named_nowhere(world, boss):  # noqa: F811
    assert NAME in body_of(Walker(world, "lead").ask_for("get", Coalition.objects.get(name="zz-coalition-ours").get_absolute_url()))
    seat = Membership.objects.get(user=boss)
    membership.remove(seat, by=world.people["lead"])
    shown = pages(world, "lead")
    assert named_in(shown) == {}
    assert [address for address, body in shown.items() if str(FORMER_MEMBER) in body]


def test_who_erased_her_account_is_named_nowhere(world, boss):  # noqa: F811
    erase(boss)
    assert named_in(pages(world, "insider")) == {}
