"""The first page as tests read it."""

from typing import Any


def shown_in(response, name: str) -> dict[str, Any]:
    """What a block of the page shows; empty if it is not there."""
    return next((block.shown for block in response.context["blocks"] if block.name == name), {})
