"""Contacts as a file, for a lead: who it is, is asked again."""

from allauth.account.decorators import reauthentication_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from amnt.accounts.middleware import form_data
from amnt.core.errors import RuleBroken
from amnt.core.forms import add_broken_rule
from coalitions import export_registry
from coalitions.models import Circle, Contact
from coalitions.outreach.forms.exports import ContactsExportForm
from coalitions.permissions import membership_context_of
from coalitions.services.exports import record_export
from coalitions.views.coalitions import not_as_lead, visible_coalition
from resolutions.exporters.sheets import as_csv, as_xlsx

SHEETS = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@require_http_methods(["GET", "POST"])
def contacts_export(request, public_id):
    coalition = visible_coalition(request, public_id)
    memberships = membership_context_of(request.user)
    return not_as_lead(request, coalition, memberships) or take_out_contacts(request, coalition, memberships)


@reauthentication_required(app="coalitions.export")
def take_out_contacts(request, coalition, memberships):
    hers = Circle.objects.of(request.user).filter(coalition=coalition, pk__in=memberships.circles)
    restricted = [circle for circle in hers if not circle.is_everyone]
    form = ContactsExportForm(form_data(request), has_circles=bool(restricted))
    if request.method == "POST" and form.is_valid():
        chosen = restricted if form.cleaned_data.get("with_circles") else []
        try:
            notice = record_export("contacts", coalition=coalition, circles=chosen, by=request.user)
        except RuleBroken as error:
            add_broken_rule(form, error)
        else:
            circles = [circle.pk for circle in [coalition.everyone, *chosen]]
            return as_file(request.user, circles, form.cleaned_data["sheet"], notice=notice, name="circles" if chosen else "coalition")
    back = reverse("coalitions:coverage")
    context = {"section": "coalition", "form": form, "coalition": coalition, "what": export_registry.name_of("contacts"), "back": back}
    return render(request, "coalitions/outreach/export.html", context)


def as_file(user, circles, sheet, *, notice, name):
    """One row for each contact, the oldest first. No name of ours stands in it: a file is passed on."""
    rows = Contact.objects.visible_to(user, circles).with_people().order_by("asked_on", "pk")
    header = [
        *(_("Delegation"), _("Resolution"), _("Clause"), _("What was asked"), _("In these words"), _("Office"), _("How")),
        *(_("Asked on"), _("Answer"), _("Answered on"), _("In the text?"), _("Proposal")),
    ]
    table = [
        [
            str(row.delegation),
            row.resolution.short_name,
            row.clause_name,
            row.ask,
            row.wording,
            row.office,
            row.get_channel_display(),
            row.asked_on,
            str(row.get_answer_display()),
            row.answered_on,
            str(row.get_in_text_display()),
            row.proposal.name if row.proposal else "",
        ]
        for row in rows
    ]
    if sheet == "csv":
        content = as_csv(header, table, notice=notice)
    else:
        content = as_xlsx(str(_("Contacts and asks")), header, table, is_right_to_left=get_language_bidi(), notice=notice)
    headers = {"Content-Disposition": f'attachment; filename="contacts-{name}-{now():%Y-%m-%d}.{sheet}"'}
    return HttpResponse(content, content_type=SHEETS[sheet], headers=headers)
