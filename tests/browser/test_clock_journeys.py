"""P1-a: a lead's Monday, on a bus. P1-b: a date moves. P3-b: a door, a document, a debrief. Each in her own language; web, worker, beat and
SMTP are real. AT-P1a-1 to AT-P1a-7, AT-P1b-1 to AT-P1b-6, AT-P3b-1 to AT-P3b-5.

AT-P3b-2 is held for every rule and every composer by tests/calendar_app/test_nothing_of_delegations.py. A translation that was asked for
(AT-P3b-4) waits for the translation desk; here, for the language a text says it is in.
"""

import gzip
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.casts import found, member
from tests.browser.conftest import DESK, PHONE, House
from tests.browser.test_delegate_journey import differing, shown_to
from tests.browser.test_every_screen import faults, in_the_house
from tests.browser.test_journeys import text_of, until
from tests.browser.test_seasoning import come_back, go_offline, posts_of
from tests.browser.test_uploads import SAMPLES

KB = 1024

CAST = {
    "claire": member("Maëlle Aubriot", "fr", "Africa/Nairobi", role="lead"),
    "second-lead": member("Njeri Wachira", "en", "Africa/Nairobi", role="lead"),
    "samuel": member("Samuel Okoth", "en", "Africa/Nairobi"),
    "ama": member("Ama Boateng", "en", "Africa/Accra"),
    "lucia": member("Lucila Ferreyra", "es", "America/Montevideo"),
}
WORLD = """
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo
from calendar_app.models import Attendance, DateWatch, Deadline, Meeting
from coalitions.services.follow_ups import create
from resolutions.models import Assembly, RegionalGroup, RegionWatch, Resolution

claire, today = people["claire"], now().date()
current, citel = Assembly.objects.current(), RegionalGroup.objects.get(code="CITEL")
about = {"by": claire, "resolution": Resolution.objects.get(slug="50"), "due_at": now() + timedelta(days=9)}
orphans = [create(circle=ours.everyone, title=f"Écrire au ministère, lettre {n}", **about) for n in range(3)]

def meeting(title, begins):
    first = today + timedelta(days=begins)
    at = datetime(first.year, first.month, first.day, 9, tzinfo=ZoneInfo("America/Bogota"))
    place = {"city": "Bogotá", "country": "CO", "has_hour": True, "zone": "America/Bogota"}
    days = {"at": at, "starts_on": first, "ends_on": first + timedelta(days=2)}
    titles = {"title_en": title, "title_fr": title, "title_es": title}
    return Meeting.objects.create(assembly=current, kind="regional", group=citel, **place, **days, **titles)

def door(of, title, days, **fields):
    fields = {"kind": "registration", "offset_days": days, "zone": "America/Bogota"} | fields
    at = of.at + timedelta(days=days)
    return Deadline.objects.create(
        assembly=current, meeting=of, title_en=title, title_fr=title, title_es=title, at=at.replace(hour=23, minute=59), **fields
    )

closing = datetime.combine(today + timedelta(days=6), datetime.min.time(), ZoneInfo("Europe/Zurich")).replace(hour=23, minute=59)
due = Deadline.objects.create(
    assembly=current, kind="contribution", title_en="Papers", title_fr="Contributions, échéance d’essai", at=closing, zone="Europe/Zurich"
)
DateWatch.objects.create(user=claire, deadline=due)
near, far = meeting("Near meeting (example)", 25), meeting("Far meeting (example)", 70)
doors = [door(near, "Registration for the near meeting", -10), door(near, "Documents for the near meeting", -5, kind="document")]
pinned = door(near, "Visa for the near meeting", -8, kind="visa", offset_days=None)
for each in doors:
    DateWatch.objects.create(user=people["samuel"], deadline=each)
going = meeting("Reunión de la región (ejemplo)", 45)
gate = door(going, "Inscripciones de la reunión (ejemplo)", -5)
held = meeting("Reunión pasada (ejemplo)", -5)
Attendance.objects.create(user=people["lucia"], meeting=held, status="registered", circle=ours.everyone)
later, _made = Assembly.objects.get_or_create(
    code="WTSA-96", defaults={"name_en": "Far assembly", "short_name_en": "WTSA-96", "name_fr": "Far", "short_name_fr": "AMNT-96"}
)
first = today + timedelta(days=365 * 6)
Assembly.objects.filter(pk=later.pk).update(starts_on=first, ends_on=first + timedelta(days=9))
fields = {"assembly": later, "zone": "Europe/Zurich"}
noon = datetime(first.year, first.month, first.day, 11, tzinfo=ZoneInfo("Europe/Zurich"))
Deadline.objects.create(kind="contribution", title_en="Moves with it", at=noon - timedelta(days=29), offset_days=-29, **fields)
Deadline.objects.create(kind="contribution", title_en="Stays", at=noon - timedelta(days=40), offset_days=None, **fields)
print(json.dumps({
    "coalition": f"/coalition/{ours.public_id}/", "orphan": f"/follow-ups/{orphans[0].public_id}/", "title": orphans[0].title,
    "near": near.get_absolute_url(), "far": far.get_absolute_url(), "going": going.get_absolute_url(), "held": held.get_absolute_url(),
    "door": doors[0].get_absolute_url(), "pinned": pinned.get_absolute_url(), "later": "/calendar/assemblies/WTSA-96/",
    "starts": near.starts_on.isoformat(), "far starts": far.starts_on.isoformat(), "later starts": first.isoformat(),
    "gate": gate.pk, "first door": doors[0].pk, "everyone": str(ours.everyone.public_id),
    "keys": {part: str(person.public_id) for part, person in people.items()},
}))
"""
PLANNED = """
from calendar_app.models import Reminder
from calendar_app.reminders.planning import plan_all
plan_all()
rows = Reminder.objects.planned().filter(deadline={deadline}, user__email="{email}")
print("|".join(sorted(f"{{row.rule}} {{row.version}}" for row in rows)))
"""


