from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import User
from amnt.core.forms import LineField, LinesField, SubmissionField, whole_number
from amnt.core.limits import max_length
from coalitions.forms.follow_ups import CircleChoiceField
from coalitions.models import Circle, Position, Reading
from coalitions.permissions import MembershipContext
from resolutions.models import Contribution, Proposal, Resolution

LONGEST_POSITION = 2000  # characters
LONGEST_SEEN = 8000  # characters: a version of some hundred and fifty circles


def circles_worked_in(user: User, memberships: MembershipContext):
    """The circles a person may write in, without those of delegations, which have their own pages."""
    return Circle.objects.of(user).filter(coalition__in=memberships.works_in, pk__in=memberships.circles).select_related("coalition")


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


class ProposalField(forms.ModelChoiceField):
    def __init__(self, **kwargs):
        super().__init__(queryset=Proposal.objects.none(), to_field_name="public_id", required=False, empty_label="—", **kwargs)

    def label_from_instance(self, proposal):
        return f"{proposal.action} {proposal.name}"


class PositionForm(forms.Form):
    """`seen` -- the version of each circle when the form was shown: "circle:version circle:version"."""

    fields: dict[str, Any]
    data: Any

    stance = forms.ChoiceField(label=_("Position"), choices=Position.Stance.choices)
    words = LinesField(
        label=_("In two lines"),
        max_length=LONGEST_POSITION,
        required=False,
        help_text=_("What people need to know to speak for it. It can be copied into a messaging app."),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    written_for = ProposalField(
        label=_("Written for"), help_text=_("The proposal it answers. When something newer arrives, it is marked as to be reviewed.")
    )
    circle = CircleChoiceField(label=_("Who may read it"))
    submission = SubmissionField()
    seen = forms.CharField(max_length=LONGEST_SEEN, required=False, widget=forms.HiddenInput)

    def __init__(self, *args, user: User, resolution: Resolution, circles: list[Circle], initial: dict | None = None, **kwargs):
        self.resolution, self.circles = resolution, circles
        super().__init__(*args, initial={"seen": self.versions()} | (initial or {}), **kwargs)
        self.fields["circle"].offer_all(circles)
        # Without restricted documents: a position would reveal that they exist.
        known = Proposal.objects.visible_to(user, circles=()).standing()
        public = known.filter(resolution=resolution, contribution__access=Contribution.Access.PUBLIC)
        self.fields["written_for"].queryset = public.for_list()

    def versions(self) -> str:
        newest = Position.objects.filter(resolution=self.resolution, circle__in=self.circles).newest()
        versions = dict(newest.values_list("circle_id", "version"))
        return " ".join(f"{circle.public_id}:{versions.get(circle.pk, 0)}" for circle in self.circles)

    def clean(self):
        super().clean()
        circle = self.cleaned_data.get("circle")
        seen = dict(part.split(":", 1) for part in self.cleaned_data.get("seen", "").split() if ":" in part)
        version = seen.get(str(circle.public_id), "") if circle else ""
        self.cleaned_data["seen_version"] = whole_number(version, digits=9)
        return self.cleaned_data

    def see_again(self) -> None:
        """After a refusal the reader has been told how it stands; sent again, the form counts as seen with that."""
        self.data = self.data.copy()
        self.data["seen"] = self.versions()
