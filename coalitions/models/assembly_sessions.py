"""The sessions inside an assembly, who goes, and who said when they are there."""

import uuid
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import User
from amnt.core.idempotency import Submitted
from amnt.encryption.fields import EncryptedCharField
from coalitions.models.circles import Circle
from coalitions.models.people import Coalition, Membership
from coalitions.models.readings import OfCircleQuerySet
from resolutions.models import Assembly, Resolution

# A session of which nobody said when it ends.
USUAL_LENGTH = timedelta(hours=1)


class AssemblySessionQuerySet(OfCircleQuerySet):
    def of_day(self, day: date, zone: str) -> "AssemblySessionQuerySet":
        """Those that begin on this day, on the clock of the venue."""
        first = datetime.combine(day, datetime.min.time(), ZoneInfo(zone))
        last = datetime.combine(day + timedelta(days=1), datetime.min.time(), ZoneInfo(zone))
        return self.filter(starts_at__gte=first, starts_at__lt=last)

    def held(self) -> "AssemblySessionQuerySet":
        """Without those that were cancelled."""
        return self.filter(cancelled_at=None)

    def uncovered(self) -> "AssemblySessionQuerySet":
        """Those to come or going on to which nobody goes, in the room or listening. What the coalition holds itself needs nobody."""
        going = SessionAttendee.objects.going().filter(session=OuterRef("pk"))
        return self.held().exclude(standing=AssemblySession.Standing.OWN).filter(~Exists(going))

    def attended_by(self, user: User) -> "AssemblySessionQuerySet":
        """Those this person goes to, in the room or listening."""
        return self.filter(Exists(SessionAttendee.objects.going().filter(session=OuterRef("pk"), user=user)))

    def with_reports(self) -> "AssemblySessionQuerySet":
        """Adds `reports_now`: how many said that an informal session is held."""
        told = SessionReport.objects.filter(session=OuterRef("pk")).order_by().values("session")
        return self.annotate(reports_now=Coalesce(Subquery(told.annotate(number=Count("pk")).values("number")), 0))

    def with_attendance(self) -> "AssemblySessionQuerySet":
        """Adds `in_room_now` and `listening_now`, how many go: what stays of it, once who went is deleted."""

        def number(manner: str, kept: str) -> Coalesce:
            rows = SessionAttendee.objects.going().filter(session=OuterRef("pk"), manner=manner).order_by().values("session")
            return Coalesce(Subquery(rows.annotate(number=Count("pk")).values("number")), F(kept), 0, output_field=models.IntegerField())

        manners = SessionAttendee.Manner
        return self.annotate(in_room_now=number(manners.ROOM, "in_room"), listening_now=number(manners.LISTENING, "listening"))

    def in_order(self) -> "AssemblySessionQuerySet":
        return self.select_related("circle__coalition", "assembly").order_by("starts_at", "pk")


