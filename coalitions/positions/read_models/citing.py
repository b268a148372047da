"""The positions that cite a clause, for its page."""

from uuid import UUID

from django.utils.translation import gettext

from amnt.accounts.models import User
from coalitions.models import Circle, Position
from resolutions.read_models import clause_citations
from resolutions.read_models.clause_citations import ClauseCitation


def positions_that_cite(user: User, identity: UUID) -> list[ClauseCitation]:
    """The current ones that this person may read, without those of delegations. One query."""
    rows = Position.objects.visible_to(user).newest().filter(cited__identity=identity).exclude(circle__kind=Circle.Kind.DELEGATION)
    rows = rows.select_related("resolution", "circle__coalition").order_by("circle__coalition__name", "circle", "pk")
    return [
        ClauseCitation(
            gettext("Position, v%(n)s: %(stance)s") % {"n": row.version, "stance": row.get_stance_display()},
            row.get_absolute_url(),
            row.circle.marking,
            row.circle.coalition.name if row.circle.is_everyone else row.circle.name,
        )
        for row in rows
    ]


def register_all() -> None:
    clause_citations.register(positions_that_cite)
