"""Rotating the data key while web and worker run.

Interrupted, it resumes: two data keys mean that a rotation is in progress.
"""

from collections.abc import Callable, Iterator
from time import sleep

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model

from amnt.encryption import keys
from amnt.encryption.fields import EncryptedField, EncryptedIfPrivate
from amnt.encryption.models import DataKey
from amnt.encryption.stored import columns_of, rewrite

# Registered functions for ciphertext inside other columns: each takes the change of a value and returns how many rows it wrote.
_others: list[Callable[[Callable[[str], str]], int]] = []


def register(rewrites: Callable[[Callable[[str], str]], int]) -> None:
    """For apps that keep ciphertext elsewhere than in a field of `amnt.encryption.fields`."""
    _others.append(rewrites)


def encrypted_fields() -> Iterator[tuple[type[Model], list[str]]]:
    """Every model that has some, tables of history included."""
    for model in apps.get_models(include_auto_created=True):
        names = [field.name for field in model._meta.concrete_fields if isinstance(field, EncryptedField | EncryptedIfPrivate)]
        if names:
            yield model, names


@transaction.atomic
def wrap_again() -> None:
    """Wrap every data key under the first field key; the other field keys are then unused."""
    field_keys = keys.field_keys()
    for row in DataKey.objects.select_for_update().order_by("version"):
        row.wrapped = field_keys.rotate(row.wrapped).decode()
        row.save(update_fields=["wrapped"])
    keys.data_keys.forget()


def start_rotation() -> int:
    """The target version: that of an interrupted rotation, else of a new data key."""
    versions = list(DataKey.objects.exclude(version=keys.DIGESTS).order_by("version").values_list("version", flat=True))
    if len(versions) > 1:
        return versions[-1]
    keys.create(versions[-1] + 1)
    return versions[-1] + 1


def encrypt_again(version: int) -> int:
    """Everything that is not yet encrypted under this data key. Returns how many rows were written."""
    prefix = keys.prefix_of(version)

    def change(value: str) -> str:
        return value if value.startswith(prefix) or not keys.is_encrypted(value) else keys.encrypt(keys.decrypt(value))

    written = sum(other(change) for other in _others)
    quoted = connection.ops.quote_name
    for model, names in encrypted_fields():
        table, key, columns = columns_of(model, names)
        # Written without parameters: "%" would stand for one.
        left = " OR ".join(f"({quoted(c)} LIKE 'k%%:gAAAA%%' AND {quoted(c)} NOT LIKE '{prefix}%%')" for c in columns)
        written += rewrite(table, key, columns, change, left)
    return written


# A process knows a new key after a minute; allow another for its open transactions.
WAIT = 2 * keys.REREAD_AFTER


def rotate(*, wait: float = WAIT) -> tuple[int, int]:
    """Returns the version of the new data key, and how many rows were encrypted anew.

    wait -- seconds until every running process writes with the new key; 0 when none runs
    """
    wrap_again()
    version = start_rotation()
    keys.data_keys.newest()
    sleep(wait)
    written = 0
    # Repeat for what was written meanwhile, until nothing is left.
    while rows := encrypt_again(version):
        written += rows
    DataKey.objects.exclude(version__in=(keys.DIGESTS, version)).delete()
    return version, written
