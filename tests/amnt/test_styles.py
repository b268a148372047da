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


@pytest.mark.parametrize("sheet", SHEETS)
def test_no_style_knows_left_from_right(sheet):
    css = re.sub(r"/\*.*?\*/", "", (FOLDER / f"{sheet}.css").read_text(), flags=re.DOTALL)
    assert PHYSICAL.findall(css) == []


@pytest.mark.parametrize("sheet", SHEETS[1:])
def test_colours_are_named_in_one_sheet_only(sheet):
    css = re.sub(r"/\*.*?\*/", "", (FOLDER / f"{sheet}.css").read_text(), flags=re.DOTALL)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{]*})", css) == []
