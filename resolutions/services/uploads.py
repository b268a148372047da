"""Uploads: stored, read by a worker, reviewed by the person who uploaded it, then published or deleted.

The database is the queue. A killed worker leaves its row "being read"; later it is read once more, and refused if that kills a worker
again.
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
from resolutions.domain.budgets import MOST_CHARACTERS, MOST_CHARACTERS_OF_DOCUMENT, MOST_CLAUSES, MOST_CLAUSES_OF_DOCUMENT, with_separators
from resolutions.extracted import SOURCE, as_values, document_of
from resolutions.importers import docx
from resolutions.importers.docx import FileRefused, RefusalCode
from resolutions.importers.refusals import REFUSALS
from resolutions.models import Assembly, Revision, Upload

State, Kind = Upload.State, Upload.Kind

# Reading takes seconds; after this long the worker must have been killed.
PATIENCE = timedelta(minutes=2)
KEPT_FOR = timedelta(days=14)
# In `refusal`: a worker was killed while reading it; it is read once more.
LOST_ONCE, LOST = "lost_once", "lost"
# In `refusal`: it holds more than the limits allow.
TOO_LONG = "too_long"
# The only part of a restricted file's name that may be stored: an ITU document number.
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
    """Store a file, to be read by a worker. One that is refused at once gets its sentence. Of a file whose name says that it is of limited
    distribution, only the number is stored.
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
    except FileRefused as refused:
        if refused.code != RefusalCode.LIMITED_DISTRIBUTION:
            raise RuleBroken(str(REFUSALS[refused.code])) from None
        _refuse(upload, refused)
    return store_once(upload)


def received_before(submission: UUID | None, by: User) -> Upload | None:
    """The upload that this form made when it was sent before."""
    return sent_before(Upload.objects.visible_to(by).defer("data"), submission)


def store_once(upload: Upload) -> Upload:
    """Kept, once for its form."""
    return create_once(upload, among=Upload.objects.visible_to(upload.brought_by).defer("data"))[0]


def readable_uploads() -> Q:
    """What a worker may take now: waiting ones, and those whose worker was killed."""
    return Q(state=State.WAITING) | Q(state=State.READING, state_at__lt=now() - PATIENCE)


def correct_clock() -> None:
    """After the clock was set back: correct the start of reading, so that a killed worker is noticed in time."""
    instant = now()
    Upload.objects.filter(state=State.READING, state_at__gt=instant + PATIENCE).update(state_at=instant)


def read_upload(pk: int) -> bool:
    """Read this file and delete its bytes. Returns whether this worker did it."""
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
    except FileRefused as refused:
        _refuse(upload, refused)
    else:
        upload.data = None
        upload.proposal_count, upload.clause_count, upload.character_count = size_of(upload.kind, extraction)
        if is_too_long(upload.kind, extraction):
            upload.state, upload.refusal = State.REFUSED, TOO_LONG
        else:
            upload.state, upload.refusal, upload.extraction = State.READ, "", extraction
            upload.number = str(extraction["number"] or "")[: max_length(Upload, "number")]
            upload.language = upload.language or str(extraction["language"] or "")
    upload.state_at = now()
    fields = {name: getattr(upload, name) for name in ("state", "state_at", "refusal", "extraction", "data", "number", "language")}
    fields |= {"file_name": upload.file_name, "sha256": upload.sha256}
    fields |= {name: getattr(upload, name) for name in ("proposal_count", "clause_count", "character_count")}
    # Unless it was discarded, or another worker took over.
    return bool(Upload.objects.filter(pk=pk, state=State.READING).update(**fields))


def save_choices(upload: Upload, **choices: Any) -> None:
    """Store what a person decided so far."""
    with transaction.atomic():
        row = Upload.objects.select_for_update().get(pk=upload.pk)
        row.choices = upload.choices = row.choices | choices
        row.save(update_fields=["choices"])


def discard(upload: Upload) -> None:
    """Delete an upload. What was published stays."""
    upload.delete()


