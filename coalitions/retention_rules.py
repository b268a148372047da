"""How long the content of circles, stored numbers, invitations and names on delegation cards are kept.

A thing belongs to the assembly it was written for: that of its document, else the first one to end after it was written and due.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import User
from amnt.mail.services import write_email
from amnt.retention.models import Notice
from amnt.retention.rules import Act, RetentionRule, Text, Upcoming, delete_in_batches, deletion_rule, register, register_upcoming
from coalitions.models import (
    Absence,
    Approval,
    Circle,
    CircleView,
    ConfidentialNote,
    Contact,
    Delegation,
    DelegationNote,
    FollowUp,
    HintDismissal,
    Invitation,
    KeptCopy,
    KeptNumber,
    OfficeCheck,
    OwnRoute,
    Position,
    Reading,
    RedLine,
    Seat,
    SessionNote,
    Statement,
    Unavailability,
    Verdict,
)
from coalitions.models.seats import SECRETS_KEPT_FOR
from coalitions.services import session_purge
from resolutions.models import Assembly, Contribution, Proposal

INVITATION_KEPT_FOR = timedelta(days=23)
OFFICE_CHECK_KEPT_FOR = timedelta(days=60)
CIRCLE_VIEWS_KEPT_FOR = timedelta(days=90)
APPROVAL_KEPT_FOR = timedelta(days=90)
ABSENCES_KEPT_FOR = timedelta(days=30)
CONTACTS_KEPT_FOR = timedelta(days=183)
NOTICE_DAYS = (7, 1)
RESTRICTED, DELEGATION = Circle.Kind.RESTRICTED, Circle.Kind.DELEGATION
KEPT_FOR = {DELEGATION: timedelta(days=30), RESTRICTED: timedelta(days=90)}

# --- Circles ----------------------------------------------------------------------------------------------------------


class KeptModel(NamedTuple):
    """A model whose rows belong to a circle.

    of_past -- those of an assembly that ended by this day.
    """

    model: type[Model]
    of_past: Callable[[date], Q]


def end_of(day: date) -> datetime:
    return make_aware(datetime.combine(day + timedelta(days=1), time()))


_kept: list[KeptModel] = []


def register_kept(kept: KeptModel) -> None:
    """Register a model whose rows belong to circles."""
    _kept.append(kept)


def last_end(at: datetime, kept_for: timedelta) -> date | None:
    """The last day of the latest assembly that ended longer ago than this."""
    ended = Assembly.objects.of_wtsa().filter(ends_on__lt=at.date() - kept_for).order_by("-ends_on")
    return ended.values_list("ends_on", flat=True).first()


def due_in(kind: str, at: datetime) -> list[QuerySet]:
    """The due rows of circles of this kind, by model."""
    day = last_end(at, KEPT_FOR[Circle.Kind(kind)])
    if day is None:
        return []
    return [kept.model._base_manager.filter(kept.of_past(day), circle__kind=kind) for kept in _kept]


def numbers_due(at: datetime) -> QuerySet[Contribution]:
    """Due numbers of restricted documents: personal ones and those of circles other than a delegation's as C2; else as C3."""
    of_delegations = Q(pk__in=KeptNumber.objects.filter(circle__kind=DELEGATION).values("contribution"))
    due = of_delegations & Q(assembly__ends_on__lt=at.date() - KEPT_FOR[DELEGATION])
    due |= ~of_delegations & Q(assembly__ends_on__lt=at.date() - KEPT_FOR[RESTRICTED])
    return Contribution.objects.filter(due, access=Contribution.Access.NUMBER_ONLY)


def delete_numbers(at: datetime) -> int:
    """With their proposals and what refers to them."""
    numbers = list(numbers_due(at).values_list("pk", flat=True))
    delete_in_batches(Proposal.objects.filter(contribution__in=numbers))
    return delete_in_batches(Contribution.objects.filter(pk__in=numbers))


