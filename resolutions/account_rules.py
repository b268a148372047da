"""What a person follows among the texts: hers to take with her, and gone when she is erased."""

from typing import Any

from amnt.accounts import own_data
from amnt.accounts.models import User
from resolutions.models import RegionWatch, Watch


def watches(user: User) -> list[dict[str, Any]]:
    rows = Watch.objects.filter(user=user).select_related("resolution").order_by("created_at")
    return [{"resolution": str(row.resolution), "scope": row.scope, "since": row.created_at} for row in rows]


def region_watches(user: User) -> list[dict[str, Any]]:
    rows = RegionWatch.objects.filter(user=user).select_related("group").order_by("created_at")
    return [{"group": str(row.group), "since": row.created_at} for row in rows]


def stop_watching(user: User) -> None:
    Watch.objects.filter(user=user).delete()
    RegionWatch.objects.filter(user=user).delete()


own_data.register("watches", watches)
own_data.register("region_watches", region_watches)
own_data.register_farewell(stop_watching)