def unpublished(at: datetime) -> QuerySet[Upload]:
    """Uploads not published within two weeks."""
    return Upload.objects.exclude(state=State.PUBLISHED).filter(brought_at__lt=at - KEPT_FOR)


def is_too_long(kind: str, extraction: Mapping[str, Any]) -> bool:
    """Whether the content exceeds the limits of a text or document."""
    _proposals, clauses, characters = size_of(kind, extraction)
    if kind == Kind.TEXT:
        return clauses > MOST_CLAUSES or characters > MOST_CHARACTERS
    return clauses > MOST_CLAUSES_OF_DOCUMENT or characters > MOST_CHARACTERS_OF_DOCUMENT


def size_of(kind: str, extraction: Mapping[str, Any]) -> tuple[int, int, int]:
    """Its proposals, none of a text in force; their clauses; and the characters of those."""
    texts = [extraction["clauses"]] if kind == Kind.TEXT else [proposal["clauses"] for proposal in extraction["proposals"]]
    found = [len(clause["text"]) for text in texts for clause in text]
    return 0 if kind == Kind.TEXT else len(texts), len(found), sum(found)


def refusal_in_words(upload: Upload) -> str:
    if upload.refusal == TOO_LONG:
        if upload.kind == Kind.TEXT:
            return _("This text has more than %(clauses)s clauses or %(characters)s characters. Enter one resolution at a time.") % {
                "clauses": with_separators(MOST_CLAUSES),
                "characters": with_separators(MOST_CHARACTERS),
            }
        return _(
            "The proposals in this file have more than %(clauses)s clauses or %(characters)s characters together. "
            "Split the file and try again."
        ) % {"clauses": with_separators(MOST_CLAUSES_OF_DOCUMENT), "characters": with_separators(MOST_CHARACTERS_OF_DOCUMENT)}
    if upload.refusal not in set(RefusalCode) | {LOST}:
        return str(_("An earlier version of this site could not read this file. Upload it again."))
    if upload.refusal == LOST:
        return str(_("This file could not be read: two attempts failed. Open it in a word processor, save it again and try again."))
    return str(REFUSALS[RefusalCode(upload.refusal)])


def _extraction(upload: Upload) -> dict[str, Any]:
    data = bytes(upload.data or b"")
    if upload.kind == Kind.TEXT:
        return asdict(docx.read_resolution(data, file=upload.file_name))
    document = docx.read_marked(data, file=upload.file_name)
    values = as_values(document_of(docx.extract(document, file=upload.file_name)))
    return values | ({SOURCE: docx.as_source(document)} if values["tables"] else {})


@transaction.atomic
def read_table(upload: Upload, number: int, *, is_versions: bool) -> Upload:
    """Read the document again, with this table as two versions of a text, or as a table. Places that were chosen for clauses are asked
    again."""
    upload = Upload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
    source = (upload.extraction or {}).get(SOURCE)
    if upload.state != State.READ or not source:
        raise RuleBroken(_("This file has not been read yet."))
    declared = {**upload.choices.get("tables", {}), str(number): is_versions}
    extraction = docx.extract(
        docx.from_source(source), file=upload.file_name, declared={int(table): said for table, said in declared.items()}
    )
    upload.extraction = {**as_values(document_of(extraction)), SOURCE: source}
    upload.choices = {**upload.choices, "tables": declared, "anchors": {}}
    upload.proposal_count, upload.clause_count, upload.character_count = size_of(upload.kind, upload.extraction)
    upload.save(update_fields=["extraction", "choices", "proposal_count", "clause_count", "character_count"])
    return upload


def _refuse(upload: Upload, refused: FileRefused) -> None:
    upload.state, upload.refusal, upload.data, upload.extraction = State.REFUSED, refused.code.value, None, None
    if refused.code == RefusalCode.LIMITED_DISTRIBUTION:
        number = one_line(refused.number or "")
        upload.file_name, upload.sha256 = "", ""
        upload.number = number if NUMBER.fullmatch(number) else ""
