"""What a coalition shows on the page without a log-in: for its leads."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from amnt.core.htmx import post_only
from coalitions.forms.public_pages import PublicPageForm
from coalitions.models import PublicPageEntry
from coalitions.permissions import membership_context_of
from coalitions.services import public_pages
from coalitions.views.coalitions import coalition_context, not_as_lead, visible_coalition


@require_http_methods(["GET", "POST"])
def public_page_entry(request, public_id):
    """Showing more asks a second lead; showing less is done at once."""
    coalition = visible_coalition(request, public_id)
    memberships = membership_context_of(request.user)
    if answer := not_as_lead(request, coalition, memberships):
        return answer
    entry = PublicPageEntry.objects.visible_to(request.user).filter(coalition=coalition).first()
    shown = list(entry.statements.order_by("-closes_at", "-pk")) if entry else []
    statements = list(dict.fromkeys([*shown, *public_pages.publishable(coalition)]))
    initial = {
        "is_named": bool(entry and entry.shown_name),
        "is_indexed": bool(entry and entry.is_indexed),
        "statements": [str(statement.public_id) for statement in shown],
    }
    form = PublicPageForm(form_data(request), statements=statements, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            asked = public_pages.choose_or_ask(coalition, by=request.user, **form.chosen)
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            if asked:
                return redirect(asked)
            messages.success(request, _("Saved. The public page shows no more than this from now on."))
            return redirect("coalitions:public-page", coalition.public_id)
    context = coalition_context(request, coalition, memberships, tab="settings") | {
        "form": form,
        "entry": entry,
        "shown": shown,
        "is_switched_on": settings.PUBLIC_PAGE,
    }
    return render(request, "coalitions/public_page.html", context)


@post_only
def public_page_leave(request, public_id):
    coalition = visible_coalition(request, public_id)
    if answer := not_as_lead(request, coalition, membership_context_of(request.user)):
        return answer
    public_pages.leave_page(coalition, by=request.user)
    messages.success(request, _("The public page no longer shows anything of the coalition."))
    return redirect("coalitions:public-page", coalition.public_id)
