"""The nightly run: notify, delete, and record how much was deleted."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.timezone import now

from amnt.audit.models import AuditEntry, AuditLevel
from amnt.audit.services import record
from amnt.retention.rules import Act, RetentionRule, rules

logger = logging.getLogger(__name__)

RUN = "retention.run"
# Run every hour, because beat counts intervals from its restart.
AT_MOST_EVERY = timedelta(hours=23)


@dataclass(frozen=True)
class Result:
    """The result of one rule. `number` -- None where it failed."""

    rule: RetentionRule
    number: int | None


def count_due(at: datetime) -> list[Result]:
    """How many rows each rule would take now. Nothing is changed."""
    return [Result(rule, rule.count(at)) for rule in rules() if rule.count]


def apply_rules(at: datetime) -> list[Result]:
    """Carry out every rule; one that fails stops no other. What was done is one row of the audit: keys of rules and numbers."""
    results = [Result(rule, attempt(rule, rule.apply, at)) for rule in rules() if rule.apply]
    said = [f"{result.rule.key}: {'failed' if result.number is None else result.number}" for result in results if result.number != 0]
    record(RUN, by=None, level=AuditLevel.PUBLIC, fields=said)
    return results


def attempt(rule: RetentionRule, apply: Act, at: datetime) -> int | None:
    try:
        if rule.notify:
            rule.notify(at)
        return apply(at)
    except Exception:
        logger.exception("The retention rule %s failed: the next run tries again", rule.key)
        return None


def apply_once_a_day() -> bool:
    """Say whether it ran now."""
    last = last_run()
    if last and now() - last.at < AT_MOST_EVERY:
        return False
    apply_rules(now())
    return True


def last_run() -> AuditEntry | None:
    return AuditEntry.objects.filter(act=RUN).order_by("-at").first()


def failures(run: AuditEntry) -> list[str]:
    """Keys of the rules that failed in this run."""
    return [said.removesuffix(": failed") for said in run.fields if said.endswith(": failed")]
