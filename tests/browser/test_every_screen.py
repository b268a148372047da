"""Every screen, for whom it is made: axe finds nothing, nothing scrolls sideways, in three languages, light and dark, wide and narrow."""

import json
import os
import re
import subprocess
import sys

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE, ROOT, speak

SCREENS = (
    "/",
    "/resolutions/",
    "/resolutions/regions/",
    "/resolutions/50/",
    "/resolutions/50/text/?lineage=1",
    "/resolutions/50/texts/new/",
    "/resolutions/50/history/",
    "/resolutions/50/compare/",
    "/resolutions/50/compare/?unchanged=1",
    "/resolutions/2/compare/",
    "/resolutions/wording-rules/",
    "/resolutions/50/proposals/",
    "/resolutions/50/proposals/new/",
    "/proposals/paste/",
    "/proposals/new-resolution/",
    "/resolutions/50/follow-ups/",
    "/resolutions/50/dates/",
    "/resolutions/50/rights/",
    "/resolutions/50/rights/new/",
    "/resolutions/50/position/",
    "/resolutions/50/position/write/",
    "/resolutions/64/position/",
    "/outcomes/WTSA-24/",
    "/outcomes/WTSA-24/?show=judge",
    "/outcomes/WTSA-24/resolutions/48/",
    "/outcomes/WTSA-24/report/",
    "/outcomes/WTSA-24/report/lines/",
    "/outcomes/WTSA-24/report/internal/",
    "/outcomes/WTSA-24/next/",
    "/resolutions/50/position/versions/",
    "/matrix/",
    "/matrix/?show=every&region=CEPT",
    "/matrix/?plain=1",
    "/matrix/?as_of=2026-01-31",
    "/matrix/export/",
    "/matrix/50/states/",
    "/matrix/50/states/?as_of=2026-01-31",
    "/follow-ups/",
    "/follow-ups/?tab=team",
    "/follow-ups/?tab=nobody",
    "/follow-ups/?tab=team&state=closed",
    "/follow-ups/new/",
    "/follow-ups/week/",
    "/contributions/bring/",
    "/contributions/numbers/new/",
    "/contributions/certain/",
    "/imports/",
    "/delegations/",
    "/delegations/?q=kenya",
    "/delegations/new/",
    "/delegations/coverage/",
    "/delegations/coverage/?kind=silent",
    "/contacts/new/",
    "/contacts/new/?resolution=50",
    "/resolutions/50/contacts/",
    "/resolutions/50/contacts/?region=ATU",
    "/calendar/",
    "/calendar/?dates=all",
    "/calendar/?when=past",
    "/calendar/?region=ATU",
    "/calendar/new/",
    "/calendar/new/regional/",
    "/calendar/new/call/",
    "/calendar/new/deadline/",
    "/calendar/new/usual/",
    "/calendar/import/",
    "/calendar/sources/",
    "/calendar/plans/",
    "/calendar/assemblies/WTSA-28/",
    "/calendar/assemblies/WTSA-28/change/",
    "/search/",
    "/search/?q=50",
    "/search/?q=nothing+of+this+name",
    "/worth-a-look/",
    "/reminders/",
    "/coalition/",
    "/approvals/",
    "/circles/to-settle/",
    "/welcome/clock/",
    "/welcome/words/",
    "/welcome/follow/",
    "/welcome/mail/",
    "/welcome/seat/",
    "/welcome/first/",
    "/account/",
    "/account/own-seat/",
    "/account/told-to-me/",
    "/account/availability/",
    "/account/own-notes/",
    "/delegations/ways/?agrees=no&pays=no&country=KE",
    "/ways-in/new/",
    "/account/address/",
    "/account/audit/",
    "/account/delete/",
    "/account/devices/",
    "/account/keys/",
    "/account/keys/new/",
    "/reminders/feeds/",
    "/calendar/month/?dates=all",
    "/calendar/week/2026-12-07/?dates=all",
    "/calendar/day/2026-12-07/?dates=all",
    "/reminders/feeds/new/",
    "/account/password/change/",
    "/account/stored/",
    "/account/stored/soon-deleted/",
    "/account/stored/reminders/",
    "/account/2fa/",
    "/account/2fa/totp/activate/",
    "/account/2fa/webauthn/add/",
    "/about/help/",
    "/about/first-week/",
    "/about/glossary/",
    "/about/privacy/",
    "/about/what-not-to-write/",
    "/api/v1/docs/",
)
# Pages reached from these, one of each kind.
MEMBER = r"/members/[0-9a-f-]{36}/$"
LINKED = (
    r"/matrix/[a-z0-9-]+/[A-Z]+/$",
    r"/resolutions/[a-z0-9-]+/clause/[0-9a-f-]{36}/$",
    r"/proposals/[0-9a-f-]{36}/$",
    r"/proposals/[0-9a-f-]{36}/change/$",
    r"/proposals/[0-9a-f-]{36}/reading/$",
    r"/proposals/[0-9a-f-]{36}/hints/set-aside/$",
    r"/positions/[0-9a-f-]{36}/publish/$",
    r"/coalition/[0-9a-f-]{36}/positions/export/$",
    r"/follow-ups/[0-9a-f-]{36}/$",
    r"/follow-ups/[0-9a-f-]{36}/assign/$",
    r"/follow-ups/[0-9a-f-]{36}/done/$",
    r"/follow-ups/[0-9a-f-]{36}/change/$",
    r"/calendar/meetings/[0-9a-f-]{36}/$",
    r"/calendar/meetings/[0-9a-f-]{36}/change/$",
    r"/calendar/meetings/[0-9a-f-]{36}/edit/$",
    r"/calendar/meetings/[0-9a-f-]{36}/doors/new/$",
    r"/calendar/deadlines/[0-9a-f-]{36}/$",
    r"/calendar/deadlines/[0-9a-f-]{36}/change/$",
    r"/calendar/deadlines/[0-9a-f-]{36}/edit/$",
    r"/calendar/deadlines/[0-9a-f-]{36}/plan/$",
    r"/calendar/plans/[0-9a-f-]{36}/$",
    r"/calendar/plans/[0-9a-f-]{36}/move/$",
    r"/calendar/plans/[0-9a-f-]{36}/steps/new/$",
    r"/calendar/plans/[0-9a-f-]{36}/steps/\d+/$",
    r"/calendar/plan-steps/[0-9a-f-]{36}/$",
    r"/delegations/[0-9a-f-]{36}/$",
    r"/delegations/[0-9a-f-]{36}/change/$",
    r"/delegations/[0-9a-f-]{36}/notes/new/$",
    r"/delegations/[0-9a-f-]{36}/declared/new/$",
    r"/contacts/[0-9a-f-]{36}/$",
    r"/contacts/[0-9a-f-]{36}/answer/$",
    r"/contacts/[0-9a-f-]{36}/in-text/$",
    r"/coalition/[0-9a-f-]{36}/$",
    r"/coalition/[0-9a-f-]{36}/settings/$",
    r"/coalition/[0-9a-f-]{36}/public-page/$",
    r"/coalition/[0-9a-f-]{36}/audit/$",
    r"/coalition/[0-9a-f-]{36}/planned/$",
    r"/coalition/[0-9a-f-]{36}/invite/$",
    r"/coalition/[0-9a-f-]{36}/leave/$",
    r"/coalition/[0-9a-f-]{36}/lock-instance/$",
    r"/coalition/[0-9a-f-]{36}/organisations/[0-9a-f-]{36}/leave/$",
    r"/coalition/[0-9a-f-]{36}/charter/$",
    r"/coalition/[0-9a-f-]{36}/priorities/$",
    r"/coalition/[0-9a-f-]{36}/priorities/new/$",
    r"/priorities/[0-9a-f-]{36}/change/$",
    r"/coalition/[0-9a-f-]{36}/decisions/$",
    r"/coalition/[0-9a-f-]{36}/decisions/new/$",
    r"/coalition/[0-9a-f-]{36}/media/$",
    r"/coalition/[0-9a-f-]{36}/media/new/$",
    r"/coalition/[0-9a-f-]{36}/media/embargo/$",
    r"/outlets/[0-9a-f-]{36}/change/$",
    r"/rights-impacts/[0-9a-f-]{36}/change/$",
    r"/delegations/[0-9a-f-]{36}/handover/$",
    r"/delegations/[0-9a-f-]{36}/handover/write/$",
    r"/coalition/[0-9a-f-]{36}/circles/$",
    r"/coalition/[0-9a-f-]{36}/circles/new/$",
    r"/coalition/[0-9a-f-]{36}/mandates/$",
    r"/coalition/[0-9a-f-]{36}/statements/$",
    r"/coalition/[0-9a-f-]{36}/statements/new/$",
    r"/statements/[0-9a-f-]{36}/$",
    r"/statements/[0-9a-f-]{36}/answer/$",
    r"/statements/[0-9a-f-]{36}/version/$",
    r"/statements/[0-9a-f-]{36}/closing/$",
    r"/statements/[0-9a-f-]{36}/invitations/$",
    r"/statements/texts/[0-9a-f-]{36}/fingerprint/$",
    MEMBER,
    r"/members/[0-9a-f-]{36}/remove/$",
    r"/members/[0-9a-f-]{36}/close-sessions/$",
    r"/members/[0-9a-f-]{36}/recover/$",
    r"/approvals/[0-9a-f-]{36}/$",
    r"/invitations/[0-9a-f-]{36}/words/$",
    r"/circles/[0-9a-f-]{36}/$",
    r"/circles/[0-9a-f-]{36}/change/$",
    r"/circles/[0-9a-f-]{36}/now/$",
    r"/circles/[0-9a-f-]{36}/about/$",
    r"/circles/[0-9a-f-]{36}/openings/$",
)
LOOKS = (
    pytest.param("fr", DESK, "light", id="fr-desk-light"),
    pytest.param("en", PHONE, "dark", id="en-phone-dark"),
    pytest.param("es", PHONE, "light", id="es-phone-light"),
)
# 1280 px at four times the size (WCAG 1.4.10).
NARROWEST = {"width": 320, "height": 740}
PUBLIC = (
    "/public/",
    "/public/fr/dates/",
    "/public/es/resolutions/",
    "/public/en/resolutions/50/",
    "/public/es/ways-in/",
    "/public/fr/glossary/",
)
STRANGERS = (
    "/account/login/",
    "/account/password/reset/",
    "/account/second-factor/too-old/remove/",
    "/account/address/too-old/take-back/",
    "/account/recovery/too-old/stop/",
    "/co-sign/too-old/",
    "/about/help/",
    "/about/first-week/",
    "/about/glossary/",
    "/about/ways-in/",
    *PUBLIC,
    "/mail/inbox/",
)
# Of these, what answers 404 whether or not there was once something.
ABSENT = ("/co-sign/too-old/",)
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# For the README: `SCREENSHOTS=docs/screenshots bin/test --browser` renews them.
PICTURES = {
    ("/", "fr"): "now-fr-desk",
    ("/", "en"): "now-en-phone",
    ("/calendar/", "fr"): "calendar-fr-desk",
    ("/resolutions/50/", "es"): "resolution-es-phone",
    ("/matrix/", "fr"): "matrix-fr-desk",
    ("/resolutions/50/compare/", "en"): "compare-en-phone",
}


