import uuid
from datetime import time
from typing import ClassVar

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.sessions.base_session import AbstractBaseSession
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Lower
from django.utils.timezone import now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from amnt.core.idempotency import Submitted
from amnt.core.languages import reading_order, reads
from amnt.core.times import is_zone
from amnt.encryption.fields import EncryptedCharField, EncryptedTextField


def check_zone(name: str) -> None:
    if not is_zone(name):
        raise ValidationError(_("“%(name)s” is not a time zone we know. Choose one from the list."), params={"name": name})


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> "UserQuerySet":
        return self.filter(is_active=True)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str) -> "User":
        return self.get(email=email.strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person. The address is the login; the rest is how this person wants to be reached."""

    class MailLevel(models.TextChoices):
        DISCREET = "discreet", _("Discreet")
        STANDARD = "standard", _("Standard")
        DETAILED = "detailed", _("Detailed")

    class Rhythm(models.TextChoices):
        DAILY = "daily", _("A daily digest")
        WEEKLY = "weekly", _("On Mondays only")
        URGENT = "urgent", _("Urgent things only")

    class Weekend(models.TextChoices):
        SAT_SUN = "sat-sun", _("Saturday and Sunday")
        FRI_SAT = "fri-sat", _("Friday and Saturday")
        NONE = "none", _("None: any day will do")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    is_active = models.BooleanField(_("may log in"), default=True)
    is_staff = models.BooleanField(_("looks after this instance"), default=False)
    date_joined = models.DateTimeField(_("since"), default=now, editable=False)

    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE)
    # Codes of `languages.TextLanguage`; empty means all six.
    languages_read = models.JSONField(_("languages I read"), default=list, db_default=Value([], models.JSONField()), blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[check_zone])
    mail_level = models.CharField(_("what my e-mails say"), max_length=8, choices=MailLevel.choices, default=MailLevel.STANDARD)
    rhythm = models.CharField(_("frequency"), max_length=6, choices=Rhythm.choices, default=Rhythm.DAILY)
    digest_at = models.TimeField(_("time of the digest"), default=time(8, 30))
    quiet_from = models.TimeField(_("quiet from"), default=time(20))
    quiet_to = models.TimeField(_("quiet until"), default=time(8), help_text=_("The same hour twice means no quiet hours."))
    weekend = models.CharField(_("weekend"), max_length=7, choices=Weekend.choices, default=Weekend.SAT_SUN)
    reminder_days = models.JSONField(_("days before a date"), default=list, blank=True, help_text=_("Empty means each rule’s own days."))
    venue_time = models.BooleanField(
        _("the time of the venue during an assembly"),
        default=True,
        db_default=True,
        help_text=_("While an assembly sits in which you take part, quiet hours and the digest follow the clock there."),
    )
    has_search_key = models.BooleanField(
        _("the key / leads to the search"),
        default=True,
        db_default=True,
        help_text=_(
            "It works when you are not typing. Switch it off if you speak to your computer, or if your keyboard triggers it by mistake."
        ),
    )

    first_steps_done_at = models.DateTimeField(null=True, editable=False)
    seen_at = models.DateTimeField(_("last visit"), null=True, editable=False)
    seen_before_at = models.DateTimeField(_("visit before that"), null=True, editable=False)
    mail_refused_at = models.DateTimeField(_("mail refused since"), null=True, editable=False)
    # When the settings of reminders changed: they are planned again.
    changed_at = models.DateTimeField(auto_now=True, db_index=True, editable=False)
    erased_at = models.DateTimeField(_("erased"), null=True, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    EMAIL_FIELD = USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    # A name that can never be a host (RFC 2606): where the addresses of erased accounts point.
    ERASED_HOST = "erased.invalid"

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_whatever_the_case")]

    def __str__(self) -> str:
        return gettext("former member") if self.erased_at else self.name or self.email

    @property
    def short_name(self) -> str:
        """First name and initial, as lists show people: "Wanjiru K."; someone without a name is "—"."""
        if self.erased_at:
            return gettext("former member")
        first, *rest = self.name.split() or ["—"]
        # What stands in brackets is a remark, and no name.
        names = [word for word in rest if word[0].isalpha()]
        return f"{first} {names[-1][0]}." if names else first

    def reads(self, language: str) -> bool:
        """Whether texts in this language are shown to this person at once."""
        return reads(language, own=self.language, chosen=self.languages_read)

    @property
    def reading_order(self) -> tuple[str, ...]:
        return reading_order(self.language, self.languages_read)

    def lock(self) -> None:
        """Lock the row: a request sent twice runs one after the other, and the second finds what the first made."""
        User.objects.select_for_update(no_key=True).get(pk=self.pk)

    def note_changed(self) -> None:
        """Reminders are planned anew at the next tick: what is deleted, or put back as it was, has no instant that tells so."""
        User.objects.filter(pk=self.pk).update(changed_at=now())

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.short_name


class InstanceLock(models.Model):
    """A period without any log-in, after the server was seized or broken into. One without an end is in force."""

    locked_at = models.DateTimeField(default=now)
    unlocked_at = models.DateTimeField(null=True)
    # How many were logged in: locking deletes their rows, and the report of what a server held counts them.
    devices = models.PositiveIntegerField(default=0)
    # Which keys the environment had then, by eight digits that say nothing about them; and when all were changed since.
    secret_key_id = models.CharField(max_length=8, blank=True)
    field_key_id = models.CharField(max_length=8, blank=True)
    rotated_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.locked_at:%Y-%m-%d %H:%M}"


class ApiToken(Submitted):
    """An API key of a person. Only its hash is stored; the key is shown once."""

    class Scope(models.TextChoices):
        READ = "read", _("Read")
        WRITE = "write", _("Read and write")

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=100)
    scope = models.CharField(_("what it may do"), max_length=5, choices=Scope.choices, default=Scope.READ)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(default=now, editable=False)
    expires_at = models.DateTimeField(_("expires"))
    last_used_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")

    def __str__(self) -> str:
        return self.name

    @property
    def may_write(self) -> bool:
        return self.scope == self.Scope.WRITE

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= now()


class AccountRecoveryQuerySet(models.QuerySet["AccountRecovery"]):
    def under_way(self) -> "AccountRecoveryQuerySet":
        """Neither carried out nor stopped."""
        return self.filter(done_at=None, stopped_at=None)


class AccountRecovery(models.Model):
    """A request to restore access after the loss of the mailbox or all second factors. It takes effect at `due_at` unless it is stopped."""

    user = models.ForeignKey(User, models.CASCADE, related_name="recoveries")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    old_address = models.EmailField()
    new_address = models.EmailField(blank=True)
    removes_factors = models.BooleanField()
    by_host = models.BooleanField()
    # In the host's own words.
    asked_by = EncryptedCharField(_("who asked, and how that was made sure of"), max_length=200, blank=True)
    reason = EncryptedCharField(_("why it could not wait"), max_length=200, blank=True)
    started_at = models.DateTimeField(default=now, editable=False)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, editable=False)
    stopped_at = models.DateTimeField(null=True, editable=False)

    objects = AccountRecoveryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(done_at=None, stopped_at=None), name="one_open_recovery_a_person"),
            models.CheckConstraint(condition=Q(removes_factors=True) | ~Q(new_address=""), name="recovery_changes_something"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class Session(AbstractBaseSession):
    """A Django session, found by a digest of its key. See amnt/accounts/sessions.py.

    session_key -- the SHA-256 of the key, which is in the cookie alone
    """

    session_key = models.CharField(max_length=64, primary_key=True)
    session_data = EncryptedTextField()

    class Meta(AbstractBaseSession.Meta):
        abstract = False


class Device(models.Model):
    """A browser that a person is logged in with, as the list of devices shows it.

    digest -- of the key of its session
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="devices")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    ip = EncryptedCharField(max_length=39)
    user_agent = EncryptedCharField(max_length=200)
    created_at = models.DateTimeField(default=now)
    last_seen_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d}"


