"""A private calendar address: for which device, and what it holds."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from amnt.core.forms import LineField, SubmissionField
from amnt.core.limits import max_length
from calendar_app.models import CalendarFeed

HOLDS = [
    ("has_official", _("Official public sessions: the assembly, TSAG, study groups, the Council, and their deadlines")),
    ("has_regions", _("Dates of the regions I watch")),
    ("has_own", _("My dates: what I watch or attend, calls of my circles, my follow-ups")),
]


class FeedForm(forms.Form):
    name = LineField(
        label=_("For which device"),
        max_length=max_length(CalendarFeed, "name"),
        help_text=_("For example “Phone”. Only you see it."),
    )
    holds = forms.MultipleChoiceField(
        label=pgettext_lazy("calendar address", "What it holds"),
        choices=HOLDS,
        initial=["has_official", "has_own"],
        widget=forms.CheckboxSelectMultiple,
    )
    words = forms.ChoiceField(
        label=_("What private dates say"),
        choices=[
            ("discreet", _("The word “Task” or “Meeting” and the time, nothing else")),
            ("titled", _("Their title, if everyone in the coalition may read it and its e-mails may be detailed")),
        ],
        initial="discreet",
        widget=forms.RadioSelect,
        help_text=_("Whoever holds the device reads titles, and so does the provider of the calendar."),
    )
    alarms = forms.ChoiceField(
        label=_("Alarms"), choices=CalendarFeed.Alarms.choices, initial=CalendarFeed.Alarms.NONE, widget=forms.RadioSelect
    )
    submission = SubmissionField()

    @property
    def asked(self):
        """As `create_feed` takes it."""
        given = dict(self.cleaned_data)
        holds = given.pop("holds")
        return given | {"is_titled": given.pop("words") == "titled"} | {name: name in holds for name, _words in HOLDS}