def faults(page, address: str) -> list[str]:
    page.wait_for_load_state()
    found = [f"{address}: {rule['id']} — {rule['nodes'][0]['html'][:160]}" for rule in Axe().run(page, options=AXE).response["violations"]]
    return found + overflow(page, address) + touching(page, address)


def overflow(page, address: str) -> list[str]:
    width, room = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    return [f"{address}: scrolls sideways, {width} px in {room}"] if width > room else []


# Words above a list or a drawing, and how far off it is; headings have their own room.
GAPS = """() => [...document.querySelectorAll("main :is(.ledger, .facts, .followups, .picks, .terms, .chart, table)")].flatMap(list => {
  let above = list.previousElementSibling;
  while (above && (!above.getBoundingClientRect().height || above.matches(".visually-hidden"))) above = above.previousElementSibling;
  const place = list.getBoundingClientRect();
  if (!place.height || !above || !above.innerText.trim() || above.matches("h1, h2, .block-head, summary")) return [];
  const words = above.getBoundingClientRect();
  const isBeside = words.right <= place.left || words.left >= place.right;
  return isBeside || place.top - words.bottom >= 8 ? [] : [above.innerText.slice(0, 60)];
})"""


def touching(page, address: str) -> list[str]:
    return [f"{address}: touches the list below it: {words}" for words in page.evaluate(GAPS)]


