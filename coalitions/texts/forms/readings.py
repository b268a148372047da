from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from amnt.core.forms import LineField, SubmissionField
from amnt.core.limits import max_length
from coalitions.forms.follow_ups import CircleChoiceField
from coalitions.models import Circle, Reading


class ReadingForm(forms.Form):
    fields: dict[str, Any]

    tone = forms.ChoiceField(label=_("Our reading"), choices=list(reversed(Reading.Tone.choices)), widget=forms.RadioSelect)
    note = LineField(
        label=_("Why"),
        max_length=max_length(Reading, "note"),
        required=False,
        help_text=_("In one line. Do not write down what you learned in confidence."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    circle = CircleChoiceField(label=_("Who may read it"))
    submission = SubmissionField()

    def __init__(self, *args, circles: list[Circle], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["circle"].offer_all(circles)
