import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from amnt.accounts.models import User
from amnt.accounts.permissions import second_factors
from amnt.core.idempotency import Submitted
from resolutions.models import job_readers

if TYPE_CHECKING:
    from coalitions.models.circles import Circle


class Organisation(models.Model):
    """A civil-society organisation. Its people are members of coalitions; it has no access itself."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=200)
    country = CountryField(_("country"), blank=True)
    created_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")

    def __str__(self) -> str:
        return self.name


class CoalitionQuerySet(models.QuerySet["Coalition"]):
    def visible_to(self, user: User) -> "CoalitionQuerySet":
        """The coalitions one is in. Others are not even known to exist."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(pk__in=Membership.objects.current().filter(user=user).values("coalition"))

    def led_by(self, user: User) -> "CoalitionQuerySet":
        """Coalitions where this person may act as a lead now."""
        return self.filter(pk__in=Membership.objects.current().acting_leads().filter(user=user).values("coalition"))


class Coalition(models.Model):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=200)
    mail_ceiling = models.CharField(
        _("the most an e-mail may say"), max_length=8, choices=User.MailLevel.choices, default=User.MailLevel.STANDARD
    )
    # Whether leads may send mails to the public addresses of offices, one by one.
    asks_offices = models.BooleanField(_("mails to offices"), default=False)
    # Codes of the kinds of reminders that its people are not sent, and of those that never come as an e-mail of their own.
    reminders_off = models.JSONField(_("reminders not sent"), default=list, db_default=models.Value([], models.JSONField()))
    reminders_in_digest = models.JSONField(_("reminders only in the digest"), default=list, db_default=models.Value([], models.JSONField()))
    reminders_changed_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=now, editable=False)

    objects = CoalitionQuerySet.as_manager()

    class Meta:
        verbose_name = _("coalition")
        verbose_name_plural = _("coalitions")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("coalitions:detail", args=[self.public_id])

    @property
    def everyone(self) -> "Circle":
        """The circle of everyone, made with the coalition."""
        return self.circles.get(kind="everyone")


class CircleKey(NamedTuple):
    """A circle by its key, with what pages ask of it that show none of its words. A `Circle` has the same attributes."""

    pk: int
    coalition_id: int
    is_everyone: bool


@dataclass(frozen=True)
class MembershipContext:
    """The role of a person in each coalition (by key), where this person may act as lead now, and the circles this person is in."""

    roles: dict[int, str]
    led: frozenset[int]
    # Except circles of delegations, whose content is shown on their own pages only.
    circle_keys: tuple[CircleKey, ...] = ()
    every_circle: frozenset[int] = frozenset()
    # The circles that people are named into: restricted ones and delegations.
    circles_by_name: frozenset[int] = frozenset()
    # Where this person answers for an organisation, by coalition.
    answers_in: frozenset[int] = frozenset()
    # Of a newcomer: when observing ends and the role that is meant for her begins.
    observes_until: datetime | None = None

    @cached_property
    def circles(self) -> frozenset[int]:
        return frozenset(circle.pk for circle in self.circle_keys)

    @property
    def works_in(self) -> list[int]:
        """The coalitions this person is more than an observer of."""
        return [pk for pk, role in self.roles.items() if role != Membership.Role.OBSERVER]

    @property
    def works(self) -> bool:
        """Whether this person is more than an observer somewhere."""
        return bool(self.works_in)

    @property
    def observes(self) -> bool:
        return Membership.Role.OBSERVER in self.roles.values()

    @property
    def lacks_second_factor(self) -> bool:
        """Whether this person is a lead without the second factor that acting as one requires."""
        return not self.led and Membership.Role.LEAD in self.roles.values()


class MembershipQuerySet(models.QuerySet["Membership"]):
    def observed_long_enough(self) -> "MembershipQuerySet":
        """Newcomers whose time of observing is over."""
        return self.current().filter(observes_until__lte=now())

    def current(self) -> "MembershipQuerySet":
        return self.filter(left_at=None, user__is_active=True)

    def leads(self) -> "MembershipQuerySet":
        return self.filter(role=Membership.Role.LEAD)

    def acting_leads(self) -> "MembershipQuerySet":
        """Leads who may act as such: where this instance requires a second factor, those who have one."""
        leads = self.leads()
        if not settings.LEADS_NEED_SECOND_FACTOR:
            return leads
        return leads.filter(Exists(second_factors().filter(user=OuterRef("user"))))

    def working(self) -> "MembershipQuerySet":
        """Leads and members: those who can be named into circles."""
        return self.exclude(role=Membership.Role.OBSERVER)

    def for_list(self) -> "MembershipQuerySet":
        """Leads first, then by organisation and name."""
        lead_first = Case(When(role=Membership.Role.LEAD, then=0), default=1)
        by_organisation = F("organisation__name").asc(nulls_last=True)
        return self.select_related("user", "organisation").order_by(lead_first, by_organisation, "user__name", "pk")

    def people_by_coalition(self) -> dict[int, set[int]]:
        """The keys of these people, by the key of the coalition they are in. One query."""
        found: dict[int, set[int]] = defaultdict(set)
        for coalition, user in self.values_list("coalition_id", "user_id"):
            found[coalition].add(user)
        return found

    def visible_to(self, user: User, memberships: MembershipContext | None = None) -> "MembershipQuerySet":
        """An acting lead sees everyone; others the leads and the people of their circles; an observer the leads. And oneself. memberships
        -- those of the user, where a page looked them up already
        """
        if not user.is_authenticated:
            return self.none()
        led: Any
        coalitions: Any
        circles: Any
        if memberships is None:
            mine = Membership.objects.current().filter(user=user)
            by_name = mine.filter(circle_memberships__circle__kind__in=("restricted", "delegation"))
            led, coalitions = mine.acting_leads().values("coalition"), mine.values("coalition")
            circles = by_name.values("circle_memberships__circle")
        else:
            led, coalitions, circles = memberships.led, memberships.roles.keys(), memberships.circles_by_name
        seen = Q(user=user) | Q(coalition__in=led) | Q(coalition__in=coalitions, role=Membership.Role.LEAD)
        beside = Membership.objects.filter(circle_memberships__circle__in=circles)
        return self.current().filter(seen | Q(pk__in=beside.values("pk")))


