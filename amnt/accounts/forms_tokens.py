import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import ApiToken


class TokenForm(forms.ModelForm):
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
        help_texts = {"name": _("What it is for, as in “Our website”. Only you see it.")}
