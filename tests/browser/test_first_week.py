"""The first week on an instance just installed, in a browser: each reaches her first useful act in few taps and is told what comes next;
without a fault, and pictured for help and docs.

`SCREENSHOTS=1 bin/test --browser tests/browser/test_first_week.py` renews the pictures.
"""

import os
from base64 import b64decode, b64encode
from pathlib import Path

import pytest

from tests.browser.conftest import DESK, PHONE, ROOT, House, Person
from tests.browser.test_every_screen import faults, in_the_house

FOUND = """
import os
from amnt.accounts.models import User
from coalitions.services import starter_plans
from coalitions.services.membership import admit, found_coalition

def person(name, says, zone):
    user = User.objects.create_user(os.environ["NAME"] + name, None, name=says, language=os.environ["LANG_OF"], time_zone=zone)
    user.set_password(os.environ["SAYS"])
    user.save()
    return user

coalition = found_coalition(os.environ["TITLE"], mail_ceiling="standard")
lead = person(".lead@example.org", "Wanjiru Kamau (example)", "Africa/Nairobi")
admit(coalition, user=lead, role="lead")
starter_plans.begin(coalition)
admit(coalition, user=person(".member@example.org", "Mariam Sow (exemple)", "Africa/Dakar"), role="member")
newcomer = person(".newcomer@example.org", "Rosa Quispe (ejemplo)", "America/Lima")
admit(coalition, user=newcomer, role="member", sponsor=lead, next_role="member")
host = person(".host@example.org", "Thabo Nkosi (example)", "Africa/Johannesburg")
host.is_staff = True
host.save()
"""
WATCHED = """
import os
from resolutions.models import RegionWatch, Watch
print(Watch.objects.filter(user__email=os.environ["EMAIL"]).count(), RegionWatch.objects.filter(user__email=os.environ["EMAIL"]).count())
"""
SAYS = "seven quiet lanterns over the bay"
TITLES = {"fr": "Libertés en réseau (exemple)", "en": "Networked Freedoms (example)", "es": "Libertades en red (ejemplo)"}
MOST_TAPS = 6
PICTURES = ROOT / "amnt" / "static" / "img" / "first-week"
# What each sees first; a host looks at the state of the instance.
PICTURED = {"lead": "/", "member": "/", "host": "/health/"}
LARGEST_PICTURE = 30_000
AS_WEBP = """async picture => {
    const image = new Image();
    image.src = picture;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.width, image.height];
    canvas.getContext("2d").drawImage(image, 0, 0);
    return canvas.toDataURL("image/webp", 0.6);
}"""


def people_of(house: House, name: str, language: str) -> dict[str, Person]:
    """Those of a coalition just founded, by what they are."""
    # Passwords are hashed as the house does it, not as quick tests do.
    given = {"NAME": name, "LANG_OF": language, "SAYS": SAYS, "TITLE": TITLES[language], "DJANGO_SETTINGS_MODULE": "amnt.settings"}
    in_the_house(house, FOUND, **given)
    return {kind: Person(kind, f"{name}.{kind}@example.org", SAYS, language) for kind in ("lead", "member", "newcomer", "host")}


def keep_picture(chromium, page, path: Path) -> None:
    """As a small picture: the browser encodes it."""
    blank = chromium.new_page()
    picture = blank.evaluate(AS_WEBP, "data:image/png;base64," + b64encode(page.screenshot()).decode())
    blank.close()
    path.write_bytes(b64decode(picture.partition(",")[2]))
    assert path.stat().st_size <= LARGEST_PICTURE


class Finger:
    """Counts the taps from the first page on."""

    def __init__(self, page):
        self.page = page
        self.taps = 0

    def tap(self, what: str) -> None:
        self.page.locator(what).first.click()
        self.taps += 1


@pytest.fixture(scope="module")
def house_of(empty_house):
    """The people of one coalition in each language, founded once."""
    people = {language: people_of(empty_house, f"first-{language}", language) for language in TITLES}
    return empty_house, people


