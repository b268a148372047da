"""Rows for tests, by their trade names. Each test shows its own world by what it passes."""

from datetime import UTC, date, datetime, timedelta

import factory
from django.utils.timezone import now
from factory.django import DjangoModelFactory

from amnt.accounts.models import User
from calendar_app.models import BackwardPlan, Deadline, Meeting
from coalitions.models import Circle, CircleMembership, Coalition, FollowUp, Membership, Organisation
from coalitions.services.membership import admit, found_coalition
from resolutions.models import Assembly, Clause, Contribution, Proposal, RegionalGroup, Resolution, Revision, RevisionText, Topic


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"Person{n} Example")
    language = "en"
    time_zone = "Africa/Nairobi"
    first_steps_done_at = factory.LazyFunction(now)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        return model_class.objects.create_user(*args, **kwargs)


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Organisation {n}")


def coalition(name: str = "Open Standards Network", **fields) -> Coalition:
    return found_coalition(name, **fields)


def member(of: Coalition, role: str = Membership.Role.MEMBER, **fields) -> User:
    """A person admitted to this coalition."""
    user = UserFactory(**fields)
    admit(of, user=user, role=role)
    return user


def lead(of: Coalition, **fields) -> User:
    return member(of, Membership.Role.LEAD, **fields)


def observer(of: Coalition, **fields) -> User:
    return member(of, Membership.Role.OBSERVER, **fields)


def circle_of(of: Coalition, *people: User, **fields) -> Circle:
    """A circle of this coalition in which these of its people stand, and nobody else."""
    circle = Circle.objects.create(coalition=of, **{"name": "Core group"} | fields)
    for person in people:
        CircleMembership.objects.create(circle=circle, membership=of.memberships.get(user=person))
    return circle


class AssemblyFactory(DjangoModelFactory):
    class Meta:
        model = Assembly
        django_get_or_create = ("code",)

    code = "WTSA-28"
    name_en = "World Telecommunication Standardization Assembly 2028"
    name_fr = "Assemblée mondiale de normalisation des télécommunications 2028"
    short_name_en = "WTSA-28"
    short_name_fr = short_name_es = "AMNT-28"
    starts_on = date(2028, 10, 17)
    ends_on = date(2028, 10, 26)
    date_status = "provisional"


class RegionalGroupFactory(DjangoModelFactory):
    class Meta:
        model = RegionalGroup
        django_get_or_create = ("code",)

    code = "ATU"
    name_en = "African Telecommunications Union"
    name_fr = "Union africaine des télécommunications"
    acronym_en = "ATU"
    acronym_fr = acronym_es = "UAT"
    countries = ["KE", "ZA"]


class TopicFactory(DjangoModelFactory):
    class Meta:
        model = Topic
        django_get_or_create = ("tag",)

    tag = "cybersecurity"
    name_en = "Cybersecurity"
    name_fr = "Cybersécurité"
    name_es = "Ciberseguridad"


class ResolutionFactory(DjangoModelFactory):
    class Meta:
        model = Resolution

    # Above those that tests name.
    number = factory.Sequence(lambda n: n + 301)
    slug = factory.LazyAttribute(lambda row: str(row.number))
    title_en = factory.LazyAttribute(lambda row: f"Title of resolution {row.number}")
    title_fr = factory.LazyAttribute(lambda row: f"Titre de la résolution {row.number}")


class RevisionFactory(DjangoModelFactory):
    class Meta:
        model = Revision

    resolution = factory.SubFactory(ResolutionFactory)
    assembly = factory.SubFactory(AssemblyFactory)
    label_en = "Rev. New Delhi, 2024"
    label_fr = "Rév. New Delhi, 2024"


class RevisionTextFactory(DjangoModelFactory):
    class Meta:
        model = RevisionText

    revision = factory.SubFactory(RevisionFactory)
    language = "en"


class ClauseFactory(DjangoModelFactory):
    class Meta:
        model = Clause

    version = factory.SubFactory(RevisionTextFactory)
    position = factory.Sequence(lambda n: n)
    part = "operative"
    call = "resolves"
    verb = "resolves"
    number = factory.LazyAttribute(lambda row: str(row.position + 1))
    text = factory.LazyAttribute(lambda row: f"to study example number {row.position + 1} further;")


class ContributionFactory(DjangoModelFactory):
    class Meta:
        model = Contribution

    assembly = factory.SubFactory(AssemblyFactory)
    number = factory.Sequence(lambda n: f"{n + 1}A1")
    language = "en"

    @classmethod
    def _adjust_kwargs(cls, **kwargs):
        if kwargs.get("access") == Contribution.Access.NUMBER_ONLY:
            kwargs["number"], kwargs["kept_number"] = "", kwargs["number"]
        return kwargs


class ProposalFactory(DjangoModelFactory):
    """Pass `group` or `countries`, unless its code says enough."""

    class Meta:
        model = Proposal

    contribution = factory.SubFactory(ContributionFactory)
    resolution = factory.SubFactory(ResolutionFactory)
    action = "MOD"
    identifier = factory.LazyAttribute(lambda row: f"EUR/{row.contribution.number}/1")
    sources = ["EUR"]


class FollowUpFactory(DjangoModelFactory):
    """Pass `circle` and `created_by`."""

    class Meta:
        model = FollowUp

    title = factory.Sequence(lambda n: f"Ask authority number {n}")
    due_at = factory.LazyFunction(lambda: now() + timedelta(days=10))


class MeetingFactory(DjangoModelFactory):
    class Meta:
        model = Meeting

    assembly = factory.SubFactory(AssemblyFactory)
    kind = Meeting.Kind.REGIONAL
    title_en = factory.Sequence(lambda n: f"Meeting {n}")
    title_fr = factory.Sequence(lambda n: f"Réunion {n}")
    group = factory.SubFactory(RegionalGroupFactory)
    starts_on = date(2028, 8, 7)
    ends_on = date(2028, 8, 11)
    at = factory.LazyAttribute(lambda row: datetime(row.starts_on.year, row.starts_on.month, row.starts_on.day, 9, tzinfo=UTC))
    zone = "Africa/Nairobi"
    has_hour = True


class DeadlineFactory(DjangoModelFactory):
    class Meta:
        model = Deadline

    assembly = factory.SubFactory(AssemblyFactory)
    kind = Deadline.Kind.CONTRIBUTION
    title_en = "Deadline for contributions to WTSA-28"
    title_fr = "Date limite de soumission des contributions à l’AMNT-28"
    at = datetime(2028, 9, 18, 21, 59, tzinfo=UTC)
    zone = "Europe/Zurich"


def plan_of(circle: Circle, by: User, *, deadline: Deadline | None = None, steps: int = 1, **fields) -> BackwardPlan:
    """A plan kept by this person, its steps a fortnight apart, each a follow-up that nobody has."""
    deadline = deadline or DeadlineFactory(at=now() + timedelta(days=120))
    plan = BackwardPlan.objects.create(circle=circle, deadline=deadline, owner=by, counted_from=deadline.at, **fields)
    for place in range(1, steps + 1):
        due_at = deadline.at - timedelta(days=14 * place)
        follow_up = FollowUpFactory(circle=circle, created_by=by, due_at=due_at, resolution=fields.get("resolution"))
        plan.steps.create(place=place, follow_up=follow_up, lead_days=14)
    return plan
