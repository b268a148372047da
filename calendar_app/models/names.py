from typing import TYPE_CHECKING

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Value, When

from coalitions.models import Membership

if TYPE_CHECKING:
    from amnt.accounts.models import User


def name_for(user: "User", field: str) -> Case:
    """The name behind a foreign key to a person, only for those who may know her: other coalitions' people stay unnamed."""
    known = Exists(Membership.objects.visible_to(user).filter(user=OuterRef(field)))
    return Case(When(Q(**{field: user.pk}) | known, then=F(f"{field}__name")), default=Value(""), output_field=CharField())
