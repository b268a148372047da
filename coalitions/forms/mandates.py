from django import forms
from django.utils.translation import gettext_lazy as _


class NamingForm(forms.Form):
    inside = forms.BooleanField(
        label=_("Inside the coalition"),
        help_text=_("Those who read the statement see our name while we have not answered, and a reminder list may hold it."),
        required=False,
    )
    outside = forms.BooleanField(
        label=_("On public lists"),
        help_text=_("Suggested when we answer. Nothing is published before we say so in the answer itself."),
        required=False,
    )
