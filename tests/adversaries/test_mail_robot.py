"""A robot opens every link of every mail before its reader does: nothing happens, and nothing is told."""

import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.test import Client

from amnt.accounts.models import InstanceLock
from amnt.mail.emails import Letter
from tests.adversaries.database import changes, stored
from tests.mail.every_letter import letters_of, of_accounts, of_coalitions, of_sessions, person, reminder_letters

pytestmark = pytest.mark.django_db

LINK = re.compile(r"https?://[^\s<>\"']+")


def links_in(letter: Letter) -> set[str]:
    """Paths with their query, of text, HTML and headers."""
    written = " ".join([letter.text, unescape(letter.html), *letter.headers.values()])
    found = {urlsplit(link.rstrip(".,)>")) for link in LINK.findall(written)}
    return {f"{link.path}?{link.query}" if link.query else link.path for link in found}


@pytest.fixture
def links() -> dict[str, str]:
    """The name of a mail by its link, of every kind of mail."""
    me = person()
    letters = [
        *letters_of(list(of_coalitions(me))),
        *letters_of(list(of_accounts(me))),
        *letters_of(list(of_sessions(me))),
        *reminder_letters(me),
    ]
    # The letter about a locked instance is composed while it is locked.
    InstanceLock.objects.all().delete()
    return {link: name for name, letter in letters for link in links_in(letter)}


def test_opening_every_link_of_every_mail_changes_nothing(links):
    assert {"coalitions/invitation", "accounts/password_reset", "accounts/recovery"} <= {name.split(" ")[0] for name in links.values()}
    before, wrong = stored(), []
    for link, name in links.items():
        for method in ("get", "head"):
            cache.clear()
            answer = getattr(Client(), method)(link, follow=True)
            if answer.status_code >= 500:
                wrong.append(f"{method} {link} of {name} answers {answer.status_code}")
            if "_auth_user_id" in answer.client.session:
                wrong.append(f"{method} {link} of {name} logs the robot in")
    assert wrong == []
    assert changes(before, stored()) == {}


def test_what_opens_without_a_session_names_nobody(links):
    """Whoever reads the mailbox learns from the pages behind the links no name of a person, a coalition or a text."""
    words = ("Open Standards Network", "Wanjiru", "Kamau", "Another", "Ask authority")
    wrong = []
    for link, name in links.items():
        cache.clear()
        body = Client().get(link, follow=True).content.decode(errors="replace")
        wrong += [f"{link} of {name} shows {word}" for word in words if word in body]
    assert wrong == []


def test_no_link_carries_what_opens_a_session(links):
    """A key of an invitation or a recovery opens a page with a button; a session, no link opens."""
    assert [link for link in links if re.search(r"(session|login_token|auth)[=_]", link)] == []
