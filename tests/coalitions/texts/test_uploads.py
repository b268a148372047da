"""A Word contribution is dropped, read, looked at, published; a hostile one ends in a sentence; a restricted one leaves no trace."""

import gzip
import json
import re
from base64 import b64decode
from contextlib import suppress
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from uuid import uuid4

import pytest
import time_machine
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.urls import reverse
from django.utils.timezone import now

from amnt.accounts import personal_data
from amnt.core.errors import RuleBroken
from amnt.encryption import keys
from amnt.retention import services
from coalitions.models import Circle, KeptNumber
from coalitions.texts.forms import uploads as forms
from resolutions import tasks
from resolutions.domain import budgets
from resolutions.domain.wording import apply, base_of
from resolutions.importers.docx import MAX_FILE, RefusalCode
from resolutions.importers.refusals import REFUSALS
from resolutions.models import Contribution, ImportJob, Proposal, ProposedClause, Resolution, Upload, WordingRule
from resolutions.services import publishing, uploads
from tests.factories import (
    AssemblyFactory,
    ClauseFactory,
    ContributionFactory,
    ProposalFactory,
    RegionalGroupFactory,
    ResolutionFactory,
    RevisionFactory,
    RevisionTextFactory,
    UserFactory,
    circle_of,
    coalition,
    member,
    observer,
)
from tests.resolutions.docx.hostile import HOSTILE
from tests.resolutions.docx.writing import call, docx, ins, p, proposal, t

pytestmark = pytest.mark.django_db

SAMPLES = Path(__file__).parents[2] / "resolutions" / "docx" / "samples"
SAMPLES_OF_ODT = Path(__file__).parents[2] / "resolutions" / "odt" / "samples"
BRING = reverse("coalitions:upload-new")
WORDS = "zzunheard-of-words"


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
    return AssemblyFactory()


