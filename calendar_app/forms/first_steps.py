from django import forms
from django.utils.translation import gettext_lazy as _

from amnt.accounts.forms import OWN_LANGUAGE, OWN_ZONE, LanguageField, ZoneField
from amnt.accounts.models import User
from calendar_app.forms.reminders import QuietHoursForm
from resolutions.models import RegionalGroup, Resolution

LEVELS = {
    User.MailLevel.DISCREET: _("How many things are waiting, and for when. Nothing that shows what you work on."),
    User.MailLevel.STANDARD: _("Public facts too: official dates, numbers of resolutions."),
    User.MailLevel.DETAILED: _("The titles of your follow-ups too, where your coalition allows it."),
}


class ClockForm(QuietHoursForm):
    language = LanguageField(help_text=OWN_LANGUAGE)
    time_zone = ZoneField(help_text=OWN_ZONE)

    class Meta:
        model = User
        fields = ("language", "time_zone", "quiet_from", "quiet_to")
        widgets = {name: forms.TimeInput(format="%H:%M", attrs={"type": "time"}) for name in ("quiet_from", "quiet_to")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.is_bound and self.instance.time_zone == "UTC":
            self.fields["time_zone"].widget.attrs["data-browser-zone"] = ""


class FollowForm(forms.Form):
    """The resolutions and groups to watch; the template renders the boxes, grouped by topic."""

    resolutions: forms.ModelMultipleChoiceField = forms.ModelMultipleChoiceField(
        Resolution.objects.none(), required=False, to_field_name="slug"
    )
    groups: forms.ModelMultipleChoiceField = forms.ModelMultipleChoiceField(
        RegionalGroup.objects.none(), required=False, to_field_name="code"
    )

    def __init__(self, *args, resolutions, groups, **kwargs):
        super().__init__(*args, **kwargs)
        for name, rows in (("resolutions", resolutions), ("groups", groups)):
            field: forms.ModelMultipleChoiceField = self.fields[name]  # type: ignore[assignment]
            field.queryset = rows


class LevelForm(forms.ModelForm):
    mail_level = forms.ChoiceField(label=_("What my e-mails say"), choices=User.MailLevel.choices, widget=forms.RadioSelect)

    class Meta:
        model = User
        fields = ("mail_level",)
