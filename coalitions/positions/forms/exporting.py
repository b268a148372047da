from django.utils.translation import gettext_lazy as _

from coalitions.forms.exports import ExportForm


class PositionsExportForm(ExportForm):
    """Whether the positions that a lead takes out hold those of her circles too."""

    help_on_circles = _(
        "Drafts, red lines and fallback wordings of the circles you are in. Without it the file holds what the whole coalition reads."
    )
