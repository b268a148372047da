"""The audited acts of the calendar."""

from django.utils.translation import gettext_lazy as _

from amnt.audit import acts


def register_all() -> None:
    acts.register("calendar_app.feed_made", _("A private calendar address was created"))
    acts.register("calendar_app.feed_revoked", _("A private calendar address was revoked"))
    acts.register("calendar_app.debrief_written", _("A debrief of a meeting was written"))
    acts.register("calendar_app.debrief_removed", _("A debrief of a meeting was removed"))