def readers_of_due(kind: str, at: datetime) -> dict[User, date]:
    """The readers of what is due at this instant, with the end of its assembly."""
    day = last_end(at, KEPT_FOR[Circle.Kind(kind)])
    circles = {pk for rows in due_in(kind, at) for pk in rows.values_list("circle", flat=True).distinct()}
    circles |= set(KeptNumber.objects.filter(contribution__in=numbers_due(at), circle__kind=kind).values_list("circle", flat=True))
    people = User.objects.none()
    for circle in Circle.objects.filter(pk__in=circles):
        people = people | circle.people()
    return dict.fromkeys(people.distinct(), day) if day else {}


def deleted_on(kind: str, day: date) -> date:
    """The day in whose first hours what was written for the assembly that ended on `day` is deleted."""
    return day + KEPT_FOR[Circle.Kind(kind)] + timedelta(days=1)


def notify(kind: str, at: datetime) -> int:
    """Mail those who can read it, seven days and one day before, without saying what or of which circle."""
    told = 0
    for days in NOTICE_DAYS:
        for person, day in readers_of_due(kind, at + timedelta(days=days)).items():
            about = {"user": person, "rule": f"circles_{kind}", "about": day.isoformat()}
            if Notice.objects.filter(**about, step__lte=days).exists():
                continue
            _notice, is_new = Notice.objects.get_or_create(**about, step=days, defaults={"at": at})
            if is_new:
                # What is found late goes on the next day.
                on = max(deleted_on(kind, day), at.date() + timedelta(days=1))
                write_email("coalitions/retention", to=person, about={"on": on.isoformat()})
                told += 1
    return told


def upcoming(user: User, at: datetime) -> list[Upcoming]:
    """What will be deleted within seven days, as far as this person can read it."""
    found = []
    for kind, kept_for in KEPT_FOR.items():
        then = at + timedelta(days=NOTICE_DAYS[0])
        if (day := last_end(then, kept_for)) and day != last_end(at, kept_for):
            hers = Circle.objects.of(user).filter(kind=kind)
            found += [
                Upcoming(str(row), row.get_absolute_url() if hasattr(row, "get_absolute_url") else "", deleted_on(kind, day))
                for rows in due_in(kind, then)
                if rows.model is not KeptCopy  # its subject is listed already
                for row in rows.filter(circle__in=hers)
            ]
    return found


def circle_rule(kind: Circle.Kind, subject: Text, period: Text) -> RetentionRule:
    return RetentionRule(
        f"circles_{kind}",
        subject,
        period,
        _("deleted; people who can read it are notified 7 days and 1 day before"),
        count=lambda at: sum(rows.count() for rows in due_in(kind, at)),
        apply=lambda at: sum(delete_in_batches(rows) for rows in due_in(kind, at)),
        notify=lambda at: notify(kind, at),
    )


# --- What is one person's alone ---------------------------------------------------------------------------------------


def seats_due(at: datetime) -> QuerySet[Seat]:
    return Seat.objects.filter(assembly__ends_on__lt=at.date() - SECRETS_KEPT_FOR)


def confidential_due(at: datetime) -> QuerySet[ConfidentialNote]:
    return ConfidentialNote.objects.filter(assembly__ends_on__lt=at.date() - SECRETS_KEPT_FOR)


def session_notes_due(at: datetime) -> QuerySet[SessionNote]:
    """Those of restricted circles are deleted with what else these hold, and announced as that is."""
    of_all = Q(circle=None) | Q(circle__kind=Circle.Kind.EVERYONE)
    return SessionNote.objects.filter(of_all, session__assembly__ends_on__lt=at.date() - KEPT_FOR[RESTRICTED])


def in_silence(due: Callable[[datetime], QuerySet]) -> Act:
    """Deletes what is due, and tells no report of how many there were."""

    def apply(at: datetime) -> int:
        delete_in_batches(due(at))
        return 0

    return apply


def upcoming_seats(user: User, at: datetime) -> list[Upcoming]:
    """In the seven days before; told to its owner on her own pages only: no mail, and no row that would say that she was told."""
    due = seats_due(at + timedelta(days=NOTICE_DAYS[0])) & Seat.objects.of(user)
    ends = due.values_list("assembly__ends_on", flat=True)
    named = str(_("Your seat on a delegation"))
    return [Upcoming(named, reverse("coalitions:own-seat"), day + SECRETS_KEPT_FOR + timedelta(days=1)) for day in ends if day]


