"""A coalition just founded, a folder of files and a text out of a PDF: text in force, matrix, comparison, hints, and an export that comes
home. With a real worker; on PostgreSQL and Redis where DATABASE_URL and REDIS_URL name them. The tests build on each other, in this order.
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import files_of_six_regions as files
from tests.browser.conftest import DESK, PHONE, speak
from tests.browser.test_every_screen import LOOKS, NARROWEST, faults, overflow
from tests.browser.test_first_week import people_of

# What each region adds or takes out, in its own words.
ASKED = {
    "ATU": "à ses frais",
    "LAS": "إدارة أسماء الميادين",
    "APT": "wherever they live",
    "CEPT": "year",
    "CITEL": "con la comunidad técnica",
    "RCC": "дважды",
    "states": "take part in managing domain names",
}
PATIENCE = 60_000  # milliseconds that a worker may take over a file
RESULTS = (
    "/resolutions/50/text/",
    "/resolutions/50/compare/",
    "/resolutions/50/proposals/",
    "/matrix/",
    "/matrix/50/LAS/",
    "/matrix/50/APT/",
)


class AtWork:
    """One person at a screen, and what was found wrong on the pages she saw."""

    def __init__(self, page: Page):
        self.page = page
        self.wrong: list[str] = []

    def go(self, address: str) -> None:
        self.page.goto(address)
        self.look(address)

    def look(self, what: str) -> None:
        self.wrong += faults(self.page, what)

    def press(self, button: str = "main form button.button-primary", leads_to: str = "") -> None:
        self.page.locator(button).first.click()
        self.page.wait_for_url(re.compile(leads_to))

    def upload(self, *paths: Path) -> None:
        self.go("/contributions/bring/")
        self.page.set_input_files("[name=files]", paths)

    def upload_one(self, path: Path) -> None:
        self.upload(path)
        self.press(leads_to=r"/contributions/incoming/")
        self.page.wait_for_selector("form[action$='/publish/']", timeout=PATIENCE)

    def is_told(self) -> None:
        expect(self.page.locator("[role=status].notice").first).to_be_visible()

    def identifiers(self) -> list[str]:
        """Of the proposals that were read."""
        self.page.wait_for_load_state()
        return [" ".join(legend.split()) for legend in self.page.locator("main form legend:has(.itu)").all_inner_texts()]


@pytest.fixture(scope="module")
def coalition_of(empty_house_with_worker):
    """A lead and a member of a coalition just founded."""
    return empty_house_with_worker, people_of(empty_house_with_worker, "texts", "en")


@pytest.fixture
def at_work(visit, coalition_of, log_in):
    house, people = coalition_of

    def begin(who: str, **looks) -> AtWork:
        page = visit(of=house, **{"viewport": DESK, "locale": "en"} | looks)
        log_in(page, people[who])
        return AtWork(page)

    return begin


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """What a coalition has at first."""
    found = tmp_path_factory.mktemp("folder")
    (found / "draft.docx").write_bytes(files.draft_without_header())
    for name, (_identifier, write) in files.SENT.items():
        (found / name).write_bytes(write())
    return found


def key_in(page: Page, region: str) -> str:
    """How a comparison names the proposal in this cell of the matrix."""
    page.goto(f"/matrix/50/{region}/")
    return page.locator("main input[name=with]").get_attribute("value")


def test_a_text_copied_from_a_pdf_is_the_text_in_force(at_work):
    lead = at_work("lead")
    lead.go("/resolutions/50/text/")
    lead.page.locator("main a[href$='/texts/new/']").first.click()
    lead.page.fill("[name=pasted]", files.copied_from_a_pdf())
    lead.page.fill("[name=source]", "Proceedings of the assembly, PDF")
    lead.look("a text is entered")
    lead.press(leads_to="/texts/(?!new)")
    expect(lead.page.locator("button[value=store]")).to_be_visible()
    lead.look("how it is split")
    lead.press("button[value=store]", leads_to="/text/")
    lead.is_told()
    expect(lead.page.locator("main article .clause")).to_have_count(files.CLAUSES)
    text = lead.page.locator("main article").inner_text()
    assert "WTSA-24" not in text
    lead.look("the text in force")
    assert lead.wrong == []


def test_a_second_person_checks_it(at_work):
    member = at_work("member", viewport=PHONE)
    member.go("/resolutions/50/text/")
    member.page.locator("main .notice a[href$='/check/']").click()
    member.look("a text is checked")
    member.press(leads_to="/text/")
    member.is_told()
    expect(member.page.locator("main a[href$='/check/']")).to_have_count(0)
    assert member.wrong == []


def test_a_draft_without_a_header_is_published(at_work, folder):
    lead = at_work("lead")
    lead.upload_one(folder / "draft.docx")
    lead.look("a draft was read")
    expect(lead.page.locator("[name=p0-resolution] option:checked")).to_contain_text("Res. 50")
    expect(lead.page.locator("[name=p0-action] option:checked")).to_have_attribute("value", "MOD")
    expect(lead.page.locator("main .hint").first).to_contain_text("managing domain names")
    lead.page.locator("[name=p0-group]").select_option(label="CTU")
    lead.page.fill("main [name=number]", "41A9")
    lead.page.locator("select[name=language]").select_option("en")
    lead.press("form[action$='/publish/'] button.button-primary")
    lead.is_told()
    lead.look("a draft is published")
    assert lead.wrong == []


def test_six_files_in_one_drop_are_published_at_once(at_work, folder):
    lead = at_work("lead")
    lead.upload(*(folder / name for name in files.SENT))
    lead.press()
    expect(lead.page.locator("#uploaded .entry")).to_have_count(len(files.SENT) + 1)
    # The list moves by itself.
    lead.page.wait_for_selector("#uploaded:not([hx-get])", timeout=PATIENCE)
    lead.look("six files were read")
    lead.press("#uploaded a[href$='/certain/']", leads_to="/certain/")
    lead.look("what is certain")
    for identifier, _write in files.SENT.values():
        expect(lead.page.locator("section[aria-labelledby=certain]")).to_contain_text(identifier.split()[1])
    lead.press()
    lead.is_told()
    lead.look("six files are published")
    assert lead.wrong == []


def test_every_region_stands_in_the_matrix_and_its_words_in_the_cell(at_work):
    member = at_work("member", viewport=PHONE, color_scheme="dark")
    member.go("/matrix/")
    asked = member.page.locator("table.matrix tbody tr", has_text="Cybersecurity").locator("td a.cell", has_text="MOD")
    expect(asked).to_have_count(len(ASKED))
    for region, words in ASKED.items():
        member.go(f"/matrix/50/{region}/")
        expect(member.page.locator("main ins, main del").filter(has_text=words).first).to_be_visible()
    assert member.wrong == []


def test_regions_are_compared_across_languages_with_hints(at_work):
    member = at_work("member")
    chosen = [key_in(member.page, region) for region in ("LAS", "CITEL", "APT")]
    member.go("/resolutions/50/compare/?" + "&".join(f"with={key}" for key in chosen))
    study = member.page.locator("article.compared", has=member.page.locator("h3", has_text=re.compile(r"resolves\s+1")))
    arabic = study.locator("[lang=ar][dir=rtl] ins")
    expect(arabic).to_contain_text(ASKED["LAS"])
    expect(study.locator("[lang=es] ins")).to_contain_text(ASKED["CITEL"])
    expect(study.locator(".hint").first).to_be_visible()
    # Both change one clause in two languages: a person has to read them.
    assert "different languages" in study.inner_text()
    expect(member.page.locator("main del", has_text=ASKED["APT"])).to_be_visible()
    # The action plan of the third is a table.
    expect(member.page.locator("main table td, main table th").filter(has_text="Short guide").first).to_be_visible()
    assert member.wrong == []


def test_an_export_comes_home(at_work, tmp_path):
    """Six proposals in five languages, as one file."""
    lead = at_work("lead")
    chosen = [key_in(lead.page, region) for region in ASKED if region != "states"]
    lead.go("/resolutions/50/compare/?" + "&".join(f"with={key}" for key in chosen))
    with lead.page.expect_download() as coming:
        lead.page.locator("a[href*='proposals.docx']").click()
    exported = tmp_path / "export.docx"
    coming.value.save_as(exported)
    lead.upload_one(exported)
    lead.look("an export came home")
    assert sorted(lead.identifiers()) == sorted(identifier for identifier, _write in files.SENT.values())
    for words in (words for region, words in ASKED.items() if region != "states"):
        expect(lead.page.locator("main form .compare :is(ins, del)").filter(has_text=words).first).to_be_visible()
    expect(lead.page.locator("main form :is(td, th)").filter(has_text="Short guide").first).to_be_visible()
    lead.press("form[action$='/discard/'] button", leads_to="/contributions/")
    assert lead.wrong == []


@pytest.mark.parametrize(("language", "viewport", "scheme"), LOOKS)
def test_no_page_of_it_has_a_fault_in_any_look(at_work, language, viewport, scheme):
    member = at_work("member", viewport=viewport, color_scheme=scheme)
    speak(member.page, language)
    for address in RESULTS:
        member.go(address)
    assert member.wrong == []


def test_every_page_of_it_fits_the_narrowest_window(at_work):
    member = at_work("member", viewport=NARROWEST)
    for address in RESULTS:
        member.page.goto(address)
        member.wrong += overflow(member.page, address)
    assert member.wrong == []
