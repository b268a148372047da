"""Which uploads are certain in every proposal and clause, so that they can be published together, and what keeps the others."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amnt.accounts.models import User
from amnt.core.languages import with_colon
from coalitions.texts.forms.reviewing import ReviewContext, as_sent, look_at, too_many, wanted_of
from coalitions.texts.forms.uploads import ProposalForm, UploadedDocumentForm
from resolutions.domain.budgets import MOST_CHARACTERS_OF_DOCUMENT, MOST_CLAUSES_OF_DOCUMENT, MOST_PROPOSALS
from resolutions.extracted import ReadDocument
from resolutions.models import Contribution, Proposal, Upload
from resolutions.services import publishing
from resolutions.services.publishing import AnchoringPreview, DocumentDecision, ProposalDecision

# Files looked at, and published, at a time. All together have no more clauses and characters than one document may have.
MOST_AT_ONCE = 25


@dataclass(frozen=True)
class Doubt:
    """Why a file stays behind. is_of_anchors -- the screen where clauses are placed settles it"""

    sentence: str
    is_of_anchors: bool = False


@dataclass
class FileOutlook:
    """One file that was read, with what would become of it."""

    upload: Upload
    document: ReadDocument
    about: UploadedDocumentForm
    forms: list[ProposalForm]
    looks: list[AnchoringPreview]
    doubts: list[Doubt] = field(default_factory=list)

    @property
    def decisions(self) -> list[ProposalDecision]:
        return [form.chosen() for form in self.forms if form.cleaned_data["is_in"]]

    @property
    def decided_on(self) -> DocumentDecision:
        if self.upload.assembly is None:
            raise ValueError("A contribution is of an assembly.")
        return self.about.about(self.upload.assembly)

    @property
    def proposals(self) -> list[tuple[ProposalForm, AnchoringPreview]]:
        return [(form, look) for form, look in zip(self.forms, self.looks, strict=True) if form.cleaned_data["is_in"]]

    @property
    def stamp(self) -> str:
        """Changes with everything that publishing this file would store, and with what it would stand on."""
        about = self.decided_on
        said: list[Any] = [about.number, about.revision, about.language, about.is_late, about.is_history, about.url]
        said += [self.upload.choices.get("anchors", {}), self.upload.choices.get("tables", {})]
        for decision, (_form, look) in zip(self.decisions, self.proposals, strict=True):
            resolution, group = decision.resolution, decision.group
            said.append([decision.place, decision.status, resolution and resolution.pk, group and group.pk, decision.countries])
            said.append([decision.action, decision.is_consolidated, look.base and look.base.pk, look.replaces and look.replaces.pk])
            said.append([tie.base and tie.base.pk for tie in look.ties])
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:20]


@dataclass(frozen=True)
class CertainUploads:
    certain: list[FileOutlook]
    staying: list[FileOutlook]

    @property
    def proposal_count(self) -> int:
        return sum(len(each.proposals) for each in self.certain)


def in_pages(user: User) -> list[list[int]]:
    """The keys of what this person uploaded and has not published, in pages that are looked at together. One query, nothing decrypted."""
    rows = Upload.objects.visible_to(user).filter(kind=Upload.Kind.CONTRIBUTION, state=Upload.State.READ)
    pages: list[list[int]] = []
    clauses = characters = 0
    for pk, more_clauses, more_characters in rows.order_by("brought_at", "pk").values_list("pk", "clause_count", "character_count"):
        clauses, characters = clauses + more_clauses, characters + more_characters
        is_full = clauses > MOST_CLAUSES_OF_DOCUMENT or characters > MOST_CHARACTERS_OF_DOCUMENT
        if not pages or is_full or len(pages[-1]) == MOST_AT_ONCE:
            pages.append([])
            clauses, characters = more_clauses, more_characters
        pages[-1].append(pk)
    return pages


def certain_uploads(user: User, keys: Sequence[int]) -> CertainUploads:
    """Those of these uploads that are certain, and the others, each with what is doubtful. As many queries for one as for all."""
    mine = Upload.objects.visible_to(user).filter(pk__in=keys, kind=Upload.Kind.CONTRIBUTION, state=Upload.State.READ)
    rows = list(mine.defer("data").select_related("assembly").order_by("brought_at", "pk"))
    if not rows:
        return CertainUploads([], [])
    context = ReviewContext(user)
    read = []
    for upload in rows:
        document = publishing.read_document(upload)
        about, forms = context.forms(upload, document, None)
        read.append((upload, document, *context.forms(upload, document, as_sent([about, *forms]))))
    asked = [wanted_of(upload, about, forms) for upload, _document, about, forms in read]
    grounds = publishing.document_contexts_of(asked)
    known = {upload.sha256: upload for upload in rows}
    here = set(Contribution.objects.visible_to(user).filter(sha256__in=known).exclude(sha256="").values_list("sha256", flat=True))
    stored = {named(issue) for issue in Contribution.objects.issues_of(issue for issue, _wanted in asked)}
    found = []
    for (upload, document, about, forms), ground in zip(read, grounds, strict=True):
        looks = [look_at(form, upload, ground=lambda ground=ground: ground, by=user) for form in forms]
        outlook = FileOutlook(upload, document, about, forms, looks)
        outlook.doubts = [*_doubts(outlook, context), *_already_here(outlook, here, stored)]
        found.append(outlook)
    _keep_twins_apart(found)
    return CertainUploads([each for each in found if not each.doubts], [each for each in found if each.doubts])


def named(issue: Contribution) -> tuple[int, str, int, str]:
    return issue.assembly_id, issue.number, issue.revision, issue.language


# --- What is doubtful -----------------------------------------------------------------------------------------------------------


def _doubts(outlook: FileOutlook, context: ReviewContext) -> Iterator[Doubt]:
    document = outlook.document
    if document.warnings:
        n = len(document.warnings)
        yield Doubt(ngettext("%(n)s place in it was not read for sure.", "%(n)s places in it were not read for sure.", n) % {"n": n})
    if len(document.proposals) > MOST_PROPOSALS:
        yield Doubt(too_many())
    unknown = dict.fromkeys(code for form in outlook.forms for code in context.senders_of(form.as_printed).unknown)
    if unknown:
        yield Doubt(_("It is not known who this is: %(codes)s.") % {"codes": ", ".join(unknown)})
    forms = [outlook.about, *outlook.forms]
    if any(form.errors for form in forms):
        yield from map(Doubt, dict.fromkeys(said for form in forms for said in _in_words(form)))
        return
    if not outlook.decisions:
        yield Doubt(_("There is no proposal in it to publish."))
    if any(not form.as_printed.identifier for form, _look in outlook.proposals):
        yield Doubt(_("The file does not say what it asks: this is a guess by its marks."))
    if any(decision.resolution is None for decision in outlook.decisions):
        yield Doubt(_("It would enter a draft new resolution."))
    looks = [look for _form, look in outlook.proposals]
    if n := sum(len(look.doubtful) for look in looks):
        yield Doubt(
            ngettext(
                "For %(n)s clause it is not certain which clause in force it starts from.",
                "For %(n)s clauses it is not certain which clause in force they start from.",
                n,
            )
            % {"n": n},
            is_of_anchors=True,
        )
    if n := sum(len(look.differing) for look in looks):
        yield Doubt(
            ngettext(
                "%(n)s clause starts from other words than those in force.", "%(n)s clauses start from other words than those in force.", n
            )
            % {"n": n}
        )
    if n := sum(len(look.lacking) for form, look in outlook.proposals if form.read.action == Proposal.Action.MOD):
        yield Doubt(ngettext("%(n)s clause in force is not in it.", "%(n)s clauses in force are not in it.", n) % {"n": n})
    if any(look.is_beyond for look in looks):
        yield Doubt(_("It was not compared with the text in force: there is too much of it at once."))


def _in_words(form: Any) -> Iterator[str]:
    """What a form still asks, with the names of its fields."""
    for name, sentences in form.errors.items():
        for sentence in sentences:
            yield str(sentence) if name == NON_FIELD_ERRORS else with_colon(form[name].label, sentence)


def _already_here(outlook: FileOutlook, here: set[str], stored: set[tuple[int, str, int, str]]) -> Iterator[Doubt]:
    if outlook.upload.sha256 in here:
        yield Doubt(_("This same file is already here."))
    elif outlook.about.is_valid() and named(wanted_of(outlook.upload, outlook.about, ())[0]) in stored:
        yield Doubt(_("A document of this number and issue is already here."))


def _keep_twins_apart(found: Sequence[FileOutlook]) -> None:
    """Of several files of one document, only the first can be certain."""
    first: dict[tuple[int, str, int, str], Upload] = {}
    for each in found:
        if each.doubts:
            continue
        name = named(wanted_of(each.upload, each.about, ())[0])
        if name in first:
            each.doubts.append(Doubt(_("It has the number and issue of another file: %(file)s.") % {"file": first[name].file_name}))
        first.setdefault(name, each.upload)
