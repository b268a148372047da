from collections.abc import Container, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from amnt.core.forms import LineField
from coalitions.texts.forms.new_resolutions import LabelField
from resolutions.importers.pasted_matrix import CellProblem, PastedProposal, Unreadable, read_table
from resolutions.models import Assembly, Resolution, TextLanguage
from resolutions.services.new_resolutions import LABEL_MISSING, LONGEST_TITLE, new_resolution
from resolutions.services.pasting import CellOutcome

MOST_PASTED = 300_000  # characters

UNREADABLE = {
    "empty": _("Nothing was pasted. Paste the cells of the spreadsheet, including the row with the column names."),
    "no_columns": _(
        "The columns were not recognised. In the first row, name those who ask (a matrix), or the columns: resolution, "
        "who, action, identifier, status (a list)."
    ),
    "too_large": _("This is too large: at most 2,000 cells at a time."),
}
TROUBLES = {
    CellProblem.NO_ACTION: _("It does not begin with MOD, ADD, SUP or NOC."),
    CellProblem.TWO_ACTIONS: _("This cell holds two actions: separate them with a semicolon."),
    CellProblem.WORDS: _("It contains words that were not understood."),
    CellProblem.NO_RESOLUTION: _("Its row names no resolution."),
    CellProblem.NO_WHO: _("Its column has no name, and the cell has no identifier: it is not known who asks."),
    CellProblem.TOO_LONG: _("It is too long for a cell of this table."),
}
OUTCOMES = {
    CellOutcome.NEW: _("Will be recorded."),
    CellOutcome.THERE: _("Is already here."),
    CellOutcome.OTHERWISE: _("Is already here, but different: open it to change it."),
    CellOutcome.TWICE: _("Appears twice in this table: recorded once."),
    CellOutcome.UNKNOWN_DRAFT: _("This new resolution is not here yet. Tick it above to record it as a draft."),
    CellOutcome.UNKNOWN_RESOLUTION: _("No resolution with this number or label is known here."),
    CellOutcome.UNKNOWN_WHO: _("No regional group and no State is known by this name."),
}


MOST_DRAFTS = 40  # new resolutions offered at a time


class DraftsForm(forms.Form):
    """The new resolutions of a table: which of those not stored are to be added, and their labels and titles."""

    fields: dict[str, Any]

    language = forms.ChoiceField(label=_("Language of their titles"), choices=TextLanguage.choices)

    def __init__(self, data=None, *, drafts: Mapping[str, PastedProposal], language: str):
        self.keys = {str(place): key for place, key in zip(range(MOST_DRAFTS), drafts, strict=False)}
        is_sent = bool(data and data.get("new-language"))
        super().__init__(data if is_sent else None, initial={"language": language}, prefix="new")
        for place, key in self.keys.items():
            asked = drafts[key]
            name = asked.resolution or asked.title or gettext("New resolution")
            wanted = forms.BooleanField(label=gettext("Record %(draft)s as a draft") % {"draft": name}, required=False)
            label = LabelField(required=False, initial=asked.resolution)
            title = LineField(label=_("Title"), required=False, max_length=LONGEST_TITLE, initial=asked.title)
            title.widget.attrs["dir"] = "auto"
            self.fields |= {f"{place}-wanted": wanted, f"{place}-label": label, f"{place}-title": title}

    def offered(self, unknown: Container[str]):
        """The fields of those not stored."""
        for place, key in self.keys.items():
            if key in unknown:
                yield self[f"{place}-wanted"], self[f"{place}-label"], self[f"{place}-title"]

    def clean(self):
        about = super().clean() or {}
        for place in self.keys:
            if about.get(f"{place}-wanted") and not about.get(f"{place}-label") and f"{place}-label" not in self.errors:
                self.add_error(f"{place}-label", LABEL_MISSING)
        return about

    def ticked(self) -> list[str]:
        return [place for place in self.keys if self.is_bound and self.cleaned_data.get(f"{place}-wanted")]

    def begun(self) -> dict[str, Resolution]:
        """Those to be added, by the key of their rows."""
        if not self.is_valid():
            return {}
        about = self.cleaned_data
        return {
            self.keys[place]: new_resolution(about[f"{place}-label"], title=about[f"{place}-title"], language=about["language"])
            for place in self.ticked()
        }


class PasteForm(forms.Form):
    """A table of proposals, for one assembly."""

    fields: dict[str, Any]

    assembly: Any = forms.ModelChoiceField(queryset=Assembly.objects.none(), label=_("Assembly"), to_field_name="code", empty_label=None)
    pasted = forms.CharField(
        label=_("The table"),
        max_length=MOST_PASTED,
        strip=False,
        help_text=_("Copy the cells in the spreadsheet and paste them here, or text separated by semicolons or commas."),
        widget=forms.Textarea(attrs={"rows": 12, "dir": "auto", "spellcheck": "false"}),
    )
    is_history = forms.BooleanField(
        label=_("This is for the record: notify nobody"), required=False, help_text=_("For what has been known for a long time.")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["assembly"].queryset = Assembly.objects.of_wtsa().latest_first()
        self.fields["pasted"].error_messages["required"] = UNREADABLE["empty"]

    def clean_pasted(self):
        try:
            self.read = read_table(self.cleaned_data["pasted"])
        except Unreadable as refused:
            raise forms.ValidationError(UNREADABLE[refused.code]) from None
        return self.cleaned_data["pasted"]
