"""Backups of the database: encrypted to public keys, verified by reading them back, kept for thirty days.

The private keys are not on this machine: docs/decisions/backups_are_read_back.md says how a backup is checked without them.
"""

import hashlib
import os
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any

import pyrage
from django.conf import settings
from django.db import connection
from django.db.backends.postgresql.client import DatabaseClient
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.timezone import now
from pyrage.x25519 import Identity

KEPT_FOR = timedelta(days=30)
STAMP = "agenda-%Y%m%dT%H%M%SZ"
UNFINISHED = ".unfinished-"


class BackupError(Exception):
    """Why no backup was made or restored, in a sentence for whoever runs the instance."""


class HashedStream:
    """A stream whose bytes are hashed as they are read from it or written to it."""

    def __init__(self, stream: IO[bytes]):
        self.stream = stream
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.stream.read(size)
        self.digest.update(data)
        return data

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        return self.stream.write(data)

    def flush(self) -> None:
        self.stream.flush()


def latest() -> datetime | None:
    """When the newest backup in BACKUP_DIR was begun. One from the future, made while the clock was wrong, does not count."""
    return max((at for at in made().values() if at <= now()), default=None)


def made() -> dict[Path, datetime]:
    """The finished backups in BACKUP_DIR, and when each was begun."""
    found = {}
    for path in settings.BACKUP_DIR.glob("agenda-*.age"):
        try:
            found[path] = datetime.strptime(path.name.split(".")[0], STAMP).replace(tzinfo=UTC)
        except ValueError:
            continue
    return found


def make() -> Path:
    """Write a backup of the whole database into BACKUP_DIR, then delete those that are too old. Returns its path.

    It gets its final name only after it was read back completely; a failure leaves no file and raises BackupError.
    """
    if not settings.BACKUP_RECIPIENTS:
        raise BackupError("Set BACKUP_RECIPIENT to a public key: without one there is no backup. docs/hosting.md says how to make a key.")
    if not MigrationRecorder(connection).has_table():
        raise BackupError("The database is empty: there is nothing to back up.")
    begun = now()
    kind = "sqlite3" if connection.vendor == "sqlite" else "dump"
    final = settings.BACKUP_DIR / f"{begun.astimezone(UTC).strftime(STAMP)}.{kind}.age"
    try:
        with tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=settings.BACKUP_DIR) as folder:
            part = Path(folder) / "part.age"
            write_and_read_back(part)
            part.rename(final)
        sync_folder(settings.BACKUP_DIR)
    except OSError as error:
        raise BackupError(f"The backup could not be written to {settings.BACKUP_DIR}: {error.strerror or error}.") from error
    forget_old()
    return final


def write_and_read_back(part: Path) -> None:
    """Dump and encrypt into this file; then decrypt it with a key made for this run, and have every byte of it read."""
    key = Identity.generate()
    part.touch(mode=0o600)
    with part.open("wb") as file:
        with dumped(part.parent) as stream:
            plain = HashedStream(stream)
            pyrage.encrypt_io(plain, file, [*settings.BACKUP_RECIPIENTS, key.to_public()])
        os.fsync(file.fileno())
    with part.open("rb") as file, read_whole(part.parent) as stream:
        again = HashedStream(stream)
        decrypt(file, again, key)
    if again.digest.digest() != plain.digest.digest():
        raise BackupError("What was read back differs from what was written: check the disk.")


def forget_old() -> None:
    for path, at in made().items():
        if at < now() - KEPT_FOR:
            path.unlink(missing_ok=True)


def restore(path: Path, identity: str) -> None:
    """Restore this backup into the empty database, completely or not at all. `identity` is the text of an age key file."""
    key = private_key(identity)
    if connection.introspection.table_names():
        raise BackupError(
            "The database is not empty, and nothing was changed. A backup is restored into an empty one: see docs/hosting.md."
        )
    try:
        with path.open("rb") as file, tempfile.TemporaryDirectory() as folder:
            if connection.vendor == "sqlite":
                restore_sqlite(file, key, Path(folder))
            else:
                # Committed only if the whole file was valid.
                with program(
                    "pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", stdin=True
                ) as stream:
                    decrypt(file, stream, key)
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror or error}.") from error