def upcoming_notes(user: User, at: datetime) -> list[Upcoming]:
    due = ConfidentialNote.objects.filter(pk__in=confidential_due(at + timedelta(days=NOTICE_DAYS[0]))).select_related("assembly")
    named, address = str(_("Your confidential notes")), reverse("coalitions:own-notes")
    ends = {note.assembly.ends_on for note in due.by_author(user)}
    return [Upcoming(named, address, day + SECRETS_KEPT_FOR + timedelta(days=1)) for day in ends if day]


# --- Invitations and delegation cards ---------------------------------------------------------------------------------


# What simple_history keeps of each card.
PAST_CARDS = Delegation.history.model  # type: ignore[attr-defined]


# What a card says of an office and of who heads it.
CONTACTS = ("head", "head_office", "office_email")


def cards_with_names(at: datetime) -> QuerySet[Delegation]:
    names_nobody = Q(**dict.fromkeys(CONTACTS, ""))
    past = PAST_CARDS.objects.exclude(names_nobody).values("id")
    old = Delegation.objects.filter(assembly__ends_on__lt=at.date() - CONTACTS_KEPT_FOR)
    return old.filter(~names_nobody | Q(pk__in=past))


def forget_contacts(at: datetime) -> int:
    """Delete name, office and address of the head of delegation, in the history of the card too."""
    keys = list(cards_with_names(at).values_list("pk", flat=True))
    with transaction.atomic():
        Delegation.objects.filter(pk__in=keys).update(**dict.fromkeys(CONTACTS, ""))
        PAST_CARDS.objects.filter(id__in=keys).update(**dict.fromkeys(CONTACTS, ""))
    return len(keys)


