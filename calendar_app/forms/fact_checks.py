from django import forms
from django.utils.translation import gettext_lazy as _

from amnt.core.links import LinkField
from calendar_app.read_models.worth_a_look import KINDS


class ConfirmFactForm(forms.Form):
    """Which fact is confirmed, what was seen of it, and where it was read if that is not its source."""

    kind = forms.ChoiceField(choices=[(code, kind.label) for code, kind in KINDS.items()], widget=forms.HiddenInput)
    name = forms.CharField(max_length=200, widget=forms.HiddenInput)
    seen = forms.CharField(max_length=16, widget=forms.HiddenInput)
    source = LinkField(label=_("Where you read it"), required=False)

    def __init__(self, *args, needs_source: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["source"].required = needs_source
