"""Names of people in the shared records of a coalition: only those that the reader may see anyway."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.audit.reading import FORMER_MEMBER
from coalitions.models import Coalition, Membership
from coalitions.permissions import MembershipContext


@dataclass(frozen=True)
class PeopleNames:
    """known -- keys of the people this reader may see; here -- of everyone who is in the coalition now"""

    known: frozenset[int]
    here: frozenset[int]

    def of(self, person: User | None) -> str:
        """The name of a person the reader may see; of another what they are, without a name."""
        if person is None or person.pk not in self.here:
            return str(FORMER_MEMBER)
        return person.short_name if person.pk in self.known else _("a member")


def names_for(reader: User, coalition: Coalition, memberships: MembershipContext) -> PeopleNames:
    """Two queries, however many names are asked for."""
    seen = Membership.objects.visible_to(reader, memberships).filter(coalition=coalition)
    here = Membership.objects.current().filter(coalition=coalition)
    return PeopleNames(frozenset(seen.values_list("user", flat=True)), frozenset(here.values_list("user", flat=True)))
