from calendar_app.models.agendas import AgendaChange
from calendar_app.models.backward_plans import BackwardPlan, PlanMove, PlanStep, PlanTemplate
from calendar_app.models.calendar_imports import CalendarImport, DateOrigin
from calendar_app.models.dates import Attendance, DateChange, DateWatch, Deadline, Meeting
from calendar_app.models.debriefs import Debrief
from calendar_app.models.feeds import CalendarFeed
from calendar_app.models.preparation import DeadlineAnswer
from calendar_app.models.reminders import PlanMark, Reminder
from calendar_app.models.session_reminders import SessionReminder
from calendar_app.models.silences import DateSilence
from calendar_app.models.watched_sources import CalendarSource, SourcePage

__all__ = [
    "AgendaChange",
    "Attendance",
    "BackwardPlan",
    "CalendarFeed",
    "CalendarImport",
    "CalendarSource",
    "DateChange",
    "DateOrigin",
    "DateSilence",
    "DateWatch",
    "Deadline",
    "DeadlineAnswer",
    "Debrief",
    "Meeting",
    "PlanMark",
    "PlanMove",
    "PlanStep",
    "PlanTemplate",
    "Reminder",
    "SessionReminder",
    "SourcePage",
]
