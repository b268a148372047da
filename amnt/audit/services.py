"""Recording acts, and deleting the pseudonyms that lead from entries to a person."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Model

from amnt.audit import acts, signing
from amnt.audit.models import PERSON, AuditEntry, AuditLevel, Pseudonym
from amnt.core.limits import max_length

LONGEST_ID = max_length(AuditEntry, "object_id")
# The column that identifies a public fact without a public id.
CODES = ("slug", "code", "tag")


def record(
    act: str,
    *,
    by: AbstractBaseUser | None,
    about: Model | None = None,
    coalition: Model | None = None,
    circle: Model | None = None,
    level: str = AuditLevel.COALITION,
    fields: Iterable[str] = (),
) -> AuditEntry:
    """Insert one row in the caller's transaction; no lock is taken and none is waited for.

    act -- registered with `amnt.audit.acts`
    by -- who did it; None for tasks and commands of the host
    about -- what it was done to. A row that represents a person (a membership) names that person by its property `audited_as`.
    coalition, circle -- whose leads, or whose circle, may read the row in full; both have a `public_id`
    level -- the class of what it was done to. Of C3 nothing is kept but who and when.
    fields -- names of the columns that changed, never what stood in them
    """
    [entry] = record_many(act, by=by, about=[about], coalition=coalition, circle=circle, level=level, fields=fields)
    return entry


def record_many(
    act: str,
    *,
    by: AbstractBaseUser | None,
    about: Iterable[Model | None],
    coalition: Model | None = None,
    circle: Model | None = None,
    level: str = AuditLevel.COALITION,
    fields: Iterable[str] = (),
) -> list[AuditEntry]:
    """The same act done to each of these: one row each, in their order, and as few statements as for one."""
    if not acts.is_known(act):
        raise LookupError(f"{act} is not registered: declare it with amnt.audit.acts.register.")
    objects = [getattr(row, "audited_as", row) for row in about]
    if level == AuditLevel.DELEGATION:
        act, objects, coalition, circle, fields = acts.PRIVATE, [None] * len(objects), None, None, ()
    where = public_id_of(coalition)
    names = pseudonyms_of([by, *objects], where)
    key = signing.current_key()
    entries = []
    for row in objects:
        entry = AuditEntry(
            act=act,
            level=level,
            actor=names[by.pk] if by else None,
            coalition=where,
            circle=public_id_of(circle),
            object_type=row._meta.label_lower if row else "",
            object_id=id_of(row, names),
            fields=sorted(fields),
            key_id=key.key_id,
        )
        entry.signature = key.sign(entry.canonical())
        entries.append(entry)
    return AuditEntry.objects.bulk_create(entries)


def reference(about: Model | None, coalition: UUID | None) -> str:
    """The object_id of an entry: a public id, the short code of a public fact, or empty. Never a primary key."""
    return id_of(about, pseudonyms_of([about], coalition))


def id_of(row: Model | None, names: Mapping[Any, UUID]) -> str:
    if row is None:
        return ""
    if row._meta.label_lower == PERSON:
        return str(names[row.pk])
    return next((str(getattr(row, name))[:LONGEST_ID] for name in ("public_id", *CODES) if getattr(row, name, None)), "")


def public_id_of(row: Model | None) -> UUID | None:
    return row.public_id if row else None  # type: ignore[attr-defined]


def pseudonyms_of(rows: Iterable[Model | None], coalition: UUID | None) -> dict[Any, UUID]:
    """The pseudonym of each person among these by primary key, made where there is none."""
    keys = dict.fromkeys(row.pk for row in rows if row and row._meta.label_lower == PERSON)
    if not keys:
        return {}
    # Of two pseudonyms of a person the first is used.
    found = Pseudonym.objects.filter(user__in=keys, coalition=coalition).order_by("-pk").values_list("user", "name")
    names: dict[Any, UUID] = dict(found)
    made = Pseudonym.objects.bulk_create([Pseudonym(user_id=key, coalition=coalition) for key in keys if key not in names])
    return names | {row.user_id: row.name for row in made}


def forget_in_coalition(user: AbstractBaseUser, coalition: Model) -> None:
    """Delete the pseudonym of someone who left: entries of this coalition no longer name this person."""
    Pseudonym.objects.filter(user=user, coalition=public_id_of(coalition)).delete()


def forget_everywhere(user: AbstractBaseUser) -> None:
    """Delete all pseudonyms of someone who is erased."""
    Pseudonym.objects.filter(user=user).delete()
