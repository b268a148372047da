"""How long decisions, impacts on rights, embargoes and handover notes of circles are kept."""

from django.db.models import Q

from coalitions.models import Decision, EmbargoNote, HandoverNote, RightsImpact
from coalitions.retention_rules import KeptModel, end_of, register_kept


def register_all() -> None:
    register_kept(KeptModel(Decision, lambda day: Q(decided_on__lte=day)))
    register_kept(KeptModel(RightsImpact, lambda day: Q(at__lt=end_of(day))))
    register_kept(KeptModel(EmbargoNote, lambda day: Q(until__lt=end_of(day))))
    register_kept(KeptModel(HandoverNote, lambda day: Q(delegation__assembly__ends_on__lte=day)))
