"""The URLs of the live pages of an assembly. Included by coalitions/urls.py, in its namespace."""

from django.urls import path

from coalitions.live.views import attendance, day, exports, notes, offline, programme, sessions

urlpatterns = [
    path("live/", day.today, name="live"),
    path("live/worker-<str:language>.js", offline.worker, name="live-worker"),
    path("live/offline/<str:language>/", offline.offline, name="live-offline"),
    path("live/<str:on>/", day.day, name="live-day"),
    path("live/<str:on>/state/", day.day_state, name="live-state"),
    path("live/<str:on>/informal/", day.informal_new, name="informal-new"),
    path("live/<str:on>/sessions/new/", day.session_new, name="session-new"),
    path("live/<str:on>/programme/", programme.programme_paste, name="programme"),
    path("live/<str:on>/presence/", day.presence_say, name="presence"),
    path("live/sessions/<uuid:public_id>/", sessions.session_detail, name="session"),
    path("live/sessions/<uuid:public_id>/attend/", attendance.session_attend, name="session-attend"),
    path("live/sessions/<uuid:public_id>/ask/", attendance.session_ask, name="session-ask"),
    path("live/sessions/<uuid:public_id>/change/", sessions.session_change, name="session-change"),
    path("live/sessions/<uuid:public_id>/confirm/", sessions.session_confirm, name="session-confirm"),
    path("live/sessions/<uuid:public_id>/cancel/", sessions.session_cancel, name="session-cancel"),
    path("live/sessions/<uuid:public_id>/note/", notes.session_note_new, name="session-note-new"),
    path("live/notes/<uuid:public_id>/correct/", notes.session_note_correct, name="session-note-correct"),
    path("live/notes/<uuid:public_id>/remove/", notes.session_note_remove, name="session-note-remove"),
    path("coalition/<uuid:public_id>/notes/export/", exports.notes_export, name="session-notes-export"),
]