@pytest.fixture(scope="module")
def world(house):
    people, printed = found(house, "Veille du lundi (exemple)", CAST, WORLD)
    return people, json.loads(printed)


def planned(house: House, deadline: int, email: str) -> list[str]:
    """The rules and versions of what this person would still be told of that deadline."""
    printed = in_the_house(house, PLANNED.format(deadline=deadline, email=email)).strip()
    return printed.split("|") if printed else []


def light(page: Page, address: str) -> int:
    """How much of it goes over the line, compressed, and without what a browser keeps."""
    return len(gzip.compress(page.request.get(address).body()))


def day(text: str, later: int) -> str:
    return (datetime.fromisoformat(text).date() + timedelta(days=later)).isoformat()


def change(page: Page, address: str, on: str, status: str, *, until_day: str = "") -> None:
    """Fill in the form of a change of date, as far as the preview."""
    page.goto(f"{address}change/")
    page.fill("[name=on]", on)
    if until_day:
        page.fill("[name=until]", until_day)
    page.locator(f"[name=status][value={status}]").check()
    page.fill("[name=source]", "https://www.example.org/calendar/moved")
    page.locator("main form.form button.button-primary").click()
    expect(page.locator("main button[name=save]")).to_be_visible()


def test_p1a_monday_triage_on_a_bus(visit, house, log_in, world):
    people, ours = world
    phone = visit(viewport=PHONE, locale="fr-FR", permissions=["clipboard-read", "clipboard-write"])
    log_in(phone, people["claire"])

    # AT-P1a-1: light the first time, lighter again, and readable without pictures and script.
    phone.goto("/")
    sheets = phone.locator("link[rel=stylesheet], use").evaluate_all(
        "all => [...new Set(all.map(each => (each.href.baseVal || each.href).split('#')[0]))]"
    )
    again = light(phone, "/")
    assert again <= 12 * KB
    assert again + sum(light(phone, sheet) for sheet in sheets) <= 30 * KB
    plain = visit(viewport=PHONE, locale="fr-FR", java_script_enabled=False)
    plain.route(re.compile(r"\.(svg|webp|png)"), lambda route: route.fulfill(status=200, body="", content_type="image/svg+xml"))
    log_in(plain, people["claire"])
    for block in ("h-dates", "h-nobody"):
        expect(plain.locator(f"#{block}")).to_be_visible()

    # AT-P1a-2: the official hour and her own.
    expect(phone.locator(".home-dates li", has_text="échéance d’essai")).to_contain_text(
        re.compile(r"23:59 \(Genève\) — .*0\d:59 chez vous")
    )

    # AT-P1a-3, AT-P1a-6: what Samuel tells nobody changes nothing where she assigns; told, she reads it there, and may go on all the same.
    assign = f"{ours['orphan']}assign/"
    shown_to(phone, [assign])
    before = shown_to(phone, [assign])
    samuel = visit(viewport=PHONE, locale="en")
    log_in(samuel, people["samuel"])
    samuel.goto("/account/own-seat/")
    samuel.select_option("[name=country]", "KE")
    samuel.locator("main .form .form-acts button.button-primary").click()
    expect(samuel.locator(".notice[role=status]")).to_be_visible()
    assert differing(before, shown_to(phone, [assign])) == []
    samuel.goto("/account/own-seat/")
    samuel.locator("[name=to][value=people]").check()
    samuel.locator(f"[name=people][value='{ours['keys']['claire']}']").check()
    samuel.locator("main .form .form-acts button.button-primary").click()
    expect(samuel.locator(".notice[role=status]")).to_be_visible()

    # AT-P1a-4: from the list to done in four taps, one POST, a light page.
    phone.goto("/follow-ups/?tab=nobody")
    sent = posts_of(phone)
    phone.locator(f"a[href^='{assign}']").first.click()
    choice = phone.locator("main .choice", has_text="Samuel")
    expect(choice).to_contain_text("ne pourra peut-être pas démarcher les autres")
    wrong = faults(phone, "assigning")
    choice.locator("input").check()
    phone.select_option("[name=backup]", ours["keys"]["ama"])
    phone.locator("main form.form button.button-primary").click()
    expect(phone.locator(".notice[role=status]")).to_be_visible()
    assert len(sent) == 1
    assert light(phone, phone.url) <= 15 * KB

    # A double tap on a bad network: the same form twice makes one follow-up.
    phone.goto("/follow-ups/new/")
    phone.fill("[name=title]", "Relire le brouillon du lundi")
    phone.fill("[name=due_on]", (datetime.now(UTC) + timedelta(days=4)).date().isoformat())
    form = phone.locator("main form.form").evaluate("form => Object.fromEntries(new FormData(form))")
    for _tap in range(2):
        answer = phone.request.post("/follow-ups/new/", form=form, headers={"Referer": phone.url})
        assert answer.ok
    team = phone.request.get("/follow-ups/?tab=team").text()
    assert len(set(re.findall(r'href="(/follow-ups/[0-9a-f-]{36}/)"[^>]*>(?:<bdi[^>]*>)?Relire le brouillon du lundi', team))) == 1

    # AT-P1a-5: in the tunnel nothing is lost; at its end it goes out.
    phone.goto("/follow-ups/new/")
    phone.fill("[name=title]", "Appeler avant le tunnel")
    phone.fill("[name=due_on]", (datetime.now(UTC) + timedelta(days=4)).date().isoformat())
    go_offline(phone)
    phone.locator("main form.form button.button-primary").click()
    expect(phone.get_by_role("alert").first).to_be_visible()
    expect(phone.locator("[name=title]")).to_have_value("Appeler avant le tunnel")
    come_back(phone)
    phone.locator("main form.form button.button-primary").click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Appeler avant le tunnel")

    # AT-P1a-6: whoever was asked says no without a reason.
    samuel.goto("/")
    samuel.locator("li", has_text=ours["title"]).get_by_role("button", name="I can’t").click()
    expect(samuel.locator(".notice[role=status]")).to_be_visible()

    # AT-P1a-7: what she copies holds dates and tasks that everyone may read, and nobody's name.
    phone.goto("/")
    phone.locator("button[data-copy='#for-messaging']").click()
    copied = phone.evaluate("navigator.clipboard.readText()")
    assert "Contributions, échéance d’essai" in copied
    assert "Écrire au ministère" in copied
    names = [person.name.split()[0] for person in people.values()]
    assert [name for name in (*names, "Kenya", "délégation", "Veille du lundi") if name in copied] == []
    assert wrong + faults(phone, "the first page") == []


