"""How soon it is, on the calendar of the date and on the reader's."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amnt import times
from calendar_app.mail_safe.entries import Entry, Reader
from coalitions.models import FollowUp
from resolutions.models import Proposal

THIS_WEEK = 7
FOR_TODAY = ("RR-09", "RR-11")


def days_left(entry: Entry, reader: Reader, at: datetime) -> int:
    """Whole days of the calendar, by the official clock or the reader's, whichever leaves less: never more time than there is.

    What waits for an answer, was answered or is overdue is for today.
    """
    if isinstance(entry.thing, Proposal) or (isinstance(entry.thing, FollowUp) and entry.reminder.rule in FOR_TODAY):
        return 0
    zones = {reader.zone}
    if not isinstance(entry.thing, FollowUp):
        zones.add(entry.thing.zone if entry.thing.has_hour else times.ITU_ZONE)
    return min((local_date(entry.target.at, zone) - local_date(at, zone)).days for zone in zones)


def local_date(instant: datetime, zone: str) -> date:
    return instant.astimezone(ZoneInfo(zone)).date()


def said_days(days: int) -> str:
    if days <= 0:
        return _("Today")
    if days == 1:
        return _("Tomorrow")
    return ngettext("In %(n)s day", "In %(n)s days", days) % {"n": days}


def said_moment(at: datetime, reader: Reader) -> str:
    local = at.astimezone(ZoneInfo(reader.zone))
    return f"{times.day(local, reader.language)}, {times.hour(local)}"


def weekdays(entries: Iterable[Entry], reader: Reader, at: datetime) -> tuple[str, ...]:
    """Of the coming seven days, how many on which: "Thursday: 2"."""
    left = Counter(max(0, days_left(entry, reader, at)) for entry in entries)
    today = local_date(at, reader.zone)
    near = [(today + timedelta(days=days), n) for days, n in sorted(left.items()) if days < THIS_WEEK]
    later = sum(n for days, n in left.items() if days >= THIS_WEEK)
    said = [_("%(weekday)s: %(n)s") % {"weekday": str(WEEKDAYS[day.weekday()]).capitalize(), "n": n} for day, n in near]
    if later:
        said.append(_("Later: %(n)s") % {"n": later})
    return tuple(said)
