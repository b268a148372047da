"""What a browser is told with every answer, whatever kind it is."""

import pytest

from tests.factories import coalition, lead

pytestmark = pytest.mark.django_db

TOLD = {
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/", 200),
        ("/nowhere/", 404),
        ("/matrix/export.csv", 200),
        ("/api/v1/resolutions/", 200),
        ("/api/v1/nowhere/", 404),
        ("/admin/", 302),
        ("/healthz", 200),
    ],
)
def test_every_answer_says_what_a_page_may_do_and_is_kept_by_nobody(client, address, status):
    client.force_login(lead(coalition()))
    answer = client.get(address)
    assert answer.status_code == status
    assert {name: answer.headers[name] for name in TOLD} == TOLD
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self'; img-src")
    assert (answer.headers["X-Frame-Options"], answer.headers["Cache-Control"]) == ("DENY", "no-store")


@pytest.mark.parametrize(("host", "status"), [("testserver", 302), ("elsewhere.example", 400)])
def test_strangers_and_requests_that_make_no_sense_are_told_the_same(client, host, status):
    answer = client.get("/", headers={"host": host})
    assert answer.status_code == status
    assert {name: answer.headers[name] for name in TOLD} == TOLD
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
