from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from coalitions.models import Answer, InText
from coalitions.models.contacts import ContactQuerySet
from resolutions.models import RegionalGroup


class ContactFilter(forms.Form):
    """Which contacts of a list are shown: of a region, and in which state."""

    fields: dict[str, Any]

    region = forms.ChoiceField(label=_("Region"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("All")),
            ("silent", _("no answer for two weeks")),
            *Answer.choices,
            ("in-text", InText.YES.label),
        ],
    )

    def __init__(self, *args, groups: list[RegionalGroup], **kwargs):
        super().__init__(*args, **kwargs)
        named = [group for group in groups if group.countries]
        self.fields["region"].choices = [("", gettext("All")), *((group.code, str(group)) for group in named)]
        self.is_valid()
        self.group = next((group for group in named if group.code == self.cleaned_data.get("region")), None)

    def of(self, rows: ContactQuerySet) -> ContactQuerySet:
        state = self.cleaned_data.get("state")
        if self.group:
            rows = rows.filter(delegation__country__in=[str(country) for country in self.group.countries])
        if state == "silent":
            return rows.silent()
        if state == "in-text":
            return rows.filter(in_text__in=(InText.YES, InText.PARTLY))
        return rows.filter(answer=state) if state else rows

    @property
    def is_narrowed(self) -> bool:
        return any(self.cleaned_data.values())
