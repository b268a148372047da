"""The URLs of statements. Included by coalitions/urls.py, in its namespace."""

from django.urls import path

from coalitions.statements.views import answers, co_signing, files, statements

urlpatterns = [
    path("statements/", answers.statements_waiting, name="statements-waiting"),
    path("coalition/<uuid:public_id>/statements/", statements.statement_list, name="statements"),
    path("coalition/<uuid:public_id>/statements/new/", statements.statement_new, name="statement-new"),
    path("statements/<uuid:public_id>/", statements.statement_detail, name="statement"),
    path("statements/<uuid:public_id>/organisations/", statements.statement_organisations, name="statement-organisations"),
    path("statements/<uuid:public_id>/answer/", answers.statement_answer, name="statement-answer"),
    path("statements/<uuid:public_id>/withdraw/", answers.statement_withdraw, name="statement-withdraw"),
    path("statements/<uuid:public_id>/version/", statements.statement_version, name="statement-version"),
    path("statements/<uuid:public_id>/closing/", statements.statement_closing, name="statement-closing"),
    path("statements/<uuid:public_id>/close/", statements.statement_close, name="statement-close"),
    path("statements/<uuid:public_id>/public-list.<str:extension>", files.statement_public_list, name="statement-public-list"),
    path("statements/<uuid:public_id>/export/", files.statement_export, name="statement-export"),
    path("statements/texts/<uuid:public_id>/statement.txt", statements.statement_text, name="statement-text"),
    path("statements/texts/<uuid:public_id>/fingerprint/", statements.statement_fingerprint, name="statement-fingerprint"),
    path("statements/<uuid:public_id>/invitations/", co_signing.statement_invitations, name="statement-invitations"),
    path("statements/<uuid:public_id>/invited/", co_signing.statement_invited, name="statement-invited"),
    path("statements/invitations/<uuid:public_id>/revoke/", co_signing.statement_invitation_revoke, name="statement-invitation-revoke"),
    path("co-sign/<str:key>/", co_signing.co_sign, name="co-sign"),
    path("co-sign/<str:key>/statement.txt", co_signing.co_sign_text, name="co-sign-text"),
]
