"""What a browser is told with every answer, whatever kind it is."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

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


def test_trace_is_answered_by_no_page(client):
    client.force_login(lead(coalition()))
    for address in ("/", "/resolutions/", "/about/help/"):
        assert client.trace(address).status_code == 405


@pytest.mark.parametrize(("site", "prefix"), [("https://agenda.example.org", "__Host-"), ("http://localhost:8000", "")])
def test_over_tls_a_cookie_can_be_set_by_this_host_alone(site, prefix):
    names = "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "LANGUAGE_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"
    program = f"import json; from amnt import settings; print(json.dumps([getattr(settings, name) for name in {names}]))"
    environment = {"SITE_URL": site, "DEMO": "1", "PATH": os.environ["PATH"]}
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, cwd=settings.BASE_DIR, env=environment)
    assert json.loads(answer.stdout) == [f"{prefix}sessionid", f"{prefix}csrftoken", f"{prefix}language", bool(prefix), bool(prefix)]
