"""What a person follows and brought in among the texts: hers to take with her, and gone when she is erased."""

from typing import Any

from django.db.models import Q

from amnt.accounts import own_data
from amnt.accounts.models import User
from resolutions.models import Contribution, Incoming, RegionWatch, RevisionText, Watch


def watches(user: User) -> list[dict[str, Any]]:
    rows = Watch.objects.filter(user=user).select_related("resolution").order_by("created_at")
    return [{"resolution": str(row.resolution), "scope": row.scope, "since": row.created_at} for row in rows]


def region_watches(user: User) -> list[dict[str, Any]]:
    rows = RegionWatch.objects.filter(user=user).select_related("group").order_by("created_at")
    return [{"group": str(row.group), "since": row.created_at} for row in rows]


def brought_in(user: User) -> list[dict[str, Any]]:
    """What is on its way, and what she published."""
    rows = Incoming.objects.visible_to(user).select_related("contribution").defer("data", "extraction").order_by("brought_at", "pk")
    return [
        {
            "file": row.file_name,
            "state": row.state,
            "document": str(row.contribution) if row.contribution else row.number,
            "at": row.brought_at,
        }
        for row in rows
    ]


def documents(user: User) -> list[dict[str, Any]]:
    """Those she entered, by file or by hand, the numbers of restricted ones included."""
    rows = Contribution.objects.visible_to(user).filter(entered_by=user).select_related("assembly").order_by("entered_at", "pk")
    return [{"document": str(row), "assembly": str(row.assembly), "access": row.access, "at": row.entered_at} for row in rows]


def texts(user: User) -> list[dict[str, Any]]:
    """Those of revisions that she entered or checked."""
    rows = RevisionText.objects.filter(Q(entered_by=user) | Q(checked_by=user)).select_related("revision__resolution")
    return [
        {
            "text": str(row),
            "language": row.language,
            "as": "entered" if row.entered_by_id == user.pk else "checked",
            "at": row.entered_at if row.entered_by_id == user.pk else row.checked_at,
        }
        for row in rows.order_by("entered_at", "pk")
    ]


def throw_away(user: User) -> None:
    """What she had on its way. What is published stays, without her name."""
    Incoming.objects.filter(brought_by=user).delete()


def stop_watching(user: User) -> None:
    Watch.objects.filter(user=user).delete()
    RegionWatch.objects.filter(user=user).delete()


own_data.register("watches", watches)
own_data.register("region_watches", region_watches)
own_data.register_farewell(stop_watching)
own_data.register("brought_in", brought_in)
own_data.register("documents", documents)
own_data.register("texts", texts)
own_data.register_farewell(throw_away)
