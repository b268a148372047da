"""Break glass: the host reads something of a coalition, with an entry in the audit and a mail to the leads."""

from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from amnt.audit_acts import BREAK_GLASS, REASONS
from amnt.core.errors import RuleBroken
from calendar_app.models import Meeting
from coalitions.models import Circle, Coalition, FollowUp, Membership
from coalitions.services import lead_emails
from coalitions.services.circle_acts import record_in

Thing = Coalition | Circle | FollowUp | Meeting
Fact = tuple[str, str]


class Command(BaseCommand):
    help = (
        "Prints a coalition, a circle, a follow-up or a private call by its public id (the UUID in its address). "
        "The audit of the coalition says so and its leads are told by e-mail, before anything is printed. "
        "What only a delegation reads is not printed at all."
    )

    def add_arguments(self, parser):
        parser.add_argument("public_id", type=UUID)
        parser.add_argument("--reason", required=True, choices=REASONS, help="The leads read it in the audit.")
        parser.add_argument("--yes", action="store_true", help="Do not ask again.")

    def handle(self, *, public_id: UUID, reason: str, yes: bool, **options):
        thing = found(public_id)
        if thing is None:
            raise CommandError(f"Nothing of a coalition has the public id {public_id}.")
        question = f"This prints a {thing._meta.verbose_name}, is recorded and told to the leads of its coalition. Type yes to go on: "
        if not yes and input(question).strip().lower() != "yes":
            raise CommandError("Nothing was printed and nothing was recorded.")
        try:
            told = break_glass(thing, reason=reason)
        except RuleBroken as refusal:
            raise CommandError(str(refusal)) from refusal
        for name, value in facts_of(thing):
            self.stdout.write(f"{name}: {value}")
        self.stdout.write(f"Recorded. Leads who are told by e-mail: {told}.")


def found(public_id: UUID) -> Thing | None:
    private_calls = Meeting.objects.filter(circle__isnull=False).select_related("circle__coalition")
    for rows in (
        Coalition.objects.all(),
        Circle.objects.select_related("coalition"),
        FollowUp.objects.select_related("circle__coalition", "owner"),
        private_calls,
    ):
        if thing := rows.filter(public_id=public_id).first():
            return thing  # type: ignore[return-value]
    return None


def circle_of(thing: Thing) -> Circle:
    if isinstance(thing, Coalition):
        return thing.everyone
    return thing if isinstance(thing, Circle) else thing.circle  # type: ignore[return-value]


@transaction.atomic
def break_glass(thing: Thing, *, reason: str) -> int:
    """Record that the host looks at this and mail the leads, or refuse. Returns how many leads get the mail."""
    circle = circle_of(thing)
    if circle.kind == Circle.Kind.DELEGATION:
        raise RuleBroken(_("Only a delegation can read this. Nobody else is shown it, not even by this command."))
    record_in(circle, f"{BREAK_GLASS}.{reason}", by=None, about=thing)
    lead_emails.mail_leads("break-glass", coalition=circle.coalition)
    return Membership.objects.current().leads().filter(coalition=circle.coalition).count()


def facts_of(thing: Thing) -> list[Fact]:
    """Its fields, and who can be asked about it; no related rows."""
    circle = circle_of(thing)
    if isinstance(thing, Coalition):
        people = Membership.objects.current().filter(coalition=thing).for_list()
        return [("name", thing.name), *((row.role, row.user.email) for row in people)]
    if isinstance(thing, Circle):
        return [
            ("name", str(thing)),
            ("purpose", thing.purpose),
            *(("person", person.email) for person in thing.people().order_by("email")),
        ]
    where = ("circle", str(circle))
    if isinstance(thing, FollowUp):
        owner = thing.owner.email if thing.owner else "nobody"
        said = [("title", thing.title), ("done means", thing.done_means), ("link", thing.evidence)]
        return [*said, ("state", thing.state), ("due", f"{thing.due_at:%Y-%m-%d %H:%M} UTC"), ("owner", owner), where]
    return [("title", str(thing)), ("when", f"{thing.at:%Y-%m-%d %H:%M} UTC"), ("place", thing.city), where]
