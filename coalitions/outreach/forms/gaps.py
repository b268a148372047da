from datetime import timedelta
from typing import Any

from django import forms
from django.utils.timezone import now
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import User
from amnt.core.forms import LineField, SubmissionField
from amnt.core.limits import max_length
from coalitions.forms.follow_ups import CircleChoiceField, DueForm, PersonChoiceField, whom_she_knows
from coalitions.models import Circle, FollowUp
from coalitions.outreach.read_models.coverage import Gap
from coalitions.permissions import MembershipContext
from resolutions.models import RegionalGroup

DUE_IN = timedelta(days=7)


class GapFilter(forms.Form):
    """Which gaps are shown: of a region, and of which kind."""

    fields: dict[str, Any]

    region = forms.ChoiceField(label=_("Region"), required=False)
    kind = forms.ChoiceField(
        label=_("What is missing"),
        required=False,
        choices=[
            ("", pgettext_lazy("gaps", "All")),
            ("unasked", _("nobody asked")),
            ("silent", _("no answer for two weeks")),
            ("old", _("cards checked long ago")),
        ],
    )

    def __init__(self, *args, groups: list[RegionalGroup], **kwargs):
        super().__init__(*args, **kwargs)
        named = [group for group in groups if group.countries]
        self.fields["region"].choices = [("", gettext("All")), *((group.code, str(group)) for group in named)]
        self.is_valid()
        self.group = next((group for group in named if group.code == self.cleaned_data.get("region")), None)
        self.codes = [str(country) for country in self.group.countries] if self.group else None
        self.kind = self.cleaned_data.get("kind", "")

    @property
    def is_narrowed(self) -> bool:
        return any(self.cleaned_data.values())


class GapsForm(DueForm):
    """The follow-ups that gaps become, each with its title; one day, one owner and one circle for all.

    An ask without an answer stays in the circle that reads it, whatever is chosen here.
    """

    owner = PersonChoiceField(label=_("Owner"), required=False, help_text=_("Who does it."))
    circle = CircleChoiceField(label=_("Who may read it"))
    submission = SubmissionField()

    def __init__(
        self,
        *args,
        user: User,
        memberships: MembershipContext,
        gaps: list[Gap],
        circles: list[Circle],
        initial: dict | None = None,
        **kwargs,
    ):
        self.gaps, self.memberships = gaps, memberships
        due = {"due_on": (now() + DUE_IN).date(), "owner": "" if memberships.led else str(user.public_id)}
        super().__init__(*args, user=user, initial=due | (initial or {}), **kwargs)
        self.fields["circle"].offer_all(circles)
        people = [user, *(person for person in whom_she_knows(user, memberships.works_in) if person != user)]
        self.fields["owner"].offer(people if memberships.led else [user], nobody=gettext("Nobody yet: anyone can take it"), me=user)
        for number, gap in enumerate(gaps):
            self.fields[f"title_{number}"] = LineField(
                label=str(gap.title),
                initial=gap.title,
                max_length=max_length(FollowUp, "title"),
                widget=forms.TextInput(attrs={"dir": "auto"}),
            )

    @property
    def rows(self) -> list[tuple[Gap, forms.BoundField]]:
        return [(gap, self[f"title_{number}"]) for number, gap in enumerate(self.gaps)]

    @property
    def titles(self) -> dict[str, str]:
        """By the key of each gap."""
        return {gap.key: self.cleaned_data[f"title_{number}"] for number, gap in enumerate(self.gaps)}

    def clean(self):
        super().clean()
        data = self.cleaned_data
        data["due_at"] = self.due_from(data)
        owner, circle = data.get("owner"), data.get("circle")
        if owner and circle and owner != self.user and circle.coalition_id not in self.memberships.led:
            self.add_error("owner", _("Only a lead of this coalition may assign to others."))
        return data
