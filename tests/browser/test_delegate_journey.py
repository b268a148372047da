"""P3-a and P3-c: a lawyer on her country's delegation, in Spanish, on her phone. What she keeps for herself leaves no trace for others, and
an inbox that others read tells them nothing. Web, worker, beat and SMTP are real. AT-P3a-1 to AT-P3a-5, AT-P3c-1 to AT-P3c-6.

AT-P3c-2 is held for every kind of mail by tests/adversaries/test_reader_of_the_mailbox.py; here, for the ones that come.
"""

import json
import re
from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Page, expect

from tests.browser.casts import agree, found, member
from tests.browser.conftest import DESK, PHONE, Person
from tests.browser.programs import ROBOTS, is_open_to, opened, without
from tests.browser.test_every_screen import faults, in_the_house
from tests.browser.test_journeys import text_of, until

A_MINUTE = 60

CAST = {
    "lead": member("Wambui Kariuki", "en", "Africa/Nairobi", role="lead"),
    "second-lead": member("Solène Baudry", "fr", "Europe/Zurich", role="lead"),
    "her": member("Lucila Etcheverry", "es", "America/Montevideo", is_settled=False),
    "co-delegate": member("Renata Bidegain", "es", "America/Montevideo"),
    "colleague": member("Tobias Lindqvist", "en", "Europe/Stockholm"),
    "departing": member("Julieta Morandi", "es", "America/Lima"),
}
HEARD = "La frase entre corchetes se decide el martes"
# A circle on Resolution 50 with a follow-up that only it reads, and one that nobody has and everyone reads.
WORLD = """
from datetime import timedelta
from uuid import uuid4
from coalitions.models import Delegation
from coalitions.services.circles import open_circle
from coalitions.services.follow_ups import create
from resolutions.models import Assembly, Resolution

lead, here = people["lead"], {part: ours.memberships.get(user=person) for part, person in people.items()}
core = open_circle(ours, name="Núcleo (ejemplo)", by=lead, people=[here["her"], here["co-delegate"]], submission=uuid4())
about = {"by": lead, "resolution": Resolution.objects.get(slug="50"), "due_at": now() + timedelta(days=9)}
hidden = create(circle=core, title="Preparar la frase de repliegue", **about)
asked = create(circle=ours.everyone, title="Ask who speaks on this", **about)
card, _made = Delegation.objects.get_or_create(assembly=Assembly.objects.current(), country="UY")
print(json.dumps({
    "coalition": f"/coalition/{ours.public_id}/", "card": f"/delegations/{card.public_id}/",
    **{part: f"/members/{here[part].public_id}/" for part in ("her", "departing")},
    "hidden": f"/follow-ups/{hidden.public_id}/", "assign": f"/follow-ups/{asked.public_id}/assign/",
    "keys": {part: str(person.public_id) for part, person in people.items()},
}))
"""
# The clock of a page, the days it counts and the ids of its forms.
CLOCKS = re.compile(rb"\d\d:\d\d|datetime=\"[^\"]+|name=\"submission\" value=\"[^\"]+|last_seen[^<]+")


@pytest.fixture(scope="module")
def world(house):
    people, printed = found(house, "Voces del Sur (ejemplo)", CAST, WORLD)
    return people, json.loads(printed)


def pages_of_others(ours: dict) -> list[str]:
    """Where others would look for what is hers alone: people, suggestions, search, lists, their own pages, the API."""
    return [
        *("/", ours["coalition"], ours["her"], ours["assign"], ours["card"], "/resolutions/50/", "/delegations/", "/follow-ups/?tab=team"),
        *("/search/?q=Uruguay", "/search/?q=corchetes", "/delegations/ways/", "/delegations/coverage/", "/account/told-to-me/"),
        *("/account/own-notes/", "/account/own-seat/", "/api/v1/people/", "/api/v1/own-routes/", "/api/v1/delegations/"),
    ]


def shown_to(page: Page, addresses: list[str]) -> dict[str, tuple[int, bytes]]:
    answers = {address: page.request.get(address) for address in addresses}
    return {address: (answer.status, CLOCKS.sub(b"", without(answer.body(), address))) for address, answer in answers.items()}


