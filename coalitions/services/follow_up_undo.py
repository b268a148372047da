"""Undoing one act on a follow-up: everything is as it was before, unless others have done something since.

The view notes the state before the act (`state_before`) and asks after it what to undo (`act_to_undo`).
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from amnt.accounts import undo
from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from coalitions.models import FollowUp, FollowUpEvent
from coalitions.services.circle_acts import record_in
from coalitions.services.follow_up_rules import lock_follow_up, reason_not_to_hold, subject_of, what_happened_meanwhile
from coalitions.services.follow_ups import add_event, new_version

KIND = "coalitions.follow_up"
INSTANTS = ("state_at", "closed_at", "assigned_at", "snoozed_until", "due_at")
PEOPLE = ("owner_id", "backup_id", "assigned_by_id")
# What these acts change.
RESTORED = ("state", "evidence", *INSTANTS, *PEOPLE)


def state_before(follow_up: FollowUp) -> dict[str, Any]:
    """What an act is going to change, and the last event until now."""
    last = follow_up.events.order_by("-pk").values_list("pk", flat=True).first()
    before = {name: getattr(follow_up, name) for name in RESTORED}
    said = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in before.items()}
    return {"follow_up": follow_up.pk, "last": last or 0, "before": said}


def act_to_undo(before: dict[str, Any], *, by: User) -> dict[str, Any] | None:
    """What to undo: the only event since, if it is by this person; None if nothing happened, or more than that."""
    events = list(FollowUpEvent.objects.filter(follow_up=before["follow_up"], pk__gt=before["last"]).values_list("pk", "by")[:2])
    if len(events) != 1 or events[0][1] != by.pk:
        return None
    return before | {"event": events[0][0]}


@transaction.atomic
def undo_act(about: dict[str, Any], *, by: User) -> FollowUp:
    """Restore what stood there before the event, if it is the last one."""
    follow_up = FollowUp.objects.visible_to(by).filter(pk=about["follow_up"]).select_related("circle").first()
    if follow_up is None:
        raise RuleBroken(_("You can no longer read this follow-up: nothing was changed."))
    before = about["before"] | {name: said and datetime.fromisoformat(said) for name, said in instants_of(about["before"])}
    # Locked before the follow-up, as leaving does.
    for person in User.objects.filter(pk__in=[before[name] for name in ("owner_id", "backup_id") if before[name]]).order_by("pk"):
        if reason := reason_not_to_hold(person, follow_up.circle, subject_of(follow_up), lock=True):
            raise RuleBroken(reason)
    follow_up = lock_follow_up(follow_up)
    last = follow_up.events.order_by("-pk").first()
    if last is not None and last.undoes_id == about["event"]:
        return follow_up
    if last is None or last.pk != about["event"]:
        raise RuleBroken(what_happened_meanwhile(follow_up))
    for name, value in before.items():
        setattr(follow_up, name, value)
    new_version(follow_up)
    follow_up.snoozed_until = before["snoozed_until"]
    follow_up.save()
    event = add_event(follow_up, FollowUpEvent.Kind.UNDONE, by)
    event.undoes = last
    event.save(update_fields=["undoes"])
    if last.kind == FollowUpEvent.Kind.ASSIGNED and last.to_id != by.pk:
        record_in(follow_up.circle, "coalitions.follow_up_assigned", by=by, about=follow_up, fields=["owner"])
    return follow_up


def instants_of(said: dict[str, Any]) -> Iterable[tuple[str, str | None]]:
    return ((name, said[name]) for name in INSTANTS)


def undo_and_say(about: dict[str, Any], *, by: User) -> str:
    undo_act(about, by=by)
    return _("Undone: it is as it was before.")


def register_all() -> None:
    undo.register(KIND, undo_and_say)
