"""The URLs of positions. Included by coalitions/urls.py, in its namespace."""

from django.urls import path

from coalitions.positions.views import answers, exporting, history, positions, writing

urlpatterns = [
    path("resolutions/<slug:slug>/position/", positions.resolution_position, name="resolution-position"),
    path("resolutions/<slug:slug>/position/write/", writing.position_write, name="position-write"),
    path("resolutions/<slug:slug>/position/versions/", history.position_versions, name="position-versions"),
    path("coalition/<uuid:public_id>/positions/export/", exporting.positions_export, name="positions-export"),
    path("positions/<uuid:public_id>/holds/", positions.position_holds, name="position-holds"),
    path("positions/<uuid:public_id>/answer/", answers.position_answer, name="position-answer"),
    path("positions/<uuid:public_id>/publish/", positions.position_publish, name="position-publish"),
]
