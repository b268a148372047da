from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from amnt.core.forms import SubmissionField
from coalitions.models import Coalition, Delegation


class OfficeCheckForm(forms.Form):
    """A lead approves one mail to one office. `address` -- the one that was shown."""

    fields: dict[str, Any]
    data: Any

    language = forms.ChoiceField(label=_("Language of the mail"), choices=settings.LANGUAGES)
    coalition = forms.TypedChoiceField(label=_("For which coalition?"), help_text=_("The mail does not name it."))
    address = forms.CharField(widget=forms.HiddenInput)
    submission = SubmissionField()

    def __init__(self, *args, card: Delegation, coalitions: list[Coalition], initial: dict | None = None, **kwargs):
        known = {str(coalition.public_id): coalition for coalition in coalitions}
        first = {"address": card.office_email, "coalition": next(iter(known), "")}
        super().__init__(*args, initial=first | (initial or {}), **kwargs)
        self.card = card
        self.fields["coalition"].choices = [(key, coalition.name) for key, coalition in known.items()]
        self.fields["coalition"].coerce = known.get
        if len(known) == 1:
            self.fields["coalition"].widget = forms.HiddenInput()

    def see_again(self) -> None:
        self.card.refresh_from_db(fields=["office_email"])
        self.data = self.data.copy()
        self.data["address"] = self.card.office_email
