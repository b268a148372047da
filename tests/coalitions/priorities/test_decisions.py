"""The log of decisions: append-only, within circles, with the names that its reader may see, and the adopted positions in it."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from amnt.core.errors import RuleBroken
from coalitions.models import CircleView, Decision
from coalitions.positions.services.positions import take_position
from coalitions.priorities.services.decisions import log_decision
from coalitions.services.membership import leave
from tests.factories import ResolutionFactory, UserFactory, circle_of, coalition, lead, member, observer

pytestmark = pytest.mark.django_db
DECIDED = "We oppose any change to Resolution 64"


@pytest.fixture(autouse=True)
def _leads_act_without_a_factor(settings):
    settings.LEADS_NEED_SECOND_FACTOR = False


def page(of, name="decisions"):
    return reverse(f"coalitions:{name}", args=[of.public_id])


def form(circle, **fields):
    said = {"text": DECIDED, "decided_on": f"{now().date():%Y-%m-%d}", "circle": str(circle.public_id)}
    return said | {"submission": str(uuid.uuid4())} | fields


@pytest.mark.parametrize(("who", "status", "writes"), [(lead, 200, True), (member, 200, True), (observer, 403, False), (None, 404, False)])
def test_who_reads_and_writes_the_log(client, who, status, writes):
    here = coalition()
    log_decision(circle=here.everyone, text=DECIDED, decided_on=now().date(), by=member(here))
    client.force_login(who(here) if who else UserFactory())
    answer = client.get(page(here))
    assert answer.status_code == status
    assert (DECIDED in answer.content.decode()) == (status == 200)
    sent = form(here.everyone)
    for _twice in range(2):
        assert client.post(page(here, "decision-new"), sent).status_code == (302 if writes else status)
    assert Decision.objects.count() == (2 if writes else 1)


def test_a_decision_of_a_circle_is_for_its_people_alone(client):
    here = coalition()
    one, other, boss = member(here), member(here), lead(here)
    circle = circle_of(here, one, other)
    log_decision(circle=circle, text=DECIDED, decided_on=now().date(), by=one)
    for person, reads in ((one, True), (other, True), (boss, False), (member(here), False)):
        client.force_login(person)
        assert (DECIDED in client.get(page(here)).content.decode()) == reads
    assert set(CircleView.objects.filter(thing="circle").values_list("user", flat=True)) == {one.pk, other.pk}
    with pytest.raises(RuleBroken):
        log_decision(circle=circle, text=DECIDED, decided_on=now().date(), by=boss)


def test_names_are_those_the_reader_may_see(client):
    here = coalition()
    author, reader, boss = member(here, name="Ama Owusu"), member(here), lead(here)
    lead(here)
    log_decision(circle=here.everyone, text=DECIDED, decided_on=now().date(), by=author)
    for person, shown in ((author, "Ama"), (boss, "Ama"), (reader, "a member")):
        client.force_login(person)
        line = client.get(page(here)).context["page"].object_list[0]
        assert shown in line.by_name
    leave(author.memberships.get())
    assert "former member" in client.get(page(here)).context["page"].object_list[0].by_name


def test_a_correction_is_a_new_entry_for_the_same_readers(client):
    here = coalition()
    one = member(here)
    circle = circle_of(here, one)
    first = log_decision(circle=circle, text="We oppose", decided_on=now().date(), by=one)
    client.force_login(one)
    new = page(here, "decision-new")
    shown = client.get(f"{new}?corrects={first.public_id}")
    assert "circle" not in shown.context["form"].fields
    client.post(f"{new}?corrects={first.public_id}", form(here.everyone, text="We abstain"))
    second = Decision.objects.get(corrects=first)
    assert (second.circle, second.text) == (circle, "We abstain")
    first.refresh_from_db()
    assert first.text == "We oppose"
    with pytest.raises(RuleBroken):
        log_decision(circle=circle, text="Again", decided_on=now().date(), corrects=first, by=one)
    for said in (str(uuid.uuid4()), "nonsense"):
        assert client.get(f"{new}?corrects={said}").status_code == 404
    client.force_login(member(here))
    assert client.get(f"{new}?corrects={first.public_id}").status_code == 404


def test_adopted_positions_stand_in_the_log_and_drafts_do_not(client):
    here = coalition()
    boss = lead(here)
    resolution = ResolutionFactory(number=64, slug="64")
    take_position(resolution, circle=circle_of(here, boss), stance="oppose", by=boss)
    adopted = take_position(resolution, circle=here.everyone, stance="current-text", by=boss)
    decided = log_decision(circle=here.everyone, text=DECIDED, decided_on=now().date(), resolution=resolution, by=boss)
    client.force_login(boss)
    lines = client.get(page(here)).context["page"].object_list
    assert [line.decision or line.position for line in lines] == [decided, adopted]


def test_what_is_still_to_come_cannot_be_logged(client):
    here = coalition()
    client.force_login(lead(here))
    tomorrow = now().date() + timedelta(days=2)
    answer = client.post(page(here, "decision-new"), form(here.everyone, decided_on=f"{tomorrow:%Y-%m-%d}"))
    assert "This day is still to come" in answer.content.decode()
    assert DECIDED in answer.content.decode()


@pytest.mark.parametrize("number", [1, 7])
def test_the_log_asks_as_much_however_long_it_is(client, django_assert_num_queries, number):
    here = coalition()
    boss = lead(here)
    resolution = ResolutionFactory(number=64, slug="64")
    for each in range(number):
        log_decision(circle=here.everyone, text=str(each), decided_on=now().date(), resolution=resolution, by=boss)
        take_position(resolution, circle=here.everyone, stance="oppose", by=boss)
    client.force_login(boss)
    client.get(page(here))
    with django_assert_num_queries(12):
        client.get(page(here))
