"""Forms for dates."""

import re
from typing import Any

from django import forms
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_countries import countries
from modeltranslation.utils import get_translation_fields

from amnt.accounts.forms import ZoneField
from amnt.core import times
from amnt.core.forms import LineField, SubmissionField
from amnt.core.languages import LANGUAGE_CODES, current_language, language_name, with_colon
from amnt.core.limits import max_length
from amnt.core.links import LinkField
from amnt.core.zones import zones_of_country
from calendar_app.models import Attendance, Deadline, Meeting
from calendar_app.models.dates import zone_of_region
from calendar_app.services.date_states import NewDate
from coalitions.models import Circle
from coalitions.models.circles import CircleQuerySet
from resolutions.models import Assembly, DateStatus, RegionalGroup, Resolution

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
HOUR = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
# The valid range of dates: ten years around the known assemblies.
YEARS = range(2020, 2046)
LONGEST_SOURCE, LONGEST_AGENDA = 1000, 500  # characters
MOST_DAYS_BEFORE = 400
WHERE_TO_CHECK = _("The link where anyone can check it.")


def source_field(*, required: bool) -> LinkField:
    return LinkField(label=_("Source"), required=required, help_text=WHERE_TO_CHECK)


def cycle_field() -> "forms.ModelChoiceField[Assembly]":
    return forms.ModelChoiceField(Assembly.objects.of_wtsa().latest_first(), label=_("Cycle"), to_field_name="code")


class CirclesByName(ModelChoiceIterator):
    queryset: CircleQuerySet

    def __iter__(self):
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        yield from map(self.choice, self.queryset.by_name())


class CircleModelChoiceField(forms.ModelChoiceField):
    """One of the circles given, named with its coalition."""

    iterator = CirclesByName

    def label_from_instance(self, circle: Circle) -> str:
        return str(circle.coalition) if circle.is_everyone else with_colon(circle.coalition, circle.name)


class SubmissionMixin(forms.Form):
    submission = SubmissionField(required=False)


class TitlesMixin(forms.Form):
    """A title in each language of the site. A new thing needs one in the reader's language, an existing one in any."""

    is_new = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        mine = current_language()
        codes = sorted(LANGUAGE_CODES, key=lambda code: code != mine)
        for code in codes:
            label = gettext("Title in %(language)s") % {"language": language_name(code)}
            field = LineField(label=label, max_length=max_length(Meeting, "title"), required=self.is_new and code == mine)
            field.widget.attrs["dir"] = "auto"
            self.fields[f"title_{code}"] = field
        self.order_fields([f"title_{code}" for code in codes])

    def clean(self):
        cleaned = super().clean() or {}
        if not self.errors and not any(cleaned.get(name) for name in get_translation_fields("title")):
            self.add_error(self.titles_first()[0].name, gettext("Give a title in at least one language."))
        return cleaned

    @property
    def titles(self) -> dict[str, str]:
        return {language: self.cleaned_data[f"title_{language}"] for language in LANGUAGE_CODES}

    def titles_first(self):
        """The field of the reader's language, before the others."""
        return [self[name] for name in self.fields if name.startswith("title_")]


class DaysMixin(forms.Form):
    """First and last day, optionally an hour in a time zone."""

    on = forms.DateField(label=_("First day"), widget=DAY)
    until = forms.DateField(label=_("Last day"), widget=DAY, required=False, help_text=_("Leave empty for a single day."))
    hour = forms.TimeField(label=_("Time"), widget=HOUR, required=False, help_text=_("Leave empty if no time is given."))
    zone = ZoneField(label=_("In the time zone of"), required=False, asks=True, help_text=_("Needed only with a time."))

    def offer_zones(self, *likely: str) -> None:
        """Put these zones first in the list."""
        if isinstance(field := self.fields.get("zone"), ZoneField):
            field.likely = [*likely, *field.likely]

    def likely_zones(self) -> list[str]:
        """The zones of the country that was chosen, or that of the region."""
        country, group = self.cleaned_data.get("country"), self.cleaned_data.get("group")
        return list(zones_of_country(country)) if country else [zone_of_region(group)] if group else []

    def clean(self):
        cleaned = super().clean() or {}
        if cleaned.get("hour") and not cleaned.get("zone") and "zone" not in self.errors:
            self._ask_for_zone()
        for name in ("on", "until"):
            if (day := cleaned.get(name)) and day.year not in YEARS:
                self.add_error(name, gettext("Check the year: this one is not possible."))
        return cleaned

    def _ask_for_zone(self) -> None:
        """A time means nothing without one: the likely one is chosen, and the form is shown again."""
        likely = self.likely_zones()
        self.offer_zones(*likely)
        if len(likely) == 1 and likely[0]:
            shown: Any = self.data.copy()  # type: ignore[attr-defined]
            shown[self.add_prefix("zone")] = likely[0]
            self.data = shown
            self.add_error("zone", gettext("Is it this time zone? If so, send the form again; if not, choose another."))
        else:
            self.add_error("zone", gettext("Choose the time zone this time is in."))

    @property
    def new_date(self) -> NewDate:
        said = self.cleaned_data
        return NewDate(
            said["on"],
            said.get("status") or DateStatus.CONFIRMED,
            said.get("until"),
            said.get("hour"),
            said.get("zone") or times.ITU_ZONE,
            said.get("follows"),
        )


def status_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("This date is"),
        widget=forms.RadioSelect,
        choices=[
            (DateStatus.CONFIRMED, _("confirmed by the organiser")),
            (DateStatus.PROVISIONAL, _("provisional: published, but it may move")),
            (DateStatus.RUMOUR, _("to be confirmed: only a rumour; it sends no reminder")),
        ],
    )


