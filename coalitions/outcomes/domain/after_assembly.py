"""What is done in the two weeks after an assembly, and when (reminder paper, F7)."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class ChecklistItem:
    """days -- after the last day of the assembly"""

    key: str
    days: int


ITEMS = (ChecklistItem("thank", 3), ChecklistItem("judge", 7), ChecklistItem("publish", 14), ChecklistItem("erase", 21))
# Begun late, nothing is due sooner than this.
SOONEST = timedelta(days=2)


def due_day(item: ChecklistItem, *, ends_on: date, today: date) -> date:
    return max(ends_on + timedelta(days=item.days), today + SOONEST)