def differing(before: dict, after: dict) -> list[str]:
    return [address for address in before if before[address] != after[address]]


def test_she_declares_her_seat_and_nobody_learns_of_it(visit, house, log_in, world):
    people, ours = world
    looks = pages_of_others(ours)
    others = {part: visit(viewport=DESK, locale="en") for part in ("lead", "co-delegate")}
    for part, page in others.items():
        log_in(page, people[part])
        shown_to(page, looks)  # what a first visit changes
    host = visit(viewport=DESK, locale="en")
    log_in(host, house.person("admin"))
    of_host = ["/admin/", "/", "/resolutions/50/", ours["card"], "/search/?q=Uruguay"]
    shown_to(host, of_host)
    before = {part: shown_to(page, looks) for part, page in others.items()} | {"host": shown_to(host, of_host)}

    # The first steps ask. “I prefer not to say” is a whole answer: the next step comes, and her own page is as it was.
    phone = visit(viewport=PHONE, locale="es-UY")
    log_in(phone, people["her"])
    own = "/account/own-seat/"
    shown_to(phone, [own])
    unasked = shown_to(phone, [own])
    phone.goto("/welcome/seat/")
    answers = phone.locator("main button[name=answer]")
    expect(answers).to_have_text(["Sí", "No", "Prefiero no decirlo"])
    expect(phone.locator("#h-six ~ ol > li")).to_have_count(6)
    answers.nth(2).click()
    phone.wait_for_url("**/welcome/first/")
    expect(phone.locator(".notice[role=status]")).to_have_count(0)
    assert differing(unasked, shown_to(phone, [own])) == []

    # “Yes” leads to the page where it is stored. By default nobody may know.
    phone.goto("/welcome/seat/")
    answers.nth(0).click()
    phone.wait_for_url("**/account/own-seat/**")
    expect(phone.locator("[name=to]:checked")).to_have_value("nobody")
    phone.select_option("[name=country]", "UY")
    phone.locator("main .form .form-acts button.button-primary").click()
    phone.wait_for_url("**/welcome/first/")
    phone.goto(own)
    expect(phone.locator("[name=country]")).to_have_value("UY")
    expect(phone.locator("[name=to]:checked")).to_have_value("nobody")
    expect(phone.locator("#h-six ~ ol > li")).to_have_count(6)

    # Nothing that anybody else opens has changed by a byte, the host's pages included, and no mail came of it.
    after = {part: shown_to(page, looks) for part, page in others.items()} | {"host": shown_to(host, of_host)}
    assert {part: differing(before[part], after[part]) for part in before} == {"lead": [], "co-delegate": [], "host": []}
    assert [mail["subject"] for each in people.values() for mail in house.mails_to(each) if "Uruguay" in text_of(mail)] == []

    # She may name people, who then find it on a page of their own, and where they assign something to her; the other lead still does not.
    phone.locator("[name=to][value=people]").check()
    for part in ("co-delegate", "second-lead"):
        phone.locator(f"[name=people][value='{ours['keys'][part]}']").check()
    phone.locator("main .form .form-acts button.button-primary").click()
    expect(phone.locator(".notice[role=status]")).to_be_visible()
    others["co-delegate"].goto("/account/told-to-me/")
    expect(others["co-delegate"].locator("main")).to_contain_text("Uruguay")
    told = visit(viewport=DESK, locale="fr")
    log_in(told, people["second-lead"])
    told.goto(ours["assign"])
    expect(told.locator("main .choice", has_text="Lucila")).to_contain_text("ne pourra peut-être pas démarcher les autres")
    wrong = faults(told, told.url)
    told.goto("/follow-ups/new/")
    expect(told.locator("main form .notice")).to_contain_text("ne pourra peut-être pas démarcher les autres")
    assert wrong + faults(told, told.url) == []
    assert differing(before["lead"], shown_to(others["lead"], looks)) == []


