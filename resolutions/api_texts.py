"""Texts in force, contributions, proposals and comparisons, for programs. All of it is read only: files come in by the door for people."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from resolutions.api import ChoiceOrNull, InstantFilter, LinkOrNull, PageAddress, TextOrNull, YesNoFilter
from resolutions.comparing import Cell, Row, Text, compare
from resolutions.models import Clause, Contribution, Proposal, ProposalEvent, ProposedClause, RevisionText, TextLanguage
from resolutions.starting_points import starting_points
from resolutions.versions import chosen
from resolutions.wording import as_marked_text

LONGEST_KEY = 60


# --- Clauses ------------------------------------------------------------------------------------------------------------------


class ClauseSerializer(serializers.ModelSerializer):
    identity = serializers.UUIDField(
        read_only=True, help_text=_("The same for this clause in every revision, language and proposal, whatever its number.")
    )

    class Meta:
        model = Clause
        fields: tuple[str, ...] = ("identity", "position", "part", "kind", "call", "verb", "addressee", "number", "text")
        read_only_fields = fields


class LinkedClauseSerializer(ClauseSerializer):
    came_from = serializers.UUIDField(
        source="came_from.identity", read_only=True, allow_null=True, default=None, help_text=_("Of the earlier revision.")
    )

    class Meta(ClauseSerializer.Meta):
        fields = (*ClauseSerializer.Meta.fields, "lineage", "likeness", "came_from")
        read_only_fields = fields


class ProposedClauseSerializer(ClauseSerializer):
    class Meta(ClauseSerializer.Meta):
        model = ProposedClause
        fields = (
            *ClauseSerializer.Meta.fields,
            *("change", "before", "call_before", "number_before", "base_differs", "likeness", "is_doubtful"),
        )
        read_only_fields = fields


# --- Texts in force -----------------------------------------------------------------------------------------------------------


class TextSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id", read_only=True)
    resolution = serializers.SlugField(source="revision.resolution.slug", read_only=True)
    assembly = serializers.CharField(source="revision.assembly.code", read_only=True)
    link = LinkOrNull(source="url", help_text=_("Where the text is published."))
    is_checked = serializers.SerializerMethodField(help_text=_("By another person than who entered it."))

    class Meta:
        model = RevisionText
        fields = ("id", "resolution", "assembly", "language", "source", "link", "is_example", "entered_at", "is_checked", "checked_at")
        read_only_fields = fields

    def get_is_checked(self, text: RevisionText) -> bool:
        return text.checked_at is not None


class TextFilter(filters.FilterSet):
    resolution = filters.CharFilter(field_name="revision__resolution__slug")
    assembly = filters.CharFilter(field_name="revision__assembly__code")
    language = filters.ChoiceFilter(choices=TextLanguage.choices)


@extend_schema_view(
    list=extend_schema(summary=_("Texts in force, by assembly and language")), retrieve=extend_schema(summary=_("One text in force"))
)
class TextViewSet(viewsets.ReadOnlyModelViewSet):
    queryset = RevisionText.objects.none()
    serializer_class = TextSerializer
    filterset_class = TextFilter
    lookup_field = "public_id"
    lookup_url_kwarg = "id"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[RevisionText]:
        texts = RevisionText.objects.visible_to(self.request.user).current()
        return texts.in_order().select_related("revision__assembly", "revision__resolution")

    @extend_schema(summary=_("The clauses of a text, in order"), responses=LinkedClauseSerializer(many=True))
    @action(detail=True, pagination_class=None, filterset_class=None)
    def clauses(self, request: Request, id: Any = None) -> Response:
        rows = Clause.objects.visible_to(request.user).filter(version=self.get_object()).select_related("came_from")
        return Response(LinkedClauseSerializer(rows.in_order(), many=True).data)


# --- Contributions and proposals ----------------------------------------------------------------------------------------------


class ContributionSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id", read_only=True)
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
    number = filters.CharFilter(help_text=_("As in 38A7: Addendum 7 to Document 38."))
    late = YesNoFilter(field_name="is_late")
    since = InstantFilter(field_name="received_at", lookup_expr="gte", help_text=_("Received then or later."))


@extend_schema_view(list=extend_schema(summary=_("Contributions, the latest first")), retrieve=extend_schema(summary=_("One contribution")))
class ContributionViewSet(viewsets.ReadOnlyModelViewSet):
    queryset = Contribution.objects.none()
    serializer_class = ContributionSerializer
    filterset_class = ContributionFilter
    lookup_field = "public_id"
    lookup_url_kwarg = "id"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Contribution]:
        found = Contribution.objects.visible_to(self.request.user).select_related("assembly", "replaces")
        return found.order_by("-received_at", "-pk")


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
        """Of a restricted document no words are kept; were there any, nobody would read them."""
        shown = super().to_representation(proposal)
        return shown | {"title": None, "reasons": None} if proposal.contribution.is_number_only else shown

    def get_countries(self, proposal: Proposal) -> list[str]:
        return [str(country) for country in proposal.countries]

    def get_is_replaced(self, proposal: Proposal) -> bool:
        return proposal.superseded_at is not None


class ProposalFilter(filters.FilterSet):
    resolution = filters.CharFilter(field_name="resolution__slug")
    assembly = filters.CharFilter(field_name="contribution__assembly__code")
    group = filters.CharFilter(field_name="group__code", help_text=_("Code of a regional group, as in ATU."))
    action = filters.ChoiceFilter(choices=Proposal.Action.choices)
    status = filters.ChoiceFilter(choices=Proposal.Status.choices)
    late = YesNoFilter(field_name="contribution__is_late")
    replaced = YesNoFilter(method="by_issue", help_text=_("By a later issue of the same document. Both are listed unless this is said."))
    since = InstantFilter(field_name="moved_at", lookup_expr="gte", help_text=_("Something became known of it then or later."))

    def by_issue(self, queryset, name, wanted):
        return queryset.exclude(superseded_at=None) if wanted else queryset.filter(superseded_at=None)


@extend_schema_view(list=extend_schema(summary=_("Proposals, by resolution")), retrieve=extend_schema(summary=_("One proposal")))
class ProposalViewSet(viewsets.ReadOnlyModelViewSet):
    queryset = Proposal.objects.none()
    serializer_class = ProposalSerializer
    filterset_class = ProposalFilter
    lookup_field = "public_id"
    lookup_url_kwarg = "id"
    lookup_value_converter = "uuid"

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

    @extend_schema(summary=_("What became known of a proposal, in order"), responses=ProposalEventSerializer(many=True))
    @action(detail=True, pagination_class=None, filterset_class=None)
    def events(self, request: Request, id: Any = None) -> Response:
        rows = ProposalEvent.objects.visible_to(request.user).filter(proposal=self.get_object())
        return Response(ProposalEventSerializer(rows.order_by("at", "pk"), many=True).data)


# --- Comparing ----------------------------------------------------------------------------------------------------------------


class PieceSerializer(serializers.Serializer):
    before = serializers.CharField(read_only=True)
    after = serializers.CharField(read_only=True)
    is_same = serializers.BooleanField(read_only=True)


class ComparedSerializer(serializers.Serializer):
    """One clause, and what the other version makes of it."""

    identity = serializers.UUIDField(read_only=True)
    part = serializers.CharField(read_only=True)
    call = serializers.CharField(read_only=True)
    number = serializers.CharField(read_only=True)
    change = serializers.CharField(
        read_only=True, allow_null=True, help_text=_("Null between two languages, which are never compared word by word.")
    )
    before = serializers.CharField(read_only=True)
    after = serializers.CharField(read_only=True)
    marked = serializers.CharField(read_only=True, help_text=_("With [−deleted−] and [+added+] in it."))
    pieces = PieceSerializer(many=True, read_only=True)


class ComparisonSerializer(serializers.Serializer):
    of = serializers.CharField(read_only=True)
    with_ = serializers.CharField(read_only=True)
    is_one_language = serializers.BooleanField(read_only=True)
    clauses = ComparedSerializer(many=True, read_only=True)

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        return {name.rstrip("_"): field for name, field in fields.items()}


def version_parameter(name: str) -> OpenApiParameter:
    note = _("A text, as t-<its id>, or a proposal, as p-<its id>.")
    return OpenApiParameter(name, OpenApiTypes.STR, required=True, description=str(note))


class ComparisonView(APIView):
    @extend_schema(
        operation_id="comparison",
        tags=["comparison"],
        summary=_("Two versions of a text, clause by clause"),
        parameters=[version_parameter("of"), version_parameter("with")],
        responses=ComparisonSerializer,
    )
    def get(self, request: Request) -> Response:
        keys = [request.query_params.get(name, "").replace("\0", "")[:LONGEST_KEY] for name in ("of", "with")]
        named = dict(zip(("of", "with"), keys, strict=True))
        if missing := {name: [_("This field is required.")] for name, key in named.items() if not key}:
            raise ValidationError(missing)
        found = {version.key: version for version in chosen(keys, request.user)}
        if unknown := {name: [_("There is no such version, or none that you may see.")] for name, key in named.items() if key not in found}:
            raise ValidationError(unknown)
        base, other = (found[key] for key in keys)
        removed = {key: point.removed for key, point in starting_points((base, other), request.user).items()}
        base_text, other_text = (Text(each.language, each.clauses, removed.get(each.key, frozenset())) for each in (base, other))
        rows = compare(base_text, [other_text]).rows
        return Response(
            {
                "of": base.key,
                "with": other.key,
                "is_one_language": base.language == other.language,
                "clauses": [_compared(row) for row in rows],
            }
        )


def _compared(row: Row) -> dict[str, Any]:
    cell: Cell | None = row.cells[0]
    first = row.first
    pieces = cell.pieces if cell else ()
    before = row.base.text if row.base else ""
    return {
        "identity": str(first.identity),
        "part": row.part,
        "call": first.call,
        "number": first.number,
        "change": cell.kind.value if cell and cell.kind else None,
        "before": before,
        "after": cell.text if cell else "",
        "marked": as_marked_text(pieces),
        "pieces": [{"before": piece.before, "after": piece.after, "is_same": piece.is_same} for piece in pieces],
    }
