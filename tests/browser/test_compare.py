"""Compare: the words first, on a desk and on a phone; the acts of a clause by keyboard and without script."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE, speak

DESK_SCREEN = {**DESK, "height": 800}
LANGUAGES = ("en", "fr", "es")
COMPARE = "/resolutions/50/compare/"
# Where the first words added or deleted begin that somebody sees; a fold that is closed shows none.
FIRST_DIFFERENCE = """() => [...document.querySelectorAll("main .said :is(ins, del)")].find(e => e.getClientRects().length)
  .getBoundingClientRect()"""


@pytest.mark.parametrize("viewport", [DESK_SCREEN, PHONE], ids=["desk", "phone"])
def test_the_first_difference_is_within_the_first_screen_in_three_languages(visit, house, log_in, viewport):
    page = visit(viewport=viewport, locale="en")
    log_in(page, house.person("second-lead"))
    for language in LANGUAGES:
        if page.locator("html").get_attribute("lang") != language:
            speak(page, language)
        page.goto(COMPARE)
        # The bar at the bottom of a phone covers what is beneath it.
        bar = page.locator("nav.sections").bounding_box()
        bottom = bar["y"] if bar and bar["y"] > viewport["height"] / 2 else viewport["height"]
        place = page.evaluate(FIRST_DIFFERENCE)
        assert place["top"] + 20 < bottom, (
            f"{language}: the first difference begins at {place['top']:.0f} px, the screen ends at {bottom:.0f}"
        )


def add_column(page, name: str) -> None:
    page.locator("main .quick-filters a", has_text=name).first.click()
    page.wait_for_load_state()


@pytest.mark.parametrize("viewport", [DESK_SCREEN, PHONE], ids=["desk", "phone"])
def test_words_in_arabic_run_from_right_to_left_beside_those_in_english(visit, house, log_in, viewport):
    page = visit(viewport=viewport, locale="en", java_script_enabled=False)
    log_in(page, house.person("lead"))
    page.goto(COMPARE)
    if not page.locator(".variant p.said[lang=ar]").count():
        add_column(page, "العربية")
    words = page.locator(".variant p.said[lang=ar]", has=page.locator("ins")).first
    expect(words).to_be_visible()
    assert words.evaluate("e => getComputedStyle(e).direction") == "rtl"
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_the_acts_of_a_clause_open_by_keyboard_and_link_to_it(visit, house, log_in):
    page = visit(viewport=PHONE, locale="en", java_script_enabled=False)
    log_in(page, house.person("lead"))
    page.goto(COMPARE)
    clause = page.locator("article.compared").first
    clause.locator("header summary").focus()
    page.keyboard.press("Enter")
    links = clause.locator("header li a")
    expect(links.first).to_be_visible()
    of_clause = ["Page of this clause", "Add an impact on rights", "Link to a priority", "Link to this clause"]
    names = ["Cite in the position", "Create a follow-up", *of_clause]
    assert [text.strip() for text in links.all_inner_texts()] == names
    for _link in names:
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"[?]of=.*#{clause.get_attribute('id')}$"))
