"""Whom to ask to go to a session: who said that she is there and goes nowhere meanwhile. Nothing is known of where anybody is."""

from zoneinfo import ZoneInfo

from amnt.accounts.models import User
from coalitions.live.read_models.day import FreePerson, free_people, sessions_by_person
from coalitions.models import AssemblySession, DeclaredPresence, Membership, SessionAttendee, Unavailability


def people_to_ask(session: AssemblySession, user: User) -> list[FreePerson]:
    """In the building first, then from elsewhere: people of its circle who said for this half of its day where they are, as far as this
    person is told, and who have not been asked. Who takes nothing on about what is on its agenda is left out.
    """
    zone = session.assembly.zone
    half = DeclaredPresence.half_of(session.starts_at, zone)
    said = DeclaredPresence.objects.visible_to(user).filter(day=session.day, half=half, coalition=session.circle.coalition_id)
    working = Membership.objects.current().working().filter(circle_memberships__circle=session.circle_id)
    known = SessionAttendee.objects.filter(session=session)
    takes_nothing_on = Unavailability.objects.filter(resolution__in=session.agenda.values("resolution"))
    present = (
        said.filter(user__in=working.values("user"))
        .exclude(user=user)
        .exclude(user__in=known.values("user"))
        .exclude(user__in=takes_nothing_on.values("user"))
        .select_related("user")
        .order_by("user__name", "pk")
    )
    beside = AssemblySession.objects.visible_to(user).filter(assembly=session.assembly_id).held().exclude(pk=session.pk)
    busy = sessions_by_person(user, list(beside.of_day(session.day, zone).in_order()))
    return free_people(present, busy, (session.starts_at, session.over_at), ZoneInfo(zone))
