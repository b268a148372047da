"""Forms of signing from outside: the link that a lead makes, and the answer of the organisation that has it."""

from typing import ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from amnt.core.forms import LineField, SubmissionField
from amnt.core.limits import max_length
from coalitions.models import StatementAnswer, StatementInvitation
from coalitions.statements.forms.statements import SeenMixin, choices_of, naming_field, reservation_field

# Whoever has no account and no reminders is not asked for more time.
CHOICES = (StatementAnswer.Choice.ENDORSE, StatementAnswer.Choice.RESERVATION, StatementAnswer.Choice.NOT_NOW)


class InviteToSignForm(forms.Form):
    name = LineField(
        label=_("Organisation"),
        max_length=max_length(StatementInvitation, "name"),
        help_text=_("Its name as it is to stand on the list, if it agrees to be named."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    language = forms.ChoiceField(label=_("Language of its page"), choices=settings.LANGUAGES)
    contact = LineField(
        label=_("Who gets the link"),
        max_length=max_length(StatementInvitation, "contact"),
        required=False,
        help_text=_("Only for the leads. It is deleted with the statement."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    submission = SubmissionField(required=False)


class CoSignForm(SeenMixin):
    choice = forms.ChoiceField(widget=forms.RadioSelect)
    reservation = reservation_field()
    outside = naming_field(_("On the public list"), otherwise=_("Do not name us"))
    inside = naming_field(_("To the organisations that are asked too"), otherwise=_("Do not name us"))
    declared = forms.BooleanField(label=_("I may answer for this organisation"))
    seen_number = forms.IntegerField(required=False, widget=forms.HiddenInput)
    submission = SubmissionField(required=False)
    # What the service is told.
    SAID: ClassVar[tuple[str, ...]] = ("choice", "reservation", "inside", "outside", "seen_number", "submission")

    def __init__(self, *args, invitation: StatementInvitation, **kwargs):
        super().__init__(*args, **kwargs)
        offered = choices_of(invitation.statement.newest)
        self.fields["choice"].choices = [(value, label) for value, label in offered if value in CHOICES]
        self.fields["choice"].label = invitation.name
        self.fields["choice"].help_text = gettext("You answer for it. Your own name is not asked and not kept.")

    @property
    def said(self) -> dict:
        return {name: self.cleaned_data[name] for name in self.SAID}
