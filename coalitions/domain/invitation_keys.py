"""The key in the address of an invitation, of 160 bits, and the code that proves the e-mail address. The database holds neither.

The mail is composed when it is sent, perhaps minutes after the invitation, and only the hash of the key is stored. The key is therefore
computed from the invitation's public id and the instance's secret: the database or the public id alone do not reveal it. When the secret is
changed, open
invitations can no longer be sent or shown (the hash does not match); links sent before still work.
"""

from base64 import urlsafe_b64encode
from hashlib import sha256
from hmac import compare_digest
from uuid import UUID

from django.utils.crypto import salted_hmac

SALT = "coalitions.invitation"
CODE_SALT = "coalitions.invitation.code"
KEY_BYTES = 20


def key_of(public_id: UUID) -> str:
    """The key of the invitation with this public id: 27 characters that are safe in an address."""
    mac = salted_hmac(SALT, public_id.hex, algorithm="sha256").digest()
    return urlsafe_b64encode(mac[:KEY_BYTES]).decode().rstrip("=")


def digest_of(key: str) -> str:
    """What the database keeps of a key."""
    return sha256(key.encode()).hexdigest()


def is_key_of(public_id: UUID, digest: str) -> bool:
    """Whether the key computed today is the one whose hash was stored."""
    return compare_digest(digest_of(key_of(public_id)), digest)


def code_of(public_id: UUID, number: int) -> str:
    """The six digits that prove the address of an invitation, different for each code sent."""
    mac = salted_hmac(CODE_SALT, f"{public_id.hex} {number}", algorithm="sha256").digest()
    return f"{int.from_bytes(mac[:8]) % 1_000_000:06}"


def is_code_of(public_id: UUID, number: int, code: str) -> bool:
    return compare_digest(code_of(public_id, number), code)
