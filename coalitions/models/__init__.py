from coalitions.models.absences import Absence
from coalitions.models.approvals import Approval
from coalitions.models.arrivals import Arrival
from coalitions.models.assembly_sessions import (
    AssemblySession,
    DeclaredPresence,
    SessionAttendee,
    SessionReport,
    SessionResolution,
)
from coalitions.models.availability import Unavailability
from coalitions.models.circle_views import CircleView
from coalitions.models.circles import Circle, CircleMembership, circles_of
from coalitions.models.clock_runs import ClockRun
from coalitions.models.confidential_notes import ConfidentialNote
from coalitions.models.contacts import Answer, Contact, ContactEvent, InText
from coalitions.models.decisions import Decision
from coalitions.models.delegation_notes import DelegationNote
from coalitions.models.delegations import DeclaredPosition, Delegation
from coalitions.models.follow_ups import FollowUp, FollowUpEvent
from coalitions.models.handovers import HandoverNote
from coalitions.models.kept_copies import KeptCopy
from coalitions.models.last_readers import LastReaderQuestion
from coalitions.models.mandates import Mandate, Naming, NamingDefault, named_inside, named_outside
from coalitions.models.media import EmbargoNote, Outlet, OutletFollower
from coalitions.models.office_checks import OfficeCheck
from coalitions.models.outcomes import NamingConsent, ReportLine, StudyGroupFollower, Verdict
from coalitions.models.own_routes import OwnRoute, OwnRouteEvent
from coalitions.models.people import CircleKey, Coalition, Invitation, Membership, MembershipContext, Organisation
from coalitions.models.positions import Position, PositionAnswer, PositionClause, RedLine, StillHolds, TalkingPoints
from coalitions.models.priorities import CharterVersion, LinkedClause, Priority
from coalitions.models.public_pages import PublicPageEntry
from coalitions.models.readings import HintDismissal, KeptNumber, Reading
from coalitions.models.rights_impacts import RightsImpact
from coalitions.models.seats import Seat
from coalitions.models.session_notes import SessionNote
from coalitions.models.starter_plans import StarterPlan, StarterPlanAnswer
from coalitions.models.statements import (
    Statement,
    StatementAnswer,
    StatementInvitation,
    StatementReminder,
    StatementVersion,
)

__all__ = [
    "Absence",
    "Answer",
    "Approval",
    "Arrival",
    "AssemblySession",
    "CharterVersion",
    "Circle",
    "CircleKey",
    "CircleMembership",
    "CircleView",
    "ClockRun",
    "Coalition",
    "ConfidentialNote",
    "Contact",
    "ContactEvent",
    "Decision",
    "DeclaredPosition",
    "DeclaredPresence",
    "Delegation",
    "DelegationNote",
    "EmbargoNote",
    "FollowUp",
    "FollowUpEvent",
    "HandoverNote",
    "HintDismissal",
    "InText",
    "Invitation",
    "KeptCopy",
    "KeptNumber",
    "LastReaderQuestion",
    "LinkedClause",
    "Mandate",
    "Membership",
    "MembershipContext",
    "Naming",
    "NamingConsent",
    "NamingDefault",
    "OfficeCheck",
    "Organisation",
    "Outlet",
    "OutletFollower",
    "OwnRoute",
    "OwnRouteEvent",
    "Position",
    "PositionAnswer",
    "PositionClause",
    "Priority",
    "PublicPageEntry",
    "Reading",
    "RedLine",
    "ReportLine",
    "RightsImpact",
    "Seat",
    "SessionAttendee",
    "SessionNote",
    "SessionReport",
    "SessionResolution",
    "StarterPlan",
    "StarterPlanAnswer",
    "Statement",
    "StatementAnswer",
    "StatementInvitation",
    "StatementReminder",
    "StatementVersion",
    "StillHolds",
    "StudyGroupFollower",
    "TalkingPoints",
    "Unavailability",
    "Verdict",
    "circles_of",
    "named_inside",
    "named_outside",
]
