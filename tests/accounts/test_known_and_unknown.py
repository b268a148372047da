"""Whoever types an address into a form learns nothing about whether it has an account: status, headers, words and queries are the same."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from amnt.accounts.models import User
from amnt.encryption import keys
from amnt.mail.models import Email
from coalitions.models import Invitation
from tests.accounts.conftest import PASSWORD, confirm_it_is_me, log_in
from tests.factories import UserFactory, coalition, lead, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_september")]

# As long as each other, so that an answer that repeats one is as long too.
KNOWN, CLOSED, UNKNOWN = "wanjiru@example.org", "closed1@example.org", "nobody1@example.org"
NEW_EACH_TIME = re.compile(r"(?<=name=\"csrfmiddlewaretoken\" value=\")\w+|(?<=/invitation/)[\w-]+")
UUID = re.compile(r"[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}")


@pytest.fixture(autouse=True)
def accounts(wanjiru):
    UserFactory(email=CLOSED, password=PASSWORD, is_active=False)
    keys.data_keys.newest()


def without_what_is_new(text: str, email: str) -> str:
    return UUID.sub("…", NEW_EACH_TIME.sub("…", text)).replace(email, "…").replace(email.replace("@", "%40"), "…")


def said_to(browser: Client, address: str, email: str, data: dict[str, str]) -> dict[str, object]:
    """Everything that an answer to this form, and the page it leads to, says; and the queries that were made for it."""
    browser.get(address)
    with CaptureQueriesContext(connection) as asked:
        answer = browser.post(address, data)
    queries = len(asked)
    shown = browser.get(answer.url) if answer.status_code == 302 else answer
    parts = {"status": answer.status_code, "cookies": sorted(answer.cookies), "queries": queries, "then": shown.status_code}
    parts |= {"headers": [(name, without_what_is_new(value, email)) for name, value in sorted(answer.headers.items())]}
    return parts | {"body": without_what_is_new(answer.text + shown.text, email)}


def visitor() -> Client:
    return Client(headers={"accept-language": "en"})


def test_a_failed_log_in_says_the_same_of_every_address():
    said = [
        said_to(visitor(), reverse("account_login"), email, {"login": email, "password": "wrong password here"})
        for email in (UNKNOWN, KNOWN, CLOSED)
    ]
    assert "or the password is wrong" in said[0]["body"]
    assert said[0] == said[1] == said[2]


def test_asking_for_a_new_password_says_the_same_of_every_address():
    address = reverse("account_reset_password")
    said = [said_to(visitor(), address, email, {"email": email}) for email in (UNKNOWN, KNOWN, CLOSED)]
    assert said[0]["status"] == 302
    assert said[0] == said[1] == said[2]


def test_an_invitation_says_the_same_of_every_address(settings):
    settings.LEADS_NEED_SECOND_FACTOR = False
    said, elsewhere = [], coalition("Another network")
    elsewhere.memberships.create(user=User.objects.get(email=KNOWN), role="member")
    for email in (UNKNOWN, KNOWN, CLOSED):
        # Each in a coalition of its own: an invitation more is one to list.
        boss = lead(coalition("One network"), name="Ama Owusu", email="boss@example.org" if not said else f"boss{len(said)}@example.org")
        browser = visitor()
        browser.force_login(boss)
        invite = reverse("coalitions:invite", args=[boss.memberships.get().coalition.public_id])
        data = {"email": email, "role": "member", "language": "en", "proof": "code"}
        said.append(said_to(browser, invite, email, data))
    assert [each["status"] for each in said] == [302] * 3
    assert Invitation.objects.count() == Email.objects.filter(kind="coalitions/invitation").count() == 3
    assert said[0] == said[1] == said[2]


def test_another_address_of_ones_own_says_the_same_whoever_has_it():
    person = member(coalition(), email="changes@example.org", password=PASSWORD)
    said = []
    for email in (UNKNOWN, KNOWN, CLOSED):
        browser = visitor()
        log_in(browser, person.email)
        confirm_it_is_me(browser)
        said.append(said_to(browser, reverse("accounts:address"), email, {"email": email}))
    assert "Check your inbox" in said[0]["body"]
    assert said[0] == said[1] == said[2]
