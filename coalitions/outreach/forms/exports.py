from django.utils.translation import gettext_lazy as _

from coalitions.forms.exports import SheetExportForm


class ContactsExportForm(SheetExportForm):
    """Which file a lead takes out of the contacts."""

    help_on_circles = _("Contacts of the circles you are in. Without it the file holds what the whole coalition reads.")
