"""A file on its way in: taken at the door, read by a worker, looked at by who brought it, then published or forgotten.

The database is the queue. A worker that is killed leaves its row "being read"; after a while it is read once more, and refused if
that killed a worker again.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from amnt.core.forms import one_line
from amnt.core.idempotency import create_once, sent_before
from amnt.core.limits import max_length
from resolutions.domain.budgets import MOST_CHARACTERS, MOST_CHARACTERS_OF_DOCUMENT, MOST_CLAUSES, MOST_CLAUSES_OF_DOCUMENT, grouped
from resolutions.extracted import as_values, document_of
from resolutions.importers import docx
from resolutions.importers.docx import Refusal, Refused
from resolutions.importers.refusals import REFUSALS
from resolutions.models import Assembly, Revision, Upload

State, Kind = Upload.State, Upload.Kind

# Nothing takes a worker longer than seconds; after this long it was killed.
PATIENCE = timedelta(minutes=2)
KEPT_FOR = timedelta(days=14)
# In `refusal`, while it waits to be read again after a worker was lost over it; then for good.
LOST_ONCE, LOST = "lost_once", "lost"
# In `refusal`: it was read, and holds more than is taken in.
TOO_LONG = "too_long"
# What may be kept of the name of a restricted file: a number as the ITU writes them, never somebody's words.
_PIECE = r"(?:[A-Z]{1,5}\d{0,4}|\d+[A-Z]{0,3}|Rev|Add|Corr)"
NUMBER = re.compile(rf"(?=.*\d)(?=.{{3,60}}$){_PIECE}(?:[()/.!_ -]+{_PIECE})*\)?")


def receive(
    data: bytes,
    *,
    file_name: str,
    by: User,
    kind: str = Kind.CONTRIBUTION,
    assembly: Assembly | None = None,
    revision: Revision | None = None,
    language: str = "",
    is_history: bool = False,
    submission: UUID | None = None,
) -> Upload:
    """Take a file in, to be read by a worker. What shows at once that it is not read is refused with its sentence.

    A file whose name says that it is of limited distribution is not taken: what is made then holds its number at most.
    """
    if made := received_before(submission, by):
        return made
    upload = Upload(
        kind=kind,
        brought_by=by,
        file_name=one_line(file_name)[: max_length(Upload, "file_name")],
        sha256=hashlib.sha256(data).hexdigest(),
        data=data,
        assembly=assembly,
        revision=revision,
        language=language,
        choices={"is_history": is_history},
        submission=submission,
    )
    try:
        docx.glance(data, file=file_name)
    except Refused as refused:
        if refused.code != Refusal.LIMITED_DISTRIBUTION:
            raise RuleBroken(str(REFUSALS[refused.code])) from None
        _refuse(upload, refused)
    return stored(upload)


def received_before(submission: UUID | None, by: User) -> Upload | None:
    """What this form brought when it was sent before."""
    return sent_before(Upload.objects.visible_to(by).defer("data"), submission)


def stored(upload: Upload) -> Upload:
    """Kept, once for its form."""
    return create_once(upload, among=Upload.objects.visible_to(upload.brought_by).defer("data"))[0]


def readable() -> Q:
    """What a worker may take now: what waits, and what a worker was lost over."""
    return Q(state=State.WAITING) | Q(state=State.READING, state_at__lt=now() - PATIENCE)


def correct_clock() -> None:
    """A file that a worker took before the clock was set back is taken for lost as long after as any other."""
    instant = now()
    Upload.objects.filter(state=State.READING, state_at__gt=instant + PATIENCE).update(state_at=instant)


def read_upload(pk: int) -> bool:
    """Read this file and let go of its bytes. Say whether it was read now: of several workers, one reads it."""
    instant = now()
    waiting = Upload.objects.filter(pk=pk)
    if not waiting.filter(state=State.WAITING).update(state=State.READING, state_at=instant):
        lost = waiting.filter(state=State.READING, state_at__lt=instant - PATIENCE)
        if lost.filter(refusal=LOST_ONCE).update(state=State.REFUSED, state_at=instant, refusal=LOST, data=None):
            return True
        if not lost.update(state_at=instant, refusal=LOST_ONCE):
            return False
    upload = Upload.objects.get(pk=pk)
    try:
        extraction = _extraction(upload)
    except Refused as refused:
        _refuse(upload, refused)
    else:
        upload.data = None
        if is_too_long(upload.kind, extraction):
            upload.state, upload.refusal = State.REFUSED, TOO_LONG
        else:
            upload.state, upload.refusal, upload.extraction = State.READ, "", extraction
            upload.number = str(extraction["number"] or "")[: max_length(Upload, "number")]
            upload.language = upload.language or str(extraction["language"] or "")
    upload.state_at = now()
    fields = {name: getattr(upload, name) for name in ("state", "state_at", "refusal", "extraction", "data", "number", "language")}
    fields |= {"file_name": upload.file_name, "sha256": upload.sha256}
    # Unless somebody threw it away meanwhile, or another worker took it for lost.
    return bool(Upload.objects.filter(pk=pk, state=State.READING).update(**fields))


def save_choices(upload: Upload, **choices: Any) -> None:
    """What a person decided so far. She may leave, come back, and find it."""
    with transaction.atomic():
        row = Upload.objects.select_for_update().get(pk=upload.pk)
        row.choices = upload.choices = row.choices | choices
        row.save(update_fields=["choices"])


def discard(upload: Upload) -> None:
    """Nothing of it stays. What was published of it does."""
    upload.delete()


def unpublished(at: datetime) -> QuerySet[Upload]:
    """What nobody published within two weeks."""
    return Upload.objects.exclude(state=State.PUBLISHED).filter(brought_at__lt=at - KEPT_FOR)


def is_too_long(kind: str, extraction: Mapping[str, Any]) -> bool:
    """Whether what was read is more than one text, or one document, may hold."""
    if kind == Kind.TEXT:
        texts, clauses, characters = [extraction["clauses"]], MOST_CLAUSES, MOST_CHARACTERS
    else:
        texts = [proposal["clauses"] for proposal in extraction["proposals"]]
        clauses, characters = MOST_CLAUSES_OF_DOCUMENT, MOST_CHARACTERS_OF_DOCUMENT
    found = [len(clause["text"]) for text in texts for clause in text]
    return len(found) > clauses or sum(found) > characters


def refusal_in_words(upload: Upload) -> str:
    if upload.refusal == TOO_LONG:
        if upload.kind == Kind.TEXT:
            return _("This text has more than %(clauses)s clauses or %(characters)s characters. Enter one resolution at a time.") % {
                "clauses": grouped(MOST_CLAUSES),
                "characters": grouped(MOST_CHARACTERS),
            }
        return _(
            "The proposals in this file have more than %(clauses)s clauses or %(characters)s characters together. "
            "Split the file and try again."
        ) % {"clauses": grouped(MOST_CLAUSES_OF_DOCUMENT), "characters": grouped(MOST_CHARACTERS_OF_DOCUMENT)}
    if upload.refusal == LOST:
        return str(_("This file could not be read: two attempts failed. Open it in a word processor, save it again and try again."))
    return str(REFUSALS[Refusal(upload.refusal)])


def _extraction(upload: Upload) -> dict[str, Any]:
    data = bytes(upload.data or b"")
    if upload.kind == Kind.TEXT:
        return asdict(docx.read_resolution(data, file=upload.file_name))
    return as_values(document_of(docx.read_contribution(data, file=upload.file_name)))


def _refuse(upload: Upload, refused: Refused) -> None:
    upload.state, upload.refusal, upload.data, upload.extraction = State.REFUSED, refused.code.value, None, None
    if refused.code == Refusal.LIMITED_DISTRIBUTION:
        number = one_line(refused.number or "")
        upload.file_name, upload.sha256 = "", ""
        upload.number = number if NUMBER.fullmatch(number) else ""
