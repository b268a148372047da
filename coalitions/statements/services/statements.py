"""Opening a statement, freezing another text, and closing it: by the clock, sooner or later."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from amnt.core.forms import one_line, several_lines
from amnt.core.idempotency import create_once, sent_before
from amnt.mail.hours import reachable_at
from amnt.mail.models import Email
from amnt.mail.services import write_emails
from coalitions.models import Circle, NamingDefault, Statement, StatementVersion
from coalitions.services.circle_acts import check_stands_in, record_in
from coalitions.statements.domain.fingerprint import frozen
from coalitions.statements.read_models.tally import asked_mandates
from resolutions.models import Resolution


@transaction.atomic
def open_statement(
    circle: Circle,
    *,
    title: str,
    text: str,
    closes_at: datetime,
    by: User,
    language: str,
    draft_link: str = "",
    resolution: Resolution | None = None,
    submission: UUID | None = None,
) -> Statement:
    """Freeze its first text and ask whoever answers for an organisation. The same form sent twice opens one."""
    mine = Statement.objects.filter(by=by)
    if made := sent_before(mine, submission):
        return made
    check_stands_in(circle, by)
    if circle.kind == Circle.Kind.DELEGATION:
        raise RuleBroken(_("What only a delegation reads is not signed by organisations: choose another circle."), field="circle")
    check_closing(closes_at)
    wanted = Statement(
        circle=circle,
        resolution=resolution,
        title=one_line(title),
        draft_link=draft_link,
        closes_at=closes_at,
        by=by,
        submission=submission,
    )
    statement, is_new = create_once(wanted, among=mine)
    if is_new:
        StatementVersion.objects.create(statement=statement, number=1, language=language, text=checked_text(text), by=by)
        record_in(circle, "coalitions.statement_opened", by=by, about=statement)
        tell_those_who_answer(statement, "opened", but=by)
    return statement


@transaction.atomic
def write_version(
    statement: Statement, *, text: str, by: User, seen_version: int | None = None, submission: UUID | None = None
) -> StatementVersion:
    """Freeze another text. Everyone is asked again: what was endorsed before is shown as such and lapses at closing unless given again."""
    statement = lock(statement)
    mine = StatementVersion.objects.filter(statement=statement, by=by)
    if made := sent_before(mine, submission):
        return made
    check_open(statement)
    check_seen(statement, seen_version)
    text = checked_text(text)
    last = StatementVersion.objects.get(statement=statement, number=statement.newest)
    if last.text == text:
        raise RuleBroken(_("This is the text as it stands: nothing has changed."), field="text")
    wanted = StatementVersion(statement=statement, number=last.number + 1, language=last.language, text=text, by=by, submission=submission)
    version, is_new = create_once(wanted, among=mine)
    if is_new:
        change(statement, newest=version.number)
        record_in(statement.circle, "coalitions.statement_changed", by=by, about=statement, fields=["text"])
        tell_those_who_answer(statement, "changed", but=by)
    return version


@transaction.atomic
def move_closing(statement: Statement, *, closes_at: datetime, by: User, seen_version: int | None = None) -> Statement:
    """Another closing, later or sooner but not yet past. Whoever answers is told."""
    statement = lock(statement)
    check_open(statement)
    check_seen(statement, seen_version)
    check_closing(closes_at)
    if closes_at == statement.closes_at:
        return statement
    change(statement, closes_at=closes_at)
    record_in(statement.circle, "coalitions.statement_moved", by=by, about=statement, fields=["closes_at"])
    tell_those_who_answer(statement, "moved", but=by)
    return statement


@transaction.atomic
def close_now(statement: Statement, *, by: User, seen_version: int | None = None) -> Statement:
    """Close it before its time. Nobody is added afterwards."""
    statement = lock(statement)
    check_open(statement)
    check_seen(statement, seen_version)
    change(statement, closes_at=now())
    record_in(statement.circle, "coalitions.statement_closed", by=by, about=statement, fields=["closes_at"])
    lock_list(statement)
    return statement


def lock_all_closed() -> None:
    """Each minute: statements that the clock has closed. Run twice, or twice at once, it locks none twice."""
    for key in Statement.objects.to_lock().values_list("pk", flat=True):
        lock_closed(key)


@transaction.atomic
def lock_closed(key: int) -> None:
    statement = Statement.objects.select_for_update(of=("self",)).to_lock().select_related("circle__coalition").filter(pk=key).first()
    if statement:
        record_in(statement.circle, "coalitions.statement_closed", by=None, about=statement)
        lock_list(statement)


def lock_list(statement: Statement) -> None:
    """Note who was asked, and where it may be named, so that nothing that happens afterwards changes what was counted."""
    mandates = {mandate.organisation_id: mandate.organisation.name for mandate in asked_mandates(statement)}
    defaults = NamingDefault.objects.filter(coalition=statement.circle.coalition_id, organisation__in=mandates)
    said = {default.organisation_id: default.naming for default in defaults}
    statement.asked = [{"organisation": key, "name": name, "naming": said.get(key, "")} for key, name in sorted(mandates.items())]
    statement.locked_at = now()
    statement.save(update_fields=["asked", "locked_at", "changed_at"])
    tell_those_who_answer(statement, "closed")


# --- What these acts share ----------------------------------------------------------------------------------------------


def lock(statement: Statement) -> Statement:
    return Statement.objects.select_for_update(of=("self",)).select_related("circle__coalition").get(pk=statement.pk)


def change(statement: Statement, **fields: object) -> None:
    for name, value in fields.items():
        setattr(statement, name, value)
    Statement.objects.filter(pk=statement.pk).update(version=F("version") + 1, changed_at=now(), **fields)
    statement.version += 1


def check_open(statement: Statement) -> None:
    if not statement.is_open:
        raise RuleBroken(_("This statement is closed: nothing is added to it any more."))


def check_seen(statement: Statement, seen_version: int | None) -> None:
    if seen_version is not None and seen_version != statement.version:
        raise RuleBroken(_("In the meantime its text or its closing was changed. What you typed is kept: look again, then send it."))


def check_closing(closes_at: datetime) -> None:
    if closes_at <= now():
        raise RuleBroken(_("This moment is past. Choose a later one."), field="closes_at")
    if closes_at > now() + Statement.LONGEST_OPEN:
        raise RuleBroken(_("That is more than a year away."), field="closes_at")


def checked_text(text: str) -> str:
    text = several_lines(text)
    if not text:
        raise RuleBroken(_("Paste the text that is to be signed."), field="text")
    text = frozen(text)
    if len(text) > StatementVersion.LONGEST:
        raise RuleBroken(_("This text is too long to be signed as it stands."), field="text")
    return text


def tell_those_who_answer(statement: Statement, what: str, *, but: User | None = None) -> None:
    """One mail to each who may answer, which says neither what about nor for whom; after quiet hours, unless that is too late to answer."""
    asked = [mandate.membership.user for mandate in asked_mandates(statement)]
    people = {person.pk: person for person in asked if person != but}
    about = {"statement": statement.pk, "what": what, "number": statement.newest}
    hours = {key: reachable_at(person, event=statement.closes_at) for key, person in sorted(people.items())}
    write_emails([Email(kind="coalitions/statement", to_id=key, about=about, not_before=at) for key, at in hours.items()])
