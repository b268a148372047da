"""The live pages of an assembly that sits today: axe finds nothing, nothing scrolls sideways, in three languages and both directions.

In a house of their own: in that of the other tests no assembly sits, and their dates must not move.
"""

import re
import subprocess
import sys
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, ROOT, installed, speak
from tests.browser.test_every_screen import LOOKS, NARROWEST, faults, overflow

A_DAY = timedelta(days=1)
SESSION = r"/live/sessions/[0-9a-f-]{36}"
# Pages reached from those of the days, one of each kind.
LINKED = (
    rf"{SESSION}/$",
    rf"{SESSION}/ask/$",
    rf"{SESSION}/change/$",
    rf"{SESSION}/note/$",
    r"/live/notes/[0-9a-f-]{36}/correct/$",
    r"/coalition/[0-9a-f-]{36}/notes/export/$",
)
PROGRAMME = """WTSA, Thursday
9:30 Committee 3, Room 2: Resolutions 52 and 64
14 h 15 – 15 h 30 Groupe ad hoc sur la Résolution 50, salle 7
16:00 Plenaria, sala principal
Coffee is served in the lobby"""


@pytest.fixture(scope="module")
def sitting_house(tmp_path_factory):
    """The demonstration, on the eighth day of its assembly."""
    with installed(tmp_path_factory.mktemp("sitting"), {}) as found:
        subprocess.run([sys.executable, "manage.py", "demo", "--live", "-v0"], cwd=ROOT, env=found.environment(), check=True)
        yield found


def days(page):
    """Yesterday, today and tomorrow at the venue."""
    page.goto("/live/")
    today = date.fromisoformat(page.url.rstrip("/").rpartition("/")[2])
    return [each.isoformat() for each in (today - A_DAY, today, today + A_DAY)]


def screens(page):
    yesterday, today, tomorrow = days(page)
    views = [f"/live/{today}/?view={view}" for view in ("mine", "resolution", "room")]
    forms = [f"/live/{today}/{form}/" for form in ("informal", "sessions/new", "programme")]
    return [f"/live/{today}/", *views, *forms, f"/live/{yesterday}/", f"/live/{tomorrow}/", f"/live/{tomorrow}/?view=room", "/"]


def links(page):
    return page.locator("main a[href]").evaluate_all("links => links.map(link => link.pathname + link.search)")


def linked_screens(page, addresses):
    """One of each kind of LINKED, and every session, as each kind of session has a page that looks otherwise."""
    sessions, found = {}, {}

    def look_for(shown):
        for link in shown:
            if re.search(LINKED[0], link):
                sessions[link] = None
            for kind in LINKED:
                if re.search(kind, link):
                    found.setdefault(kind, link)

    for address in addresses:
        page.goto(address)
        look_for(links(page))
    for address in list(sessions):
        page.goto(address)
        look_for(links(page))
    assert set(found) == set(LINKED)
    return [*sessions, *(found[kind] for kind in LINKED[1:])]


@pytest.fixture
def inside(visit, log_in, sitting_house):
    def act(language, viewport, scheme):
        page = visit(viewport=viewport, locale=language, color_scheme=scheme, of=sitting_house)
        log_in(page, sitting_house.person("second-lead"))
        if page.locator("html").get_attribute("lang") != language:
            speak(page, language)
        return page

    return act


@pytest.mark.parametrize(("language", "viewport", "scheme"), LOOKS)
def test_no_live_screen_has_a_fault(inside, sitting_house, language, viewport, scheme):
    page = inside(language, viewport, scheme)
    first = screens(page)
    wrong = []
    for address in [*first, *linked_screens(page, first)]:
        assert page.goto(address).status == 200, address
        wrong += faults(page, page.url)
        if "/reauthenticate/" in page.url:
            page.fill("main input[name=password]", sitting_house.person("second-lead").password)
            page.click("main button.button-primary")
            page.wait_for_url(f"**{address}")
            wrong += faults(page, page.url)
    assert wrong == []


@pytest.mark.parametrize(("language", "viewport", "scheme"), LOOKS)
def test_no_page_between_a_pasted_programme_and_its_sessions_has_a_fault(inside, language, viewport, scheme):
    page = inside(language, viewport, scheme)
    _yesterday, _today, tomorrow = days(page)
    page.goto(f"/live/{tomorrow}/programme/")
    page.fill("main [name=text]", PROGRAMME)
    page.locator("main form button.button-primary").click()
    expect(page.locator("#h-lines")).to_be_visible()
    expect(page.locator("#h-others")).to_be_visible()
    assert faults(page, "a programme, read") == []
    page.goto(f"/live/{tomorrow}/programme/")
    page.fill("main [name=text]", "Nothing here begins with an hour")
    page.locator("main form button.button-primary").click()
    expect(page.locator("main .notice")).to_be_visible()
    assert faults(page, "a programme of which nothing was understood") == []


@pytest.mark.parametrize(("viewport", "direction"), [(NARROWEST, "ltr"), (NARROWEST, "rtl"), (DESK, "rtl")])
def test_every_live_screen_fits_the_narrowest_window_and_right_to_left_text(inside, viewport, direction):
    page = inside("fr", viewport, "light")
    first = screens(page)
    wrong = []
    for address in [*first, *linked_screens(page, first)]:
        page.goto(address)
        page.evaluate("direction => { document.documentElement.dir = direction }", direction)
        wrong += overflow(page, f"{address} {direction}")
    assert wrong == []


def test_the_page_for_when_there_is_no_connection_has_no_fault(visit, sitting_house):
    page = visit(viewport=NARROWEST, of=sitting_house)
    for language in ("fr", "en", "es"):
        page.goto(f"/live/offline/{language}/")
        expect(page.locator("html")).to_have_attribute("lang", language)
        assert faults(page, page.url) == []
