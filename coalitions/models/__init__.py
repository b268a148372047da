from coalitions.models.approvals import Approval
from coalitions.models.arrivals import Arrival
from coalitions.models.circle_views import CircleView
from coalitions.models.circles import Circle, CircleMembership, circles_of
from coalitions.models.clock_runs import ClockRun
from coalitions.models.delegation_notes import DelegationNote
from coalitions.models.delegations import Delegation
from coalitions.models.follow_ups import FollowUp, FollowUpEvent
from coalitions.models.kept_copies import KeptCopy
from coalitions.models.last_readers import LastReaderQuestion
from coalitions.models.people import CircleKey, Coalition, Invitation, Membership, MembershipContext, Organisation
from coalitions.models.readings import HintDismissal, KeptNumber, Position, Reading
from coalitions.models.starter_plans import StarterPlan, StarterPlanAnswer

__all__ = [
    "Approval",
    "Arrival",
    "Circle",
    "CircleKey",
    "CircleMembership",
    "CircleView",
    "ClockRun",
    "Coalition",
    "Delegation",
    "DelegationNote",
    "FollowUp",
    "FollowUpEvent",
    "HintDismissal",
    "Invitation",
    "KeptCopy",
    "KeptNumber",
    "LastReaderQuestion",
    "Membership",
    "MembershipContext",
    "Organisation",
    "Position",
    "Reading",
    "StarterPlan",
    "StarterPlanAnswer",
    "circles_of",
]
