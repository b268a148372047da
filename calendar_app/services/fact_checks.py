"""Confirming public facts against a source."""

import re

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.audit.models import AuditLevel
from amnt.audit.services import record
from amnt.core.errors import RuleBroken
from amnt.core.links import UNCLEAN, is_clean_link
from calendar_app.read_models.worth_a_look import digest_of
from resolutions.models import FROM_MEMORY, Fact


@transaction.atomic
def confirm_fact(fact: Fact, *, by: User, seen: str, source: str = "") -> None:
    """Record that this person read it in its source today, or in this one, which then stands first among its sources.

    seen -- the digest of what she saw of it
    """
    fact = type(fact)._default_manager.select_for_update().get(pk=fact.pk)
    if fact.verified_by_id == by.pk and fact.verified_at is not None and fact.verified_at.date() == now().date():
        return  # sent twice
    if digest_of(fact) != seen:
        raise RuleBroken(_("Someone else has changed this in the meantime. Look at it again, then send yours."))
    if source and not is_clean_link(source):
        raise RuleBroken(str(UNCLEAN), field="source")
    if not source and not fact.source_links:
        raise RuleBroken(_("Give the address of a page where anyone can read it."), field="source")
    fields = ["verified_by", "verified_at"]
    if source and source not in fact.source_links:
        fact.source = with_source(fact.source, source)
        fields.append("source")
    fact.verified_by, fact.verified_at = by, now()
    fact._history_user = by  # type: ignore[attr-defined]
    saved = [*fields, "changed_at"] if hasattr(fact, "changed_at") else fields
    fact.save(update_fields=saved)
    record("instance.fact_changed", by=by, about=fact, level=AuditLevel.PUBLIC, fields=fields)


def with_source(before: str, link: str) -> str:
    """The sources with this one first, and without the notes that say it was never read in one."""
    parts = [part for part in re.split(r"\s+;\s+", before) if part and not any(note in part for note in FROM_MEMORY)]
    return " ; ".join([link, *parts])
