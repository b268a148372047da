"""Who may do what in a coalition, as tables: they are the specification, and each row is tried on the pages and on the API.

`tests/roles.py` says how a table is read.
"""

import uuid
from datetime import timedelta

import pytest
from django.contrib import messages
from django.db import transaction
from django.urls import reverse
from django.utils.timezone import now

from coalitions import permissions
from coalitions.domain.snoozing import SnoozeUntil
from coalitions.models import Circle, FollowUp, Membership
from coalitions.permissions import membership_context_of, rights_on
from coalitions.services import circles as circle_services
from tests import factories
from tests.roles import ROLES, World, circle_in, named, rows_of, world_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def leads_need_a_factor(settings):
    settings.LEADS_NEED_SECOND_FACTOR = True


# --- Follow-ups ---------------------------------------------------------------------------------------------------------

# `relation`: "nothing" and "backup" are of one that somebody else has; "made it" of one made and had by others; "made, had by
# nobody" and "has and made" say the rest. `open up`: move it to everyone's circle.
FOLLOW_UPS = """
    role                 relation              circle      | read take return work assign change drop open-up
    lead                 nothing               everyone    |  y    -    -      y    y      y      y    .
    lead                 nothing               restricted  |  y    -    -      y    y      y      y    y
    lead                 nothing               delegation  |  y    -    -      y    y      y      y    -
    lead                 had by nobody         everyone    |  y    y    -      .    y      y      y    .
    lead                 had by nobody         delegation  |  y    y    -      .    y      y      y    -
    lead                 backup                restricted  |  y    -    -      y    y      y      y    y
    lead                 has it                everyone    |  y    .    y      y    y      y      y    .
    lead                 has it                delegation  |  y    .    y      y    y      y      y    -
    lead                 made it               delegation  |  y    -    -      y    y      y      y    y
    lead                 nothing               outside     |  -    -    -      -    -      -      -    -
    lead                 made it               outside     |  -    -    -      -    -      -      -    -
    lead without factor  nothing               everyone    |  y    -    -      -    -      -      -    .
    lead without factor  nothing               restricted  |  y    -    -      -    -      -      -    -
    lead without factor  has it                restricted  |  y    .    y      y    -      y      -    -
    lead without factor  had by nobody         everyone    |  y    y    -      -    -      -      -    .
    lead without factor  has and made          everyone    |  y    .    y      y    -      y      y    .
    member               nothing               everyone    |  y    -    -      -    -      -      -    .
    member               nothing               restricted  |  y    -    -      -    -      -      -    -
    member               nothing               delegation  |  y    -    -      -    -      -      -    -
    member               had by nobody         everyone    |  y    y    -      -    -      -      -    .
    member               had by nobody         delegation  |  y    y    -      -    -      -      -    -
    member               backup                everyone    |  y    -    -      y    -      -      -    .
    member               backup                restricted  |  y    -    -      y    -      -      -    -
    member               backup                delegation  |  y    -    -      y    -      -      -    -
    member               has it                everyone    |  y    .    y      y    -      y      -    .
    member               has it                restricted  |  y    .    y      y    -      y      -    -
    member               has it                delegation  |  y    .    y      y    -      y      -    -
    member               made it               everyone    |  y    -    -      -    -      -      -    .
    member               made it               restricted  |  y    -    -      -    -      -      -    -
    member               made, had by nobody   everyone    |  y    y    -      .    -      y      y    .
    member               made, had by nobody   restricted  |  y    y    -      .    -      y      y    y
    member               made, had by nobody   delegation  |  y    y    -      .    -      y      y    y
    member               has and made          restricted  |  y    .    y      y    -      y      y    y
    member               has and made          delegation  |  y    .    y      y    -      y      y    y
    member               nothing               outside     |  -    -    -      -    -      -      -    -
    member               made it               outside     |  -    -    -      -    -      -      -    -
    member               has it                outside     |  -    -    -      -    -      -      -    -
    observer             nothing               everyone    |  -    -    -      -    -      -      -    -
    observer             has it                everyone    |  -    -    -      -    -      -      -    -
    observer             made, had by nobody   everyone    |  -    -    -      -    -      -      -    -
    lead elsewhere       nothing               everyone    |  -    -    -      -    -      -      -    -
    lead elsewhere       made it               restricted  |  -    -    -      -    -      -      -    -
    nobody               has it                everyone    |  -    -    -      -    -      -      -    -
"""


