"""What whoever steals a copy of the database reads in it: what docs/what_is_readable.md says, and nothing else."""

import os
import re
import subprocess
from base64 import b64encode

import pytest
from django.apps import apps
from django.conf import settings as project
from django.core.management import call_command
from django.db import connection, models

from amnt.accounts.models import Session, User
from amnt.accounts.sessions import SessionStore
from amnt.encryption import keys
from amnt.encryption.fields import EncryptedField, EncryptedIfPrivate
from coalitions.models import Circle, FollowUp, Naming, Organisation, Position, PositionAnswer, StatementAnswer, Verdict
from resolutions.models import Clause, ProposedClause, Upload, WordingRule
from tests.encryption.dumping import stored
from tests.full_world import FullWorld
from tests.test_scoping import world  # noqa: F401 -- a fixture

PAGE = (project.BASE_DIR / "docs" / "what_is_readable.md").read_text()
READABLE = {
    "zz-coalition-ours",
    "zz-coalition-theirs",
    "zz-organisation",
    "zz-invited@example.org",
    "zz-by-words@example.org",
    *("zz-lead", "zz-second", "zz-member", "zz-insider", "zz-observer", "zz-other"),
    # Public documents that were taken back.
    *("zz-taken-back", "zz-taken-back-title"),
    # Proposals of a document that is not public, which no service stores.
    *("zz-identifier", "zz-forced-title", "zz-forced-reasons", "zz-forced-clause", "zz-forced-before", "zz-forced-call", "zz-forced-place"),
    *("zz-kept-title", "zz-kept-words"),
}


# Tables with words that the world has no use for: codes, public facts and what stays empty.
EMPTY = {
    "accounts.InstanceLock",
    "account.EmailAddress",
    "account.EmailConfirmation",
    "admin.LogEntry",
    "audit.AuditCheckpoint",
    "auth.Group",
    "calendar_app.Reminder",
    "mail.Mute",
    "resolutions.HistoricalStateSymbol",
    "resolutions.StateSymbol",
    "resolutions.Topic",
    "retention.Notice",
}
# Characters: what is shorter stands in any dump by chance.
SHORTEST = 6


