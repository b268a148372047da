"""People in each role, and tables of what they may do, for the tests of permissions.

In a table `y` means that it happens, `-` that it is refused, `.` that there is nothing to do (who has it cannot take it).
"""

from dataclasses import dataclass

import pytest
from allauth.mfa.models import Authenticator

from amnt.accounts.models import User
from coalitions.models import Circle, Coalition, Membership
from tests import factories

ROLES = ("lead", "lead without factor", "member", "observer", "lead elsewhere", "nobody")


@dataclass
class World:
    """One coalition with two people in every circle of it, and somebody in some role."""

    coalition: Coalition
    person: User
    others: tuple[User, User]


def world_of(role: str) -> World:
    """Somebody in this role. Leads act as leads here behind a second factor only: see the fixture `leads_need_a_factor`."""
    ours = factories.coalition()
    others = (factories.member(ours, name="Ama Owusu"), factories.member(ours, name="Samuel Otieno"))
    person = factories.UserFactory(name="Wanjiru Kamau")
    if role == "lead elsewhere":
        factories.admit(factories.coalition("Another"), user=person, role="lead")
    elif role != "nobody":
        factories.admit(ours, user=person, role=role.removesuffix(" without factor"))
    if role.startswith("lead") and not role.endswith("without factor"):
        Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={})
    return World(ours, person, others)


def circle_in(world: World, kind: str) -> Circle:
    """Everyone's, or one of this kind in which all of them stand that can; "outside" is one where the person does not."""
    if kind == "everyone":
        return world.coalition.everyone
    standing = list(world.others)
    current = Membership.objects.current().filter(coalition=world.coalition, user=world.person).exclude(role="observer")
    if kind != "outside" and current.exists():
        standing.append(world.person)
    return factories.circle_of(world.coalition, *standing, kind="restricted" if kind == "outside" else kind)


def rows_of(table: str) -> tuple[list[str], list[tuple]]:
    """The names of its rights, and its rows: what stands before the bar, and the marks after it."""
    head, *lines = [line.strip() for line in table.strip().splitlines() if line.strip()]
    names = head.split("|")[1].split()
    rows = []
    for line in lines:
        before, marks = line.split("|")
        rows.append((*(word.strip() for word in before.split("  ") if word.strip()), dict(zip(names, marks.split(), strict=True))))
    return names, rows


def named(rows):
    return [pytest.param(*row, id=", ".join(row[:-1])) for row in rows]
