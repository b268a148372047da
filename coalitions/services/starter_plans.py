"""The starter plan of a new coalition: answered line by line, or dismissed for good."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid5

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django_countries import countries as all_countries

from amnt.accounts import undo
from amnt.accounts.models import User
from amnt.core import times
from amnt.core.errors import RuleBroken
from coalitions.models import Coalition, Delegation, Membership, StarterPlan, StarterPlanAnswer
from coalitions.models.starter_plans import NATIONAL_WORK_BEGINS
from coalitions.permissions import may_act_as_lead
from coalitions.services import follow_ups
from resolutions.models import Assembly

Line = StarterPlanAnswer.Line
# The guide's four questions, each so many days after the first one: who heads a delegation is known last.
DAYS_AFTER_THE_FIRST = (0, 30, 60, 270)
# A coalition founded after national work has begun starts in two weeks.
SOONEST = timedelta(days=14)
DUE_AT = time(18)


def begin(coalition: Coalition) -> StarterPlan:
    """The plan of a coalition just founded."""
    return StarterPlan.objects.get_or_create(coalition=coalition)[0]


@transaction.atomic
def note_done(plan: StarterPlan, line: str, *, by: User, country: str = "") -> None:
    """A line was done from the plan. Answered twice, the first answer stands."""
    plan = _locked(plan)
    _answer(plan, line, by, country=country)
    _close_if_answered(plan, by)


@transaction.atomic
def refuse_line(plan: StarterPlan, line: str, *, by: User) -> None:
    """This line is not for the coalition, and is not asked again."""
    plan = _locked(plan)
    _answer(plan, line, by, is_refused=True)
    _close_if_answered(plan, by)


@transaction.atomic
def dismiss(plan: StarterPlan, *, by: User) -> None:
    """For good, for all leads of the coalition."""
    plan = _locked(plan)
    if plan.closed_at is None:
        plan.closed_at, plan.closed_by = now(), by
        plan.save(update_fields=["closed_at", "closed_by"])


@transaction.atomic
def ask_about_countries(plan: StarterPlan, *, countries: Collection[str], first_due: date, by: User) -> int:
    """The guide's four questions about each country, as follow-ups that nobody has yet. How many were made.

    A country asked about before is left as it is.
    """
    plan = _locked(plan)
    if not countries:
        raise RuleBroken(_("Choose at least one country."), field="countries")
    asked = set(plan.answers.filter(line=Line.COUNTRIES).exclude(country="").values_list("country", flat=True))
    assembly = Assembly.objects.current()
    cards = {str(card.country): card for card in Delegation.objects.filter(assembly=assembly)} if assembly else {}
    made = 0
    for country in sorted(set(countries) - {str(code) for code in asked}):
        for number, (title, days) in enumerate(zip(_questions(country), DAYS_AFTER_THE_FIRST, strict=True)):
            follow_ups.create(
                circle=plan.coalition.everyone,
                title=title,
                due_at=due_on(first_due + timedelta(days=days), by),
                by=by,
                done_means=_("The card of the delegation says so, with a public page as its source."),
                delegation=cards.get(country),
                counts_once_due=True,
                submission=uuid5(plan.public_id, f"{country} {number}"),
            )
            made += 1
        _answer(plan, Line.COUNTRIES, by, country=country)
    _close_if_answered(plan, by)
    return made


def first_due_day(today: date) -> date:
    """When the first question is due: eighteen months before the opening, or soon, if that has passed or is not known."""
    assembly = Assembly.objects.current()
    soonest = today + SOONEST
    return max(soonest, assembly.starts_on - NATIONAL_WORK_BEGINS) if assembly and assembly.starts_on else soonest


def due_on(day: date, by: User) -> datetime:
    return times.instant_of(day, DUE_AT, by.time_zone)


def _questions(country: str) -> list[str]:
    name = {"country": all_countries.name(country)}
    return [
        _("Find out which authority leads the delegation: %(country)s") % name,
        _("Find out whether the delegation is open to civil society: %(country)s") % name,
        _("Find out what rules apply to stakeholders in the delegation: %(country)s") % name,
        _("Find out who heads the delegation: %(country)s") % name,
    ]


def has_second_lead(coalition: Coalition) -> bool:
    return Membership.objects.current().leads().filter(coalition=coalition).count() > 1


def _locked(plan: StarterPlan) -> StarterPlan:
    return StarterPlan.objects.select_for_update(of=("self",)).select_related("coalition").get(pk=plan.pk)


def _answer(plan: StarterPlan, line: str, by: User, *, country: str = "", is_refused: bool = False) -> None:
    answer = {"is_refused": is_refused, "by": by}
    StarterPlanAnswer.objects.get_or_create(plan=plan, line=line, country=country, defaults=answer)


def _close_if_answered(plan: StarterPlan, by: User) -> None:
    """Once every line has an answer; a second lead counts when there is one."""
    answered = set(plan.answers.values_list("line", flat=True))
    if has_second_lead(plan.coalition):
        answered.add(Line.SECOND_LEAD.value)
    if answered >= set(Line.values):
        dismiss(plan, by=by)


# --- Undoing ----------------------------------------------------------------------------------------------------------

KIND = "coalitions.starter_plan"


def plan_state(plan: StarterPlan) -> dict[str, Any]:
    """Which lines are refused, and since when the plan is closed, as `undo` keeps it."""
    closed_at = StarterPlan.objects.values_list("closed_at", flat=True).get(pk=plan.pk)
    refused = plan.answers.filter(is_refused=True).order_by("pk").values_list("line", flat=True)
    return {"plan": plan.pk, "refused": list(refused), "closed_at": closed_at and closed_at.isoformat()}


@transaction.atomic
def undo_answer(about: dict[str, Any], *, by: User) -> str:
    """Ask the line again, and open the plan again, unless another lead did something with it since."""
    before, after = about["before"], about["after"]
    plan = StarterPlan.objects.visible_to(by).filter(pk=before["plan"]).first()
    if plan is None or not may_act_as_lead(by, plan.coalition):
        raise RuleBroken(_("You no longer lead this coalition: nothing was changed."))
    plan = _locked(plan)
    if plan_state(plan) != after:
        raise RuleBroken(_("Another lead has changed it since: nothing was undone."))
    plan.answers.filter(is_refused=True, by=by).exclude(line__in=before["refused"]).delete()
    if after["closed_at"] and not before["closed_at"]:
        plan.closed_at, plan.closed_by = None, None
        plan.save(update_fields=["closed_at", "closed_by"])
    return _("Undone: it is as it was before.")


def register_all() -> None:
    undo.register(KIND, undo_answer)
