"""The charter of a coalition: all its versions, for everyone in it; a lead writes the next one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from coalitions.models import CharterVersion
from coalitions.permissions import membership_context_of
from coalitions.priorities.forms.priorities import CharterForm
from coalitions.priorities.read_models.people_names import names_for
from coalitions.priorities.services.charter import write_charter
from coalitions.views.coalitions import coalition_context, visible_coalition


@require_http_methods(["GET", "POST"])
def charter(request, public_id):
    coalition = visible_coalition(request, public_id)
    memberships = membership_context_of(request.user)
    versions = list(CharterVersion.objects.visible_to(request.user).filter(coalition=coalition).select_related("by").newest_first())
    last = versions[0] if versions else None
    form = None
    if coalition.pk in memberships.led:
        initial = {"text": last.text if last else "", "seen_version": last.version if last else 0}
        form = CharterForm(form_data(request), initial=initial)
    elif request.method == "POST":
        raise PermissionDenied
    if form and request.method == "POST" and form.is_valid():
        try:
            write_charter(coalition, by=request.user, **form.cleaned_data)
        except RuleBroken as error:
            add_broken_rule(form, error)
            form.see_again(last.version if last else 0)
        else:
            messages.success(request, _("The charter is saved as a new version."))
            return redirect("coalitions:charter", coalition.public_id)
    names = names_for(request.user, coalition, memberships)
    context = coalition_context(request, coalition, memberships, tab="members") | {
        "form": form,
        "last": last,
        "earlier": [(version, names.of(version.by)) for version in versions[1:]],
        "last_by": names.of(last.by) if last else "",
    }
    return render(request, "coalitions/priorities/charter.html", context)
