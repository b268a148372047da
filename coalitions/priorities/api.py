"""The priorities and decisions of coalitions, for programs."""

from functools import cached_property
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from amnt.core.api_base import PageAddress, PublicIdLookup, TextOrNull, VisibleField
from amnt.core.limits import max_length
from coalitions.importers.advocacy import right_choices
from coalitions.models import Circle, CircleView, Coalition, Decision, Priority
from coalitions.permissions import can_create_follow_up, may_act_as_lead
from coalitions.priorities.services import priorities
from coalitions.priorities.services.decisions import log_decision
from coalitions.services import circle_views
from resolutions.models import Resolution

MOST_VERSIONS = 2**31 - 1
SUBMISSION = _("A UUID of your choice: sent twice, it creates only one.")


class PrioritySerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id", read_only=True)
    url = PageAddress()
    coalition = serializers.SlugRelatedField("public_id", read_only=True)
    title = serializers.CharField(read_only=True)
    why = TextOrNull()
    resolutions = serializers.SerializerMethodField(help_text=_("Addresses of resolutions, for example 50."))
    rights = serializers.SerializerMethodField(help_text=_("Keys of the rights at stake."))
    is_published = serializers.BooleanField(read_only=True, help_text=_("Whether observers read it."))

    class Meta:
        model = Priority
        fields = ("id", "url", "coalition", "place", "title", "why", "resolutions", "rights", "is_published", "version")
        read_only_fields = fields

    def get_resolutions(self, row: Priority) -> list[str]:
        known = self.context["view"].slugs
        return [known[key] for key in row.resolution_keys if key in known]

    def get_rights(self, row: Priority) -> list[str]:
        return [right.key for right in row.rights]


class PriorityChangeSerializer(serializers.Serializer):
    title = serializers.CharField(max_length=max_length(Priority, "own_title"))
    why = serializers.CharField(max_length=max_length(Priority, "own_why"), required=False, allow_blank=True)
    resolutions = VisibleField("slug", queryset=Resolution.objects.all(), many=True, required=False)
    rights = serializers.MultipleChoiceField(choices=right_choices(), required=False)
    version = serializers.IntegerField(
        source="seen_version",
        min_value=1,
        max_value=MOST_VERSIONS,
        required=False,
        help_text=_("The version you saw: if it has changed since, nothing happens."),
    )


class PriorityCreateSerializer(PriorityChangeSerializer):
    version = None
    coalition = VisibleField("public_id", queryset=Coalition.objects.all())
    submission = serializers.UUIDField(required=False, help_text=SUBMISSION)


