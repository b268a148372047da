"""What an organisation answers, through whoever holds its mandate. Silence is never agreement: only what is sent here counts."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.audit.models import AuditLevel
from amnt.audit.services import record
from amnt.core.errors import RuleBroken
from amnt.core.forms import one_line
from amnt.core.idempotency import create_once, sent_before
from coalitions.models import Naming, Organisation, Statement, StatementAnswer, StatementVersion
from coalitions.permissions import can_answer_for
from coalitions.services.circle_acts import check_stands_in
from coalitions.statements.domain.fingerprint import fingerprint
from coalitions.statements.services.statements import check_open, lock


@transaction.atomic
def answer(
    statement: Statement,
    *,
    organisation: Organisation,
    choice: str,
    by: User,
    reservation: str = "",
    inside: bool = False,
    outside: bool = False,
    seen_number: int | None = None,
    seen_answer: UUID | None = None,
    submission: UUID | None = None,
) -> StatementAnswer:
    """Answer to the newest text for this organisation, or change what was answered.

    seen_number -- of the text that was read; seen_answer -- what stood there for the organisation, as far as one looked
    """
    statement = lock(statement)
    check_may_answer(statement, organisation, by)
    mine = StatementAnswer.objects.filter(version__statement=statement, organisation=organisation, by=by)
    if made := sent_before(mine, submission):
        return made
    check_open(statement)
    check_text(statement, seen_number)
    last = latest(statement, organisation)
    if submission is not None and (last.public_id if last else None) != seen_answer:
        raise RuleBroken(_("Someone else has answered for your organisation meanwhile. What you chose is kept: look again, then send it."))
    said = what_was_said(statement, choice=choice, reservation=reservation, inside=inside, outside=outside)
    wanted = StatementAnswer(organisation=organisation, name=organisation.name, by=by, submission=submission, **said)
    return keep(statement, wanted, mine, act="coalitions.statement_answered")


@transaction.atomic
def withdraw(statement: Statement, *, organisation: Organisation, by: User) -> StatementAnswer | None:
    """Take back what was answered, until it closes: the organisation stands there as before it answered."""
    statement = lock(statement)
    check_may_answer(statement, organisation, by)
    check_open(statement)
    last = latest(statement, organisation)
    if last is None or last.is_withdrawn:
        return None
    mine = StatementAnswer.objects.filter(version__statement=statement, organisation=organisation, by=by)
    wanted = StatementAnswer(
        version=last.version,
        organisation=organisation,
        name=organisation.name,
        choice=last.choice,
        fingerprint=last.fingerprint,
        is_withdrawn=True,
        by=by,
    )
    return keep(statement, wanted, mine, act="coalitions.statement_answer_withdrawn")


def what_was_said(statement: Statement, *, choice: str, reservation: str, inside: bool, outside: bool) -> dict[str, Any]:
    """The columns of an answer to the newest text, whoever gives it."""
    reservation = one_line(reservation) if choice == StatementAnswer.Choice.RESERVATION else ""
    if choice == StatementAnswer.Choice.RESERVATION and not reservation:
        raise RuleBroken(_("Say what the reservation is."), field="reservation")
    version = StatementVersion.objects.get(statement=statement, number=statement.newest)
    naming = Naming.of(inside=inside, outside=outside)
    said = {"choice": choice, "reservation": reservation, "naming": naming}
    return said | {"version": version, "fingerprint": fingerprint(version.text)}


def check_text(statement: Statement, seen_number: int | None) -> None:
    if seen_number is not None and seen_number != statement.newest:
        raise RuleBroken(_("The text has changed in the meantime. What you chose is kept: read the new text, then send it."))


def keep(statement: Statement, wanted: StatementAnswer, mine, *, act: str) -> StatementAnswer:
    """The one that counts from now on. The others stay as they were given."""
    given = StatementAnswer.objects.filter(version__statement=statement, is_latest=True)
    earlier = given.filter(organisation=wanted.organisation, invitation=wanted.invitation)
    before = list(earlier.values_list("pk", flat=True))
    kept, is_new = create_once(wanted, among=mine)
    if is_new:
        StatementAnswer.objects.filter(pk__in=before).update(is_latest=False)
        # A private act: read beside the numbers of the list, the hour at which somebody answered would tell leads what.
        record(act, by=wanted.by, level=AuditLevel.DELEGATION)
    return kept


def latest(statement: Statement, organisation: Organisation) -> StatementAnswer | None:
    found = StatementAnswer.objects.that_count().filter(version__statement=statement, organisation=organisation)
    return found.select_related("version").order_by("-pk").first()


def check_may_answer(statement: Statement, organisation: Organisation, by: User) -> None:
    check_stands_in(statement.circle, by)
    if not can_answer_for(by, organisation, statement.circle.coalition):
        raise RuleBroken(_("Only whoever holds the mandate of an organisation answers for it."))
