"""Discarding an upload before it is published, and restoring it."""

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from coalitions.models import KeptCopy
from coalitions.permissions import can_enter_texts
from coalitions.services import kept_copies
from coalitions.services.kept_copies import CopyPreview, PreviewPart
from resolutions.models import Assembly, Revision, Upload
from resolutions.services import uploads

DISCARDED = "coalitions.incoming_discarded"
# Files kept per person. The extraction of one is up to 7 MB, and is decrypted whole to show its name.
MOST_KEPT = 10
# Fields of an upload that are kept. The bytes are deleted by then.
KEPT = ("kind", "file_name", "sha256", "language", "number", "extraction", "choices", "assembly_id", "revision_id")


@transaction.atomic
def discard(upload: Upload, *, by: User) -> KeptCopy | None:
    """Delete an upload, keeping a copy of what was read for two weeks, for this person alone, of the last ten files. Returns the copy; None
    if nothing was read.
    """
    row = Upload.objects.select_for_update(of=("self",)).filter(pk=upload.pk).first()
    if row is None:
        return None
    copy = None
    if row.state == Upload.State.READ:
        content: dict[str, Any] = {name: getattr(row, name) for name in KEPT}
        copy = kept_copies.keep(DISCARDED, content, about=row.public_id, by=by)
        earlier = KeptCopy.objects.filter(kind=DISCARDED, owner=by).order_by("-at", "-pk").values_list("pk", flat=True)
        KeptCopy.objects.filter(pk__in=list(earlier[MOST_KEPT:])).delete()
    uploads.discard(row)
    return copy


def look_at_upload(copy: KeptCopy, user: User) -> CopyPreview | None:
    parts = [PreviewPart(_("File"), copy.content["file_name"]), PreviewPart(_("Number of the document"), copy.content["number"])]
    return CopyPreview([part for part in parts if part.before], can_enter_texts(user), reverse("coalitions:upload-new"))


def put_upload_back(copy: KeptCopy, *, by: User) -> Upload:
    """Restore it as a new upload, for two weeks again."""
    content = copy.content
    for model, name in ((Assembly, "assembly_id"), (Revision, "revision_id")):
        if content[name] and not model.objects.filter(pk=content[name]).exists():  # type: ignore[attr-defined]
            raise RuleBroken(_("What it was uploaded for is no longer here."))
    return Upload.objects.create(public_id=copy.about, brought_by=by, state=Upload.State.READ, **content)


def register_all() -> None:
    kept_copies.register(
        DISCARDED,
        sentence=gettext_lazy("A discarded file"),
        act=gettext_lazy("A discarded file was restored"),
        look=look_at_upload,
        put_back=put_upload_back,
    )
