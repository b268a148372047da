"""P2-c: what moved in a session, noted on a phone, with and without a connection; and the plan of tomorrow. AT-P2c-4, AT-P2c-5, AT-P2c-6.

Web, worker, beat and SMTP are real.
"""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.casts import found, member
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_every_screen import faults, in_the_house
from tests.browser.test_journeys import text_of, until

A_MINUTE = 60
CAST = {
    "lead": member("Nadia Rebolledo", "en", "Africa/Nairobi", role="lead"),
    "she": member("Ifeoma Adeyemi", "en", "Africa/Lagos"),
    "reader": member("Tomasz Wilczek", "en", "Europe/Warsaw"),
}
# At the venue it is nine in the evening, or later in that night: the hour of the plan has come.
WORLD = """
from datetime import timedelta
from zoneinfo import ZoneInfo
from coalitions.models import AssemblySession
from coalitions.services.circles import open_circle
from resolutions.models import Assembly, Resolution

here = {part: ours.memberships.get(user=person) for part, person in people.items()}
fifty = Resolution.objects.get(slug="50")
core = open_circle(ours, name="Resolution 50 (example)", by=people["she"], people=[here["reader"]])
core.subjects = {"resolutions": [fifty.pk], "topics": [], "regions": []}
core.save()
ahead = (21 - now().hour) % 24
zone = f"Etc/GMT-{ahead}" if ahead <= 12 else f"Etc/GMT+{24 - ahead}"
sits = Assembly.objects.create(code=f"live-{ours.pk}", series="council", name="Example", short_name="Example", zone=zone)
about = {"circle": ours.everyone, "assembly": sits, "created_by": people["lead"]}
over = AssemblySession.objects.create(title="Informal on 50", room="F", standing="informal", starts_at=now() - timedelta(hours=2), **about)
over.resolutions.add(fifty)
tomorrow = (now().astimezone(ZoneInfo(zone)) + timedelta(days=1)).replace(hour=10, minute=15, second=0, microsecond=0)
ahead = AssemblySession.objects.create(group="committee", room="room 7", starts_at=tomorrow, **about)
ahead.attendees.create(user=people["she"], day=tomorrow.date())
print(json.dumps({"session": f"/live/sessions/{over.public_id}/", "note": f"/live/sessions/{over.public_id}/note/"}))
"""
NOTES = """
import os
from coalitions.models import SessionNote
print(SessionNote.objects.filter(moved__isnull=False, session__public_id=os.environ["SESSION"]).count())
"""
STORED = """async () => {
  const kept = [];
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys()) kept.push(new URL(request.url).pathname);
  return kept;
}"""


@pytest.fixture(scope="module")
def world(house):
    people, printed = found(house, "Notes of sessions (example)", CAST, WORLD)
    return people, json.loads(printed)


def test_at_p2c_4_no_note_without_a_class_and_none_attributed(visit, log_in, world):
    people, ours = world
    page = visit(viewport=PHONE, locale="en-GB")
    log_in(page, people["she"])
    page.goto(ours["note"])
    expect(page.locator("[name=unattributed]")).to_be_checked()
    expect(page.locator(".choice:has([name=circle]:checked)")).to_have_text("Resolution 50 (example): 2 people")
    assert faults(page, page.url) == []
    page.fill("[name=moved]", "“With certainty” is gone")
    page.locator("[name=circle]:checked").evaluate("radio => { radio.checked = false; }")
    page.locator("main form .button-primary").click()
    expect(page.locator("main .errorlist")).to_be_visible()
    expect(page.locator("[name=moved]")).to_have_value("“With certainty” is gone")
    page.locator(".choice", has_text="Resolution 50 (example)").click()
    page.locator("main form .button-primary").click()
    page.wait_for_url(f"**{ours['session']}")

    reader = visit(viewport=DESK, locale="en-GB")
    log_in(reader, people["reader"])
    reader.goto(ours["session"])
    expect(reader.locator("main")).to_contain_text("“With certainty” is gone")
    assert "Ifeoma" not in reader.content()


