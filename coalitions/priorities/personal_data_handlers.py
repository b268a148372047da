"""What a person wrote of what a coalition agrees on and shares, for the export of her data."""

from django.db.models import Q

from amnt.accounts import personal_data
from amnt.accounts.models import User
from amnt.accounts.personal_data import Rows
from coalitions.models import CharterVersion, Decision, EmbargoNote, HandoverNote, Outlet, Priority, RightsImpact


def decisions(user: User) -> Rows:
    """Decisions this person entered, as far as they may still be read."""
    found = Decision.objects.visible_to(user).filter(by=user).order_by("at", "pk")
    return Rows(found, lambda row: {"text": row.text, "decided_by": row.decided_by, "decided_on": row.decided_on, "at": row.at})


def priorities(user: User) -> Rows:
    """Priorities this person set, as far as they may still be read."""
    found = Priority.objects.visible_to(user).filter(by=user).order_by("at", "pk")
    return Rows(found, lambda row: {"title": row.title, "why": row.why, "at": row.at})


def charter_versions(user: User) -> Rows:
    """Versions of charters this person wrote, as far as they may still be read."""
    found = CharterVersion.objects.visible_to(user).filter(by=user).order_by("at", "pk")
    return Rows(found, lambda row: {"version": row.version, "text": row.text, "at": row.at})


def rights_impacts(user: User) -> Rows:
    """Impacts on rights this person wrote, as far as they may still be read."""
    found = RightsImpact.objects.visible_to(user).filter(by=user).select_related("resolution").order_by("at", "pk")
    return Rows(
        found,
        lambda row: {
            "resolution": row.resolution.short_name,
            "right": row.right,
            "mechanism": row.mechanism,
            "said_by": row.said_by,
            "source": row.source,
            "at": row.at,
        },
    )


def handover_notes(user: User) -> Rows:
    """Handover notes this person wrote last, as far as they may still be read."""
    found = HandoverNote.objects.visible_to(user).filter(by=user).select_related("delegation").order_by("at", "pk")
    return Rows(found, lambda row: {"delegation": str(row.delegation), "text": row.text, "at": row.at})


def outlets(user: User) -> Rows:
    """Outlets this person entered or follows, as far as they may still be read."""
    hers = Q(by=user) | Q(followers__membership__user=user)
    found = Outlet.objects.visible_to(user).filter(hers).distinct().order_by("at", "pk")
    return Rows(found, lambda row: {"name": row.name, "website": row.website, "covers": row.covers, "at": row.at})


def embargo_notes(user: User) -> Rows:
    """Embargo notes this person wrote, as far as they may still be read."""
    found = EmbargoNote.objects.visible_to(user).filter(by=user).order_by("at", "pk")
    return Rows(found, lambda row: {"text": row.text, "until": row.until, "at": row.at})


def register_all() -> None:
    personal_data.register("decisions", decisions)
    personal_data.register("priorities", priorities)
    personal_data.register("charter_versions", charter_versions)
    personal_data.register("rights_impacts", rights_impacts)
    personal_data.register("handover_notes", handover_notes)
    personal_data.register("outlets", outlets)
    personal_data.register("embargo_notes", embargo_notes)
