"""The forms of the review page of an upload: what was read, and the questions about it."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django_countries import countries

from amnt.accounts.models import User
from amnt.core.forms import whole_number
from coalitions.read_models.found_hints import ShownHints, hints_as_read
from coalitions.texts.forms.uploads import Offered, ProposalForm, UploadedDocumentForm, preset_document, preset_proposal
from resolutions.domain.budgets import MOST_CLAUSES_UNDERNEATH, MOST_PROPOSALS, with_separators
from resolutions.domain.wording import Diff, diff
from resolutions.drafts import ClauseDraft
from resolutions.extracted import ReadDocument, ReadProposal, anchors_for
from resolutions.importers.docx import WarningCode
from resolutions.importers.refusals import TROUBLES
from resolutions.models import Contribution, ProposedClause, RegionalGroup, Resolution, TextLanguage, Upload
from resolutions.read_models.rules_in_use import RulesInUse, rules_in_use
from resolutions.services import publishing
from resolutions.services.publishing import AnchoringPreview, Senders

KEPT = "form"
# Of the clauses as they were read: of one proposal, and of all of them on the page.
MOST_CLAUSES = 200
MOST_CLAUSES_SHOWN, MOST_CHARACTERS_SHOWN = 600, 150_000
# Of the clauses of one proposal that start from other words than those in force: those compared word by word. All are named.
MOST_DIFFERENCES_SHOWN = 20


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


@dataclass(frozen=True)
class StartsElsewhere:
    """A clause of the file that starts from other words than those in force. href -- where it stands on the page, if it is shown"""

    name: str
    href: str
    pieces: Diff
    words: str
    is_known: bool


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
    def name(self) -> str:
        return self.read.identifier or _("proposal %(n)d") % {"n": self.form.place + 1}

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
    def differing(self) -> list[StartsElsewhere]:
        """The clauses whose words before the marks are not those in force, with the difference in the first of them."""
        found = []
        for count, tie in enumerate(self.outlook.differing):
            is_shown, is_compared = tie.place < self.most, self.outlook.is_one_language and count < MOST_DIFFERENCES_SHOWN
            found.append(
                StartsElsewhere(
                    name=tie.name or Truncator(tie.words).words(4),
                    href=f"#{self.form.prefix}-clause-{tie.place + 1}" if is_shown else "",
                    pieces=diff(tie.base.text, tie.words) if tie.base and is_compared else (),
                    words=Truncator(tie.words).words(12),
                    is_known=tie.base is not None,
                )
            )
        return found


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


class ReviewContext:
    """What the reviews of all uploads of one person have in common. Four queries."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.resolutions = list(Resolution.objects.visible_to(user).of_assembly().in_order())
        self.groups = list(RegionalGroup.objects.visible_to(user).order_by("code"))
        self.by_code, self.by_symbol = publishing.codes_of(self.groups), publishing.states_by_symbol()
        self.offered = Offered(self.resolutions)
        self.rules = rules_in_use(user)

    def forms(self, upload: Upload, document: ReadDocument, data: QueryDict | None) -> tuple[UploadedDocumentForm, list[ProposalForm]]:
        """The forms of one upload, with what was saved of them."""
        kept = upload.choices.get(KEPT)
        about = UploadedDocumentForm(data, initial=preset_document(document, upload))
        restore(about, kept)
        of_proposals = []
        for place, read in enumerate(document.proposals[:MOST_PROPOSALS]):
            preset = preset_proposal(read, self.senders_of(read), self.resolutions, country_name)
            form = ProposalForm(data, read=read, place=place, offered=self.offered, groups=self.groups, initial=preset)
            restore(form, kept)
            of_proposals.append(form)
        return about, of_proposals

    def senders_of(self, read: ReadProposal) -> Senders:
        return publishing.senders_of(read.sources, self.by_code, self.by_symbol)


def review(upload: Upload, user: User, data: QueryDict | None) -> Review:
    """data -- what is being sent, or was kept across a log-in; else what was saved, else the presets"""
    context = ReviewContext(user)
    document = publishing.read_document(upload)
    about, of_proposals = context.forms(upload, document, data)
    ground = cache(lambda: publishing.document_context_of(*wanted_of(upload, about, of_proposals)))
    items = [
        ReviewedProposal(
            form.read,
            form,
            context.senders_of(form.as_printed),
            partial(look_at, form, upload, ground=ground, by=user),
            context.rules,
            upload.language,
        )
        for form in of_proposals
    ]
    for item, most in zip(items, shown_clauses([item.read.clauses for item in items]), strict=True):
        item.most = most
    same = Contribution.objects.visible_to(user).filter(sha256=upload.sha256).exclude(sha256="")
    return Review(upload, document, about, items, list(same.prefetch_related("proposals__resolution")))


def wanted_of(
    upload: Upload, about: UploadedDocumentForm, of_proposals: Sequence[ProposalForm]
) -> tuple[Contribution, publishing.WantedProposals]:
    """The document and its proposals, as `publishing.document_contexts_of` takes them: those left out come last."""
    in_order = sorted(of_proposals, key=lambda form: not form["is_in"].value())
    return issue_of(upload, about), [(form.place, form.read, form.chosen_resolution) for form in in_order]


def look_at(form: ProposalForm, upload: Upload, *, ground: Callable[[], publishing.DocumentContext], by: User) -> AnchoringPreview:
    """How this proposal would be anchored if it were published as its form stands."""
    decided = anchors_for(form.read, form.as_printed, upload.choices.get("anchors", {}).get(str(form.place), {}))
    return publishing.preview_anchoring(form.read, decided, resolution=form.chosen_resolution, place=form.place, ground=ground(), by=by)


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


def as_sent(of: Iterable[Any]) -> QueryDict:
    """What a browser would send of these forms as they stand."""
    data = QueryDict(mutable=True)
    for form in of:
        for name in form.fields:
            value = form[name].value()
            if value is not None and value is not False and value != "":
                data[form.add_prefix(name)] = "on" if value is True else str(value)
    return data


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
