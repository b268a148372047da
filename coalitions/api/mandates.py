"""Who answers for which organisation, for programs."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from amnt.core.api_base import PublicIdLookup, VisibleField
from coalitions.api.people import CoalitionSerializer, PersonSerializer, VisiblePersonField
from coalitions.models import Coalition, Mandate, Membership
from coalitions.permissions import may_act_as_lead
from coalitions.services import mandates


class OrganisationSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="public_id", read_only=True)
    name = serializers.CharField(read_only=True)


class MandateSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id", read_only=True)
    coalition = CoalitionSerializer(source="membership.coalition", read_only=True)
    organisation = OrganisationSerializer(read_only=True)
    person = PersonSerializer(source="membership.user", read_only=True)

    class Meta:
        model = Mandate
        fields = ("id", "coalition", "organisation", "person", "given_at")
        read_only_fields = fields


class MandateCreateSerializer(serializers.Serializer):
    coalition = VisibleField("public_id", queryset=Coalition.objects.all())
    person = VisiblePersonField(help_text=_("Answers for the organisation they belong to in this coalition."))


@extend_schema_view(
    list=extend_schema(
        summary=_("Who answers for which organisation"),
        description=_("Of the people you may see; and, if you answer for an organisation, of those who may answer for it too."),
    ),
    retrieve=extend_schema(summary=_("One mandate")),
)
class MandateViewSet(PublicIdLookup):
    queryset = Mandate.objects.none()
    serializer_class = MandateSerializer

    def get_queryset(self) -> QuerySet[Mandate]:
        rows = Mandate.objects.visible_to(self.request.user)
        return rows.select_related("organisation", "membership__user", "membership__coalition").order_by("given_at", "pk")

    @extend_schema(
        summary=_("Let someone answer for their organisation; for leads"),
        request=MandateCreateSerializer,
        responses={201: MandateSerializer, 200: OpenApiResponse(MandateSerializer, description=_("They did already."))},
    )
    def create(self, request: Request) -> Response:
        serializer = MandateCreateSerializer(data=request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        given: dict[str, Any] = serializer.validated_data
        if not may_act_as_lead(request.user, given["coalition"]):
            raise PermissionDenied
        people = Membership.objects.visible_to(request.user)
        membership = get_object_or_404(people, coalition=given["coalition"], user=given["person"])
        had = Mandate.objects.current().filter(membership=membership).exists()
        mandate = mandates.give_mandate(membership, by=request.user)
        row = self.get_queryset().get(pk=mandate.pk)
        return Response(self.get_serializer(row).data, status=status.HTTP_200_OK if had else status.HTTP_201_CREATED)

    @extend_schema(summary=_("Take a mandate back; for leads"), responses={204: None})
    def destroy(self, request: Request, id: UUID) -> Response:
        mandate = self.get_object()
        if not may_act_as_lead(request.user, mandate.membership.coalition):
            raise PermissionDenied
        mandates.take_mandate(mandate.membership, by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)