def is_newer_than_program() -> bool:
    """Whether the database has migrations that this version of the program does not know."""
    loader = MigrationLoader(connection)
    ours = {app for app, _name in loader.disk_migrations}
    return any(app in ours and (app, name) not in loader.disk_migrations for app, name in loader.applied_migrations)


def private_key(text: str) -> Identity:
    """The key of an age key file, whose other lines are comments."""
    for line in text.splitlines():
        if line.strip().startswith("AGE-SECRET-KEY-"):
            try:
                return Identity.from_str(line.strip())
            except pyrage.IdentityError as error:
                raise BackupError(f"This is not a private key of age: {error}.") from error
    raise BackupError("There is no private key of age in it: a line that begins with AGE-SECRET-KEY-.")


def decrypt(file: IO[bytes], into: Any, key: Identity) -> None:
    try:
        pyrage.decrypt_io(file, into, [key])
    except pyrage.DecryptError as error:
        raise BackupError(f"The backup cannot be decrypted with this key: {error}.") from error
    except OSError as error:
        if error.errno:
            raise
        raise BackupError("The backup is damaged or cut off.") from error


# --- What differs between the two databases -------------------------------------------------------------------------


@contextmanager
def dumped(folder: Path) -> Iterator[IO[bytes]]:
    """A stream of the whole database at one instant."""
    if connection.vendor == "sqlite":
        copy = folder / "copy.sqlite3"
        connection.ensure_connection()
        with closing(sqlite3.connect(copy)) as target:
            connection.connection.backup(target)
        check_sqlite(copy)
        with copy.open("rb") as stream:
            yield stream
    else:
        with program("pg_dump", "--format=custom") as stream:
            yield stream


@contextmanager
def read_whole(folder: Path) -> Iterator[IO[bytes]]:
    """A stream into which a dump is written, to find out whether all of it can be read."""
    if connection.vendor == "sqlite":
        copy = folder / "again.sqlite3"
        with copy.open("xb") as stream:
            yield stream
        check_sqlite(copy)
    else:
        with program("pg_restore", "--file=/dev/null", stdin=True, connects=False) as stream:
            yield stream


def restore_sqlite(file: IO[bytes], key: Identity, folder: Path) -> None:
    copy = folder / "restored.sqlite3"
    with copy.open("xb") as stream:
        decrypt(file, stream, key)
    check_sqlite(copy)
    with closing(sqlite3.connect(copy)) as source:
        source.backup(connection.connection)


def check_sqlite(path: Path) -> None:
    try:
        with closing(sqlite3.connect(path)) as database:
            [(answer,), *_more] = database.execute("PRAGMA integrity_check").fetchall()
    except sqlite3.DatabaseError as error:
        answer = str(error)
    if answer != "ok":
        raise BackupError(f"This is not a whole SQLite database: {answer}.")


@contextmanager
def program(name: str, *options: str, stdin: bool = False, connects: bool = True) -> Iterator[IO[bytes]]:
    """Run a program of PostgreSQL on our database; the stream is its input or its output. BackupError if it does not end well."""
    arguments, environment = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    *address, database = arguments[1:]
    target = [*address, f"--dbname={database}", "--no-password"] if connects else []
    with tempfile.TemporaryFile() as said:
        try:
            process = subprocess.Popen(  # noqa: S603 -- our own programs, and no shell
                [name, *options, *target],
                stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
                stdout=subprocess.DEVNULL if stdin else subprocess.PIPE,
                stderr=said,
                env={**os.environ, **(environment or {})},
            )
        except FileNotFoundError as error:
            raise BackupError(f"{name} is not installed: it belongs to PostgreSQL’s client programs.") from error
        stream: Any = process.stdin if stdin else process.stdout
        try:
            with suppress(BrokenPipeError):  # it has ended early, and says why below
                yield stream
                stream.close()
        except BaseException:
            process.kill()
            raise
        finally:
            with suppress(BrokenPipeError):
                stream.close()
            process.wait()
        if process.returncode:
            said.seek(0)
            words = " ".join(said.read().decode(errors="replace").split())
            raise BackupError(f"{name} failed: {words or process.returncode}")


def sync_folder(folder: Path) -> None:
    """fsync the folder, so that a new name survives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
