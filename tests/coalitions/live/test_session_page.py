"""The page of one session of an assembly."""

import pytest

from coalitions.models import AssemblySession, DeclaredPresence, SessionAttendee
from tests.coalitions.live.worlds import EIGHTH, session
from tests.factories import ResolutionFactory, member, observer

pytestmark = pytest.mark.django_db


def test_a_session_says_where_when_and_on_what(client, ours, claire):
    made = session(ours.everyone, claire, "10:15", room="Room F", resolutions=[ResolutionFactory(number=50, slug="50")])
    client.force_login(claire)
    page = client.get(made.get_absolute_url()).content.decode()
    for words in ("Ad hoc group, Res. 50", "10:15 (Kolkata)", "07:45 your time", "Room F", "Not covered", "I go"):
        assert words in page


def test_an_observer_does_not_know_of_it(client, ours, claire):
    made = session(ours.everyone, claire, "10:15")
    client.force_login(observer(ours))
    assert client.get(made.get_absolute_url()).status_code == 404
    assert client.post(f"{made.get_absolute_url()}attend/", {"manner": "room"}).status_code == 404


@pytest.mark.parametrize("manner", ["room", "listening"])
def test_one_says_once_that_one_goes_and_undoes_it(client, ours, claire, ama, manner):
    made = session(ours.everyone, claire, "10:15")
    client.force_login(ama)
    for _tap in range(2):
        page = client.post(f"{made.get_absolute_url()}attend/", {"manner": manner}, follow=True)
    assert list(SessionAttendee.objects.values_list("user", "manner", "state")) == [(ama.pk, manner, "goes")]
    client.post(f"{made.get_absolute_url()}attend/", {"manner": "nobody"})
    assert not SessionAttendee.objects.exists()
    assert page.status_code == 200


def test_an_act_is_undone_from_its_notice(client, ours, claire, ama):
    made = session(ours.everyone, claire, "10:15")
    client.force_login(ama)
    page = client.post(f"{made.get_absolute_url()}attend/", {"manner": "room"}, follow=True)
    token = page.content.decode().split('name="token" value="')[1].split('"')[0]
    client.post("/undo/", {"token": token, "next": made.get_absolute_url()})
    assert not SessionAttendee.objects.exists()


def test_a_clash_is_named_where_it_is(client, ours, claire, ama):
    first = session(ours.everyone, claire, "10:00", ends="11:15", room="Room 2")
    second = session(ours.everyone, claire, "10:15", room="Room F")
    client.force_login(ama)
    client.post(f"{first.get_absolute_url()}attend/", {"manner": "room"})
    assert "Meanwhile you go to another session" in client.get(second.get_absolute_url()).content.decode()


def test_names_are_for_leads_and_whoever_goes_that_day(client, ours, claire, ama):
    made = session(ours.everyone, claire, "10:15")
    other = member(ours, name="Wanjiru Kamau")
    client.force_login(other)
    client.post(f"{made.get_absolute_url()}attend/", {"manner": "room"})
    client.force_login(ama)
    page = client.get(made.get_absolute_url()).content.decode()
    assert "Wanjiru" not in page
    assert "1 person" in page
    client.post(f"{made.get_absolute_url()}attend/", {"manner": "listening"})
    assert "Wanjiru" in client.get(made.get_absolute_url()).content.decode()
    client.force_login(claire)
    assert "Wanjiru" in client.get(made.get_absolute_url()).content.decode()


def test_a_second_person_makes_an_informal_session_sure(client, ours, claire, ama):
    made = session(ours.everyone, ama, "10:15", standing="informal", group="other", title="Corridor")
    client.force_login(claire)
    assert "reported by one person" in client.get(made.get_absolute_url()).content.decode()
    for _tap in range(2):
        client.post(f"{made.get_absolute_url()}confirm/")
    assert made.reports.count() == 2
    assert "confirmed by two people" in client.get(made.get_absolute_url()).content.decode()


def test_who_entered_it_and_leads_cancel_it_others_do_not(client, ours, claire, ama):
    made = session(ours.everyone, claire, "10:15")
    client.force_login(ama)
    assert client.post(f"{made.get_absolute_url()}cancel/").status_code == 403
    client.force_login(claire)
    page = client.post(f"{made.get_absolute_url()}cancel/", follow=True).content.decode()
    assert AssemblySession.objects.get().cancelled_at is not None
    token = page.split('name="token" value="')[1].split('"')[0]
    client.post("/undo/", {"token": token, "next": "/"})
    assert AssemblySession.objects.get().cancelled_at is None


def present(of, day, **people):
    """place -> who said for the morning that they are there"""
    for user, place in people.values():
        DeclaredPresence.objects.create(coalition=of, user=user, day=day, half="morning", place=place)


def test_free_people_are_offered_on_site_first(client, ours, claire, ama):
    here, there, busy = (member(ours, name=name) for name in ("Amina Diallo", "Wanjiru Kamau", "Kwabena Asante"))
    silent = member(ours, name="Silent Person")
    made = session(ours.everyone, claire, "10:15")
    other = session(ours.everyone, claire, "10:00")
    SessionAttendee.objects.create(session=other, user=busy, day=EIGHTH)
    present(ours, EIGHTH, a=(there, "remote"), b=(here, "on-site"), c=(busy, "on-site"))
    client.force_login(claire)
    page = client.get(f"{made.get_absolute_url()}ask/").content.decode()
    assert page.index("Amina D.") < page.index("Wanjiru K.")
    assert "Kwabena" not in page
    assert "Silent" not in page
    client.post(f"{made.get_absolute_url()}ask/", {"person": str(there.public_id)})
    row = SessionAttendee.objects.get(session=made)
    assert (row.user, row.state, row.manner, row.asked_by) == (there, "asked", "listening", claire)
    refused = client.post(f"{made.get_absolute_url()}ask/", {"person": str(silent.public_id)})
    assert "not free any more" in refused.content.decode()


def test_whoever_is_asked_declines_without_a_reason(client, ours, claire, ama):
    made = session(ours.everyone, claire, "10:15")
    SessionAttendee.objects.create(session=made, user=ama, day=EIGHTH, state="asked", asked_by=claire)
    client.force_login(ama)
    assert "You are asked to go there" in client.get(f"/live/{EIGHTH}/").content.decode()
    for _tap in range(2):
        client.post(f"{made.get_absolute_url()}attend/", {"manner": "cannot"})
    assert SessionAttendee.objects.get().state == "declined"
    present(ours, EIGHTH, a=(ama, "on-site"))
    client.force_login(claire)
    assert "Ama O." not in client.get(f"{made.get_absolute_url()}ask/").content.decode()


def test_only_leads_and_who_takes_part_ask(client, ours, claire, ama):
    made = session(ours.everyone, claire, "10:15")
    other = session(ours.everyone, claire, "14:30")
    client.force_login(ama)
    assert client.get(f"{made.get_absolute_url()}ask/").status_code == 403
    client.post(f"{other.get_absolute_url()}attend/", {"manner": "room"})
    assert client.get(f"{made.get_absolute_url()}ask/").status_code == 200


def test_whoever_is_asked_reads_it_first(client, ours, claire, ama):
    made = session(ours.everyone, claire, "10:15")
    SessionAttendee.objects.create(session=made, user=ama, day=EIGHTH, state="asked", asked_by=claire)
    client.force_login(ama)
    assert "You are asked to go to 1 session" in client.get("/").content.decode()
    client.post(f"{made.get_absolute_url()}attend/", {"manner": "cannot"})
    assert "You are asked to go" not in client.get("/").content.decode()
