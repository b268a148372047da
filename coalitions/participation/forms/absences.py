from datetime import date
from typing import Any

from django import forms
from django.utils.timezone import now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

YEARS_AHEAD = 3


def day_field(label) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"))


def is_possible_year(day: date) -> bool:
    return now().year - 1 <= day.year <= now().year + YEARS_AHEAD


class AbsenceForm(forms.Form):
    """From the first day to the last."""

    fields: dict[str, Any]

    starts_on = day_field(_("First day away"))
    ends_on = day_field(_("Last day away"))

    def clean(self):
        data = super().clean() or {}
        for name in ("starts_on", "ends_on"):
            if (day := data.get(name)) and not is_possible_year(day):
                self.add_error(name, gettext("Check the year: this one is not possible."))
        return data
