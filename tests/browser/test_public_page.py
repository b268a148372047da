"""A stranger reads the page without a log-in: on a narrow phone, without script or cookie, in the language she chooses, and on paper.

And two leads: one asks that it shows more, the other agrees, and one alone takes it back.
"""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.test_every_screen import NARROWEST, faults, overflow


def test_a_stranger_reads_what_is_public_without_script_and_without_cookie(visit, house):
    page = visit(viewport=NARROWEST, locale="es-PE", color_scheme="dark", java_script_enabled=False)
    page.goto("/public/")
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.get_by_role("heading", level=1)).to_contain_text("AMNT-28")
    page.get_by_role("link", name="Français").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    page.get_by_role("link", name="Cybersécurité").first.click()
    expect(page.locator("main")).to_contain_text("EUR/38A7/1")
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("link", name="Public page").click()
    page.get_by_role("link", name="Open meetings (example)").click()
    expect(page.locator("main")).to_contain_text("Derechos en Línea (ejemplo)")
    expect(page.locator("main")).to_contain_text("We ask that meetings on these texts be open")
    assert overflow(page, page.url) == []
    assert page.context.cookies() == []


def test_its_links_are_files_that_programs_read(visit, house):
    page = visit()
    page.goto("/public/fr/")
    for link, kind in (("Informations (Atom)", "application/atom+xml"), ("Pour votre agenda (.ics)", "text/calendar")):
        answer = page.request.get(page.get_by_role("link", name=link).get_attribute("href"))
        assert answer.status == 200
        assert answer.headers["content-type"].startswith(kind)
        again = page.request.get(answer.url, headers={"If-None-Match": answer.headers["etag"]})
        assert again.status == 304


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_on_paper_it_shows_the_whole_cycle_and_no_button(visit, house, direction):
    page = visit(locale="fr")
    page.goto("/public/fr/")
    page.evaluate("direction => { document.documentElement.dir = direction }", direction)
    page.emulate_media(media="print")
    expect(page.locator("figure.chart svg")).to_be_visible()
    expect(page.locator("table.matrix")).to_be_visible()
    expect(page.locator("header.band")).to_be_hidden()
    expect(page.get_by_role("link", name="Comment prendre part")).to_be_hidden()
    assert overflow(page, f"on paper, {direction}") == []


def test_two_leads_show_more_and_one_takes_it_back(visit, house, log_in):
    first, second, stranger = visit(locale="fr", viewport=PHONE), visit(locale="fr"), visit(locale="fr")
    log_in(first, house.person("lead"))
    first.goto("/coalition/")
    first.goto(first.locator("main a[href$='/settings/']").first.get_attribute("href"))
    first.goto(first.locator("main a[href$='/public-page/']").get_attribute("href"))
    assert faults(first, first.url) == []
    place = first.url
    first.locator("input[name=is_indexed]").check()
    first.locator("main form button.button-primary").click()
    first.wait_for_url("**/approvals/*/")
    stranger.goto("/public/fr/")
    expect(stranger.locator("meta[name=robots]")).to_have_attribute("content", "noindex")

    log_in(second, house.person("second-lead"))
    second.goto(first.url)
    expect(second.locator("main")).to_contain_text("Open meetings (example)")
    second.locator("main form button.button-primary").click()
    second.wait_for_url("**/approvals/")
    stranger.reload()
    expect(stranger.locator("meta[name=robots]")).to_have_count(0)
    expect(stranger.locator("main")).to_contain_text("Réseau Normes ouvertes (exemple)")

    second.goto(place)
    second.locator("main form button.button-danger").click()
    second.wait_for_url(place)
    stranger.goto("/public/fr/?again")
    expect(stranger.locator("main")).not_to_contain_text("Réseau Normes ouvertes (exemple)")
    expect(stranger.locator("meta[name=robots]")).to_have_attribute("content", "noindex")
