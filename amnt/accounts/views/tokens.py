from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from amnt.accounts import tokens
from amnt.accounts.forms import TokenForm
from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from amnt.core.htmx import post_only


@require_safe
def token_list(request):
    return render(request, "accounts/tokens/tokens.html", {"tokens": tokens.tokens_of(request.user)})


@require_http_methods(["GET", "POST"])
@reauthentication_required(app="api-key")
@never_cache
def token_new(request):
    """Making a key requires reauthentication; its text is shown in this response only."""
    form = TokenForm(form_data(request))
    if request.method == "POST" and form.is_valid():
        try:
            token, key = tokens.create_token(request.user, **form.cleaned_data)
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            return render(request, "accounts/tokens/token_made.html", {"token": token, "key": key})
    return render(request, "accounts/tokens/token_new.html", {"form": form})


@post_only
def token_revoke(request, public_id):
    token = get_object_or_404(tokens.tokens_of(request.user), public_id=public_id)
    tokens.revoke_token(token)
    messages.success(request, _("The key “%(name)s” no longer works.") % {"name": token.name})
    return redirect("accounts:tokens")
