"""Contributions, their proposals and events, for programs. Read only: files are uploaded on the pages."""

from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amnt.core.api_base import ChoiceOrNull, InstantFilter, LinkOrNull, PageAddress, PublicIdLookup, TextOrNull, YesNoFilter
from resolutions.api.texts import ClauseSerializer
from resolutions.models import Contribution, Proposal, ProposalEvent, ProposedClause, TextLanguage

# --- Contributions -------------------------------------------------------------------------------------------------


class ContributionSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id", read_only=True)
    number = serializers.CharField(source="printed_number", read_only=True, help_text=_("For example 38A7, for Addendum 7 to Document 38."))
    assembly = serializers.SlugRelatedField("code", read_only=True)
    title = TextOrNull()
    language = ChoiceOrNull(choices=TextLanguage.choices)
    link = LinkOrNull(source="url", help_text=_("Where the document is published."))
    replaces = serializers.SlugRelatedField(
        "public_id", read_only=True, allow_null=True, help_text=_("The earlier issue of the same document.")
    )

    class Meta:
        model = Contribution
        fields = (
            *("id", "assembly", "number", "revision", "title", "language", "received_at", "is_late", "access", "link"),
            *("is_history", "replaces"),
        )
        read_only_fields = fields


class ContributionFilter(filters.FilterSet):
    assembly = filters.CharFilter(field_name="assembly__code")
    number = filters.CharFilter(method="of_number", help_text=_("For example 38A7, for Addendum 7 to Document 38."))
    late = YesNoFilter(field_name="is_late")
    since = InstantFilter(field_name="received_at", lookup_expr="gte", help_text=_("Received then or later."))

    def of_number(self, rows: QuerySet[Contribution], name: str, value: str) -> QuerySet[Contribution]:
        """The numbers of restricted documents are encrypted, so they are compared here; a person has few."""
        kept = rows.filter(access=Contribution.Access.NUMBER_ONLY)
        return rows.filter(Q(number=value) | Q(pk__in=[row.pk for row in kept if row.kept_number == value]))


@extend_schema_view(list=extend_schema(summary=_("Contributions, the latest first")), retrieve=extend_schema(summary=_("One contribution")))
class ContributionViewSet(PublicIdLookup):
    queryset = Contribution.objects.none()
    serializer_class = ContributionSerializer
    filterset_class = ContributionFilter

    def get_queryset(self) -> QuerySet[Contribution]:
        found = Contribution.objects.visible_to(self.request.user).select_related("assembly", "replaces")
        return found.order_by("-received_at", "-pk")


# --- Proposals -----------------------------------------------------------------------------------------------------


class ProposedClauseSerializer(ClauseSerializer):
    class Meta(ClauseSerializer.Meta):
        model = ProposedClause
        fields = (
            *ClauseSerializer.Meta.fields,
            *("change", "before", "call_before", "number_before", "base_differs", "likeness", "is_doubtful"),
        )
        read_only_fields = fields


class ProposalEventSerializer(serializers.ModelSerializer):
    fate = ChoiceOrNull(choices=Proposal.Fate.choices)

    class Meta:
        model = ProposalEvent
        fields = ("kind", "status", "fate", "at", "recorded_at", "is_history", "is_operative")
        read_only_fields = fields


class ProposalSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id", read_only=True)
    url = PageAddress()
    contribution = ContributionSerializer(read_only=True)
    resolution = serializers.SlugRelatedField("slug", read_only=True)
    group = serializers.SlugRelatedField("code", read_only=True, allow_null=True)
    countries = serializers.SerializerMethodField(help_text=_("ISO codes of the States that sign it."))
    sources = serializers.ListField(child=serializers.CharField(), read_only=True, help_text=_("Codes printed in its identifier."))
    fate = ChoiceOrNull(choices=Proposal.Fate.choices)
    title = TextOrNull()
    reasons = TextOrNull()
    base = serializers.SlugRelatedField("public_id", read_only=True, allow_null=True, help_text=_("The text in force it is anchored to."))
    is_replaced = serializers.SerializerMethodField(help_text=_("By a later issue of the same document."))

    class Meta:
        model = Proposal
        fields = (
            *("id", "url", "contribution", "resolution", "identifier", "action", "status", "fate", "group", "countries", "sources"),
            *("is_consolidated", "title", "reasons", "base", "created_at", "moved_at", "is_replaced"),
        )
        read_only_fields = fields

    def to_representation(self, proposal: Proposal) -> dict[str, Any]:
        """Of a restricted document no text is shown, though none should be stored."""
        shown = super().to_representation(proposal)
        return shown | {"title": None, "reasons": None} if proposal.contribution.is_number_only else shown

    def get_countries(self, proposal: Proposal) -> list[str]:
        return [str(country) for country in proposal.countries]

    def get_is_replaced(self, proposal: Proposal) -> bool:
        return proposal.superseded_at is not None


class ProposalFilter(filters.FilterSet):
    resolution = filters.CharFilter(field_name="resolution__slug")
    assembly = filters.CharFilter(field_name="contribution__assembly__code")
    group = filters.CharFilter(field_name="group__code", help_text=_("Code of a regional group, for example ATU."))
    action = filters.ChoiceFilter(choices=Proposal.Action.choices)
    status = filters.ChoiceFilter(choices=Proposal.Status.choices)
    late = YesNoFilter(field_name="contribution__is_late")
    replaced = YesNoFilter(method="by_issue", help_text=_("By a later issue of the same document. Without this filter, both are listed."))
    since = InstantFilter(field_name="moved_at", lookup_expr="gte", help_text=_("Something became known about it then or later."))

    def by_issue(self, queryset, name, wanted):
        return queryset.exclude(superseded_at=None) if wanted else queryset.filter(superseded_at=None)


@extend_schema_view(list=extend_schema(summary=_("Proposals, by resolution")), retrieve=extend_schema(summary=_("One proposal")))
class ProposalViewSet(PublicIdLookup):
    queryset = Proposal.objects.none()
    serializer_class = ProposalSerializer
    filterset_class = ProposalFilter

    def get_queryset(self) -> QuerySet[Proposal]:
        contributions = Contribution.objects.select_related("assembly", "replaces")
        found = Proposal.objects.visible_to(self.request.user).select_related("resolution", "group", "base")
        found = found.prefetch_related(Prefetch("contribution", contributions))
        return found.order_by("resolution__number", "resolution", "identifier", "pk")

    @extend_schema(summary=_("The clauses of a proposal, in order"), responses=ProposedClauseSerializer(many=True))
    @action(detail=True, pagination_class=None, filterset_class=None)
    def clauses(self, request: Request, id: Any = None) -> Response:
        rows = ProposedClause.objects.visible_to(request.user).filter(proposal=self.get_object())
        return Response(ProposedClauseSerializer(rows.in_order(), many=True).data)

    @extend_schema(summary=_("What became known about a proposal, in order"), responses=ProposalEventSerializer(many=True))
    @action(detail=True, pagination_class=None, filterset_class=None)
    def events(self, request: Request, id: Any = None) -> Response:
        rows = ProposalEvent.objects.visible_to(request.user).filter(proposal=self.get_object())
        return Response(ProposalEventSerializer(rows.order_by("at", "pk"), many=True).data)
