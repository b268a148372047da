from django.urls import path

from amnt.building import building

app_name = "about"
urlpatterns = [
    path("what-not-to-write/", building, name="what-not-to-write"),
    path("help/", building, name="help"),
    path("privacy/", building, name="privacy"),
]
