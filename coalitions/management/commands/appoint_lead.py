from django.core.management.base import BaseCommand, CommandError

from amnt.core.errors import RuleBroken
from coalitions.models import Coalition, Membership
from coalitions.services.two_lead_acts import announce_lead


class Command(BaseCommand):
    help = (
        "For a coalition whose leads are lost: announce to everyone in it that a member becomes a lead in seven days. "
        "Any lead who is there can stop it. Where two leads remain, they do this themselves."
    )

    def add_arguments(self, parser):
        parser.add_argument("coalition", help="its name")
        parser.add_argument("--person", required=True, metavar="EMAIL", help="who becomes a lead; must be in the coalition")

    def handle(self, *args, coalition, person, **options):
        try:
            found = Coalition.objects.get(name=coalition)
            membership = Membership.objects.current().select_related("user", "coalition").get(coalition=found, user__email=person.lower())
            approval = announce_lead(found, membership=membership)
        except Coalition.DoesNotExist:
            raise CommandError("There is no coalition of this name.") from None
        except Membership.DoesNotExist:
            raise CommandError("This person is not in the coalition.") from None
        except RuleBroken as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Announced. It happens on {approval.expires_at:%Y-%m-%d %H:%M} UTC unless a lead says no.")
