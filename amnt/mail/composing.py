"""The letters of a batch. One row that cannot be composed stops no other."""

import logging
from collections.abc import Sequence

from amnt.mail.emails import Letter, compose
from amnt.mail.models import Email, Mute

logger = logging.getLogger(__name__)


def composed(emails: Sequence[Email]) -> tuple[dict[int, Letter], list[Email]]:
    """The letters of these rows, and the rows whose composer failed."""
    by_kind: dict[str, list[Email]] = {}
    for email in emails:
        by_kind.setdefault(email.kind, []).append(email)
    letters: dict[int, Letter] = {}
    failed: list[Email] = []
    for rows in by_kind.values():
        try:
            letters |= compose(rows)
        except Exception:  # noqa: BLE001 -- asked again one by one, and logged there
            for row in rows:
                try:
                    letters |= compose([row])
                except Exception:
                    logger.exception("Mail %s of kind %s could not be composed", row.public_id, row.kind)
                    failed.append(row)
    return letters, failed


def muted_kinds(emails: Sequence[Email], letters: dict[int, Letter]) -> set[tuple[int | None, str]]:
    """Pairs of (person, kind) she wants no more: whoever composed the letter, it does not go."""
    stops = {letter.stop for letter in letters.values() if letter.stop}
    if not stops:
        return set()
    people = {email.to_id for email in emails if email.to_id}
    return set(Mute.objects.filter(user__in=people, kind__in=stops).values_list("user_id", "kind"))
