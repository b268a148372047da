"""Cards of delegations and contacts with them, written and read by programs."""

import uuid
from datetime import timedelta

import pytest
from django.utils.timezone import now

from coalitions.models import CircleView, Contact, Delegation
from coalitions.outreach.services.contacts import log_contact
from coalitions.services.delegations import begin_card
from tests import factories

pytestmark = pytest.mark.django_db

CARDS, CONTACTS = "/api/v1/delegations/", "/api/v1/contacts/"
SOURCE = "https://example.org/list"


@pytest.fixture
def ours():
    return factories.coalition()


@pytest.fixture
def her(ours):
    return factories.member(ours, name="Wanjiru Kamau")


@pytest.fixture
def card(her):
    return begin_card(factories.AssemblyFactory(), country="KE", by=her, is_checked=False, source=SOURCE, funding="Own funding")


@pytest.fixture
def resolution():
    return factories.ResolutionFactory(number=50, slug="50")


def asked(card, circle, **fields):
    about = {"delegation": str(card.public_id), "resolution": "50", "circle": str(circle.public_id), "ask": "Remove 2 bis"}
    return about | {"channel": "letter", "asked_on": str(now().date()), "submission": str(uuid.uuid4())} | fields


# --- Cards ------------------------------------------------------------------------------------------------------------------


def test_a_card_is_started_once_changed_and_read(program, her):
    factories.AssemblyFactory()
    client = program(her)
    given = {"assembly": "WTSA-28", "country": "KE", "funding": "Own funding", "source": SOURCE, "is_checked": True}
    given["submission"] = str(uuid.uuid4())
    first, second = client.post(CARDS, given), client.post(CARDS, given)
    assert (first.status_code, second.status_code) == (201, 200)
    made = first.json()
    # What a member writes is checked by someone else, whatever the program says.
    assert (made["country"], made["funding"], made["checked_at"]) == ("KE", "Own funding", None)
    changed = client.patch(f"{CARDS}{made['id']}/", {"who_speaks": "The head alone"}).json()
    assert (changed["who_speaks"], changed["funding"]) == ("The head alone", "Own funding")
    assert client.post(CARDS, given | {"submission": str(uuid.uuid4())}).status_code == 409
    assert Delegation.objects.count() == 1


def test_someone_else_confirms_it_and_declares(program, ours, her, card, resolution):
    other = program(factories.member(ours))
    assert program(her).post(f"{CARDS}{card.public_id}/confirm/").status_code == 409
    assert other.post(f"{CARDS}{card.public_id}/confirm/").json()["checked_at"]
    said = {"resolution": "50", "stance": "keep", "source": SOURCE, "declared_on": "2026-01-05"}
    shown = other.post(f"{CARDS}{card.public_id}/declare/", said).json()
    assert [(row["resolution"], row["stance"]) for row in shown["declared"]] == [("50", "keep")]


@pytest.mark.parametrize(
    ("wrong", "where"),
    [({"country": "XX"}, "country"), ({"source": "x"}, "source"), ({"assembly": "x"}, "assembly"), ({"is_open": "x"}, "is_open")],
)
def test_what_is_no_card_is_refused(program, her, wrong, where):
    factories.AssemblyFactory()
    answer = program(her).post(CARDS, {"assembly": "WTSA-28", "country": "KE", "source": SOURCE} | wrong)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [where])


def test_whoever_logs_in_reads_cards_and_only_members_write(program, ours, card):
    for person in (factories.UserFactory(), factories.observer(ours)):
        client = program(person)
        assert client.get(CARDS).json()["results"][0]["country"] == "KE"
        assert client.patch(f"{CARDS}{card.public_id}/", {"funding": "x"}).status_code == 403
        assert client.post(f"{CARDS}{card.public_id}/confirm/").status_code == 403


def test_cards_are_filtered(program, her, card):
    factories.RegionalGroupFactory(code="ATU", countries=["KE"])
    client = program(her)
    queries = {"region=ATU": 1, "region=x": 0, "country=UG": 0, "open=unknown": 1, "open=yes": 0, "old=true": 0, "old=false": 1}
    assert {query: client.get(f"{CARDS}?{query}").json()["count"] for query in queries} == queries


