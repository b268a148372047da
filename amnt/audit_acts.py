"""The audited acts of the instance itself and of its host."""

from django.utils.translation import gettext_lazy as _

from amnt.audit import acts

# Why the host looked at something of a coalition: the audit keeps one of these, never a text.
REASONS = {
    "leads-lost": _("The host looked at data of this coalition: its leads cannot be reached"),
    "asked": _("The host looked at data of this coalition: a lead had asked for it"),
    "fault": _("The host looked at data of this coalition: to find a fault"),
    "abuse": _("The host looked at data of this coalition: abuse was reported"),
    "legal-order": _("The host looked at data of this coalition: a legal order demands it"),
}
BREAK_GLASS = "instance.break_glass"


def register_all() -> None:
    acts.register("instance.admin_entered", _("Someone opened the administration pages"))
    acts.register("instance.fact_added", _("A public fact was added"))
    acts.register("instance.fact_changed", _("A public fact was changed"))
    acts.register("instance.fact_deleted", _("A public fact was deleted"))
    for reason, sentence in REASONS.items():
        acts.register(f"{BREAK_GLASS}.{reason}", sentence)
