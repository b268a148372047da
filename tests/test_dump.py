"""What whoever steals a copy of the database reads in it: what docs/what_is_readable.md says, and nothing else."""

import os
import re
import subprocess

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.apps import apps
from django.conf import settings as project
from django.contrib.auth.tokens import default_token_generator
from django.db import connection, models
from django.test import Client

from amnt.accounts.models import User
from amnt.accounts.services import recoveries
from amnt.accounts.tokens import create_token
from amnt.encryption import keys
from amnt.encryption.fields import EncryptedField, EncryptedIfPrivate
from coalitions.models import Circle, FollowUp
from resolutions.models import Incoming
from tests.test_scoping import world  # noqa: F401 -- a fixture

PAGE = (project.BASE_DIR / "docs" / "what_is_readable.md").read_text()
READABLE = {
    "zz-coalition-ours",
    "zz-coalition-theirs",
    "zz-organisation",
    "zz-invited@example.org",
    "zz-by-words@example.org",
    *("zz-lead", "zz-member", "zz-insider", "zz-observer", "zz-other"),
    # Proposals of a document that is not public, which no service stores.
    *("zz-identifier", "zz-forced-title", "zz-forced-reasons", "zz-forced-clause", "zz-forced-before", "zz-forced-call", "zz-forced-place"),
}


def dump() -> str:
    """As SQL, and of SQLite the bytes of the file too, with what is freed in it."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        return "\n".join(connection.connection.iterdump()) + connection.connection.serialize().decode("latin-1")
    at = connection.settings_dict
    environment = {"PGPASSWORD": at["PASSWORD"], "PATH": os.environ["PATH"]}
    command = ["pg_dump", "--host", at["HOST"], "--username", at["USER"], *(["--port", at["PORT"]] if at["PORT"] else []), at["NAME"]]
    return subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout


@pytest.mark.django_db(transaction=True)
def test_a_dump_reveals_what_the_page_says_and_nothing_else(world):  # noqa: F811
    person = world.people["insider"]
    client = Client()
    client.force_login(person)
    session = client.session
    session["kept_text"] = {"text": "zz-kept-text"}
    session.save()
    _token, api_key = create_token(person, name="zz-label", days=30, submission=person.public_id)
    TOTP.activate(person, secret := "JBSWY3DPEHPK3PXP" * 2)
    words = {"asked_by": "zz-asked-by", "reason": "zz-reason"}
    recoveries.start_recovery(world.people["member"], by=None, new_address="zz-new@example.org", **words)
    reset = default_token_generator.make_token(person)
    # Changed, so that the first versions are what a file could still hold.
    FollowUp.objects.filter(pk=FollowUp.objects.first().pk).update(title="zz-new-title")
    Circle.objects.filter(kind="restricted").update(purpose="zz-purpose")
    Incoming.objects.filter(state="waiting").delete()
    found = dump()
    assert {mark for mark in world.marks if mark in found} == READABLE
    hidden = (session.session_key, "zz-kept-text", api_key, secret, reset, "zz-new-title", "zz-purpose", "127.0.0")
    assert [word for word in hidden if word in found] == []
    assert [word for word in words.values() if word in found] == []
    assert ("zz-label" in found, "zz-new@example.org" in found) == (True, True)


@pytest.mark.django_db
def test_restored_without_its_key_it_shows_what_the_page_says(world, settings):  # noqa: F811
    settings.FIELD_KEYS = ["another key"]
    keys.data_keys.forget()
    assert User.objects.get(pk=world.people["insider"].pk).name == "zz-insider Insider"
    for private in (FollowUp, Circle, Incoming):
        with pytest.raises(keys.WrongFieldKey, match="FIELD_KEY is not the key"):
            list(private.objects.all())
    keys.data_keys.forget()


def texts_of(model: type[models.Model]) -> list[str]:
    """Columns that hold words, or anything, in plain. Those with choices hold codes."""
    kinds = (models.CharField, models.TextField, models.JSONField, models.BinaryField, models.GenericIPAddressField)
    fields = [field for field in model._meta.concrete_fields if isinstance(field, kinds) and not field.choices]
    return [field.name for field in fields if not isinstance(field, EncryptedField | EncryptedIfPrivate)]


def test_the_page_names_every_text_column_that_is_not_encrypted():
    rows = dict(re.findall(r"^\| (\w+\.\w+) \| ([^|]+) \|", PAGE, flags=re.MULTILINE))
    named = {label: "all" if said == "all" else sorted(said.split(", ")) for label, said in rows.items()}
    there = {
        model._meta.label: sorted(texts_of(model))
        for model in apps.get_models(include_auto_created=True)
        if texts_of(model) and not model.__name__.startswith("Historical")
    }
    assert named == {label: "all" if named.get(label) == "all" else names for label, names in there.items()}


def test_history_encrypts_what_its_model_encrypts():
    for model in apps.get_models():
        if model.__name__.startswith("Historical"):
            of = apps.get_model(model._meta.app_label, model.__name__.removeprefix("Historical"))
            same = [field.name for field in of._meta.concrete_fields if isinstance(field, EncryptedField | EncryptedIfPrivate)]
            assert [type(model._meta.get_field(name)) for name in same] == [type(of._meta.get_field(name)) for name in same]
