"""What a coalition shows on the page without a log-in: more takes two leads, less takes one, at once."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from amnt.audit.models import AuditEntry
from amnt.core.errors import RuleBroken
from coalitions.models import Approval, PublicPageEntry, Statement
from coalitions.services import approvals, public_pages
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def leads_need_no_factor(settings):
    settings.LEADS_NEED_SECOND_FACTOR = False


@pytest.fixture
def claire(network):
    return factories.lead(network, name="Claire Dubois")


def closed(network, title="Open meetings", *, is_locked=True, circle=None) -> Statement:
    ago = now() - timedelta(days=1)
    statement = Statement.objects.create(
        circle=circle or network.everyone, title=title, opened_at=ago, closes_at=ago, locked_at=ago if is_locked else None, asked=[]
    )
    statement.versions.create(number=1, text="We ask for open meetings.\n", language="en")
    return statement


def ask(network, by, *, is_named=False, is_indexed=False, statements=()) -> Approval | None:
    return public_pages.choose_or_ask(network, is_named=is_named, is_indexed=is_indexed, statements=statements, by=by)


def shown(network) -> tuple | None:
    entry = PublicPageEntry.objects.filter(coalition=network).first()
    return entry and (entry.shown_name, entry.is_indexed, {statement.title for statement in entry.statements.all()})


def test_nothing_is_shown_before_a_second_lead_agrees(network, wanjiru, claire):
    asked = ask(network, wanjiru, is_named=True, is_indexed=True, statements=[closed(network)])
    assert shown(network) is None
    approvals.approve(asked, by=claire)
    assert shown(network) == ("Open Standards Network", True, {"Open meetings"})


def test_the_lead_who_asked_cannot_agree_for_the_second(network, wanjiru, claire):
    asked = ask(network, wanjiru, is_named=True)
    with pytest.raises(RuleBroken, match="another lead must answer"):
        approvals.approve(asked, by=wanjiru)
    assert shown(network) is None


def test_a_coalition_with_one_lead_shows_nothing(network, wanjiru):
    with pytest.raises(RuleBroken, match="needs a second lead"):
        ask(network, wanjiru, is_named=True)


def test_a_member_cannot_ask(network, samuel, claire):
    with pytest.raises(RuleBroken, match="Only a lead"):
        ask(network, samuel, is_named=True)


def test_what_the_second_lead_reads_is_what_would_be_shown(network, wanjiru, claire):
    asked = ask(network, wanjiru, is_named=True, statements=[closed(network)])
    summary = approvals.summary_of(asked)
    assert summary.facts == [
        ("Name of the coalition", "Open Standards Network"),
        ("Search engines", "are asked not to list the page"),
        ("Statement", "Open meetings"),
    ]


def test_one_lead_shows_less_at_once_and_more_only_with_another(network, wanjiru, claire):
    first, second = closed(network, "First"), closed(network, "Second")
    approvals.approve(ask(network, wanjiru, is_named=True, is_indexed=True, statements=[first]), by=claire)
    assert ask(network, claire, statements=[first]) is None
    assert shown(network) == ("", False, {"First"})
    for more in ({"is_named": True}, {"is_indexed": True}, {"statements": [first, second]}):
        assert ask(network, wanjiru, **more).answer == Approval.Answer.NONE
        assert shown(network) == ("", False, {"First"})


def test_to_choose_nothing_is_to_show_nothing_any_more(network, wanjiru, claire):
    with pytest.raises(RuleBroken, match="Choose what is to be shown"):
        ask(network, wanjiru)
    approvals.approve(ask(network, wanjiru, is_named=True), by=claire)
    assert ask(network, claire) is None
    assert shown(network) is None


def test_another_name_is_asked_of_two_leads_again(network, wanjiru, claire):
    approvals.approve(ask(network, wanjiru, is_named=True), by=claire)
    network.name = "Another name"
    network.save()
    assert shown(network) == ("Open Standards Network", False, set())
    asked = ask(network, claire, is_named=True)
    approvals.approve(asked, by=wanjiru)
    assert shown(network) == ("Another name", False, set())


def test_one_lead_alone_takes_everything_back_and_it_is_in_the_audit(network, wanjiru, claire):
    approvals.approve(ask(network, wanjiru, is_named=True), by=claire)
    waiting = ask(network, wanjiru, is_named=True, is_indexed=True)
    public_pages.leave_page(network, by=wanjiru)
    waiting.refresh_from_db()
    assert shown(network) is None
    assert waiting.answer == Approval.Answer.WITHDRAWN
    assert AuditEntry.objects.filter(act="coalitions.public_page_left").count() == 1
    public_pages.leave_page(network, by=wanjiru)
    assert AuditEntry.objects.filter(act="coalitions.public_page_left").count() == 1


def test_a_member_cannot_take_it_back(network, wanjiru, claire, samuel):
    approvals.approve(ask(network, wanjiru, is_named=True), by=claire)
    with pytest.raises(RuleBroken, match="Only a lead"):
        public_pages.leave_page(network, by=samuel)
    assert shown(network) is not None


def test_only_closed_statements_of_everyone_with_a_locked_list_can_be_shown(network, wanjiru, claire):
    opened = closed(network, "Still open")
    Statement.objects.filter(pk=opened.pk).update(closes_at=now() + timedelta(days=1))
    of_a_circle = closed(network, "Of a circle", circle=factories.circle_of(network, wanjiru))
    not_locked = closed(network, "Not locked", is_locked=False)
    of_others = closed(factories.coalition("Others"), "Of others")
    assert public_pages.publishable(network) == []
    for statement in (opened, of_a_circle, not_locked, of_others):
        asked = ask(network, wanjiru, statements=[statement])
        assert approvals.summary_of(asked) is None
        with pytest.raises(RuleBroken, match="can no longer be shown"):
            approvals.approve(asked, by=claire)
    assert shown(network) is None


# --- The page of the leads ------------------------------------------------------------------------------------------------


def address(network, what="") -> str:
    return f"/coalition/{network.public_id}/public-page/{what}"


def test_a_lead_asks_on_the_page_and_is_led_to_the_request(client, network, wanjiru, claire):
    statement = closed(network)
    client.force_login(wanjiru)
    assert "Open meetings" in client.get(address(network)).text
    answer = client.post(address(network), {"is_named": "on", "statements": [str(statement.public_id)]})
    asked = Approval.objects.get(kind=public_pages.KIND)
    assert answer.url == asked.get_absolute_url()
    client.force_login(claire)
    assert "Open meetings" in client.get(answer.url).text
    client.post(f"{answer.url}approve/")
    assert shown(network) == ("Open Standards Network", False, {"Open meetings"})
    page = client.get(address(network)).text
    assert "Show nothing of the coalition" in page
    client.post(address(network, "leave/"))
    assert shown(network) is None


def test_a_statement_that_may_not_be_shown_is_no_choice(client, network, wanjiru, claire):
    secret = closed(network, circle=factories.circle_of(network, wanjiru))
    closed(network)
    client.force_login(wanjiru)
    answer = client.post(address(network), {"statements": [str(secret.public_id)]})
    assert answer.status_code == 200
    assert not Approval.objects.exists()


def test_members_and_strangers_find_no_page_and_change_nothing(client, network, wanjiru, claire, samuel):
    approvals.approve(ask(network, wanjiru, is_named=True), by=claire)
    for person, status in ((samuel, 403), (factories.lead(factories.coalition("Others")), 404)):
        client.force_login(person)
        assert client.get(address(network)).status_code == status
        assert client.post(address(network, "leave/")).status_code == status
    assert shown(network) == ("Open Standards Network", False, set())


def test_leads_are_told_when_the_host_has_not_switched_it_on(client, settings, network, wanjiru):
    settings.PUBLIC_PAGE = False
    client.force_login(wanjiru)
    page = client.get(address(network)).text
    assert "have not switched the page on" in page
    assert "/public/" not in page


@pytest.mark.parametrize("size", [1, 3])
def test_the_page_of_the_leads_costs_as_much_for_one_statement_as_for_three(
    client, network, wanjiru, claire, size, django_assert_num_queries
):
    statements = [closed(network, f"Number {number}") for number in range(size)]
    approvals.approve(ask(network, wanjiru, is_named=True, statements=statements), by=claire)
    client.force_login(wanjiru)
    client.get(address(network))
    with django_assert_num_queries(8):
        client.get(address(network))