def test_her_recusal_looks_like_any_other_day_off(visit, house, log_in, world):
    people, ours = world
    phone, lead, colleague = visit(viewport=PHONE, locale="es-UY"), visit(viewport=DESK, locale="en"), visit(viewport=PHONE, locale="en")
    for page, part in ((phone, "her"), (lead, "lead"), (colleague, "colleague")):
        log_in(page, people[part])
    assert is_open_to(phone, ours["hidden"])

    # She does not want to see the strategy on Resolution 50; a colleague is not available on it, as anyone may say.
    phone.goto("/account/availability/?resolution=50")
    phone.locator("[name=hides]").check()
    phone.locator("main .form-acts button.button-primary").click()
    expect(phone.locator("main .ledger")).to_contain_text("oculto")
    colleague.goto("/account/availability/?resolution=50")
    colleague.locator("main .form-acts button.button-primary").click()
    expect(colleague.locator(".notice[role=status]")).to_be_visible()

    # What the circle writes on it is gone for her, and is there for the others in it.
    assert not is_open_to(phone, ours["hidden"])
    phone.goto("/resolutions/50/follow-ups/")
    assert "repliegue" not in phone.locator("main").inner_text()
    assert is_open_to(lead, ours["hidden"])

    # Whoever assigns reads the same three words beside both, and is refused in the same words.
    said = {part: assigning(lead, ours, part, people[part].name) for part in ("her", "colleague")}
    assert "not available on this" in said["her"]
    assert said["her"] == said["colleague"]

    # Available again, she reads it again.
    phone.goto("/account/availability/")
    phone.locator("main .ledger form button").first.click()
    expect(phone.locator(".notice[role=status]")).to_be_visible()
    assert is_open_to(phone, ours["hidden"])


def assigning(page: Page, ours: dict, part: str, name: str) -> str:
    """The choice as it stands on the page, and the answer to choosing it, without whose they are."""
    page.goto(ours["assign"])
    key = ours["keys"][part]
    choice = page.locator("main .choice", has=page.locator(f"[name=to][value='{key}']"))
    told = choice.evaluate("label => label.outerHTML")
    choice.click()
    page.locator("main .form-acts button.button-primary").click()
    told += page.locator("#id_to_error").inner_text()
    short = f"{name.split()[0]} {name.split()[1][0]}."
    return re.sub(r"id_to_\d+", "", told).replace(key, "").replace(name, "").replace(short, "").replace(name.split()[0], "")


def test_a_confidence_is_read_by_her_and_whom_she_names_and_by_nobody_else(visit, house, log_in, world):
    people, ours = world
    looks = pages_of_others(ours)
    pages = {part: visit(viewport=DESK, locale="en") for part in ("lead", "second-lead", "colleague")}
    for part, page in pages.items():
        log_in(page, people[part])
    pages["host"] = visit(viewport=DESK, locale="en")
    log_in(pages["host"], house.person("admin"))
    of_host = ["/admin/", "/", "/resolutions/50/", ours["card"], "/search/?q=corchetes"]
    for _twice in range(2):
        before = {part: shown_to(page, of_host if part == "host" else looks) for part, page in pages.items()}

    # The six lines stand below the field each time, in whichever box she writes.
    phone = visit(viewport=PHONE, locale="es-UY")
    log_in(phone, people["her"])
    phone.goto(f"{ours['card']}notes/new/")
    expect(phone.locator("#h-six ~ ol > li")).to_have_count(6)
    own = [ours["card"]]
    her_own = shown_to(phone, own)
    phone.goto(ours["card"])
    phone.locator("section[aria-labelledby=confidential] a.button").click()
    expect(phone.locator("#h-six ~ ol > li")).to_have_count(6)
    expect(phone.locator("#h-six ~ ol")).to_contain_text("TIES")
    phone.fill("[name=text]", HEARD)
    phone.locator(f"[name=readers][value='{ours['keys']['co-delegate']}']").check()
    phone.locator("main .form-acts button.button-primary").click()
    box = phone.locator("section[aria-labelledby=confidential]")
    expect(box).to_contain_text(HEARD)
    assert differing(her_own, shown_to(phone, own)) == own

    # Her co-delegate reads it.
    hers = visit(viewport=PHONE, locale="es-UY")
    log_in(hers, people["co-delegate"])
    hers.goto(ours["card"])
    expect(hers.locator("section[aria-labelledby=confidential]")).to_contain_text(HEARD)

    # Leads, members and the host see no title, no text, no number, and not that there is one.
    after = {part: shown_to(page, of_host if part == "host" else looks) for part, page in pages.items()}
    assert {part: differing(before[part], after[part]) for part in pages} == {part: [] for part in pages}
    listed = pages["host"].request.get("/admin/").text()
    assert [word for word in ("confidential", "seat", "availab") if word in listed.lower()] == []
    log = (house.var / "run.log").read_text() if (house.var / "run.log").exists() else ""
    assert HEARD not in log
    assert not any(HEARD.encode() in content for content in stored(house))

    # She takes it out again, for both.
    phone.locator("section[aria-labelledby=confidential] form button").first.click()
    expect(phone.locator(".notice[role=status]")).to_be_visible()
    hers.goto(ours["card"])
    expect(hers.locator("main")).not_to_contain_text(HEARD)


