from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import User
from coalitions.forms.resolution_lists import ResolutionsField
from resolutions.models import RegionalGroup, Topic


class IssueGroupForm(forms.Form):
    """What a circle is about: any of resolutions, topics and regions."""

    fields: dict[str, Any]

    resolutions = ResolutionsField()
    topics = forms.MultipleChoiceField(label=_("Topics"), required=False, widget=forms.CheckboxSelectMultiple)
    regions = forms.MultipleChoiceField(label=_("Regions"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["resolutions"].user = user
        topics = [(topic.tag, str(topic)) for topic in Topic.objects.all()]
        self.fields["topics"].choices = sorted(topics, key=lambda each: each[1].casefold())
        self.fields["regions"].choices = [(group.code, str(group)) for group in RegionalGroup.objects.visible_to(user)]
