"""Receivers of the signals of Django and allauth about log-ins and second factors. Connected when the app is ready."""

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset, authenticator_used
from django.contrib.auth.signals import user_logged_in

from amnt.accounts import attempts, devices, known_places
from amnt.accounts.reauthentication import note_proof, proved_established_factor
from amnt.accounts.second_factors import establish
from amnt.accounts.services import exposed_factors
from amnt.accounts.sessions import EXPOSED
from amnt.audit.services import record


def begin(request, user, **kwargs) -> None:
    devices.start_session(request, user)
    known_places.remember_network(request, user)
    if exposed_factors.has_exposed_factor(user):
        request.session[EXPOSED] = True


def close_the_others(request, user, **kwargs) -> None:
    """After a change of password every other browser is logged out. API keys stay: they do not depend on it."""
    devices.end_other_sessions(user, than=request.session.session_key)
    record("accounts.password_changed", by=user, about=user)


def close_all_and_forgive(request, user, **kwargs) -> None:
    """After a password reset every browser is logged out and every API key revoked: somebody may have had the account."""
    devices.end_all_access(user, by=user)
    attempts.forgive_all(request, user)
    # The new password is accepted from here, however many attempts are made elsewhere.
    known_places.remember_network(request, user)
    record("accounts.password_reset", by=user, about=user)


def note_a_proof(request, authenticator, reauthenticated, **kwargs) -> None:
    if reauthenticated:
        note_proof(request, authenticator)


def note_an_added_factor(request, user, authenticator, **kwargs) -> None:
    if proved_established_factor(request):
        establish(user)
    record("accounts.factor_added", by=user, about=user, fields=[authenticator.type])


def note_new_recovery_codes(user, **kwargs) -> None:
    record("accounts.recovery_codes_made", by=user, about=user)


def note_a_removed_factor(request, user, authenticator, **kwargs) -> None:
    if proved_established_factor(request):
        establish(user)
    record("accounts.factor_removed", by=user, about=user, fields=[authenticator.type])


def register_all() -> None:
    user_logged_in.connect(begin, dispatch_uid="begin")
    password_changed.connect(close_the_others, dispatch_uid="close the others")
    password_set.connect(close_the_others, dispatch_uid="close the others")
    password_reset.connect(close_all_and_forgive, dispatch_uid="close all and forgive")
    authenticator_used.connect(note_a_proof, dispatch_uid="note a proof")
    authenticator_added.connect(note_an_added_factor, dispatch_uid="note an added factor")
    authenticator_reset.connect(note_new_recovery_codes, dispatch_uid="note new recovery codes")
    authenticator_removed.connect(note_a_removed_factor, dispatch_uid="note a removed factor")
