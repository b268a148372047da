"""What a coalition asks of delegations, what they answer, and whether it came into a text."""

import uuid
from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from amnt.accounts.models import User
from amnt.core.idempotency import Submitted
from amnt.encryption.fields import EncryptedCharField, EncryptedTextField
from coalitions.models.availability import without_hidden
from coalitions.models.circles import Circle, circles_of
from coalitions.models.delegations import FRESH_FOR, Delegation
from coalitions.models.people import is_here
from coalitions.models.readings import OfCircleQuerySet
from resolutions.models import Proposal, Resolution

# Who has not answered for longer counts as silent.
SILENT_AFTER = timedelta(days=14)


class Answer(models.TextChoices):
    NONE = "none", _("no answer yet")
    YES = "yes", pgettext_lazy("answer of a delegation", "yes")
    PARTLY = "partly", pgettext_lazy("answer of a delegation", "partly")
    WILL_SEE = "will-see", _("will see")
    NO = "no", pgettext_lazy("answer of a delegation", "no")


class InText(models.TextChoices):
    YES = "yes", _("in the text")
    PARTLY = "partly", _("partly in the text")
    NO = "no", _("not in the text")


class ContactQuerySet(OfCircleQuerySet):
    resolutions = ("resolution",)
    delegations = ("delegation",)

    def with_people(self) -> "ContactQuerySet":
        """With what a line says of each; adds `person_is_here`."""
        about = ("person", "delegation__assembly", "resolution", "circle__coalition", "proposal")
        return self.select_related(*about).annotate(person_is_here=is_here("person", of="circle__coalition"))

    def latest_first(self) -> "ContactQuerySet":
        return self.order_by("-asked_on", "-pk")

    def on_subject(self, delegation: Delegation, resolution: Resolution) -> "ContactQuerySet":
        return self.filter(delegation=delegation, resolution=resolution).latest_first()

    def unanswered(self) -> "ContactQuerySet":
        return self.filter(answer=Answer.NONE)

    def silent(self, on: date | None = None) -> "ContactQuerySet":
        """Asked more than two weeks ago, and no answer yet."""
        return self.unanswered().filter(asked_on__lt=(on or now().date()) - SILENT_AFTER)

    def recent(self, on: date | None = None) -> "ContactQuerySet":
        """Asked, or answered, within six months."""
        since = (on or now().date()) - FRESH_FOR
        return self.filter(Q(asked_on__gte=since) | Q(answered_on__gte=since))

    def funnel(self) -> dict[str, tuple[int, int, int]]:
        """How many were asked, answered, and are in a text at least in part, by country. One query."""
        counts: dict[str, Any] = {
            "asked": Count("pk"),
            "answered": Count("pk", filter=~Q(answer=Answer.NONE)),
            "in_text": Count("pk", filter=~Q(answer=Answer.NONE) & Q(in_text__in=(InText.YES, InText.PARTLY))),
        }
        rows = self.order_by().values("delegation__country").annotate(**counts)
        return {row["delegation__country"]: (row["asked"], row["answered"], row["in_text"]) for row in rows}


