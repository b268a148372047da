"""Ways in through the API: read and written by whoever may, and never a seat or a confidence."""

import uuid

import pytest

from coalitions.models import Membership, OwnRoute
from coalitions.services import confidential_notes, seats
from resolutions.importers.glossary_and_notes import shipped_ways_in
from tests.factories import AssemblyFactory, OrganisationFactory, ResolutionFactory, circle_of, coalition, lead, member, observer

pytestmark = pytest.mark.django_db
ROUTES = "/api/v1/own-routes/"


@pytest.fixture
def here():
    return coalition()


@pytest.fixture
def her(here):
    person = member(here)
    Membership.objects.filter(user=person).update(organisation=OrganisationFactory(name="Digital Commons"))
    return person


def given(here, her, **fields):
    organisation = Membership.objects.get(user=her).organisation
    about = {"circle": str(here.everyone.public_id), "organisation": str(organisation.public_id), "way": "associate"}
    return about | {"submission": str(uuid.uuid4())} | fields


def test_every_way_is_read_with_what_is_known_of_it(program, her):
    rows = program(her).get("/api/v1/ways-in/").json()["results"]
    assert [row["key"] for row in rows] == [way.key for way in shipped_ways_in()]
    associate = next(row for row in rows if row["key"] == "associate")
    assert (associate["ties"], [fee["amount"] for fee in associate["fees"]]) == (None, ["10600.00"])


def test_one_is_noted_read_and_changed(program, here, her):
    sent = given(here, her, state="granted", until="2030-01-31", documents=[{"name": "Letter", "done": True}])
    assert [program(her).post(ROUTES, sent).status_code for _twice in range(2)] == [201, 200]
    [row] = program(her).get(ROUTES).json()["results"]
    assert (row["state"], row["until"], row["documents"]) == ("granted", "2030-01-31", [{"name": "Letter", "done": True}])
    changed = program(her).patch(f"{ROUTES}{row['id']}/", {"state": "refused", "seen_version": 1}).json()
    assert (changed["state"], changed["until"], changed["version"]) == ("refused", None, 2)
    assert program(her).patch(f"{ROUTES}{row['id']}/", {"state": "asked", "seen_version": 1}).status_code == 409
    assert OwnRoute.objects.get().state == "refused"


def test_who_may(program, here, her):
    circle = circle_of(here, her)
    route = program(her).post(ROUTES, given(here, her, circle=str(circle.public_id))).json()
    watcher, other, stranger = observer(here), lead(here), lead(coalition("B"))
    for person in (watcher, other, stranger):
        assert program(person).get(f"{ROUTES}{route['id']}/").status_code == 404
        assert program(person).patch(f"{ROUTES}{route['id']}/", {"state": "asked"}).status_code == 404
        assert program(person).get(ROUTES).json()["count"] == 0
    assert program(watcher).post(ROUTES, given(here, her)).status_code in (400, 403)
    assert program(stranger).post(ROUTES, given(here, her)).status_code == 400


def test_no_seat_and_no_confidence_is_in_any_answer(program, here, her):
    boss = lead(here)
    seats.declare(her, AssemblyFactory(), country="UY", people=[boss])
    confidential_notes.write(ResolutionFactory(number=50, slug="50"), text="zz-heard", by=her, readers=[boss], submission=uuid.uuid4())
    asks = program(boss)
    description = asks.get("/api/v1/schema/").content.decode()
    assert not any(word in description for word in ("seat", "onfidentialNote"))
    for path in asks.get("/api/v1/").json().values():
        answer = asks.get(path).content.decode()
        assert "zz-heard" not in answer
        assert "Uruguay" not in answer
