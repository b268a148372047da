import uuid
from email import message_from_bytes, policy

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from amnt.accounts.models import User
from amnt.mail import emails
from amnt.mail.emails import Letter, render_letter, to_person
from amnt.mail.messages import MOST_BYTES, outgoing
from amnt.mail.models import Email
from amnt.mail.stopping import read_stop

PERSON = User(public_id=uuid.UUID(int=7), email="wanjiru@example.org", language="fr", name="Wanjiru Example")


def letter(**fields):
    return Letter(**{"address": "wanjiru@example.org", "language": "fr", "subject": "2 rappels", "text": "Demain.\n", **fields})


def read(raw):
    return message_from_bytes(raw, policy=policy.default)


def sent(email=None, **fields):
    return read(outgoing(email or Email(to=PERSON, kind="tests/note"), letter(**fields)).raw)


def words(part):
    return part.get_content().replace("\r\n", "\n")


def test_the_headers_are_those_we_promise_and_no_others():
    email = Email(to=PERSON, kind="tests/note")
    message = sent(email, html="<p>Demain.</p>", stop="digest")
    assert message.keys() == [
        "From", "To", "Subject", "Date", "Message-ID", "Content-Language", "Auto-Submitted",
        "List-Unsubscribe", "List-Unsubscribe-Post", "MIME-Version", "Content-Type",
    ]  # fmt: skip
    assert message["From"] == "Agenda <agenda@testserver>"
    assert message["Message-ID"] == f"<{email.public_id}@testserver>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "fr"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    token = message["List-Unsubscribe"].removeprefix("<http://testserver/mail/stop/").removesuffix("/>")
    assert read_stop(token) == (PERSON.public_id, "digest")


def test_what_cannot_be_stopped_offers_no_stop():
    assert "List-Unsubscribe" not in sent()


def test_no_name_of_a_person_stands_in_a_header():
    assert "Wanjiru E" not in str(sent(stop="digest"))


def test_text_comes_first_then_its_html_twin():
    message = sent(html="<p>Demain, clôture.</p>", text="Demain, clôture.\n")
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert words(message.get_body(("plain",))) == "Demain, clôture.\n"
    assert words(message.get_body(("html",))) == "<p>Demain, clôture.</p>\n"


def test_text_alone_is_a_message_of_one_part():
    assert sent().get_content_type() == "text/plain"


@given(st.text(), st.text(), st.text())
def test_whatever_is_written_arrives_and_nothing_in_it_becomes_structure(subject, text, html):
    message = sent(subject=subject, text=text, html=html)
    assert message.defects == []
    assert message["Bcc"] is None
    assert len(message["Subject"].splitlines()) <= 1
    body = words(message.get_body(("plain",)))
    assert body.splitlines() == ("\n".join(text.splitlines()) + "\n").splitlines()
    assert len(list(message.iter_parts())) in (0, 2)


