"""The lines of public reports that two leads release, for programs."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amnt.core.api_base import PublicIdLookup, VisibleField, YesNoFilter
from amnt.core.errors import RuleBroken
from coalitions.api.people import NamesThoseHere, PersonSerializer
from coalitions.models import Coalition, ReportLine
from coalitions.models.people import is_here
from coalitions.outcomes.api.asked import AskedSerializer, asked_of
from coalitions.outcomes.read_models.report_lines import ReportLineCandidate
from coalitions.outcomes.services import report_lines as services
from coalitions.permissions import may_act_as_lead, membership_context_of
from resolutions.models import Assembly


class ReportLineSerializer(NamesThoseHere):
    id = serializers.UUIDField(source="public_id", read_only=True)
    coalition = serializers.SlugRelatedField("public_id", read_only=True)
    assembly = serializers.SlugRelatedField("code", read_only=True)
    resolution = serializers.SlugRelatedField("slug", read_only=True, allow_null=True, help_text=_("Null for the name of the coalition."))
    text = serializers.CharField(read_only=True, help_text=_("As the report says it; of a position and a verdict, the code of the choice."))
    is_released = serializers.SerializerMethodField(help_text=_("Whether it stands in the public report."))
    proposed_by = PersonSerializer(read_only=True, allow_null=True)
    released_by = PersonSerializer(read_only=True, allow_null=True)

    class Meta:
        model = ReportLine
        fields = (
            *("id", "coalition", "assembly", "resolution", "part", "text", "is_released"),
            *("proposed_by", "proposed_at", "released_by", "released_at"),
        )
        read_only_fields = fields

    def get_is_released(self, row: ReportLine) -> bool:
        return row.released_at is not None


class CandidateSerializer(serializers.Serializer):
    key = serializers.CharField(read_only=True, help_text=_("Names the line and its words: with other words it is another one."))
    resolution = serializers.SerializerMethodField(help_text=_("Null for the name of the coalition."))
    part = serializers.ChoiceField(choices=ReportLine.Part.choices, read_only=True)
    text = serializers.CharField(read_only=True)

    def get_resolution(self, row: ReportLineCandidate) -> str | None:
        return row.resolution.slug if row.resolution else None


class ProposeSerializer(serializers.Serializer):
    coalition = VisibleField("public_id", queryset=Coalition.objects.all())
    assembly = serializers.SlugRelatedField("code", queryset=Assembly.objects.of_wtsa())
    key = serializers.CharField(max_length=200, help_text=_("Of a line that could be proposed, as they are listed."))


class ReportLineFilter(filters.FilterSet):
    coalition = filters.UUIDFilter(field_name="coalition__public_id")
    assembly = filters.CharFilter(field_name="assembly__code", help_text=_("Code of an assembly, for example WTSA-24."))
    resolution = filters.CharFilter(field_name="resolution__slug", help_text=_("Address of a resolution, for example 50."))
    released = YesNoFilter(method="by_release", help_text=_("Released, or waiting for a second lead."))

    def by_release(self, rows, name, wanted):
        return rows.exclude(released_at=None) if wanted else rows.filter(released_at=None)


@extend_schema_view(
    list=extend_schema(
        summary=_("Lines for public reports, of your coalitions"), description=_("Proposed or released, and not withdrawn.")
    ),
    retrieve=extend_schema(summary=_("One line for a public report")),
)
class ReportLineViewSet(PublicIdLookup):
    queryset = ReportLine.objects.none()
    serializer_class = ReportLineSerializer
    filterset_class = ReportLineFilter

    def get_queryset(self) -> QuerySet[ReportLine]:
        rows = ReportLine.objects.visible_to(self.request.user).standing()
        rows = rows.select_related("coalition", "assembly", "resolution", "proposed_by", "released_by")
        here = {f"{name}_is_here": is_here(name, of="coalition") for name in ("proposed_by", "released_by")}
        # Until a second lead has released a line, leads alone read it.
        read = Q(released_at__isnull=False) | Q(coalition__in=membership_context_of(self.request.user).led)
        return rows.filter(read).annotate(**here).order_by("-proposed_at", "-pk")

    def of_lead(self, coalition: Coalition) -> None:
        if not may_act_as_lead(self.request.user, coalition):
            raise PermissionDenied

    @extend_schema(
        summary=_("Lines that a lead could propose now"),
        operation_id="report_lines_candidates",
        parameters=[AskedSerializer],
        responses=CandidateSerializer(many=True),
        filters=False,
    )
    @action(detail=False, pagination_class=None)
    def candidates(self, request: Request) -> Response:
        asked = asked_of(self)
        self.of_lead(asked["coalition"])
        found = services.candidates_of(asked["assembly"], coalition=asked["coalition"], user=request.user)
        return Response(CandidateSerializer(found, many=True).data)

    @extend_schema(
        summary=_("Propose a line, as a lead"),
        request=ProposeSerializer,
        responses={
            201: ReportLineSerializer,
            200: OpenApiResponse(ReportLineSerializer, description=_("It stood there already, with the same words.")),
        },
    )
    def create(self, request: Request) -> Response:
        serializer = ProposeSerializer(data=request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        given: dict[str, Any] = serializer.validated_data
        about = {"coalition": given["coalition"], "assembly": given["assembly"]}
        self.of_lead(about["coalition"])
        offered = services.candidates_of(**about, user=request.user)
        wanted = next((each for each in offered if each.key == given["key"]), None)
        if wanted is None:
            raise RuleBroken(gettext("Some of these words have changed since you read them. Look again: nothing was proposed."))
        made = services.propose_lines([wanted], **about, by=request.user)
        line = get_object_or_404(self.get_queryset(), **about, resolution=wanted.resolution, part=wanted.part)
        return Response(self.get_serializer(line).data, status=status.HTTP_201_CREATED if made else status.HTTP_200_OK)

    @extend_schema(
        summary=_("Release a line that another lead proposed"),
        operation_id="report_lines_release",
        request=None,
        responses=ReportLineSerializer,
    )
    @action(detail=True, methods=["post"])
    def release(self, request: Request, id: UUID) -> Response:
        line = self.get_object()
        self.of_lead(line.coalition)
        services.release_lines([line.public_id], coalition=line.coalition, assembly=line.assembly, by=request.user)
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(summary=_("Withdraw a line, as a lead"), responses={204: None})
    def destroy(self, request: Request, id: UUID) -> Response:
        line = self.get_object()
        self.of_lead(line.coalition)
        services.withdraw_line(line, by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)