def test_at_p2c_5_the_counter_of_brackets_falls_on_the_resolution(visit, log_in, world):
    people, ours = world
    page = visit(viewport=PHONE, locale="en-GB")
    log_in(page, people["she"])
    for state, clause in (("brackets", "instructs 2 bis"), ("brackets", "resolves 4"), ("agreed", "instructs 2 bis")):
        page.goto(ours["note"])
        page.fill("[name=moved]", f"{clause}: {state}")
        page.locator("[name=clause][value=other]").check()
        page.fill("[name=clause_name]", clause)
        page.select_option("[name=clause_state]", state)
        page.locator("main form .button-primary").click()
        page.wait_for_url(f"**{ours['session']}")
    expect(page.locator(".notice[role=status]")).to_contain_text("now has 1 passage in brackets; it had 2")
    reader = visit(viewport=DESK, locale="en-GB")
    log_in(reader, people["reader"])
    reader.goto("/resolutions/50/")
    expect(reader.locator("[aria-labelledby=h-noted]")).to_contain_text("1 clause in brackets")
    assert faults(reader, reader.url) == []


def test_at_p2c_6_everyone_already_has_the_sheet_of_tomorrow(house, world):
    people, _ours = world
    mail = until(lambda: next((each for each in house.mails_to(people["she"]) if "Tomorrow" in str(each["subject"])), None), A_MINUTE * 2)
    assert "10:15" in text_of(mail)
    assert "Committee, room 7" in text_of(mail)
    assert [each for each in house.mails_to(people["reader"]) if "Tomorrow" in str(each["subject"])] == []


def test_what_is_typed_without_a_connection_is_kept_and_sent_once(visit, house, log_in, world):
    people, ours = world
    count = {"SESSION": ours["session"].split("/")[3]}
    before = int(in_the_house(house, NOTES, **count))
    page = visit(viewport=PHONE, locale="en-GB")
    log_in(page, people["she"])
    page.goto(ours["note"])
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.fill("[name=moved]", "Written in the corridor")
    page.context.set_offline(True)
    page.locator("main form .button-primary").click()
    expect(page.locator("[data-not-sent]")).to_contain_text("Your text is kept")
    until(lambda: any(path.startswith("/live/unsent/") for path in page.evaluate(STORED)), 5)
    page.context.set_offline(False)
    page.wait_for_url(f"**{ours['session']}")
    expect(page.locator("main")).to_contain_text("Written in the corridor")
    assert int(in_the_house(house, NOTES, **count)) == before + 1
    # Nothing is left but the shell, which holds nothing of anybody.
    assert {path.split("/")[1] for path in page.evaluate(STORED)} <= {"live", "static"}
    assert not any(path.startswith("/live/unsent/") for path in page.evaluate(STORED))


def test_a_page_that_is_opened_without_a_connection_says_so(visit, log_in, world):
    people, ours = world
    page = visit(viewport=PHONE, locale="en-GB")
    log_in(page, people["she"])
    page.goto(ours["note"])
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.context.set_offline(True)
    page.goto(ours["session"])
    expect(page.locator("h1")).to_have_text("No connection")
    assert "Ifeoma" not in page.content()
    page.context.set_offline(False)
    page.goto(ours["session"])
    expect(page.locator("h1")).to_contain_text("Informal on 50")


def test_after_a_log_out_nothing_is_left_in_the_browser(visit, log_in, world):
    people, ours = world
    page = visit(viewport=PHONE, locale="en-GB")
    log_in(page, people["she"])
    page.goto(ours["note"])
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.fill("[name=moved]", "Nobody may find this")
    page.context.set_offline(True)
    page.locator("main form .button-primary").click()
    until(lambda: any(path.startswith("/live/unsent/") for path in page.evaluate(STORED)), 5)
    # Its own writer is not there any more when the connection returns: another page, without what sends it.
    page.evaluate("window.stop()")
    page.goto("about:blank")
    page.context.set_offline(False)
    page.goto("/")
    page.locator("form[action$='/logout/'] button").first.evaluate("button => button.click()")
    page.wait_for_url("**/account/login/**")
    until(lambda: page.evaluate(STORED) == [], 10)
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0
