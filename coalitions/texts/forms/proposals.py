from datetime import timedelta
from typing import Any

from django import forms
from django.utils.timezone import now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from resolutions.member_states import states
from resolutions.models import Proposal
from resolutions.services.proposals import ProposalFacts, facts_of_proposal
from resolutions.services.publishing import states_by_symbol

ASSEMBLY = "assembly"  # who asks, where it is a working text
BY_THE_ASSEMBLY = (ASSEMBLY, _("The assembly itself: a working text"))
# Of a proposal that is recorded.
FIRST_STATUSES = [choice for choice in Proposal.Status.choices if choice[0] != Proposal.Status.WITHDRAWN]
LONGEST_LIST_OF_STATES = 4000  # characters


class StatesField(forms.CharField):
    """Several States, by name, code or symbol, separated by commas. Cleans to ISO codes."""

    def __init__(self, **kwargs):
        kwargs.setdefault("label", _("States that sign it"))
        kwargs.setdefault("help_text", _("Names or codes, separated by commas."))
        super().__init__(max_length=LONGEST_LIST_OF_STATES, **kwargs)
        self.widget.attrs.update({"dir": "auto", "autocomplete": "off"})

    def clean(self, value):
        said = super().clean(value)
        if not said:
            return ()
        found, unknown = states(said, states_by_symbol())
        if unknown:
            raise forms.ValidationError(gettext("No State is known by this name: %(names)s.") % {"names": ", ".join(unknown)})
        return tuple(found)


class DayReceived(forms.DateField):
    """The day of receipt: today at the latest, in any time zone."""

    def __init__(self, **kwargs):
        super().__init__(widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"), **kwargs)

    def validate(self, value):
        super().validate(value)
        if value and value > now().date() + timedelta(days=1):
            raise forms.ValidationError(gettext("This day has not come yet."))


def names_of(codes) -> str:
    return ", ".join(country.name for country in codes)


class ProposalChangeForm(forms.Form):
    """Later changes of a proposal. Holds the facts that were shown, so that no concurrent change is lost."""

    fields: dict[str, Any]

    status = forms.ChoiceField(label=_("Status"), choices=Proposal.Status.choices, widget=forms.RadioSelect)
    is_late = forms.BooleanField(
        label=_("Late"),
        required=False,
        help_text=_("The document came after the deadline for contributions. This applies to everything in it."),
    )
    countries = StatesField(required=False)
    fate = forms.ChoiceField(
        label=_("What happened to it at the assembly"),
        required=False,
        choices=[("", _("not known yet")), *Proposal.Fate.choices],
    )
    seen_status = forms.CharField(widget=forms.HiddenInput, required=False)
    seen_late = forms.CharField(widget=forms.HiddenInput, required=False)
    seen_countries = forms.CharField(widget=forms.HiddenInput, required=False)
    seen_fate = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, proposal: Proposal, **kwargs):
        self.there = facts_of_proposal(proposal)
        initial = {
            "status": proposal.status,
            "is_late": proposal.contribution.is_late,
            "countries": names_of(proposal.countries),
            "fate": proposal.fate,
        }
        super().__init__(*args, initial=initial | self.as_seen(), **kwargs)

    def as_seen(self) -> dict[str, str]:
        there = self.there
        return {
            "seen_status": there.status,
            "seen_late": "1" if there.is_late else "",
            "seen_countries": " ".join(there.countries),
            "seen_fate": there.fate,
        }

    def wanted(self) -> ProposalFacts:
        about = self.cleaned_data
        return ProposalFacts(about["status"], about["fate"], tuple(sorted(about["countries"])), about["is_late"])

    def seen(self) -> ProposalFacts | None:
        about = self.cleaned_data
        if not about["seen_status"]:
            return None
        return ProposalFacts(about["seen_status"], about["seen_fate"], tuple(about["seen_countries"].split()), bool(about["seen_late"]))

    def has_seen(self) -> None:
        """Set the shown facts to the present ones, keeping what was typed."""
        self.data = {**{name: self.data.get(name, "") for name in self.data}, **self.as_seen()}
