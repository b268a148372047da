"""The greatest length of each text: that of its model field, or a constant here."""

from django.db.models import Model

LONGEST_SEARCH = 100  # characters that are looked for in a list


def max_length(model: type[Model], field: str) -> int:
    """The most characters this field holds."""
    longest = getattr(model._meta.get_field(field), "max_length", None)
    assert longest is not None, f"{model.__name__}.{field} has no limit"  # noqa: S101 -- a programming error, found at import
    return longest
