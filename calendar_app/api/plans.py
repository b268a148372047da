"""Plans counted backwards from a deadline, for programs: read, made, moved with a preview, kept on their dates, dissolved."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amnt.core.api_base import PageAddress, PublicIdLookup, VisibleField
from amnt.core.errors import RuleBroken
from amnt.core.limits import max_length
from calendar_app.domain.backward_plans import Problem
from calendar_app.forms.backward_plans import official_dates
from calendar_app.forms.dates import YEARS
from calendar_app.models import BackwardPlan, Deadline, Meeting, PlanMove, PlanStep
from calendar_app.permissions import can_make_plan, can_run_plan
from calendar_app.read_models.plan_moves import How, PlanPreview, Stays, StepMove, fingerprint, preview_move
from calendar_app.services import backward_plans, plan_moves
from calendar_app.services.backward_plans import MOST_STEPS, NewStep
from calendar_app.services.plan_moves import MOST_DAYS_MOVED
from coalitions.api.people import VisiblePersonField
from coalitions.models import Circle, FollowUp
from coalitions.models.absences import Away, absences_known_to
from coalitions.outreach.api import MADE_BEFORE, SUBMISSION, Writes
from coalitions.permissions import may_act_as_lead
from resolutions.models import RegionalGroup, Resolution

FOLLOW = "follow"
SEEN = _("As the preview gave it: if the plan has changed since, nothing happens.")


class PlanStepSerializer(serializers.ModelSerializer):
    follow_up = serializers.SlugRelatedField("public_id", read_only=True, help_text=_("The follow-up it is: its title and its owner."))
    due_at = serializers.DateTimeField(source="follow_up.due_at", read_only=True)
    state = serializers.CharField(source="follow_up.state", read_only=True, help_text=_("As of follow-ups."))
    meeting = serializers.SlugRelatedField("public_id", read_only=True, allow_null=True, help_text=_("The official date it stands on."))
    deadline = serializers.SlugRelatedField("public_id", read_only=True, allow_null=True, help_text=_("The official date it stands on."))

    class Meta:
        model = PlanStep
        fields = ("place", "follow_up", "due_at", "state", "lead_days", "is_pinned", "meeting", "deadline")
        read_only_fields = fields


class PlanSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="public_id", read_only=True)
    url = PageAddress()
    circle = serializers.SlugRelatedField("public_id", read_only=True, help_text=_("Who may read it."))
    deadline = serializers.SlugRelatedField("public_id", read_only=True, help_text=_("The deadline it is counted from."))
    resolution = serializers.SlugRelatedField("slug", read_only=True, allow_null=True)
    group = serializers.SlugRelatedField("code", read_only=True, allow_null=True, help_text=_("Code of the regional group."))
    days_moved = serializers.IntegerField(
        read_only=True, help_text=_("By how many days its deadline has moved since its dates were counted: it waits for a person.")
    )
    steps = PlanStepSerializer(many=True, read_only=True, help_text=_("The step before the deadline first."))

    class Meta:
        model = BackwardPlan
        fields = ("id", "url", "circle", "deadline", "resolution", "group", "counted_from", "days_moved", "created_at", "steps")
        read_only_fields = fields


# --- What is sent -------------------------------------------------------------------------------------------------------------


class NewStepSerializer(serializers.Serializer):
    title = serializers.CharField(max_length=max_length(FollowUp, "title"), help_text=_("Begins with a verb."))
    on = serializers.DateField(allow_null=True, help_text=_("Its day; null where it stands on an official date."))
    owner = VisiblePersonField(required=False, allow_null=True, help_text=_("Leads may assign it at once; others only to themselves."))
    backup = VisiblePersonField(required=False, allow_null=True)
    meeting = VisibleField(
        "public_id", queryset=Meeting.objects.all(), required=False, allow_null=True, help_text=_("The official date it stands on.")
    )
    deadline = VisibleField(
        "public_id", queryset=Deadline.objects.all(), required=False, allow_null=True, help_text=_("The official date it stands on.")
    )

    def validate_on(self, day):
        if day and day.year not in YEARS:
            raise serializers.ValidationError(_("Check the year: this one is not possible."))
        return day


class PlanCreateSerializer(serializers.Serializer):
    deadline = VisibleField("public_id", queryset=Deadline.objects.all(), help_text=_("The deadline it is counted from."))
    circle = VisibleField("public_id", queryset=Circle.objects.all(), help_text=_("Who may read it."))
    steps = NewStepSerializer(  # type: ignore[call-arg]
        many=True, min_length=1, max_length=MOST_STEPS, help_text=_("The step before the deadline first. Each becomes a follow-up.")
    )
    resolution = VisibleField("slug", queryset=Resolution.objects.all(), required=False, allow_null=True)
    group = VisibleField(
        "code", queryset=RegionalGroup.objects.all(), required=False, allow_null=True, help_text=_("Code of the regional group.")
    )
    submission = serializers.UUIDField(required=False, help_text=SUBMISSION)

    def validate(self, attrs):
        """A step stands on one of the official dates that its page offers, or on none."""
        known, _labels = official_dates(attrs["deadline"])
        for place, step in enumerate(attrs["steps"]):
            chosen = [(name, step[name]) for name in ("meeting", "deadline") if step.get(name)]
            if len(chosen) > 1 or any(f"{name}:{thing.public_id}" not in known for name, thing in chosen):
                said = _("A step stands on one official date, ahead and before the deadline.")
                raise serializers.ValidationError({f"steps.{place}.{chosen[-1][0]}": [said]})
        return attrs


class MoveChoiceSerializer(serializers.Serializer):
    how = serializers.ChoiceField(
        choices=[
            (How.SHIFT.value, _("every step by as many days")),
            (How.SHARE.value, _("the days left are shared out")),
            (FOLLOW, _("as its deadline moved")),
        ]
    )
    days = serializers.IntegerField(
        min_value=-MOST_DAYS_MOVED, max_value=MOST_DAYS_MOVED, required=False, help_text=_("To shift: later, or earlier if negative.")
    )

    def validate(self, attrs):
        if attrs["how"] == How.SHIFT and not attrs.get("days"):
            raise serializers.ValidationError({"days": _("Say by how many days.")})
        return attrs


class MoveSerializer(MoveChoiceSerializer):
    seen = serializers.CharField(max_length=64, help_text=SEEN)
    submission = serializers.UUIDField(required=False, help_text=SUBMISSION)


# --- The preview of a move ----------------------------------------------------------------------------------------------------


class StepMoveSerializer(serializers.Serializer):
    place = serializers.IntegerField(source="step.place", read_only=True)
    follow_up = serializers.UUIDField(source="step.follow_up.public_id", read_only=True)
    old = serializers.DateTimeField(read_only=True)
    new = serializers.DateTimeField(read_only=True, help_text=_("The same as before where it stays."))
    stays = serializers.ChoiceField(
        choices=[stays.value for stays in Stays], read_only=True, allow_null=True, help_text=_("Why it does not move; null if it does.")
    )
    problem = serializers.ChoiceField(
        choices=[problem.value for problem in Problem], read_only=True, allow_null=True, help_text=_("Why it is impossible afterwards.")
    )
    is_on_weekend = serializers.BooleanField(read_only=True, help_text=_("Of its owner."))
    away_until = serializers.SerializerMethodField(help_text=_("The last day of an absence of its owner that it falls into."))

    def get_away_until(self, move: StepMove) -> date | None:
        away: Away | None = move.away(self.context["known"])
        return away.last if away else None


class PlanPreviewSerializer(serializers.Serializer):
    seen = serializers.CharField(read_only=True, help_text=_("To be sent with the move."))
    people = serializers.IntegerField(read_only=True, help_text=_("How many people have a step that moves."))
    reminders = serializers.IntegerField(read_only=True, help_text=_("How many reminders are replaced."))
    steps = StepMoveSerializer(many=True, read_only=True)


# --- Plans --------------------------------------------------------------------------------------------------------------------


@extend_schema_view(
    list=extend_schema(summary=_("Plans counted backwards from a deadline")), retrieve=extend_schema(summary=_("One plan with its steps"))
)
class PlanViewSet(Writes, PublicIdLookup):
    queryset = BackwardPlan.objects.none()
    serializer_class = PlanSerializer

    def get_queryset(self) -> QuerySet[BackwardPlan]:
        return BackwardPlan.objects.visible_to(self.request.user).for_list()

    @extend_schema(
        summary=_("Make a plan; each step becomes a follow-up"),
        request=PlanCreateSerializer,
        responses={201: PlanSerializer, 200: OpenApiResponse(PlanSerializer, description=MADE_BEFORE)},
        examples=[
            OpenApiExample(
                "plan",
                request_only=True,
                value={
                    "deadline": "5e1f5a1c-7a0c-4c5e-9d53-3b8f6a0a9a11",
                    "circle": "0b9d2f6e-58a1-4f37-8b0a-0d0f5c1f7e42",
                    "resolution": "50",
                    "steps": [
                        {"title": "Collect the agreement of the organisations", "on": "2028-07-21"},
                        {"title": "Write the draft", "on": "2028-07-07"},
                    ],
                    "submission": "9d2f6e0b-58a1-4f37-8b0a-0d0f5c1f7e42",
                },
            )
        ],
    )
    def create(self, request: Request) -> Response:
        given = self.cleaned(PlanCreateSerializer)
        circle, steps = given["circle"], given.pop("steps")
        self.ask(can_make_plan(request.user, circle))
        is_for_others = any(step.get("owner") not in (None, request.user) for step in steps)
        self.ask(not is_for_others or may_act_as_lead(request.user, circle.coalition))
        submission = given.get("submission")
        was_made = submission and BackwardPlan.objects.filter(submission=submission, owner=request.user).exists()
        numbered = [
            NewStep(step["title"], step.get("on"), step.get("owner"), step.get("backup"), step.get("meeting") or step.get("deadline"))
            for step in steps
        ]
        try:
            plan = backward_plans.make_plan(given.pop("deadline"), steps=numbered, by=request.user, **given)
        except RuleBroken as error:
            raise RuleBroken(str(error), field=field_of_step(error.field)) from None
        return self.answer(plan, status.HTTP_200_OK if was_made else status.HTTP_201_CREATED)

    @extend_schema(summary=_("Dissolve it: its steps stay follow-ups on their dates"), responses={204: None})
    def destroy(self, request: Request, id: UUID) -> Response:
        backward_plans.dissolve(self.mine_to_run(), by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        summary=_("What a move of it would do; changes nothing"),
        operation_id="plans_move_preview",
        parameters=[MoveChoiceSerializer],
        responses=PlanPreviewSerializer,
    )
    @action(detail=True, methods=["get"], url_path="move", pagination_class=None)
    def preview(self, request: Request, id: UUID) -> Response:
        plan = self.mine_to_run()
        choice = MoveChoiceSerializer(data=request.query_params)
        choice.is_valid(raise_exception=True)
        found: PlanPreview = preview_move(plan, **move_of(plan, choice.validated_data))
        owners = [move.step.follow_up.owner_id for move in found.moves if move.step.follow_up.owner_id]
        said = {"seen": fingerprint(plan), "people": len(found.people), "reminders": found.reminders, "steps": found.moves}
        return Response(PlanPreviewSerializer(said, context={"known": absences_known_to(request.user, owners)}).data)

    @extend_schema(summary=_("Move the whole plan"), operation_id="plans_move", request=MoveSerializer, responses=PlanSerializer)
    @preview.mapping.post
    def move(self, request: Request, id: UUID) -> Response:
        plan, given = self.mine_to_run(), self.cleaned(MoveSerializer)
        plan_moves.move_plan(plan, by=request.user, seen=given["seen"], submission=given.get("submission"), **move_of(plan, given))
        return self.answer(plan)

    @extend_schema(
        summary=_("Undo its latest move, within 24 hours"), operation_id="plans_undo_move", request=None, responses=PlanSerializer
    )
    @action(detail=True, methods=["post"], url_path="undo-move")
    def undo_move(self, request: Request, id: UUID) -> Response:
        plan = self.mine_to_run()
        move = PlanMove.objects.filter(plan=plan).select_related("plan").first()
        if move is None:
            raise RuleBroken(gettext("This move can no longer be undone: that is possible once, within 24 hours."))
        plan_moves.undo_move(move, by=request.user)
        return self.answer(plan)

    @extend_schema(summary=_("Its deadline moved: keep its dates"), operation_id="plans_keep", request=None, responses=PlanSerializer)
    @action(detail=True, methods=["post"])
    def keep(self, request: Request, id: UUID) -> Response:
        return self.answer(backward_plans.keep_dates(self.mine_to_run(), by=request.user))

    def mine_to_run(self) -> BackwardPlan:
        plan = self.get_object()
        self.ask(can_run_plan(self.request.user, plan))
        return plan


def move_of(plan: BackwardPlan, said: dict[str, Any]) -> dict[str, Any]:
    """As `preview_move` and `move_plan` take it."""
    if said["how"] == FOLLOW:
        return {"how": How.SHIFT, "days": plan.days_moved}
    return {"how": How(said["how"]), "days": said.get("days", 0)}


def field_of_step(field: str) -> str:
    """Where a step is refused, its place in what was sent: `on_2` is `steps.1.on`."""
    name, _underline, place = field.rpartition("_")
    return f"steps.{int(place) - 1}.{name}" if place.isdecimal() else field
