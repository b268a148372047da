"""Replacing second factors that others may have: of this person, all of them, and nothing else."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP

from amnt.accounts.models import ExposedFactor, User
from amnt.accounts.services.exposed_factors import has_exposed_factor, has_passkey, replace_exposed_factors
from amnt.audit.models import AuditEntry
from amnt.core.errors import RuleBroken
from tests.accounts.conftest import SECRET
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def exposed() -> User:
    """Someone whose authenticator app and recovery codes stood in a database that others have."""
    user = UserFactory()
    TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)
    for factor in Authenticator.objects.filter(user=user):
        ExposedFactor.objects.create(authenticator=factor)
    return user


def test_an_exposed_factor_is_its_owners_alone():
    ama, claire = exposed(), UserFactory()
    assert (has_exposed_factor(ama), has_exposed_factor(claire)) == (True, False)


def test_a_passkey_is_its_owners_alone():
    ama, claire = exposed(), UserFactory()
    Authenticator.objects.create(user=claire, type=Authenticator.Type.WEBAUTHN, data={})
    assert (has_passkey(ama), has_passkey(claire)) == (False, True)
    with pytest.raises(RuleBroken, match="no second factor"):
        replace_exposed_factors(ama)


def test_her_exposed_factors_are_replaced_and_those_of_others_stay():
    ama, claire = exposed(), exposed()
    app, codes = replace_exposed_factors(ama, secret=SECRET[::-1])
    assert (app.user, app.type, len(codes)) == (ama, "totp", 10)
    assert (has_exposed_factor(ama), has_exposed_factor(claire)) == (False, True)
    assert sorted(Authenticator.objects.filter(user=claire).values_list("type", flat=True)) == ["recovery_codes", "totp"]


def test_each_removal_is_recorded_with_its_kind_as_done_by_and_to_her():
    ama = exposed()
    replace_exposed_factors(ama, secret=SECRET[::-1])
    removed = AuditEntry.objects.filter(act="accounts.factor_removed").order_by("pk")
    assert [entry.fields for entry in removed] == [["recovery_codes"], ["totp"]]
    assert {(entry.actor, entry.object_type) for entry in removed} == {(removed[0].actor, "accounts.user")}
    assert {entry.object_id for entry in removed} == {str(removed[0].actor)}


def test_the_codes_it_returns_count_as_seen():
    ama = exposed()
    replace_exposed_factors(ama, secret=SECRET[::-1])
    assert Authenticator.objects.get(user=ama, type="recovery_codes").wrap().did_view
