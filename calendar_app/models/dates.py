import uuid
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField
from modeltranslation.utils import get_translation_fields

from amnt.accounts.models import check_zone
from amnt.core import times
from amnt.core.idempotency import Submitted
from amnt.encryption.fields import CharFieldEncryptedIfPrivate, EncryptedURLField, TextFieldEncryptedIfPrivate, encrypted_if_private
from coalitions.models import Circle, CircleMembership, Membership, circles_of
from resolutions.folding import FoldedField
from resolutions.models import ENDS_BEFORE_IT_STARTS, Assembly, DateStatus, Fact, RegionalGroup, Resolution

if TYPE_CHECKING:
    from amnt.accounts.models import User


def name_for(user: "User", field: str) -> Case:
    """The name behind a foreign key to a person, if the user may see that person; else an empty string."""
    known = Exists(Membership.objects.visible_to(user).filter(user=OuterRef(field)))
    return Case(When(Q(**{field: user.pk}) | known, then=F(f"{field}__name")), default=Value(""))


def address_of_date(target: "Assembly | Meeting | Deadline") -> str:
    """The page of what a change of date is about."""
    return reverse("calendar_app:assembly", args=[target.code]) if isinstance(target, Assembly) else target.get_absolute_url()


# From so long before, an assumption is to be looked up: what it assumes may be published by then.
LOOK_UP_FROM = timedelta(days=183)


