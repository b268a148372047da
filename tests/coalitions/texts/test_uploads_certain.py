"""Many files are dropped together: each is read or named, and those that are certain are published by one button, each by itself."""

import re
from collections import Counter
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils.timezone import now

from coalitions.texts.forms import certain as batch
from coalitions.texts.forms import uploads as forms
from resolutions import tasks
from resolutions.models import Contribution, ImportJob, Proposal, ProposalEvent, Resolution, Upload
from resolutions.services.uploads import save_choices
from tests.factories import (
    AssemblyFactory,
    ClauseFactory,
    ContributionFactory,
    ProposalFactory,
    RegionalGroupFactory,
    ResolutionFactory,
    RevisionFactory,
    RevisionTextFactory,
    coalition,
    member,
    observer,
)
from tests.resolutions.docx.writing import call, docx, header, ins, p, t

pytestmark = pytest.mark.django_db

BRING, CERTAIN, LATELY = (reverse(f"coalitions:{name}") for name in ("upload-new", "upload-publish-certain", "import-jobs"))
IN_FORCE = ("to light every harbour of the coast;", "to publish the list of lamps each year,")
CODES = {"ATU": "AFCP", "APT": "ACP", "CEPT": "EUR"}


@pytest.fixture
def ours():
    return coalition()


@pytest.fixture
def person(ours):
    return member(ours)


@pytest.fixture
def browser(client, person):
    client.force_login(person)
    return client


@pytest.fixture(autouse=True)
def assembly():
    for group, code in CODES.items():
        RegionalGroupFactory(code=group, acronym_en=group, proposal_codes=[code])
    return AssemblyFactory()


@pytest.fixture(autouse=True)
def text(assembly):
    before = AssemblyFactory(code="WTSA-24", starts_on="2024-10-15", ends_on="2024-10-24")
    text = RevisionTextFactory(revision=RevisionFactory(resolution=ResolutionFactory(number=50), assembly=before), language="en")
    for position, words in enumerate(IN_FORCE, start=1):
        ClauseFactory(version=text, position=position, call="resolves", verb="resolves", number=str(position), text=words)
    return text


def asked(identifier="EUR/38A7/1", *, number=50, added="of the world ", starts=IN_FORCE) -> bytes:
    """A file that adds some words to the first clause in force."""
    return docx(
        "".join(
            [
                header(f"MOD\t{identifier}"),
                p(f"RESOLUTION {number} (REV. SOMEWHERE, 2024)", style="ResNo"),
                p("Lighthouses", style="Restitle"),
                call("resolves"),
                p(t(f"1\t{starts[0]} "), ins(t(added))),
                *(p(t(f"{place}\t{words}")) for place, words in enumerate(starts[1:], start=2)),
            ]
        )
    )


def drop(browser, **files: bytes):
    sent = [SimpleUploadedFile(f"{name}.docx", data) for name, data in files.items()]
    return browser.post(BRING, {"files": sent, "assembly": "WTSA-28", "submission": str(uuid4())}, follow=True)


def shown(browser, address=CERTAIN) -> str:
    return " ".join(re.sub(r"<wbr>|\u200b", "", unescape(browser.get(address).content.decode())).split())


def sent(html: str) -> list[str]:
    return re.findall(r'name="file" value="([^"]+)"', html)


def names(section: str, html: str) -> list[str]:
    part = html.partition(f'aria-labelledby="{section}"')[2].partition("</section>")[0]
    return re.findall(r"<h3><a [^>]+><bdi>(.*?)</bdi>", part)


def states() -> list[tuple[str, str]]:
    return sorted(Upload.objects.values_list("file_name", "state"))


# --- What is certain ---------------------------------------------------------------------------------------------------------------


