"""The fields that all public facts have: certainty, source and check."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

FACT_FIELDS = ("source", "confidence", "is_to_check", "verified_at")


class FactSerializer(serializers.ModelSerializer):
    """How sure a public fact is, and where it comes from."""

    is_to_check = serializers.BooleanField(read_only=True, help_text=_("Not sure, and nobody has checked it yet."))