def walk(visit, house, log_in, language, viewport, scheme):
    """To every screen. One may confirm who one is ten times a minute, and a walk does so several times: other tests stand between two."""
    page = visit(viewport=viewport, locale=language, color_scheme=scheme)
    log_in(page, house.person("lead"))
    speak(page, language)
    wrong: list[str] = []
    linked: dict[str, str] = {}

    def look_for_links() -> None:
        for link in page.locator("main a[href]:not([href^='/public/'])").evaluate_all(
            "links => links.map(link => link.pathname + link.search)"
        ):
            for kind in LINKED:
                # The first link leads to herself in lists of people; what leads do to others is on the pages of others.
                if re.search(kind, link.partition("?")[0]) and (kind not in linked or kind == MEMBER):
                    linked[kind] = link

    def look_at(address: str) -> None:
        """And, where the page first asks whether it is her, behind that."""
        answer = page.goto(address)
        assert answer.status == 200, f"{address} answers {answer.status}"
        wrong.extend(faults(page, page.url))
        if "/reauthenticate/" in page.url:
            page.fill("main input[name=password]", house.person("lead").password)
            page.click("main button.button-primary")
            page.wait_for_url(f"**{address}")
            wrong.extend(faults(page, page.url))
        look_for_links()

    for address in SCREENS:
        look_at(address)
        if (address, language) in PICTURES and (folder := os.environ.get("SCREENSHOTS")):
            page.screenshot(path=ROOT / folder / f"{PICTURES[address, language]}.png")
    for kind in LINKED:
        look_at(linked.get(kind, "/coalition/"))
    assert set(linked) == set(LINKED)
    assert wrong == []


