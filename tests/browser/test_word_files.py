"""An exported comparison in a real word processor: LibreOffice finds the marks, and accepting or rejecting them gives either text."""

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from resolutions.exporters.docx import as_docx, versions_as_docx
from resolutions.importers import odt
from resolutions.importers.docx.guard import open_document
from resolutions.importers.docx.reading import read_paragraphs
from resolutions.importers.packages import open_package
from tests.browser.conftest import DESK, speak
from tests.resolutions.exporters.comparisons import ARABIC, CHINESE, LIGHTHOUSES, SIDE_BY_SIDE, WITH_CLAUSES_BELOW, sides
from tests.resolutions.exporters.test_tables import comparison as comparison_with_a_table

DAY = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
DC = "{http://purl.org/dc/elements/1.1/}"
SECONDS = 120
MACRO = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">
Sub Settle(source As String, command As String, target As String)
    Dim opening(0) As New com.sun.star.beans.PropertyValue
    opening(0).Name = "Hidden"
    opening(0).Value = True
    document = StarDesktop.loadComponentFromURL(source, "_blank", 0, opening())
    dispatcher = createUnoService("com.sun.star.frame.DispatchHelper")
    dispatcher.executeDispatch(document.CurrentController.Frame, command, "", 0, Array())
    Dim saving(1) As New com.sun.star.beans.PropertyValue
    saving(0).Name = "FilterName"
    saving(0).Value = "Text (encoded)"
    saving(1).Name = "FilterOptions"
    saving(1).Value = "UTF8,LF"
    document.storeToURL(target, saving())
    document.close(True)
