from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path


def floor(request: HttpRequest) -> HttpResponse:
    """The least a page behind the log-in can cost: our frame around nothing."""
    return render(request, "base.html", {"section": "now"})


urlpatterns = [path("floor/", floor), path("", include("amnt.urls"))]
