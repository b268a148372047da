"""Notes of sessions as a file, for a lead: who it is, is asked again."""

from allauth.account.decorators import reauthentication_required
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from coalitions.live.forms.exports import NotesExportForm
from coalitions.live.read_models.session_notes import author_of
from coalitions.models import SessionNote
from coalitions.permissions import membership_context_of
from coalitions.views.coalitions import not_as_lead, visible_coalition
from coalitions.views.exports import level_of, sheet_file, take_out


@require_http_methods(["GET", "POST"])
def notes_export(request, public_id):
    coalition = visible_coalition(request, public_id)
    return not_as_lead(request, coalition, membership_context_of(request.user)) or take_out_notes(request, coalition)


@reauthentication_required(app="coalitions.export")
def take_out_notes(request, coalition):
    def make_file(chosen, sheet, notice):
        circles = [circle.pk for circle in [coalition.everyone, *chosen]]
        return as_file(request.user, circles, sheet, notice=notice, level=level_of(chosen))

    return take_out(
        request,
        coalition,
        kind="session_notes",
        form_class=NotesExportForm,
        make_file=make_file,
        section="coalition",
        back=reverse("coalitions:detail", args=[coalition.public_id]),
        back_name=coalition.name,
    )


def as_file(user, circles, sheet, *, notice, level):
    """One row for each note of these circles, the oldest first. An author's name stands only in what is attributed."""
    rows = SessionNote.objects.visible_to(user, circles).filter(circle__in=circles).with_author().latest_first().order_by("at", "pk")
    header = [
        *(pgettext("of an assembly", "Session"), _("Beginning"), _("Resolution"), _("Clause"), _("It is now")),
        *(_("What moved"), _("And then"), _("Attributed to")),
    ]
    table = [
        [
            str(row.session),
            f"{row.session.starts_at:%Y-%m-%d %H:%M} UTC",
            row.resolution.short_name if row.resolution else "",
            row.clause_name,
            str(row.get_clause_state_display()),
            row.moved,
            str(row.get_next_step_display()),
            author_of(row),
        ]
        for row in rows
    ]
    name = f"session-notes-{level}-{now():%Y-%m-%d}"
    return sheet_file(sheet, name, title=_("Notes of sessions"), header=header, table=table, notice=notice)
