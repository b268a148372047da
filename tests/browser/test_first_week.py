"""The first page of a new coalition in a browser: without a fault, few taps from a first useful act, and pictured for help and docs.

`SCREENSHOTS=1 bin/test --browser tests/browser/test_first_week.py` renews the pictures.
"""

import os

import pytest

from tests.browser.conftest import DESK, PHONE, ROOT, Person
from tests.browser.test_every_screen import faults, in_the_house

pytestmark = pytest.mark.browser
FOUND = """
import os
from amnt.accounts.models import User
from coalitions.services import starter_plans
from coalitions.services.membership import admit, found_coalition
name = os.environ["NAME"]
person = User.objects.create_user(f"{name}@example.org", None, name="Mariam Sow", language=os.environ["LANG_OF"], time_zone="Africa/Dakar")
person.set_password(os.environ["SAYS"])
person.save()
coalition = found_coalition(os.environ["TITLE"], mail_ceiling="standard")
admit(coalition, user=person, role="lead")
starter_plans.begin(coalition)
"""
SAYS = "seven quiet lanterns over the bay"
TITLES = {"fr": "Libertés en réseau (exemple)", "en": "Networked Freedoms (example)", "es": "Libertades en red (ejemplo)"}
MOST_TAPS = 6
PICTURES = ROOT / "amnt" / "static" / "img" / "first-week"


def new_lead(house, name: str, language: str) -> Person:
    # Passwords are hashed as the house does it, not as quick tests do.
    given = {"NAME": name, "LANG_OF": language, "SAYS": SAYS, "TITLE": TITLES[language], "DJANGO_SETTINGS_MODULE": "amnt.settings"}
    in_the_house(house, FOUND, **given)
    return Person("lead", f"{name}@example.org", SAYS, language)


@pytest.mark.parametrize("language", ["fr", "en", "es"])
def test_the_first_steps_have_no_fault_and_are_pictured(visit, house, log_in, language):
    page = visit(viewport=PHONE, locale=language)
    log_in(page, new_lead(house, f"first-{language}", language))
    assert page.locator("#h-steps").count() == 1
    if os.environ.get("SCREENSHOTS"):
        PICTURES.mkdir(exist_ok=True)
        page.screenshot(path=PICTURES / f"{language}.png")
    wrong = faults(page, "/")
    for address in page.locator("main .ledger .acts a").evaluate_all("links => links.map(link => link.pathname)"):
        page.goto(address)
        wrong += faults(page, address)
    assert wrong == []


def test_a_lead_reaches_a_useful_act_in_six_taps(visit, house, log_in):
    """From the page of the log-in: name and password, then a region and its dates."""
    page = visit(viewport=PHONE, locale="en")
    log_in(page, new_lead(house, "taps", "en"))
    taps = 1
    page.click("main a[href='/calendar/new/usual/']")
    page.check("main input[value=ATU]")
    page.click("main button.button-primary")
    taps += 3
    page.wait_for_selector(".notice[role=status]")
    assert taps <= MOST_TAPS


def test_the_first_steps_fit_the_desk_in_the_dark(visit, house, log_in):
    page = visit(viewport=DESK, locale="en", color_scheme="dark")
    log_in(page, new_lead(house, "dark", "en"))
    assert faults(page, "/") == []
