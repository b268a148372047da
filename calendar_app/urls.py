from django.urls import path

from amnt.building import building

app_name = "calendar_app"
urlpatterns = [
    path("calendar/", building, name="calendar"),
    path("calendar/meetings/<uuid:public_id>/", building, name="meeting"),
    path("calendar/deadlines/<uuid:public_id>/", building, name="deadline"),
    path("resolutions/<slug:slug>/dates/", building, name="resolution-dates"),
    path("reminders/", building, name="reminders"),
    path("welcome/", building, name="first-steps"),
    path("health/", building, name="health"),
]
