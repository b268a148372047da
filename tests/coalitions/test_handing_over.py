"""What someone has in hand goes to others in the act in which she goes, and what ends with her last coalition."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from amnt.accounts.models import ApiToken, Device
from amnt.accounts.tokens import create_token
from amnt.audit.models import AuditEntry
from calendar_app.models import DateWatch
from coalitions.models import Approval, Circle, FollowUp, FollowUpEvent, Membership
from coalitions.services import approvals, membership
from resolutions.models import Watch
from tests import factories
from tests.factories import DeadlineFactory, FollowUpFactory, ResolutionFactory, circle_of, coalition, lead, member

pytestmark = pytest.mark.django_db


def seat(person, of=None) -> Membership:
    rows = Membership.objects.select_related("user", "coalition").filter(user=person)
    return rows.get(coalition=of) if of else rows.get()


def url_of(person) -> str:
    return reverse("coalitions:member-remove", args=[seat(person).public_id])


def work(circle, owner, **fields) -> FollowUp:
    return FollowUpFactory(circle=circle, owner=owner, created_by=owner, state="in-hand", due_at=now() + timedelta(days=9), **fields)


@pytest.fixture
def gone(network, wanjiru):
    lead(network)
    lead(network)
    return member(network, name="Thandi Nkosi")


@pytest.fixture
def core(network, gone, wanjiru, ama) -> Circle:
    return circle_of(network, gone, wanjiru, ama, name="Core", owner=gone)


def test_a_lead_gives_all_to_one_and_one_to_another(client, network, gone, wanjiru, samuel, ama, core):
    first, second, third = work(network.everyone, gone), work(network.everyone, gone), work(core, gone)
    kept = work(network.everyone, gone)
    backed = work(network.everyone, wanjiru, backup=gone)
    client.force_login(wanjiru)
    chosen = {
        "rest_to": seat(samuel).public_id,
        f"follow-up-{second.public_id}": seat(ama).public_id,
        f"follow-up-{kept.public_id}": "nobody",
        "backups_to": seat(ama).public_id,
        f"circle-{core.public_id}": seat(ama).public_id,
    }
    assert client.post(url_of(gone), chosen).status_code == 302
    rows = {row.pk: row for row in FollowUp.objects.all()}
    assert [rows[row.pk].owner for row in (first, second, kept)] == [samuel, ama, None]
    # Who cannot read it does not get it.
    assert (rows[third.pk].owner, rows[third.pk].state) == (None, "to-accept")
    assert (rows[first.pk].state, rows[first.pk].assigned_by, rows[first.pk].version) == ("to-accept", wanjiru, 2)
    assert rows[backed.pk].backup == ama
    core.refresh_from_db()
    assert core.owner == ama
    events = FollowUpEvent.objects.filter(follow_up=first).values_list("kind", "by", "to")
    assert list(events) == [("assigned", wanjiru.pk, samuel.pk)]
    assert AuditEntry.objects.filter(act="coalitions.follow_up_assigned").count() == 2
    assert AuditEntry.objects.filter(act="coalitions.circle_handed_on").count() == 1


def test_who_gives_it_to_herself_has_it_in_hand_and_is_no_backup_of_it(client, network, gone, wanjiru):
    mine = work(network.everyone, gone, backup=wanjiru)
    client.force_login(wanjiru)
    client.post(url_of(gone), {"rest_to": seat(wanjiru).public_id})
    mine.refresh_from_db()
    assert (mine.owner, mine.backup, mine.state) == (wanjiru, None, "in-hand")


def test_the_page_offers_only_what_its_reader_may_know(client, network, gone, wanjiru, samuel, ama):
    hidden = circle_of(network, gone, samuel, name="zz-hidden", owner=gone)
    work(hidden, gone, title="zz-secret")
    work(network.everyone, gone, title="zz-open")
    client.force_login(wanjiru)
    shown = client.get(url_of(gone)).content.decode()
    assert "zz-open" in shown
    assert "zz-secret" not in shown
    assert "zz-hidden" not in shown


def test_what_the_lead_cannot_read_is_handed_back_whatever_she_chose(client, network, gone, wanjiru, samuel):
    hidden = circle_of(network, gone, samuel, name="Hidden")
    secret, shown = work(hidden, gone), work(network.everyone, gone)
    client.force_login(wanjiru)
    client.post(url_of(gone), {"rest_to": seat(samuel).public_id})
    secret.refresh_from_db()
    shown.refresh_from_db()
    assert (secret.owner, shown.owner) == (None, samuel)


def test_someone_who_left_meanwhile_is_refused_and_the_rest_of_the_choice_stays(client, network, gone, wanjiru, samuel, ama):
    first, second = work(network.everyone, gone), work(network.everyone, gone)
    client.force_login(wanjiru)
    chosen = {
        f"follow-up-{first.public_id}": seat(samuel).public_id,
        f"follow-up-{second.public_id}": seat(ama).public_id,
    }
    membership.leave(seat(samuel))
    answer = client.post(url_of(gone), chosen)
    assert answer.status_code == 200
    assert "This person cannot take it" in answer.content.decode()
    assert f'value="{seat(ama).public_id}" selected' in answer.content.decode()
    assert seat(gone).left_at is None
    assert FollowUp.objects.filter(owner=gone).count() == 2


def test_sent_twice_the_form_changes_nothing_more(client, network, gone, wanjiru, samuel):
    work(network.everyone, gone)
    client.force_login(wanjiru)
    where = url_of(gone)
    client.post(where, {"rest_to": seat(samuel).public_id})
    assert client.post(where, {"rest_to": seat(samuel).public_id}).status_code == 404
    assert FollowUpEvent.objects.count() == 1


def test_who_leaves_by_herself_gives_it_to_people_she_sees(client, network, gone, wanjiru, ama, core):
    mine = work(core, gone)
    client.force_login(gone)
    where = reverse("coalitions:leave", args=[network.public_id])
    assert "Ama" in client.get(where).content.decode()
    assert client.post(where, {"rest_to": seat(ama).public_id}).status_code == 302
    mine.refresh_from_db()
    assert (mine.owner, mine.state) == (ama, "to-accept")


def test_what_a_second_lead_agrees_to_is_what_the_first_one_chose(client, network, gone, wanjiru, samuel, settings):
    settings.LEADS_NEED_SECOND_FACTOR = False
    tasks = [work(network.everyone, gone) for _number in range(22)]
    client.force_login(wanjiru)
    client.post(url_of(gone), {"rest_to": seat(samuel).public_id, f"follow-up-{tasks[0].public_id}": "nobody"})
    asked = Approval.objects.get()
    second = Membership.objects.leads().exclude(user=wanjiru).select_related("user")[0].user
    assert "What the first lead chose goes to others" in " ".join(approvals.summary_of(asked).consequences)
    approvals.approve(asked, by=second)
    assert FollowUp.objects.filter(owner=samuel).count() == 21
    assert FollowUp.objects.get(pk=tasks[0].pk).owner is None


@pytest.mark.parametrize("size", [2, 30])
def test_the_page_and_the_act_cost_the_same_however_much_there_is(
    client, network, gone, wanjiru, samuel, ama, core, size, settings, django_assert_num_queries, monkeypatch
):
    monkeypatch.setattr("coalitions.services.two_lead_acts.MOST_BY_ONE_LEAD", 100)
    for _number in range(size):
        work(core, gone)
        work(network.everyone, gone)
        member(network)
    client.force_login(wanjiru)
    client.get(url_of(gone))
    with django_assert_num_queries(12):
        client.get(url_of(gone))
    with django_assert_num_queries(75):
        client.post(url_of(gone), {"rest_to": seat(ama).public_id})


# --- The last coalition ---------------------------------------------------------------------------------------------------


PASSWORD = "sorghum under a wide sky"


def have_access(person) -> None:
    person.set_password(PASSWORD)
    person.save()
    create_token(person, name="Script", days=30, submission=uuid4())
    Watch.objects.create(user=person, resolution=ResolutionFactory(number=50, slug="50"))
    DateWatch.objects.create(user=person, deadline=DeadlineFactory())


def access_of(person) -> tuple[int, int, int, int]:
    return tuple(model.objects.filter(user=person).count() for model in (Device, ApiToken, Watch, DateWatch))


def logged_in(person) -> Client:
    browser = Client()
    browser.post("/account/login/", {"login": person.email, "password": PASSWORD})
    return browser


def test_with_her_last_coalition_sessions_keys_and_watches_end(network, gone, wanjiru):
    have_access(gone)
    browser = logged_in(gone)
    assert browser.get("/calendar/").status_code == 200
    assert access_of(gone) == (1, 1, 1, 1)
    membership.remove(seat(gone), by=wanjiru)
    assert access_of(gone) == (0, 0, 0, 0)
    assert browser.get("/calendar/").status_code == 302


def test_in_another_coalition_she_stays_logged_in(network, gone, wanjiru):
    have_access(gone)
    logged_in(gone)
    factories.admit(coalition("Another"), user=gone, role="member")
    membership.remove(seat(gone, network), by=wanjiru)
    assert access_of(gone) == (1, 1, 1, 1)


def test_who_leaves_by_herself_stays_logged_in_only_where_she_did_it(network, gone):
    have_access(gone)
    here, elsewhere = logged_in(gone), logged_in(gone)
    assert access_of(gone) == (2, 1, 1, 1)
    answer = here.post(reverse("coalitions:leave", args=[network.public_id]))
    assert answer.status_code == 302
    assert access_of(gone) == (1, 0, 0, 0)
    assert here.get("/calendar/").status_code == 200
    assert elsewhere.get("/calendar/").status_code == 302