# --- P3-c: an inbox that others can read ------------------------------------------------------------------------------------------------

TITLES = ("Llamar a la cancillería por la 50", "Escribir a Renata sobre la delegación")
# Two follow-ups that she gave to herself, so that no mail told her of them, and a key for programs.
DUE = """
import json, os
from datetime import timedelta
from uuid import uuid4
from django.utils.timezone import now
from amnt.accounts.models import User
from amnt.accounts.tokens import create_token
from coalitions.services.follow_ups import create

her = User.objects.get(email=os.environ["EMAIL"])
everyone, due_at = her.memberships.get().coalition.everyone, now() + timedelta(days=5)
made = [create(circle=everyone, title=title, due_at=due_at, by=her, owner=her) for title in os.environ["TITLES"].split("|")]
_token, key = create_token(her, name="Script", days=30, submission=uuid4())
print(json.dumps([key, *(row.get_absolute_url() for row in made)]))
"""
PLANNED = """
import os
from calendar_app.models import Reminder
print(Reminder.objects.planned().filter(user__email=os.environ["EMAIL"]).count())
"""
# The first hour for which anything is planned for her comes now.
ITS_HOUR_COMES = """
import os
from django.utils.timezone import now
from calendar_app.models import Reminder
hers = Reminder.objects.planned().filter(user__email=os.environ["EMAIL"])
first = hers.order_by("send_at").values_list("send_at", flat=True)[0]
hers.filter(send_at=first).update(send_at=now())
"""
STANDING = """
import json, os
from amnt.accounts.models import User
from amnt.mail.models import Mute
from coalitions.models import FollowUp
her = User.objects.get(email=os.environ["EMAIL"])
print(json.dumps([
    sorted(FollowUp.objects.filter(owner=her).values_list("state", "version", "snoozed_until")),
    Mute.objects.filter(user=her).count(), her.mail_level,
]))
"""
LEFT_OF_HER = """
import os
from django.db.models import Q
from amnt.accounts.models import User
print(User.objects.filter(Q(email=os.environ["EMAIL"]) | Q(name=os.environ["NAME"])).count())
"""
# Whatever would tell whoever reads her mail who she works with, where or on what.
TELLING = (
    "Voces",
    "Uruguay",
    "Lucila",
    "Etcheverry",
    "Renata",
    "Wambui",
    "Kariuki",
    "Solène",
    "canciller",
    "delegaci",
    "Resoluci",
    "Co. (",
)