class AssemblySession(Submitted):
    """One session on one day of an assembly: official, or informal as somebody of the coalition reported it."""

    class Standing(models.TextChoices):
        OFFICIAL = "official", _("official")
        INFORMAL = "informal", _("informal")
        # A meeting of the coalition itself: the huddle in the morning, the plan in the evening.
        OWN = "own", _("of the coalition")

    class Group(models.TextChoices):
        PLENARY = "plenary", _("plenary")
        COMMITTEE = "committee", _("committee")
        WORKING_GROUP = "wg", _("working group")
        AD_HOC = "ad-hoc", _("ad hoc group")
        DRAFTING = "drafting", _("drafting group")
        OTHER = "other", _("other")

    # Of so many people an informal session is sure.
    REPORTS_THAT_CONFIRM = 2

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    circle = models.ForeignKey(Circle, models.PROTECT, related_name="assembly_sessions", verbose_name=_("who may read"))
    assembly = models.ForeignKey(Assembly, models.PROTECT, related_name="sessions", verbose_name=_("assembly"))
    standing = models.CharField(_("standing"), max_length=8, choices=Standing.choices, default=Standing.OFFICIAL)
    group = models.CharField(_("group"), max_length=9, choices=Group.choices, default=Group.OTHER)
    # As the programme names it; empty: its group and resolutions say what it is.
    title = EncryptedCharField(_("title"), max_length=200, blank=True)
    room = EncryptedCharField(_("room"), max_length=80, blank=True)
    starts_at = models.DateTimeField(_("begins"), db_index=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    resolutions = models.ManyToManyField(Resolution, through="SessionResolution", related_name="assembly_sessions")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    created_at = models.DateTimeField(default=now, editable=False)
    changed_at = models.DateTimeField(auto_now=True, db_index=True)
    cancelled_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    # How many were in the room and how many listened: what stays when who went is deleted.
    in_room = models.PositiveSmallIntegerField(null=True, editable=False)
    listening = models.PositiveSmallIntegerField(null=True, editable=False)

    objects = AssemblySessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session of an assembly")
        verbose_name_plural = _("sessions of assemblies")
        default_permissions = ()
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")), name="session_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(in_room=None, listening=None) | Q(in_room__isnull=False, listening__isnull=False),
                name="session_counts_together",
            ),
        ]

    def __str__(self) -> str:
        return session_name(self.title, group=self.group, standing=self.standing)

    def get_absolute_url(self) -> str:
        return reverse("coalitions:session", args=[self.public_id])

    @property
    def over_at(self) -> datetime:
        return self.ends_at or self.starts_at + USUAL_LENGTH

    @property
    def is_over(self) -> bool:
        return self.over_at < now()

    @property
    def day(self) -> date:
        """Its day at the venue."""
        return self.starts_at.astimezone(ZoneInfo(self.assembly.zone)).date()

    @property
    def needs_somebody(self) -> bool:
        """Whether it would be uncovered without anybody."""
        return self.cancelled_at is None and self.standing != self.Standing.OWN

    @property
    def is_confirmed(self) -> bool:
        """Of rows of `with_reports`: whether enough people say that it is held."""
        return self.reports_now >= self.REPORTS_THAT_CONFIRM  # type: ignore[attr-defined]

    def meets(self, other: "AssemblySession") -> bool:
        """Whether both are held at one time."""
        return self.starts_at < other.over_at and other.starts_at < self.over_at


KINDS: dict[str, Any] = {
    AssemblySession.Group.PLENARY: _("Plenary"),
    AssemblySession.Group.COMMITTEE: _("Committee"),
    AssemblySession.Group.WORKING_GROUP: _("Working group"),
    AssemblySession.Group.AD_HOC: _("Ad hoc group"),
    AssemblySession.Group.DRAFTING: _("Drafting group"),
}
UNNAMED: dict[str, Any] = {
    AssemblySession.Standing.OFFICIAL: _("Session"),
    AssemblySession.Standing.INFORMAL: _("Informal session"),
    AssemblySession.Standing.OWN: _("Meeting of the coalition"),
}
# So many resolutions of an agenda are named.
SHOWN_OF_AGENDA = 4


def session_name(title: str, *, group: str, standing: str, agenda: Sequence[str] = ()) -> str:
    """Its title, else what kind of session it is and on what. agenda -- the short names of its resolutions"""
    if title:
        return title
    kind = str(KINDS[group]) if group in KINDS else str(UNNAMED[standing])
    numbers = ", ".join(agenda[:SHOWN_OF_AGENDA])
    if len(agenda) > SHOWN_OF_AGENDA:
        numbers = gettext("%(numbers)s and %(more)s more") % {"numbers": numbers, "more": len(agenda) - SHOWN_OF_AGENDA}
    return f"{kind}, {numbers}" if numbers else kind


class OfSessionQuerySet(models.QuerySet):
    def visible_to(self, user: User, circles: Collection[int] | None = None):
        return self.filter(session__in=AssemblySession.objects.visible_to(user, circles))


class SessionResolution(models.Model):
    """A resolution that is on the agenda of a session."""

    session = models.ForeignKey(AssemblySession, models.CASCADE, related_name="agenda")
    resolution = models.ForeignKey(Resolution, models.PROTECT, related_name="+")

    objects = OfSessionQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["session", "resolution"], name="resolution_once_in_a_session")]

    def __str__(self) -> str:
        return f"{self.resolution}, {self.session}"


class SessionReport(models.Model):
    """Somebody says that an informal session is held: its reporter, and whoever confirms it. Who confirmed is not told."""

    session = models.ForeignKey(AssemblySession, models.CASCADE, related_name="reports")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=now, editable=False)

    objects = OfSessionQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["session", "by"], name="session_reported_once_by_each")]

    def __str__(self) -> str:
        return f"{self.session} {self.at:%Y-%m-%d %H:%M}"


