"""Forms for invitations, roles, circles and settings."""

from django import forms
from django.contrib.auth import password_validation
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from amnt.accounts.forms import NEW_PASSWORD, OWN_ZONE, LanguageField, ZoneField, suggest_zones
from amnt.accounts.models import User
from amnt.core.forms import LineField, SubmissionField
from amnt.core.limits import max_length
from coalitions.models import Circle, Coalition, Invitation, Membership, Organisation

LONGEST_CODE = 10  # characters: six digits as people copy them
LONGEST_PASSWORD = 256

ROLES = {
    Membership.Role.OBSERVER: _("Reads the public facts, the names of the leads and the titles of open follow-ups. Is not in any circle."),
    Membership.Role.MEMBER: _("Reads and takes part in what the coalition shares: follow-ups, calls, circles."),
    Membership.Role.LEAD: _("Invites people, assigns roles and follow-ups. Reads a circle only if added to it."),
}
CIRCLES = {
    Circle.Kind.RESTRICTED: _("The people you choose. Leads are in it only if you add them."),
    Circle.Kind.DELEGATION: _("For people on a delegation and those they add. Nobody else can see that it exists."),
}
PROOFS = {
    Invitation.Proof.CODE: _("A neutral e-mail goes to the address. A code sent there confirms that it is the right person."),
    Invitation.Proof.WORDS: _(
        "No e-mail is sent, for someone whose mailbox others may read. You send the link, then compare two words by voice or messaging app."
    ),
}
CEILINGS = {
    User.MailLevel.DISCREET: _("Only how many things are waiting, and for when. For people whose e-mail others may read."),
    User.MailLevel.STANDARD: _("Public facts too: official dates, numbers of resolutions."),
    User.MailLevel.DETAILED: _("The titles of the coalition’s follow-ups too, for those who ask for it."),
}


def explained(choices, explanations):
    """Choices whose label carries a line of help."""
    return [(value, format_html('{}<span class="help">{}</span>', label, explanations[value])) for value, label in choices]


def roles():
    """The role with the fewest rights first."""
    return explained([(role.value, role.label) for role in ROLES], ROLES)


def proofs():
    return explained([(Invitation.Proof.CODE, _("By e-mail")), (Invitation.Proof.WORDS, _("By another way only"))], PROOFS)


def ceilings():
    return explained(User.MailLevel.choices, CEILINGS)


def choose_among(form: forms.Form, name: str, rows: QuerySet) -> forms.ModelChoiceField:
    """Set the choices of this field, which depend on the user."""
    field: forms.ModelChoiceField = form.fields[name]  # type: ignore[assignment]
    field.queryset = rows
    return field


class MembershipChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, membership):
        return said(membership)


class MembershipsChoiceField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, membership):
        return said(membership)


def said(membership: Membership) -> str:
    """The label of a person in a list of choices: name and organisation."""
    name = membership.user.name or "—"
    return f"{name} ({membership.organisation})" if membership.organisation else name