def file(data: bytes, name="38A7.docx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "application/vnd.openxmlformats-officedocument.wordprocessingml.document")


def sample(name: str) -> SimpleUploadedFile:
    return file(((SAMPLES_OF_ODT if name.endswith(".odt") else SAMPLES) / name).read_bytes(), name)


def drop(browser, *files, **fields):
    return browser.post(BRING, {"files": files, "assembly": "WTSA-28", "submission": str(uuid4())} | fields, follow=True)


def the_upload() -> Upload:
    return Upload.objects.get()


def answers(page) -> dict[str, str]:
    """What the page of what was read would send, as it stands."""
    said = {}
    for form in page.context["review"].forms:
        for name in form.fields:
            value = form[name].value()
            if value is not None and value is not False and value != "":
                said[form.add_prefix(name)] = "on" if value is True else str(getattr(value, "isoformat", lambda value=value: value)())
    return said


def publish(browser, page, **changes):
    said = {name: value for name, value in (answers(page) | changes).items() if value is not None}
    return browser.post(reverse("coalitions:upload-publish", args=[the_upload().public_id]), said, follow=True)


def content(page) -> str:
    return page.content.decode()


def text_in_force(number: int, *clauses: tuple[str, str, str, str], language="en"):
    resolution = Resolution.objects.filter(number=number).first() or ResolutionFactory(number=number)
    before = AssemblyFactory(code="WTSA-24", starts_on=date(2024, 10, 15), ends_on=date(2024, 10, 24))
    text = RevisionTextFactory(revision=RevisionFactory(resolution=resolution, assembly=before), language=language)
    for position, (part, line, clause_number, words) in enumerate(clauses, start=1):
        ClauseFactory(version=text, position=position, part=part, call=line, verb=line.split()[0], number=clause_number, text=words)
    return text


# --- The four samples ------------------------------------------------------------------------------------------------------------

EXPECTED = {
    "d1_mod_res50_en.docx": [("MOD", "CEPT/35A5/1", "50")],
    "d2_mod_res47_fr.docx": [("MOD", "AFCP/35A12/1", "47")],
    "d3_add_ai_es.docx": [("ADD", "IAP/39A26/1", "draft-iap-1")],
    "d4_sup_noc_en.docx": [("SUP", "USA/48A13/1", "48"), ("NOC", "USA/48A13/2", "64")],
}


@pytest.mark.parametrize("kind", [".docx", ".odt"])
@pytest.mark.parametrize("name", EXPECTED)
def test_each_sample_becomes_the_proposals_it_holds(browser, name, kind):
    call_command("load_reference", verbosity=0)
    page = drop(browser, sample(name.replace(".docx", kind)))
    assert the_upload().state == "read"
    assert the_upload().data is None
    done = publish(browser, page)
    assert "Published" in content(done), done.context["review"].errors
    stored = Proposal.objects.order_by("pk").values_list("action", "identifier", "resolution__slug")
    assert list(stored) == EXPECTED[name]
    expected = json.loads((SAMPLES / name.replace(".docx", ".expected.json")).read_text())
    for row, read in zip(Proposal.objects.order_by("pk"), expected["proposals"], strict=True):
        items = [clause for clause in read["clauses"] if clause["kind"] == "item"]
        assert [(clause.before, clause.text) for clause in row.clauses.in_order()] == [
            (clause["before"] or "", clause["after"] or "") for clause in items
        ]
        assert row.reasons == (read["reasons"] or "")


def test_who_proposes_is_known_by_the_codes_of_the_identifier(browser):
    call_command("load_reference", verbosity=0)
    publish(browser, drop(browser, sample("d4_sup_noc_en.docx")))
    assert [(row.group, [str(code) for code in row.countries], row.status) for row in Proposal.objects.all()] == [
        (None, ["US"], "submitted")
    ] * 2


def test_a_regional_code_is_that_of_its_group_whose_proposal_is_common(browser):
    call_command("load_reference", verbosity=0)
    publish(browser, drop(browser, sample("d2_mod_res47_fr.docx")))
    row = Proposal.objects.get()
    assert (row.group.code, row.status, row.contribution.number, row.contribution.language) == ("ATU", "common", "35A12", "fr")


def test_an_unknown_code_is_asked_about_and_nothing_is_lost(browser):
    ResolutionFactory(number=50)
    page = drop(browser, sample("d1_mod_res50_en.docx"))
    assert "It is not known who this is:" in content(page)
    refused = publish(browser, page, **{"p0-countries": "Kenya, Atlantis", "url": "https://example.org/38"})
    assert "No State is known by this name: Atlantis." in content(refused)
    assert "https://example.org/38" in content(refused)
    assert not Proposal.objects.exists()
    # She leaves, and comes back.
    again = browser.get(the_upload().get_absolute_url())
    assert "Kenya, Atlantis" in content(again)
    assert "https://example.org/38" in content(again)
    publish(browser, again, **{"p0-countries": "Kenya"})
    assert [str(code) for code in Proposal.objects.get().countries] == ["KE"]


def test_a_working_text_of_the_assembly_is_brought_in_as_one(browser):
    ResolutionFactory(number=50)
    publish(browser, drop(browser, sample("d1_mod_res50_en.docx")), **{"p0-group": "assembly"})
    row = Proposal.objects.get()
    assert (row.is_consolidated, row.group, list(row.countries), row.sources) == (True, None, [], ["CEPT"])


# --- The door ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", HOSTILE)
def test_every_hostile_file_ends_in_a_sentence(browser, name, monkeypatch):
    # As large as the reader takes: it is the reader that is tried here, with files that the form would refuse for their size.
    monkeypatch.setattr(forms, "LARGEST_FILE", MAX_FILE)
    make, code = HOSTILE[name]
    page = drop(browser, file(make()))
    if code is None:
        upload = the_upload()
        assert (upload.state, upload.refusal) in {("read", ""), ("refused", uploads.TOO_LONG)}
        assert page.status_code == 200
    else:
        assert str(REFUSALS[code]) in unescape(content(page))
        assert not Upload.objects.exclude(data=None).exists()


def test_each_refusal_says_what_to_do():
    acts = ("choose", "download", "keep", "open it", "remove", "save", "split")
    assert [code for code in RefusalCode if not any(act in str(REFUSALS[code]).lower() for act in acts)] == []


def test_a_file_that_is_too_large_is_refused_before_it_is_read(browser):
    page = drop(browser, file(b"PK" + b"0" * (5 * 1024 * 1024)))
    assert "is larger than 5 MB" in content(page)
    assert not Upload.objects.exists()


def test_files_that_are_too_large_together_with_those_before_are_named(browser, monkeypatch):
    monkeypatch.setattr(forms, "MOST_TOGETHER", 2**20)
    page = drop(browser, file(b"PK" + bytes(2**19), "a.docx"), file(b"PK" + bytes(2**19), "b.docx"))
    assert "b.docx: Choose files of no more than 1 MB together." in content(page)
    assert list(Upload.objects.values_list("file_name", flat=True)) == ["a.docx"]


def test_without_a_file_one_is_asked_for(browser):
    page = browser.post(BRING, {"assembly": "WTSA-28", "submission": str(uuid4())})
    assert page.context["form"].errors["files"] == ["This cannot be left empty."]


def test_of_several_files_one_that_is_refused_stops_no_other(browser):
    page = drop(browser, sample("d1_mod_res50_en.docx"), file(b"%PDF-1.7", "d2.pdf"), sample("d4_sup_noc_en.docx"))
    assert list(Upload.objects.order_by("pk").values_list("file_name", "state")) == [
        ("d1_mod_res50_en.docx", "read"),
        ("d4_sup_noc_en.docx", "read"),
    ]
    assert "d2.pdf: This is a PDF." in content(page)


def test_both_formats_of_word_processors_are_offered(browser):
    field = browser.get(BRING).context["form"]["files"]
    assert {".docx", ".odt"} <= {*field.field.widget.attrs["accept"].split(",")}
    assert ".docx or .odt" in str(field.help_text)


def test_what_an_earlier_version_could_not_read_may_be_brought_again(browser, person):
    thing = Upload.objects.create(kind="contribution", brought_by=person, state="refused", refusal="open_document", file_name="38A7.odt")
    page = browser.get(reverse("coalitions:upload", args=[thing.public_id]))
    assert "An earlier version of this site could not read this file. Upload it again." in content(page)


def test_the_same_form_sent_twice_brings_one(browser):
    submission = str(uuid4())
    drop(browser, sample("d1_mod_res50_en.docx"), submission=submission)
    drop(browser, sample("d1_mod_res50_en.docx"), submission=submission)
    assert Upload.objects.count() == 1


def test_who_only_observes_brings_nothing(client, ours):
    client.force_login(observer(ours))
    assert client.get(BRING).status_code == 403
    assert drop(client, sample("d1_mod_res50_en.docx")).status_code == 403


@pytest.mark.parametrize("name", ["upload", "upload-anchors", "upload-publish", "upload-keep-number"])
def test_what_one_brings_in_is_nobody_elses_business(browser, client, ours, name):
    drop(browser, sample("d1_mod_res50_en.docx"))
    client.force_login(member(ours))
    assert client.get(reverse(f"coalitions:{name}", args=[the_upload().public_id])).status_code == 404


# --- Reading -----------------------------------------------------------------------------------------------------------------------


def waiting(person, data=b"") -> Upload:
    data = data or (SAMPLES / "d1_mod_res50_en.docx").read_bytes()
    return uploads.receive(data, file_name="d1.docx", by=person, assembly=AssemblyFactory())


def test_the_page_waits_and_the_sweep_reads(browser, person):
    thing = waiting(person)
    page = browser.get(thing.get_absolute_url())
    assert "Check again" in content(page)
    assert "<html" not in content(browser.get(thing.get_absolute_url(), headers={"hx-request": "true"}))
    tasks.read_waiting()
    tasks.read_waiting()
    thing.refresh_from_db()
    assert (thing.state, thing.data) == ("read", None)
    assert browser.get(thing.get_absolute_url(), headers={"hx-request": "true"})["HX-Refresh"] == "true"


def test_several_files_move_by_themselves_until_each_is_read(browser, person):
    for _file in range(2):
        waiting(person)
    polls = 'hx-get="/contributions/bring/" hx-trigger="every 2s"'
    page = content(browser.get(BRING))
    assert (polls in page, "htmx-2.min.js" in page, page.count("waiting to be read")) == (True, True, 3)
    assert "<span>waiting to be read: 2</span>" in page
    # Without script, a link does it.
    assert 'id="look-again" href="/contributions/bring/"' in page
    uploads.read_upload(Upload.objects.first().pk)
    part = content(browser.get(BRING, headers={"hx-request": "true"}))
    assert (part.strip()[:8], polls in part, part.count("waiting to be read")) == ("<section", True, 2)
    assert "<span>waiting to be read: 1</span><span>read: 1</span>" in part
    uploads.read_upload(Upload.objects.last().pk)
    # It is shown once more and asks no more.
    part = content(browser.get(BRING, headers={"hx-request": "true"}))
    assert (part.count("read, not published yet"), "hx-get" in part, "look-again" in part) == (2, False, False)
    assert "htmx-2.min.js" not in content(browser.get(BRING))


def test_a_file_that_kills_its_worker_twice_is_refused(person):
    thing = waiting(person)
    lost = now() - timedelta(minutes=3)
    Upload.objects.update(state="reading", state_at=lost, refusal=uploads.LOST_ONCE)
    tasks.read_waiting()
    thing.refresh_from_db()
    assert (thing.state, thing.refusal, thing.data) == ("refused", "lost", None)
    assert "two attempts failed" in uploads.refusal_in_words(thing)


def dies(execute, sql, params, many, context):
    """A worker that is gone once it has taken the file: it reads nothing any more."""
    if sql.startswith("SELECT"):
        raise DatabaseError("gone")
    return execute(sql, params, many, context)


def test_a_file_is_given_to_a_second_worker_and_to_no_third(person):
    thing, instant = waiting(person), now()
    for minutes in (0, 3):
        with time_machine.travel(instant + timedelta(minutes=minutes), tick=False):
            assert Upload.objects.filter(uploads.readable_uploads()).exists()
            with connection.execute_wrapper(dies), suppress(DatabaseError):
                uploads.read_upload(thing.pk)
            # It is the business of the worker that has taken it, for two minutes.
            assert not Upload.objects.filter(uploads.readable_uploads()).exists()
        with time_machine.travel(instant + timedelta(minutes=minutes + 2), tick=False):
            assert uploads.read_upload(thing.pk) is False
    with time_machine.travel(instant + timedelta(minutes=6), tick=False):
        assert uploads.read_upload(thing.pk) is True
    thing.refresh_from_db()
    assert (thing.state, thing.refusal, thing.data, thing.state_at) == ("refused", "lost", None, instant + timedelta(minutes=6))


def test_a_file_says_since_when_it_is_read(person):
    thing, instant = waiting(person), now() + timedelta(minutes=1)
    with time_machine.travel(instant, tick=False):
        assert uploads.read_upload(thing.pk) is True
    thing.refresh_from_db()
    assert (thing.state, thing.state_at) == ("read", instant)


@pytest.mark.parametrize("state", ["read", "published", "waiting"])
def test_the_clock_set_back_changes_nothing_of_what_no_worker_has(person, state):
    later = now() + timedelta(days=1)
    Upload.objects.create(kind="text", brought_by=person, state=state, state_at=later)
    uploads.correct_clock()
    assert the_upload().state_at == later


@pytest.mark.parametrize("kind", ["text", "contribution"])
def test_a_worker_refuses_what_its_name_calls_restricted(person, kind):
    name = f"CCP.I-TIC-{WORDS}_restricted.docx"
    Upload.objects.create(kind=kind, brought_by=person, file_name=name, data=docx(call("resolves") + p("1\tto begin;")))
    assert uploads.read_upload(the_upload().pk) is True
    assert (the_upload().state, the_upload().refusal, the_upload().file_name) == ("refused", "limited_distribution", "")


def test_a_file_whose_worker_was_killed_is_read_by_another(person):
    thing = waiting(person)
    Upload.objects.update(state="reading", state_at=now() - timedelta(minutes=3))
    tasks.read_waiting()
    thing.refresh_from_db()
    assert thing.state == "read"


def test_a_file_of_a_killed_worker_is_read_again_after_the_clock_was_set_back(person):
    thing = waiting(person)
    Upload.objects.update(state="reading", state_at=now() + timedelta(days=1))
    tasks.read_waiting()
    thing.refresh_from_db()
    assert thing.state == "reading"
    with time_machine.travel(now() + timedelta(minutes=3)):
        tasks.read_waiting()
    thing.refresh_from_db()
    assert thing.state == "read"


def test_a_file_that_is_being_read_is_left_to_its_worker(person):
    thing = waiting(person)
    Upload.objects.update(state="reading", state_at=now())
    assert uploads.read_upload(thing.pk) is False
    tasks.read_waiting()
    thing.refresh_from_db()
    assert thing.state == "reading"


def test_who_made_the_marks_is_stored_nowhere(browser):
    RegionalGroupFactory(code="CEPT", proposal_codes=["CEPT"])
    ResolutionFactory(number=50)
    page = drop(browser, sample("d1_mod_res50_en.docx"))
    assert everything_stored("TSB Editor") == []
    publish(browser, page)
    assert everything_stored("TSB Editor") == []


def test_what_nobody_publishes_is_forgotten_after_two_weeks(person):
    thing = waiting(person)
    services.apply_rules(now())
    assert Upload.objects.exists()
    Upload.objects.update(brought_at=thing.brought_at - timedelta(days=15))
    services.apply_rules(now())
    services.apply_rules(now())
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("state", "after", "is_left"),
    [("read", timedelta(days=14), True), ("read", timedelta(days=14, seconds=1), False), ("published", timedelta(days=400), True)],
)
def test_what_was_published_is_not_forgotten_nor_what_waits_for_two_weeks(person, state, after, is_left):
    thing = Upload.objects.create(kind="contribution", brought_by=person, state=state)
    services.apply_rules(thing.brought_at + after)
    assert Upload.objects.filter(pk=thing.pk).exists() == is_left


