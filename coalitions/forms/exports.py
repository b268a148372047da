from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _


class ExportForm(forms.Form):
    """What a lead takes out, and whether it holds what restricted circles wrote too. help_on_circles -- what that is."""

    fields: dict[str, Any]
    field_order: ClassVar[list[str]] = ["sheet", "with_circles"]
    help_on_circles: ClassVar[Any] = ""

    with_circles = forms.BooleanField(label=_("Also what your restricted circles wrote"), required=False)

    def __init__(self, *args: Any, has_circles: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["with_circles"].help_text = self.help_on_circles
        if not has_circles:
            del self.fields["with_circles"]


class SheetExportForm(ExportForm):
    """The same as a spreadsheet."""

    sheet = forms.ChoiceField(
        label=_("Kind of file"), choices=[("xlsx", _("Spreadsheet (XLSX)")), ("csv", _("CSV"))], initial="xlsx", widget=forms.RadioSelect
    )
