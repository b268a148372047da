"""Notes of sessions for programs: read, and written. Who wrote one is said where it is attributed, and only there."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from amnt.core.api_base import ChoiceOrNull, PageAddress, PublicIdLookup, TextOrNull, VisibleField
from amnt.core.limits import max_length
from coalitions.live.read_models.session_notes import ShownNote, author_of, opened
from coalitions.live.services import notes
from coalitions.models import AssemblySession, Circle, CircleView, SessionNote
from coalitions.outreach.api import MADE_BEFORE, SUBMISSION, Writes
from coalitions.permissions import can_write_session_note, membership_context_of
from coalitions.services import circle_views
from resolutions.models import Resolution


class SessionNoteSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id", read_only=True)
    url = PageAddress()
    session = serializers.SlugRelatedField("public_id", read_only=True)
    circle = serializers.SlugRelatedField(
        "public_id", read_only=True, allow_null=True, help_text=_("Who may read it; null: its author alone.")
    )
    resolution = serializers.SlugRelatedField("slug", read_only=True, allow_null=True)
    clause_name = TextOrNull()
    clause_state = ChoiceOrNull(choices=SessionNote.ClauseState.choices)
    author = serializers.SerializerMethodField(help_text=_("Null unless the note is attributed."))

    class Meta:
        model = SessionNote
        fields = (
            *("id", "url", "session", "circle", "resolution", "clause", "clause_name", "clause_state", "moved", "next_step"),
            *("language", "author", "at"),
        )
        read_only_fields = fields

    def get_author(self, note: SessionNote) -> str | None:
        return author_of(note) or None


class SessionNoteFilter(filters.FilterSet):
    session = filters.UUIDFilter(field_name="session__public_id")
    resolution = filters.CharFilter(field_name="resolution__slug", help_text=_("Address of a resolution, for example 50."))
    circle = filters.UUIDFilter(field_name="circle__public_id")


class SessionNoteCreateSerializer(serializers.Serializer):
    session = VisibleField("public_id", queryset=AssemblySession.objects.all())
    circle = VisibleField(
        "public_id", queryset=Circle.objects.all(), allow_null=True, help_text=_("Who may read it; null: you alone. It has no default.")
    )
    moved = serializers.CharField(max_length=max_length(SessionNote, "moved"), help_text=_("One sentence."))
    resolution = VisibleField("slug", queryset=Resolution.objects.all(), required=False, allow_null=True)
    clause = serializers.UUIDField(required=False, allow_null=True, help_text=_("Identity of a clause."))
    clause_name = serializers.CharField(max_length=max_length(SessionNote, "clause_name"), required=False, allow_blank=True)
    clause_state = serializers.ChoiceField(choices=SessionNote.ClauseState.choices, required=False, allow_blank=True)
    next_step = serializers.ChoiceField(
        choices=[choice for choice in SessionNote.NextStep.choices if choice[0] != SessionNote.NextStep.SESSION], required=False
    )
    next_session = VisibleField("public_id", queryset=AssemblySession.objects.all(), required=False, allow_null=True)
    is_attributed = serializers.BooleanField(default=False)
    submission = serializers.UUIDField(required=False, help_text=SUBMISSION)


@extend_schema_view(
    list=extend_schema(summary=_("Notes of sessions you may read, the latest first")),
    retrieve=extend_schema(summary=_("One note of a session")),
)
class SessionNoteViewSet(Writes, PublicIdLookup):
    queryset = SessionNote.objects.none()
    serializer_class = SessionNoteSerializer
    filterset_class = SessionNoteFilter

    def get_queryset(self) -> QuerySet[SessionNote]:
        rows = SessionNote.objects.visible_to(self.request.user, membership_context_of(self.request.user).circles)
        return rows.with_author().latest_first()

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        shown = ShownNote(row, "", row.by_id == request.user.pk)
        circle_views.record_views(CircleView.Thing.SESSION, opened(row.session, [shown]), by=request.user)
        return Response(self.get_serializer(row).data)

    @extend_schema(
        summary=_("Note what moved"),
        request=SessionNoteCreateSerializer,
        responses={201: SessionNoteSerializer, 200: OpenApiResponse(SessionNoteSerializer, description=MADE_BEFORE)},
        examples=[
            OpenApiExample(
                "session-note",
                request_only=True,
                value={
                    "session": "5e1f5a1c-7a0c-4c5e-9d53-3b8f6a0a9a11",
                    "circle": "0b9d2f6e-58a1-4f37-8b0a-0d0f5c1f7e42",
                    "moved": "The words in brackets are gone.",
                    "resolution": "50",
                    "clause_name": "instructs 2 bis",
                    "clause_state": "agreed",
                    "next_step": "plenary",
                },
            )
        ],
    )
    def create(self, request: Request) -> Response:
        given = self.cleaned(SessionNoteCreateSerializer)
        session = AssemblySession.objects.select_related("circle", "assembly").get(pk=given.pop("session").pk)
        if not can_write_session_note(request.user, session):
            raise PermissionDenied
        submission = given.get("submission")
        was_made = submission and SessionNote.objects.filter(submission=submission, by=request.user).exists()
        row = notes.write_note(session, by=request.user, **given)
        return self.answer(row, status.HTTP_200_OK if was_made else status.HTTP_201_CREATED)
