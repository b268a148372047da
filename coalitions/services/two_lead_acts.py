"""The acts of coalitions that take two leads, each looked at and carried out by the ids that were stored."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amnt.accounts import devices
from amnt.accounts.models import User
from amnt.audit import acts
from amnt.audit.services import record
from amnt.errors import RuleBroken
from amnt.mail.services import write_email
from coalitions.models import Coalition, Membership
from coalitions.services import approvals
from coalitions.services.approvals import Look


def someone_of(coalition: Coalition, membership: int) -> Membership | None:
    """This member as she is now; None once she has gone."""
    rows = Membership.objects.current().filter(coalition=coalition).select_related("user", "organisation")
    return rows.filter(pk=membership).first()


def about_her(row: Membership) -> list[tuple[str, str]]:
    """The facts by which a second lead knows whom this is about."""
    facts = [(_("Person"), str(row.user)), (_("Role"), str(row.get_role_display()))]
    return [*facts, (_("Organisation"), str(row.organisation))] if row.organisation else facts


def still_here(row: Membership | None) -> Membership:
    if row is None:
        raise RuleBroken(_("This person has left the coalition."))
    return row


# --- Closing a member's sessions -------------------------------------------------------------------------------------


def look_at_sessions(*, coalition: Coalition, membership: int) -> Look | None:
    row = someone_of(coalition, membership)
    if row is None:
        return None
    happens = [
        _("Every browser of this person is logged out and every API key revoked, in this instance as a whole."),
        _("They log in again with their password and second factor, and are told by e-mail."),
    ]
    return Look(about_her(row), happens)


def close_sessions(*, coalition: Coalition, asked_by: User | None, by: User, membership: int) -> None:
    """For a stolen phone or a detained traveller: whoever holds the device reads nothing from the next request on."""
    row = still_here(someone_of(coalition, membership))
    devices.close_everything(row.user)
    record("coalitions.sessions_closed", by=by, about=row.user, coalition=coalition)
    write_email("accounts/security", to=row.user, about={"what": "closed-by-leads"})


acts.register("coalitions.sessions_closed", gettext_lazy("Every session of a member was closed by two leads"))
approvals.register(
    "coalitions.close_sessions",
    sentence=gettext_lazy("Close every session of a member"),
    look=look_at_sessions,
    carry_out=close_sessions,
)
