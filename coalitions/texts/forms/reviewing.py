"""The forms of the review page of an upload: what was read, and the questions about it."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django_countries import countries

from amnt.accounts.models import User
from amnt.core.forms import whole_number
from coalitions.texts.forms.uploads import Offered, ProposalForm, UploadedDocumentForm, preset_document, preset_proposal
from coalitions.texts.read_models.found_hints import ShownHints, hints_as_read
from resolutions.domain.budgets import MOST_CLAUSES_UNDERNEATH, MOST_PROPOSALS, with_separators
from resolutions.domain.wording import Diff, diff
from resolutions.drafts import ClauseDraft
from resolutions.extracted import ReadDocument, ReadProposal, anchors_for
from resolutions.importers.docx import WarningCode
from resolutions.importers.refusals import TROUBLES
from resolutions.models import Contribution, ProposedClause, RegionalGroup, Resolution, TextLanguage, Upload
from resolutions.read_models.rules_in_use import RulesInUse, rules_in_use
from resolutions.services import publishing
from resolutions.services.publishing import AnchoredClause, AnchoringPreview, Senders

KEPT = "form"
# Of the clauses as they were read: of one proposal, and of all of them on the page.
MOST_CLAUSES = 200
MOST_CLAUSES_SHOWN, MOST_CHARACTERS_SHOWN = 600, 150_000


@dataclass(frozen=True)
class ClauseAsRead:
    """One clause as it was read; `heading` is its verb line where a new one begins."""

    clause: ClauseDraft
    heading: str
    pieces: Diff
    found: ShownHints

    @property
    def change(self) -> str:
        change = ProposedClause.Change(self.clause.change)
        return "" if change == ProposedClause.Change.UNCHANGED else str(change.label)


@dataclass
class ReviewedProposal:
    """One proposal as read, with its form.

    look -- how it would be anchored, computed only when shown because it is slow
    most -- the number
    of its clauses that are shown
    """

    read: ReadProposal
    form: ProposalForm
    senders: Senders
    look: Callable[[], AnchoringPreview]
    rules: RulesInUse
    language: str
    most: int = MOST_CLAUSES

    @cached_property
    def outlook(self) -> AnchoringPreview:
        return self.look()

    @property
    def is_known(self) -> bool:
        return self.form.chosen_resolution is not None

    @property
    def tally(self) -> list[tuple[int, str]]:
        return tally_of(self.read.clauses)

    @property
    def as_read(self) -> list[ClauseAsRead]:
        clauses = self.read.clauses[: self.most]
        return as_read(clauses, hints_as_read(clauses, self.rules, self.language))

    @property
    def beyond(self) -> str:
        """Why it was not anchored, and what to do."""
        return _(
            "It was not compared with the text in force: together with the other proposals, that would be more than "
            "%(most)s clauses in force. Leave some proposals out and import them separately."
        ) % {"most": with_separators(MOST_CLAUSES_UNDERNEATH)}

    @property
    def not_shown(self) -> int:
        return max(0, len(self.read.clauses) - self.most)

    @property
    def first_differing(self) -> tuple[AnchoredClause, Diff] | None:
        tie = next(iter(self.outlook.differing), None)
        return (tie, diff(tie.base.text if tie.base else "", tie.words)) if tie else None


@dataclass
class Review:
    upload: Upload
    document: ReadDocument
    about: UploadedDocumentForm
    items: list[ReviewedProposal]
    same: list[Contribution]

    @property
    def warnings(self) -> list[tuple[int, str, str]]:
        return [(said.place, str(TROUBLES[WarningCode(said.code)]), said.text) for said in self.document.warnings]

    @property
    def left_out(self) -> int:
        return len(self.document.proposals) - len(self.items)

    @property
    def forms(self) -> list[Any]:
        return [self.about, *(item.form for item in self.items)]

    @property
    def doubtful(self) -> int:
        return sum(len(item.outlook.doubtful) for item in self.items)

    @property
    def unsettled(self) -> int:
        """Questions on the correction screen, answered or not."""
        return self.doubtful + sum(len(said) for said in self.upload.choices.get("anchors", {}).values())

    @property
    def is_valid(self) -> bool:
        valid = [form.is_valid() for form in self.forms]
        return all(valid)

    @property
    def errors(self) -> list[tuple[str, str, str]]:
        """Address on the page, label, sentence."""
        return [
            ("" if field == "__all__" else form[field].auto_id, "" if field == "__all__" else str(form[field].label), str(sentence))
            for form in self.forms
            if form.is_bound
            for field, sentences in form.errors.items()
            for sentence in sentences
        ]


def review(upload: Upload, user: User, data: QueryDict | None) -> Review:
    """data -- what is being sent, or was kept across a log-in; else what was saved, else the presets"""
    document = publishing.read_document(upload)
    kept = upload.choices.get(KEPT)
    about = UploadedDocumentForm(data, initial=preset_document(document, upload))
    restore(about, kept)
    resolutions = list(Resolution.objects.visible_to(user).of_assembly().in_order())
    groups = list(RegionalGroup.objects.visible_to(user).order_by("code"))
    by_code, by_symbol = publishing.codes_of(groups), publishing.states_by_symbol()
    forms_and_senders = []
    offered = Offered(resolutions)
    for place, read in enumerate(document.proposals[:MOST_PROPOSALS]):
        senders = publishing.senders_of(read.sources, by_code, by_symbol)
        preset = preset_proposal(read, senders, resolutions, country_name)
        form = ProposalForm(data, read=read, place=place, offered=offered, groups=groups, initial=preset)
        restore(form, kept)
        forms_and_senders.append((form, senders))
    # Those left out come last.
    forms_in_order = sorted((form for form, _senders in forms_and_senders), key=lambda form: not form["is_in"].value())
    wanted = [(form.place, form.read, form.chosen_resolution) for form in forms_in_order]
    ground = cache(partial(publishing.document_context_of, issue_of(upload, about), wanted))

    def look(form: ProposalForm) -> AnchoringPreview:
        decided = anchors_for(form.read, form.as_printed, upload.choices.get("anchors", {}).get(str(form.place), {}))
        return publishing.preview_anchoring(
            form.read, decided, resolution=form.chosen_resolution, place=form.place, ground=ground(), by=user
        )

    rules = rules_in_use(user)
    items = [ReviewedProposal(form.read, form, senders, partial(look, form), rules, upload.language) for form, senders in forms_and_senders]
    for item, most in zip(items, shown_clauses([item.read.clauses for item in items]), strict=True):
        item.most = most
    same = Contribution.objects.visible_to(user).filter(sha256=upload.sha256).exclude(sha256="")
    return Review(upload, document, about, items, list(same.prefetch_related("proposals__resolution")))


def issue_of(upload: Upload, about: UploadedDocumentForm) -> Contribution:
    """The document to be stored, as far as known."""

    def said(name: str) -> str:
        return str(about[name].value() or "").strip()

    language = said("language")
    return Contribution(
        assembly=upload.assembly,
        number=said("number"),
        revision=whole_number(said("revision"), digits=2) or 0,
        language=language if language in TextLanguage.values else "",
    )


def as_kept(data: QueryDict) -> dict[str, list[str]]:
    return {name: data.getlist(name) for name in data if name != "csrfmiddlewaretoken"}


def restore(form: Any, kept: dict[str, list[str]] | None) -> None:
    """Restore what was saved of this form."""
    if not kept:
        return
    for name, field in form.fields.items():
        values = kept.get(form.add_prefix(name))
        if isinstance(field.widget, forms.CheckboxInput):
            form.initial[name] = values is not None
        elif values is not None:
            form.initial[name] = values[0]


def country_name(code: str) -> str:
    return str(countries.name(code)) or code


def too_many() -> str:
    return _("Only the first %(most)d proposals are shown. Split the file to import the others.") % {"most": MOST_PROPOSALS}


# --- The clauses as they were read --------------------------------------------------------------------------------------------


def as_read(clauses: Iterable[ClauseDraft], hints: Iterable[ShownHints]) -> list[ClauseAsRead]:
    """Each clause with what the marks do to it, under its verb line, and with what is worth a look in it."""
    shown, call = [], ""
    for clause, found in zip(clauses, hints, strict=True):
        here = clause.call or clause.call_before
        # Without marks a document does not say what it starts from: its words stand as they are.
        start = clause.text if clause.change == ProposedClause.Change.UNKNOWN else clause.before
        shown.append(ClauseAsRead(clause, here if here != call else "", diff(start, clause.text), found))
        call = here
    return shown


def tally_of(clauses: Iterable[ClauseDraft]) -> list[tuple[int, str]]:
    """How many clauses of each change, in words."""
    found = Counter(clause.change for clause in clauses)
    return [(found[change], str(change.label)) for change in ProposedClause.Change if found[change]]


def shown_clauses(proposals: Sequence[Sequence[ClauseDraft]]) -> list[int]:
    """How many clauses of each proposal are shown on one page, the first ones first."""
    most, count, characters = [0] * len(proposals), 0, 0
    for place, clauses in enumerate(proposals):
        for clause in clauses[:MOST_CLAUSES]:
            count, characters = count + 1, characters + len(clause.text) + len(clause.before)
            if count > MOST_CLAUSES_SHOWN or characters > MOST_CHARACTERS_SHOWN:
                return most
            most[place] += 1
    return most
