"""P1-c: someone joins, someone leaves. Each in her own language; web, worker, beat and SMTP are real. AT-P1c-1 to AT-P1c-7.

What he who left still holds of AT-P1c-7 are a key for programs and his old addresses: there are no private calendar addresses.
"""

import json
import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.browser.casts import PASSWORD, agree, found, member
from tests.browser.conftest import DESK, PHONE, Person
from tests.browser.programs import ROBOTS, is_open_to, opened, told_at, without
from tests.browser.test_every_screen import in_the_house
from tests.browser.test_journeys import until

A_MINUTE = 60
NOBODY = "00000000-0000-4000-8000-000000000000"
CAST = {
    "lead": member("Wanjiku Odhiambo", "en", "Africa/Nairobi", role="lead"),
    "second-lead": member("Margaux Perrin", "fr", "Europe/Zurich", role="lead"),
    "heir": member("Ama Serwaa", "en", "Africa/Accra"),
    "leaver": member("Xolani Dube", "en", "Africa/Johannesburg"),
}
NOTE = "The head of office said on the telephone that the line is open."
# Four follow-ups, two circles, a note in one of them, a key for programs, and a mail that waits for tomorrow.
WORLD = """
from datetime import timedelta
from uuid import uuid4
from amnt.accounts.tokens import create_token
from amnt.mail.services import write_email
from coalitions.models import Delegation
from coalitions.services.circles import open_circle
from coalitions.services.delegation_notes import write_note
from coalitions.services.follow_ups import create

lead, leaver, seats = people["lead"], people["leaver"], ours.memberships
here = {part: seats.get(user=person) for part, person in people.items()}
circles = [
    open_circle(ours, name=name, by=lead, people=[here["second-lead"], here["leaver"]], submission=uuid4())
    for name in ("Numbering, core group", "Health, core group")
]
for number in range(4):
    title = f"Ask office {number} for its draft"
    create(circle=ours.everyone, title=title, due_at=now() + timedelta(days=6 + number), by=lead, owner=leaver)
card = Delegation.objects.order_by("pk").first()
write_note(card, circle=circles[0], text=os.environ["NOTE"], by=leaver, submission=uuid4())
_token, key = create_token(leaver, name="Script", days=30, submission=uuid4())
# One that says nothing unless its reader is a member when it is sent.
waiting = write_email(
    "coalitions/admitted", to=leaver, about={"membership": here["leaver"].pk}, not_before=now() + timedelta(days=1)
)
print(json.dumps({
    "coalition": str(ours.public_id), "card": str(card.public_id), "circles": [str(circle.public_id) for circle in circles],
    "leaver": str(here["leaver"].public_id), "heir": str(here["heir"].public_id), "key": key, "mail": str(waiting.public_id),
}))
"""
# As if the day had come on which it was to be sent.
ITS_DAY_COMES = """
import os
from django.utils.timezone import now
from amnt.mail.models import Email
Email.objects.filter(public_id=os.environ["MAIL"]).update(not_before=now())
"""
BECAME_OF_IT = """
import json, os
from amnt.mail.models import Email
from calendar_app.models import Reminder
left = Reminder.objects.filter(user__email=os.environ["EMAIL"], state__in=("planned", "queued")).count()
print(json.dumps([Email.objects.get(public_id=os.environ["MAIL"]).state, left]))
"""


@pytest.fixture(scope="module")
def world(house):
    people, printed = found(house, "Réseau des arrivées (exemple)", CAST, WORLD, NOTE=NOTE)
    return people, json.loads(printed)


def test_nobody_opens_an_account_without_an_invitation(visit, house):
    page = visit(viewport=PHONE, locale="en")
    page.goto("/account/login/")
    assert [link for link in page.locator("a").evaluate_all("links => links.map(link => link.pathname)") if "signup" in link] == []
    page.goto("/account/signup/")
    expect(page.locator("main")).to_contain_text("Nobody can open an account here without an invitation.")
    expect(page.locator("main form, main input")).to_have_count(0)


