from typing import TYPE_CHECKING

from django.db.models import Case, CharField, F, Q, Value, When

from coalitions.models import Membership

if TYPE_CHECKING:
    from amnt.accounts.models import User


def name_for(user: "User", field: str) -> Case:
    """The name behind a foreign key to a person, only for those who may know her: other coalitions' people stay unnamed."""
    known = Membership.objects.visible_to(user).values("user")
    return Case(
        When(Q(**{field: user.pk}) | Q(**{f"{field}__in": known}), then=F(f"{field}__name")), default=Value(""), output_field=CharField()
    )
