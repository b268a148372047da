"""A table of a file, from its review to its text: it scrolls in a region of its own, reached by the keyboard, and the page does not."""

import re

from tests.browser.conftest import DESK
from tests.browser.test_every_screen import faults
from tests.resolutions.docx.writing import call, docx, p, proposal
from tests.resolutions.tables.files import row, table

NARROW = {"width": 320, "height": 640}
TABLE = table(
    row("Action", "Who is responsible", "Deadline", "What comes of it", header=True),
    row("Publish a guide for small networks", "Director of the Bureau", "March 2026", "A guide of ten pages"),
    row("Ask those who keep networks", "Regional offices", "June 2026", "Answers, made public", mark="ins"),
    row("Report to the advisory group", "Director of the Bureau", "every meeting", "A report", mark="del"),
)
PROPOSED = docx(proposal(call("resolves"), p("1\tto follow this plan of action:"), TABLE, code="EUR/38A99/1"))


def test_a_table_scrolls_in_its_region_and_the_page_does_not(visit, house, log_in):
    page = visit(viewport=DESK, locale="en-GB")
    log_in(page, house.person("lead"))
    page.goto("/contributions/bring/")
    page.set_input_files("[name=files]", {"name": "plan.docx", "mimeType": "application/octet-stream", "buffer": PROPOSED})
    page.locator("main form button.button-primary").click()
    page.wait_for_url(re.compile(r"/contributions/incoming/"))
    page.wait_for_selector("table.grid", timeout=60_000)
    wrong = faults(page, "read")
    page.set_viewport_size(NARROW)
    wrong += faults(page, "read, narrow")
    region = page.get_by_role("region", name="Table 1, EUR/38A99/1")
    region.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("element => element.scrollLeft > 0", arg=region.element_handle())

    assert page.get_by_text("new row").count() == page.get_by_text("deleted row").count() == 1
    assert wrong == []
