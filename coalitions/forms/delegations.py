from typing import Any

from django import forms
from django.utils.timezone import now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from amnt.core.forms import LineField, LinesField, SubmissionField
from amnt.core.limits import LONGEST_SEARCH, max_length
from amnt.core.links import LinkField
from coalitions.forms.follow_ups import CircleChoiceField, ResolutionField
from coalitions.models import Circle, DeclaredPosition, Delegation, DelegationNote
from resolutions.folding import SearchWords, fold
from resolutions.member_states import names_of
from resolutions.models import RegionalGroup


def line_of(name: str, label: Any, help_text: Any = "") -> LineField:
    """A fact of the card in one line."""
    widget = forms.TextInput(attrs={"dir": "auto"})
    return LineField(label=label, max_length=max_length(Delegation, name), required=False, help_text=help_text, widget=widget)


class CardForm(forms.Form):
    """The guide's four questions: who leads, which authority, how to join, which rules apply; and the public page that says so."""

    authority = line_of("authority", _("Which authority leads?"))
    head_office = line_of("head_office", _("Which office heads it?"), _("A post or an office, not a person."))
    head = line_of("head", _("Who heads it?"), _("Only if an official list names them publicly."))
    office_email = forms.EmailField(
        label=_("Public address of an office"),
        max_length=max_length(Delegation, "office_email"),
        required=False,
        help_text=_("As a public page gives it; of no person."),
    )
    is_open = forms.ChoiceField(label=_("Is it open to civil society?"), choices=Delegation.Openness.choices, widget=forms.RadioSelect)
    how_to_join = LinesField(label=_("How can people join it?"), max_length=max_length(Delegation, "how_to_join"), required=False)
    funding = line_of("funding", _("Who pays for travel and stay?"))
    ties_scope = line_of("ties_scope", _("What does the TIES account cover?"))
    who_speaks = line_of("who_speaks", _("Who may speak?"))
    rules = LinesField(label=_("What rules apply to stakeholders?"), max_length=max_length(Delegation, "rules"), required=False)
    route_before = LinesField(
        label=_("Which way in worked before?"),
        max_length=max_length(Delegation, "route_before"),
        required=False,
        help_text=_("A public fact: for example, “an open call before WTSA-24”. Nobody’s seat."),
    )
    source = LinkField(label=_("The public page that says so"), help_text=_("Its whole address."))
    is_checked = forms.BooleanField(
        label=_("I checked this against the page"), required=False, help_text=_("Without it, the card is shown as “to be checked”.")
    )

    fields: dict[str, Any]
    FACTS = (
        *("authority", "head_office", "head", "office_email", "is_open", "how_to_join"),
        *("funding", "ties_scope", "who_speaks", "rules", "route_before", "source"),
    )

    def __init__(self, *args, card: Delegation | None = None, is_lead: bool = True, **kwargs):
        initial = {"is_open": Delegation.Openness.UNKNOWN}
        if card:
            initial = {name: getattr(card, name) for name in self.FACTS} | {"source": next(iter(card.source_links), "")}
        super().__init__(*args, initial=initial | (kwargs.pop("initial", None) or {}), **kwargs)
        for name in ("how_to_join", "rules", "route_before"):
            self.fields[name].widget.attrs.update({"dir": "auto", "rows": 3})
        if not is_lead:
            # What a member writes is checked by someone else.
            del self.fields["is_checked"]

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.FACTS}

    def changed_facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.FACTS if name in self.changed_data}


class NewCardForm(CardForm):
    country = forms.ChoiceField(label=_("Country"))
    submission = SubmissionField()

    field_order = ("country",)

    def __init__(self, *args, taken: set[str], **kwargs):
        super().__init__(*args, **kwargs)
        named = sorted(((code, name) for code, name in countries if code not in taken), key=lambda country: fold(country[1]))
        self.fields["country"].choices = [("", gettext("Choose a country")), *named]
        self.fields["country"].error_messages["invalid_choice"] = gettext("Choose a country from the list.")


