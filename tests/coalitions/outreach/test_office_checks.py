"""A mail to an office: off by default, one at a time by a lead, confirmed once without logging in, and it changes only a date."""

from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from amnt.audit.models import AuditEntry
from amnt.core.errors import RuleBroken
from amnt.mail.emails import compose
from amnt.mail.models import Email
from coalitions.models import Coalition, Delegation, OfficeCheck
from coalitions.outreach.domain.office_keys import key_of
from coalitions.outreach.services import office_checks
from coalitions.services.delegations import begin_card, revise_card
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def card(network, wanjiru):
    Coalition.objects.update(asks_offices=True)
    network.refresh_from_db()
    facts = {"source": "https://example.org/list", "office_email": "office@example.org", "funding": "Own funding", "is_open": "yes"}
    return begin_card(factories.AssemblyFactory(), country="KE", by=wanjiru, is_checked=True, **facts)


@pytest.fixture
def check(card, network, wanjiru):
    return office_checks.ask_office(card, coalition=network, language="en", by=wanjiru)


def link(check):
    return reverse("coalitions:office-check", args=[key_of(check.public_id)])


def ask_page(card):
    return reverse("coalitions:office-ask", args=[card.public_id])


def typed(card, network, **fields):
    form = {"language": "fr", "coalition": str(network.public_id), "address": card.office_email, "submission": str(uuid4())}
    return form | fields


# --- Asking -----------------------------------------------------------------------------------------------------------------


def test_it_is_off_until_a_lead_turns_it_on(client, wanjiru):
    other = factories.coalition("Another")
    assert other.asks_offices is False
    card = begin_card(factories.AssemblyFactory(), country="KE", by=wanjiru, is_checked=True, source="https://example.org/list")
    with pytest.raises(RuleBroken, match="off in this coalition"):
        office_checks.ask_office(card, coalition=other, language="en", by=wanjiru)
    client.force_login(wanjiru)
    settings = reverse("coalitions:settings", args=[wanjiru.memberships.get().coalition.public_id])
    assert "Mails to offices are off" in client.get(ask_page(card)).content.decode()
    client.post(settings, {"name": "Network", "mail_ceiling": "standard", "asks_offices": "on"})
    assert "Mails to offices are off" not in client.get(ask_page(card)).content.decode()


def test_a_lead_sends_what_she_saw_and_two_taps_send_one(client, card, network, wanjiru):
    client.force_login(wanjiru)
    shown = unescape(client.get(ask_page(card), {"language": "fr"}).content.decode())
    form = typed(card, network)
    for _tap in range(2):
        assert client.post(ask_page(card), form)["Location"] == card.get_absolute_url()
    [email] = Email.objects.filter(kind="coalitions/office_check")
    letter = compose([email])[email.pk]
    assert (letter.address, letter.language) == ("office@example.org", "fr")
    assert letter.subject in shown
    assert list(AuditEntry.objects.filter(act="coalitions.office_asked").values_list("act", flat=True)) == ["coalitions.office_asked"]


@pytest.mark.parametrize("role", ["member", "observer", "outsider"])
def test_nobody_but_a_lead_sends_one(client, card, network, role):
    person = factories.member(network, role) if role != "outsider" else factories.UserFactory()
    client.force_login(person)
    assert (client.get(ask_page(card)).status_code, client.post(ask_page(card), typed(card, network)).status_code) == (403, 403)
    assert not OfficeCheck.objects.exists()


def test_the_mail_names_no_coalition_no_person_and_nothing_private(card, check, network, wanjiru):
    [email] = Email.objects.filter(kind="coalitions/office_check")
    letter = compose([email])[email.pk]
    whole = f"{letter.subject} {letter.text} {letter.html}"
    assert not [word for word in (network.name, wanjiru.name, wanjiru.short_name, wanjiru.email, "Own funding") if word in whole]
    assert link(check) in letter.text
    assert not mail.outbox


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [({"office_email": ""}, "no public address"), ({"funding": "Another rule"}, "Check the card against its page first")],
)
def test_nothing_unchecked_and_nothing_without_address_is_sent(card, network, samuel, wanjiru, facts, sentence):
    revise_card(card, by=samuel, is_checked="office_email" in facts, **facts)
    with pytest.raises(RuleBroken, match=sentence):
        office_checks.ask_office(card, coalition=network, language="en", by=wanjiru)


def test_an_office_is_asked_once_in_two_months_whoever_asks(card, check, network, wanjiru):
    other = factories.coalition("Another")
    other.asks_offices = True
    other.save()
    for coalition in (network, other):
        with pytest.raises(RuleBroken, match="less than two months ago"):
            office_checks.ask_office(card, coalition=coalition, language="en", by=factories.lead(coalition))
    OfficeCheck.objects.update(created_at=now() - timedelta(days=61))
    office_checks.ask_office(card, coalition=network, language="en", by=wanjiru)


