"""Throwing away what one brought in, before it is published."""

from typing import Any

from django.db import transaction

from amnt.accounts.models import User
from coalitions.models import KeptCopy
from coalitions.services import kept_copies
from resolutions.models import Incoming
from resolutions.services import bringing

DISCARDED = "coalitions.incoming_discarded"
# So many files of a person stay. What was read of one is up to 7 MB, and is decrypted whole to show its name.
MOST_KEPT = 10
# What was read and decided. The file itself is gone by then.
KEPT = ("kind", "file_name", "sha256", "language", "number", "extraction", "choices", "assembly_id", "revision_id")


@transaction.atomic
def discard(incoming: Incoming, *, by: User) -> KeptCopy | None:
    """Nothing of it stays but what was read of it: for two weeks, for her alone, and of her last ten files only.

    Returns the copy; None where nothing was read.
    """
    row = Incoming.objects.select_for_update(of=("self",)).filter(pk=incoming.pk).first()
    if row is None:
        return None
    copy = None
    if row.state == Incoming.State.READ:
        content: dict[str, Any] = {name: getattr(row, name) for name in KEPT}
        copy = kept_copies.keep(DISCARDED, content, about=row.public_id, by=by)
        earlier = KeptCopy.objects.filter(kind=DISCARDED, owner=by).order_by("-at", "-pk").values_list("pk", flat=True)
        KeptCopy.objects.filter(pk__in=list(earlier[MOST_KEPT:])).delete()
    bringing.discard(row)
    return copy
