from django.urls import path

from coalitions.views import delegations, follow_ups, invitations, people

app_name = "coalitions"
urlpatterns = [
    path("coalition/", people.home, name="home"),
    path("coalition/<uuid:public_id>/", people.coalition_detail, name="detail"),
    path("coalition/<uuid:public_id>/settings/", people.coalition_settings, name="settings"),
    path("coalition/<uuid:public_id>/leave/", people.coalition_leave, name="leave"),
    path("coalition/<uuid:public_id>/invite/", invitations.invite, name="invite"),
    path("coalition/<uuid:public_id>/invited/", invitations.invited, name="invited"),
    path("coalition/<uuid:public_id>/circles/", people.circle_list, name="circles"),
    path("coalition/<uuid:public_id>/circles/new/", people.circle_new, name="circle-new"),
    path("invitations/<uuid:public_id>/revoke/", invitations.invitation_revoke, name="invitation-revoke"),
    path("members/<uuid:public_id>/", people.member, name="member"),
    path("members/<uuid:public_id>/remove/", people.member_remove, name="member-remove"),
    path("circles/<uuid:public_id>/", people.circle_detail, name="circle"),
    path("circles/<uuid:public_id>/change/", people.circle_change, name="circle-change"),
    path("circles/<uuid:public_id>/close/", people.circle_close, name="circle-close"),
    path("circles/<uuid:public_id>/leave/", people.circle_go_out, name="circle-leave"),
    path("circles/<uuid:public_id>/people/<uuid:member_id>/remove/", people.circle_take_out, name="circle-take-out"),
    path("circles/<uuid:public_id>/people/<uuid:member_id>/owner/", people.circle_hand_on, name="circle-hand-on"),
    path("delegations/", delegations.delegations, name="delegations"),
    path("delegations/new/", delegations.delegation_new, name="delegation-new"),
    path("delegations/<uuid:public_id>/", delegations.delegation, name="delegation"),
    path("delegations/<uuid:public_id>/change/", delegations.delegation_change, name="delegation-change"),
    path("follow-ups/", follow_ups.follow_ups, name="follow-ups"),
    path("follow-ups/new/", follow_ups.follow_up_new, name="follow-up-new"),
    path("follow-ups/week/", follow_ups.follow_ups_of_the_week, name="follow-ups-week"),
    path("follow-ups/<uuid:public_id>/", follow_ups.follow_up, name="follow-up"),
    path("follow-ups/<uuid:public_id>/assign/", follow_ups.follow_up_assign, name="follow-up-assign"),
    path("follow-ups/<uuid:public_id>/answer/", follow_ups.follow_up_answer, name="follow-up-answer"),
    path("follow-ups/<uuid:public_id>/change/", follow_ups.follow_up_change, name="follow-up-change"),
    path("follow-ups/<uuid:public_id>/done/", follow_ups.follow_up_done, name="follow-up-done"),
    path("resolutions/<slug:slug>/follow-ups/", follow_ups.resolution_follow_ups, name="resolution-follow-ups"),
    path("invitation/<str:key>/", invitations.invitation, name="invitation"),
]
