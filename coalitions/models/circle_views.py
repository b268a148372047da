import uuid
from collections.abc import Collection

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import User
from coalitions.models.circles import Circle, circles_of


class CircleViewQuerySet(models.QuerySet["CircleView"]):
    def visible_to(self, user: User, circles: Collection[int] | None = None) -> "CircleViewQuerySet":
        """Views of circles that this person is in now."""
        return self.filter(circle__in=circles_of(user, circles))


class CircleView(models.Model):
    """A view of a thing of a restricted circle: one row per person, thing and day."""

    class Thing(models.TextChoices):
        CIRCLE = "circle", _("the page of the circle")
        FOLLOW_UP = "follow-up", _("a follow-up")
        CALL = "call", _("a call")
        READING = "reading", _("a reading of a proposal")
        POSITION = "position", _("a draft of a position")
        STATEMENT = "statement", _("a statement")
        NOTE = "note", _("a note about a delegation")
        VERDICT = "verdict", _("a verdict on an outcome")
        CONTACT = "contact", _("a contact with a delegation")
        DEBRIEF = "debrief", _("a debrief of a meeting")
        SESSION = "session", _("notes of a session")

    circle = models.ForeignKey(Circle, models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    thing = models.CharField(max_length=9, choices=Thing.choices)
    # For a reading, the id of its proposal.
    thing_id = models.UUIDField(default=uuid.uuid4)
    on = models.DateField(db_index=True)

    objects = CircleViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("opening of something of a circle")
        verbose_name_plural = _("openings of something of a circle")
        constraints = [models.UniqueConstraint(fields=["circle", "thing_id", "user", "on"], name="circle_view_once_a_day")]

    def __str__(self) -> str:
        return f"{self.thing}, {self.on}"
