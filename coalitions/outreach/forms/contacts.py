from typing import Any
from uuid import UUID

from django import forms
from django.utils.timezone import now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import User
from amnt.core.forms import LineField, LinesField, SubmissionField, whole_number
from amnt.core.limits import max_length
from coalitions.forms.follow_ups import CircleChoiceField, DelegationField, PersonChoiceField, ResolutionField, whom_she_knows
from coalitions.models import Answer, Circle, Contact, ContactEvent, Delegation, InText
from coalitions.outreach.services.contacts import last_on_subject
from coalitions.permissions import MembershipContext
from resolutions.models import Assembly, Clause, Proposal, Resolution, RevisionText

MOST_CLAUSES = 300


def day_field(**about: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"), **about)


def clauses_of(resolution: Resolution) -> list[tuple[str, str]]:
    """The identity and the name of each clause of the newest text in force."""
    texts = RevisionText.objects.current().filter(revision__resolution=resolution)
    newest = texts.order_by("-revision__assembly__starts_on", "language").first()
    if newest is None:
        return []
    found = Clause.objects.filter(version=newest).exclude(kind="heading").in_order()[:MOST_CLAUSES]
    return [(str(clause.identity), f"{clause.name} — {clause.text[:60]}") for clause in found]


class ContactForm(forms.Form):
    """What was asked of a delegation. `seen` -- the last contact on the same subject that was shown with the form."""

    fields: dict[str, Any]
    data: Any

    delegation = DelegationField()
    resolution = ResolutionField()
    clause = forms.ChoiceField(label=_("Clause"), required=False)
    ask = LineField(
        label=_("What do we ask?"),
        max_length=max_length(Contact, "ask"),
        help_text=_("In one line, beginning with a verb: “remove 2 bis”."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    wording = LinesField(
        label=_("In which words?"),
        max_length=Contact.LONGEST_WORDING,
        required=False,
        help_text=_("The words we would like to read in the text. Proposals of this State are compared with them."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    office = LineField(
        label=_("Which office?"),
        max_length=max_length(Contact, "office"),
        required=False,
        help_text=_("A post or an office, never the name of an official."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    channel = forms.ChoiceField(label=_("How?"), choices=Contact.Channel.choices)
    person = PersonChoiceField(label=_("Who asked?"), required=False)
    asked_on = day_field(label=_("Asked on"), initial=lambda: now().date())
    expected_on = day_field(label=_("Answer expected by"), required=False)
    answer = forms.ChoiceField(label=_("Answer"), choices=Answer.choices, initial=Answer.NONE, required=False)
    answer_words = LinesField(
        label=_("In their words"),
        max_length=max_length(ContactEvent, "words"),
        required=False,
        help_text=_("Nothing that was said in confidence."),
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )
    circle = CircleChoiceField(label=_("Who may read it"))
    submission = SubmissionField()
    seen = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def __init__(self, *args, user: User, memberships: MembershipContext, circles: list[Circle], initial: dict | None = None, **kwargs):
        self.user = user
        super().__init__(*args, initial=initial, **kwargs)
        for name in ("delegation", "resolution"):
            self.fields[name].offer_to(user)
            self.fields[name].required, self.fields[name].empty_label = True, gettext("Choose one")
        self.fields["delegation"].queryset = self.fields["delegation"].queryset.filter(assembly=Assembly.objects.current())
        self.fields["circle"].offer_all(circles)
        people = [person for person in whom_she_knows(user, memberships.works_in) if person != user]
        self.fields["person"].offer([user, *people], me=user)
        self.fields["person"].choices = [*self.fields["person"].choices]
        self.last = self.find_last()
        if not self.is_bound:
            self.initial["seen"] = str(self.last.public_id) if self.last else ""

    def find_last(self) -> Contact | None:
        """The last contact on the subject of the form, and the clauses of its resolution."""
        said = self.data if self.is_bound else self.initial
        resolution = Resolution.objects.visible_to(self.user).filter(slug=str(said.get("resolution") or "")).first()
        self.fields["clause"].choices = [("", gettext("The whole resolution")), *(clauses_of(resolution) if resolution else [])]
        self.names = dict(self.fields["clause"].choices)
        key = as_uuid(str(said.get("delegation") or ""))
        delegation = Delegation.objects.visible_to(self.user).filter(public_id=key).first() if key else None
        return last_on_subject(self.user, delegation, resolution) if delegation and resolution else None

    def clean(self):
        super().clean()
        data = self.cleaned_data
        clause = data.get("clause")
        data["clause"], data["clause_name"] = (UUID(clause), self.names[clause].split(" — ")[0]) if clause else (None, "")
        data["answer"] = data.get("answer") or Answer.NONE
        return data

    def see_again(self) -> None:
        """After a refusal the last contact is shown above the form; sent again, it counts as seen."""
        self.last = self.find_last()
        self.data = self.data.copy()
        self.data["seen"] = str(self.last.public_id) if self.last else ""


def as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


class OfContactForm(forms.Form):
    """Something is added to a contact; `version` -- that of the contact when the form was shown."""

    fields: dict[str, Any]
    data: Any

    version = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, contact: Contact, initial: dict | None = None, **kwargs):
        self.contact = contact
        super().__init__(*args, initial={"version": contact.version} | (initial or {}), **kwargs)

    def clean_version(self) -> int | None:
        return whole_number(self.cleaned_data["version"], digits=9)

    def see_again(self) -> None:
        """After a refusal the reader has been told how it stands; sent again, the form counts as seen with that."""
        self.contact.refresh_from_db(fields=["version"])
        self.data = self.data.copy()
        self.data["version"] = self.contact.version


class AnswerForm(OfContactForm):
    answer = forms.ChoiceField(label=_("What did they answer?"), choices=Answer.choices, widget=forms.RadioSelect)
    day = day_field(label=_("Answered on"), initial=lambda: now().date())
    words = LinesField(
        label=_("In their words"),
        max_length=max_length(ContactEvent, "words"),
        required=False,
        help_text=_("Nothing that was said in confidence."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

    def __init__(self, *args, contact: Contact, **kwargs):
        super().__init__(*args, contact=contact, initial={"answer": contact.answer if contact.is_answered else ""}, **kwargs)
        if not contact.is_answered:
            self.fields["answer"].choices = [choice for choice in Answer.choices if choice[0] != Answer.NONE]


class JudgeForm(OfContactForm):
    """Whether it is in the text, and in which proposal of this State."""

    in_text = forms.ChoiceField(label=_("Is it in the text?"), choices=InText.choices, widget=forms.RadioSelect)
    proposal = forms.ModelChoiceField(
        label=_("In which proposal?"), queryset=Proposal.objects.none(), to_field_name="public_id", required=False, empty_label="—"
    )

    def __init__(self, *args, contact: Contact, proposals, **kwargs):
        initial = {"in_text": contact.in_text, "proposal": contact.proposal and contact.proposal.public_id}
        super().__init__(*args, contact=contact, initial=initial, **kwargs)
        self.fields["proposal"].queryset = proposals
        self.fields["proposal"].label_from_instance = lambda proposal: f"{proposal.action} {proposal.name}"
