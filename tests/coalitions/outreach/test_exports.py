"""Contacts as a file: for leads, by class, with who and when, and without names of ours."""

import csv
import io

import pytest
from django.urls import reverse
from django.utils.timezone import now

from amnt.audit.models import AuditEntry
from coalitions.outreach.services.contacts import log_contact
from coalitions.services.delegations import begin_card
from tests import factories
from tests.accounts.conftest import PASSWORD, confirm_it_is_me, log_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(network):
    return factories.lead(network, name="Wanjiru Kamau", email="wanjiru@example.org", password=PASSWORD)


@pytest.fixture
def address(network):
    return reverse("coalitions:contacts-export", args=[network.public_id])


@pytest.fixture
def contacts(network, boss, samuel):
    card = begin_card(factories.AssemblyFactory(), country="KE", by=boss, is_checked=True, source="https://example.org/list")
    about = {"resolution": factories.ResolutionFactory(number=50), "channel": "letter", "asked_on": now().date()}
    log_contact(card, circle=network.everyone, ask="=1+1", by=samuel, answer="yes", **about)
    log_contact(card, circle=factories.circle_of(network, boss), ask="zz-hers", by=boss, **about)
    log_contact(card, circle=factories.circle_of(network, samuel, name="His"), ask="zz-his", by=samuel, **about)


@pytest.fixture
def confirmed(client, boss):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    log_in(client)
    confirm_it_is_me(client)
    return client


def rows_of(answer):
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.parametrize(("with_circles", "asks"), [("", ["'=1+1"]), ("on", ["'=1+1", "zz-hers"])])
def test_a_lead_takes_out_what_she_may_and_it_is_recorded(confirmed, boss, address, contacts, with_circles, asks):
    answer = confirmed.post(address, {"sheet": "csv", "with_circles": with_circles})
    header, *rows, mark = rows_of(answer)
    assert (len(header), [row[3] for row in rows]) == (12, asks)
    assert "Exported by Wanjiru Kamau" in mark[0]
    assert "Samuel" not in answer.content.decode()
    assert AuditEntry.objects.filter(act="export.contacts").count() == len(asks)


def test_as_a_spreadsheet_too(confirmed, boss, address, contacts):
    assert confirmed.post(address, {"sheet": "xlsx"}).content[:2] == b"PK"


def test_who_may_not_export(client, network, boss, samuel, address):
    stranger = factories.lead(factories.coalition("Another"))
    for person, status in ((samuel, 403), (factories.observer(network), 403), (stranger, 404), (boss, 302)):
        client.force_login(person)
        assert (client.get(address).status_code, client.post(address, {"sheet": "csv"}).status_code) == (status, status)


def test_leads_find_it_on_the_page_of_coverage(client, boss, samuel, address):
    for person, finds in ((boss, True), (samuel, False)):
        client.force_login(person)
        assert (address in client.get("/delegations/coverage/").content.decode()) == finds
