from django.urls import path

from resolutions.views.clauses import clause
from resolutions.views.history import resolution_history
from resolutions.views.resolutions import region_list, resolution_list
from resolutions.views.texts import resolution_text
from resolutions.views.watching import region_watch, watch
from resolutions.views.wording_rules import wording_rules

app_name = "resolutions"
urlpatterns = [
    path("", resolution_list, name="list"),
    path("regions/", region_list, name="regions"),
    path("regions/<slug:code>/watch/", region_watch, name="region-watch"),
    path("wording-rules/", wording_rules, name="wording-rules"),
    path("<slug:slug>/clause/<uuid:identity>/", clause, name="clause"),
    path("<slug:slug>/history/", resolution_history, name="history"),
    path("<slug:slug>/text/", resolution_text, name="text"),
    path("<slug:slug>/watch/", watch, name="watch"),
]
