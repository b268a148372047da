"""Recording an act, and taking from what was recorded the way back to a person."""

from collections.abc import Iterable
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Model

from amnt.audit import acts, signing
from amnt.audit.models import PERSON, AuditEntry, Level, Pseudonym

# Columns that name a public fact where it has no public id.
CODES = ("slug", "code", "tag")


def record(
    act: str,
    *,
    by: AbstractBaseUser | None,
    about: Model | None = None,
    coalition: Model | None = None,
    circle: Model | None = None,
    level: str = Level.COALITION,
    fields: Iterable[str] = (),
) -> AuditEntry:
    """Insert one row in the caller's transaction; no lock is taken and none is waited for.

    act -- registered with `amnt.audit.acts`
    by -- who did it; None for the clock and for commands of the host
    about -- what it was done to. A row that stands for a person (a membership) has the property `audited_as` that gives her.
    coalition, circle -- whose leads, or whose circle, may read the row in full; both have a `public_id`
    level -- the class of what it was done to. Of C3 nothing is kept but who and when.
    fields -- names of the columns that changed, never what stood in them
    """
    if not acts.is_known(act):
        raise LookupError(f"{act} is not registered: declare it with amnt.audit.acts.register.")
    if level == Level.DELEGATION:
        act, about, coalition, circle, fields = acts.PRIVATE, None, None, None, ()
    where = public_id_of(coalition)
    about = getattr(about, "audited_as", about)
    key = signing.current_key()
    entry = AuditEntry(
        act=act,
        level=level,
        actor=pseudonym_of(by, where) if by else None,
        coalition=where,
        circle=public_id_of(circle),
        object_type=about._meta.label_lower if about else "",
        object_id=reference(about, where),
        fields=sorted(fields),
        key_id=key.key_id,
    )
    entry.signature = key.sign(entry.canonical())
    entry.save(force_insert=True)
    return entry


def reference(about: Model | None, coalition: UUID | None) -> str:
    """How the entry names its object: a public id, the short code of a public fact, or nothing. Never a key of the database."""
    if about is None:
        return ""
    if about._meta.label_lower == PERSON:
        return str(pseudonym_of(about, coalition))
    return next((str(getattr(about, name))[:64] for name in ("public_id", *CODES) if getattr(about, name, None)), "")


def public_id_of(row: Model | None) -> UUID | None:
    return row.public_id if row else None  # type: ignore[attr-defined]


def pseudonym_of(person: Model, coalition: UUID | None) -> UUID:
    """The one she has, or a new one."""
    hers = Pseudonym.objects.filter(user=person, coalition=coalition).order_by("pk").values_list("name", flat=True).first()
    return hers or Pseudonym.objects.create(user_id=person.pk, coalition=coalition).name


def forget_in_coalition(user: AbstractBaseUser, coalition: Model) -> None:
    """She has left: what the audit of this coalition holds of her names nobody from now on."""
    Pseudonym.objects.filter(user=user, coalition=public_id_of(coalition)).delete()


def forget_everywhere(user: AbstractBaseUser) -> None:
    """She is erased: so does the audit of the instance, and of every coalition."""
    Pseudonym.objects.filter(user=user).delete()
