"""Personal data of a person in this app: its export, its erasure, and the idle time of leads."""

from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_countries import countries

from amnt.accounts import devices, personal_data
from amnt.accounts.models import User
from amnt.accounts.personal_data import Rows
from coalitions.models import (
    Absence,
    Circle,
    CircleMembership,
    Contact,
    DeclaredPresence,
    DelegationNote,
    FollowUp,
    KeptCopy,
    Mandate,
    Membership,
    NamingConsent,
    Position,
    PositionAnswer,
    Reading,
    RedLine,
    Seat,
    SessionAttendee,
    SessionNote,
    Statement,
    StatementAnswer,
    StatementInvitation,
    StillHolds,
    StudyGroupFollower,
    Unavailability,
    Verdict,
)
from coalitions.models.availability import marks_of
from coalitions.read_models.confidential_notes import notes_written_by
from coalitions.services import absences as absences_services
from coalitions.services import availability, confidential_notes, last_readers, leaving, membership, seats
from resolutions.models import Proposal
from resolutions.personal_data_handlers import stop_watching

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


def mandates(user: User) -> Rows:
    """The organisations this person answers for."""
    found = Mandate.objects.of(user).select_related("organisation", "membership__coalition").order_by("given_at", "pk")
    return Rows(
        found, lambda row: {"coalition": row.membership.coalition.name, "organisation": row.organisation.name, "since": row.given_at}
    )


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
    """Positions this person wrote or drafted, as far as they may still be read."""
    found = Position.objects.visible_to(user).of_writer(user).select_related("resolution").prefetch_related("talking_points")
    found = found.order_by("at", "pk")
    return Rows(
        found,
        lambda row: {
            "resolution": row.resolution.short_name,
            "version": row.version,
            "stance": row.stance,
            "words": row.words,
            "talking_points": {points.language: points.text for points in row.talking_points.all()},
            "at": row.at,
        },
    )


def verdicts(user: User) -> Rows:
    """Verdicts this person gave, as far as they may still be read."""
    found = Verdict.objects.visible_to(user).filter(by=user).select_related("resolution", "assembly").order_by("at", "pk")
    return Rows(
        found,
        lambda row: {
            "resolution": row.resolution.short_name,
            "assembly": str(row.assembly),
            "version": row.version,
            "result": row.result,
            "words": row.words,
            "at": row.at,
        },
    )


def study_groups(user: User) -> Rows:
    """Where this person follows a resolution."""
    found = StudyGroupFollower.objects.visible_to(user).filter(user=user).select_related("resolution", "study_group", "coalition")
    return Rows(
        found.order_by("taken_at", "pk"),
        lambda row: {
            "coalition": row.coalition.name,
            "resolution": row.resolution.short_name,
            "study_group": str(row.study_group),
            "since": row.taken_at,
        },
    )


def naming_consents(user: User) -> Rows:
    """The public reports in which this person agreed to be named."""
    found = NamingConsent.objects.filter(user=user).select_related("coalition", "assembly").order_by("at", "pk")
    return Rows(found, lambda row: {"coalition": row.coalition.name, "assembly": str(row.assembly), "name": row.name, "at": row.at})


def stop_following(user: User) -> None:
    """And be named no longer."""
    StudyGroupFollower.objects.filter(user=user).delete()
    NamingConsent.objects.filter(user=user).delete()


def statements(user: User) -> Rows:
    """Statements this person opened, as far as they may still be read."""
    found = Statement.objects.visible_to(user).filter(by=user).order_by("opened_at", "pk")
    return Rows(found, lambda row: {"title": row.title, "version": row.newest, "opened_at": row.opened_at, "closes_at": row.closes_at})


def statement_answers(user: User) -> Rows:
    """What this person answered for an organisation, as far as it may still be read."""
    found = StatementAnswer.objects.visible_to(user).filter(by=user).select_related("version__statement").order_by("at", "pk")
    return Rows(
        found,
        lambda row: {
            "statement": row.version.statement.title,
            "version": row.version.number,
            "organisation": row.name,
            "answer": row.choice,
            "reservation": row.reservation,
            "naming": row.naming,
            "withdrawn": row.is_withdrawn,
            "at": row.at,
        },
    )


def statement_invitations(user: User) -> Rows:
    """Whom this person invited to sign, as far as she may still read it. Not what was answered."""
    found = StatementInvitation.objects.visible_to(user).filter(by=user).select_related("statement").order_by("at", "pk")
    return Rows(
        found,
        lambda row: {
            "statement": row.statement.title,
            "organisation": row.name,
            "contact": row.contact,
            "language": row.language,
            "at": row.at,
            "revoked_at": row.revoked_at,
        },
    )


def red_lines(user: User) -> Rows:
    """Red lines and fallback wordings this person wrote, as far as they may still be read. One that a later version keeps is said once."""
    found = RedLine.objects.visible_to(user).filter(by=user, position__in=Position.objects.newest())
    found = found.select_related("position__resolution").order_by("at", "pk")
    return Rows(
        found,
        lambda row: {"resolution": row.position.resolution.short_name, "kind": row.kind, "text": row.text, "at": row.at},
    )


def found_to_hold(user: User) -> Rows:
    """Positions of which this person said that they still hold, as far as they may still be read."""
    found = StillHolds.objects.visible_to(user).filter(by=user).select_related("position__resolution").order_by("at", "pk")
    return Rows(found, lambda row: {"resolution": row.position.resolution.short_name, "version": row.position.version, "at": row.at})