def test_no_screen_has_a_fault_in_the_first_look(visit, house, log_in):
    walk(visit, house, log_in, *LOOKS[0].values)


@pytest.mark.parametrize(("viewport", "direction"), [(NARROWEST, "ltr"), (NARROWEST, "rtl"), (DESK, "rtl")])
def test_every_screen_fits_the_narrowest_window_and_right_to_left_text(visit, house, log_in, viewport, direction):
    page = visit(viewport=viewport)
    log_in(page, house.person("second-lead"))
    wrong: list[str] = []
    for address in (*SCREENS, *PUBLIC):
        page.goto(address)
        page.evaluate("direction => { document.documentElement.dir = direction }", direction)
        wrong += overflow(page, f"{address} {direction}")
    assert wrong == []


def test_no_screen_has_a_fault_in_the_second_look(visit, house, log_in):
    walk(visit, house, log_in, *LOOKS[1].values)


@pytest.mark.parametrize(("language", "viewport", "scheme"), LOOKS)
def test_no_door_has_a_fault(visit, language, viewport, scheme):
    page = visit(viewport=viewport, locale=language, color_scheme=scheme, absent=ABSENT)
    wrong = []
    for address in STRANGERS:
        page.goto(address)
        wrong += faults(page, address)
        name, languages = (page.locator(f"header {part}").bounding_box() for part in (".wordmark", ".languages"))
        if name["x"] + name["width"] > languages["x"] and name["y"] + name["height"] > languages["y"]:
            wrong.append(f"{address}: the languages stand on the name")
    assert wrong == []


def in_the_house(house, program: str, **given: str) -> str:
    """What this program prints, run beside the house with its database and its key."""
    shell = [sys.executable, "manage.py", "shell", "-v0", "-c", program]
    return subprocess.run(shell, cwd=ROOT, env=house.environment(**given), check=True, capture_output=True, text=True).stdout


