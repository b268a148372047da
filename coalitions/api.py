"""Follow-ups, and the circles and people they are for, for programs."""

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, viewsets

from coalitions.models import Circle, FollowUp, FollowUpEvent, Membership
from resolutions.api import PageAddress, YesNoFilter


class CoalitionSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="public_id", read_only=True)
    name = serializers.CharField(read_only=True)


class CircleSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id", read_only=True)
    coalition = CoalitionSerializer(read_only=True)

    class Meta:
        model = Circle
        fields = ("id", "kind", "name", "purpose", "coalition", "created_at")
        read_only_fields = fields


@extend_schema_view(list=extend_schema(summary=_("The circles you stand in")), retrieve=extend_schema(summary=_("One circle")))
class CircleViewSet(viewsets.ReadOnlyModelViewSet):
    queryset = Circle.objects.none()
    serializer_class = CircleSerializer
    lookup_field = "public_id"
    lookup_url_kwarg = "id"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Circle]:
        return Circle.objects.visible_to(self.request.user).select_related("coalition").order_by("coalition", "kind", "pk")


class PersonSerializer(serializers.Serializer):
    """A person as others see her."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    name = serializers.CharField(source="short_name", read_only=True)


class MemberSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="user.public_id", read_only=True)
    name = serializers.CharField(source="user.name", read_only=True)
    organisation = serializers.CharField(source="organisation.name", default=None, read_only=True)
    coalition = CoalitionSerializer(read_only=True)

    class Meta:
        model = Membership
        fields = ("id", "name", "role", "organisation", "coalition")
        read_only_fields = fields


@extend_schema_view(
    list=extend_schema(
        summary=_("The people you may see"),
        description=_("Leads see everyone of their coalition; others its leads and the people of their circles."),
    )
)
class PersonViewSet(viewsets.GenericViewSet, viewsets.mixins.ListModelMixin):
    queryset = Membership.objects.none()
    serializer_class = MemberSerializer

    def get_queryset(self) -> QuerySet[Membership]:
        return Membership.objects.visible_to(self.request.user).select_related("user", "organisation", "coalition").order_by("pk")


class EventSerializer(serializers.ModelSerializer):
    by = PersonSerializer(read_only=True, allow_null=True)
    to = PersonSerializer(read_only=True, allow_null=True)

    class Meta:
        model = FollowUpEvent
        fields = ("kind", "at", "by", "to", "fields")
        read_only_fields = fields


class FollowUpSerializer(serializers.ModelSerializer):
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
    resolution = filters.CharFilter(field_name="resolution__slug", help_text=_("Address of a resolution, as in 50."))
    due_before = filters.IsoDateTimeFilter(field_name="due_at", lookup_expr="lt")

    def by_openness(self, queryset, name, wanted):
        return queryset.open() if wanted else queryset.closed()

    def by_person(self, queryset, name, wanted):
        mine = queryset.of_person(self.request.user)
        return mine if wanted else queryset.exclude(pk__in=mine.values("pk"))

    def by_lateness(self, queryset, name, wanted):
        late = queryset.overdue()
        return late if wanted else queryset.exclude(pk__in=late.values("pk"))


@extend_schema_view(
    list=extend_schema(summary=_("Follow-ups you may read, by due date")), retrieve=extend_schema(summary=_("One follow-up"))
)
class FollowUpViewSet(viewsets.ReadOnlyModelViewSet):
    queryset = FollowUp.objects.none()
    serializer_class = FollowUpSerializer
    filterset_class = FollowUpFilter
    lookup_field = "public_id"
    lookup_url_kwarg = "id"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[FollowUp]:
        rows = FollowUp.objects.visible_to(self.request.user).for_list()
        rows = rows.select_related("created_by", "delegation")
        if self.action == "list":
            return rows
        return rows.prefetch_related(Prefetch("events", FollowUpEvent.objects.select_related("by", "to")))

    def get_serializer_class(self) -> type[FollowUpSerializer]:
        return FollowUpSerializer if self.action == "list" else FollowUpWithEventsSerializer
