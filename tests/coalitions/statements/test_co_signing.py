"""Signing from outside: a link that opens one statement and nothing else, and what is told of what was answered through it."""

import hashlib
import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from amnt.accounts.services import locking
from amnt.audit.models import AuditEntry
from amnt.core.errors import RuleBroken
from amnt.mail.models import Email
from coalitions.models import Naming, Statement, StatementAnswer, StatementInvitation
from coalitions.statements.domain.co_sign_keys import key_of
from coalitions.statements.exporters import public_list
from coalitions.statements.read_models import lists
from coalitions.statements.read_models.tally import public_tally, standings_of, tally
from coalitions.statements.services import co_signing, statements
from tests.coalitions.statements.conftest import TEXT, opened, say, signer
from tests.factories import circle_of, coalition, lead, member, observer

pytestmark = pytest.mark.django_db


@pytest.fixture
def statement(ours, boss):
    return opened(ours, boss)


def invite(statement, by, name="Far House", **fields):
    return co_signing.invite(statement, **{"name": name, "language": "en", "by": by} | fields)


def link(invitation, name="co-sign"):
    return reverse(f"coalitions:{name}", args=[key_of(invitation.public_id)])


def at(name, thing, *args):
    return reverse(f"coalitions:{name}", args=[thing.public_id, *args])


def sent(**fields):
    given = {"choice": "endorse", "inside": "named", "outside": "named", "declared": "on", "seen_number": "1"}
    return given | {"submission": str(uuid4())} | fields


def sign(invitation, choice="endorse", **fields):
    return co_signing.co_sign(invitation, choice=choice, **fields)


def inside(statement):
    return tally(standings_of(Statement.objects.get(pk=statement.pk)))


def outside(statement):
    return public_tally(standings_of(Statement.objects.get(pk=statement.pk)))


def states(found):
    return {row.name: str(row.state) for row in found.named}


def chosen(page):
    return re.findall(r'value="([a-z-]+)"[^>]* checked', page)


def main_of(answer):
    return unescape(answer.content.decode()).partition("<main")[2].partition("</main>")[0]


# --- The link -----------------------------------------------------------------------------------------------------------


def test_a_lead_makes_a_link_that_is_shown_once(client, statement, boss):
    client.force_login(boss)
    form = {"name": "Far House", "language": "es", "contact": "Ana, on Signal", "submission": str(uuid4())}
    for _tap in range(2):
        assert client.post(at("statement-invitations", statement), form)["Location"] == at("statement-invited", statement)
    invitation = StatementInvitation.objects.get()
    assert link(invitation) in client.get(at("statement-invited", statement)).content.decode()
    assert client.get(at("statement-invited", statement)).status_code == 302
    page = main_of(client.get(at("statement-invitations", statement)))
    assert "Far House" in page
    assert "Ana, on Signal" in page
    assert link(invitation) not in page
    assert not Email.objects.exclude(kind="coalitions/statement").exists()


@pytest.mark.parametrize(("who", "status"), [("member", 403), ("observer", 404), ("stranger", 404), ("lead outside the circle", 404)])
def test_nobody_but_a_lead_who_reads_it_makes_one(client, ours, boss, who, status):
    restricted = who == "lead outside the circle"
    inviter = boss
    if restricted:
        inviter = lead(ours)
    statement = opened(ours, inviter, circle=circle_of(ours, inviter) if restricted else None)
    invitation = invite(statement, inviter)
    person = {"member": lambda: member(ours), "observer": lambda: observer(ours), "stranger": lambda: lead(coalition("Another"))}
    client.force_login(person.get(who, lambda: boss)())
    for name in ("statement-invitations", "statement-invited"):
        assert client.get(at(name, statement)).status_code == status
    form = {"name": "Other", "language": "en", "submission": str(uuid4())}
    assert client.post(at("statement-invitations", statement), form).status_code == status
    # Links are for leads: others are not told that one exists.
    assert client.post(at("statement-invitation-revoke", invitation)).status_code == 404
    assert StatementInvitation.objects.open().count() == 1


def test_whoever_opened_one_in_a_circle_and_leads_nothing_sends_none_outside(client, ours):
    person = member(ours)
    statement = opened(ours, person, circle=circle_of(ours, person))
    client.force_login(person)
    assert client.get(at("statement-closing", statement)).status_code == 200
    assert client.get(at("statement-invitations", statement)).status_code == 403
    assert at("statement-invitations", statement) not in client.get(at("statement", statement)).content.decode()


def test_an_organisation_has_one_link_and_those_of_the_coalition_have_none(ours, boss, statement):
    signer(ours, "House")
    invite(statement, boss)
    for name, sentence in (("far house", "has a link already"), ("HOUSE", "is in the coalition"), ("  ", "Say which")):
        with pytest.raises(RuleBroken, match=sentence):
            invite(statement, boss, name=name)
    statements.close_now(statement, by=boss)
    with pytest.raises(RuleBroken, match="is closed"):
        invite(statement, boss, name="Late House")


