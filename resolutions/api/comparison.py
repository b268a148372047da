"""The comparison of two versions of a text, for programs."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from amnt.core.forms import whole_number
from resolutions.comparison_slots import comparison_slot
from resolutions.domain.comparing import Cell, ComparedClause
from resolutions.domain.wording import as_marked_text
from resolutions.read_models.versions import named, size_of, with_references
from resolutions.services import comparisons
from resolutions.tasks import make_comparison

LONGEST_KEY = 60
RETRY_AFTER = 5  # seconds


class PieceSerializer(serializers.Serializer):
    before = serializers.CharField(read_only=True)
    after = serializers.CharField(read_only=True)
    is_same = serializers.BooleanField(read_only=True)


class ComparedSerializer(serializers.Serializer):
    """One clause, and how the other version changes it."""

    identity = serializers.UUIDField(read_only=True)
    part = serializers.CharField(read_only=True)
    call = serializers.CharField(read_only=True)
    number = serializers.CharField(read_only=True)
    change = serializers.CharField(
        read_only=True,
        allow_null=True,
        help_text=_("Null where nothing in the language of the other version is known, and for a clause a proposal does not mention."),
    )
    before = serializers.CharField(read_only=True, help_text=_("In the language of the first version."))
    compared_with = serializers.CharField(
        read_only=True, allow_null=True, help_text=_("The words that are marked, in the language of the other version. Null where unknown.")
    )
    after = serializers.CharField(read_only=True)
    marked = serializers.CharField(read_only=True, help_text=_("With [−deleted−] and [+added+] in it."))
    pieces = PieceSerializer(many=True, read_only=True)


class ComparisonSerializer(serializers.Serializer):
    of = serializers.CharField(read_only=True)
    with_ = serializers.CharField(read_only=True)
    is_one_language = serializers.BooleanField(read_only=True)
    language = serializers.CharField(read_only=True, help_text=_("Of the other version: of its words, and of the marked ones."))
    compared_with = serializers.ChoiceField(
        [("base", _("the first version")), ("text", _("the text in force in its language")), ("before", _("what it starts from"))],
        read_only=True,
        allow_null=True,
        help_text=_("What the words of the other version are marked against. Null where nothing in its language is known."),
    )
    page = serializers.IntegerField(read_only=True)
    pages = serializers.IntegerField(read_only=True, help_text=_("Long texts are compared page by page: ask for the next one by `page`."))
    clauses = ComparedSerializer(many=True, read_only=True)

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        return {name.rstrip("_"): field for name, field in fields.items()}


class BeingComparedSerializer(serializers.Serializer):
    """Long texts are compared once, by a worker: retry after `Retry-After` seconds."""

    detail = serializers.CharField(read_only=True)


def version_parameter(name: str) -> OpenApiParameter:
    note = _("A text, as t-<its id>, or a proposal, as p-<its id>.")
    return OpenApiParameter(name, OpenApiTypes.STR, required=True, description=note)


class ComparisonView(APIView):
    @extend_schema(
        operation_id="comparison",
        tags=["comparison"],
        summary=_("Two versions of a text, clause by clause"),
        parameters=[version_parameter("of"), version_parameter("with"), OpenApiParameter("page", OpenApiTypes.INT)],
        responses={200: ComparisonSerializer, 202: BeingComparedSerializer},
    )
    def get(self, request: Request) -> Response:
        keys = [request.query_params.get(name, "").replace("\0", "")[:LONGEST_KEY] for name in ("of", "with")]
        wanted = dict(zip(("of", "with"), keys, strict=True))
        if missing := {name: [_("This field is required.")] for name, key in wanted.items() if not key}:
            raise ValidationError(missing)
        found = {version.key: version for version in named(keys, request.user)}
        if unknown := {
            name: [_("This version does not exist, or you are not allowed to see it.")] for name, key in wanted.items() if key not in found
        }:
            raise ValidationError(unknown)
        base, other = with_references([found[key] for key in keys])
        size = size_of((base, other))
        number = whole_number(request.query_params.get("page", ""), digits=5) or 1
        with comparison_slot(is_needed=not comparisons.needs_no_slot(size)) as is_free:
            try:
                page = comparisons.page_of((base, other), number=number, size=size) if is_free else None
            except comparisons.BeingCompared as waiting:
                page = None
                if waiting.is_new:
                    make_comparison.delay_on_commit(waiting.kept.pk)
            if page is None:
                said = {"detail": _("These texts are long and are being compared. Ask again in a few seconds.")}
                return Response(said, status=202, headers={"Retry-After": str(RETRY_AFTER)})
            return Response(
                {
                    "of": base.key,
                    "with": other.key,
                    "is_one_language": base.language == other.language,
                    "language": other.language,
                    "compared_with": page.compared_with(1) or None,
                    "page": page.number,
                    "pages": page.count,
                    "clauses": [_compared(row) for row in page.rows],
                }
            )


def _compared(row: ComparedClause) -> dict[str, Any]:
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
        "compared_with": cell.before if cell and cell.compared else None,
        "after": cell.text if cell else "",
        "marked": as_marked_text(pieces),
        "pieces": [{"before": piece.before, "after": piece.after, "is_same": piece.is_same} for piece in pieces],
    }
