import uuid
from collections.abc import Collection

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import User
from amnt.core.idempotency import Submitted
from amnt.encryption.fields import EncryptedCharField, EncryptedJSONField
from coalitions.models.people import Coalition, Membership


class CircleQuerySet(models.QuerySet["Circle"]):
    def of(self, user: User) -> "CircleQuerySet":
        """The circles this person is in: the rule that filters everything private."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            pk__in=CircleMembership.objects.filter(
                membership__user=user, membership__left_at=None, membership__user__is_active=True
            ).values("circle")
        )

    def visible_to(self, user: User) -> "CircleQuerySet":
        return self.of(user)

    def by_name(self) -> "list[Circle]":
        """With their coalitions, by name, everyone's first. Sorted in Python, because names are encrypted."""
        rows = self.select_related("coalition").order_by("pk")
        return sorted(rows, key=lambda circle: (circle.coalition.name, not circle.is_everyone, circle.name.casefold()))

    def with_people(self) -> "CircleQuerySet":
        """Adds `people_now`, the number of its people."""
        is_current = Q(circle_memberships__membership__left_at=None, circle_memberships__membership__user__is_active=True)
        return self.annotate(people_now=Count("circle_memberships", filter=is_current))


def circles_of(user: User, circles: Collection[int] | None = None) -> "Collection[int] | CircleQuerySet":
    """The same for `circle__in=…`: the keys that a page looked up already and is limited to, else a subquery."""
    return Circle.objects.of(user) if circles is None else circles


class Circle(Submitted):
    """The people who may read a thing. Leads are in it only if named, except in *everyone*, which holds all members and leads."""

    class Kind(models.TextChoices):
        EVERYONE = "everyone", _("everyone in the coalition")
        RESTRICTED = "restricted", _("restricted circle")
        DELEGATION = "delegation", _("delegation only")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    coalition = models.ForeignKey(Coalition, models.CASCADE, related_name="circles")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.RESTRICTED)
    name = EncryptedCharField(_("name"), max_length=100, blank=True)
    purpose = EncryptedCharField(_("why it exists"), max_length=300, blank=True)
    # What makes it an issue group: {"resolutions": keys, "topics": tags, "regions": codes}; None while it does not say.
    subjects = EncryptedJSONField(_("what it is about"), null=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=now, editable=False)
    # Counts changes of its people and of its owner: whoever left does not come back by herself after one.
    people_version = models.PositiveIntegerField(default=0, editable=False)

    objects = CircleQuerySet.as_manager()

    class Meta:
        verbose_name = _("circle")
        verbose_name_plural = _("circles")
        constraints = [
            models.UniqueConstraint(fields=["coalition"], condition=Q(kind="everyone"), name="one_circle_of_everyone"),
            models.CheckConstraint(condition=Q(kind="everyone") | ~Q(name=""), name="circle_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name or str(self.get_kind_display())

    def get_absolute_url(self) -> str:
        return reverse("coalitions:circle", args=[self.public_id])

    @property
    def is_everyone(self) -> bool:
        return self.kind == self.Kind.EVERYONE

    @property
    def marking(self) -> str:
        """Who may read, as {% marking %} draws it."""
        return {self.Kind.EVERYONE: "coalition", self.Kind.RESTRICTED: "circle", self.Kind.DELEGATION: "delegation"}[self.Kind(self.kind)]

    def includes(self, user: User) -> bool:
        return self.people().filter(pk=user.pk).exists()

    def note_people_changed(self) -> None:
        Circle.objects.filter(pk=self.pk).update(people_version=F("people_version") + 1)

    def people(self) -> "models.QuerySet[User]":
        """The people in it now."""
        return User.objects.filter(
            is_active=True,
            pk__in=CircleMembership.objects.filter(circle=self, membership__left_at=None).values("membership__user"),
        )


class CircleMembershipQuerySet(models.QuerySet["CircleMembership"]):
    def current(self) -> "CircleMembershipQuerySet":
        return self.filter(membership__left_at=None, membership__user__is_active=True)


class CircleMembership(models.Model):
    """Belongs to the membership, not to the person: who leaves the coalition leaves all its circles."""

    circle = models.ForeignKey(Circle, models.CASCADE, related_name="circle_memberships")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="circle_memberships")
    created_at = models.DateTimeField(default=now, editable=False)

    objects = CircleMembershipQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["circle", "membership"], name="in_a_circle_once")]

    def __str__(self) -> str:
        return f"{self.membership} — {self.circle}"