def test_a_newcomer_is_let_in_by_two_leads_and_a_robot_by_nobody(visit, house, log_in, world):
    people, ours = world
    coalition = f"/coalition/{ours['coalition']}/"

    # She invites one named person, as an observer, and takes the link with her.
    lead = visit(viewport=PHONE, locale="en")
    log_in(lead, people["lead"])
    newcomer = Person("newcomer", f"{uuid4().hex[:12]}@newcomer.example", PASSWORD, "es", "Inés Paredes")
    link = invite(lead, coalition, newcomer.email)
    lead.goto(f"{coalition}invited/")
    expect(lead).to_have_url(re.compile(f"{coalition}$"))
    entry = lead.locator("section[aria-labelledby=h-invitations] .entry", has_text=newcomer.email)
    expect(entry).to_contain_text(re.compile(r"in 7 days|in 6 days"))

    # Another one she takes back: its link then answers as one that never was.
    revoked = invite(lead, coalition, "someone@else.example")
    lead.goto(coalition)
    lead.locator(".entry", has_text="someone@else.example").get_by_role("button", name="Revoke").click()
    expect(lead.locator(".notice[role=status]")).to_contain_text("Its link no longer works")
    never_was = told_at(f"{link.rstrip('/')[:-4]}0000/")
    assert never_was[0] == 404
    assert told_at(revoked) == never_was

    # The preview of the messaging app and a mail gateway open it, twice: it is as open as before, and names nobody.
    for agent in ROBOTS * 2:
        for method in ("HEAD", "GET"):
            status, _headers, body = opened(link, method=method, agent=agent)
            assert status == 200
            told = body.decode()
            assert [word for word in ("arrivées", "Wanjiku", "Odhiambo", "Paredes", "Co. (example)", newcomer.email) if word in told] == []
    # It is hers: another person who is logged in cannot take it.
    assert lead.request.get(link).status == 403
    lead.goto(coalition)
    expect(entry).to_have_count(1)

    # She opens it on her phone and says the two words there in the call; the lead compares them.
    phone = visit(viewport=PHONE, locale="es-PE")
    phone.goto(link)
    phone.click("main form button.button-primary")
    words = phone.locator("#h-words ~ .whole").inner_text()
    lead.locator(".entry", has_text=newcomer.email).get_by_role("link", name="Compare the two words").click()
    lead.locator(".entry", has_text=words).get_by_role("button").click()
    expect(lead.locator(".notice[role=status]")).to_contain_text("Confirmed.")
    phone.goto(link)
    phone.fill("[name=name]", newcomer.name)
    phone.fill("[name=password]", newcomer.password)
    phone.click("main form button.button-primary")
    phone.wait_for_url("**/welcome/**")
    expect(phone.locator("html")).to_have_attribute("lang", "es")
    assert told_at(link) == never_was
    assert house.mails_to(newcomer) == []
    # Until a second lead has agreed, there is no coalition for her.
    assert not is_open_to(phone, coalition)

    # The second lead agrees, in French.
    desk = visit(viewport=DESK, locale="fr")
    log_in(desk, people["second-lead"])
    agree(desk, newcomer.name)
    until(lambda: is_open_to(phone, coalition), A_MINUTE, "her place in the coalition")

    # She reads public facts, titles of follow-ups and the names of the leads: no circle and nobody else.
    phone.goto(coalition)
    listed = phone.locator("section[aria-labelledby=h-people] .ledger h3").all_inner_texts()
    assert sorted(listed) == sorted([newcomer.name, people["lead"].name, people["second-lead"].name])
    assert [address for address in (f"/circles/{ours['circles'][0]}/", f"/members/{ours['leaver']}/") if is_open_to(phone, address)] == []
    phone.goto("/resolutions/50/")
    expect(phone.locator("h1")).to_have_text("Ciberseguridad")
    phone.goto("/follow-ups/")
    expect(phone.locator("main")).to_contain_text("Ask office 0 for its draft")
    expect(phone.get_by_role("link", name="Ask office 0 for its draft")).to_have_count(0)

    # Fourteen days, unless leads lift it: one sets what she becomes and asks, the other agrees.
    lead.goto(coalition)
    lead.get_by_role("link", name=newcomer.name).click()
    expect(lead.locator(".facts")).to_contain_text(re.compile(r"Observes until.*in 1[34] days", re.DOTALL))
    lead.locator("[name=role][value=member]").check()
    lead.get_by_role("button", name="Save").click()
    lead.get_by_role("button", name="Ask a second lead to let them in sooner").click()
    agree(desk, newcomer.name)
    phone.goto("/follow-ups/?tab=team")
    phone.get_by_role("link", name="Ask office 0 for its draft").first.click()
    expect(phone.locator("h1")).to_have_text("Ask office 0 for its draft")


