"""The URLs of taking part. Included by coalitions/urls.py, in its namespace."""

from django.urls import path

from coalitions.participation.views import absences, availability, confidential_notes, own_routes, seats, ways

urlpatterns = [
    path("account/own-seat/", seats.own_seat, name="own-seat"),
    path("account/own-seat/<str:edition>/withdraw/", seats.own_seat_withdraw, name="own-seat-withdraw"),
    path("account/absences/", absences.absences, name="absences"),
    path("account/absences/<uuid:public_id>/over/", absences.absence_over, name="absence-over"),
    path("account/availability/", availability.availability, name="availability"),
    path("account/availability/again/", availability.available_again, name="available-again"),
    path("account/own-notes/", confidential_notes.own_notes, name="own-notes"),
    path("account/own-notes/take-out/", confidential_notes.note_take_out, name="confidential-take-out"),
    path("delegations/<uuid:public_id>/confidential/", confidential_notes.note_on_delegation, name="confidential-on-delegation"),
    path("resolutions/<slug:slug>/confidential/", confidential_notes.note_on_resolution, name="confidential-on-resolution"),
    path("delegations/ways/", ways.ways, name="ways"),
    path("ways-in/new/", own_routes.own_route_new, name="own-route-new"),
    path("ways-in/<uuid:public_id>/", own_routes.own_route, name="own-route"),
    path("ways-in/<uuid:public_id>/change/", own_routes.own_route_change, name="own-route-change"),
    path("coalition/<uuid:public_id>/ways-in/export/", own_routes.own_routes_export, name="own-routes-export"),
    path("account/told-to-me/", seats.told_seats, name="told-seats"),
]
