"""What matters comes first: on a phone the first item of every list is on the first screen, and the main jobs take few taps."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import DESK, PHONE, speak
from tests.browser.test_every_screen import faults
from tests.browser.test_first_week import people_of
from tests.browser.test_journeys import text_of, until

LOWEST = 420  # pixels from the top, at 360 × 740
LISTS = (
    "/",
    "/matrix/",
    "/matrix/?show=every&region=CEPT",
    "/matrix/?plain=1",
    "/resolutions/",
    "/resolutions/?q=50",
    "/resolutions/regions/",
    "/resolutions/wording-rules/",
    "/resolutions/50/",
    "/resolutions/50/position/",
    "/resolutions/50/proposals/",
    "/resolutions/50/follow-ups/",
    "/resolutions/50/dates/",
    "/resolutions/50/history/",
    # One with a title as long as ours are.
    "/resolutions/72/proposals/",
    "/resolutions/72/follow-ups/",
    "/imports/",
    "/calendar/",
    "/calendar/?dates=all",
    "/calendar/?kind=regional",
    "/calendar/?when=past",
    "/follow-ups/",
    "/follow-ups/?tab=team",
    "/follow-ups/?tab=team&state=in-hand",
    "/follow-ups/?tab=nobody",
    "/follow-ups/week/",
    "/delegations/",
    "/delegations/?q=kenya",
    "/worth-a-look/",
    "/search/?q=internet",
    "/reminders/",
    "/coalition/",
    "/coalition/circles/",
    "/coalition/audit/",
    "/approvals/",
    "/circles/to-settle/",
    "/account/audit/",
    "/account/devices/",
    "/account/keys/",
    "/account/stored/",
    "/about/glossary/",
    "/mail/inbox/",
)
# An item of any list; what stands there while there is none; and where it is another thing.
ITEM = ".ledger > li, .followup, .picks > li, .matrix tbody tr, table tbody tr, .terms > div, .position"
INSTEAD = ".empty, .block > h2 ~ p"
ITEMS = {"/reminders/": "#sent ~ .ledger > li, #sent ~ p:not(.help)", "/account/stored/": ".fold"}
TOP = """([item, instead]) => {
  const shown = element => element.checkVisibility() && element.getBoundingClientRect().height && !element.closest("form");
  const tops = selector => [...document.querySelectorAll(`main :is(${selector})`)].filter(shown)
    .map(element => element.getBoundingClientRect().top + scrollY);
  return Math.round(Math.min(...(tops(item).length ? tops(item) : tops(instead))));
}"""


@pytest.mark.parametrize("language", ["fr", "es", "en"])
def test_the_first_item_of_every_list_is_on_the_first_screen_of_a_phone(visit, house, log_in, language):
    page = visit(viewport=PHONE, locale=language)
    log_in(page, house.person("lead"))
    speak(page, language)
    page.goto("/coalition/")
    ours = page.url.removeprefix(house.url)
    too_low = {}
    for address in LISTS:
        page.goto(address.replace("/coalition/", ours))
        if "/reauthenticate/" in page.url:
            page.fill("main input[name=password]", house.person("lead").password)
            page.click("main button.button-primary")
            page.wait_for_url(f"**{address}")
        top = page.evaluate(TOP, [ITEMS.get(address, ITEM), INSTEAD])
        if top is None or top > LOWEST:
            too_low[address] = top
    assert too_low == {}


@pytest.mark.parametrize("language", ["fr", "es", "en"])
def test_the_first_step_of_a_new_coalition_is_on_the_first_screen(visit, house, log_in, language):
    page = visit(viewport=PHONE, locale=language)
    log_in(page, people_of(house, f"top-{language}", language)["lead"])
    assert page.evaluate(TOP, [ITEM, INSTEAD]) <= LOWEST


class Thumb:
    """Counts its taps."""

    def __init__(self, page: Page):
        self.page = page
        self.taps = 0

    def tap(self, thing: Locator | str) -> None:
        (self.page.locator(thing) if isinstance(thing, str) else thing).first.click()
        self.taps += 1


@pytest.fixture
def on_a_phone(visit, house, log_in):
    """A thumb on the first page of this person."""

    def begin(role: str) -> Thumb:
        page = visit(viewport=PHONE, locale="en")
        log_in(page, house.person(role))
        page.goto("/")
        return Thumb(page)

    return begin


def take_back(thumb: Thumb) -> None:
    """What the notice says is undone, so that other tests find what they expect; the page that says so has no fault either."""
    assert faults(thumb.page, "a notice with undo") == []
    thumb.page.locator(".notice form[action='/undo/'] button").click()
    expect(thumb.page.locator(".notice[role=status]")).to_have_count(1)
    expect(thumb.page.locator(".notice form[action='/undo/']")).to_have_count(0)
    assert faults(thumb.page, "undone") == []


def test_a_date_is_watched_in_two_taps(on_a_phone):
    thumb = on_a_phone("lead")
    thumb.tap("nav.sections a[href='/calendar/']")
    thumb.tap("main .entry button[aria-pressed=false]")
    expect(thumb.page.locator(".notice[role=status]")).to_have_count(1)
    assert thumb.taps <= 2
    take_back(thumb)


def test_a_resolution_is_watched_in_two_taps_from_where_resolutions_are(on_a_phone):
    thumb = on_a_phone("lead")
    thumb.page.goto("/matrix/")
    thumb.tap("nav.tabs a[href^='/resolutions/']")
    row = thumb.page.locator(".ledger .entry:has(button[aria-pressed=false])").first
    thumb.tap(row.locator("button[name=scope]"))
    expect(row.page.locator(".ledger button[name=scope][value=none]").first).to_be_visible()
    assert thumb.taps <= 2
    row.page.locator(".ledger button[name=scope][value=none]").first.click()


def test_what_nobody_has_is_assigned_in_three_taps(on_a_phone):
    thumb = on_a_phone("lead")
    thumb.tap("section[aria-labelledby=h-nobody] .acts a")
    thumb.tap(thumb.page.locator("main .choices .choice"))
    thumb.tap("main .form-acts button.button-primary")
    expect(thumb.page.locator(".notice[role=status]")).to_have_count(1)
    assert thumb.taps <= 3
    take_back(thumb)


def test_what_is_mine_to_accept_is_accepted_in_one_tap(on_a_phone):
    thumb = on_a_phone("lead")
    thumb.tap("section[aria-labelledby=h-mine] button[value=accept]")
    expect(thumb.page.locator(".notice[role=status]")).to_have_count(1)
    assert thumb.taps <= 1
    take_back(thumb)


def test_one_registers_in_two_taps(on_a_phone):
    thumb = on_a_phone("member")
    thumb.tap("section[aria-labelledby=h-dates] h3 a[href^='/calendar/deadlines/']")
    thumb.tap("form[action$='/registered/'] button")
    expect(thumb.page.locator(".notice[role=status]")).to_have_count(1)
    assert thumb.taps <= 2
    take_back(thumb)


def test_who_asks_what_on_a_resolution_takes_two_taps(on_a_phone):
    thumb = on_a_phone("lead")
    thumb.tap("nav.sections a[href='/matrix/']")
    thumb.tap("table.matrix th a[href='/resolutions/50/']")
    asked = thumb.page.locator("section[aria-labelledby=h-proposals] .ledger")
    expect(asked).to_contain_text("AFCP/35A12/1")
    expect(asked).to_contain_text("MOD")
    assert thumb.taps <= 2


def test_why_a_mail_came_takes_one_tap_from_the_mail(on_a_phone, house):
    """The door that closes tomorrow is announced as soon as the house has begun."""
    thumb = on_a_phone("member")
    mails = until(
        lambda: [mail for mail in house.mails_to(house.person("member")) if "/reminders/?kinds=1#RR-" in text_of(mail)], what="a reminder"
    )
    link = re.search(rf"{house.url}(/reminders/\?kinds=1#(RR-\d+))", text_of(mails[0]))
    thumb.page.goto(link[1])
    thumb.taps += 1
    expect(thumb.page.locator(f"#{link[2]} h3")).to_be_in_viewport()
    assert thumb.taps <= 1
    # And what stops it asks first, on a page without fault.
    thumb.page.goto(mails[0]["List-Unsubscribe"].strip("<>"))
    assert faults(thumb.page, "stop") == []


def test_acts_that_are_pictures_on_a_phone_have_their_words_on_a_desk(visit, house, log_in):
    page = visit(viewport=DESK, locale="en")
    log_in(page, house.person("lead"))
    for address in ("/calendar/", "/follow-ups/", "/delegations/", "/matrix/", "/resolutions/50/"):
        page.goto(address)
        page.set_viewport_size(DESK)
        names = page.locator(".page-head .acts :is(a, summary, button):visible").evaluate_all("acts => acts.map(act => act.ariaLabel)")
        said = [act.strip() for act in page.locator(".page-head .acts :is(a, summary, button):visible").all_inner_texts()]
        assert said == names
        page.set_viewport_size(PHONE)
        assert {act.strip() for act in page.locator(".page-head .acts > :is(a, button):visible").all_inner_texts()} == {""}
