from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from amnt.accounts.models import User
from amnt.core.forms import LineField, LinesField, SubmissionField
from amnt.core.limits import max_length
from amnt.core.links import LinkField
from coalitions.forms.follow_ups import CircleChoiceField
from coalitions.models import Circle, EmbargoNote, Outlet
from coalitions.priorities.forms.priorities import VersionSeen
from resolutions.folding import fold


class OutletForm(VersionSeen):
    fields: dict[str, Any]

    name = LineField(label=_("Name"), max_length=max_length(Outlet, "name"), widget=forms.TextInput(attrs={"dir": "auto"}))
    website = LinkField(label=_("Website"), required=False)
    country = forms.ChoiceField(label=_("Country"), required=False)
    covers = LineField(
        label=_("What it covers"),
        max_length=max_length(Outlet, "covers"),
        required=False,
        help_text=_("What is public: its subjects, its language, whether it follows the assembly. No private numbers of journalists."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    submission = SubmissionField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        named = sorted(countries, key=lambda country: fold(country[1]))
        self.fields["country"].choices = [("", gettext("International")), *named]


class EmbargoForm(forms.Form):
    """until -- the instant, from a day and an hour on the reader's clock"""

    fields: dict[str, Any]

    text = LinesField(label=_("What is embargoed"), max_length=EmbargoNote.LONGEST, widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}))
    until_on = forms.DateField(
        label=_("Not to be used before"), widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d")
    )
    until_at = forms.TimeField(
        label=_("at (your time)"), initial=time(8), widget=forms.TimeInput(attrs={"type": "time", "class": "short"}, format="%H:%M")
    )
    outlet = forms.TypedChoiceField(label=_("Outlet"), required=False, empty_value=None)
    circle = CircleChoiceField(label=_("Who may read it"), widget=forms.RadioSelect)
    submission = SubmissionField()

    def __init__(self, *args, user: User, circles: list[Circle], outlets: list[Outlet], **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)
        known = {str(outlet.public_id): outlet for outlet in outlets}
        self.fields["outlet"].choices = [("", "—"), *((key, outlet.name) for key, outlet in known.items())]
        self.fields["outlet"].coerce = known.get
        self.fields["circle"].offer_all(circles)

    def said(self) -> dict[str, Any]:
        given = {name: self.cleaned_data[name] for name in ("text", "outlet", "circle", "submission")}
        at = datetime.combine(self.cleaned_data["until_on"], self.cleaned_data["until_at"])
        return given | {"until": at.replace(tzinfo=ZoneInfo(self.user.time_zone))}
