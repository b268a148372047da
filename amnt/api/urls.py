from django.urls import path, re_path
from rest_framework.routers import SimpleRouter

from amnt.api import views
from calendar_app.api import DeadlineViewSet, MeetingViewSet
from coalitions.api import CircleViewSet, FollowUpViewSet, PersonViewSet
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
router.register("follow-ups", FollowUpViewSet, "follow-up")
router.register("circles", CircleViewSet, "circle")
router.register("people", PersonViewSet, "person")

app_name = "api"
urlpatterns = [
    path("", views.ApiRootView.as_view(), name="root"),
    path("schema/", views.SchemaView.as_view(), name="schema"),
    path("docs/", views.docs, name="docs"),
    path("comparison/", ComparisonView.as_view(), name="comparison"),
    *router.urls,
    re_path("", views.UnknownAddressView.as_view()),
]
