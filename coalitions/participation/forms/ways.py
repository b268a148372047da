from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from coalitions.participation.domain.ordering import Answer
from resolutions.folding import fold


class WaysForm(forms.Form):
    """Three questions that put the ways in order. What is no answer to them is as if it had not been said."""

    fields: dict[str, Any]

    ANSWERS = ((Answer.UNSAID, _("not said")), (Answer.YES, _("yes")), (Answer.NO, _("no")))

    country = forms.ChoiceField(label=_("Where we are established"), required=False)
    agrees = forms.ChoiceField(label=_("Our State agrees with us"), required=False, choices=ANSWERS)
    pays = forms.ChoiceField(label=_("We can pay a fee"), required=False, choices=ANSWERS)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = [("", gettext("not said")), *sorted(countries, key=lambda country: fold(country[1]))]
        self.is_valid()

    def answer(self, name: str) -> Answer:
        return Answer(self.cleaned_data.get(name, ""))

    @property
    def country_chosen(self) -> str:
        return self.cleaned_data.get("country", "")
