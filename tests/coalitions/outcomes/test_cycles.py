"""The checklist after an assembly, and the new cycle that starts from the old one."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse
from django.utils.timezone import now

from amnt.core.errors import RuleBroken
from coalitions.models import Contact, Delegation, FollowUp, Position
from coalitions.outcomes.services.checklist import begin_checklist
from coalitions.outcomes.services.new_cycle import start_cycle
from coalitions.outcomes.services.verdicts import give_verdict
from resolutions.models import Assembly
from tests import factories

pytestmark = pytest.mark.django_db

RECORD = reverse("coalitions:outcomes", args=["WTSA-24"])
CHECKLIST = reverse("coalitions:outcomes-checklist", args=["WTSA-24"])
NEXT = reverse("coalitions:outcomes-next", args=["WTSA-24"])
SOURCE = "https://example.org/delegation"


@pytest.fixture(autouse=True)
def without_factor(settings):
    settings.LEADS_NEED_SECOND_FACTOR = False


@pytest.fixture
def new(past):
    return Assembly.objects.get(code="WTSA-28")


@pytest.fixture
def cards(past, new):
    """Of three countries at the assembly that is over, one of which has its new card already."""
    about = {"assembly": past, "source": SOURCE, "verified_at": now()}
    open_one = Delegation.objects.create(country="KE", is_open="yes", authority="Communications Authority", head="zz-person", **about)
    Delegation.objects.create(country="CH", is_open="no", **about)
    Delegation.objects.create(country="SN", is_open="unknown", **about)
    Delegation.objects.create(country="CH", assembly=new, source=SOURCE)
    return open_one


def as_person(client, person):
    person.seen_at = now()
    person.save()
    client.force_login(person)
    return client


# --- The checklist --------------------------------------------------------------------------------------------------------


@time_machine.travel("2024-10-25T08:00Z", tick=False)
def test_the_checklist_is_due_three_seven_and_fourteen_days_after(client, past, network, wanjiru, samuel):
    as_person(client, wanjiru)
    for _time in range(2):
        assert client.post(CHECKLIST).status_code == 302
    made = FollowUp.objects.order_by("due_at")
    assert [(row.due_at.date().isoformat(), row.owner) for row in made] == [
        ("2024-10-27", wanjiru),
        ("2024-10-31", wanjiru),
        ("2024-11-07", wanjiru),
        ("2024-11-14", wanjiru),
    ]
    shown = as_person(client, samuel).get(RECORD).content.decode()
    assert "Judge what we obtained at WTSA-24" in shown
    assert "Create these follow-ups" not in shown


@time_machine.travel("2024-11-20T08:00Z", tick=False)
def test_a_late_checklist_leaves_two_days_and_another_lead_makes_no_second_one(past, network, wanjiru):
    assert begin_checklist(past, coalition=network, by=wanjiru) == 4
    assert {row.due_at.date().isoformat() for row in FollowUp.objects.all()} == {"2024-11-22"}
    assert begin_checklist(past, coalition=network, by=factories.lead(network)) == 0
    assert FollowUp.objects.count() == 4


def test_who_begins_it_and_when(client, past, new, network, wanjiru, samuel):
    assert as_person(client, samuel).post(CHECKLIST).status_code == 403
    with pytest.raises(RuleBroken, match="Only a lead"):
        begin_checklist(past, coalition=network, by=samuel)
    with pytest.raises(RuleBroken, match="not over yet"):
        begin_checklist(new, coalition=network, by=wanjiru)
    assert not FollowUp.objects.exists()


# --- A new cycle ------------------------------------------------------------------------------------------------------------


def test_a_new_cycle_carries_what_is_open_and_nothing_twice(client, past, new, network, position, cards, wanjiru):
    obtained = factories.ResolutionFactory(number=47, slug="47")
    Position.objects.create(circle=network.everyone, resolution=obtained, version=1, stance="current-text", by=wanjiru, at=position.at)
    give_verdict(obtained, past, circle=network.everyone, result="no-change", by=wanjiru)
    give_verdict(position.resolution, past, circle=network.everyone, result="not", by=wanjiru)
    as_person(client, wanjiru)
    preview = client.get(NEXT)
    assert not FollowUp.objects.exists()
    cycle = preview.context["cycle"]
    assert ([ask.row.resolution.number for ask in cycle.new_asks], [str(each.card.country) for each in cycle.new_cards]) == (
        [50],
        ["KE", "SN"],
    )
    for _time in range(2):
        assert client.post(NEXT).status_code == 302
    assert sorted((row.title, row.resolution_id, row.owner) for row in FollowUp.objects.all()) == [
        ("Ask again whether the delegation is open to civil society: Kenya", None, None),
        ("Decide what we ask on Res. 50 at WTSA-28", position.resolution_id, None),
    ]
    copied = Delegation.objects.get(assembly=new, country="KE")
    assert (copied.authority, copied.head, copied.source, copied.is_to_check) == ("Communications Authority", "", SOURCE, True)
    assert FollowUp.objects.get(delegation=copied).counts_once_due
    assert Delegation.objects.filter(assembly=new).count() == 3
    assert "There is nothing to carry over" in client.get(NEXT).content.decode()


def ask(circle, card, resolution, by, answer, day=1):
    answered_on = None if answer == "none" else date(2024, 10, 20)
    about = {"ask": "zz-ask", "channel": "letter", "answer": answer, "answered_on": answered_on, "asked_on": date(2024, 10, day)}
    return Contact.objects.create(circle=circle, delegation=card, resolution=resolution, person=by, by=by, **about)


@pytest.fixture
def asked(network, cards, fifty, wanjiru, samuel):
    """Of Kenya by everyone and by a circle of the lead, of Senegal by a circle of others and by a delegation."""
    senegal, sixty = Delegation.objects.get(country="SN"), factories.ResolutionFactory(number=60, slug="60")
    ask(network.everyone, cards, fifty, samuel, "no", day=1)
    ask(network.everyone, cards, fifty, samuel, "yes", day=2)
    ask(network.everyone, cards, sixty, samuel, "none")
    core = factories.circle_of(network, wanjiru, name="Core")
    ask(core, cards, fifty, wanjiru, "partly")
    ask(factories.circle_of(network, samuel, name="Others"), senegal, fifty, samuel, "yes")
    ask(factories.circle_of(network, wanjiru, name="Seat", kind="delegation"), senegal, fifty, wanjiru, "yes")
    return core


def test_who_was_asked_is_asked_again_in_the_circle_that_asked(client, past, new, network, asked, wanjiru):
    as_person(client, wanjiru)
    preview = client.get(NEXT)
    found = [(each.name, each.circle.is_everyone, each.answers) for each in preview.context["cycle"].new_asked]
    assert found == [("Kenya", True, "Res. 50: yes, Res. 60: no answer yet"), ("Kenya", False, "Res. 50: partly")]
    assert "Res. 60: no answer yet" in preview.content.decode()
    assert "Senegal: yes" not in preview.content.decode()
    for _time in range(2):
        assert client.post(NEXT).status_code == 302
    card = Delegation.objects.get(assembly=new, country="KE")
    title = "Ask the delegation again, for WTSA-28: Kenya"
    rows = FollowUp.objects.order_by("circle__kind")
    assert [(row.title, row.circle, row.delegation, row.owner) for row in rows] == [
        (title, network.everyone, card, None),
        (title, asked, card, None),
    ]
    words = [row.done_means for row in rows]
    assert ["Res. 50: yes, Res. 60: no answer yet" in words[0], "Res. 50: partly" in words[1], "yes" in words[1]] == [True, True, False]


def test_another_lead_carries_over_what_her_own_circles_asked(past, new, network, asked, wanjiru, samuel):
    other = factories.lead(network)
    assert start_cycle(past, new, coalition=network, by=other).countries == 1
    assert FollowUp.objects.get().circle == network.everyone
    assert start_cycle(past, new, coalition=network, by=wanjiru).countries == 1


@pytest.mark.parametrize("more", [0, 5])
def test_the_preview_asks_as_much_however_many_were_asked(client, past, new, network, asked, wanjiru, more, django_assert_num_queries):
    for number in range(more):
        card = Delegation.objects.create(assembly=past, country=("BR", "PE", "IN", "FJ", "CA")[number], source=SOURCE)
        ask(network.everyone, card, factories.ResolutionFactory(number=70 + number, slug=str(70 + number)), wanjiru, "yes")
    as_person(client, wanjiru)
    with django_assert_num_queries(18):
        client.get(NEXT)


def test_another_lead_repeats_it_without_making_anything(past, new, network, position, cards, wanjiru):
    start_cycle(past, new, coalition=network, by=wanjiru)
    again = start_cycle(past, new, coalition=network, by=factories.lead(network))
    assert (again.asks, again.cards, again.countries) == (0, 0, 0)
    assert FollowUp.objects.count() == 2


@pytest.mark.parametrize(("role", "status"), [("lead", 200), ("member", 403), ("observer", 403), ("outsider", 403)])
def test_who_starts_a_new_cycle(client, network, past, new, role, status):
    person = factories.UserFactory() if role == "outsider" else factories.member(network, role)
    assert as_person(client, person).get(NEXT).status_code == status
    if role != "lead":
        assert client.post(NEXT).status_code == status
        with pytest.raises(RuleBroken):
            start_cycle(past, new, coalition=network, by=person)


def test_without_a_next_assembly_it_says_so(client, past, new, network, wanjiru):
    new.delete()
    assert as_person(client, wanjiru).get(NEXT).url == RECORD
