"""What a coalition has its people sent."""

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from calendar_app.reminders.rules import RULES
from coalitions.models import Coalition

SWITCHABLE = [rule for rule in RULES if not rule.is_essential]


class Manner(TextChoices):
    """How far reminders of one kind reach the people of a coalition."""

    USUAL = "usual", _("Sent as usual")
    DIGEST = "digest", _("Only in the digest")
    OFF = "off", _("Not sent")


class CoalitionRemindersForm(forms.Form):
    """A choice for each kind of reminder that is not essential, named by its code."""

    def __init__(self, *args, coalition: Coalition, **kwargs):
        super().__init__(*args, **kwargs)
        for rule in SWITCHABLE:
            choices = [(manner.value, manner.label) for manner in Manner if manner != Manner.DIGEST or rule.goes_alone]
            self.fields[rule.code] = forms.ChoiceField(
                label=str(rule.name), help_text=str(rule.when), choices=choices, initial=manner_of(rule.code, coalition)
            )

    def codes(self, manner: Manner) -> list[str]:
        return [code for code, chosen in self.cleaned_data.items() if chosen == manner]


def manner_of(code: str, coalition: Coalition) -> Manner:
    if code in coalition.reminders_off:
        return Manner.OFF
    return Manner.DIGEST if code in coalition.reminders_in_digest else Manner.USUAL
