"""Locking the instance from a page: by two leads of one coalition, or by one of the staff.

Why two leads of any coalition may: docs/decisions/break_glass_and_locking.md.
"""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amnt.accounts.models import User
from amnt.accounts.services import locking
from amnt.audit.services import record
from amnt.core.errors import RuleBroken
from amnt.mail.models import Email
from amnt.mail.services import write_emails
from amnt.mail.tasks import OF_LOCKING
from coalitions.models import Coalition, Membership
from coalitions.services import approvals


@transaction.atomic
def lock_from_page(*, by: User, asked_by: User | None = None) -> None:
    """Lock it, revoke all access, and mail all leads and staff. Safe to repeat.

    asked_by -- the first of two leads; None if staff do it
    """
    if not locking.lock(by=by):
        return
    if asked_by:
        record("instance.lock_asked", by=asked_by)
    mail_people("leads" if asked_by else "host")
    locking.revoke_all_access()


def mail_people(who: str) -> None:
    """The only mail sent while the instance is locked. It says who locked it, not why or in which coalition."""
    leads = Membership.objects.current().leads().values("user")
    people = User.objects.active().filter(pk__in=leads) | User.objects.active().filter(is_staff=True)
    keys = people.order_by("pk").values_list("pk", flat=True)
    write_emails([Email(kind=OF_LOCKING, to_id=key, about={"by": who}) for key in keys])


# --- Two leads ------------------------------------------------------------------------------------------------------------


def look_at_lock(*, coalition: Coalition) -> approvals.ApprovalSummary | None:
    if locking.is_locked():
        return None
    happens = [
        _("Within a minute nobody can read or write anything here: everyone in every coalition is logged out, including you."),
        _("API keys and open invitations stop working. E-mails wait. Nothing is deleted."),
        _("All leads and the people who run this service are told that two leads locked it. The audit log of the instance names you both."),
        _("Only the people who run it can unlock it."),
    ]
    return approvals.ApprovalSummary([], happens)


def carry_out_lock(*, coalition: Coalition, asked_by: User | None, by: User) -> None:
    if asked_by is None:
        raise RuleBroken(_("The person who asked for this no longer has an account. It can be asked again."))
    lock_from_page(by=by, asked_by=asked_by)


def register_all() -> None:
    approvals.register(
        "coalitions.lock_instance",
        sentence=gettext_lazy("Lock this service for everyone"),
        look=look_at_lock,
        carry_out=carry_out_lock,
        open_for=approvals.OPEN_FOR_AN_EMERGENCY,
        asked_mail="lock-asked",
        is_proven_again=True,
        ends_log_ins=True,
    )
