"""Contacts with delegations: logged once, read by a circle, answered, compared with the text, never changed."""

from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse
from django.utils.timezone import now

from amnt.accounts.services.erasing import erase
from amnt.audit.models import AuditEntry
from amnt.core.errors import RuleBroken
from coalitions.models import CircleView, Contact, ContactEvent
from coalitions.outreach.services import contacts as services
from coalitions.permissions import can_log_contact, can_remove_contact
from coalitions.services import membership
from coalitions.services.delegations import begin_card
from tests import factories

pytestmark = pytest.mark.django_db

ASK = "zz-ask: remove 2 bis"
WORDING = "to respect human rights when deploying new protocols"


@pytest.fixture
def card(wanjiru):
    return begin_card(factories.AssemblyFactory(), country="KE", by=wanjiru, is_checked=True, source="https://example.org/list")


@pytest.fixture
def resolution():
    return factories.ResolutionFactory(number=50, slug="50")


@pytest.fixture
def circle(network, samuel, ama):
    return factories.circle_of(network, samuel, ama, name="East Africa")


def log(card, resolution, circle, by, **said):
    about = {"ask": ASK, "channel": "letter", "asked_on": now().date(), "wording": WORDING} | said
    return services.log_contact(card, circle=circle, resolution=resolution, by=by, **about)


def typed(card, circle, **fields):
    form = {"delegation": str(card.public_id), "resolution": "50", "ask": ASK, "channel": "letter", "asked_on": str(now().date())}
    return form | {"circle": str(circle.public_id), "submission": str(uuid4()), "seen": ""} | fields


def page(client, user, address, **query):
    client.logout()
    client.force_login(user)
    answer = client.get(address, query)
    assert answer.status_code == 200, address
    return unescape(answer.content.decode())


# --- Logging ----------------------------------------------------------------------------------------------------------------


def test_two_taps_on_the_form_log_one_contact(client, card, resolution, circle, samuel):
    client.force_login(samuel)
    form = typed(card, circle, office="The focal point", expected_on=str(now().date() + timedelta(days=5)))
    first, second = (client.post("/contacts/new/", form)["Location"] for _tap in range(2))
    made = Contact.objects.get()
    assert first == second == made.get_absolute_url()
    assert (made.ask, made.office, made.person, made.by, made.answer) == (ASK, "The focal point", samuel, samuel, "none")
    assert [event.kind for event in made.events.all()] == ["asked"]


def test_what_was_answered_on_the_spot_is_logged_with_it(client, card, resolution, circle, samuel, ama):
    client.force_login(samuel)
    client.post("/contacts/new/", typed(card, circle, person=str(ama.public_id), answer="yes", answer_words="We agree."))
    made = Contact.objects.get()
    assert (made.person, made.answer, made.answered_on) == (None or ama, "yes", now().date())
    assert [(event.kind, event.words) for event in made.events.all()] == [("answered", "We agree."), ("asked", "")]


def test_the_last_one_on_the_same_subject_is_shown_first(client, card, resolution, circle, samuel, ama):
    theirs = log(card, resolution, circle, ama)
    client.force_login(samuel)
    opened = client.get("/contacts/new/", {"delegation": str(card.public_id), "resolution": "50"}).content.decode()
    assert "Ama O. asked about Res. 50" in opened
    assert f'name="seen" value="{theirs.public_id}"' in opened
    # Opened without its subject, it is shown when the form is sent, and nothing is saved.
    form = typed(card, circle, ask="Another ask")
    refused = unescape(client.post("/contacts/new/", form).content.decode())
    assert "Nothing is saved yet" in refused
    assert 'value="Another ask"' in refused
    assert Contact.objects.count() == 1
    assert client.post("/contacts/new/", form | {"seen": str(theirs.public_id)}).status_code == 302
    assert Contact.objects.count() == 2


def test_what_one_may_not_read_is_no_last_one(client, card, resolution, circle, network, wanjiru, samuel):
    log(card, resolution, circle, samuel)
    client.force_login(wanjiru)
    shown = client.get("/contacts/new/", {"delegation": str(card.public_id), "resolution": "50"}).content.decode()
    assert ASK not in shown
    assert client.post("/contacts/new/", typed(card, network.everyone)).status_code == 302


