"""Mails about one's own account (RR-20): always discreet, always sent at once, never muted."""

import re
from collections.abc import Sequence

from allauth.account.signals import user_logged_in
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_reset
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from amnt.accounts import known_places, personal_data
from amnt.accounts.models import AccountRecovery, AddressChange, User
from amnt.accounts.second_factors import factors_of
from amnt.accounts.services import inactivity, locking, recoveries
from amnt.accounts.services.addresses import TAKEN_BACK_WITHIN, address_key, take_back_key
from amnt.accounts.services.second_factors import removal_key
from amnt.mail.dates import day_ahead, moment, moment_ahead
from amnt.mail.emails import Letter, register_composer, render_letter, to_person
from amnt.mail.models import Email, Mute
from amnt.mail.services import write_email

WHAT = {
    "password": _("The password of your account was changed."),
    "password-reset": _(
        "A new password was set for your account through a link sent to you by e-mail. Every browser is logged out and "
        "every API key revoked."
    ),
    "app-added": _("An authenticator app was added to your account."),
    "app-removed": _("The authenticator app was removed from your account."),
    "passkey-added": _("A passkey was added to your account."),
    "passkey-removed": _("A passkey was removed from your account."),
    "recovery-codes": _("New recovery codes were created for your account."),
    "closed-by-leads": _(
        "Two leads of a coalition you are in closed every session of your account: each browser is logged out and every API key revoked."
    ),
    "codes-removed": _("The recovery codes of your account were removed."),
    "passkey-refused": _("One of your passkeys was refused, because someone may have copied it. Log in in another way and remove it."),
    "codes-guessed": _("Someone who knows your password entered wrong codes several times, and has to wait now."),
    "key-made": _("An API key was created for your account. Anyone who has it can read what you read and, if it may write, act as you."),
    "feed-made": _("A private calendar address was created for your account. Anyone who has it can read the dates it holds."),
    "new-device": _("Someone logged in to your account with a browser we did not recognise."),
}

# To those who look after the instance.
WHAT_OF_INSTANCE = {
    "rights": _("What your account may do to look after this service was changed."),
    "rights-of-another": _("What another account may do to look after this service was changed."),
}


def security(emails: Sequence[Email]) -> dict[int, Letter]:
    people = User.objects.active().in_bulk([email.to_id for email in emails])
    letters = {}
    for email in emails:
        if user := people.get(email.to_id):
            context = {
                "act": email.about["what"],
                "what": WHAT[email.about["what"]],
                "moment": moment(email.created_at, user),
                "reset": settings.SITE_URL + reverse("account_reset_password"),
                "keys": email.about.get("keys", 0),
                **added_factor(email, user),
            }
            letters[email.pk] = to_person(user, "accounts/security", context)
    return letters


def added_factor(email: Email, user: User) -> dict[str, str]:
    """What the mail says of a factor that was added: its name, and the link that removes it while that is still possible."""
    factors = {factor.pk: factor for factor in factors_of(user)} if "factor" in email.about else {}
    factor = factors.get(email.about.get("factor"))
    if factor is None:
        return {"name": "", "remove": ""}
    is_discreet = user.mail_level == User.MailLevel.DISCREET
    remove = "" if factor.is_established else reverse("accounts:factor-remove", args=[removal_key(factor.authenticator)])
    return {"name": "" if is_discreet else harmless(factor.name), "remove": remove and settings.SITE_URL + remove}


def harmless(name: str) -> str:
    """This name if nothing in it can be taken for an address or a sentence of ours: whoever added the factor chose it."""
    return name if re.fullmatch(r"[\w '’-]{1,30}", name) else ""


def instance(emails: Sequence[Email]) -> dict[int, Letter]:
    people = User.objects.active().in_bulk([email.to_id for email in emails])
    return {
        email.pk: to_person(
            people[email.to_id],
            "accounts/instance",
            {"what": WHAT_OF_INSTANCE[email.about["what"]], "moment": moment(email.created_at, people[email.to_id])},
        )
        for email in emails
        if email.to_id in people
    }


def locked(emails: Sequence[Email]) -> dict[int, Letter]:
    """Only while it is: one that could not be sent before it was unlocked alarms nobody any more."""
    if not locking.is_locked():
        return {}
    people = User.objects.active().in_bulk([email.to_id for email in emails])
    letters = {}
    for email in emails:
        if user := people.get(email.to_id):
            context = {"by_leads": email.about["by"] == "leads", "moment": moment(email.created_at, user), "contact": settings.HOST_CONTACT}
            letters[email.pk] = to_person(user, "accounts/locked", context)
    return letters


def rotated(emails: Sequence[Email]) -> dict[int, Letter]:
    people = User.objects.active().in_bulk([email.to_id for email in emails])
    reset = settings.SITE_URL + reverse("account_reset_password")
    return {
        email.pk: to_person(people[email.to_id], "accounts/rotated", {"reset": reset, "contact": settings.HOST_CONTACT})
        for email in emails
        if email.to_id in people
    }


def password_reset(emails: Sequence[Email]) -> dict[int, Letter]:
    """The key is made now, so its thirty minutes begin when the letter leaves. An unknown address gets no letter."""
    people = {user.email: user for user in User.objects.active().filter(email__in=[email.address for email in emails])}
    letters = {}
    for email in emails:
        if user := people.get(email.address):
            arguments = [user_pk_to_url_str(user), default_token_generator.make_token(user)]
            url = settings.SITE_URL + reverse("account_reset_password_from_key", args=arguments)
            letters[email.pk] = to_person(user, "accounts/password_reset", {"url": url})
    return letters


