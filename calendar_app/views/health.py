from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from amnt.accounts.permissions import lacks_second_factor
from amnt.accounts.views.second_factors import ask_for_second_factor
from calendar_app.read_models.health import findings, is_degraded
from calendar_app.read_models.metrics import CONTENT_TYPE, measured
from coalitions.services import locking


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    if not request.user.is_staff:
        raise PermissionDenied
    found = findings()
    return render(
        request,
        "calendar_app/health.html",
        {
            "findings": found,
            "act_now": [finding for finding in found if finding.status == "gap"],
            "to_look_at": [finding for finding in found if finding.status == "mixed"],
            "form": None,
        },
    )


@require_http_methods(["GET", "POST"])
def lock(request: HttpRequest) -> HttpResponse:
    """Lock the instance: everyone is logged out, and each page says so."""
    if not request.user.is_staff:
        raise PermissionDenied
    if lacks_second_factor(request.user):  # type: ignore[arg-type]
        return ask_for_second_factor(request)
    return lock_after_proof(request)


@reauthentication_required(app="lock-instance")
def lock_after_proof(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        locking.lock_from_page(by=request.user)  # type: ignore[arg-type]
        logout(request)
        return redirect("now")
    return render(request, "calendar_app/lock.html", {"form": None})


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Liveness check: 503 only if this process cannot serve requests; a stopped worker is no reason to restart it."""
    try:
        word = "degraded" if is_degraded() else "ok"
    except DatabaseError:
        return JsonResponse({"status": "down"}, status=503)
    return JsonResponse({"status": word})


@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Metrics for Prometheus, with METRICS_TOKEN; 404 for others, and without a token."""
    said = request.headers.get("Authorization", "")
    if not settings.METRICS_TOKEN or not constant_time_compare(said, f"Bearer {settings.METRICS_TOKEN}"):
        raise Http404
    return HttpResponse(measured(), content_type=CONTENT_TYPE)