def dump() -> str:
    """As SQL, and of SQLite the bytes of the file too, with what is freed in it."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        return "\n".join(connection.connection.iterdump()) + connection.connection.serialize().decode("latin-1")
    at = connection.settings_dict
    environment = {"PGPASSWORD": at["PASSWORD"], "PATH": os.environ["PATH"]}
    command = ["pg_dump", "--host", at["HOST"], "--username", at["USER"], *(["--port", at["PORT"]] if at["PORT"] else []), at["NAME"]]
    return subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout


def forms(word: str) -> set[str]:
    """As it would stand there in plain, in hexadecimal digits (bytes in a dump), and in base64 at each of its three offsets."""
    data = word.encode()
    inner = {b64encode(b"\0" * offset + data)[4 if offset else 0 : -4].decode() for offset in range(3)}
    return {word, data.hex(), data.hex().upper(), *(part for part in inner if len(part) >= SHORTEST)}


@pytest.fixture
def full(world) -> FullWorld:  # noqa: F811
    return FullWorld(world)


@pytest.mark.django_db(transaction=True)
def test_a_dump_reveals_what_the_page_says_and_nothing_else(full):
    found = dump()
    marks = full.world.marks
    assert {mark for mark in marks if mark in found} == READABLE
    assert [word for word in {*full.hidden, *marks} - READABLE if any(form in found for form in forms(word))] == []
    assert [word for word in full.readable if word not in found] == []


def encrypted_fields(model: type[models.Model]) -> list[models.Field]:
    return [field for field in model._meta.concrete_fields if isinstance(field, EncryptedField | EncryptedIfPrivate)]


def is_private(field: models.Field, row: models.Model) -> bool:
    return field.is_private(row) if isinstance(field, EncryptedIfPrivate) else True


@pytest.mark.django_db
def test_every_encrypted_column_of_every_class_is_looked_at(full):
    """A column that is added is looked for in the dump only if the world holds something in it."""
    planted = {*full.hidden, *full.world.marks, Position.Stance.SUPPORT.value, Naming.OUTSIDE.value, Verdict.Result.PARTLY.value}
    planted |= {StatementAnswer.Choice.RESERVATION.value, PositionAnswer.Kind.RESERVATION.value}
    for model in apps.get_models():
        rows = list(model._base_manager.all())
        for field in encrypted_fields(model):
            said = [str(SessionStore().decode(row.session_data) if model is Session else getattr(row, field.attname)) for row in rows]
            assert any(word in each for each in said for word in planted), f"{model._meta.label}.{field.name}"
        if encrypted_fields(model) and "circle" in {field.name for field in model._meta.fields}:
            kinds = {row.circle.kind for row in rows if row.circle_id}
            assert kinds == set(Circle.Kind.values), model._meta.label


@pytest.mark.django_db
def test_every_table_with_words_has_a_row_in_the_world(full):
    with_words = [model for model in apps.get_models(include_auto_created=True) if words_of(model)]
    assert {model._meta.label for model in with_words if not model._base_manager.exists()} == EMPTY


@pytest.mark.django_db
def test_no_value_of_an_encrypted_column_is_stored_in_another_way(full):
    for model in apps.get_models():
        for field in encrypted_fields(model):
            if isinstance(field, EncryptedField):
                assert all(not value or keys.is_encrypted(value) for (value,) in stored(model, field.name)), field


@pytest.mark.django_db(transaction=True)
def test_a_dump_of_the_demonstration_names_nothing_of_its_circles(settings, tmp_path):
    settings.DEMO, settings.VAR_DIR, settings.LEADS_NEED_SECOND_FACTOR = True, tmp_path, False
    call_command("load_reference", verbosity=0)
    call_command("demo", verbosity=0)
    planted = {}
    for model in apps.get_models():
        fields = [field for field in encrypted_fields(model) if not field.choices]
        said = [getattr(row, field.attname) for row in model._base_manager.all() for field in fields if is_private(field, row)]
        planted[model.__name__] = {word for word in said if isinstance(word, str) and len(word) >= SHORTEST}
    assert {name for name, words in planted.items() if words} >= {"Circle", "FollowUp", "Reading", "Position", "Meeting"}
    # A note may be a phrase of a text that everyone reads; an answer keeps the name of an organisation, which stands in its own table.
    public = str([list(model.objects.values_list()) for model in (Clause, Organisation, ProposedClause, WordingRule)])
    found = dump()
    assert [word for words in planted.values() for word in words if word in found and word not in public] == []


@pytest.mark.django_db
def test_restored_without_its_key_it_shows_what_the_page_says(world, settings):  # noqa: F811
    settings.FIELD_KEYS = ["another key"]
    keys.data_keys.forget()
    assert User.objects.get(pk=world.people["insider"].pk).name == "zz-insider Insider"
    for private in (FollowUp, Circle, Upload):
        with pytest.raises(keys.WrongFieldKey, match="FIELD_KEY is not the key"):
            list(private.objects.all())
    keys.data_keys.forget()


def words_of(model: type[models.Model]) -> list[str]:
    """Columns that hold words, encrypted or not."""
    return [*texts_of(model), *(field.name for field in encrypted_fields(model))]


def texts_of(model: type[models.Model]) -> list[str]:
    """Columns that hold words, or anything, in plain. Those with choices hold codes."""
    kinds = (models.CharField, models.TextField, models.JSONField, models.BinaryField, models.GenericIPAddressField)
    fields = [field for field in model._meta.concrete_fields if isinstance(field, kinds) and not field.choices]
    return [field.name for field in fields if not isinstance(field, EncryptedField | EncryptedIfPrivate)]


def table_after(heading: str) -> dict[str, str]:
    """What the page says of each table below this heading, by its label."""
    _before, _heading, below = PAGE.partition(f"\n{heading}\n")
    return dict(re.findall(r"^\| (\w+\.\w+) \| ([^|]+) \|", below.partition("\n## ")[0], flags=re.MULTILINE))


def models_of_the_page() -> list[type[models.Model]]:
    return [model for model in apps.get_models(include_auto_created=True) if not model.__name__.startswith("Historical")]


def test_the_page_names_every_encrypted_column():
    """Of a translated text its name alone: the columns of its languages are encrypted as it is."""
    there = {
        model._meta.label: [field.name for field in encrypted_fields(model) if not hasattr(field, "translated_field")]
        for model in models_of_the_page()
        if encrypted_fields(model)
    }
    assert {label: said.split(", ") for label, said in table_after("## Not readable").items()} == there


def test_the_page_names_every_table():
    """Those with a text stand in one of its two tables or in both, all others in its last list."""
    without_texts = PAGE.partition("\n### Tables without a text\n")[2]
    named = set(table_after("## Not readable")) | set(table_after("## Readable"))
    listed = set(re.findall(r"\w+\.\w+", without_texts))
    assert named.isdisjoint(listed)
    assert named | listed == {model._meta.label for model in models_of_the_page()}


def test_the_page_names_every_text_column_that_is_not_encrypted():
    rows = table_after("## Readable")
    named = {label: "all" if said == "all" else sorted(said.split(", ")) for label, said in rows.items()}
    there = {model._meta.label: sorted(texts_of(model)) for model in models_of_the_page() if texts_of(model)}
    assert named == {label: "all" if named.get(label) == "all" else names for label, names in there.items()}


def test_history_encrypts_what_its_model_encrypts():
    for model in apps.get_models():
        if model.__name__.startswith("Historical"):
            of = apps.get_model(model._meta.app_label, model.__name__.removeprefix("Historical"))
            same = [field.name for field in of._meta.concrete_fields if isinstance(field, EncryptedField | EncryptedIfPrivate)]
            assert [type(model._meta.get_field(name)) for name in same] == [type(of._meta.get_field(name)) for name in same]
