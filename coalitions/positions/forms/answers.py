from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from amnt.core.forms import LinesField, SubmissionField
from coalitions.models import Organisation, PositionAnswer

LONGEST_RESERVATION = 500


class PositionAnswerForm(forms.Form):
    fields: dict[str, Any]

    organisation = forms.TypedChoiceField(label=_("For which organisation"))
    kind = forms.ChoiceField(label=_("Its answer"), choices=PositionAnswer.Kind.choices, widget=forms.RadioSelect)
    words = LinesField(
        label=_("The reservation"),
        max_length=LONGEST_RESERVATION,
        required=False,
        help_text=_("In one or two sentences, for everyone in the coalition."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    submission = SubmissionField()

    def __init__(self, *args, organisations: list[Organisation], **kwargs):
        super().__init__(*args, **kwargs)
        known = {str(each.public_id): each for each in organisations}
        self.fields["organisation"].choices = [(key, each.name) for key, each in known.items()]
        self.fields["organisation"].coerce = known.get
        self.only = organisations[0] if len(organisations) == 1 else None
        if self.only:
            self.fields["organisation"].widget = forms.HiddenInput()
            self.initial["organisation"] = str(self.only.public_id)
