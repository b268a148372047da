"""Who answers for an organisation in a coalition, who says so, and when it ends."""

import pytest
from django.urls import reverse

from amnt.accounts import personal_data
from amnt.audit.models import AuditEntry
from amnt.core.errors import RuleBroken
from coalitions.models import Mandate, Membership, NamingDefault
from coalitions.permissions import can_answer_for
from coalitions.services import mandates, membership
from tests.factories import OrganisationFactory, UserFactory, coalition, lead, member, observer

pytestmark = pytest.mark.django_db


def seat(user) -> Membership:
    return Membership.objects.get(user=user, left_at=None)


def of(organisation, user):
    Membership.objects.filter(user=user).update(organisation=organisation)
    return user


@pytest.fixture
def ours(settings):
    settings.LEADS_NEED_SECOND_FACTOR = False
    return coalition()


@pytest.fixture
def house(ours):
    return OrganisationFactory(name="House of Standards")


def test_several_may_answer_for_one_organisation_and_twice_is_once(ours, house):
    boss, one, other = lead(ours), of(house, member(ours)), of(house, member(ours))
    mandates.give_mandate(seat(one), by=boss)
    mandates.give_mandate(seat(one), by=boss)
    mandates.give_mandate(seat(other), by=boss)
    assert [can_answer_for(person, house, ours) for person in (one, other, boss)] == [True, True, False]
    assert AuditEntry.objects.filter(act="coalitions.mandate_given").count() == 2


def test_a_mandate_holds_in_its_coalition_and_for_its_organisation_alone(ours, house):
    one, another = of(house, member(ours)), coalition("Another")
    membership.admit(another, user=one, role="member", organisation=house)
    mandates.give_mandate(Membership.objects.get(user=one, coalition=ours), by=None)
    assert can_answer_for(one, house, ours)
    assert not can_answer_for(one, house, another)
    assert not can_answer_for(one, OrganisationFactory(), ours)
    Membership.objects.filter(user=one).update(organisation=OrganisationFactory())
    assert not can_answer_for(one, house, ours)


@pytest.mark.parametrize("who", ["observer", "without organisation", "former"])
def test_who_cannot_answer_for_an_organisation(ours, house, who):
    person = observer(ours) if who == "observer" else member(ours)
    if who != "without organisation":
        of(house, person)
    place = seat(person)
    if who == "former":
        membership.leave(place)
    with pytest.raises(RuleBroken):
        mandates.give_mandate(place, by=None)
    assert not Mandate.objects.exists()


@pytest.mark.parametrize("end", ["taken", "left", "removed", "observes"])
def test_a_mandate_ends(ours, house, end):
    boss, one = lead(ours), of(house, member(ours))
    lead(ours)
    mandates.give_mandate(seat(one), by=boss)
    acts = {
        "taken": lambda: mandates.take_mandate(seat(one), by=boss),
        "left": lambda: membership.leave(seat(one)),
        "removed": lambda: membership.remove(seat(one), by=boss),
        "observes": lambda: membership.change_role(seat(one), role="observer", by=boss),
    }
    acts[end]()
    assert not can_answer_for(one, house, ours)
    assert not Mandate.objects.exists()
    assert AuditEntry.objects.filter(act="coalitions.mandate_taken").count() == 1


@pytest.mark.parametrize(("who", "status"), [("lead", 302), ("member", 403), ("observer", 403), ("outsider", 404)])
def test_only_leads_give_and_take_mandates(client, ours, house, who, status):
    boss = of(house, lead(ours))
    person = {"lead": lambda: boss, "member": lambda: member(ours), "observer": lambda: observer(ours), "outsider": UserFactory}[who]()
    client.force_login(person)
    assert client.post(reverse("coalitions:mandate-give", args=[seat(boss).public_id])).status_code == status
    assert Mandate.objects.exists() == (status == 302)
    mandates.give_mandate(seat(boss), by=None)
    assert client.post(reverse("coalitions:mandate-take", args=[seat(boss).public_id])).status_code == status
    assert Mandate.objects.exists() == (status != 302)


