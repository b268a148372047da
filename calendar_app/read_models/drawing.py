"""The drawing of a cycle with its dates, for the calendar and the public page."""

from collections.abc import Iterable
from datetime import datetime

from calendar_app.domain import timeline
from calendar_app.models.entries import DrawnDate
from resolutions.models import Assembly, DateStatus

# The longest title that is written on the drawing.
SHORT = 24


def drawing_of(assembly: Assembly, shown: Iterable[DrawnDate], instant: datetime) -> timeline.Drawing | None:
    """As seen at this instant; None while the assembly has no first day."""
    if assembly.starts_on is None:
        return None
    points = [
        timeline.TimelinePoint(
            entry.at, entry.is_deadline, entry.date_status == DateStatus.CONFIRMED, _short(entry) if entry.at > instant else ""
        )
        for entry in shown
    ]
    return timeline.draw(assembly.starts_on, assembly.ends_on or assembly.starts_on, instant, points)


def _short(entry: DrawnDate) -> str:
    """What fits on the drawing: what a deadline closes; the region of a meeting, or its title if that is short, else its kind."""
    title = entry.title or ""
    return entry.kind_word if entry.is_deadline else entry.group or (title if len(title) <= SHORT else entry.kind_word)
