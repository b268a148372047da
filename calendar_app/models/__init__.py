from calendar_app.models.dates import Attendance, DateChange, DateWatch, Deadline, Meeting
from calendar_app.models.reminders import PlanMark, Reminder

__all__ = ["Attendance", "DateChange", "DateWatch", "Deadline", "Meeting", "PlanMark", "Reminder"]
