"""Who did what to which object, and when; never what was written.

Three tables are append-only: triggers in the database refuse every UPDATE, and every DELETE of what no checkpoint covers
(`amnt.audit.triggers`). A person appears in them only as a pseudonym, which a fourth table connects with her as long as she
is in the coalition.
"""

import json
import uuid

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from amnt.audit import acts

# The object_type of an act about a person: its object_id is then a pseudonym.
PERSON = "accounts.user"


class AuditLevel(models.TextChoices):
    """The classes of information (security model, section 1)."""

    PUBLIC = "C0", _("public")
    COALITION = "C1", _("coalition")
    RESTRICTED = "C2", _("restricted circle")
    DELEGATION = "C3", _("delegation only")


class Pseudonym(models.Model):
    """Connects a person with the rows of the audit that name her, in one coalition or, without one, in this instance.

    It has no foreign key and no unique column but its name, so that recording never waits for a lock. Two concurrent first acts may give a
    person two pseudonyms; readers use all of them.
    """

    name = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, db_constraint=False, related_name="+")
    coalition = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user", "coalition"], name="pseudonym_of_whom")]

    def __str__(self) -> str:
        return str(self.name)


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    def of(self, user: AbstractBaseUser) -> "AuditEntryQuerySet":
        """What this person did, and what was done to her access or role."""
        names = list(Pseudonym.objects.filter(user=user).values_list("name", flat=True))
        return self.filter(Q(actor__in=names) | Q(object_type=PERSON, object_id__in=[str(name) for name in names]))

    def of_coalition(self, public_id: uuid.UUID) -> "AuditEntryQuerySet":
        return self.filter(coalition=public_id)

    def of_instance(self) -> "AuditEntryQuerySet":
        """Acts on the instance's objects and on accounts: of no coalition, and without private actions."""
        return self.filter(coalition=None).exclude(level=AuditLevel.DELEGATION)

    def unsealed(self) -> "AuditEntryQuerySet":
        return self.filter(seal=None)


class AuditEntry(models.Model):
    """One act. Inserted in the transaction of the act, so that neither exists without the other."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    at = models.DateTimeField(default=now, db_index=True)
    act = models.CharField(max_length=60)
    level = models.CharField(max_length=2, choices=AuditLevel.choices)
    # The pseudonym of who did it; empty for commands of the host and for tasks.
    actor = models.UUIDField(null=True, db_index=True)
    coalition = models.UUIDField(null=True)
    circle = models.UUIDField(null=True)
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    fields = models.JSONField(default=list)
    key_id = models.CharField(max_length=8)
    signature = models.CharField(max_length=64)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["coalition", "at"], name="audit_of_coalition"),
            models.Index(fields=["object_type", "object_id"], name="audit_of_object"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.act}"

    @property
    def sentence(self) -> str:
        return acts.sentence_of(self.act)

    def canonical(self) -> str:
        """Every column but the signature as one text, the same on both databases."""
        columns = ("public_id", "at", "act", "level", "actor", "coalition", "circle", "object_type", "object_id", "fields", "key_id")
        values = [getattr(self, name) for name in columns]
        return json.dumps(["entry 1", *(value if value is None or isinstance(value, list) else str(value) for value in values)])


class AuditSeal(models.Model):
    """The place of an entry in the chain: its digest covers the entry and the seal before it.

    Written by a task after the entry is committed, so that no act waits for a lock on the chain.
    """

    position = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(AuditEntry, models.DO_NOTHING, db_constraint=False, related_name="seal")
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    key_id = models.CharField(max_length=8)
    signature = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.position} {self.digest[:12]}"


class AuditVerification(models.Model):
    """When the whole chain was last verified, for the health page. One row at most; it proves nothing and may be deleted."""

    at = models.DateTimeField(default=now)
    faults = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}, {self.faults} faults"


class AuditCheckpoint(models.Model):
    """Signed: the chain up to this position was intact and may be deleted. Verification starts here."""

    position = models.BigIntegerField(primary_key=True)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(default=now)
    key_id = models.CharField(max_length=8)
    signature = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.position} {self.digest[:12]}"

    def canonical(self) -> str:
        return json.dumps(["checkpoint 1", self.position, self.digest, str(self.at), self.key_id])