def register_all() -> None:
    register_kept(KeptModel(FollowUp, lambda day: Q(created_at__lt=end_of(day), due_at__lt=end_of(day))))
    register_kept(KeptModel(Reading, lambda day: Q(proposal__contribution__assembly__ends_on__lte=day)))
    register_kept(KeptModel(Position, lambda day: Q(at__lt=end_of(day))))
    register_kept(KeptModel(Statement, lambda day: Q(opened_at__lt=end_of(day), closes_at__lt=end_of(day))))
    register_kept(KeptModel(RedLine, lambda day: Q(at__lt=end_of(day))))
    register_kept(KeptModel(HintDismissal, lambda day: Q(at__lt=end_of(day))))
    register_kept(KeptModel(DelegationNote, lambda day: Q(at__lt=end_of(day))))
    register_kept(KeptModel(OwnRoute, lambda day: Q(created_at__lt=end_of(day), changed_at__lt=end_of(day)) & ~Q(until__gt=day)))
    register_kept(KeptModel(Verdict, lambda day: Q(assembly__ends_on__lte=day)))
    register_kept(KeptModel(Contact, lambda day: Q(at__lt=end_of(day))))
    register_kept(KeptModel(SessionNote, lambda day: Q(session__assembly__ends_on__lte=day)))
    register_kept(KeptModel(KeptCopy, lambda day: Q(belongs_at__lt=end_of(day))))
    register_upcoming(upcoming)
    register_upcoming(upcoming_seats)
    register_upcoming(upcoming_notes)
    register(
        RetentionRule(
            "confidential_notes",
            _("Notes that one person wrote for herself and those she named, stored encrypted without their names"),
            _("30 days after the end of the assembly"),
            _("deleted; a notice on your own pages says so in the week before"),
            count=lambda at: 0,
            apply=in_silence(confidential_due),
        )
    )
    register(
        RetentionRule(
            "seats",
            _("Seats on delegations, stored encrypted without the name of the person"),
            _("30 days after the end of the assembly"),
            _("deleted; a notice on your own pages says so in the week before"),
            count=lambda at: 0,
            apply=in_silence(seats_due),
        )
    )
    register(
        deletion_rule(
            "unavailable",
            _("What a person said they are not available on"),
            _("30 days after the end of the assembly"),
            _("deleted"),
            due=lambda at: Unavailability.objects.filter(assembly__ends_on__lt=at.date() - SECRETS_KEPT_FOR),
        )
    )
    register(
        deletion_rule(
            "absences",
            _("When a person is away"),
            _("30 days after the last day"),
            _("deleted"),
            due=lambda at: Absence.objects.filter(ends_on__lt=at.date() - ABSENCES_KEPT_FOR),
        )
    )
    register(
        circle_rule(
            DELEGATION,
            _("What only a delegation reads: follow-ups, calls, readings, positions"),
            _("30 days after the end of the assembly it was written for"),
        )
    )
    register(
        circle_rule(
            RESTRICTED,
            _("What a restricted circle reads: follow-ups, calls, readings, verdicts, drafts of positions, red lines"),
            _("90 days after the end of the assembly it was written for"),
        )
    )
    register(
        deletion_rule(
            "session_notes",
            _("Notes of sessions of an assembly that everyone in the coalition reads, or their author alone"),
            _("90 days after the end of the assembly"),
            _("deleted"),
            due=session_notes_due,
        )
    )
    register(
        RetentionRule(
            "session_attendees",
            _("Who goes to a session of an assembly, was asked to, or said where they are there"),
            _("48 hours after the session or the day"),
            _("deleted; how many were in the room and how many listened is kept"),
            count=lambda at: session_purge.due(at),
            apply=session_purge.purge,
        )
    )
    register(
        RetentionRule(
            "kept_numbers",
            _("Numbers of documents that are not public, and what is known of the proposals in them"),
            _("90 days after the end of the assembly; 30 days if only a delegation reads them"),
            _("deleted"),
            count=lambda at: numbers_due(at).count(),
            apply=delete_numbers,
        )
    )
    register(
        deletion_rule(
            "invitations",
            _("An invitation that nobody accepted, with the address it was sent to"),
            _("open for 7 days, then 23 days as a record"),
            _("deleted"),
            due=lambda at: Invitation.objects.filter(accepted_at=None, expires_at__lt=at - INVITATION_KEPT_FOR),
        )
    )
    register(
        deletion_rule(
            "office_checks",
            _("Which office was asked whether its card is right"),
            _("until its link has expired, then 60 days, in which it is not asked again"),
            _("deleted"),
            due=lambda at: OfficeCheck.objects.filter(expires_at__lt=at - OFFICE_CHECK_KEPT_FOR),
        )
    )
    register(
        deletion_rule(
            "circle_views",
            _("Who opened what of a restricted circle, and on which day"),
            _("90 days"),
            _("deleted"),
            due=lambda at: CircleView.objects.filter(on__lt=(at - CIRCLE_VIEWS_KEPT_FOR).date()),
        )
    )
    register(
        deletion_rule(
            "kept_copies",
            _("What was replaced or discarded: earlier wording of a follow-up, the reason for a hint that was set aside, a discarded file"),
            _("14 days, in which it can be restored; not longer than what it was part of"),
            _("deleted"),
            due=lambda at: KeptCopy.objects.old(at),
        )
    )
    register(
        deletion_rule(
            "approvals",
            _("What one lead asked for and another one answered"),
            _("90 days after it was closed"),
            _("deleted; the audit log keeps that it was done"),
            due=lambda at: Approval.objects.filter(expires_at__lt=at - APPROVAL_KEPT_FOR),
        )
    )
    register(
        RetentionRule(
            "government_contacts",
            _("Names, offices and addresses on the card of a delegation"),
            _("6 months after the end of the assembly"),
            _("deleted from the card and its history"),
            count=lambda at: cards_with_names(at).count(),
            apply=forget_contacts,
        )
    )
    register(
        RetentionRule(
            "archive",
            _("Positions, statements, readings, verdicts and follow-ups that everyone in a coalition reads, and public proposals"),
            _("as the coalition’s archive"),
            _("they no longer name a person once the account is deleted"),
        )
    )