def test_the_database_holds_no_key_and_no_name(statement, boss):
    invitation = invite(statement, boss, contact="Ana")
    sign(invitation, inside=True)
    with connection.cursor() as cursor:
        for table in ("statementinvitation", "statementanswer"):
            cursor.execute(f"SELECT * FROM coalitions_{table}")  # noqa: S608
            found = str(cursor.fetchall())
            assert not [word for word in ("Far House", "Ana", "endorse", "inside", key_of(invitation.public_id)) if word in found]


# --- Its page -----------------------------------------------------------------------------------------------------------


def test_the_page_shows_this_statement_and_nothing_else(ours, boss, statement):
    say(statement, signer(ours, "House", name="Signe One"), inside=True, outside=True)
    invitation = invite(statement, boss, contact="Ana")
    answer = Client().get(link(invitation))
    whole = unescape(answer.content.decode())
    for shown in ("Security and rights", "human rights be considered", "Far House", "sha256sum", "(UTC)"):
        assert shown in whole
    assert hashlib.sha256(f"{TEXT}\n".encode()).hexdigest() in whole
    for kept in (ours.name, "House (", "Signe", "Boss", "Ana", "1 organisation", 'class="sections"', reverse("account_login")):
        assert kept not in whole
    assert "<title>Joint statement" in whole
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"
    assert Client().get(link(invitation, "co-sign-text")).content == f"{TEXT}\n".encode()


def test_opening_changes_nothing_and_a_button_signs(statement, boss):
    invitation = invite(statement, boss)
    robot = Client()
    for method in (robot.get, robot.head, robot.get):
        assert method(link(invitation)).status_code == 200
    assert not StatementAnswer.objects.exists()
    form = sent()
    for _tap in range(2):
        assert "Your answer is recorded" in robot.post(link(invitation), form).content.decode()
    kept = StatementAnswer.objects.get()
    assert (kept.name, kept.choice, kept.naming, kept.by, kept.organisation) == ("Far House", "endorse", Naming.BOTH, None, None)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"declared": ""}, "required"),
        ({"choice": "time"}, "not one of"),
        ({"choice": "reservation"}, "Say what the reservation"),
    ],
)
def test_what_is_not_declared_or_not_said_signs_nothing(statement, boss, fields, sentence):
    invitation = invite(statement, boss)
    page = Client(headers={"accept-language": "en"}).post(link(invitation), sent(**fields)).content.decode()
    assert sentence in page
    assert not StatementAnswer.objects.exists()


def test_nothing_is_named_unless_it_is_chosen(statement, boss):
    invitation = invite(statement, boss)
    assert chosen(Client().get(link(invitation)).content.decode()) == ["counted", "counted"]


def test_the_page_speaks_the_language_of_the_link_until_another_is_chosen(statement, boss):
    invitation = invite(statement, boss, language="es")
    browser = Client(headers={"accept-language": "fr"})
    assert '<html lang="es"' in browser.get(link(invitation)).content.decode()
    browser.post(reverse("accounts:language"), {"language": "en", "next": link(invitation)})
    assert '<html lang="en"' in browser.get(link(invitation)).content.decode()


def test_links_that_are_past_taken_back_or_unknown_are_answered_alike(statement, boss, django_assert_num_queries):
    def answer(address):
        with django_assert_num_queries(2):  # whether the service is locked, and the key
            found = Client().get(address)
        return found.status_code, found.content.decode()

    Client().get("/co-sign/the-first-request-of-a-process/")
    one, two, three = invite(statement, boss), invite(statement, boss, "Two"), invite(statement, boss, "Three")
    co_signing.revoke(one, by=boss)
    StatementInvitation.objects.filter(pk=two.pk).update(locked_at=now())
    found = [answer("/co-sign/nobody-has-this/"), answer(link(one)), answer(link(two)), answer(link(one, "co-sign-text"))]
    with time_machine.travel(now() + timedelta(hours=101), tick=False):
        found.append(answer(link(three)))
    assert {status for status, _page in found} == {404}
    # They differ in the address that the choice of language goes back to, and in the token of its form.
    assert len({page.partition("<main")[2].partition("</main>")[0] for _status, page in found}) == 1
    for late in (one, two):
        assert Client().post(link(late), sent()).status_code == 404
    assert not StatementAnswer.objects.exists()


def test_an_extension_keeps_the_link_open(statement, boss):
    invitation = invite(statement, boss)
    statements.move_closing(statement, closes_at=now() + timedelta(hours=200), by=boss)
    with time_machine.travel(now() + timedelta(hours=150), tick=False):
        assert Client().get(link(invitation)).status_code == 200


