"""The priorities of a coalition: adopting, writing, ordering, publishing to observers, and removing them. Leads do all of it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from amnt.core.forms import one_line, several_lines
from amnt.core.idempotency import create_once, sent_before
from coalitions.importers.advocacy import PrioritySuggestion
from coalitions.models import Coalition, LinkedClause, Priority
from coalitions.services.circle_acts import record_in
from coalitions.services.membership import lock
from resolutions.models import Resolution


def about_of(*, resolutions: Sequence[Resolution] = (), clauses: Sequence[LinkedClause] = (), rights: Sequence[str] = ()) -> dict[str, Any]:
    """What a priority is about, as its row keeps it: the resolutions of its clauses too."""
    keys = dict.fromkeys([*(row.pk for row in resolutions), *(clause.resolution for clause in clauses)])
    return {
        "resolutions": list(keys),
        "clauses": [[str(clause.identity), clause.resolution] for clause in dict.fromkeys(clauses)],
        "rights": list(dict.fromkeys(rights)),
    }


@transaction.atomic
def adopt_suggestion(coalition: Coalition, suggestion: PrioritySuggestion, *, by: User) -> Priority:
    """Adopt what the guide suggests, with the resolutions it names. Safe to repeat."""
    lock(coalition)
    if made := Priority.objects.filter(coalition=coalition, suggestion=suggestion.key).first():
        return made
    resolutions = list(Resolution.objects.visible_to(by).filter(slug__in=suggestion.resolutions))
    about = about_of(resolutions=sorted(resolutions, key=lambda row: suggestion.resolutions.index(row.slug)))
    return append(Priority(coalition=coalition, suggestion=suggestion.key, about=about, by=by))


@transaction.atomic
def write_priority(
    coalition: Coalition,
    *,
    title: str,
    why: str = "",
    resolutions: Sequence[Resolution] = (),
    clauses: Sequence[LinkedClause] = (),
    rights: Sequence[str] = (),
    by: User,
    submission: UUID | None = None,
) -> Priority:
    """A new one, last in order. The same form sent twice makes one."""
    lock(coalition)
    mine = Priority.objects.filter(by=by)
    if made := sent_before(mine, submission):
        return made
    about = about_of(resolutions=resolutions, clauses=clauses, rights=rights)
    title = one_line(title)
    if not title:
        raise RuleBroken(_("Say what the priority is."), field="title")
    wanted = Priority(coalition=coalition, own_title=title, own_why=several_lines(why), about=about, by=by, submission=submission)
    return append(wanted)


def append(priority: Priority) -> Priority:
    """Store it as the last of its coalition, which the caller has locked."""
    coalition = priority.coalition
    places = list(Priority.objects.filter(coalition=coalition).order_by("place").values_list("place", flat=True))
    if len(places) >= Priority.MOST:
        raise RuleBroken(
            _("There are %(n)s priorities already. Remove one first: what comes above all is not a long list.") % {"n": Priority.MOST}
        )
    priority.place = (places[-1] if places else 0) + 1
    row, is_new = create_once(priority, among=Priority.objects.filter(coalition=coalition))
    if is_new:
        record_in(coalition.everyone, "coalitions.priority_set", by=priority.by, about=row, fields=["title", "about"])
    return row


@transaction.atomic
def change_priority(priority: Priority, *, by: User, seen_version: int | None = None, **changes: Any) -> Priority:
    """Its words and what it is about. With `seen_version`, only if nobody changed it since."""
    row = locked(priority, seen_version)
    title, why = one_line(changes.get("title", row.title)), several_lines(changes.get("why", row.why))
    if not title:
        raise RuleBroken(_("Say what the priority is."), field="title")
    fields = []
    # Of a suggestion that was not reworded no words are kept: everyone goes on reading it in their own language.
    if (title, why) != (row.title, row.why):
        row.own_title, row.own_why = title, why
        fields.append("title")
    about = about_of(
        resolutions=changes.get("resolutions", Resolution.objects.filter(pk__in=row.resolution_keys)),
        clauses=changes.get("clauses", row.clauses),
        rights=changes.get("rights", row.about.get("rights", [])),
    )
    if about != row.about:
        row.about = about
        fields.append("about")
    return save_changed(row, fields, by=by)


@transaction.atomic
def link_clause(priority: Priority, clause: LinkedClause, *, by: User) -> Priority:
    """Say that it is about this clause too. Safe to repeat."""
    row = locked(priority)
    resolutions = [*Resolution.objects.filter(pk__in=row.resolution_keys)]
    about = about_of(resolutions=resolutions, clauses=[*row.clauses, clause], rights=row.about.get("rights", []))
    is_there = clause in row.clauses
    if not is_there:
        row.about = about
    return save_changed(row, [] if is_there else ["about"], by=by)


@transaction.atomic
def move_priority(priority: Priority, *, up: bool, by: User) -> None:
    """One place up or down; at the end of the list nothing happens."""
    lock(priority.coalition)
    rows = list(Priority.objects.filter(coalition=priority.coalition_id).in_order())
    here = next((place for place, row in enumerate(rows) if row.pk == priority.pk), None)
    if here is None:
        raise RuleBroken(_("This priority was removed in the meantime."))
    there = here - 1 if up else here + 1
    if not 0 <= there < len(rows):
        return
    rows[here], rows[there] = rows[there], rows[here]
    for place, row in enumerate(rows, start=1):
        if row.place != place:
            Priority.objects.filter(pk=row.pk).update(place=place)
    record_in(priority.coalition.everyone, "coalitions.priority_set", by=by, about=priority, fields=["place"])


@transaction.atomic
def publish_priority(priority: Priority, *, is_published: bool, by: User) -> Priority:
    """Let observers read it too, or no longer."""
    row = locked(priority)
    if row.is_published != is_published:
        row.published_at = now() if is_published else None
        row.save(update_fields=["published_at"])
        record_in(row.coalition.everyone, "coalitions.priority_published", by=by, about=row, fields=["published_at"])
    return row


@transaction.atomic
def remove_priority(priority: Priority, *, by: User) -> None:
    lock(priority.coalition)
    record_in(priority.coalition.everyone, "coalitions.priority_removed", by=by, about=priority)
    priority.delete()


def locked(priority: Priority, seen_version: int | None = None) -> Priority:
    lock(priority.coalition)
    row = Priority.objects.select_related("coalition").filter(pk=priority.pk).first()
    if row is None:
        raise RuleBroken(_("This priority was removed in the meantime."))
    if seen_version is not None and seen_version != row.version:
        raise RuleBroken(
            _("Someone else changed it in the meantime: “%(title)s”. Your text is kept: look again, then send it.") % {"title": row.title}
        )
    return row


def save_changed(row: Priority, fields: list[str], *, by: User) -> Priority:
    if fields:
        row.version = F("version") + 1  # type: ignore[assignment]
        row.save(update_fields=["own_title", "own_why", "about", "version"])
        row.refresh_from_db(fields=["version"])
        record_in(row.coalition.everyone, "coalitions.priority_set", by=by, about=row, fields=fields)
    return row
