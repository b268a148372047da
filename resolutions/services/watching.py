from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from amnt.accounts import undo
from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from resolutions.models import RegionalGroup, RegionWatch, Resolution, Watch


@transaction.atomic
def watch(user: User, resolution: Resolution, scope: str = Watch.Scope.ALL) -> Watch:
    """Watch this resolution, or change the scope of the watch."""
    row, _is_new = Watch.objects.update_or_create(user=user, resolution=resolution, defaults={"scope": Watch.Scope(scope)})
    return row


def stop_watching(user: User, resolution: Resolution) -> None:
    Watch.objects.filter(user=user, resolution=resolution).delete()


def watch_region(user: User, group: RegionalGroup) -> RegionWatch:
    row, _is_new = RegionWatch.objects.get_or_create(user=user, group=group)
    return row


def stop_watching_region(user: User, group: RegionalGroup) -> None:
    RegionWatch.objects.filter(user=user, group=group).delete()


# --- Undoing ----------------------------------------------------------------------------------------------------------

OF_RESOLUTION, OF_REGION = "resolutions.watch", "resolutions.region_watch"


def watch_state(user: User, thing: Resolution | RegionalGroup) -> dict[str, Any]:
    """Whether and how this person watches it, and since when, as `undo` keeps it."""
    if isinstance(thing, Resolution):
        row: Watch | RegionWatch | None = Watch.objects.filter(user=user, resolution=thing).first()
    else:
        row = RegionWatch.objects.filter(user=user, group=thing).first()
    return {
        "thing": thing.pk,
        "scope": getattr(row, "scope", "watched" if row else ""),
        "since": row.created_at.isoformat() if row else None,
    }


@transaction.atomic
def undo_watch(about: dict[str, Any], *, by: User) -> str:
    """Restore how she watched a resolution, if she did not change that since."""
    resolution = Resolution.objects.visible_to(by).filter(pk=about["before"]["thing"]).first()
    _check_unchanged(by, resolution, about)
    if resolution and about["before"]["scope"]:
        row = watch(by, resolution, about["before"]["scope"])
        Watch.objects.filter(pk=row.pk).update(created_at=datetime.fromisoformat(about["before"]["since"]))
    elif resolution:
        stop_watching(by, resolution)
    return _("Undone: it is as it was before.")


@transaction.atomic
def undo_region_watch(about: dict[str, Any], *, by: User) -> str:
    group = RegionalGroup.objects.visible_to(by).filter(pk=about["before"]["thing"]).first()
    _check_unchanged(by, group, about)
    if group and about["before"]["scope"]:
        row = watch_region(by, group)
        RegionWatch.objects.filter(pk=row.pk).update(created_at=datetime.fromisoformat(about["before"]["since"]))
    elif group:
        stop_watching_region(by, group)
    return _("Undone: it is as it was before.")


def _check_unchanged(user: User, thing: Resolution | RegionalGroup | None, about: dict[str, Any]) -> None:
    user.lock()
    if thing is None or watch_state(user, thing)["scope"] != about["after"]["scope"]:
        raise RuleBroken(_("You have changed this since: nothing was undone."))


def register_all() -> None:
    undo.register(OF_RESOLUTION, undo_watch)
    undo.register(OF_REGION, undo_region_watch)
