"""What a browser may store of the live pages: two public files and one's own unsent text, and on the page of a note alone (R-04)."""

import gzip
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.utils.timezone import now

from coalitions.models import AssemblySession
from tests.factories import AssemblyFactory, coalition, lead, member

pytestmark = pytest.mark.django_db
WORKER, OFFLINE = "/live/worker-en.js", "/live/offline/en/"


@pytest.fixture
def ours():
    return coalition("zz-coalition")


@pytest.fixture
def session(ours):
    return AssemblySession.objects.create(
        circle=ours.everyone, title="zz-title", assembly=AssemblyFactory(), starts_at=now() - timedelta(hours=1)
    )


def test_what_is_stored_is_the_same_for_everybody(client, ours, session):
    stranger = [client.get(address).content for address in (WORKER, OFFLINE)]
    client.force_login(lead(ours, name="zz-lead Lead"))
    assert [client.get(address).content for address in (WORKER, OFFLINE)] == stranger
    assert b"zz-" not in b"".join(stranger)
    assert b"csrf" not in b"".join(stranger)


def test_the_worker_stores_no_page_of_the_site(client):
    script = client.get(WORKER)
    assert script.headers["Content-Type"].startswith("text/javascript")
    files = json.loads(re.search(r"const FILES = (\[.*\]);", script.content.decode())[1])
    assert [file.split("/")[1] for file in files] == ["live", "static"]
    assert files[0] == OFFLINE


def test_only_the_page_of_a_note_may_have_a_worker(client, ours, session):
    client.force_login(member(ours))
    for address, policy in ((f"{session.get_absolute_url()}note/", "'self'"), (session.get_absolute_url(), "'none'"), ("/", "'none'")):
        assert f"worker-src {policy}" in client.get(address).headers["Content-Security-Policy"]


def test_the_mark_of_a_writer_tells_two_people_apart_and_names_neither(client, ours, session):
    marks = []
    for person in (member(ours), member(ours)):
        client.force_login(person)
        page = client.get(f"{session.get_absolute_url()}note/").content.decode()
        marks.append(re.search(r'name="whose" value="([0-9a-f]{16})"', page)[1])
    assert len(set(marks)) == 2


def test_the_host_switches_it_off(client, ours, session, settings):
    settings.KEEPS_UNSENT = False
    client.force_login(member(ours))
    assert (client.get(WORKER).status_code, client.get(OFFLINE).status_code) == (404, 404)
    for address in (f"{session.get_absolute_url()}note/", session.get_absolute_url()):
        page = client.get(address).content.decode()
        assert ("unsent" in page, "worker" in page, "whose" in page) == (False, False, False)


def test_a_language_that_is_none_of_ours_has_no_worker(client):
    assert client.get("/live/worker-xx.js").status_code == 404


def test_worker_and_script_weigh_two_kilobytes_at_most(client):
    sizes = [
        len(gzip.compress(text, compresslevel=9)) for text in (client.get(WORKER).content, Path(finders.find("js/unsent.js")).read_bytes())
    ]
    assert sum(sizes) <= 2_000


def test_what_a_note_page_loads_stays_within_the_budget_of_script(client):
    """Beside the script of every page; htmx is not on it."""
    files = [Path(finders.find(f"js/{name}.js")).read_bytes() for name in ("site", "unsent", "live")]
    assert sum(len(gzip.compress(text, compresslevel=9)) for text in [*files, client.get(WORKER).content]) <= 18_000
