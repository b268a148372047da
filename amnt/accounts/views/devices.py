from django.contrib import messages
from django.contrib.auth import logout
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from amnt.accounts import devices as closing
from amnt.accounts import known_places
from amnt.accounts.middleware import came_from
from amnt.accounts.permissions import has_second_factor
from amnt.core.htmx import post_only


@require_safe
def devices(request):
    context = {
        "devices": closing.devices_of(request.user, session_key=request.session.session_key),
        "second_factor": has_second_factor(request.user),
        "form": None,
    }
    return render(request, "accounts/devices/devices.html", context)


@post_only
def close(request):
    """Log one browser out."""
    if closing.close_device(request.user, request.POST.get("device", "")):
        messages.success(request, _("This device is logged out."))
    else:
        messages.warning(request, _("This device was already logged out."))
    return redirect(came_from(request))


@post_only
def close_all(request):
    """Every browser, this one too, and every key for programs."""
    closing.end_all_access(request.user, by=request.user)
    logout(request)
    messages.success(request, _("Everything is closed: every device is logged out, and no API key or calendar address works any more."))
    response = redirect("account_login")
    response.delete_cookie(known_places.COOKIE, samesite="Lax")
    return response