class AgendaField(LineField):
    """Resolutions by their numbers, or the labels of drafts: "50, 64, PP 102, [AFCP-1]"."""

    def clean(self, value):
        text = super().clean(value)
        wanted = [word for word in re.split(r"[,;]", text) if word.strip()]
        found = []
        for word in wanted:
            name = word.strip()
            if (row := Resolution.objects.named(name).first()) is None:
                raise forms.ValidationError(gettext("There is no resolution “%(name)s”."), params={"name": name})
            found.append(row)
        return found


class PlaceMixin(forms.Form):
    group: "forms.ModelChoiceField[RegionalGroup]" = forms.ModelChoiceField(
        RegionalGroup.objects.all(), label=_("Regional group"), required=False, to_field_name="code", empty_label="—"
    )
    city = LineField(label=_("City"), max_length=max_length(Meeting, "city"), required=False)
    country = forms.ChoiceField(label=_("Country"), choices=lambda: [("", "—"), *countries], required=False)
    mode = forms.ChoiceField(label=_("Format"), choices=[("", "—"), *Meeting.Mode.choices], required=False)
    access = forms.ChoiceField(label=_("Who may enter"), choices=[("", "—"), *Meeting.Access.choices], required=False)
    resolutions = AgendaField(
        label=_("Resolutions on its agenda"),
        required=False,
        max_length=LONGEST_AGENDA,
        help_text=_("Their numbers, with commas between them: 50, 64"),
    )

    @property
    def facts(self) -> dict[str, Any]:
        """The arguments of services; a call of one circle has neither group nor access."""
        return {name: self.cleaned_data[name] for name in PlaceMixin.base_fields if name in self.fields}


class MeetingForm(SubmissionMixin, TitlesMixin, DaysMixin, PlaceMixin):
    """A public meeting, with the related deadlines its kind usually has."""

    is_new = True

    status = status_field()
    source = source_field(required=True)
    assembly = cycle_field()
    registration_days = forms.IntegerField(
        label=_("Registration closes, days before"), min_value=0, max_value=MOST_DAYS_BEFORE, required=False
    )
    document_days = forms.IntegerField(label=_("Documents are due, days before"), min_value=0, max_value=MOST_DAYS_BEFORE, required=False)

    @property
    def facts(self) -> dict[str, Any]:
        asked = ((Deadline.Kind.REGISTRATION, "registration_days"), (Deadline.Kind.DOCUMENT, "document_days"))
        related_deadlines = [(kind, self.cleaned_data[name]) for kind, name in asked if self.cleaned_data[name] is not None]
        return {**super().facts, "source": self.cleaned_data["source"], "related_deadlines": related_deadlines}


class CallForm(SubmissionMixin, TitlesMixin, DaysMixin):
    """A call of a circle: without source, group and access."""

    is_new = True

    assembly = cycle_field()

    def __init__(self, *args, circles, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["circle"] = CircleModelChoiceField(
            circles, label=_("Who may read"), to_field_name="public_id", help_text=_("Nobody else can see that it is taking place.")
        )

    @property
    def facts(self) -> dict[str, Any]:
        return {"circle": self.cleaned_data["circle"]}


class DeadlineForm(SubmissionMixin, TitlesMixin, DaysMixin):
    """A related deadline of a meeting, or a deadline of the assembly."""

    is_new = True

    kind = forms.ChoiceField(label=_("Kind"), choices=Deadline.Kind.choices)
    status = status_field()
    follows = forms.BooleanField(label=_("It moves with the first day"), required=False)
    source = source_field(required=True)
    assembly = cycle_field()

    def __init__(self, *args, meeting=None, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["until"]
        self.fields["on"].label = _("Day")
        self.fields["follows"].help_text = _(
            "Counted in days from the first day of the meeting, or of the assembly. Otherwise it stays where it is."
        )
        if meeting:
            del self.fields["assembly"]
            self.fields["source"].required = not meeting.is_private


class CorrectionForm(TitlesMixin):
    """What is said of a date, but not when it is."""

    # Of facts that came with their sources in words, those stay.
    source = LineField(label=_("Source"), max_length=LONGEST_SOURCE, help_text=WHERE_TO_CHECK)
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, is_private=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["source"].required = not is_private


class CorrectMeetingForm(CorrectionForm, PlaceMixin):
    def __init__(self, *args, is_private=False, **kwargs):
        super().__init__(*args, is_private=is_private, **kwargs)
        if is_private:
            for name in ("group", "access"):
                del self.fields[name]


class CorrectDeadlineForm(CorrectionForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=Deadline.Kind.choices)


class ChangeDateForm(SubmissionMixin, DaysMixin):
    """The new date of a meeting, a deadline or an assembly."""

    status = status_field()
    follows = forms.BooleanField(label=_("It keeps moving with the first day"), required=False)
    source = source_field(required=True)
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, target, **kwargs):
        super().__init__(*args, **kwargs)
        is_deadline = isinstance(target, Deadline)
        if is_deadline:
            del self.fields["until"]
            self.fields["on"].label = _("Day")
        else:
            del self.fields["follows"]
        if isinstance(target, Assembly):
            del self.fields["hour"], self.fields["zone"]
        elif target.is_private:
            self.fields["source"].required = False


class AttendanceForm(forms.Form):
    status = forms.ChoiceField(
        label=_("Are you going?"),
        widget=forms.RadioSelect,
        choices=[
            (Attendance.Status.GOING, _("I want to go")),
            (Attendance.Status.REGISTERED, _("Done: I am registered")),
            (Attendance.Status.REMOTE, _("I am following remotely")),
            (Attendance.Status.NOT, _("I am not going")),
        ],
    )

    def __init__(self, *args, circles, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["circle"] = CircleModelChoiceField(
            circles, label=_("Who may know"), required=False, to_field_name="public_id", empty_label=_("Only me")
        )
