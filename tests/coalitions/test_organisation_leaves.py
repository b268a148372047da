"""An organisation leaves with all its people, in one act of a lead, of two where it takes a lead away."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from coalitions.models import Approval, Circle, FollowUp, Invitation, LastReaderQuestion, Membership
from coalitions.services import approvals
from tests.factories import FollowUpFactory, OrganisationFactory, circle_of, coalition, lead, member

pytestmark = pytest.mark.django_db


def seat(person) -> Membership:
    return Membership.objects.get(user=person, left_at=None)


@pytest.fixture
def claire(network, wanjiru):
    return lead(network, name="Claire Dubois")


@pytest.fixture
def gone(network, claire):
    """Two people of one organisation."""
    people = [member(network, name="Thandi Nkosi"), member(network, name="Sipho Dube")]
    organisation = OrganisationFactory(name="Open Cables")
    Membership.objects.filter(user__in=people).update(organisation=organisation)
    return organisation, *people


def where(network, organisation) -> str:
    return reverse("coalitions:organisation-leave", args=[network.public_id, organisation.public_id])


def work(circle, owner, **fields) -> FollowUp:
    return FollowUpFactory(circle=circle, owner=owner, created_by=owner, state="in-hand", due_at=now() + timedelta(days=9), **fields)


def test_all_its_people_leave_and_what_they_have_goes_to_others(client, network, gone, wanjiru, samuel, ama):
    organisation, thandi, sipho = gone
    core = circle_of(network, thandi, sipho, wanjiru, ama, name="Core", owner=thandi)
    of_thandi, of_sipho = work(network.everyone, thandi, backup=sipho), work(core, sipho, backup=thandi)
    invited = Invitation.objects.create(
        coalition=network, organisation=organisation, email="new@example.org", digest="0" * 64, expires_at=now() + timedelta(days=7)
    )
    client.force_login(wanjiru)
    shown = client.get(where(network, organisation)).content.decode()
    assert [word for word in ("Thandi Nkosi", "Sipho Dube", "2 open follow-ups need someone", "Core") if word not in shown] == []
    assert f'value="{seat(sipho).public_id}"' not in shown
    chosen = {"rest_to": seat(samuel).public_id, f"follow-up-{of_sipho.public_id}": seat(ama).public_id}
    chosen |= {"backups_to": seat(ama).public_id, f"circle-{core.public_id}": seat(ama).public_id}
    assert client.post(where(network, organisation), chosen).headers["location"] == network.get_absolute_url()
    assert not Membership.objects.current().filter(organisation=organisation).exists()
    of_thandi.refresh_from_db()
    of_sipho.refresh_from_db()
    assert (of_thandi.owner, of_thandi.backup) == (samuel, ama)
    # Who has it now is not her own backup.
    assert (of_sipho.owner, of_sipho.backup) == (ama, None)
    assert Circle.objects.get(pk=core.pk).owner == ama
    invited.refresh_from_db()
    assert invited.revoked_at


def test_what_only_its_people_read_is_asked_of_the_last_of_them(client, network, gone, wanjiru):
    organisation, thandi, sipho = gone
    alone = circle_of(network, thandi, sipho, name="Alone")
    work(alone, thandi)
    client.force_login(wanjiru)
    client.post(where(network, organisation))
    assert LastReaderQuestion.objects.get(circle=alone).user in (thandi, sipho)


def test_with_a_lead_among_them_a_second_lead_who_stays_agrees(client, network, gone, wanjiru, claire):
    organisation, thandi, _sipho = gone
    Membership.objects.filter(user=thandi).update(role="lead")
    client.force_login(wanjiru)
    assert "a second lead who stays must agree" in client.get(where(network, organisation)).content.decode()
    client.post(where(network, organisation))
    asked = Approval.objects.get()
    assert seat(thandi).is_lead
    client.force_login(thandi)
    answer = client.post(reverse("coalitions:approval-approve", args=[asked.public_id]))
    assert answer.status_code == 409
    assert "a lead who stays has to do this" in answer.content.decode()
    approvals.approve(asked, by=claire)
    assert not Membership.objects.current().filter(organisation=organisation).exists()
    assert approvals.summary_of(asked) is None


def test_two_leads_must_stay(client, network, gone, wanjiru, claire):
    organisation, thandi, _sipho = gone
    Membership.objects.filter(user__in=[thandi, claire]).update(role="lead", organisation=organisation)
    client.force_login(wanjiru)
    answer = client.post(where(network, organisation))
    assert answer.status_code == 409
    assert "would have a single lead" in answer.content.decode()
    assert not Approval.objects.exists()


def test_a_lead_does_not_begin_it_for_her_own_organisation(client, network, gone, wanjiru, claire):
    organisation, _thandi, _sipho = gone
    lead(network)
    Membership.objects.filter(user=wanjiru).update(organisation=organisation)
    client.force_login(wanjiru)
    answer = client.post(where(network, organisation))
    assert answer.status_code == 409
    assert "a lead who stays has to do this" in answer.content.decode()
    assert seat(wanjiru)


def test_members_and_leads_of_others_do_not(client, network, gone, samuel):
    organisation, thandi, _sipho = gone
    another = coalition("Another")
    for person, status in ((samuel, 403), (lead(another), 404)):
        client.force_login(person)
        assert client.get(where(network, organisation)).status_code == status
        assert client.post(where(network, organisation)).status_code == status
    assert seat(thandi)


def test_an_organisation_that_is_elsewhere_looks_like_one_that_is_not(client, network, gone, wanjiru):
    elsewhere = OrganisationFactory()
    Membership.objects.filter(user=member(coalition("Another"))).update(organisation=elsewhere)
    client.force_login(wanjiru)
    assert client.get(where(network, elsewhere)).status_code == 404


@pytest.mark.parametrize("size", [2, 12])
def test_the_page_costs_the_same_for_many_people(client, network, gone, wanjiru, size, django_assert_num_queries):
    organisation, thandi, _sipho = gone
    for _number in range(size):
        Membership.objects.filter(user=member(network)).update(organisation=organisation)
        work(network.everyone, thandi)
    client.force_login(wanjiru)
    client.get(where(network, organisation))
    with django_assert_num_queries(13):
        client.get(where(network, organisation))


def test_one_reaches_it_from_the_card_of_a_member(client, network, gone, wanjiru):
    organisation, thandi, _sipho = gone
    client.force_login(wanjiru)
    assert where(network, organisation) in client.get(seat(thandi).get_absolute_url()).content.decode()


def test_one_request_about_an_organisation_waits_at_a_time(client, network, gone, wanjiru, claire, samuel, ama):
    """Sent twice it is one; with another choice it takes the place of one's own, and of nobody else's."""
    organisation, thandi, sipho = gone
    Membership.objects.filter(pk=seat(sipho).pk).update(role=Membership.Role.LEAD)
    about = work(network.everyone, thandi)
    first, second = ({f"follow-up-{about.public_id}": seat(person).public_id} for person in (samuel, ama))
    client.force_login(wanjiru)
    asked = [client.post(where(network, organisation), sent).headers["location"] for sent in (first, first, second)]
    assert (asked[0] == asked[1], asked[1] == asked[2]) == (True, False)
    [waiting] = Approval.objects.waiting()
    assert waiting.get_absolute_url() == asked[2]
    client.force_login(claire)
    answer = client.post(where(network, organisation), first)
    assert answer.status_code == 409
    assert "Another lead has already asked for this" in answer.content.decode()
    approvals.approve(waiting, by=claire)
    about.refresh_from_db()
    assert about.owner == ama
