"""What people are called on the pages of a coalition."""

from collections.abc import Collection

from amnt.accounts.models import User
from amnt.audit.reading import FORMER_MEMBER


def display_name(person: User | None, here: Collection[int]) -> str:
    """The short name of a person; of someone who is not among the members any more, that she was one.

    here -- the keys of the people who are in the coalition now
    """
    if person is None:
        return ""
    return person.short_name if person.pk in here else str(FORMER_MEMBER)
