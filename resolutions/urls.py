from django.urls import path

from amnt.building import building

app_name = "resolutions"
urlpatterns = [
    path("", building, name="list"),
    path("<slug:slug>/", building, name="detail"),
    path("<slug:slug>/watch/", building, name="watch"),
]
