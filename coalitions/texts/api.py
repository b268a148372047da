"""What resolutions do to human rights, for programs."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from amnt.core.api_base import LinkOrNull, PageAddress, TextOrNull, VisibleField
from amnt.core.limits import max_length
from amnt.core.links import check_link
from coalitions.importers.advocacy import right_choices
from coalitions.models import Circle, CircleView, RightsImpact
from coalitions.permissions import can_set_reading
from coalitions.priorities.api import SUBMISSION, WritingViewSet
from coalitions.services import circle_views
from coalitions.texts.services.rights_impacts import enter_impact
from resolutions.models import Resolution


class RightsImpactSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id", read_only=True)
    url = PageAddress()
    circle = serializers.SlugRelatedField("public_id", read_only=True, help_text=_("Who may read it."))
    resolution = serializers.SlugRelatedField("slug", read_only=True)
    right = serializers.CharField(read_only=True, help_text=_("Key of a right."))
    mechanism = serializers.CharField(read_only=True)
    said_by = TextOrNull(help_text=_("Who says so; null if it is whoever entered it."))
    source = LinkOrNull()

    class Meta:
        model = RightsImpact
        fields = ("id", "url", "circle", "resolution", "clause", "right", "mechanism", "said_by", "source", "at", "version")
        read_only_fields = fields


class RightsImpactCreateSerializer(serializers.Serializer):
    resolution = VisibleField("slug", queryset=Resolution.objects.all())
    circle = VisibleField("public_id", queryset=Circle.objects.all(), help_text=_("Who may read it."))
    right = serializers.ChoiceField(choices=right_choices())
    mechanism = serializers.CharField(max_length=max_length(RightsImpact, "mechanism"))
    clause = serializers.UUIDField(required=False, allow_null=True, help_text=_("Identity of a clause of the resolution."))
    said_by = serializers.CharField(max_length=max_length(RightsImpact, "said_by"), required=False, allow_blank=True)
    source = serializers.URLField(max_length=max_length(RightsImpact, "source"), required=False, allow_blank=True, validators=[check_link])
    submission = serializers.UUIDField(required=False, help_text=SUBMISSION)


class RightsImpactFilter(filters.FilterSet):
    circle = filters.UUIDFilter(field_name="circle__public_id")
    resolution = filters.CharFilter(field_name="resolution__slug", help_text=_("Address of a resolution, for example 50."))
    clause = filters.UUIDFilter(help_text=_("Identity of a clause of the resolution."))


@extend_schema_view(
    list=extend_schema(summary=_("The impacts on rights you may read")), retrieve=extend_schema(summary=_("One impact on rights"))
)
class RightsImpactViewSet(WritingViewSet):
    queryset = RightsImpact.objects.none()
    serializer_class = RightsImpactSerializer
    filterset_class = RightsImpactFilter

    def get_queryset(self) -> QuerySet[RightsImpact]:
        return RightsImpact.objects.visible_to(self.request.user).select_related("circle", "resolution").order_by("-at", "-pk")

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        circle_views.record_view(CircleView.Thing.CIRCLE, row.circle.public_id, circle=row.circle, by=request.user)
        return Response(self.get_serializer(row).data)

    @extend_schema(
        summary=_("Enter an impact on rights"),
        request=RightsImpactCreateSerializer,
        responses={
            201: RightsImpactSerializer,
            200: OpenApiResponse(RightsImpactSerializer, description=_("This submission had already created it.")),
        },
    )
    def create(self, request: Request) -> Response:
        given = self.cleaned(RightsImpactCreateSerializer)
        self.ask(can_set_reading(request.user, given["circle"]))
        submission = given.get("submission")
        was_made = submission and RightsImpact.objects.filter(submission=submission, by=request.user).exists()
        row = enter_impact(given.pop("resolution"), by=request.user, **given)
        return self.answer(row, status.HTTP_200_OK if was_made else status.HTTP_201_CREATED)
