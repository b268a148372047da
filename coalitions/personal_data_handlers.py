"""Personal data of a person in this app: its export, its erasure, and the idle time of leads."""

from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amnt.accounts import devices, personal_data
from amnt.accounts.models import User
from amnt.accounts.personal_data import Rows
from coalitions.models import CircleMembership, DelegationNote, FollowUp, KeptCopy, Membership, Position, Reading
from coalitions.services import last_readers, membership
from resolutions.models import Proposal

LEAD_IDLE = timedelta(hours=12)


def leads_idle_less(user: User) -> timedelta | None:
    """Leads are logged out sooner when idle: a lost phone must not stay logged in for two weeks."""
    return LEAD_IDLE if Membership.objects.current().leads().filter(user=user).exists() else None


def memberships(user: User) -> Rows:
    found = Membership.objects.filter(user=user).select_related("coalition", "organisation").order_by("joined_at", "pk")
    return Rows(
        found,
        lambda row: {
            "coalition": row.coalition.name,
            "organisation": row.organisation.name if row.organisation else "",
            "role": row.role,
            "joined_at": row.joined_at,
            "observes_until": row.observes_until,
            "left_at": row.left_at,
        },
    )


def circles(user: User) -> Rows:
    """The circles this person is in now; the names of others may not be read."""
    found = CircleMembership.objects.current().filter(membership__user=user).exclude(circle__kind="everyone")
    found = found.select_related("circle").order_by("created_at", "pk")
    return Rows(found, lambda row: {"circle": row.circle.name, "purpose": row.circle.purpose, "since": row.created_at})


def follow_ups(user: User) -> Rows:
    """Follow-ups this person owns, owned, assigned or made, as far as they may be read now."""
    roles = ("owner", "backup", "created_by", "assigned_by")
    hers = Q(owner=user) | Q(backup=user) | Q(created_by=user) | Q(assigned_by=user)
    found = FollowUp.objects.visible_to(user).filter(hers).order_by("created_at", "pk")
    return Rows(
        found.values_list("title", "state", "due_at", "created_at", *roles),
        lambda row: {
            "title": row[0],
            "as": [role for role, person in zip(roles, row[4:], strict=True) if person == user.pk],
            "state": row[1],
            "due_at": row[2],
            "created_at": row[3],
        },
    )


def readings(user: User) -> Rows:
    """Readings this person wrote, as far as they and their proposals may still be read."""
    found = Reading.objects.visible_to(user).filter(by=user, proposal__in=Proposal.objects.visible_to(user))
    found = found.select_related("proposal__resolution").defer("proposal__title", "proposal__reasons").order_by("at", "pk")
    return Rows(
        found,
        lambda row: {
            "proposal": str(row.proposal),
            "resolution": row.proposal.resolution.short_name,
            "tone": row.tone,
            "note": row.note,
            "at": row.at,
        },
    )


def positions(user: User) -> Rows:
    """Positions this person wrote, as far as they may still be read."""
    found = Position.objects.visible_to(user).filter(by=user).select_related("resolution").order_by("at", "pk")
    return Rows(
        found,
        lambda row: {
            "resolution": row.resolution.short_name,
            "version": row.version,
            "stance": row.stance,
            "words": row.words,
            "at": row.at,
        },
    )


def delegation_notes(user: User) -> Rows:
    """Notes this person wrote beside delegations, as far as they may still be read."""
    found = DelegationNote.objects.visible_to(user).filter(by=user).select_related("delegation").order_by("at", "pk")
    return Rows(found, lambda row: {"delegation": str(row.delegation), "text": row.text, "at": row.at})


def discarded(user: User) -> Rows:
    """Discarded uploads that can still be restored. Each copy holds all that was read of a document."""
    found = KeptCopy.objects.visible_to(user).filter(owner=user).order_by("at", "pk").values_list("content", "at")
    return Rows(found, lambda row: {"file": row[0]["file_name"], "document": row[0]["number"], "at": row[1]}, chunk=1)


def throw_away_for_good(user: User) -> None:
    KeptCopy.objects.filter(owner=user).delete()


def last_lead(user: User) -> str:
    left = membership.left_without_lead(user)
    if not left:
        return ""
    names = ", ".join(coalition.name for coalition in left)
    return _("You are the only lead of %(coalitions)s. Make someone else a lead first.") % {"coalitions": names}


def read_by_her_alone(user: User) -> str:
    """Checked before erasure, as before leaving."""
    alone = len(last_readers.circles_read_alone(user))
    if not alone:
        return ""
    return ngettext(
        "You are the only reader of %(n)s circle. On its page, under “Your place here”, first hand it over or delete what it holds.",
        "You are the only reader of %(n)s circles. On their pages, under “Your place here”, first hand them over or delete what they hold.",
        alone,
    ) % {"n": alone}


def register_all() -> None:
    devices.register_idle_rule(leads_idle_less)
    personal_data.register("memberships", memberships)
    personal_data.register("circles", circles)
    personal_data.register("follow_ups", follow_ups)
    personal_data.register("readings", readings)
    personal_data.register("positions", positions)
    personal_data.register("delegation_notes", delegation_notes)
    personal_data.register("discarded", discarded)
    personal_data.register_refusal(last_lead)
    personal_data.register_refusal(read_by_her_alone)
    personal_data.register_on_erase(throw_away_for_good)
    personal_data.register_on_erase(membership.leave_all)