def test_thrown_away_nothing_is_left(browser):
    drop(browser, sample("d1_mod_res50_en.docx"))
    browser.post(reverse("coalitions:upload-discard", args=[the_upload().public_id]))
    assert not Upload.objects.exists()


# --- Taking it back ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hours", [1, 25])
def test_what_is_published_is_taken_back_from_its_page_with_all_it_did(browser, client, ours, person, hours):
    page = drop(browser, sample("d1_mod_res50_en.docx"))
    RegionalGroupFactory(code="CEPT", proposal_codes=["CEPT"])
    resolution = ResolutionFactory(number=50)
    page = browser.get(the_upload().get_absolute_url())
    assert "You can take it back for two weeks" in " ".join(content(page).split())
    publish(browser, page)
    ImportJob.objects.update(at=now() - timedelta(hours=hours))
    published = content(browser.get(the_upload().get_absolute_url()))
    address = ImportJob.objects.get().get_absolute_url()
    assert f'<form method="post" action="{address}">' in published
    assert ("Mail about it may have gone out" in published) == (hours > 24)
    in_matrix = Proposal.objects.for_matrix(the_upload().assembly).visible_to(person)
    listed = reverse("coalitions:resolution-proposals", args=[resolution.slug])
    assert ("CEPT/35A5/1" in content(browser.get(listed)), in_matrix.count()) == (True, 1)

    for somebody, status in ((member(ours), 404), (observer(ours), 404), (member(coalition("Another")), 404)):
        client.force_login(somebody)
        assert client.post(address, {"act": "take-back"}).status_code == status
    client.force_login(person)
    back = browser.post(address, {"act": "take-back", "next": the_upload().get_absolute_url()}, follow=True)

    assert "Taken back: nobody can read it any more" in content(back)
    assert (f'action="{address}"' in content(back), "It was taken back: nobody can read it." in content(back)) == (False, True)
    assert ("CEPT/35A5/1" in content(browser.get(listed)), in_matrix.count()) == (False, 0)
    assert not Proposal.objects.visible_to(person).exists()


