"""The acts on a follow-up. Each locks the row, checks, changes it and adds an event. No mail is sent here: the reminder engine reads rows
and events each minute.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from amnt.core.forms import one_line
from amnt.core.idempotency import create_once, sent_before
from amnt.core.links import UNCLEAN, is_clean_link
from coalitions.domain.snoozing import SnoozeUntil, snooze_until
from coalitions.models import Circle, Delegation, FollowUp, FollowUpEvent, Unavailability
from coalitions.services import kept_copies
from coalitions.services.circle_acts import record_in
from coalitions.services.follow_up_rules import (
    Subject,
    can_hold,
    check_backup_is_another,
    check_can_hold,
    check_due,
    check_may_move,
    check_open,
    check_owner,
    check_somebody_has,
    clean_title,
    lock_follow_up,
    reason_not_to_hold,
    subject_after,
    subject_of,
    was_last_done_by,
    what_happened_meanwhile,
)
from resolutions.models import Resolution

State, Kind = FollowUp.State, FollowUpEvent.Kind

# Texts whose earlier version is kept for two weeks when overwritten.
WORDS = ("title", "done_means", "evidence")
EARLIER_WORDS = "coalitions.follow_up_words"
RETURN_AFTER = timedelta(days=4)
RETURNED_AT_ONCE = 500


# --- Making one -------------------------------------------------------------------------------------------------------


@transaction.atomic
def create(
    *,
    circle: Circle,
    title: str,
    due_at: datetime,
    by: User,
    owner: User | None = None,
    backup: User | None = None,
    done_means: str = "",
    resolution: Resolution | None = None,
    delegation: Delegation | None = None,
    counts_once_due: bool = False,
    renews: bool = False,
    submission: UUID | None = None,
) -> FollowUp:
    """Create one, for oneself, for someone else, or without an owner. The same form sent twice makes one.

    counts_once_due -- it is planned long ahead, and not counted among those nobody has before it is due
    renews -- it stands for the end of something that was granted, of which its owner is told long before
    """
    mine = FollowUp.objects.filter(created_by=by)
    if made := sent_before(mine, submission):
        return made
    check_due(due_at)
    subject = Subject(resolution.pk if resolution else None, delegation.pk if delegation else None)
    check_can_hold(circle, subject, owner=owner, backup=backup)
    check_backup_is_another(owner, backup)
    follow_up = FollowUp(
        circle=circle,
        title=clean_title(title),
        done_means=one_line(done_means),
        due_at=due_at,
        owner=owner,
        backup=backup,
        resolution=resolution,
        delegation=delegation,
        counts_once_due=counts_once_due,
        renews=renews,
        created_by=by,
        submission=submission,
        state=State.IN_HAND if owner == by else State.TO_ACCEPT,
        assigned_by=by if owner else None,
        assigned_at=now() if owner else None,
    )
    follow_up, is_new = create_once(follow_up, among=mine)
    if not is_new:
        return follow_up
    add_event(follow_up, Kind.CREATED, by)
    if owner:
        add_event(follow_up, Kind.ASSIGNED, by, to=owner)
    if owner and owner != by:
        record_in(circle, "coalitions.follow_up_assigned", by=by, about=follow_up, fields=["owner"])
    return follow_up


# --- Who has it -------------------------------------------------------------------------------------------------------


@transaction.atomic
def assign(
    follow_up: FollowUp,
    *,
    to: User,
    by: User,
    seen_version: int | None = None,
    due_at: datetime | None = None,
    backup: User | None = None,
) -> FollowUp:
    """Assign it to someone. With `seen_version`, only if it is unchanged since the assigner saw it.

    No `due_at` or `backup` leaves them as they are; a backup who has left, or is now the owner, is removed.
    """
    check_can_hold(follow_up.circle, subject_of(follow_up), to=to, backup=backup)
    if backup:
        check_backup_is_another(to, backup)
    follow_up = lock_follow_up(follow_up)
    check_open(follow_up)
    if seen_version is not None and seen_version != follow_up.version:
        if (follow_up.owner, follow_up.assigned_by) == (to, by):
            return follow_up  # a repeated request
        raise RuleBroken(what_happened_meanwhile(follow_up))
    if follow_up.owner == to:
        raise RuleBroken(_("%(name)s already has it.") % {"name": to.short_name}, field="to")
    changed = []
    if due_at and due_at != follow_up.due_at:
        check_due(due_at)
        follow_up.due_at = due_at
        changed.append("due_at")
    kept = follow_up.backup if follow_up.backup != to and can_hold(follow_up.backup, follow_up.circle, subject_of(follow_up)) else None
    if (backup := backup or kept) != follow_up.backup:
        follow_up.backup = backup
        changed.append("backup")
    set_owner(follow_up, to=to, by=by)
    add_event(follow_up, Kind.ASSIGNED, by, to=to, fields=changed)
    record_in(follow_up.circle, "coalitions.follow_up_assigned", by=by, about=follow_up, fields=["owner", *changed])
    return follow_up


@transaction.atomic
def take(follow_up: FollowUp, *, by: User) -> FollowUp:
    """Take an unowned follow-up."""
    if Unavailability.objects.about(*subject_of(follow_up)).filter(user=by).exists():
        raise RuleBroken(_("You said that you are not available on this. Say that you are again, then take it."))
    check_can_hold(follow_up.circle, subject_of(follow_up), owner=by)
    follow_up = lock_follow_up(follow_up)
    check_open(follow_up)
    if follow_up.owner == by:
        return follow_up
    if follow_up.owner:
        raise RuleBroken(_("%(name)s already has it.") % {"name": follow_up.owner.short_name})
    if follow_up.backup == by:
        follow_up.backup = None
    set_owner(follow_up, to=by, by=by)
    add_event(follow_up, Kind.ASSIGNED, by, to=by)
    return follow_up


@transaction.atomic
def accept(follow_up: FollowUp, *, by: User) -> FollowUp:
    follow_up = lock_follow_up(follow_up)
    check_open(follow_up)
    check_owner(follow_up, by)
    if follow_up.state == State.TO_ACCEPT:
        set_state(follow_up, State.IN_HAND)
        add_event(follow_up, Kind.ACCEPTED, by)
    return follow_up


@transaction.atomic
def decline(follow_up: FollowUp, *, by: User) -> FollowUp:
    """Without a reason. The backup stays; the owner is removed."""
    follow_up = lock_follow_up(follow_up)
    if was_last_done_by(follow_up, Kind.DECLINED, by):
        return follow_up
    check_open(follow_up)
    check_owner(follow_up, by)
    if follow_up.state != State.TO_ACCEPT:
        raise RuleBroken(_("You have already accepted it. You can hand it back."))
    remove_owner(follow_up)
    add_event(follow_up, Kind.DECLINED, by)
    return follow_up


@transaction.atomic
def hand_back(follow_up: FollowUp, *, by: User) -> FollowUp:
    follow_up = lock_follow_up(follow_up)
    if was_last_done_by(follow_up, Kind.HANDED_BACK, by):
        return follow_up
    check_open(follow_up)
    check_owner(follow_up, by)
    remove_owner(follow_up)
    add_event(follow_up, Kind.HANDED_BACK, by)
    return follow_up


@transaction.atomic
def return_unanswered(follow_up: FollowUp) -> bool:
    """Return it to the leads if its owner did not answer. Returns whether it was done. `follow_up` is as the task read it: if assigned to
    someone else since, it waits anew.
    """
    seen, follow_up = follow_up, lock_follow_up(follow_up)
    if follow_up.version != seen.version or follow_up.is_closed or follow_up.owner is None or follow_up.state != State.TO_ACCEPT:
        return False
    remove_owner(follow_up)
    add_event(follow_up, Kind.HANDED_BACK, None)
    return True


def return_all_unanswered() -> None:
    """Each minute: what nobody answered for four days goes back to the leads."""
    waiting = FollowUp.objects.open().filter(owner__isnull=False, state=State.TO_ACCEPT, assigned_at__lte=now() - RETURN_AFTER)
    for follow_up in waiting.exclude(assigned_by=F("owner")).order_by("pk")[:RETURNED_AT_ONCE]:
        return_unanswered(follow_up)


# --- How it goes ------------------------------------------------------------------------------------------------------


@transaction.atomic
def block(follow_up: FollowUp, *, by: User) -> FollowUp:
    follow_up = lock_follow_up(follow_up)
    check_open(follow_up)
    check_somebody_has(follow_up)
    if follow_up.state != State.BLOCKED:
        set_state(follow_up, State.BLOCKED)
        add_event(follow_up, Kind.BLOCKED, by)
    return follow_up


@transaction.atomic
def resume(follow_up: FollowUp, *, by: User) -> FollowUp:
    follow_up = lock_follow_up(follow_up)
    check_open(follow_up)
    check_somebody_has(follow_up)
    if follow_up.state == State.TO_ACCEPT:
        raise RuleBroken(_("Its owner has not accepted it yet."))
    if follow_up.state == State.BLOCKED:
        set_state(follow_up, State.IN_HAND)
        add_event(follow_up, Kind.RESUMED, by)
    return follow_up


@transaction.atomic
def done(follow_up: FollowUp, *, by: User, evidence: str = "") -> FollowUp:
    """Close it as done, with a link as evidence if given, which may also be added later."""
    if evidence and not is_clean_link(evidence):
        raise RuleBroken(str(UNCLEAN), field="evidence")
    follow_up = lock_follow_up(follow_up)
    if follow_up.is_done:
        if evidence and evidence != follow_up.evidence:
            before = {"evidence": follow_up.evidence}
            follow_up.evidence = evidence
            follow_up.save(update_fields=["evidence", "changed_at"])
            keep_earlier_words(before, add_event(follow_up, Kind.CHANGED, by, fields=["evidence"]))
        return follow_up
    check_open(follow_up)
    before = {"evidence": follow_up.evidence} if evidence and evidence != follow_up.evidence else {}
    follow_up.evidence = evidence or follow_up.evidence
    close(follow_up, State.DONE)
    keep_earlier_words(before, add_event(follow_up, Kind.DONE, by, fields=before))
    return follow_up


@transaction.atomic
def drop(follow_up: FollowUp, *, by: User) -> FollowUp:
    """Close it as no longer needed."""
    follow_up = lock_follow_up(follow_up)
    if follow_up.state == State.DROPPED:
        return follow_up
    check_open(follow_up)
    close(follow_up, State.DROPPED)
    add_event(follow_up, Kind.DROPPED, by)
    return follow_up


@transaction.atomic
def reopen(follow_up: FollowUp, *, by: User) -> FollowUp:
    """Reopen it, with owner and backup if they may still have it. Reminders are planned again."""
    subject = subject_of(follow_up)
    still_here = [person for person in (follow_up.owner, follow_up.backup) if can_hold(person, follow_up.circle, subject, lock=True)]
    follow_up = lock_follow_up(follow_up)
    if not follow_up.is_closed:
        return follow_up
    follow_up.closed_at = None
    follow_up.owner = follow_up.owner if follow_up.owner in still_here else None
    follow_up.backup = follow_up.backup if follow_up.backup in still_here else None
    new_version(follow_up)
    set_state(follow_up, State.IN_HAND if follow_up.owner else State.TO_ACCEPT)
    add_event(follow_up, Kind.REOPENED, by)
    return follow_up


@transaction.atomic
def snooze(follow_up: FollowUp, *, until: SnoozeUntil, by: User) -> FollowUp:
    """Snooze the reminder, in the owner's time zone, not beyond the due instant."""
    follow_up = lock_follow_up(follow_up)
    check_open(follow_up)
    check_owner(follow_up, by)
    instant = snooze_until(until, at=now(), due_at=follow_up.due_at, zone=by.time_zone, hour=by.digest_at)
    if instant is None:
        raise RuleBroken(_("The reminder cannot be snoozed until then: it would come too late, or that time has passed."))
    follow_up.snoozed_until = instant
    follow_up.save(update_fields=["snoozed_until", "changed_at"])
    add_event(follow_up, Kind.SNOOZED, by)
    return follow_up