class WritingViewSet(PublicIdLookup):
    def cleaned(self, serializer_class: type[serializers.Serializer], *, partial: bool = False) -> dict[str, Any]:
        serializer = serializer_class(data=self.request.data, partial=partial, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def ask(self, may: bool) -> None:
        if not may:
            raise PermissionDenied

    def answer(self, row: Any, code: int = status.HTTP_200_OK) -> Response:
        return Response(self.get_serializer(get_object_or_404(self.get_queryset(), pk=row.pk)).data, status=code)


@extend_schema_view(
    list=extend_schema(summary=_("The priorities you may read, in order")), retrieve=extend_schema(summary=_("One priority"))
)
class PriorityViewSet(WritingViewSet):
    queryset = Priority.objects.none()
    serializer_class = PrioritySerializer

    def get_queryset(self) -> QuerySet[Priority]:
        return Priority.objects.visible_to(self.request.user).select_related("coalition").in_order()

    @cached_property
    def slugs(self) -> dict[int, str]:
        """Of resolutions by their keys, which is what a priority keeps."""
        return dict(Resolution.objects.visible_to(self.request.user).values_list("pk", "slug"))

    @extend_schema(
        summary=_("Set a priority, as a lead"),
        request=PriorityCreateSerializer,
        responses={
            201: PrioritySerializer,
            200: OpenApiResponse(PrioritySerializer, description=_("This submission had already created it.")),
        },
        examples=[
            OpenApiExample(
                "priority",
                request_only=True,
                value={
                    "coalition": "5e1f5a1c-7a0c-4c5e-9d53-3b8f6a0a9a11",
                    "title": "Keep routing out of the mandate",
                    "resolutions": ["50", "64"],
                    "rights": ["privacy"],
                },
            )
        ],
    )
    def create(self, request: Request) -> Response:
        given = self.cleaned(PriorityCreateSerializer)
        coalition = given.pop("coalition")
        self.ask(may_act_as_lead(request.user, coalition))
        submission = given.get("submission")
        was_made = submission and Priority.objects.filter(submission=submission, by=request.user).exists()
        row = priorities.write_priority(coalition, by=request.user, **given | {"rights": sorted(given.get("rights", ()))})
        return self.answer(row, status.HTTP_200_OK if was_made else status.HTTP_201_CREATED)

    @extend_schema(summary=_("Change a priority, as a lead"), request=PriorityChangeSerializer)
    def partial_update(self, request: Request, id: UUID) -> Response:
        row, given = self.get_object(), self.cleaned(PriorityChangeSerializer, partial=True)
        self.ask(may_act_as_lead(request.user, row.coalition))
        if "rights" in given:
            given["rights"] = sorted(given["rights"])
        return self.answer(priorities.change_priority(row, by=request.user, **given))


class DecisionSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id", read_only=True)
    circle = serializers.SlugRelatedField("public_id", read_only=True, help_text=_("Who may read it."))
    text = serializers.CharField(read_only=True)
    decided_by = TextOrNull(help_text=_("Who decided, in words."))
    resolution = serializers.SlugRelatedField("slug", read_only=True, allow_null=True)
    corrects = serializers.SlugRelatedField("public_id", read_only=True, allow_null=True, help_text=_("The entry it corrects."))

    class Meta:
        model = Decision
        fields = ("id", "circle", "text", "decided_by", "decided_on", "resolution", "corrects", "at")
        read_only_fields = fields


class DecisionCreateSerializer(serializers.Serializer):
    text = serializers.CharField(max_length=Decision.LONGEST)
    decided_on = serializers.DateField()
    decided_by = serializers.CharField(
        max_length=max_length(Decision, "decided_by"), required=False, allow_blank=True, help_text=_("Who decided, in words.")
    )
    circle = VisibleField("public_id", queryset=Circle.objects.all(), help_text=_("Who may read it."))
    resolution = VisibleField("slug", queryset=Resolution.objects.all(), required=False, allow_null=True)
    corrects = VisibleField("public_id", queryset=Decision.objects.all(), required=False, allow_null=True)
    submission = serializers.UUIDField(required=False, help_text=SUBMISSION)


class DecisionFilter(filters.FilterSet):
    circle = filters.UUIDFilter(field_name="circle__public_id")
    resolution = filters.CharFilter(field_name="resolution__slug", help_text=_("Address of a resolution, for example 50."))


@extend_schema_view(
    list=extend_schema(summary=_("The decisions you may read, the latest first")), retrieve=extend_schema(summary=_("One decision"))
)
class DecisionViewSet(WritingViewSet):
    queryset = Decision.objects.none()
    serializer_class = DecisionSerializer
    filterset_class = DecisionFilter

    def get_queryset(self) -> QuerySet[Decision]:
        return Decision.objects.visible_to(self.request.user).select_related("circle", "resolution", "corrects").order_by("-at", "-pk")

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        circle_views.record_view(CircleView.Thing.CIRCLE, row.circle.public_id, circle=row.circle, by=request.user)
        return Response(self.get_serializer(row).data)

    @extend_schema(
        summary=_("Log a decision, or a correction of one"),
        request=DecisionCreateSerializer,
        responses={
            201: DecisionSerializer,
            200: OpenApiResponse(DecisionSerializer, description=_("This submission had already created it.")),
        },
    )
    def create(self, request: Request) -> Response:
        given = self.cleaned(DecisionCreateSerializer)
        self.ask(can_create_follow_up(request.user, given["circle"]))
        submission = given.get("submission")
        was_made = submission and Decision.objects.filter(submission=submission, by=request.user).exists()
        return self.answer(log_decision(by=request.user, **given), status.HTTP_200_OK if was_made else status.HTTP_201_CREATED)
