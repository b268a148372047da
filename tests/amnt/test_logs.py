"""What the log says of a request: which address of ours, not the key that stood in it."""

import logging
from io import StringIO

import pytest
from django.test import Client
from django.urls import reverse

KEY = "iOF7RCSq0rIpHCGZB7_a8GGGuZ8"


@pytest.fixture
def log(monkeypatch):
    """What stands in the log of an instance."""
    [console] = [handler for handler in logging.getLogger().handlers if handler.name == "console"]
    lines = StringIO()
    monkeypatch.setattr(console, "stream", lines)
    return lines


@pytest.mark.django_db
def test_no_key_of_an_address_stands_in_the_log(log, in_september):
    browser = Client(enforce_csrf_checks=True)
    invitation = reverse("coalitions:invitation", args=[KEY])
    answers = [browser.post(invitation), browser.get(f"{invitation}é/"), browser.get("/no-such-page/")]
    assert [answer.status_code for answer in answers] == [403, 404, 404]
    assert log.getvalue().splitlines() == [
        "2028-09-20T10:00:00Z WARNING django.security.csrf: Forbidden (CSRF cookie not set.): /invitation/<str:key>/",
        "2028-09-20T10:00:00Z WARNING django.request: Not Found: /invitation…",
        "2028-09-20T10:00:00Z WARNING django.request: Not Found: /no-such-page…",
    ]


def test_a_message_stays_on_its_line(log):
    logging.getLogger("amnt.test").warning("One %s", "and\r\nERROR forged: another")
    assert log.getvalue().splitlines()[0].endswith("WARNING amnt.test: One and\\r\\nERROR forged: another")
    assert len(log.getvalue().splitlines()) == 1