# --- What it says -----------------------------------------------------------------------------------------------------


class Changes(TypedDict, total=False):
    """What may change; what is left out stays."""

    title: str
    done_means: str
    due_at: datetime
    backup: User | None
    circle: Circle
    resolution: Resolution | None
    delegation: Delegation | None


@transaction.atomic
def change(
    follow_up: FollowUp, *, by: User, may_open_up: bool = False, seen_version: int | None = None, **changes: Unpack[Changes]
) -> FollowUp:
    """Change its fields. More people may read it then only if `may_open_up`."""
    if backup := changes.get("backup"):
        check_can_hold(changes.get("circle", follow_up.circle), subject_after(follow_up, changes), backup=backup)
    follow_up = lock_follow_up(follow_up)
    check_open(follow_up)
    if seen_version is not None and seen_version != follow_up.version:
        raise RuleBroken(what_happened_meanwhile(follow_up))
    if "title" in changes:
        changes["title"] = clean_title(changes["title"])
    if "done_means" in changes:
        changes["done_means"] = one_line(changes["done_means"])
    changed = [name for name, value in changes.items() if getattr(follow_up, name) != value]
    if not changed:
        return follow_up
    if "due_at" in changed:
        check_due(changes["due_at"])
        new_version(follow_up)
    read_by = follow_up.circle
    before = {name: getattr(follow_up, name) for name in changed if name in WORDS}
    for name in changed:
        setattr(follow_up, name, changes[name])  # type: ignore[literal-required]
    if "circle" in changed:
        check_may_move(follow_up, by=by, may_open_up=may_open_up)
    if {"backup", "circle", "resolution", "delegation"} & set(changed):
        what = next(name for name in ("circle", "resolution", "delegation", "backup") if name in changed)
        for person, field in ((follow_up.owner, what), (follow_up.backup, "backup")):
            if person and (reason := reason_not_to_hold(person, follow_up.circle, subject_of(follow_up))):
                raise RuleBroken(reason, field=field)
        check_backup_is_another(follow_up.owner, follow_up.backup)
    follow_up.save()
    keep_earlier_words(before, add_event(follow_up, Kind.CHANGED, by, fields=changed), circle=read_by)
    if "circle" in changed:
        # Recorded by the rules of its former circle: nothing if that is a delegation's.
        record_in(read_by, "coalitions.follow_up_moved", by=by, about=follow_up, fields=["circle"])
    return follow_up


