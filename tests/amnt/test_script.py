"""Script is seasoning: little of it, and nothing in a page that would make a browser complain of it."""

import gzip
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse

from tests.factories import UserFactory, coalition, member

pytestmark = pytest.mark.django_db

BUDGET = 18_000


def test_all_script_of_a_page_stays_within_eighteen_kilobytes_on_the_line():
    files = [finders.find("js/site.js"), finders.find("django_htmx/htmx-2.min.js")]
    assert sum(len(gzip.compress(Path(file).read_bytes(), compresslevel=9)) for file in files) <= BUDGET


def test_each_page_that_knows_zones_loads_what_compares_them():
    """Beside htmx it would be too much, and nothing else would fill in the zone of whoever is new."""
    templates = Path(__file__).resolve().parents[2] / "templates"
    loading = {path.name: path.read_text() for path in templates.rglob("*.html") if "js/zone.js" in path.read_text()}
    assert set(loading) == {
        *("profile.html", "now.html", "clock.html", "invitation_newcomer.html"),
        *("meeting_new.html", "deadline_new.html", "change.html"),
    }
    assert [name for name, page in loading.items() if "htmx-2.min.js" in page] == []


@pytest.mark.parametrize("name", ["resolutions:list", "resolutions:regions", "calendar_app:reminders", "coalitions:matrix"])
def test_a_page_with_fragments_loads_what_fetches_them(client, name):
    client.force_login(UserFactory())
    assert '/django_htmx/htmx-2.min.js" defer></script>' in client.get(reverse(name)).content.decode()


def test_no_page_asks_for_fragments_without_the_script_that_fetches_them():
    templates = Path(__file__).resolve().parents[2] / "templates"
    asking = [path for path in templates.rglob("*.html") if "hx-" in path.read_text()]
    # The pages they stand on are asked above; the last two stand on the comparison.
    assert {path.name for path in asking if path.name[0] == "_"} == {"_watch_button.html", "_compared.html", "_compare_choose.html"}
    assert [path.name for path in asking if path.name[0] != "_" and "htmx-2.min.js" not in path.read_text()] == []


def test_only_script_puts_the_focus_on_a_summary_of_errors(client):
    client.force_login(member(coalition()))
    page = client.post(reverse("coalitions:follow-up-new"), {}).content.decode()
    assert ('id="errors"' in page, "autofocus" in page) == (True, False)


def test_every_page_holds_the_notice_for_a_form_that_could_not_be_sent(client):
    page = client.get(reverse("account_login"), headers={"accept-language": "en"}).content.decode()
    assert '<template id="not-sent">' in page
    assert "Not sent: there is no connection." in page


def test_the_key_for_the_search_can_be_switched_off(client):
    user = UserFactory()
    client.force_login(user)
    profile = reverse("accounts:profile")
    key = 'aria-keyshortcuts="/" data-search'
    assert key in client.get(profile).content.decode()

    client.post(profile, {"name": "Ana", "language": "en", "time_zone": "UTC"})

    page = client.get(profile).content.decode()
    assert (key in page, 'name="q"' in page) == (False, True)
    client.post(profile, {"name": "Ana", "language": "en", "time_zone": "UTC", "has_search_key": "on"})
    assert key in client.get(profile).content.decode()