def test_the_page_of_a_member_gives_and_takes_it(client, ours, house):
    boss, one = lead(ours), of(house, member(ours))
    client.force_login(boss)
    page = reverse("coalitions:member", args=[seat(one).public_id])
    assert reverse("coalitions:mandate-give", args=[seat(one).public_id]) in client.get(page).content.decode()
    client.post(reverse("coalitions:mandate-give", args=[seat(one).public_id]))
    assert reverse("coalitions:mandate-take", args=[seat(one).public_id]) in client.get(page).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_leads_see_who_answers_for_whom_and_others_their_own(client, django_assert_num_queries, ours, house, rows):
    boss, one, far = lead(ours), of(house, member(ours, name="Amina One")), of(house, member(ours, name="Fatou Two"))
    for number in range(rows):
        of(OrganisationFactory(name=f"Elsewhere {number}"), member(ours))
    mandates.give_mandate(seat(one), by=boss)
    mandates.give_mandate(seat(far), by=boss)
    page = reverse("coalitions:mandates", args=[ours.public_id])
    client.force_login(boss)
    client.get(page)
    with django_assert_num_queries(8):
        shown = client.get(page).content.decode()
    assert "House of Standards" in shown
    assert "Elsewhere 0" in shown
    assert "nobody answers for it yet" in shown
    client.force_login(one)
    shown = client.get(page).content.decode()
    assert "Fatou T." in shown
    assert "Elsewhere" not in shown
    client.force_login(UserFactory())
    assert client.get(page).status_code == 404


def test_where_an_organisation_may_be_named_is_its_own_to_say_and_to_know(client, ours, house):
    boss, one = lead(ours), of(house, member(ours))
    mandate = mandates.give_mandate(seat(one), by=boss)
    page = reverse("coalitions:organisation-naming", args=[mandate.public_id])
    for person in (boss, member(ours), UserFactory()):
        client.force_login(person)
        assert client.get(page).status_code == client.post(page, {"inside": "on"}).status_code == 404
    client.force_login(one)
    client.post(page, {"inside": "on"})
    assert NamingDefault.objects.get().naming == "inside"
    assert NamingDefault.objects.visible_to(one).count() == 1
    assert not NamingDefault.objects.visible_to(boss).exists()
    assert "checked" in client.get(page).content.decode()
    client.post(page, {})
    assert NamingDefault.objects.get().naming == "nowhere"
    assert AuditEntry.objects.filter(act="coalitions.naming_changed").count() == 2


def test_a_program_of_a_lead_gives_lists_and_takes_mandates(program, ours, house):
    boss, one, other = lead(ours), of(house, member(ours)), member(ours)
    given = {"coalition": str(ours.public_id), "person": str(one.public_id)}
    assert program(one).post("/api/v1/mandates/", given | {"person": str(boss.public_id)}).status_code == 403
    assert program(boss).post("/api/v1/mandates/", given).status_code == 201
    assert program(boss).post("/api/v1/mandates/", given).status_code == 200
    assert program(boss).post("/api/v1/mandates/", given | {"person": str(other.public_id)}).status_code == 409
    [row] = program(one).get("/api/v1/mandates/").json()["results"]
    assert (row["organisation"]["name"], row["person"]["id"]) == ("House of Standards", str(one.public_id))
    assert program(other).get("/api/v1/mandates/").json()["count"] == 0
    assert program(other).delete(f"/api/v1/mandates/{row['id']}/").status_code == 404
    assert program(one).delete(f"/api/v1/mandates/{row['id']}/").status_code == 403
    assert program(boss).delete(f"/api/v1/mandates/{row['id']}/").status_code == 204
    assert not Mandate.objects.exists()


def test_ones_own_data_says_for_whom_one_answers(ours, house):
    one = of(house, member(ours))
    mandates.give_mandate(seat(one), by=None)
    [row] = personal_data.personal_data(one)["mandates"]
    assert row["organisation"] == "House of Standards"
