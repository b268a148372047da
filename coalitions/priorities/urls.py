"""The URLs of what a coalition agreed on. Included by coalitions/urls.py, in its namespace."""

from django.urls import path

from coalitions.priorities.views import charter, decisions, priorities
from coalitions.views import handovers, issue_groups

urlpatterns = [
    path("circles/<uuid:public_id>/about/", issue_groups.circle_subjects, name="circle-subjects"),
    path("delegations/<uuid:public_id>/handover/write/", handovers.handover_write, name="handover-write"),
    path("coalition/<uuid:public_id>/charter/", charter.charter, name="charter"),
    path("coalition/<uuid:public_id>/priorities/", priorities.priorities, name="priorities"),
    path("coalition/<uuid:public_id>/priorities/adopt/", priorities.priority_adopt, name="priority-adopt"),
    path("coalition/<uuid:public_id>/priorities/new/", priorities.priority_new, name="priority-new"),
    path("priorities/<uuid:public_id>/change/", priorities.priority_change, name="priority-change"),
    path("priorities/<uuid:public_id>/move/", priorities.priority_move, name="priority-move"),
    path("priorities/<uuid:public_id>/publish/", priorities.priority_publish, name="priority-publish"),
    path("priorities/<uuid:public_id>/remove/", priorities.priority_remove, name="priority-remove"),
    path("resolutions/<slug:slug>/clause/<uuid:identity>/priority/", priorities.priority_link, name="priority-link"),
    path("coalition/<uuid:public_id>/decisions/", decisions.decisions, name="decisions"),
    path("coalition/<uuid:public_id>/decisions/new/", decisions.decision_new, name="decision-new"),
]
