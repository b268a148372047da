from calendar_app.models.agendas import AgendaChange
from calendar_app.models.backward_plans import BackwardPlan, PlanMove, PlanStep, PlanTemplate
from calendar_app.models.dates import Attendance, DateChange, DateWatch, Deadline, Meeting
from calendar_app.models.debriefs import Debrief
from calendar_app.models.feeds import CalendarFeed
from calendar_app.models.preparation import DeadlineAnswer
from calendar_app.models.reminders import PlanMark, Reminder
from calendar_app.models.silences import DateSilence

__all__ = [
    "AgendaChange",
    "Attendance",
    "BackwardPlan",
    "CalendarFeed",
    "DateChange",
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
]
