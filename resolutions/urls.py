from django.urls import path

from amnt.building import building
from resolutions.views.resolutions import resolution_detail
from resolutions.views.watching import watch

app_name = "resolutions"
urlpatterns = [
    path("", building, name="list"),
    path("<slug:slug>/", resolution_detail, name="detail"),
    path("<slug:slug>/watch/", watch, name="watch"),
]
