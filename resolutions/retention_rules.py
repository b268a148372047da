"""How long a file that was brought in waits to be published."""

from django.utils.translation import gettext_lazy as _

from amnt.retention.rules import deleting, register
from resolutions.services.bringing import unpublished

register(
    deleting(
        "incoming",
        _("What was read of a Word file that nobody published"),
        _("14 days"),
        _("deleted; the file itself is deleted as soon as it has been read"),
        due=unpublished,
    )
)
