"""Who answered what to a statement, as far as it may be told: names of those who may be named, numbers of the others."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from django.db import models
from django.utils.translation import gettext_lazy as _

from amnt.accounts.models import User
from coalitions.models import (
    Mandate,
    NamingDefault,
    Statement,
    StatementAnswer,
    StatementInvitation,
    StatementVersion,
    named_inside,
    named_outside,
)
from coalitions.models.people import is_here
from coalitions.statements.domain.counting import may_be_told
from coalitions.statements.domain.fingerprint import fingerprint


class AnswerState(models.TextChoices):
    """Where an organisation stands on the newest text."""

    ENDORSES = "endorses", _("endorsing")
    RESERVATION = "reservation", _("with a reservation")
    NOT_NOW = "not-now", _("not this time")
    TIME = "time", _("need more time")
    # Endorsed an earlier text and has not said so again: not counted, and gone when it closes.
    TO_CONFIRM = "to-confirm", _("to confirm")
    SILENT = "silent", _("no answer")


COUNTED = (AnswerState.ENDORSES, AnswerState.RESERVATION)
_STATES = {
    StatementAnswer.Choice.ENDORSE: AnswerState.ENDORSES,
    StatementAnswer.Choice.RESERVATION: AnswerState.RESERVATION,
    StatementAnswer.Choice.NOT_NOW: AnswerState.NOT_NOW,
    StatementAnswer.Choice.TIME: AnswerState.TIME,
}


@dataclass(frozen=True)
class Standing:
    """Where one organisation stands. Never shown as it is: `Tally` holds what may be told.

    organisation -- its key, None if it is outside the coalition
    naming -- what it said of its name, or says while it has not answered
    """

    organisation: int | None
    name: str
    state: AnswerState
    naming: str = ""
    reservation: str = ""
    at: datetime | None = None
    number: int = 0

    @property
    def is_counted(self) -> bool:
        return self.state in COUNTED

    @property
    def is_outside(self) -> bool:
        return self.organisation is None


@dataclass(frozen=True)
class Tally:
    """
    named -- those who may be named, by name
    unnamed -- how many of the coalition are not named, and what they answered, or None where that would tell who answered what
    unnamed_outside -- how many from outside are not named. What they answered is never told: whoever makes links can make some of them
        for nobody, and would know all answers but one.
    """

    named: tuple[Standing, ...]
    unnamed: int
    unnamed_by_state: Counter[str] | None
    unnamed_outside: int = 0

    @property
    def asked(self) -> int:
        return len(self.named) + self.unnamed + self.unnamed_outside

    @property
    def numbers(self) -> Counter[str]:
        """By state: of the named, and of the others where it may be told."""
        return Counter(row.state for row in self.named) + (self.unnamed_by_state or Counter())

    @property
    def hides_answers(self) -> bool:
        return bool(self.unnamed) and self.unnamed_by_state is None

    def of_states(self, *states: str) -> list[Standing]:
        return [row for row in self.named if row.state in states]

    def unnamed_of(self, *states: str) -> int:
        return sum(self.unnamed_by_state[state] for state in states) if self.unnamed_by_state else 0


def standings_of(statement: Statement) -> list[Standing]:
    """Of every organisation that is asked, by name: whoever can answer for it reads the statement, or it has answered, or it has a link.

    None of it is shown before it went through `tally` or `public_tally`.
    """
    answers = StatementAnswer.objects.that_count().filter(version__statement=statement, is_withdrawn=False).select_related("version")
    by_organisation = {answer.organisation_id: answer for answer in answers if answer.organisation_id}
    by_invitation = {answer.invitation_id: answer for answer in answers if answer.invitation_id}
    names = {answer.organisation_id: answer.name for answer in by_organisation.values()}
    if statement.asked is not None:
        asked = {row["organisation"]: row for row in statement.asked}
        names |= {key: row["name"] for key, row in asked.items() if key not in names}
        said = {key: row["naming"] for key, row in asked.items()}
    else:
        mandates = asked_mandates(statement)
        names |= {mandate.organisation_id: mandate.organisation.name for mandate in mandates if mandate.organisation_id not in names}
        defaults = NamingDefault.objects.filter(coalition=statement.circle.coalition_id, organisation__in=names)
        said = {default.organisation_id: default.naming for default in defaults}
    found = [standing_of(statement, key, name, by_organisation.get(key), said.get(key, "")) for key, name in names.items()]
    invited = StatementInvitation.objects.that_count().filter(statement=statement).order_by("pk")
    found += [standing_of(statement, None, row.name, by_invitation.get(row.pk), "") for row in invited]
    return sorted(found, key=lambda row: (row.name.casefold(), row.organisation or 0))


def asked_mandates(statement: Statement) -> list[Mandate]:
    """Of the people who may answer: they hold a mandate and read the statement."""
    mandates = Mandate.objects.current().filter(membership__coalition=statement.circle.coalition_id)
    mandates = mandates.filter(membership__circle_memberships__circle=statement.circle_id)
    return list(mandates.select_related("organisation", "membership__user").order_by("given_at", "pk"))


def standing_of(statement: Statement, organisation: int | None, name: str, answer: StatementAnswer | None, default: str) -> Standing:
    if answer is None or answer.fingerprint != fingerprint(answer.version.text):
        return Standing(organisation, name, AnswerState.SILENT, default)
    is_of_newest = answer.version.number == statement.newest
    if not is_of_newest and not answer.endorses:
        # Asked again, and it has not answered.
        return Standing(organisation, name, AnswerState.SILENT, answer.naming)
    state = _STATES[StatementAnswer.Choice(answer.choice)] if is_of_newest else AnswerState.TO_CONFIRM
    reservation = answer.reservation if state in (AnswerState.RESERVATION, AnswerState.TO_CONFIRM) else ""
    return Standing(organisation, name, state, answer.naming, reservation, answer.at, answer.version.number)


def tally(standings: Iterable[Standing]) -> Tally:
    """Inside: the same for whoever reads the statement, leads and those who are not named included."""
    standings = list(standings)
    named = tuple(row for row in standings if named_inside(row.naming))
    hidden = [row for row in standings if not named_inside(row.naming)]
    others = Counter(str(row.state) for row in hidden if not row.is_outside)
    told = others if may_be_told(others) else None
    return Tally(named, sum(others.values()), told, len(hidden) - sum(others.values()))


def public_tally(standings: Iterable[Standing]) -> Tally:
    """Outside: who endorsed and may be named, and how many more did, where neither those inside nor those outside can tell who."""
    standings = list(standings)
    named = tuple(row for row in standings if row.is_counted and named_outside(row.naming))
    others = [row for row in standings if row not in named and not row.is_outside]
    states = Counter(str(row.state if row.is_counted else AnswerState.SILENT) for row in others)
    inside = tally(standings)
    told = may_be_told(states) and not inside.hides_answers
    counted = Counter({state: number for state, number in states.items() if state in COUNTED})
    return Tally(named, sum(counted.values()) if told else 0, counted if told else None)


@dataclass(frozen=True)
class OwnAnswer:
    """The organisation this person answers for, how it stands, and who else may answer for it."""

    mandate: Mandate
    standing: Standing
    answer: StatementAnswer | None
    others: list[Mandate]


def own_answer(statement: Statement, user: User, standings: Iterable[Standing]) -> OwnAnswer | None:
    mandate = Mandate.objects.of(user).filter(membership__coalition=statement.circle.coalition_id).select_related("organisation").first()
    if mandate is None:
        return None
    key = mandate.organisation_id
    standing = next((row for row in standings if row.organisation == key), None)
    if standing is None:
        standing = Standing(key, mandate.organisation.name, AnswerState.SILENT)
    answers = StatementAnswer.objects.visible_to(user).that_count().filter(version__statement=statement, organisation=key)
    others = [row for row in asked_mandates(statement) if row.organisation_id == key and row.membership.user_id != user.pk]
    return OwnAnswer(mandate, standing, answers.select_related("version", "by").first(), others)


def lists_of(found: Tally) -> dict[str, list[Standing]]:
    """The two lists of the page: who endorses, and the others, answers first."""
    rest = defaultdict(list)
    for row in found.named:
        rest[row.state].append(row)
    after = (AnswerState.RESERVATION, AnswerState.TIME, AnswerState.NOT_NOW, AnswerState.SILENT)
    return {
        "endorsing": sorted([*rest[AnswerState.ENDORSES], *rest[AnswerState.TO_CONFIRM]], key=attrgetter("state")),
        "others": [row for state in after for row in rest[state]],
    }


def texts_of(statement: Statement) -> list[StatementVersion]:
    """Newest first, with `by_is_here`."""
    rows = StatementVersion.objects.filter(statement=statement).select_related("by")
    return list(rows.annotate(by_is_here=is_here("by", of="statement__circle__coalition")).order_by("-number"))