def test_p1b_a_date_moves(visit, house, log_in, world):
    people, ours = world
    lead, second = visit(viewport=DESK, locale="fr-FR"), visit(viewport=PHONE, locale="en")
    log_in(lead, people["claire"])
    log_in(second, people["second-lead"])
    samuel = people["samuel"]

    # AT-P1b-1: a rumour is marked as one, moves nothing and is told to nobody.
    change(lead, ours["far"], day(ours["far starts"], 7), "rumour", until_day=day(ours["far starts"], 9))
    lead.locator("main button[name=save]").click()
    expect(lead.locator("main")).to_contain_text("à confirmer")
    wrong = faults(lead, "a rumour")

    # AT-P1b-3: the preview says what moves with it and what does not.
    old = planned(house, ours["first door"], samuel.email)
    assert old
    before = lead.request.get(f"{ours['near']}date.ics").text()
    change(lead, ours["near"], day(ours["starts"], 4), "confirmed", until_day=day(ours["starts"], 6))
    preview = lead.locator("main")
    expect(preview).to_contain_text("Registration for the near meeting")
    expect(preview).to_contain_text("Documents for the near meeting")
    expect(preview.locator("section[aria-labelledby=h-pinned]")).to_contain_text("Visa for the near meeting")
    wrong += faults(lead, "the preview")

    # AT-P1b-2: so near, a second lead says yes; until then the old date stands.
    lead.locator("main button[name=save]").click()
    second.goto(ours["near"])
    second.locator("form[action$='/confirm/'] button").click()
    expect(second.locator(".notice[role=status]").first).to_be_visible()

    # AT-P1b-4: one notice, old and new; nothing of the old date is left to be sent.
    notice = until(
        lambda: next((mail for mail in house.mails_to(samuel) if "near meeting" in text_of(mail)), None), what="the notice of the move"
    )
    for later in (-10, -6):
        door = datetime.fromisoformat(ours["starts"]) + timedelta(days=later)
        assert f"{door.day} {door:%b}" in text_of(notice)
    new = planned(house, ours["first door"], samuel.email)
    assert new
    assert not set(old) & set(new)
    assert [mail for mail in house.mails_to(samuel) if "Far meeting" in text_of(mail)] == []

    # AT-P1b-5: in a calendar it is the same event, in a later version.
    after = lead.request.get(f"{ours['near']}date.ics").text()
    uid, sequence = (re.compile(rf"^{name}:(.+?)\s*$", re.MULTILINE) for name in ("UID", "SEQUENCE"))
    assert uid.findall(before) == uid.findall(after)
    assert int(sequence.findall(after)[0]) == int(sequence.findall(before)[0]) + 1

    # AT-P1b-6: a whole assembly moves: what is counted from it moves too, what is fixed stays, and for a day it is undone.
    change(lead, ours["later"], day(ours["later starts"], 30), "confirmed", until_day=day(ours["later starts"], 39))
    expect(lead.locator("main")).to_contain_text("Moves with it")
    expect(lead.locator("section[aria-labelledby=h-pinned]")).to_contain_text("Stays")
    lead.locator("main button[name=save]").click()
    lead.goto(ours["later"])
    lead.locator("form[action$='/undo/'] button").first.click()
    expect(lead.locator(".notice[role=status]").first).to_be_visible()
    lead.goto(f"{ours['later']}change/")
    expect(lead.locator("[name=on]")).to_have_value(ours["later starts"])
    assert wrong == []


