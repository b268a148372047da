"""What script adds, under the policy of contents and with a silent console: the pages work without it."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE


def go_offline(page) -> None:
    page.evaluate("Object.defineProperty(Navigator.prototype, 'onLine', {get: () => false, configurable: true})")


def come_back(page) -> None:
    page.evaluate("Object.defineProperty(Navigator.prototype, 'onLine', {get: () => true, configurable: true})")
    page.evaluate("dispatchEvent(new Event('online'))")


def posts_of(page) -> list[str]:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    return sent


def test_without_connection_a_form_stays_as_it_was_typed_and_can_be_sent_later(visit, house, log_in):
    page = visit(viewport=PHONE, locale="en-GB")
    log_in(page, house.person("lead"))
    page.goto("/follow-ups/new/")
    page.fill("[name=title]", "Read the note again before Friday")
    page.fill("[name=due_on]", (datetime.now(UTC) + timedelta(days=2)).date().isoformat())
    page.fill("[name=due_hour]", "18:00")
    sent, notice = posts_of(page), page.get_by_role("alert").filter(has_text="Not sent: there is no connection.")
    go_offline(page)
    for _tap in range(2):
        page.locator("main form button.button-primary").click()
        expect(notice).to_have_count(1)
    expect(page.locator("[name=title]")).to_have_value("Read the note again before Friday")
    assert sent == []
    come_back(page)
    expect(notice).to_have_count(0)
    page.locator("main form button.button-primary").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Read the note again before Friday")
    assert len(sent) == 1


def test_watching_from_the_list_changes_the_button_alone_and_waits_for_a_connection(visit, house, log_in):
    page = visit(viewport=DESK, locale="en-GB")
    log_in(page, house.person("lead"))
    page.goto("/resolutions/")
    sent, button = posts_of(page), page.locator("#results form button").first
    page.evaluate("window.sameDocument = true")
    was = button.get_attribute("aria-pressed")
    go_offline(page)
    button.click()
    expect(page.get_by_role("alert")).to_contain_text("Not sent")
    assert (sent, button.get_attribute("aria-pressed")) == ([], was)
    come_back(page)
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false" if was == "true" else "true")
    assert (len(sent), page.evaluate("window.sameDocument")) == (1, True)


def test_what_cannot_be_done_within_the_page_is_done_without_it(chromium, house, log_in):
    # Not by `visit`: the console tells of every answer that is none.
    page = chromium.new_context(base_url=house.url, viewport=DESK, locale="en-GB").new_page()
    log_in(page, house.person("lead"))
    page.goto("/resolutions/")
    button = page.locator("#results form button").first
    was = button.get_attribute("aria-pressed")

    def fails_within_the_page(route):
        if route.request.headers.get("hx-request"):
            route.fulfill(status=503, body="busy")
        else:
            route.continue_()

    page.route("**/watch/", fails_within_the_page)
    page.evaluate("window.sameDocument = true")
    button.click()
    expect(button).not_to_have_attribute("aria-pressed", was)
    assert page.evaluate("window.sameDocument") is None

    page.unroute("**/watch/")
    page.route("**/watch/", lambda route: route.abort())
    button.click()
    expect(page.get_by_role("alert")).to_contain_text("Not sent: there is no connection.")
    page.context.close()


def test_the_sheet_of_the_week_prints_at_a_button(visit, house, log_in):
    page = visit(viewport=DESK, locale="en-GB")
    page.add_init_script("window.print = () => { window.printed = true; }")
    log_in(page, house.person("lead"))
    page.goto("/follow-ups/week/")
    page.get_by_role("button", name="Print").click()
    assert page.evaluate("window.printed")


def test_the_summary_of_errors_takes_the_focus(visit, house, log_in):
    page = visit(viewport=PHONE, locale="en-GB")
    # What Chromium says of two that want the focus is no warning, so all that it says counts here.
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    log_in(page, house.person("lead"))
    page.goto("/follow-ups/new/")
    page.locator("main form").first.evaluate("form => form.noValidate = true")
    page.locator("main form button.button-primary").click()
    expect(page.locator("#errors")).to_be_focused()
    assert said == []


def test_a_log_in_that_ends_is_announced_and_lasts_longer_at_a_button(visit, house, log_in):
    page = visit(viewport=PHONE, locale="en-GB")
    log_in(page, house.person("lead"))
    page.clock.install()
    page.goto("/follow-ups/new/")
    page.fill("[name=title]", "Typed slowly")
    ending = page.locator("#session-ends")
    left = int(ending.get_attribute("data-left"))
    # Of a lead, who is logged out after half a day without a page.
    assert 11 * 3600 < left <= 12 * 3600
    notice = page.get_by_role("alert").filter(has_text="In two minutes you will be logged out.")
    page.clock.fast_forward((left - 125) * 1000)
    expect(notice).to_have_count(0)
    page.clock.fast_forward(10_000)
    expect(notice).to_be_visible()
    assert notice.evaluate("notice => notice.nextElementSibling.matches('.form-acts, .acts')")
    notice.get_by_role("button", name="Stay logged in").click()
    expect(notice).to_have_count(0)
    expect(page.locator("[name=title]")).to_have_value("Typed slowly")
    page.clock.fast_forward((left - 115) * 1000)
    expect(notice).to_be_visible()


def test_another_zone_is_offered_after_two_days_and_not_twice(visit, house, log_in):
    page = visit(viewport=PHONE, locale="en-GB", timezone_id="Asia/Kolkata")
    log_in(page, house.person("lead"))
    offer = page.locator("[data-zone]")
    page.goto("/")
    expect(offer).to_be_hidden()
    page.evaluate("localStorage.elsewhere = localStorage.elsewhere.replace(/[0-9]+/, (since) => since - 2 * 86400000)")
    page.goto("/")
    expect(offer).to_contain_text("For two days this browser has been set to the time of Asia/")
    offer.get_by_role("button", name="Leave it").click()
    page.goto("/")
    expect(offer).to_be_hidden()
    page.evaluate("document.querySelector('form[action$=\"/logout/\"]').submit()")
    page.wait_for_url("**/account/login/")
    assert page.evaluate("localStorage.length") == 0


def test_the_zone_of_the_profile_under_another_name_is_the_same_zone(visit, house, log_in):
    page = visit(viewport=PHONE, locale="en-GB", timezone_id="Africa/Addis_Ababa")
    log_in(page, house.person("lead"))
    page.goto("/account/")
    expect(page.locator("[data-zone-offer]")).to_be_hidden()
