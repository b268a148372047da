from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Model
from django.utils.dateparse import parse_datetime
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


@transaction.atomic
def stop_watching(user: User, resolution: Resolution) -> None:
    Watch.objects.filter(user=user, resolution=resolution).delete()
    user.note_changed()


def watch_region(user: User, group: RegionalGroup) -> RegionWatch:
    row, _is_new = RegionWatch.objects.get_or_create(user=user, group=group)
    return row


@transaction.atomic
def stop_watching_region(user: User, group: RegionalGroup) -> None:
    RegionWatch.objects.filter(user=user, group=group).delete()
    user.note_changed()


# --- Undoing ----------------------------------------------------------------------------------------------------------

KIND = "resolutions.watch"


def watch_state(user: User, rows: type[Model], **thing: Model) -> dict[str, Any]:
    """Whether and how this person watches a thing, and since when, as `undo` keeps it.

    rows -- the model of the watches: `Watch`, `RegionWatch` or one of an app above
    thing -- what is watched, by the name of its column there
    """
    ((column, target),) = thing.items()
    row = rows._default_manager.filter(user=user, **thing).first()
    names = [name for name in ("scope", "created_at") if row and hasattr(row, name)]
    kept = {name: str(getattr(row, name)) for name in names}
    return {"rows": rows._meta.label, "column": column, "thing": target.pk, "row": kept}


@transaction.atomic
def undo_watch(about: dict[str, Any], *, by: User) -> str:
    """Restore whether and how she watched it, if she did not change that since."""
    before = about["before"]
    rows = apps.get_model(before["rows"])
    things: Any = rows._meta.get_field(before["column"]).related_model
    thing = things.objects.visible_to(by).filter(pk=before["thing"]).first()
    by.lock()
    if thing is None or watch_state(by, rows, **{before["column"]: thing}) != about["after"]:
        raise RuleBroken(_("You have changed this since: nothing was undone."))
    hers = {"user": by, before["column"]: thing}
    if before["row"]:
        kept = before["row"] | {"created_at": parse_datetime(before["row"]["created_at"])}
        rows._default_manager.update_or_create(**hers, defaults=kept)
    else:
        rows._default_manager.filter(**hers).delete()
    by.note_changed()
    return _("Undone: it is as it was before.")


def register_all() -> None:
    undo.register(KIND, undo_watch)
