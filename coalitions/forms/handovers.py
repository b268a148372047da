from django import forms
from django.utils.translation import gettext_lazy as _

from amnt.core.forms import LinesField, SubmissionField
from coalitions.forms.follow_ups import CircleChoiceField
from coalitions.forms.seen_versions import SeenVersionsForm
from coalitions.models import Circle, Delegation, HandoverNote


class HandoverForm(SeenVersionsForm):
    text = LinesField(
        label=_("What the next person must know"),
        max_length=HandoverNote.LONGEST,
        required=False,
        help_text=_("Whom to call first, what was promised, what not to say again. Do not write down what you learned in confidence."),
        widget=forms.Textarea(attrs={"rows": 10, "dir": "auto"}),
    )
    circle = CircleChoiceField(label=_("Who may read it"), widget=forms.RadioSelect)
    submission = SubmissionField()

    def __init__(self, *args, delegation: Delegation, circles: list[Circle], **kwargs):
        self.delegation, self.circles = delegation, circles
        initial = {"seen": self.versions()} | (kwargs.pop("initial", None) or {})
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["circle"].offer_all(circles)

    def versions_by_circle(self) -> dict[int, int]:
        known = HandoverNote.objects.filter(delegation=self.delegation, circle__in=self.circles)
        return dict(known.values_list("circle_id", "version"))
