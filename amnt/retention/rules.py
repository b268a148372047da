"""The registry of retention rules, for the nightly job, the dry run and the privacy page.

A rule without `count` and `apply` is carried out elsewhere (the proxy, the backup) and is listed so that the page is complete.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError, QuerySet
from django.utils.functional import Promise

BATCH = 500

Text = str | Promise
Act = Callable[[datetime], int]


@dataclass(frozen=True)
class RetentionRule:
    """One line of the table.

    key -- names the rule in the report of a run
    subject, period, then -- what is kept, for how long, and what happens then, as the privacy page says it
    count -- how many rows are due at this instant
    apply -- does what `then` says and returns how many rows it was done to
    notify -- notifies people beforehand and returns how many; run before `apply`
    """

    key: str
    subject: Text
    period: Text
    then: Text
    count: Act | None = None
    apply: Act | None = None
    notify: Act | None = None


@dataclass(frozen=True)
class Upcoming:
    """Something a person can read that will be deleted."""

    name: str
    address: str
    on: date


_rules: dict[str, RetentionRule] = {}
_upcoming: list[Callable[[Any, datetime], list[Upcoming]]] = []


def register(rule: RetentionRule) -> None:
    _rules[rule.key] = rule


def register_upcoming(listed: Callable[[Any, datetime], list[Upcoming]]) -> None:
    """Register a function whose list for a person is shown on the page of stored data."""
    _upcoming.append(listed)


def rules() -> list[RetentionRule]:
    return list(_rules.values())


def upcoming(user: Any, at: datetime) -> list[Upcoming]:
    return sorted((item for listed in _upcoming for item in listed(user, at)), key=lambda item: (item.on, item.name))


def deletion_rule(
    key: str, subject: Text, period: Text, then: Text, *, due: Callable[[datetime], QuerySet], notify: Act | None = None
) -> RetentionRule:
    """A rule that deletes its due rows."""
    return RetentionRule(
        key, subject, period, then, count=lambda at: due(at).count(), apply=lambda at: delete_in_batches(due(at)), notify=notify
    )


def delete_in_batches(due: QuerySet) -> int:
    """Delete these rows in batches. A row that is protected by another is kept for the next run."""
    deleted, kept = 0, set[int]()
    while chosen := list(due.exclude(pk__in=kept).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        rows = due.model._base_manager.filter(pk__in=chosen)
        try:
            with transaction.atomic():
                rows.delete()
            deleted += len(chosen)
        except ProtectedError:
            for pk in chosen:
                try:
                    with transaction.atomic():
                        rows.filter(pk=pk).delete()
                    deleted += 1
                except ProtectedError:
                    kept.add(pk)
    return deleted
