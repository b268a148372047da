"""Meetings and deadlines of the reference data, loaded in one transaction with the rest."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import override

from amnt.core.times import ITU_ZONE, exists, instant_of
from calendar_app.models import Deadline, Meeting
from calendar_app.services.agendas import agendas_of_all, record_changes
from resolutions.importers.reference import (
    DATE_STATUS,
    FACT,
    SURE,
    YEARS,
    BadReference,
    FileContent,
    FileSchema,
    ReferenceEntry,
    country,
    day,
    ends_after_it_starts,
    hour,
    many,
    one_of,
    slug,
    text,
    whole_number,
    words,
    zone,
)
from resolutions.models import Assembly, DateStatus, Fact, RegionalGroup, Resolution
from resolutions.services import reference
from resolutions.services.reference import Links, LoadReport, ReferenceTable, deleted_here, links_to, read_file, store, store_texts

SHIPPED = Path(__file__).resolve().parent.parent / "data"

FILES: Mapping[str, FileSchema] = {
    "meetings.yaml": FileSchema(
        "meetings",
        {
            "assembly": slug,
            "kind": one_of(*(kind for kind in Meeting.Kind.values if kind != Meeting.Kind.CALL)),
            "title": words(300),
            "group": slug,
            "starts_on": day,
            "ends_on": day,
            "hour": hour,
            "zone": zone,
            "city": text(100),
            "country": country,
            "mode": one_of(*Meeting.Mode.values),
            "access": one_of(*Meeting.Access.values),
            "date_status": DATE_STATUS,
            "resolutions": many(slug),
            **FACT,
        },
        needed=SURE | {"assembly", "kind", "title"},
        check=ends_after_it_starts("starts_on", "ends_on"),
    ),
    "deadlines.yaml": FileSchema(
        "deadlines",
        {
            "assembly": slug,
            "meeting": slug,
            "kind": one_of(*Deadline.Kind.values),
            "title": words(300),
            "on": day,
            "offset_days": whole_number,
            "hour": hour,
            "zone": zone,
            "date_status": DATE_STATUS,
            **FACT,
        },
        needed=SURE | {"assembly", "kind", "title"},
        check=lambda values: None if (values.get("on") is None) != (values.get("offset_days") is None) else "needs “on” or “offset_days”",
    ),
}

MEETING_COLUMNS = (
    *("assembly", "kind", "title", "group", "starts_on", "ends_on", "at", "has_hour", "zone", "city", "country", "mode", "access"),
    *("date_status", "resolutions", "source", "confidence"),
)
DEADLINE_COLUMNS = (
    *("assembly", "meeting", "kind", "title", "at", "has_hour", "zone", "offset_days", "date_status", "source", "confidence"),
)


def load_reference(*, folder: Path | None = None, force: bool = False) -> dict[str, LoadReport]:
    """Load all reference data, with files of `folder` replacing those shipped. Raises BadReference and changes nothing."""
    paths = {name: reference.SHIPPED / name for name in reference.FILES} | {name: SHIPPED / name for name in FILES}
    if folder is not None:
        paths |= _files_in(folder, known=set(paths))
    shapes = {**reference.FILES, **FILES}
    # Everything is read before anything is stored.
    contents = {shapes[name].name: read_file(path, shapes[name]) for name, path in paths.items()}
    with transaction.atomic():
        return {**store_texts(contents, force=force), **store_dates(contents, force=force)}


def _files_in(folder: Path, known: set[str]) -> dict[str, Path]:
    if not folder.is_dir():
        raise BadReference(f"{folder}: is not a folder")
    found = {path.name: path for path in folder.iterdir() if path.suffix.lower() in {".yaml", ".yml"}}
    if unknown := found.keys() - known:
        raise BadReference(f"{min(unknown)}: is not one of {', '.join(sorted(known))}")
    if not found:
        raise BadReference(f"{folder}: holds none of {', '.join(sorted(known))}")
    return found


@transaction.atomic
def store_dates(contents: Mapping[str, FileContent], *, force: bool = False) -> dict[str, LoadReport]:
    """Meetings, then deadlines, which may be counted from the stored first day of a meeting or an assembly."""
    with override(settings.LANGUAGE_CODE):
        assemblies = links_to(Assembly, "code")
        links: dict[str, Links] = {"assembly": assemblies, "group": links_to(RegionalGroup, "code")}
        into = ReferenceTable(
            Meeting, MEETING_COLUMNS, links, many={"resolutions": links_to(Resolution, "slug")}, versioned=frozenset({"at", "ends_on"})
        )
        before = agendas_of_all()
        meetings = store(_with_instants(contents["meetings"]), into, force=force)
        record_changes(before, agendas_of_all())

        links = {"assembly": assemblies, "meeting": links_to(Meeting, "reference_key")}
        into = ReferenceTable(Deadline, DEADLINE_COLUMNS, links, versioned=frozenset({"at"}))
        deadlines = store(_counted(contents["deadlines"], links, gone=set() if force else deleted_here(Meeting)), into, force=force)
    return {"meetings": meetings, "deadlines": deadlines}


def _with_instants(content: FileContent) -> FileContent:
    """Meetings with a known first day, each with the instant it begins."""
    rows, unsure = [], list(content.unsure)
    for row in content.rows:
        if row.values.get("starts_on") is None:
            unsure.append(row.key)
            continue
        values = {"ends_on": row.values["starts_on"]} | {name: value for name, value in row.values.items() if value is not None}
        rows.append(_placed(row, values, values["starts_on"]))
    return FileContent(rows, unsure)


def _counted(content: FileContent, links: Mapping[str, Links], gone: set[str]) -> FileContent:
    """Deadlines, each with its instant: that of its day, or so many days from the first day of what it belongs to.

    A deadline of a deleted meeting has none, and is not stored.
    """
    rows = []
    for row in content.rows:
        values = dict(row.values)
        on = values.pop("on", None)
        if values.get("meeting") in gone:
            rows.append(row)
            continue
        if on is None:
            column = "meeting" if values.get("meeting") else "assembly"
            first_day = getattr(links[column].get(values[column]), "starts_on", None)
            if first_day is None:
                raise row.refuse(f"“offset_days” counts from the first day of “{values[column]}”, which is not there")
            on = first_day + timedelta(days=values["offset_days"])
            if on.year not in YEARS:
                raise row.refuse(f"“offset_days” leads to {on}, a year that cannot be meant")
        rows.append(_placed(row, values, on))
    return FileContent(rows, content.unsure)


def _placed(row: ReferenceEntry, values: dict[str, Any], on: Any) -> ReferenceEntry:
    if values.get("date_status") == DateStatus.ASSUMPTION:
        # How little is sure of it, its status says; there is no lower certainty to store.
        values["confidence"] = Fact.Confidence.MEDIUM.value
    at = values.pop("hour", None)
    where = values.setdefault("zone", ITU_ZONE)
    if at is not None and not exists(on, at, where):
        raise row.refuse(f"“hour” is {at:%H:%M}, which the clocks of {where} skip on {on}")
    return replace(row, values=values | {"at": instant_of(on, at, where), "has_hour": at is not None})
