"""The style sheets keep their promises: light on a bad line, and the same from right to left."""

import gzip
import re

import pytest
from django.conf import settings

from amnt.config.static_files import SHEETS, CombinedCSSFinder

FOLDER = settings.BASE_DIR / "amnt" / "static" / "css"
# A side of the page, not of the reading: wrong for half of the world's right-to-left readers.
PHYSICAL = re.compile(
    r"(?<![-\w])(?:(?:margin|padding|border)-(?:left|right)|(?:left|right)|border-(?:top|bottom)-(?:left|right)-radius)\s*:"
    r"|(?:text-align|float|clear)\s*:\s*(?:left|right)"
)


def test_all_style_is_one_file_within_its_budget():
    joined = CombinedCSSFinder().join().read_bytes()
    assert len(gzip.compress(joined)) <= 12 * 1024


def test_no_comment_goes_over_the_line_and_every_rule_does():
    sources = "".join((FOLDER / f"{sheet}.css").read_text() for sheet in SHEETS)
    joined = CombinedCSSFinder().join().read_text()
    assert "/*" in sources
    assert "/*" not in joined
    assert len(gzip.compress(joined.encode())) < 0.9 * len(gzip.compress(sources.encode()))
    words = re.sub(r"/\*.*?\*/", "", sources, flags=re.DOTALL).split()
    assert joined.split() == words
    # A comment that began within quotes would take the rule with it.
    assert [quoted for quoted in re.findall(r'"[^"\n]*"', sources) if "/*" in quoted or "*/" in quoted] == []


@pytest.mark.parametrize("sheet", SHEETS)
def test_no_style_knows_left_from_right(sheet):
    css = re.sub(r"/\*.*?\*/", "", (FOLDER / f"{sheet}.css").read_text(), flags=re.DOTALL)
    assert PHYSICAL.findall(css) == []


@pytest.mark.parametrize("sheet", SHEETS[1:])
def test_colours_are_named_in_one_sheet_only(sheet):
    css = re.sub(r"/\*.*?\*/", "", (FOLDER / f"{sheet}.css").read_text(), flags=re.DOTALL)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{]*})", css) == []


# A count in brackets says how many still need someone; a total has none.
NEED_SOMEONE = {
    "calendar_app/_cycle_status.html",  # T−33 days: not a count, but still open
    "calendar_app/now/_block_mine.html",
    "calendar_app/now/_block_unowned.html",
    "calendar_app/now/_first_acts.html",
    "calendar_app/now/_starter_plan.html",
    "calendar_app/now/now.html",
    "calendar_app/plans/move_preview.html",  # steps that have become impossible
    "calendar_app/plans/plan.html",
    "calendar_app/reminders/reminders.html",
    "calendar_app/week/week.html",
    "coalitions/approvals/approvals.html",
    "coalitions/delegations/delegations.html",
    "coalitions/detail.html",
    "coalitions/follow_ups/follow_ups.html",
    "coalitions/live/_missing_notes.html",
    "coalitions/live/_rooms.html",  # sessions that nobody covers
    "coalitions/live/day.html",
    "coalitions/outcomes/outcomes.html",
    "coalitions/outreach/contact.html",  # suggestions to confirm
    "coalitions/outreach/coverage.html",
    "coalitions/positions/_touches.html",  # cited clauses to look at
    "coalitions/statements/statement.html",  # organisations that have not answered
    "coalitions/texts/_matrix_quick_filters.html",
    "coalitions/texts/proposals_paste.html",
    "coalitions/texts/upload_read.html",
}


def test_only_what_still_needs_someone_is_counted_in_brackets():
    templates = settings.BASE_DIR / "templates"
    bracketed = (page for page in templates.rglob("*.html") if re.search(r'class="[^"]*\bcount\b', page.read_text()))
    assert {str(page.relative_to(templates)) for page in bracketed} == NEED_SOMEONE


def test_the_dot_between_parts_of_a_line_stands_in_no_box():
    """What follows each part is drawn inside it: a span around a marking keeps the dot out of its frame."""
    templates = settings.BASE_DIR / "templates"
    bare = [page.name for page in templates.rglob("*.html") if re.search(r'class="meta"[^>]*>\s*{% marking', page.read_text())]
    assert bare == []