class SessionAttendeeQuerySet(models.QuerySet["SessionAttendee"]):
    def visible_to(self, user: User, circles: Collection[int] | None = None) -> "SessionAttendeeQuerySet":
        """One's own; and of sessions one may see: to acting leads all, to others those of days on which they go to one themselves."""
        if not user.is_authenticated:
            return self.none()
        seen = AssemblySession.objects.visible_to(user, circles)
        led = Membership.objects.current().filter(user=user).acting_leads().values("coalition")
        mine = SessionAttendee.objects.going().filter(user=user)
        same_day = mine.filter(day=OuterRef("day"), session__circle__coalition=OuterRef("session__circle__coalition"))
        others = Q(session__circle__coalition__in=led) | Exists(same_day)
        return self.filter(Q(user=user) | others, session__in=seen)

    def waiting_for(self, user: User, circles: Any, at: datetime) -> "SessionAttendeeQuerySet":
        """Where this person was asked to go, of sessions of these circles that have not begun, and has not answered."""
        asked = self.filter(user=user, state=SessionAttendee.State.ASKED)
        return asked.filter(session__circle__in=circles, session__cancelled_at=None, session__starts_at__gt=at)

    def going(self) -> "SessionAttendeeQuerySet":
        return self.filter(state=SessionAttendee.State.GOES)


class SessionAttendee(models.Model):
    """Somebody goes to a session, in the room or listening from elsewhere; or is asked to. Deleted 48 hours after the session."""

    class Manner(models.TextChoices):
        ROOM = "room", _("in the room")
        LISTENING = "listening", _("listening")

    class State(models.TextChoices):
        ASKED = "asked", _("asked")
        GOES = "goes", _("goes")
        DECLINED = "declined", _("cannot go")

    KEPT_FOR = timedelta(hours=48)

    session = models.ForeignKey(AssemblySession, models.CASCADE, related_name="attendees")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="session_attendances")
    # The day of the session at its venue.
    day = models.DateField(db_index=True)
    manner = models.CharField(max_length=9, choices=Manner.choices, default=Manner.ROOM)
    state = models.CharField(max_length=8, choices=State.choices, default=State.GOES)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now=True)

    objects = SessionAttendeeQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["session", "user"], name="goes_to_a_session_once")]

    def __str__(self) -> str:
        return f"{self.session}: {self.get_state_display()}"


class DeclaredPresenceQuerySet(models.QuerySet["DeclaredPresence"]):
    def visible_to(self, user: User) -> "DeclaredPresenceQuerySet":
        """One's own; of one's coalitions: for acting leads all, for others those of days on which they go to a session themselves."""
        if not user.is_authenticated:
            return self.none()
        led = Membership.objects.current().filter(user=user).acting_leads().values("coalition")
        mine = SessionAttendee.objects.going().filter(user=user, day=OuterRef("day"))
        here = Membership.objects.current().filter(user=user, coalition=OuterRef("coalition"))
        same_day = mine.filter(session__circle__coalition=OuterRef("coalition"))
        return self.filter(Q(user=user) | Q(coalition__in=led) | Exists(same_day) & Exists(here))


class DeclaredPresence(models.Model):
    """Somebody said for one half of one day where they follow the assembly from, no nearer than this. Deleted 48 hours after that day."""

    class Half(models.TextChoices):
        MORNING = "morning", _("morning")
        AFTERNOON = "afternoon", _("afternoon")

    class Place(models.TextChoices):
        ON_SITE = "on-site", _("on site")
        REMOTE = "remote", _("from elsewhere")

    # The hour of the venue at which the afternoon begins.
    NOON = 13
    KEPT_FOR = timedelta(hours=48)

    coalition = models.ForeignKey(Coalition, models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="declared_presences")
    day = models.DateField(db_index=True)
    half = models.CharField(max_length=9, choices=Half.choices)
    place = models.CharField(max_length=7, choices=Place.choices)
    at = models.DateTimeField(auto_now=True)

    objects = DeclaredPresenceQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["coalition", "user", "day", "half"], name="presence_once_a_half_day")]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.half}"

    @classmethod
    def half_of(cls, instant: datetime, zone: str) -> str:
        """The half of the day at the venue that this instant is in."""
        return cls.Half.MORNING if instant.astimezone(ZoneInfo(zone)).hour < cls.NOON else cls.Half.AFTERNOON
