from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from amnt.accounts.services import second_factors as services
from amnt.errors import RuleBroken


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
    return render(request, "accounts/factor_remove.html", {"factor": factor, "is_removed": is_removed, "form": None})
