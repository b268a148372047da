"""What the style sheets promise, as a browser computes it."""

import pytest

from tests.browser.conftest import DESK, PHONE


@pytest.fixture
def lead_at(visit, house, log_in):
    def begin(viewport: dict):
        page = visit(viewport=viewport, locale="en")
        log_in(page, house.person("lead"))
        return page

    return begin


@pytest.mark.parametrize("kind", [".entry", ".quick-filters", ".button"])
def test_what_is_not_for_paper_is_not_on_it_whatever_else_it_is(lead_at, kind):
    page = lead_at(PHONE)
    page.goto("/calendar/?dates=all")
    page.evaluate("kind => document.querySelector(`main ${kind}`).classList.add('no-print')", kind)
    page.emulate_media(media="print")
    assert page.locator("main .no-print").evaluate("element => getComputedStyle(element).display") == "none"


def test_a_picture_in_a_closed_fold_is_on_paper_without_its_fold(lead_at):
    page = lead_at(PHONE)
    page.goto("/calendar/?dates=all")
    picture = page.locator("details:not([open]) .chart svg")
    assert picture.evaluate("picture => picture.checkVisibility()") is False
    page.emulate_media(media="print")
    assert picture.evaluate("picture => picture.checkVisibility()") is True
    assert picture.evaluate("picture => picture.closest('details').querySelector('summary').checkVisibility()") is False
    assert picture.bounding_box()["width"] <= PHONE["width"]


@pytest.mark.parametrize("viewport", [PHONE, DESK])
def test_the_legend_of_a_form_is_no_larger_than_a_heading(lead_at, viewport):
    page = lead_at(viewport)
    page.goto("/reminders/")
    legends, headings = (
        page.locator(selector).evaluate_all("all => all.map(one => parseFloat(getComputedStyle(one).fontSize))")
        for selector in ("main .form > fieldset > legend", "main h2")
    )
    assert len(legends) == 3
    assert max(legends) <= min(headings)


@pytest.mark.parametrize("address", ["/", "/calendar/?dates=all", "/calendar/assemblies/WTSA-28/", "/resolutions/50/dates/"])
def test_only_the_word_itself_is_underlined_as_provisional(lead_at, address):
    page = lead_at(DESK)
    page.goto(address)
    marks = page.locator("main .provisional").evaluate_all("all => all.map(one => getComputedStyle(one, '::after').content)")
    assert set(marks) <= {"none"}
    assert marks or address == "/"


def test_brackets_are_around_what_needs_someone_and_not_around_totals(lead_at):
    page = lead_at(DESK)
    page.goto("/follow-ups/?tab=team")
    for kind, before in ((".count", '"["'), (".total", "none")):
        found = page.locator(f"main {kind}").evaluate_all("all => all.map(one => getComputedStyle(one, '::before').content)")
        assert set(found) == {before}