def test_the_button_needs_the_token_of_its_page(statement, boss):
    assert Client(enforce_csrf_checks=True).post(link(invite(statement, boss)), sent()).status_code == 403


def test_one_link_cannot_fill_the_database(settings, statement, boss):
    settings.ACCOUNT_RATE_LIMITS = {"co_sign": "2/h/key"}
    one, two = invite(statement, boss), invite(statement, boss, "Two")
    assert [Client().post(link(one), sent()).status_code for _try in range(3)] == [200, 200, 429]
    assert Client().post(link(two), sent()).status_code == 200
    assert StatementAnswer.objects.count() == 3


def test_locking_the_service_closes_links_and_keeps_what_was_answered(statement, boss):
    invitation = invite(statement, boss)
    sign(invitation, inside=True)
    assert dict(locking._ways_in)["Links to sign statements closed"]() == 1
    assert co_signing.open_invitation(key_of(invitation.public_id)) is None
    assert states(inside(statement)) == {"Far House": "endorses"}


# --- What is told -------------------------------------------------------------------------------------------------------


def test_it_is_counted_and_named_as_it_agreed(ours, boss, statement):
    say(statement, signer(ours, "House"), inside=True, outside=True)
    said = {"In": (True, False), "Out": (False, True), "Both": (True, True), "None": (False, False)}
    for name, (here, there) in said.items():
        sign(invite(statement, boss, name), inside=here, outside=there)
    found = inside(statement)
    assert states(found) == {"Both": "endorses", "House": "endorses", "In": "endorses"}
    assert (found.asked, found.unnamed, found.unnamed_outside, found.numbers["endorses"]) == (5, 0, 2, 3)
    assert [row.name for row in outside(statement).named] == ["Both", "House", "Out"]


@pytest.mark.parametrize("choice", [None, "endorse", "reservation", "not-now"])
def test_what_one_answered_without_its_name_changes_no_byte(client, ours, boss, statement, choice):
    """A lead can make links for nobody, and would know what all others answered."""
    for number, other in enumerate(("endorse", "endorse", "not-now", "not-now")):
        sign(invite(statement, boss, f"Made {number}"), other)
    hidden = invite(statement, boss, "Hidden House")
    if choice:
        sign(hidden, choice, reservation="Hidden words")
    found = inside(statement)
    assert (found.numbers, found.unnamed_outside, found.asked) == ({}, 5, 5)
    assert (outside(statement).named, outside(statement).unnamed) == ((), 0)
    files = [write(lists.public_list(statement)) for write, _media in public_list.FILES.values()]
    assert not [content for content in files if b"Hidden" in content]
    assert hashlib.sha256(files[0].partition(b"Endorsed by")[2]).hexdigest() == hashlib.sha256(b"\n").hexdigest()
    client.force_login(boss)
    page = main_of(client.get(at("statement", statement)))
    assert "5 organisations outside the coalition are asked and not named" in page
    assert "Hidden" not in page
    # Nor does the page behind the link tell whoever made it.
    assert "you answered" not in main_of(Client(headers={"accept-language": "en"}).get(link(hidden)))


def test_links_made_for_nobody_do_not_unmask_a_member(ours, boss, statement):
    """Of two hidden members nothing is told, however many hidden ones from outside stand beside them."""
    for name, choice in (("One", "endorse"), ("Two", "not-now")):
        say(statement, signer(ours, name), choice)
    for number in range(4):
        sign(invite(statement, boss, f"Made {number}"), "endorse" if number % 2 else "not-now")
    found = inside(statement)
    assert (found.unnamed, found.unnamed_by_state, found.hides_answers) == (2, None, True)


def test_an_organisation_that_is_named_sees_what_it_answered_and_takes_it_back(statement, boss):
    invitation, browser = invite(statement, boss), Client(headers={"accept-language": "en"})
    browser.post(link(invitation), sent(choice="reservation", reservation="but for the end"))
    assert "On v1 you answered “endorse with a reservation”" in main_of(browser.get(link(invitation)))
    assert states(inside(statement)) == {"Far House": "reservation"}
    for _tap in range(2):
        assert "Taken back" in browser.post(link(invitation), {"take-back": ""}).content.decode()
    assert (inside(statement).named, inside(statement).unnamed_outside, StatementAnswer.objects.count()) == ((), 1, 2)
    assert "you answered" not in main_of(browser.get(link(invitation)))