def follow_up_in(world: World, relation: str, circle: Circle) -> FollowUp:
    ama, samuel = world.others
    made = {"made it", "made, had by nobody", "has and made"}
    owner = None if relation.endswith("had by nobody") else world.person if relation.startswith("has") else ama
    return factories.FollowUpFactory(
        circle=circle,
        owner=owner,
        backup=world.person if relation == "backup" else None,
        created_by=world.person if relation in made else samuel,
        state="in-hand" if owner else "to-accept",
        due_at=now() + timedelta(days=10),
    )


class Pages:
    """The acts as forms of the site."""

    def __init__(self, client, person):
        self.client = client
        client.force_login(person)

    def read(self, row):
        return self.client.get(row.get_absolute_url())

    def post(self, name, row, **fields):
        return self.client.post(reverse(f"coalitions:{name}", args=[row.public_id]), fields)

    def give(self, row, act, **fields):
        """One tap: take, accept, hand-back…"""
        return self.post("follow-up-answer", row, act=act, **fields)

    def assign(self, row, to):
        return self.post("follow-up-assign", row, to=str(to.public_id), due="keep", version=row.version)

    def change(self, row, **changes):
        about = {"title": row.title, "circle": row.circle.public_id, "due_on": row.due_at.date().isoformat(), "version": row.version}
        return self.post("follow-up-change", row, **about | changes)


class Api:
    """The same acts by a program of hers."""

    def __init__(self, program, person):
        self.client = program(person)

    def read(self, row):
        return self.client.get(f"/api/v1/follow-ups/{row.public_id}/")

    def give(self, row, act, **fields):
        return self.client.post(f"/api/v1/follow-ups/{row.public_id}/{act}/", fields)

    def assign(self, row, to):
        return self.give(row, "assign", to=str(to.public_id))

    def change(self, row, **changes):
        return self.client.patch(f"/api/v1/follow-ups/{row.public_id}/", {name: str(value) for name, value in changes.items()})


def happens(row: FollowUp, field: str, act) -> bool:
    """Whether this act changes this field of the follow-up; what it changed is taken back."""
    with transaction.atomic():
        act()
        after = FollowUp.objects.values_list(field, flat=True).get(pk=row.pk)
        transaction.set_rollback(True)
    return after != getattr(row, field)


@pytest.mark.parametrize(("role", "relation", "kind", "marks"), named(rows_of(FOLLOW_UPS)[1]))
def test_what_one_may_do_with_a_follow_up(client, program, role, relation, kind, marks):
    """By the pages, by the API, and by the buttons: `rights_on`, which is asked only of what one may read, decides which are shown."""
    world = world_of(role)
    row = follow_up_in(world, relation, circle_in(world, kind))
    may = {name: mark == "y" for name, mark in marks.items()}
    if may["read"]:
        rights = rights_on(world.person, row)
        said = {"return": rights.is_owner, "assign": rights.may_assign, "change": rights.may_change, "drop": rights.may_drop}
        assert said == {name: may[name] for name in said}
        assert rights.may_work == may["work"] or marks["work"] == "."
        assert rights.may_take
    for door in (Pages(client, world.person), Api(program, world.person)):
        assert what_happens(door, row, world) == may, type(door).__name__


