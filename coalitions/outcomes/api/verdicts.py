"""Verdicts on what assemblies decided, for programs."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from amnt.core.api_base import PageAddress, PublicIdLookup, VisibleField, YesNoFilter
from amnt.core.limits import max_length
from coalitions.api.people import NamesThoseHere, PersonSerializer
from coalitions.models import Circle, CircleView, Verdict
from coalitions.models.people import is_here
from coalitions.outcomes.services.verdicts import give_verdict
from coalitions.permissions import can_give_verdict
from coalitions.services import circle_views
from resolutions.models import Assembly, Resolution

MOST_VERSIONS = 32_767


class VerdictSerializer(NamesThoseHere):
    id = serializers.UUIDField(source="public_id", read_only=True)
    url = PageAddress()
    circle = serializers.SlugRelatedField("public_id", read_only=True, help_text=_("Who may read it."))
    resolution = serializers.SlugRelatedField("slug", read_only=True)
    assembly = serializers.SlugRelatedField("code", read_only=True)
    by = PersonSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Verdict
        fields = ("id", "url", "circle", "resolution", "assembly", "version", "result", "words", "by", "at")
        read_only_fields = fields


class VerdictCreateSerializer(serializers.Serializer):
    resolution = VisibleField("slug", queryset=Resolution.objects.all())
    assembly = serializers.SlugRelatedField("code", queryset=Assembly.objects.of_wtsa())
    circle = VisibleField("public_id", queryset=Circle.objects.all(), help_text=_("Who may read it."))
    result = serializers.ChoiceField(choices=Verdict.Result.choices)
    words = serializers.CharField(max_length=max_length(Verdict, "words"), required=False, allow_blank=True, help_text=_("Why."))
    version = serializers.IntegerField(
        source="seen_version",
        min_value=0,
        max_value=MOST_VERSIONS,
        required=False,
        help_text=_("The version you saw, 0 for none: if another was given since, nothing happens."),
    )
    submission = serializers.UUIDField(required=False, help_text=_("A UUID of your choice: sent twice, it creates only one."))


class VerdictFilter(filters.FilterSet):
    assembly = filters.CharFilter(field_name="assembly__code", help_text=_("Code of an assembly, for example WTSA-24."))
    resolution = filters.CharFilter(field_name="resolution__slug", help_text=_("Address of a resolution, for example 50."))
    circle = filters.UUIDFilter(field_name="circle__public_id")
    newest = YesNoFilter(method="by_newness", help_text=_("The latest version of each circle, or only earlier ones."))

    def by_newness(self, queryset, name, wanted):
        newest = queryset.newest()
        return newest if wanted else queryset.exclude(pk__in=newest.values("pk"))


@extend_schema_view(
    list=extend_schema(
        summary=_("Verdicts you may read"),
        description=_("Every version of each, the latest first. What a delegation alone reads is left out."),
    ),
    retrieve=extend_schema(summary=_("One version of a verdict")),
)
class VerdictViewSet(PublicIdLookup):
    queryset = Verdict.objects.none()
    serializer_class = VerdictSerializer
    filterset_class = VerdictFilter

    def get_queryset(self) -> QuerySet[Verdict]:
        rows = Verdict.objects.visible_to(self.request.user).exclude(circle__kind=Circle.Kind.DELEGATION)
        rows = rows.select_related("circle", "resolution", "assembly", "by")
        return rows.annotate(by_is_here=is_here("by", of="circle__coalition")).order_by("-at", "-pk")

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        circle_views.record_view(CircleView.Thing.VERDICT, row.public_id, circle=row.circle, by=request.user)
        return Response(self.get_serializer(row).data)

    @extend_schema(
        summary=_("Give a verdict"),
        request=VerdictCreateSerializer,
        responses={
            201: VerdictSerializer,
            200: OpenApiResponse(VerdictSerializer, description=_("This submission had already created it.")),
        },
    )
    def create(self, request: Request) -> Response:
        serializer = VerdictCreateSerializer(data=request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        given = serializer.validated_data
        if not can_give_verdict(request.user, given["circle"]):
            raise PermissionDenied
        submission = given.get("submission")
        was_made = submission and Verdict.objects.filter(submission=submission, by=request.user).exists()
        verdict = give_verdict(by=request.user, **given)
        row = get_object_or_404(self.get_queryset(), pk=verdict.pk)
        return Response(self.get_serializer(row).data, status=status.HTTP_200_OK if was_made else status.HTTP_201_CREATED)