def test_all_that_is_certain_is_published_and_listed_to_be_taken_back(browser, person):
    drop(
        browser,
        certain=asked(),
        another=asked("AFCP/35A2/1", added="by night "),
        doubtful=asked("ACP/37A1/1", starts=("to fish in silence;", "to sing by the sea,")),
    )
    page = shown(browser)
    assert (names("certain", page), names("staying", page)) == (["certain.docx", "another.docx"], ["doubtful.docx"])
    assert ("2 proposals become public." in page, "Publish these 2 files" in page) == (True, True)
    done = browser.post(CERTAIN, {"file": sent(page)}, follow=True)
    html = " ".join(done.content.decode().split())
    assert done.redirect_chain == [(LATELY, 302)]
    assert "2 files are published: everyone who uses this service can read them now." in html
    # The way to those that stayed behind, for who uploaded them.
    assert "1 file that you uploaded is not published yet." in html
    assert states() == [("another.docx", "published"), ("certain.docx", "published"), ("doubtful.docx", "read")]
    assert sorted(Proposal.objects.values_list("identifier", flat=True)) == ["AFCP/35A2/1", "EUR/38A7/1"]
    # Each by itself: two jobs, each with its button and, for who uploaded it, the name of its file.
    jobs = list(ImportJob.objects.order_by("pk"))
    assert [html.count(f'action="{job.get_absolute_url()}"') for job in jobs] == [1, 1]
    assert [html.count(f"<bdi>{name}") for name in ("certain", "another")] == [1, 1]
    browser.post(jobs[0].get_absolute_url(), {"act": "take-back", "next": LATELY})
    assert Proposal.objects.visible_to(person).get().identifier == "AFCP/35A2/1"


ABOUT = p("RESOLUTION 50 (REV. SOMEWHERE, 2024)", style="ResNo")
DOUBTS = {
    "no place": (asked(starts=("to fish in silence;", "to sing by the sea,")), "For 2 clauses it is not certain which clause in force"),
    "other words": (
        asked(starts=("to light every other harbour of the coast;", IN_FORCE[1])),
        "1 clause starts from other words than those in force.",
    ),
    "lacking": (asked(starts=IN_FORCE[:1]), "1 clause in force is not in it."),
    "no resolution": (asked(number=99), "Resolution: Choose the resolution it is about, or leave this proposal out."),
    "unknown sender": (asked("XYZ/38A7/1"), "It is not known who this is: XYZ."),
    "not read": (docx(header("MOD\tEUR/38A7/1") + ABOUT), "not read for sure"),
    "no header": (docx(ABOUT + call("resolves") + p("1\tto ", ins(t("act")))), "Number of the document: This cannot be left empty."),
}


@pytest.mark.parametrize("why", DOUBTS)
def test_what_stays_behind_says_why_and_leads_to_it(browser, why):
    data, sentence = DOUBTS[why]
    drop(browser, some=data)
    page = shown(browser)
    assert (names("certain", page), names("staying", page), sent(page)) == ([], ["some.docx"], [])
    assert sentence in page
    upload = Upload.objects.get()
    assert f'href="{upload.get_absolute_url()}"' in page
    assert (reverse("coalitions:upload-anchors", args=[upload.public_id]) in page) == (why == "no place")


def test_what_a_person_settled_is_certain(browser):
    drop(browser, some=asked(number=99))
    assert names("staying", shown(browser)) == ["some.docx"]
    save_choices(Upload.objects.get(), form={"p0-is_in": ["on"], "p0-resolution": ["50"], "p0-group": ["CEPT"], "p0-status": ["common"]})
    assert names("certain", shown(browser)) == ["some.docx"]


def test_without_a_text_in_force_it_is_published_and_the_page_says_so(browser, text):
    ResolutionFactory(number=51)
    drop(browser, some=asked(number=51))
    page = shown(browser)
    assert names("certain", page) == ["some.docx"]
    assert "no text in force is here yet: its clauses are matched when it comes" in page


def test_of_two_files_of_one_document_the_second_stays_behind(browser):
    drop(browser, first=asked(), second=asked(added="of the moon "))
    page = shown(browser)
    assert (names("certain", page), names("staying", page)) == (["first.docx"], ["second.docx"])
    assert "It has the number and issue of another file: first.docx." in page


def test_what_is_here_already_stays_behind(browser):
    data = asked()
    drop(browser, first=data)
    browser.post(CERTAIN, {"file": sent(shown(browser))})
    drop(browser, same=data, other=asked(added="of the moon "))
    page = shown(browser)
    assert (names("certain", page), names("staying", page)) == ([], ["same.docx", "other.docx"])
    same, _name, other = page.partition("other.docx")
    assert "This same file is already here." in same
    assert "A document of this number and issue is already here." in other


