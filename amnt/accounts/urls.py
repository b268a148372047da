from django.urls import path

from amnt.building import building

app_name = "accounts"
urlpatterns = [
    path("", building, name="profile"),
    path("language/", building, name="language"),
    path("close-all/", building, name="close-all"),
]
