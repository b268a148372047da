from django.utils.translation import gettext_lazy as _

from coalitions.forms.exports import SheetExportForm


class NotesExportForm(SheetExportForm):
    """Which file a lead takes out of the notes of sessions."""

    help_on_circles = _("Notes of the circles you are in. Without it the file holds what the whole coalition reads.")