def what_happens(door, row: FollowUp, world: World) -> dict[str, bool]:
    samuel, everyone = world.others[1], world.coalition.everyone
    return {
        "read": door.read(row).status_code == 200,
        "take": happens(row, "owner_id", lambda: door.give(row, "take")),
        "return": happens(row, "owner_id", lambda: door.give(row, "hand-back")),
        "work": happens(row, "state", lambda: door.give(row, "block")),
        "assign": happens(row, "owner_id", lambda: door.assign(row, samuel)),
        "change": happens(row, "title", lambda: door.change(row, title="Ask again")),
        "drop": happens(row, "state", lambda: door.give(row, "drop")),
        "open-up": happens(row, "circle_id", lambda: door.change(row, circle=everyone.public_id)),
    }


@pytest.mark.parametrize("way", ["pages", "api"])
def test_a_follow_up_never_moves_to_another_coalition(client, program, way):
    """Nor to a circle in which its mover does not stand, by whoever may change it."""
    world = world_of("lead")
    theirs = factories.coalition("Another")
    factories.admit(theirs, user=world.person, role="lead")
    row = follow_up_in(world, "has and made", world.coalition.everyone)
    door = Pages(client, world.person) if way == "pages" else Api(program, world.person)
    for circle in (theirs.everyone, circle_in(world, "outside")):
        assert not happens(row, "circle_id", lambda circle=circle: door.change(row, circle=circle.public_id))
    inside = circle_in(world, "delegation")
    assert happens(row, "circle_id", lambda: door.change(row, circle=inside.public_id))


# What an act makes of a follow-up in each state, done by a lead who has it or, where nobody has, may take it: the state that it is
# in afterwards, "same" where nothing happens, "-" where a sentence refuses.
STATES = """
    act        | unowned    to-accept  in-hand    blocked    done       dropped
    take       | in-hand    same       same       same       -          -
    accept     | -          in-hand    same       same       -          -
    decline    | -          to-accept  -          -          -          -
    hand-back  | -          to-accept  to-accept  to-accept  -          -
    block      | -          blocked    blocked    same       -          -
    resume     | -          -          same       in-hand    -          -
    done       | done       done       done       done       same       -
    drop       | dropped    dropped    dropped    dropped    -          same
    reopen     | same       same       same       same       in-hand    in-hand
    snooze     | -          snoozed    snoozed    snoozed    -          -
    assign     | to-accept  to-accept  to-accept  to-accept  -          -
    change     | changed    changed    changed    changed    -          -
"""


def outcome(row: FollowUp, act) -> str:
    """In the words of the table above."""
    before = FollowUp.objects.get(pk=row.pk)
    with transaction.atomic():
        answer = act()
        after = FollowUp.objects.get(pk=row.pk)
        transaction.set_rollback(True)
    if after.snoozed_until != before.snoozed_until and after.state == before.state:
        return "snoozed"
    if after.title != before.title:
        return "changed"
    if (after.state, after.owner_id) != (before.state, before.owner_id):
        return after.state
    told = list(getattr(answer.wsgi_request, "_messages", ()))
    refused_by_a_message = bool(told) and told[-1].level == messages.ERROR
    form_again = answer.status_code == 200 and getattr(answer, "context", None) is not None
    return "-" if answer.status_code >= 400 or refused_by_a_message or form_again else "same"


@pytest.mark.parametrize(("act", "marks"), named(rows_of(STATES)[1]))
@pytest.mark.parametrize("way", ["pages", "api"])
def test_what_an_act_makes_of_each_state(client, program, act, marks, way):
    world = world_of("lead")
    ama, _samuel = world.others
    door = Pages(client, world.person) if way == "pages" else Api(program, world.person)
    found = {}
    for state in marks:
        row = follow_up_in(world, "had by nobody" if state == "unowned" else "has it", world.coalition.everyone)
        row.state = "to-accept" if state == "unowned" else state
        row.closed_at = now() if state in ("done", "dropped") else None
        row.save()
        if act == "assign":
            found[state] = outcome(row, lambda row=row: door.assign(row, ama))
        elif act == "change":
            found[state] = outcome(row, lambda row=row: door.change(row, title="Ask again"))
        elif act == "snooze":
            asked = {"snooze" if way == "pages" else "until": SnoozeUntil.TOMORROW.value}
            found[state] = outcome(row, lambda row=row, asked=asked: door.give(row, "snooze", **asked))
        else:
            found[state] = outcome(row, lambda row=row: door.give(row, act))
    assert found == marks


