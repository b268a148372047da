"""What the example coalition shows without a log-in: its name and its closed statement, as two leads chose. Search engines stay away."""

from amnt.accounts.models import User
from amnt.demo.people_data import LEAD, SECOND_LEAD
from coalitions.models import Coalition
from coalitions.services import approvals, public_pages


def build_public_page(coalition: Coalition, people: dict[str, User]) -> None:
    statements = public_pages.publishable(coalition)
    asked = public_pages.choose_or_ask(coalition, is_named=True, is_indexed=False, statements=statements, by=people[LEAD])
    if asked:
        approvals.approve(asked, by=people[SECOND_LEAD])
