"""Joint statements: a frozen text, which organisations answer until it closes."""

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import User
from amnt.core.idempotency import Submitted
from amnt.encryption.fields import EncryptedCharField, EncryptedJSONField, EncryptedTextField, EncryptedURLField
from coalitions.models.circles import Circle, circles_of
from coalitions.models.mandates import Mandate, Naming
from coalitions.models.people import Membership, Organisation
from coalitions.models.readings import OfCircleQuerySet
from resolutions.models import Resolution


class StatementQuerySet(OfCircleQuerySet):
    def open(self, at: datetime | None = None):
        return self.filter(closes_at__gt=at or now())

    def closed(self, at: datetime | None = None):
        return self.filter(closes_at__lte=at or now())

    def to_lock(self, at: datetime | None = None):
        """Closed by the clock, and not yet locked."""
        return self.closed(at).filter(locked_at=None)

    def with_public_list_for(self, user: User):
        """Those this person reads, and those that were everyone's, once they have closed: observers read their lists."""
        return self.filter(Q(pk__in=self.visible_to(user).values("pk")) | Q(pk__in=self.closed_to(user).values("pk")))

    def closed_to(self, user: User):
        """Those of everyone in a coalition in which this person is, as an observer too, that have closed."""
        if not user.is_authenticated:
            return self.none()
        here = Membership.objects.current().filter(user=user).values("coalition")
        return self.closed().filter(circle__kind=Circle.Kind.EVERYONE, circle__coalition__in=here)

    def publishable(self):
        """Those of everyone in a coalition that have closed and whose list is locked: what may be shown outside is settled."""
        return self.closed().filter(circle__kind=Circle.Kind.EVERYONE, locked_at__isnull=False)

    def published(self):
        """Those that two leads of their coalition chose to show to everyone, without a log-in."""
        return self.publishable().filter(public_pages__coalition=F("circle__coalition"))

    def waiting_for(self, user: User, circles: Collection[int] | None = None, at: datetime | None = None):
        """Open ones whose newest text the organisation this person answers for has not answered."""
        mine = Mandate.objects.of(user).filter(membership__coalition=OuterRef("circle__coalition"))
        of_hers = Mandate.objects.of(user).filter(
            organisation=OuterRef("organisation"), membership__coalition=OuterRef("version__statement__circle__coalition")
        )
        answered = StatementAnswer.objects.that_count().filter(Exists(of_hers), version__statement=OuterRef("pk"), is_withdrawn=False)
        on_newest = answered.filter(version__number=OuterRef("newest"))
        return self.visible_to(user, circles).open(at).filter(Exists(mine), ~Exists(on_newest))


class Statement(Submitted):
    """A joint statement of a circle. Its texts never change: another text is another version, which everyone is asked about again."""

    LONGEST_OPEN = timedelta(days=366)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    circle = models.ForeignKey(Circle, models.PROTECT, related_name="statements", verbose_name=_("who may read"))
    resolution = models.ForeignKey(Resolution, models.PROTECT, null=True, blank=True, related_name="statements")
    title = EncryptedCharField(_("title"), max_length=200)
    draft_link = EncryptedURLField(_("where it was drafted"), max_length=500, blank=True)
    opened_at = models.DateTimeField(default=now, editable=False)
    closes_at = models.DateTimeField(_("closes"))
    # Written when it closes: which organisations were asked, so that nothing that happens afterwards changes what was counted.
    locked_at = models.DateTimeField(null=True, editable=False)
    asked = EncryptedJSONField(_("who was asked"), null=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    newest = models.PositiveSmallIntegerField(_("version"), default=1, editable=False)
    # Counts changes of its closing and its texts: whoever changes it says which she saw.
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(auto_now=True)

    objects = StatementQuerySet.as_manager()

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        indexes = [models.Index(fields=["closes_at"], name="statement_closes")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("coalitions:statement", args=[self.public_id])

    @property
    def is_open(self) -> bool:
        return self.closes_at > now()


class OfStatementQuerySet(models.QuerySet):
    def visible_to(self, user: User, circles: Collection[int] | None = None):
        return self.filter(statement__circle__in=circles_of(user, circles)) if user.is_authenticated else self.none()


class StatementVersion(Submitted):
    """One text of a statement, frozen. `text` is as `coalitions.statements.domain.fingerprint.frozen` leaves it."""

    LONGEST = 20_000

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    statement = models.ForeignKey(Statement, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE)
    text = EncryptedTextField(_("text"), max_length=LONGEST)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    at = models.DateTimeField(default=now, editable=False)

    objects = OfStatementQuerySet.as_manager()

    class Meta:
        verbose_name = _("text of a statement")
        verbose_name_plural = _("texts of statements")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["statement", "number"], name="statement_version_once")]

    def __str__(self) -> str:
        return f"{self.statement}, v{self.number}"


