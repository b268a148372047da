from django import forms
from django.utils.translation import gettext_lazy as _

from amnt.core.forms import LineField
from amnt.core.limits import max_length
from coalitions.forms.exports import ExportForm
from coalitions.models import NamingConsent


class InternalReportForm(ExportForm):
    """Which file a lead takes out."""

    sheet = forms.ChoiceField(
        label=_("Kind of file"),
        choices=[("docx", _("Word (DOCX)")), ("md", _("Markdown")), ("print", _("Page to print"))],
        initial="docx",
        widget=forms.RadioSelect,
    )
    help_on_circles = _("Verdicts of the circles you are in. Without it the file holds what the whole coalition reads.")


class NamingForm(forms.Form):
    name = LineField(
        label=_("How you want to be named"),
        max_length=max_length(NamingConsent, "name"),
        help_text=_("Your name, and your organisation if you like. Everyone who gets the report can read it."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
