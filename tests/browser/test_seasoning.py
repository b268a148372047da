"""What script adds, under the policy of contents and with a silent console: the pages work without it."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE

pytestmark = pytest.mark.browser


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