class DeclaredForm(forms.Form):
    """What a State said in public about a resolution."""

    fields: dict[str, Any]

    resolution = ResolutionField()
    stance = forms.ChoiceField(label=_("What does it want?"), choices=DeclaredPosition.Stance.choices, widget=forms.RadioSelect)
    words = LineField(
        label=_("In one line"),
        max_length=max_length(DeclaredPosition, "words"),
        required=False,
        help_text=_("As the page says it."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    source = LinkField(label=_("The public page that says so"), help_text=_("Its whole address."))
    declared_on = forms.DateField(
        label=_("Said on"),
        initial=lambda: now().date(),
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"),
    )
    submission = SubmissionField()

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["resolution"].offer_to(user)
        self.fields["resolution"].required = True


class NoteForm(forms.Form):
    text = LinesField(
        label=_("What was heard"),
        max_length=DelegationNote.LONGEST,
        help_text=_("In a call or a letter, and not public. Do not name a source who could be harmed."),
    )
    circle = CircleChoiceField(label=_("Who may read it"), widget=forms.RadioSelect)
    submission = SubmissionField()

    fields: dict[str, Any]

    def __init__(self, *args, circles: list[Circle], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["circle"].offer_all(circles)
        self.fields["text"].widget.attrs.update({"dir": "auto", "rows": 4})


class SearchForm(forms.Form):
    fields: dict[str, Any]

    q = LineField(
        label=_("Country or authority"),
        required=False,
        max_length=LONGEST_SEARCH,
        widget=forms.TextInput(attrs={"type": "search", "dir": "auto"}),
    )
    region = forms.ChoiceField(label=_("Region"), required=False)
    open = forms.ChoiceField(label=_("Open to civil society"), required=False, choices=[("", _("Either")), *Delegation.Openness.choices])
    checked = forms.ChoiceField(
        label=_("Checked"),
        required=False,
        choices=[("", _("Either")), ("never", _("to be checked")), ("old", _("more than six months ago"))],
    )
    contact = forms.ChoiceField(
        label=_("Contact of ours"), required=False, choices=[("", _("Either")), ("none", _("none in the last six months"))]
    )

    def __init__(self, *args, groups: list[RegionalGroup], offers_contact: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        if not offers_contact:
            del self.fields["contact"]
        self.fields["region"].choices = [("", gettext("All")), *((group.code, str(group)) for group in groups)]
        self.is_valid()
        self.words = SearchWords.of(self.cleaned_data.get("q", ""))
        self.region = self.cleaned_data.get("region", "")
        self.codes = next((codes_of(group) for group in groups if group.code == self.region), None)

    def finds(self, code: str, *texts: str) -> bool:
        """Whether this country matches: in the region, and every word in its name in any language or in these texts, ignoring accents."""
        if self.codes is not None and code not in self.codes:
            return False
        return self.words.found_in(names_of(code), *texts)

    def finds_card(self, card: Delegation) -> bool:
        wanted, checked = self.cleaned_data.get("open"), self.cleaned_data.get("checked")
        is_of_age = not checked or (card.is_old if checked == "old" else card.checked_at is None)
        return is_of_age and (not wanted or card.is_open == wanted) and self.finds(str(card.country), card.authority)

    @property
    def asks_for_countries(self) -> bool:
        """Whether countries without a card are included."""
        of_cards = any(self.cleaned_data.get(name) for name in ("open", "checked", "contact"))
        return bool(self.words.words or self.codes is not None) and not of_cards

    @property
    def wants_no_contact(self) -> bool:
        return self.cleaned_data.get("contact") == "none"

    @property
    def is_narrowed(self) -> bool:
        return any(self.cleaned_data.values())


def codes_of(group: RegionalGroup) -> list[str]:
    return [str(country) for country in group.countries]
