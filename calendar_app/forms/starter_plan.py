from typing import ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from amnt.core.forms import LineField
from amnt.core.limits import max_length
from calendar_app.forms.dates import DAY, HOUR, DaysMixin, SubmissionMixin
from calendar_app.models import Meeting
from resolutions.folding import fold

MOST_OTHERS = 3


class CountriesForm(forms.Form):
    """Countries to ask about: those of the organisations, to tick, and others to choose; and when the first question is due."""

    countries = forms.MultipleChoiceField(label=_("Countries of your organisations"), required=False, widget=forms.CheckboxSelectMultiple)
    first_due = forms.DateField(label=_("First question due on"), widget=DAY, help_text=_("The others follow after 30, 60 and 270 days."))

    def __init__(self, *args, known: list[str], **kwargs):
        super().__init__(*args, **kwargs)
        by_name = sorted(countries, key=lambda country: fold(country[1]))
        if known:
            self.fields["countries"].choices = [(code, countries.name(code)) for code in known]  # type: ignore[attr-defined]
        else:
            del self.fields["countries"]
        for number in range(1, MOST_OTHERS + 1):
            label = gettext("Country") if not known and number == 1 else gettext("Another country")
            self.fields[f"other_{number}"] = forms.ChoiceField(label=label, required=False, choices=[("", "—"), *by_name])

    # Where the service refuses the instant, its sentence stands beside the day.
    fields_of_rules: ClassVar[dict[str, str]] = {"due_at": "first_due", "countries": "other_1"}

    def clean_first_due(self):
        day = self.cleaned_data["first_due"]
        if day.year > 2045:
            raise forms.ValidationError(gettext("Check the year: this one is not possible."))
        return day

    @property
    def others(self):
        return [self[name] for name in self.fields if name.startswith("other_")]

    @property
    def chosen(self) -> list[str]:
        others = [self.cleaned_data[field.name] for field in self.others]
        return list(dict.fromkeys(code for code in (*self.cleaned_data.get("countries", ()), *others) if code))


class FirstCallForm(SubmissionMixin, DaysMixin):
    """A first call of everyone in the coalition."""

    title = LineField(label=_("Title"), max_length=max_length(Meeting, "title"))

    field_order = ("title", "on", "hour", "zone")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["until"]
        self.fields["on"].label = _("Day")
        self.fields["hour"].required = True
        self.fields["hour"].help_text = ""
        self.fields["hour"].widget = HOUR
