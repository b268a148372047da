import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import ApiToken
from amnt.forms import LineField


class TokenForm(forms.ModelForm):
    name = LineField(label=_("Name"), max_length=100, help_text=_("What it is for, as in “Our website”. Only you see it."))
    days = forms.TypedChoiceField(
        label=_("It works for"),
        coerce=int,
        initial=90,
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("a year"))],
        widget=forms.RadioSelect,
    )
    submission = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput)

    class Meta:
        model = ApiToken
        fields = ("name",)
