"""Who of a coalition follows a resolution in its study group, for programs."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from amnt.core.api_base import VisibleField
from coalitions.api.people import PersonSerializer
from coalitions.models import Coalition, StudyGroupFollower
from coalitions.outcomes.services.followers import follow_group, stop_following
from coalitions.permissions import membership_context_of
from resolutions.models import Resolution, StudyGroup

HIGHEST_NUMBER = 999


class StudyGroupFollowerSerializer(serializers.ModelSerializer):
    coalition = serializers.SlugRelatedField("public_id", read_only=True)
    resolution = serializers.SlugRelatedField("slug", read_only=True)
    period = serializers.CharField(source="study_group.period", read_only=True)
    number = serializers.IntegerField(source="study_group.number", read_only=True, help_text=_("Of the study group."))
    person = PersonSerializer(source="user", read_only=True)

    class Meta:
        model = StudyGroupFollower
        fields = ("coalition", "resolution", "period", "number", "person", "taken_at")
        read_only_fields = fields


class FollowGroupSerializer(serializers.Serializer):
    coalition = VisibleField("public_id", queryset=Coalition.objects.all())
    resolution = VisibleField("slug", queryset=Resolution.objects.all())
    period = serializers.CharField(max_length=20, help_text=_("For example 2025-2028."))
    number = serializers.IntegerField(min_value=0, max_value=HIGHEST_NUMBER, help_text=_("Of the study group."))


class StudyGroupFollowerFilter(filters.FilterSet):
    coalition = filters.UUIDFilter(field_name="coalition__public_id")
    resolution = filters.CharFilter(field_name="resolution__slug", help_text=_("Address of a resolution, for example 50."))
    period = filters.CharFilter(field_name="study_group__period")


@extend_schema_view(list=extend_schema(summary=_("Who of your coalitions follows a resolution in its study group")))
class StudyGroupFollowerViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    queryset = StudyGroupFollower.objects.none()
    serializer_class = StudyGroupFollowerSerializer
    filterset_class = StudyGroupFollowerFilter

    def get_queryset(self) -> QuerySet[StudyGroupFollower]:
        rows = StudyGroupFollower.objects.visible_to(self.request.user).here()
        return rows.select_related("coalition", "resolution", "study_group", "user").order_by("pk")

    def given(self) -> dict[str, Any]:
        """What the body names, once it is known that this person works there."""
        serializer = FollowGroupSerializer(data=self.request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        given = dict(serializer.validated_data)
        if given["coalition"].pk not in membership_context_of(self.request.user).works_in:
            raise PermissionDenied
        groups = StudyGroup.objects.visible_to(self.request.user)
        given["group"] = groups.filter(period=given.pop("period"), number=given.pop("number")).first()
        if given["group"] is None:
            raise ValidationError({"number": [_("There is no such study group.")]})
        return given

    @extend_schema(
        summary=_("Follow a resolution in its study group"),
        request=FollowGroupSerializer,
        responses={
            201: StudyGroupFollowerSerializer,
            200: OpenApiResponse(StudyGroupFollowerSerializer, description=_("You followed it there already.")),
        },
    )
    def create(self, request: Request) -> Response:
        given = self.given()
        mine = {"coalition": given["coalition"], "resolution": given["resolution"], "study_group": given["group"], "user": request.user}
        was_there = StudyGroupFollower.objects.filter(**mine).exists()
        row = follow_group(given["resolution"], given["group"], coalition=given["coalition"], by=request.user)
        shown = self.get_serializer(get_object_or_404(self.get_queryset(), pk=row.pk)).data
        return Response(shown, status=status.HTTP_200_OK if was_there else status.HTTP_201_CREATED)

    @extend_schema(
        summary=_("Follow it there no longer"),
        operation_id="study_group_followers_stop",
        request=FollowGroupSerializer,
        responses={204: None},
    )
    @action(detail=False, methods=["post"])
    def stop(self, request: Request) -> Response:
        given = self.given()
        stop_following(given["resolution"], given["group"], coalition=given["coalition"], by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)
