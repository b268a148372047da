from allauth.account.decorators import reauthentication_required
from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from amnt.accounts.adapters import AccountAdapter
from amnt.accounts.forms import AddressForm
from amnt.accounts.services import addresses as services
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(app="address")
def address(request):
    form = AddressForm(request.POST or None)
    if form.is_valid():
        new = form.cleaned_data["email"]
        try:
            if not ratelimit.consume(request, action="new_address", key=new):
                raise RuleBroken(str(AccountAdapter.error_messages["rate_limited"]), field="email")
            services.ask_for_address(request.user, new)
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            return render(request, "accounts/addresses/address_asked.html", {"new": new, "form": None})
    return render(request, "accounts/addresses/address.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def address_confirm(request, key):
    """Only the person who asked, logged in, can confirm: a stranger who gets the mail by mistake cannot."""
    asked = services.asked_address(request.user, key)
    if asked and request.method == "POST":
        try:
            services.change_address(request.user, key=key)
        except RuleBroken as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Your new address is now in use. Log in with it."))
        return redirect("accounts:profile")
    return render(request, "accounts/addresses/address_confirm.html", {"asked": asked, "form": None})


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def address_take_back(request, key):
    """Opening the link changes nothing (robots do); the button takes the account back. The signed key is the proof."""
    change, is_done, refusal = services.change_of_key(key), False, ""
    if change and request.method == "POST":
        try:
            services.take_back(change)
        except RuleBroken as error:
            refusal = str(error)
        else:
            is_done = True
    context = {"change": change, "is_done": is_done, "refusal": refusal, "form": None}
    return render(request, "accounts/addresses/address_take_back.html", context)
