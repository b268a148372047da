from base64 import b64encode

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.mfa.totp.internal.auth import clear_totp_secret
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from amnt.accounts import devices
from amnt.accounts.forms import ActivateTOTPForm
from amnt.accounts.services import exposed_factors
from amnt.accounts.services import second_factors as services
from amnt.accounts.sessions import EXPOSED
from amnt.core.errors import RuleBroken

# For how long after a log-in the exposed factor still counts as proof of who is there.
PROVEN_FOR = 30 * 60


def ask_for_second_factor(request):
    """The answer to someone who looks after this instance without one."""
    messages.warning(request, _("To look after this instance, first add a second factor to your account."))
    return redirect("mfa_index")


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def factor_remove(request, key):
    """Opening the link changes nothing (robots do); the button removes the factor. The signed key is the proof."""
    factor = services.factor_of_key(key)
    is_removed = False
    if factor and request.method == "POST":
        try:
            services.remove_by_link(factor)
        except RuleBroken:
            factor = services.factor_of_key(key)
        else:
            is_removed = True
    return render(request, "accounts/second_factors/factor_remove.html", {"factor": factor, "is_removed": is_removed, "form": None})


@require_http_methods(["GET", "POST"])
def factor_replace(request):
    """After a log-in with a factor that others may have: a new one takes its place before anything else."""
    if not exposed_factors.has_exposed_factor(request.user):
        request.session.pop(EXPOSED, None)
        return redirect("mfa_index")
    if now().timestamp() - request.session.get(devices.BEGUN, 0) > PROVEN_FOR:
        logout(request)
        return redirect("account_login")
    may_do_without = exposed_factors.has_passkey(request.user)
    keeps_passkey = request.method == "POST" and may_do_without and "without-app" in request.POST
    form = ActivateTOTPForm(request.POST if request.method == "POST" and not keeps_passkey else None, user=request.user)
    trouble = ""
    if keeps_passkey or form.is_valid():
        try:
            app, codes = exposed_factors.replace_exposed_factors(request.user, secret="" if keeps_passkey else form.secret)
        except RuleBroken as error:
            trouble = str(error)
        else:
            if app:
                authenticator_added.send(sender=Authenticator, request=request, user=request.user, authenticator=app)
            clear_totp_secret(request)
            del request.session[EXPOSED]
            return render(request, "accounts/second_factors/factor_replaced.html", {"codes": codes, "form": None})
    url = get_adapter().build_totp_url(request.user, form.secret)
    picture = b64encode(get_adapter().build_totp_svg(url).encode()).decode()
    context = {
        "form": form,
        "trouble": trouble,
        "totp_url": url,
        "totp_svg_data_uri": f"data:image/svg+xml;base64,{picture}",
        "may_do_without": may_do_without,
    }
    return render(request, "accounts/second_factors/factor_replace.html", context, status=409 if trouble else 200)
