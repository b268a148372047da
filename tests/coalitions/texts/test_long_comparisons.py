"""The page, the files and the API of comparisons too long to be made while somebody waits."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from coalitions.read_models import found_hints
from resolutions import tasks
from resolutions.comparison_slots import comparison_slot
from resolutions.domain import comparison_pages
from resolutions.models import KeptComparison, WordingRule
from resolutions.services import comparisons
from tests.coalitions.texts.test_compare import address, page, proposal_on, text_in_force
from tests.factories import ResolutionFactory, coalition, member

pytestmark = pytest.mark.django_db

POLLED = {"HX-Request": "true", "HX-Target": "progress"}
WORDS = tuple(("operative", "resolves", str(place), f"to do thing {place} of all things;") for place in range(6))


@pytest.fixture
def someone(client):
    user = member(coalition())
    client.force_login(user)
    return user


@pytest.fixture
def here(someone, monkeypatch):
    """The address of a comparison of two texts of six clauses, where four are compared at once, and a page has four cells."""
    monkeypatch.setattr(comparisons, "CLAUSES_AT_ONCE", 4)
    monkeypatch.setattr(comparison_pages, "MOST_CELLS", 4)
    # Whoever asks first finds that it is being compared: the worker is somebody else.
    monkeypatch.setattr(tasks.make_comparison, "delay_on_commit", lambda pk: None)
    text = text_in_force(ResolutionFactory(number=50, slug="50"), WORDS)
    changes = {place: f"to do any thing {place} of all things;" for place in (1, 2, 4)}
    proposal = proposal_on(text, "AFCP", changes)
    return address(text.revision.resolution, text, proposal)


def make():
    comparisons.make_comparison(KeptComparison.objects.get().pk)


def test_a_long_comparison_says_that_it_is_being_compared_and_how_to_look_again(client, here):
    html = page(client, here)
    assert "being compared" in html
    assert 'hx-trigger="every 2s"' in html
    assert f'href="?{here.partition("?")[2]}">Check again'.replace("&", "&amp;") in html
    assert KeptComparison.objects.count() == 1


def test_while_it_is_being_compared_htmx_gets_the_same_and_then_the_page(client, here):
    client.get(here)
    fragment = client.get(here, headers=POLLED)
    assertContains(fragment, "being compared")
    assertNotContains(fragment, "<html")
    make()
    assert client.get(here, headers=POLLED).headers["HX-Refresh"] == "true"
    assertNotContains(client.get(here), "being compared")


def test_a_worker_is_woken_once(client, someone, here, monkeypatch):
    woken = []
    monkeypatch.setattr(tasks.make_comparison, "delay_on_commit", woken.append)
    for _ in range(3):
        client.get(here)
    assert woken == [KeptComparison.objects.get().pk]


def test_it_is_shown_page_by_page_and_every_clause_once(client, here):
    WordingRule.objects.create(code="any", family="role", name_en="A rule", patterns={"en": ["+ any"]})
    client.get(here)
    make()
    pages = [page(client, f"{here}&page={number}&unchanged=1") for number in (1, 2, 3)]
    assert "Page 1 of 3" in pages[0]
    assert "1 hint on this page" in pages[1]
    assert "shown page by page" in pages[0]
    for place, (_part, _call, _number, said) in enumerate(WORDS):
        changed = place in (1, 2, 4)
        words = f"to do <ins>any </ins>thing {place} of all things;" if changed else said
        assert sum(html.count(words) for html in pages) == 1
    assert "3 clauses changed, 3 unchanged" in " ".join(pages[2].split())


@pytest.mark.parametrize("number", ["0", "-1", "99", "999999999999", "x", ""])
def test_a_page_there_is_none_of_is_the_nearest_one(client, here, number):
    client.get(here)
    make()
    assert " of 3" in page(client, f"{here}&page={number}")


def test_a_fold_on_a_later_page_opens(client, here):
    client.get(here)
    make()
    fold = client.get(f"{here}&page=3&fold=1", headers={"HX-Request": "true"})
    assertContains(fold, WORDS[5][3])


def test_what_is_too_long_says_the_limit_and_offers_to_choose_otherwise(client, here, monkeypatch):
    monkeypatch.setattr(comparisons, "CLAUSES_AT_ALL", 5)
    answer = client.get(here)
    assertContains(answer, "12 clauses and")
    assertContains(answer, "Choose fewer columns.")
    assertContains(answer, "Change what is compared")


def test_a_file_of_what_is_being_compared_asks_to_come_back_and_then_is_there(client, here):
    file = here.replace("/compare/?", "/compare/export.txt?")
    answer = client.get(file)
    assertRedirects(answer, here, fetch_redirect_response=False)
    assertContains(client.get(here), "Ask for the file again in a few seconds.")
    make()
    assert "[+any +]thing 2" in client.get(file).content.decode()


def test_the_api_says_202_and_when_to_ask_again_and_then_answers_page_by_page(client, here):
    keys = here.partition("?")[2]
    answer = client.get(f"/api/v1/comparison/?{keys}")
    assert answer.status_code == 202
    assert answer.headers["Retry-After"] == "5"
    make()
    answers = [client.get(f"/api/v1/comparison/?{keys}&page={number}").json() for number in (1, 2, 3)]
    assert {(answer["page"], answer["pages"]) for answer in answers} == {(1, 3), (2, 3), (3, 3)}
    assert [clause["number"] for answer in answers for clause in answer["clauses"]] == ["0", "1", "2", "3", "4", "5"]


def test_where_no_seat_is_free_one_waits_and_other_pages_do_not(client, here, monkeypatch):
    client.get(here)
    make()
    monkeypatch.setattr(comparisons, "CLAUSES_OF_LITTLE", 4)
    with comparison_slot(is_needed=True):
        assertContains(client.get(here), "being compared")
        assert client.get(f"/api/v1/comparison/?{here.partition('?')[2]}").status_code == 202
        assertRedirects(client.get(here.replace("/compare/?", "/compare/export.txt?")), here, fetch_redirect_response=False)
        assert client.get("/").status_code == 200
        monkeypatch.setattr(comparisons, "CLAUSES_OF_LITTLE", 12)
        assertNotContains(client.get(here), "being compared</")
    assertNotContains(client.get(here), "being compared</")


def test_of_very_many_hints_the_first_are_shown_and_the_others_counted(client, someone, monkeypatch):
    monkeypatch.setattr(found_hints, "MOST_HINTS", 2)
    WordingRule.objects.create(code="standardize", family="blocks", name_en="A rule", patterns={"en": ["+ standardi*"]})
    text = text_in_force(ResolutionFactory(number=50, slug="50"), WORDS)
    proposal = proposal_on(text, "AFCP", {1: "to standardize, standardise, standardized, standardising and to standardizes;"})
    html = page(client, address(text.revision.resolution, text, proposal))
    assert html.count("Hint, not an opinion:") == 2
    assert "3 more hints about this wording are not shown." in html
    assert "5 hints in the operative part" in html