KEYS = """
import json, os
from datetime import timedelta
from django.utils.timezone import now
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.contrib.auth.tokens import default_token_generator
from amnt.accounts.models import AddressChange, User
from amnt.accounts.services import addresses, recoveries, second_factors
from coalitions.domain.invitation_keys import key_of
from coalitions.services.invitations import invite
from coalitions.models import Statement, StatementInvitation
from coalitions.services.membership import found_coalition
from coalitions.statements.domain.co_sign_keys import digest_of, key_of as co_sign_key_of
name = os.environ["NAME"]
person = User.objects.create_user(f"{name}@example.org", None, name=name, time_zone="Africa/Nairobi")
factor = Authenticator.objects.create(user=person, type="webauthn", data={"name": "Blue key"})
change = AddressChange.objects.create(user=person, old=f"old.{name}@example.org")
recovery = recoveries.start_recovery(person, by=None, new_address=f"new.{name}@example.org")
ours = found_coalition(name, mail_ceiling="standard")
invited = {
    proof: key_of(invite(ours, email=f"{proof}.{name}@example.org", by=None, role="member", language="fr", proof=proof).public_id)
    for proof in ("code", "words")
}
signed = Statement.objects.create(circle=ours.everyone, title="Rights", closes_at=now() + timedelta(days=2))
signed.versions.create(number=1, language="en", text="We ask that meetings be open.")
link = signed.invitations.create(name="Far House", language=name[-2:], digest="")
StatementInvitation.objects.filter(pk=link.pk).update(digest=digest_of(co_sign_key_of(link.public_id)))
print(json.dumps({
    f"/account/password/reset/key/{user_pk_to_url_str(person)}-{default_token_generator.make_token(person)}/": "",
    f"/account/second-factor/{second_factors.removal_key(factor)}/remove/": "main form button.button-danger",
    f"/account/recovery/{recoveries.stop_key(recovery)}/stop/": "main form button.button-primary",
    f"/account/address/{addresses.take_back_key(change)}/take-back/": "main form button.button-primary",
    f"/invitation/{invited['code']}/": "main form button.button-primary",
    f"/invitation/{invited['words']}/": "main form button.button-primary",
    f"/co-sign/{co_sign_key_of(link.public_id)}/": "main form button.button-primary",
}))
"""


@pytest.mark.parametrize(("language", "viewport", "scheme"), LOOKS)
def test_no_page_behind_the_link_of_a_mail_has_a_fault_before_or_after_its_button(visit, house, language, viewport, scheme):
    wrong = []
    for address, button in json.loads(in_the_house(house, KEYS, NAME=f"keys-{language}")).items():
        page = visit(viewport=viewport, locale=language, color_scheme=scheme)
        assert page.goto(address).status == 200
        expect(page.locator("html")).to_have_attribute("lang", language)
        wrong += faults(page, address)
        before = page.locator("main").inner_text()
        if button:
            page.locator(button).click()
            expect(page.locator("main")).not_to_have_text(before)
            wrong += faults(page, f"{address} after its button")
    assert wrong == []


@pytest.mark.parametrize(("language", "viewport", "scheme"), LOOKS)
def test_whoever_alone_reads_a_circle_is_asked_on_a_page_without_fault(visit, house, log_in, language, viewport, scheme):
    page = visit(viewport=viewport, locale=language, color_scheme=scheme)
    log_in(page, house.person("member"))
    speak(page, language)
    page.goto("/coalition/")
    for link in ("a[href$='/circles/']", "h3 a[href*='/circles/']", "a[href$='/settle/']"):
        page.goto(page.locator(f"main {link}").first.get_attribute("href"))
    assert page.url.endswith("/settle/")
    assert faults(page, page.url) == []
    page.locator("main form button.button-danger").click()
    expect(page.locator("#errors")).to_be_focused()
    assert faults(page, "an answer that is none") == []


@pytest.mark.parametrize(("language", "viewport", "scheme"), LOOKS)
def test_what_can_be_told_of_a_meeting_is_asked_and_shown_without_fault(visit, house, log_in, language, viewport, scheme):
    page = visit(viewport=viewport, locale=language, color_scheme=scheme)
    log_in(page, house.person("second-lead"))
    speak(page, language)
    page.goto("/calendar/?dates=all&when=past")
    page.goto(page.locator("main a[href*='/calendar/meetings/']").first.get_attribute("href"))
    assert faults(page, page.url) == []
    page.goto(page.locator("main .notice a[href$='/told/']").get_attribute("href"))
    assert faults(page, page.url) == []
    page.locator("main form button.button-primary").click()
    expect(page.locator("#errors")).to_be_focused()
    assert faults(page, "an answer that says nothing") == []
    page.fill("main textarea[name=result]", "A new question was adopted.")
    page.locator("main form button.button-primary").click()
    expect(page.locator("main")).to_contain_text("A new question was adopted.")
    assert faults(page, "what was told") == []