# --- What happens meanwhile ------------------------------------------------------------------------------------------------------


def test_what_changed_meanwhile_is_named_and_the_others_are_published(browser, person, text):
    files = {"a": asked(), "b": asked("AFCP/35A2/1"), "c": asked("ACP/37A1/1"), "d": asked("EUR/38A8/1")}
    drop(browser, **files)
    stamps = sent(shown(browser))
    assert len(stamps) == 4
    by_name = {upload.file_name: upload for upload in Upload.objects.all()}
    # One is settled otherwise, one thrown away, one published from its own page.
    save_choices(by_name["a.docx"], form={"p0-is_in": ["on"], "p0-resolution": ["50"], "p0-group": ["ATU"], "p0-status": ["common"]})
    by_name["b.docx"].delete()
    html = " ".join(unescape(browser.post(CERTAIN, {"file": stamps}, follow=True).content.decode()).split())
    assert "a.docx: It has changed since the page was opened, and was not published." in html
    assert "A file that is no longer here was not published." in html
    assert "2 files are published" in html
    assert states() == [("a.docx", "read"), ("c.docx", "published"), ("d.docx", "published")]


def test_another_text_in_force_meanwhile_is_a_change(browser, text):
    drop(browser, some=asked())
    stamps = sent(shown(browser))
    later = AssemblyFactory(code="WTSA-26", starts_on="2026-10-15", ends_on="2026-10-24")
    other = RevisionTextFactory(revision=RevisionFactory(resolution=text.revision.resolution, assembly=later), language="en")
    for position, words in enumerate(IN_FORCE, start=1):
        ClauseFactory(version=other, position=position, call="resolves", verb="resolves", number=str(position), text=words)
    html = unescape(browser.post(CERTAIN, {"file": stamps}, follow=True).content.decode())
    assert ("some.docx: It has changed since the page was opened" in html, states()) == (True, [("some.docx", "read")])


def test_what_is_refused_while_it_is_published_stops_no_other(browser, assembly):
    drop(browser, first=asked(), second=asked("AFCP/35A2/1"))
    stamps = sent(shown(browser))
    others = []

    def beaten(execute, sql, params, many, context):
        """Somebody else stores the same document between looking and storing."""
        if sql.startswith("INSERT") and "importjob" in sql and not others:
            others.append(ContributionFactory(assembly=assembly, number="38A7", language="en"))
            ProposalFactory(contribution=others[0], resolution=Resolution.objects.get(number=50), identifier="EUR/38A7/1", action="NOC")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(beaten):
        html = " ".join(unescape(browser.post(CERTAIN, {"file": stamps}, follow=True).content.decode()).split())
    assert "first.docx: EUR/38A7/1 on Res. 50 is already here. Open it to change what is known about it." in html
    assert "1 file is published" in html
    assert states() == [("first.docx", "read"), ("second.docx", "published")]
    assert ImportJob.objects.count() == 1


def test_pressed_twice_each_is_published_once(browser):
    drop(browser, first=asked(), second=asked("AFCP/35A2/1"))
    stamps = sent(shown(browser))
    for _tap in range(2):
        html = browser.post(CERTAIN, {"file": stamps}, follow=True).content.decode()
        assert "2 files are published" in html
    assert [rows.objects.count() for rows in (Contribution, Proposal, ProposalEvent, ImportJob)] == [2, 2, 2, 2]


def test_nobody_publishes_what_another_uploaded(client, browser, ours):
    drop(browser, some=asked())
    stamps = sent(shown(browser))
    client.force_login(member(ours))
    assert names("certain", shown(client)) == []
    client.post(CERTAIN, {"file": [*stamps, "nonsense"]})
    assert states() == [("some.docx", "read")]
    client.force_login(observer(ours))
    assert (client.get(CERTAIN).status_code, client.post(CERTAIN, {"file": stamps}).status_code) == (403, 403)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_one_file_and_for_three(browser, django_assert_num_queries, count):
    drop(browser, **{f"f{n}": asked(f"EUR/38A{n}/1") for n in range(count)})
    browser.get(CERTAIN)
    with django_assert_num_queries(15):
        assert names("certain", shown(browser)) == [f"f{n}.docx" for n in range(count)]


