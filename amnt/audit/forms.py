from datetime import datetime, time, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from amnt.audit import acts
from amnt.audit.models import AuditEntryQuerySet
from amnt.core.sorting import Order, Sorting


class AuditFilter(forms.Form):
    """Which acts, and from which day to which, on the reader's calendar. Invalid values are ignored."""

    act = forms.ChoiceField(label=_("What was done"), required=False, choices=lambda: [("", _("Everything")), *acts.choices()])
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    ORDERS: ClassVar = {
        "newest": Order(_("newest first"), ("-at", "-pk")),
        "oldest": Order(_("oldest first"), ("at", "pk")),
    }

    def __init__(self, data, *, zone: str):
        super().__init__(data, auto_id="filter_%s")
        self.sorting = Sorting(self.ORDERS, data)
        self.zone = ZoneInfo(zone)

    @property
    def chosen(self) -> dict:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def found(self, entries: AuditEntryQuerySet) -> AuditEntryQuerySet:
        """Those of these entries that were asked for, in the order asked for."""
        chosen = self.chosen
        if "act" in chosen:
            entries = entries.filter(act=chosen["act"])
        if "since" in chosen:
            entries = entries.filter(at__gte=self.midnight(chosen["since"]))
        if "until" in chosen:
            entries = entries.filter(at__lt=self.midnight(chosen["until"] + timedelta(days=1)))
        return entries.order_by(*self.sorting.by)

    def midnight(self, day) -> datetime:
        return datetime.combine(day, time(), self.zone)
