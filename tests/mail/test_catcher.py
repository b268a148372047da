import smtplib
from datetime import timedelta

import pytest
import time_machine
from aiosmtpd.controller import Controller
from django.utils.timezone import now

from amnt.mail import catcher
from amnt.mail.delivery import deliver_waiting
from amnt.mail.models import Email
from amnt.mail.services import write_emails
from tests.factories import UserFactory
from tests.mail.conftest import FreePort, use_mail_server

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def trying_out(settings, tmp_path):
    settings.DEMO = True
    settings.MAIL_CATCHER_DIR = tmp_path / "mail"


@pytest.fixture
def catching(settings):
    controller: Controller = FreePort(catcher.Catcher(), hostname="127.0.0.1", port=0)
    controller.start()
    use_mail_server(settings, controller.port)
    yield controller.port
    controller.stop()


def write(to, **about):
    [email] = write_emails([Email(kind="tests/note", to=to, about=about)])
    return email


def test_what_is_sent_can_be_read_in_the_browser(client, catching):
    person = UserFactory(email="amina@example.org")
    write(person, subject="Deux rappels", text="Demain : https://agenda.example/\n", html="<p>Demain</p>", language="fr")
    deliver_waiting()
    listed = client.get("/mail/inbox/")
    assert "Deux rappels" in listed.content.decode()
    assert "amina@example.org" in listed.content.decode()
    [path] = catcher.files()
    page = client.get(f"/mail/inbox/{path.stem}/")
    said = page.content.decode()
    assert '<a href="https://agenda.example/" rel="nofollow">' in said
    assert "auto-generated" in said
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    twin = client.get(f"/mail/inbox/{path.stem}/html/")
    assert twin.content.decode().strip() == "<p>Demain</p>"
    assert "sandbox" in twin["Content-Security-Policy"]
    assert "default-src 'none'" in twin["Content-Security-Policy"]


def test_the_words_of_a_mail_are_shown_not_run(client, catching):
    write(UserFactory(), subject="<script>alert(1)</script>", text="<script>alert(1)</script>")
    deliver_waiting()
    [path] = catcher.files()
    for page in ("/mail/inbox/", f"/mail/inbox/{path.stem}/"):
        assert "<script>alert" not in client.get(page).content.decode()


def test_an_empty_inbox_says_how_to_fill_it(client):
    assert "Nothing has arrived yet" in client.get("/mail/inbox/").content.decode()


def test_the_inbox_exists_only_where_things_are_tried_out(client, catching, settings):
    write(UserFactory())
    deliver_waiting()
    [path] = catcher.files()
    settings.DEMO = False
    for page in ("/mail/inbox/", f"/mail/inbox/{path.stem}/", f"/mail/inbox/{path.stem}/html/"):
        assert client.get(page).status_code == 404


@pytest.mark.parametrize("identity", ["0000000000000-000000", "..%2F..%2Fmanage", "x"])
def test_only_what_was_caught_can_be_read(client, identity):
    assert client.get(f"/mail/inbox/{identity}/").status_code == 404


def test_addresses_that_bounce_show_what_a_refusal_looks_like(catching):
    soft = write(UserFactory(email="soft@bounce.example"))
    hard = write(UserFactory(email="hard.luck@bounce.example"))
    deliver_waiting()
    with time_machine.travel(now() + timedelta(hours=4, minutes=1)):
        write(UserFactory())
        deliver_waiting()
    soft.refresh_from_db()
    hard.refresh_from_db()
    assert (soft.state, hard.state) == ("waiting", "refused")
    assert len(catcher.files()) == 1


def test_only_so_many_are_kept(catching, monkeypatch):
    monkeypatch.setattr(catcher, "KEPT_MOST", 3)
    with smtplib.SMTP("127.0.0.1", catching) as line:
        for number in range(5):
            line.sendmail("a@example.org", ["b@example.org"], f"Subject: {number}\r\n\r\n".encode())
    assert [mail.subject for mail in catcher.caught(catcher.files())] == ["4", "3", "2"]


@pytest.mark.parametrize(("count", "page"), [(1, 1), (26, 1), (26, 2), (26, 99)])
def test_a_full_inbox_comes_in_pages(client, django_assert_num_queries, count, page):
    for number in range(count):
        catcher.keep(f"Subject: Mail {number:02}\r\nTo: a@example.org\r\n\r\n".encode())
    with django_assert_num_queries(0):
        said = client.get("/mail/inbox/", {"page": page}).content.decode()
    assert said.count('<li class="entry">') == (25 if count == 26 and page == 1 else 1)
