"""The base of the API of every app: serializer fields, filters, and lookups by public id."""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from django_filters.fields import IsoDateTimeField
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers, viewsets

from amnt.core.languages import LANGUAGE_CODES

# --- Fields --------------------------------------------------------------------------------------------------------


WORDS = {
    "type": "object",
    "description": _("A text in each language of the site; null where nobody has written it yet."),
    "properties": {code: {"type": ["string", "null"]} for code in LANGUAGE_CODES},
    "required": list(LANGUAGE_CODES),
}


@extend_schema_field(WORDS, "Words")
class TranslatedTextField(serializers.Field):
    """A public text in each language of the site; null where it has no translation yet."""

    def __init__(self, **kwargs: Any):
        super().__init__(source="*", read_only=True, **kwargs)

    def to_representation(self, value: Any) -> dict[str, str | None]:
        return {code: getattr(value, f"{self.field_name}_{code}") or None for code in LANGUAGE_CODES}


@extend_schema_field(OpenApiTypes.URI)
class PageAddress(serializers.Field):
    """The address of the page that shows this object."""

    def __init__(self, **kwargs: Any):
        super().__init__(source="*", read_only=True, **kwargs)

    def to_representation(self, value: Any) -> str:
        return settings.SITE_URL + value.get_absolute_url()


@extend_schema_field({"type": "string", "minLength": 2, "maxLength": 2, "examples": ["KE"]})
class CountryCodeField(serializers.CharField):
    """The code of a country, to be given."""

    def __init__(self, **kwargs: Any):
        super().__init__(min_length=2, max_length=2, **kwargs)


class OrNull:
    """An empty text of the database is null in the API."""

    def __init__(self, **kwargs: Any):
        super().__init__(read_only=True, allow_null=True, **kwargs)  # type: ignore[call-arg]

    def to_representation(self, value: Any) -> Any:
        return super().to_representation(value) if value else None  # type: ignore[misc]


class ChoiceOrNull(OrNull, serializers.ChoiceField):
    pass


class LinkOrNull(OrNull, serializers.URLField):
    pass


class TextOrNull(OrNull, serializers.CharField):
    pass


class VisibleField(serializers.SlugRelatedField):
    """Another object, by its public id. One that may not be seen is answered like one that does not exist."""

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().visible_to(self.context["request"].user)

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or "\0" in data:
            self.fail("invalid")
        try:
            return super().to_internal_value(data)
        except ValidationError:
            self.fail("does_not_exist", slug_name=self.slug_field, value=data)


# --- Filters -------------------------------------------------------------------------------------------------------


@extend_schema_field(bool)
class YesNoFilter(filters.TypedChoiceFilter):
    """Strict: anything but true or false is refused, not ignored."""

    def __init__(self, **kwargs: Any):
        super().__init__(choices=[("true", "true"), ("false", "false")], coerce=lambda word: word == "true", **kwargs)


class InstantField(IsoDateTimeField):
    def clean(self, value: Any) -> datetime | None:
        """In UTC: offsets of a day are fine in ISO 8601, but not in every database."""
        instant = super().clean(value)
        try:
            return instant and instant.astimezone(UTC)
        except OverflowError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None


class InstantFilter(filters.IsoDateTimeFilter):
    field_class = InstantField


# --- Rows -------------------------------------------------------------------------------------------------------------


# No docstring: the API schema would show it for every subclass.
class PublicIdLookup(viewsets.ReadOnlyModelViewSet):
    lookup_field = "public_id"
    lookup_url_kwarg = "id"
    lookup_value_converter = "uuid"