End Sub
</script:module>
"""


class Writer:
    """LibreOffice with a profile of its own, so that it meets neither another one nor what somebody set."""

    def __init__(self, program, folder):
        self.program, self.folder, self.profile = program, folder, folder / "profile"

    def run(self, *arguments):
        command = [self.program, f"-env:UserInstallation={self.profile.as_uri()}", "--headless", "--norestore", *arguments]
        subprocess.run(command, check=True, capture_output=True, timeout=SECONDS, cwd=self.folder)

    def converted(self, data, kind):
        (self.folder / "comparison.docx").write_bytes(data)
        self.run("--convert-to", kind, "--outdir", str(self.folder / "converted"), "comparison.docx")
        return (self.folder / "converted" / f"comparison.{kind}").read_bytes()

    def settled(self, data, act):
        """The text once every mark is accepted or rejected (act -- Accept or Reject), without the blank paragraph at the end."""
        source, target = self.folder / "comparison.docx", self.folder / f"{act}.txt"
        source.write_bytes(data)
        # The profile is there by now; the start that made it would have put an empty module in this place.
        (self.profile / "user" / "basic" / "Standard" / "Module1.xba").write_text(MACRO)
        self.run(f'macro:///Standard.Module1.Settle("{source.as_uri()}",".uno:{act}AllTrackedChanges","{target.as_uri()}")')
        text = target.read_text(encoding="utf-8-sig")
        target.unlink()
        return text.removesuffix("\n")


@pytest.fixture(scope="session")
def writer(tmp_path_factory):
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        pytest.fail("LibreOffice is not installed. On Debian: apt-get install libreoffice-writer-nogui libreoffice-uiconfig-writer")
    found = Writer(program, tmp_path_factory.mktemp("writer"))
    found.converted(as_docx(CHINESE, author="Comparison"), "txt")
    return found


def test_a_word_processor_finds_the_marks_in_a_file_of_three_regions(visit, house, log_in, writer):
    page = visit(viewport=DESK, locale="en-GB")
    log_in(page, house.person("member"))
    speak(page, "en")
    page.goto("/resolutions/50/compare/?choose=1")
    base = page.locator("select[name=of] option:checked").get_attribute("value")
    regions = [
        page.locator(".choice", has_text=identifier).locator("input[name=with]").get_attribute("value")
        for identifier in ("AFCP/35A12/1", "EUR/38A7/1", "RCC/40A3/2")
    ]
    page.goto(f"/resolutions/50/compare/?of={base}&" + "&".join(f"with={region}" for region in regions))
    assert page.locator("main ins").count() > 0
    with page.expect_download() as coming:
        page.locator("a[href*='export.docx']").click()
    document = etree.fromstring(writer.converted(Path(coming.value.path()).read_bytes(), "fodt"))
    changes = document.find(f".//{TEXT}tracked-changes")
    assert {etree.QName(change).localname for change in changes.iterfind(f"{TEXT}changed-region/*")} == {"insertion", "deletion"}
    assert house.person("member").name not in etree.tostring(document, encoding="unicode")


COMPARISONS = pytest.mark.parametrize("comparison", [LIGHTHOUSES, ARABIC, CHINESE], ids=["English", "Arabic", "Chinese"])


@COMPARISONS
@pytest.mark.parametrize("date", [None, DAY], ids=["without a date", "dated"])
def test_accepting_gives_the_new_text_and_rejecting_the_old_one(writer, comparison, date):
    data = as_docx(comparison, author="Comparison", date=date)
    old, new = ("\n".join(side) + "\n" for side in sides(comparison))

    assert (writer.settled(data, "Reject"), writer.settled(data, "Accept")) == (old, new)


@pytest.mark.parametrize("date", [None, DAY], ids=["without a date", "dated"])
def test_clauses_put_in_below_words_put_in_run_into_no_other(writer, date):
    data = as_docx(WITH_CLAUSES_BELOW, author="Comparison", date=date)
    old, new = ("\n".join(side) + "\n" for side in sides(WITH_CLAUSES_BELOW))

    assert (writer.settled(data, "Reject"), writer.settled(data, "Accept")) == (old, new)


@pytest.mark.parametrize("date", [None, DAY], ids=["without a date", "dated"])
def test_rows_and_words_of_a_table_are_accepted_and_rejected(writer, date):
    data = as_docx(comparison_with_a_table(), author="Comparison", date=date)

    above = ["MOD\tEUR/38A7/1", "RESOLUTION 7", "Lighthouses", "resolves", "1\tto keep these questions:", "Question\tTitle"]
    rejected = ["1/4\tLamps of the coast", "2/4\tBells in fog", "4/4\t", "2\tto list others each year."]
    accepted = ["1/4\tLamps of every coast", "and their colours", "3/4\tHorns of ferries", "4/4\tBuoys", "2\tto list others every year."]
    assert lines(writer.settled(data, "Reject")) == above + rejected
    assert lines(writer.settled(data, "Accept")) == above + accepted


def lines(text):
    """Those with words: an empty cell is an empty line."""
    return [line for line in text.splitlines() if line.strip()]


def test_every_proposal_can_be_accepted_or_rejected(writer):
    data = versions_as_docx(SIDE_BY_SIDE, author="Comparison")

    accepted, rejected = writer.settled(data, "Accept"), writer.settled(data, "Reject")

    assert accepted.count("1\tto light every lamp of both coasts;") == 1
    assert rejected.count("1\tto light every lamp of the coast;") == 4
    assert "to count the lamps" in accepted
    assert "to count the lamps" not in rejected


@COMPARISONS
def test_it_finds_the_marks_and_names_nobody(writer, comparison):
    document = etree.fromstring(writer.converted(as_docx(comparison, author="Comparison", date=DAY), "fodt"))

    changes = document.find(f".//{TEXT}tracked-changes")
    assert {etree.QName(change).localname for change in changes.iterfind(f"{TEXT}changed-region/*")} == {"insertion", "deletion"}
    assert {creator.text for creator in document.iter(f"{DC}creator")} == {"Comparison"}
    assert {date.text for date in changes.iter(f"{DC}date")} == {"2026-11-24T09:30:00"}


def test_a_move_is_a_move(writer):
    document = writer.converted(as_docx(LIGHTHOUSES, author="Comparison", date=DAY), "fodt").decode()

    assert document.count("<loext:move-id>") >= 2


@COMPARISONS
@pytest.mark.parametrize("kind", ["docx", "odt"])
def test_saved_again_it_still_holds_both_texts(writer, comparison, kind):
    """What a delegate does: open, save, send on."""
    data = as_docx(comparison, author="Comparison", date=DAY)

    saved = writer.converted(data, kind)

    found = read_paragraphs(open_document(saved)) if kind == "docx" else odt.read_paragraphs(open_package(saved))
    assert [[paragraph.text for paragraph in view if paragraph.text] for view in (found.before, found.after)] == list(sides(comparison))
    assert found.authors == {"Comparison"}
