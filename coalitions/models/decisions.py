import uuid
from collections.abc import Collection

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import User
from amnt.core.idempotency import Submitted
from amnt.encryption.fields import EncryptedCharField, EncryptedTextField
from coalitions.models.circles import Circle
from coalitions.models.readings import OfCircleQuerySet
from resolutions.models import Resolution


class DecisionQuerySet(OfCircleQuerySet):
    resolutions = ("resolution",)

    def of_coalition(self, coalition: int, user: User, circles: Collection[int] | None = None):
        """Those of one coalition that this person may read, not those of delegations, which stand on their own pages only."""
        return self.visible_to(user, circles).filter(circle__coalition=coalition).exclude(circle__kind=Circle.Kind.DELEGATION)


class Decision(Submitted):
    """What was decided, when and by whom. An entry is never changed nor removed: a correction is a new entry.

    by -- who entered it; decided_by -- who decided, in words, if it was not that person alone
    corrects -- the entry that this one corrects
    """

    LONGEST = 1000

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    circle = models.ForeignKey(Circle, models.PROTECT, related_name="decisions", verbose_name=_("who may read"))
    text = EncryptedTextField(_("what was decided"), max_length=LONGEST)
    decided_by = EncryptedCharField(_("who decided"), max_length=200, blank=True)
    decided_on = models.DateField(_("decided on"))
    resolution = models.ForeignKey(Resolution, models.PROTECT, null=True, blank=True, related_name="decisions")
    corrects = models.OneToOneField("self", models.SET_NULL, null=True, blank=True, related_name="corrected_by")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    at = models.DateTimeField(default=now, editable=False)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        indexes = [models.Index(fields=["circle", "-at"], name="decision_latest")]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="decision_says_what")]

    def __str__(self) -> str:
        return f"{self.decided_on:%Y-%m-%d}"
