"""Choosing whom to ask."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coalitions.live.read_models.day import FreePerson


class AskForm(forms.Form):
    fields: dict[str, Any]

    person = forms.TypedChoiceField(
        label=_("Whom to ask"),
        error_messages={"invalid_choice": _("This person is not free any more: choose someone else.")},
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, people: Sequence[FreePerson], **kwargs):
        super().__init__(*args, **kwargs)
        known = {str(person.user.public_id): person for person in people}
        self.fields["person"].choices = [(key, person.described) for key, person in known.items()]
        self.fields["person"].coerce = known.get
