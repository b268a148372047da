"""Without a mouse: everything that can be done is reached by Tab, shows where one is, and lies under nothing."""

import pytest

from tests.browser.conftest import DESK, PHONE
from tests.browser.test_every_screen import SCREENS

MOST_STOPS = 400  # more than any page has

# What one stands on: where it is, whether it can be seen there, and whether it looks any different from not being stood on.
STANDING = """
() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  if (!window.stops) window.stops = new WeakMap(), window.count = 0;
  if (!window.stops.has(at)) window.stops.set(at, ++window.count);
  const box = at.getBoundingClientRect();
  const marked = [at, ...at.parentElement ? [at.parentElement] : [], ...(at.nextElementSibling ? [at.nextElementSibling] : [])]
    .some(one => { const s = getComputedStyle(one); return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2; });
  const x = Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1);
  const y = Math.min(Math.max(box.top + Math.min(box.height, 40) / 2, 0), innerHeight - 1);
  const over = document.elementFromPoint(x, y);
  return {
    number: window.stops.get(at),
    what: at.outerHTML.slice(0, 140),
    inView: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    isCovered: !!over && over !== at && !at.contains(over) && !over.contains(at)
      && !(at.labels && [...at.labels].some(label => label.contains(over))),
    isMarked: marked,
  };
}
"""
REACHABLE = """
() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')].filter(one =>
  !one.disabled && one.type !== 'hidden' && one.tabIndex >= 0 && one.checkVisibility({visibilityProperty: true})
  && !(one.type === 'radio' && !one.checked && document.querySelector(`input[type=radio][name="${one.name}"]:checked`) !== one
       && document.querySelectorAll(`input[type=radio][name="${one.name}"]`)[0] !== one)
  && !(one.type === 'radio' && !one.checked && document.querySelector(`input[type=radio][name="${one.name}"]:checked`))
).length
"""


def walk(page, address: str) -> list[str]:
    """Tab through the page once; what is wrong on the way."""
    wrong = []
    page.goto(address)
    expected = page.evaluate(REACHABLE)
    seen: set[int] = set()
    last = 0
    for stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        here = page.evaluate(STANDING)
        if here is not None and here["number"] == last:
            continue  # a date has several stops of its own inside
        if here is None or here["number"] in seen:
            break
        last = here["number"]
        seen.add(here["number"])
        if stop == 0 and 'class="skip"' not in here["what"]:
            wrong.append(f"{address}: the first stop is not the way past the menus: {here['what']}")
        if not here["inView"]:
            wrong.append(f"{address}: out of sight: {here['what']}")
        elif here["isCovered"]:
            wrong.append(f"{address}: under something else: {here['what']}")
        if not here["isMarked"]:
            wrong.append(f"{address}: does not show that one stands on it: {here['what']}")
    if len(seen) < expected:
        wrong.append(f"{address}: {len(seen)} stops for {expected} things to act on")
    return wrong


@pytest.mark.parametrize("viewport", [pytest.param(DESK, id="desk"), pytest.param(PHONE, id="phone")])
def test_every_screen_can_be_walked_by_tab_alone(visit, house, log_in, viewport):
    page = visit(viewport=viewport, locale="en")
    log_in(page, house.person("lead"))
    wrong = [fault for address in SCREENS if address != "/api/v1/docs/" for fault in walk(page, address)]
    assert wrong == []


def test_one_logs_in_and_watches_a_resolution_by_keyboard_alone(visit, house):
    person = house.person("member")
    page = visit(viewport=DESK, locale="en")
    page.goto("/account/login/")
    page.locator("input[name=login]").focus()
    page.keyboard.type(person.email)
    page.keyboard.press("Tab")
    page.keyboard.type(person.password)
    page.keyboard.press("Enter")
    page.wait_for_selector("nav.sections")
    page.goto("/resolutions/2/")
    menu = page.locator("details.menu summary.button").first
    menu.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("details.menu summary.button:has(use[href$='star-on'])")
