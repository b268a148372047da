"""Addresses of pages, for lists that hold many of them."""

from functools import lru_cache
from uuid import UUID

from django.urls import reverse


@lru_cache(maxsize=4096)
def page_address(name: str, key: str | UUID) -> str:
    """Of the page of this name with one key in its address. Kept, because Django works it out anew for each line of a list."""
    return reverse(name, args=[key])
