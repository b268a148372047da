"""Links that people give: plain web addresses, or none."""

import re
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

MOST = 500
UNCLEAN = _("Give a plain web address that begins with https:// or http://, without quotation marks, brackets, spaces or a user name.")
# Not needed in URLs; each could end the attribute or the sentence around the URL.
_ENDS_AN_ATTRIBUTE = re.compile(r"""["'`<>\\{}|^\s]""")
_check_form = URLValidator(["http", "https"])


@lru_cache(maxsize=1024)
def is_clean_link(text: str) -> bool:
    """Whether this is a web address (http or https) with a host and without a user name, made of visible characters alone."""
    if not text or len(text) > MOST or _ENDS_AN_ATTRIBUTE.search(text) or not text.isprintable():
        return False
    try:
        _check_form(text)
        parts = urlsplit(text)
        return "@" not in parts.netloc and parts.port != 0
    except (ValidationError, ValueError):
        return False


def check_link(text: str) -> None:
    if not is_clean_link(text):
        raise ValidationError(UNCLEAN, code="link")


class LinkField(forms.URLField):
    """A web address that anyone can open."""

    default_validators = [check_link]

    def __init__(self, **kwargs: Any):
        super().__init__(max_length=MOST, assume_scheme="https", **kwargs)
