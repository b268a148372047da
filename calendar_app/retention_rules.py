"""Retention of calls of circles: as other content of their circle."""

from django.db.models import Q

from calendar_app.models import Meeting
from coalitions.retention_rules import KeptModel, register_kept


def register_all() -> None:
    register_kept(KeptModel(Meeting, lambda day: Q(assembly__ends_on__lte=day)))
