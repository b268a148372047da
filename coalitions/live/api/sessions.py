"""Sessions of an assembly for programs: read, entered, corrected, cancelled, confirmed, and whether one goes. Nobody else is named."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amnt.core.api_base import InstantFilter, PageAddress, PublicIdLookup, VisibleField
from amnt.core.limits import max_length
from coalitions.live.domain.covering import Covering, covering_of
from coalitions.live.services import attendance, sessions
from coalitions.models import AssemblySession, Circle, SessionAttendee
from coalitions.outreach.api import MADE_BEFORE, SUBMISSION, Writes
from coalitions.permissions import can_attend_session, can_change_session, can_report_session, membership_context_of
from resolutions.models import Assembly, Resolution

COVERINGS = (
    ("good", _("somebody is in the room")),
    ("mixed", _("somebody listens")),
    ("gap", _("nobody goes")),
    ("none", _("it needs nobody")),
)


class SessionSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id", read_only=True)
    url = PageAddress()
    assembly = serializers.SlugRelatedField("code", read_only=True)
    circle = serializers.SlugRelatedField("public_id", read_only=True, help_text=_("Who may read it."))
    resolutions = serializers.SlugRelatedField("slug", many=True, read_only=True)
    reports = serializers.IntegerField(source="reports_now", read_only=True, help_text=_("How many say that it is held."))
    in_room = serializers.IntegerField(source="in_room_now", read_only=True, help_text=_("How many are in the room."))
    listening = serializers.IntegerField(source="listening_now", read_only=True, help_text=_("How many listen, from elsewhere."))
    covering = serializers.SerializerMethodField()
    is_cancelled = serializers.SerializerMethodField()

    class Meta:
        model = AssemblySession
        fields = (
            *("id", "url", "assembly", "circle", "standing", "group", "title", "room", "starts_at", "ends_at", "resolutions"),
            *("reports", "in_room", "listening", "covering", "is_cancelled", "version"),
        )
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(choices=COVERINGS))
    def get_covering(self, session: Any) -> Covering:
        return covering_of(session.in_room_now, session.listening_now, needs_somebody=session.needs_somebody)

    def get_is_cancelled(self, session: AssemblySession) -> bool:
        return session.cancelled_at is not None


class SessionFilter(filters.FilterSet):
    assembly = filters.CharFilter(field_name="assembly__code", help_text=_("For example WTSA-28."))
    starts_after = InstantFilter(field_name="starts_at", lookup_expr="gte")
    starts_before = InstantFilter(field_name="starts_at", lookup_expr="lt")
    resolution = filters.CharFilter(field_name="resolutions__slug", help_text=_("Address of a resolution, for example 50."))
    circle = filters.UUIDFilter(field_name="circle__public_id")


class SessionFactsSerializer(serializers.Serializer):
    standing = serializers.ChoiceField(choices=AssemblySession.Standing.choices)
    group = serializers.ChoiceField(choices=AssemblySession.Group.choices)
    title = serializers.CharField(max_length=max_length(AssemblySession, "title"), required=False, allow_blank=True)
    room = serializers.CharField(max_length=max_length(AssemblySession, "room"), required=False, allow_blank=True)
    starts_at = serializers.DateTimeField(help_text=_("With its offset from UTC; without one it is read as UTC."))
    ends_at = serializers.DateTimeField(required=False, allow_null=True)
    resolutions = serializers.ListField(
        child=VisibleField("slug", queryset=Resolution.objects.all()), required=False, max_length=sessions.MOST_ON_AGENDA
    )


class SessionCreateSerializer(SessionFactsSerializer):
    assembly = serializers.SlugRelatedField("code", queryset=Assembly.objects.of_wtsa(), help_text=_("For example WTSA-28."))
    circle = VisibleField("public_id", queryset=Circle.objects.all(), help_text=_("Who may read it."))
    submission = serializers.UUIDField(required=False, help_text=SUBMISSION)


class SessionChangeSerializer(SessionFactsSerializer):
    version = serializers.IntegerField(
        source="seen_version",
        min_value=1,
        max_value=2**31 - 1,
        required=False,
        help_text=_("The version you saw: if it has changed since, nothing happens."),
    )


class AttendSerializer(serializers.Serializer):
    manner = serializers.ChoiceField(choices=SessionAttendee.Manner.choices)


@extend_schema_view(
    list=extend_schema(summary=_("Sessions of an assembly you may read, in their order")),
    retrieve=extend_schema(summary=_("One session of an assembly")),
)
class SessionViewSet(Writes, PublicIdLookup):
    queryset = AssemblySession.objects.none()
    serializer_class = SessionSerializer
    filterset_class = SessionFilter

    def get_queryset(self) -> QuerySet[AssemblySession]:
        rows = AssemblySession.objects.visible_to(self.request.user, membership_context_of(self.request.user).circles)
        return rows.with_reports().with_attendance().in_order().prefetch_related("resolutions")

    @extend_schema(
        summary=_("Enter a session"),
        request=SessionCreateSerializer,
        responses={201: SessionSerializer, 200: OpenApiResponse(SessionSerializer, description=MADE_BEFORE)},
        examples=[
            OpenApiExample(
                "session",
                request_only=True,
                value={
                    "assembly": "WTSA-28",
                    "circle": "0b9d2f6e-58a1-4f37-8b0a-0d0f5c1f7e42",
                    "standing": "informal",
                    "group": "other",
                    "room": "Room F",
                    "starts_at": "2028-10-24T10:15:00+05:30",
                    "resolutions": ["50"],
                },
            )
        ],
    )
    def create(self, request: Request) -> Response:
        given = self.cleaned(SessionCreateSerializer)
        self.ask(can_report_session(request.user, given["circle"]))
        submission = given.get("submission")
        was_made = submission and AssemblySession.objects.filter(submission=submission, created_by=request.user).exists()
        row = sessions.enter_session(by=request.user, **given)
        return self.answer(row, status.HTTP_200_OK if was_made else status.HTTP_201_CREATED)

    @extend_schema(summary=_("Correct a session"), request=SessionChangeSerializer, responses=SessionSerializer)
    def partial_update(self, request: Request, id: UUID) -> Response:
        row = self.get_object()
        self.ask(can_change_session(request.user, row))
        given = self.cleaned(SessionChangeSerializer, partial=True)
        return self.answer(sessions.change_session(row, by=request.user, **given))

    @extend_schema(summary=_("Say that it is cancelled"), request=None, responses=SessionSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, id: UUID) -> Response:
        row = self.get_object()
        self.ask(can_change_session(request.user, row))
        sessions.cancel_session(row, by=request.user)
        return self.answer(row)

    @extend_schema(summary=_("Say that an informal session is held"), request=None, responses=SessionSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, id: UUID) -> Response:
        row = self.to_attend()
        sessions.confirm_session(row, by=request.user)
        return self.answer(row)

    @extend_schema(summary=_("Say that you go, in the room or listening"), request=AttendSerializer, responses=SessionSerializer)
    @action(detail=True, methods=["post"])
    def attend(self, request: Request, id: UUID) -> Response:
        row = self.to_attend()
        attendance.attend(row, manner=self.cleaned(AttendSerializer)["manner"], by=request.user)
        return self.answer(row)

    @extend_schema(summary=_("Say no longer that you go"), request=None, responses=SessionSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, id: UUID) -> Response:
        row = self.to_attend()
        attendance.withdraw(row, by=request.user)
        return self.answer(row)

    def to_attend(self) -> AssemblySession:
        row = self.get_object()
        self.ask(can_attend_session(self.request.user, row))
        return row
