"""Sessions of an assembly, read by programs and entered, corrected and attended through them."""

import json
from uuid import uuid4

import pytest
import time_machine

from coalitions.models import AssemblySession, SessionAttendee
from tests.coalitions.live.worlds import EIGHTH, at, session
from tests.factories import ResolutionFactory, coalition, lead, member, observer

pytestmark = pytest.mark.django_db
SESSIONS = "/api/v1/sessions/"


@pytest.fixture(autouse=True)
def morning(settings):
    settings.LEADS_NEED_SECOND_FACTOR = False
    with time_machine.travel(at("09:50"), tick=False):
        yield


@pytest.fixture
def ours():
    return coalition()


@pytest.fixture
def her(ours):
    return lead(ours)


def post(client, address, **said):
    return client.post(address, json.dumps(said), content_type="application/json")


def test_who_goes_is_a_number(client, ours, her):
    made = session(ours.everyone, her, "10:15", resolutions=[ResolutionFactory(number=50, slug="50")])
    SessionAttendee.objects.create(session=made, user=her, day=EIGHTH)
    client.force_login(member(ours))
    row = client.get(SESSIONS).json()["results"][0]
    assert (row["in_room"], row["listening"], row["covering"], row["resolutions"]) == (1, 0, "good", ["50"])
    assert her.name not in json.dumps(client.get(f"{SESSIONS}{made.public_id}/").json())


@pytest.mark.parametrize("number", [1, 3])
def test_a_list_asks_as_much_however_long(client, ours, her, django_assert_num_queries, number):
    for hour in range(number):
        session(ours.everyone, her, f"{11 + hour}:00", resolutions=[ResolutionFactory()])
    client.force_login(her)
    client.get(SESSIONS)
    with django_assert_num_queries(6):
        assert len(client.get(SESSIONS).json()["results"]) == number


def test_a_session_is_entered_once_and_attended(client, ours, her):
    ResolutionFactory(number=50, slug="50")
    session(ours.everyone, her, "14:00")
    client.force_login(member(ours))
    said = {"assembly": "WTSA-28", "circle": str(ours.everyone.public_id), "standing": "informal", "group": "other"}
    said |= {"starts_at": "2028-10-24T10:15:00+05:30", "resolutions": ["50"], "submission": str(uuid4())}
    assert [post(client, SESSIONS, **said).status_code for _tap in range(2)] == [201, 200]
    row = AssemblySession.objects.get(standing="informal")
    address = f"{SESSIONS}{row.public_id}/"
    assert post(client, f"{address}attend/", manner="listening").json()["covering"] == "mixed"
    assert post(client, f"{address}withdraw/").json()["covering"] == "gap"
    changed = client.patch(address, json.dumps({"room": "Room F", "version": 1}), content_type="application/json")
    assert (changed.json()["room"], changed.json()["version"]) == ("Room F", 2)
    assert client.patch(address, json.dumps({"room": "G", "version": 1}), content_type="application/json").status_code == 409
    client.force_login(her)
    assert post(client, f"{address}confirm/").json()["reports"] == 2
    assert post(client, f"{address}cancel/").json()["is_cancelled"]
    assert post(client, f"{address}attend/", manner="room").status_code == 409


def test_an_observer_knows_of_none_and_a_member_changes_no_others(client, ours, her):
    made = session(ours.everyone, her, "10:15")
    client.force_login(observer(ours))
    assert client.get(SESSIONS).json()["results"] == []
    assert client.get(f"{SESSIONS}{made.public_id}/").status_code == 404
    client.force_login(member(ours))
    assert post(client, f"{SESSIONS}{made.public_id}/cancel/").status_code == 403