def invite(page, coalition: str, address: str) -> str:
    """The link for this person, copied from the one page that shows it."""
    page.goto(f"{coalition}invite/")
    page.fill("[name=email]", address)
    page.fill("[name=new_organisation]", "Red Abierta (ejemplo)")
    page.locator("[name=role][value=observer]").check()
    page.locator("[name=proof][value=words]").check()
    page.select_option("main [name=language]", "es")
    page.locator("main form button.button-primary").click()
    return page.locator("#link").inner_text()


def test_whoever_leaves_has_nothing_left_within_a_minute_and_what_he_wrote_stays(visit, house, log_in, world):
    people, ours = world
    leaver = people["leaver"]
    his = visit(viewport=PHONE, locale="en")
    log_in(his, leaver)
    assert opened(f"{house.url}/api/v1/follow-ups/", key=ours["key"])[0] == 200

    # The lead opens his card: what he has in hand, and who gets it.
    lead = visit(viewport=PHONE, locale="en")
    log_in(lead, people["lead"])
    lead.goto(f"/coalition/{ours['coalition']}/")
    lead.get_by_role("link", name=leaver.name).click()
    lead.get_by_role("link", name="Remove from the coalition").click()
    checklist = lead.locator("section[aria-labelledby=h-back]")
    expect(checklist).to_contain_text("4 open follow-ups need someone")
    expect(checklist).to_contain_text("2 circles are left.")
    expect(checklist).to_contain_text("every device of theirs is logged out, their API keys are revoked")
    # No reason is asked for, so none is told.
    expect(lead.locator("main textarea, main input[type=text]")).to_have_count(0)
    lead.select_option("[name=rest_to]", ours["heir"])
    before = len(house.mails_to(leaver))
    lead.locator("main form button.button-danger").click()
    expect(lead.locator(".notice[role=status]")).to_contain_text(f"{leaver.name} is no longer in the coalition.")

    # Within a minute his browser, his key, his circles and his mails are his no more.
    until(lambda: "/account/login/" in his.request.get("/").url, A_MINUTE, "his being logged out")
    unknown = told_at(f"{house.url}/api/v1/follow-ups/", key=ours["key"][:-4] + "0000")
    assert unknown[0] == 401
    assert told_at(f"{house.url}/api/v1/follow-ups/", key=ours["key"]) == unknown
    in_the_house(house, ITS_DAY_COMES, MAIL=ours["mail"])
    until(
        lambda: json.loads(in_the_house(house, BECAME_OF_IT, MAIL=ours["mail"], EMAIL=leaver.email)) == ["dropped", 0],
        A_MINUTE,
        "the end of his mails",
    )
    assert len(house.mails_to(leaver)) == before

    # Logged in again, he finds no coalition: his old pages answer as pages that never were.
    log_in(his, leaver)
    for address in (f"/coalition/{ours['coalition']}/", f"/circles/{ours['circles'][0]}/"):
        nowhere = re.sub(r"[0-9a-f-]{36}", NOBODY, address)
        gone, never_was = his.request.get(address), his.request.get(nowhere)
        assert (gone.status, without(gone.body(), address)) == (404, without(never_was.body(), nowhere))

    # What he had is with whom the lead chose; she is told of it, and of nothing else.
    heir = visit(viewport=PHONE, locale="en")
    log_in(heir, people["heir"])
    heir.goto("/")
    mine = heir.locator("section[aria-labelledby=h-mine]")
    expect(mine).to_contain_text("Ask office 3 for its draft")
    assert "Xolani" not in heir.locator("main").inner_text()

    # His note stands, as a former member's, and the circles have one person less.
    desk = visit(viewport=DESK, locale="fr")
    log_in(desk, people["second-lead"])
    desk.goto(f"/delegations/{ours['card']}/")
    note = desk.locator("section[aria-labelledby=notes] .entry", has_text=NOTE)
    expect(note).to_contain_text("ex-membre")
    assert "Xolani" not in desk.locator("main").inner_text()
    for circle in ours["circles"]:
        desk.goto(f"/circles/{circle}/")
        assert "Xolani" not in desk.locator("main").inner_text()
    desk.goto("/")
    assert "Xolani" not in desk.locator("main").inner_text()