def test_whoever_writes_second_at_the_same_time_is_shown_the_first(card, resolution, circle, samuel, ama):
    log(card, resolution, circle, ama, seen="")
    with pytest.raises(RuleBroken, match=r"Ama O\. asked this delegation about Res\. 50"):
        log(card, resolution, circle, samuel, seen="")


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"ask": "\u202e"}, "Say what was asked"),
        ({"asked_on": now().date() + timedelta(days=3)}, "That day has not come yet"),
        ({"expected_on": now().date() - timedelta(days=3)}, "cannot be expected before"),
    ],
)
def test_what_cannot_be_logged_is_refused(card, resolution, circle, samuel, said, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        log(card, resolution, circle, samuel, **said)
    assert not Contact.objects.exists()


def test_nobody_logs_into_a_circle_she_is_not_in(card, resolution, circle, network, wanjiru, samuel):
    sealed = factories.circle_of(network, samuel, name="Seats", kind="delegation")
    with pytest.raises(RuleBroken, match="You are not in this circle"):
        log(card, resolution, circle, wanjiru)
    with pytest.raises(RuleBroken, match="not logged here"):
        log(card, resolution, sealed, samuel)
    with pytest.raises(RuleBroken, match="not in the circle you chose"):
        log(card, resolution, circle, samuel, person=wanjiru)


def test_bad_input_loses_nothing(client, card, resolution, circle, samuel):
    client.force_login(samuel)
    answer = client.post("/contacts/new/", typed(card, circle, wording="Words we like", asked_on="soon")).content.decode()
    assert "Words we like" in answer
    assert not Contact.objects.exists()


def test_a_clause_is_chosen_by_its_identity_and_named(client, card, resolution, circle, samuel):
    text = factories.RevisionTextFactory(revision=factories.RevisionFactory(resolution=resolution))
    clause = factories.ClauseFactory(version=text, position=2)
    client.force_login(samuel)
    shown = client.get("/contacts/new/", {"resolution": "50", "clause": str(clause.identity)}).content.decode()
    assert f'value="{clause.identity}" selected' in shown
    client.post("/contacts/new/", typed(card, circle, clause=str(clause.identity)))
    made = Contact.objects.get()
    assert (made.clause, made.clause_name) == (clause.identity, "resolves 3")
    assert reverse("resolutions:clause", args=["50", clause.identity]) in page(client, samuel, made.get_absolute_url())


# --- Reading ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "reads"), [("author", True), ("circle", True), ("lead", False), ("observer", False), ("outsider", False)])
def test_only_the_circle_reads_it(client, card, resolution, circle, network, wanjiru, samuel, ama, role, reads):
    made = log(card, resolution, circle, samuel)
    people = {"author": samuel, "circle": ama, "lead": wanjiru}
    person = people.get(role) or (factories.observer(network) if role == "observer" else factories.UserFactory())
    for address in (card.get_absolute_url(), f"/delegations/{card.public_id}/contacts/", "/resolutions/50/contacts/"):
        assert (ASK in page(client, person, address)) == reads
    assert client.get(made.get_absolute_url()).status_code == (200 if reads else 404)
    for act in ("answer", "in-text", "remove"):
        address = reverse(f"coalitions:contact-{act}", args=[made.public_id])
        assert client.post(address, {}).status_code in ((200, 302) if reads and act != "remove" else (302, 403) if reads else (404,))


def test_opening_it_is_noted_for_its_circle(client, card, resolution, circle, samuel, ama):
    made = log(card, resolution, circle, samuel)
    page(client, ama, made.get_absolute_url())
    assert list(CircleView.objects.values_list("thing", "user", "thing_id")) == [("contact", ama.pk, made.public_id)]


def test_its_words_are_not_in_the_database(card, resolution, circle, samuel):
    made = log(card, resolution, circle, samuel, office="zz-office", answer="no", answer_words="zz-answer")
    with connection.cursor() as cursor:
        for table in (Contact._meta.db_table, ContactEvent._meta.db_table):
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608
            stored = str(cursor.fetchall())
            assert not [word for word in ("zz-ask", "zz-office", "zz-answer", "human rights") if word in stored]
    assert (made.ask, made.wording, made.office) == (ASK, WORDING, "zz-office")


def test_who_has_left_is_named_no_more(client, card, resolution, network, circle, wanjiru, samuel, ama):
    made = log(card, resolution, circle, ama)
    membership.remove(network.memberships.get(user=ama), by=wanjiru)
    for address in (card.get_absolute_url(), made.get_absolute_url(), "/resolutions/50/contacts/"):
        shown = page(client, samuel, address)
        assert "Ama" not in shown
        assert "former member" in shown


def test_an_erased_account_leaves_the_contact(card, resolution, circle, network, samuel, ama):
    made = log(card, resolution, circle, ama)
    erase(ama)
    made.refresh_from_db()
    assert made.ask == ASK


# --- Answering --------------------------------------------------------------------------------------------------------------


def test_an_answer_is_added_and_an_earlier_one_stays_in_the_history(client, card, resolution, circle, samuel, ama):
    made = log(card, resolution, circle, samuel)
    client.force_login(ama)
    address = reverse("coalitions:contact-answer", args=[made.public_id])
    for version, answer, words in ((1, "will-see", "They study it."), (2, "yes", "They agree.")):
        said = {"answer": answer, "day": str(now().date()), "words": words, "version": version}
        assert client.post(address, said).status_code == 302
    made.refresh_from_db()
    assert (made.answer, made.answered_on, made.version) == ("yes", now().date(), 3)
    shown = page(client, samuel, made.get_absolute_url())
    assert "They study it." in shown
    assert "They agree." in shown


def test_an_answer_to_what_changed_meanwhile_is_kept_and_not_saved(client, card, resolution, circle, samuel, ama):
    made = log(card, resolution, circle, samuel)
    services.note_answer(made, answer="no", day=now().date(), by=ama)
    client.force_login(samuel)
    said = {"answer": "yes", "day": str(now().date()), "words": "We heard yes", "version": "1"}
    answer = unescape(client.post(reverse("coalitions:contact-answer", args=[made.public_id]), said).content.decode())
    assert "In the meantime Ama O. noted: no" in answer
    assert "We heard yes" in answer
    assert 'name="version" value="2"' in answer
    made.refresh_from_db()
    assert made.answer == "no"


def test_no_answer_is_older_than_its_ask(card, resolution, circle, samuel):
    made = log(card, resolution, circle, samuel)
    with pytest.raises(RuleBroken, match="cannot be older"):
        services.note_answer(made, answer="yes", day=now().date() - timedelta(days=1), by=samuel)


def test_who_may_log_and_remove(card, resolution, circle, network, wanjiru, samuel, ama):
    made = log(card, resolution, circle, samuel)
    inside = factories.lead(network)
    circle.circle_memberships.create(membership=network.memberships.get(user=inside))
    outside = factories.lead(factories.coalition("Another"))
    watching = factories.observer(network)
    assert [can_log_contact(person, circle) for person in (samuel, ama, inside, wanjiru, watching, outside)] == [True] * 3 + [False] * 3
    may_remove = [can_remove_contact(person, made) for person in (samuel, ama, inside, wanjiru, watching, outside)]
    assert may_remove == [True, False, True, False, False, False]


def test_what_is_removed_is_gone_with_its_history(client, card, resolution, circle, samuel):
    made = log(card, resolution, circle, samuel)
    client.force_login(samuel)
    assert client.get(reverse("coalitions:contact-remove", args=[made.public_id])).status_code == 405
    assert client.post(reverse("coalitions:contact-remove", args=[made.public_id]))["Location"] == card.get_absolute_url()
    assert not Contact.objects.exists()
    assert not ContactEvent.objects.exists()
    acts = AuditEntry.objects.filter(act__startswith="coalitions.contact").order_by("pk").values_list("act", flat=True)
    assert list(acts) == ["coalitions.contact_logged", "coalitions.contact_removed"]


# --- Lists ------------------------------------------------------------------------------------------------------------------


def test_lists_are_filtered_by_region_and_state(client, card, resolution, circle, samuel, wanjiru):
    factories.RegionalGroupFactory(code="ATU", countries=["KE"])
    factories.RegionalGroupFactory(code="CITEL", acronym_en="CITEL", countries=["BR"])
    other = begin_card(card.assembly, country="BR", by=wanjiru, is_checked=True, source="https://example.org/list")
    long_ago = now().date() - timedelta(days=30)
    log(card, resolution, circle, samuel, ask="Silent one", asked_on=long_ago)
    log(other, resolution, circle, samuel, ask="Answered one", answer="yes")

    def listed(**query):
        shown = page(client, samuel, "/resolutions/50/contacts/", **query)
        return [ask for ask in ("Silent one", "Answered one") if ask in shown]

    assert listed() == ["Silent one", "Answered one"]
    assert (listed(region="ATU"), listed(region="CITEL")) == (["Silent one"], ["Answered one"])
    assert (listed(state="silent"), listed(state="yes"), listed(state="in-text")) == (["Silent one"], ["Answered one"], [])
    assert "No contact matches" in page(client, samuel, "/resolutions/50/contacts/", state="no")


def test_pages_ask_as_much_of_many_contacts_as_of_one(client, card, resolution, circle, samuel, django_assert_num_queries):
    made = log(card, resolution, circle, samuel)
    client.force_login(samuel)
    addresses = {
        "/resolutions/50/contacts/": 9,
        f"/delegations/{card.public_id}/contacts/": 6,
        made.get_absolute_url(): 12,
        f"/contacts/new/?delegation={card.public_id}&resolution=50": 13,
    }
    for _round in range(2):
        for address, queries in addresses.items():
            client.get(address)
            with django_assert_num_queries(queries):
                client.get(address)
        for number in range(30):
            log(card, resolution, circle, samuel, ask=f"Ask {number}")


# --- On the card ------------------------------------------------------------------------------------------------------------


def test_the_card_says_how_offices_answer_from_what_its_reader_may_read(client, card, resolution, circle, network, samuel, wanjiru):
    today = now().date()
    for days, office, answered in ((40, "Focal point", 9), (30, "focal POINT", 5), (20, "Focal point", None), (9, "", 2)):
        contact = log(card, resolution, network.everyone, samuel, office=office, asked_on=today - timedelta(days=days))
        if answered:
            services.note_answer(contact, answer="yes", day=today - timedelta(days=days - answered), by=samuel)
    log(card, resolution, network.everyone, wanjiru, office="Standards office", channel="email", asked_on=today)
    log(card, resolution, circle, samuel, office="zz-office of a circle")
    client.force_login(wanjiru)
    answer = client.get(card.get_absolute_url())
    found = [(each.name, each.asked, each.answered, each.days, each.channel, each.asked_by) for each in answer.context["offices"]]
    assert found == [
        ("Standards office", 1, 0, None, "by e-mail", "Wanjiru K."),
        ("Focal point", 3, 2, 5, "by letter", "Samuel O."),
    ]
    shown = unescape(answer.content.decode())
    assert [words in shown for words in ("asked 3 times", "usually in 5 days", "zz-office")] == [True, True, False]


def test_the_card_warns_of_an_ask_that_waits_before_somebody_writes_again(client, card, resolution, network, samuel, wanjiru):
    contact = log(card, resolution, network.everyone, samuel, asked_on=now().date() - timedelta(days=6))
    warning = "two different asks to one office cancel each other"
    assert warning in page(client, wanjiru, card.get_absolute_url())
    services.note_answer(contact, answer="no", day=now().date(), by=samuel)
    assert warning not in page(client, wanjiru, card.get_absolute_url())
    log(card, resolution, network.everyone, samuel, asked_on=now().date() - timedelta(days=15))
    assert warning not in page(client, wanjiru, card.get_absolute_url())


def test_a_former_member_is_not_named_beside_an_office(client, card, resolution, network, samuel, wanjiru):
    log(card, resolution, network.everyone, samuel, office="Focal point")
    membership.remove(network.memberships.get(user=samuel), by=wanjiru)
    client.force_login(wanjiru)
    answer = client.get(card.get_absolute_url())
    assert [(each.name, each.asked_by) for each in answer.context["offices"]] == [("Focal point", "")]
    assert "Samuel" not in answer.content.decode()
