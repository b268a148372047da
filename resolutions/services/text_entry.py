"""A text in force on its way in: pasted or from a Word file, looked at as it was split, then stored."""

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
from resolutions.importers.docx import Refused, TextClause, Trouble, Warned, split_pasted
from resolutions.importers.refusals import REFUSALS
from resolutions.models import Incoming, Revision, RevisionText, TextLanguage
from resolutions.services import bringing
from resolutions.services.texts import enter_text


def bring_pasted(
    revision: Revision, *, language: str, pasted: str, by: User, source: str = "", url: str = "", submission: UUID | None = None
) -> Incoming:
    """Split what was pasted. It is not stored as a text before someone has looked at it."""
    if made := bringing.brought_before(submission, by):
        return made
    try:
        text = split_pasted(pasted)
    except Refused as refused:
        raise RuleBroken(str(REFUSALS[refused.code])) from None
    if not any(clause.kind in ("item", "cell") for clause in text.clauses):
        raise RuleBroken(_("No clause was found in this text."))
    return bringing.stored(
        Incoming(
            kind=Incoming.Kind.TEXT,
            brought_by=by,
            state=Incoming.State.READ,
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
def bring_file(
    data: bytes,
    revision: Revision,
    *,
    language: str,
    file_name: str,
    by: User,
    source: str = "",
    url: str = "",
    submission: UUID | None = None,
) -> Incoming:
    """Take a Word file in, to be read by a worker."""
    incoming = bringing.bring(
        data,
        file_name=file_name,
        by=by,
        kind=Incoming.Kind.TEXT,
        assembly=revision.assembly,
        revision=revision,
        language=language,
        submission=submission,
    )
    bringing.save_choices(incoming, source=source, url=url)
    return incoming


@transaction.atomic
def store_text(incoming: Incoming, *, by: User) -> RevisionText:
    """What was read becomes the text of its revision. Stored twice, it is one text."""
    incoming = Incoming.objects.select_for_update(of=("self",)).select_related("revision").get(pk=incoming.pk)
    if made := sent_before(RevisionText.objects.all(), incoming.public_id):
        return made
    if incoming.state != Incoming.State.READ or incoming.revision is None:
        raise RuleBroken(_("This text has not been read yet."))
    text = enter_text(
        incoming.revision,
        language=incoming.language,
        clauses=clauses_of(incoming),
        by=by,
        source=incoming.choices.get("source", ""),
        url=incoming.choices.get("url", ""),
        file_name=incoming.file_name,
        sha256=incoming.sha256,
        submission=incoming.public_id,
    )
    incoming.state, incoming.state_at, incoming.extraction = Incoming.State.PUBLISHED, now(), None
    incoming.save(update_fields=["state", "state_at", "extraction"])
    return text


# --- What was read, as plain values -------------------------------------------------------------------------------------


def clauses_of(incoming: Incoming) -> list[TextClause]:
    fields = ("kind", "part", "section", "number", "text", "place")
    return [TextClause(*(row[name] for name in fields)) for row in _rows(incoming, "clauses")]


def warnings_of(incoming: Incoming) -> list[Warned]:
    return [Warned(Trouble(row["code"]), row["place"], row["text"]) for row in _rows(incoming, "warnings")]


def doubts_of(incoming: Incoming) -> list[str]:
    """What speaks against this being the text that it was said to be, in sentences."""
    read, doubts = incoming.extraction or {}, []
    resolution = incoming.revision.resolution if incoming.revision else None
    if resolution and read.get("number") and str(resolution.number) != read["number"]:
        doubts.append(
            _("This text says that it is Resolution %(read)s, but you are entering %(wanted)s.")
            % {"read": read["number"], "wanted": resolution.full_name}
        )
    if read.get("language") and read["language"] != incoming.language:
        names = dict(TextLanguage.choices)
        doubts.append(
            _("This text appears to be in %(read)s, but you chose %(wanted)s.")
            % {"read": names[read["language"]], "wanted": names[incoming.language]}
        )
    return doubts


def _rows(incoming: Incoming, name: str) -> Sequence[Mapping[str, Any]]:
    return (incoming.extraction or {}).get(name, ())
