"""The mails about statements (RR-12). They name no coalition, person or organisation; the title only where everyone in the coalition reads
it and both the reader and the coalition chose detailed e-mails.
"""

from collections import Counter
from collections.abc import Sequence

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import User
from amnt.mail.dates import day_ahead, moment_ahead
from amnt.mail.emails import Letter, register_composer, to_person
from amnt.mail.models import Email
from coalitions.models import Coalition, Mandate, Statement
from coalitions.statements.read_models.tally import AnswerState, standings_of, tally

KIND, STOP = "coalitions/statement", "RR-12"
LEVELS = (User.MailLevel.DISCREET, User.MailLevel.STANDARD, User.MailLevel.DETAILED)
WHAT = {
    "opened": _("A joint statement is waiting for the answer of your organisation."),
    "changed": _("The text of a joint statement has changed: your organisation is asked again."),
    "moved": _("A joint statement now closes at another hour."),
    "reminder": _("A joint statement is still waiting for the answer of your organisation. Silence is not agreement."),
    "closed": _("A joint statement has closed. What was answered is locked."),
}
# What is waiting for an answer, and is not sent once there is one.
ASKING = {"opened", "changed", "reminder"}


def statement_letters(emails: Sequence[Email]) -> dict[int, Letter]:
    """To those who may still answer. Not sent if it was answered or closed meanwhile, or another text has come."""
    people = User.objects.active().in_bulk([email.to_id for email in emails])
    statements = Statement.objects.select_related("circle").in_bulk([email.about["statement"] for email in emails])
    coalitions = {statement.circle.coalition_id for statement in statements.values()}
    mandates = Mandate.objects.current().filter(membership__coalition__in=coalitions, membership__user__in=people)
    may = set(mandates.values_list("membership__user", "membership__circle_memberships__circle"))
    ceilings: dict[int, str] = lowest_ceilings(people)
    closed = {email.about["statement"] for email in emails if email.about["what"] == "closed"}
    numbers = {key: tally(standings_of(statement)).numbers for key, statement in statements.items() if key in closed}
    letters = {}
    for email in emails:
        person, statement = people.get(email.to_id), statements.get(email.about["statement"])
        if person and statement and (person.pk, statement.circle_id) in may and still_to_say(email, statement, person):
            level = min(person.mail_level, ceilings.get(person.pk, User.MailLevel.DISCREET), key=LEVELS.index)
            letters[email.pk] = letter(email.about["what"], statement, person, level, numbers.get(statement.pk))
    return letters


def lowest_ceilings(people: dict[int, User]) -> dict[int, str]:
    """Of each person's coalitions: a mail does not say which of them it comes from."""
    found: dict[int, str] = {}
    rows = Coalition.objects.filter(memberships__user__in=people, memberships__left_at=None)
    for person, ceiling in rows.values_list("memberships__user", "mail_ceiling"):
        found[person] = min(found.get(person, ceiling), ceiling, key=LEVELS.index)
    return found


def still_to_say(email: Email, statement: Statement, person: User) -> bool:
    if email.about["what"] == "closed":
        return not statement.is_open
    if not statement.is_open or email.about["number"] != statement.newest:
        return False
    return email.about["what"] not in ASKING or Statement.objects.filter(pk=statement.pk).waiting_for(person).exists()


def letter(what: str, statement: Statement, person: User, level: str, numbers: Counter[str] | None) -> Letter:
    """numbers -- of a statement that has closed, as its page tells them to everybody who reads it"""
    with translation.override(person.language):
        is_discreet = level == User.MailLevel.DISCREET
        shows_title = level == User.MailLevel.DETAILED and statement.circle.is_everyone
        until = (
            day_ahead(statement.closes_at, zone=person.time_zone, language=person.language)
            if is_discreet
            else moment_ahead(statement.closes_at, person)
        )
        context = {
            "asks": what in ASKING,
            "what": "" if is_discreet else str(WHAT[what]),
            "title": statement.title if shows_title else "",
            "summary": "" if is_discreet or what != "closed" else summary_of(numbers or Counter()),
            "until": until if statement.is_open else "",
        }
    return to_person(person, KIND, context, stop=STOP)


def summary_of(numbers: Counter[str]) -> str:
    return " · ".join(f"{numbers[state]} {state.label}" for state in AnswerState if numbers[state])


def register_all() -> None:
    register_composer(KIND, statement_letters)
