from django.urls import path

from calendar_app.views import calendar, dates, first_steps, health, reminders

app_name = "calendar_app"
urlpatterns = [
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/new/", dates.date_new, name="date-new"),
    path("calendar/new/deadline/", dates.deadline_new, name="deadline-new"),
    path("calendar/new/<slug:kind>/", dates.meeting_new, name="meeting-new"),
    path("calendar/regions/<slug:code>/watch/", calendar.region_watch, name="region-watch"),
    path("calendar/meetings/<uuid:public_id>/", dates.meeting, name="meeting"),
    path("calendar/meetings/<uuid:public_id>/watch/", dates.meeting_watch, name="meeting-watch"),
    path("calendar/meetings/<uuid:public_id>/attendance/", dates.meeting_attendance, name="meeting-attendance"),
    path("calendar/meetings/<uuid:public_id>/registered/", dates.meeting_registered, name="meeting-registered"),
    path("calendar/meetings/<uuid:public_id>/edit/", dates.meeting_edit, name="meeting-edit"),
    path("calendar/meetings/<uuid:public_id>/checked/", dates.meeting_checked, name="meeting-checked"),
    path("calendar/meetings/<uuid:public_id>/change/", dates.meeting_change, name="meeting-change"),
    path("calendar/meetings/<uuid:public_id>/doors/new/", dates.deadline_new, name="door-new"),
    path("calendar/deadlines/<uuid:public_id>/", dates.deadline, name="deadline"),
    path("calendar/deadlines/<uuid:public_id>/watch/", dates.deadline_watch, name="deadline-watch"),
    path("calendar/deadlines/<uuid:public_id>/edit/", dates.deadline_edit, name="deadline-edit"),
    path("calendar/deadlines/<uuid:public_id>/checked/", dates.deadline_checked, name="deadline-checked"),
    path("calendar/deadlines/<uuid:public_id>/change/", dates.deadline_change, name="deadline-change"),
    path("calendar/assemblies/<slug:edition>/", dates.assembly, name="assembly"),
    path("calendar/assemblies/<slug:edition>/change/", dates.assembly_change, name="assembly-change"),
    path("calendar/changes/<uuid:public_id>/confirm/", dates.change_confirm, name="change-confirm"),
    path("calendar/changes/<uuid:public_id>/reject/", dates.change_reject, name="change-reject"),
    path("calendar/changes/<uuid:public_id>/undo/", dates.change_undo, name="change-undo"),
    path("resolutions/<slug:slug>/dates/", dates.resolution_dates, name="resolution-dates"),
    path("reminders/", reminders.reminders, name="reminders"),
    path("reminders/test/", reminders.send_test, name="reminders-test"),
    path("reminders/mute/", reminders.mute_kind, name="reminders-mute"),
    path("reminders/try-again/", reminders.try_mail_again, name="reminders-try-again"),
    path("welcome/", first_steps.begin, name="first-steps"),
    path("welcome/done/", first_steps.done, name="first-steps-done"),
    path("welcome/<slug:step>/", first_steps.step, name="first-step"),
    path("health/", health.health, name="health"),
]
