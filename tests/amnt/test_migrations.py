"""Migrations of a release are never rewritten; and whether the version that runs can go on beside those to come is known beforehand."""

import hashlib
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User as OtherUser
from django.core.management import call_command
from django.db import migrations, models
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ModelState, ProjectState
from django.db.models import Q

from amnt.management.commands.check_migrations import is_harmless

ROOT = settings.BASE_DIR
RELEASED = Path(__file__).with_name("released_migrations.txt")


def test_migrations_of_a_release_are_as_they_were():
    """To change what one does, write another. docs/decisions/releases.md says when this list grows."""
    for line in RELEASED.read_text().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((ROOT / name).read_bytes()).hexdigest() == digest, name


def test_the_version_of_the_program_is_the_newest_of_the_changelog():
    [version] = re.findall(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    released = re.findall(r"^## \[(\d+\.\d+\.\d+)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert released[0] == version
    assert released == sorted(released, key=lambda number: [int(part) for part in number.split(".")], reverse=True)


NAME = models.CharField("name", max_length=200)


@pytest.fixture
def state():
    state = ProjectState()
    state.add_model(ModelState("app", "Thing", [("id", models.BigAutoField(primary_key=True)), ("name", NAME)]))
    return state


@pytest.mark.parametrize(
    "operation",
    [
        migrations.CreateModel("Other", [("id", models.BigAutoField(primary_key=True))]),
        migrations.AddField("thing", "note", models.TextField(null=True)),
        migrations.AddField("thing", "number", models.IntegerField(db_default=0)),
        migrations.AddField("thing", "people", models.ManyToManyField(OtherUser)),
        migrations.AddIndex("thing", models.Index(fields=["name"], name="by_name")),
        migrations.AlterField("thing", "name", models.CharField("another word", max_length=200, help_text="For people.")),
        migrations.AlterField("thing", "name", models.CharField("name", max_length=200, db_index=True)),
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("Thing")]),
    ],
)
def test_the_version_that_runs_goes_on_beside_what_only_adds(state, operation):
    assert is_harmless(operation, "app", state)


@pytest.mark.parametrize(
    "operation",
    [
        migrations.AddField("thing", "number", models.IntegerField(default=0)),
        migrations.RemoveField("thing", "name"),
        migrations.RenameField("thing", "name", "title"),
        migrations.AlterField("thing", "name", models.CharField("name", max_length=100)),
        migrations.AddConstraint("thing", models.UniqueConstraint(fields=["name"], name="one_name")),
        migrations.DeleteModel("Thing"),
        migrations.RunPython(migrations.RunPython.noop),
        migrations.RunSQL("SELECT 1"),
        migrations.SeparateDatabaseAndState(database_operations=[migrations.RemoveField("thing", "name")]),
    ],
)
def test_it_is_stopped_first_where_something_it_uses_changes(state, operation):
    assert not is_harmless(operation, "app", state)


@pytest.mark.django_db
def test_where_one_waits_that_changes_what_is_used_it_is_named_and_the_command_fails(capsys):
    of_calendar = Q(app="calendar_app", name__gte="0012")  # what builds on later ones of coalitions
    MigrationRecorder.Migration.objects.filter(Q(app="coalitions", name__gte="0013") | of_calendar).delete()
    with pytest.raises(SystemExit, match="1"):
        call_command("check_migrations")
    said = "coalitions.0013_encrypted_approvals: the version that runs now would not work with this: "
    assert capsys.readouterr().out.splitlines()[:2] == [f"{said}Alter field about on approval.", f"{said}Raw Python operation."]


@pytest.mark.django_db
def test_where_nothing_waits_nothing_is_stopped(capsys):
    call_command("check_migrations")
    assert capsys.readouterr().out == "0 migrations wait; the version that runs now can go on meanwhile.\n"
