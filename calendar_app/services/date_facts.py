"""Adding official dates and correcting their facts. `services.dates` moves them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext, override
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core import times
from amnt.core.errors import RuleBroken
from amnt.core.idempotency import sent_before
from calendar_app.models import Deadline, Meeting
from calendar_app.services import dates
from calendar_app.services.agendas import set_agenda
from calendar_app.services.date_states import NewDate, check_new_date, check_source, save_with_author
from coalitions.models import Circle
from coalitions.services.circle_acts import check_stands_in
from resolutions.models import Assembly, DateStatus, RegionalGroup, Resolution

# The related deadlines a meeting usually has, in days before its first day: suggestions, to be replaced by what the organiser says.
USUAL_DEADLINES: Mapping[str, Sequence[tuple[str, int]]] = dict.fromkeys(
    (Meeting.Kind.REGIONAL, Meeting.Kind.INTER_REGIONAL, Meeting.Kind.NATIONAL),
    ((Deadline.Kind.REGISTRATION, 14), (Deadline.Kind.DOCUMENT, 21)),
)


@transaction.atomic
def add_meeting(
    *,
    by: User,
    assembly: Assembly,
    kind: str,
    titles: Mapping[str, str],
    new: NewDate,
    source: str = "",
    group: RegionalGroup | None = None,
    city: str = "",
    country: str = "",
    mode: str = "",
    access: str = "",
    resolutions: Iterable[Resolution] = (),
    circle: Circle | None = None,
    related_deadlines: Iterable[tuple[str, int]] = (),
    is_lead: bool = True,
    submission: UUID | None = None,
) -> Meeting:
    """Add a meeting and its related deadlines, provisional and each so many days before the first day.

    is_lead -- what a member adds sends nothing before a lead or another member confirms it
    """
    by.lock()
    if made := sent_before(Meeting.objects.all(), submission):
        return made
    check_new_date(new)
    check_source(source, is_private=circle is not None)
    if circle is not None:
        check_stands_in(circle, by)
    is_checked = is_lead and bool(source) and new.status == DateStatus.CONFIRMED
    meeting = Meeting(
        assembly=assembly,
        kind=kind,
        starts_on=new.on,
        ends_on=new.last_day,
        at=new.instant,
        has_hour=new.hour is not None,
        zone=new.zone,
        date_status=new.status if is_lead else DateStatus.RUMOUR,
        source=source,
        group=group,
        city=city,
        country=country,
        mode=mode,
        access=access,
        circle=circle,
        verified_by=by if is_checked else None,
        verified_at=now() if is_checked else None,
        submission=submission,
    )
    save_with_author(by, _titled(meeting, titles))
    set_agenda(meeting, resolutions, by=by)
    for kind_of_deadline, days in related_deadlines:
        _add_related_deadline(meeting, kind=kind_of_deadline, days_before=days, by=by, is_lead=is_lead)
    if not is_lead:
        dates.propose_new(meeting, status=new.status, source=source, by=by)
    return meeting


def titles_of_related_deadline(meeting: Meeting, kind: str) -> dict[str, str]:
    """By language, from the titles of the meeting."""
    titles = {}
    for language, _name in settings.LANGUAGES:
        if title := getattr(meeting, f"title_{language}"):
            with override(language):
                titles[language] = gettext("%(door)s: %(meeting)s") % {"door": Deadline.Kind(kind).label.capitalize(), "meeting": title}
    return titles


def _add_related_deadline(meeting: Meeting, *, kind: str, days_before: int, by: User, is_lead: bool) -> Deadline:
    titles = titles_of_related_deadline(meeting, kind)
    deadline = Deadline(
        assembly=meeting.assembly,
        meeting=meeting,
        kind=kind,
        at=times.instant_of(meeting.starts_on - timedelta(days=days_before), None, meeting.zone),
        has_hour=False,
        zone=meeting.zone,
        offset_days=-days_before,
        date_status=DateStatus.PROVISIONAL if is_lead else DateStatus.RUMOUR,
        is_example=meeting.is_example,
    )
    save_with_author(by, _titled(deadline, titles))
    return deadline


@transaction.atomic
def add_deadline(
    *,
    by: User,
    assembly: Assembly,
    kind: str,
    titles: Mapping[str, str],
    new: NewDate,
    source: str = "",
    meeting: Meeting | None = None,
    is_lead: bool = True,
    submission: UUID | None = None,
) -> Deadline:
    """Add a deadline of a meeting or an assembly: fixed, or moving with the first day (`new.follows`). `is_lead` as for meetings."""
    by.lock()
    if made := sent_before(Deadline.objects.all(), submission):
        return made
    check_new_date(new)
    check_source(source, is_private=meeting is not None and meeting.is_private)
    first_day = meeting.starts_on if meeting else assembly.starts_on
    if new.follows and first_day is None:
        raise RuleBroken(_("The first day is not known yet: give a fixed date."), field="follows")
    is_checked = is_lead and bool(source) and new.status == DateStatus.CONFIRMED
    deadline = Deadline(
        assembly=assembly,
        meeting=meeting,
        kind=kind,
        at=new.instant,
        has_hour=new.hour is not None,
        zone=new.zone,
        offset_days=(new.on - first_day).days if new.follows and first_day else None,
        date_status=new.status if is_lead else DateStatus.RUMOUR,
        source=source,
        verified_by=by if is_checked else None,
        verified_at=now() if is_checked else None,
        submission=submission,
    )
    save_with_author(by, _titled(deadline, titles))
    if not is_lead:
        dates.propose_new(deadline, status=new.status, source=source, by=by)
    return deadline


@transaction.atomic
def correct_meeting(
    meeting: Meeting,
    *,
    by: User,
    seen: datetime | None,
    titles: Mapping[str, str],
    source: str,
    city: str,
    country: str,
    mode: str,
    resolutions: Iterable[Resolution],
    group: RegionalGroup | None = None,
    access: str = "",
) -> Meeting:
    """Correct everything about a meeting but its date."""
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    _refuse_if_changed(meeting, seen)
    check_source(source, is_private=meeting.is_private, may_have_words=True)
    meeting.group, meeting.city, meeting.country, meeting.mode, meeting.access = group, city, country, mode, access
    meeting.source = source
    save_with_author(by, _titled(meeting, titles))
    set_agenda(meeting, resolutions, by=by)
    return meeting


@transaction.atomic
def correct_deadline(deadline: Deadline, *, by: User, seen: datetime | None, titles: Mapping[str, str], source: str, kind: str) -> Deadline:
    deadline = Deadline.objects.select_for_update().get(pk=deadline.pk)
    _refuse_if_changed(deadline, seen)
    check_source(source, is_private=deadline.is_private, may_have_words=True)
    deadline.kind, deadline.source = kind, source
    save_with_author(by, _titled(deadline, titles))
    return deadline


@transaction.atomic
def mark_checked(target: Meeting | Deadline, *, by: User) -> None:
    """Record that this person checked it against its source today."""
    if target.is_assumption:
        raise RuleBroken(
            _("This date is an assumption: there is nothing published to check it against. Enter what is published, with its source.")
        )
    if not target.source:
        raise RuleBroken(_("It has no source to check it against. Correct the facts and give one."))
    target.verified_by, target.verified_at = by, now()
    save_with_author(by, target, ["verified_by", "verified_at", "changed_at"])


def _refuse_if_changed(target: Meeting | Deadline, seen: datetime | None) -> None:
    if target.changed_at != seen:
        raise RuleBroken(_("Someone else has changed this in the meantime. Look at it again, then send yours."))


def _titled[Thing: (Meeting, Deadline)](target: Thing, titles: Mapping[str, str]) -> Thing:
    for language, title in titles.items():
        setattr(target, f"title_{language}", title or None)
    return target