def test_a_new_key_is_seen_whole_on_a_phone(visit, house, log_in):
    """It is shown once: whoever copies it by hand must not take what fits the screen for all of it."""
    page, person = visit(viewport=PHONE, locale="fr"), house.person("second-lead")
    log_in(page, person)
    page.goto("/account/keys/new/")
    if "/reauthenticate/" in page.url:
        page.fill("main input[name=password]", person.password)
        page.click("main button.button-primary")
    page.fill("main input[name=name]", "Notre site")
    page.click("main form button.button-primary")
    key = page.locator("#key")
    box = key.bounding_box()
    assert len(key.inner_text()) > 40
    assert box["x"] + box["width"] <= PHONE["width"]
    assert faults(page, page.url) == []


ALONE = """
import json, os
from django.utils.translation import override
from amnt.site.error_views import alone
with override(os.environ["LANGUAGE_ASKED"]):
    names = ("400.html", "500.html", "503.html", "503_locked.html")
    print(json.dumps({name: alone(name, 500, action="/", typed=[("title", "Text")], csrf_token="").content.decode() for name in names}))
"""


@pytest.mark.parametrize(("language", "viewport", "scheme"), LOOKS)
def test_no_page_that_stands_alone_has_a_fault(visit, house, language, viewport, scheme):
    page = visit(viewport=viewport, locale=language, color_scheme=scheme)
    wrong = []
    for name, shown in json.loads(in_the_house(house, ALONE, LANGUAGE_ASKED=language)).items():
        page.goto("/about/help/")
        page.set_content(shown)
        expect(page.locator("html")).to_have_attribute("lang", language)
        wrong += faults(page, name)
    assert wrong == []


def test_the_page_of_the_instance_is_for_whoever_looks_after_it(visit, house, log_in):
    page = visit(viewport=DESK, locale="en")
    log_in(page, house.person("admin"))
    for address in ("/health/", "/health/audit/", "/health/lock/"):
        assert page.goto(address).status == 200
        assert faults(page, address) == []


def test_an_address_that_leads_nowhere_shows_our_own_page_and_no_list_of_ours(chromium, house):
    # Not by `visit`: the browser itself writes a 404 into its console.
    context = chromium.new_context(base_url=house.url, viewport=PHONE, locale="en")
    page = context.new_page()
    assert page.goto("/no/such/page/").status == 404
    assert "urlpatterns" not in page.content()
    assert page.get_by_role("link", name="To the home page").count() == 1
    assert faults(page, "/no/such/page/") == []
    context.close()


LONG_TEXTS = """
from resolutions.models import Assembly
from tests.bench import hostile
now = Assembly.objects.current()
before = Assembly.objects.filter(starts_on__lt=now.starts_on).order_by("-starts_on").first()
hostile.grow_hostile(now, before, "long", hostile.every_other_word, 600, 60, columns=3)
"""


def test_a_comparison_of_long_texts_comes_by_itself_once_a_worker_has_made_it(visit, house, log_in):
    """Nothing in the demonstration is that long."""
    in_the_house(house, LONG_TEXTS)
    page = visit(viewport=PHONE, locale="en", color_scheme="dark")
    log_in(page, house.person("lead"))
    page.goto("/resolutions/long/compare/")
    assert page.locator("#progress").inner_text().startswith("being compared")
    assert overflow(page, "being compared") == []
    page.wait_for_selector("nav.pager", timeout=60_000)
    page.goto("/resolutions/long/compare/?page=2")
    assert page.locator("nav.pager").first.inner_text().split() == ["Previous", "Page", "2", "of", "3", "Next"]
    assert faults(page, "page 2 of a long comparison") == []


def test_no_screen_has_a_fault_in_the_third_look(visit, house, log_in):
    walk(visit, house, log_in, *LOOKS[2].values)


TYPED_TEXT = "resolves\n\n1\tto study numbering;\n\n2\tto report to the next assembly."
TYPED_TABLE = "Resolution\tCEPT\tATU\n64\tSUP\tMOD\n65\tnonsense\tMOD"


