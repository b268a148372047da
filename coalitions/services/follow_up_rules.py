"""When an act on a follow-up is refused, and the sentence that says so."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from amnt.core.forms import one_line
from coalitions.models import Circle, FollowUp, Membership, Unavailability
from coalitions.services.circle_acts import check_stands_in, why_only_observes


def lock_follow_up(follow_up: FollowUp) -> FollowUp:
    """Lock the row and read its present state."""
    rows = FollowUp.objects.select_for_update(of=("self",)).select_related("circle__coalition", "owner", "backup", "assigned_by")
    return rows.get(pk=follow_up.pk)


class Subject(NamedTuple):
    """What a follow-up is about, by key: someone may not be available on it."""

    resolution: int | None = None
    delegation: int | None = None


def subject_of(follow_up: FollowUp) -> Subject:
    return Subject(follow_up.resolution_id, follow_up.delegation_id)


def subject_after(follow_up: FollowUp, changes: Mapping[str, Any]) -> Subject:
    """What it is about once these changes are made."""
    about = [changes[name] if name in changes else getattr(follow_up, name) for name in Subject._fields]
    return Subject(*(thing.pk if thing else None for thing in about))


def can_hold(person: User | None, circle: Circle, subject: Subject, *, lock: bool = False) -> bool:
    """Whether someone may be owner or backup: a member or lead in the circle, and available on it."""
    return person is not None and not reason_not_to_hold(person, circle, subject, lock=lock)


def check_can_hold(circle: Circle, subject: Subject, **people: User | None) -> None:
    """Refuse people who may not be owner or backup; `people` by field: `owner`, `to` or `backup`.

    Called before the follow-up is locked, since leaving locks the membership first too. Several are locked in one order, to avoid a
    deadlock.
    """
    named = [(person, field) for field, person in people.items() if person]
    for person, field in sorted(named, key=lambda each: each[0].pk):
        if reason := reason_not_to_hold(person, circle, subject, lock=True):
            raise RuleBroken(reason, field=field)


def reason_not_to_hold(person: User, circle: Circle, subject: Subject, *, lock: bool = False) -> str:
    memberships = Membership.objects.current().filter(user=person, coalition=circle.coalition_id)
    if lock:
        memberships = memberships.select_for_update(of=("self",))
    membership = memberships.select_related("user").first()
    name = {"name": person.short_name}
    if membership is None:
        return _("%(name)s is no longer in this coalition. Choose someone else.") % name
    if reason := why_only_observes(membership):
        return reason
    if not membership.circle_memberships.filter(circle=circle).exists():
        return _("%(name)s cannot read it: add them to the circle first.") % name
    if any(subject) and Unavailability.objects.about(*subject).filter(user=person).exists():
        return _("%(name)s is not available on this. Choose someone else.") % name
    return ""


def check_open(follow_up: FollowUp) -> None:
    if follow_up.is_closed:
        raise RuleBroken(_("This follow-up is closed. Reopen it first."))


def check_owner(follow_up: FollowUp, person: User) -> None:
    if follow_up.owner != person:
        raise RuleBroken(_("It is no longer assigned to you."))


def check_somebody_has(follow_up: FollowUp) -> None:
    if follow_up.owner is None:
        raise RuleBroken(_("Nobody has it yet. Take it or assign it first."))


def check_backup_is_another(owner: User | None, backup: User | None) -> None:
    if owner is not None and owner == backup:
        raise RuleBroken(_("The backup must be someone other than the owner."), field="backup")


def check_due(due_at: datetime) -> None:
    if due_at <= now():
        raise RuleBroken(_("This due date has passed. Give one that is still to come."), field="due_at")


def check_may_move(follow_up: FollowUp, *, by: User, may_open_up: bool) -> None:
    """Check a move to another circle: of the same coalition, one that the mover is in; more readers only with `may_open_up`."""
    was = Circle.objects.get(follow_ups=follow_up)
    check_stands_in(follow_up.circle, by, coalition_id=was.coalition_id)
    if not was.is_everyone and not may_open_up:
        raise RuleBroken(_("Only its author or a lead may let other people read it."), field="circle")


def clean_title(title: str) -> str:
    title = one_line(title)
    if not title:
        raise RuleBroken(_("Give it a title that can be read."), field="title")
    return title


def what_happened_meanwhile(follow_up: FollowUp) -> str:
    owner, lead = follow_up.owner, follow_up.assigned_by
    if owner and lead in (None, owner):
        return _("%(name)s took it in the meantime: nothing was changed.") % {"name": owner.short_name}
    if owner and lead and Membership.objects.current().filter(coalition=follow_up.circle.coalition_id, user=lead).exists():
        names = {"name": owner.short_name, "lead": lead.short_name}
        return _("%(lead)s assigned it to %(name)s in the meantime: nothing was changed.") % names
    return _("It has changed in the meantime. Your change was not made: look at it again.")


def was_last_done_by(follow_up: FollowUp, kind: str, person: User) -> bool:
    """Whether this act by this person is the last event: a repeated request."""
    last = follow_up.events.first()
    return last is not None and (last.kind, last.by_id) == (kind, person.pk)
