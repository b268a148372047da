"""Where one follows a day of an assembly from, by halves, if one says it at all."""

from django import forms
from django.utils.translation import gettext_lazy as _

from coalitions.models import DeclaredPresence

Half = DeclaredPresence.Half
PLACES = [("", _("I do not say")), *DeclaredPresence.Place.choices]


class PresenceForm(forms.Form):
    morning = forms.ChoiceField(label=_("Morning"), choices=PLACES, required=False)
    afternoon = forms.ChoiceField(label=_("Afternoon"), choices=PLACES, required=False)

    @property
    def said(self) -> dict[str, str]:
        """The place by half; empty where nothing is said."""
        return {half: self.cleaned_data[half] for half in Half.values}
