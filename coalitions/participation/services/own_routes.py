"""An organisation's own way in: asked, waiting, granted until a day, refused. Whoever follows it is reminded by two follow-ups of hers:
of the next step, and sixty and thirty days before the end of what was granted.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from amnt.accounts.models import User
from amnt.core.errors import RuleBroken
from amnt.core.forms import one_line
from amnt.core.idempotency import create_once, sent_before
from coalitions.models import Circle, FollowUp, Membership, Organisation, OwnRoute
from coalitions.participation.read_models.ways import name_of_way, way_of
from coalitions.services import follow_ups
from coalitions.services.circle_acts import check_stands_in, record_in

DUE_AT = time(18, tzinfo=UTC)
State = OwnRoute.State


class Document(TypedDict):
    name: str
    done: bool


class Facts(TypedDict, total=False):
    """What is said of one; what is left out stays."""

    organisation: Organisation
    way: str
    detail: str
    state: str
    asked_on: date | None
    until: date | None
    next_step: str
    next_on: date | None
    documents: Sequence[Document]
    followed_by: User | None


def organisations_in(circle: Circle) -> list[Organisation]:
    """Those whose people are in the coalition of this circle now."""
    here = Membership.objects.current().filter(coalition=circle.coalition_id, organisation__isnull=False)
    return list(Organisation.objects.filter(pk__in=here.values("organisation")).order_by("name", "pk"))


@transaction.atomic
def note(*, circle: Circle, by: User, submission: UUID | None = None, **facts: Unpack[Facts]) -> OwnRoute:
    """Note a request. The same form sent twice makes one."""
    mine = OwnRoute.objects.filter(created_by=by)
    if made := sent_before(mine, submission):
        return made
    check_stands_in(circle, by)
    route = OwnRoute(circle=circle, created_by=by, submission=submission, **cleaned(facts))
    check(route)
    route, is_new = create_once(route, among=mine)
    if is_new:
        route.events.create(state=route.state, by=by)
        record_in(circle, "coalitions.own_route_noted", by=by)
        update_tasks(route, by=by)
    return route


@transaction.atomic
def change(route: OwnRoute, *, by: User, seen_version: int | None = None, **facts: Unpack[Facts]) -> OwnRoute:
    """Change what is said of it. With `seen_version`, only if nobody else has since."""
    rows = OwnRoute.objects.select_for_update(of=("self",)).select_related("circle__coalition", "organisation", "followed_by")
    route = rows.get(pk=route.pk)
    if seen_version is not None and seen_version != route.version:
        raise RuleBroken(_("Somebody changed it in the meantime. Look at it again: what you typed is still in the form."))
    said = cleaned(facts)
    changed = [name for name, value in said.items() if getattr(route, name) != value]
    if not changed:
        return route
    for name in changed:
        setattr(route, name, said[name])
    check(route)
    route.version += 1
    route.save()
    route.events.create(state=route.state, by=by, fields=changed)
    record_in(route.circle, "coalitions.own_route_changed", by=by, fields=changed)
    update_tasks(route, by=by)
    return route


def cleaned(facts: Facts) -> dict[str, Any]:
    said: dict[str, Any] = dict(facts)
    for name in ("detail", "next_step"):
        if name in said:
            said[name] = one_line(said[name])
    if "documents" in said:
        named = ({"name": one_line(row["name"]), "done": bool(row["done"])} for row in said["documents"])
        said["documents"] = [row for row in named if row["name"]]
    if said.get("state") not in (None, State.GRANTED):
        said["until"] = None
    return said


def check(route: OwnRoute) -> None:
    if way_of(route.way) is None:
        raise RuleBroken(_("Choose one of the ways."), field="way")
    if route.organisation not in organisations_in(route.circle):
        raise RuleBroken(_("Choose an organisation of this coalition."), field="organisation")
    if route.until and route.state != State.GRANTED:
        raise RuleBroken(_("Only what was granted has an end."), field="until")
    if route.next_on and not route.next_step:
        raise RuleBroken(_("Say what the next step is."), field="next_step")
    if len(route.documents) > OwnRoute.MOST_DOCUMENTS:
        raise RuleBroken(_("At most %(n)s documents.") % {"n": OwnRoute.MOST_DOCUMENTS}, field="documents")
    if route.followed_by and not route.circle.includes(route.followed_by):
        raise RuleBroken(
            _("%(name)s cannot read it: add them to the circle first.") % {"name": route.followed_by.short_name}, field="followed_by"
        )


# --- What reminds of it -----------------------------------------------------------------------------------------------


def update_tasks(route: OwnRoute, *, by: User) -> None:
    step = (route.next_step, route.next_on) if route.state != State.REFUSED else ("", None)
    names = {"way": name_of_way(route.way), "organisation": route.organisation.name}
    renewal = (_("Renew: %(way)s, %(organisation)s") % names, route.until)
    route.step_task = task_for(route, route.step_task, *step, by=by)
    route.renewal_task = task_for(route, route.renewal_task, *renewal, by=by, renews=True)
    route.save(update_fields=["step_task", "renewal_task", "changed_at"])


def task_for(route: OwnRoute, task: FollowUp | None, title: str, day: date | None, *, by: User, renews: bool = False) -> FollowUp | None:
    """The follow-up that reminds of this day: made, moved, handed on, or dropped once nothing is to be done."""
    if task is not None and task.is_closed:
        task = None
    due_at = datetime.combine(day, DUE_AT) if day else None
    person = route.followed_by
    # An end that nobody follows is still somebody's to take: leads find it under what nobody has.
    if due_at is None or due_at <= now() or (person is None and not renews):
        if task is not None and due_at is None:
            follow_ups.drop(task, by=by)
        return task
    title = title[: FollowUp._meta.get_field("title").max_length]
    if task is None:
        return follow_ups.create(circle=route.circle, title=title, due_at=due_at, by=by, owner=person, renews=renews)
    task = follow_ups.change(task, by=by, title=title, due_at=due_at)
    return task if person is None or task.owner == person else follow_ups.assign(task, to=person, by=by)
