"""A plan counted backwards from the contribution deadline, for an example text of one region, and the usual steps it began with."""

from datetime import timedelta

from amnt.accounts.models import User
from amnt.demo import follow_up_data
from amnt.demo.people_data import LEAD, MEMBER, SECOND_LEAD, TRANSLATOR
from amnt.demo.submission_ids import submission
from calendar_app.models import Deadline
from calendar_app.services.backward_plans import NewStep, TemplateStep, days_for, make_plan, pin_step
from coalitions.models import Circle
from coalitions.services import absences
from resolutions.models import Assembly, RegionalGroup, Resolution

# Title, days before the next one, owner and backup.
STEPS = (
    ("Exemple : faire entrer le texte dans les documents de la réunion régionale", 35, LEAD, SECOND_LEAD),
    ("Exemple : porter le texte à la réunion nationale", 18, MEMBER, LEAD),
    ("Exemple : recueillir l’accord des organisations", 13, SECOND_LEAD, LEAD),
    ("Exemple : rédiger le projet de libellé", 14, SECOND_LEAD, MEMBER),
    ("Exemple : traduire les propositions dans les langues de travail", 14, TRANSLATOR, SECOND_LEAD),
)


def build_plans(circles: dict[str, Circle], people: dict[str, User], assembly: Assembly) -> None:
    everyone, lead = circles[follow_up_data.EVERYONE], people[LEAD]
    contributions = Deadline.objects.of_assemblies().filter(assembly=assembly, kind=Deadline.Kind.CONTRIBUTION)
    deadline = contributions.ahead().order_by("at").first()
    if deadline is None:
        return

    def who(part: str) -> User | None:
        return people[part] if everyone.includes(people[part]) else None

    days = days_for(deadline, [TemplateStep(title, lead) for title, lead, _owner, _backup in STEPS])
    if None in days:
        return
    steps = [NewStep(title, day, who(owner), who(backup)) for (title, _lead, owner, backup), day in zip(STEPS, days, strict=True)]
    plan = make_plan(
        deadline,
        circle=everyone,
        steps=steps,
        resolution=Resolution.objects.of_assembly().filter(number=50).first(),
        group=RegionalGroup.objects.filter(code="ATU").first(),
        by=lead,
        submission=submission("plan/atu-50"),
    )
    pin_step(plan.steps.get(place=2), is_pinned=True)
    # One of them is away on the day of a step.
    away = plan.steps.get(place=4).follow_up
    if away.owner:
        absences.declare(away.owner, starts_on=away.due_at.date() - timedelta(days=3), ends_on=away.due_at.date() + timedelta(days=4))
