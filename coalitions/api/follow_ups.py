"""Follow-ups for programs."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amnt.core.api_base import InstantFilter, LinkOrNull, PageAddress, PublicIdLookup, VisibleField, YesNoFilter
from amnt.core.limits import max_length
from amnt.core.links import check_link
from coalitions.api.people import NamesThoseHere, PersonSerializer, VisiblePersonField
from coalitions.domain.snoozing import SnoozeUntil
from coalitions.models import Circle, CircleView, Delegation, FollowUp, FollowUpEvent
from coalitions.permissions import can_create_follow_up, may_act_as_lead, rights_on
from coalitions.services import circle_views, follow_ups
from resolutions.models import Resolution

# The largest integer of the database.
MOST_VERSIONS = 2**31 - 1


class EventSerializer(NamesThoseHere):
    by = PersonSerializer(read_only=True, allow_null=True)
    to = PersonSerializer(read_only=True, allow_null=True)

    class Meta:
        model = FollowUpEvent
        fields = ("kind", "at", "by", "to", "fields")
        read_only_fields = fields


class FollowUpSerializer(NamesThoseHere):
    id = serializers.UUIDField(source="public_id", read_only=True)
    url = PageAddress()
    circle = serializers.SlugRelatedField("public_id", read_only=True, help_text=_("Who may read it."))
    resolution = serializers.SlugRelatedField("slug", read_only=True, allow_null=True)
    delegation = serializers.SlugRelatedField("public_id", read_only=True, allow_null=True)
    owner = PersonSerializer(read_only=True, allow_null=True)
    backup = PersonSerializer(read_only=True, allow_null=True)
    assigned_by = PersonSerializer(read_only=True, allow_null=True)
    created_by = PersonSerializer(read_only=True)
    is_overdue = serializers.BooleanField(read_only=True)
    evidence = LinkOrNull()

    class Meta:
        model = FollowUp
        fields = (
            "id",
            "url",
            "circle",
            "title",
            "done_means",
            "state",
            "state_at",
            "owner",
            "backup",
            "assigned_by",
            "assigned_at",
            "created_by",
            "created_at",
            "due_at",
            "is_overdue",
            "snoozed_until",
            "closed_at",
            "evidence",
            "resolution",
            "delegation",
            "version",
        )
        read_only_fields = fields


class FollowUpWithEventsSerializer(FollowUpSerializer):
    events = EventSerializer(many=True, read_only=True)

    class Meta(FollowUpSerializer.Meta):
        fields = (*FollowUpSerializer.Meta.fields, "events")
        read_only_fields = fields


class FollowUpFilter(filters.FilterSet):
    state = filters.ChoiceFilter(choices=FollowUp.State.choices)
    open = YesNoFilter(method="by_openness")
    mine = YesNoFilter(method="by_person", help_text=_("You are its owner or backup."))
    unowned = YesNoFilter(field_name="owner", lookup_expr="isnull")
    overdue = YesNoFilter(method="by_lateness")
    circle = filters.UUIDFilter(field_name="circle__public_id")
    resolution = filters.CharFilter(field_name="resolution__slug", help_text=_("Address of a resolution, for example 50."))
    due_before = InstantFilter(field_name="due_at", lookup_expr="lt")

    def by_openness(self, queryset, name, wanted):
        return queryset.open() if wanted else queryset.closed()

    def by_person(self, queryset, name, wanted):
        mine = queryset.of_person(self.request.user)
        return mine if wanted else queryset.exclude(pk__in=mine.values("pk"))

    def by_lateness(self, queryset, name, wanted):
        late = queryset.overdue()
        return late if wanted else queryset.exclude(pk__in=late.values("pk"))


DUE = _("With its offset from UTC; without one it is read as UTC.")
SEEN = _("The version you saw: if it has changed since, nothing happens.")


class FollowUpChangeSerializer(serializers.Serializer):
    title = serializers.CharField(max_length=max_length(FollowUp, "title"), help_text=_("Begins with a verb."))
    due_at = serializers.DateTimeField(help_text=DUE)
    circle = VisibleField("public_id", queryset=Circle.objects.all(), help_text=_("Who may read it."))
    done_means = serializers.CharField(
        max_length=max_length(FollowUp, "done_means"), required=False, allow_blank=True, help_text=_("What counts as done.")
    )
    backup = VisiblePersonField(required=False, allow_null=True)
    resolution = VisibleField("slug", queryset=Resolution.objects.all(), required=False, allow_null=True)
    delegation = VisibleField("public_id", queryset=Delegation.objects.all(), required=False, allow_null=True)
    version = serializers.IntegerField(source="seen_version", min_value=1, max_value=MOST_VERSIONS, required=False, help_text=SEEN)


class FollowUpCreateSerializer(FollowUpChangeSerializer):
    version = None
    owner = VisiblePersonField(required=False, allow_null=True, help_text=_("Leads may assign it at once; others only to themselves."))
    submission = serializers.UUIDField(required=False, help_text=_("A UUID of your choice: sent twice, it creates only one."))


class AssignSerializer(serializers.Serializer):
    to = VisiblePersonField()
    backup = VisiblePersonField(required=False, allow_null=True)
    due_at = serializers.DateTimeField(required=False, help_text=DUE)
    version = serializers.IntegerField(source="seen_version", min_value=1, max_value=MOST_VERSIONS, required=False, help_text=SEEN)


class DoneSerializer(serializers.Serializer):
    evidence = serializers.URLField(
        max_length=max_length(FollowUp, "evidence"), required=False, validators=[check_link], help_text=_("A link that shows it.")
    )


class SnoozeSerializer(serializers.Serializer):
    until = serializers.ChoiceField(
        choices=[
            (SnoozeUntil.TOMORROW.value, _("tomorrow")),
            (SnoozeUntil.MONDAY.value, _("Monday")),
            (SnoozeUntil.THREE_DAYS_BEFORE.value, _("three days before it is due")),
        ]
    )


def act(summary: Any, request: Any = None) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """An act on a follow-up: POST to its own address, answered with the changed follow-up."""

    def decorate(method: Callable[..., Response]) -> Callable[..., Response]:
        name = method.__name__
        described = extend_schema(
            summary=summary, operation_id=f"follow_ups_{name}", request=request, responses=FollowUpWithEventsSerializer
        )
        return described(action(detail=True, methods=["post"], url_path=name.replace("_", "-"))(method))

    return decorate


@extend_schema_view(
    list=extend_schema(summary=_("Follow-ups you may read, by due date")), retrieve=extend_schema(summary=_("One follow-up"))
)
class FollowUpViewSet(PublicIdLookup):
    queryset = FollowUp.objects.none()
    serializer_class = FollowUpSerializer
    filterset_class = FollowUpFilter

    def get_queryset(self) -> QuerySet[FollowUp]:
        rows = FollowUp.objects.visible_to(self.request.user).for_list().with_people_here("created_by")
        rows = rows.select_related("created_by", "delegation")
        if self.action == "list":
            return rows
        return rows.prefetch_related(Prefetch("events", FollowUpEvent.objects.select_related("by", "to").with_people_here()))

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        circle_views.record_view(CircleView.Thing.FOLLOW_UP, row.public_id, circle=row.circle, by=request.user)
        return Response(self.get_serializer(row).data)

    def get_serializer_class(self) -> type[FollowUpSerializer]:
        return FollowUpSerializer if self.action == "list" else FollowUpWithEventsSerializer

    @extend_schema(
        summary=_("Create a follow-up"),
        request=FollowUpCreateSerializer,
        responses={
            201: FollowUpWithEventsSerializer,
            200: OpenApiResponse(FollowUpWithEventsSerializer, description=_("This submission had already created it.")),
        },
        examples=[
            OpenApiExample(
                "follow-up",
                request_only=True,
                value={
                    "title": "Ask the authority for its position",
                    "due_at": "2028-09-04T18:00:00+03:00",
                    "circle": "5e1f5a1c-7a0c-4c5e-9d53-3b8f6a0a9a11",
                    "resolution": "50",
                    "done_means": "They have answered in writing.",
                    "submission": "0b9d2f6e-58a1-4f37-8b0a-0d0f5c1f7e42",
                },
            )
        ],
    )
    def create(self, request: Request) -> Response:
        given = self.cleaned(FollowUpCreateSerializer)
        self.ask(can_create_follow_up(request.user, given["circle"]))
        owner = given.get("owner")
        self.ask(owner in (None, request.user) or may_act_as_lead(request.user, given["circle"].coalition))
        submission = given.get("submission")
        was_made = submission and FollowUp.objects.filter(submission=submission, created_by=request.user).exists()
        row = follow_ups.create(by=request.user, **given)
        return self.answer(row, status.HTTP_200_OK if was_made else status.HTTP_201_CREATED)

    @extend_schema(summary=_("Change its text"), request=FollowUpChangeSerializer)
    def partial_update(self, request: Request, id: UUID) -> Response:
        row, given = self.get_object(), self.cleaned(FollowUpChangeSerializer, partial=True)
        rights = rights_on(request.user, row)
        self.ask(rights.may_change)
        return self.answer(follow_ups.change(row, by=request.user, may_open_up=rights.may_open_up, **given))

    @act(_("Assign it to someone"), AssignSerializer)
    def assign(self, request: Request, id: UUID) -> Response:
        row = self.get_object()
        self.ask(rights_on(request.user, row).may_assign)
        given = self.cleaned(AssignSerializer)
        return self.answer(follow_ups.assign(row, by=request.user, **given))

    @act(_("Take one that nobody has"))
    def take(self, request: Request, id: UUID) -> Response:
        row = self.get_object()
        self.ask(rights_on(request.user, row).may_take)
        return self.answer(follow_ups.take(row, by=request.user))

    @act(_("Accept what was assigned to you"))
    def accept(self, request: Request, id: UUID) -> Response:
        return self.answer(follow_ups.accept(self.get_object(), by=request.user))

    @act(_("Decline what was assigned to you; no reason is needed"))
    def decline(self, request: Request, id: UUID) -> Response:
        return self.answer(follow_ups.decline(self.get_object(), by=request.user))

    @act(_("Hand back what you had accepted"))
    def hand_back(self, request: Request, id: UUID) -> Response:
        return self.answer(follow_ups.hand_back(self.get_object(), by=request.user))

    @act(_("Say that it is blocked"))
    def block(self, request: Request, id: UUID) -> Response:
        return self.answer(follow_ups.block(self.mine_to_work_on(), by=request.user))

    @act(_("Say that it is in progress again"))
    def resume(self, request: Request, id: UUID) -> Response:
        return self.answer(follow_ups.resume(self.mine_to_work_on(), by=request.user))

    @act(_("Say that it is done"), DoneSerializer)
    def done(self, request: Request, id: UUID) -> Response:
        row = self.mine_to_work_on()
        return self.answer(follow_ups.done(row, by=request.user, **self.cleaned(DoneSerializer)))

    @act(_("Drop what is no longer needed"))
    def drop(self, request: Request, id: UUID) -> Response:
        row = self.get_object()
        self.ask(rights_on(request.user, row).may_drop)
        return self.answer(follow_ups.drop(row, by=request.user))

    @act(_("Reopen it"))
    def reopen(self, request: Request, id: UUID) -> Response:
        return self.answer(follow_ups.reopen(self.mine_to_work_on(), by=request.user))

    @act(_("Snooze your reminder"), SnoozeSerializer)
    def snooze(self, request: Request, id: UUID) -> Response:
        row, given = self.get_object(), self.cleaned(SnoozeSerializer)
        return self.answer(follow_ups.snooze(row, until=SnoozeUntil(given["until"]), by=request.user))

    def cleaned(self, serializer_class: type[serializers.Serializer], *, partial: bool = False) -> dict[str, Any]:
        serializer = serializer_class(data=self.request.data, partial=partial, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data

    def ask(self, may: bool) -> None:
        if not may:
            raise PermissionDenied

    def mine_to_work_on(self) -> FollowUp:
        row = self.get_object()
        self.ask(rights_on(self.request.user, row).may_work)
        return row

    def answer(self, row: FollowUp, code: int = status.HTTP_200_OK) -> Response:
        return Response(self.get_serializer(get_object_or_404(self.get_queryset(), pk=row.pk)).data, status=code)
