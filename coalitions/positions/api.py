"""Positions, for programs: read with all that stands beside them, written version by version."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amnt.audit.reading import FORMER_MEMBER
from amnt.core.api_base import PageAddress, PublicIdLookup, TextOrNull, VisibleField, YesNoFilter
from amnt.core.languages import TextLanguage
from coalitions.api.people import PersonSerializer
from coalitions.models import Circle, CircleView, Mandate, Position, PositionAnswer, RedLine, TalkingPoints
from coalitions.models.people import is_here
from coalitions.permissions import can_take_position, membership_context_of
from coalitions.positions.forms.answers import LONGEST_RESERVATION
from coalitions.positions.forms.positions import LONGEST_POINTS, LONGEST_POSITION, LONGEST_RED_LINE
from coalitions.positions.read_models.answers import answers_to
from coalitions.positions.read_models.cards import changed_source
from coalitions.positions.read_models.touches import news_of_positions, touched_lines
from coalitions.positions.services import positions as services
from coalitions.positions.services.answers import answer_position
from coalitions.services import circle_views
from resolutions.models import Contribution, Proposal, Resolution

MOST_VERSIONS = 2**15 - 1  # of a small integer of the database


class RedLineSerializer(serializers.ModelSerializer):
    to_review = serializers.SerializerMethodField(help_text=_("Something newer touches its clause, cited or not."))
    circle = serializers.SlugRelatedField("public_id", read_only=True, help_text=_("Who may read it: often fewer than read the position."))

    class Meta:
        model = RedLine
        fields = ("circle", "kind", "clause", "text", "at", "to_review")
        read_only_fields = fields

    def get_to_review(self, row: RedLine) -> bool:
        return row.clause in self.context["news"].touched or row.pk in self.context["touched_lines"]


class TalkingPointsSerializer(serializers.ModelSerializer):
    source_changed = serializers.SerializerMethodField(help_text=_("What they were translated from says something else now."))

    class Meta:
        model = TalkingPoints
        fields = ("language", "text", "source_changed")
        read_only_fields = fields

    def get_source_changed(self, row: TalkingPoints) -> bool:
        return bool(changed_source(row, {each.language: each.text for each in row.position.talking_points.all()}))


class PositionSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id", read_only=True)
    url = PageAddress()
    circle = serializers.SlugRelatedField("public_id", read_only=True, help_text=_("Who may read it: everyone, or the circle of a draft."))
    resolution = serializers.SlugRelatedField("slug", read_only=True)
    written_for = serializers.SerializerMethodField(help_text=_("The proposal it answers, if you may read it."))
    written_for_text = serializers.CharField(
        source="written_for_text.label", default=None, allow_null=True, read_only=True, help_text=_("Or the text in force it answers.")
    )
    cited = serializers.SerializerMethodField(help_text=_("The identities of the clauses it cites."))
    to_review = serializers.BooleanField(source="is_to_review", read_only=True, help_text=_("Something newer touches a clause it cites."))
    by = PersonSerializer(read_only=True, allow_null=True)
    drafted_by = PersonSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Position
        fields = (
            *("id", "url", "circle", "resolution", "version", "stance", "words", "written_for", "written_for_text", "cited"),
            *("to_review", "by", "drafted_by", "at"),
        )
        read_only_fields = fields

    def get_written_for(self, row: Position) -> UUID | None:
        return row.written_for.public_id if row.written_for and row.written_for.pk in self.context["readable"] else None

    def get_cited(self, row: Position) -> list[UUID]:
        return [clause.identity for clause in row.cited.all()]

    def to_representation(self, row: Any) -> dict[str, Any]:
        """Without the names of people who have left."""
        shown = super().to_representation(row)
        for name in ("by", "drafted_by"):
            if shown[name] and not getattr(row, f"{name}_is_here"):
                shown[name]["name"] = str(FORMER_MEMBER)
        return shown


class TouchSerializer(serializers.Serializer):
    proposal = serializers.UUIDField(allow_null=True, help_text=_("The newer proposal."))
    text = serializers.CharField(allow_null=True, help_text=_("Or the newer text in force."))
    clauses = serializers.ListField(child=serializers.UUIDField(), help_text=_("The cited clauses it touches; none of a suppression."))


class GivenAnswerSerializer(serializers.Serializer):
    organisation = serializers.CharField(allow_null=True, help_text=_("Its name; null where you see nobody of it."))
    kind = serializers.ChoiceField(PositionAnswer.Kind.choices)
    words = TextOrNull(help_text=_("Of a reservation."))
    at = serializers.DateTimeField()


class AnswersSerializer(serializers.Serializer):
    agreed = serializers.IntegerField()
    reserved = serializers.IntegerField()
    silent = serializers.IntegerField(help_text=_("They have not answered, which is not agreement."))
    given = GivenAnswerSerializer(many=True, help_text=_("The last one of each organisation to this version."))


class WholePositionSerializer(PositionSerializer):
    red_lines = RedLineSerializer(many=True, read_only=True, help_text=_("Those you may read."))
    talking_points = TalkingPointsSerializer(many=True, read_only=True)
    touched_by = serializers.SerializerMethodField(help_text=_("What is newer and touches it."))
    answers = serializers.SerializerMethodField(help_text=_("What organisations answered to this version; null of a draft."))

    class Meta(PositionSerializer.Meta):
        fields = (*PositionSerializer.Meta.fields, "red_lines", "talking_points", "touched_by", "answers")
        read_only_fields = fields

    @extend_schema_field(AnswersSerializer(allow_null=True))
    def get_answers(self, row: Position) -> dict[str, Any] | None:
        if (found := self.context["answers"]) is None:
            return None
        given = [
            {"organisation": each.name or None, "kind": each.answer.kind, "words": each.answer.words or None, "at": each.answer.at}
            for each in found.shown
        ]
        return {"agreed": found.agreed, "reserved": found.reserved, "silent": found.silent, "given": given}

    @extend_schema_field(TouchSerializer(many=True))
    def get_touched_by(self, row: Position) -> list[dict[str, Any]]:
        return [
            {
                "proposal": source.proposal.public_id if source.proposal else None,
                "text": source.text.revision.label if source.text else None,
                "clauses": [clause.identity for clause in source.clauses],
            }
            for source in self.context["news"].sources
        ]


class RedLineWriteSerializer(serializers.Serializer):
    circle = VisibleField("public_id", queryset=Circle.objects.all())
    kind = serializers.ChoiceField(RedLine.Kind.choices, default=RedLine.Kind.RED)
    clause = serializers.UUIDField(required=False, allow_null=True, default=None)
    text = serializers.CharField(max_length=LONGEST_RED_LINE)


class PointsWriteSerializer(serializers.Serializer):
    language = serializers.ChoiceField(TextLanguage.choices)
    text = serializers.CharField(max_length=LONGEST_POINTS)


class PublishSerializer(serializers.Serializer):
    seen_version = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=MOST_VERSIONS,
        help_text=_("The version you saw, 0 for none: refused if another was written since."),
    )
    submission = serializers.UUIDField(required=False, help_text=_("Identifies this request: sent twice, it creates only one."))


class PositionWriteSerializer(PublishSerializer):
    """What is left out stays as it is in the version before; red lines replace those of the circles they name."""

    resolution = serializers.SlugRelatedField("slug", queryset=Resolution.objects.all())
    circle = VisibleField("public_id", queryset=Circle.objects.all(), help_text=_("Everyone’s for a position, another for a draft."))
    stance = serializers.ChoiceField(Position.Stance.choices)
    words = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_POSITION)
    written_for = VisibleField(
        "public_id", queryset=Proposal.objects.filter(contribution__access=Contribution.Access.PUBLIC), required=False, allow_null=True
    )
    cited = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=services.MOST_CITED)
    red_lines = serializers.ListField(child=RedLineWriteSerializer(), required=False, max_length=services.MOST_RED_LINES)
    talking_points = serializers.ListField(child=PointsWriteSerializer(), required=False, max_length=len(TextLanguage.choices))
    translated_from = serializers.ChoiceField(
        [("", "—"), *TextLanguage.choices], required=False, default="", help_text=_("The language the changed points were translated from.")
    )


class HoldsSerializer(serializers.Serializer):
    submission = serializers.UUIDField(required=False, help_text=_("Identifies this request: sent twice, it creates only one."))


class PositionAnswerSerializer(serializers.Serializer):
    organisation = serializers.UUIDField(help_text=_("Yours: only who has its mandate answers for it."))
    kind = serializers.ChoiceField(PositionAnswer.Kind.choices)
    words = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_RESERVATION, help_text=_("Of a reservation."))
    submission = serializers.UUIDField(required=False, help_text=_("Identifies this request: sent twice, it creates only one."))


class PositionFilter(filters.FilterSet):
    resolution = filters.CharFilter(field_name="resolution__slug")
    circle = filters.UUIDFilter(field_name="circle__public_id")
    to_review = YesNoFilter(field_name="is_to_review")
    versions = filters.ChoiceFilter(
        choices=[("all", "all"), ("current", "current")], method="of_versions", help_text=_("All versions; else only the current ones.")
    )

    def of_versions(self, rows: QuerySet[Position], name: str, value: str) -> QuerySet[Position]:
        return rows


@extend_schema_view(
    list=extend_schema(summary=_("Positions you may read, by resolution; drafts of your circles among them")),
    retrieve=extend_schema(summary=_("One version of a position, with all that stands beside it"), responses=WholePositionSerializer),
)
class PositionViewSet(PublicIdLookup):
    queryset = Position.objects.none()
    serializer_class = PositionSerializer
    filterset_class = PositionFilter

    def get_queryset(self) -> QuerySet[Position]:
        """Without the circles of delegations, which have their own pages."""
        user, memberships = self.request.user, membership_context_of(self.request.user)
        rows = Position.objects.visible_to(user, memberships.circles).with_review(user, memberships.circles)
        if self.action == "list" and self.request.query_params.get("versions") != "all":
            rows = rows.newest()
        here = {f"{name}_is_here": is_here(name, of="circle__coalition") for name in ("by", "drafted_by")}
        rows = rows.select_related(
            "circle__coalition", "resolution", "written_for", "written_for_text", "in_force__assembly", "by", "drafted_by"
        )
        return rows.annotate(**here).prefetch_related("cited").order_by("resolution__number", "resolution", "circle", "-version")

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        rows = self.filter_queryset(self.get_queryset())
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(PositionSerializer(page, many=True, context=self.context_of(page or [])).data)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        circle_views.record_view(CircleView.Thing.POSITION, row.public_id, circle=row.circle, by=request.user)
        return self.whole(row)

    @extend_schema(
        summary=_("Write the next version"),
        request=PositionWriteSerializer,
        responses={
            201: WholePositionSerializer,
            200: OpenApiResponse(WholePositionSerializer, description=_("This submission had already created it.")),
        },
        examples=[
            OpenApiExample(
                "position",
                request_only=True,
                value={
                    "resolution": "50",
                    "circle": "5e1f5a1c-7a0c-4c5e-9d53-3b8f6a0a9a11",
                    "stance": "oppose-unless",
                    "words": "Studying is not standardizing.",
                    "cited": ["7d0c2b7a-2f0e-4d51-8d0c-6f1f9f9f7c11"],
                    "talking_points": [{"language": "en", "text": "Study Group 17 can do one without the other."}],
                    "seen_version": 2,
                    "submission": "0b9d2f6e-58a1-4f37-8b0a-0d0f5c1f7e42",
                },
            )
        ],
    )
    def create(self, request: Request) -> Response:
        given = self.cleaned(PositionWriteSerializer)
        circle, submission = given["circle"], given.get("submission")
        self.ask(can_take_position(request.user, circle))
        lines = given.get("red_lines")
        drafts = (
            None if lines is None else [services.RedLineDraft(each["circle"], each["kind"], each["text"], each["clause"]) for each in lines]
        )
        for line in drafts or ():
            self.ask(line.circle.includes(request.user))
        points = given.get("talking_points")
        parts = services.PositionParts(
            cited=given.get("cited"),
            red_lines=drafts,
            talking_points=None if points is None else {each["language"]: each["text"] for each in points},
            source=given["translated_from"],
        )
        was_made = submission and Position.objects.filter(submission=submission, by=request.user).exists()
        row = services.take_position(
            given["resolution"],
            circle=circle,
            stance=given["stance"],
            words=given.get("words", ""),
            written_for=given.get("written_for"),
            parts=parts,
            by=request.user,
            submission=submission,
            seen_version=given.get("seen_version"),
        )
        return self.answered(row, status.HTTP_200_OK if was_made else status.HTTP_201_CREATED)

    @extend_schema(
        summary=_("Say that it still holds, whatever came since"),
        operation_id="positions_holds",
        request=HoldsSerializer,
        responses=WholePositionSerializer,
    )
    @action(detail=True, methods=["post"])
    def holds(self, request: Request, id: UUID) -> Response:
        row = self.get_object()
        self.ask(can_take_position(request.user, row.circle))
        services.say_it_holds(row, by=request.user, submission=self.cleaned(HoldsSerializer).get("submission"))
        return self.answered(row)

    @extend_schema(
        summary=_("Answer for an organisation you have the mandate of"),
        operation_id="positions_answer",
        request=PositionAnswerSerializer,
        responses=WholePositionSerializer,
    )
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, id: UUID) -> Response:
        row, given = self.get_object(), self.cleaned(PositionAnswerSerializer)
        mandates = Mandate.objects.of(request.user).filter(membership__coalition=row.circle.coalition_id)
        hers = get_object_or_404(mandates.select_related("organisation"), organisation__public_id=given.pop("organisation"))
        answer_position(row, organisation=hers.organisation, by=request.user, **given)
        return self.answered(row)

    @extend_schema(
        summary=_("Publish a draft: a lead makes it the coalition’s next version"),
        operation_id="positions_publish",
        request=PublishSerializer,
        responses=WholePositionSerializer,
    )
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, id: UUID) -> Response:
        row, given = self.get_object(), self.cleaned(PublishSerializer)
        self.ask(not row.circle.is_everyone and can_take_position(request.user, row.circle.coalition.everyone))
        made = services.publish(row, by=request.user, submission=given.get("submission"), seen_version=given.get("seen_version"))
        return self.answered(made)

    def cleaned(self, serializer_class: type[serializers.Serializer]) -> dict[str, Any]:
        serializer = serializer_class(data=self.request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data

    def ask(self, may: bool) -> None:
        if not may:
            raise PermissionDenied

    def context_of(self, rows: Sequence[Position]) -> dict[str, Any]:
        asked = [row.written_for_id for row in rows if row.written_for_id]
        readable = Proposal.objects.visible_to(self.request.user).filter(pk__in=asked).values_list("pk", flat=True) if asked else ()
        return {**self.get_serializer_context(), "readable": set(readable)}

    def whole(self, row: Position, code: int = status.HTTP_200_OK) -> Response:
        user, memberships = self.request.user, membership_context_of(self.request.user)
        red_lines = RedLine.objects.visible_to(user, memberships.circles).select_related("circle").order_by("pk")
        points = TalkingPoints.objects.select_related("written_from").order_by("language")
        prefetch_related_objects([row], Prefetch("red_lines", red_lines), Prefetch("talking_points", points))
        for each in row.talking_points.all():
            each.position = row
        news = news_of_positions(user, row.resolution, [row], memberships, with_hints=False)[row.pk]
        context = self.context_of([row]) | {"news": news, "answers": answers_to(user, [row], memberships).get(row.pk)}
        context["touched_lines"] = touched_lines(row.resolution, [row], row.red_lines.all())
        return Response(WholePositionSerializer(row, context=context).data, status=code)

    def answered(self, row: Position, code: int = status.HTTP_200_OK) -> Response:
        return self.whole(get_object_or_404(self.get_queryset(), pk=row.pk), code)
