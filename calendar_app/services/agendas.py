"""The resolutions on the agenda of a meeting, and who changed it when."""

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils.timezone import now

from amnt.accounts.models import User
from calendar_app.models import AgendaChange, Meeting
from resolutions.models import Resolution

Agendas = Mapping[int, set[int]]


@transaction.atomic
def set_agenda(meeting: Meeting, resolutions: Iterable[Resolution], *, by: User) -> None:
    """These resolutions and no other. Each that came or went is recorded, and told to those who watch it."""
    before = {meeting.pk: set(meeting.resolutions.values_list("pk", flat=True))}
    meeting.resolutions.set(resolutions)
    record_changes(before, {meeting.pk: set(meeting.resolutions.values_list("pk", flat=True))}, by=by)


def agendas_of_all() -> Agendas:
    """Resolutions by meeting, as keys."""
    found: dict[int, set[int]] = {}
    for meeting, resolution in Meeting.resolutions.through.objects.values_list("meeting", "resolution"):
        found.setdefault(meeting, set()).add(resolution)
    return found


def record_changes(before: Agendas, after: Agendas, *, by: User | None = None) -> None:
    """The difference, as history; meetings whose agenda changed are planned anew."""
    instant = now()
    changes = []
    for meeting in sorted({*before, *after}):
        old, new = before.get(meeting, set()), after.get(meeting, set())
        changes += [
            AgendaChange(meeting_id=meeting, resolution_id=resolution, is_added=resolution in new, by=by, at=instant)
            for resolution in sorted(old ^ new)
        ]
    AgendaChange.objects.bulk_create(changes)
    Meeting.objects.filter(pk__in={change.meeting_id for change in changes}).update(changed_at=instant)