@transaction.atomic
def put_words_back(follow_up: FollowUp, *, words: Mapping[str, str], by: User) -> FollowUp:
    """Restore earlier words. The present ones are kept as a copy."""
    follow_up = lock_follow_up(follow_up)
    if set(words) - {"evidence"}:
        check_open(follow_up)
    before = {name: getattr(follow_up, name) for name in words}
    for name, value in words.items():
        setattr(follow_up, name, value)
    follow_up.save(update_fields=[*words, "changed_at"])
    keep_earlier_words(before, add_event(follow_up, Kind.PUT_BACK, by, fields=words))
    return follow_up


# --- Changing the row -------------------------------------------------------------------------------------------------


def add_event(follow_up: FollowUp, kind: str, by: User | None, *, to: User | None = None, fields: Collection[str] = ()) -> FollowUpEvent:
    return follow_up.events.create(kind=kind, by=by, to=to, fields=list(fields))


def keep_earlier_words(before: Mapping[str, str], event: FollowUpEvent, *, circle: Circle | None = None) -> None:
    """Keep a copy of the words that this event overwrote, if any.

    circle -- the former circle, if the follow-up was moved
    """
    words = {name: value for name, value in before.items() if value}
    if words:
        follow_up = event.follow_up
        kept_copies.keep(
            EARLIER_WORDS,
            words,
            about=follow_up.public_id,
            by=event.by,
            circle=circle or follow_up.circle,
            belongs_at=max(follow_up.created_at, follow_up.due_at),
            at=event.at,
        )


def set_state(follow_up: FollowUp, state: str) -> None:
    follow_up.state, follow_up.state_at = state, now()
    follow_up.save()


def set_owner(follow_up: FollowUp, *, to: User, by: User) -> None:
    """Set the owner; who takes it needs no acceptance."""
    follow_up.owner, follow_up.assigned_by, follow_up.assigned_at = to, by, now()
    new_version(follow_up)
    set_state(follow_up, State.IN_HAND if to == by else State.TO_ACCEPT)


def remove_owner(follow_up: FollowUp) -> None:
    """Remove the owner. The assigner stays, for the notice."""
    follow_up.owner = None
    new_version(follow_up)
    set_state(follow_up, State.TO_ACCEPT)


def close(follow_up: FollowUp, state: str) -> None:
    follow_up.closed_at = now()
    set_state(follow_up, state)


def new_version(follow_up: FollowUp) -> None:
    """Reminders of the older one are never sent."""
    follow_up.version += 1
    follow_up.snoozed_until = None