def test_a_discreet_mail_is_the_one_previewed_and_tells_and_does_nothing(visit, house, log_in, world):
    people, _ours = world
    her = people["her"]
    _key, *follow_ups = json.loads(in_the_house(house, DUE, EMAIL=her.email, TITLES="|".join(TITLES)))
    phone = visit(viewport=PHONE, locale="es-UY")
    log_in(phone, her)
    until(lambda: in_the_house(house, PLANNED, EMAIL=her.email).strip() != "0", what="her reminders being planned")

    # She looks at each level before she chooses, and saves the one that says least.
    phone.goto("/reminders/?mail_level=detailed")
    expect(phone.locator("#preview pre")).to_contain_text(TITLES[0])
    phone.goto("/reminders/")
    phone.locator("[name=mail_level][value=discreet]").check()
    expect(phone.locator("#preview pre")).not_to_contain_text(TITLES[0])
    phone.locator("main form.form .form-acts button.button-primary").click()
    expect(phone.locator(".notice[role=status]")).to_be_visible()
    subject = phone.locator("#preview .facts dd").nth(1).inner_text()
    previewed = phone.locator("#preview pre").inner_text()
    assert [word for word in TELLING if word in subject + previewed] == []

    # What comes is what she saw, word for word.
    before = len(house.mails_to(her))
    in_the_house(house, ITS_HOUR_COMES, EMAIL=her.email)
    mail = until(lambda: house.mails_to(her)[before:], what="her digest")[0]
    assert (mail["subject"], lines_of(text_of(mail))) == (subject, lines_of(previewed))
    assert mail["from"].addresses[0].display_name == "Agenda"
    assert [word for word in TELLING if word in whole(mail)] == []

    # A gateway opens every link in it, and what a robot might guess, before she does: nothing has changed.
    links = re.findall(r"https?://[^\s<>\"]+", text_of(mail) + " " + str(mail["List-Unsubscribe"]))
    assert len(links) >= 2
    assert [link for link in links if re.search(r"session|login|token|auth", link)] == []
    standing = in_the_house(house, STANDING, EMAIL=her.email)
    guessed = [f"{house.url}{address}{act}" for address in follow_ups for act in ("done/", "answer/", "change/")]
    for address in (*links, *guessed):
        for method in ("HEAD", "GET"):
            _status, headers, body = opened(address, method=method, agent=ROBOTS[2])
            told = body.decode()
            assert [word for word in TELLING if word in told] == [], address
            assert "sessionid" not in str(headers.get_all("Set-Cookie"))
    # Nor has anything if it is her own browser that opens them ahead of her.
    for address in follow_ups:
        phone.request.get(f"{address}done/")
        assert phone.request.get(f"{address}answer/").status == 405
    assert in_the_house(house, STANDING, EMAIL=her.email) == standing

    # She taps the link on another phone: the log-in, which says nothing, then where it led.
    other = visit(viewport=PHONE, locale="es-UY")
    link = next(link for link in links if "/stop/" not in link)
    other.goto(link)
    expect(other).to_have_url(re.compile("/account/login/"))
    assert [word for word in TELLING if word in other.locator("body").inner_text()] == []
    other.fill("input[name=login]", her.email)
    other.fill("input[name=password]", her.password)
    other.click("main button.button-primary")
    expect(other).to_have_url(link)


def lines_of(text: str) -> list[str]:
    """Without the minute in which it was written, and the key of its link to say that it was seen, which no preview shows."""
    of_its_own = re.compile(r"\d\d:\d\d, tu hora$|(?<=/reminders/seen/)[^/]+(?=/$)")
    return [of_its_own.sub("", line.strip()) for line in text.splitlines() if line.strip()]


def stored(house) -> Iterator[bytes]:
    """The files of the database. SQLite removes some of them when nobody has it open, which may be while they are read."""
    for path in house.var.glob("*.sqlite3*"):
        with suppress(FileNotFoundError):
            yield path.read_bytes()


def whole(mail) -> str:
    """Subject, headers and both bodies, as whoever reads the mailbox has them."""
    bodies = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
    headers = [f"{name}: {value}" for name, value in mail.items() if name.lower() not in ("date", "message-id", "content-type")]
    return " ".join([*headers, *bodies])