def test_p3b_a_door_a_document_and_a_debrief(visit, house, log_in, world, tmp_path):
    people, ours = world
    lucia = people["lucia"]
    phone = visit(viewport=PHONE, locale="es-UY")
    log_in(phone, lucia)

    # AT-P3b-1: she wants to go, so she is reminded of the door, until she is registered.
    phone.goto(ours["going"])
    attendance = phone.locator("form[action$='/attendance/']")
    attendance.locator("[name=status][value=going]").check()
    attendance.locator("button").first.click()
    expect(phone.locator(".notice[role=status]")).to_be_visible()
    assert {line.split()[0] for line in planned(house, ours["gate"], lucia.email)} == {"RR-02"}
    phone.goto(ours["going"])
    attendance.locator("[name=status][value=registered]").check()
    attendance.locator("button").first.click()
    expect(phone.locator(".notice[role=status]")).to_be_visible()
    assert planned(house, ours["gate"], lucia.email) == []

    # AT-P3b-3: three fields, and none that asks what was said.
    phone.goto(f"{ours['held']}told/")
    form = phone.locator("form[aria-labelledby=h-tell]")
    written = form.locator("textarea, input:not([type=hidden]):not([type=radio])")
    assert written.evaluate_all("fields => fields.map(field => field.name)") == ["result", "link", "follow_up"]
    assert "se dijo" not in " ".join(form.locator("label").all_inner_texts())
    wrong = faults(phone, "what can be told")

    # AT-P3b-4: what she writes in Spanish says so to a reader in English.
    form.locator("[name=result]").fill("La reunión publicó su lista de documentos.")
    form.locator(f"[name=circle][value='{ours['everyone']}']").check()
    form.locator("button.button-primary").click()
    expect(phone.locator(".notice[role=status]")).to_be_visible()
    reader = visit(viewport=DESK, locale="en")
    log_in(reader, people["ama"])
    reader.goto(f"{ours['held']}told/")
    expect(reader.locator("html")).to_have_attribute("lang", "en")
    expect(reader.locator("p[lang=es]")).to_have_text("La reunión publicó su lista de documentos.")

    # AT-P3b-5: a restricted document is not stored; its number can be.
    restricted = tmp_path / "T22-TSAG-221212-TD-GEN-0012-R1-MSW-E.docx"
    restricted.write_bytes((SAMPLES / "d1_mod_res50_en.docx").read_bytes())
    phone.goto("/contributions/bring/")
    phone.set_input_files("[name=files]", restricted)
    phone.locator("main form button.button-primary").click()
    expect(phone.locator("[name=number]")).to_have_value("T22-TSAG-221212-TD-GEN-0012-R1-MSW-E")
    assert wrong + faults(phone, "a restricted document") == []