# --- Contacts ---------------------------------------------------------------------------------------------------------------


def test_a_contact_is_logged_once_answered_judged_and_removed(program, ours, her, card, resolution):
    client = program(her)
    given = asked(card, ours.everyone, wording="other words", office="The focal point")
    first, second = client.post(CONTACTS, given), client.post(CONTACTS, given)
    assert (first.status_code, second.status_code) == (201, 200)
    made = first.json()
    assert (made["answer"], made["person"]["name"], made["wording"]) == ("none", "Wanjiru K.", "other words")
    address = f"{CONTACTS}{made['id']}/"
    answered = client.post(f"{address}answer/", {"answer": "yes", "day": str(now().date()), "words": "We agree", "version": 1}).json()
    assert (answered["answer"], answered["version"]) == ("yes", 2)
    proposal = factories.ProposalFactory(resolution=resolution)
    judged = client.post(f"{address}in-text/", {"in_text": "partly", "proposal": str(proposal.public_id)}).json()
    assert (judged["in_text"], judged["proposal"]) == ("partly", str(proposal.public_id))
    assert [event["kind"] for event in judged["events"]] == ["judged", "answered", "asked"]
    assert client.delete(address).status_code == 204
    assert not Contact.objects.exists()


def test_what_changed_meanwhile_is_a_conflict(program, ours, her, card, resolution):
    client = program(her)
    made = client.post(CONTACTS, asked(card, ours.everyone)).json()
    said = {"answer": "no", "day": str(now().date()), "version": 1}
    assert client.post(f"{CONTACTS}{made['id']}/answer/", said).status_code == 200
    assert client.post(f"{CONTACTS}{made['id']}/answer/", said).status_code == 409
    # Another contact on the same subject that the program has not seen.
    assert client.post(CONTACTS, asked(card, ours.everyone, seen="")).status_code == 409
    assert client.post(CONTACTS, asked(card, ours.everyone, seen=made["id"])).status_code == 201


def test_a_program_reads_what_its_person_may_read(program, ours, her, card, resolution):
    circle = factories.circle_of(ours, her)
    made = log_contact(card, circle=circle, resolution=resolution, ask="zz-ask", channel="call", asked_on=now().date(), by=her)
    for person in (factories.member(ours), factories.lead(ours), factories.observer(ours), factories.UserFactory()):
        client = program(person)
        assert client.get(CONTACTS).json()["count"] == 0
        answers = [
            client.get(f"{CONTACTS}{made.public_id}/"),
            client.post(f"{CONTACTS}{made.public_id}/answer/", {"answer": "no", "day": str(now().date())}),
            client.delete(f"{CONTACTS}{made.public_id}/"),
        ]
        assert [answer.status_code for answer in answers] == [404, 404, 404]
        assert client.post(CONTACTS, asked(card, circle)).status_code == 400
    assert program(her).get(f"{CONTACTS}{made.public_id}/").json()["ask"] == "zz-ask"
    assert CircleView.objects.filter(thing="contact", user=her).count() == 1


def test_contacts_are_filtered(program, ours, her, card, resolution):
    long_ago = now().date() - timedelta(days=20)
    log_contact(card, circle=ours.everyone, resolution=resolution, ask="Ask", channel="call", asked_on=long_ago, by=her)
    client = program(her)
    queries = {"country=KE": 1, "country=UG": 0, "resolution=50": 1, "answer=none": 1, "answer=yes": 0, "silent=true": 1, "silent=false": 0}
    queries |= {f"delegation={card.public_id}": 1, f"circle={ours.everyone.public_id}": 1, "in_text=yes": 0}
    assert {query: client.get(f"{CONTACTS}?{query}").json()["count"] for query in queries} == queries


def test_lists_ask_as_much_of_many_as_of_one(program, ours, her, card, resolution, django_assert_num_queries):
    client = program(her)
    for number in range(2):
        for _each in range(1 + 5 * number):
            log_contact(card, circle=ours.everyone, resolution=resolution, ask="Ask", channel="call", asked_on=now().date(), by=her)
        client.get(CONTACTS)
        for address, queries in ((CONTACTS, 4), (CARDS, 4)):
            with django_assert_num_queries(queries):
                client.get(address)
