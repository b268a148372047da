"""Where a person goes and of what she was reminded: hers to take with her, and gone when she is erased."""

from typing import Any

from amnt.accounts import own_data
from amnt.accounts.models import User
from calendar_app.models import Attendance, DateWatch, Reminder


def attendances(user: User) -> list[dict[str, Any]]:
    rows = Attendance.objects.filter(user=user).select_related("meeting").order_by("changed_at")
    return [{"meeting": str(row.meeting), "status": row.status, "changed_at": row.changed_at} for row in rows]


def date_watches(user: User) -> list[dict[str, Any]]:
    rows = DateWatch.objects.filter(user=user).select_related("meeting", "deadline").order_by("created_at")
    return [{"date": str(row), "since": row.created_at} for row in rows]


def reminders(user: User) -> list[dict[str, Any]]:
    """By rule and moment. What they were about may lie in a circle she no longer reads, so it is not named."""
    rows = Reminder.objects.filter(user=user).order_by("send_at", "pk")
    return [{"rule": row.rule, "send_at": row.send_at, "days_before": row.offset, "state": row.state, "cause": row.cause} for row in rows]


def forget_dates_of(user: User) -> None:
    for model in (Reminder, DateWatch, Attendance):
        model.objects.filter(user=user).delete()


own_data.register("attendances", attendances)
own_data.register("date_watches", date_watches)
own_data.register("reminders", reminders)
own_data.register_farewell(forget_dates_of)
