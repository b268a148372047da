"""Every screen, for whom it is made: axe finds nothing, nothing scrolls sideways, in three languages, light and dark, wide and narrow."""

import os
import re
import subprocess
import sys

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import DESK, PHONE, ROOT, speak

pytestmark = pytest.mark.browser

SCREENS = (
    "/",
    "/resolutions/",
    "/resolutions/regions/",
    "/resolutions/50/",
    "/resolutions/50/text/?lineage=1",
    "/resolutions/50/texts/new/",
    "/resolutions/50/history/",
    "/resolutions/50/compare/",
    "/resolutions/50/compare/?unchanged=1",
    "/resolutions/2/compare/",
    "/resolutions/wording-rules/",
    "/resolutions/50/proposals/",
    "/resolutions/50/proposals/new/",
    "/proposals/paste/",
    "/proposals/new-resolution/",
    "/resolutions/50/follow-ups/",
    "/resolutions/50/dates/",
    "/resolutions/50/position/",
    "/matrix/",
    "/matrix/?show=every&region=CEPT",
    "/matrix/?plain=1",
    "/matrix/50/states/",
    "/matrix/50/states/?as_of=2026-01-31",
    "/follow-ups/",
    "/follow-ups/?tab=team",
    "/follow-ups/?tab=nobody",
    "/follow-ups/new/",
    "/follow-ups/week/",
    "/contributions/bring/",
    "/contributions/numbers/new/",
    "/delegations/",
    "/delegations/new/",
    "/calendar/",
    "/calendar/?dates=all",
    "/calendar/new/",
    "/calendar/new/regional/",
    "/calendar/new/call/",
    "/calendar/new/deadline/",
    "/calendar/assemblies/WTSA-28/",
    "/calendar/assemblies/WTSA-28/change/",
    "/reminders/",
    "/coalition/",
    "/approvals/",
    "/circles/to-settle/",
    "/welcome/clock/",
    "/welcome/words/",
    "/welcome/follow/",
    "/welcome/mail/",
    "/welcome/first/",
    "/account/",
    "/account/address/",
    "/account/audit/",
    "/account/delete/",
    "/account/keys/new/",
    "/account/password/change/",
    "/account/2fa/",
    "/account/2fa/totp/activate/",
    "/account/2fa/webauthn/add/",
    "/about/help/",
    "/about/privacy/",
    "/about/what-not-to-write/",
    "/api/v1/docs/",
)
# Pages reached from these, one of each kind.
MEMBER = r"/members/[0-9a-f-]{36}/$"
LINKED = (
    r"/matrix/[a-z0-9-]+/[A-Z]+/$",
    r"/proposals/[0-9a-f-]{36}/$",
    r"/proposals/[0-9a-f-]{36}/change/$",
    r"/follow-ups/[0-9a-f-]{36}/$",
    r"/follow-ups/[0-9a-f-]{36}/assign/$",
    r"/follow-ups/[0-9a-f-]{36}/done/$",
    r"/follow-ups/[0-9a-f-]{36}/change/$",
    r"/calendar/meetings/[0-9a-f-]{36}/$",
    r"/calendar/meetings/[0-9a-f-]{36}/change/$",
    r"/calendar/meetings/[0-9a-f-]{36}/edit/$",
    r"/calendar/meetings/[0-9a-f-]{36}/doors/new/$",
    r"/calendar/deadlines/[0-9a-f-]{36}/$",
    r"/calendar/deadlines/[0-9a-f-]{36}/change/$",
    r"/calendar/deadlines/[0-9a-f-]{36}/edit/$",
    r"/delegations/[0-9a-f-]{36}/$",
    r"/delegations/[0-9a-f-]{36}/change/$",
    r"/coalition/[0-9a-f-]{36}/$",
    r"/coalition/[0-9a-f-]{36}/settings/$",
    r"/coalition/[0-9a-f-]{36}/audit/$",
    r"/coalition/[0-9a-f-]{36}/invite/$",
    r"/coalition/[0-9a-f-]{36}/leave/$",
    r"/coalition/[0-9a-f-]{36}/circles/$",
    r"/coalition/[0-9a-f-]{36}/circles/new/$",
    MEMBER,
    r"/members/[0-9a-f-]{36}/remove/$",
    r"/members/[0-9a-f-]{36}/close-sessions/$",
    r"/members/[0-9a-f-]{36}/recover/$",
    r"/approvals/[0-9a-f-]{36}/$",
    r"/invitations/[0-9a-f-]{36}/words/$",
    r"/circles/[0-9a-f-]{36}/$",
)
LOOKS = (
    pytest.param("fr", DESK, "light", id="fr-desk-light"),
    pytest.param("en", PHONE, "dark", id="en-phone-dark"),
    pytest.param("es", PHONE, "light", id="es-phone-light"),
)
# 1280 px at four times the size (WCAG 1.4.10).
NARROWEST = {"width": 320, "height": 740}
STRANGERS = (
    "/account/login/",
    "/account/password/reset/",
    "/account/second-factor/too-old/remove/",
    "/account/address/too-old/take-back/",
    "/account/recovery/too-old/stop/",
    "/about/help/",
    "/mail/inbox/",
)
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# For the README: `SCREENSHOTS=docs/screenshots bin/test --browser` renews them.
PICTURES = {
    ("/", "fr"): "now-fr-desk",
    ("/", "en"): "now-en-phone",
    ("/calendar/", "fr"): "calendar-fr-desk",
    ("/resolutions/50/", "es"): "resolution-es-phone",
    ("/matrix/", "fr"): "matrix-fr-desk",
    ("/resolutions/50/compare/", "en"): "compare-en-phone",
}


