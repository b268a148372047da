import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, Value, When
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from amnt.accounts.models import User
from amnt.core.idempotency import Submitted
from amnt.encryption.fields import EncryptedCharField, EncryptedURLField
from coalitions.models.availability import without_hidden
from coalitions.models.circles import Circle, circles_of
from coalitions.models.delegations import Delegation
from coalitions.models.people import Membership, is_here
from resolutions.models import Resolution

# How long a follow-up may have nobody before its leads are told.
NOBODY_FOR = timedelta(hours=48)
DUE_SOON = timedelta(hours=24)
# The kind of mail that tells of an assignment, as its reader may stop it; on its own for what is due so soon.
NOTICE_OF_ASSIGNMENT = "RR-09"
AT_ONCE_WITHIN = timedelta(hours=72)
# What a follow-up is for that stands for the end of something that was granted.
RENEWAL = "renewal"


def nobody_has(at: datetime | None = None) -> Q:
    """Follow-ups without an owner; those planned long ahead only once they are due."""
    return Q(owner=None) & ~Q(counts_once_due=True, due_at__gt=at or now())


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def visible_to(self, user: User, circles: Collection[int] | None = None) -> "FollowUpQuerySet":
        """Those of circles that this person is in."""
        if not user.is_authenticated:
            return self.none()
        rows = self.filter(circle__in=circles_of(user, circles))
        return without_hidden(rows, user, resolutions=("resolution",), delegations=("delegation",))

    def titles_for_observer(self, user: User) -> "models.QuerySet[FollowUp, str]":
        """Titles of follow-ups open to everyone in the coalition: all that an observer reads."""
        observed = Membership.objects.current().filter(user_id=user.pk, role=Membership.Role.OBSERVER).values("coalition")
        everyone = self.open().filter(circle__kind=Circle.Kind.EVERYONE, circle__coalition__in=observed)
        return everyone.order_by("-pk").values_list("title", flat=True)

    def open(self) -> "FollowUpQuerySet":
        return self.filter(closed_at=None)

    def closed(self) -> "FollowUpQuerySet":
        return self.filter(closed_at__isnull=False)

    def unowned(self) -> "FollowUpQuerySet":
        return self.open().filter(nobody_has())

    def overdue(self, at: datetime | None = None) -> "FollowUpQuerySet":
        return self.open().filter(due_at__lt=at or now())

    def of_person(self, user: User) -> "FollowUpQuerySet":
        return self.filter(Q(owner=user) | Q(backup=user))

    def readable_by_all(self) -> "FollowUpQuerySet":
        """Those that everyone in the coalition may read, for a printed sheet or a message to the group."""
        return self.filter(circle__kind=Circle.Kind.EVERYONE)

    def by_state(self) -> "FollowUpQuerySet":
        """In the order of the board's columns, by due instant in each."""
        ranks = [When(state=state, then=Value(rank)) for rank, state in enumerate(FollowUp.State.values)]
        return self.order_by(Case(*ranks, output_field=IntegerField()), "due_at", "pk")

    def latest_closed(self) -> "FollowUpQuerySet":
        return self.closed().order_by("-closed_at", "-pk")

    def with_people_here(self, *others: str) -> "FollowUpQuerySet":
        """Adds `owner_is_here`, `backup_is_here`, `assigned_by_is_here` and others asked for: names of people who left are hidden."""
        names = ("owner", "backup", "assigned_by", *others)
        return self.annotate(**{f"{name}_is_here": is_here(name, of="circle__coalition") for name in names})

    def with_news(self, user: User, since: datetime | None) -> "FollowUpQuerySet":
        """Adds `is_news`: whether another closed it since then, the last visit of this person; nothing is news without one."""
        closed = FollowUpEvent.objects.closed_by_others(user, since) if since else FollowUpEvent.objects.none()
        return self.annotate(is_news=Exists(closed.filter(follow_up=OuterRef("pk"))))

    def tally(self, user: User, shown: Q, weeks: list[datetime]) -> dict[str, int]:
        """Every number of the board in one query: of tabs, of columns under the filter `shown`, and overdue on these past instants."""
        instant = now()
        is_open = Q(closed_at=None)
        counts: dict[str, Any] = {
            "mine": Count("pk", filter=is_open & (Q(owner=user) | Q(backup=user))),
            "team": Count("pk", filter=is_open),
            "nobody": Count("pk", filter=is_open & nobody_has(instant)),
            "nobody_for_long": Count("pk", filter=is_open & nobody_has(instant) & Q(state_at__lt=instant - NOBODY_FOR)),
            "overdue": Count("pk", filter=is_open & Q(due_at__lt=instant)),
            "shown": Count("pk", filter=is_open & shown),
            "closed": Count("pk", filter=Q(closed_at__isnull=False) & shown),
        }
        for state in FollowUp.State:
            counts[state.name.lower()] = Count("pk", filter=Q(state=state) & shown)
        for number, week in enumerate(weeks):
            was_open = Q(closed_at=None) | Q(closed_at__gt=week)
            counts[f"overdue_{number}"] = Count("pk", filter=Q(created_at__lte=week, due_at__lt=week) & was_open)
        return self.aggregate(**counts)

    def for_list(self) -> "FollowUpQuerySet":
        return self.select_related("owner", "backup", "assigned_by", "resolution", "circle", "circle__coalition").order_by("due_at", "pk")


