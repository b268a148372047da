"""Outlets, who follows them, and embargo notes. Nothing of them is ever mailed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from amnt.core.forms import one_line, several_lines
from amnt.core.idempotency import create_once, sent_before
from coalitions.models import Circle, Coalition, EmbargoNote, Membership, Outlet, OutletFollower
from coalitions.services.circle_acts import check_stands_in, record_in

TOLD = ("name", "country", "website", "covers")


@transaction.atomic
def add_outlet(coalition: Coalition, *, by: User, submission: UUID | None = None, **facts: str) -> Outlet:
    """Sent twice, it makes one."""
    mine = Outlet.objects.filter(by=by)
    if made := sent_before(mine, submission):
        return made
    outlet = Outlet(coalition=coalition, by=by, submission=submission)
    fill(outlet, facts)
    row, is_new = create_once(outlet, among=mine)
    if is_new:
        record_in(coalition.everyone, "coalitions.outlet_written", by=by, about=row)
    return row


@transaction.atomic
def change_outlet(outlet: Outlet, *, by: User, seen_version: int | None = None, **facts: str) -> Outlet:
    """With `seen_version`, only if nobody changed it since."""
    row = Outlet.objects.select_for_update(of=("self",)).select_related("coalition").filter(pk=outlet.pk).first()
    if row is None:
        raise RuleBroken(_("This outlet was removed in the meantime."))
    if seen_version is not None and seen_version != row.version:
        raise RuleBroken(_("Someone else changed this in the meantime. Your text is kept: look again, then send it."))
    if changed := fill(row, facts):
        row.version += 1
        row.save(update_fields=[*changed, "version"])
        record_in(row.coalition.everyone, "coalitions.outlet_written", by=by, about=row, fields=changed)
    return row


@transaction.atomic
def remove_outlet(outlet: Outlet, *, by: User) -> None:
    """With who follows it; embargo notes about it stay, without its name."""
    record_in(outlet.coalition.everyone, "coalitions.outlet_removed", by=by, about=outlet)
    outlet.delete()


def fill(outlet: Outlet, facts: dict[str, Any]) -> list[str]:
    clean = {name: one_line(str(facts[name])) for name in TOLD if name in facts}
    changed = [name for name, value in clean.items() if str(getattr(outlet, name)) != value]
    for name in changed:
        setattr(outlet, name, clean[name])
    if not outlet.name:
        raise RuleBroken(_("Say what the outlet is called."), field="name")
    return changed


@transaction.atomic
def follow_outlet(outlet: Outlet, *, follows: bool, by: User) -> None:
    """Say that one follows an outlet, or no longer. Safe to repeat."""
    mine = Membership.objects.current().working().filter(coalition=outlet.coalition_id, user=by).first()
    if mine is None:
        raise RuleBroken(_("You have left this coalition."))
    if follows:
        OutletFollower.objects.get_or_create(outlet=outlet, membership=mine)
    else:
        OutletFollower.objects.filter(outlet=outlet, membership=mine).delete()


@transaction.atomic
def write_embargo(
    *, circle: Circle, text: str, until: datetime, outlet: Outlet | None = None, by: User, submission: UUID | None = None
) -> EmbargoNote:
    """Note what must not be used before this instant. Sent twice, it makes one."""
    mine = EmbargoNote.objects.filter(by=by)
    if made := sent_before(mine, submission):
        return made
    check_stands_in(circle, by)
    text = several_lines(text)
    if not text:
        raise RuleBroken(_("Say what is embargoed."), field="text")
    if until <= now():
        raise RuleBroken(_("This instant is past: there is nothing to hold back."), field="until_on")
    if outlet and outlet.coalition_id != circle.coalition_id:
        raise RuleBroken(_("This outlet is of another coalition."), field="outlet")
    wanted = EmbargoNote(circle=circle, text=text, until=until, outlet=outlet, by=by, submission=submission)
    note, is_new = create_once(wanted, among=mine)
    if is_new:
        record_in(circle, "coalitions.embargo_noted", by=by)
    return note


@transaction.atomic
def remove_embargo(note: EmbargoNote, *, by: User) -> None:
    """For good: nothing of it is kept."""
    circle = note.circle
    note.delete()
    record_in(circle, "coalitions.embargo_removed", by=by)
