"""The pages of statements: what each role sees, what the forms do and say, and what each page costs. AT-P2b-2 and 5."""

import hashlib
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse
from django.utils.timezone import now

from coalitions.models import Position, Statement, StatementAnswer, StatementVersion
from coalitions.statements.services import statements
from tests.coalitions.statements.conftest import TEXT, opened, say, signer
from tests.factories import ResolutionFactory, UserFactory, circle_of, coalition, lead, member, observer

pytestmark = pytest.mark.django_db


def at(name, thing, *args):
    return reverse(f"coalitions:{name}", args=[thing.public_id, *args])


def shown(client, address, status=200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def sent(**fields):
    given = {"choice": "endorse", "inside": "named", "outside": "counted", "seen_number": "1", "submission": str(uuid4())}
    return given | fields


@pytest.mark.parametrize(("who", "reads", "opens"), [("lead", 200, 200), ("member", 200, 403), ("observer", 404, 403), ("other", 404, 404)])
def test_who_reads_and_who_opens(client, ours, boss, who, reads, opens):
    statement = opened(ours, boss)
    person = {"lead": lambda: boss, "member": lambda: member(ours), "observer": lambda: observer(ours), "other": UserFactory}[who]()
    client.force_login(person)
    for name in ("statement", "statement-organisations"):
        assert client.get(at(name, statement)).status_code == reads
    assert client.get(at("statement-text", statement.versions.get())).status_code == reads
    assert client.get(at("statement-public-list", statement, "txt")).status_code == reads
    assert client.get(at("statement-new", ours)).status_code == opens
    for name in ("statement-version", "statement-closing"):
        assert client.get(at(name, statement)).status_code == (opens if reads == 200 else 404)
    for name in ("statement-close", "statement-withdraw"):
        expected = 404 if reads == 404 else 302 if name == "statement-close" and who == "lead" else 403
        assert client.post(at(name, statement)).status_code == expected


def test_a_lead_opens_one_from_a_position(client, ours, boss):
    resolution = ResolutionFactory(number=50, slug="50")
    Position.objects.create(circle=ours.everyone, resolution=resolution, version=1, stance="oppose", words="Leave it as it is.", by=boss)
    client.force_login(boss)
    link = f"{at('statement-new', ours)}?position=50"
    assert link in shown(client, "/resolutions/50/position/")
    page = shown(client, link)
    assert "Leave it as it is." in page
    day = (now() + timedelta(days=4)).date().isoformat()
    form = {"title": "Rights", "text": TEXT, "language": "fr", "due_on": day, "due_hour": "15:00"}
    form |= {"circle": str(ours.everyone.public_id), "resolution": "50", "submission": str(uuid4())}
    assert client.post(at("statement-new", ours), form | {"due_on": "2001-01-01"}).status_code == 200
    for _twice in range(2):
        assert client.post(at("statement-new", ours), form).status_code == 302
    statement = Statement.objects.get()
    assert (statement.title, statement.resolution, statement.versions.get().language) == ("Rights", resolution, "fr")
    assert "Rights" in shown(client, at("statements", ours))
    client.force_login(member(ours))
    assert link not in shown(client, "/resolutions/50/position/")


def test_the_downloaded_file_has_the_fingerprint_that_is_shown(client, ours, boss):
    version = opened(ours, boss, text="Été\r\nE\u0301te\u0301  \n\n").versions.get()
    client.force_login(member(ours))
    content = client.get(at("statement-text", version)).content
    assert content == "Été\nÉté\n".encode()
    assert hashlib.sha256(content).hexdigest() in shown(client, at("statement-fingerprint", version))


def test_the_closing_is_shown_in_the_zone_of_whoever_reads(client, ours, boss):
    with time_machine.travel("2028-09-14T09:10:00Z", tick=False):
        statement = opened(ours, boss)
        Statement.objects.update(closes_at="2028-09-15T12:00:00Z")
        client.force_login(member(ours, time_zone="Africa/Nairobi"))
        page = shown(client, at("statement", statement))
    assert "14:00 (Zurich)" in page or "14:00 (Geneva)" in page
    assert "15:00 your time" in page


def test_one_answers_changes_and_takes_back(client, ours, boss):
    one = signer(ours, "House")
    statement = opened(ours, boss)
    client.force_login(one)
    assert at("statement-answer", statement) in shown(client, at("statements", ours))
    page = shown(client, at("statement-answer", statement))
    assert "You answer for it." in page
    assert client.post(at("statement-answer", statement), sent(choice="reservation")).status_code == 200
    form = sent(choice="reservation", reservation="but for the end")
    assert client.post(at("statement-answer", statement), form).status_code == 302
    kept = StatementAnswer.objects.get()
    assert (kept.choice, kept.reservation, kept.naming) == ("reservation", "but for the end", "inside")
    assert "but for the end" in shown(client, at("statement", statement))
    client.post(at("statement-withdraw", statement))
    assert "but for the end" not in shown(client, at("statement", statement))


def test_an_answer_to_a_text_that_changed_keeps_what_was_chosen(client, ours, boss):
    one = signer(ours, "House")
    statement = opened(ours, boss)
    say(statement, one)
    statements.write_version(statement, text=TEXT.replace("studied", "known"), by=boss)
    client.force_login(one)
    form = sent(choice="not-now", seen_answer=str(StatementAnswer.objects.get().public_id))
    page = client.post(at("statement-answer", statement), form).content.decode()
    assert "The text has changed in the meantime" in page
    assert "<del>studied" in page
    assert "<ins>known" in page
    assert client.post(at("statement-answer", statement), form | {"seen_number": "2"}).status_code == 302


def test_without_a_mandate_it_is_read_only_and_late_there_is_no_form(client, ours, boss):
    one = signer(ours, "House")
    statement = opened(ours, boss, hours=1)
    client.force_login(boss)
    assert client.get(at("statement-answer", statement)).status_code == 302
    assert client.post(at("statement-answer", statement), sent()).status_code == 403
    client.force_login(one)
    with time_machine.travel(now() + timedelta(hours=2), tick=False):
        client.force_login(one)
        page = shown(client, at("statement-answer", statement))
        assert "Closed since" in page
        assert 'name="choice"' not in page
        assert "is closed" in client.post(at("statement-answer", statement), sent()).content.decode()
        assert "Locked" in shown(client, at("statement", statement))
    assert not StatementAnswer.objects.exists()


def test_who_is_hidden_stands_on_no_page_and_in_no_copied_text_or_file(client, ours, boss):
    for number in range(3):
        say(opened(ours, boss) if not Statement.objects.exists() else Statement.objects.get(), signer(ours, f"Open {number}"), inside=True)
    statement = Statement.objects.get()
    hidden = signer(ours, "Hidden House")
    signer(ours, "Silent House")
    signer(ours, "Missing House", inside=True)
    say(statement, hidden, "reservation", reservation="Hidden words", outside=False)
    pages = [at(name, statement) for name in ("statement", "statement-organisations")]
    pages += [at("statement-public-list", statement, kind) for kind in ("txt", "md")]
    for person in (boss, member(ours)):
        client.force_login(person)
        found = "".join(shown(client, page) for page in pages)
        assert "Hidden" not in found
        assert "Silent House" not in found
        assert "Missing House" in found
    client.force_login(hidden)
    assert "Hidden House" in shown(client, pages[0])


def test_those_who_run_it_write_another_text_and_move_or_close_it(client, ours, boss):
    statement = opened(ours, boss)
    client.force_login(boss)
    form = {"text": "Another text.", "seen_version": "1", "submission": str(uuid4())}
    for _twice in range(2):
        assert client.post(at("statement-version", statement), form).status_code == 302
    assert StatementVersion.objects.count() == 2
    day = {"due_on": (now() + timedelta(days=9)).date().isoformat(), "due_hour": "12:00"}
    page = client.post(at("statement-closing", statement), day | {"seen_version": "1"})
    assert "In the meantime" in page.content.decode()
    assert client.post(at("statement-closing", statement), day | {"seen_version": "2"}).status_code == 302
    client.post(at("statement-close", statement), {"seen_version": "2"})
    assert Statement.objects.get().is_open
    client.post(at("statement-close", statement), {"seen_version": "3"})
    assert not Statement.objects.get().is_open


def test_a_restricted_circle_keeps_its_statement_and_who_opened_it(client, ours, boss):
    inside, outside = member(ours), member(ours)
    circle = circle_of(ours, inside)
    statement = opened(ours, inside, circle=circle)
    for person, status in ((inside, 200), (outside, 404), (boss, 404)):
        client.force_login(person)
        shown(client, at("statement", statement), status)
    client.force_login(inside)
    assert client.get(at("statement-closing", statement)).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("name", "queries"), [("statements", 9), ("statement", 15), ("statement-organisations", 7), ("statement-answer", 12)]
)
def test_what_each_page_costs(client, django_assert_num_queries, ours, boss, rows, name, queries):
    one = signer(ours, "House")
    statement = opened(ours, boss)
    for number in range(rows):
        say(statement, signer(ours, f"Open {number}"), inside=True)
        signer(ours, f"Silent {number}", inside=True)
        opened(ours, boss)
        statements.close_now(opened(ours, boss), by=boss)
    statements.write_version(statement, text="Two", by=boss)
    client.force_login(one)
    address = at(name, ours if name == "statements" else statement)
    client.get(address)
    with django_assert_num_queries(queries):
        assert client.get(address).status_code == 200


