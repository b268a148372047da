"""Outlets, who follows them, and embargo notes: who reads and writes them, and that nothing of them leaves."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.urls import reverse
from django.utils.timezone import now

from amnt.core.errors import RuleBroken
from amnt.mail.models import Email
from coalitions.media.services import media
from coalitions.models import CircleView, EmbargoNote, Outlet, OutletFollower
from coalitions.services.membership import leave
from tests.factories import UserFactory, circle_of, coalition, lead, member, observer

pytestmark = pytest.mark.django_db
EMBARGOED = "The joint statement goes to press"


@pytest.fixture(autouse=True)
def _leads_act_without_a_factor(settings):
    settings.LEADS_NEED_SECOND_FACTOR = False


def page(of, name="media"):
    return reverse(f"coalitions:{name}", args=[of.public_id])


def outlet_form(**fields):
    return {"name": "The Example Times", "covers": "Technology", "submission": str(uuid.uuid4())} | fields


def embargo_form(circle, **fields):
    day = now() + timedelta(days=3)
    said = {"text": EMBARGOED, "until_on": f"{day:%Y-%m-%d}", "until_at": "08:00", "circle": str(circle.public_id)}
    return said | {"submission": str(uuid.uuid4())} | fields


@pytest.mark.parametrize(("who", "status"), [(lead, 200), (member, 200), (observer, 403), (None, 404)])
def test_who_reads_and_writes_outlets_and_embargoes(client, who, status):
    here = coalition()
    outlet = media.add_outlet(here, name="Known already", by=member(here))
    client.force_login(who(here) if who else UserFactory())
    answer = client.get(page(here))
    assert answer.status_code == status
    assert ("Known already" in answer.content.decode()) == (status == 200)
    sent, embargo = outlet_form(), embargo_form(here.everyone)
    for _twice in range(2):
        assert client.post(page(here, "outlet-new"), sent).status_code == (302 if status == 200 else status)
        assert client.post(page(here, "embargo-new"), embargo).status_code == (302 if status == 200 else status)
    assert (Outlet.objects.count(), EmbargoNote.objects.count()) == ((2, 1) if status == 200 else (1, 0))
    follow = client.post(reverse("coalitions:outlet-follow", args=[outlet.public_id]), {"follow": ""})
    assert follow.status_code == (302 if status == 200 else 404)


def test_who_changes_an_outlet_and_that_two_at_once_are_told(client):
    here = coalition()
    author, other, boss = member(here), member(here), lead(here)
    outlet = media.add_outlet(here, name="Known already", by=author)
    change, remove = (reverse(f"coalitions:outlet-{act}", args=[outlet.public_id]) for act in ("change", "remove"))
    client.force_login(other)
    assert (client.get(change).status_code, client.post(remove).status_code) == (403, 403)
    media.change_outlet(outlet, name="Renamed", by=boss)
    client.force_login(author)
    answer = client.post(change, outlet_form(name="Mine", seen_version=1))
    assert "Someone else changed this in the meantime" in answer.content.decode()
    assert answer.context["form"]["name"].value() == "Mine"
    assert client.post(change, outlet_form(name="Mine", seen_version=2)).status_code == 302
    assert Outlet.objects.get().name == "Mine"
    client.force_login(boss)
    assert client.post(remove).status_code == 302
    assert not Outlet.objects.exists()


def test_a_reader_sees_the_names_the_directory_gives_and_a_number_of_the_others(client):
    here = coalition()
    follower, reader, boss = member(here, name="Ama Owusu"), member(here), lead(here)
    outlet = media.add_outlet(here, name="Known already", by=boss)
    media.follow_outlet(outlet, follows=True, by=follower)
    media.follow_outlet(outlet, follows=True, by=follower)
    for person, names, others in ((boss, ["Ama"], 0), (reader, [], 1), (follower, [], 0)):
        client.force_login(person)
        shown = client.get(page(here)).context["outlets"][0]
        assert ([name.split()[0] for name in shown.names], shown.others, shown.i_follow) == (names, others, person == follower)
    leave(follower.memberships.get())
    client.force_login(boss)
    assert client.get(page(here)).context["outlets"][0].names == []
    media.follow_outlet(outlet, follows=False, by=boss)
    assert OutletFollower.objects.count() == 1


def test_an_embargo_is_for_its_circle_says_until_when_and_then_that_it_is_over(client):
    here = coalition()
    one, other, boss = member(here), member(here), lead(here)
    circle = circle_of(here, one, other)
    client.force_login(one)
    client.post(page(here, "embargo-new"), embargo_form(circle))
    note = EmbargoNote.objects.get()
    for person, reads in ((one, True), (other, True), (boss, False)):
        client.force_login(person)
        shown = client.get(page(here)).content.decode()
        assert (EMBARGOED in shown, "embargoed" in shown) == (reads, reads)
    assert set(CircleView.objects.filter(thing="circle").values_list("user", flat=True)) == {one.pk, other.pk}
    with time_machine.travel(note.until + timedelta(minutes=1)):
        client.force_login(other)
        assert "free to use" in client.get(page(here)).content.decode()
        assert client.post(reverse("coalitions:embargo-remove", args=[note.public_id])).status_code == 403
        client.force_login(boss)
        assert client.post(reverse("coalitions:embargo-remove", args=[note.public_id])).status_code == 404
        client.force_login(one)
        assert client.post(reverse("coalitions:embargo-remove", args=[note.public_id])).status_code == 302
    assert not EmbargoNote.objects.exists()


def test_an_embargo_in_the_past_or_about_a_foreign_outlet_is_refused():
    here, there = coalition(), coalition("Another")
    one, foreign = member(here), media.add_outlet(there, name="Foreign", by=member(there))
    with pytest.raises(RuleBroken):
        media.write_embargo(circle=here.everyone, text=EMBARGOED, until=now() - timedelta(hours=1), by=one)
    with pytest.raises(RuleBroken):
        media.write_embargo(circle=here.everyone, text=EMBARGOED, until=now() + timedelta(hours=1), outlet=foreign, by=one)
    with pytest.raises(RuleBroken):
        media.write_embargo(circle=circle_of(here, member(here)), text=EMBARGOED, until=now() + timedelta(hours=1), by=one)


def test_nothing_of_it_is_mailed_found_by_search_or_readable_in_the_database(client):
    here = coalition()
    one = member(here)
    lead(here)
    media.add_outlet(here, name="The Example Times", website="https://example.org/times", covers="Technology", by=one)
    media.write_embargo(circle=here.everyone, text=EMBARGOED, until=now() + timedelta(hours=1), by=one)
    assert (mail.outbox, Email.objects.count()) == ([], 0)
    client.force_login(one)
    assert EMBARGOED not in client.get("/search/?q=statement").content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, website, covers FROM coalitions_outlet")
        stored = str(cursor.fetchall())
        cursor.execute("SELECT text FROM coalitions_embargonote")
        stored += str(cursor.fetchall())
    assert not any(word in stored for word in ("Example", "times", "Technology", "joint"))


@pytest.mark.parametrize("number", [1, 6])
def test_the_page_asks_as_much_however_much_there_is(client, django_assert_num_queries, number):
    here = coalition()
    one = member(here)
    for each in range(number):
        outlet = media.add_outlet(here, name=str(each), by=one)
        media.follow_outlet(outlet, follows=True, by=member(here))
        media.write_embargo(circle=here.everyone, text=EMBARGOED, until=now() + timedelta(hours=1), outlet=outlet, by=one)
    client.force_login(one)
    client.get(page(here))
    with django_assert_num_queries(9):
        client.get(page(here))
