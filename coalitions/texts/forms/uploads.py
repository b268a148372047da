"""The forms of an upload: the first one with the files, then the review of what was read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.text import Truncator
from django.utils.timezone import now
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from amnt.core.errors import RuleBroken
from amnt.core.forms import CommonChoices, CommonSelect, LineField, SubmissionField, add_broken_rule
from amnt.core.languages import with_colon
from amnt.core.limits import max_length
from amnt.core.links import LinkField
from coalitions.texts.forms.proposals import ASSEMBLY, BY_THE_ASSEMBLY, FIRST_STATUSES, DayReceived, StatesField
from resolutions.domain.budgets import LARGEST_FILE
from resolutions.domain.cycle import READING_DAYS
from resolutions.extracted import ReadDocument, ReadProposal, asking
from resolutions.importers.docx import RefusalCode
from resolutions.importers.refusals import REFUSALS
from resolutions.models import Assembly, Contribution, Proposal, Resolution, Series, TextLanguage, Upload
from resolutions.services.contributions import check_is_from_somebody
from resolutions.services.new_resolutions import LABEL_MISSING
from resolutions.services.publishing import DocumentDecision, ProposalDecision, Senders

# Django refuses the whole form over settings.DATA_UPLOAD_MAX_NUMBER_FILES.
MOST_FILES = 300
# Labels of resolutions, repeated for each of fifty proposals.
LONGEST_OFFERED = 80
MOST_NAMED = 20
MOST_TOGETHER = 15 * 2**20
NEW, ALONE = "new", "alone"
# Of what a browser offers to choose.
ACCEPTED = ",".join(
    [
        ".docx",
        ".odt",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.oasis.opendocument.text",
    ]
)


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


@dataclass(frozen=True)
class ChosenFiles:
    """taken -- within the limits, in their order; refused -- a sentence for each other, by name"""

    taken: list[Any]
    refused: list[str]


class FilesField(forms.FileField):
    """One file or several. What one lacks does not lose the others: those within the limits are taken, and the others named."""

    def __init__(self, **kwargs):
        super().__init__(widget=FilesInput(attrs={"accept": ACCEPTED}), allow_empty_file=True, **kwargs)

    def clean(self, data, initial=None):
        taken: list[Any] = []
        refused: list[str] = []
        together = 0
        if not data:
            super().clean(None, initial)
        for file in data:
            try:
                super().clean(file, initial)
            except forms.ValidationError as error:
                refused.append(with_colon(file.name, " ".join(error.messages)))
                continue
            if file.size > LARGEST_FILE:
                refused.append(with_colon(file.name, REFUSALS[RefusalCode.TOO_LARGE]))
            elif len(taken) == MOST_FILES:
                refused.append(with_colon(file.name, gettext("Choose no more than %(most)d files at a time.") % {"most": MOST_FILES}))
            elif together + file.size > MOST_TOGETHER:
                most = MOST_TOGETHER // 2**20
                refused.append(with_colon(file.name, gettext("Choose files of no more than %(most)d MB together.") % {"most": most}))
            else:
                taken.append(file)
                together += file.size
        if not taken:
            raise forms.ValidationError(in_few_lines(refused))
        return ChosenFiles(taken, refused)


def in_few_lines(refused: list[str]) -> list[str]:
    """The sentences of as many refused files as a page can name, and how many more there are."""
    more = len(refused) - MOST_NAMED
    if more <= 0:
        return refused
    said = ngettext("%(n)s more file was not taken.", "%(n)s more files were not taken.", more)
    return [*refused[:MOST_NAMED], said % {"n": more}]


def assembly_field() -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        queryset=Assembly.objects.of_wtsa().latest_first(), to_field_name="code", label=_("Assembly"), empty_label=None
    )


class UploadForm(forms.Form):
    fields: dict[str, Any]

    # A field of this name would be shadowed by `Form.files`.
    files = FilesField(  # type: ignore[assignment]
        label=_("Files"),
        help_text=_("Contributions as .docx or .odt, up to 5 MB each and 15 MB together, 300 at most. Drop them here or choose them."),
    )
    assembly = assembly_field()
    is_history = forms.BooleanField(
        label=_("History"), required=False, help_text=_("From an earlier assembly, or to complete the record: nobody is notified.")
    )
    submission = SubmissionField(required=False)


# --- What was read -------------------------------------------------------------------------------------------------------------


class UploadedDocumentForm(forms.Form):
    fields: dict[str, Any]

    number = LineField(
        label=_("Number of the document"),
        max_length=max_length(Contribution, "number"),
        help_text=_("For example 38A7, for Addendum 7 to Document 38."),
        widget=forms.TextInput(attrs={"class": "short", "dir": "ltr"}),
    )
    revision = forms.IntegerField(
        label=_("Revision"), min_value=0, max_value=99, initial=0, help_text=_("2 for R2, 0 for the first issue."),
        widget=forms.NumberInput(attrs={"class": "short"}),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language"), choices=[("", "—"), *TextLanguage.choices])
    received_on = DayReceived(label=_("Received"))
    is_late = forms.BooleanField(label=_("Late"), required=False, help_text=_("It came after the deadline for contributions."))
    is_history = UploadForm.base_fields["is_history"]
    url = LinkField(label=_("Public link"), required=False, widget=forms.URLInput(attrs={"dir": "ltr"}))

    def about(self, assembly: Assembly) -> DocumentDecision:
        said = dict(self.cleaned_data)
        said["revision"] = said["revision"] or 0
        # Noon UTC of a past day, which is that day nearly everywhere; for today, now.
        received_at = min(datetime.combine(said.pop("received_on"), time(12), UTC), now())
        return DocumentDecision(assembly=assembly, received_at=received_at, **said)


def preset_document(document: ReadDocument, upload: Upload) -> dict[str, Any]:
    """Initial values. For a past assembly: received in time, and history."""
    assembly, today = upload.assembly, now().date()
    is_over = bool(assembly and assembly.ends_on and assembly.ends_on < today)
    last_day = assembly.starts_on - timedelta(days=READING_DAYS) if assembly and assembly.starts_on else None
    received = last_day if is_over and last_day else today
    is_history = is_over or bool(upload.choices.get("is_history"))
    return {
        "number": document.number,
        "revision": document.revision,
        "language": document.language,
        "received_on": received.isoformat(),
        "is_late": bool(last_day and received > last_day and not is_history),
        "is_history": is_history,
    }


class Offered:
    """The choices of resolutions, made once for all proposals of a document."""

    def __init__(self, resolutions: Iterable[Resolution]):
        self.by_slug = {row.slug: row for row in resolutions}
        self.common = CommonChoices(
            (slug, Truncator(f"{row.short_name} {getattr(row, row.shown_title)}").chars(LONGEST_OFFERED))
            for slug, row in self.by_slug.items()
        )


class ProposalForm(forms.Form):
    """One proposal of the document: whether to import it, its resolution, senders and status."""

    fields: dict[str, Any]

    is_in = forms.BooleanField(label=_("Import this proposal"), required=False)
    resolution = forms.ChoiceField(
        label=_("Resolution"),
        error_messages={"required": _("Choose the resolution it is about, or leave this proposal out.")},
        widget=CommonSelect,
    )
    action = forms.ChoiceField(
        label=_("What it asks"),
        choices=Proposal.Action.choices,
        help_text=_("The file does not say it: this is a guess by its marks."),
    )
    label = LineField(
        label=_("Label of the draft"),
        required=False,
        max_length=max_length(Resolution, "label"),
        help_text=_("As printed in brackets: [AFCP-1]."),
        widget=forms.TextInput(attrs={"class": "short", "dir": "auto"}),
    )
    group = forms.ChoiceField(label=_("Regional group"), required=False)
    countries = StatesField(required=False)
    status = forms.ChoiceField(label=_("Status"), choices=FIRST_STATUSES)

    def __init__(self, *args, read: ReadProposal, place: int, offered: Offered, groups, **kwargs):
        self.as_printed, self.place = read, place
        self.by_slug = offered.by_slug
        super().__init__(*args, prefix=f"p{place}", **kwargs)
        # A draft without a line like “MOD ABC/12A3/1” does not say what it asks: a person does.
        is_told = bool(read.identifier)
        may_be_new = not is_told or read.action == Proposal.Action.ADD
        new = [(NEW, gettext("A draft new resolution"))] if may_be_new else []
        own = [("", "—"), *new]
        self.fields["resolution"].choices = [*own, *offered.common.choices]
        self.fields["resolution"].widget.choices, self.fields["resolution"].widget.common = own, offered.common
        self.by_code = {group.code: group for group in groups}
        self.fields["group"].choices = [("", gettext("none")), *((group.code, str(group)) for group in groups), BY_THE_ASSEMBLY]
        if not may_be_new:
            del self.fields["label"]
        if is_told:
            del self.fields["action"]

    def clean(self):
        said: dict[str, Any] = super().clean() or {}
        if not said.get("is_in"):
            # Not validated if left out.
            self.errors.clear()
            return said
        if said.get("resolution") == NEW and not said.get("label"):
            self.add_error("label", LABEL_MISSING)
        if said.get("resolution") == NEW and said.get("action", Proposal.Action.ADD) != Proposal.Action.ADD:
            self.add_error("action", _("A draft new resolution is always added: choose ADD, or the resolution that it changes."))
        if "countries" not in self.errors:
            try:
                check_is_from_somebody(
                    self.by_code.get(said.get("group", "")), said.get("countries", ()), is_consolidated=said.get("group") == ASSEMBLY
                )
            except RuleBroken as error:
                add_broken_rule(self, error)
        return said

    @cached_property
    def read(self) -> ReadProposal:
        """What was read, as a proposal that asks what a person says it asks."""
        return asking(self.as_printed, str(self["action"].value() or "") if "action" in self.fields else "")

    @property
    def chosen_resolution(self) -> Resolution | None:
        """The resolution chosen now, from data or initial."""
        return self.by_slug.get(str(self["resolution"].value() or ""))

    def chosen(self) -> ProposalDecision:
        said = self.cleaned_data
        is_new = said["resolution"] == NEW
        return ProposalDecision(
            place=self.place,
            status=said["status"],
            resolution=None if is_new else self.by_slug[said["resolution"]],
            label=said.get("label", "") if is_new else "",
            group=self.by_code.get(said["group"]),
            countries=said["countries"],
            is_consolidated=said["group"] == ASSEMBLY,
            action=said.get("action", ""),
        )


def preset_proposal(read: ReadProposal, senders: Senders, resolutions, country_names) -> dict[str, Any]:
    by_number = {str(row.number): row.slug for row in resolutions if row.number and row.series == Series.WTSA}
    by_label = {row.label: row.slug for row in resolutions if not row.number}
    about = by_number.get(read.number) or (by_label.get(read.label) if read.label else None)
    if about is None and read.action == Proposal.Action.ADD:
        about = NEW
    return {
        "is_in": True,
        "resolution": about or "",
        "label": read.label,
        "group": senders.group.code if senders.group else "",
        "countries": ", ".join(country_names(code) for code in senders.countries),
        "status": Proposal.Status.COMMON if senders.group else Proposal.Status.SUBMITTED,
        "action": read.action,
    }


# --- Only the number ---------------------------------------------------------------------------------------------------------------


class KeepNumberForm(forms.Form):
    """Store only the number of a restricted document, for oneself or a circle."""

    fields: dict[str, Any]

    number = LineField(
        label=_("Number of the document"), max_length=max_length(Contribution, "kept_number"), widget=forms.TextInput(attrs={"dir": "ltr"})
    )
    assembly = assembly_field()
    circle = forms.ChoiceField(
        label=_("Who may read"),
        initial=ALONE,
        widget=forms.RadioSelect,
        help_text=_("Anyone who can read the number knows that you had access to the document."),
    )
    submission = SubmissionField(required=False)

    def __init__(self, *args, circles, **kwargs):
        super().__init__(*args, **kwargs)
        self.by_id = {str(circle.public_id): circle for circle in circles}
        self.fields["circle"].choices = [
            (ALONE, gettext("me alone")),
            *((key, with_colon(circle.coalition.name, circle)) for key, circle in self.by_id.items()),
        ]

    def clean_circle(self):
        return self.by_id.get(self.cleaned_data["circle"])
