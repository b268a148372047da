from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from amnt.accounts.own_data import own_data, readable, reasons_to_stay
from amnt.accounts.services.erasing import erase
from amnt.audit.services import record
from amnt.errors import RuleBroken
from amnt.retention import rules as retention


@require_safe
@reauthentication_required(app="own-data")
def download(request):
    """All we store about whoever asks, as one file that people and programs can read."""
    record("accounts.data_downloaded", by=request.user, about=request.user)
    return JsonResponse(
        own_data(request.user),
        json_dumps_params={"indent": 2, "ensure_ascii": False},
        headers={"Content-Disposition": 'attachment; filename="my-data.json"'},
    )


@require_safe
@reauthentication_required(app="own-data")
def stored(request):
    """The same as a page to read, what of it will soon be deleted, and how long each kind is kept."""
    record("accounts.data_downloaded", by=request.user, about=request.user)
    context = {"parts": readable(own_data(request.user)), "upcoming": retention.upcoming(request.user, now()), "rules": retention.rules()}
    return render(request, "accounts/stored.html", context | {"form": None})


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(app="delete")
def delete(request):
    if request.method == "POST":
        try:
            erase(request.user)
        except RuleBroken as error:
            messages.error(request, str(error))
            return redirect("accounts:delete")
        logout(request)
        messages.success(request, _("Your account has been deleted. Thank you for the work you did here."))
        return redirect("account_login")
    return render(request, "accounts/delete.html", {"reasons": reasons_to_stay(request.user), "form": None})