# --- Looking at it -------------------------------------------------------------------------------------------------------------------


def test_every_clause_is_shown_as_it_was_read_with_its_marks(browser):
    page = drop(browser, sample("d1_mod_res50_en.docx"))
    expected = json.loads((SAMPLES / "d1_mod_res50_en.expected.json").read_text())["proposals"][0]["clauses"]
    items = [clause for clause in expected if clause["kind"] == "item"]
    shown = page.context["review"].items[0].as_read
    assert [(base_of(row.pieces), apply(base_of(row.pieces), row.pieces)) for row in shown if row.clause.kind == "item"] == [
        (clause["before"] or "", clause["after"] or "") for clause in items
    ]
    html = content(page)
    assert "<ins>" in html
    assert "<del>" in html
    # Nobody has to open anything to see them.
    assert '<details class="fold" open>\n      <summary>Every clause, as it was read</summary>' in html


def clauses_before(page) -> list[tuple[str, str, str, str]]:
    """What the one proposal of a file starts from, as `text_in_force` takes it."""
    read = page.context["review"].items[0].read
    return [(clause.part, clause.call_before, clause.number_before, clause.before) for clause in read.clauses if clause.before]


@pytest.mark.parametrize("changed", [(1,), (1, 2, 3, 4, 5)])
def test_every_clause_that_starts_from_other_words_is_named_in_one_place(browser, changed):
    page = drop(browser, sample("d1_mod_res50_en.docx"))
    ResolutionFactory(number=50)
    clauses = clauses_before(page)
    names = [f"{line} {number}".strip() for _part, line, number, _words in clauses]
    for place in changed:
        part, line, number, words = clauses[place]
        clauses[place] = (part, line, number, f"indeed {words}")
    text_in_force(50, *clauses)
    html = content(browser.get(the_upload().get_absolute_url()))
    notice = html.partition('<div class="notice compare" data-status="mixed">')[2].partition("</div>")[0]
    assert "This proposal starts from another text" in notice
    named = re.findall(r'<a href="#(p0-clause-\d+)">([^<]+)</a>\s+<del>indeed </del>', notice)
    assert [unescape(name) for _place, name in named] == [names[place] for place in changed]
    # Each name leads to the clause as it was read, in this very page.
    assert [html.count(f'id="{place}"') for place, _name in named] == [1] * len(changed)
    # Beyond three, the others are folded.
    assert ('<span class="total">2</span>' in notice.partition("<details")[2]) == (len(changed) == 5)


@pytest.mark.parametrize("count", [1, 5])
def test_every_clause_in_force_that_a_proposal_lacks_is_named(browser, count):
    page = drop(browser, sample("d1_mod_res50_en.docx"))
    ResolutionFactory(number=50)
    extra = ["the lighthouse keepers", "pilots of every harbour", "who paints the buoys", "cooks on tenders", "menders of nets and lines"]
    lacking = [("operative", "thanks", f"{7 + n}", f"{extra[n]} for their patience in every long winter {n};") for n in range(count)]
    text = text_in_force(50, *clauses_before(page), *lacking)
    html = content(browser.get(the_upload().get_absolute_url()))
    assert "This proposal starts from another text" in html
    anchors = [clause.anchor for clause in text.clauses.filter(verb="thanks").order_by("position")]
    assert re.findall(r'/text/\?version=[\w-]+#(c-\w+)">thanks \d+</a>', html) == anchors
    assert len(anchors) == count


