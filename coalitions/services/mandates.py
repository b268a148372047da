"""Who answers for an organisation. Leads give mandates and take them back; a mandate ends with the membership."""

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.audit.services import record
from amnt.core.errors import RuleBroken
from coalitions.models import Coalition, Mandate, Membership, Naming, NamingDefault, Organisation


@transaction.atomic
def give_mandate(membership: Membership, *, by: User | None) -> Mandate:
    """This person may answer for their organisation. Given twice, it is given once.

    by -- a lead; None for commands of the host
    """
    rows = Membership.objects.select_for_update(of=("self",)).select_related("user", "coalition", "organisation")
    membership = rows.get(pk=membership.pk)
    if membership.left_at:
        raise RuleBroken(_("This person has left the coalition."))
    if membership.role == Membership.Role.OBSERVER:
        raise RuleBroken(_("An observer cannot answer for an organisation: give them another role first."))
    if membership.organisation is None:
        raise RuleBroken(_("This person belongs to no organisation of the coalition."))
    mandate, is_new = Mandate.objects.get_or_create(
        membership=membership, defaults={"organisation": membership.organisation, "given_by": by, "given_at": now()}
    )
    if mandate.organisation_id != membership.organisation_id:
        mandate.organisation, mandate.given_by, mandate.given_at, is_new = membership.organisation, by, now(), True
        mandate.save(update_fields=["organisation", "given_by", "given_at"])
    if is_new:
        record("coalitions.mandate_given", by=by, about=membership, coalition=membership.coalition)
    return mandate


@transaction.atomic
def take_mandate(membership: Membership, *, by: User | None) -> bool:
    """Returns whether there was one. What was answered under it stays answered."""
    deleted, _rows = Mandate.objects.filter(membership=membership).delete()
    if deleted:
        record("coalitions.mandate_taken", by=by, about=membership, coalition=membership.coalition)
    return bool(deleted)


@transaction.atomic
def set_naming_default(coalition: Coalition, organisation: Organisation, *, inside: bool, outside: bool, by: User) -> NamingDefault:
    """Where this organisation may be named while it has not answered; asked after `can_answer_for`."""
    naming = Naming.of(inside=inside, outside=outside)
    default, is_new = NamingDefault.objects.select_for_update().get_or_create(
        coalition=coalition, organisation=organisation, defaults={"naming": naming, "by": by}
    )
    changed = is_new or default.naming != naming
    if changed:
        default.naming, default.by, default.at = naming, by, now()
        default.save(update_fields=["naming", "by", "at"])
        record("coalitions.naming_changed", by=by, about=organisation, coalition=coalition)
    return default
