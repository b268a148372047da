"""Exporting something that is not public: recorded, mailed to the other leads, and marked in the file."""

from collections.abc import Collection
from datetime import UTC, timedelta

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.audit.models import AuditLevel
from amnt.audit.services import record
from amnt.core.errors import RuleBroken
from amnt.mail.models import Email
from coalitions import export_registry
from coalitions.models import Circle, Coalition
from coalitions.permissions import may_act_as_lead
from coalitions.services import lead_emails

TOLD_ONCE_IN = timedelta(days=1)


@transaction.atomic
def record_export(key: str, *, coalition: Coalition, circles: Collection[Circle] = (), by: User) -> str:
    """Record the export and return the line for its file: the class, who exported it and when.

    circles -- the restricted circles whose texts are in it
    """
    if not may_act_as_lead(by, coalition):
        raise RuleBroken(_("Only a lead with a second factor can export what is not public."))
    for circle in circles:
        if circle.coalition_id != coalition.pk or circle.kind != Circle.Kind.RESTRICTED or not circle.includes(by):
            raise RuleBroken(_("This export holds something of a circle that you cannot export."))
    act = export_registry.act_of(key)
    record(act, by=by, coalition=coalition)
    for circle in circles:
        record(act, by=by, coalition=coalition, circle=circle, about=circle, level=AuditLevel.RESTRICTED)
    tell_other_leads(key, coalition=coalition, by=by)
    level = AuditLevel.RESTRICTED if circles else AuditLevel.COALITION
    return _("%(class)s, not to be passed on. Exported by %(name)s on %(day)s at %(hour)s UTC.") % {
        "class": export_registry.class_name(level),
        "name": by.name or by.email,
        "day": f"{now().astimezone(UTC):%Y-%m-%d}",
        "hour": f"{now().astimezone(UTC):%H:%M}",
    }


def tell_other_leads(key: str, *, coalition: Coalition, by: User) -> None:
    """At most one mail a day per kind of export and coalition."""
    about = {"about__what": "exported", "about__coalition": coalition.pk, "about__export": key}
    if not Email.objects.filter(kind="coalitions/for_leads", created_at__gt=now() - TOLD_ONCE_IN, **about).exists():
        lead_emails.mail_leads("exported", coalition=coalition, but=by, export=key)