def test_at_the_border_two_taps_close_everything(visit, house, log_in, world):
    people, ours = world
    her = people["her"]
    key, *_follow_ups = json.loads(in_the_house(house, DUE, EMAIL=her.email, TITLES="Leer el borrador"))
    phone, laptop = visit(viewport=PHONE, locale="es-UY"), visit(viewport=DESK, locale="es-UY")
    for page in (phone, laptop):
        log_in(page, her)
    api = f"{house.url}/api/v1/follow-ups/"
    assert opened(api, key=key)[0] == 200

    phone.goto("/")
    phone.locator("header details.menu summary").last.click()
    phone.get_by_role("button", name="Cerrar todo").click()
    expect(phone).to_have_url(re.compile("/account/login/"))
    expect(phone.locator(".notice[role=status]")).to_contain_text("Todo está cerrado")
    assert "/account/login/" in laptop.request.get("/").url
    assert opened(api, key=key)[0] == 401

    # Her phone is in other hands: two leads close it for her.
    log_in(phone, her)
    lead, second = visit(viewport=PHONE, locale="en"), visit(viewport=DESK, locale="fr")
    log_in(lead, people["lead"])
    log_in(second, people["second-lead"])
    lead.goto(ours["her"])
    lead.get_by_role("link", name="Close every session").click()
    lead.locator("main form button").first.click()
    expect(lead.locator("main")).to_contain_text("Another lead must answer.")
    # One alone closes nothing.
    assert is_open_to(phone, ours["coalition"])
    assert "/account/login/" not in phone.request.get("/").url
    before = len(house.mails_to(her))
    agree(second, her.name)
    until(lambda: "/account/login/" in phone.request.get("/").url, A_MINUTE, "her being logged out")
    mail = until(lambda: house.mails_to(her)[before:], what="the mail that says so")[-1]
    assert [word for word in TELLING if word in whole(mail)] == []


def test_she_takes_her_data_and_deletes_her_account_by_herself(visit, house, log_in, world):
    people, ours = world
    her = people["departing"]
    phone = visit(viewport=PHONE, locale="es-UY", accept_downloads=True)
    log_in(phone, her)
    phone.goto("/account/own-seat/")
    phone.select_option("[name=country]", "PE")
    phone.locator("main .form .form-acts button.button-primary").click()
    expect(phone.locator(".notice[role=status]")).to_be_visible()

    # Her data, after she has shown who she is: a file of hers, with her seat, and as a page.
    phone.goto("/account/")
    with phone.expect_download() as coming:
        phone.locator("#own-data ~ .acts a[href$='/own-data/']").click()
        prove(phone, her)
    data = json.loads(coming.value.path().read_text())
    assert her.email in json.dumps(data)
    assert [seat["delegation"] for seat in data["own_seats"]] == ["Perú"]
    phone.goto("/account/stored/")
    expect(phone.locator("main")).to_contain_text(her.email)

    # The page says what goes, what stays, and when the copies in backups are gone.
    phone.goto("/account/")
    phone.locator("#own-data ~ .acts a[href$='/delete/']").click()
    if "/reauthenticate/" in phone.url:
        prove(phone, her)
    expect(phone.locator("section[aria-labelledby=what-goes]")).to_contain_text("copias de seguridad")
    expect(phone.locator("section[aria-labelledby=what-goes]")).to_contain_text("30 días")
    phone.locator("main form button.button-danger").click()
    expect(phone).to_have_url(re.compile("/account/login/"))
    expect(phone.locator(".notice[role=status]")).to_be_visible()

    # At once there is no such account, and for the others she is a former member.
    assert in_the_house(house, LEFT_OF_HER, EMAIL=her.email, NAME=her.name).strip() == "0"
    phone.fill("input[name=login]", her.email)
    phone.fill("input[name=password]", her.password)
    phone.click("main button.button-primary")
    expect(phone).to_have_url(re.compile("/account/login/"))
    lead = visit(viewport=DESK, locale="en")
    log_in(lead, people["lead"])
    for address in (ours["coalition"], "/follow-ups/?tab=team", ours["assign"]):
        lead.goto(address)
        assert "Julieta" not in lead.locator("main").inner_text()
    assert not is_open_to(lead, ours["departing"])


def prove(page: Page, person: Person) -> None:
    page.fill("main input[name=password]", person.password)
    page.click("main button.button-primary")
