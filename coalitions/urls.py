from django.urls import path

from amnt.building import building

app_name = "coalitions"
urlpatterns = [
    path("coalition/", building, name="home"),
    path("coalition/<uuid:public_id>/", building, name="detail"),
    path("delegations/", building, name="delegations"),
    path("delegations/<uuid:public_id>/", building, name="delegation"),
    path("follow-ups/", building, name="follow-ups"),
    path("follow-ups/new/", building, name="follow-up-new"),
    path("follow-ups/<uuid:public_id>/", building, name="follow-up"),
    path("follow-ups/<uuid:public_id>/assign/", building, name="follow-up-assign"),
    path("follow-ups/<uuid:public_id>/answer/", building, name="follow-up-answer"),
    path("resolutions/<slug:slug>/follow-ups/", building, name="resolution-follow-ups"),
    path("invitation/<str:key>/", building, name="invitation"),
]
