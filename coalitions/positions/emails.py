"""The mails of positions. They name no coalition, no person, no resolution and no stance."""

from collections.abc import Sequence

from amnt.accounts.models import User
from amnt.mail.emails import Letter, register_composer, to_person
from amnt.mail.models import Email
from coalitions.models import CircleMembership, Position


def letters_of_positions_that_hold(emails: Sequence[Email]) -> dict[int, Letter]:
    """To those who may still read it."""
    circles = dict(Position.objects.filter(pk__in=[email.about["position"] for email in emails]).values_list("pk", "circle"))
    standing = CircleMembership.objects.current().filter(circle__in=circles.values())
    readers = set(standing.values_list("circle", "membership__user"))
    people = User.objects.active().in_bulk([email.to_id for email in emails])
    return {
        email.pk: to_person(people[email.to_id], "coalitions/position_holds", {})
        for email in emails
        if email.to_id in people and (circles.get(email.about["position"]), email.to_id) in readers
    }


def register_all() -> None:
    register_composer("coalitions/position_holds", letters_of_positions_that_hold)
