"""Revisions that are not here yet: named by the assembly that adopted them, added with their text, to be checked by another person."""

import re

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import override

from amnt.accounts.models import User
from amnt.audit.models import AuditLevel
from amnt.audit.services import record
from amnt.core.languages import LANGUAGE_CODES
from amnt.core.limits import max_length
from resolutions.models import Assembly, Resolution, Revision, Series

# How labels of revisions begin in the languages of the house; those of adoptions begin with the place.
REVISED = re.compile(r"r[eé]v\.\s*", re.IGNORECASE)


def assemblies_without_revision(resolution: Resolution) -> list[Assembly]:
    """The past assemblies of which no revision of this resolution is known, the latest first. One query. Reads `resolution.revisions` as
    `for_page` fetched them. None for the resolutions of other bodies, whose conferences are not here.
    """
    if resolution.series != Series.WTSA or resolution.is_draft:
        return []
    known = [revision.assembly_id for revision in resolution.revisions.all()]
    past = Assembly.objects.filter(starts_on__lte=now().date()).exclude(pk__in=known)
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
    labels = (getattr(other, f"label_{language}") or "" for other in assembly.revisions.all())
    if said := next((REVISED.sub("", label, count=1) for label in labels if label), ""):
        return said
    year = str(assembly.starts_on.year) if assembly.starts_on else ""
    return ", ".join(filter(None, (assembly.city, year))) or str(assembly)


@transaction.atomic
def add_revision(resolution: Resolution, assembly: Assembly, *, is_first: bool = False, source: str = "", by: User) -> Revision:
    """Add it as a fact to be checked. One that is here already stays as it is."""
    Resolution.objects.select_for_update().get(pk=resolution.pk)
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
    if not revision.is_to_check:
        return
    revision.verified_by, revision.verified_at = by, now()
    revision._history_user = by  # type: ignore[attr-defined]
    revision.save(update_fields=["verified_by", "verified_at"])
    record("instance.fact_changed", by=by, about=revision, level=AuditLevel.PUBLIC, fields=["verified_by", "verified_at"])
