"""What people are called on the pages of a coalition."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from amnt.accounts.models import User


def display_name(person: User | None, here: Collection[int]) -> str:
    """The short name of a person; of someone who is not among the members any more, that she was one.

    here -- the keys of the people who are in the coalition now
    """
    if person is None:
        return ""
    return person.short_name if person.pk in here else _("a former member")
