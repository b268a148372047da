"""A coalition of its own for each journey, so that what one journey ends is missed by no other test of the same house."""

import json
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import House, Person
from tests.browser.test_every_screen import in_the_house

PASSWORD = "eleven calm herons by the ferry"
FOUND = """
import json, os
from datetime import time
from django.utils.timezone import now
from amnt.accounts.models import User
from coalitions.models import Organisation
from coalitions.services.membership import admit, found_coalition

ours = found_coalition(os.environ["TITLE"], mail_ceiling="detailed")
people = {}
for part, given in json.loads(os.environ["CAST"]).items():
    # No quiet hours and no weekend: mails go out whenever the test runs.
    person = User.objects.create_user(
        given["email"], None, name=given["name"], language=given["language"], time_zone=given["zone"],
        quiet_from=time(0), quiet_to=time(0), weekend="none", first_steps_done_at=now() if given["is_settled"] else None,
    )
    person.set_password(os.environ["SAYS"])
    person.save()
    organisation = Organisation.objects.create(name=given["organisation"])
    admit(ours, user=person, role=given["role"], organisation=organisation)
    people[part] = person
"""


def member(name: str, language: str, zone: str, *, role: str = "member", is_settled: bool = True) -> dict[str, str | bool]:
    """One of a cast. Who is not settled has not taken the first steps."""
    return {
        "name": name,
        "email": f"{uuid4().hex[:12]}@journey.example",
        "language": language,
        "zone": zone,
        "role": role,
        "is_settled": is_settled,
        "organisation": f"{name.split()[1]} & Co. (example)",
    }


def found(house: House, title: str, cast: dict[str, dict[str, str | bool]], world: str, **given: str) -> tuple[dict[str, Person], str]:
    """The people, who lead or work in a new coalition, and what the program `world` prints, which finds them as `people` in `ours`."""
    asked = {"TITLE": title, "CAST": json.dumps(cast), "SAYS": PASSWORD, **given}
    # Passwords are hashed as the house does it, not as quick tests do.
    printed = in_the_house(house, FOUND + world, DJANGO_SETTINGS_MODULE="amnt.settings", **asked)
    people = {part: Person(part, str(each["email"]), PASSWORD, str(each["language"]), str(each["name"])) for part, each in cast.items()}
    return people, printed


def agree(page: Page, name: str) -> None:
    """To what another lead asks about this person."""
    page.goto("/approvals/")
    for address in page.locator("section[aria-labelledby=h-answer] h3 a").evaluate_all("links => links.map(link => link.pathname)"):
        page.goto(address)
        if name in page.locator("main .facts").first.inner_text():
            page.locator("form[action$='/approve/'] button").click()
            expect(page.locator(".notice[role=status]")).to_be_visible()
            return
    pytest.fail(f"nothing is asked about {name}")
