"""Contacts as a file, for a lead: who it is, is asked again."""

from allauth.account.decorators import reauthentication_required
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from coalitions.models import Contact
from coalitions.outreach.forms.exports import ContactsExportForm
from coalitions.permissions import membership_context_of
from coalitions.views.coalitions import not_as_lead, visible_coalition
from coalitions.views.exports import level_of, sheet_file, take_out


@require_http_methods(["GET", "POST"])
def contacts_export(request, public_id):
    coalition = visible_coalition(request, public_id)
    return not_as_lead(request, coalition, membership_context_of(request.user)) or take_out_contacts(request, coalition)


@reauthentication_required(app="coalitions.export")
def take_out_contacts(request, coalition):
    def make_file(chosen, sheet, notice):
        circles = [circle.pk for circle in [coalition.everyone, *chosen]]
        return as_file(request.user, circles, sheet, notice=notice, level=level_of(chosen))

    return take_out(
        request,
        coalition,
        kind="contacts",
        form_class=ContactsExportForm,
        make_file=make_file,
        section="coalition",
        back=reverse("coalitions:coverage"),
        back_name=_("Coverage"),
    )


def as_file(user, circles, sheet, *, notice, level):
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
    name = f"contacts-{level}-{now():%Y-%m-%d}"
    return sheet_file(sheet, name, title=_("Contacts and asks"), header=header, table=table, notice=notice)