def test_a_doubtful_clause_is_placed_by_a_person_and_stays_there(browser, person):
    RegionalGroupFactory(code="CEPT", proposal_codes=["CEPT"])
    page = drop(browser, sample("d1_mod_res50_en.docx"))
    read = page.context["review"].items[0].read
    ResolutionFactory(number=50)
    clauses = [(clause.part, clause.call_before, clause.number_before, clause.before) for clause in read.clauses if clause.before]
    part, line, number, _words = clauses[1]
    clauses[1] = (part, line, number, "something that has not one expression in common")
    text = text_in_force(50, *clauses)
    target = text.clauses.in_order()[1]
    address = reverse("coalitions:upload-anchors", args=[the_upload().public_id])
    (question,) = browser.get(address).context["questions"]
    assert target.identity.hex in [offer.value for offer in question.offers]
    browser.post(address, {question.key: target.identity.hex})
    # She may change her mind.
    assert browser.get(address).context["questions"][0].chosen == target.identity.hex
    browser.post(address, {question.key: ""})
    assert browser.get(address).context["questions"][0].chosen == ""
    browser.post(address, {question.key: target.identity.hex})
    publish(browser, browser.get(the_upload().get_absolute_url()))
    row = ProposedClause.objects.get(base_clause=target)
    assert (row.anchored_by, row.is_doubtful, row.base_differs) == (person, False, True)


def test_what_was_left_for_later_is_placed_after_publishing(browser, person):
    RegionalGroupFactory(code="CEPT", proposal_codes=["CEPT"])
    page = drop(browser, sample("d1_mod_res50_en.docx"))
    read = page.context["review"].items[0].read
    ResolutionFactory(number=50)
    clauses = [(clause.part, clause.call_before, clause.number_before, clause.before) for clause in read.clauses if clause.before]
    text = text_in_force(50, clauses[0], *clauses[2:])
    published = publish(browser, browser.get(the_upload().get_absolute_url()))
    assert "Say where they belong" in content(published)
    address = reverse("coalitions:upload-anchors", args=[the_upload().public_id])
    (question,) = browser.get(address).context["questions"]
    browser.post(address, {question.key: "new"})
    row = ProposedClause.objects.get(anchored_by=person)
    assert (row.base_clause, row.is_doubtful) == (None, False)
    assert not ProposedClause.objects.filter(is_doubtful=True).exists()
    assert ProposedClause.objects.filter(base_clause__version=text).count() == len(clauses) - 1


def test_two_clauses_are_not_placed_on_one(browser):
    RegionalGroupFactory(code="CEPT", proposal_codes=["CEPT"])
    page = drop(browser, sample("d1_mod_res50_en.docx"))
    read = page.context["review"].items[0].read
    ResolutionFactory(number=50)
    clauses = [(clause.part, clause.call_before, clause.number_before, clause.before) for clause in read.clauses if clause.before]
    text_in_force(50, *clauses[2:])
    address = reverse("coalitions:upload-anchors", args=[the_upload().public_id])
    first, second = browser.get(address).context["questions"]
    chosen = first.offers[0].value
    again = browser.post(address, {first.key: chosen, second.key: chosen})
    assert "Two clauses are matched with the same clause in force" in content(again)
    assert the_upload().choices.get("anchors") is None


def test_the_button_that_publishes_says_what_is_uncertain_and_what_follows(browser):
    page = drop(browser, sample("d1_mod_res50_en.docx"))
    read = page.context["review"].items[0].read
    ResolutionFactory(number=50)
    clauses = [(clause.part, clause.call_before, clause.number_before, clause.before) for clause in read.clauses if clause.before]
    text_in_force(50, *clauses[2:])
    html = content(browser.get(the_upload().get_absolute_url()))
    said = " ".join(html[html.index('id="what-follows"') : html.index('<div class="form-acts">')].split())
    assert "2 clauses are still without a place" in said
    assert "they stand apart from the text in force" in said
    assert reverse("coalitions:upload-anchors", args=[the_upload().public_id]) in said


def test_what_was_not_read_stands_before_the_button_that_publishes(browser):
    html = content(drop(browser, sample("d4_sup_noc_en.docx")))
    assert html.index("What was not read") < html.index("Publish</button>") < html.index("Discard it")


def test_a_proposal_may_be_left_out(browser):
    call_command("load_reference", verbosity=0)
    publish(browser, drop(browser, sample("d4_sup_noc_en.docx")), **{"p0-is_in": None, "p0-resolution": None})
    assert list(Proposal.objects.values_list("action", flat=True)) == ["NOC"]


def test_at_least_one_proposal_is_brought_in(browser):
    call_command("load_reference", verbosity=0)
    page = publish(browser, drop(browser, sample("d4_sup_noc_en.docx")), **{"p0-is_in": None, "p1-is_in": None})
    assert "Choose at least one proposal to import." in content(page)
    assert the_upload().state == "read"


def test_history_tells_nobody_and_an_assembly_that_is_over_is_history(browser):
    call_command("load_reference", verbosity=0)
    page = drop(browser, sample("d4_sup_noc_en.docx"), assembly="WTSA-24")
    assert page.context["review"].about.initial["is_history"] is True
    publish(browser, page)
    assert list(Proposal.objects.values_list("moved_at", flat=True)) == [None, None]


def test_pressed_twice_it_is_published_once(browser):
    call_command("load_reference", verbosity=0)
    page = drop(browser, sample("d2_mod_res47_fr.docx"))
    publish(browser, page)
    publish(browser, page)
    assert Contribution.objects.count() == 1
    assert (the_upload().state, the_upload().extraction, the_upload().choices) == ("published", None, {})


def test_what_is_published_is_one_job_of_who_brought_it_with_the_day_she_says(browser, person):
    call_command("load_reference", verbosity=0)
    page = drop(browser, sample("d2_mod_res47_fr.docx"))
    publish(browser, page, received_on="2026-05-04", url="https://example.org/35A12")
    document, job = Contribution.objects.get(), ImportJob.objects.get()
    assert (document.received_at.isoformat(), document.url) == ("2026-05-04T12:00:00+00:00", "https://example.org/35A12")
    assert (document.entered_by, document.submission) == (person, the_upload().public_id)
    assert (the_upload().contribution, job.kind, job.by) == (document, "file", person)
    assert list(job.events.values_list("proposal__contribution", "kind", "by")) == [(document.pk, "new", person.pk)]
    assert the_upload().state_at >= job.at


