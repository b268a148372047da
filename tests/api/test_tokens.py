import re
import uuid
from datetime import timedelta
from importlib import import_module

import pytest
import time_machine
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client
from django.utils.timezone import now

from amnt.accounts.models import ApiToken
from amnt.accounts.tokens import MOST, create_token, digest_of
from amnt.core.errors import RuleBroken
from amnt.mail.delivery import deliver_waiting
from resolutions.models import Watch
from tests.factories import ResolutionFactory, UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "long enough to be one"
NOON = "2028-09-01T12:00:00Z"


def make(user, days=30, **fields):
    return create_token(user, **{"name": "A program", "days": days, "submission": uuid.uuid4(), "scope": "write", **fields})


def ask(key, **headers):
    return Client().get("/api/v1/", headers={"Authorization": f"Bearer {key}", **headers})


def log_in(client, user, ago=timedelta()):
    """As after giving the password that long ago."""
    user.set_password(PASSWORD)
    user.save()
    client.force_login(user)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY][-1]["at"] -= ago.total_seconds()
    session.save()


def test_a_key_is_random_recognisable_and_kept_only_as_a_hash():
    token, key = make(UserFactory())
    assert re.fullmatch(r"amnt_[0-9a-f]{40}", key)
    assert token.digest == digest_of(key)
    assert not any(key[5:] in str(value) for value in ApiToken.objects.values().get().values())
    assert ask(key).status_code == 200


def test_she_is_told_that_a_key_was_made_but_not_which(mailoutbox):
    user = UserFactory()
    _token, key = make(user, name="Our website")
    deliver_waiting()
    [letter] = mailoutbox
    assert letter.to == [user.email]
    assert "An API key was created for your account." in letter.body
    assert not [secret for secret in (key, key[:12], "Our website") if secret in str(letter.message())]


@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
def test_a_key_opens_whatever_the_case_of_its_scheme(scheme):
    _token, key = make(UserFactory())
    assert Client().get("/api/v1/", headers={"Authorization": f"{scheme} {key}"}).status_code == 200


@pytest.mark.parametrize("key", ["", "amnt_", "amnt_" + "0" * 40, "é", "x" * 10_000])
def test_an_unknown_key_opens_nothing(key):
    make(UserFactory())
    answer = ask(key)
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")


def test_a_key_ends_with_its_time_its_person_and_its_revocation():
    user = UserFactory()
    with time_machine.travel(NOON, tick=False) as clock:
        token, key = make(user, days=30)
        clock.shift(timedelta(days=30, seconds=-1))
        assert ask(key).status_code == 200
        clock.shift(timedelta(seconds=1))
        expired = ask(key)
        ApiToken.objects.update(expires_at=now() + timedelta(days=1))
        user.is_active = False
        user.save()
        deactivated = ask(key)
        user.is_active = True
        user.save()
        assert ask(key).status_code == 200
        token.delete()
        revoked = ask(key)
    assert {answer.status_code for answer in (expired, deactivated, revoked)} == {401}
    assert expired.content == deactivated.content == revoked.content


def test_its_use_is_noted_once_an_hour(django_assert_num_queries):
    with time_machine.travel(NOON, tick=False) as clock:
        _token, key = make(UserFactory())
        assert ApiToken.objects.get().last_used_at is None
        with django_assert_num_queries(2):
            ask(key)
        first = ApiToken.objects.get().last_used_at
        clock.shift(timedelta(minutes=59))
        with django_assert_num_queries(1):
            ask(key)
        assert ApiToken.objects.get().last_used_at == first
        clock.shift(timedelta(minutes=1))
        ask(key)
        assert ApiToken.objects.get().last_used_at == now()


def test_a_program_speaks_its_persons_language_unless_it_asks_for_another():
    _token, key = make(UserFactory(language="es"))
    assert ask(key)["Content-Language"] == "es"
    assert ask(key, **{"Accept-Language": "fr"})["Content-Language"] == "fr"


