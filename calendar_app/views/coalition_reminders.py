"""What a coalition has its people sent: for its leads."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amnt.accounts.middleware import form_data
from calendar_app.forms.coalition_reminders import CoalitionRemindersForm, Manner
from calendar_app.reminders.rules import RULES
from coalitions.permissions import membership_context_of
from coalitions.services import membership
from coalitions.views.coalitions import coalition_context, not_as_lead, visible_coalition


@require_http_methods(["GET", "POST"])
def coalition_reminders(request, public_id):
    """Which kinds of reminders are not sent to its people, and which never as an e-mail of their own."""
    coalition = visible_coalition(request, public_id)
    memberships = membership_context_of(request.user)
    if answer := not_as_lead(request, coalition, memberships):
        return answer
    form = CoalitionRemindersForm(form_data(request), coalition=coalition)
    if request.method == "POST" and form.is_valid():
        membership.change_settings(
            coalition, by=request.user, reminders_off=form.codes(Manner.OFF), reminders_in_digest=form.codes(Manner.DIGEST)
        )
        messages.success(request, _("Saved. What is planned follows within a minute."))
        return redirect("calendar_app:coalition-reminders", coalition.public_id)
    context = coalition_context(request, coalition, memberships, tab="settings")
    context |= {"form": form, "essential": [rule for rule in RULES if rule.is_essential]}
    return render(request, "calendar_app/reminders/coalition.html", context)
