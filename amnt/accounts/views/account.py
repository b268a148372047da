from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from amnt.accounts.devices import devices_of
from amnt.accounts.forms import LanguageForm, ProfileForm
from amnt.accounts.middleware import form_data
from amnt.accounts.models import User
from amnt.accounts.permissions import has_second_factor
from amnt.accounts.services.recoveries import open_recovery, stop_key
from amnt.core.htmx import next_page


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request):
    # The form works on a copy of the user: what is refused must not show in the page's header.
    form = ProfileForm(form_data(request), instance=User.objects.get(pk=request.user.pk))
    if request.method == "POST" and form.is_valid():
        user = form.save()
        translation.activate(user.language)
        messages.success(request, _("Saved."))
        return redirect("accounts:profile")
    recovery = open_recovery(request.user)
    context = {
        "form": form,
        "recovery": recovery,
        "stop_key": stop_key(recovery) if recovery else "",
        "second_factor": has_second_factor(request.user),
        "devices": devices_of(request.user, session_key=request.session.session_key),
    }
    return render(request, "accounts/profile.html", context)


@login_not_required
@require_POST
def language(request):
    """Another language: in the profile of whoever is logged in, else in this browser."""
    form = LanguageForm(request.POST)
    response = redirect(next_page(request, "/"))
    if not form.is_valid():
        messages.error(request, str(form.errors["language"][0]))
        return response
    chosen = form.cleaned_data["language"]
    if request.user.is_authenticated:
        request.user.language = chosen
        request.user.save(update_fields=["language"])
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=365 * 24 * 3600,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response