class StatementInvitationQuerySet(models.QuerySet["StatementInvitation"]):
    def visible_to(self, user: User, circles: Collection[int] | None = None) -> "StatementInvitationQuerySet":
        """Leads of the coalition who read the statement."""
        if not user.is_authenticated:
            return self.none()
        led = Membership.objects.current().filter(user=user, role=Membership.Role.LEAD)
        here = self.filter(statement__circle__in=circles_of(user, circles))
        return here.filter(statement__circle__coalition__in=led.values("coalition"))

    def that_count(self) -> "StatementInvitationQuerySet":
        """Of organisations that are asked: not taken back."""
        return self.filter(revoked_at=None)

    def open(self) -> "StatementInvitationQuerySet":
        """Those whose link opens something."""
        return self.that_count().filter(locked_at=None, statement__closes_at__gt=now())


class StatementInvitation(Submitted):
    """A link for one organisation outside the coalition, which opens this statement and nothing else until it closes.

    Only the hash of its key is stored (`coalitions.statements.domain.co_sign_keys`). It does not say whether it was answered: what may be
    told of that stands in `coalitions.statements.read_models.tally`.

    contact -- to whom the link goes, for leads; revoked_at -- taken back, with what was answered through it
    locked_at -- its link was closed with the instance; what was answered stays
    """

    MOST = 100

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    statement = models.ForeignKey(Statement, models.CASCADE, related_name="invitations")
    name = EncryptedCharField(_("organisation"), max_length=200)
    contact = EncryptedCharField(_("to whom the link goes"), max_length=200, blank=True)
    language = models.CharField(_("language of its page"), max_length=2, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    at = models.DateTimeField(default=now, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)
    locked_at = models.DateTimeField(null=True, editable=False)

    objects = StatementInvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation to sign")
        verbose_name_plural = _("invitations to sign")

    def __str__(self) -> str:
        return self.name


class StatementAnswerQuerySet(models.QuerySet):
    def visible_to(self, user: User, circles: Collection[int] | None = None):
        """Those of the organisation one answers for. Of the others, `read_models/tally.py` tells what may be told."""
        if not user.is_authenticated:
            return self.none()
        hers = Mandate.objects.of(user).filter(
            organisation=OuterRef("organisation"), membership__coalition=OuterRef("version__statement__circle__coalition")
        )
        return self.filter(Exists(hers), version__statement__circle__in=circles_of(user, circles))

    def that_count(self):
        return self.filter(is_latest=True)


class StatementAnswer(Submitted):
    """What an organisation answered to one text. Never changed: another answer is another row, and the latest counts.

    organisation, invitation -- one of both: of the coalition, or from outside, through a link
    name -- of the organisation when it answered, as the list keeps it
    fingerprint -- of the text that was answered: an answer to another text than the one that stands there does not count
    is_withdrawn -- taken back: as if it had not answered
    """

    LONGEST_RESERVATION = 300

    class Choice(models.TextChoices):
        ENDORSE = "endorse", _("endorse")
        RESERVATION = "reservation", _("endorse with a reservation")
        NOT_NOW = "not-now", _("not this time")
        TIME = "time", _("need more time")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.ForeignKey(StatementVersion, models.CASCADE, related_name="answers")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="statement_answers")
    invitation = models.ForeignKey(StatementInvitation, models.CASCADE, null=True, related_name="answers")
    name = EncryptedCharField(_("name"), max_length=200)
    choice = EncryptedCharField(_("answer"), max_length=11, choices=Choice.choices)
    reservation = EncryptedCharField(_("reservation"), max_length=LONGEST_RESERVATION, blank=True)
    naming = EncryptedCharField(_("where it may be named"), max_length=7, choices=Naming.choices, default=Naming.NOWHERE)
    fingerprint = EncryptedCharField(_("fingerprint of the text"), max_length=64)
    is_withdrawn = models.BooleanField(default=False, editable=False)
    is_latest = models.BooleanField(default=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    at = models.DateTimeField(default=now, editable=False)

    objects = StatementAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer to a statement")
        verbose_name_plural = _("answers to statements")
        indexes = [models.Index(fields=["version", "organisation"], name="statement_answer_of")]
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, invitation=None) | Q(organisation=None, invitation__isnull=False),
                name="statement_answer_of_one",
            )
        ]

    def __str__(self) -> str:
        return f"{self.version}, {self.at:%Y-%m-%d}"

    @property
    def endorses(self) -> bool:
        return self.choice in (self.Choice.ENDORSE, self.Choice.RESERVATION) and not self.is_withdrawn


class StatementReminder(models.Model):
    """This person was reminded of this statement, once for each step before each closing."""

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="reminders")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    hours = models.PositiveSmallIntegerField()
    closes_at = models.DateTimeField()
    at = models.DateTimeField(default=now, editable=False)

    class Meta:
        verbose_name = _("reminder of a statement")
        verbose_name_plural = _("reminders of statements")
        constraints = [models.UniqueConstraint(fields=["statement", "user", "hours", "closes_at"], name="statement_reminder_once")]

    def __str__(self) -> str:
        return f"{self.hours}, {self.at:%Y-%m-%d}"
