"""A world from a file: people in their zones, dates, and what happens on which day (two_years.yaml says how it is written)."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from amnt.accounts.models import User
from amnt.core.times import instant_of
from amnt.rehearsal.engine import Act, at_noon
from calendar_app.models import DateWatch, Deadline, Meeting, Reminder
from calendar_app.reminders.targets import target_key
from calendar_app.services.agendas import set_agenda
from calendar_app.services.attendance import say_attendance
from calendar_app.services.date_states import NewDate
from calendar_app.services.dates import propose_change
from calendar_app.services.preparation import answer_deadline
from coalitions.models import FollowUp
from coalitions.services import follow_ups
from resolutions.models import Assembly, RegionWatch, Resolution, Watch
from tests.factories import (
    AssemblyFactory,
    DeadlineFactory,
    MeetingFactory,
    RegionalGroupFactory,
    ResolutionFactory,
    coalition,
    lead,
    member,
)

SOURCE = "https://example.org/circular"


def begins(path: Path) -> datetime:
    return at_noon(yaml.safe_load(path.read_text())["begins"])


class World:
    """Everything of the file, stored: what is named there is found by its name here."""

    def __init__(self, path: Path) -> None:
        self.said: Mapping[str, Any] = yaml.safe_load(path.read_text())
        self.begins, self.until = at_noon(self.said["begins"]), at_noon(self.said["until"])
        self.coalition = coalition("Open Standards Network", mail_ceiling="detailed")
        first_day, last_day = self.said["assembly"]
        self.assembly: Assembly = AssemblyFactory(code="WTSA-28", starts_on=first_day, ends_on=last_day, date_status="confirmed")
        numbers = self.said["resolutions"]
        self.resolutions: dict[int, Resolution] = {number: ResolutionFactory(number=number, slug=str(number)) for number in numbers}
        self.people = {name: self.person(name, **about) for name, about in self.said["people"].items()}
        self.things: dict[str, Meeting | Deadline | FollowUp] = {}
        for key, about in self.said["dates"].items():
            self.things[key] = self.date(key, **about)

    def person(self, name: str, *, zone: str, language: str, region: str = "", watches=(), is_lead=False, **settings: Any) -> User:
        make = lead if is_lead else member
        user = make(self.coalition, name=name, time_zone=zone, language=language, mail_level="detailed", **settings)
        User.objects.filter(pk=user.pk).update(changed_at=self.begins)
        if region:
            RegionWatch.objects.create(user=user, group=self.group(region), created_at=self.begins)
        for number in watches:
            Watch.objects.create(user=user, resolution=self.resolutions[number], created_at=self.begins)
        return user

    def group(self, code: str):
        return RegionalGroupFactory(code=code, acronym_en=code)

    def date(self, key: str, *, kind: str, day, until=None, of: str = "", region: str = "", hour: str = "", zone="Europe/Zurich"):
        at = instant_of(day, time.fromisoformat(hour) if hour else None, zone)
        fields: dict[str, Any] = {"kind": kind, "assembly": self.assembly, "at": at, "zone": zone, "has_hour": bool(hour)}
        fields |= {f"title_{language}": key for language in ("en", "fr", "es")}
        if kind in Deadline.Kind.values:
            return DeadlineFactory(meeting=self.things.get(of), **fields)
        return MeetingFactory(group=self.group(region) if region else None, starts_on=day, ends_on=until or day, source=SOURCE, **fields)

    # --- What happens -------------------------------------------------------------------------------------------------------

    def acts(self) -> list[Act]:
        """Each act of the file at its hour, local to who does it; noon in UTC if it gives none."""
        return [self.act(dict(row)) for row in self.said["acts"]]

    def act(self, row: dict[str, Any]) -> Act:
        on, hour, by = row.pop("day"), row.pop("hour", ""), self.people[row.pop("by")]
        at = datetime.combine(on, time.fromisoformat(hour), ZoneInfo(by.time_zone)).astimezone(UTC) if hour else at_noon(on)
        [(name, about)] = row.items()
        verb: Callable[..., object] = getattr(self, name)
        return Act(at, lambda: verb(by, about))

    def announces(self, by: User, about: Mapping[str, Any]) -> None:
        set_agenda(self.meeting(about["of"]), [self.resolutions[number] for number in about["resolutions"]], by=by)

    def attends(self, by: User, about: Mapping[str, str]) -> None:
        say_attendance(self.meeting(about["to"]), by=by, status=about["status"], circle=None)

    def settles(self, by: User, about: Mapping[str, str]) -> None:
        answer_deadline(Deadline.objects.get(pk=self.things[about["date"]].pk), by=by, answer=about["answer"])

    def moves(self, by: User, about: Mapping[str, Any]) -> None:
        meeting = self.meeting(about["date"])
        length = meeting.ends_on - meeting.starts_on
        propose_change(meeting, new=NewDate(about["to"], until=about["to"] + length), source=SOURCE, by=by)

    def watches(self, by: User, about: Mapping[str, Any]) -> None:
        DateWatch.objects.create(user=by, deadline=self.things[about["date"]])

    def assigns(self, by: User, about: Mapping[str, Any]) -> None:
        due = at_noon(about["due"]) + timedelta(hours=3)
        self.things[about["called"]] = follow_ups.create(
            circle=self.coalition.everyone, title=about["called"], due_at=due, by=by, owner=self.people[about["to"]]
        )

    def takes(self, by: User, about: str) -> None:
        follow_ups.take(FollowUp.objects.get(pk=self.things[about].pk), by=by)

    def accepts(self, by: User, about: str) -> None:
        follow_ups.accept(FollowUp.objects.get(pk=self.things[about].pk), by=by)

    def finishes(self, by: User, about: str) -> None:
        follow_ups.done(FollowUp.objects.get(pk=self.things[about].pk), by=by)

    def meeting(self, key: str) -> Meeting:
        return Meeting.objects.get(pk=self.things[key].pk)

    # --- What is compared ---------------------------------------------------------------------------------------------------

    def names(self, reminder: Reminder) -> str:
        kinds = {Meeting: "meeting", Deadline: "deadline", FollowUp: "follow_up"}
        return {(kinds[type(thing)], thing.pk): key for key, thing in self.things.items()}[target_key(reminder)]

    @property
    def names_by_key(self) -> dict[int, str]:
        return {user.pk: name for name, user in self.people.items()}