def faults(page, address: str) -> list[str]:
    found = [f"{address}: {rule['id']} — {rule['nodes'][0]['html'][:160]}" for rule in Axe().run(page, options=AXE).response["violations"]]
    return found + overflow(page, address)


def overflow(page, address: str) -> list[str]:
    width, room = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    return [f"{address}: scrolls sideways, {width} px in {room}"] if width > room else []


@pytest.mark.parametrize(("language", "viewport", "scheme"), LOOKS)
def test_no_screen_has_a_fault(visit, house, log_in, language, viewport, scheme):
    page = visit(viewport=viewport, locale=language, color_scheme=scheme)
    log_in(page, house.person("lead"))
    speak(page, language)
    wrong: list[str] = []
    linked: dict[str, str] = {}

    def look_for_links() -> None:
        for link in page.locator("main a[href]").evaluate_all("links => links.map(link => link.pathname)"):
            for kind in LINKED:
                # The first link leads to herself in lists of people; what leads do to others is on the pages of others.
                if re.search(kind, link) and (kind not in linked or kind == MEMBER):
                    linked[kind] = link

    for address in SCREENS:
        answer = page.goto(address)
        assert answer.status == 200, f"{address} answers {answer.status}"
        wrong += faults(page, address)
        if "/reauthenticate/" in page.url:
            page.fill("main input[name=password]", house.person("lead").password)
            page.click("main button.button-primary")
            page.wait_for_url(f"**{address}")
            wrong += faults(page, address)
        look_for_links()
        if (address, language) in PICTURES and (folder := os.environ.get("SCREENSHOTS")):
            page.screenshot(path=ROOT / folder / f"{PICTURES[address, language]}.png")
    for kind in LINKED:
        page.goto(linked.get(kind, "/coalition/"))
        wrong += faults(page, page.url)
        look_for_links()
    assert set(linked) == set(LINKED)
    assert wrong == []


@pytest.mark.parametrize(("viewport", "direction"), [(NARROWEST, "ltr"), (NARROWEST, "rtl"), (DESK, "rtl")])
def test_every_screen_fits_the_narrowest_window_and_a_language_read_from_right_to_left(visit, house, log_in, viewport, direction):
    page = visit(viewport=viewport)
    log_in(page, house.person("second-lead"))
    wrong: list[str] = []
    for address in SCREENS:
        page.goto(address)
        page.evaluate("direction => { document.documentElement.dir = direction }", direction)
        wrong += overflow(page, f"{address} {direction}")
    assert wrong == []


@pytest.mark.parametrize(("language", "viewport", "scheme"), LOOKS)
def test_no_door_has_a_fault(visit, language, viewport, scheme):
    page = visit(viewport=viewport, locale=language, color_scheme=scheme)
    wrong = []
    for address in STRANGERS:
        page.goto(address)
        wrong += faults(page, address)
        name, languages = (page.locator(f"header {part}").bounding_box() for part in (".wordmark", ".languages"))
        if name["x"] + name["width"] > languages["x"] and name["y"] + name["height"] > languages["y"]:
            wrong.append(f"{address}: the languages stand on the name")
    assert wrong == []


def test_the_page_of_the_instance_is_for_whoever_looks_after_it(visit, house, log_in):
    page = visit(viewport=DESK, locale="en")
    log_in(page, house.person("admin"))
    for address in ("/health/", "/health/audit/"):
        assert page.goto(address).status == 200
        assert faults(page, address) == []


def test_an_address_that_leads_nowhere_shows_our_own_page_and_no_list_of_ours(chromium, house):
    # Not by `visit`: the browser itself writes a 404 into its console.
    context = chromium.new_context(base_url=house.url, viewport=PHONE, locale="en")
    page = context.new_page()
    assert page.goto("/no/such/page/").status == 404
    assert "urlpatterns" not in page.content()
    assert page.get_by_role("link", name="To the home page").count() == 1
    assert faults(page, "/no/such/page/") == []
    context.close()


LONG_TEXTS = """
from resolutions.models import Assembly
from tests.bench import hostile
now = Assembly.objects.current()
before = Assembly.objects.filter(starts_on__lt=now.starts_on).order_by("-starts_on").first()
hostile.grow_hostile(now, before, "long", hostile.every_other_word, 600, 60, columns=3)
"""


def test_a_comparison_of_long_texts_comes_by_itself_once_a_worker_has_made_it(visit, house, log_in):
    """Nothing in the demonstration is that long."""
    env = os.environ | {"VAR_DIR": str(house.var), "DEBUG": "1", "DEMO": "1"}
    subprocess.run([sys.executable, "manage.py", "shell", "-v0", "-c", LONG_TEXTS], cwd=ROOT, env=env, check=True)
    page = visit(viewport=PHONE, locale="en", color_scheme="dark")
    log_in(page, house.person("lead"))
    page.goto("/resolutions/long/compare/")
    assert page.locator("#progress").inner_text().startswith("being compared")
    assert overflow(page, "being compared") == []
    page.wait_for_selector("nav.pager", timeout=60_000)
    page.goto("/resolutions/long/compare/?page=2")
    assert page.locator("nav.pager").first.inner_text().split() == ["Previous", "Page", "2", "of", "3", "Next"]
    assert faults(page, "page 2 of a long comparison") == []
