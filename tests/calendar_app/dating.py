"""Dates with what hangs on them, and the forms that change them."""

from datetime import UTC, datetime, time, timedelta

from django.urls import reverse
from django.utils.timezone import now

from calendar_app.models import Deadline, Meeting, Reminder
from calendar_app.services.date_states import fingerprint
from tests.factories import DeadlineFactory, UserFactory

SOURCE = "https://example.org/circular-12"
# Months before the meeting of MeetingFactory (7–11 August 2028): nobody must confirm.
EARLY = datetime(2028, 1, 10, 9, tzinfo=UTC)
# Two weeks before it: a second person must.
NEAR = datetime(2028, 7, 24, 9, tzinfo=UTC)


def door(of: Meeting, days_before: int | None = 14, **fields) -> Deadline:
    at = datetime.combine(of.starts_on - timedelta(days=days_before or 10), time(14), UTC)
    offset = None if days_before is None else -days_before
    return DeadlineFactory(
        meeting=of, assembly=of.assembly, kind="registration", title_en="List closes", at=at, zone=of.zone, offset_days=offset, **fields
    )


def reminder(of: Deadline | Meeting, **fields) -> Reminder:
    target = {"meeting": of} if isinstance(of, Meeting) else {"deadline": of}
    return Reminder.objects.create(user=UserFactory(), rule="RR-02", version=of.version, send_at=now(), **target, **fields)


def page(name: str, thing) -> str:
    return reverse(f"calendar_app:{name}", args=[thing.public_id])


def change_form(target, **fields):
    said = {
        "on": "2028-08-14",
        "until": "2028-08-18",
        "hour": "10:00",
        "zone": "Africa/Nairobi",
        "status": "confirmed",
        "source": SOURCE,
        "seen": fingerprint(target),
        "submission": "1f5f7c0e-9b1c-4a66-93f2-0b3c5d2f7a10",
    }
    return said | fields


def meeting_form(**fields):
    return {
        "title_en": "Third African meeting",
        "assembly": "WTSA-28",
        "on": "2028-08-07",
        "until": "2028-08-11",
        "zone": "Africa/Nairobi",
        "status": "confirmed",
        "source": SOURCE,
        "registration_days": "14",
        "document_days": "",
        "submission": "2f5f7c0e-9b1c-4a66-93f2-0b3c5d2f7a10",
    } | fields
