import json
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core.management import call_command
from django.test import Client

from amnt.encryption import keys, rotation
from amnt.encryption.models import DataKey
from calendar_app.models import Meeting
from coalitions.models import Circle, FollowUp
from tests.encryption.dumping import stored
from tests.factories import FollowUpFactory, MeetingFactory, circle_of, coalition, lead

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def keys_of_this_test():
    yield
    keys.data_keys.forget()


@pytest.fixture
def private():
    """A follow-up, a call with its history, a log-in and a second factor."""
    here = coalition()
    boss = lead(here)
    circle = circle_of(here, boss, name="Inner")
    follow_up = FollowUpFactory(circle=circle, created_by=boss, title="Call the ministry")
    call = MeetingFactory(kind="call", circle=circle, title_en="Evening call")
    MeetingFactory(title_en="Public meeting")
    client = Client()
    client.force_login(boss)
    TOTP.activate(boss, "JBSWY3DPEHPK3PXP" * 2)
    return client, boss, follow_up, call


def prefixes() -> set[str]:
    """Of every encrypted value in the database."""
    found = set()
    for model, names in rotation.encrypted_fields():
        found |= {value.partition(":")[0] for row in stored(model, *names) for value in row if value and keys.is_encrypted(value)}
    secrets = [json.dumps(data) for data in Authenticator.objects.values_list("data", flat=True)]
    return found | {secret.partition('": "')[2].partition(":")[0] for secret in secrets}


def test_everything_comes_under_the_new_key_and_reads_as_before(private):
    client, _boss, follow_up, call = private
    assert prefixes() == {"k1"}
    version, rows = rotation.rotate(wait=0)
    assert (version, prefixes()) == (2, {"k2"})
    assert rows >= 6
    assert [row.version for row in DataKey.objects.order_by("version")] == [keys.DIGESTS, 2]
    follow_up.refresh_from_db()
    assert (follow_up.title, Meeting.objects.get(pk=call.pk).title_en, follow_up.circle.name) == (
        "Call the ministry",
        "Evening call",
        "Inner",
    )
    assert call.history.first().title_en == "Evening call"
    assert client.get("/account/").status_code == 200
    assert Authenticator.objects.get(type="totp").wrap().validate_code("000000") is False
    assert keys.decrypt(Authenticator.objects.get(type="totp").data["secret"]) == "JBSWY3DPEHPK3PXP" * 2


def test_the_old_field_key_is_needed_no_more(private, settings):
    _client, _boss, follow_up, _call = private
    settings.FIELD_KEYS = ["new", *settings.FIELD_KEYS]
    said = StringIO()
    call_command("rotate_field_key", "--at-once", stdout=said)
    assert "Only the first key in FIELD_KEY is needed from here on" in said.getvalue()
    settings.FIELD_KEYS = ["new"]
    keys.data_keys.forget()
    assert FollowUp.objects.get(pk=follow_up.pk).title == "Call the ministry"


def test_interrupted_it_goes_on_under_the_same_new_key(private, monkeypatch):
    def stop(change):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(rotation, "_others", [stop])
        with pytest.raises(KeyboardInterrupt):
            rotation.rotate(wait=0)
    Circle.objects.update(purpose="written meanwhile")
    assert prefixes() == {"k1", "k2"}
    assert FollowUp.objects.get().title == "Call the ministry"
    assert rotation.rotate(wait=0)[0] == 2
    assert prefixes() == {"k2"}


def test_what_changed_since_it_was_read_is_left_to_the_next_round(private):
    _client, _boss, follow_up, _call = private

    keys.create(2)
    table, key, columns = rotation.columns_of(FollowUp, ["title"])
    seen = []

    def change(value):
        if not seen:
            seen.append(value)
            FollowUp.objects.filter(pk=follow_up.pk).update(title="Written meanwhile")
        return keys.encrypt(keys.decrypt(value))

    rotation.rewrite(table, key, columns, change)
    assert FollowUp.objects.get(pk=follow_up.pk).title == "Written meanwhile"


def test_digests_stay(private):
    before = keys.digest("words")
    rotation.rotate(wait=0)
    assert keys.digest("words") == before


def test_twice_changes_the_key_twice_and_many_rows_are_taken_in_batches(private, monkeypatch):
    monkeypatch.setattr("amnt.encryption.stored.BATCH", 2)
    for _n in range(5):
        FollowUpFactory(circle=private[2].circle, created_by=private[1], title="One of many")
    assert [rotation.rotate(wait=0)[0], rotation.rotate(wait=0)[0]] == [2, 3]
    assert FollowUp.objects.filter(title="").count() == 0
    assert {row.title for row in FollowUp.objects.all()} == {"One of many", "Call the ministry"}
