"""A backup counts once its last byte was read back, only its key opens it, and it goes into an empty database or nowhere."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from io import BytesIO, StringIO

import psycopg
import pytest
import time_machine
from django.conf import settings as house
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils.timezone import now
from pyrage.x25519 import Identity

from amnt.operations import backups
from calendar_app.read_models import health, metrics
from tests.factories import UserFactory

on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite needs no program outside")
# SQLite cannot be copied by a connection whose transaction is open, as in a test that is rolled back.
with_tables = pytest.mark.django_db(transaction=connection.vendor == "sqlite")
KEY = Identity.generate()
ADDRESS = "naledi@backups.example"


@pytest.fixture(autouse=True)
def backed_up(settings, tmp_path):
    settings.BACKUP_RECIPIENTS = [KEY.to_public()]
    settings.BACKUP_DIR = tmp_path / "backups"
    settings.BACKUP_DIR.mkdir()
    return settings.BACKUP_DIR


@pytest.fixture
def key_file(tmp_path):
    path = tmp_path / "backup.key"
    path.write_text(f"# created: 2026-11-28\n# public key: {KEY.to_public()}\n{KEY}\n")
    return path


@pytest.fixture
def person(transactional_db):
    return UserFactory(email=ADDRESS)


@pytest.fixture
def empty(tmp_path):
    """The address of another database, with nothing in it."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path / 'elsewhere.sqlite3'}"
        return
    at = connection.settings_dict
    server = f"postgres://{at['USER']}:{at['PASSWORD']}@{at['HOST']}:{at['PORT'] or 5432}"
    name = f"{at['NAME']}_restored"
    with psycopg.connect(f"{server}/{at['NAME']}", autocommit=True) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        admin.execute(f'CREATE DATABASE "{name}"')
        yield f"{server}/{name}"
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def restore_into(database, path, key_file, *options):
    """The command, in a process of its own, on another database."""
    return subprocess.run(
        [sys.executable, "manage.py", "restore", str(path), "--identity", "-", *options],
        cwd=house.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": database},
        input=key_file.read_text(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def rows(database, query):
    if database.startswith("sqlite"):
        with closing(sqlite3.connect(database.removeprefix("sqlite:///"))) as other:
            return other.execute(query).fetchall()
    with psycopg.connect(database) as other:
        return other.execute(query).fetchall()


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_what_was_backed_up_comes_back_whole_from_an_empty_database(person, empty, key_file, backed_up):
    with time_machine.travel("2026-11-28T03:15:00Z", tick=False):
        path = backups.make()
    assert path == backed_up / f"agenda-20261128T031500Z.{'sqlite3' if connection.vendor == 'sqlite' else 'dump'}.age"
    answer = restore_into(empty, path, key_file)
    assert answer.returncode == 0, answer.stderr
    assert "FIELD_KEY must be the one of the machine that the backup is from" in answer.stdout
    assert rows(empty, "SELECT email FROM accounts_user") == [(ADDRESS,)]
    assert rows(empty, "SELECT count(*) FROM django_migrations") == [(MigrationRecorder.Migration.objects.count(),)]
    again = restore_into(empty, path, key_file)
    assert again.returncode == 1
    assert "The database is not empty, and nothing was changed." in again.stderr


def test_a_backup_names_nobody_without_its_key_and_leaves_nothing_beside_it(person, backed_up):
    path = backups.make()
    assert names_in(backed_up) == [path.name]
    assert path.stat().st_mode & 0o077 == 0
    content = path.read_bytes()
    assert ADDRESS.encode() not in content
    assert b"accounts_user" not in content


@with_tables
def test_what_is_damaged_or_has_another_key_changes_nothing(empty, key_file):
    path = backups.make()
    whole = path.read_bytes()
    changed = bytearray(whole)
    changed[-40] ^= 1
    another = key_file.with_name("another.key")
    another.write_text(str(Identity.generate()))
    tables = "SELECT count(*) FROM sqlite_master" if connection.vendor == "sqlite" else "SELECT count(*) FROM pg_stat_user_tables"
    for content, key, said in (
        (whole[:-1], key_file, "The backup is damaged or cut off."),
        (changed, key_file, "The backup is damaged or cut off."),
        (whole, another, "The backup cannot be decrypted with this key"),
        (b"200 bytes that are no backup", key_file, "The backup cannot be decrypted with this key"),
    ):
        path.write_bytes(content)
        answer = restore_into(empty, path, key)
        assert answer.returncode == 1
        assert said in answer.stderr
        assert "Traceback" not in answer.stderr
        assert rows(empty, tables) == [(0,)]


def test_a_key_file_without_a_private_key_is_said_in_a_sentence(db, key_file, backed_up):
    key_file.write_text(f"{KEY.to_public()}\n")
    with pytest.raises(CommandError, match="There is no private key of age in it"):
        call_command("restore", backed_up / "any.age", identity=str(key_file))
    with pytest.raises(CommandError, match=r"nowhere\.key cannot be read: No such file"):
        call_command("restore", backed_up / "any.age", identity=str(backed_up / "nowhere.key"))


def test_a_backup_of_a_newer_version_is_noticed(db):
    assert not backups.is_newer_than_program()
    MigrationRecorder(connection).record_applied("accounts", "9999_from_the_future")
    assert backups.is_newer_than_program()


@on_postgresql
@with_tables
@pytest.mark.parametrize(
    ("program", "lines", "said"),
    [
        ("pg_dump", "head -c 200 /dev/zero; echo server closed the connection >&2; exit 1", "pg_dump failed: server closed the connection"),
        ("pg_dump", "head -c 200 /dev/zero", "pg_restore failed: .*does not appear to be a valid archive"),
        ("pg_dump", '"$REAL" "$@" | head -c 20000', "pg_restore failed: .*end of file"),
        ("pg_restore", "cat >/dev/null; echo could not read >&2; exit 1", "pg_restore failed: could not read"),
        ("pg_restore", "exit 1", "pg_restore failed: 1"),
    ],
)
def test_a_dump_that_failed_or_cannot_be_read_leaves_only_the_earlier_ones(backed_up, tmp_path, monkeypatch, program, lines, said):
    earlier = backups.make()
    real = shutil.which(program) or ""
    (tmp_path / "bin").mkdir()
    fake = tmp_path / "bin" / program
    fake.write_text(f"#!/bin/sh\n{lines}\n")
    fake.chmod(0o755)
    monkeypatch.setenv("REAL", real)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    with time_machine.travel(now() + timedelta(minutes=1)), pytest.raises(CommandError, match=said):
        call_command("backup")
    assert names_in(backed_up) == [earlier.name]


@on_postgresql
@with_tables
def test_programs_that_are_not_installed_are_named(backed_up, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CommandError, match="pg_dump is not installed"):
        call_command("backup")
    assert names_in(backed_up) == []


@with_tables
def test_a_backup_that_does_not_read_back_as_it_was_written_does_not_count(backed_up, monkeypatch):
    """As on a disk that loses what it was given."""
    write = backups.pyrage.encrypt_io

    def losing(plain, file, recipients):
        write(plain, file, recipients)
        file.flush()
        file.truncate(file.tell() - 100)

    monkeypatch.setattr(backups.pyrage, "encrypt_io", losing)
    with pytest.raises(CommandError, match="damaged or cut off"):
        call_command("backup")
    assert names_in(backed_up) == []


@with_tables
def test_a_backup_that_reads_back_as_something_else_does_not_count(backed_up, monkeypatch):
    """As from memory or a disk that changes what it was given before it is encrypted."""
    write = backups.pyrage.encrypt_io
    monkeypatch.setattr(backups.pyrage, "encrypt_io", lambda plain, file, keys: write(BytesIO(plain.read() + bytes(1)), file, keys))
    with pytest.raises(CommandError, match="What was read back differs from what was written"):
        call_command("backup")
    assert names_in(backed_up) == []


@with_tables
def test_a_folder_that_cannot_be_written_to_is_said_in_a_sentence(settings, tmp_path):
    settings.BACKUP_DIR = tmp_path / "not there"
    with pytest.raises(CommandError, match=r"The backup could not be written to .*not there: No such file or directory"):
        call_command("backup")


@with_tables
def test_thirty_days_are_kept_and_one_a_day_is_made(backed_up):
    out = StringIO()
    for hours in (0, 22, 24, 29 * 24 + 23, 31 * 24):
        with time_machine.travel("2026-11-01T03:00:00Z", tick=False) as clock:
            clock.shift(timedelta(hours=hours))
            call_command("backup", daily=True, stdout=out)
            assert backups.latest() == now() - (timedelta(hours=22) if hours == 22 else timedelta())
    assert [name.split(".")[0] for name in names_in(backed_up)] == [
        "agenda-20261102T030000Z",
        "agenda-20261201T020000Z",
        "agenda-20261202T030000Z",
    ]
    assert out.getvalue().count("read back in full") == 4


@with_tables
def test_one_from_the_future_does_not_count_and_holds_up_nothing(backed_up):
    """A clock that was a month ahead for an hour."""
    (backed_up / f"{(now() + timedelta(days=30)).strftime(backups.STAMP)}.dump.age").touch()
    (backed_up / "agenda-of-monday.age").touch()
    assert backups.latest() is None
    call_command("backup", daily=True, stdout=StringIO())
    assert now() - backups.latest() < timedelta(minutes=1)


def test_without_a_public_key_there_is_no_backup(db, settings, backed_up):
    settings.BACKUP_RECIPIENTS = []
    with pytest.raises(CommandError, match="Set BACKUP_RECIPIENT to a public key"):
        call_command("backup")
    assert names_in(backed_up) == []


def test_a_private_key_in_the_settings_is_refused_and_not_repeated():
    answer = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=house.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "BACKUP_RECIPIENT": str(KEY)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert answer.returncode == 3
    assert answer.stderr == "BACKUP_RECIPIENT must be a public key of age, which begins with age1, or several separated by commas.\n"


@pytest.mark.parametrize(
    ("hours", "status", "fact"),
    [(None, "gap", "never"), (35, "good", "1\xa0day, 11\xa0hours ago"), (37, "gap", "1\xa0day, 13\xa0hours ago")],
)
def test_health_says_how_old_the_newest_is(db, backed_up, hours, status, fact):
    if hours is not None:
        (backed_up / f"{(now() - timedelta(hours=hours, minutes=1)).strftime(backups.STAMP)}.dump.age").touch()
    [finding] = [finding for finding in health.findings() if finding.what == "Backup"]
    assert (finding.status, finding.fact) == (status, fact)


def test_metrics_have_its_age(db, backed_up):
    assert b"amnt_backup_age_seconds" not in metrics.measured()
    with time_machine.travel("2026-11-28T03:15:00Z", tick=False):
        (backed_up / "agenda-20261127T031500Z.dump.age").touch()
        assert b"amnt_backup_age_seconds 86400.0\n" in metrics.measured()


def test_health_says_that_there_is_none(db, settings):
    settings.BACKUP_RECIPIENTS = []
    [finding] = [finding for finding in health.findings() if finding.what == "Backup"]
    assert (finding.status, finding.fact) == ("mixed", "there is none")
