"""The key in the link by which an organisation outside the coalition signs a statement."""

from functools import partial

from coalitions.domain import link_keys

SALT = "coalitions.co_sign"

digest_of = link_keys.digest_of
key_of = partial(link_keys.key_of, salt=SALT)
is_key_of = partial(link_keys.is_key_of, salt=SALT)
