"""Who may log in and who is staff: changed by staff, with a mail to everyone concerned."""

from allauth.account.adapter import get_adapter
from django.db import transaction
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.audit.services import record
from amnt.core.errors import RuleBroken

LOGIN, RIGHTS = "is_active", ("is_staff", "is_superuser")


@transaction.atomic
def change_access(user: User, *, by: User, **changes: bool) -> User:
    """Change whether this person may log in, is staff, or may make others staff. Only a superuser does this. The person and all other staff
    get a mail.
    """
    # Lock all staff in one order: two who remove each other at once do not leave nobody.
    superusers = list(User.objects.select_for_update().filter(is_superuser=True, is_active=True).order_by("pk"))
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    fields = sorted(name for name, value in changes.items() if getattr(user, name) != value)
    if not fields:
        return user
    if set(RIGHTS) & set(fields) and not by.is_superuser:
        raise RuleBroken(_("Only someone who can grant rights can give or remove them."))
    if user in superusers and len(superusers) == 1 and not (changes.get(LOGIN, True) and changes.get("is_superuser", True)):
        raise RuleBroken(_("Nobody would be left who can grant rights. Grant them to someone else first."))
    for name in fields:
        setattr(user, name, changes[name])
    user.save(update_fields=[*fields, "changed_at"])
    record("accounts.access_changed", by=by, about=user, fields=fields)
    if set(RIGHTS) & set(fields):
        get_adapter().send_notification_mail("accounts/rights_changed", user)
        for other in User.objects.active().filter(is_staff=True).exclude(pk=user.pk):
            get_adapter().send_notification_mail("accounts/rights_of_another_changed", other)
    return user
