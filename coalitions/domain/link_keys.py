"""The key in the address of a link that we send, of 160 bits.

The mail is composed when it is sent, perhaps minutes after the act, and only the hash of the key is stored. The key is therefore computed
from the public id of what the link opens and the instance's secret: the database or the public id alone do not reveal it. When the secret
is changed, what is open can no longer be sent or shown (the hash does not match); links sent before still work.
"""

from base64 import urlsafe_b64encode
from hashlib import sha256
from hmac import compare_digest
from uuid import UUID

from django.utils.crypto import salted_hmac

KEY_BYTES = 20


def key_of(public_id: UUID, *, salt: str) -> str:
    """27 characters that are safe in an address. salt -- of the kind of link"""
    mac = salted_hmac(salt, public_id.hex, algorithm="sha256").digest()
    return urlsafe_b64encode(mac[:KEY_BYTES]).decode().rstrip("=")


def digest_of(key: str) -> str:
    """What the database keeps of a key."""
    return sha256(key.encode()).hexdigest()


def is_key_of(public_id: UUID, digest: str, *, salt: str) -> bool:
    """Whether the key computed today is the one whose hash was stored: the secret may have changed."""
    return compare_digest(digest_of(key_of(public_id, salt=salt)), digest)
