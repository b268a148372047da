"""Of which coalition and which assembly a program asks."""

from typing import Any

from rest_framework import serializers
from rest_framework.generics import GenericAPIView

from amnt.core.api_base import VisibleField
from coalitions.models import Coalition
from resolutions.models import Assembly


class AskedSerializer(serializers.Serializer):
    """In the address of a question, or in the body of an act."""

    coalition = VisibleField("public_id", queryset=Coalition.objects.all())
    assembly = serializers.SlugRelatedField("code", queryset=Assembly.objects.of_wtsa())


def asked_of(view: GenericAPIView) -> dict[str, Any]:
    serializer = AskedSerializer(data=view.request.query_params, context=view.get_serializer_context())
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data