@pytest.mark.parametrize(("language", "viewport", "scheme"), LOOKS)
def test_no_page_between_typing_a_text_or_a_table_and_its_record_has_a_fault(visit, house, log_in, language, viewport, scheme):
    page = visit(viewport=viewport, locale=language, color_scheme=scheme)
    log_in(page, house.person("lead"))
    speak(page, language)
    wrong = []
    page.goto("/resolutions/64/texts/new/")
    page.fill("main [name=pasted]", TYPED_TEXT)
    page.fill("main [name=source]", "Proceedings")
    page.click("main form button.button-primary")
    page.wait_for_url("**/texts/incoming/**")
    expect(page.locator("main button[value=discard]")).to_be_visible()
    wrong += faults(page, "a text, read")
    page.click("main button[value=discard]")
    page.wait_for_url("**/resolutions/64/text/")
    page.goto("/proposals/paste/")
    page.fill("main [name=pasted]", TYPED_TABLE)
    page.check("main [name=is_history]")
    page.click("main form button[value=look]")
    expect(page.locator("main button[value=save]")).to_be_visible()
    wrong += faults(page, "a table, read")
    page.click("main button[value=save]")
    page.wait_for_url("**/matrix/")
    page.goto("/imports/")
    wrong += faults(page, "imports")
    page.locator("main .ledger a, main table a").first.click()
    page.wait_for_url("**/imports/*/")
    wrong += faults(page, "an import")
    page.click("main button[value=take-back]")
    page.wait_for_selector(".notice[role=status]")
    wrong += faults(page, "an import taken back")
    assert wrong == []


CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//EN
BEGIN:VEVENT
UID:one@calendar.example
DTSTART;VALUE=DATE:20990807
DTEND;VALUE=DATE:20990812
SUMMARY:Third meeting (example)
END:VEVENT
BEGIN:VEVENT
UID:two@calendar.example
DTSTART;VALUE=DATE:20990907
RRULE:FREQ=WEEKLY
SUMMARY:A meeting that repeats (example)
END:VEVENT
END:VCALENDAR
"""


@pytest.mark.parametrize(("language", "viewport", "scheme"), LOOKS)
def test_no_page_between_a_calendar_file_and_its_dates_has_a_fault(visit, house, log_in, language, viewport, scheme):
    page = visit(viewport=viewport, locale=language, color_scheme=scheme)
    log_in(page, house.person("lead"))
    speak(page, language)
    page.goto("/calendar/import/")
    page.locator("main details:has([name=pasted])").evaluate_all("all => all.forEach(each => { each.open = true; })")
    page.fill("main [name=pasted]", CALENDAR)
    page.fill("main [name=address]", f"https://calendar.example/{language}.ics")
    page.locator("main form button.button-primary").click()
    page.wait_for_url(re.compile(r"/calendar/import/[0-9a-f-]{36}/$"))
    expect(page.locator("main")).to_contain_text("Third meeting (example)")
    wrong = faults(page, "a calendar, read")
    for direction in ("ltr", "rtl"):
        page.set_viewport_size(NARROWEST)
        page.evaluate("direction => { document.documentElement.dir = direction }", direction)
        wrong += overflow(page, f"a calendar, read, {direction}")
    page.locator("main form[action$='/discard/'] button").click()
    expect(page.locator(".notice[role=status]")).to_be_visible()
    assert wrong == []


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_the_matrix_prints_on_one_page_and_the_cycle_whole(visit, house, log_in, language):
    page = visit(viewport=DESK, locale=language)
    log_in(page, house.person("lead"))
    page.goto("/matrix/")
    assert pages_of(page.pdf(format="A4", landscape=True, prefer_css_page_size=True)) == 1
    page.goto("/calendar/?chart=1")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 690, "height": 900})  # an upright sheet of A4
    drawing = page.locator(".chart-wide")
    assert drawing.locator("svg").bounding_box()["width"] <= drawing.bounding_box()["width"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_admin_has_our_colours_and_its_own_script_goes_on_working(visit, house, log_in, scheme):
    page = visit(viewport=DESK, locale="en", color_scheme=scheme)
    log_in(page, house.person("admin"))
    page.goto("/admin/")
    colour = "getComputedStyle(document.querySelector('#header')).backgroundColor"
    assert page.evaluate(colour) == {"light": "rgb(12, 72, 60)", "dark": "rgb(11, 52, 44)"}[scheme]
    paper = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(paper) == {"light": "rgb(255, 255, 255)", "dark": "rgb(18, 23, 21)"}[scheme]
    page.goto("/admin/resolutions/assembly/add/")
    page.locator("[id^=calendarlink]").first.click()
    page.locator("dialog[open] td").get_by_text("15", exact=True).click()
    assert page.locator("[name=starts_on]").input_value().endswith("-15")
