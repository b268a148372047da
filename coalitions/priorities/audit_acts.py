"""The audited acts of what a coalition agrees on and shares."""

from django.utils.translation import gettext_lazy as _

from amnt.audit import acts


def register_all() -> None:
    acts.register("coalitions.charter_written", _("A new version of the charter was written"))
    acts.register("coalitions.priority_set", _("A priority was set or changed"))
    acts.register("coalitions.priority_published", _("A priority was published to observers, or no longer"))
    acts.register("coalitions.priority_removed", _("A priority was removed"))
    acts.register("coalitions.decision_logged", _("A decision was logged"))
    acts.register("coalitions.rights_impact_written", _("An impact on rights was written or changed"))
    acts.register("coalitions.rights_impact_removed", _("An impact on rights was removed"))
    acts.register("coalitions.outlet_written", _("An outlet was added or changed"))
    acts.register("coalitions.outlet_removed", _("An outlet was removed"))
    acts.register("coalitions.embargo_noted", _("An embargo was noted"))
    acts.register("coalitions.embargo_removed", _("An embargo note was removed"))
    acts.register("coalitions.handover_written", _("A handover note was written, changed or removed"))
