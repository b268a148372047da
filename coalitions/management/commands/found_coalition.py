from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from amnt.core.forms import one_line
from coalitions.domain.invitation_keys import key_of
from coalitions.models import Coalition, Membership
from coalitions.services import starter_plans
from coalitions.services.invitations import invite
from coalitions.services.membership import found_coalition


class Command(BaseCommand):
    help = "Found a coalition and invite its first leads. Two are better than one: give --lead twice."

    def add_arguments(self, parser):
        parser.add_argument("name", help="the name its members see; it never appears in an e-mail")
        parser.add_argument(
            "--lead", action="append", required=True, metavar="EMAIL", help="invited as a lead; may be given more than once"
        )
        parser.add_argument("--language", choices=[code for code, _name in settings.LANGUAGES], default=settings.LANGUAGE_CODE)
        parser.add_argument(
            "--ceiling", choices=User.MailLevel.values, default=User.MailLevel.STANDARD.value, help="the most an e-mail may say"
        )

    @transaction.atomic
    def handle(self, *args, name, lead, language, ceiling, **options):
        name = one_line(name)
        if not 0 < len(name) <= 200:
            raise CommandError("The name must have between 1 and 200 characters.")
        if Coalition.objects.filter(name__iexact=name).exists():
            raise CommandError("There is already a coalition of this name. Its leads invite people on its page.")
        coalition = found_coalition(name, mail_ceiling=ceiling)
        starter_plans.begin(coalition)
        for email in lead:
            try:
                validate_email(email)
                invitation = invite(coalition, email=email, by=None, role=Membership.Role.LEAD, language=language)
            except (ValidationError, RuleBroken) as error:
                raise CommandError(f"{email}: {' '.join(getattr(error, 'messages', [str(error)]))} Nothing was founded.") from error
            path = reverse("coalitions:invitation", args=[key_of(invitation.public_id)])
            self.stdout.write(f"{invitation.email}: {settings.SITE_URL}{path}")
        self.stdout.write("Founded. Each link works once, for its address, for seven days; an e-mail with it is on its way.")
