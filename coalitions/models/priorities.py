"""What a coalition agreed on for all it does: its charter, and its priorities."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import User
from amnt.core.idempotency import Submitted
from amnt.encryption.fields import EncryptedCharField, EncryptedJSONField, EncryptedTextField
from coalitions.importers.advocacy import RightAtStake, in_reading_language, shipped_rights, shipped_suggestions
from coalitions.models.people import Coalition, Membership, is_here


def worked_in(user: User) -> Any:
    """The coalitions (as a subquery) in which this person is a lead or a member."""
    return Membership.objects.current().working().filter(user=user).values("coalition")


class CharterVersionQuerySet(models.QuerySet["CharterVersion"]):
    def visible_to(self, user: User, circles: Collection[int] | None = None) -> "CharterVersionQuerySet":
        """Of the coalitions this person is in, observers too."""
        return self.filter(coalition__in=Coalition.objects.visible_to(user).values("pk")) if user.is_authenticated else self.none()

    def newest_first(self) -> "CharterVersionQuerySet":
        return self.order_by("-version")


class CharterVersion(Submitted):
    """What the people of a coalition promise each other, in six lines at most. A version is never changed; the latest counts."""

    MOST_LINES = 6
    LONGEST = 1200  # characters

    coalition = models.ForeignKey(Coalition, models.CASCADE, related_name="charter_versions")
    version = models.PositiveSmallIntegerField(_("version"))
    text = EncryptedTextField(_("charter"), max_length=LONGEST)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    at = models.DateTimeField(default=now, editable=False)

    objects = CharterVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of the charter")
        verbose_name_plural = _("versions of the charter")
        constraints = [models.UniqueConstraint(fields=["coalition", "version"], name="charter_version_once")]

    def __str__(self) -> str:
        return f"{self.coalition}, v{self.version}"

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()


@dataclass(frozen=True)
class LinkedClause:
    """A clause of a resolution that a priority is about.

    identity -- of the clause, the same in every text; resolution -- key of its resolution
    """

    identity: uuid.UUID
    resolution: int


class PriorityQuerySet(models.QuerySet["Priority"]):
    def visible_to(self, user: User, circles: Collection[int] | None = None) -> "PriorityQuerySet":
        """Leads and members read those of their coalition, observers those that are published to them."""
        if not user.is_authenticated:
            return self.none()
        published = Q(published_at__isnull=False, coalition__in=Coalition.objects.visible_to(user).values("pk"))
        return self.filter(Q(coalition__in=worked_in(user)) | published)

    def in_order(self) -> "PriorityQuerySet":
        return self.order_by("coalition", "place", "pk")

    def with_author(self) -> "PriorityQuerySet":
        """With the author, and `by_is_here`."""
        return self.select_related("by").annotate(by_is_here=is_here("by", of="coalition"))


class Priority(Submitted):
    """What a coalition wants above all, and why; in the order in which it wants it.

    suggestion -- key of the suggestion that was adopted, whose words stand while title and reason are empty, in each reader's language
    about -- what it is about: keys of resolutions, identities of clauses, rights; encrypted, since it shows where the coalition will act
    published_at -- since when observers read it; None while only leads and members do
    """

    MOST = 12  # in one coalition: more would be none

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    coalition = models.ForeignKey(Coalition, models.CASCADE, related_name="priorities")
    place = models.PositiveSmallIntegerField(_("place"))
    suggestion = models.CharField(max_length=80, blank=True, editable=False)
    own_title = EncryptedCharField(_("title"), max_length=200, blank=True)
    own_why = EncryptedTextField(_("why"), max_length=1000, blank=True)
    about = EncryptedJSONField(_("what it is about"), default=dict)
    published_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    at = models.DateTimeField(default=now, editable=False)

    objects = PriorityQuerySet.as_manager()

    class Meta:
        verbose_name = _("priority")
        verbose_name_plural = _("priorities")
        constraints = [
            models.UniqueConstraint(fields=["coalition", "suggestion"], condition=~Q(suggestion=""), name="suggestion_adopted_once"),
            models.CheckConstraint(condition=~Q(suggestion="") | ~Q(own_title=""), name="priority_has_a_title"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("coalitions:priorities", args=[self.coalition.public_id]) + f"#priority-{self.public_id}"

    @property
    def title(self) -> str:
        suggested = shipped_suggestions().get(self.suggestion)
        return self.own_title or (in_reading_language(suggested.title) if suggested else "")

    @property
    def why(self) -> str:
        suggested = shipped_suggestions().get(self.suggestion)
        return self.own_why or (in_reading_language(suggested.why) if suggested and not self.own_title else "")

    @property
    def source(self) -> str:
        """Where the words come from, as long as they are those of a suggestion."""
        suggested = shipped_suggestions().get(self.suggestion)
        return suggested.source if suggested and not self.own_title else ""

    @property
    def resolution_keys(self) -> list[int]:
        return list(self.about.get("resolutions", []))

    @property
    def clauses(self) -> list[LinkedClause]:
        return [LinkedClause(uuid.UUID(identity), resolution) for identity, resolution in self.about.get("clauses", [])]

    @property
    def rights(self) -> list[RightAtStake]:
        known = shipped_rights()
        return [known[key] for key in self.about.get("rights", []) if key in known]

    @property
    def is_published(self) -> bool:
        return self.published_at is not None