class Membership(models.Model):
    """A person in a coalition. Leaving closes the row, and with it every circle membership."""

    class Role(models.TextChoices):
        LEAD = "lead", _("lead")
        MEMBER = "member", _("member")
        OBSERVER = "observer", _("observer")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    coalition = models.ForeignKey(Coalition, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.SET_NULL, null=True, blank=True, related_name="memberships")
    role = models.CharField(_("role"), max_length=8, choices=Role.choices, default=Role.MEMBER)
    # Who vouches for this person, shown to leads. Null for the first leads and for older rows.
    sponsor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    # An invited person observes until then, and then gets the intended role.
    observes_until = models.DateTimeField(null=True, editable=False)
    next_role = models.CharField(max_length=8, choices=Role.choices, blank=True, editable=False)
    joined_at = models.DateTimeField(default=now, editable=False)
    left_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(auto_now=True, db_index=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["coalition", "user"], condition=Q(left_at=None), name="member_once_at_a_time"),
            models.CheckConstraint(condition=Q(observes_until=None) ^ ~Q(next_role=""), name="observes_until_a_next_role"),
        ]

    def __str__(self) -> str:
        return f"{self.user} — {self.get_role_display()}"

    def get_absolute_url(self) -> str:
        return reverse("coalitions:member", args=[self.public_id])

    @property
    def audited_as(self) -> User:
        """The audit names the person by a pseudonym: the id of the membership would identify the person for ever."""
        return self.user

    @property
    def is_lead(self) -> bool:
        return self.role == self.Role.LEAD


def countries_of_organisations(user: User) -> list[str]:
    """ISO codes of where the organisations of this person are, as far as known."""
    codes = Membership.objects.current().filter(user=user).exclude(organisation__country="").values_list("organisation__country", flat=True)
    return list(dict.fromkeys(map(str, filter(None, codes))))


def is_here(person: str, *, of: str) -> Exists:
    """Whether the person in this column is in the coalition now: names of people who left are hidden."""
    return Exists(Membership.objects.current().filter(coalition=OuterRef(of), user=OuterRef(person)))


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> "InvitationQuerySet":
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=now())

    def waiting_for_leads(self) -> "InvitationQuerySet":
        """Accepted, and not yet answered by a second lead."""
        return self.filter(approval__answer="", approval__expires_at__gt=now())

    def visible_to(self, user: User) -> "InvitationQuerySet":
        """Leads see the invitations of their coalition."""
        return self.filter(coalition__in=Coalition.objects.led_by(user)) if user.is_authenticated else self.none()


def readers_of_jobs(user: User) -> Q:
    """Leads may withdraw imports of people of their coalitions, former ones too."""
    return Q(by__in=Membership.objects.filter(coalition__in=Coalition.objects.led_by(user)).values("user"))


if readers_of_jobs not in job_readers:
    job_readers.append(readers_of_jobs)


class Invitation(Submitted):
    """An invitation for one address, valid once and for seven days. Only the hash of its key is stored.

    Accepted, it waits for a second lead's yes (`approval`), unless there is none.
    """

    class Proof(models.TextChoices):
        CODE = "code", _("a code sent to the address")
        WORDS = "words", _("two words compared with a lead")

    MOST_CODES = 5
    MOST_TRIES = 3
    CODE_FOR = timedelta(minutes=30)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    coalition = models.ForeignKey(Coalition, models.CASCADE, related_name="invitations")
    organisation = models.ForeignKey(Organisation, models.SET_NULL, null=True, blank=True, related_name="+")
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=8, choices=Membership.Role.choices, default=Membership.Role.OBSERVER)
    language = models.CharField(_("language of the invitation"), max_length=2, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE)
    proof = models.CharField(_("how the person shows that it is them"), max_length=5, choices=Proof.choices, default=Proof.CODE)
    # The code sent last: its number, when, and how many tries. The code itself is computed.
    code_number = models.PositiveSmallIntegerField(default=0, editable=False)
    code_sent_at = models.DateTimeField(null=True, editable=False)
    code_tries = models.PositiveSmallIntegerField(default=0, editable=False)
    # Null for the first leads, who are invited by the command that founds a coalition.
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(default=now, editable=False)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, editable=False)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+")
    revoked_at = models.DateTimeField(null=True, editable=False)
    approval = models.OneToOneField("coalitions.Approval", models.SET_NULL, null=True, editable=False, related_name="+")

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.created_at:%Y-%m-%d}"

    @property
    def is_open(self) -> bool:
        return self.accepted_at is None and self.revoked_at is None and self.expires_at > now()

    @property
    def takes_code(self) -> bool:
        """Whether the code sent last is still valid."""
        sent = self.code_sent_at
        return sent is not None and sent > now() - self.CODE_FOR and self.code_tries < self.MOST_TRIES

    @property
    def tries_left(self) -> int:
        return self.MOST_TRIES - self.code_tries
