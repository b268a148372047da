from django.db import transaction
from django.utils.timezone import now

from amnt.accounts import personal_data
from amnt.accounts.models import User
from amnt.audit.services import forget_everywhere, record
from amnt.core.errors import RuleBroken


@transaction.atomic
def erase(user: User) -> User:
    """Erase an account: no name, address or log-in stays. What was written for others stays, as a former member's."""
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    reasons = personal_data.reasons_against_erasure(user)
    if reasons:
        raise RuleBroken(" ".join(reasons))
    personal_data.run_on_erase(user)
    untouched = User(pk=user.pk, public_id=user.public_id, date_joined=user.date_joined, language=user.language)
    untouched.email = f"{user.public_id}@{User.ERASED_HOST}"
    untouched.is_active = False
    untouched.erased_at = now()
    untouched.set_unusable_password()
    untouched.save(force_update=True)
    untouched.groups.clear()
    untouched.user_permissions.clear()
    forget_everywhere(user)
    record("accounts.erased", by=None)
    return untouched
