"""Forms of a pasted programme: the text, and each line of it as it was read."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import User
from amnt.core.forms import LineField, SubmissionField
from amnt.core.limits import max_length
from coalitions.forms.follow_ups import CircleChoiceField
from coalitions.live.domain.programme import MOST_BYTES, MOST_LINES
from coalitions.live.forms.sessions import ResolutionsField, hour_input, instant_at_venue
from coalitions.live.read_models.season import Season
from coalitions.live.services.programme import PastedSession
from coalitions.models import AssemblySession, Circle

A_DAY = timedelta(days=1)


class ProgrammeForm(forms.Form):
    fields: dict[str, Any]

    text = forms.CharField(
        label=_("The programme"),
        max_length=MOST_BYTES,
        strip=False,
        help_text=_("From a page, a screen or a message: a session a line, with its hour. Names of who sent it are left out."),
        widget=forms.Textarea(attrs={"rows": 14, "dir": "auto"}),
    )
    circle = CircleChoiceField(label=_("Who may read"))
    submission = SubmissionField(required=False)

    def __init__(self, *args, circles: list[Circle], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["circle"].offer_all(circles)


class LineForm(forms.Form):
    """One line. What is not meant is not checked."""

    fields: dict[str, Any]
    use_required_attribute = False

    is_meant = forms.BooleanField(label=_("Enter it"), required=False)
    day = forms.DateField(widget=forms.HiddenInput)
    begins = forms.TimeField(label=_("Begins"), widget=hour_input())
    ends = forms.TimeField(label=_("Ends"), required=False, widget=hour_input())
    room = LineField(label=_("Room"), max_length=max_length(AssemblySession, "room"), required=False)
    group = forms.ChoiceField(label=_("Group"), choices=AssemblySession.Group.choices)
    title = LineField(label=_("Title"), max_length=max_length(AssemblySession, "title"), required=False)
    standing = forms.ChoiceField(label=_("What it is"), choices=AssemblySession.Standing.choices)
    resolutions = ResolutionsField(label=_("Resolutions"))

    def __init__(self, *args, season: Season, known: Any, **kwargs):
        super().__init__(*args, **kwargs)
        self.season = season
        self.fields["resolutions"].known = known

    def full_clean(self):
        super().full_clean()
        if self.is_bound and not self.is_checked:
            self.errors.clear()

    @property
    def is_checked(self) -> bool:
        return bool(self["is_meant"].value())

    def clean(self):
        data = super().clean() or self.cleaned_data
        day, begins, ends = data.get("day"), data.get("begins"), data.get("ends")
        data["starts_at"] = data["ends_at"] = None
        if day and begins:
            data["starts_at"] = instant_at_venue(self, "begins", day, begins, self.season)
            if ends and ends != begins:
                data["ends_at"] = instant_at_venue(self, "ends", day if ends > begins else day + A_DAY, ends, self.season)
        return data

    @property
    def pasted(self) -> PastedSession:
        names = ("starts_at", "ends_at", "room", "title", "group", "standing", "resolutions")
        return PastedSession(**{name: self.cleaned_data[name] for name in names})


class LineFormSet(forms.BaseFormSet):
    def __init__(self, *args, season: Season, user: User, **kwargs):
        known = ResolutionsField.known_to(user)
        super().__init__(*args, form_kwargs={"season": season, "known": known}, prefix="line", **kwargs)


def meant(lines: forms.BaseFormSet) -> list[PastedSession]:
    """What is checked."""
    return [form.pasted for form in lines.forms if form.is_checked]


LinesOfProgramme = forms.formset_factory(LineForm, formset=LineFormSet, extra=0, max_num=MOST_LINES, absolute_max=MOST_LINES)