class CertaintyMixin:
    """How sure the date is, as two questions of programs."""

    date_status: Any

    @property
    def is_assumption(self) -> bool:
        """Computed from earlier assemblies, not published: nobody may be told of it as a fact."""
        return bool(self.date_status == DateStatus.ASSUMPTION)

    @property
    def calendar_status(self) -> str:
        """The STATUS of an event of iCalendar (RFC 5545, section 3.8.1.11)."""
        return "CONFIRMED" if self.date_status == DateStatus.CONFIRMED else "TENTATIVE"


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, user: "User", circles: Collection[int] | None = None) -> "MeetingQuerySet":
        """Public meetings, and the calls of one's circles."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(circle=None) | Q(circle__in=circles_of(user, circles)))

    def public(self) -> "MeetingQuerySet":
        """What anybody may read, without a log-in: no call of a circle, and nothing that is only heard of."""
        return self.filter(circle=None).exclude(kind=Meeting.Kind.CALL).exclude(date_status=DateStatus.RUMOUR)

    def ahead(self) -> "MeetingQuerySet":
        return self.filter(ends_on__gte=now().date())

    def assumptions(self) -> "MeetingQuerySet":
        return self.filter(date_status=DateStatus.ASSUMPTION)

    def assumptions_soon(self, at: datetime | None = None) -> "MeetingQuerySet":
        """Public ones of the next months: what they assume may be published by now."""
        instant = at or now()
        return self.assumptions().filter(circle=None, at__gte=instant, at__lte=instant + LOOK_UP_FROM)

    def past(self) -> "MeetingQuerySet":
        return self.filter(ends_on__lt=now().date())

    def for_page(self, user: "User") -> "MeetingQuerySet":
        """With all that its page says of it; `checked_by` is empty if the reader may not know who that is."""
        return (
            self.visible_to(user)
            .select_related("assembly", "group", "circle", "circle__coalition")
            .annotate(
                checked_by=name_for(user, "verified_by"),
                is_watched=Exists(DateWatch.objects.filter(user=user, meeting=OuterRef("pk"))),
            )
        )


class Meeting(CertaintyMixin, Fact, Submitted):
    """A meeting: a regional preparatory meeting, TSAG, the assembly, a coalition's call."""

    class Kind(models.TextChoices):
        REGIONAL = "regional", _("regional preparatory meeting")
        INTER_REGIONAL = "inter-regional", _("inter-regional meeting")
        NATIONAL = "national", _("national meeting")
        ADVISORY = "advisory", _("advisory group (TSAG)")
        STUDY_GROUP = "study-group", _("study group")
        COUNCIL = "council", _("Council and its working groups")
        CONFERENCE = "conference", _("conference")
        ASSEMBLY = "assembly", _("assembly")
        FORUM = "forum", _("forum or consultation")
        CALL = "call", _("coalition call")

    class Mode(models.TextChoices):
        IN_PERSON = "in-person", _("in person")
        HYBRID = "hybrid", _("in person and remote")
        VIRTUAL = "virtual", _("remote")

    class Access(models.TextChoices):
        OPEN = "open", _("open to all")
        OBSERVERS = "observers", _("observers admitted")
        DELEGATION = "delegation", _("through a delegation")
        MEMBERSHIP = "membership", _("ITU members")
        MEMBER_STATES = "member-states", _("Member States only")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assembly = models.ForeignKey(Assembly, models.PROTECT, related_name="meetings", verbose_name=_("cycle"))
    kind = models.CharField(_("kind"), max_length=14, choices=Kind.choices)
    title = CharFieldEncryptedIfPrivate(_("title"), max_length=300, private_by="circle_id")
    source = TextFieldEncryptedIfPrivate(_("source"), blank=True, private_by="circle_id")
    group = models.ForeignKey(
        RegionalGroup, models.PROTECT, null=True, blank=True, related_name="meetings", verbose_name=_("regional group")
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    at = models.DateTimeField(_("begins"), db_index=True)
    has_hour = models.BooleanField(_("its hour is known"), default=False)
    zone = models.CharField(_("time zone"), max_length=64, default="Europe/Zurich", validators=[check_zone])
    city = CharFieldEncryptedIfPrivate(_("city"), max_length=100, blank=True, private_by="circle_id")
    country = CountryField(_("country"), blank=True)
    mode = models.CharField(_("how"), max_length=9, choices=Mode.choices, blank=True)
    access = models.CharField(_("who may enter"), max_length=13, choices=Access.choices, blank=True)
    date_status = models.CharField(_("the date is"), max_length=11, choices=DateStatus.choices, default=DateStatus.CONFIRMED)
    resolutions = models.ManyToManyField(Resolution, verbose_name=_("resolutions on its agenda"), blank=True, related_name="meetings")
    circle = models.ForeignKey(
        Circle,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="meetings",
        verbose_name=_("who may read"),
        help_text=_("Empty for a public meeting."),
    )
    is_example = models.BooleanField(_("example"), default=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(auto_now=True, db_index=True)
    search_text = FoldedField(of=(*get_translation_fields("title"), "city"), private_by="circle_id")

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="meeting_ends_after_it_starts",
                violation_error_message=ENDS_BEFORE_IT_STARTS,
            ),
            encrypted_if_private(
                *("title", *get_translation_fields("title"), "source", "city"),
                private=Q(circle__isnull=False),
                name="meeting_of_a_circle_is_encrypted",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("calendar_app:meeting", args=[self.public_id])

    @property
    def has_begun(self) -> bool:
        return self.at <= now()

    @property
    def is_past(self) -> bool:
        return self.ends_on < now().date()

    @property
    def is_private(self) -> bool:
        return self.circle_id is not None


def zone_of_region(group: RegionalGroup) -> str:
    """Where the last meeting of this region had its hour; empty if none had one."""
    with_hour = Meeting.objects.filter(group=group, circle=None, has_hour=True)
    return with_hour.order_by("-at").values_list("zone", flat=True).first() or ""


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    def visible_to(self, user: "User", circles: Collection[int] | None = None) -> "DeadlineQuerySet":
        """Public, unless it belongs to a meeting one may not see."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(meeting=None) | Q(meeting__circle=None) | Q(meeting__circle__in=circles_of(user, circles)))

    def public(self) -> "DeadlineQuerySet":
        """What anybody may read, without a log-in: of an assembly itself, or of a public meeting; nothing that is only heard of."""
        of_public = Q(meeting=None) | Q(meeting__in=Meeting.objects.public())
        return self.filter(of_public).exclude(date_status=DateStatus.RUMOUR)

    def ahead(self) -> "DeadlineQuerySet":
        return self.filter(at__gte=now())

    def assumptions(self) -> "DeadlineQuerySet":
        return self.filter(date_status=DateStatus.ASSUMPTION)

    def assumptions_soon(self, at: datetime | None = None) -> "DeadlineQuerySet":
        """As of meetings."""
        instant = at or now()
        return self.assumptions().filter(meeting__circle=None, at__gte=instant, at__lte=instant + LOOK_UP_FROM)

    def past(self) -> "DeadlineQuerySet":
        return self.filter(at__lt=now())

    def of_assemblies(self) -> "DeadlineQuerySet":
        """Deadlines of an assembly itself, without a meeting."""
        return self.filter(meeting=None)

    def to_prepare(self) -> "DeadlineQuerySet":
        """Registration, visa and funding of an assembly: what everyone who may go settles for herself."""
        return self.filter(Q(meeting=None) | Q(meeting__kind=Meeting.Kind.ASSEMBLY), kind__in=TO_PREPARE)

    def relative(self) -> "DeadlineQuerySet":
        """Deadlines that move with the first day they are counted from."""
        return self.filter(offset_days__isnull=False)

    def pinned(self) -> "DeadlineQuerySet":
        return self.filter(offset_days=None)

    def for_page(self, user: "User") -> "DeadlineQuerySet":
        """With all that its page says of it; `checked_by` is empty if the reader may not know who that is."""
        return (
            self.visible_to(user)
            .select_related("assembly", "meeting__group", "meeting__circle", "meeting__circle__coalition")
            .annotate(
                checked_by=name_for(user, "verified_by"),
                is_watched=Exists(DateWatch.objects.filter(user=user, deadline=OuterRef("pk"))),
            )
        )


class Deadline(CertaintyMixin, Fact, Submitted):
    """An instant with a zone, after which it is too late. One of a meeting moves with it, unless it is pinned."""

    class Kind(models.TextChoices):
        CONTRIBUTION = "contribution", _("contribution deadline")
        REGISTRATION = "registration", _("registration closes")
        DOCUMENT = "document", _("document deadline")
        VISA = "visa", _("visa")
        FUNDING = "funding", _("funding")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assembly = models.ForeignKey(Assembly, models.PROTECT, related_name="deadlines", verbose_name=_("cycle"))
    meeting = models.ForeignKey(Meeting, models.CASCADE, null=True, blank=True, related_name="deadlines", verbose_name=_("deadline of"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    title = CharFieldEncryptedIfPrivate(_("title"), max_length=300, private_by="meeting__circle_id")
    source = TextFieldEncryptedIfPrivate(_("source"), blank=True, private_by="meeting__circle_id")
    at = models.DateTimeField(_("instant"), db_index=True)
    has_hour = models.BooleanField(_("its hour is known"), default=True)
    zone = models.CharField(_("time zone"), max_length=64, default="Europe/Zurich", validators=[check_zone])
    # Counted from the first day of its meeting, or of the assembly: negative is before. None is a fixed date.
    offset_days = models.SmallIntegerField(_("days from the first day"), null=True, blank=True)
    date_status = models.CharField(_("the date is"), max_length=11, choices=DateStatus.choices, default=DateStatus.CONFIRMED)
    is_example = models.BooleanField(_("example"), default=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(auto_now=True, db_index=True)
    search_text = FoldedField(of=tuple(get_translation_fields("title")), private_by="meeting__circle_id")

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("calendar_app:deadline", args=[self.public_id])

    @property
    def is_past(self) -> bool:
        return self.at < now()

    @property
    def is_private(self) -> bool:
        return self.meeting is not None and self.meeting.is_private

    @property
    def is_to_prepare(self) -> bool:
        """As `to_prepare` finds them."""
        return self.kind in TO_PREPARE and (self.meeting is None or self.meeting.kind == Meeting.Kind.ASSEMBLY)


TO_PREPARE = (Deadline.Kind.REGISTRATION, Deadline.Kind.VISA, Deadline.Kind.FUNDING)


# Within this time of a date, a change of it needs a second person, and that a lead.
SECOND_PERSON_WITHIN = timedelta(days=30)


def instant_in(state: dict[str, Any]) -> datetime | None:
    """Of a date as changes record it; None while an assembly has no first day."""
    if "at" in state:
        return datetime.fromisoformat(state["at"])
    return times.instant_of(date.fromisoformat(state["starts_on"]), None, times.ITU_ZONE) if state["starts_on"] else None


def _is_near(state: dict[str, Any]) -> bool:
    instant = instant_in(state)
    return instant is not None and abs(instant - now()) <= SECOND_PERSON_WITHIN


class DateChangeQuerySet(models.QuerySet["DateChange"]):
    def visible_to(self, user: "User", circles: Collection[int] | None = None) -> "DateChangeQuerySet":
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            Q(assembly__isnull=False)
            | Q(meeting__in=Meeting.objects.visible_to(user, circles))
            | Q(deadline__in=Deadline.objects.visible_to(user, circles))
        )

    def public(self) -> "DateChangeQuerySet":
        """Changes of dates that anybody may read, without a log-in."""
        return self.filter(Q(assembly__isnull=False) | Q(meeting__in=Meeting.objects.public()) | Q(deadline__in=Deadline.objects.public()))

    def pending(self) -> "DateChangeQuerySet":
        """Changes that wait for a second person."""
        return self.filter(applied_at=None, rejected_at=None)

    def applied(self) -> "DateChangeQuerySet":
        return self.filter(applied_at__isnull=False)

    def told(self) -> "DateChangeQuerySet":
        """Changes of the day or hour of a meeting or deadline: the events from which notices are sent."""
        return self.filter(version__isnull=False)

    def for_list(self) -> "DateChangeQuerySet":
        return self.select_related("meeting__circle", "deadline__meeting__circle", "deadline__assembly", "assembly").order_by(
            "-proposed_at", "-pk"
        )

    def with_names_for(self, user: "User") -> "DateChangeQuerySet":
        """Adds `proposer` and `confirmer`, empty where the reader may not know them."""
        return self.annotate(proposer=name_for(user, "proposed_by"), confirmer=name_for(user, "confirmed_by"))


class DateChange(Submitted):
    """A change of an official date: old, new, source, proposer and confirmer. Only the answer is ever changed. Within thirty days of the
    date, a second person must confirm."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    meeting = models.ForeignKey(Meeting, models.CASCADE, null=True, blank=True, related_name="date_changes")
    deadline = models.ForeignKey(Deadline, models.CASCADE, null=True, blank=True, related_name="date_changes")
    assembly = models.ForeignKey(Assembly, models.CASCADE, null=True, blank=True, related_name="date_changes")
    # The change that caused this one, if it followed from another.
    because_of = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="consequences")
    old = models.JSONField()
    new = models.JSONField()
    source = EncryptedURLField(_("source"), max_length=500, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=now)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    applied_at = models.DateTimeField(null=True, blank=True)
    rejected_at = models.DateTimeField(null=True, blank=True)
    # The version of the meeting or deadline after the move; null for changes without notices: of an assembly itself, of a rumour.
    version = models.PositiveIntegerField(null=True, editable=False)

    objects = DateChangeQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["applied_at"], condition=Q(version__isnull=False), name="date_change_told")]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(meeting__isnull=False, deadline=None, assembly=None)
                    | Q(meeting=None, deadline__isnull=False, assembly=None)
                    | Q(meeting=None, deadline=None, assembly__isnull=False)
                ),
                name="date_change_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target}"

    @property
    def target(self) -> "Meeting | Deadline | Assembly":
        return self.meeting or self.deadline or self.assembly  # type: ignore[return-value]

    @property
    def is_near(self) -> bool:
        """Whether the old or the new date is so near that only a lead answers, whoever proposed it."""
        return any(_is_near(state) for state in (self.old, self.new))

    @property
    def is_pending(self) -> bool:
        return self.applied_at is None and self.rejected_at is None


