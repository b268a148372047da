"""The log of decisions: what was entered, and the positions that were adopted or drafted, the latest first."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import CharField, Value

from amnt.accounts.models import User
from coalitions.models import Circle, Coalition, Decision, Position
from coalitions.permissions import MembershipContext
from coalitions.priorities.read_models.people_names import PeopleNames


@dataclass
class LoggedDecision:
    """One line: an entry, or an adopted version of a position."""

    at: datetime
    circle: Circle
    by_name: str
    decision: Decision | None = None
    position: Position | None = None
    may_correct: bool = False


class DecisionLog:
    """The lines of one coalition that a person may read: a list for the paginator, which asks only for those of its page."""

    def __init__(self, user: User, coalition: Coalition, memberships: MembershipContext, names: PeopleNames):
        self.names, self.memberships, self.coalition = names, memberships, coalition
        self.decisions = Decision.objects.of_coalition(coalition.pk, user, memberships.circles)
        # What a restricted circle drafts is not decided; what it decides is entered.
        self.positions = Position.objects.visible_to(user, memberships.circles).filter(circle__coalition=coalition, circle__kind="everyone")

    def lines(self):
        kind = {"kind": Value("decision", CharField())}
        entered = self.decisions.order_by().annotate(**kind).values_list("kind", "pk", "at")
        taken = self.positions.order_by().annotate(kind=Value("position", CharField())).values_list("kind", "pk", "at")
        return entered.union(taken, all=True).order_by("-at", "-pk")

    def __len__(self) -> int:
        return self.decisions.count() + self.positions.count()

    def __getitem__(self, part: slice) -> list[LoggedDecision]:
        found = list(self.lines()[part])
        about = ("circle__coalition", "by", "resolution")
        decisions = (
            Decision.objects.filter(pk__in=[pk for kind, pk, _at in found if kind == "decision"])
            .select_related(*about, "corrects", "corrected_by")
            .in_bulk()
        )
        positions = Position.objects.filter(pk__in=[pk for kind, pk, _at in found if kind == "position"]).select_related(*about).in_bulk()
        lines = []
        for kind, pk, at in found:
            if kind == "decision":
                decision = decisions[pk]
                may_correct = self.coalition.pk in self.memberships.works_in and not hasattr(decision, "corrected_by")
                line = LoggedDecision(at, decision.circle, self.names.of(decision.by), decision=decision, may_correct=may_correct)
            else:
                position = positions[pk]
                line = LoggedDecision(at, position.circle, self.names.of(position.by), position=position)
            lines.append(line)
        return lines
