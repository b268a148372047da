"""The acts of coalitions that need two leads: the preview and execution of each, from stored ids."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from amnt.accounts import devices
from amnt.accounts.models import User
from amnt.accounts.services import recoveries
from amnt.audit.reading import FORMER_MEMBER
from amnt.audit.services import record
from amnt.core.errors import RuleBroken
from amnt.mail.services import write_email
from coalitions.models import Approval, Coalition, Invitation, Membership, Organisation
from coalitions.permissions import membership_context_of
from coalitions.services import approvals, leaving
from coalitions.services import membership as people
from coalitions.services.approvals import ApprovalSummary
from coalitions.services.invitations import admit_invited


def current_member(coalition: Coalition, membership: int) -> Membership | None:
    """This member now; None after leaving."""
    rows = Membership.objects.current().filter(coalition=coalition).select_related("user", "organisation", "sponsor", "coalition")
    return rows.filter(pk=membership).first()


def facts_about(row: Membership) -> list[tuple[str, str]]:
    """The facts that identify the person to the second lead."""
    facts = [(pgettext("whom an act is about", "Person"), str(row.user)), (_("Role"), str(row.get_role_display()))]
    return [*facts, (_("Organisation"), str(row.organisation))] if row.organisation else facts


def name_here(person: User | None, coalition: Coalition) -> str:
    """The name of a member; of someone who has left, that she was one."""
    here = Membership.objects.current().filter(coalition=coalition, user=person).exists()
    return str(person if person is None or here else FORMER_MEMBER)


def everywhere_logged_out() -> str:
    return _("Every browser of this person is logged out and every API key revoked, here and in every other coalition of this service.")


# --- Removing, or making an observer, someone with much in hand ---------------------------------------------------------

MOST_BY_ONE_LEAD = 20


def removal_needs_second_lead(membership: Membership, *, by: User) -> bool:
    """Whether handing back changes more than twenty things, as far as this lead may know of them."""
    return membership.user_id != by.pk and needs_second_lead(leaving.hand_back_checklist(membership, seen_by=by))


def needs_second_lead(back: leaving.HandBackChecklist) -> bool:
    return back.follow_ups + back.backups + back.circles > MOST_BY_ONE_LEAD


@transaction.atomic
def remove_or_ask(membership: Membership, *, by: User, hand_over: leaving.HandOver | None = None) -> Approval | None:
    """Remove someone now, or request a second lead where that changes more than twenty things, and return the approval."""
    if removal_needs_second_lead(membership, by=by):
        about = {"membership": membership.pk} | with_hand_over(hand_over)
        return approvals.ask("coalitions.remove_member", coalition=membership.coalition, about=about, by=by)
    people.remove(membership, by=by, hand_over=hand_over)
    return None


def with_hand_over(hand_over: leaving.HandOver | None) -> dict[str, Any]:
    return {"hand_over": hand_over.as_data()} if hand_over else {}


def handed_over(data: dict[str, Any] | None) -> list[str]:
    """A sentence for the second lead, if the first one chose who gets what."""
    return [_("What the first lead chose goes to others; the rest is handed back.")] if data else []


def organisation_needs_second_lead(gone: Collection[Membership], back: leaving.HandBackChecklist) -> bool:
    """Whether it takes a lead away, or changes more than twenty things, people included."""
    return any(row.is_lead for row in gone) or back.follow_ups + back.backups + back.circles + len(gone) > MOST_BY_ONE_LEAD


@transaction.atomic
def remove_organisation_or_ask(
    organisation: Organisation, *, coalition: Coalition, by: User, hand_over: leaving.HandOver | None = None
) -> Approval | None:
    """Remove an organisation with all its people now, or request a second lead and return the approval."""
    gone = list(people.people_of(organisation, coalition))
    if gone and organisation_needs_second_lead(gone, leaving.hand_back_checklist(*gone, seen_by=by)):
        people.check_of_another_organisation(gone, by=by)
        if trouble := people.reason_against_leaving(*gone):
            raise RuleBroken(trouble)
        about = {"organisation": organisation.pk} | with_hand_over(hand_over)
        return approvals.ask("coalitions.remove_organisation", coalition=coalition, about=about, by=by)
    people.remove_organisation(organisation, coalition=coalition, by=by, hand_over=hand_over)
    return None


def look_at_organisation(*, coalition: Coalition, organisation: int, hand_over: dict[str, Any] | None = None) -> ApprovalSummary | None:
    found = Organisation.objects.filter(pk=organisation).first()
    gone = list(people.people_of(found, coalition).select_related("user")) if found else []
    if found is None or not gone:
        return None
    facts = [(_("Organisation"), str(found)), (_("People"), ", ".join(str(row.user) for row in gone))]
    happens = [
        _("None of them can read what this coalition shares any more; what they have in hand goes to others or is handed back."),
        *handed_over(hand_over),
    ]
    return ApprovalSummary(facts, happens)


def remove_organisation(
    *, coalition: Coalition, asked_by: User | None, by: User, organisation: int, hand_over: dict[str, Any] | None = None
) -> None:
    found = Organisation.objects.filter(pk=organisation).first()
    if found is None:
        raise RuleBroken(_("Nobody of this organisation is in the coalition any more."))
    people.remove_organisation(found, coalition=coalition, by=by, hand_over=leaving.hand_over_from(hand_over))


@transaction.atomic
def change_role_or_ask(membership: Membership, *, role: str, by: User) -> Approval | None:
    """The same for a role: an observer has no follow-ups and no circles."""
    if role == Membership.Role.OBSERVER and membership.role != role and removal_needs_second_lead(membership, by=by):
        return approvals.ask("coalitions.make_observer", coalition=membership.coalition, about={"membership": membership.pk}, by=by)
    people.change_role(membership, role=role, by=by)
    return None


def look_at_removal(*, coalition: Coalition, membership: int, hand_over: dict[str, Any] | None = None) -> ApprovalSummary | None:
    row = current_member(coalition, membership)
    happens = [_("They can no longer read what this coalition shares; more than twenty things assigned to them are handed back.")]
    happens += handed_over(hand_over)
    return ApprovalSummary(facts_about(row), happens) if row else None


def look_at_observer(*, coalition: Coalition, membership: int) -> ApprovalSummary | None:
    row = current_member(coalition, membership)
    if row is None or row.role == Membership.Role.OBSERVER:
        return None
    return ApprovalSummary(facts_about(row), [_("They observe from now on, and more than twenty things assigned to them are handed back.")])


def remove_member(
    *, coalition: Coalition, asked_by: User | None, by: User, membership: int, hand_over: dict[str, Any] | None = None
) -> None:
    row = people.check_still_here(current_member(coalition, membership))
    people.remove(row, by=by, hand_over=leaving.hand_over_from(hand_over))


def make_observer(*, coalition: Coalition, asked_by: User | None, by: User, membership: int) -> None:
    people.change_role(people.check_still_here(current_member(coalition, membership)), role=Membership.Role.OBSERVER, by=by)


# --- Letting someone back in who lost her mailbox or her second factors -------------------------------------------------


def check_leads_everywhere(user: User, *leads: User | None) -> None:
    """Recovery gives access to all coalitions of an account: the lead must lead each of them."""
    hers = set(Membership.objects.current().filter(user=user).values_list("coalition", flat=True))
    for lead in leads:
        if lead is None or not hers <= membership_context_of(lead).led:
            raise RuleBroken(_("Two leads cannot do this for this person. Write to the people who run this service."))


def ask_for_recovery(membership: Membership, *, by: User, new_address: str, removes_factors: bool) -> Approval:
    """Both leads must lead every coalition of this person."""
    check_leads_everywhere(membership.user, by)
    recoveries.check_something_is_lost(new_address, removes_factors=removes_factors)
    about = {"membership": membership.pk, "new_address": new_address.strip().lower(), "removes_factors": removes_factors}
    return approvals.ask("coalitions.recover_account", coalition=membership.coalition, about=about, by=by)


def look_at_recovery(*, coalition: Coalition, membership: int, removes_factors: bool, new_address: str = "") -> ApprovalSummary | None:
    row = current_member(coalition, membership)
    if row is None:
        return None
    facts = facts_about(row)
    if new_address:
        facts.append((_("New address"), new_address))
    lost = _("removed, with the password") if removes_factors else _("kept and still required")
    happens = [
        _("An e-mail goes to both addresses at once, with a link that stops it. It takes effect three days later."),
        everywhere_logged_out(),
        _("Agree only once you have spoken to the person yourself and are sure who they are."),
    ]
    return ApprovalSummary([*facts, (_("Second factors"), lost)], happens)


def recover_account(
    *, coalition: Coalition, asked_by: User | None, by: User, membership: int, removes_factors: bool, new_address: str = ""
) -> None:
    row = people.check_still_here(current_member(coalition, membership))
    check_leads_everywhere(row.user, asked_by, by)
    recoveries.start_recovery(row.user, by=asked_by, new_address=new_address, removes_factors=removes_factors)


# --- A lead for a coalition that has lost its own -----------------------------------------------------------------------


@transaction.atomic
def announce_lead(coalition: Coalition, *, membership: Membership) -> Approval:
    """Announced by the host for a coalition without enough leads: this member becomes a lead in seven days, unless a lead declines."""
    if membership.coalition_id != coalition.pk or membership.left_at or membership.is_lead:
        raise RuleBroken(_("Choose someone who is in this coalition and does not lead it yet."))
    about = {"membership": membership.pk}
    return approvals.file("coalitions.appoint_lead", coalition=coalition, about=about, by=None, happens_unanswered=True)


def look_at_lead(*, coalition: Coalition, membership: int) -> ApprovalSummary | None:
    row = current_member(coalition, membership)
    if row is None or row.is_lead:
        return None
    happens = [
        _("It happens at once, before the announced day."),
        _(
            "The host has announced it to everyone in the coalition: without an answer it happens on that day; "
            "if you decline, it is stopped."
        ),
    ]
    return ApprovalSummary(facts_about(row), happens)


def appoint_lead(*, coalition: Coalition, asked_by: User | None, by: User | None, membership: int) -> None:
    row = people.check_still_here(current_member(coalition, membership))
    if row.observes_until:
        people.end_observation(row, by=by)
    people.change_role(row, role=Membership.Role.LEAD, by=by)


# --- Closing a member's sessions -------------------------------------------------------------------------------------


def look_at_sessions(*, coalition: Coalition, membership: int) -> ApprovalSummary | None:
    row = current_member(coalition, membership)
    if row is None:
        return None
    happens = [
        everywhere_logged_out(),
        _("They log in again with their password and second factor, and are told by e-mail."),
    ]
    return ApprovalSummary(facts_about(row), happens)


def close_sessions(*, coalition: Coalition, asked_by: User | None, by: User, membership: int) -> None:
    """For a stolen phone or a detained traveller: end all sessions from the next request on."""
    row = people.check_still_here(current_member(coalition, membership))
    devices.end_all_access(row.user)
    record("coalitions.sessions_closed", by=by, about=row.user, coalition=coalition)
    write_email("accounts/security", to=row.user, about={"what": "closed-by-leads"})


# --- Admitting a newcomer --------------------------------------------------------------------------------------------


def accepted_invitation(coalition: Coalition, invitation: int) -> Invitation | None:
    """An accepted invitation that waits; None once admitted, or if the account is closed."""
    rows = Invitation.objects.filter(coalition=coalition, accepted_by__is_active=True)
    row = rows.select_related("accepted_by", "invited_by", "organisation", "coalition").filter(pk=invitation).first()
    if row and Membership.objects.current().filter(coalition=coalition, user=row.accepted_by).exists():
        return None
    return row


def look_at_newcomer(*, coalition: Coalition, invitation: int) -> ApprovalSummary | None:
    row = accepted_invitation(coalition, invitation)
    if row is None:
        return None
    facts = [(pgettext("whom an act is about", "Person"), str(row.accepted_by)), (_("Address"), row.email)]
    if row.organisation:
        facts.append((_("Organisation"), str(row.organisation)))
    proof = _("the address, by a code") if row.proof == Invitation.Proof.CODE else _("two words, compared with a lead")
    facts += [
        (_("How they showed who they are"), proof),
        (_("Vouched for by"), name_here(row.invited_by, coalition)),
        (_("Role after fourteen days"), row.get_role_display()),
    ]
    happens = [
        _("This person is in the coalition as an observer for fourteen days: public facts, the names of the leads, titles of follow-ups."),
        _("After that they get the role intended for them, unless a lead changes it; two leads can let them in sooner."),
    ]
    return ApprovalSummary(facts, happens)


def admit_newcomer(*, coalition: Coalition, asked_by: User | None, by: User, invitation: int) -> None:
    row = accepted_invitation(coalition, invitation)
    if row is None or row.accepted_by is None:
        raise RuleBroken(_("This person is already in the coalition, or their account is closed."))
    admitted = admit_invited(row, user=row.accepted_by)
    write_email("coalitions/admitted", to=admitted.user, about={"membership": admitted.pk})


# --- Letting a newcomer in sooner --------------------------------------------------------------------------------------


def look_at_observation(*, coalition: Coalition, membership: int) -> ApprovalSummary | None:
    row = current_member(coalition, membership)
    if row is None or row.observes_until is None:
        return None
    sponsor = [(_("Vouched for by"), name_here(row.sponsor, coalition))] if row.sponsor else []
    facts = [*facts_about(row), *sponsor, (_("Intended role"), row.get_next_role_display())]
    return ApprovalSummary(facts, [_("This person has that role from now on, without waiting for the end of the fourteen days.")])


def end_observation(*, coalition: Coalition, asked_by: User | None, by: User, membership: int) -> None:
    row = people.check_still_here(current_member(coalition, membership))
    if not people.end_observation(row, by=by):
        raise RuleBroken(_("This person’s time as an observer is already over."))


def register_all() -> None:
    approvals.register(
        "coalitions.remove_member",
        sentence=gettext_lazy("Remove a member with much unfinished work"),
        look=look_at_removal,
        carry_out=remove_member,
        choices=("hand_over",),
    )
    approvals.register(
        "coalitions.remove_organisation",
        sentence=gettext_lazy("Remove an organisation with all its people"),
        look=look_at_organisation,
        carry_out=remove_organisation,
        choices=("hand_over",),
    )
    approvals.register(
        "coalitions.make_observer",
        sentence=gettext_lazy("Make an observer of a member with much unfinished work"),
        look=look_at_observer,
        carry_out=make_observer,
    )
    approvals.register(
        "coalitions.recover_account",
        sentence=gettext_lazy("Let a person back into their account"),
        look=look_at_recovery,
        carry_out=recover_account,
        forgets=("new_address",),
    )
    approvals.register(
        "coalitions.appoint_lead",
        sentence=gettext_lazy("Make a member a lead, as the host has announced"),
        look=look_at_lead,
        carry_out=appoint_lead,
    )
    approvals.register(
        "coalitions.close_sessions",
        sentence=gettext_lazy("Close every session of a member"),
        look=look_at_sessions,
        carry_out=close_sessions,
    )
    approvals.register("coalitions.admit", sentence=gettext_lazy("Admit a newcomer"), look=look_at_newcomer, carry_out=admit_newcomer)
    approvals.register(
        "coalitions.end_observation",
        sentence=gettext_lazy("Let a newcomer in sooner"),
        look=look_at_observation,
        carry_out=end_observation,
    )
