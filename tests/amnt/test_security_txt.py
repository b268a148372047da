"""RFC 9116, as far as an instance fills it in."""

import pytest
import time_machine

pytestmark = pytest.mark.django_db


def test_without_a_contact_there_is_none(client, settings):
    settings.SECURITY_CONTACT = ""
    assert client.get("/.well-known/security.txt").status_code == 404


@pytest.mark.parametrize(("policy", "last"), [("", ""), ("https://host.example/reports", "Policy: https://host.example/reports\n")])
@time_machine.travel("2026-11-28T18:00:00Z", tick=False)
def test_it_says_where_to_write_until_when_and_in_which_languages(client, settings, policy, last):
    settings.SECURITY_CONTACT = "mailto:security@host.example"
    settings.SECURITY_LANGUAGES, settings.SECURITY_POLICY = "fr, en", policy
    settings.SITE_URL = "https://agenda.example"
    answer = client.get("/.well-known/security.txt")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.text == (
        "Contact: mailto:security@host.example\n"
        "Expires: 2027-05-27T00:00:00Z\n"
        "Preferred-Languages: fr, en\n"
        "Canonical: https://agenda.example/.well-known/security.txt\n" + last
    )
