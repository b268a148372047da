"""Texts in force and their clauses, for programs. Read only: files are uploaded on the pages."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amnt.core.api_base import LinkOrNull, PublicIdLookup
from resolutions.models import Clause, RevisionText, TextLanguage


class ClauseSerializer(serializers.ModelSerializer):
    identity = serializers.UUIDField(
        read_only=True, help_text=_("The same for this clause in every revision, language and proposal, whatever its number.")
    )

    class Meta:
        model = Clause
        fields: tuple[str, ...] = ("identity", "position", "part", "kind", "call", "verb", "addressee", "number", "text")
        read_only_fields = fields


class LinkedClauseSerializer(ClauseSerializer):
    came_from = serializers.UUIDField(
        source="came_from.identity", read_only=True, allow_null=True, default=None, help_text=_("Of the earlier revision.")
    )

    class Meta(ClauseSerializer.Meta):
        fields = (*ClauseSerializer.Meta.fields, "lineage", "likeness", "came_from")
        read_only_fields = fields


class TextSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id", read_only=True)
    resolution = serializers.SlugField(source="revision.resolution.slug", read_only=True)
    assembly = serializers.CharField(source="revision.assembly.code", read_only=True)
    link = LinkOrNull(source="url", help_text=_("Where the text is published."))
    is_checked = serializers.SerializerMethodField(help_text=_("By someone other than the person who entered it."))

    class Meta:
        model = RevisionText
        fields = ("id", "resolution", "assembly", "language", "source", "link", "is_example", "entered_at", "is_checked", "checked_at")
        read_only_fields = fields

    def get_is_checked(self, text: RevisionText) -> bool:
        return text.checked_at is not None


class TextFilter(filters.FilterSet):
    resolution = filters.CharFilter(field_name="revision__resolution__slug")
    assembly = filters.CharFilter(field_name="revision__assembly__code")
    language = filters.ChoiceFilter(choices=TextLanguage.choices)


@extend_schema_view(
    list=extend_schema(summary=_("Texts in force, by assembly and language")), retrieve=extend_schema(summary=_("One text in force"))
)
class TextViewSet(PublicIdLookup):
    queryset = RevisionText.objects.none()
    serializer_class = TextSerializer
    filterset_class = TextFilter

    def get_queryset(self) -> QuerySet[RevisionText]:
        texts = RevisionText.objects.visible_to(self.request.user).current()
        return texts.in_order().select_related("revision__assembly", "revision__resolution")

    @extend_schema(summary=_("The clauses of a text, in order"), responses=LinkedClauseSerializer(many=True))
    @action(detail=True, pagination_class=None, filterset_class=None)
    def clauses(self, request: Request, id: Any = None) -> Response:
        rows = Clause.objects.visible_to(request.user).filter(version=self.get_object()).select_related("came_from")
        return Response(LinkedClauseSerializer(rows.in_order(), many=True).data)
