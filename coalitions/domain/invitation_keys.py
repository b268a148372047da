"""The key in the address of an invitation, and the code that proves the e-mail address. The database holds neither."""

from functools import partial
from hmac import compare_digest
from uuid import UUID

from django.utils.crypto import salted_hmac

from coalitions.domain import link_keys

SALT = "coalitions.invitation"
CODE_SALT = "coalitions.invitation.code"

digest_of = link_keys.digest_of
key_of = partial(link_keys.key_of, salt=SALT)
is_key_of = partial(link_keys.is_key_of, salt=SALT)


def code_of(public_id: UUID, number: int) -> str:
    """The six digits that prove the address of an invitation, different for each code sent."""
    mac = salted_hmac(CODE_SALT, f"{public_id.hex} {number}", algorithm="sha256").digest()
    return f"{int.from_bytes(mac[:8]) % 1_000_000:06}"


def is_code_of(public_id: UUID, number: int, code: str) -> bool:
    return compare_digest(code_of(public_id, number), code)
