"""The filters of the calendar, from the query string. Invalid values are ignored."""

from django import forms
from django.utils.translation import gettext_lazy as _

from calendar_app.models import Deadline, Meeting
from resolutions.models import Assembly, RegionalGroup


class CalendarFilter(forms.Form):
    dates = forms.ChoiceField(choices=[("mine", _("Those that concern me")), ("all", _("All"))], required=False, widget=forms.HiddenInput)
    times = forms.ChoiceField(
        choices=[("mine", _("My time")), ("geneva", _("Geneva")), ("venue", _("Where it happens"))],
        required=False,
        widget=forms.HiddenInput,
    )
    when = forms.ChoiceField(choices=[("ahead", _("To come")), ("past", _("Past"))], required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=[
            ("", _("All kinds")),
            (_("Meetings"), Meeting.Kind.choices),
            (_("Deadlines"), Deadline.Kind.choices),
        ],
    )
    certainty = forms.ChoiceField(
        label=_("How sure"), required=False, choices=[("", _("All")), ("assumed", _("assumptions of the next six months"))]
    )
    country = forms.RegexField("^[A-Za-z]{2}$", required=False, widget=forms.HiddenInput)

    def __init__(self, data, *, assemblies: list[Assembly], groups: list[RegionalGroup]):
        super().__init__(data, auto_id="filter_%s")
        regions = [("", _("All regions")), *((group.code, group.acronym or group.name) for group in groups)]
        self.fields["region"] = forms.ChoiceField(label=_("Region"), choices=regions, required=False)
        cycles = [("", _("All cycles")), *((assembly.code, assembly.short_name) for assembly in assemblies)]
        self.fields["cycle"] = forms.ChoiceField(label=_("Cycle"), choices=cycles, required=False)

    @property
    def chosen(self) -> dict[str, str]:
        """The valid filters; the rest have their defaults."""
        self.is_valid()
        given = {name: value for name, value in self.cleaned_data.items() if value}
        # With a country, region or kind, show all of it.
        narrowed = given.keys() & {"kind", "region", "country"}
        return {"dates": "all" if narrowed else "mine", "times": "mine", "when": "ahead"} | given
