from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import User
from coalitions.forms.follow_ups import DelegationField, ResolutionField


class AvailabilityForm(forms.Form):
    """One resolution or one delegation, and whether she also wants to read nothing of it."""

    fields: dict[str, Any]

    resolution = ResolutionField()
    delegation = DelegationField()
    hides = forms.BooleanField(
        label=_("Also hide from me what circles write about it"),
        required=False,
        help_text=_("Readings, drafts, follow-ups and notes of restricted circles. Only you know that you chose this."),
    )

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["resolution"].offer_to(user)
        self.fields["delegation"].offer_to(user)

    def clean(self):
        super().clean()
        data = self.cleaned_data
        if not self.errors and bool(data.get("resolution")) == bool(data.get("delegation")):
            self.add_error("resolution", _("Choose a resolution or a delegation, one of the two."))
        return data

    def subject(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("resolution", "delegation")}
