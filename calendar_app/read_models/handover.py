"""What whoever takes over a country needs on one page, within what its reader may see."""

from dataclasses import dataclass

from amnt.accounts.models import User
from amnt.core.languages import current_language
from calendar_app.models import Deadline, Meeting
from calendar_app.models.entries import CalendarEntry, next_entries
from coalitions.models import Contact, DeclaredPosition, Delegation, DelegationNote, FollowUp, HandoverNote
from coalitions.permissions import MembershipContext

LINES = 25


@dataclass(frozen=True)
class Handover:
    handover_notes: list[HandoverNote]
    notes: list[DelegationNote]
    follow_ups: list[FollowUp]
    contacts: list[Contact]
    declared: list[DeclaredPosition]
    meetings: list[CalendarEntry]


def handover_of(card: Delegation, user: User, memberships: MembershipContext) -> Handover:
    """Seven queries. Nothing of circles of delegations, whose content stands on their own pages only."""
    circles = memberships.circles
    written = HandoverNote.objects.visible_to(user, circles).filter(delegation=card).with_author()
    notes = DelegationNote.objects.visible_to(user, circles).filter(delegation=card).with_author()
    follow_ups = FollowUp.objects.visible_to(user, circles).filter(delegation=card).open().for_list().with_people_here()
    contacts = Contact.objects.visible_to(user, circles).filter(delegation=card).with_people()
    declared = DeclaredPosition.objects.visible_to(user).filter(delegation=card).select_related("resolution")
    national = (
        Meeting.objects.visible_to(user, circles).ahead().filter(kind=Meeting.Kind.NATIONAL, country=card.country, assembly=card.assembly)
    )
    return Handover(
        handover_notes=list(written.select_related("circle__coalition", "by").order_by("-at", "-pk")),
        notes=list(notes.select_related("circle__coalition", "by").order_by("-at", "-pk")[:LINES]),
        follow_ups=list(follow_ups.order_by("due_at", "pk")[:LINES]),
        contacts=list(contacts.latest_first()[:LINES]),
        declared=list(declared.order_by("-declared_on", "-pk")[:LINES]),
        meetings=next_entries(national, Deadline.objects.none(), attendances={}, most=LINES, language=current_language()),
    )
