from django.urls import path, re_path
from rest_framework.routers import SimpleRouter

from amnt.api import views
from calendar_app.api.dates import DeadlineViewSet, MeetingViewSet
from calendar_app.api.plans import PlanViewSet
from coalitions.api.follow_ups import FollowUpViewSet
from coalitions.api.mandates import MandateViewSet
from coalitions.api.people import CircleViewSet, PersonViewSet
from coalitions.live.api.session_notes import SessionNoteViewSet
from coalitions.live.api.sessions import SessionViewSet
from coalitions.outcomes.api.cycles import NewCycleView
from coalitions.outcomes.api.report_lines import ReportLineViewSet
from coalitions.outcomes.api.study_groups import StudyGroupFollowerViewSet
from coalitions.outcomes.api.verdicts import VerdictViewSet
from coalitions.outreach.api import ContactViewSet, DelegationViewSet
from coalitions.participation.api import AbsenceViewSet, OwnRouteViewSet, WayInViewSet
from coalitions.positions.api import PositionViewSet
from coalitions.priorities.api import DecisionViewSet, PriorityViewSet
from coalitions.statements.api import StatementViewSet
from coalitions.texts.api import RightsImpactViewSet
from resolutions.api.comparison import ComparisonView
from resolutions.api.proposals import ContributionViewSet, ProposalViewSet
from resolutions.api.resolutions import ResolutionViewSet, WatchViewSet
from resolutions.api.texts import TextViewSet

router = SimpleRouter(use_regex_path=False)
router.register("resolutions", ResolutionViewSet, "resolution")
router.register("watches", WatchViewSet, "watch")
router.register("texts", TextViewSet, "text")
router.register("contributions", ContributionViewSet, "contribution")
router.register("proposals", ProposalViewSet, "proposal")
router.register("meetings", MeetingViewSet, "meeting")
router.register("deadlines", DeadlineViewSet, "deadline")
router.register("plans", PlanViewSet, "plan")
router.register("absences", AbsenceViewSet, "absence")
router.register("follow-ups", FollowUpViewSet, "follow-up")
router.register("verdicts", VerdictViewSet, "verdict")
router.register("report-lines", ReportLineViewSet, "report-line")
router.register("study-group-followers", StudyGroupFollowerViewSet, "study-group-follower")
router.register("delegations", DelegationViewSet, "delegation")
router.register("contacts", ContactViewSet, "contact")
router.register("sessions", SessionViewSet, "session")
router.register("session-notes", SessionNoteViewSet, "session-note")
router.register("positions", PositionViewSet, "position")
router.register("circles", CircleViewSet, "circle")
router.register("priorities", PriorityViewSet, "priority")
router.register("decisions", DecisionViewSet, "decision")
router.register("rights-impacts", RightsImpactViewSet, "rights-impact")
router.register("people", PersonViewSet, "person")
router.register("ways-in", WayInViewSet, "way-in")
router.register("own-routes", OwnRouteViewSet, "own-route")
router.register("mandates", MandateViewSet, "mandate")
router.register("statements", StatementViewSet, "statement")

app_name = "api"
urlpatterns = [
    path("", views.ApiRootView.as_view(), name="root"),
    path("schema/", views.SchemaView.as_view(), name="schema"),
    path("docs/", views.docs, name="docs"),
    path("comparison/", ComparisonView.as_view(), name="comparison"),
    path("new-cycle/", NewCycleView.as_view(), name="new-cycle"),
    *router.urls,
    re_path("", views.UnknownAddressView.as_view()),
]
