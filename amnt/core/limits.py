"""How long a text may be, said once: by the field of the model that keeps it."""

from django.db.models import Model


def max_length(model: type[Model], field: str) -> int:
    """The most characters this field holds."""
    longest = getattr(model._meta.get_field(field), "max_length", None)
    assert longest is not None, f"{model.__name__}.{field} has no limit"  # noqa: S101 -- a mistake of ours, seen at the first import
    return longest