def test_an_address_changed_meanwhile_is_shown_before_anything_is_sent(client, card, network, wanjiru):
    client.force_login(wanjiru)
    answer = client.post(ask_page(card), typed(card, network, address="before@example.org")).content.decode()
    assert "The address on the card has changed meanwhile" in answer
    assert 'name="address" value="office@example.org"' in answer
    assert not OfficeCheck.objects.exists()


@pytest.mark.parametrize("meanwhile", [{"used_at": now()}, {"expires_at": now() - timedelta(days=1)}, "off", "address"])
def test_what_is_settled_meanwhile_is_not_sent(card, check, meanwhile):
    if meanwhile == "off":
        Coalition.objects.update(asks_offices=False)
    elif meanwhile == "address":
        Delegation.objects.update(office_email="")
    else:
        OfficeCheck.objects.update(**meanwhile)
    assert compose(list(Email.objects.filter(kind="coalitions/office_check"))) == {}


# --- Answering --------------------------------------------------------------------------------------------------------------


def test_opening_changes_nothing_and_shows_public_facts_alone(card, check, network, wanjiru):
    before = OfficeCheck.objects.values().get(), Delegation.objects.values().get()
    robot = Client()
    for method in (robot.get, robot.head, robot.get):
        assert method(link(check)).status_code == 200
    shown = unescape(robot.get(link(check)).content.decode())
    assert (OfficeCheck.objects.values().get(), Delegation.objects.values().get()) == before
    assert "Own funding" in shown
    assert not [word for word in (network.name, wanjiru.short_name, "Checked") if word in shown]


def test_the_button_confirms_once_and_changes_only_the_date(card, check):
    office, facts = Client(), Delegation.objects.values().get()
    said = {"seen": office_checks.version_of(card)}
    versions = Delegation.history.count()
    first, second = office.post(link(check), said), office.post(link(check), said)
    assert (first.status_code, second.status_code) == (200, 404)
    after = Delegation.objects.values().get()
    assert {name for name in facts if facts[name] != after[name]} == {"office_confirmed_at"}
    assert Delegation.history.count() == versions
    card.refresh_from_db()
    assert card.is_checked_by_office
    assert AuditEntry.objects.filter(act="coalitions.office_confirmed").count() == 1


def test_used_expired_and_unknown_links_are_answered_alike(card, check, django_assert_num_queries):
    def answer(address):
        with django_assert_num_queries(2):  # whether the service is locked, and the key
            found = Client().get(address)
        return found.status_code, found.content.decode().partition("<main")[2].partition("</main>")[0]

    Client().get("/office/the-first-request-of-a-process/")
    unknown = answer("/office/nobody-has-this/")
    OfficeCheck.objects.update(used_at=now())
    used = answer(link(check))
    OfficeCheck.objects.update(used_at=None, expires_at=now() - timedelta(seconds=1))
    expired = answer(link(check))
    assert unknown == used == expired
    assert unknown[0] == 404


def test_what_changed_since_it_was_shown_is_shown_again(card, check, wanjiru):
    seen = office_checks.version_of(card)
    revise_card(card, by=wanjiru, is_checked=True, funding="Paid by the State")
    answer = Client(headers={"accept-language": "en"}).post(link(check), {"seen": seen}).content.decode()
    assert "The facts have changed since you opened this page" in answer
    assert "Paid by the State" in answer
    assert OfficeCheck.objects.get().used_at is None
    assert Delegation.objects.get().office_confirmed_at is None


def test_the_button_needs_the_token_of_its_page(check):
    assert Client(enforce_csrf_checks=True).post(link(check), {}).status_code == 403


def test_the_database_holds_no_key(check):
    assert key_of(check.public_id) not in str(OfficeCheck.objects.values().get())


def test_members_of_the_coalition_see_that_it_was_asked_and_others_do_not(client, card, check, network, samuel):
    for person, sees in ((samuel, True), (factories.observer(network), False), (factories.lead(factories.coalition("Another")), False)):
        client.force_login(person)
        assert ("The office was asked on" in client.get(card.get_absolute_url()).content.decode()) == sees


def test_the_page_names_the_pages_its_facts_come_from_and_not_who_checked_them(check):
    page = unescape(Client().get(link(check)).content.decode())
    assert '<dt>Source</dt><dd><a href="https://example.org/list" rel="noreferrer noopener">example.org</a>' in page
    assert ["Own funding" in page, "<dt>Checked</dt>" in page, "Wanjiru" in page] == [True, False, False]
