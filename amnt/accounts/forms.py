"""Allauth's forms with our labels, and our own. One password field, without a placeholder; pasting is allowed."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, cast

from allauth.account import forms as account_forms
from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings as mfa_settings
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from allauth.mfa.webauthn.internal.auth import parse_authentication_response
from django import forms
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils.translation import get_language, gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from amnt.accounts import attempts, devices, second_factors, tokens
from amnt.accounts.attempts import Attempt
from amnt.accounts.models import ApiToken, User
from amnt.accounts.second_factors import Factor
from amnt.accounts.services.second_factors import accept_counter, remove_through_mailbox
from amnt.core import times, zones
from amnt.core.forms import LineField, SubmissionField
from amnt.core.languages import TextLanguage, current_language
from amnt.core.limits import max_length

LONGEST_PASSKEY_NAME = 100  # characters

# Label and help of a field, by its name.
Words = dict[str, tuple[Any, Any]]

PASTE = _("You can paste it or use a password manager.")
NEW_PASSWORD = _("At least 12 characters. A whole sentence is easy to remember and hard to guess.")
OWN_LANGUAGE = _("For these pages and the e-mails you receive.")
OWN_ZONE = _("Every date is shown in its official time and in yours.")
ADDRESS = _("E-mail address")
PASSWORD = _("Password")
CODE = _("Code")


class FieldLabelsMixin:
    """Label and help of each field by its name. The second box for a new password is left out: one can look at what one types."""

    words: ClassVar[Words] = {}
    fields: dict[str, forms.Field]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields.pop("password2", None)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name in self.words:
                field.label, field.help_text = self.words[name]
            if isinstance(field.widget, forms.PasswordInput):
                field.widget.attrs["data-reveal"] = ""


# --- Getting in ---------------------------------------------------------------------------------------------------


class LoginForm(FieldLabelsMixin, account_forms.LoginForm):
    words: ClassVar[Words] = {"login": (ADDRESS, ""), "password": (PASSWORD, PASTE)}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["autocomplete"] = "username"

    def login(self, request, redirect_url=None):
        response = super().login(request, redirect_url)
        if request.user.is_authenticated:
            # allauth has just set the same age for everyone.
            devices.set_age(request, request.user)
        return response


class ReauthenticateForm(FieldLabelsMixin, account_forms.ReauthenticateForm):
    words: ClassVar[Words] = {"password": (PASSWORD, PASTE)}


def second_step(user: User) -> Attempt:
    attempt = attempts.at_second_step(context.request, user)
    if not attempt.is_allowed:
        raise get_adapter().validation_error("too_many_login_attempts")
    return attempt


class OneTimeCodeMixin:
    """A code is valid for as long as clocks may differ; allauth forgets sooner that it was used."""

    user: User
    FITS_FOR = mfa_settings.TOTP_PERIOD * (2 * mfa_settings.TOTP_TOLERANCE + 1)

    def clean_code(self) -> str:
        attempt = second_step(self.user)
        code = super().clean_code()  # type: ignore[misc]
        if not cache.add(f"accounts.code-taken.{self.user.pk}.{normalize_user_code(code)}", True, timeout=self.FITS_FOR):
            raise get_adapter().validation_error("incorrect_code")
        attempt.forgive()
        return code


class CodeForm(OneTimeCodeMixin, FieldLabelsMixin, mfa_forms.AuthenticateForm):
    words: ClassVar[Words] = {"code": (CODE, _("Six digits from your authenticator app, or one of your recovery codes."))}


class EstablishedFactorMixin:
    """With an established second factor on the account, a newer one is not accepted for reauthentication."""

    user: User

    def refuse_if_too_young(self, authenticator: Authenticator) -> None:
        factors = second_factors.factors_of(self.user)
        if second_factors.requires_proof(factors) and any(
            factor.pk == authenticator.pk and not factor.is_established for factor in factors
        ):
            raise get_mfa_adapter().validation_error("too_young")


class ReauthenticateCodeForm(EstablishedFactorMixin, OneTimeCodeMixin, FieldLabelsMixin, mfa_forms.ReauthenticateForm):
    words: ClassVar[Words] = CodeForm.words

    def clean_code(self) -> str:
        code = super().clean_code()
        self.refuse_if_too_young(self.authenticator)
        return code


# --- Passwords ----------------------------------------------------------------------------------------------------


class ResetPasswordForm(FieldLabelsMixin, account_forms.ResetPasswordForm):
    """The same for a known and an unknown address: which it is matters only when the mail is composed."""

    words: ClassVar[Words] = {"email": (ADDRESS, _("The one you log in with."))}

    def clean_email(self):
        return self.cleaned_data["email"].lower()

    def save(self, request, **kwargs):
        email = self.cleaned_data["email"]
        get_adapter(request).send_mail("accounts/password_reset", email, {})
        return email


class NewPasswordForm(FieldLabelsMixin, account_forms.ResetPasswordKeyForm):
    """The link proves no more than access to the mailbox: established second factors stay."""

    words: ClassVar[Words] = {"password1": (_("New password"), NEW_PASSWORD)}

    remove = forms.TypedMultipleChoiceField(
        label=_("Added recently: remove what is not yours"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        factors = second_factors.factors_of(self.user) if self.user else []
        self.kept_factors = [factor for factor in factors if factor.is_established]
        young = [factor for factor in factors if not factor.is_established]
        if young:
            zone = self.user.time_zone
            cast("forms.ChoiceField", self.fields["remove"]).choices = [(factor.pk, described(factor, zone)) for factor in young]
        else:
            del self.fields["remove"]

    @transaction.atomic
    def save(self):
        remove_through_mailbox(self.user, self.cleaned_data.get("remove", []))
        super().save()


def described(factor: Factor, zone: str) -> str:
    """ "Passkey “Blue key”, added on Mon 18 Sep 2028, 14:03 (Nairobi)"."""
    added = times.when(factor.added_at, zone=zone, reader=zone, language=get_language() or settings.LANGUAGE_CODE).official
    if factor.name:
        return gettext("%(kind)s “%(name)s”, added on %(moment)s") % {"kind": factor.kind, "name": factor.name, "moment": added}
    return gettext("%(kind)s, added on %(moment)s") % {"kind": factor.kind, "moment": added}


class SetPasswordForm(FieldLabelsMixin, account_forms.SetPasswordForm):
    words: ClassVar[Words] = NewPasswordForm.words


class ChangePasswordForm(FieldLabelsMixin, account_forms.ChangePasswordForm):
    """API keys do not depend on the password, so they stay unless this form says otherwise."""

    words: ClassVar[Words] = {"oldpassword": (_("Current password"), PASTE), **NewPasswordForm.words}

    revoke_keys = forms.BooleanField(label=_("Revoke my API keys too"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        count = self.user.api_tokens.count() if self.user else 0
        if count:
            self.fields["revoke_keys"].help_text = ngettext(
                "You have %(count)d key. If you do not tick this, it keeps working.",
                "You have %(count)d keys. If you do not tick this, they keep working.",
                count,
            ) % {"count": count}
        else:
            del self.fields["revoke_keys"]

    @transaction.atomic
    def save(self):
        super().save()
        if self.cleaned_data.get("revoke_keys"):
            tokens.revoke_all(self.user)


# --- Second factor ------------------------------------------------------------------------------------------------


class ActivateTOTPForm(FieldLabelsMixin, totp_forms.ActivateTOTPForm):
    words: ClassVar[Words] = {"code": (CODE, _("The six digits the app shows now."))}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class PasskeyAnswerMixin:
    """What a browser sends back is untrusted: anything malformed is a wrong answer, never a server error."""

    user: User | None

    def clean_credential(self) -> Authenticator:
        # Without an address there is nothing to guess: a passkey that logs in by itself is checked at once.
        attempt = second_step(self.user) if self.user else None
        answer = self.cleaned_data["credential"]  # type: ignore[attr-defined]
        try:
            authenticator = super().clean_credential()  # type: ignore[misc]
            said = parse_authentication_response(answer).response.authenticator_data.counter
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise get_adapter().validation_error("incorrect_code") from error
        if not accept_counter(authenticator, said):
            raise get_mfa_adapter().validation_error("passkey_copied")
        if attempt:
            attempt.forgive()
        return authenticator


class PasskeyLoginForm(PasskeyAnswerMixin, webauthn_forms.LoginWebAuthnForm):
    pass


class PasskeyForm(PasskeyAnswerMixin, webauthn_forms.AuthenticateWebAuthnForm):
    pass


class ReauthenticatePasskeyForm(EstablishedFactorMixin, PasskeyAnswerMixin, webauthn_forms.ReauthenticateWebAuthnForm):
    def clean_credential(self) -> Authenticator:
        authenticator = super().clean_credential()
        self.refuse_if_too_young(authenticator)
        return authenticator


class AddPasskeyForm(FieldLabelsMixin, webauthn_forms.AddWebAuthnForm):
    words: ClassVar[Words] = {
        "name": (pgettext_lazy("passkey", "Name"), _("So that you recognise it in the list: “My phone”, “Blue key”.")),
        "passwordless": (
            _("Log in with this passkey alone"),
            _("Without your address and password. It then asks for your fingerprint, your face or its own code."),
        ),
    }

    name = LineField(required=False, max_length=LONGEST_PASSKEY_NAME)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True

    def clean(self):
        try:
            return super().clean()
        except (KeyError, TypeError, AttributeError) as error:
            raise get_adapter().validation_error("incorrect_code") from error


class RenamePasskeyForm(FieldLabelsMixin, webauthn_forms.EditWebAuthnForm):
    words: ClassVar[Words] = {"name": AddPasskeyForm.words["name"]}

    name = LineField(max_length=LONGEST_PASSKEY_NAME)


# --- The account --------------------------------------------------------------------------------------------------


class ZoneField(forms.ChoiceField):
    """A time zone: by country and city, first those that are likely here, then all.

    `likely` are zones that the form knows of; the present value comes before them.
    """

    def __init__(self, *, asks: bool = False, **kwargs):
        """asks -- no zone is chosen in advance: the first choice asks for one"""
        kwargs.setdefault("label", _("Time zone"))
        self.asks = asks
        self.likely: Sequence[str] = ()
        super().__init__(**kwargs)
        self.offer()
        self.widget.attrs["data-zones"] = ""
        self.error_messages["invalid_choice"] = _("“%(value)s” is not a time zone we know. Choose one from the list.")

    def offer(self, *first: str) -> None:
        likely = [zone for zone in (*first, *self.likely) if zone]
        asking = [("", _("Choose a time zone"))] if self.asks else []
        self.choices = lambda: [*asking, *zones.zone_choices(current_language(), likely)]

    def get_bound_field(self, form, field_name):
        bound = super().get_bound_field(form, field_name)
        self.offer(str(bound.value() or ""))
        return bound

    def prepare_value(self, value):
        return zones.preferred_name(value) if isinstance(value, str) else value

    def to_python(self, value):
        return zones.preferred_name(super().to_python(value))


def suggest_zones(form: forms.BaseForm, countries: Iterable[str]) -> None:
    """Put the zones of these countries (ISO codes) first; whoever has said none yet is suggested the only one of them."""
    field: ZoneField = form.fields["time_zone"]  # type: ignore[assignment]
    field.likely = [zone for code in countries for zone in zones.zones_of_country(code)]
    if len(field.likely) == 1 and form.initial.get("time_zone") == "UTC":
        form.initial["time_zone"] = field.likely[0]


class LanguageField(forms.ChoiceField):
    def __init__(self, **kwargs):
        kwargs.setdefault("label", _("Language"))
        super().__init__(choices=settings.LANGUAGES, **kwargs)
        self.error_messages["invalid_choice"] = _("“%(value)s” is not one of our languages. Choose one from the list.")


class ProfileForm(forms.ModelForm):
    name = LineField(
        label=_("Name"),
        max_length=max_length(User, "name"),
        required=False,
        help_text=_("As others in your coalition see it. A first name or a pseudonym is enough."),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "name"}),
    )
    language = LanguageField(help_text=OWN_LANGUAGE)
    languages_read = forms.MultipleChoiceField(
        label=_("Languages I read"),
        choices=TextLanguage.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("What is in other languages is counted and stays one tap away. No box ticked means all six."),
    )
    time_zone = ZoneField(help_text=OWN_ZONE)

    class Meta:
        model = User
        fields = ("name", "language", "languages_read", "time_zone", "has_search_key")

    def clean_languages_read(self):
        chosen = self.cleaned_data["languages_read"]
        return [] if set(chosen) == set(TextLanguage.values) else chosen


class AddressForm(forms.Form):
    email = forms.EmailField(
        label=_("New e-mail address"),
        max_length=max_length(User, "email"),
        help_text=_("We send it an e-mail. It takes effect once you confirm it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def clean_email(self):
        return self.cleaned_data["email"].lower()


class LanguageForm(forms.Form):
    """The language menu at the top of the page."""

    language = LanguageField()


class TokenForm(forms.ModelForm):
    name = LineField(
        label=_("Name"), max_length=max_length(ApiToken, "name"), help_text=_("What it is for, for example “Our website”. Only you see it.")
    )
    days = forms.TypedChoiceField(
        label=_("It works for"),
        coerce=int,
        initial=90,
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("a year"))],
        widget=forms.RadioSelect,
    )
    scope = forms.ChoiceField(
        label=_("What it may do"),
        initial=ApiToken.Scope.READ,
        choices=ApiToken.Scope.choices,
        widget=forms.RadioSelect,
        help_text=_("A key that only reads does less harm when it is lost."),
    )
    submission = SubmissionField()

    class Meta:
        model = ApiToken
        fields = ("name",)
