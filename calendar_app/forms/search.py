"""The search over everything, from the query string."""

from django import forms
from django.utils.translation import gettext_lazy as _

from amnt.core.forms import LineField
from amnt.core.limits import LONGEST_SEARCH
from calendar_app.read_models.search import KINDS


class SearchForm(forms.Form):
    q = LineField(
        label=_("Number, word, country or name"),
        max_length=LONGEST_SEARCH,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "dir": "auto", "autocomplete": "off", "enterkeyhint": "search"}),
    )
    kind = forms.ChoiceField(choices=[("", ""), *KINDS.items()], required=False, widget=forms.HiddenInput)

    @property
    def typed(self) -> str:
        """The words, empty where they are too long; the form says so."""
        self.is_valid()
        return self.cleaned_data.get("q", "")

    @property
    def chosen_kind(self) -> str:
        """The one kind that is shown whole; empty for the first of each."""
        self.is_valid()
        return self.cleaned_data.get("kind", "")
