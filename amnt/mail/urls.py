from django.urls import path

from amnt.building import building

app_name = "mail"
urlpatterns = [
    path("stop/<str:token>/", building, name="stop"),
    path("inbox/", building, name="inbox"),
]
