"""The acts of coalitions that take two leads, each looked at and carried out by the ids that were stored."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amnt.accounts import devices
from amnt.accounts.models import User
from amnt.audit import acts
from amnt.audit.services import record
from amnt.errors import RuleBroken
from amnt.mail.services import write_email
from coalitions.models import Coalition, Invitation, Membership
from coalitions.services import approvals
from coalitions.services import membership as people
from coalitions.services.approvals import Look
from coalitions.services.invitations import admit_invited


def someone_of(coalition: Coalition, membership: int) -> Membership | None:
    """This member as she is now; None once she has gone."""
    rows = Membership.objects.current().filter(coalition=coalition).select_related("user", "organisation", "sponsor", "coalition")
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


# --- Admitting a newcomer --------------------------------------------------------------------------------------------


def accepted(coalition: Coalition, invitation: int) -> Invitation | None:
    """An invitation whose person waits; None once she is in, or her account is closed."""
    rows = Invitation.objects.filter(coalition=coalition, accepted_by__is_active=True)
    row = rows.select_related("accepted_by", "invited_by", "organisation", "coalition").filter(pk=invitation).first()
    if row and Membership.objects.current().filter(coalition=coalition, user=row.accepted_by).exists():
        return None
    return row


def look_at_newcomer(*, coalition: Coalition, invitation: int) -> Look | None:
    row = accepted(coalition, invitation)
    if row is None:
        return None
    facts = [(_("Person"), str(row.accepted_by)), (_("Address"), row.email)]
    if row.organisation:
        facts.append((_("Organisation"), str(row.organisation)))
    proof = _("the address, by a code") if row.proof == Invitation.Proof.CODE else _("two words, compared with a lead")
    facts += [(_("Proven"), proof), (_("Vouched for by"), str(row.invited_by)), (_("Role after fourteen days"), row.get_role_display())]
    happens = [
        _("This person is in the coalition as an observer for fourteen days: public facts, the names of the leads, titles of follow-ups."),
        _("After that they have the role that was meant for them, unless a lead changes it; two leads can let them in sooner."),
    ]
    return Look(facts, happens)


def admit_newcomer(*, coalition: Coalition, asked_by: User | None, by: User, invitation: int) -> None:
    row = accepted(coalition, invitation)
    if row is None or row.accepted_by is None:
        raise RuleBroken(_("This person is already in the coalition, or their account is closed."))
    admitted = admit_invited(row, user=row.accepted_by)
    write_email("coalitions/admitted", to=admitted.user, about={"membership": admitted.pk})


approvals.register("coalitions.admit", sentence=gettext_lazy("Admit a newcomer"), look=look_at_newcomer, carry_out=admit_newcomer)


# --- Letting a newcomer in sooner --------------------------------------------------------------------------------------


def look_at_observation(*, coalition: Coalition, membership: int) -> Look | None:
    row = someone_of(coalition, membership)
    if row is None or row.observes_until is None:
        return None
    sponsor = [(_("Vouched for by"), str(row.sponsor))] if row.sponsor else []
    facts = [*about_her(row), *sponsor, (_("Role meant for them"), row.get_next_role_display())]
    return Look(facts, [_("This person has that role from now on, without waiting for the end of the fourteen days.")])


def end_observation(*, coalition: Coalition, asked_by: User | None, by: User, membership: int) -> None:
    row = still_here(someone_of(coalition, membership))
    if not people.end_observation(row):
        raise RuleBroken(_("This person’s time as an observer is over already."))


approvals.register(
    "coalitions.end_observation",
    sentence=gettext_lazy("Let a newcomer in sooner"),
    look=look_at_observation,
    carry_out=end_observation,
)
