from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from amnt.core.forms import LineField, LinesField, SubmissionField
from amnt.core.limits import max_length
from calendar_app.models import Debrief
from coalitions.forms.follow_ups import CircleChoiceField
from coalitions.models import Circle, FollowUp


class DebriefForm(forms.Form):
    """Three fields, none of which asks what was said."""

    result = LinesField(
        label=_("Public result"),
        max_length=Debrief.LONGEST,
        required=False,
        help_text=_("What the meeting has published or announced to everyone: decisions, document numbers, next dates."),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    link = forms.URLField(
        label=_("Public link"),
        max_length=max_length(Debrief, "link"),
        required=False,
        assume_scheme="https",
        help_text=_("Where anyone can read it without a log-in."),
        error_messages={"invalid": _("Give the address of a page, for example https://www.example.org/results.")},
    )
    follow_up = LineField(
        label=_("Follow-up for others"),
        max_length=max_length(FollowUp, "title"),
        required=False,
        help_text=_("Begin with a verb. It is created for everyone in this circle, due in two weeks; nobody has it yet."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    circle = CircleChoiceField(label=_("Who may read it"), widget=forms.RadioSelect)
    submission = SubmissionField()

    def __init__(self, *args, circles: list[Circle], **kwargs):
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["circle"]
        choice.offer_all(circles)
        if circles and not self.initial.get("circle"):
            self.initial["circle"] = choice.choices[0][0]
