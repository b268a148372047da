from django import forms
from django.utils.translation import gettext_lazy as _

from resolutions.models import RegionalGroup


class UsualDatesForm(forms.Form):
    """The regional groups whose usual dates are added; the template renders the boxes, with what each would add."""

    groups: "forms.ModelMultipleChoiceField[RegionalGroup]" = forms.ModelMultipleChoiceField(
        RegionalGroup.objects.none(),
        label=_("Regions to watch"),
        to_field_name="code",
        error_messages={"required": _("Choose at least one region.")},
    )

    def __init__(self, *args, groups, **kwargs):
        super().__init__(*args, **kwargs)
        field: forms.ModelMultipleChoiceField = self.fields["groups"]  # type: ignore[assignment]
        field.queryset = groups
