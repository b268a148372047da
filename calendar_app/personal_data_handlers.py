"""Personal data of a person in this app: its export, and its erasure."""

from amnt.accounts import personal_data
from amnt.accounts.models import User
from amnt.accounts.personal_data import Rows
from calendar_app.models import (
    Attendance,
    BackwardPlan,
    CalendarFeed,
    CalendarImport,
    DateSilence,
    DateWatch,
    DeadlineAnswer,
    Debrief,
    Reminder,
    SessionReminder,
)
from coalitions.services import leaving


def attendances(user: User) -> Rows:
    found = Attendance.objects.filter(user=user).select_related("meeting").order_by("changed_at", "pk")
    return Rows(found, lambda row: {"meeting": str(row.meeting), "status": row.status, "changed_at": row.changed_at})


def date_watches(user: User) -> Rows:
    found = DateWatch.objects.filter(user=user).select_related("meeting", "deadline").order_by("created_at", "pk")
    return Rows(found, lambda row: {"date": str(row), "since": row.created_at})


def date_silences(user: User) -> Rows:
    found = DateSilence.objects.filter(user=user).select_related("meeting", "deadline").order_by("changed_at", "pk")
    return Rows(
        found, lambda row: {"date": str(row.meeting or row.deadline), "state": row.state, "until": row.until, "changed_at": row.changed_at}
    )


def deadline_answers(user: User) -> Rows:
    found = DeadlineAnswer.objects.filter(user=user).select_related("deadline").order_by("changed_at", "pk")
    return Rows(found, lambda row: {"date": str(row.deadline), "answer": row.answer, "changed_at": row.changed_at})


def calendar_feeds(user: User) -> Rows:
    """Without their keys, of which nothing but a hash is known."""
    columns = ("name", "has_own", "has_regions", "has_official", "is_titled", "alarms", "created_at", "last_used_at", "last_client")
    found = CalendarFeed.objects.filter(user=user).select_related("assembly").order_by("created_at", "pk")
    return Rows(found, lambda row: {column: getattr(row, column) for column in columns} | {"expires_on": row.expires_on})


def calendar_imports(user: User) -> Rows:
    found = CalendarImport.objects.filter(brought_by=user).order_by("brought_at", "pk")
    return Rows(found, lambda row: {"address": row.address, "events": len(row.events), "brought_at": row.brought_at})


def backward_plans(user: User) -> Rows:
    """Plans this person keeps, as far as they may still be read."""
    found = BackwardPlan.objects.visible_to(user).filter(owner=user).select_related("deadline", "resolution").order_by("created_at", "pk")
    return Rows(
        found,
        lambda row: {
            "deadline": str(row.deadline),
            "resolution": row.resolution.short_name if row.resolution else "",
            "made_at": row.created_at,
        },
    )


def reminders(user: User) -> Rows:
    """By rule and instant. Their subject is not named: it may be in a circle that this person no longer reads."""
    columns = {"rule": "rule", "send_at": "send_at", "days_before": "offset", "state": "state", "cause": "cause"}
    found = Reminder.objects.filter(user=user).order_by("send_at", "pk").values_list(*columns.values())
    return Rows(found, lambda row: dict(zip(columns, row, strict=True)))


def debriefs(user: User) -> Rows:
    """Debriefs this person wrote, as far as they may still be read."""
    found = Debrief.objects.visible_to(user).filter(by=user).select_related("meeting").order_by("at", "pk")
    return Rows(found, lambda row: {"meeting": str(row.meeting), "result": row.result, "link": row.link, "at": row.at})


def forget_dates_of(user: User) -> None:
    for model in (Reminder, SessionReminder, DateWatch, DateSilence, Attendance, DeadlineAnswer, CalendarFeed):
        model.objects.filter(user=user).delete()
    CalendarImport.objects.filter(brought_by=user).delete()


def stop_watching_dates(user: User) -> None:
    DateWatch.objects.filter(user=user).delete()


def register_all() -> None:
    personal_data.register("attendances", attendances)
    personal_data.register("date_watches", date_watches)
    personal_data.register("date_silences", date_silences)
    personal_data.register("deadline_answers", deadline_answers)
    personal_data.register("calendar_feeds", calendar_feeds)
    personal_data.register("calendar_imports", calendar_imports)
    personal_data.register("debriefs", debriefs)
    personal_data.register("backward_plans", backward_plans)
    personal_data.register("reminders", reminders)
    personal_data.register_on_erase(forget_dates_of)
    leaving.register_on_last_leave(stop_watching_dates)
