"""Personal data of a person in this app: its export, and its erasure."""

from django.db.models import Q

from amnt.accounts import personal_data
from amnt.accounts.models import User
from amnt.accounts.personal_data import Rows
from resolutions.models import Contribution, RegionWatch, RevisionText, Upload, Watch, short_name


def watches(user: User) -> Rows:
    found = Watch.objects.filter(user=user).order_by("created_at", "pk")
    about = found.values_list("resolution__number", "resolution__label", "resolution__series", "scope", "created_at")
    return Rows(about, lambda row: {"resolution": short_name(*row[:3]), "scope": row[3], "since": row[4]})


def region_watches(user: User) -> Rows:
    found = RegionWatch.objects.filter(user=user).select_related("group").order_by("created_at", "pk")
    return Rows(found, lambda row: {"group": str(row.group), "since": row.created_at})


def brought_in(user: User) -> Rows:
    """Uploads of this person, published or not."""
    found = Upload.objects.visible_to(user).select_related("contribution").defer("data", "extraction", "choices")
    return Rows(
        found.order_by("brought_at", "pk"),
        lambda row: {
            "file": row.file_name,
            "state": row.state,
            "document": str(row.contribution) if row.contribution else row.number,
            "at": row.brought_at,
        },
    )


def documents(user: User) -> Rows:
    """Contributions this person entered, numbers of restricted ones included."""
    found = Contribution.objects.visible_to(user).filter(entered_by=user).select_related("assembly").order_by("entered_at", "pk")
    return Rows(found, lambda row: {"document": str(row), "assembly": str(row.assembly), "access": row.access, "at": row.entered_at})


def texts(user: User) -> Rows:
    """Texts in force that this person entered or checked."""
    found = RevisionText.objects.filter(Q(entered_by=user) | Q(checked_by=user)).select_related("revision__resolution")
    return Rows(
        found.order_by("entered_at", "pk"),
        lambda row: {
            "text": str(row),
            "language": row.language,
            "as": "entered" if row.entered_by_id == user.pk else "checked",
            "at": row.entered_at if row.entered_by_id == user.pk else row.checked_at,
        },
    )


def throw_away(user: User) -> None:
    """Delete unpublished uploads. What is published stays, without the name."""
    Upload.objects.filter(brought_by=user).delete()


def stop_watching(user: User) -> None:
    Watch.objects.filter(user=user).delete()
    RegionWatch.objects.filter(user=user).delete()


def register_all() -> None:
    personal_data.register("watches", watches)
    personal_data.register("region_watches", region_watches)
    personal_data.register_on_erase(stop_watching)
    personal_data.register("brought_in", brought_in)
    personal_data.register("documents", documents)
    personal_data.register("texts", texts)
    personal_data.register_on_erase(throw_away)
