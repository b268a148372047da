"""The URLs of contacts with delegations. Included by coalitions/urls.py, in its namespace."""

from django.urls import path

from coalitions.outreach.views import contacts, coverage, exports, office_checks

urlpatterns = [
    path("delegations/coverage/", coverage.coverage, name="coverage"),
    path("coalition/<uuid:public_id>/contacts/export/", exports.contacts_export, name="contacts-export"),
    path("delegations/coverage/follow-ups/", coverage.coverage_follow_ups, name="coverage-follow-ups"),
    path("resolutions/<slug:slug>/contacts/", contacts.resolution_contacts, name="resolution-contacts"),
    path("delegations/<uuid:public_id>/office/", office_checks.office_ask, name="office-ask"),
    path("office/<str:key>/", office_checks.office_check, name="office-check"),
    path("delegations/<uuid:public_id>/contacts/", contacts.delegation_contacts, name="delegation-contacts"),
    path("contacts/new/", contacts.contact_new, name="contact-new"),
    path("contacts/<uuid:public_id>/", contacts.contact, name="contact"),
    path("contacts/<uuid:public_id>/answer/", contacts.contact_answer, name="contact-answer"),
    path("contacts/<uuid:public_id>/in-text/", contacts.contact_in_text, name="contact-in-text"),
    path("contacts/<uuid:public_id>/remove/", contacts.contact_remove, name="contact-remove"),
]
