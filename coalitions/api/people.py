"""The coalitions, circles and people that one may see, for programs."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, viewsets

from amnt.accounts.models import User
from amnt.audit.reading import FORMER_MEMBER
from amnt.core.api_base import PublicIdLookup, VisibleField
from coalitions.models import Circle, Membership


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


@extend_schema_view(list=extend_schema(summary=_("The circles you are in")), retrieve=extend_schema(summary=_("One circle")))
class CircleViewSet(PublicIdLookup):
    queryset = Circle.objects.none()
    serializer_class = CircleSerializer

    def get_queryset(self) -> QuerySet[Circle]:
        return Circle.objects.of(self.request.user).select_related("coalition").order_by("coalition", "kind", "pk")


class PersonSerializer(serializers.Serializer):
    """A person as other members see them."""

    id = serializers.UUIDField(source="public_id", read_only=True)
    name = serializers.CharField(source="short_name", read_only=True)


class MemberSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="user.public_id", read_only=True)
    name = serializers.CharField(source="user.name", read_only=True)
    organisation = serializers.CharField(source="organisation.name", default=None, allow_null=True, read_only=True)
    coalition = CoalitionSerializer(read_only=True)

    class Meta:
        model = Membership
        fields = ("id", "name", "role", "organisation", "coalition")
        read_only_fields = fields


@extend_schema_view(
    list=extend_schema(
        summary=_("The people you may see"),
        description=_("Leads see everyone in their coalition; others see its leads and the people in their circles."),
    )
)
class PersonViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    queryset = Membership.objects.none()
    serializer_class = MemberSerializer

    def get_queryset(self) -> QuerySet[Membership]:
        return Membership.objects.visible_to(self.request.user).select_related("user", "organisation", "coalition").order_by("pk")


class NamesThoseHere(serializers.ModelSerializer):
    """Hides the names of people who have left the coalition. Expects rows from `with_people_here`."""

    def to_representation(self, row: Any) -> dict[str, Any]:
        shown = super().to_representation(row)
        for name, field in self.fields.items():
            if isinstance(field, PersonSerializer) and shown[name] and not getattr(row, f"{name}_is_here"):
                shown[name]["name"] = str(FORMER_MEMBER)
        return shown


class VisiblePersonField(VisibleField):
    """A person by public id, among those whom the reader may see."""

    def __init__(self, **kwargs: Any):
        super().__init__("public_id", queryset=User.objects.all(), **kwargs)

    def get_queryset(self) -> QuerySet[User]:
        seen = Membership.objects.visible_to(self.context["request"].user).values("user")
        return User.objects.filter(pk__in=seen)
