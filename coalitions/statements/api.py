"""Joint statements for programs: reading them, answering for an organisation, and running them."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amnt.core.api_base import LinkOrNull, PageAddress, PublicIdLookup, VisibleField, YesNoFilter
from amnt.core.limits import max_length
from amnt.core.links import check_link
from coalitions.models import Circle, CircleView, Statement, StatementAnswer, StatementInvitation, StatementVersion
from coalitions.permissions import can_invite_to_sign, can_open_statement, can_run_statement
from coalitions.services import circle_views
from coalitions.statements.domain.fingerprint import fingerprint
from coalitions.statements.read_models.tally import AnswerState, lists_of, own_answer, standings_of, tally
from coalitions.statements.services import answers, co_signing, statements
from coalitions.statements.services.co_signing import link_of
from resolutions.models import Resolution

MOST_VERSIONS = 2**31 - 1
MOST_TEXTS = 2**15 - 1
SUBMISSION = _("A UUID of your choice: sent twice, it creates only one.")


class StatementSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id", read_only=True)
    url = PageAddress()
    circle = serializers.SlugRelatedField("public_id", read_only=True, help_text=_("Who may read it."))
    resolution = serializers.SlugRelatedField("slug", read_only=True, allow_null=True)
    is_open = serializers.BooleanField(read_only=True)
    text_version = serializers.IntegerField(source="newest", read_only=True)

    class Meta:
        model = Statement
        fields = ("id", "url", "title", "circle", "resolution", "opened_at", "closes_at", "is_open", "text_version", "version")
        read_only_fields = fields


class StatementTextSerializer(serializers.ModelSerializer):
    sha256 = serializers.SerializerMethodField(help_text=_("Of the text as UTF-8, its last line end included."))

    class Meta:
        model = StatementVersion
        fields = ("number", "language", "text", "sha256", "at")
        read_only_fields = fields

    def get_sha256(self, version: StatementVersion) -> str:
        return fingerprint(version.text)


class NamedAnswerSerializer(serializers.Serializer):
    name = serializers.CharField(read_only=True)
    state = serializers.ChoiceField(choices=AnswerState.choices, read_only=True)
    reservation = serializers.CharField(read_only=True)
    at = serializers.DateTimeField(read_only=True, allow_null=True)
    text_version = serializers.IntegerField(source="number", read_only=True)
    is_outside = serializers.BooleanField(read_only=True, help_text=_("It is outside the coalition and answered through a link."))


class NumberSerializer(serializers.Serializer):
    state = serializers.ChoiceField(choices=AnswerState.choices, read_only=True)
    organisations = serializers.IntegerField(read_only=True)


class StatementDetailSerializer(StatementSerializer):
    draft_link = LinkOrNull()
    texts = StatementTextSerializer(source="versions", many=True, read_only=True)
    organisations = serializers.IntegerField(source="found.asked", read_only=True)
    unnamed = serializers.IntegerField(source="found.unnamed", read_only=True, help_text=_("How many of them are not named."))
    unnamed_outside = serializers.IntegerField(
        source="found.unnamed_outside",
        read_only=True,
        help_text=_("How many from outside are not named: what they answered is never told."),
    )
    hides_answers = serializers.BooleanField(
        source="found.hides_answers", read_only=True, help_text=_("The numbers leave out those that are not named.")
    )
    numbers = NumberSerializer(many=True, read_only=True)
    named = NamedAnswerSerializer(many=True, read_only=True)
    own = NamedAnswerSerializer(read_only=True, allow_null=True, help_text=_("Of the organisation you answer for."))

    class Meta(StatementSerializer.Meta):
        fields = (
            *(*StatementSerializer.Meta.fields, "draft_link", "texts", "organisations"),
            *("unnamed", "unnamed_outside", "hides_answers", "numbers", "named", "own"),
        )
        read_only_fields = fields

    def to_representation(self, statement: Statement) -> dict[str, Any]:
        standings = standings_of(statement)
        own = own_answer(statement, self.context["request"].user, standings)
        statement.found = tally(standings)
        lists = lists_of(statement.found)
        statement.named = [*lists["endorsing"], *lists["others"]]
        statement.numbers = [
            {"state": state, "organisations": statement.found.numbers[state]} for state in AnswerState if statement.found.numbers[state]
        ]
        statement.own = own.standing if own else None
        return super().to_representation(statement)


class StatementCreateSerializer(serializers.Serializer):
    title = serializers.CharField(max_length=max_length(Statement, "title"))
    text = serializers.CharField(max_length=StatementVersion.LONGEST)
    language = serializers.ChoiceField(choices=settings.LANGUAGES)
    closes_at = serializers.DateTimeField(help_text=_("With its offset from UTC; without one it is read as UTC."))
    circle = VisibleField("public_id", queryset=Circle.objects.all(), help_text=_("Who may read it."))
    resolution = VisibleField("slug", queryset=Resolution.objects.all(), required=False, allow_null=True)
    draft_link = serializers.URLField(
        max_length=max_length(Statement, "draft_link"), required=False, validators=[check_link], help_text=_("Where it was drafted.")
    )
    submission = serializers.UUIDField(required=False, help_text=SUBMISSION)


class SeenSerializer(serializers.Serializer):
    version = serializers.IntegerField(
        source="seen_version",
        min_value=1,
        max_value=MOST_VERSIONS,
        required=False,
        help_text=_("The version you saw: if it has changed since, nothing happens."),
    )


class StatementVersionSerializer(SeenSerializer):
    text = serializers.CharField(max_length=StatementVersion.LONGEST)
    submission = serializers.UUIDField(required=False, help_text=SUBMISSION)


class StatementClosingSerializer(SeenSerializer):
    closes_at = serializers.DateTimeField(help_text=_("With its offset from UTC; without one it is read as UTC."))


class StatementAnswerSerializer(serializers.Serializer):
    choice = serializers.ChoiceField(choices=StatementAnswer.Choice.choices)
    reservation = serializers.CharField(max_length=StatementAnswer.LONGEST_RESERVATION, required=False, allow_blank=True)
    inside = serializers.BooleanField(help_text=_("Whether the organisation is named inside the coalition."))
    outside = serializers.BooleanField(help_text=_("Whether it is named on the public list."))
    text_version = serializers.IntegerField(
        source="seen_number",
        min_value=1,
        max_value=MOST_TEXTS,
        help_text=_("Of the text that was read: if there is another one, nothing happens."),
    )


class StatementInvitationSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id", read_only=True)
    is_open = serializers.SerializerMethodField(help_text=_("Whether its link opens the statement."))

    class Meta:
        model = StatementInvitation
        fields = ("id", "name", "contact", "language", "at", "is_open")
        read_only_fields = fields

    def get_is_open(self, row: StatementInvitation) -> bool:
        return row.revoked_at is None and row.locked_at is None and row.statement.is_open


class StatementInvitedSerializer(StatementInvitationSerializer):
    link = serializers.SerializerMethodField(help_text=_("To be sent by you. It is told only here."))

    class Meta(StatementInvitationSerializer.Meta):
        fields = (*StatementInvitationSerializer.Meta.fields, "link")
        read_only_fields = fields

    def get_link(self, row: StatementInvitation) -> str:
        return link_of(row)


class StatementInviteSerializer(serializers.Serializer):
    name = serializers.CharField(
        max_length=max_length(StatementInvitation, "name"), help_text=_("Its name as it is to stand on the list, if it agrees to be named.")
    )
    language = serializers.ChoiceField(choices=settings.LANGUAGES, help_text=_("Of its page."))
    contact = serializers.CharField(
        max_length=max_length(StatementInvitation, "contact"), required=False, allow_blank=True, help_text=_("To whom the link goes.")
    )
    submission = serializers.UUIDField(required=False, help_text=SUBMISSION)


class StatementRevokeSerializer(serializers.Serializer):
    invitation = VisibleField("public_id", queryset=StatementInvitation.objects.all(), help_text=_("The id of the invitation."))


class StatementFilter(filters.FilterSet):
    open = YesNoFilter(method="by_openness")
    circle = filters.UUIDFilter(field_name="circle__public_id")
    resolution = filters.CharFilter(field_name="resolution__slug", help_text=_("Address of a resolution, for example 50."))
    waiting = YesNoFilter(method="by_waiting", help_text=_("It waits for the answer of your organisation."))

    def by_openness(self, queryset, name, wanted):
        return queryset.open() if wanted else queryset.closed()

    def by_waiting(self, queryset, name, wanted):
        waiting = Statement.objects.waiting_for(self.request.user).values("pk")
        return queryset.filter(pk__in=waiting) if wanted else queryset.exclude(pk__in=waiting)


def act(summary: Any, request: Any = None):
    """An act on a statement: POST to its own address, answered with the changed statement."""

    def decorate(method):
        described = extend_schema(
            summary=summary, operation_id=f"statements_{method.__name__}", request=request, responses=StatementDetailSerializer
        )
        return described(action(detail=True, methods=["post"], url_path=method.__name__.replace("_", "-"))(method))

    return decorate


@extend_schema_view(
    list=extend_schema(summary=_("Statements you may read, by closing")),
    retrieve=extend_schema(summary=_("One statement, and who answered what")),
)
class StatementViewSet(PublicIdLookup):
    queryset = Statement.objects.none()
    serializer_class = StatementSerializer
    filterset_class = StatementFilter

    def get_queryset(self) -> QuerySet[Statement]:
        rows = Statement.objects.visible_to(self.request.user).select_related("circle__coalition", "resolution")
        rows = rows.order_by("-closes_at", "pk")
        return rows if self.action == "list" else rows.prefetch_related("versions")

    def get_serializer_class(self) -> type[StatementSerializer]:
        return StatementSerializer if self.action == "list" else StatementDetailSerializer

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        circle_views.record_view(CircleView.Thing.STATEMENT, row.public_id, circle=row.circle, by=request.user)
        return Response(self.get_serializer(row).data)

    @extend_schema(
        summary=_("Open a statement; for everyone, only leads"),
        request=StatementCreateSerializer,
        responses={
            201: StatementDetailSerializer,
            200: OpenApiResponse(StatementDetailSerializer, description=_("This submission had already created it.")),
        },
    )
    def create(self, request: Request) -> Response:
        given = self.cleaned(StatementCreateSerializer)
        circle, submission = given.pop("circle"), given.get("submission")
        self.ask(can_open_statement(request.user, circle))
        was_made = submission and Statement.objects.filter(submission=submission, by=request.user).exists()
        row = statements.open_statement(circle, by=request.user, **given)
        return self.answer_with(row, status.HTTP_200_OK if was_made else status.HTTP_201_CREATED)

    @act(_("Answer for your organisation"), StatementAnswerSerializer)
    def answer(self, request: Request, id: UUID) -> Response:
        row, given = self.get_object(), self.cleaned(StatementAnswerSerializer)
        own = self.own(row)
        answers.answer(row, organisation=own.mandate.organisation, by=request.user, **given)
        return self.answer_with(row)

    @act(_("Take the answer of your organisation back"))
    def withdraw(self, request: Request, id: UUID) -> Response:
        row = self.get_object()
        answers.withdraw(row, organisation=self.own(row).mandate.organisation, by=request.user)
        return self.answer_with(row)

    @act(_("Freeze another text, about which everyone is asked again"), StatementVersionSerializer)
    def text(self, request: Request, id: UUID) -> Response:
        row, given = self.mine_to_run(), self.cleaned(StatementVersionSerializer)
        statements.write_version(row, by=request.user, **given)
        return self.answer_with(row)

    @act(_("Move its closing"), StatementClosingSerializer)
    def closing(self, request: Request, id: UUID) -> Response:
        row, given = self.mine_to_run(), self.cleaned(StatementClosingSerializer)
        statements.move_closing(row, by=request.user, **given)
        return self.answer_with(row)

    @act(_("Close it now"), SeenSerializer)
    def close(self, request: Request, id: UUID) -> Response:
        row, given = self.mine_to_run(), self.cleaned(SeenSerializer)
        statements.close_now(row, by=request.user, **given)
        return self.answer_with(row)

    @extend_schema(
        methods=["GET"],
        summary=_("The links of organisations from outside; for leads"),
        operation_id="statements_invitations",
        responses=StatementInvitationSerializer(many=True),
    )
    @extend_schema(
        methods=["POST"],
        summary=_("Make a link by which an organisation from outside signs; for leads"),
        operation_id="statements_invite",
        request=StatementInviteSerializer,
        responses={201: StatementInvitedSerializer},
    )
    @action(detail=True, methods=["get", "post"], pagination_class=None, filter_backends=[])
    def invitations(self, request: Request, id: UUID) -> Response:
        row = self.mine_to_invite_to()
        if request.method == "POST":
            made = co_signing.invite(row, by=request.user, **self.cleaned(StatementInviteSerializer))
            return Response(StatementInvitedSerializer(made).data, status=status.HTTP_201_CREATED)
        rows = StatementInvitation.objects.visible_to(request.user).filter(statement=row).select_related("statement").order_by("-at", "-pk")
        return Response(StatementInvitationSerializer(rows, many=True).data)

    @act(_("Take a link back, with what was answered through it; for leads"), StatementRevokeSerializer)
    def revoke_invitation(self, request: Request, id: UUID) -> Response:
        row, given = self.mine_to_invite_to(), self.cleaned(StatementRevokeSerializer)
        found = get_object_or_404(StatementInvitation.objects.filter(statement=row), pk=given["invitation"].pk)
        co_signing.revoke(found, by=request.user)
        return self.answer_with(row)

    def own(self, row: Statement):
        own = own_answer(row, self.request.user, [])
        self.ask(own is not None)
        return own

    def mine_to_run(self) -> Statement:
        row = self.get_object()
        self.ask(can_run_statement(self.request.user, row))
        return row

    def mine_to_invite_to(self) -> Statement:
        row = self.get_object()
        self.ask(can_invite_to_sign(self.request.user, row))
        return row

    def cleaned(self, serializer_class: type[serializers.Serializer]) -> dict[str, Any]:
        serializer = serializer_class(data=self.request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data

    def ask(self, may: bool) -> None:
        if not may:
            raise PermissionDenied

    def answer_with(self, row: Statement, code: int = status.HTTP_200_OK) -> Response:
        return Response(self.get_serializer(get_object_or_404(self.get_queryset(), pk=row.pk)).data, status=code)