def test_a_key_is_made_on_its_page_and_shown_once(client):
    user = UserFactory()
    log_in(client, user)
    page = client.get("/account/keys/new/")
    given = {"name": "Our website", "days": "90", "scope": "read", "submission": page.context["form"]["submission"].value()}
    made = client.post("/account/keys/new/", given)
    [key] = re.findall(r"amnt_[0-9a-f]{40}", made.text)
    assert "no-store" in made["Cache-Control"]
    token = ApiToken.objects.get()
    assert (token.user, token.name, token.digest) == (user, "Our website", digest_of(key))
    assert timedelta(days=89) < token.expires_at - now() < timedelta(days=91)
    again = client.post("/account/keys/new/", given)
    assert "This key has already been created." in again.text
    listed = client.get("/account/keys/")
    assert "Our website" in listed.text
    assert key not in listed.text + again.text
    assert ApiToken.objects.count() == 1


@pytest.mark.parametrize(
    ("language", "sentence"), [("en", "This key only reads."), ("fr", "Cette clé ne fait que lire."), ("es", "Esta clave solo lee.")]
)
def test_a_key_that_only_reads_changes_nothing_and_says_so(language, sentence):
    user = UserFactory(language=language)
    resolution = ResolutionFactory(slug="50", number=50)
    _token, key = make(user, scope="read")
    assert ask(key).status_code == 200
    given = {"resolution": resolution.slug}
    answer = Client().post("/api/v1/watches/", given, content_type="application/json", headers={"Authorization": f"Bearer {key}"})
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
    assert sentence in answer.json()["detail"]
    assert not Watch.objects.filter(user=user).exists()


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_no_address_of_the_api_takes_a_change_from_a_key_that_only_reads(method):
    _token, key = make(UserFactory(), scope="read")
    for address in ("/api/v1/", "/api/v1/follow-ups/", "/api/v1/watches/", "/api/v1/schema/"):
        assert getattr(Client(), method)(address, headers={"Authorization": f"Bearer {key}"}).status_code in {403, 405}


def test_a_key_reads_unless_she_says_otherwise_and_one_from_before_writes():
    assert ApiToken().may_write is False
    migration = import_module("amnt.accounts.migrations.0008_api_key_scopes").Migration
    added, altered = migration.operations
    assert (added.field.default, altered.field.default) == ("write", "read")


def test_making_a_key_needs_a_recent_password(client):
    user = UserFactory()
    log_in(client, user, ago=timedelta(hours=1))
    given = {"name": "Our website", "days": "90", "scope": "read", "submission": str(uuid.uuid4())}
    for answer in (client.get("/account/keys/new/"), client.post("/account/keys/new/", given)):
        assert (answer.status_code, answer.url.split("?")[0]) == (302, "/account/reauthenticate/")
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": ""}, "name"),
        ({"scope": "all"}, "scope"),
        ({"days": "3650"}, "days"),
        ({"submission": "x"}, "submission"),
        ({"name": "\x07"}, "name"),
    ],
)
def test_a_key_without_a_name_or_an_end_is_not_made(client, given, field):
    log_in(client, UserFactory())
    whole = {"name": "Our website", "days": "90", "scope": "read", "submission": str(uuid.uuid4()), **given}
    answer = client.post("/account/keys/new/", whole)
    assert list(answer.context["form"].errors) == [field]
    assert not ApiToken.objects.exists()


def test_there_is_an_end_to_the_keys_of_one_person():
    user = UserFactory()
    for _ in range(MOST):
        make(user)
    with pytest.raises(RuleBroken, match="Revoke one"):
        make(user)
    make(UserFactory())


def test_one_revokes_ones_own_keys_only(client):
    mine, theirs = UserFactory(), UserFactory()
    (my_token, my_key), (their_token, _their_key) = make(mine), make(theirs)
    client.force_login(mine)
    assert client.get(f"/account/keys/{my_token.public_id}/revoke/").status_code == 405
    assert client.post(f"/account/keys/{their_token.public_id}/revoke/").status_code == 404
    assert client.post(f"/account/keys/{my_token.public_id}/revoke/").status_code == 302
    assert list(ApiToken.objects.all()) == [their_token]
    assert ask(my_key).status_code == 401


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_keys_costs_the_same_with_one_and_with_three(client, django_assert_num_queries, rows):
    user = UserFactory()
    for _ in range(rows):
        make(user)
    client.force_login(user)
    client.get("/account/keys/")
    with django_assert_num_queries(3):
        assert client.get("/account/keys/").text.count('class="entry"') == rows
