"""Retention of calls, plans and debriefs, as other content of their circle, and of calendar addresses."""

from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from amnt.retention.rules import deletion_rule, register
from calendar_app.models import BackwardPlan, CalendarFeed, CalendarImport, Debrief, Meeting, SessionReminder
from coalitions.retention_rules import KeptModel, register_kept

# Shown as expired meanwhile, so that its owner knows which device to give a new one.
EXPIRED_FEED_KEPT_FOR = timedelta(days=30)
# Whatever day it is where the assembly sits.
SESSION_REMINDERS_KEPT_FOR = timedelta(days=3)


def register_all() -> None:
    register_kept(KeptModel(Debrief, lambda day: Q(meeting__assembly__ends_on__lte=day)))
    register_kept(KeptModel(BackwardPlan, lambda day: Q(deadline__assembly__ends_on__lte=day)))
    register_kept(KeptModel(Meeting, lambda day: Q(assembly__ends_on__lte=day)))
    register(
        deletion_rule(
            "session_reminders",
            _("Which plan of a day, or of sessions to which nobody goes, you were mailed"),
            _("3 days after that day"),
            _("deleted"),
            due=lambda at: SessionReminder.objects.filter(day__lt=at.date() - SESSION_REMINDERS_KEPT_FOR),
        )
    )
    register(
        deletion_rule(
            "calendar_feeds",
            _("Your private calendar addresses: name, what they hold, when and by which kind of program they were last read"),
            _("until 60 days after the first day of the assembly, then 30 days in which they no longer work"),
            _("deleted"),
            due=lambda at: CalendarFeed.objects.expired(at - EXPIRED_FEED_KEPT_FOR),
        )
    )
    register(
        deletion_rule(
            "calendar_imports",
            _("What was read from a calendar file that you brought in"),
            _("7 days"),
            _("deleted; the file itself is deleted as soon as it has been read"),
            due=lambda at: CalendarImport.objects.expired(at),
        )
    )
