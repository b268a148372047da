"""Secrets at rest: encrypted under a key that stands neither in the database nor in its backup (R-38)."""

from base64 import urlsafe_b64encode
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


@lru_cache(maxsize=4)
def _box(key: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"amnt field key").derive(key.encode())
    return Fernet(urlsafe_b64encode(derived))


def encrypt(text: str) -> str:
    return _box(settings.FIELD_KEY).encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    try:
        return _box(settings.FIELD_KEY).decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise ImproperlyConfigured("FIELD_KEY is not the one under which the second factors of this database were stored.") from error