class FollowUp(Submitted):
    """One action: a title that begins with a verb, one owner, one backup, a due instant. Action in French, tarea in Spanish."""

    class State(models.TextChoices):
        TO_ACCEPT = "to-accept", _("not accepted yet")
        IN_HAND = "in-hand", _("in progress")
        BLOCKED = "blocked", _("blocked")
        DONE = "done", _("done")
        DROPPED = "dropped", _("dropped")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    circle = models.ForeignKey(Circle, models.PROTECT, related_name="follow_ups", verbose_name=_("who may read"))
    title = EncryptedCharField(_("title, beginning with a verb"), max_length=200)
    done_means = EncryptedCharField(_("what counts as done"), max_length=300, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="follow_ups", verbose_name=_("owner")
    )
    backup = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("backup"))
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+")
    assigned_at = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+")
    created_at = models.DateTimeField(default=now, editable=False)
    due_at = models.DateTimeField(_("due"))
    resolution = models.ForeignKey(
        Resolution, models.PROTECT, null=True, blank=True, related_name="follow_ups", verbose_name=_("resolution")
    )
    delegation = models.ForeignKey(
        Delegation, models.PROTECT, null=True, blank=True, related_name="follow_ups", verbose_name=_("delegation")
    )
    # Planned long ahead: while nobody has it, it is not counted as such before it is due.
    counts_once_due = models.BooleanField(default=False, editable=False)
    # The end of something that was granted: its owner is told sixty and thirty days before too.
    renews = models.BooleanField(default=False, editable=False)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.TO_ACCEPT)
    state_at = models.DateTimeField(default=now, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    evidence = EncryptedURLField(_("link as evidence"), max_length=500, blank=True)
    # Incremented with every new owner or due instant: reminders of an older version are not sent.
    version = models.PositiveIntegerField(default=1, editable=False)
    snoozed_until = models.DateTimeField(null=True, editable=False)
    changed_at = models.DateTimeField(auto_now=True, db_index=True)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        indexes = [
            models.Index(fields=["circle", "due_at"], condition=Q(closed_at=None), name="follow_up_open"),
            models.Index(fields=["circle", "-closed_at"], condition=Q(closed_at__isnull=False), name="follow_up_closed"),
            models.Index(fields=["owner", "due_at"], condition=Q(closed_at=None), name="follow_up_of_owner"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(closed_at=None) ^ Q(state__in=("done", "dropped")), name="follow_up_closed_says_so"),
            models.CheckConstraint(condition=Q(owner=None) | ~Q(owner=models.F("backup")), name="follow_up_backup_is_another"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("coalitions:follow-up", args=[self.public_id])

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    @property
    def is_overdue(self) -> bool:
        return self.closed_at is None and self.due_at < now()

    @property
    def is_due_soon(self) -> bool:
        return self.closed_at is None and now() <= self.due_at < now() + DUE_SOON

    @property
    def is_done(self) -> bool:
        return self.state == self.State.DONE

    @property
    def is_put_off(self) -> bool:
        return self.snoozed_until is not None and self.snoozed_until > now()

    @property
    def waits_for_answer(self) -> bool:
        """Whether somebody was asked to take it and has not answered yet."""
        return self.state == self.State.TO_ACCEPT and self.owner_id is not None


class FollowUpEventQuerySet(models.QuerySet["FollowUpEvent"]):
    def visible_to(self, user: User, circles: Collection[int] | None = None) -> "FollowUpEventQuerySet":
        if not user.is_authenticated:
            return self.none()
        rows = self.filter(follow_up__circle__in=circles_of(user, circles))
        paths = {"resolutions": ("follow_up__resolution",), "delegations": ("follow_up__delegation",)}
        return without_hidden(rows, user, circle="follow_up__circle", **paths)

    def with_people_here(self) -> "FollowUpEventQuerySet":
        """Adds `by_is_here` and `to_is_here`."""
        coalition = "follow_up__circle__coalition"
        return self.annotate(by_is_here=is_here("by", of=coalition), to_is_here=is_here("to", of=coalition))

    def closed_by_others(self, user: User, since: datetime) -> "FollowUpEventQuerySet":
        """What is new to this person of what is done or dropped."""
        closed = (FollowUpEvent.Kind.DONE, FollowUpEvent.Kind.DROPPED)
        return self.exclude(by=user).filter(kind__in=closed, at__gt=since, undone_by=None)

    def moves_since(self, weeks: list[datetime]) -> dict[str, int]:
        """How many follow-ups were opened and closed after each of these instants, in one query."""
        opened = Q(kind__in=(FollowUpEvent.Kind.CREATED, FollowUpEvent.Kind.REOPENED))
        closed = Q(kind__in=(FollowUpEvent.Kind.DONE, FollowUpEvent.Kind.DROPPED), undone_by=None)
        counts = {}
        for number, week in enumerate(weeks):
            counts[f"opened_{number}"] = Count("pk", filter=opened & Q(at__gt=week))
            counts[f"closed_{number}"] = Count("pk", filter=closed & Q(at__gt=week))
        return self.filter(at__gt=min(weeks)).aggregate(**counts)


class FollowUpEvent(models.Model):
    """What happened to a follow-up, who did it and when. Rows are added, never changed."""

    class Kind(models.TextChoices):
        CREATED = "created", _("created")
        ASSIGNED = "assigned", _("assigned")
        ACCEPTED = "accepted", pgettext_lazy("follow-up", "accepted")
        DECLINED = "declined", _("declined")
        HANDED_BACK = "handed-back", _("handed back")
        BLOCKED = "blocked", _("blocked")
        RESUMED = "resumed", _("taken up again")
        DONE = "done", _("done")
        DROPPED = "dropped", _("dropped")
        REOPENED = "reopened", _("reopened")
        CHANGED = "changed", _("changed")
        SNOOZED = "snoozed", _("reminder snoozed")
        PUT_BACK = "put-back", _("earlier words put back")
        UNDONE = "undone", _("undone")

    follow_up = models.ForeignKey(FollowUp, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=11, choices=Kind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=now, editable=False, db_index=True)
    # Names of the fields that changed, never their contents.
    fields = models.JSONField(default=list, blank=True)
    # Of an act that was undone in the minutes after it, the event that says so.
    undoes = models.OneToOneField("self", models.SET_NULL, null=True, editable=False, related_name="undone_by")

    objects = FollowUpEventQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d}"
