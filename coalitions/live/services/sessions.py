"""Entering a session of an assembly, saying that it is held, correcting and cancelling it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts import undo
from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from amnt.core.forms import one_line
from amnt.core.idempotency import create_once, sent_before
from coalitions.models import AssemblySession, Circle, SessionAttendee, SessionReport, SessionResolution
from coalitions.services.circle_acts import check_stands_in, record_in
from resolutions.models import Assembly, Resolution

KIND = "coalitions.session"
# On the clock of the venue: the day before it opens is prepared too.
DAYS_BEFORE = timedelta(days=1)
LONGEST = timedelta(hours=18)
MOST_A_DAY = 200
MOST_ON_AGENDA = 40
# What is corrected, and restored.
CHANGED = ("standing", "group", "title", "room", "starts_at", "ends_at")


@transaction.atomic
def enter_session(
    circle: Circle,
    *,
    assembly: Assembly,
    standing: str,
    group: str,
    starts_at: datetime,
    by: User,
    ends_at: datetime | None = None,
    title: str = "",
    room: str = "",
    resolutions: Iterable[Resolution] = (),
    submission: UUID | None = None,
) -> AssemblySession:
    """Put a session on its day. Who enters an informal one is the first to say that it is held. The same form sent twice makes one."""
    mine = AssemblySession.objects.filter(created_by=by)
    if made := sent_before(mine, submission):
        return made
    check_stands_in(circle, by)
    if circle.kind == Circle.Kind.DELEGATION:
        raise RuleBroken(_("What only a delegation reads has no sessions here: choose another circle."), field="circle")
    agenda = checked_agenda(resolutions)
    wanted = AssemblySession(
        circle=circle,
        assembly=assembly,
        standing=standing,
        group=group,
        title=one_line(title),
        room=one_line(room),
        starts_at=starts_at,
        ends_at=ends_at,
        created_by=by,
        submission=submission,
    )
    check_says_what_it_is(wanted, agenda)
    check_times(wanted)
    # Two at once would otherwise both fit.
    Circle.objects.select_for_update(of=("self",)).get(pk=circle.pk)
    if AssemblySession.objects.filter(circle=circle, assembly=assembly).of_day(wanted.day, assembly.zone).count() >= MOST_A_DAY:
        raise RuleBroken(_("There are too many sessions on this day."))
    session, is_new = create_once(wanted, among=mine)
    if is_new:
        put_on_agenda(session, agenda)
        if standing == AssemblySession.Standing.INFORMAL:
            SessionReport.objects.create(session=session, by=by)
        record_in(circle, "coalitions.session_entered", by=by, about=session)
    return session


@transaction.atomic
def confirm_session(session: AssemblySession, *, by: User) -> None:
    """Say that an informal session is held, as whoever reported it did. Twice is once."""
    session = lock(session)
    check_stands_in(session.circle, by)
    check_is_held(session)
    if session.standing != AssemblySession.Standing.INFORMAL:
        raise RuleBroken(_("Only an informal session needs to be confirmed."))
    _report, is_new = SessionReport.objects.get_or_create(session=session, by=by)
    if is_new:
        touch(session)


@transaction.atomic
def change_session(
    session: AssemblySession, *, by: User, resolutions: Iterable[Resolution] | None = None, seen_version: int | None = None, **facts: Any
) -> AssemblySession:
    """Correct it: only what is given changes. resolutions -- its whole agenda; seen_version -- of what the form showed"""
    session = lock(session)
    check_stands_in(session.circle, by)
    if seen_version is not None and session.version != seen_version:
        raise RuleBroken(_("Someone has changed this session meanwhile. What you typed is kept: look again, then send it."))
    check_is_held(session)
    before = {name: getattr(session, name) for name in CHANGED}
    on_agenda = set(session.agenda.values_list("resolution", flat=True))
    for name in CHANGED:
        if name in facts:
            setattr(session, name, one_line(facts[name]) if name in ("title", "room") else facts[name])
    agenda = checked_agenda(resolutions) if resolutions is not None else None
    check_says_what_it_is(session, on_agenda if agenda is None else agenda)
    check_times(session)
    fields = [name for name in CHANGED if getattr(session, name) != before[name]]
    if agenda is not None and {each.pk for each in agenda} != on_agenda:
        session.agenda.all().delete()
        put_on_agenda(session, agenda)
        fields.append("resolutions")
    if fields:
        session.version += 1
        session.save()
        if "starts_at" in fields:
            SessionAttendee.objects.filter(session=session).update(day=session.day)
        record_in(session.circle, "coalitions.session_changed", by=by, about=session, fields=fields)
    return session


@transaction.atomic
def cancel_session(session: AssemblySession, *, by: User) -> None:
    """It is not held: its row says so, and nobody needs to go. Twice is once."""
    session = lock(session)
    check_stands_in(session.circle, by)
    if AssemblySession.objects.held().filter(pk=session.pk).update(cancelled_at=now(), version=F("version") + 1, changed_at=now()):
        record_in(session.circle, "coalitions.session_cancelled", by=by, about=session)


@transaction.atomic
def undo_cancelling(about: dict[str, Any], *, by: User) -> str:
    """It is held after all, if nobody did anything with it since."""
    session = AssemblySession.objects.visible_to(by).filter(pk=about["session"]).select_related("circle__coalition", "assembly").first()
    if session is None:
        raise RuleBroken(_("You can no longer read this session: nothing was changed."))
    session = lock(session)
    if session.version != about["version"] or session.cancelled_at is None:
        raise RuleBroken(_("This session has changed since: nothing was undone."))
    AssemblySession.objects.filter(pk=session.pk).update(cancelled_at=None, version=F("version") + 1, changed_at=now())
    record_in(session.circle, "coalitions.session_changed", by=by, about=session, fields=["cancelled_at"])
    return _("Undone: it is as it was before.")


# --- What all have in common ------------------------------------------------------------------------------------------------


def lock(session: AssemblySession) -> AssemblySession:
    rows = AssemblySession.objects.select_for_update(of=("self",)).select_related("circle__coalition", "assembly")
    return rows.get(pk=session.pk)


def touch(session: AssemblySession) -> None:
    """Pages that are open see by this instant that something has changed."""
    AssemblySession.objects.filter(pk=session.pk).update(changed_at=now())


def check_is_held(session: AssemblySession) -> None:
    if session.cancelled_at is not None:
        raise RuleBroken(_("This session was cancelled."))


def checked_agenda(resolutions: Iterable[Resolution]) -> list[Resolution]:
    agenda = list(dict.fromkeys(resolutions))
    if len(agenda) > MOST_ON_AGENDA:
        raise RuleBroken(_("A session can have at most %(n)s resolutions.") % {"n": MOST_ON_AGENDA}, field="resolutions")
    return agenda


def check_says_what_it_is(session: AssemblySession, agenda: Any) -> None:
    if not session.title and not agenda and session.group == AssemblySession.Group.OTHER:
        raise RuleBroken(_("Say what it is: a resolution, a group or a title."), field="title")


def check_times(session: AssemblySession) -> None:
    """On a day of the assembly or the one before, and over on the next day at the latest."""
    assembly = session.assembly
    if assembly.starts_on is None:
        raise RuleBroken(_("This assembly has no dates yet."), field="starts_at")
    if not assembly.starts_on - DAYS_BEFORE <= session.day <= (assembly.ends_on or assembly.starts_on):
        raise RuleBroken(_("This is no day of the assembly."), field="starts_at")
    if session.ends_at is None:
        return
    if session.ends_at <= session.starts_at:
        raise RuleBroken(_("It ends before it begins."), field="ends_at")
    if session.ends_at - session.starts_at > LONGEST:
        raise RuleBroken(_("No session is that long."), field="ends_at")


def put_on_agenda(session: AssemblySession, agenda: Iterable[Resolution]) -> None:
    SessionResolution.objects.bulk_create(SessionResolution(session=session, resolution=resolution) for resolution in agenda)


def register_all() -> None:
    undo.register(KIND, undo_cancelling)