class Contact(Submitted):
    """One ask to one delegation on one resolution, or on a clause of it: ask, answer, in the text. What was asked never changes.

    person -- who of ours asked; by -- who logged it
    clause -- identity of the clause, clause_name -- what it was called then
    wording -- the words asked for; empty where something is to go, or is put in no words yet
    office -- the one that was asked, never a person
    version -- counts its events
    """

    class Channel(models.TextChoices):
        LETTER = "letter", _("by letter")
        EMAIL = "email", _("by e-mail")
        CALL = "call", _("by phone or call")
        IN_PERSON = "in-person", _("in person")
        MEETING = "meeting", _("at a national meeting")
        OTHERS = "others", _("through others")

    LONGEST_WORDING = 2000

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    circle = models.ForeignKey(Circle, models.PROTECT, related_name="contacts", verbose_name=_("who may read"))
    delegation = models.ForeignKey(Delegation, models.PROTECT, related_name="contacts", verbose_name=_("delegation"))
    resolution = models.ForeignKey(Resolution, models.PROTECT, related_name="contacts", verbose_name=_("resolution"))
    clause = models.UUIDField(null=True, editable=False)
    clause_name = EncryptedCharField(max_length=200, blank=True, editable=False)
    ask = EncryptedCharField(_("what we ask"), max_length=200)
    wording = EncryptedTextField(_("the words we ask for"), max_length=LONGEST_WORDING, blank=True)
    office = EncryptedCharField(_("which office"), max_length=200, blank=True)
    channel = models.CharField(_("how"), max_length=9, choices=Channel.choices)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("who asked"), editable=False
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    asked_on = models.DateField(_("asked on"))
    expected_on = models.DateField(_("answer expected by"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=8, choices=Answer.choices, default=Answer.NONE)
    answered_on = models.DateField(_("answered on"), null=True, editable=False)
    in_text = models.CharField(_("in the text?"), max_length=6, choices=InText.choices, blank=True, editable=False)
    proposal = models.ForeignKey(Proposal, models.SET_NULL, null=True, editable=False, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)
    at = models.DateTimeField(default=now, editable=False)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        indexes = [
            models.Index(fields=["delegation", "resolution", "-asked_on"], name="contact_on_subject"),
            models.Index(fields=["resolution", "-asked_on"], name="contact_on_resolution"),
            models.Index(fields=["circle", "asked_on"], condition=Q(answer="none"), name="contact_unanswered"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(answer="none") ^ Q(answered_on__isnull=False), name="contact_answered_says_when"),
        ]

    def __str__(self) -> str:
        return self.ask

    def get_absolute_url(self) -> str:
        return reverse("coalitions:contact", args=[self.public_id])

    @property
    def is_answered(self) -> bool:
        return self.answer != Answer.NONE

    @property
    def is_silent(self) -> bool:
        return not self.is_answered and self.asked_on < now().date() - SILENT_AFTER

    @property
    def is_in_text(self) -> bool:
        return self.in_text in (InText.YES, InText.PARTLY)

    @property
    def days(self) -> int:
        """Since it was asked."""
        return (now().date() - self.asked_on).days

    @property
    def mark(self) -> str:
        """Its shape in the margin of a list."""
        if self.is_in_text:
            return "done"
        return {Answer.NONE: "none", Answer.YES: "good", Answer.NO: "risk"}.get(Answer(self.answer), "mixed")


class ContactEventQuerySet(models.QuerySet["ContactEvent"]):
    def visible_to(self, user: User, circles: Collection[int] | None = None) -> "ContactEventQuerySet":
        if not user.is_authenticated:
            return self.none()
        rows = self.filter(contact__circle__in=circles_of(user, circles))
        about = {"resolutions": ("contact__resolution",), "delegations": ("contact__delegation",)}
        return without_hidden(rows, user, circle="contact__circle", **about)

    def with_people_here(self) -> "ContactEventQuerySet":
        return self.select_related("by", "proposal").annotate(by_is_here=is_here("by", of="contact__circle__coalition"))


class ContactEvent(models.Model):
    """What happened to a contact. Rows are added, never changed."""

    class Kind(models.TextChoices):
        ASKED = "asked", _("asked")
        ANSWERED = "answered", _("answered")
        JUDGED = "judged", _("compared with the text")

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    day = models.DateField()
    answer = models.CharField(max_length=8, choices=Answer.choices, blank=True)
    in_text = models.CharField(max_length=6, choices=InText.choices, blank=True)
    words = EncryptedTextField(_("in its words"), max_length=1000, blank=True)
    proposal = models.ForeignKey(Proposal, models.SET_NULL, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=now, editable=False)

    objects = ContactEventQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.day}"
