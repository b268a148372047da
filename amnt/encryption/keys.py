"""Encryption at rest: texts are encrypted under data keys, which the field key of the environment wraps (R-38).

A stored value is `k<version>:<Fernet token>`. What earlier releases stored is a Fernet token under the field key itself.
"""

import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from functools import lru_cache
from hashlib import sha256
from time import monotonic

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

# Seconds within which a process notices a new data key; `rotation` waits as long.
REREAD_AFTER = 60
DIGESTS = 0
_PREFIX = "k"
_ENCRYPTED = re.compile(rf"{_PREFIX}\d+:gAAAA")
_WRAPPED_BY_NONE = "FIELD_KEY is not the key under which the texts of this database were encrypted: set the one that was in use then."
_NO_KEY = "There is no data key in the database: run manage.py migrate."


class WrongFieldKey(ImproperlyConfigured):
    """None of the field keys opens what is stored. The text says what to do."""


@lru_cache(maxsize=8)
def _fernet_of(field_key: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"amnt field key").derive(field_key.encode())
    return Fernet(urlsafe_b64encode(derived))


def field_keys() -> MultiFernet:
    """All field keys of the environment: the first encrypts, all decrypt."""
    return MultiFernet([_fernet_of(key) for key in settings.FIELD_KEYS])


class DataKeys:
    """The data keys of the database, unwrapped; read again once a minute, and when a value names a version that is not among them."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self._raw: dict[int, bytes] = {}
        self._fernets: dict[int, Fernet] = {}
        self._newest = 0
        self._read_at = 0.0

    def read(self) -> None:
        """From the database. One query."""
        opened = field_keys()
        try:
            raw = {
                version: opened.decrypt(wrapped)
                for version, wrapped in apps.get_model("encryption", "DataKey").objects.values_list("version", "wrapped")
            }
        except InvalidToken as error:
            raise WrongFieldKey(_WRAPPED_BY_NONE) from error
        if not raw:
            raise ImproperlyConfigured(_NO_KEY)
        # In this order, so that another thread that sees the new version finds its key.
        self._fernets = {version: Fernet(key) for version, key in raw.items() if version != DIGESTS}
        self._raw, self._newest, self._read_at = raw, max(raw), monotonic()

    def newest(self) -> tuple[int, Fernet]:
        if not self._fernets or monotonic() - self._read_at > REREAD_AFTER:
            self.read()
        return self._newest, self._fernets[self._newest]

    def of_version(self, version: int) -> Fernet:
        if version not in self._fernets:
            self.read()
        try:
            return self._fernets[version]
        except KeyError as error:
            raise WrongFieldKey(f"The data key of version {version} is missing from the database.") from error

    def versions(self) -> list[int]:
        """Versions of the data keys: one, or two during a rotation."""
        return sorted(self._fernets)

    def for_digests(self) -> bytes:
        if DIGESTS not in self._raw:
            self.read()
        return self._raw[DIGESTS]


data_keys = DataKeys()


def encrypt(text: str) -> str:
    return encrypt_bytes(text.encode())


def encrypt_bytes(plain: bytes) -> str:
    """The same for bytes, without copying large ones."""
    version, fernet = data_keys.newest()
    return f"{_PREFIX}{version}:{fernet.encrypt(plain).decode()}"


def encrypt_undated(text: str) -> str:
    """The same without the second of writing, which every other value shows: for rows that nobody may connect with what happened then."""
    version, fernet = data_keys.newest()
    return f"{_PREFIX}{version}:{fernet.encrypt_at_time(text.encode(), current_time=0).decode()}"


def decrypt(value: str) -> str:
    version, _colon, token = value.removeprefix(_PREFIX).partition(":")
    try:
        if not token:
            return field_keys().decrypt(value).decode()
        return data_keys.of_version(int(version)).decrypt(token).decode()
    except InvalidToken as error:
        raise WrongFieldKey(_WRAPPED_BY_NONE) from error


def is_encrypted(value: str) -> bool:
    return _ENCRYPTED.match(value) is not None


def prefix_of(version: int) -> str:
    """What values encrypted under this data key begin with."""
    return f"{_PREFIX}{version}:"


def digest(text: str) -> str:
    """A keyed digest of a text, for columns that must be unique or looked up."""
    return hmac.new(data_keys.for_digests(), text.encode(), sha256).hexdigest()


def random_digest() -> str:
    """What nobody can tell from a digest, for rows that have nothing to look up."""
    return secrets.token_hex(32)


def create(version: int) -> None:
    """A new random data key, wrapped under the first field key."""
    apps.get_model("encryption", "DataKey").objects.create(version=version, wrapped=field_keys().encrypt(Fernet.generate_key()).decode())
    data_keys.forget()


def create_missing(**kwargs) -> None:
    """The first data key and the key of digests, where there is none yet. Run by `migrate`."""
    there = set(apps.get_model("encryption", "DataKey").objects.values_list("version", flat=True))
    data_keys.forget()
    if DIGESTS not in there:
        create(DIGESTS)
    if not there - {DIGESTS}:
        create(1)
