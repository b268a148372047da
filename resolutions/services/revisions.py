"""Revisions that are not here yet: named by the assembly that adopted them, added with their text, to be checked by another person."""

import re
from datetime import date

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import override

from amnt.accounts.models import User
from amnt.audit.models import AuditLevel
from amnt.audit.services import record
from amnt.core.languages import LANGUAGE_CODES
from amnt.core.limits import max_length
from resolutions.models import Assembly, DateStatus, Resolution, Revision, Series

# How labels of revisions begin in the languages of the house; those of adoptions begin with the place.
REVISED = re.compile(r"r[eé]v\.\s*", re.IGNORECASE)


def assemblies_without_revision(resolution: Resolution) -> list[Assembly]:
    """The past assemblies, or conferences of the body that adopts it, of which no revision of this resolution is known, the latest first.
    One query. Reads `resolution.revisions` as `for_page` fetched them.
    """
    if resolution.is_draft:
        return []
    known = [revision.assembly_id for revision in resolution.revisions.all()]
    past = Assembly.objects.filter(series=resolution.series, starts_on__lte=now().date()).exclude(pk__in=known)
    return list(past.prefetch_related("revisions").latest_first())


def possible_revision(resolution: Resolution, assembly: Assembly, *, is_first: bool = False) -> Revision:
    """As it would be added, not stored. is_first -- this assembly adopted the resolution, it did not revise it"""
    revision = Revision(resolution=resolution, assembly=assembly, confidence=Revision.Confidence.MEDIUM)
    for language in LANGUAGE_CODES:
        with override(language):
            place = _place_of(assembly, language)
            label = place if is_first else _("Rev. %(place)s") % {"place": place}
        setattr(revision, f"label_{language}", label[: max_length(Revision, "label")])
    return revision


def _place_of(assembly: Assembly, language: str) -> str:
    """ "Geneva, 2022", as other revisions of this assembly are labelled."""
    others = assembly.revisions.all() if assembly.pk else ()
    labels = (getattr(other, f"label_{language}") or "" for other in others)
    if said := next((REVISED.sub("", label, count=1) for label in labels if label), ""):
        return said
    year = str(assembly.starts_on.year) if assembly.starts_on else ""
    return ", ".join(filter(None, (assembly.city, year))) or str(assembly)


def conference(series: str, year: int, place: str) -> Assembly:
    """The conference of another body in this year; as it would be added, not stored, if it is not here. Only its year is known: its first
    day stands for that.
    """
    code = f"{Series(series).value}-{year}".upper()
    if here := Assembly.objects.filter(code=code).first():
        return here
    first_day = date(year, 1, 1)
    made = Assembly(series=series, code=code, city=place, starts_on=first_day, date_status=DateStatus.ASSUMPTION)
    made.confidence = Assembly.Confidence.MEDIUM
    for language in LANGUAGE_CODES:
        with override(language):
            name = _("%(body)s, %(place)s") % {"body": Series(series).label, "place": f"{place}, {year}" if place else str(year)}
        setattr(made, f"name_{language}", name[: max_length(Assembly, "name")])
        setattr(made, f"short_name_{language}", code)
    return made


def _stored_conference(assembly: Assembly, *, source: str, by: User) -> Assembly:
    here = Assembly.objects.filter(code=assembly.code).first()
    if here is not None:
        return here
    assembly.source = source
    assembly._history_user = by  # type: ignore[attr-defined]
    assembly.save()
    record("instance.fact_added", by=by, about=assembly, level=AuditLevel.PUBLIC)
    return assembly


@transaction.atomic
def add_revision(resolution: Resolution, assembly: Assembly, *, is_first: bool = False, source: str = "", by: User) -> Revision:
    """Add it as a fact to be checked, with its conference if that is not here. One that is here already stays as it is."""
    Resolution.objects.select_for_update().get(pk=resolution.pk)
    if assembly.pk is None:
        assembly = _stored_conference(assembly, source=source, by=by)
    if here := Revision.objects.filter(resolution=resolution, assembly=assembly).first():
        return here
    revision = possible_revision(resolution, assembly, is_first=is_first)
    revision.source = source
    revision._history_user = by  # type: ignore[attr-defined]
    revision.save()
    record("instance.fact_added", by=by, about=revision, level=AuditLevel.PUBLIC)
    return revision


def confirm_revision(revision: Revision, *, by: User) -> None:
    """Whoever checked its text against the official one has seen which assembly adopted it. In the caller's transaction."""
    if revision.assembly.series != Series.WTSA and revision.assembly.is_to_check:
        _confirm(revision.assembly, by=by)
    if revision.is_to_check:
        _confirm(revision, by=by)


def _confirm(fact: Revision | Assembly, *, by: User) -> None:
    fact.verified_by, fact.verified_at = by, now()
    fact._history_user = by  # type: ignore[union-attr]
    fact.save(update_fields=["verified_by", "verified_at"])
    record("instance.fact_changed", by=by, about=fact, level=AuditLevel.PUBLIC, fields=["verified_by", "verified_at"])
