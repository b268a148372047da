"""Log-ins and failed ones stand in the log, without anybody's name."""

import logging

import pytest
from django.urls import reverse

from amnt.accounts.security_log import account_digest
from tests.accounts.conftest import log_in
from tests.accounts.test_second_factor import with_app  # noqa: F401 -- a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines(caplog):
    caplog.set_level(logging.INFO, logger="amnt.security")

    def written() -> list[tuple[str, str]]:
        return [(record.levelname, record.getMessage()) for record in caplog.records if record.name == "amnt.security"]

    return written


def test_log_in_and_log_out_are_logged_by_a_digest(client, wanjiru, lines):
    log_in(client)
    client.post(reverse("account_logout"))
    account = account_digest(wanjiru.email)
    assert lines() == [
        ("INFO", f"login account={account} network=127.0.0.0"),
        ("INFO", f"logout account={account} network=127.0.0.0"),
    ]


@pytest.mark.parametrize("email", ["wanjiru@example.org", "nobody@example.org"])
def test_a_failed_log_in_is_logged_for_known_and_unknown_addresses(client, wanjiru, lines, email):
    log_in(client, email, "a wrong password")
    assert lines() == [("WARNING", f"login_failed account={account_digest(email)} network=127.0.0.0")]
    assert email not in str(lines())


def test_a_wrong_second_factor_is_logged(client, with_app, lines):  # noqa: F811
    log_in(client)
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert lines() == [("WARNING", f"second_factor_failed account={account_digest(with_app.email)} network=127.0.0.0")]


def test_one_address_has_one_digest_whatever_its_case():
    assert account_digest(" Wanjiru@Example.org") == account_digest("wanjiru@example.org")
    assert account_digest("wanjiru@example.org") != account_digest("claire@example.org")


def test_a_browser_forgets_the_site_when_its_log_in_ends(client, wanjiru):
    log_in(client)
    assert "Clear-Site-Data" not in client.get("/").headers
    assert client.post(reverse("account_logout")).headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "Clear-Site-Data" not in client.get(reverse("account_login")).headers
