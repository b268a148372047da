from datetime import UTC, datetime, time

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from amnt.accounts.forms import ZoneField
from amnt.accounts.models import User
from amnt.core.limits import max_length
from amnt.mail.models import Mute
from calendar_app.reminders.placement import Clock, is_quiet_hour
from calendar_app.reminders.recipients import LEVELS, lower
from calendar_app.reminders.rules import BASE, CHOICES

# The least hours of a day without quiet hours.
LEAST_OPEN_HOURS = 4
QUIET_HOURS = ("quiet_from", "quiet_to")


def days_in_words() -> list[tuple[str, str]]:
    return [(str(days), ngettext("%(n)s day before", "%(n)s days before", days) % {"n": days}) for days in CHOICES]


class QuietHoursForm(forms.ModelForm):
    """Quiet hours, or none; they leave some of the day. An account stores none as the same hour twice."""

    no_quiet_hours = forms.BooleanField(label=_("No quiet hours"), required=False)
    # Where the box hides the hours, a browser could not say that one of them is missing.
    use_required_attribute = False

    class Meta:
        model = User
        fields = QUIET_HOURS

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.initial.get("quiet_from") == self.initial.get("quiet_to"):
            new_account = User()
            self.initial.update({"no_quiet_hours": True}, **{name: getattr(new_account, name) for name in QUIET_HOURS})
        self.fields["quiet_to"].help_text = ""  # the box says it

    def clean(self):
        cleaned = super().clean() or {}
        if cleaned.get("no_quiet_hours"):
            for name in QUIET_HOURS:
                self.errors.pop(name, None)
            return cleaned | dict.fromkeys(QUIET_HOURS, time())
        start, end = (cleaned.get(name) for name in QUIET_HOURS)
        if start is None or end is None:
            return cleaned
        if start == end:
            self.add_error("quiet_to", _("These are the same hour twice. Choose another one, or tick “No quiet hours”."))
        elif open_hours(start, end) < LEAST_OPEN_HOURS:
            self.add_error("quiet_to", _("These quiet hours leave too little of the day: at least four hours must remain."))
        return cleaned


class RemindersForm(QuietHoursForm):
    """The settings of reminders. `ceiling` is the highest level of detail that the coalitions of this person allow."""

    rhythm = forms.ChoiceField(label=_("Frequency"), choices=User.Rhythm.choices, widget=forms.RadioSelect)
    days = forms.MultipleChoiceField(
        label=_("Before an ordinary date, tell me"),
        choices=days_in_words,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one day. To stop a kind of reminder, use its button below.")},
        help_text=_("What you lead, registrations you want and your follow-ups keep their own days, listed below."),
    )
    mail_level = forms.ChoiceField(label=_("What my e-mails say"), choices=User.MailLevel.choices, widget=forms.RadioSelect)
    time_zone = ZoneField()

    class Meta:
        model = User
        fields = ("rhythm", "digest_at", "mail_level", "quiet_from", "quiet_to", "weekend", "time_zone", "venue_time")
        widgets = {name: forms.TimeInput(format="%H:%M", attrs={"type": "time"}) for name in ("digest_at", "quiet_from", "quiet_to")}

    def __init__(self, *args, ceiling: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.ceiling = ceiling
        self.initial.setdefault("days", [str(days) for days in self.instance.reminder_days or BASE])
        self.initial["mail_level"] = lower(self.initial["mail_level"], ceiling)
        for name in ("digest_at", "quiet_from", "quiet_to"):
            self.fields[name].error_messages["invalid"] = _("Give the time like this: 08:30.")

    def clean_mail_level(self):
        level = self.cleaned_data["mail_level"]
        if LEVELS.index(level) > LEVELS.index(self.ceiling):
            raise forms.ValidationError(_("This is more than your coalition lets an e-mail say. Choose a lower level."))
        return level

    def clean_days(self):
        days = sorted((int(day) for day in self.cleaned_data["days"]), reverse=True)
        return [] if tuple(days) == BASE else days

    def clean(self):
        cleaned = super().clean() or {}
        if {"digest_at", "quiet_from", "quiet_to"} <= cleaned.keys() and is_quiet_hour(
            cleaned["digest_at"], Clock(quiet_from=cleaned["quiet_from"], quiet_to=cleaned["quiet_to"])
        ):
            self.add_error("digest_at", _("The digest would arrive in your quiet hours. Choose a time outside them."))
        return cleaned

    def save(self, commit=True):
        self.instance.reminder_days = self.cleaned_data["days"]
        return super().save(commit)


def open_hours(start: time, end: time) -> float:
    """The length of the day between quiet hours."""
    day = datetime(2000, 1, 1, tzinfo=UTC)
    return ((datetime.combine(day, start, UTC) - datetime.combine(day, end, UTC)).total_seconds() % 86400) / 3600


class MuteForm(forms.Form):
    kind = forms.CharField(max_length=max_length(Mute, "kind"))
    mute = forms.BooleanField(required=False)