def test_observers_read_the_public_list_of_what_has_closed_and_nothing_else(client, django_assert_num_queries, ours, boss):
    one = signer(ours, "House", inside=True)
    closed = opened(ours, boss, title="Closed rights")
    say(closed, one, "reservation", reservation="but for the end", inside=True, outside=True)
    say(closed, signer(ours, "Inner House"), inside=True)
    statements.close_now(closed, by=boss)
    still_open, inner = opened(ours, boss, title="Open rights"), opened(ours, boss, title="Inner rights", circle=circle_of(ours, boss))
    statements.close_now(inner, by=boss)
    client.force_login(observer(ours))
    client.get(at("statements", ours))
    with django_assert_num_queries(6):
        page = shown(client, at("statements", ours))
    assert "Closed rights" in page
    assert not [word for word in ("Open rights", "Inner rights", f'"{at("statement", closed)}"') if word in page]
    for kind in ("txt", "md", "docx"):
        assert at("statement-public-list", closed, kind) in page
    public = shown(client, at("statement-public-list", closed, "txt"))
    assert "- House — “but for the end”" in public
    assert "Inner House" not in public
    for statement in (still_open, inner):
        shown(client, at("statement-public-list", statement, "txt"), 404)
    for name in ("statement", "statement-organisations", "statement-answer", "statement-export", "statement-invitations"):
        shown(client, at(name, closed), 404)
    client.force_login(lead(coalition("Another")))
    shown(client, at("statement-public-list", closed, "txt"), 404)


def test_no_page_of_another_coalition_shows_it(client, ours, boss):
    statement = opened(ours, boss)
    client.force_login(lead(coalition("Another")))
    for name in ("statement", "statement-answer", "statement-organisations", "statement-version", "statement-closing", "statement-export"):
        shown(client, at(name, statement), 404)


def test_now_says_that_a_statement_waits_until_it_is_answered(client, ours, boss):
    one = signer(ours, "House")
    statement = opened(ours, boss)
    client.force_login(one)
    assert "1 statement is waiting" in shown(client, "/")
    assert client.get(reverse("coalitions:statements-waiting")).headers["location"] == at("statement-answer", statement)
    say(statement, one, "time")
    assert "is waiting for the answer" not in shown(client, "/")
    assert client.get(reverse("coalitions:statements-waiting")).headers["location"] == reverse("coalitions:home")
    statements.write_version(statement, text="Another text", by=boss)
    assert "1 statement is waiting" in shown(client, "/")
    client.force_login(boss)
    assert "is waiting for the answer" not in shown(client, "/")
