"""Notes that one person writes for herself and those she names. Nothing is told, recorded or logged: not even that something was."""

from collections.abc import Collection
from uuid import UUID, uuid4

from django.db import IntegrityError, models, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from amnt.core.forms import several_lines
from amnt.encryption.keys import digest
from coalitions.models import ConfidentialNote, Delegation, Membership
from coalitions.models.confidential_notes import kind_of, place_of
from coalitions.services.seats import check_may_be_told
from resolutions.models import Assembly


def assembly_of(thing: models.Model) -> Assembly:
    """The one after which the note is deleted: that of the card, unless it is over, else the one people work for."""
    if isinstance(thing, Delegation) and not (thing.assembly.ends_on and thing.assembly.ends_on < now().date()):
        return thing.assembly
    assembly = Assembly.objects.current()
    if assembly is None:
        raise RuleBroken(_("No assembly is known yet. A person who looks after this instance must add one first."))
    return assembly


@transaction.atomic
def write(thing: models.Model, *, text: str, by: User, readers: Collection[User] = (), submission: UUID) -> ConfidentialNote:
    """Write it beside a delegation or a resolution. The same form sent twice makes one."""
    key = UUID(digest(f"confidential:{by.pk}:{submission}")[:32])
    if made := ConfidentialNote.objects.filter(pk=key).first():
        return made
    check_may_be_told(by, readers, None)
    text = several_lines(text)
    if not text:
        raise RuleBroken(_("Write something that can be read."), field="text")
    if len(text) > ConfidentialNote.LONGEST:
        raise RuleBroken(_("At most %(n)s characters.") % {"n": ConfidentialNote.LONGEST}, field="text")
    assembly = assembly_of(thing)
    said = {
        "author": by.pk,
        "text": text,
        "at": now().isoformat(),
        "readers": sorted(person.pk for person in readers),
        "about": [kind_of(thing), thing.pk],
        "copies": [],
    }
    copies = [ConfidentialNote(id=uuid4(), assembly=assembly, place=place_of(person.pk, thing), sealed=said) for person in readers]
    own = said | {"copies": [str(copy.pk) for copy in copies]}
    try:
        with transaction.atomic():
            note = ConfidentialNote.objects.create(id=key, assembly=assembly, place=place_of(by.pk, thing), sealed=own)
            ConfidentialNote.objects.bulk_create(copies)
    except IntegrityError:
        # The second of two requests, sent while the first was running.
        return ConfidentialNote.objects.get(pk=key)
    return note


def remove(note: ConfidentialNote) -> None:
    """With the copies of its readers, for good."""
    ConfidentialNote.objects.filter(pk__in=[note.pk, *note.copies]).delete()


def forget(user: User) -> None:
    """All that she wrote, and the copies that others gave her."""
    for note in ConfidentialNote.objects.by_author(user):
        remove(note)
    ConfidentialNote.objects.everywhere(user).delete()


def forget_if_in_no_coalition(user: User) -> None:
    """After leaving: there is nobody left whom she could have named."""
    if not Membership.objects.current().filter(user=user).exists():
        forget(user)
