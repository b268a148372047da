"""The usual dates of a cycle, computed from the first day of an assembly. Each is an assumption until someone enters what is published."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core import times
from amnt.core.errors import RuleBroken
from amnt.core.languages import current_language
from calendar_app.models import Deadline, Meeting
from calendar_app.services.date_facts import titles_of_related_deadline
from calendar_app.services.date_states import save_with_author
from calendar_app.services.reference import SHIPPED
from resolutions.importers.reference import (
    DATE_STATUS,
    FACT,
    SURE,
    FileSchema,
    many,
    one_of,
    read_reference_file,
    slug,
    whole_number,
    words,
)
from resolutions.models import Assembly, DateStatus, Fact, RegionalGroup, RegionWatch
from resolutions.services.reference import deleted_here

SOURCE = "assumption of this tool"
TEMPLATES = FileSchema(
    "calendar_templates",
    {
        "groups": many(slug),
        "kind": one_of(*(kind for kind in Meeting.Kind.values if kind not in (Meeting.Kind.CALL, Meeting.Kind.ASSEMBLY))),
        "deadline": one_of(*Deadline.Kind.values),
        "offset_days": whole_number,
        "days": whole_number,
        "title": words(300),
        "access": one_of(*Meeting.Access.values),
        "registration_days": whole_number,
        "basis": words(1000),
        # Lets a row of low confidence be read: every date made of a row is an assumption anyway.
        "date_status": DATE_STATUS,
        **FACT,
    },
    needed=SURE | {"offset_days", "title", "basis"},
    check=lambda values: None if (values.get("kind") is None) != (values.get("deadline") is None) else "needs “kind” or “deadline”",
)


@dataclass(frozen=True)
class TemplateDate:
    """One date that a template gives for an assembly: of a regional group, or of the whole cycle.

    key -- what the stored row is known by, so that it is added once; also that of the data that ships
    """

    key: str
    group: RegionalGroup | None
    on: date
    values: dict[str, Any]

    @property
    def until(self) -> date:
        return self.on + timedelta(days=(self.values.get("days") or 1) - 1)

    def titles(self, assembly: Assembly) -> dict[str, str]:
        found = {}
        for language, _name in settings.LANGUAGES:
            if title := self.values["title"][language]:
                region = (getattr(self.group, f"acronym_{language}") or str(self.group)) if self.group else ""
                named = getattr(assembly, f"short_name_{language}") or assembly.code
                found[language] = title.replace("{region}", region).replace("{assembly}", named)
        return found


@cache
def template_rows() -> dict[str, dict[str, Any]]:
    """The rows of the data file by their key."""
    path = SHIPPED / "calendar_templates.yaml"
    return {row.key: row.values for row in read_reference_file(path.read_bytes(), file=path.name, shape=TEMPLATES).rows}


def dates_of(assembly: Assembly, groups: Iterable[RegionalGroup]) -> list[TemplateDate]:
    """The dates that are still ahead: those of these groups, and of the cycle itself. None while the first day is unknown."""
    if assembly.starts_on is None:
        return []
    chosen, today, found = list(groups), now().date(), []
    for key, values in template_rows().items():
        on = assembly.starts_on + timedelta(days=values["offset_days"])
        if on <= today:
            continue
        if values.get("groups"):
            of_row = [group for group in chosen if group.code in values["groups"]]
            found += [TemplateDate(f"{assembly.code}-{group.code}-{key}", group, on, values) for group in of_row]
        else:
            found.append(TemplateDate(f"{assembly.code}-{key}", None, on, values))
    return found


def missing_dates(dates: Collection[TemplateDate]) -> list[TemplateDate]:
    """Those that nobody has added, and nobody has deleted."""
    keys = [row.key for row in dates]
    there = {
        key for model in (Meeting, Deadline) for key in model.objects.filter(reference_key__in=keys).values_list("reference_key", flat=True)
    }
    there |= deleted_here(Meeting) | deleted_here(Deadline)
    return [row for row in dates if row.key not in there]


@transaction.atomic
def add_usual_dates(assembly: Assembly, *, groups: Collection[RegionalGroup], by: User) -> int:
    """Add what is missing of the usual dates of these groups, as assumptions, and let this person watch the groups. How many were added."""
    assembly = Assembly.objects.select_for_update().get(pk=assembly.pk)
    if assembly.starts_on is None:
        raise RuleBroken(_("The first day of the assembly is not known yet: no date can be computed from it."))
    RegionWatch.objects.bulk_create([RegionWatch(user=by, group=group) for group in groups], ignore_conflicts=True)
    missing = missing_dates(dates_of(assembly, groups))
    for row in missing:
        if row.values.get("deadline"):
            _add_deadline(row, assembly, by)
        else:
            _add_meeting(row, assembly, by)
    return len(missing)


def _add_meeting(row: TemplateDate, assembly: Assembly, by: User) -> None:
    meeting = Meeting(
        assembly=assembly,
        kind=row.values["kind"],
        group=row.group,
        starts_on=row.on,
        ends_on=row.until,
        at=times.instant_of(row.on, None, times.ITU_ZONE),
        access=row.values.get("access") or "",
        **_assumed(row, row.titles(assembly)),
    )
    save_with_author(by, meeting)
    if days := row.values.get("registration_days"):
        deadline = Deadline(
            assembly=assembly,
            meeting=meeting,
            kind=Deadline.Kind.REGISTRATION,
            at=times.instant_of(row.on - timedelta(days=days), None, times.ITU_ZONE),
            offset_days=-days,
            **_assumed(row, titles_of_related_deadline(meeting, Deadline.Kind.REGISTRATION), of="registration"),
        )
        save_with_author(by, deadline)


def _add_deadline(row: TemplateDate, assembly: Assembly, by: User) -> None:
    at = times.instant_of(row.on, None, times.ITU_ZONE)
    titles = row.titles(assembly)
    deadline = Deadline(
        assembly=assembly, kind=row.values["deadline"], at=at, offset_days=row.values["offset_days"], **_assumed(row, titles)
    )
    save_with_author(by, deadline)


def _assumed(row: TemplateDate, titles: dict[str, str], of: str = "") -> dict[str, Any]:
    """What all of these have in common."""
    return {
        "reference_key": f"{row.key}-{of}" if of else row.key,
        "has_hour": False,
        "zone": times.ITU_ZONE,
        "date_status": DateStatus.ASSUMPTION,
        "source": SOURCE,
        "confidence": Fact.Confidence.MEDIUM,
        **{f"title_{language}": title for language, title in titles.items()},
    }


@dataclass(frozen=True)
class Basis:
    """Why this day was computed, in the reader's language, and the pages that say so."""

    text: str
    links: list[str]
    website: str


def basis_of(thing: Meeting | Deadline) -> Basis | None:
    """Of an assumption made from a template, shipped or added here."""
    if not thing.is_assumption or not thing.reference_key:
        return None
    meeting = thing if isinstance(thing, Meeting) else thing.meeting
    group = meeting.group if meeting else None
    key = thing.reference_key.removeprefix(f"{thing.assembly.code}-")
    key = key.removeprefix(f"{group.code}-").removesuffix("-registration") if group else key
    if (values := template_rows().get(key)) is None:
        return None
    return Basis(values["basis"][current_language()] or "", Meeting(source=values["source"]).source_links, group.website if group else "")
