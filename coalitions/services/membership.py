"""Founding a coalition, letting people in and out, and the circle of everyone that follows from it."""

from django.db import transaction

from amnt.accounts.models import User
from coalitions.models import Circle, CircleMembership, Coalition, Membership, Organisation


@transaction.atomic
def found_coalition(name: str, *, mail_ceiling: str = User.MailLevel.STANDARD) -> Coalition:
    """A coalition and the circle of everyone it is born with. Its leads are admitted or invited next."""
    coalition = Coalition.objects.create(name=name, mail_ceiling=mail_ceiling)
    Circle.objects.create(coalition=coalition, kind=Circle.Kind.EVERYONE)
    return coalition


@transaction.atomic
def admit(coalition: Coalition, *, user: User, role: str, organisation: Organisation | None = None) -> Membership:
    """Make this person a member, with the circles her role brings."""
    membership = Membership.objects.create(coalition=coalition, user=user, role=role, organisation=organisation)
    stand_in_everyone(membership)
    return membership


def stand_in_everyone(membership: Membership) -> None:
    """Leads and members stand in the circle of everyone; observers do not."""
    everyone = membership.coalition.everyone
    if membership.role == Membership.Role.OBSERVER:
        CircleMembership.objects.filter(circle=everyone, membership=membership).delete()
    else:
        CircleMembership.objects.get_or_create(circle=everyone, membership=membership)
