from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import User
from amnt.core.forms import LineField
from coalitions.forms.follow_ups import CircleChoiceField
from coalitions.models import HintDismissal
from coalitions.permissions import MembershipContext, circles_worked_in
from resolutions.models import WordingRule


class SetAsideForm(forms.Form):
    """Dismiss a hint: its rule, clause and words; the reason; and the circle that sees it."""

    fields: dict[str, Any]

    rule: forms.ModelChoiceField = forms.ModelChoiceField(WordingRule.objects.none(), to_field_name="code", widget=forms.HiddenInput)
    clause = forms.UUIDField(widget=forms.HiddenInput)
    words = LineField(max_length=HintDismissal._meta.get_field("words").max_length, widget=forms.HiddenInput)
    reason = LineField(
        label=_("Reason for setting it aside"),
        max_length=HintDismissal._meta.get_field("reason").max_length,
        help_text=_("For example: “The same words are in the text in force, two clauses above”."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    circle = CircleChoiceField(label=_("For which circle"))

    def __init__(self, *args, user: User, memberships: MembershipContext, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["circle"].offer(circles_worked_in(user, memberships), names_coalition=len(memberships.works_in) > 1)
        self.fields["rule"].queryset = self.rules = WordingRule.objects.visible_to(user)

    def rule_named(self) -> WordingRule | None:
        """The rule of the hint, whether or not the form is valid."""
        return self.rules.filter(code=str(self["rule"].value() or "")).first()