def position_answers(user: User) -> Rows:
    """Answers this person gave for an organisation, as far as they may still be read."""
    found = PositionAnswer.objects.visible_to(user).filter(by=user).select_related("position__resolution", "organisation")
    return Rows(
        found.order_by("at", "pk"),
        lambda row: {
            "resolution": row.position.resolution.short_name,
            "version": row.position.version,
            "organisation": row.organisation.name,
            "answer": row.kind,
            "words": row.words,
            "at": row.at,
        },
    )


def delegation_notes(user: User) -> Rows:
    """Notes this person wrote beside delegations, as far as they may still be read."""
    found = DelegationNote.objects.visible_to(user).filter(by=user).select_related("delegation").order_by("at", "pk")
    return Rows(found, lambda row: {"delegation": str(row.delegation), "text": row.text, "at": row.at})


def session_notes(user: User) -> Rows:
    """Notes of sessions this person wrote, as far as they may still be read."""
    found = SessionNote.objects.visible_to(user).by_author(user).latest_first().order_by("at", "pk")
    return Rows(
        found,
        lambda row: {
            "session": str(row.session),
            "resolution": row.resolution.short_name if row.resolution else "",
            "clause": row.clause_name,
            "moved": row.moved,
            "attributed": row.is_attributed,
            "at": row.at,
        },
    )


def session_attendances(user: User) -> Rows:
    """To which sessions one goes, or was asked to, of the last two days and to come."""
    found = SessionAttendee.objects.filter(user=user).select_related("session").order_by("session__starts_at", "pk")
    return Rows(found, lambda row: {"session": str(row.session), "begins": row.session.starts_at, "how": row.manner, "state": row.state})


def declared_presences(user: User) -> Rows:
    found = DeclaredPresence.objects.filter(user=user).order_by("day", "pk")
    return Rows(found, lambda row: {"day": row.day, "half": row.half, "place": row.place})


def forget_sessions_of(user: User) -> None:
    """Where this person was, and notes for nobody else; what others read stays without a name."""
    SessionNote.objects.filter(by=user, circle=None).delete()
    SessionAttendee.objects.filter(user=user).delete()
    DeclaredPresence.objects.filter(user=user).delete()


def own_seats(user: User) -> list[dict[str, object]]:
    """Her seats on delegations. The only file that ever holds them, and only her own."""
    found = Seat.objects.of(user).select_related("assembly").order_by("assembly__starts_on", "pk")
    people = User.objects.in_bulk({pk for seat in found for pk in seat.people})
    circles = Circle.objects.of(user).in_bulk([seat.circle for seat in found if seat.circle])
    return [
        {
            "assembly": str(seat.assembly),
            "delegation": countries.name(seat.country),
            "told_to": [people[pk].name for pk in seat.people if pk in people],
            "told_to_circle": circles[seat.circle].name if seat.circle in circles else "",
        }
        for seat in found
    ]


def own_notes(user: User) -> list[dict[str, object]]:
    """Confidential notes that this person wrote. Those of which she is a reader are their authors'."""
    return [{"about": str(note.about), "text": note.text, "at": note.at, "told_to": note.told_to} for note in notes_written_by(user)]


def unavailable(user: User) -> Rows:
    """What she said she is not available on, and what she hides from herself."""
    marks = marks_of(user)
    found = Unavailability.objects.filter(user=user).select_related("resolution", "delegation__assembly").order_by("pk")
    return Rows(found, lambda row: {"about": str(row), "hidden_from_me": row.mark in marks})


def absences(user: User) -> Rows:
    """When she said that she is away."""
    return Rows(
        Absence.objects.filter(user=user).order_by("starts_on", "pk"),
        lambda row: {"first_day": row.starts_on, "last_day": row.ends_on},
    )


def contacts(user: User) -> Rows:
    """Contacts with delegations that this person made or logged, as far as they may still be read."""
    found = Contact.objects.visible_to(user).filter(Q(person=user) | Q(by=user)).order_by("at", "pk")
    return Rows(
        found.select_related("delegation", "resolution"),
        lambda row: {
            "delegation": str(row.delegation),
            "resolution": row.resolution.short_name,
            "ask": row.ask,
            "wording": row.wording,
            "asked_on": row.asked_on,
            "answer": row.answer,
        },
    )


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
    personal_data.register("mandates", mandates)
    personal_data.register("follow_ups", follow_ups)
    personal_data.register("readings", readings)
    personal_data.register("positions", positions)
    personal_data.register("verdicts", verdicts)
    personal_data.register("study_groups", study_groups)
    personal_data.register("naming_consents", naming_consents)
    personal_data.register("statements", statements)
    personal_data.register("statement_answers", statement_answers)
    personal_data.register("statement_invitations", statement_invitations)
    personal_data.register("red_lines", red_lines)
    personal_data.register("found_to_hold", found_to_hold)
    personal_data.register("position_answers", position_answers)
    personal_data.register("delegation_notes", delegation_notes)
    personal_data.register("session_notes", session_notes)
    personal_data.register("session_attendances", session_attendances)
    personal_data.register("declared_presences", declared_presences)
    personal_data.register("own_seats", own_seats)
    personal_data.register("confidential_notes", own_notes)
    personal_data.register("unavailable", unavailable)
    personal_data.register("absences", absences)
    personal_data.register("contacts", contacts)
    personal_data.register("discarded", discarded)
    personal_data.register_refusal(last_lead)
    personal_data.register_refusal(read_by_her_alone)
    personal_data.register_on_erase(throw_away_for_good)
    personal_data.register_on_erase(forget_sessions_of)
    personal_data.register_on_erase(seats.forget)
    personal_data.register_on_erase(availability.forget)
    personal_data.register_on_erase(absences_services.forget)
    personal_data.register_on_erase(confidential_notes.forget)
    personal_data.register_on_erase(stop_following)
    personal_data.register_on_erase(membership.leave_all)
    leaving.register_on_last_leave(stop_watching)
