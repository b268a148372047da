from django import forms
from django.utils.translation import gettext_lazy as _

from amnt.core.forms import LinesField, SubmissionField
from coalitions.forms.follow_ups import CircleChoiceField
from coalitions.forms.seen_versions import SeenVersionsForm
from coalitions.models import Circle, Verdict
from resolutions.models import Assembly, Resolution


class VerdictForm(SeenVersionsForm):
    result = forms.ChoiceField(label=_("Verdict"), choices=Verdict.Result.choices, widget=forms.RadioSelect)
    words = LinesField(
        label=_("Why"),
        max_length=Verdict.LONGEST,
        required=False,
        help_text=_("What of our wording is in the text, and what is not. Do not write down what you learned in confidence."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    circle = CircleChoiceField(label=_("Who may read it"))
    submission = SubmissionField()

    def __init__(self, *args, resolution: Resolution, assembly: Assembly, circles: list[Circle], initial: dict | None = None, **kwargs):
        self.resolution, self.assembly, self.circles = resolution, assembly, circles
        super().__init__(*args, initial={"seen": self.versions()} | (initial or {}), **kwargs)
        self.fields["circle"].offer_all(circles, names_coalition=False)

    def versions_by_circle(self) -> dict[int, int]:
        given = Verdict.objects.filter(resolution=self.resolution, assembly=self.assembly, circle__in=self.circles)
        return dict(given.order_by("version").values_list("circle_id", "version"))