class DateWatch(models.Model):
    """A person watches a date, and gets its reminders."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="date_watches")
    meeting = models.ForeignKey(Meeting, models.CASCADE, null=True, blank=True, related_name="watches")
    deadline = models.ForeignKey(Deadline, models.CASCADE, null=True, blank=True, related_name="watches")
    created_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(meeting=None) ^ Q(deadline=None), name="date_watch_of_one_thing"),
            models.UniqueConstraint(fields=["user", "meeting"], condition=Q(meeting__isnull=False), name="meeting_watch_once"),
            models.UniqueConstraint(fields=["user", "deadline"], condition=Q(deadline__isnull=False), name="deadline_watch_once"),
        ]

    def __str__(self) -> str:
        return f"{self.meeting or self.deadline}"


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    def visible_to(self, user: "User", circles: Collection[int] | None = None) -> "AttendanceQuerySet":
        """One's own, and those shared with one of one's circles."""
        if not user.is_authenticated:
            return self.none()
        still_in_it = CircleMembership.objects.current().filter(circle=OuterRef("circle"), membership__user=OuterRef("user"))
        return self.filter(Q(user=user) | Q(circle__in=circles_of(user, circles)) & Exists(still_in_it))


class Attendance(models.Model):
    class Status(models.TextChoices):
        GOING = "going", _("I want to go")
        REGISTERED = "registered", _("registered")
        REMOTE = "remote", _("following remotely")
        NOT = "not", _("not going")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="attendances")
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendances")
    status = models.CharField(max_length=10, choices=Status.choices)
    circle = models.ForeignKey(Circle, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("who may know"))
    changed_at = models.DateTimeField(auto_now=True, db_index=True)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        constraints = [models.UniqueConstraint(fields=["user", "meeting"], name="attendance_once")]

    def __str__(self) -> str:
        return str(self.get_status_display())
