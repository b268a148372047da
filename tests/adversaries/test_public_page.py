"""A stranger, or a robot, who reads every page without a log-in in every language, and finds nothing there that a coalition keeps.

Each private thing of the world of tests/test_scoping.py carries a mark; two leads showed one statement and no name.
"""

import re

import pytest
from django.core.cache import cache

from amnt.core.languages import LANGUAGE_CODES
from coalitions.models import PublicPageEntry
from resolutions.models import Resolution
from tests.test_scoping import NOBODY, Walker, addresses, routes, world  # noqa: F401 -- fixtures

pytestmark = pytest.mark.django_db

MARK = re.compile(r"zz-[a-z0-9-]+")


def public_answers(world) -> dict[str, str]:  # noqa: F811
    """What each public address says to somebody who is not logged in, whatever stands in it."""
    found = {}
    slugs = [*Resolution.objects.values_list("slug", flat=True), "none"]
    ids = [*world.objects, *world.public, NOBODY]
    for path, _pattern in routes():
        if not path.startswith("public/"):
            continue
        for language in LANGUAGE_CODES:
            filled = f"/{path}".replace("<slug:language>", language)
            for value in ids if "<uuid:" in filled else slugs if "<slug:" in filled else [""]:
                address = re.sub(r"<[^>]*>", str(value), filled)
                cache.clear()
                answer = Walker(world, "anonymous").client.get(address)
                assert answer.status_code in (200, 404), address
                found[address] = f"{answer.status_code} {answer.getvalue().decode(errors='replace')} {answer.headers}"
    return found


def test_no_public_page_holds_what_a_coalition_keeps(world):  # noqa: F811
    said = public_answers(world)
    marked = {address: MARK.findall(text) for address, text in said.items() if MARK.search(text)}
    # The address itself, in the 404 of an unknown slug or id, holds none either.
    assert marked == {}
    assert len([text for text in said.values() if text.startswith("200")]) > 30


def test_only_the_statement_that_two_leads_chose_is_found(world):  # noqa: F811
    found = [address for address, text in public_answers(world).items() if "/statements/" in address and text.startswith("200")]
    [shown] = PublicPageEntry.objects.get().statements.all()
    assert found
    assert all(str(shown.public_id) in address for address in found)


def test_switched_off_a_stranger_learns_nothing_at_all(world, settings):  # noqa: F811
    settings.PUBLIC_PAGE = False
    assert {text[:3] for text in public_answers(world).values()} == {"404"}