# --- Circles, readings, positions, delegations, texts -----------------------------------------------------------------------

# `write`: make a follow-up there, say how a proposal is read; `take position`; `name people` of the circle; `open circle` in its
# coalition; `cards`: change a card of a delegation and call it checked; `propose-cards`: change one, to be checked by another;
# `texts`: bring in, enter and check texts and proposals. `circle` as above;
# "owned" is a restricted circle that this person looks after, "ownerless" one that nobody does.
COALITION = """
    role                 circle      | write take-position name-people open-circle cards propose-cards texts
    lead                 everyone    |  y      y             -           y           y     y             y
    lead                 restricted  |  y      y             -           y           y     y             y
    lead                 delegation  |  y      y             -           y           y     y             y
    lead                 outside     |  -      -             -           y           y     y             y
    lead                 owned       |  y      y             y           y           y     y             y
    lead                 ownerless   |  y      y             y           y           y     y             y
    lead without factor  everyone    |  y      -             -           y           -     y             y
    lead without factor  restricted  |  y      y             -           y           -     y             y
    lead without factor  owned       |  y      y             y           y           -     y             y
    member               everyone    |  y      -             -           y           -     y             y
    member               restricted  |  y      y             -           y           -     y             y
    member               delegation  |  y      y             -           y           -     y             y
    member               outside     |  -      -             -           y           -     y             y
    member               owned       |  y      y             y           y           -     y             y
    member               ownerless   |  y      y             y           y           -     y             y
    observer             everyone    |  -      -             -           -           -     -             -
    observer             restricted  |  -      -             -           -           -     -             -
    observer             ownerless   |  -      -             -           -           -     -             -
    lead elsewhere       everyone    |  -      -             -           -           y     y             y
    lead elsewhere       restricted  |  -      -             -           -           y     y             y
    lead elsewhere       ownerless   |  -      -             -           -           y     y             y
    nobody               everyone    |  -      -             -           -           -     -             -
    nobody               ownerless   |  -      -             -           -           -     -             -
"""


def circle_owned(world: World, kind: str) -> Circle:
    circle = circle_in(world, "restricted" if kind in ("owned", "ownerless") else kind)
    if not circle.is_everyone:
        circle.owner = {"owned": world.person, "ownerless": None}.get(kind, world.others[0])
        circle.save()
    return circle


@pytest.mark.parametrize(("role", "kind", "marks"), named(rows_of(COALITION)[1]))
def test_what_one_may_do_in_a_coalition(client, role, kind, marks):
    """The functions, and the page that asks each of them."""
    world = world_of(role)
    circle, person = circle_owned(world, kind), world.person
    assert {
        "write": permissions.can_create_follow_up(person, circle) and permissions.can_set_reading(person, circle),
        "take-position": permissions.can_take_position(person, circle),
        "name-people": permissions.can_name_people(person, circle),
        "open-circle": permissions.can_open_circle(person, world.coalition),
        "cards": permissions.can_edit_delegations(person),
        "propose-cards": permissions.can_propose_cards(person),
        "texts": permissions.can_enter_texts(person),
    } == {name: mark == "y" for name, mark in marks.items()}
    client.force_login(person)
    resolution = factories.ResolutionFactory()
    opens = {
        "name-people": reverse("coalitions:circle-change", args=[circle.public_id]),
        "open-circle": reverse("coalitions:circle-new", args=[world.coalition.public_id]),
        "propose-cards": reverse("coalitions:delegation-new"),
        "texts": reverse("coalitions:proposal-new", args=[resolution.slug]),
    }
    factories.AssemblyFactory()
    answered = {name: client.get(address).status_code for name, address in opens.items()}
    assert {name: code == 200 for name, code in answered.items()} == {name: marks[name] == "y" for name in opens}
    assert set(answered.values()) <= {200, 403, 404}


