"""Cards of delegations, and contacts with them, for programs."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django_countries import countries
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amnt.core.api_base import ChoiceOrNull, CountryCodeField, PageAddress, PublicIdLookup, TextOrNull, VisibleField, YesNoFilter
from amnt.core.limits import max_length
from amnt.core.links import check_link
from coalitions.api.people import NamesThoseHere, PersonSerializer, VisiblePersonField
from coalitions.models import Answer, Circle, CircleView, Contact, ContactEvent, DeclaredPosition, Delegation, InText
from coalitions.outreach.services import contacts
from coalitions.permissions import (
    can_edit_delegations,
    can_log_contact,
    can_propose_cards,
    can_remove_contact,
    membership_context_of,
)
from coalitions.services import circle_views
from coalitions.services import delegations as cards
from resolutions.models import Assembly, Proposal, RegionalGroup, Resolution

SUBMISSION = _("A UUID of your choice: sent twice, it creates only one.")
SEEN = _("The version you saw: if it has changed since, nothing happens.")
MADE_BEFORE = _("This submission had already created it.")


class Writes:
    """What views that write have in common."""

    def cleaned(self, serializer_class: type[serializers.Serializer], *, partial: bool = False) -> dict[str, Any]:
        serializer = serializer_class(data=self.request.data, partial=partial, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data

    def ask(self, may: bool) -> None:
        if not may:
            raise PermissionDenied

    def answer(self, row: Any, code: int = status.HTTP_200_OK) -> Response:
        return Response(self.get_serializer(get_object_or_404(self.get_queryset(), pk=row.pk)).data, status=code)


# --- Delegations ------------------------------------------------------------------------------------------------------------


class DeclaredPositionSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id", read_only=True)
    resolution = serializers.SlugRelatedField("slug", read_only=True)

    class Meta:
        model = DeclaredPosition
        fields = ("id", "resolution", "stance", "words", "source", "declared_on")
        read_only_fields = fields


FACTS = (
    *("authority", "head_office", "head", "office_email", "is_open", "how_to_join", "funding", "ties_scope", "who_speaks", "rules"),
    *("route_before", "source"),
)


class DelegationSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id", read_only=True)
    url = PageAddress()
    assembly = serializers.SlugRelatedField("code", read_only=True)
    country = serializers.CharField(source="country.code", read_only=True, help_text=_("ISO 3166 code."))
    checked_at = serializers.DateTimeField(read_only=True, allow_null=True, help_text=_("By a member, or by the office itself."))
    is_checked_by_office = serializers.BooleanField(read_only=True)
    is_old = serializers.BooleanField(read_only=True, help_text=_("Nobody has checked it for six months."))
    declared = DeclaredPositionSerializer(many=True, read_only=True)
    office_email = TextOrNull(help_text=_("As a public page gives it; of no person."))

    class Meta:
        model = Delegation
        fields = ("id", "url", "assembly", "country", *FACTS, "checked_at", "is_checked_by_office", "is_old", "declared")
        read_only_fields = fields


class DelegationFilter(filters.FilterSet):
    assembly = filters.CharFilter(field_name="assembly__code")
    country = filters.CharFilter(field_name="country", help_text=_("ISO 3166 code."))
    region = filters.CharFilter(method="of_region", help_text=_("Code of a regional group, for example CEPT."))
    open = filters.ChoiceFilter(field_name="is_open", choices=Delegation.Openness.choices)
    old = YesNoFilter(method="of_age", help_text=_("Nobody has checked it for six months."))

    def of_region(self, rows, name, value):
        group = RegionalGroup.objects.visible_to(self.request.user).filter(code=value).first()
        return rows.filter(country__in=[str(country) for country in group.countries]) if group else rows.none()

    def of_age(self, rows, name, wanted):
        old = rows.old()
        return old if wanted else rows.exclude(pk__in=old.values("pk"))


def fact(name: str) -> serializers.CharField:
    return serializers.CharField(max_length=max_length(Delegation, name), required=False, allow_blank=True)


class DelegationChangeSerializer(serializers.Serializer):
    authority, head_office, head = fact("authority"), fact("head_office"), fact("head")
    office_email = serializers.EmailField(
        max_length=254, required=False, allow_blank=True, help_text=_("As a public page gives it; of no person.")
    )
    is_open = serializers.ChoiceField(choices=Delegation.Openness.choices, required=False)
    how_to_join, funding, ties_scope = fact("how_to_join"), fact("funding"), fact("ties_scope")
    who_speaks, rules, route_before = fact("who_speaks"), fact("rules"), fact("route_before")
    source = serializers.URLField(max_length=500, validators=[check_link], help_text=_("The public page that says so."))
    is_checked = serializers.BooleanField(
        default=False, help_text=_("You compared it with that page. Of a card changed by someone who is no lead, another person says so.")
    )


def check_country(code: str) -> None:
    if code not in countries.countries:
        raise serializers.ValidationError(_("There is no such country."))


class DelegationCreateSerializer(DelegationChangeSerializer):
    assembly = serializers.SlugRelatedField("code", queryset=Assembly.objects.of_wtsa())
    country = CountryCodeField(validators=[check_country], help_text=_("ISO 3166 code."))
    submission = serializers.UUIDField(required=False, help_text=SUBMISSION)


class DeclareSerializer(serializers.Serializer):
    resolution = VisibleField("slug", queryset=Resolution.objects.all())
    stance = serializers.ChoiceField(choices=DeclaredPosition.Stance.choices)
    words = serializers.CharField(max_length=max_length(DeclaredPosition, "words"), required=False, allow_blank=True)
    source = serializers.URLField(max_length=500, validators=[check_link], help_text=_("The public page that says so."))
    declared_on = serializers.DateField()
    submission = serializers.UUIDField(required=False, help_text=SUBMISSION)


@extend_schema_view(list=extend_schema(summary=_("Cards of delegations, by country")), retrieve=extend_schema(summary=_("One card")))
class DelegationViewSet(Writes, PublicIdLookup):
    queryset = Delegation.objects.none()
    serializer_class = DelegationSerializer
    filterset_class = DelegationFilter

    def get_queryset(self) -> QuerySet[Delegation]:
        said = DeclaredPosition.objects.visible_to(self.request.user).select_related("resolution").order_by("-declared_on", "-pk")
        rows = Delegation.objects.visible_to(self.request.user).select_related("assembly")
        return rows.prefetch_related(Prefetch("declared", said)).order_by("assembly", "country")

    @extend_schema(
        summary=_("Start a card"),
        request=DelegationCreateSerializer,
        responses={201: DelegationSerializer, 200: OpenApiResponse(DelegationSerializer, description=MADE_BEFORE)},
        examples=[
            OpenApiExample(
                "delegation",
                request_only=True,
                value={
                    "assembly": "WTSA-28",
                    "country": "KE",
                    "authority": "Communications Authority",
                    "is_open": "yes",
                    "funding": "Own funding",
                    "source": "https://example.org/delegation",
                },
            )
        ],
    )
    def create(self, request: Request) -> Response:
        given = self.cleaned(DelegationCreateSerializer)
        self.ask(can_propose_cards(request.user))
        given["is_checked"] = given["is_checked"] and can_edit_delegations(request.user)
        submission = given.get("submission")
        was_made = submission and Delegation.objects.filter(submission=submission).exists()
        row = cards.begin_card(given.pop("assembly"), by=request.user, **given)
        return self.answer(row, status.HTTP_200_OK if was_made else status.HTTP_201_CREATED)

    @extend_schema(summary=_("Change a card"), request=DelegationChangeSerializer)
    def partial_update(self, request: Request, id: UUID) -> Response:
        row, given = self.get_object(), self.cleaned(DelegationChangeSerializer, partial=True)
        self.ask(can_propose_cards(request.user))
        is_checked = given.pop("is_checked", False) and can_edit_delegations(request.user)
        return self.answer(cards.revise_card(row, by=request.user, is_checked=is_checked, **given))

    @extend_schema(
        summary=_("Say that you checked it today"), operation_id="delegations_confirm", request=None, responses=DelegationSerializer
    )
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, id: UUID) -> Response:
        row = self.get_object()
        self.ask(can_propose_cards(request.user))
        return self.answer(cards.confirm_card(row, by=request.user, is_lead=can_edit_delegations(request.user)))

    @extend_schema(
        summary=_("Add what its State declared"),
        operation_id="delegations_declare",
        request=DeclareSerializer,
        responses=DelegationSerializer,
    )
    @action(detail=True, methods=["post"])
    def declare(self, request: Request, id: UUID) -> Response:
        row, given = self.get_object(), self.cleaned(DeclareSerializer)
        self.ask(can_propose_cards(request.user))
        cards.declare(row, by=request.user, **given)
        return self.answer(row)


# --- Contacts ---------------------------------------------------------------------------------------------------------------


class ContactEventSerializer(NamesThoseHere):
    by = PersonSerializer(read_only=True, allow_null=True)
    answer = ChoiceOrNull(choices=Answer.choices)
    in_text = ChoiceOrNull(choices=InText.choices)
    words = TextOrNull()
    proposal = serializers.SlugRelatedField("public_id", read_only=True, allow_null=True)

    class Meta:
        model = ContactEvent
        fields = ("kind", "day", "at", "answer", "in_text", "words", "proposal", "by")
        read_only_fields = fields


class ContactSerializer(NamesThoseHere):
    id = serializers.UUIDField(source="public_id", read_only=True)
    url = PageAddress()
    circle = serializers.SlugRelatedField("public_id", read_only=True, help_text=_("Who may read it."))
    delegation = serializers.SlugRelatedField("public_id", read_only=True)
    resolution = serializers.SlugRelatedField("slug", read_only=True)
    proposal = serializers.SlugRelatedField("public_id", read_only=True, allow_null=True)
    person = PersonSerializer(read_only=True, allow_null=True)
    in_text = ChoiceOrNull(choices=InText.choices)
    wording, office, clause_name = TextOrNull(), TextOrNull(), TextOrNull()

    class Meta:
        model = Contact
        fields = (
            *("id", "url", "circle", "delegation", "resolution", "clause", "clause_name", "ask", "wording", "office", "channel"),
            *("person", "asked_on", "expected_on", "answer", "answered_on", "in_text", "proposal", "version"),
        )
        read_only_fields = fields


class ContactWithEventsSerializer(ContactSerializer):
    events = ContactEventSerializer(many=True, read_only=True)

    class Meta(ContactSerializer.Meta):
        fields = (*ContactSerializer.Meta.fields, "events")
        read_only_fields = fields


class ContactFilter(filters.FilterSet):
    delegation = filters.UUIDFilter(field_name="delegation__public_id")
    country = filters.CharFilter(field_name="delegation__country", help_text=_("ISO 3166 code."))
    resolution = filters.CharFilter(field_name="resolution__slug", help_text=_("Address of a resolution, for example 50."))
    circle = filters.UUIDFilter(field_name="circle__public_id")
    answer = filters.ChoiceFilter(choices=Answer.choices)
    in_text = filters.ChoiceFilter(choices=InText.choices)
    silent = YesNoFilter(method="by_silence", help_text=_("No answer for two weeks."))

    def by_silence(self, rows, name, wanted):
        silent = rows.silent()
        return silent if wanted else rows.exclude(pk__in=silent.values("pk"))


class ContactCreateSerializer(serializers.Serializer):
    delegation = VisibleField("public_id", queryset=Delegation.objects.all())
    resolution = VisibleField("slug", queryset=Resolution.objects.all())
    circle = VisibleField("public_id", queryset=Circle.objects.all(), help_text=_("Who may read it."))
    ask = serializers.CharField(max_length=max_length(Contact, "ask"), help_text=_("Begins with a verb."))
    channel = serializers.ChoiceField(choices=Contact.Channel.choices)
    asked_on = serializers.DateField()
    person = VisiblePersonField(required=False, allow_null=True, help_text=_("Who asked; you, if left out."))
    wording = serializers.CharField(max_length=Contact.LONGEST_WORDING, required=False, allow_blank=True)
    office = serializers.CharField(
        max_length=max_length(Contact, "office"),
        required=False,
        allow_blank=True,
        help_text=_("A post or an office, never the name of an official."),
    )
    clause = serializers.UUIDField(required=False, allow_null=True, help_text=_("Identity of a clause."))
    expected_on = serializers.DateField(required=False, allow_null=True)
    seen = serializers.CharField(
        max_length=40,
        required=False,
        allow_blank=True,
        help_text=_("The id of the last contact on this subject that you saw, empty for none: if there is another, nothing is saved."),
    )
    submission = serializers.UUIDField(required=False, help_text=SUBMISSION)


class ContactAnswerSerializer(serializers.Serializer):
    answer = serializers.ChoiceField(choices=Answer.choices)
    day = serializers.DateField()
    words = serializers.CharField(max_length=max_length(ContactEvent, "words"), required=False, allow_blank=True)
    version = serializers.IntegerField(source="seen_version", min_value=1, max_value=2**31 - 1, required=False, help_text=SEEN)


class JudgeSerializer(serializers.Serializer):
    in_text = serializers.ChoiceField(choices=InText.choices)
    proposal = VisibleField("public_id", queryset=Proposal.objects.all(), required=False, allow_null=True)
    version = serializers.IntegerField(source="seen_version", min_value=1, max_value=2**31 - 1, required=False, help_text=SEEN)


@extend_schema_view(
    list=extend_schema(summary=_("Contacts you may read, the latest first")),
    retrieve=extend_schema(summary=_("One contact with its history")),
)
class ContactViewSet(Writes, PublicIdLookup):
    queryset = Contact.objects.none()
    serializer_class = ContactSerializer
    filterset_class = ContactFilter

    def get_queryset(self) -> QuerySet[Contact]:
        rows = Contact.objects.visible_to(self.request.user, membership_context_of(self.request.user).circles).with_people().latest_first()
        return rows if self.action == "list" else rows.prefetch_related(Prefetch("events", ContactEvent.objects.with_people_here()))

    def get_serializer_class(self) -> type[ContactSerializer]:
        return ContactSerializer if self.action == "list" else ContactWithEventsSerializer

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        circle_views.record_view(CircleView.Thing.CONTACT, row.public_id, circle=row.circle, by=request.user)
        return Response(self.get_serializer(row).data)

    @extend_schema(
        summary=_("Log a contact"),
        request=ContactCreateSerializer,
        responses={201: ContactWithEventsSerializer, 200: OpenApiResponse(ContactWithEventsSerializer, description=MADE_BEFORE)},
        examples=[
            OpenApiExample(
                "contact",
                request_only=True,
                value={
                    "delegation": "5e1f5a1c-7a0c-4c5e-9d53-3b8f6a0a9a11",
                    "resolution": "50",
                    "circle": "0b9d2f6e-58a1-4f37-8b0a-0d0f5c1f7e42",
                    "ask": "Remove 2 bis",
                    "channel": "letter",
                    "asked_on": "2028-09-15",
                },
            )
        ],
    )
    def create(self, request: Request) -> Response:
        given = self.cleaned(ContactCreateSerializer)
        self.ask(can_log_contact(request.user, given["circle"]))
        submission = given.get("submission")
        was_made = submission and Contact.objects.filter(submission=submission, by=request.user).exists()
        row = contacts.log_contact(by=request.user, **given)
        return self.answer(row, status.HTTP_200_OK if was_made else status.HTTP_201_CREATED)

    @extend_schema(
        summary=_("Note the answer"),
        operation_id="contacts_note_answer",
        request=ContactAnswerSerializer,
        responses=ContactWithEventsSerializer,
    )
    @action(detail=True, methods=["post"], url_path="answer")
    def note_answer(self, request: Request, id: UUID) -> Response:
        row, given = self.to_work_on(), self.cleaned(ContactAnswerSerializer)
        return self.answer(contacts.note_answer(row, by=request.user, **given))

    @extend_schema(
        summary=_("Say whether it is in the text"),
        operation_id="contacts_judge",
        request=JudgeSerializer,
        responses=ContactWithEventsSerializer,
    )
    @action(detail=True, methods=["post"], url_path="in-text")
    def judge(self, request: Request, id: UUID) -> Response:
        row, given = self.to_work_on(), self.cleaned(JudgeSerializer)
        return self.answer(contacts.judge(row, by=request.user, **given))

    @extend_schema(summary=_("Remove it for good, with its history"), responses={204: None})
    def destroy(self, request: Request, id: UUID) -> Response:
        row = self.get_object()
        self.ask(can_remove_contact(request.user, row))
        contacts.remove_contact(row, by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def to_work_on(self) -> Contact:
        row = self.get_object()
        self.ask(can_log_contact(self.request.user, row.circle))
        return row
