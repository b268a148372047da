"""Meetings and deadlines, for programs."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from amnt.core.api_base import ChoiceOrNull, InstantFilter, PageAddress, PublicIdLookup, TextOrNull, TranslatedTextField, YesNoFilter
from calendar_app.models import Deadline, Meeting
from coalitions.models import CircleView
from coalitions.services import circle_views
from resolutions.api.facts import FACT_FIELDS, FactSerializer

INSTANT = _("In UTC. When has_hour is false, only the day is known, and the time given is noon in Geneva.")


class DateSerializer(FactSerializer):
    id = serializers.UUIDField(source="public_id", read_only=True)
    url = PageAddress()
    assembly = serializers.SlugRelatedField("code", read_only=True, help_text=_("The cycle it belongs to."))
    title = TranslatedTextField()
    at = serializers.DateTimeField(read_only=True, help_text=INSTANT)
    is_assumption = serializers.BooleanField(read_only=True, help_text=_("Computed from earlier assemblies, not published."))
    calendar_status = serializers.ChoiceField(
        choices=["CONFIRMED", "TENTATIVE"], read_only=True, help_text=_("STATUS of an event of iCalendar; an assumption is TENTATIVE.")
    )


class MeetingSerializer(DateSerializer):
    group = serializers.SlugRelatedField("code", read_only=True, allow_null=True, help_text=_("Code of the regional group."))
    country = TextOrNull(source="country.code", help_text=_("ISO 3166 code."))
    mode = ChoiceOrNull(choices=Meeting.Mode.choices)
    access = ChoiceOrNull(choices=Meeting.Access.choices)
    resolutions = serializers.SlugRelatedField("slug", many=True, read_only=True, help_text=_("On its agenda."))
    circle = serializers.SlugRelatedField(
        "public_id", read_only=True, allow_null=True, help_text=_("Who may read it; null for a public meeting.")
    )

    class Meta:
        model = Meeting
        fields = (
            "id",
            "url",
            "kind",
            "title",
            "assembly",
            "group",
            "starts_on",
            "ends_on",
            "at",
            "has_hour",
            "zone",
            "date_status",
            "is_assumption",
            "calendar_status",
            "city",
            "country",
            "mode",
            "access",
            "resolutions",
            "circle",
            "is_example",
            *FACT_FIELDS,
        )
        read_only_fields = fields


class DeadlineSerializer(DateSerializer):
    meeting = serializers.SlugRelatedField(
        "public_id",
        read_only=True,
        allow_null=True,
        help_text=_("The meeting it is a deadline of; null for a deadline of the assembly itself."),
    )

    class Meta:
        model = Deadline
        fields = (
            "id",
            "url",
            "kind",
            "title",
            "assembly",
            "meeting",
            "at",
            "has_hour",
            "zone",
            "date_status",
            "is_assumption",
            "calendar_status",
            "offset_days",
            "is_example",
            *FACT_FIELDS,
        )
        read_only_fields = fields


class AheadFilter(filters.FilterSet):
    ahead = YesNoFilter(method="by_time", help_text=_("Only what is still to come, or only what is over."))
    assembly = filters.CharFilter(field_name="assembly__code", help_text=_("Code of the assembly, for example WTSA-28."))
    after = InstantFilter(field_name="at", lookup_expr="gte", help_text=_("At this instant or later."))
    before = InstantFilter(field_name="at", lookup_expr="lt", help_text=_("Before this instant."))

    def by_time(self, queryset, name, wanted):
        return queryset.ahead() if wanted else queryset.exclude(pk__in=queryset.ahead().values("pk"))


class MeetingFilter(AheadFilter):
    kind = filters.ChoiceFilter(choices=Meeting.Kind.choices)
    group = filters.CharFilter(field_name="group__code", help_text=_("Code of the regional group."))
    resolution = filters.CharFilter(field_name="resolutions__slug", help_text=_("Address of a resolution on its agenda."))


class DeadlineFilter(AheadFilter):
    kind = filters.ChoiceFilter(choices=Deadline.Kind.choices)
    meeting = filters.UUIDFilter(field_name="meeting__public_id", help_text=_("Deadlines of this meeting."))


@extend_schema_view(list=extend_schema(summary=_("Meetings, by date")), retrieve=extend_schema(summary=_("One meeting")))
class MeetingViewSet(PublicIdLookup):
    queryset = Meeting.objects.none()
    serializer_class = MeetingSerializer
    filterset_class = MeetingFilter

    def get_queryset(self) -> QuerySet[Meeting]:
        rows = Meeting.objects.visible_to(self.request.user).select_related("assembly", "group", "circle")
        return rows.prefetch_related("resolutions").order_by("at", "pk")

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        circle_views.record_view(CircleView.Thing.CALL, row.public_id, circle=row.circle, by=request.user)
        return Response(self.get_serializer(row).data)


@extend_schema_view(list=extend_schema(summary=_("Deadlines, by date")), retrieve=extend_schema(summary=_("One deadline")))
class DeadlineViewSet(PublicIdLookup):
    queryset = Deadline.objects.none()
    serializer_class = DeadlineSerializer
    filterset_class = DeadlineFilter

    def get_queryset(self) -> QuerySet[Deadline]:
        return Deadline.objects.visible_to(self.request.user).select_related("assembly", "meeting__circle").order_by("at", "pk")

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        if row.meeting:
            circle_views.record_view(CircleView.Thing.CALL, row.meeting.public_id, circle=row.meeting.circle, by=request.user)
        return Response(self.get_serializer(row).data)
