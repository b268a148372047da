"""The ways to take part, and those of one's organisations, for programs. Never a seat on a delegation."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from amnt.core.api_base import PageAddress, PublicIdLookup, VisibleField
from amnt.core.languages import LANGUAGE_CODES
from amnt.core.limits import max_length
from coalitions.api.mandates import OrganisationSerializer
from coalitions.api.people import NamesThoseHere, PersonSerializer, VisiblePersonField
from coalitions.models import Absence, Circle, Membership, Organisation, OwnRoute
from coalitions.outreach.api import Writes
from coalitions.participation.forms.absences import is_possible_year
from coalitions.participation.services import own_routes
from coalitions.permissions import can_create_follow_up
from coalitions.services import absences
from resolutions.importers.glossary_and_notes import WayIn, shipped_ways_in

MOST_VERSIONS = 2**31 - 1


class TextByLanguage(serializers.Serializer):
    def get_fields(self) -> dict[str, Any]:
        return {code: serializers.CharField(allow_null=True, default=None, read_only=True) for code in LANGUAGE_CODES}

    def to_representation(self, said: Any) -> Any:
        return {code: said.get(code) for code in LANGUAGE_CODES} if said else None


class FeeSerializer(serializers.Serializer):
    key = serializers.CharField(read_only=True)
    label = TextByLanguage(read_only=True)
    amount = serializers.DecimalField(max_digits=11, decimal_places=2, read_only=True, help_text=_("Swiss francs a year."))
    as_of = serializers.CharField(read_only=True, help_text=_("The years of the page it was read on; empty where it says none."))
    source = serializers.CharField(read_only=True)
    is_sure = serializers.BooleanField(read_only=True)


class WayInSerializer(serializers.Serializer):
    key = serializers.CharField(read_only=True)
    name = TextByLanguage(read_only=True)
    conditions = TextByLanguage(read_only=True, help_text=_("A line is a point."))
    pros = TextByLanguage(read_only=True)
    cons = TextByLanguage(read_only=True)
    approves = TextByLanguage(read_only=True, allow_null=True, help_text=_("Who approves; null where it is not known."))
    time = TextByLanguage(read_only=True, allow_null=True)
    cost = TextByLanguage(read_only=True, allow_null=True)
    ties = TextByLanguage(read_only=True, allow_null=True, help_text=_("What the TIES account covers."))
    state = serializers.CharField(read_only=True, help_text=_("What the State has to do with it: follows, approves or none."))
    fee = serializers.CharField(read_only=True, help_text=_("Whether there is a fee: yes, no or unknown."))
    fees = FeeSerializer(many=True, read_only=True)
    source = serializers.CharField(read_only=True)
    is_sure = serializers.BooleanField(read_only=True)


@extend_schema_view(list=extend_schema(summary=_("The ways to take part, the most effective first")))
class WayInViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    serializer_class = WayInSerializer
    filter_backends = ()

    def get_queryset(self) -> list[WayIn]:  # type: ignore[override]
        return list(shipped_ways_in())


class DocumentSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=200)
    done = serializers.BooleanField()


class OwnRouteSerializer(NamesThoseHere):
    id = serializers.UUIDField(source="public_id", read_only=True)
    url = PageAddress()
    circle = serializers.SlugRelatedField("public_id", read_only=True, help_text=_("Who may read it."))
    organisation = OrganisationSerializer(read_only=True)
    documents = DocumentSerializer(many=True, read_only=True)
    followed_by = PersonSerializer(read_only=True, allow_null=True)
    detail = serializers.CharField(read_only=True)
    next_step = serializers.CharField(read_only=True)

    class Meta:
        model = OwnRoute
        fields = (
            *("id", "url", "circle", "organisation", "way", "detail", "state", "asked_on", "until", "next_step", "next_on"),
            *("documents", "followed_by", "version", "created_at", "changed_at"),
        )
        read_only_fields = fields


class OwnOrganisationField(VisibleField):
    """An organisation of a coalition one is in, by public id."""

    def __init__(self, **kwargs: Any):
        super().__init__("public_id", queryset=Organisation.objects.all(), **kwargs)

    def get_queryset(self) -> QuerySet[Organisation]:
        mine = Membership.objects.current().filter(user=self.context["request"].user).values("coalition")
        here = Membership.objects.current().filter(coalition__in=mine, organisation__isnull=False)
        return Organisation.objects.filter(pk__in=here.values("organisation"))


class OwnRouteChangeSerializer(serializers.Serializer):
    organisation = OwnOrganisationField()
    way = serializers.ChoiceField(choices=[way.key for way in shipped_ways_in()])
    detail = serializers.CharField(max_length=max_length(OwnRoute, "detail"), allow_blank=True, required=False)
    state = serializers.ChoiceField(choices=OwnRoute.State.choices, required=False)
    asked_on = serializers.DateField(allow_null=True, required=False)
    until = serializers.DateField(allow_null=True, required=False)
    next_step = serializers.CharField(max_length=max_length(OwnRoute, "next_step"), allow_blank=True, required=False)
    next_on = serializers.DateField(allow_null=True, required=False)
    documents = DocumentSerializer(many=True, required=False)
    followed_by = VisiblePersonField(allow_null=True, required=False)
    seen_version = serializers.IntegerField(
        min_value=1, max_value=MOST_VERSIONS, required=False, help_text=_("Change it only if nobody else has since.")
    )


class OwnRouteCreateSerializer(OwnRouteChangeSerializer):
    circle = VisibleField("public_id", queryset=Circle.objects.all(), help_text=_("Who may read it."))
    submission = serializers.UUIDField(required=False, help_text=_("Sent twice, it creates only one."))
    seen_version = None


@extend_schema_view(
    list=extend_schema(summary=_("The ways in of your organisations that you may read")),
    retrieve=extend_schema(summary=_("The way in of one organisation")),
)
class OwnRouteViewSet(PublicIdLookup):
    queryset = OwnRoute.objects.none()
    serializer_class = OwnRouteSerializer

    def get_queryset(self) -> QuerySet[OwnRoute]:
        return OwnRoute.objects.visible_to(self.request.user).for_list()

    @extend_schema(
        summary=_("Note what an organisation asked for"),
        request=OwnRouteCreateSerializer,
        responses={
            201: OwnRouteSerializer,
            200: OpenApiResponse(OwnRouteSerializer, description=_("This submission had already created it.")),
        },
    )
    def create(self, request: Request) -> Response:
        given = self.cleaned(OwnRouteCreateSerializer)
        if not can_create_follow_up(request.user, given["circle"]):
            raise PermissionDenied
        submission = given.get("submission")
        was_made = submission and OwnRoute.objects.filter(submission=submission, created_by=request.user).exists()
        route = own_routes.note(by=request.user, **given)
        return self.answer(route, status.HTTP_200_OK if was_made else status.HTTP_201_CREATED)

    @extend_schema(summary=_("Change what is said of it"), request=OwnRouteChangeSerializer)
    def partial_update(self, request: Request, id: UUID) -> Response:
        route = self.get_object()
        if not can_create_follow_up(request.user, route.circle):
            raise PermissionDenied
        return self.answer(own_routes.change(route, by=request.user, **self.cleaned(OwnRouteChangeSerializer, partial=True)))

    def cleaned(self, serializer_class: type[serializers.Serializer], *, partial: bool = False) -> dict[str, Any]:
        serializer = serializer_class(data=self.request.data, partial=partial, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data

    def answer(self, route: OwnRoute, code: int = status.HTTP_200_OK) -> Response:
        return Response(self.get_serializer(self.get_queryset().get(pk=route.pk)).data, status=code)


class AbsenceSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id", read_only=True)
    person = PersonSerializer(source="user", read_only=True)

    class Meta:
        model = Absence
        fields = ("id", "person", "starts_on", "ends_on")
        read_only_fields = fields


class NewAbsenceSerializer(serializers.Serializer):
    starts_on = serializers.DateField(help_text=_("First day away"))
    ends_on = serializers.DateField(help_text=_("Last day away"))

    def validate(self, attrs):
        wrong = {name: _("Check the year: this one is not possible.") for name, day in attrs.items() if not is_possible_year(day)}
        if wrong:
            raise serializers.ValidationError(wrong)
        return attrs


class NotedAbsenceSerializer(AbsenceSerializer):
    without_backup = serializers.SerializerMethodField(
        help_text=_("How many of your open follow-ups have no backup: nobody is reminded of them while you are away.")
    )

    class Meta:
        model = Absence
        fields = (*AbsenceSerializer.Meta.fields, "without_backup")
        read_only_fields = fields

    def get_without_backup(self, absence: Absence) -> int:
        return absences.without_backup(absence.user)


@extend_schema_view(
    list=extend_schema(
        summary=_("Who is away, and until when"),
        description=_("Your own absences, and those, until they are over, of the people you lead or work with. Why is told nobody."),
    )
)
class AbsenceViewSet(Writes, mixins.ListModelMixin, viewsets.GenericViewSet):
    queryset = Absence.objects.none()
    serializer_class = AbsenceSerializer
    lookup_field = "public_id"
    lookup_url_kwarg = "id"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Absence]:
        return Absence.objects.visible_to(self.request.user).select_related("user").order_by("starts_on", "pk")

    @extend_schema(
        summary=_("Say that you are away"),
        description=_("Sent twice it stays one; it takes the place of what it overlaps."),
        request=NewAbsenceSerializer,
        responses={201: NotedAbsenceSerializer},
    )
    def create(self, request: Request) -> Response:
        made = absences.declare(request.user, **self.cleaned(NewAbsenceSerializer))
        return Response(NotedAbsenceSerializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(summary=_("Say that you are back, or not going"), responses={204: None})
    def destroy(self, request: Request, id: UUID) -> Response:
        """One's own: of others one may read until when they are away, no more."""
        absences.take_back(get_object_or_404(self.get_queryset().filter(user=request.user), public_id=id))
        return Response(status=status.HTTP_204_NO_CONTENT)