class EstablishedFactor(models.Model):
    """A second factor that replaced an established one, and so is established at once; for all others see `second_factors`."""

    authenticator = models.OneToOneField(Authenticator, models.CASCADE, primary_key=True, related_name="establishment")
    at = models.DateTimeField(default=now, editable=False)

    def __str__(self) -> str:
        return str(self.authenticator_id)


class ExposedFactor(models.Model):
    """A second factor whose secret was on a seized server: it is accepted once, to set up another."""

    authenticator = models.OneToOneField(Authenticator, models.CASCADE, primary_key=True, related_name="exposure")
    at = models.DateTimeField(default=now, editable=False)

    def __str__(self) -> str:
        return str(self.authenticator_id)


class AddressChange(models.Model):
    """The former address of an account: for two weeks, a link sent to it undoes the change."""

    user = models.ForeignKey(User, models.CASCADE, related_name="address_changes")
    old = models.EmailField()
    changed_at = models.DateTimeField(default=now, editable=False)

    def __str__(self) -> str:
        return str(self.pk)


class KnownBrowser(models.Model):
    """A browser with which a person has logged in, by the token in its cookie. See amnt/accounts/known_places.py."""

    user = models.ForeignKey(User, models.CASCADE, related_name="known_browsers")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    seen_at = models.DateTimeField(default=now, editable=False)

    def __str__(self) -> str:
        return str(self.pk)


class KnownNetwork(models.Model):
    """A network from which a person has logged in."""

    user = models.ForeignKey(User, models.CASCADE, related_name="known_networks")
    digest = models.CharField(max_length=64, editable=False)
    seen_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="known_network_once")]

    def __str__(self) -> str:
        return str(self.pk)