@given(st.text())
def test_every_line_on_the_wire_is_short_plain_ascii(text):
    raw = outgoing(Email(to=PERSON), letter(text=text * 50, subject=text * 5, html=text)).raw
    assert all(len(line) <= 998 and line.isascii() for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_arabic_is_not_blown_up():
    text = "تذكير بموعد إغلاق القائمة\n" * 60
    message = sent(text=text)
    assert words(message) == text
    assert len(outgoing(Email(to=PERSON), letter(text=text)).raw) < len(text.encode()) * 1.6


def test_a_subject_may_not_add_a_header_nor_turn_the_text_around():
    message = sent(subject="Rappel\r\nBcc: victim@example.org \u202egnp.exe")
    assert message["Bcc"] is None
    assert message["Subject"] == "Rappel Bcc: victim@example.org gnp.exe"


@pytest.mark.parametrize(
    "address", ["a@example.org\nBcc: b@example.org", "a@example.org, b@example.org", "A <a@example.org>", "", "@", "a b@example.org"]
)
def test_what_is_not_one_address_is_refused(address):
    with pytest.raises(ValidationError):
        sent(address=address)


def test_an_address_in_a_domain_of_another_script_is_written_as_servers_want_it():
    assert sent(address="a@bücher.example")["To"] == "a@xn--bcher-kva.example"


@pytest.mark.parametrize("name", ["X-Bad\r\nBcc", "X Bad", "X:Bad", ""])
def test_a_header_with_an_impossible_name_is_refused(name):
    with pytest.raises(ValueError, match="header"):
        sent(headers={name: "1"})


def test_a_mail_that_would_be_too_heavy_goes_as_text_alone():
    message = outgoing(Email(to=PERSON), letter(html="<p>" + "x" * MOST_BYTES + "</p>"))
    assert len(message.raw) <= MOST_BYTES
    assert message.alternatives == []
    assert words(read(message.raw)) == "Demain.\n"


# --- The templates every letter is written on ------------------------------------------------------------------------


@pytest.fixture
def note_templates(settings, tmp_path):
    folder = tmp_path / "mail" / "tests"
    folder.mkdir(parents=True)
    (folder / "note.subject.txt").write_text("Reminder for {{ who }}\n")
    (folder / "note.txt").write_text('{% extends "mail/base.txt" %}{% block content %}Tomorrow: {{ who }}{% endblock %}')
    (folder / "note.html").write_text(
        '{% extends "mail/base.html" %}{% block content %}<div class="item"><h2 dir="auto">{{ who }}</h2></div>{% endblock %}'
    )
    [engine] = settings.TEMPLATES
    settings.TEMPLATES = [{**engine, "DIRS": [*engine["DIRS"], tmp_path]}]


def test_text_is_written_as_it_is_said_and_html_is_escaped(note_templates):
    written = render_letter("tests/note", {"who": "<b>O’Neil & d'Ivoire</b>"}, address="a@example.org", language="en")
    assert written.subject == "Reminder for <b>O’Neil & d'Ivoire</b>"
    assert "Tomorrow: <b>O’Neil & d'Ivoire</b>" in written.text
    assert "<b>O’Neil" not in written.html
    assert "&lt;b&gt;O’Neil &amp; d&#x27;Ivoire" in written.html


def test_a_letter_loads_nothing_from_anywhere_and_leaves_no_holes(note_templates):
    written = render_letter("tests/note", {"who": "you"}, address="a@example.org", language="en")
    for remote in ("<img", "<link", "<script", "@import", "url(", "src="):
        assert remote not in written.html
    assert "\n\n\n" not in written.text
    assert "!!" not in written.text + written.html


def test_a_letter_that_can_be_stopped_says_how(note_templates):
    written = to_person(PERSON, "tests/note", {"who": "you"}, stop="RR-01")
    [link] = [line for line in written.text.splitlines() if "/mail/stop/" in line]
    assert link in written.html
    assert read_stop(link.rstrip("/").rsplit("/", 1)[1]) == (PERSON.public_id, "RR-01")


def test_a_letter_in_arabic_reads_from_right_to_left(note_templates):
    written = render_letter("tests/note", {"who": "you"}, address="a@example.org", language="ar")
    assert '<html lang="ar" dir="rtl">' in written.html


def test_letters_alike_are_rendered_once_in_a_run_however_many_batches_it_has(note_templates, monkeypatch):
    monkeypatch.setitem(emails._composers, "tests/note", lambda _rows: to_person(PERSON, "tests/note", {"who": "you"}, alike="you") and {})
    drawn = []
    monkeypatch.setattr(emails, "rendered", lambda name, context, draw=emails.rendered: drawn.append(name) or draw(name, context))
    with emails.rendering_alike_once():
        for _batch in range(2):
            emails.compose([Email(kind="tests/note")])
    assert len(drawn) == 3
    emails.compose([Email(kind="tests/note")])
    assert len(drawn) == 6


def test_letters_alike_are_written_once_and_differ_in_address_and_stop_link(note_templates, monkeypatch):
    other = User(public_id=uuid.UUID(int=8), email="claire@example.org", language="fr")
    written = []

    def compose_both(emails):
        for person in (PERSON, other):
            written.append(to_person(person, "tests/note", {"who": "you"}, stop="digest", alike=("you",)))
        return {}

    monkeypatch.setitem(emails._composers, "tests/note", compose_both)
    drawn = []
    monkeypatch.setattr(emails, "rendered", lambda name, context, draw=emails.rendered: drawn.append(name) or draw(name, context))
    emails.compose([Email(kind="tests/note")])
    assert len(drawn) == 3
    alone = [to_person(person, "tests/note", {"who": "you"}, stop="digest") for person in (PERSON, other)]
    assert written == alone
