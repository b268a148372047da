"""Entering a text in force: pasted or from a file, reviewed as it was split, then stored."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from amnt.core.idempotency import sent_before
from resolutions.domain.tables import CellPlace, blocks, lines_of
from resolutions.importers.docx import FileRefused, ReaderWarning, TextClause, WarningCode, split_pasted
from resolutions.importers.paragraphs import Repair, RepairKind, shorten
from resolutions.importers.refusals import REFUSALS, REPAIRS
from resolutions.models import Assembly, Contribution, Proposal, ProposedClause, Resolution, Revision, RevisionText, TextLanguage, Upload
from resolutions.services import uploads
from resolutions.services.revisions import add_revision, conference, possible_revision
from resolutions.services.texts import check_any_clause, enter_text

# Of one kind on a page.
MOST_REPAIRS = 60


def receive_pasted(
    revision: Revision,
    *,
    language: str,
    pasted: str,
    by: User,
    source: str = "",
    url: str = "",
    is_first: bool = False,
    submission: UUID | None = None,
) -> Upload:
    """Split a pasted text into clauses, for review.

    revision -- one that is not stored is added with the text; is_first -- its assembly adopted the resolution, it did not revise it
    """
    if made := uploads.received_before(submission, by):
        return made
    extraction = _split(pasted)
    return uploads.store_once(
        Upload(
            kind=Upload.Kind.TEXT,
            brought_by=by,
            state=Upload.State.READ,
            sha256=sha256(pasted.encode()).hexdigest(),
            assembly=_stored_assembly(revision),
            revision=_stored(revision),
            language=language,
            extraction=extraction,
            choices={"source": source, "url": url, **_wanted(revision, is_first)},
            submission=submission,
        )
    )


@transaction.atomic
def split_again(upload: Upload, *, undone: Sequence[str]) -> Upload:
    """Split the paste once more, with these repairs left undone."""
    upload = Upload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
    pasted = (upload.extraction or {}).get("pasted")
    if upload.state != Upload.State.READ or not pasted:
        raise RuleBroken(_("This text has not been read yet."))
    upload.extraction = _split(pasted, undone)
    upload.choices = {**upload.choices, "undone": list(undone)}
    upload.save(update_fields=["extraction", "choices"])
    return upload


def _split(pasted: str, undone: Sequence[str] = ()) -> dict[str, Any]:
    """The text as plain values, with the paste itself until it is stored."""
    try:
        text = split_pasted(pasted, undone=undone)
    except FileRefused as refused:
        raise RuleBroken(str(REFUSALS[refused.code])) from None
    check_any_clause([clause for clause in text.clauses if clause.kind in ("item", "cell")])
    return {**asdict(text), "pasted": pasted}


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
    is_first: bool = False,
    submission: UUID | None = None,
) -> Upload:
    """Store a file, to be read by a worker. The arguments are those of `receive_pasted`."""
    upload = uploads.receive(
        data,
        file_name=file_name,
        by=by,
        kind=Upload.Kind.TEXT,
        assembly=_stored_assembly(revision),
        revision=_stored(revision),
        language=language,
        submission=submission,
    )
    uploads.save_choices(upload, source=source, url=url, **_wanted(revision, is_first))
    return upload


@transaction.atomic
def receive_starting_text(proposal: Proposal, revision: Revision, *, by: User, is_first: bool = False) -> Upload:
    """The text that a proposal starts from, for review: what stood there before its marks."""
    document = proposal.contribution
    clauses = starting_clauses(proposal)
    check_any_clause([clause for clause in clauses if clause.kind in ("item", "cell")])
    return Upload.objects.create(
        kind=Upload.Kind.TEXT,
        brought_by=by,
        state=Upload.State.READ,
        assembly=revision.assembly,
        revision=_stored(revision),
        language=document.language,
        extraction={"clauses": [asdict(clause) for clause in clauses], "warnings": [], "number": "", "language": ""},
        choices={"url": document.url, "given_in": document.pk, **_wanted(revision, is_first)},
    )


def starting_clauses(proposal: Proposal) -> list[TextClause]:
    rows = ProposedClause.objects.filter(proposal=proposal).exclude(before="").in_order()
    return [
        TextClause(
            row.kind,
            row.part,
            row.call_before or row.call or None,
            row.number_before,
            row.before,
            row.place or row.position,
            cell=row.cell,
        )
        for row in rows
    ]


@transaction.atomic
def store_text(upload: Upload, *, by: User) -> RevisionText:
    """Store the reviewed upload as the text of its revision. Safe to repeat."""
    upload = Upload.objects.select_for_update(of=("self",)).select_related("revision", "assembly").get(pk=upload.pk)
    if made := sent_before(RevisionText.objects.all(), upload.public_id):
        return made
    revision = revision_of(upload)
    if upload.state != Upload.State.READ or revision is None:
        raise RuleBroken(_("This text has not been read yet."))
    given_in = given_in_of(upload)
    if revision.pk is None:
        document = str(given_in) if given_in else ""
        sources = " ; ".join(filter(None, (upload.choices.get("url", ""), upload.choices.get("source", ""), document)))
        is_first = bool(upload.choices.get("is_first"))
        revision = add_revision(revision.resolution, revision.assembly, is_first=is_first, source=sources, by=by)
    text = enter_text(
        revision,
        language=upload.language,
        clauses=clauses_of(upload),
        by=by,
        source=upload.choices.get("source", ""),
        url=upload.choices.get("url", ""),
        file_name=upload.file_name,
        sha256=upload.sha256,
        given_in=given_in,
        submission=upload.public_id,
    )
    upload.state, upload.state_at, upload.extraction = Upload.State.PUBLISHED, now(), None
    upload.save(update_fields=["state", "state_at", "extraction"])
    return text


# --- The revision it is of -----------------------------------------------------------------------------------------------


def revision_of(upload: Upload) -> Revision | None:
    """The revision that a text is of. One that is not here is added with the text: it is given as it would be, not stored."""
    if upload.revision is not None:
        return upload.revision
    resolution = Resolution.objects.filter(pk=upload.choices.get("resolution")).first()
    named = upload.choices.get("conference")
    if resolution is None or (upload.assembly is None and not named):
        return None
    assembly = upload.assembly or conference(resolution.series, named["year"], named["place"])
    here = None
    if assembly.pk:
        here = Revision.objects.filter(resolution=resolution, assembly=assembly).select_related("resolution", "assembly").first()
    return here or possible_revision(resolution, assembly, is_first=bool(upload.choices.get("is_first")))


def given_in_of(upload: Upload) -> Contribution | None:
    """The document that gave this text as what it starts from."""
    key = upload.choices.get("given_in")
    return Contribution.objects.filter(pk=key, taken_back_at=None).first() if key else None


def _stored(revision: Revision) -> Revision | None:
    return revision if revision.pk else None


def _stored_assembly(revision: Revision) -> Assembly | None:
    return revision.assembly if revision.assembly.pk else None


def _wanted(revision: Revision, is_first: bool) -> dict[str, Any]:
    """What is needed to add a revision that is not here, and its conference."""
    if revision.pk:
        return {}
    assembly, wanted = revision.assembly, {"resolution": revision.resolution_id, "is_first": is_first}
    if assembly.pk or assembly.starts_on is None:
        return wanted
    return wanted | {"conference": {"year": assembly.starts_on.year, "place": assembly.city}}


# --- What was read, as plain values -------------------------------------------------------------------------------------


def clauses_of(upload: Upload) -> list[TextClause]:
    fields = ("kind", "part", "section", "number", "text", "place")
    return [
        TextClause(*(row[name] for name in fields), cell=CellPlace(**cell) if (cell := row.get("cell")) else None)
        for row in _rows(upload, "clauses")
    ]


def as_pasted(clauses: Sequence[TextClause]) -> str:
    """As a person would paste them, one paragraph a line under their verb lines, to be corrected by hand."""
    lines: list[str] = []
    section = None
    for block in blocks(clauses):
        if block.grid is not None:
            first = block.grid.items[0]
            if first.section and first.section != section:
                section = first.section
                lines.append(section)
            lines += lines_of(block.grid, lambda clause: clause.text)
            continue
        clause = block.item
        if clause.kind == "call":
            section = clause.section or clause.text
        elif clause.kind in ("item", "cell") and clause.section and clause.section != section:
            section = clause.section
            lines.append(section)
        lines.append(f"{clause.number}\t{clause.text}" if clause.number else clause.text)
    return "\n".join(lines)


def warnings_of(upload: Upload) -> list[ReaderWarning]:
    return [ReaderWarning(WarningCode(row["code"]), row["place"], row["text"]) for row in _rows(upload, "warnings")]


@dataclass(frozen=True)
class RepairsOfKind:
    """Repairs of one kind in a paste, those that are left undone as well. left_out -- how many more there are than are shown"""

    kind: RepairKind
    repairs: list[tuple[Repair, bool]]
    is_undone: bool
    left_out: int

    @property
    def count(self) -> int:
        return len(self.repairs) + self.left_out

    @property
    def title(self) -> str:
        return str(REPAIRS[self.kind])


def repairs_of(upload: Upload) -> list[RepairsOfKind]:
    """What was put together again in a paste, each with whether it is left undone."""
    done = [Repair(RepairKind(row["kind"]), row["place"], row["text"]) for row in _rows(upload, "repairs")]
    lines = str((upload.extraction or {}).get("pasted", "")).splitlines()
    undone = set(upload.choices.get("undone", ()))
    found = []
    for kind in RepairKind:
        places = sorted(int(key.removeprefix(f"{kind}-")) for key in undone if key.startswith(f"{kind}-"))
        left = [(Repair(kind, place, shorten(lines[place - 1])), True) for place in places if 0 < place <= len(lines)]
        of_kind = sorted([*((repair, False) for repair in done if repair.kind == kind), *left], key=lambda pair: pair[0].place)
        if of_kind or kind in undone:
            shown = of_kind[:MOST_REPAIRS]
            found.append(RepairsOfKind(kind, shown, kind in undone, len(of_kind) - len(shown)))
    return found


def doubts_of(upload: Upload) -> list[str]:
    """Sentences that say why this may not be the text it was entered as."""
    read, doubts = upload.extraction or {}, []
    revision = revision_of(upload)
    resolution = revision.resolution if revision else None
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
