from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import User
from amnt.core.forms import LineField, LinesField, SubmissionField
from amnt.core.limits import max_length
from coalitions.forms.follow_ups import CircleChoiceField, ResolutionField
from coalitions.forms.resolution_lists import ResolutionsField
from coalitions.importers.advocacy import right_choices
from coalitions.models import CharterVersion, Circle, Decision, LinkedClause, Priority
from coalitions.priorities.read_models.priorities import ShownClause

LARGEST_VERSION = 2**31 - 1


class VersionSeen(forms.Form):
    """A form about something that has versions: the one that was seen."""

    data: Any

    seen_version = forms.IntegerField(min_value=0, max_value=LARGEST_VERSION, required=False, widget=forms.HiddenInput)

    def see_again(self, version: int) -> None:
        """After a refusal the reader has been told how it stands; sent again, the form counts as seen with that."""
        self.data = self.data.copy()
        self.data["seen_version"] = str(version)


class CharterForm(VersionSeen):
    text = LinesField(
        label=_("Charter"),
        max_length=CharterVersion.LONGEST,
        help_text=_("Six lines at most: what you share, what stays here, how you decide, how one leaves."),
        widget=forms.Textarea(attrs={"rows": 7, "dir": "auto"}),
    )
    submission = SubmissionField()


class PriorityForm(VersionSeen):
    fields: dict[str, Any]

    title = LineField(
        label=_("Priority"),
        max_length=max_length(Priority, "own_title"),
        help_text=_("What you want above all, in one line."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    why = LinesField(
        label=_("Why"),
        max_length=max_length(Priority, "own_why"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    resolutions = ResolutionsField()
    rights = forms.MultipleChoiceField(
        label=_("Rights at stake"), choices=right_choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    clauses = forms.MultipleChoiceField(
        label=_("Clauses"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Clear one to unlink it. To link another, compare its resolution and choose “Link to a priority” beside the clause."),
    )
    submission = SubmissionField()

    def __init__(self, *args, user: User, linked: list[ShownClause] | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.linked = {str(clause.identity): clause for clause in linked or []}
        self.fields["resolutions"].user = user
        if self.linked:
            self.fields["clauses"].choices = [
                (key, f"{clause.resolution.short_name}, {clause.name}" if clause.name else clause.resolution.short_name)
                for key, clause in self.linked.items()
            ]
        else:
            del self.fields["clauses"]

    def said(self) -> dict[str, Any]:
        """What the service is told."""
        given = {name: self.cleaned_data[name] for name in ("title", "why", "resolutions", "rights")}
        kept = [self.linked[key] for key in self.cleaned_data.get("clauses", [])]
        return given | {"clauses": [LinkedClause(clause.identity, clause.resolution.pk) for clause in kept]}


class PriorityChoiceForm(forms.Form):
    """Which priority a clause is to be linked to."""

    fields: dict[str, Any]

    priority = forms.TypedChoiceField(label=_("Priority"), widget=forms.RadioSelect)

    def __init__(self, *args, priorities: list[Priority], names_coalition: bool, **kwargs):
        super().__init__(*args, **kwargs)
        known = {str(row.public_id): row for row in priorities}
        self.fields["priority"].choices = [
            (key, f"{row.title} — {row.coalition}" if names_coalition else row.title) for key, row in known.items()
        ]
        self.fields["priority"].coerce = known.get


class DecisionForm(forms.Form):
    fields: dict[str, Any]

    text = LinesField(
        label=_("What was decided"),
        max_length=Decision.LONGEST,
        help_text=_("One decision, so that someone who was not there understands it. Do not write down who said what."),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    decided_on = forms.DateField(label=_("Decided on"), widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"))
    decided_by = LineField(
        label=_("Who decided"),
        max_length=max_length(Decision, "decided_by"),
        required=False,
        help_text=_("For example: the call of the leads, everyone present."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    resolution = ResolutionField()
    circle = CircleChoiceField(label=_("Who may read it"), widget=forms.RadioSelect)
    submission = SubmissionField()

    def __init__(self, *args, user: User, circles: list[Circle], corrects: Decision | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["resolution"].offer_to(user)
        self.fields["circle"].offer_all(circles)
        if corrects:
            # A correction has the same readers.
            del self.fields["circle"]


def uuid_or_none(said: str) -> UUID | None:
    try:
        return UUID(said)
    except ValueError:
        return None