def test_another_text_asks_again_and_what_was_signed_lapses(statement, boss):
    invitation, browser = invite(statement, boss), Client(headers={"accept-language": "en"})
    browser.post(link(invitation), sent())
    statements.write_version(statement, text=TEXT.replace("studied", "known"), by=boss)
    page = main_of(browser.get(link(invitation)))
    assert "On v1 you answered “endorse”. The text has changed." in page
    assert chosen(page) == ["endorse", "named", "named"]
    assert "<ins>known" in page
    assert states(inside(statement)) == {"Far House": "to-confirm"}
    assert outside(statement).named == ()
    late = browser.post(link(invitation), sent()).content.decode()
    assert "The text has changed in the meantime" in late
    assert 'name="seen_number" value="2"' in late
    browser.post(link(invitation), sent(seen_number="2"))
    assert [row.name for row in outside(statement).named] == ["Far House"]


def test_a_link_taken_back_leaves_out_what_was_answered_through_it(client, statement, boss):
    invitation = invite(statement, boss)
    sign(invitation, inside=True, outside=True)
    client.force_login(boss)
    for _tap in range(2):
        assert client.post(at("statement-invitation-revoke", invitation)).status_code == 302
    assert (inside(statement).asked, outside(statement).named) == (0, ())
    assert "taken back" in main_of(client.get(at("statement-invitations", statement)))
    assert invite(statement, boss).pk != invitation.pk
    statements.close_now(statement, by=boss)
    client.post(at("statement-invitation-revoke", StatementInvitation.objects.last()))
    assert StatementInvitation.objects.that_count().count() == 1


def test_when_it_was_answered_is_told_to_nobody(statement, boss):
    invitation = invite(statement, boss)
    before = AuditEntry.objects.count()
    sign(invitation, inside=True)
    co_signing.take_back(invitation)
    rows = AuditEntry.objects.order_by("pk")[before:]
    assert [(row.act, row.coalition, row.actor, row.object_id) for row in rows] == [("audit.private", None, None, "")] * 2


def test_lists_say_who_is_outside_inside_and_not_in_public(client, ours, boss, statement):
    say(statement, signer(ours, "House"), inside=True, outside=True)
    sign(invite(statement, boss), inside=True, outside=True)
    invite(statement, boss, "Silent House")
    client.force_login(boss)
    for name in ("statement", "statement-organisations"):
        assert main_of(client.get(at(name, statement))).count("outside the coalition</span>") == 1
    internal = public_list.as_text(lists.internal_list(statement, notice="Notice")).decode()
    assert "Far House (outside the coalition): endorsing" in internal
    assert "1 organisation outside the coalition is asked and not named." in internal
    public = public_list.as_text(lists.public_list(statement)).decode()
    assert "- Far House\n- House\n" in public
    assert "outside" not in public
    files = [write(lists.public_list(statement)) for write, _media in public_list.FILES.values()]
    assert files == [write(lists.public_list(Statement.objects.get())) for write, _media in public_list.FILES.values()]


# --- Programs and costs -------------------------------------------------------------------------------------------------


def test_programs_make_links_take_them_back_and_read_who_signed(program, ours, boss, statement):
    address = f"/api/v1/statements/{statement.public_id}/"
    given = {"name": "Far House", "language": "es", "contact": "Ana", "submission": str(uuid4())}
    assert program(member(ours)).post(f"{address}invitations/", given).status_code == 403
    assert program(member(ours)).get(f"{address}invitations/").status_code == 403
    made = program(boss).post(f"{address}invitations/", given)
    invitation = StatementInvitation.objects.get()
    assert (made.status_code, made.json()["link"].endswith(link(invitation))) == (201, True)
    assert program(boss).post(f"{address}invitations/", given).json()["id"] == str(invitation.public_id)
    sign(invitation, inside=True)
    shown = program(member(ours)).get(address).json()
    assert [(row["name"], row["state"], row["is_outside"]) for row in shown["named"]] == [("Far House", "endorses", True)]
    [listed] = program(boss).get(f"{address}invitations/").json()
    assert (listed["is_open"], "link" in listed) == (True, False)
    shown = program(boss).post(f"{address}revoke-invitation/", {"invitation": str(invitation.public_id)}).json()
    assert (shown["named"], shown["organisations"], shown["unnamed_outside"]) == ([], 0, 0)
    assert program(boss).post(f"{address}revoke-invitation/", {"invitation": str(uuid4())}).status_code == 400
    of_another = invite(opened(ours, boss), boss)
    assert program(boss).post(f"{address}revoke-invitation/", {"invitation": str(of_another.public_id)}).status_code == 404
    assert StatementInvitation.objects.open().get() == of_another


@pytest.mark.parametrize("rows", [1, 3])
def test_what_these_pages_cost(client, django_assert_num_queries, ours, boss, statement, rows):
    for number in range(rows):
        invitation = invite(statement, boss, f"House {number}")
        sign(invitation, inside=True)
    client.force_login(boss)
    client.get(at("statement-invitations", statement))
    with django_assert_num_queries(7):
        client.get(at("statement-invitations", statement))
    with django_assert_num_queries(4):
        Client().get(link(invitation))
