"""Word contributions are dropped, read, looked at and published, as people do it: web and worker are real. Axe on every step."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE, ROOT
from tests.browser.test_every_screen import faults
from tests.resolutions.docx.writing import call, docx, header, ins, p, t

SAMPLES = ROOT / "tests" / "resolutions" / "docx" / "samples"

# What each file asks, and of which resolution.
CONTENTS = {
    "d1_mod_res50_en.docx": ["MOD CEPT/35A5/1"],
    "d2_mod_res47_fr.docx": ["MOD AFCP/35A12/1"],
    "d3_add_ai_es.docx": ["ADD IAP/39A26/1"],
    "d4_sup_noc_en.docx": ["SUP USA/48A13/1", "NOC USA/48A13/2"],
}


def drop(page, name):
    """As a drop on the field does, and without waiting for anything but the page itself."""
    page.goto("/contributions/bring/")
    page.set_input_files("[name=files]", SAMPLES / name)
    page.locator("main form button.button-primary").click()
    page.wait_for_url(re.compile(r"/contributions/incoming/"))
    page.wait_for_selector("form[action$='/publish/']", timeout=60_000)


def matrix(page) -> str:
    page.goto("/matrix/")
    return page.locator("table.matrix").inner_text()


@pytest.mark.parametrize("name", CONTENTS)
def test_each_sample_is_dropped_read_and_published_and_the_matrix_moves(visit, house, log_in, name):
    page = visit(viewport=DESK, locale="en-GB")
    log_in(page, house.person("lead"))
    before = matrix(page)
    drop(page, name)
    expect(page.locator("main form legend", has_text=re.compile("[A-Z]{3} "))).to_have_text(CONTENTS[name])
    wrong = faults(page, f"{name}, read")
    page.locator("form[action$='/publish/'] button.button-primary").click()
    expect(page.locator("[role=status].notice")).to_be_visible()
    for identifier in CONTENTS[name]:
        expect(page.locator(".ledger h3", has_text=identifier)).to_be_visible()
    wrong += faults(page, f"{name}, published")
    assert matrix(page) != before
    assert wrong == []


def test_without_script_a_file_is_read_and_its_doubtful_clauses_are_placed(visit, house, log_in):
    page = visit(viewport=PHONE, locale="en-GB", java_script_enabled=False)
    log_in(page, house.person("member"))
    page.goto("/contributions/bring/")
    page.set_input_files("[name=files]", SAMPLES / "d1_mod_res50_en.docx")
    with page.expect_navigation():
        page.locator("main form button.button-primary").click()
    for _ in range(120):
        if page.locator("form[action$='/publish/']").count():
            break
        # "Check again": the link, since nothing moves by itself. What is counted next is counted on the page it leads to, once whole.
        with page.expect_navigation():
            page.locator("#progress a.button").click()
    doubts = page.locator("a[href$='/anchors/']")
    assert doubts.count() > 0
    doubts.first.click()
    first = page.locator("table.anchoring tbody tr").first
    first.locator("select").select_option("new")
    page.locator("main form button.button-primary").click()
    expect(page.locator("[role=status].notice")).to_be_visible()
    doubts.first.click()
    # The guesses were saved with it: nothing is left unanswered, and the answers stand in the order of the text.
    expect(page.locator("table.anchoring tbody tr").first.locator("select")).to_have_value("new")


@pytest.mark.parametrize("viewport", [DESK, PHONE])
def test_words_taken_out_and_added_stand_in_one_line_of_running_text(visit, house, log_in, viewport):
    page = visit(viewport=viewport, locale="en-GB")
    log_in(page, house.person("lead"))
    drop(page, "d1_mod_res50_en.docx")
    clause = page.locator("p.compare", has_text="among the")
    removed, added = clause.locator("del").first, clause.locator("ins").first
    expect(removed).to_be_visible()
    assert removed.evaluate("word => getComputedStyle(word).display") == "inline"
    boxes = [word.evaluate("word => word.getClientRects()[0].toJSON()") for word in (removed, added)]
    line = clause.evaluate("words => parseFloat(getComputedStyle(words).lineHeight)")
    assert all(abs(boxes[0]["top"] - box["top"]) < 1.5 * line for box in boxes)
    # Blocks would be as wide as the paragraph.
    assert boxes[1]["width"] < clause.bounding_box()["width"] / 2


def test_the_screens_of_a_refused_file_and_of_a_number_have_no_fault(visit, house, log_in, tmp_path):
    page = visit(viewport=PHONE, locale="en-GB", color_scheme="dark")
    log_in(page, house.person("lead"))
    pdf = tmp_path / "a.pdf"
    pdf.write_bytes(b"%PDF-1.7")
    page.goto("/contributions/bring/")
    page.set_input_files("[name=files]", pdf)
    page.locator("main form button.button-primary").click()
    expect(page.locator("#errors")).to_be_visible()
    wrong = faults(page, "a PDF")
    restricted = tmp_path / "T22-TSAG-221212-TD-GEN-0011-R1-MSW-E.docx"
    restricted.write_bytes((SAMPLES / "d1_mod_res50_en.docx").read_bytes())
    page.set_input_files("[name=files]", restricted)
    page.locator("main form button.button-primary").click()
    expect(page.locator("[name=number]")).to_have_value("T22-TSAG-221212-TD-GEN-0011-R1-MSW-E")
    wrong += faults(page, "a restricted document")
    drop(page, "d1_mod_res50_en.docx")
    page.locator("a[href$='/anchors/']").first.click()
    wrong += faults(page, "doubtful clauses")
    assert wrong == []


def asked(code: str, resolution: int) -> dict:
    """A file of our own that adds a clause, on a resolution whose text nobody entered."""
    words = [header(f"MOD\t{code}"), p(f"RESOLUTION {resolution} (REV. SOMEWHERE, 2024)", style="ResNo"), call("resolves")]
    data = docx("".join([*words, p(ins(t("1\tto light every harbour;")), mark="ins")]))
    return {"name": f"{code.replace('/', '-')}.docx", "mimeType": "application/octet-stream", "buffer": data}


def test_several_files_are_published_by_one_button_as_far_as_they_are_certain(visit, house, log_in):
    page = visit(viewport=PHONE, locale="en-GB")
    log_in(page, house.person("second-lead"))
    page.goto("/contributions/bring/")
    page.set_input_files("[name=files]", [asked("EUR/61A1/1", 2), asked("AFCP/61A2/1", 11), asked("XYZ/61A3/1", 2)])
    page.locator("main form button.button-primary").click()
    # The list moves by itself until all are read.
    expect(page.locator("#uploaded .status[data-status=review]")).to_have_count(3, timeout=60_000)
    page.locator("main a[href='/contributions/certain/']").click()
    wrong = faults(page, "what is certain")
    certain, staying = (page.locator(f"section[aria-labelledby={name}] h3") for name in ("certain", "staying"))
    assert (certain.count(), staying.count()) == (2, 1)
    page.locator("main form button.button-primary").click()
    page.wait_for_url("**/imports/")
    expect(page.locator("[role=status].notice")).to_be_visible()
    wrong += faults(page, "published lately")
    page.locator("main button[value=take-back]").first.click()
    expect(page.locator("main button[value=take-back]")).to_have_count(1)
    assert wrong == []