def address_confirm(emails: Sequence[Email]) -> dict[int, Letter]:
    """To the new address, unless it belongs to someone already."""
    people = User.objects.active().in_bulk([email.about["user"] for email in emails])
    taken = set(User.objects.filter(email__in=[email.address for email in emails]).values_list("email", flat=True))
    letters = {}
    for email in emails:
        user = people.get(email.about["user"])
        if user and email.address not in taken:
            url = settings.SITE_URL + reverse("accounts:address-confirm", args=[address_key(user, email.address)])
            letters[email.pk] = render_letter("accounts/address_confirm", {"url": url}, address=email.address, language=user.language)
    return letters


def address_changed(emails: Sequence[Email]) -> dict[int, Letter]:
    """To the old address; the new one is not named to whoever reads there."""
    changes = AddressChange.objects.in_bulk([email.about.get("change") for email in emails])
    people = User.objects.active().in_bulk([email.about["user"] for email in emails])
    letters = {}
    for email in emails:
        if user := people.get(email.about["user"]):
            change = changes.get(email.about.get("change"))
            context = {"moment": moment(email.created_at, user), "contact": settings.HOST_CONTACT, "take_back": ""}
            if change:
                context["take_back"] = settings.SITE_URL + reverse("accounts:address-take-back", args=[take_back_key(change)])
                context["until"] = moment_ahead(change.changed_at + TAKEN_BACK_WITHIN, user)
            letters[email.pk] = render_letter("accounts/address_changed", context, address=email.address, language=user.language)
    return letters


def address_taken_back(emails: Sequence[Email]) -> dict[int, Letter]:
    """To the address that the account had meanwhile."""
    people = User.objects.active().in_bulk([email.about["user"] for email in emails])
    return {
        email.pk: render_letter(
            "accounts/address_taken_back",
            {"moment": moment(email.created_at, user), "contact": settings.HOST_CONTACT},
            address=email.address,
            language=user.language,
        )
        for email in emails
        if (user := people.get(email.about["user"]))
    }


def inactive(emails: Sequence[Email]) -> dict[int, Letter]:
    """To whoever has not been here for a year. After a visit there is no reason to write any more."""
    people = User.objects.active().in_bulk([email.to_id for email in emails])
    letters = {}
    for email in emails:
        if (user := people.get(email.to_id)) and (closes := inactivity.closes_on(user)):
            day = day_ahead(closes, zone=user.time_zone, language=user.language)
            letters[email.pk] = to_person(user, "accounts/inactive", {"day": day})
    return letters


def recovery(emails: Sequence[Email]) -> dict[int, Letter]:
    """To both addresses of an account that is being recovered; neither learns the other."""
    found = AccountRecovery.objects.select_related("user").in_bulk([email.about["recovery"] for email in emails])
    letters = {}
    for email in emails:
        if (recovery := found.get(email.about["recovery"])) and recovery.user.is_active:
            user = recovery.user
            context = {
                "what": email.about["what"],
                "recovery": recovery,
                "due": moment_ahead(recovery.due_at, user),
                "contact": settings.HOST_CONTACT,
                "moment": moment(email.created_at, user),
                "stop": settings.SITE_URL + reverse("accounts:recovery-stop", args=[recoveries.stop_key(recovery)]),
                "reset": settings.SITE_URL + reverse("account_reset_password"),
            }
            letters[email.pk] = render_letter("accounts/recovery", context, address=email.address, language=user.language)
    return letters


ADDED = {Authenticator.Type.TOTP: "app-added", Authenticator.Type.WEBAUTHN: "passkey-added"}


def tell_of_an_added_factor(user, authenticator, **kwargs) -> None:
    """Recovery codes that come with a factor are told of with it."""
    if what := ADDED.get(authenticator.type):
        write_email("accounts/security", to=user, about={"what": what, "factor": authenticator.pk})


def tell_of_new_recovery_codes(user, authenticator, **kwargs) -> None:
    write_email("accounts/security", to=user, about={"what": "recovery-codes", "factor": authenticator.pk})


def tell_of_a_new_device(request, user, **kwargs) -> None:
    """Not at her first log-in ever, which is no news to her."""
    if user.seen_at is not None and not known_places.knows_browser(request, user.pk):
        write_email("accounts/security", to=user, about={"what": "new-device"})


def mail_of(user: User) -> dict[str, object]:
    rows = personal_data.rows(Email.objects.filter(to=user).order_by("created_at", "pk"), without={"to", "about", "claim", "claimed_at"})
    return {"sent": rows, "stopped": list(Mute.objects.filter(user=user).values_list("kind", flat=True))}


def forget_mail_of(user: User) -> None:
    Email.objects.filter(to=user).delete()
    Email.objects.filter(address=user.email).delete()
    Mute.objects.filter(user=user).delete()


def register_all() -> None:
    register_composer("accounts/security", security)
    register_composer("accounts/instance", instance)
    register_composer("accounts/locked", locked)
    register_composer("accounts/rotated", rotated)
    register_composer("accounts/password_reset", password_reset)
    register_composer("accounts/address_confirm", address_confirm)
    register_composer("accounts/address_changed", address_changed)
    register_composer("accounts/address_taken_back", address_taken_back)
    register_composer("accounts/inactive", inactive)
    register_composer("accounts/recovery", recovery)
    authenticator_added.connect(tell_of_an_added_factor, dispatch_uid="tell of an added factor")
    authenticator_reset.connect(tell_of_new_recovery_codes, dispatch_uid="tell of new recovery codes")
    user_logged_in.connect(tell_of_a_new_device, dispatch_uid="tell of a new device")
    personal_data.register("mail", mail_of)
    personal_data.register_on_erase(forget_mail_of)
