"""A new cycle that starts from the old one, for programs: what it would carry over, and the act."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from coalitions.models import Answer, Circle, Coalition, Position, Verdict
from coalitions.outcomes.api.asked import AskedSerializer, asked_of
from coalitions.outcomes.read_models.new_cycle import NewCycle, assembly_after, new_cycle
from coalitions.outcomes.read_models.record import outcome_rows
from coalitions.outcomes.services.new_cycle import start_cycle
from coalitions.permissions import may_act_as_lead, membership_context_of
from coalitions.read_models.chosen_coalition import Ours
from resolutions.models import Assembly


class CarriedAskSerializer(serializers.Serializer):
    resolution = serializers.CharField(source="row.resolution.slug", help_text=_("Address of a resolution, for example 50."))
    stance = serializers.ChoiceField(source="row.position.stance", choices=Position.Stance.choices)
    result = serializers.ChoiceField(
        source="row.verdict.result",
        choices=Verdict.Result.choices,
        allow_null=True,
        default=None,
        help_text=_("Null while it is not judged."),
    )
    is_there = serializers.BooleanField(help_text=_("Its follow-up was made already."))


class CarriedCardSerializer(serializers.Serializer):
    delegation = serializers.UUIDField(source="card.public_id")
    country = serializers.CharField(source="card.country.code", help_text=_("ISO 3166 code."))
    has_card = serializers.BooleanField(help_text=_("It has a card at the new assembly."))
    is_asked_again = serializers.BooleanField(help_text=_("It was open to civil society, and is asked whether it still is."))


class AnswerBeforeSerializer(serializers.Serializer):
    resolution = serializers.CharField(source="resolution.slug", help_text=_("Address of a resolution, for example 50."))
    answer = serializers.ChoiceField(choices=Answer.choices)


class AskedBeforeSerializer(serializers.Serializer):
    delegation = serializers.UUIDField(source="card.public_id")
    country = serializers.CharField(source="card.country.code", help_text=_("ISO 3166 code."))
    circle = serializers.UUIDField(source="circle.public_id", help_text=_("Which asked it, and reads the follow-up."))
    answers = AnswerBeforeSerializer(source="contacts", many=True, help_text=_("The last one on each resolution."))
    is_there = serializers.BooleanField(source="has_follow_up", help_text=_("Its follow-up was made already."))


class NewCycleSerializer(serializers.Serializer):
    assembly = serializers.CharField(source="old.code")
    next_assembly = serializers.CharField(source="new.code")
    asks = CarriedAskSerializer(many=True, help_text=_("What is still asked."))
    cards = CarriedCardSerializer(many=True)
    asked = AskedBeforeSerializer(many=True, help_text=_("Delegations to ask again, as far as you may read what they were asked."))


class StartedCycleSerializer(serializers.Serializer):
    asks = serializers.IntegerField(help_text=_("How many follow-ups about resolutions were made."))
    cards = serializers.IntegerField(help_text=_("How many cards were copied."))
    countries = serializers.IntegerField(help_text=_("How many follow-ups about delegations were made."))


class NewCycleView(GenericAPIView):
    serializer_class = NewCycleSerializer
    pagination_class = None

    @extend_schema(
        operation_id="new_cycle",
        tags=["new-cycle"],
        summary=_("What a new cycle would carry over, for a lead"),
        parameters=[AskedSerializer],
        filters=False,
    )
    def get(self, request: Request) -> Response:
        asked = asked_of(self)
        return Response(NewCycleSerializer(self.preview(**asked)).data)

    @extend_schema(
        operation_id="new_cycle_start",
        tags=["new-cycle"],
        summary=_("Carry it over, as a lead: repeated, nothing is made twice"),
        request=AskedSerializer,
        responses=StartedCycleSerializer,
    )
    def post(self, request: Request) -> Response:
        serializer = AskedSerializer(data=request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        given: dict[str, Any] = serializer.validated_data
        new = self.after(**given)
        made = start_cycle(given["assembly"], new, coalition=given["coalition"], by=request.user)
        return Response(StartedCycleSerializer(made).data)

    def after(self, *, coalition: Coalition, assembly: Assembly) -> Assembly:
        if not may_act_as_lead(self.request.user, coalition):
            raise PermissionDenied
        new = assembly_after(assembly)
        if new is None:
            raise ValidationError({"assembly": [_("No later assembly is known.")]})
        return new

    def preview(self, *, coalition: Coalition, assembly: Assembly) -> NewCycle:
        new, user = self.after(coalition=coalition, assembly=assembly), self.request.user
        everyone = Circle.objects.get(coalition=coalition, kind=Circle.Kind.EVERYONE)
        mine = [circle.pk for circle in membership_context_of(user).circle_keys if circle.coalition_id == coalition.pk]
        rows = outcome_rows(assembly, user, Ours(coalition.pk, everyone.pk, frozenset(mine) - {everyone.pk}))
        return new_cycle(rows, assembly, new, everyone, user, mine)
