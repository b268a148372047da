"""Who may add and change dates, as a table: it is the specification, and each row is tried on the pages.

`tests/roles.py` says how a table is read. The API only reads dates.
"""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from calendar_app.models import Deadline, Meeting
from calendar_app.permissions import can_add_dates, can_change_date, can_propose_change, can_propose_dates
from tests import factories
from tests.roles import World, circle_in, named, rows_of, world_of

pytestmark = pytest.mark.django_db

# `thing`: a public meeting; a deadline of the assembly; the assembly; a call of everyone's circle, of a restricted circle, of a
# delegation, or of a circle in which the person does not stand; a door of a call. `move`: alone, at once; `propose`: another date, which
# waits for a lead or another member; `add`: a call or, without anyone else, a public date.
DATES = """
    role                 thing             | read add propose correct move check
    lead                 meeting           |  y    y     y      y      y    y
    lead                 deadline          |  y    y     y      y      y    y
    lead                 assembly          |  y    y     y      .      y    .
    lead                 everyone call     |  y    y     y      y      y    .
    lead                 restricted call   |  y    y     y      y      y    .
    lead                 delegation call   |  y    y     y      y      y    .
    lead                 outside call      |  -    y     -      -      -    .
    lead                 restricted door   |  y    y     y      y      y    .
    lead                 outside door      |  -    y     -      -      -    .
    lead without factor  meeting           |  y    -     y      -      -    -
    lead without factor  assembly          |  y    -     y      .      -    .
    lead without factor  everyone call     |  y    -     -      -      -    .
    lead without factor  restricted door   |  y    -     -      -      -    .
    lead elsewhere       meeting           |  y    y     y      y      y    y
    lead elsewhere       deadline          |  y    y     y      y      y    y
    lead elsewhere       assembly          |  y    y     y      .      y    .
    lead elsewhere       everyone call     |  -    y     -      -      -    .
    lead elsewhere       restricted door   |  -    y     -      -      -    .
    lead who is member   restricted call   |  y    y     -      -      -    .
    lead who is member   everyone call     |  y    y     -      -      -    .
    lead who is member   everyone door     |  y    y     -      -      -    .
    member               meeting           |  y    -     y      -      -    -
    member               deadline          |  y    -     y      -      -    -
    member               assembly          |  y    -     y      .      -    .
    member               everyone call     |  y    -     -      -      -    .
    member               restricted call   |  y    -     -      -      -    .
    member               delegation call   |  y    -     -      -      -    .
    member               outside call      |  -    -     -      -      -    .
    observer             meeting           |  y    -     -      -      -    -
    observer             everyone call     |  -    -     -      -      -    .
    nobody               meeting           |  y    -     -      -      -    -
    nobody               everyone call     |  -    -     -      -      -    .
"""


@pytest.fixture(autouse=True)
def leads_need_a_factor(settings):
    settings.LEADS_NEED_SECOND_FACTOR = True


def world_with(role: str) -> World:
    """ "lead who is member": a lead of another coalition who works in this one."""
    if role != "lead who is member":
        return world_of(role)
    world = world_of("lead elsewhere")
    factories.admit(world.coalition, user=world.person, role="member")
    return world


def thing_in(world: World, kind: str):
    assembly = factories.AssemblyFactory(starts_on=date(2028, 10, 17), ends_on=date(2028, 10, 27))
    if kind == "assembly":
        return assembly
    if kind == "meeting":
        return factories.MeetingFactory(assembly=assembly, source="https://example.org/dates")
    if kind == "deadline":
        return factories.DeadlineFactory(assembly=assembly, source="https://example.org/dates")
    circle = circle_in(world, kind.split()[0])
    call = factories.MeetingFactory(assembly=assembly, kind=Meeting.Kind.CALL, circle=circle, group=None, starts_on=now().date())
    return call if kind.endswith("call") else factories.DeadlineFactory(assembly=assembly, meeting=call, at=now() + timedelta(days=2))


@pytest.mark.parametrize(("role", "kind", "marks"), named(rows_of(DATES)[1]))
def test_what_one_may_do_with_a_date(client, role, kind, marks):
    world = world_with(role)
    thing, person = thing_in(world, kind), world.person
    name = type(thing).__name__.lower()
    key = thing.code if name == "assembly" else thing.public_id
    client.force_login(person)
    answers = {
        "read": client.get(reverse(f"calendar_app:{name}", args=[key])),
        "add": client.get(reverse("calendar_app:meeting-new", args=["call"])),
        "propose": client.get(reverse(f"calendar_app:{name}-change", args=[key])),
    }
    if marks["correct"] != ".":
        answers["correct"] = client.get(reverse(f"calendar_app:{name}-edit", args=[key]))
    if marks["check"] != ".":
        answers["check"] = client.post(reverse(f"calendar_app:{name}-checked", args=[key]))
    found = {name: answer.status_code in (200, 302) for name, answer in answers.items()}
    assert found == {name: marks[name] == "y" for name in answers}
    assert client.get(reverse("calendar_app:date-new")).status_code == (200 if can_propose_dates(person) else 403)
    assert {answer.status_code for answer in answers.values()} <= {200, 302, 403, 404}
    assert can_add_dates(person) == (marks["add"] == "y")
    if marks["read"] == "y":  # it is asked of nothing else
        assert can_change_date(person, thing) == (marks["move"] == "y")
        assert can_propose_change(person, thing) == (marks["propose"] == "y")
    if marks["check"] != ".":
        thing.refresh_from_db()
        assert (thing.verified_by == person) == (marks["check"] == "y")


@pytest.mark.parametrize("role", ["lead elsewhere", "lead who is member", "member"])
def test_a_door_is_added_to_a_call_by_the_leads_of_its_coalition_alone(client, role):
    world = world_with(role)
    call = thing_in(world, "everyone call")
    client.force_login(world.person)
    assert client.get(reverse("calendar_app:related-deadline-new", args=[call.public_id])).status_code in (403, 404)
    assert not Deadline.objects.exists()
