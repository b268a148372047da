"""What moved in a session of an assembly, as somebody who was there noted it."""

import uuid
from collections.abc import Collection
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import User
from amnt.core.idempotency import Submitted
from amnt.encryption.fields import EncryptedCharField
from coalitions.models.assembly_sessions import AssemblySession
from coalitions.models.availability import without_hidden
from coalitions.models.circles import Circle, circles_of
from coalitions.models.people import is_here
from resolutions.models import Resolution


class SessionNoteQuerySet(models.QuerySet["SessionNote"]):
    def visible_to(self, user: User, circles: Collection[int] | None = None) -> "SessionNoteQuerySet":
        """Those of one's circles, and one's own that are for nobody else; without what one hides from oneself."""
        if not user.is_authenticated:
            return self.none()
        rows = self.filter(Q(circle__in=circles_of(user, circles)) | Q(circle=None, by=user))
        return without_hidden(rows, user, resolutions=("resolution",))

    def by_author(self, user: User) -> "SessionNoteQuerySet":
        return self.filter(by=user)

    def with_author(self) -> "SessionNoteQuerySet":
        """With the author, who is told where the note is attributed, and `by_is_here`."""
        return self.select_related("by").annotate(by_is_here=is_here("by", of="session__circle__coalition"))

    def latest_first(self) -> "SessionNoteQuerySet":
        return self.select_related("session", "circle__coalition", "resolution").order_by("-at", "-pk")


class SessionNote(Submitted):
    """What moved in a session: a sentence, which clause, its state and what comes next. Who said what is never asked."""

    # How long its author may correct it: what was read for longer is not changed under its readers.
    CORRECTED_WITHIN = timedelta(hours=24)

    class ClauseState(models.TextChoices):
        AGREED = "agreed", _("agreed")
        BRACKETED = "brackets", _("in brackets")
        OPEN = "open", _("open")

    class NextStep(models.TextChoices):
        SESSION = "session", _("another session")
        PLENARY = "plenary", _("plenary")
        UNKNOWN = "unknown", _("I do not know")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.ForeignKey(AssemblySession, models.CASCADE, related_name="notes")
    # None: for its author alone.
    circle = models.ForeignKey(Circle, models.PROTECT, null=True, related_name="session_notes", verbose_name=_("who may read"))
    resolution = models.ForeignKey(Resolution, models.PROTECT, null=True, related_name="session_notes")
    # The identity of a clause of the text in force, and what it was called then; a clause that the text does not have has a name only.
    clause = models.UUIDField(null=True, editable=False)
    clause_name = EncryptedCharField(_("which clause"), max_length=200, blank=True)
    moved = EncryptedCharField(_("what moved"), max_length=300)
    clause_state = models.CharField(_("it is now"), max_length=8, choices=ClauseState.choices, blank=True)
    next_step = models.CharField(_("and then"), max_length=7, choices=NextStep.choices, default=NextStep.UNKNOWN)
    next_session = models.ForeignKey(AssemblySession, models.SET_NULL, null=True, related_name="+")
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE)
    # Whether its readers see who wrote it.
    is_attributed = models.BooleanField(_("attributed"), default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="session_notes")
    at = models.DateTimeField(default=now, editable=False, db_index=True)

    objects = SessionNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note of a session")
        verbose_name_plural = _("notes of sessions")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(next_session=None) | Q(next_step="session"), name="session_note_next_session"),
            models.CheckConstraint(condition=Q(clause=None) | Q(resolution__isnull=False), name="session_note_clause_of_a_resolution"),
        ]

    def __str__(self) -> str:
        return f"{self.session}, {self.at:%Y-%m-%d %H:%M}"

    @property
    def may_be_corrected(self) -> bool:
        return now() < self.at + self.CORRECTED_WITHIN

    def get_absolute_url(self) -> str:
        return f"{reverse('coalitions:session', args=[self.session.public_id])}#{self.public_id}"
