from django import forms
from django.utils.translation import gettext_lazy as _

from amnt.core.limits import LONGEST_SEARCH
from resolutions.folding import alphabetical
from resolutions.models import Outcome, Resolution, Topic
from resolutions.models.moves import Moves
from resolutions.models.resolutions import ResolutionQuerySet


class TopicsByName(forms.models.ModelChoiceIterator):
    """In alphabetical order, ignoring accents and a quotation mark at the beginning."""

    def __iter__(self):
        yield "", self.field.empty_label
        yield from sorted(map(self.choice, self.queryset), key=lambda choice: alphabetical(choice[1]))


class TopicField(forms.ModelChoiceField):
    iterator = TopicsByName

    def __init__(self, **kwargs):
        super().__init__(Topic.objects.all(), label=_("Topic"), to_field_name="tag", required=False, empty_label=_("All topics"), **kwargs)


class ResolutionSearch(forms.Form):
    """The filters of the list. Invalid values are ignored."""

    SHOW = [("watched", _("Those I watch")), ("moved", _("Changed since my last visit")), ("guide", _("Named in the guide"))]

    q = forms.CharField(label=_("Number or words"), max_length=LONGEST_SEARCH, required=False)
    topic = TopicField()
    outcome = forms.ChoiceField(label=_("Last decision"), choices=[("", _("Any")), *Outcome.Action.choices], required=False)
    show = forms.ChoiceField(choices=[("", ""), *SHOW], required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.input_type = "search"
        self.fields["q"].widget.attrs |= {"autocomplete": "off", "enterkeyhint": "search"}

    @property
    def is_narrowed(self) -> bool:
        self.is_valid()
        return any(self.cleaned_data.values())

    def found(self, user, moves: Moves) -> ResolutionQuerySet:
        wanted = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        resolutions = Resolution.objects.visible_to(user).matching(wanted.get("q") or "")
        if wanted.get("topic"):
            resolutions = resolutions.filter(topics=wanted["topic"])
        if wanted.get("outcome"):
            resolutions = resolutions.with_last_action().filter(last_action=wanted["outcome"])
        if wanted.get("show") == "watched":
            resolutions = resolutions.watched_by(user)
        if wanted.get("show") == "moved":
            resolutions = resolutions.filter(pk__in=moves.resolutions)
        if wanted.get("show") == "guide":
            resolutions = resolutions.filter(is_named_in_guide=True)
        return resolutions
