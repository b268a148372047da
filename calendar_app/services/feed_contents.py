"""What the calendar of a private address holds now.

Public dates have their title. What is not public is a task or a meeting without words, unless its owner chose titles, the ceiling of every
coalition of hers allows it, and everyone in the coalition reads it: what is in a restricted circle or has to do with a delegation never has
one, and what is reserved to a delegation is not there at all. It is the rule of mails: both end up with providers.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django_countries import countries

from amnt.accounts.models import User
from amnt.core import times
from calendar_app.exporters.calendar_files import CalendarEvent, as_calendar_file
from calendar_app.models import CalendarFeed, Deadline, Meeting
from calendar_app.models.concerns import Concerns, concerns_of
from calendar_app.reminders.content import Openness, may_be_named, openness_of, read_things
from calendar_app.reminders.recipients import LEVELS
from coalitions.models import FollowUp, Membership
from coalitions.permissions import membership_context_of
from resolutions.models import DateStatus, Proposal

type Dated = Deadline | Meeting | FollowUp

# What is over stays so long: a calendar that loses yesterday looks broken.
KEPT_FOR = timedelta(days=60)
MOST_OF_A_KIND = 500
REFRESH = timedelta(hours=6)
ALARMS = {
    CalendarFeed.Alarms.NONE: (),
    CalendarFeed.Alarms.DAY: (timedelta(days=1),),
    CalendarFeed.Alarms.WEEK: (timedelta(days=7), timedelta(days=1)),
}
OFFICIAL = (
    *(Meeting.Kind.ASSEMBLY, Meeting.Kind.ADVISORY, Meeting.Kind.STUDY_GROUP, Meeting.Kind.COUNCIL),
    *(Meeting.Kind.CONFERENCE, Meeting.Kind.INTER_REGIONAL),
)


def events_of(feed: CalendarFeed) -> list[CalendarEvent]:
    """In the order of their instants, in the language of the person. Five queries, however many dates there are."""
    user, instant = feed.user, now()
    with translation.override(user.language):
        level = _level(user) if feed.is_titled else User.MailLevel.STANDARD
        things = read_things(*_wanted(feed, instant))
        events = []
        for target, thing in sorted(things.values(), key=lambda found: (found[0].at, found[0].kind, found[0].id)):
            assert not isinstance(thing, Proposal)  # noqa: S101 - none is asked for
            how = openness_of(target, thing)
            if how != Openness.NEVER:
                alarms = ALARMS[CalendarFeed.Alarms(feed.alarms)] if target.at > instant else ()
                events.append(_event(thing, is_named=may_be_named(how, level), alarms=alarms))
        return events


def digest_of_events(feed: CalendarFeed, events: list[CalendarEvent]) -> str:
    """Equal for equal files. Keyed, since it is stored: nobody can try what a file held."""
    return salted_hmac("calendar feed", repr((feed.user.language, events)), algorithm="sha256").hexdigest()


def as_file(feed: CalendarFeed, events: list[CalendarEvent]) -> bytes:
    """Its name says nothing of what it is for: it stands in the settings of every device that reads it."""
    language = feed.user.language
    with translation.override(language):
        return as_calendar_file(events, name=_("Dates"), language=language, refresh=REFRESH)


def event_of_date(thing: Meeting | Deadline) -> CalendarEvent:
    """One date with its words, for a person who reads its page and takes it along herself. In the language that is active."""
    return _event(thing, is_named=True, alarms=())


def _level(user: User) -> str:
    """The most that its coalitions allow: the lowest ceiling counts."""
    ceilings = Membership.objects.current().filter(user=user).values_list("coalition__mail_ceiling", flat=True)
    return min(ceilings, key=LEVELS.index, default=User.MailLevel.DETAILED)


def _wanted(feed: CalendarFeed, instant: datetime) -> tuple[Any, Any, Any]:
    user = feed.user
    memberships = membership_context_of(user)
    concerns = concerns_of(user, memberships.every_circle)
    meetings = Meeting.objects.visible_to(user, memberships.every_circle).filter(ends_on__gte=instant.date() - KEPT_FOR)
    deadlines = Deadline.objects.visible_to(user, memberships.every_circle).filter(at__gte=instant - KEPT_FOR)
    follow_ups = FollowUp.objects.none()
    if feed.has_own:
        follow_ups = FollowUp.objects.visible_to(user, memberships.every_circle).open().filter(owner=user, due_at__gte=instant - KEPT_FOR)
    return (
        _first(deadlines.filter(_deadlines_of(feed, concerns)).exclude(date_status=DateStatus.RUMOUR), "at"),
        _first(meetings.filter(_meetings_of(feed, concerns)).exclude(date_status=DateStatus.RUMOUR), "at"),
        _first(follow_ups, "due_at"),
    )


def _first(rows: Any, at: str) -> Any:
    return rows.order_by(at, "pk")[:MOST_OF_A_KIND]


def _meetings_of(feed: CalendarFeed, concerns: Concerns) -> Q:
    return _any_of(
        concerns.about_meetings() if feed.has_own else None,
        Q(circle=None, group__in=concerns.groups) if feed.has_regions else None,
        Q(circle=None, kind__in=OFFICIAL) if feed.has_official else None,
    )


def _deadlines_of(feed: CalendarFeed, concerns: Concerns) -> Q:
    official = Q(meeting=None) | Q(meeting__circle=None, meeting__kind__in=OFFICIAL)
    return _any_of(
        concerns.about_deadlines() if feed.has_own else None,
        Q(meeting__circle=None, meeting__group__in=concerns.groups) if feed.has_regions else None,
        official if feed.has_official else None,
    )


def _any_of(*wishes: Q | None) -> Q:
    found = Q(pk__in=[])
    for wish in wishes:
        if wish is not None:
            found |= wish
    return found


def _event(thing: Dated, *, is_named: bool, alarms: tuple[timedelta, ...]) -> CalendarEvent:
    begins, ends = _days_of(thing)
    return CalendarEvent(
        uid=str(thing.public_id),
        # A date begins with version 1, and a calendar counts its moves from 0.
        sequence=thing.version - 1,
        changed_at=thing.changed_at,
        title=str(thing) if is_named else _unnamed(thing),
        begins=begins,
        ends=ends,
        is_tentative=not isinstance(thing, FollowUp) and thing.calendar_status != "CONFIRMED",
        place=_place(thing) if is_named else "",
        description="\n".join(_remarks(thing)) if is_named else "",
        url=settings.SITE_URL + thing.get_absolute_url() if is_named else "",
        alarms=alarms,
    )


def _unnamed(thing: Dated) -> str:
    if isinstance(thing, FollowUp):
        return _("Task")
    return _("Meeting") if isinstance(thing, Meeting) else _("Date")


def _days_of(thing: Any) -> tuple[Any, Any]:
    """Days where there are several, or no hour is known; else the instant in its zone. The end of a meeting of one day is not known."""
    if isinstance(thing, FollowUp):
        return thing.due_at.astimezone(ZoneInfo("UTC")), None
    if isinstance(thing, Meeting) and (not thing.has_hour or thing.starts_on != thing.ends_on):
        return thing.starts_on, thing.ends_on
    if not thing.has_hour:
        return thing.at.astimezone(ZoneInfo(times.ITU_ZONE)).date(), None
    return thing.at.astimezone(ZoneInfo(thing.zone)), None


def _place(thing: Dated) -> str:
    if not isinstance(thing, Meeting):
        return ""
    return ", ".join(part for part in (thing.city, countries.name(str(thing.country)) if thing.country else "") if part)


def _remarks(thing: Dated) -> Iterator[str]:
    if isinstance(thing, FollowUp):
        return
    if isinstance(thing, Meeting) and thing.has_hour and thing.starts_on != thing.ends_on:
        language = translation.get_language() or settings.LANGUAGE_CODE
        yield _("Begins: %(when)s") % {"when": times.when(thing.at, zone=thing.zone, reader=thing.zone, language=language).official}
    if thing.is_assumption:
        yield _("An assumption, not a published date.")
    elif thing.date_status == DateStatus.PROVISIONAL:
        yield _("Provisional.")
