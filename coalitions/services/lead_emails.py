"""A discreet mail to the leads of a coalition, or to everyone in it. It says that something happened or waits, not what, about whom or in
which coalition.
"""

from amnt.accounts.models import User
from amnt.mail.models import Email
from amnt.mail.services import write_emails
from coalitions.models import Approval, Coalition, Membership


def mail_leads(what: str, *, coalition: Coalition, approval: Approval | None = None, but: User | None = None, export: str = "") -> None:
    """Mail each lead except `but`. `what` names a sentence of `coalitions.emails.FOR_LEADS`."""
    about: dict[str, object] = {"what": what, "coalition": coalition.pk}
    if approval:
        about["approval"] = approval.pk
    if export:
        about["export"] = export
    leads = Membership.objects.current().leads().filter(coalition=coalition).exclude(user=but).order_by("pk")
    write_emails([Email(kind="coalitions/for_leads", to_id=lead, about=about) for lead in leads.values_list("user", flat=True)])


def mail_everyone(what: str, *, coalition: Coalition, approval: Approval) -> None:
    """The same to everyone in the coalition."""
    about = {"what": what, "coalition": coalition.pk, "approval": approval.pk}
    people = Membership.objects.current().filter(coalition=coalition).order_by("pk")
    write_emails([Email(kind="coalitions/announced", to_id=person, about=about) for person in people.values_list("user", flat=True)])