@pytest.mark.parametrize("language", ["fr", "en", "es"])
@pytest.mark.parametrize("kind", ["lead", "member", "newcomer", "host"])
def test_a_first_page_has_no_fault_and_is_pictured(visit, chromium, house_of, log_in, language, kind):
    house, people = house_of
    page = visit(viewport=PHONE, locale=language, of=house)
    log_in(page, people[language][kind])
    wrong = faults(page, "/")
    if kind in PICTURED and os.environ.get("SCREENSHOTS"):
        page.goto(PICTURED[kind])
        PICTURES.mkdir(exist_ok=True)
        keep_picture(chromium, page, PICTURES / f"{kind}-{language}.webp")
        page.goto("/")
    for address in page.locator("main .ledger .acts a").evaluate_all("links => links.map(link => link.pathname)"):
        page.goto(address)
        wrong += faults(page, address)
    assert wrong == []


def test_a_lead_in_nairobi_is_told_what_comes_next(visit, house_of, log_in):
    """A region and its usual dates; the first page then names the step after it."""
    house, people = house_of
    page = visit(viewport=PHONE, locale="en", of=house)
    log_in(page, people["en"]["lead"])
    steps, finger = int(page.locator("#h-steps .count").inner_text()), Finger(page)
    finger.tap("main a[href='/calendar/new/usual/']")
    finger.tap("main .choice:has(input[value=ATU])")
    finger.tap("main button.button-primary")
    page.wait_for_selector(".notice[role=status]")
    assert finger.taps <= MOST_TAPS
    finger.tap("nav.sections a[href='/']")
    assert int(page.locator("#h-steps .count").inner_text()) == steps - 1
    assert page.locator("#h-next ~ .ledger .entry").count() > 1
    assert finger.taps <= MOST_TAPS


@pytest.mark.parametrize(
    ("kind", "language", "region", "watched", "comes", "begins"),
    [
        ("member", "fr", "ATU", "Vous suivez ce que vous avez choisi", "La suite", ""),
        ("newcomer", "es", "CITEL", "Sigues lo que elegiste", "Lo que sigue", "participas"),
    ],
)
def test_a_member_and_a_newcomer_are_told_what_comes_next(visit, house_of, log_in, kind, language, region, watched, comes, begins):
    house, people = house_of
    page = visit(viewport=PHONE, locale=language, of=house)
    log_in(page, people[language][kind])
    assert begins in page.locator("main").inner_text()
    steps, finger = int(page.locator("#h-first-acts .count").inner_text()), Finger(page)
    finger.tap("main a.button-primary")
    finger.tap("main .choice:has(input[value='50'])")
    finger.tap(f"main .choice:has(input[value={region}])")
    finger.tap("main button.button-primary")
    assert watched in page.locator(".notice[role=status]").inner_text()
    assert finger.taps <= MOST_TAPS
    assert in_the_house(house, WATCHED, EMAIL=people[language][kind].email).split() == ["1", "1"]
    # Both are ticked, and what comes next is said: the step that is left, and the first date that now concerns her.
    assert int(page.locator("#h-first-acts .count").inner_text()) == steps - 2
    assert page.locator("#h-next").inner_text() == comes
    assert page.locator("#h-next ~ .ledger .stub, #h-dates ~ .ledger .stub").count() > 0
    assert faults(page, "/") == []


def test_from_the_first_steps_it_is_not_farther(visit, house_of, log_in):
    """Where an invitation leads: the time, what this is, then what she watches."""
    house, people = house_of
    page = visit(viewport=PHONE, locale="fr", of=house)
    log_in(page, people["fr"]["newcomer"])
    page.goto("/welcome/")
    finger = Finger(page)
    finger.tap("main button.button-primary")
    finger.tap("main button.button-primary")
    finger.tap("main .choice:has(input[value='50'])")
    finger.tap("main .choice:has(input[value=ATU])")
    finger.tap("main button.button-primary")
    page.wait_for_selector(".notice[role=status]")
    assert finger.taps <= MOST_TAPS


def test_the_first_steps_fit_the_desk_in_the_dark(visit, house_of, log_in):
    house, people = house_of
    for kind in ("lead", "member"):
        page = visit(viewport=DESK, locale="en", color_scheme="dark", of=house)
        log_in(page, people["en"][kind])
        assert faults(page, "/") == []
