from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from amnt.accounts.services import recoveries as services


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def recovery_stop(request, key):
    """Opening the link changes nothing (robots do); the button stops the recovery. The signed key is the proof."""
    recovery = services.recovery_of_key(key)
    if recovery and request.method == "POST":
        services.stop_recovery(recovery)
        recovery.refresh_from_db()
    return render(request, "accounts/recovery_stop.html", {"recovery": recovery, "form": None})
