"""The first acts of a new person on the first page, and what comes next. Nothing is looked up that the page does not know already."""

from dataclasses import dataclass
from datetime import date

from calendar_app.read_models.now import NowPage
from calendar_app.read_models.starter_plan import national_work


@dataclass(frozen=True)
class FirstAct:
    """One line. number -- among those that wait; 0 where it is done"""

    name: str
    number: int

    @property
    def is_done(self) -> bool:
        return not self.number


@dataclass(frozen=True)
class FirstActs:
    acts: list[FirstAct]
    national_work: date | None

    @property
    def left(self) -> int:
        return sum(not act.is_done for act in self.acts)


def first_acts(page: NowPage) -> FirstActs | None:
    """Until this person has taken the first steps. None for a host in no coalition, whose first act is another one."""
    user = page.user
    if user.first_steps_done_at is not None or (user.is_staff and not page.memberships.roles):
        return None
    # The steps themselves come last: taking or leaving them ends the list.
    waits = {"resolutions": not page.concerns.resolutions, "regions": not page.concerns.groups, "steps": True}
    acts, number = [], 0
    for name, is_waiting in waits.items():
        number += is_waiting
        acts.append(FirstAct(name, number if is_waiting else 0))
    return FirstActs(acts, national_work(page.assembly, page.instant))