@pytest.mark.parametrize(("role", "kind", "marks"), named(rows_of(COALITION)[1]))
@pytest.mark.parametrize("way", ["pages", "api"])
def test_where_one_may_make_a_follow_up(client, program, role, kind, marks, way):
    world = world_of(role)
    circle = circle_owned(world, kind)
    due = now() + timedelta(days=5)
    asked = {"title": "Ask the authority", "circle": str(circle.public_id), "submission": str(uuid.uuid4())}
    if way == "pages":
        client.force_login(world.person)
        client.post(reverse("coalitions:follow-up-new"), asked | {"due_on": due.date().isoformat()})
    else:
        program(world.person).post("/api/v1/follow-ups/", asked | {"due_at": due.isoformat()})
    assert FollowUp.objects.filter(circle=circle).exists() == (marks["write"] == "y")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("way", ["pages", "api"])
def test_only_a_lead_of_the_coalition_makes_a_follow_up_for_someone_else(client, program, role, way):
    world = world_of(role)
    circle, due = world.coalition.everyone, now() + timedelta(days=5)
    asked = {"title": "Ask the authority", "circle": str(circle.public_id), "owner": str(world.others[0].public_id)}
    if way == "pages":
        client.force_login(world.person)
        asked |= {"due_on": due.date().isoformat(), "submission": str(uuid.uuid4())}
        client.post(reverse("coalitions:follow-up-new"), asked)
    else:
        program(world.person).post("/api/v1/follow-ups/", asked | {"due_at": due.isoformat()})
    assert FollowUp.objects.filter(circle=circle).exists() == (role == "lead")


@pytest.mark.parametrize("role", ROLES)
def test_how_one_stands_in_a_coalition(role):
    world = world_of(role)
    restricted, delegation = circle_in(world, "restricted"), circle_in(world, "delegation")
    memberships = membership_context_of(world.person)
    here = world.coalition.pk
    works = role in ("lead", "lead without factor", "member")
    assert (here in memberships.led) == (role == "lead")
    assert bool(memberships.led) == (role in ("lead", "lead elsewhere"))
    assert memberships.lacks_second_factor == (role == "lead without factor")
    assert memberships.works == (works or role == "lead elsewhere")
    assert memberships.observes == (role == "observer")
    assert (restricted.pk in memberships.circles, delegation.pk in memberships.circles) == (works, False)
    assert (restricted.pk in memberships.every_circle, delegation.pk in memberships.every_circle) == (works, works)


@pytest.mark.parametrize("looked_up", [False, True])
@pytest.mark.parametrize("kind", ["restricted", "delegation"])
@pytest.mark.parametrize("role", ROLES)
def test_whom_one_knows_in_a_coalition(role, kind, looked_up):
    """The same by memberships that a page looked up and by the question itself."""
    world = world_of(role)
    fellow, other = world.others
    leading = factories.lead(world.coalition)
    seat = Membership.objects.filter(user=world.person, coalition=world.coalition).exclude(role="observer")
    factories.circle_of(world.coalition, fellow, *([world.person] if seat else []), kind=kind)
    memberships = membership_context_of(world.person) if looked_up else None
    known = set(Membership.objects.visible_to(world.person, memberships).values_list("user", flat=True))
    here = {
        "lead": {fellow, other, leading},
        "lead without factor": {fellow, leading},
        "member": {fellow, leading},
        "observer": {leading},
    }
    assert known - {world.person.pk} == {user.pk for user in here.get(role, set())}


def test_whoever_goes_out_of_an_ownerless_circle_names_nobody_into_it():
    world = world_of("member")
    circle = circle_owned(world, "ownerless")
    seat = Membership.objects.get(user=world.person, coalition=world.coalition)
    circle_services.remove_from_circle(circle, membership=seat, by=world.person)
    assert not permissions.can_name_people(world.person, circle)