def test_what_is_published_already_is_given_back_whatever_is_asked(person):
    published = ContributionFactory()
    upload = Upload.objects.create(kind="contribution", state="published", contribution=published, brought_by=person)
    about = publishing.DocumentDecision(assembly=published.assembly, number="99", language="en")
    assert publishing.publish(upload, about, [], by=person) == published
    assert Contribution.objects.count() == 1


def test_what_was_not_read_or_was_thrown_away_since_is_not_published(person):
    thing = waiting(person)
    about = publishing.DocumentDecision(AssemblyFactory(), "38A7", "en")
    for state in ("waiting", "published"):
        Upload.objects.update(state=state, data=None)
        with pytest.raises(RuleBroken, match="has not been read yet"):
            publishing.publish(thing, about, [], by=person)
    assert not ImportJob.objects.exists()


def test_the_same_file_brought_twice_says_where_it_is(browser):
    call_command("load_reference", verbosity=0)
    publish(browser, drop(browser, sample("d2_mod_res47_fr.docx")))
    page = drop(browser, sample("d2_mod_res47_fr.docx"))
    assert "This same file is already here:" in content(page)
    assert Proposal.objects.get().get_absolute_url() in content(page)


def test_a_revision_named_by_its_first_page_alone_replaces_the_first_issue(browser):
    ResolutionFactory(number=7)
    words = proposal(call("resolves"), p("1\tto ", ins(t("light;"))))
    publish(browser, drop(browser, file(docx(words))), **{"p0-countries": "Kenya"})
    the_upload().delete()

    page = drop(browser, file(docx(p("Revision 1 to") + p("Document 12(Add.3)-E") + words)))
    publish(browser, page, **{"p0-countries": "Kenya"})

    first, second = Contribution.objects.order_by("revision")
    assert [(issue.number, issue.revision, issue.replaces) for issue in (first, second)] == [("12A3", 0, None), ("12A3", 1, first)]


def test_a_number_known_before_is_given_its_words(browser):
    call_command("load_reference", verbosity=0)
    publish(browser, drop(browser, sample("d2_mod_res47_fr.docx")))
    Proposal.objects.get().clauses.all().delete()
    Contribution.objects.update(sha256="", file_name="")
    page = drop(browser, sample("d2_mod_res47_fr.docx"))
    again = Upload.objects.get(state="read")
    browser.post(reverse("coalitions:upload-publish", args=[again.public_id]), answers(page))
    assert Proposal.objects.get().clauses.count() > 0
    assert Contribution.objects.get().file_name == "d2_mod_res47_fr.docx"


@pytest.mark.parametrize(("day", "is_late"), [("2024-09-16", False), ("2024-09-17", True)])
def test_what_comes_after_the_day_contributions_were_due_is_offered_as_late(browser, day, is_late):
    AssemblyFactory(code="WTSA-24", starts_on="2024-10-15", ends_on="2024-10-24")
    with time_machine.travel(f"{day}T12:00:00Z"):
        page = drop(browser, sample("d1_mod_res50_en.docx"), assembly="WTSA-24")
        assert page.context["review"].about["is_late"].value() is is_late


@pytest.mark.parametrize(("later", "replaces"), [(None, True), (2, False)])
def test_what_it_will_replace_is_said_before_as_it_will_be(browser, later, replaces):
    """An issue entered without its words has no language yet; one that was replaced already is not replaced again."""
    fifty = ResolutionFactory(number=50)
    known = ProposalFactory(resolution=fifty, identifier="EUR/38A7/1", contribution=ContributionFactory(number="38A7", language=""))
    if later:
        ContributionFactory(number="38A7", revision=later)
    body = p("MOD EUR/38A7R1/1", style="Proposal") + p("RESOLUTION 50 (REV. NEW DELHI, 2024)", style="ResNo")
    page = drop(browser, file(docx(body + call("resolves") + p("1\tto study ", ins(t("and publish")), ";"))))
    assert (page.context["review"].items[0].outlook.replaces == known) is replaces
    publish(browser, page, **{"language": "en", "p0-countries": "FR"})
    assert (Proposal.objects.get(contribution__revision=1).replaces == known) is replaces


# --- Drafts without a line that says what is asked -------------------------------------------------------------------------------


def headless(*, number=50, heading="RESOLUTION {} (REV. SOMEWHERE, 2022)") -> bytes:
    lines = (call("resolves"), p("1\tto ", ins(t("light "))), p(ins(t("2\tto mend;")), mark="ins"))
    return docx("".join([p(heading.format(number), style="ResNo"), p("Lighthouses", style="Restitle"), *lines]))


def test_of_a_draft_without_headers_a_person_says_what_it_asks_and_of_whom(browser):
    RegionalGroupFactory(code="ATU", acronym_en="ATU")
    ResolutionFactory(number=50)
    page = drop(browser, file(headless()))

    assert "No line like “MOD ABC/12A3/1”" in unescape(content(page))
    assert page.context["review"].items[0].form["action"].value() == "MOD"
    published = publish(browser, page, number="ATU-7", **{"p0-group": "ATU", "p0-status": "common"})

    made = Proposal.objects.get()
    assert (made.action, made.identifier, made.group.code, made.resolution.number) == ("MOD", "", "ATU", 50)
    assert [(row.change, row.text) for row in made.clauses.in_order()] == [("modified", "to light"), ("added", "to mend;")]
    assert "Published" in content(published)


@pytest.mark.parametrize(
    ("action", "clauses"),
    [
        ("ADD", [("added", "", "to light"), ("added", "", "to mend;")]),
        ("SUP", [("removed", "to", "")]),
        ("NOC", [("unchanged", "to", "to")]),
    ],
)
def test_what_a_person_says_it_asks_decides_what_its_clauses_are(browser, action, clauses):
    ResolutionFactory(number=50)
    page = drop(browser, file(headless()))

    publish(browser, page, number="7", **{"p0-countries": "Kenya", "p0-action": action})

    made = Proposal.objects.get()
    assert made.action == action
    assert [(row.change, row.before, row.text) for row in made.clauses.in_order()] == clauses


