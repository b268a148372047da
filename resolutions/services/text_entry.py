"""Entering a text in force: pasted or from a file, reviewed as it was split, then stored."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from amnt.core.idempotency import sent_before
from resolutions.importers.docx import FileRefused, ReaderWarning, TextClause, WarningCode, split_pasted
from resolutions.importers.refusals import REFUSALS
from resolutions.models import Revision, RevisionText, TextLanguage, Upload
from resolutions.services import uploads
from resolutions.services.texts import check_any_clause, enter_text


def receive_pasted(
    revision: Revision, *, language: str, pasted: str, by: User, source: str = "", url: str = "", submission: UUID | None = None
) -> Upload:
    """Split a pasted text into clauses, for review."""
    if made := uploads.received_before(submission, by):
        return made
    try:
        text = split_pasted(pasted)
    except FileRefused as refused:
        raise RuleBroken(str(REFUSALS[refused.code])) from None
    check_any_clause([clause for clause in text.clauses if clause.kind in ("item", "cell")])
    return uploads.store_once(
        Upload(
            kind=Upload.Kind.TEXT,
            brought_by=by,
            state=Upload.State.READ,
            sha256=sha256(pasted.encode()).hexdigest(),
            assembly=revision.assembly,
            revision=revision,
            language=language,
            extraction=asdict(text),
            choices={"source": source, "url": url},
            submission=submission,
        )
    )


@transaction.atomic
def receive_file(
    data: bytes,
    revision: Revision,
    *,
    language: str,
    file_name: str,
    by: User,
    source: str = "",
    url: str = "",
    submission: UUID | None = None,
) -> Upload:
    """Store a file, to be read by a worker."""
    upload = uploads.receive(
        data,
        file_name=file_name,
        by=by,
        kind=Upload.Kind.TEXT,
        assembly=revision.assembly,
        revision=revision,
        language=language,
        submission=submission,
    )
    uploads.save_choices(upload, source=source, url=url)
    return upload


@transaction.atomic
def store_text(upload: Upload, *, by: User) -> RevisionText:
    """Store the reviewed upload as the text of its revision. Safe to repeat."""
    upload = Upload.objects.select_for_update(of=("self",)).select_related("revision").get(pk=upload.pk)
    if made := sent_before(RevisionText.objects.all(), upload.public_id):
        return made
    if upload.state != Upload.State.READ or upload.revision is None:
        raise RuleBroken(_("This text has not been read yet."))
    text = enter_text(
        upload.revision,
        language=upload.language,
        clauses=clauses_of(upload),
        by=by,
        source=upload.choices.get("source", ""),
        url=upload.choices.get("url", ""),
        file_name=upload.file_name,
        sha256=upload.sha256,
        submission=upload.public_id,
    )
    upload.state, upload.state_at, upload.extraction = Upload.State.PUBLISHED, now(), None
    upload.save(update_fields=["state", "state_at", "extraction"])
    return text


# --- What was read, as plain values -------------------------------------------------------------------------------------


def clauses_of(upload: Upload) -> list[TextClause]:
    fields = ("kind", "part", "section", "number", "text", "place")
    return [TextClause(*(row[name] for name in fields)) for row in _rows(upload, "clauses")]


def warnings_of(upload: Upload) -> list[ReaderWarning]:
    return [ReaderWarning(WarningCode(row["code"]), row["place"], row["text"]) for row in _rows(upload, "warnings")]


def doubts_of(upload: Upload) -> list[str]:
    """Sentences that say why this may not be the text it was entered as."""
    read, doubts = upload.extraction or {}, []
    resolution = upload.revision.resolution if upload.revision else None
    if resolution and read.get("number") and str(resolution.number) != read["number"]:
        doubts.append(
            _("This text says that it is Resolution %(read)s, but you are entering %(wanted)s.")
            % {"read": read["number"], "wanted": resolution.full_name}
        )
    if read.get("language") and read["language"] != upload.language:
        names = dict(TextLanguage.choices)
        doubts.append(
            _("This text appears to be in %(read)s, but you chose %(wanted)s.")
            % {"read": names[read["language"]], "wanted": names[upload.language]}
        )
    return doubts


def _rows(upload: Upload, name: str) -> Sequence[Mapping[str, Any]]:
    return (upload.extraction or {}).get(name, ())
