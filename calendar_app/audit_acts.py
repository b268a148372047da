"""The audited acts of the calendar."""

from django.utils.translation import gettext_lazy as _

from amnt.audit import acts


def register_all() -> None:
    acts.register("calendar_app.feed_made", _("A private calendar address was created"))
    acts.register("calendar_app.feed_revoked", _("A private calendar address was revoked"))
    acts.register("calendar_app.debrief_written", _("A debrief of a meeting was written"))
    acts.register("calendar_app.debrief_removed", _("A debrief of a meeting was removed"))
    acts.register("calendar_app.plan_made", _("A plan before a deadline was made"))
    acts.register("calendar_app.plan_step_added", _("A step was added to a plan before a deadline"))
    acts.register("calendar_app.plan_moved", _("A plan before a deadline was moved"))
    acts.register("calendar_app.plan_kept", _("A plan stayed where it was after a date had moved"))
    acts.register("calendar_app.plan_dissolved", _("A plan before a deadline was dissolved"))
    acts.register("calendar_app.plan_template_changed", _("The usual steps of plans were changed"))
    acts.register("calendar_app.dates_taken_over", _("Dates were taken over from a calendar file"))
    acts.register("calendar_app.source_added", _("A calendar was added to those that are followed"))
    acts.register("calendar_app.source_removed", _("A calendar is no longer followed"))
    acts.register("calendar_app.source_looked_at", _("Somebody looked at all that a calendar says"))