class InviteForm(forms.Form):
    email = forms.EmailField(
        label=_("Their e-mail address"),
        help_text=_("The invitation works for this address only."),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "dir": "ltr"}),
    )
    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("Organisation"), required=False)
    new_organisation = LineField(
        label=_("Or another organisation"),
        max_length=max_length(Organisation, "name"),
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    role = forms.ChoiceField(label=_("Role"), choices=roles, widget=forms.RadioSelect, initial=Membership.Role.OBSERVER)
    language = LanguageField(label=_("Language of the invitation"))
    proof = forms.ChoiceField(label=_("How to reach them"), choices=proofs, widget=forms.RadioSelect, initial=Invitation.Proof.CODE)
    submission = SubmissionField(required=False)

    def __init__(self, *args, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        choose_among(self, "organisation", organisations).empty_label = _("None of these")

    def clean(self):
        super().clean()
        cleaned = self.cleaned_data
        if cleaned.get("organisation") and cleaned.get("new_organisation"):
            self.add_error("new_organisation", _("Choose one of the coalition’s organisations, or name another one: not both."))
        return cleaned


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=roles, widget=forms.RadioSelect)


class CoalitionForm(forms.ModelForm):
    name = LineField(
        label=_("Name of the coalition"),
        max_length=max_length(Coalition, "name"),
        help_text=_("Its members see it. It never appears in an e-mail."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    mail_ceiling = forms.ChoiceField(
        label=_("The most an e-mail may say"),
        choices=ceilings,
        help_text=_("Each person chooses what their e-mails say; nobody gets more than this about the coalition."),
        widget=forms.RadioSelect,
    )

    asks_offices = forms.BooleanField(
        label=_("Leads may ask offices whether their card is right"),
        required=False,
        help_text=_("One mail at a time, to the public address on a card, approved by a lead. It names nobody."),
    )

    class Meta:
        model = Coalition
        fields = ["name", "mail_ceiling", "asks_offices"]


class CircleForm(forms.Form):
    name = LineField(
        label=_("Name"),
        max_length=max_length(Circle, "name"),
        help_text=_("Only its people see it."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=lambda: explained([(kind.value, kind.label) for kind in CIRCLES], CIRCLES),
        widget=forms.RadioSelect,
        initial=Circle.Kind.RESTRICTED,
    )
    purpose = LineField(
        label=_("Why it exists"), max_length=max_length(Circle, "purpose"), required=False, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    people = MembershipsChoiceField(
        Membership.objects.none(),
        label=_("Who is in it"),
        help_text=_("You are in it. You can add the people you see: leads, and those in your circles."),
        required=False,
        to_field_name="public_id",
        widget=forms.CheckboxSelectMultiple,
    )
    submission = SubmissionField(required=False)

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        choose_among(self, "people", people)


class CircleChangeForm(forms.ModelForm):
    name = LineField(label=_("Name"), max_length=max_length(Circle, "name"), widget=forms.TextInput(attrs={"dir": "auto"}))
    purpose = LineField(
        label=_("Why it exists"), max_length=max_length(Circle, "purpose"), required=False, widget=forms.TextInput(attrs={"dir": "auto"})
    )

    class Meta:
        model = Circle
        fields = ["name", "purpose"]


class AddToCircleForm(forms.Form):
    person = MembershipChoiceField(
        Membership.objects.none(), label=_("Add someone"), to_field_name="public_id", empty_label=_("Choose a person")
    )

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        choose_among(self, "person", people)


class RecoveryForm(forms.Form):
    new_address = forms.EmailField(
        label=_("Their new e-mail address"),
        help_text=_("Only if the mailbox they have now is lost."),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "dir": "ltr"}),
    )
    removes_factors = forms.BooleanField(
        label=_("Their second factors are lost: remove them"),
        help_text=_("With the password. They set a new one through their mailbox."),
        required=False,
    )


class LastReaderForm(forms.Form):
    """Hand a circle without another reader to someone, or delete it."""

    what = forms.ChoiceField(
        label=_("What happens to it"),
        choices=[("hand-on", _("Someone else takes it over")), ("delete", _("It is deleted for good, with everything in it"))],
        widget=forms.RadioSelect,
    )
    to = MembershipChoiceField(
        Membership.objects.none(),
        label=_("Who takes it over"),
        required=False,
        to_field_name="public_id",
        empty_label=_("Choose a person"),
    )

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        choose_among(self, "to", people)

    def clean(self):
        super().clean()
        if self.cleaned_data.get("what") == "hand-on" and not self.cleaned_data.get("to") and "to" not in self.errors:
            self.add_error("to", _("Choose who takes it over."))
        return self.cleaned_data


class InvitationCodeForm(forms.Form):
    code = forms.CharField(
        label=_("The code"),
        help_text=_("Six digits, in the e-mail that was just sent."),
        max_length=LONGEST_CODE,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "dir": "ltr"}),
    )

    def clean_code(self):
        """Accepts a space in the middle."""
        return "".join(self.cleaned_data["code"].split())


class NewcomerForm(forms.Form):
    """The account of an invited person. Phone number, photo and nationality are never asked."""

    name = LineField(
        label=_("Your name"),
        help_text=_("What colleagues call you. A first name or a pseudonym is enough."),
        max_length=max_length(User, "name"),
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )
    password = forms.CharField(
        label=_("A password"),
        help_text=NEW_PASSWORD,
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "data-reveal": ""}),
    )
    language = LanguageField()
    time_zone = ZoneField(help_text=OWN_ZONE)

    def __init__(self, *args, invitation: Invitation, **kwargs):
        super().__init__(*args, **kwargs)
        self.invitation = invitation
        if invitation.organisation:
            suggest_zones(self, [str(invitation.organisation.country)])
        if not self.is_bound:
            self.fields["time_zone"].widget.attrs["data-browser-zone"] = ""

    def clean(self):
        super().clean()
        cleaned = self.cleaned_data
        if password := cleaned.get("password"):
            about_to_be = User(email=self.invitation.email, name=cleaned.get("name", ""))
            try:
                password_validation.validate_password(password, about_to_be)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return cleaned
