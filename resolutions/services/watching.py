from django.db import transaction

from amnt.accounts.models import User
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
