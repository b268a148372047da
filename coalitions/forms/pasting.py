from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from resolutions.importers.pasted_matrix import Trouble, Unreadable, read
from resolutions.models import Assembly
from resolutions.services.pasting import Fate

MOST_PASTED = 300_000  # characters

UNREADABLE = {
    "empty": _("There is nothing in it. Paste the cells of the spreadsheet, the row with the names of the columns too."),
    "no_columns": _(
        "It could not be told which column is which. In the first row, name those who ask (a matrix), "
        "or the columns: resolution, who, action, identifier, status (a list)."
    ),
    "too_large": _("This is too large: at most 2,000 cells at a time."),
}
TROUBLES = {
    Trouble.NO_ACTION: _("It does not begin with MOD, ADD, SUP or NOC."),
    Trouble.TWO_ACTIONS: _("This cell holds two actions: separate them by a semicolon."),
    Trouble.WORDS: _("There are words in it that are not understood."),
    Trouble.NO_RESOLUTION: _("Its row names no resolution."),
    Trouble.NO_WHO: _("Its column has no name, and it has no identifier: who asks is not known."),
    Trouble.TOO_LONG: _("It is too long for a cell of this table."),
}
FATES = {
    Fate.NEW: _("Will be recorded."),
    Fate.THERE: _("Is here already."),
    Fate.OTHERWISE: _("Is here already, but otherwise: open it to change it."),
    Fate.TWICE: _("Stands twice in this table: recorded once."),
    Fate.UNKNOWN_RESOLUTION: _("No resolution of this number or label is known here."),
    Fate.UNKNOWN_WHO: _("No regional group and no State is known by this name."),
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
        label=_("It completes the record: nobody is told"), required=False, help_text=_("For what was known long ago.")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["assembly"].queryset = Assembly.objects.order_by("-starts_on")
        self.fields["pasted"].error_messages["required"] = UNREADABLE["empty"]

    def clean_pasted(self):
        try:
            self.read = read(self.cleaned_data["pasted"])
        except Unreadable as refused:
            raise forms.ValidationError(UNREADABLE[refused.code]) from None
        return self.cleaned_data["pasted"]