def test_a_draft_new_resolution_can_only_be_added(browser):
    page = drop(browser, file(headless()))

    asked = {"p0-countries": "Kenya", "p0-resolution": "new", "p0-label": "[ATU-1]"}
    refused = publish(browser, page, number="7", **asked)
    assert "always added" in content(refused)
    assert Proposal.objects.count() == 0

    publish(browser, refused, number="7", **asked | {"p0-action": "ADD"})
    assert Proposal.objects.get().resolution.label == "[ATU-1]"


def test_a_draft_new_resolution_is_made_once_for_its_label(browser):
    call_command("load_reference", verbosity=0)
    publish(browser, drop(browser, sample("d3_add_ai_es.docx")))
    draft = Resolution.objects.get(label="[IAP-1]")
    assert (draft.number, draft.status, draft.title_es) == (
        None,
        "draft",
        "Inteligencia artificial en las actividades de normalización del UIT-T",
    )
    page = drop(browser, file((SAMPLES / "d3_add_ai_es.docx").read_bytes(), "again.docx"))
    assert page.context["review"].items[0].form.initial["resolution"] == draft.slug


@pytest.mark.parametrize("typed", ["²", "-1", "1e2", "999", "two"])
def test_a_revision_that_is_no_number_gets_a_sentence_and_can_be_left_for_later(browser, typed):
    page = drop(browser, sample("d1_mod_res50_en.docx"))
    assert len(publish(browser, page, revision=typed).context["review"].about.errors["revision"]) == 1
    assert the_upload().state == "read"
    browser.post(the_upload().get_absolute_url(), answers(page) | {"revision": typed})
    later = browser.get(the_upload().get_absolute_url())
    assert later.context["review"].about["revision"].value() == typed


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_costs_the_same_queries_for_one_proposal_and_for_three(browser, django_assert_num_queries, number):
    RegionalGroupFactory(code="CEPT", proposal_codes=["EUR"])
    for resolution in range(50, 50 + number):
        ResolutionFactory(number=resolution)
        text_in_force(resolution, ("operative", "resolves", "1", "to study;"))
    body = "".join(
        p(f"MOD EUR/38A7/{place}", style="Proposal")
        + p(f"RESOLUTION {49 + place} (REV. NEW DELHI, 2024)", style="ResNo")
        + call("resolves")
        + p("1\tto study ", ins(t("and publish")), ";")
        for place in range(1, number + 1)
    )
    page = drop(browser, file(docx(body)))
    assert [item.outlook.base is not None for item in page.context["review"].items] == [True] * number
    WordingRule.objects.create(code="published", family="rights", name_en="Published", patterns={"en": ["+ publish"]})
    with django_assert_num_queries(14):
        shown = browser.get(the_upload().get_absolute_url())
    assert content(shown).count("Hint, not an opinion:") == number


@pytest.mark.parametrize(
    ("language", "came", "words"),
    [("en", "and manage names", "manage names"), ("ar", "وإدارة أسماء الميادين", "وإدارة أسماء"), ("zh", "并管理域名", "管理域名")],
)
def test_the_review_of_a_file_shows_hints_and_nobody_can_set_them_aside_yet(browser, language, came, words):
    patterns = {"en": ["+ manage names"], "ar": ["+ إدارة أسماء"], "zh": ["+ 管理域名"]}
    WordingRule.objects.create(code="naming", family="role", name_en="Naming", patterns=patterns)
    ResolutionFactory(number=50)
    body = p("MOD EUR/38A7/1", style="Proposal") + p("RESOLUTION 50", style="ResNo") + call("resolves") + p("1\t", ins(t(came)), ";")
    drop(browser, file(docx(body)))
    Upload.objects.update(language=language)

    shown = content(browser.get(the_upload().get_absolute_url()))
    assert f'<q lang="{language}" dir="auto">{words}</q>' in shown
    assert "Set aside…" not in shown


def test_proposals_that_stand_on_too_much_are_not_looked_at_and_the_page_says_so(browser, monkeypatch):
    monkeypatch.setattr(publishing, "MOST_CLAUSES_UNDERNEATH", 3)
    monkeypatch.setattr(budgets, "MOST_CLAUSES_UNDERNEATH", 3)
    for number in (50, 51):
        ResolutionFactory(number=number)
        text_in_force(number, ("operative", "resolves", "1", "to study;"), ("operative", "resolves", "2", "to publish;"))
    body = "".join(
        p(f"NOC EUR/38A7/{place}", style="Proposal") + p(f"RESOLUTION {49 + place} (REV. NEW DELHI, 2024)", style="ResNo")
        for place in (1, 2)
    )
    RegionalGroupFactory(code="CEPT", proposal_codes=["EUR"])
    read = drop(browser, file(docx(body)))
    browser.post(the_upload().get_absolute_url(), answers(read) | {"language": "en"})
    page = browser.get(the_upload().get_absolute_url())
    first, second = (item.outlook for item in page.context["review"].items)
    assert [(outlook.is_beyond, outlook.base is not None) for outlook in (first, second)] == [(False, True), (True, True)]
    assert page.content.decode().count("It was not compared with the text in force") == 1
    refused = publish(browser, page, language="en")
    assert "The texts in force under these proposals have 4 clauses together" in refused.content.decode()
    assert not Proposal.objects.exists()
    browser.post(the_upload().get_absolute_url(), {name: said for name, said in answers(page).items() if name != "p0-is_in"})
    later = browser.get(the_upload().get_absolute_url())
    assert [item.outlook.is_beyond for item in later.context["review"].items] == [True, False]
    publish(browser, later, language="en")
    assert [proposal.resolution.number for proposal in Proposal.objects.all()] == [51]


# --- Limited distribution --------------------------------------------------------------------------------------------------------------


