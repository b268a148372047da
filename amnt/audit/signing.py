"""Signatures of the audit: they cannot be made without FIELD_KEY."""

import hmac
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


@dataclass(frozen=True)
class SigningKey:
    """
    key_id -- 8 hexadecimal digits that say under which key a row was signed, and nothing about the key
    secret -- 32 bytes
    """

    key_id: str
    secret: bytes

    def sign(self, text: str) -> str:
        return hmac.new(self.secret, text.encode(), sha256).hexdigest()

    def has_signed(self, text: str, signature: str) -> bool:
        return hmac.compare_digest(self.sign(text), signature)


@lru_cache(maxsize=8)
def derived(field_key: str) -> SigningKey:
    secret = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"amnt audit").derive(field_key.encode())
    return SigningKey(sha256(b"amnt audit key id" + secret).hexdigest()[:8], secret)


def current_key() -> SigningKey:
    return derived(settings.FIELD_KEYS[0])


def known_keys() -> dict[str, SigningKey]:
    """By their ids: those under which this instance can still check a signature."""
    return {key.key_id: key for key in map(derived, settings.FIELD_KEYS)}
