"""P2-c: a day of an assembly on a phone, without script where it matters. AT-P2c-1, AT-P2c-2, AT-P2c-3; the others are in test_live_notes.

The assembly sits so far ahead that everyone else in this house goes on working for the next one.
"""

import gzip
import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.casts import found, member
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_every_screen import faults, in_the_house

DAY = "/live/2090-10-24/"
CAST = {
    "lead": member("Claire Rousset", "en", "Europe/Zurich", role="lead"),
    "free": member("Amina Diallo", "en", "Africa/Dakar"),
    "remote": member("Wanjiru Kamau", "en", "Africa/Nairobi"),
}
WORLD = """
from datetime import date, datetime
from zoneinfo import ZoneInfo
from coalitions.live.services.sessions import enter_session
from coalitions.models import DeclaredPresence
from resolutions.models import Assembly, Resolution, Watch

zone = "Asia/Kolkata"
sits = Assembly.objects.create(
    code=f"WTSA-{ours.pk}", name="Example", short_name="Example", zone=zone, starts_on=date(2090, 10, 17), ends_on=date(2090, 10, 26)
)
fifty = Resolution.objects.get(slug="50")
Watch.objects.create(user=people["lead"], resolution=fifty)
for number in range(9):
    made = enter_session(
        ours.everyone, assembly=sits, standing="official", group="ad-hoc", room=f"Room {number}", by=people["lead"],
        starts_at=datetime(2090, 10, 24, 10 + number, tzinfo=ZoneInfo(zone)), resolutions=[fifty] if number == 4 else [],
    )
    who, manner = ("lead", "room") if number == 0 else ("remote", "listening")
    if number not in (2, 3):
        made.attendees.create(user=people[who], day=made.day, manner=manner)
enter_session(
    ours.everyone, assembly=sits, standing="informal", group="other", room="Room G", by=people["remote"],
    starts_at=datetime(2090, 10, 24, 10, 20, tzinfo=ZoneInfo(zone)), resolutions=[fifty],
)
for part, place in (("free", "on-site"), ("remote", "remote")):
    DeclaredPresence.objects.create(coalition=ours, user=people[part], day=date(2090, 10, 24), half="morning", place=place)
print("done")
"""
CANCELLED = """
from coalitions.live.services.sessions import cancel_session
from coalitions.models import AssemblySession
session = next(row for row in AssemblySession.objects.filter(starts_at__year=2090) if row.room == "Room 8")
cancel_session(session, by=session.created_by)
"""
STATE = "**/state/**"
A_MINUTE = 60_000


@pytest.fixture(scope="module")
def people(house):
    return found(house, "A day of an assembly (example)", CAST, WORLD)[0]


def test_at_p2c_1_a_day_is_light_and_needs_no_script(visit, log_in, people):
    page = visit(viewport=PHONE, locale="en-GB", java_script_enabled=False)
    log_in(page, people["lead"])
    page.goto(DAY)
    assert len(gzip.compress(page.content().encode())) <= 10 * 1024
    gap = page.locator(".session[data-status=gap]", has_text="Room 2")
    expect(gap).to_have_count(1)
    gap.locator("button[value=room]").click()
    expect(gap).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(gap).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


KB = 1024


def test_a_day_is_light_the_first_time_and_lighter_again(visit, log_in, people):
    """Over the line, compressed: the page with its style, scripts and icons, once; then the page alone."""
    page = visit(viewport=PHONE, locale="en-GB")
    log_in(page, people["lead"])
    # Nothing of the page before is still on its way.
    page.goto("about:blank")
    answers = {}
    page.on("response", lambda answer: answers.setdefault(answer.url, answer))
    page.goto(DAY, wait_until="networkidle")
    packed = {urlsplit(url).path: len(gzip.compress(answer.body())) for url, answer in answers.items()}
    icons = [path for path in packed if path.endswith(".svg")]
    assert {path.rpartition("/")[2] for path in packed if path not in icons} == {"", "site.css", "site.js", "live.js", "unsent.js"}
    assert packed[DAY] <= 10 * KB
    assert sum(packed.values()) <= 20 * KB


def test_the_first_question_is_answered_that_nothing_has_changed(visit, house, log_in, people):
    page = visit(viewport=PHONE, locale="en-GB")
    log_in(page, people["lead"])
    page.clock.install()
    page.goto(DAY)
    for _minute in range(2):
        with page.expect_response(STATE) as asked:
            page.clock.run_for(A_MINUTE)
        assert asked.value.status == 304
    in_the_house(house, CANCELLED)
    with page.expect_response(STATE) as asked:
        page.clock.run_for(A_MINUTE)
    assert asked.value.status == 200
    expect(page.locator(".session", has_text="Room 8")).to_contain_text("cancelled")
    with page.expect_response(STATE) as asked:
        page.clock.run_for(A_MINUTE)
    assert asked.value.status == 304


def test_at_p2c_2_an_informal_session_takes_two_fields(visit, log_in, people):
    page = visit(viewport=PHONE, locale="en-GB")
    log_in(page, people["lead"])
    page.goto(DAY)
    assert faults(page, page.url) == []
    page.locator("summary", has_text="Informal session").click()
    form = page.locator("form.quick").first
    expect(form.locator("[name=goes]")).to_be_checked()
    expect(form.locator("[name=resolution]")).to_have_value(form.locator("option", has_text="Res. 50").get_attribute("value"))
    form.locator("[name=at]").fill("10:15")
    form.locator("[name=room]").fill("Room F")
    form.locator("button").click()
    row = page.locator(".session", has=page.locator(".meta span", has_text=re.compile("^Room F$")))
    expect(row).to_contain_text("10:15")
    expect(row).to_contain_text("Informal session, Res. 50")
    expect(row).to_contain_text("reported by you")


def test_at_p2c_3_a_clash_is_named_and_who_is_free_is_proposed(visit, log_in, people):
    desk = visit(viewport=DESK, locale="en-GB")
    log_in(desk, people["lead"])
    desk.goto(DAY)
    row = desk.locator(".session", has_text="Room G")
    expect(row).to_contain_text("you are already in Room 0")
    row.locator("h3 a").click()
    desk.get_by_role("link", name="Ask someone who is free").click()
    assert faults(desk, desk.url) == []
    offered = desk.locator("main .choice")
    expect(offered.first).to_contain_text("Amina D.")
    offered.first.click()
    desk.get_by_role("button", name="Ask", exact=True).click()
    expect(desk.locator("main")).to_contain_text("asked, no answer yet: Amina D.")
    desk.goto(f"{DAY}?view=room")
    assert faults(desk, desk.url) == []
    expect(desk.locator("svg .c-gap").first).to_be_visible()

    hers = visit(viewport=PHONE, locale="en-GB")
    log_in(hers, people["free"])
    expect(hers.locator("main")).to_contain_text("You are asked to go to 1 session")
    hers.goto(DAY)
    hers.locator(".session", has_text="Room G").locator("button[value=cannot]").click()
    expect(hers.locator("main")).to_contain_text("Nobody is told why")
