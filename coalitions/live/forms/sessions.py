"""Forms of sessions: the short one for an informal session in a corridor, and the whole one."""

import re
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils.timezone import now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import User
from amnt.core import times
from amnt.core.forms import LineField, SubmissionField
from amnt.core.languages import current_language
from amnt.core.limits import max_length
from coalitions.forms.follow_ups import CircleChoiceField
from coalitions.live.read_models.season import Season
from coalitions.models import AssemblySession, Circle
from resolutions.models import Resolution, Series

QUARTER = timedelta(minutes=15)
A_DAY = timedelta(days=1)
LONGEST_NUMBERS = 300


def hour_input() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time", "class": "short"}, format="%H:%M")


def next_quarter(instant: datetime) -> datetime:
    """The next quarter of an hour, as agreed upon in corridors: at 09:50 that is 10:00."""
    past = timedelta(minutes=instant.minute % 15, seconds=instant.second, microseconds=instant.microsecond)
    return instant - past + QUARTER if past else instant


def instant_at_venue(form: forms.Form, name: str, day: date, hour: Any, season: Season) -> datetime | None:
    """This hour of this day at the venue; None, with the error at its field, where clocks skip it."""
    if not times.exists(day, hour, season.assembly.zone):
        form.add_error(name, gettext("On that day the clocks change and this time does not exist. Choose another one."))
        return None
    return times.instant_of(day, hour, season.assembly.zone)


class ResolutionsField(forms.CharField):
    """Numbers as one types them: "50, 64". Its value is a list of resolutions."""

    def __init__(self, **kwargs):
        attrs = {"dir": "auto", "autocomplete": "off"}
        super().__init__(max_length=LONGEST_NUMBERS, required=False, widget=forms.TextInput(attrs=attrs), **kwargs)

    @staticmethod
    def known_to(user: User) -> list[Resolution]:
        """Evaluated once, so that many fields of one page may share it."""
        return list(Resolution.objects.visible_to(user).only("pk", "number", "slug", "label", "series"))

    def offer_to(self, user: User) -> None:
        self.known = self.known_to(user)

    def clean(self, value):
        said = [part for part in re.split(r"[\s,;]+", super().clean(value) or "") if any(char.isalnum() for char in part)]
        wanted = [part.removesuffix(".") for part in said if part.casefold().rstrip(".") not in ("res", "rés", "resolution", "résolution")]
        by_number = {str(row.number): row for row in self.known if row.number and row.series == Series.WTSA}
        by_name = {row.slug.casefold(): row for row in self.known} | by_number
        found = list(dict.fromkeys(by_name[part.casefold()] for part in wanted if part.casefold() in by_name))
        if unknown := [part for part in wanted if part.casefold() not in by_name]:
            raise forms.ValidationError(gettext("Not known here: %(numbers)s") % {"numbers": ", ".join(unknown)})
        return found


class InformalSessionForm(forms.Form):
    """What a corridor leaves time for. The day is that of the page."""

    fields: dict[str, Any]
    data: Any
    fields_of_rules: ClassVar[dict[str, str]] = {"starts_at": "at", "resolutions": "resolution"}

    resolution = forms.TypedChoiceField(label=_("On"), required=False, empty_value=None)
    at = forms.TimeField(label=_("At"), widget=hour_input())
    room = LineField(
        label=_("Room"), max_length=max_length(AssemblySession, "room"), required=False, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    title = LineField(
        label=_("Title"),
        max_length=max_length(AssemblySession, "title"),
        required=False,
        help_text=_("If it is on no resolution of the list."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    circle = CircleChoiceField(label=_("Who may read"))
    goes = forms.BooleanField(label=_("I go"), required=False)
    submission = SubmissionField(required=False)

    def __init__(self, *args, season: Season, day: date, circles: list[Circle], resolutions: list[Resolution], **kwargs):
        super().__init__(*args, **kwargs)
        self.season, self.day = season, day
        known = {str(row.pk): row for row in resolutions}
        self.offers_resolutions = bool(known)
        if not known:
            self.fields["title"].required, self.fields["title"].help_text = True, ""
        self.fields["resolution"].choices = [*((key, row.short_name) for key, row in known.items()), ("", gettext("something else"))]
        self.fields["resolution"].coerce = known.get
        self.fields["resolution"].initial = next(iter(known), "")
        self.fields["circle"].offer_all(circles)
        if len(circles) == 1:
            self.fields["circle"].widget = forms.HiddenInput()
        self.fields["circle"].initial = next((value for value, _label in self.fields["circle"].choices), None)
        self.fields["at"].initial = next_quarter(now().astimezone(season.zone)).time()
        self.fields["goes"].initial = True

    def clean(self):
        data = super().clean() or self.cleaned_data
        if data.get("at"):
            data["starts_at"] = instant_at_venue(self, "at", self.day, data["at"], self.season)
        return data


class SessionForm(forms.Form):
    """A session with all that is known of it."""

    fields: dict[str, Any]
    data: Any
    fields_of_rules: ClassVar[dict[str, str]] = {"starts_at": "begins", "ends_at": "ends"}

    standing = forms.ChoiceField(label=_("What it is"), choices=AssemblySession.Standing.choices)
    group = forms.ChoiceField(label=_("Group"), choices=AssemblySession.Group.choices)
    title = LineField(
        label=_("Title"),
        max_length=max_length(AssemblySession, "title"),
        required=False,
        help_text=_("As the programme names it. If left empty: its group and its resolutions."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    room = LineField(
        label=_("Room"), max_length=max_length(AssemblySession, "room"), required=False, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"))
    begins = forms.TimeField(label=_("Begins"), widget=hour_input())
    ends = forms.TimeField(label=_("Ends"), required=False, help_text=_("If left empty it is taken to last an hour."), widget=hour_input())
    resolutions = ResolutionsField(label=_("Resolutions"), help_text=_("Their numbers, for example 50, 64."))
    circle = CircleChoiceField(label=_("Who may read"))
    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    submission = SubmissionField(required=False)

    def __init__(self, *args, season: Season, user: User, circles: list[Circle] | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.season = season
        place = times.place(season.assembly.zone, current_language())
        self.fields["begins"].help_text = gettext("On the clock of the venue (%(place)s).") % {"place": place}
        self.fields["resolutions"].offer_to(user)
        if circles is None:
            del self.fields["circle"]
        else:
            self.fields["circle"].offer_all(circles)

    def clean(self):
        data = super().clean() or self.cleaned_data
        day, begins, ends = data.get("day"), data.get("begins"), data.get("ends")
        data["starts_at"] = data["ends_at"] = None
        if day and begins:
            data["starts_at"] = instant_at_venue(self, "begins", day, begins, self.season)
            # At night it goes on into the next day.
            if ends:
                data["ends_at"] = instant_at_venue(self, "ends", day if ends > begins else day + A_DAY, ends, self.season)
        return data

    @property
    def facts(self) -> dict[str, Any]:
        """What the services are told."""
        names = ("standing", "group", "title", "room", "starts_at", "ends_at", "resolutions")
        return {name: self.cleaned_data[name] for name in names}

    def see_again(self, version: int) -> None:
        self.data = self.data.copy()
        self.data["seen_version"] = str(version)
