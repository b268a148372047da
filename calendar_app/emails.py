"""The mail about a plan that moved. It names no coalition, no person and no circle; titles and days only where everyone in the coalition
reads the plan and both the reader and her coalitions chose detailed e-mails.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import User
from amnt.mail.dates import moment_ahead
from amnt.mail.emails import Letter, register_composer, to_person
from amnt.mail.models import Email
from amnt.mail.stopping import register_stoppable
from calendar_app.models import PlanMove
from coalitions.models import CircleMembership, FollowUp
from coalitions.statements.emails import LEVELS, lowest_ceilings

PLAN_MOVED, STOP = "calendar_app/plan_moved", "plan-moved"


def letters_of_moves(emails: Sequence[Email]) -> dict[int, Letter]:
    """To owners and backups of what moved, who may still read it. Not sent if that move was undone meanwhile, or they no longer have it."""
    moves = (
        PlanMove.objects.filter(undone_at=None)
        .select_related("plan__circle", "plan__deadline")
        .in_bulk([email.about["move"] for email in emails])
    )
    keys = {int(pk) for move in moves.values() for pk in move.new["steps"]}
    follow_ups = FollowUp.objects.open().in_bulk(keys)
    standing = CircleMembership.objects.current().filter(circle__in=[move.plan.circle_id for move in moves.values()])
    readers = set(standing.values_list("circle", "membership__user"))
    people = User.objects.active().in_bulk([email.to_id for email in emails])
    ceilings: dict[int, str] = lowest_ceilings(people)
    letters = {}
    for email in emails:
        person, move = people.get(email.to_id), moves.get(email.about["move"])
        if person is None or move is None or (move.plan.circle_id, person.pk) not in readers:
            continue
        hers = [follow_ups[int(pk)] for pk in move.new["steps"] if int(pk) in follow_ups]
        hers = [row for row in hers if person.pk in (row.owner_id, row.backup_id)]
        if hers:
            level = min(person.mail_level, ceilings.get(person.pk, User.MailLevel.DISCREET), key=LEVELS.index)
            is_detailed = level == User.MailLevel.DETAILED and move.plan.circle.is_everyone
            letters[email.pk] = letter(person, move, hers, is_detailed=is_detailed)
    return letters


def letter(person: User, move: PlanMove, hers: Sequence[FollowUp], *, is_detailed: bool) -> Letter:
    with translation.override(person.language):
        lines = [line_of(row, move, person) for row in hers] if is_detailed else []
    return to_person(person, PLAN_MOVED, {"number": len(hers), "lines": lines}, stop=STOP)


def line_of(follow_up: FollowUp, move: PlanMove, person: User) -> dict[str, Any]:
    old, new = (moment_ahead(datetime.fromisoformat(state["steps"][str(follow_up.pk)]), person) for state in (move.old, move.new))
    return {"title": follow_up.title, "old": old, "new": new}


def register_all() -> None:
    register_stoppable(STOP, _("moves of plans I have steps in"))
    register_composer(PLAN_MOVED, letters_of_moves)
