"""The URLs of what comes after an assembly. Included by coalitions/urls.py, in its namespace."""

from django.urls import path

from coalitions.outcomes.views import cycles, record, reports

urlpatterns = [
    path("outcomes/", record.outcomes_latest, name="outcomes-latest"),
    path("outcomes/<slug:edition>/", record.outcomes, name="outcomes"),
    path("outcomes/<slug:edition>/report/", reports.report_public, name="report-public"),
    path("outcomes/<slug:edition>/report/public.<str:extension>", reports.report_file, name="report-file"),
    path("outcomes/<slug:edition>/report/lines/", reports.report_review, name="report-review"),
    path("outcomes/<slug:edition>/report/naming/", reports.report_naming, name="report-naming"),
    path("outcomes/<slug:edition>/report/internal/", reports.report_internal, name="report-internal"),
    path("outcomes/<slug:edition>/checklist/", cycles.outcomes_checklist, name="outcomes-checklist"),
    path("outcomes/<slug:edition>/next/", cycles.outcomes_next, name="outcomes-next"),
    path("outcomes/<slug:edition>/resolutions/<slug:slug>/", record.outcome, name="outcome"),
    path("outcomes/<slug:edition>/resolutions/<slug:slug>/take/", record.outcome_take, name="outcome-take"),
    path("outcomes/<slug:edition>/resolutions/<slug:slug>/give-back/", record.outcome_give_back, name="outcome-give-back"),
]