def everything_stored(words: str) -> list[str]:
    """The tables and columns of the whole database in which these words stand."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            columns = [column[0] for column in cursor.description]
            found += [
                f"{table}.{column}"
                for row in cursor.fetchall()
                for column, value in zip(columns, row, strict=True)
                if words in in_plain(value)
            ]
    return found


def in_plain(value) -> str:
    """A value of the database as text, decrypted if need be; the bytes of a file as they are."""
    text = bytes(value).decode("latin-1") if isinstance(value, (bytes, memoryview)) else str(value)
    if not keys.is_encrypted(text):
        return text
    plain = keys.decrypt(text)
    with suppress(ValueError):
        return plain + b64decode(plain, validate=True).decode("latin-1")
    return plain


def restricted() -> bytes:
    return docx(p("Document DT/78-E") + p(f"Draft {WORDS}") + proposal(call("resolves")))


def test_of_a_restricted_document_neither_words_nor_name_are_kept(browser):
    page = drop(browser, file(restricted(), f"{WORDS}.docx"))
    assert str(REFUSALS[RefusalCode.LIMITED_DISTRIBUTION]) in content(page)
    assert everything_stored(WORDS) == []
    assert the_upload().number == "DT/78-E"


def test_what_its_name_calls_restricted_is_not_even_read(browser):
    page = drop(browser, file((SAMPLES / "d1_mod_res50_en.docx").read_bytes(), f"CCP.I-TIC-{WORDS}_restricted.docx"))
    assert str(REFUSALS[RefusalCode.LIMITED_DISTRIBUTION]) in content(page)
    assert everything_stored(WORDS) == []
    assert the_upload().data is None


def keep(browser, **fields):
    address = reverse("coalitions:upload-keep-number", args=[the_upload().public_id])
    return browser.post(
        address, {"number": "DT/78-E", "assembly": "WTSA-28", "circle": "alone", "submission": str(uuid4())} | fields, follow=True
    )


def test_its_number_may_be_kept_for_oneself(browser, client, ours):
    drop(browser, file(restricted(), f"{WORDS}.docx"))
    page = keep(browser)
    assert "DT/78-E" in content(page)
    assert not Upload.objects.exists()
    kept = Contribution.objects.get()
    assert (kept.access, kept.title, kept.file_name, kept.sha256) == ("number", "", "", "")
    client.force_login(member(ours))
    assert "DT/78-E" not in content(client.get(BRING))


def test_or_for_a_circle_one_stands_in(browser, client, ours, person):
    friend = member(ours)
    circle = circle_of(ours, person, friend, name="Drafting", owner=person)
    drop(browser, file(restricted()))
    keep(browser, circle=str(circle.public_id))
    assert KeptNumber.objects.get().circle == circle
    kept = Contribution.objects.get()
    client.force_login(friend)
    assert "DT/78-E" in content(client.get(BRING))
    assert client.post(reverse("coalitions:number-delete", args=[kept.public_id])).status_code == 403
    client.force_login(member(ours))
    assert "DT/78-E" not in content(client.get(BRING))
    assert client.post(reverse("coalitions:number-delete", args=[kept.public_id])).status_code == 404
    client.force_login(person)
    client.post(reverse("coalitions:number-delete", args=[kept.public_id]))
    assert not Contribution.objects.exists()


def test_not_for_a_circle_of_others(browser, ours):
    circle = Circle.objects.create(coalition=ours, name="Drafting", owner=UserFactory())
    drop(browser, file(restricted()))
    keep(browser, circle=str(circle.public_id))
    assert not Contribution.objects.exists()


def test_whoever_sees_that_a_document_is_not_public_keeps_only_its_number(browser):
    drop(browser, file(docx(proposal(call("resolves"), p(WORDS))), "38A7.docx"))
    assert everything_stored(WORDS) == ["resolutions_incoming.extraction"]
    keep(browser)
    assert everything_stored(WORDS) == []


def test_a_number_is_kept_without_any_file(browser):
    browser.post(
        reverse("coalitions:number-new"), {"number": "TD 11", "assembly": "WTSA-28", "circle": "alone", "submission": str(uuid4())}
    )
    assert Contribution.objects.get().is_number_only


def test_every_model_of_the_house_is_searched_for_traces():
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
    assert {model._meta.db_table for model in apps.get_models()} <= tables


# --- Her own data ----------------------------------------------------------------------------------------------------------------------


def test_her_own_data_hold_what_she_brought_in_and_the_numbers_she_kept(browser, person, ours):
    drop(browser, file(restricted()))
    keep(browser)
    drop(browser, sample("d1_mod_res50_en.docx"))
    data = personal_data.personal_data(person)
    assert [(row["file"], row["state"], row["document"]) for row in data["brought_in"]] == [("d1_mod_res50_en.docx", "read", "35A5")]
    assert [(row["document"], row["access"]) for row in data["documents"]] == [("DT/78-E", "number")]
    assert list(personal_data.personal_data(member(ours))["documents"]) == []


def test_when_she_is_erased_what_only_she_could_read_is_gone(browser, person, ours):
    call_command("load_reference", verbosity=0)
    publish(browser, drop(browser, sample("d2_mod_res47_fr.docx")))
    uploads.discard(the_upload())
    drop(browser, file(restricted()))
    keep(browser)
    drop(browser, file(restricted(), "other.docx"))
    keep(browser, number="DT/79-E", circle=str(ours.everyone.public_id))
    drop(browser, sample("d1_mod_res50_en.docx"))
    personal_data.run_on_erase(person)
    assert [row.printed_number for row in Contribution.objects.order_by("pk")] == ["35A12", "DT/79-E"]
    assert not Upload.objects.exists()


def test_the_page_of_what_was_read_stays_within_its_budget(browser):
    call_command("load_reference", verbosity=0)
    for name in ("d1_mod_res50_en.docx", "d4_sup_noc_en.docx"):
        assert len(gzip.compress(drop(browser, sample(name)).content)) <= 30 * 1024
