"""The key in the link of a mail to an office."""

from functools import partial

from coalitions.domain import link_keys

SALT = "coalitions.office_check"

digest_of = link_keys.digest_of
key_of = partial(link_keys.key_of, salt=SALT)
is_key_of = partial(link_keys.is_key_of, salt=SALT)
