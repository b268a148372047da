"""Saying for each half of a day where one follows the assembly from, or taking that back.

It is no audited act, since it is deleted two days later.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from coalitions.live.read_models.season import Season
from coalitions.models import Coalition, DeclaredPresence


@transaction.atomic
def declare(coalitions: list[Coalition], *, season: Season, day: date, places: Mapping[str, str], by: User) -> None:
    """Say it to these coalitions. places -- by half of the day; empty for what is not said. Twice is once."""
    if not season.holds(day):
        raise RuleBroken(_("This is no day of the assembly."))
    if day < season.today:
        raise RuleBroken(_("This day is over."))
    by.lock()
    for half, place in places.items():
        rows = DeclaredPresence.objects.filter(user=by, coalition__in=coalitions, day=day, half=half)
        if not place:
            rows.delete()
            continue
        for coalition in coalitions:
            of_half: Any = {"coalition": coalition, "day": day, "half": DeclaredPresence.Half(half)}
            DeclaredPresence.objects.update_or_create(user=by, **of_half, defaults={"place": DeclaredPresence.Place(place)})