def test_more_files_than_are_looked_at_together_come_on_further_pages(browser, monkeypatch):
    monkeypatch.setattr(batch, "MOST_AT_ONCE", 2)
    drop(browser, **{f"f{n}": asked(f"EUR/38A{n}/1") for n in range(3)})
    assert names("certain", shown(browser)) == ["f0.docx", "f1.docx"]
    assert names("certain", shown(browser, f"{CERTAIN}?page=2")) == ["f2.docx"]
    monkeypatch.setattr(batch, "MOST_CLAUSES_OF_DOCUMENT", 2)
    assert names("certain", shown(browser, f"{CERTAIN}?page=3")) == ["f2.docx"]


# --- The drop -----------------------------------------------------------------------------------------------------------------------


def test_what_one_file_lacks_does_not_lose_the_others(browser, monkeypatch):
    monkeypatch.setattr(forms, "LARGEST_FILE", 20_000)
    page = drop(browser, good=asked(), large=b"PK" + bytes(30_000), empty=b"", pdf=b"%PDF-1.7")
    html = unescape(page.content.decode())
    assert states() == [("good.docx", "read")]
    assert ["large.docx: This file is larger" in html, "pdf.docx: This is a PDF" in html, "empty.docx: " in html] == [True] * 3


def test_files_beyond_what_one_drop_may_have_are_named(browser, monkeypatch):
    monkeypatch.setattr(forms, "MOST_FILES", 2)
    page = drop(browser, **{f"f{n}": asked(f"EUR/38A{n}/1") for n in range(3)})
    assert len(states()) == 2
    assert "f2.docx: Choose no more than 2 files at a time." in page.content.decode()
    monkeypatch.setattr(forms, "MOST_TOGETHER", len(asked()) + 100)
    page = drop(browser, g0=asked("EUR/39A1/1"), g1=asked("EUR/39A2/1"))
    assert len(states()) == 3
    assert "g1.docx: Choose files of no more than" in page.content.decode()


@pytest.mark.parametrize("good", [True, False])
def test_of_many_files_that_are_refused_the_first_are_named_and_the_others_counted(browser, good):
    pdfs = {f"p{n}": b"%PDF-1.7" for n in range(forms.MOST_NAMED + 3)}
    html = drop(browser, **({"good": asked()} if good else {}), **pdfs).content.decode()
    # Where nothing was taken, both above the form and at its field.
    assert (html.count(": This is a PDF"), "3 more files were not taken." in html) == (forms.MOST_NAMED * (1 if good else 2), True)
    assert states() == ([("good.docx", "read")] if good else [])


def test_as_many_files_as_one_drop_may_have_pass_the_framework(settings):
    assert forms.MOST_FILES < settings.DATA_UPLOAD_MAX_NUMBER_FILES


@pytest.mark.parametrize("count", [26, 51])
def test_the_list_is_paged_and_counts_them_by_state(browser, person, count, django_assert_num_queries):
    for n, state in zip(range(count), ["read"] * (count - 1) + ["refused"], strict=True):
        at = now() - timedelta(seconds=n)
        Upload.objects.create(brought_by=person, kind="contribution", state=state, file_name=f"f{n}.docx", brought_at=at, proposal_count=2)
    browser.get(BRING)
    with django_assert_num_queries(10):
        html = shown(browser, BRING)
    assert (html.count('id="upload-'), html.count("2 proposals")) == (25, 25)
    assert (f"read: {count - 1}" in html, "not read: 1" in html, CERTAIN in html) == (True, True, True)
    assert f"f{count - 1}.docx" in shown(browser, f"{BRING}?page=9")


def test_more_files_than_a_worker_reads_at_once_are_all_read(browser):
    count = tasks.AT_ONCE * 2 + 1
    drop(browser, **{f"f{n}": asked(f"EUR/{n}A1/1") for n in range(1, count + 1)})
    assert Counter(state for _name, state in states()) == {"read": count}
    assert set(Upload.objects.values_list("proposal_count", "clause_count")) == {(1, 2)}
