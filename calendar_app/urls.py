from django.urls import path

from calendar_app.views import attendance, calendar, date_facts, date_moves, dates, first_steps, health, reminders

app_name = "calendar_app"
urlpatterns = [
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/new/", date_facts.date_new, name="date-new"),
    path("calendar/new/deadline/", date_facts.deadline_new, name="deadline-new"),
    path("calendar/new/<slug:kind>/", date_facts.meeting_new, name="meeting-new"),
    path("calendar/regions/<slug:code>/watch/", calendar.region_watch, name="region-watch"),
    path("calendar/meetings/<uuid:public_id>/", dates.meeting, name="meeting"),
    path("calendar/meetings/<uuid:public_id>/watch/", attendance.meeting_watch, name="meeting-watch"),
    path("calendar/meetings/<uuid:public_id>/attendance/", attendance.meeting_attendance, name="meeting-attendance"),
    path("calendar/meetings/<uuid:public_id>/registered/", attendance.meeting_registered, name="meeting-registered"),
    path("calendar/meetings/<uuid:public_id>/edit/", date_facts.meeting_edit, name="meeting-edit"),
    path("calendar/meetings/<uuid:public_id>/checked/", date_facts.meeting_checked, name="meeting-checked"),
    path("calendar/meetings/<uuid:public_id>/change/", date_moves.meeting_change, name="meeting-change"),
    path("calendar/meetings/<uuid:public_id>/doors/new/", date_facts.deadline_new, name="door-new"),
    path("calendar/deadlines/<uuid:public_id>/", dates.deadline, name="deadline"),
    path("calendar/deadlines/<uuid:public_id>/watch/", attendance.deadline_watch, name="deadline-watch"),
    path("calendar/deadlines/<uuid:public_id>/edit/", date_facts.deadline_edit, name="deadline-edit"),
    path("calendar/deadlines/<uuid:public_id>/checked/", date_facts.deadline_checked, name="deadline-checked"),
    path("calendar/deadlines/<uuid:public_id>/change/", date_moves.deadline_change, name="deadline-change"),
    path("calendar/assemblies/<slug:edition>/", dates.assembly, name="assembly"),
    path("calendar/assemblies/<slug:edition>/change/", date_moves.assembly_change, name="assembly-change"),
    path("calendar/changes/<uuid:public_id>/confirm/", date_moves.change_confirm, name="change-confirm"),
    path("calendar/changes/<uuid:public_id>/reject/", date_moves.change_reject, name="change-reject"),
    path("calendar/changes/<uuid:public_id>/undo/", date_moves.change_undo, name="change-undo"),
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
